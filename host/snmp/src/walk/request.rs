//! A request of a walk.

use smallvec::SmallVec;

use super::check::Check;
use crate::{
    Varbind,
    pdu::{Request, RequestKind},
    retry::Attempts,
};

/// Columns by their index in the walk.
pub(super) type ColumnIndexes = SmallVec<[usize; 8]>;

/// A request of a walk.
#[derive(Clone, Debug)]
#[must_use]
pub struct WalkRequest {
    /// What to ask.
    pub request: Request,
    /// How often it may be sent.
    pub attempts: Attempts,
    /// The columns it is for.
    pub(super) columns: ColumnIndexes,
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
    /// To verify an answer that is held back. Its last name may be there for a check.
    Verify(Option<Box<Check>>),
}

impl WalkRequest {
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

    /// Whether it is a GETNEXT of one name: that has a single successor.
    pub(super) fn is_single(&self) -> bool {
        self.columns.len() == 1 && self.request.kind == RequestKind::GetNext
    }

    /// The varbinds of an answer that belong to one of its columns. What was not asked for belongs to none.
    pub(super) fn own<'a>(
        &self,
        varbinds: &'a [Varbind],
        position: usize,
    ) -> impl Iterator<Item = &'a Varbind> + Clone + use<'a> {
        varbinds.iter().take(self.varbinds()).skip(position).step_by(self.columns.len().max(1))
    }
}
