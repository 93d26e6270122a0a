//! What became of a forwarder's records, for people and for counters.

use std::time::SystemTime;

use parking_lot::{Mutex, MutexGuard};

use crate::ReadPosition;

/// How a forwarder is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwarderStats {
    /// Its name.
    pub name: String,
    /// Whether it works.
    pub state: ForwarderState,
    /// Records that the receiver has taken.
    pub sent: u64,
    /// Records among those that were dealt with that were not stored then: they came from memory.
    pub unstored: u64,
    /// Attempts that failed and were or will be made again.
    pub failed_attempts: u64,
    /// Records that the receiver will never take, or that cannot be said in its format.
    pub refused: u64,
    /// Records that were too far behind, or gone from the log, before they could be sent. Those that nobody had looked
    /// at yet count whether they were wanted or not.
    pub passed_over: u64,
    /// Records of the log that are not dealt with yet, wanted or not.
    pub behind: u64,
    /// What went wrong last. Holds no secret.
    pub last_error: Option<String>,
    /// When the receiver has last taken something.
    pub last_success: Option<SystemTime>,
}

/// Whether a forwarder works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwarderState {
    /// The last attempt went well, or there was none.
    #[default]
    Working,
    /// The last attempt failed; there will be another one.
    Failing,
    /// It has ended and sends nothing any more.
    Ended,
}

impl ForwarderState {
    /// The state in one word for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Working => "working",
            Self::Failing => "failing",
            Self::Ended => "ended",
        }
    }
}

/// What a forwarder's task and its owner both see.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<Counts>);

#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub(super) state: ForwarderState,
    pub(super) sent: u64,
    pub(super) unstored: u64,
    pub(super) failed_attempts: u64,
    pub(super) refused: u64,
    pub(super) passed_over: u64,
    /// None until the cursor is known.
    pub(super) done_to: Option<ReadPosition>,
    /// The number that was saved of it.
    pub(super) saved: Option<u64>,
    pub(super) last_error: Option<String>,
    pub(super) last_success: Option<SystemTime>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock()
    }

    pub(super) fn stats(&self, name: &str, end: ReadPosition) -> ForwarderStats {
        let counts = self.lock().clone();
        let behind = counts.done_to.map_or(0, |done_to| {
            end.number.saturating_sub(done_to.number) + end.unstored.saturating_sub(done_to.unstored)
        });
        ForwarderStats {
            name: name.to_owned(),
            state: counts.state,
            sent: counts.sent,
            unstored: counts.unstored,
            failed_attempts: counts.failed_attempts,
            refused: counts.refused,
            passed_over: counts.passed_over,
            behind,
            last_error: counts.last_error,
            last_success: counts.last_success,
        }
    }
}

impl Counts {
    /// Whether the cursor is kept as it is.
    pub(super) fn is_saved(&self) -> bool {
        self.done_to.is_none_or(|done_to| Some(done_to.number) == self.saved)
    }
}
