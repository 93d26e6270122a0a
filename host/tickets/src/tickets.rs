//! What the scheduler's lock guards: the tickets, who runs each, and who waits for it.

use std::{collections::HashMap, sync::Arc, time::Instant};

use job::PollJob;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::{KeptReport, Removal, Table, TicketId};

/// The tickets, with who runs and who waits for each: what the lock guards.
#[derive(Debug)]
pub(crate) struct Tickets {
    pub(crate) table: Table<PollJob, KeptReport>,
    /// How to reach the polls that run.
    pub(crate) runs: HashMap<TicketId, RunHandle>,
    /// Who waits for changes of a ticket. There is an entry only while somebody may be waiting.
    watchers: HashMap<TicketId, watch::Sender<u64>>,
}

/// How to reach a poll that runs.
#[derive(Debug)]
pub(crate) struct RunHandle {
    /// Stops it.
    pub(crate) cancelled: CancellationToken,
    /// Tells it that it has a slot again.
    pub(crate) resumed: Arc<Notify>,
}

impl Tickets {
    pub(crate) fn new(table: Table<PollJob, KeptReport>) -> Self {
        Self { table, runs: HashMap::new(), watchers: HashMap::new() }
    }

    /// Hears of changes of a ticket that has this version.
    pub(crate) fn watch(&mut self, id: TicketId, version: u64) -> watch::Receiver<u64> {
        self.watchers.entry(id).or_insert_with(|| watch::Sender::new(version)).subscribe()
    }

    /// Cancels a ticket that waits or runs, forgets one that has ended.
    pub(crate) fn remove(&mut self, id: TicketId) -> Option<Removal> {
        let removal = self.table.remove(id, Instant::now())?;
        if removal == Removal::CancelledRunning
            && let Some(run) = self.runs.get(&id)
        {
            run.cancelled.cancel();
        }
        self.changed(id);
        Some(removal)
    }

    /// Cancels every ticket that waits or runs, and returns them with their targets. Under one lock: one that ended in
    /// between would be forgotten.
    pub(crate) fn cancel_all(&mut self) -> Vec<(TicketId, Arc<str>)> {
        let tickets = self.table.newest_first(None, None).filter(|(.., ticket)| !ticket.state.status().is_final());
        let mut live: Vec<_> = tickets.map(|(_, id, ticket)| (id, Arc::clone(&ticket.target))).collect();
        // The oldest first: they are at the front of their lines, so none has to be searched for.
        live.reverse();
        for (id, _) in &live {
            let _ = self.remove(*id);
        }
        live
    }

    /// Wakes those who wait for a change of this ticket.
    pub(crate) fn changed(&mut self, id: TicketId) {
        let Some(watcher) = self.watchers.get(&id) else { return };
        let ticket = self.table.ticket(id);
        let nobody_waits = match ticket {
            Some(ticket) => watcher.send(ticket.version).is_err(),
            None => true,
        };
        if nobody_waits || ticket.is_some_and(|ticket| ticket.state.status().is_final()) {
            self.watchers.remove(&id);
        }
    }
}
