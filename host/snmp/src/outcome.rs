//! How a walk ended: whether everything was read, and if not, where it stopped and why.

use crate::{Oid, RequestError, UnknownValues, counted, size};

/// How a walk ended. While it goes on, how it would end if it ended now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In one word.
    pub status: Status,
    /// Rows of a table, or varbinds of a subtree, that were handed over.
    pub rows: u64,
    /// Why something is missing. Where nothing is: what was odd, if anything ([`StopReason::is_warning`]).
    pub reason: Option<StopReason>,
    /// The last name that was read before that.
    pub stopped_at: Option<Oid>,
    /// The values that are not of their type. They were handed over, and nothing is missing for them.
    pub unknown: UnknownValues,
}

/// How a walk ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything that the agent has was read, as far as it can be told. A reason is a warning.
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
    /// The agent went backwards or round in circles (RFC 3416 section 4.2.2 forbids it).
    #[error("OID not increasing: the agent answered {got} after {after}")]
    NonIncreasing {
        /// The last good name.
        after: Oid,
        /// What is said to follow.
        got: Oid,
    },
    /// The names came in another order than that of OIDs, and were read all the same
    /// ([`crate::OnNonIncreasing::Continue`]). By itself this is a warning: the agent named an end in the end.
    #[error("OIDs out of order: the agent answered {got} after {after}")]
    Unordered {
        /// The name before the first that was out of order.
        after: Oid,
        /// That name.
        got: Oid,
    },
    /// Behind the last object came the first one again, and not the end. By itself this is a warning: everything was
    /// read.
    #[error("the agent starts again at its first object: it answered {first} after {after}")]
    StartsAgain {
        /// The last name.
        after: Oid,
        /// The first of all names.
        first: Oid,
    },
    /// Names do not come in order, and there are too many to remember which were there already.
    #[error("OIDs out of order, and more than {limit} to check (limit `snmp.seen_names`)")]
    SeenLimit {
        /// The bound.
        limit: usize,
    },
    /// The agent leaves out what it has, so that rows may be missing anywhere.
    #[error("the agent says that {got} follows {after}, but has {between} between them")]
    Skipped {
        /// A name.
        after: Oid,
        /// What is said to follow.
        got: Oid,
        /// What does follow.
        between: Oid,
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
    #[error("the agent gave no value for {}", names(name, *.count))]
    NoValue {
        /// The first of them.
        name: Oid,
        /// How many.
        count: u64,
    },
    /// More rows than the bound.
    #[error("there are more than {} (limit `snmp.rows`)", counted(*.limit, "row"))]
    RowLimit {
        /// The bound.
        limit: u64,
    },
    /// More octets than the bound.
    #[error("there are more than {} of names and values (limit `snmp.bytes`)", size(*.limit))]
    ByteLimit {
        /// The bound.
        limit: u64,
    },
}

impl Outcome {
    /// Puts the words together.
    #[must_use]
    pub fn new(rows: u64, stopped: Option<(StopReason, Option<Oid>)>) -> Self {
        let is_whole = stopped.as_ref().is_none_or(|(reason, _)| reason.is_warning());
        let status = match (is_whole, rows) {
            (true, 0) => Status::Unsupported,
            (true, _) => Status::Complete,
            (false, 0) => Status::Failed,
            (false, _) => Status::Partial,
        };
        let (reason, stopped_at) = stopped.map_or((None, None), |(reason, at)| (Some(reason), at));
        Self { status, rows, reason, stopped_at, unknown: UnknownValues::default() }
    }

    /// What was odd, a line each for people, where it left nothing out by itself.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let odd = self.reason.iter().filter(|reason| reason.is_warning()).map(ToString::to_string);
        odd.chain(self.unknown.warnings()).collect()
    }
}

impl StopReason {
    /// Whether it only says what was odd: by itself it leaves nothing out.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Unordered { .. } | Self::StartsAgain { .. })
    }

    /// How much it says about what is missing: a worse reason takes the place of a lesser one.
    pub(crate) fn weight(&self) -> u8 {
        match self {
            Self::Unordered { .. } | Self::StartsAgain { .. } => 0,
            Self::NoValue { .. } => 1,
            _ => 2,
        }
    }

    /// The kind, in one word for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Request(error) => error.kind(),
            Self::NonIncreasing { .. } => "non-increasing",
            Self::Unordered { .. } => "unordered",
            Self::StartsAgain { .. } => "starts-again",
            Self::SeenLimit { .. } => "seen-limit",
            Self::Skipped { .. } => "skipped",
            Self::EarlyEnd { .. } => "early-end",
            Self::NoValue { .. } => "no-value",
            Self::RowLimit { .. } => "row-limit",
            Self::ByteLimit { .. } => "byte-limit",
        }
    }
}

impl From<RequestError> for StopReason {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

/// The only name, or how many there are.
fn names(name: &Oid, count: u64) -> String {
    if count == 1 { name.to_string() } else { format!("{count} names, the first of them {name}") }
}
