//! Slots: how much runs at the same time.
//!
//! Polls and direct operations have slots of their own, so neither can hold up the other: a queue of direct operations
//! does not starve polls, and polls that take minutes do not hold up a GET of one object. Each is a limit with a name.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use limits::PollLimits;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};

/// The slots of one process.
#[derive(Clone, Debug)]
pub struct Slots {
    /// For polls by ticket: `polls.max_concurrent`.
    pub(crate) polls: Arc<Semaphore>,
    /// For direct operations.
    pub direct: Arc<DirectSlots>,
}

/// Slots for operations that are answered at once: `polls.direct_concurrent`.
#[derive(Debug)]
pub struct DirectSlots {
    slots: Semaphore,
    waiting: AtomicUsize,
    most: usize,
    most_waiting: usize,
}

/// Why a direct operation got no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSlot {
    /// All slots are taken for longer than the operation may take.
    #[error("No slot was free within {timeout:?} (limit `polls.direct_concurrent`: {slots}); try again")]
    Timeout {
        /// The operation's timeout.
        timeout: Duration,
        /// How many slots there are.
        slots: usize,
    },
    /// Too many others are waiting for a slot.
    #[error("Too many direct operations are waiting (limit `polls.direct_waiting`: {limit}); try again")]
    TooManyWaiting {
        /// How many may wait.
        limit: usize,
    },
}

impl Slots {
    /// As many as these limits say.
    #[must_use]
    pub fn new(limits: &PollLimits) -> Self {
        Self { polls: Arc::new(Semaphore::new(limits.max_concurrent)), direct: Arc::new(DirectSlots::new(limits)) }
    }
}

impl DirectSlots {
    /// As many as these limits say.
    #[must_use]
    pub fn new(limits: &PollLimits) -> Self {
        Self {
            slots: Semaphore::new(limits.direct_concurrent),
            waiting: AtomicUsize::new(0),
            most: limits.direct_concurrent,
            most_waiting: limits.direct_waiting,
        }
    }

    /// A slot for an operation that may take this long and must be done by this deadline; given back when dropped.
    pub async fn take(&self, timeout: Duration, deadline: Instant) -> Result<SemaphorePermit<'_>, NoSlot> {
        if let Ok(slot) = self.slots.try_acquire() {
            return Ok(slot);
        }
        let limit = self.most_waiting;
        let _waiting = Waiting::enter(&self.waiting, limit).ok_or(NoSlot::TooManyWaiting { limit })?;
        match timeout_at(deadline, self.slots.acquire()).await {
            Ok(Ok(slot)) => Ok(slot),
            // The semaphore is never closed, and if it were, there would be no slot either.
            Ok(Err(_)) | Err(_) => Err(NoSlot::Timeout { timeout, slots: self.most }),
        }
    }
}

/// One of those that wait, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::Relaxed);
        let entered = Self(waiting);
        (before < most).then_some(entered)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
