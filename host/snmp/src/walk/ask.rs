//! A request of a walk, and how much patience it deserves.

use smallvec::SmallVec;

use super::doubt::Check;
use crate::pdu::{Request, RequestKind};

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

/// How much patience a request deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempts {
    /// As much as any.
    All,
    /// One retry: a request like it has just failed, or may well fail.
    Two,
    /// What is left of all of them after two.
    Rest,
    /// No retry.
    One,
}

impl Attempts {
    /// One retry at most.
    pub(super) fn no_more_than_two(self) -> Self {
        if self == Self::All { Self::Two } else { self }
    }

    /// How often a request may be sent in all, with so many retries.
    pub fn allowed(self, retries: u32) -> u32 {
        match self {
            Self::All => retries.saturating_add(1),
            Self::Two => retries.min(1) + 1,
            Self::Rest => retries.saturating_sub(1).max(1),
            Self::One => 1,
        }
    }
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
