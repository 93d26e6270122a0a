//! Runs the tickets: the thin layer of tasks and locks around the pure [`Table`].
//!
//! One task spawns a task for each poll whose turn it is. A cancelled ticket says so at once; its task is told to stop,
//! and its slot and its device come back when the task is really gone. A poll that waits for a silent device gives its
//! slot back meanwhile.
//! The lock is held for moments only, and never while waiting.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use budget::AnswerBudget;
use job::{Client, Event, Events, LogLine, PollJob, Runner, Running};
use limits::Limits;
use parking_lot::{Mutex, MutexGuard};
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::{
    Bounds, Counts, DeviceKey, Ending, KeptReport, Next, QueueFull, Removal, Snapshot, Started, Status, Submission,
    Table, TicketId, TicketPage, TicketRow,
    tickets::{RunHandle, Tickets},
};

/// All tickets and the tasks that run them. Cloning is cheap.
#[derive(Clone)]
pub struct Scheduler(Arc<Shared>);

struct Shared {
    runner: Arc<dyn Runner<PollJob>>,
    /// Where the memory of results is taken from.
    budget: AnswerBudget,
    tickets: Mutex<Tickets>,
    /// Something may be ready to start.
    ready: Notify,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// What a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitUntil {
    /// Any change; at once if the ticket's version is another one than this.
    Change {
        /// The version that the client has seen.
        since: Option<u64>,
    },
    /// The ticket's end.
    End,
}

/// How often expired tickets are looked for when nothing else happens.
const EXPIRY_TICK: Duration = Duration::from_secs(10);

impl fmt::Debug for Scheduler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduler").field("counts", &self.counts()).finish_non_exhaustive()
    }
}

