//! The trap log: records, numbered without holes, within bounds.
//!
//! The first record ever is number 1, and no number is ever used twice, also after a restart with a [`State`]. Beyond
//! its bounds the log forgets the oldest records; a reader who comes too late for some is told how many. Records are
//! kept in packed blocks of those that were appended together, in memory or in the store alike, and are unpacked for
//! who reads them. Records that cannot be stored wait in memory, within a bound: who follows the log has them from there,
//! and they get their numbers when they are stored. What a record says is not known here, but for its [`Facts`].

mod disk;
mod entry;
mod filter;
mod memory;
mod packed;
mod reading;
mod unstored;

use std::{fmt, io, sync::Arc, time::Duration};

use parking_lot::{Mutex, MutexGuard};
use state::State;
use tokio::sync::watch;

use self::{disk::Disk, memory::Memory, unstored::Unstored};
pub use self::{
    entry::{
        Entry, Facts, FollowPage, LogOptions, LogStats, NewEntry, NotRead, NotStored, OpenError, Page, ReadPosition,
        RecordPosition, UnstoredStats,
    },
    filter::Filter,
};

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
    state: Mutex<LogState>,
    /// The end of what can be followed.
    end: watch::Sender<ReadPosition>,
}

/// Changed together, so that a record is in memory or in the log for everybody who looks, and never in both.
struct LogState {
    stats: LogStats,
    unstored: Unstored,
}

/// Records that are in the log now and were in memory: behind which serial, under which number, how many.
#[derive(Clone, Copy, Debug)]
struct StoredLater {
    behind: u64,
    number: u64,
    count: u64,
}

/// For how long a reader is held up who could not read.
const READ_PAUSE: Duration = Duration::from_secs(1);

impl TrapLog {
    /// A log that ends with the process.
    #[must_use]
    pub fn in_memory(options: LogOptions) -> Self {
        Self(Arc::new(Inner { options, kept: Kept::Memory(Memory::default()), shared: Shared::new(options) }))
    }

    /// The log in this state, with what it had before. There must be one at a time. Blocks for a moment, and dropping
    /// the last clone blocks until what was to be stored is stored.
    pub fn open(options: LogOptions, state: &State) -> Result<Self, OpenError> {
        let shared = Shared::new(options);
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
        self.store(new, None).await
    }

    async fn store(&self, new: Arc<[NewEntry]>, behind: Option<u64>) -> Result<u64, NotStored> {
        match &self.0.kept {
            Kept::Disk(disk) => disk.append(new, behind).await,
            Kept::Memory(memory) => {
                let stats = memory.append(&new, self.0.options).map_err(NotStored)?;
                let count = new.len() as u64;
                let later = behind.map(|behind| StoredLater { behind, number: stats.last + 1 - count, count });
                self.0.shared.publish(stats, later.as_slice());
                Ok(stats.last)
            }
        }
    }

    /// Keeps records in memory that could not be stored, for those who follow the log, until
    /// [`store_unstored`](Self::store_unstored) stores them. Beyond [`LogOptions::unstored_bytes`] the oldest are dropped.
    /// As long as there are any, nothing else is to be appended: it would get a number before theirs. Returns the count of
    /// such records before these.
    pub fn keep_unstored(&self, new: &[NewEntry]) -> u64 {
        let mut state = self.0.shared.lock();
        let before = state.unstored.last();
        state.unstored.keep(new);
        self.0.shared.tell(&state);
        before
    }

    /// Stores the oldest records that are kept in memory, as many as are stored together. False where there are none. To be
    /// called by one at a time.
    pub async fn store_unstored(&self) -> Result<bool, NotStored> {
        let (behind, entries) = self.0.shared.lock().unstored.to_store();
        if entries.is_empty() {
            return Ok(false);
        }
        self.store(entries.into(), Some(behind)).await.map(|_| true)
    }

