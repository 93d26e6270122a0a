//! A request of a walk.

use smallvec::SmallVec;

use super::doubt::Check;
use crate::{
    pdu::{Request, RequestKind},
    retry::Attempts,
};

/// A request of a walk.
#[derive(Clone, Debug)]
#[must_use]
pub struct Ask {
    /// What to ask.
    pub request: Request,
    /// How often it may be sent.
    pub attempts: Attempts,
    /// The columns it is for.
    pub(super) columns: SmallVec<[usize; 8]>,
    /// The step down that it was asked at.
    pub(super) generation: u32,
    /// What it is for.
    pub(super) purpose: Purpose,
}

/// What a request is for.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// For what follows in its columns.
    Read,
    /// To find out something about the agent. Nothing depends on its answer.
    Check(Box<Check>),
    /// To show that an answer that is held back leaves nothing out. Its last name may be there for a check.
    Proof(Option<Box<Check>>),
}

impl Ask {
    /// How many varbinds it asks for in all.
    pub(super) fn varbinds(&self) -> usize {
        self.columns.len() * self.repetitions()
    }

    /// How many it asks for of each column.
    pub(super) fn repetitions(&self) -> usize {
        match self.request.kind {
            RequestKind::GetBulk { max_repetitions } => usize::from(max_repetitions),
            RequestKind::Get | RequestKind::GetNext => 1,
        }
    }
}
