//! One forwarder: it reads the log behind its cursor, sends, and tries again.
//!
//! It waits in three places: for records, for a receiver, and for the end of a pause. Each ends when it is told to stop;
//! only an attempt is left to finish. Log lines tell changes of state, not single records.

use std::{io, ops::ControlFlow, sync::Arc, time::SystemTime};

use tokio::time::{Duration, Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    ForwardOptions,
    attempt::{Attempt, Failure},
    backoff::{Backoff, chance},
    cursor::Cursors,
    sink::Sink,
    spool::Spool,
    stats::{ForwarderState, Shared},
};
use crate::{FollowPage, ReadPosition, TrapLog};

/// The time between two savings of a cursor: a log on disk has better things to do. What was sent since the last one is
/// sent again after a crash.
const SAVE_INTERVAL: Duration = Duration::from_secs(1);

/// The time that reading or saving a cursor may take. Beyond, it is tried again later.
const CURSOR_LIMIT: Duration = Duration::from_secs(10);

/// For how long a forwarder is held up that could not read.
const READ_PAUSE: Duration = Duration::from_secs(1);

/// The time that saying goodbye to a receiver may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

/// One forwarder and all it needs.
pub(super) struct Worker {
    pub(super) options: ForwardOptions,
    pub(super) sink: Sink,
    pub(super) log: TrapLog,
    pub(super) cursors: Arc<dyn Cursors>,
    pub(super) shared: Arc<Shared>,
    pub(super) stop: CancellationToken,
}

/// What the last log line was about.
#[derive(Debug, Default)]
struct LastLogged {
    passing_over: bool,
    refusing: bool,
    not_saved: bool,
}

/// The pauses to come.
struct Pauses {
    failed: Backoff,
    refused: Backoff,
}

impl Worker {
    /// Runs until it is told to stop, or until its receiver is gone for good. Without a cursor it begins behind `end`.
    pub(super) async fn run(mut self, end: ReadPosition) {
        let _ended = Ended(Arc::clone(&self.shared));
        let mut pauses =
            Pauses { failed: Backoff::new(self.options.backoff), refused: Backoff::of_refusals(self.options.backoff) };
        let mut last_logged = LastLogged::default();
        if let Some(start) = self.load(end, &mut pauses.failed).await {
            let mut spool = Spool::new(start, self.options.spool);
            let mut save_at = Instant::now();
            loop {
                self.fill(&mut spool, &mut last_logged).await;
                self.shared.lock().done_to = Some(spool.done_to());
                if Instant::now() >= save_at && self.save(&mut last_logged).await {
                    save_at = Instant::now() + SAVE_INTERVAL;
                }
                let then = if spool.waiting().is_empty() {
                    last_logged.passing_over &= spool.looked_to().number < self.log.last();
                    self.wait(&spool, save_at).await
                } else {
                    self.attempt(&mut spool, &mut pauses, &mut last_logged).await
                };
                if let ControlFlow::Break(()) = then {
                    break;
                }
            }
            // Where that takes too long, the other end has to find out by itself.
            let _ = timeout(CLOSE_LIMIT, self.sink.close()).await;
        }
    }

    /// Where to begin. A cursor beyond the end of the log is of another log, or of an end that this one has lost: what
    /// comes now is new, whatever its numbers, and nothing waits until they have caught up.
    async fn load(&self, end: ReadPosition, backoff: &mut Backoff) -> Option<ReadPosition> {
        let name = &self.options.name;
        loop {
            match within_limit(self.cursors.load(name)).await {
                Ok(cursor) => {
                    let start = match cursor {
                        Some(cursor) if cursor < end.number => self.log.position_after(cursor),
                        _ => end,
                    };
                    let mut shared = self.shared.lock();
                    (shared.saved, shared.state) = (cursor, ForwarderState::Working);
                    return Some(start);
                }
                Err(error) => {
                    tracing::warn!(forwarder = %name, %error, "cannot read the cursor of this forwarder; trying again");
                    self.failed(&format!("cannot read the cursor: {error}"));
                    if let ControlFlow::Break(()) = self.pause(backoff.pause(None, chance())).await {
                        return None;
                    }
                }
            }
        }
    }

    /// Takes records in hand if there are none, and lets go of those that are too far behind.
    async fn fill(&self, spool: &mut Spool, last_logged: &mut LastLogged) {
        let mut gone = spool.pass_over(self.log.last());
        if spool.waiting().is_empty() {
            let page = self.read(spool.looked_to()).await;
            gone += spool.take(page);
        }
        if gone > 0 {
            self.shared.lock().passed_over += gone;
            if !last_logged.passing_over {
                let bound = self.options.spool;
                tracing::warn!(forwarder = %self.options.name, bound, "too far behind: skipping the oldest records");
            }
            last_logged.passing_over = true;
        }
    }

    /// The records behind this position. Where the store fails, there is a pause and then a page that has not moved on.
    async fn read(&self, after: ReadPosition) -> FollowPage {
        match self.log.follow(after, &self.options.filter, self.options.batch.max(1)).await {
            Ok(page) => page,
            Err(error) => {
                // The store has said so, once, and there are many readers.
                tracing::debug!(forwarder = %self.options.name, %error, "cannot read the trap log");
                sleep(READ_PAUSE).await;
                FollowPage { next: after, ..FollowPage::default() }
            }
        }
    }