    /// The records after a number that are wanted, at most so many; at once, also when there are none. `after` beyond
    /// the end is the end.
    ///
    /// A reading is bounded: it may end before all that are wanted are found, and then [`Page::next`] says where it
    /// ended. Where the store fails, there is a pause and then an empty page that has not moved on. Cancel-safe.
    pub async fn read(&self, after: u64, wanted: &Filter, max: usize) -> Page {
        match self.try_read(after, wanted, max).await {
            Ok(page) => page,
            Err(NotRead(error)) => {
                // The store has said so, once, and there are many readers.
                tracing::debug!(%error, "cannot read the trap log");
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
    pub async fn try_read(&self, after: u64, wanted: &Filter, max: usize) -> Result<Page, NotRead> {
        let last = self.last();
        if after >= last {
            return Ok(Page { next: last, ..Page::default() });
        }
        let (log, wanted) = (self.clone(), wanted.clone());
        // Unpacking takes time, and reading old records waits for the disk.
        let read = tokio::task::spawn_blocking(move || log.0.read(after, &wanted, max)).await;
        let mut page = read.map_err(|error| NotRead(io::Error::other(error)))?.map_err(NotRead)?;
        // The store may have records that nobody was told of yet.
        page.entries.retain(|entry| entry.number() <= Some(last));
        (page.next, page.missed) = (page.next.min(last), page.missed.min(last - after));
        Ok(page)
    }

    /// The records behind a position that are wanted, at most so many, as [`try_read`](Self::try_read) gives them; behind
    /// the end of the log those that could not be stored yet, from memory. What was given from memory is not given again
    /// when it is stored.
    pub async fn follow(&self, after: ReadPosition, wanted: &Filter, max: usize) -> Result<FollowPage, NotRead> {
        {
            let state = self.0.shared.lock();
            if after.number >= state.stats.last {
                let after = ReadPosition { number: state.stats.last, ..after };
                return Ok(state.unstored.page(after, wanted, max));
            }
        }
        let page = self.try_read(after.number, wanted, max).await?;
        Ok(self.0.shared.lock().unstored.without_known(after, page))
    }

    /// The position of somebody who has seen the log up to this number, and nothing else.
    #[must_use]
    pub fn position_after(&self, number: u64) -> ReadPosition {
        ReadPosition { number, unstored: self.0.shared.lock().unstored.seen_with(number) }
    }

    /// The position of somebody who wants what comes from now on.
    #[must_use]
    pub fn end(&self) -> ReadPosition {
        *self.0.shared.end.borrow()
    }

    /// One record, if it is still there.
    pub async fn get(&self, number: u64) -> Option<Entry> {
        let page = self.read(number.checked_sub(1)?, &Filter::default(), 1).await;
        page.entries.into_iter().next().filter(|entry| entry.number() == Some(number))
    }

    /// The number of the last record; 0 where there was none ever.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.0.shared.end.borrow().number
    }

    /// How the log is, after the last append.
    #[must_use]
    pub fn stats(&self) -> LogStats {
        self.0.shared.lock().stats
    }

    /// The records that could not be stored yet.
    #[must_use]
    pub fn unstored(&self) -> UnstoredStats {
        self.0.shared.lock().unstored.stats()
    }

    /// Up to which of the records that could not be stored at first all are stored or dropped by now.
    #[must_use]
    pub fn settled(&self) -> u64 {
        self.0.shared.lock().unstored.gone()
    }

    /// Waits until there is a record after this number. Cancel-safe.
    pub async fn wait_after(&self, number: u64) {
        let mut end = self.0.shared.end.subscribe();
        // The sender lives as long as `self`.
        let _ = end.wait_for(|end| end.number > number).await;
    }

    /// Waits until there is something to follow behind this position. Cancel-safe.
    pub async fn wait_beyond(&self, position: ReadPosition) {
        let mut end = self.0.shared.end.subscribe();
        // The sender lives as long as `self`.
        let _ = end.wait_for(|end| end.number > position.number || end.unstored > position.unstored).await;
    }
}

impl Inner {
    fn read(&self, after: u64, wanted: &Filter, max: usize) -> io::Result<Page> {
        match &self.kept {
            Kept::Memory(memory) => reading::read(&memory.snapshot(self.options), after, wanted, max),
            Kept::Disk(disk) => {
                let read = || reading::read(&disk.snapshot(self.options)?, after, wanted, max);
                // A snapshot ends when somebody else's change fails, which is no failure of this reading.
                read().or_else(|_| read())
            }
        }
    }
}

impl Shared {
    fn new(options: LogOptions) -> Arc<Self> {
        let stats = LogStats { first: 1, ..LogStats::default() };
        let state = Mutex::new(LogState { stats, unstored: Unstored::new(options.unstored_bytes) });
        Arc::new(Self { state, end: watch::Sender::new(ReadPosition::default()) })
    }

    /// Tells how the log is now, and which records it has of those that were in memory; wakes who waits for it.
    fn publish(&self, stats: LogStats, later: &[StoredLater]) {
        let mut state = self.lock();
        for StoredLater { behind, number, count } in later {
            state.unstored.stored(*behind, *number, *count);
        }
        // Two who appended may come here in any order.
        if stats.last >= state.stats.last {
            state.stats = stats;
        }
        self.tell(&state);
    }

    fn tell(&self, state: &LogState) {
        self.end.send_replace(ReadPosition { number: state.stats.last, unstored: state.unstored.last() });
    }

    fn lock(&self) -> MutexGuard<'_, LogState> {
        self.state.lock()
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
