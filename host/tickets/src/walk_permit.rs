//! What a direct walk has for as long as its answer is on its way.

use std::sync::Arc;

use budget::{AnswerBudget, Permit};
use job::{Client, Event, Events, RowsReady, Running};
use parking_lot::Mutex;

use crate::Slot;

/// Memory of the budget for the part of a walk's answer that is read and not sent: [`Direct::walk`](crate::Direct::walk)
/// takes it, and what hears the rows keeps to it.
pub const WALK_BUFFER: usize = 512 << 10;

/// A slot, and memory for the part of the answer that is not sent yet. While the device is silent the walk has neither.
#[derive(Debug)]
#[must_use = "dropping it lets the next walk run"]
pub struct WalkPermit(Arc<Held>);

#[derive(Debug)]
struct Held {
    slot: Slot,
    memory: Mutex<Option<Permit>>,
    budget: AnswerBudget,
    client: Client,
}

impl WalkPermit {
    /// Waits until there is memory for a walk that has a slot.
    pub(crate) async fn take(slot: Slot, client: Client, budget: AnswerBudget) -> Self {
        let held = Held { slot, memory: Mutex::default(), budget, client };
        held.take_memory().await;
        Self(Arc::new(held))
    }

    /// Hears what the walk tells: rows go to `rows`, and its slot is given to others while its device is silent.
    pub(crate) fn events(&self, rows: Arc<dyn Events>) -> Arc<dyn Events> {
        Arc::new(WalkEvents { held: Arc::clone(&self.0), rows })
    }
}

impl Held {
    async fn take_memory(&self) {
        let memory = self.budget.take(self.client, WALK_BUFFER).await;
        *self.memory.lock() = Some(memory);
    }
}

struct WalkEvents {
    held: Arc<Held>,
    rows: Arc<dyn Events>,
}

impl Events for WalkEvents {
    fn tell(&self, event: Event) {
        self.rows.tell(event);
    }

    fn ready(&self) -> RowsReady<'_> {
        self.rows.ready()
    }

    fn pause(&self) {
        drop(self.held.memory.lock().take());
        self.held.slot.pause();
    }

    fn resume(&self) -> Running<()> {
        let held = Arc::clone(&self.held);
        Box::pin(async move {
            held.slot.resume().await;
            held.take_memory().await;
        })
    }
}
