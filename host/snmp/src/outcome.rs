//! How a walk ended: whether everything was read, and if not, where it stopped and why.

use crate::{Oid, RequestError};

/// How a walk ended. While it goes on, how it would end if it ended now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In one word.
    pub status: Status,
    /// Rows of a table, or varbinds of a subtree, that were handed over.
    pub rows: u64,
    /// Why something is missing; nothing where nothing is.
    pub reason: Option<StopReason>,
    /// The last name that was read before that.
    pub stopped_at: Option<Oid>,
}

/// How a walk ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything that the agent has was read.
    Complete,
    /// The agent has nothing there.
    Unsupported,
    /// Something is missing; what was read is good.
    Partial,
    /// Nothing was read.
    Failed,
}

/// Why a walk, or one column of it, did not get to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// A request failed.
    #[error("{0}")]
    Request(RequestError),
    /// The time given was over.
    #[error("the time given was over")]
    Deadline,
    /// The agent went backwards or round in circles (RFC 3416 section 4.2.2 forbids it).
    #[error("the agent answered {got}, which does not come after {after}")]
    NonIncreasing {
        /// The last good name.
        after: Oid,
        /// What is said to follow.
        got: Oid,
    },
    /// The agent says that nothing follows a name, though it has shown what does.
    #[error("the agent says that nothing follows {after}, but has {seen}")]
    EarlyEnd {
        /// The last good name.
        after: Oid,
        /// A name that does follow.
        seen: Oid,
    },
    /// The agent has names there that it gives no value for. They were stepped over.
    #[error("the agent gave no value for {count} names, the first of them {name}")]
    NoValue {
        /// The first of them.
        name: Oid,
        /// How many.
        count: u64,
    },
    /// More rows than the bound.
    #[error("there are more than {limit} rows")]
    RowLimit {
        /// The bound.
        limit: u64,
    },
    /// More octets than the bound.
    #[error("there are more than {limit} octets of names and values")]
    ByteLimit {
        /// The bound.
        limit: u64,
    },
}

impl Outcome {
    /// Puts the words together.
    pub(crate) fn new(rows: u64, stopped: Option<(StopReason, Option<Oid>)>) -> Self {
        let status = match (&stopped, rows) {
            (None, 0) => Status::Unsupported,
            (None, _) => Status::Complete,
            (Some(_), 0) => Status::Failed,
            (Some(_), _) => Status::Partial,
        };
        let (reason, stopped_at) = stopped.map_or((None, None), |(reason, at)| (Some(reason), at));
        Self { status, rows, reason, stopped_at }
    }
}

impl StopReason {
    /// The kind, in one word for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Request(error) => error.kind(),
            Self::Deadline => "deadline",
            Self::NonIncreasing { .. } => "non-increasing",
            Self::EarlyEnd { .. } => "early-end",
            Self::NoValue { .. } => "no-value",
            Self::RowLimit { .. } => "row-limit",
            Self::ByteLimit { .. } => "byte-limit",
        }
    }
}

impl From<RequestError> for StopReason {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Deadline { .. } => Self::Deadline,
            other => Self::Request(other),
        }
    }
}