impl Scheduler {
    /// Starts the task that starts polls, inside the current tokio runtime. [`Scheduler::shut_down`] stops it.
    pub fn start(runner: Arc<dyn Runner<PollJob>>, budget: AnswerBudget, limits: &Limits) -> Self {
        let table = Table::new(Bounds {
            slots: limits.polls.max_concurrent,
            silent: limits.polls.silent,
            queued: limits.tickets.queued,
            per_device: limits.polls.per_device,
            finished: limits.tickets.finished,
            finished_bytes: limits.tickets.finished_bytes,
            retention: limits.tickets.retention,
            counters: limits.polls.counters,
        });
        let scheduler = Self(Arc::new(Shared {
            runner,
            budget,
            tickets: Mutex::new(Tickets::new(table)),
            ready: Notify::new(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        }));
        let tasks = scheduler.0.tasks.clone();
        tasks.spawn(scheduler.clone().start_polls());
        scheduler
    }

    /// Queues a poll of this client.
    pub fn submit(&self, client: Client, job: PollJob) -> Result<TicketId, QueueFull> {
        let id = TicketId::random();
        let submission = Submission {
            id,
            client,
            target: Arc::clone(job.device.target.asked()),
            device: DeviceKey::new(job.device.target.host(), job.device.port),
            job,
            created_at: OffsetDateTime::now_utc(),
        };
        self.tickets().table.submit(submission)?;
        self.0.ready.notify_one();
        Ok(id)
    }

    /// The ticket as it is now.
    pub fn ticket(&self, id: TicketId) -> Option<Snapshot> {
        Some(Snapshot::of(id, self.tickets().table.ticket(id)?, Instant::now()))
    }

    /// The ticket once what is waited for has come, or `patience` is over.
    pub async fn wait(&self, id: TicketId, until: WaitUntil, patience: Duration) -> Option<Snapshot> {
        let mut changes = {
            let mut tickets = self.tickets();
            let ticket = tickets.table.ticket(id)?;
            let version = ticket.version;
            let is_new = matches!(until, WaitUntil::Change { since: Some(since) } if version != since);
            if ticket.state.status().is_final() || is_new {
                return Some(Snapshot::of(id, ticket, Instant::now()));
            }
            tickets.watch(id, version)
        };
        let come = async {
            while changes.changed().await.is_ok() {
                match until {
                    WaitUntil::Change { .. } => break,
                    WaitUntil::End if self.has_ended(id) => break,
                    WaitUntil::End => {}
                }
            }
        };
        // Whichever it is, what was waited for, a ticket that is gone, or no time left: the answer is how it is now.
        let _ = tokio::time::timeout(patience, come).await;
        self.ticket(id)
    }

    fn has_ended(&self, id: TicketId) -> bool {
        self.tickets().table.ticket(id).is_none_or(|ticket| ticket.state.status().is_final())
    }

    /// At most `limit` tickets, newest first; with `after`, those that come after the page that ended there.
    pub fn list(&self, status: Option<Status>, after: Option<u64>, limit: usize) -> TicketPage {
        let now = Instant::now();
        let tickets = self.tickets();
        let mut newest = tickets.table.newest_first(status, after);
        let mut last = None;
        let rows = newest
            .by_ref()
            .take(limit)
            .map(|(number, id, ticket)| {
                last = Some(number);
                TicketRow {
                    id,
                    target: Arc::clone(&ticket.target),
                    status: ticket.state.status(),
                    created_at: ticket.created_at,
                    elapsed: ticket.elapsed(now),
                }
            })
            .collect();
        let next = last.filter(|_| newest.next().is_some());
        TicketPage { rows, next, total: tickets.table.count(status) }
    }

    /// How many tickets there are.
    pub fn counts(&self) -> Counts {
        self.tickets().table.counts()
    }

    /// Cancels a ticket that waits or runs, forgets one that has ended.
    pub fn remove(&self, id: TicketId) -> Option<Removal> {
        let mut tickets = self.tickets();
        let target = Arc::clone(&tickets.table.ticket(id)?.target);
        let removal = tickets.remove(id)?;
        // A log may be slow, and everything waits for the lock.
        drop(tickets);
        if removal != Removal::Deleted {
            log_cancelled(id, &target);
        }
        Some(removal)
    }

    /// Stops everything, without waiting, once what this returns is dropped.
    pub fn stop_on_drop(&self) -> DropGuard {
        self.0.stop.clone().drop_guard()
    }

    /// Cancels everything and waits until it is gone, for at most `grace`. Nothing starts afterwards.
    pub async fn shut_down(&self, grace: Duration) {
        // The tickets first: a run that is stopped before its ticket says so has failed.
        let cancelled = self.tickets().cancel_all();
        self.0.stop.cancel();
        for (id, target) in cancelled {
            log_cancelled(id, &target);
        }
        self.0.tasks.close();
        if tokio::time::timeout(grace, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("polls were still running at the end of the time to shut down");
        }
    }

    /// The task that starts polls.
    async fn start_polls(self) {
        let mut expiry = tokio::time::interval(EXPIRY_TICK);
        loop {
            tokio::select! {
                () = self.0.stop.cancelled() => return,
                _ = expiry.tick() => drop(self.tickets()),
                () = self.0.ready.notified() => {}
            }
            while self.give_next_slot() {}
        }
    }

    /// Starts the ticket whose turn it is, or lets its run go on. Says no where there is none, or no slot.
    fn give_next_slot(&self) -> bool {
        let mut tickets = self.tickets();
        let Started { id, device, job } = match tickets.table.next(Instant::now()) {
            Some(Next::Start(started)) => started,
            Some(Next::Resume(id)) => {
                if let Some(run) = tickets.runs.get(&id) {
                    run.resumed.notify_one();
                }
                return true;
            }
            None => return false,
        };
        let cancelled = self.0.stop.child_token();
        tickets.runs.insert(id, RunHandle { cancelled: cancelled.clone(), resumed: Arc::default() });
        tickets.changed(id);
        // A spawn may drop what it is given at once, and dropping a run takes the lock.
        drop(tickets);
        let run = Run { scheduler: self.clone(), id, device };
        self.0.tasks.spawn(async move {
            cancelled.run_until_cancelled(run.poll(job)).await;
        });
        true
    }

    fn tickets(&self) -> MutexGuard<'_, Tickets> {
        let mut tickets = self.0.tickets.lock();
        tickets.table.expire(Instant::now());
        tickets
    }
}

