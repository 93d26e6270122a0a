//! The trap log: records, numbered without holes, within bounds.
//!
//! The first record ever is number 1, and no number is ever used twice, also after a restart with a [`State`]. Beyond
//! its bounds the log forgets the oldest records; a reader who comes too late for some is told how many. Records are
//! kept in packed blocks of those that were appended together, in memory or in the store alike, and are unpacked for
//! who reads them. What a record says is not known here, but for its [`Facts`].

mod disk;
mod entry;
mod memory;
mod packed;
mod reading;

use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use state::State;
use tokio::sync::watch;

pub use self::entry::{Entry, Facts, LogOptions, LogStats, NewEntry, NotRead, NotStored, OpenError, Page};
use self::{disk::Disk, memory::Memory};
use crate::Filter;

/// The log. Cloning is cheap.
#[derive(Clone)]
pub struct TrapLog(Arc<Inner>);

struct Inner {
    options: LogOptions,
    kept: Kept,
    shared: Arc<Shared>,
}

enum Kept {
    Memory(Memory),
    Disk(Disk),
}

/// What is known of the log without reading it.
struct Shared {
    stats: Mutex<LogStats>,
    last: watch::Sender<u64>,
}

/// For how long a reader is held up who could not read.
const READ_PAUSE: Duration = Duration::from_secs(1);

impl TrapLog {
    /// A log that ends with the process.
    #[must_use]
    pub fn in_memory(options: LogOptions) -> Self {
        Self(Arc::new(Inner { options, kept: Kept::Memory(Memory::default()), shared: Shared::new() }))
    }

    /// The log in this state, with what it had before. There must be one at a time. Blocks for a moment, and dropping
    /// the last clone blocks until what was to be stored is stored.
    pub fn open(options: LogOptions, state: &State) -> Result<Self, OpenError> {
        let shared = Shared::new();
        let disk = Disk::open(options, state, Arc::clone(&shared))?;
        Ok(Self(Arc::new(Inner { options, kept: Kept::Disk(disk), shared })))
    }

    /// Numbers records and stores them, in their order. Returns the number of the last one once all of them will be
    /// there after a crash, as far as the log survives one at all. Either all are stored or none, and then their numbers
    /// are not used. Appends at the same time are stored together. Where the future is dropped, the records may be
    /// stored or not.
    pub async fn append(&self, new: impl Into<Arc<[NewEntry]>>) -> Result<u64, NotStored> {
        let new = new.into();
        if new.is_empty() {
            return Ok(self.last());
        }
        match &self.0.kept {
            Kept::Disk(disk) => disk.append(new).await,
            Kept::Memory(memory) => {
                let stats = memory.append(&new, self.0.options).map_err(NotStored)?;
                self.0.shared.publish(stats);
                Ok(stats.last)
            }
        }
    }

    /// The records after a number that are wanted, at most so many; at once, also when there are none. `after` beyond
    /// the end is the end.
    ///
    /// A reading is bounded: it may end before all that are wanted are found, and then [`Page::next`] says where it
    /// ended. Where the store fails, there is a pause and then an empty page that has not moved on. Cancel-safe.
    pub async fn read(&self, after: u64, wanted: &Filter, most: usize) -> Page {
        match self.try_read(after, wanted, most).await {
            Ok(page) => page,
            Err(NotRead(error)) => {
                // The store has said so, once, and there are many readers.
                tracing::debug!(%error, "the trap log cannot be read");
                tokio::time::sleep(READ_PAUSE).await;
                Page { next: after, ..Page::default() }
            }
        }
    }

    /// The same; where the store fails, the caller decides what to do.
    ///
    /// `after` beyond [`last`](Self::last) is answered with an empty page whose `next` is less than `after`. Such a
    /// number is from another log, or from before the state directory was lost or put back: who has it has not seen the
    /// records of this log with the numbers up to `after`, and nothing here says so. Callers who want to know compare
    /// their number with `last` first.
    pub async fn try_read(&self, after: u64, wanted: &Filter, most: usize) -> Result<Page, NotRead> {
        let last = self.last();
        if after >= last {
            return Ok(Page { next: last, ..Page::default() });
        }
        let (log, wanted) = (self.clone(), wanted.clone());
        // Unpacking takes time, and reading old records waits for the disk.
        let read = tokio::task::spawn_blocking(move || log.0.read(after, &wanted, most)).await;
        read.map_err(|error| NotRead(io::Error::other(error)))?.map_err(NotRead)
    }

    /// One record, if it is still there.
    pub async fn get(&self, number: u64) -> Option<Entry> {
        let page = self.read(number.checked_sub(1)?, &Filter::default(), 1).await;
        page.entries.into_iter().next().filter(|entry| entry.number == number)
    }

    /// The number of the last record; 0 where there was none ever.
    #[must_use]
    pub fn last(&self) -> u64 {
        *self.0.shared.last.borrow()
    }

    /// How the log is, after the last append.
    #[must_use]
    pub fn stats(&self) -> LogStats {
        *self.0.shared.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is a record after this number. Cancel-safe.
    pub async fn wait_after(&self, number: u64) {
        let mut last = self.0.shared.last.subscribe();
        // The sender lives as long as `self`.
        let _ = last.wait_for(|last| *last > number).await;
    }
}

impl Inner {
    fn read(&self, after: u64, wanted: &Filter, most: usize) -> io::Result<Page> {
        match &self.kept {
            Kept::Memory(memory) => reading::read(&memory.snapshot(self.options), after, wanted, most),
            Kept::Disk(disk) => {
                let read = || reading::read(&disk.snapshot(self.options)?, after, wanted, most);
                // A snapshot ends when somebody else's change fails, which is no failure of this reading.
                read().or_else(|_| read())
            }
        }
    }
}

impl Shared {
    fn new() -> Arc<Self> {
        let stats = Mutex::new(LogStats { first: 1, ..LogStats::default() });
        Arc::new(Self { stats, last: watch::Sender::new(0) })
    }

    /// Tells how the log is now, and wakes who waits for it.
    fn publish(&self, stats: LogStats) {
        let mut known = self.stats.lock().unwrap_or_else(PoisonError::into_inner);
        // Two who appended may come here in any order.
        if stats.last >= known.last {
            *known = stats;
            self.last.send_replace(stats.last);
        }
    }
}

/// How a log is whose first block begins with this number. Of that block some records may be beyond the bound.
fn stats(begin: Option<u64>, last: u64, bytes: u64, options: LogOptions) -> LogStats {
    let bound = last.saturating_sub(options.records as u64) + 1;
    let first = begin.map_or(last + 1, |begin| begin.max(bound));
    LogStats { first, last, records: last + 1 - first, bytes, forgotten: first - 1 }
}

impl fmt::Debug for TrapLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrapLog")
            .field("options", &self.0.options)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
