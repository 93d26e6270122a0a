//! One ticket as clients see it: who asked for what, in which state it is, and how far it got.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use time::OffsetDateTime;
use uuid::Uuid;

/// A ticket. `R` is what a complete one holds.
#[derive(Debug)]
pub struct Ticket<R> {
    /// The target as the client wrote it.
    pub target: Arc<str>,
    /// When it was submitted.
    pub created_at: OffsetDateTime,
    /// Where it is on its way.
    pub state: State<R>,
    /// The line for people; empty until it started.
    pub progress: Arc<str>,
    /// The counters of its plugins, in the order in which they first came.
    pub counters: Vec<(String, u64)>,
    /// Grows whenever something about the ticket changes that a client can see. Starts at 1.
    pub version: u64,
}

/// Where a ticket is on its way. Times are those of the job, so waiting in the queue is not in them.
#[derive(Debug)]
pub enum State<R> {
    /// Waiting for a slot.
    Queued,
    /// A worker has it.
    Running {
        /// When it started.
        since: Instant,
    },
    /// Done, perhaps with gaps.
    Complete {
        /// How long it ran.
        elapsed: Duration,
        /// What it found.
        result: Arc<R>,
    },
    /// The device gave nothing, or the poll could not be done.
    Failed {
        /// How long it ran.
        elapsed: Duration,
        /// Why, in words.
        error: Arc<str>,
    },
    /// A client did not want it any more.
    Cancelled {
        /// How long it ran, if it ever did.
        elapsed: Option<Duration>,
    },
}

/// How a run ended.
#[derive(Debug)]
pub enum Ending<R> {
    /// With a result.
    Complete(Arc<R>),
    /// Without one, for this reason.
    Failed(Arc<str>),
}

/// The word of the API for a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// `queued`
    Queued,
    /// `running`
    Running,
    /// `complete`
    Complete,
    /// `failed`
    Failed,
    /// `cancelled`
    Cancelled,
}

/// The name of a ticket: a UUID of version 4, which nobody can guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TicketId(Uuid);

/// The text is not one of the five words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a status of a ticket")]
pub struct UnknownStatus;

impl<R> Ticket<R> {
    /// How long its job has run, or ran; none if it never started.
    #[must_use]
    pub fn elapsed(&self, now: Instant) -> Option<Duration> {
        match &self.state {
            State::Queued => None,
            State::Running { since } => Some(now.saturating_duration_since(*since)),
            State::Complete { elapsed, .. } | State::Failed { elapsed, .. } => Some(*elapsed),
            State::Cancelled { elapsed } => *elapsed,
        }
    }
}

impl<R> State<R> {
    /// The word for it.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Queued => Status::Queued,
            Self::Running { .. } => Status::Running,
            Self::Complete { .. } => Status::Complete,
            Self::Failed { .. } => Status::Failed,
            Self::Cancelled { .. } => Status::Cancelled,
        }
    }
}

impl Status {
    /// All of them, in the order of a ticket's life.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Running, Self::Complete, Self::Failed, Self::Cancelled];

    /// Whether nothing will change any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Complete | Self::Failed | Self::Cancelled)
    }

    /// The word of the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == word).ok_or(UnknownStatus)
    }
}

impl TicketId {
    /// A new one, by chance.
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// Reads what [`TicketId::random`] printed. Anything else names no ticket.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Other spellings of a UUID (braces, urn:, upper case) were never handed out.
        Uuid::try_parse(text).ok().map(Self).filter(|id| id.to_string() == text)
    }
}

impl From<u128> for TicketId {
    fn from(number: u128) -> Self {
        Self(Uuid::from_u128(number))
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.as_hyphenated(), f)
    }
}
