//! The table of tickets: the only place where a ticket changes its state.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};

use job::Client;
use time::OffsetDateTime;

use super::{
    DeviceKey, Ending, State, Status, Ticket, TicketId,
    ended::{EndedTickets, Exceeded},
    queue::{Dispatch, FairQueue, QueueBounds},
};

/// All tickets that somebody may still ask for. `J` is what a run needs to start, `R` what a complete one holds.
///
/// A ticket's job is handed out when it starts and dropped when it is cancelled before, so that no credentials are kept
/// longer than they are needed.
#[derive(Debug)]
pub struct Table<J, R> {
    bounds: Bounds,
    entries: HashMap<TicketId, Entry<J, R>>,
    queue: FairQueue<TicketId>,
    /// Every ticket by the number of its submission.
    by_age: BTreeMap<u64, TicketId>,
    /// The same by status, so that listing a few of one status does not look at all the others.
    by_status: HashMap<Status, BTreeMap<u64, TicketId>>,
    ended: EndedTickets,
    next_number: u64,
}

#[derive(Debug)]
struct Entry<J, R> {
    ticket: Ticket<R>,
    client: Client,
    number: u64,
    job: Option<J>,
    end: Option<End>,
}

#[derive(Clone, Copy, Debug)]
struct End {
    number: u64,
    at: Instant,
}

/// How many tickets there may be, and for how long. Each field says what happens beyond it.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Polls that have a slot. Beyond, tickets wait.
    pub slots: usize,
    /// Polls that wait without a slot for a silent device. Beyond, no further one starts, but for as many as there are
    /// slots; with 0, a poll keeps its slot while it waits.
    pub silent: usize,
    /// Tickets that wait. Beyond, a submit is refused, except of a client that has less than its share of them, up to
    /// twice as many in all.
    pub queued: usize,
    /// Polls of one device at the same time. Beyond, its tickets wait while those of others start.
    pub per_device: usize,
    /// Ended tickets. Beyond, those that ended first of the client that has the most are forgotten.
    pub finished: usize,
    /// Octets of the results of ended tickets. Beyond, those that ended first of the client that has the most are forgotten.
    pub finished_bytes: usize,
    /// Time after a ticket's end. Beyond, it is forgotten.
    pub retention: Duration,
    /// Counters of one ticket. Beyond, new ones are dropped.
    pub counters: usize,
}

/// What is submitted.
#[derive(Debug)]
pub struct Submission<J> {
    /// The name of the new ticket.
    pub id: TicketId,
    /// Who submits it.
    pub client: Client,
    /// The target as the client wrote it.
    pub target: Arc<str>,
    /// What counts as one device.
    pub device: DeviceKey,
    /// What the run will need.
    pub job: J,
    /// Now, for people.
    pub created_at: OffsetDateTime,
}

/// A ticket whose turn it is. It has a slot.
#[must_use]
#[derive(Debug)]
pub enum Next<J> {
    /// It is to be run now.
    Start(Started<J>),
    /// Its run waits for this since [`Table::resume`], and goes on now.
    Resume(TicketId),
}

/// A ticket that is to be run now. Whoever takes it must call [`Table::release`] once the run is gone.
#[must_use]
#[derive(Debug)]
pub struct Started<J> {
    /// The ticket.
    pub id: TicketId,
    /// The device, which is taken until then.
    pub device: DeviceKey,
    /// What it needs.
    pub job: J,
}

/// What became of a ticket that a client does not want any more.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// It waited and is cancelled.
    CancelledQueued,
    /// It ran and is cancelled; the caller stops the run.
    CancelledRunning,
    /// It had ended and is forgotten.
    Deleted,
}

/// How many tickets there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// That wait.
    pub queued: usize,
    /// That run.
    pub running: usize,
    /// In all.
    pub total: usize,
}

/// As many tickets wait as may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many polls are waiting (limit `tickets.queued`: {bound}); try again later")]
pub struct QueueFull {
    /// The bound.
    pub bound: usize,
}