    /// Waits for more records, or until the cursor is to be saved.
    async fn wait(&self, spool: &Spool, save_at: Instant) -> ControlFlow<()> {
        let is_saved = self.shared.lock().is_saved();
        tokio::select! {
            // What there is goes out before the end.
            biased;
            () = self.log.wait_beyond(spool.looked_to()) => ControlFlow::Continue(()),
            () = sleep_until(save_at), if !is_saved => ControlFlow::Continue(()),
            () = self.stop.cancelled() => ControlFlow::Break(()),
        }
    }

    async fn attempt(
        &mut self,
        spool: &mut Spool,
        pauses: &mut Pauses,
        last_logged: &mut LastLogged,
    ) -> ControlFlow<()> {
        let limit = self.options.timeout;
        let attempt = match timeout(limit, self.sink.send(spool.waiting())).await {
            Ok(attempt) => attempt,
            Err(_) => Attempt::default().failed(format!("did not finish within {limit:?}")),
        };
        let unstored = spool.waiting().iter().take(attempt.done).filter(|entry| entry.number().is_none()).count();
        spool.done(attempt.done);
        self.count(&attempt, unstored, spool, last_logged);
        // Only what was taken shows that all is well: one that refuses everything may be the wrong one.
        if attempt.done > attempt.refused {
            pauses.failed.reset();
            pauses.refused.reset();
        }
        match attempt.failure {
            None if attempt.refused > 0 && attempt.done == attempt.refused => {
                self.pause(pauses.refused.pause(None, chance())).await
            }
            None => ControlFlow::Continue(()),
            Some(Failure::Later { error, pause }) => {
                self.failed(&error);
                self.pause(pauses.failed.pause(pause, chance())).await
            }
            Some(Failure::Never { error }) => {
                tracing::error!(forwarder = %self.options.name, error, "this forwarder has ended");
                self.shared.lock().last_error = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    /// Notes what was dealt with, so many records of it from memory.
    fn count(&self, attempt: &Attempt, unstored: usize, spool: &Spool, last_logged: &mut LastLogged) {
        let name = &self.options.name;
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let sent = attempt.done.saturating_sub(attempt.refused);
        let mut shared = self.shared.lock();
        shared.done_to = Some(spool.done_to());
        shared.sent += count(sent);
        shared.unstored += count(unstored);
        shared.refused += count(attempt.refused);
        if let Some(reason) = &attempt.reason {
            shared.last_error = Some(reason.clone());
        }
        let works_again = attempt.failure.is_none() && attempt.done > 0 && shared.state == ForwarderState::Failing;
        if works_again {
            shared.state = ForwarderState::Working;
        }
        if sent > 0 {
            shared.last_success = Some(SystemTime::now());
        }
        drop(shared);
        if works_again {
            tracing::info!(forwarder = %name, "forwarding works again");
        }
        if attempt.refused > 0 && !last_logged.refusing {
            let reason = attempt.reason.as_deref().unwrap_or_default();
            tracing::warn!(forwarder = %name, records = attempt.refused, reason, "the receiver rejected records; they are not sent again");
        }
        last_logged.refusing = attempt.refused > 0 || (last_logged.refusing && sent == 0);
    }

    /// Notes a failure, and tells of the first in a row.
    fn failed(&self, error: &str) {
        let mut shared = self.shared.lock();
        let was_working = shared.state != ForwarderState::Failing;
        shared.state = ForwarderState::Failing;
        shared.failed_attempts += 1;
        shared.last_error = Some(error.to_owned());
        drop(shared);
        if was_working {
            tracing::warn!(forwarder = %self.options.name, error, "forwarding failed and will be tried again");
        }
    }

    async fn pause(&self, pause: Duration) -> ControlFlow<()> {
        tokio::select! {
            () = sleep(pause) => if self.stop.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) },
            () = self.stop.cancelled() => ControlFlow::Break(()),
        }
    }

    /// Saves the cursor if it has moved. Returns whether it tried.
    async fn save(&self, last_logged: &mut LastLogged) -> bool {
        match save(&*self.cursors, &self.options.name, &self.shared).await {
            None => return false,
            Some(Ok(())) => last_logged.not_saved = false,
            Some(Err(error)) => {
                if !last_logged.not_saved {
                    tracing::warn!(forwarder = %self.options.name, %error, "cannot save how far this forwarder is");
                }
                last_logged.not_saved = true;
            }
        }
        true
    }
}

/// Saves a cursor if it has moved since it was saved.
pub(super) async fn save(cursors: &dyn Cursors, name: &str, shared: &Shared) -> Option<io::Result<()>> {
    let done_to = {
        let shared = shared.lock();
        shared.done_to.filter(|_| !shared.is_saved())?.number
    };
    let saved = within_limit(cursors.save(name, done_to)).await;
    if saved.is_ok() {
        shared.lock().saved = Some(done_to);
    }
    Some(saved)
}

async fn within_limit<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(CURSOR_LIMIT, work).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

/// Notes that a forwarder has ended, however it did.
struct Ended(Arc<Shared>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.lock().state = ForwarderState::Ended;
    }
}