fn log_cancelled(ticket: TicketId, target: &str) {
    // `target` would be a second key of that name in a line of JSON.
    tracing::info!(%ticket, device = target, "poll cancelled");
}

/// A poll that runs. Dropping it, which cancelling does, gives back its slot and its device.
struct Run {
    scheduler: Scheduler,
    id: TicketId,
    device: DeviceKey,
}

impl Run {
    async fn poll(self, job: PollJob) {
        let events = TicketEvents { scheduler: self.scheduler.clone(), id: self.id };
        let result = self.scheduler.0.runner.run(job, Arc::new(events)).await;
        let (ending, bytes) = match result {
            Ok(report) => {
                let gaps = report.gaps.len();
                let report = KeptReport::new(&report, &self.scheduler.0.budget);
                let bytes = report.bytes();
                tracing::info!(ticket = %self.id, device = %self.device, gaps, "poll complete");
                (Ending::Complete(Arc::new(report)), bytes)
            }
            Err(error) => {
                tracing::info!(ticket = %self.id, device = %self.device, %error, "poll failed");
                (Ending::Failed(error.to_string().into()), 0)
            }
        };
        let mut tickets = self.scheduler.tickets();
        if tickets.table.finish(self.id, ending, bytes, Instant::now()) {
            tickets.table.keep_within(self.scheduler.0.budget.kept_capacity());
            tickets.changed(self.id);
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let mut tickets = self.scheduler.tickets();
        tickets.runs.remove(&self.id);
        tickets.table.release(self.id);
        // Only a run that panicked, or was stopped without its ticket, has not ended it yet.
        let ending = Ending::Failed("The poll ended unexpectedly".into());
        if tickets.table.finish(self.id, ending, 0, Instant::now()) {
            tickets.changed(self.id);
        }
        drop(tickets);
        self.scheduler.0.ready.notify_one();
    }
}

/// Carries what a poll says into its ticket.
struct TicketEvents {
    scheduler: Scheduler,
    id: TicketId,
}

impl Events for TicketEvents {
    fn tell(&self, event: Event) {
        match event {
            Event::Progress { line, counters } => {
                let mut tickets = self.scheduler.tickets();
                if tickets.table.progress(self.id, line.as_ref(), &counters) {
                    tickets.changed(self.id);
                }
            }
            Event::Log(line) => self.log(&line),
            // Of direct walks.
            Event::Rows(_) => {}
        }
    }

    fn pause(&self) {
        self.scheduler.tickets().table.pause(self.id);
        self.scheduler.0.ready.notify_one();
    }

    fn resume(&self) -> Running<()> {
        let mut tickets = self.scheduler.tickets();
        let has_to_wait = tickets.table.resume(self.id);
        let resumed = tickets.runs.get(&self.id).filter(|_| has_to_wait).map(|run| Arc::clone(&run.resumed));
        drop(tickets);
        self.scheduler.0.ready.notify_one();
        Box::pin(async move {
            if let Some(resumed) = resumed {
                resumed.notified().await;
            }
        })
    }
}

impl TicketEvents {
    fn log(&self, LogLine { recipe, level, line }: &LogLine) {
        let (ticket, said) = (self.id, level.as_str());
        // What is odd about a device is for whoever polls it, and in the ticket. To the operator it is no warning: a
        // thousand devices with the same broken row must not fill the log.
        if level.is_warning() {
            tracing::info!(%ticket, recipe, said, "{line}");
        } else {
            tracing::debug!(%ticket, recipe, said, "{line}");
        }
    }
}