impl<J, R> Table<J, R> {
    /// An empty table.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self {
            queue: FairQueue::new(QueueBounds {
                slots: bounds.slots,
                silent: bounds.silent,
                waiting: bounds.queued,
                per_device: bounds.per_device,
            }),
            bounds,
            entries: HashMap::new(),
            by_age: BTreeMap::new(),
            by_status: HashMap::new(),
            ended: EndedTickets::default(),
            next_number: 0,
        }
    }

    /// Adds a ticket at the end of its device's line.
    pub fn submit(&mut self, submission: Submission<J>) -> Result<(), QueueFull> {
        let Submission { id, client, target, device, job, created_at } = submission;
        let full = |_| QueueFull { bound: self.bounds.queued };
        self.queue.push(client, &device, id).map_err(full)?;
        let number = self.number();
        let ticket = Ticket {
            target,
            created_at,
            state: State::Queued,
            progress: Arc::from(""),
            counters: Vec::new(),
            version: 1,
        };
        self.by_age.insert(number, id);
        self.by_status.entry(Status::Queued).or_default().insert(number, id);
        self.entries.insert(id, Entry { ticket, client, number, job: Some(job), end: None });
        Ok(())
    }

    /// Gives the next free slot to the ticket whose turn it is, if there are both.
    pub fn next(&mut self, now: Instant) -> Option<Next<J>> {
        loop {
            let (id, device) = match self.queue.next()? {
                Dispatch::Start(id, device) => (id, device),
                Dispatch::Resume(id) => return Some(Next::Resume(id)),
            };
            self.change(id, State::Running { since: now });
            let job = self.entries.get_mut(&id).and_then(|entry| {
                entry.ticket.version += 1;
                entry.job.take()
            });
            let Some(job) = job else {
                self.queue.release(id);
                continue;
            };
            return Some(Next::Start(Started { id, device, job }));
        }
    }

    /// Takes the slot of a run that only waits for its device.
    pub fn pause(&mut self, id: TicketId) {
        self.queue.pause(id);
    }

    /// The device of a paused run has answered. Says whether the run has to wait for its [`Next::Resume`].
    pub fn resume(&mut self, id: TicketId) -> bool {
        self.queue.resume(id)
    }

    /// Whether [`Table::next`] would give one.
    #[must_use]
    pub fn has_next(&self) -> bool {
        self.queue.has_next()
    }

    /// Tells how far a run is; without a line the one before stays. Says whether a client can see a difference.
    pub fn progress(&mut self, id: TicketId, line: Option<&Arc<str>>, counters: &[(String, u64)]) -> bool {
        let bound = self.bounds.counters;
        let Some(ticket) = self.entries.get_mut(&id).map(|entry| &mut entry.ticket) else { return false };
        if !matches!(ticket.state, State::Running { .. }) {
            return false;
        }
        let mut changed = false;
        if let Some(line) = line.filter(|line| ticket.progress != **line) {
            ticket.progress = Arc::clone(line);
            changed = true;
        }
        for (name, value) in counters {
            let full = ticket.counters.len() >= bound;
            match ticket.counters.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) if known == value => {}
                Some((_, known)) => {
                    *known = *value;
                    changed = true;
                }
                None if !full => {
                    ticket.counters.push((name.clone(), *value));
                    changed = true;
                }
                None => {}
            }
        }
        ticket.version += u64::from(changed);
        changed
    }

    /// Ends a run; `bytes` is the size of its result. Says no, and changes nothing, if the ticket had ended before.
    pub fn finish(&mut self, id: TicketId, ending: Ending<R>, bytes: usize, now: Instant) -> bool {
        let Some(entry) = self.entries.get_mut(&id) else { return false };
        let State::Running { since } = entry.ticket.state else { return false };
        let elapsed = now.saturating_duration_since(since);
        let state = match ending {
            Ending::Complete(result) => {
                entry.ticket.progress = Arc::from("Complete");
                State::Complete { elapsed, result }
            }
            Ending::Failed(error) => State::Failed { elapsed, error },
        };
        self.change(id, state);
        self.ended(id, bytes, now);
        true
    }

    /// Gives back the slot and the device of a run that is gone, however it ended.
    pub fn release(&mut self, id: TicketId) {
        self.queue.release(id);
    }

    /// Cancels a ticket that waits or runs, forgets one that has ended. None if there is no such ticket.
    pub fn remove(&mut self, id: TicketId, now: Instant) -> Option<Removal> {
        let entry = self.entries.get_mut(&id)?;
        let removal = match entry.ticket.state {
            State::Queued => {
                entry.job = None;
                self.queue.release(id);
                self.change(id, State::Cancelled { elapsed: None });
                Removal::CancelledQueued
            }
            State::Running { since } => {
                let elapsed = Some(now.saturating_duration_since(since));
                self.change(id, State::Cancelled { elapsed });
                Removal::CancelledRunning
            }
            State::Complete { .. } | State::Failed { .. } | State::Cancelled { .. } => {
                self.forget(id);
                return Some(Removal::Deleted);
            }
        };
        self.ended(id, 0, now);
        Some(removal)
    }

    /// Forgets the tickets whose time is over.
    pub fn expire(&mut self, now: Instant) {
        while let Some(id) = self.ended.first() {
            let end = self.entries.get(&id).and_then(|entry| entry.end);
            if end.is_some_and(|end| now.saturating_duration_since(end.at) < self.bounds.retention) {
                return;
            }
            self.forget(id);
        }
    }

    /// The ticket of this name.
    #[must_use]
    pub fn ticket(&self, id: TicketId) -> Option<&Ticket<R>> {
        self.entries.get(&id).map(|entry| &entry.ticket)
    }

    /// All tickets, newest first, or those of one status; with `after`, those older than the ticket of this number.
    ///
    /// Each comes with the number of its submission, which stays valid when the ticket itself is forgotten.
    pub fn newest_first(
        &self,
        status: Option<Status>,
        after: Option<u64>,
    ) -> impl Iterator<Item = (u64, TicketId, &Ticket<R>)> {
        let numbers = self.numbers(status).map(|ids| ids.range(..after.unwrap_or(u64::MAX)).rev());
        numbers.into_iter().flatten().filter_map(|(number, id)| Some((*number, *id, self.ticket(*id)?)))
    }

    /// How many tickets there are of one status, or in all.
    #[must_use]
    pub fn count(&self, status: Option<Status>) -> usize {
        self.numbers(status).map_or(0, BTreeMap::len)
    }

    fn numbers(&self, status: Option<Status>) -> Option<&BTreeMap<u64, TicketId>> {
        status.map_or(Some(&self.by_age), |status| self.by_status.get(&status))
    }

    /// How many tickets there are.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts { queued: self.queue.waiting(), running: self.count(Some(Status::Running)), total: self.entries.len() }
    }

    /// Keeps a ticket that has just ended, and holds the bounds on what is kept.
    fn ended(&mut self, id: TicketId, bytes: usize, now: Instant) {
        let number = self.number();
        let Some(entry) = self.entries.get_mut(&id) else { return };
        entry.ticket.version += 1;
        entry.end = Some(End { number, at: now });
        self.ended.insert(number, id, entry.client, bytes);
        self.keep_within(self.bounds.finished_bytes);
    }

    /// Forgets ended tickets until what is kept takes at most so many octets, and holds the bound on their number. Those of
    /// the client that has the most go first, from its oldest on. The newest is kept whatever its size: somebody is waiting
    /// for it.
    pub fn keep_within(&mut self, bytes: usize) {
        loop {
            let excess = match (self.ended.len() > self.bounds.finished, self.ended.bytes() > bytes) {
                (false, false) => return,
                (_, true) => Exceeded::Bytes,
                (true, false) => Exceeded::Tickets,
            };
            let Some(id) = self.ended.gives_way(excess) else { return };
            self.forget(id);
        }
    }

    /// Moves a ticket to another state.
    fn change(&mut self, id: TicketId, state: State<R>) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let (before, now) = (entry.ticket.state.status(), state.status());
        entry.ticket.state = state;
        self.by_status.entry(before).or_default().remove(&entry.number);
        self.by_status.entry(now).or_default().insert(entry.number, id);
    }

    fn forget(&mut self, id: TicketId) {
        let Some(entry) = self.entries.remove(&id) else { return };
        self.by_age.remove(&entry.number);
        self.by_status.entry(entry.ticket.state.status()).or_default().remove(&entry.number);
        if let Some(end) = entry.end {
            self.ended.remove(end.number);
        }
    }

    fn number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number
    }
}
