//! The way of a notification: let in, understood, stored, acknowledged.
//!
//! ```text
//! listener ── queue ──▶ understand (two batches at a time) ──▶ in order ──▶ repetitions ──▶ store ──▶ acknowledge
//! ```
//!
//! Each stage waits for the one behind it, so what does not fit piles up in the listener's queue alone, which is bounded
//! and counts what it drops. Nothing is acknowledged before it is stored, and what cannot be stored is tried again.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Semaphore, mpsc},
    time::{Instant, sleep, sleep_until},
};
use tokio_util::task::AbortOnDropHandle;
use traps::{
    NewEntry, TrapLog, error_chain,
    listener::{Arrivals, Reply},
};

use super::{
    dedupe::{Key, Windows},
    understood::{Understanding, Understood},
};

/// Notifications that go to the sandbox together: what one call there takes.
const UNDERSTOOD_AT_ONCE: usize = 256;

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

/// A batch on its way through the sandbox.
type Batch = AbortOnDropHandle<Vec<Understood>>;

/// Looks for repetitions.
pub(super) type Repetitions = Option<Windows<Understood>>;

/// Works until the listener is gone and all that it let in is stored.
pub(super) async fn run(arrivals: Arrivals, understanding: Arc<Understanding>, log: TrapLog, repetitions: Repetitions) {
    let (batches, understood) = mpsc::channel(BATCHES);
    let storing = Storing { log, repetitions, understanding: Arc::clone(&understanding) };
    tokio::join!(understand(arrivals, understanding, batches), storing.run(understood));
}

async fn understand(mut arrivals: Arrivals, understanding: Arc<Understanding>, batches: mpsc::Sender<Batch>) {
    let sandbox = Arc::new(Semaphore::new(IN_SANDBOX));
    let mut next = Instant::now();
    // Places first: what waits for one waits in the listener's queue.
    while let Ok(place) = batches.reserve().await
        && let Ok(turn) = Arc::clone(&sandbox).acquire_owned().await
    {
        sleep_until(next).await;
        let Some(arrived) = arrivals.next_batch(UNDERSTOOD_AT_ONCE).await else { return };
        next = Instant::now() + BETWEEN;
        let understanding = Arc::clone(&understanding);
        let task = tokio::spawn(async move {
            let understood = understanding.of(arrived).await;
            drop(turn);
            understood
        });
        place.send(AbortOnDropHandle::new(task));
    }
}

struct Storing {
    log: TrapLog,
    repetitions: Repetitions,
    understanding: Arc<Understanding>,
}

/// What is stored together, and who waits for it.
#[derive(Default)]
struct Together {
    entries: Vec<NewEntry>,
    octets: usize,
    replies: Vec<Reply>,
}

impl Storing {
    async fn run(mut self, mut batches: mpsc::Receiver<Batch>) {
        let mut is_open = true;
        while is_open {
            let mut together = Together::default();
            let end = self.repetitions.as_ref().and_then(Windows::next_end);
            let ended = async {
                match end {
                    Some(end) => sleep_until(end).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                batch = batches.recv() => match batch {
                    Some(batch) => self.add(batch, &mut together).await,
                    None => is_open = false,
                },
                () = ended => {}
            }
            while together.entries.len() < STORED_AT_ONCE
                && together.octets < STORED_OCTETS
                && let Ok(batch) = batches.try_recv()
            {
                self.add(batch, &mut together).await;
            }
            self.add_repeated(!is_open, &mut together);
            self.store(together).await;
        }
    }

    async fn add(&mut self, batch: Batch, together: &mut Together) {
        let understood = match batch.await {
            Ok(understood) => understood,
            Err(error) => {
                // Their informs are not answered, so their senders try again.
                tracing::error!(%error, "notifications were lost: decoding them broke off");
                return;
            }
        };
        let now = Instant::now();
        for understood in understood {
            let repetitions = self.repetitions.as_mut().filter(|_| !understood.is_inform());
            match repetitions {
                None => self.push(understood, None, together),
                Some(windows) => {
                    let key = understood.key();
                    match windows.take(key, now, understood) {
                        Some(first) => self.push(first, Some((key, 1)), together),
                        None => self.understanding.counters.repeated.add(1),
                    }
                }
            }
        }
    }

    /// The last ones of windows that have ended.
    fn add_repeated(&mut self, all: bool, together: &mut Together) {
        let Some(windows) = &mut self.repetitions else { return };
        let ended = if all { windows.close_all() } else { windows.ended(Instant::now()) };
        for (key, last, times) in ended {
            self.push(last, Some((key, times)), together);
        }
    }

    fn push(&self, mut understood: Understood, dedupe: Option<(Key, u64)>, together: &mut Together) {
        let entry = understood.entry(&self.understanding.settings, dedupe);
        together.octets += entry.json.len();
        together.entries.push(entry);
        together.replies.extend(understood.take_reply());
    }

    /// Stores what is together, however long that takes, and acknowledges it then.
    async fn store(&self, Together { entries, replies, .. }: Together) {
        let (counters, entries) = (&self.understanding.counters, Arc::<[NewEntry]>::from(entries));
        if entries.is_empty() {
            return;
        }
        let mut has_failed = false;
        while let Err(error) = self.log.append(Arc::clone(&entries)).await {
            counters.store_failures.add(1);
            if !std::mem::replace(&mut has_failed, true) {
                let error = error_chain(&error);
                tracing::error!(error, "notifications cannot be stored; informs are not acknowledged until they can");
            }
            sleep(PAUSE).await;
        }
        if has_failed {
            tracing::info!("notifications can be stored again");
        }
        counters.stored.add(entries.len());
        replies.into_iter().for_each(Reply::send);
    }
}
