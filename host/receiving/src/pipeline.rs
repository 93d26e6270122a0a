//! The way of a notification: let in, decoded, stored, acknowledged.
//!
//! ```text
//! listener ── queue ──▶ decode (two batches at a time) ──▶ in order ──▶ repetitions ──▶ store ──▶ acknowledge
//! ```
//!
//! Each stage waits for the one behind it, so what does not fit piles up in the listener's queue alone, which is bounded
//! and counts what it drops. Nothing is acknowledged before it is stored. What cannot be stored, as on a full disk, goes on
//! to those who follow the log from memory, and is stored in its order once that is possible; so a disk holds up the
//! acknowledgements of informs and nothing else.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, sleep, sleep_until},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use traps::{
    NewEntry, TrapLog, error_chain,
    listener::{Arrivals, Reply},
    log::NotStored,
};

use super::{
    counters::Counters,
    decoded::{DecodedTrap, TrapDecoding},
    dedupe::{Key, Windows},
};

/// Notifications that go to the sandbox together: what one call there takes.
const DECODED_AT_ONCE: usize = 256;

/// Batches that are in the sandbox at the same time. With more of them each would be smaller, and cost more for each
/// notification.
const IN_SANDBOX: usize = 2;

/// The shortest time between two batches. A notification after a silence goes at once; of many that come close behind
/// each other, more go together, and a call to the sandbox costs as much as a dozen of them.
const BETWEEN: Duration = Duration::from_millis(2);

/// Batches on their way from the queue to the log, those that wait for a slow disk included.
const BATCHES: usize = 8;

/// Records that are stored together, if there are so many.
const STORED_AT_ONCE: usize = 4_096;

/// Octets of records that are stored together. Beyond, the next ones wait.
const STORED_OCTETS: usize = 8 << 20;

/// How long to wait before records that could not be stored are tried again.
const PAUSE: Duration = Duration::from_secs(1);

/// For how long storing has to work until the log says that it does. A full disk may have room for a few records now and
/// then.
const WORKS_AGAIN: Duration = Duration::from_secs(30);

/// A batch on its way through the sandbox.
struct Batch {
    /// How many notifications are in it.
    notifications: usize,
    decoding: AbortOnDropHandle<Vec<DecodedTrap>>,
}

/// Looks for repetitions.
pub(super) type Repetitions = Option<Windows<DecodedTrap>>;

/// Works until the listener is gone and all that it let in is stored. Cancels `drained` when all of it is stored or in
/// memory.
pub(super) async fn run(
    arrivals: Arrivals,
    decoding_stage: Arc<TrapDecoding>,
    log: TrapLog,
    repetitions: Repetitions,
    drained: CancellationToken,
) {
    let (batches, decoded) = mpsc::channel(BATCHES);
    let store_stage = StoreStage {
        log,
        repetitions,
        decoding_stage: Arc::clone(&decoding_stage),
        replies: VecDeque::new(),
        failure: None,
        drained,
    };
    tokio::join!(decode_batches(arrivals, decoding_stage, batches), store_stage.run(decoded));
}

async fn decode_batches(mut arrivals: Arrivals, decoding_stage: Arc<TrapDecoding>, batches: mpsc::Sender<Batch>) {
    let sandbox = Arc::new(Semaphore::new(IN_SANDBOX));
    let mut next = Instant::now();
    // Places first: what waits for one waits in the listener's queue.
    while let Ok(place) = batches.reserve().await
        && let Ok(turn) = Arc::clone(&sandbox).acquire_owned().await
    {
        sleep_until(next).await;
        let Some(arrived) = arrivals.next_batch(DECODED_AT_ONCE).await else { return };
        next = Instant::now() + BETWEEN;
        let notifications = arrived.len();
        let decoding_stage = Arc::clone(&decoding_stage);
        let task = tokio::spawn(async move {
            let decoded = decoding_stage.of(arrived).await;
            drop(turn);
            decoded
        });
        place.send(Batch { notifications, decoding: AbortOnDropHandle::new(task) });
    }
}

