//! Slots for direct operations: how many of them run at the same time.
//!
//! Polls have slots of their own, so neither can hold up the other: a queue of direct operations does not starve polls, and
//! polls that take minutes do not hold up a GET of one object. Both are shared among clients in the same way.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use job::{Client, Event, Events, Running};
use limits::PollLimits;
use parking_lot::{Mutex, MutexGuard};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::{
    DeviceKey,
    queue::{Dispatch, FairQueue, Full, QueueBounds},
};

/// Slots for operations that are answered at once: `polls.direct_concurrent`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DirectSlots {
    state: Arc<Mutex<SlotsState>>,
    slots: usize,
    max_waiting: usize,
}

/// The slot of one operation, given back when dropped; the operation may give it away meanwhile.
pub struct Slot {
    slots: DirectSlots,
    id: u64,
    given: Arc<Notify>,
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

/// What the lock guards.
#[derive(Debug)]
struct SlotsState {
    queue: FairQueue<u64>,
    /// How to tell an operation that it has a slot.
    given: HashMap<u64, Arc<Notify>>,
    next_id: u64,
}

impl DirectSlots {
    /// As many as these limits say.
    #[must_use]
    pub fn new(limits: &PollLimits) -> Self {
        let queue = FairQueue::new(QueueBounds {
            slots: limits.direct_concurrent,
            silent: limits.direct_silent,
            waiting: limits.direct_waiting,
            // Who asks for single objects asks a device for several at once.
            per_device: usize::MAX,
        });
        Self {
            state: Arc::new(Mutex::new(SlotsState { queue, given: HashMap::new(), next_id: 0 })),
            slots: limits.direct_concurrent,
            max_waiting: limits.direct_waiting,
        }
    }

    /// A slot for an operation of this client that may take this long and must be done by this deadline.
    pub async fn take(
        &self,
        client: Client,
        device: &DeviceKey,
        timeout: Duration,
        deadline: Instant,
    ) -> Result<Slot, NoSlot> {
        let slot = self.enter(client, device).map_err(|_| NoSlot::TooManyWaiting { limit: self.max_waiting })?;
        self.give();
        match timeout_at(deadline, slot.given.notified()).await {
            Ok(()) => Ok(slot),
            Err(_) => Err(NoSlot::Timeout { timeout, slots: self.slots }),
        }
    }

    /// One that waits for its turn.
    fn enter(&self, client: Client, device: &DeviceKey) -> Result<Slot, Full> {
        let mut state = self.state();
        let id = state.next_id;
        state.next_id += 1;
        state.queue.push(client, device, id)?;
        let given = Arc::new(Notify::new());
        state.given.insert(id, Arc::clone(&given));
        Ok(Slot { slots: self.clone(), id, given })
    }

    /// Gives free slots to those whose turn it is.
    fn give(&self) {
        let mut state = self.state();
        while let Some(Dispatch::Start(id, _) | Dispatch::Resume(id)) = state.queue.next() {
            if let Some(given) = state.given.get(&id) {
                given.notify_one();
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, SlotsState> {
        self.state.lock()
    }
}

/// What a direct operation tells is in its answer; but while its device is silent, its slot goes to others.
impl Events for Slot {
    fn tell(&self, _: Event) {}

    fn pause(&self) {
        self.slots.state().queue.pause(self.id);
        self.slots.give();
    }

    fn resume(&self) -> Running<()> {
        let has_to_wait = self.slots.state().queue.resume(self.id);
        self.slots.give();
        let given = Arc::clone(&self.given);
        Box::pin(async move {
            if has_to_wait {
                given.notified().await;
            }
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.slots.state();
        state.queue.release(self.id);
        state.given.remove(&self.id);
        drop(state);
        self.slots.give();
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").field("id", &self.id).finish_non_exhaustive()
    }
}