struct StoreStage {
    log: TrapLog,
    repetitions: Repetitions,
    decoding_stage: Arc<TrapDecoding>,
    /// Who waits for records that could not be stored yet: which one of those, and the answer. In their order.
    replies: VecDeque<(u64, Reply)>,
    failure: Option<StoreFailure>,
    drained: CancellationToken,
}

/// Storing fails, or failed a moment ago.
#[derive(Clone, Copy, Debug)]
struct StoreFailure {
    /// When it failed last.
    failed: Instant,
    /// Records that were dropped from memory before this.
    dropped_before: u64,
    /// Whether the log has said that records are dropped.
    has_told_of_dropped: bool,
}

/// What is stored together, and who waits for it: for which of the entries, and the answer.
#[derive(Default)]
struct StoreBatch {
    entries: Vec<NewEntry>,
    octets: usize,
    replies: Vec<(usize, Reply)>,
}

impl Batch {
    /// Waits until it is decoded. Where that fails its notifications are lost, and counted.
    async fn decoded(self, counters: &Counters) -> Vec<DecodedTrap> {
        let Self { notifications, decoding } = self;
        decoding.await.unwrap_or_else(|error| {
            counters.lost.add(notifications);
            let lost = snmp::counted(notifications, "notification");
            // Their informs are not answered, so their senders try again.
            tracing::error!(
                %error,
                "lost {lost}: decoding failed, which is a defect of the program. Senders repeat informs, not traps; \
                 please report it with the lines of the log before this one"
            );
            Vec::new()
        })
    }
}

impl StoreStage {
    async fn run(mut self, mut batches: mpsc::Receiver<Batch>) {
        let mut is_open = true;
        while is_open {
            let mut to_store = StoreBatch::default();
            let end = self.repetitions.as_ref().and_then(Windows::next_end);
            let ended = until(end);
            let next_try = self.next_try();
            tokio::select! {
                batch = batches.recv() => match batch {
                    Some(batch) => self.add(batch, &mut to_store).await,
                    None => is_open = false,
                },
                () = ended => {}
                () = until(next_try) => {}
            }
            while to_store.entries.len() < STORED_AT_ONCE
                && to_store.octets < STORED_OCTETS
                && let Ok(batch) = batches.try_recv()
            {
                self.add(batch, &mut to_store).await;
            }
            self.add_repeated(!is_open, &mut to_store);
            self.store(to_store).await;
            self.try_again().await;
        }
        self.drained.cancel();
        while self.waits() {
            sleep(PAUSE).await;
            self.try_again().await;
        }
    }

    /// Whether there are records in memory that are to be stored.
    fn waits(&self) -> bool {
        self.log.unstored().records > 0
    }

    async fn add(&mut self, batch: Batch, to_store: &mut StoreBatch) {
        let decoded = batch.decoded(&self.decoding_stage.counters).await;
        let now = Instant::now();
        for decoded in decoded {
            let repetitions = self.repetitions.as_mut().filter(|_| !decoded.is_inform());
            match repetitions {
                None => self.push(decoded, None, to_store),
                Some(windows) => {
                    let key = decoded.key();
                    match windows.take(key, now, decoded) {
                        Some(first) => self.push(first, Some((key, 1)), to_store),
                        None => self.decoding_stage.counters.repeated.add(1),
                    }
                }
            }
        }
    }

    /// The last ones of windows that have ended.
    fn add_repeated(&mut self, all: bool, to_store: &mut StoreBatch) {
        let Some(windows) = &mut self.repetitions else { return };
        let ended = if all { windows.close_all() } else { windows.ended(Instant::now()) };
        for (key, last, times) in ended {
            self.push(last, Some((key, times)), to_store);
        }
    }

    fn push(&self, mut decoded: DecodedTrap, dedupe: Option<(Key, u64)>, to_store: &mut StoreBatch) {
        let entry = decoded.entry(&self.decoding_stage.settings, dedupe);
        to_store.octets += entry.json.len();
        to_store.replies.extend(decoded.take_reply().map(|reply| (to_store.entries.len(), reply)));
        to_store.entries.push(entry);
    }

    /// Stores what is together and acknowledges it then, or keeps it in memory where that is not possible.
    async fn store(&mut self, StoreBatch { entries, replies, .. }: StoreBatch) {
        if entries.is_empty() {
            return;
        }
        let entries = Arc::<[NewEntry]>::from(entries);
        if !self.waits() {
            match self.log.append(Arc::clone(&entries)).await {
                Ok(_) => {
                    self.decoding_stage.counters.stored.add(entries.len());
                    replies.into_iter().for_each(|(_, reply)| reply.send());
                    return;
                }
                Err(error) => self.failed(&error),
            }
        }
        self.decoding_stage.counters.unstored.add(entries.len());
        let before = self.log.keep_unstored(&entries);
        self.replies.extend(replies.into_iter().map(|(entry, reply)| (before + entry as u64 + 1, reply)));
        // Those of records that found no room: their senders try again.
        drop(self.take_settled());
        if let Some(failure) = &mut self.failure
            && !failure.has_told_of_dropped
            && self.log.unstored().dropped > failure.dropped_before
        {
            failure.has_told_of_dropped = true;
            tracing::error!(
                "dropped the oldest notifications that could not be stored: memory is full (limit \
                 `traps.unstored_bytes`); make room on the disk of the state directory, /health counts them"
            );
        }
    }

    /// Stores what is in memory, as far as that works, if it is time to.
    async fn try_again(&mut self) {
        if self.next_try().is_none_or(|next| Instant::now() < next) {
            return;
        }
        while self.waits() {
            let before = self.log.unstored();
            if let Err(error) = self.log.store_unstored().await {
                self.failed(&error);
                return;
            }
            let stored = before.records.saturating_sub(self.log.unstored().records);
            self.decoding_stage.counters.stored.add(usize::try_from(stored).unwrap_or(usize::MAX));
            self.take_settled().for_each(Reply::send);
        }
        if let Some(failure) = self.failure.take_if(|failure| failure.failed.elapsed() >= WORKS_AGAIN) {
            let dropped = self.log.unstored().dropped.saturating_sub(failure.dropped_before);
            tracing::info!(never_stored = dropped, "notifications are stored again");
        }
    }

    /// When to try to store what is in memory, or to see whether storing has worked for long enough.
    fn next_try(&self) -> Option<Instant> {
        let after = if self.waits() { PAUSE } else { WORKS_AGAIN };
        self.failure.map(|failure| failure.failed + after)
    }

    fn failed(&mut self, error: &NotStored) {
        self.decoding_stage.counters.store_failures.add(1);
        let failed = Instant::now();
        match &mut self.failure {
            Some(failure) => failure.failed = failed,
            None => {
                let dropped_before = self.log.unstored().dropped;
                self.failure = Some(StoreFailure { failed, dropped_before, has_told_of_dropped: false });
                let error = error_chain(error);
                tracing::error!(
                    error,
                    "cannot store notifications: they are forwarded from memory, and informs are not acknowledged"
                );
            }
        }
    }

    /// The answers to the informs whose records are stored by now, or dropped.
    fn take_settled(&mut self) -> impl Iterator<Item = Reply> {
        let settled = self.log.settled();
        let count = self.replies.partition_point(|(serial, _)| *serial <= settled);
        self.replies.drain(..count).map(|(_, reply)| reply)
    }
}

/// Waits until then; for ever where there is no such time.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn notifications_of_a_batch_that_fails_are_counted_as_lost() {
        let counters = Counters::default();
        for notifications in [7, 1] {
            let decoding = AbortOnDropHandle::new(tokio::spawn(async { panic!("a defect") }));
            assert!(Batch { notifications, decoding }.decoded(&counters).await.is_empty());
        }
        let whole = AbortOnDropHandle::new(tokio::spawn(async { Vec::new() }));
        Batch { notifications: 5, decoding: whole }.decoded(&counters).await;
        assert_eq!(counters.read().lost, 8);
    }
}
