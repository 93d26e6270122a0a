//! Blocks in the store of the state directory, and the thread that puts them there.
//!
//! A transaction waits for the disk, and how long does not depend on how much it writes. So one thread takes everything
//! that waits, packs it together, and ends one transaction for all of it. What is needed for numbering is read in that
//! transaction: after a failure, whatever became of it, the next one goes on with what is really there.

use std::{
    io,
    sync::Arc,
    thread::{self, JoinHandle},
};

use state::{State, StateError, Table, View};
use tokio::sync::{mpsc, oneshot};

use super::{
    LogOptions, LogStats, NewEntry, NotStored, OpenError, Shared, StoredLater,
    packed::{self, Block, Packer},
    reading::Blocks,
    stats,
};

/// The blocks, by the number of their first record.
const BLOCKS: Table = Table::new("trap-log");
/// The number of the last record.
const LAST: &str = "trap-log/last";
/// The octets of all blocks.
const BYTES: &str = "trap-log/bytes";

/// Appends that wait for the thread. Beyond, callers wait to hand over theirs.
const WAITING: usize = 64;

/// Records that are stored together. Beyond, they wait for the next transaction; those of one append stay together.
const GROUP_RECORDS: usize = 4096;

/// Blocks that are forgotten at once. Beyond, they are forgotten with the next transaction.
const FORGET_AT_ONCE: usize = 1024;

/// The log's place in the store.
pub(super) struct Disk {
    state: State,
    /// Gone when the log is being dropped, which ends the thread.
    waiting: Option<mpsc::Sender<Append>>,
    thread: Option<JoinHandle<()>>,
}

/// Records that somebody wants stored.
struct Append {
    entries: Arc<[NewEntry]>,
    /// Behind which one of the records in memory they come, where they are of those.
    behind: Option<u64>,
    stored: oneshot::Sender<Result<u64, NotStored>>,
}

impl Disk {
    pub(super) fn open(options: LogOptions, state: &State, shared: Arc<Shared>) -> Result<Self, OpenError> {
        let view = Snapshot::new(state.view()?, options)?;
        shared.publish(view.stats, &[]);
        let packer = Packer::new().map_err(OpenError::Thread)?;
        let (sender, waiting) = mpsc::channel(WAITING);
        let writer = Writer { options, state: state.clone(), shared, packer };
        let thread = thread::Builder::new().name("trap-log".to_owned()).spawn(move || writer.run(waiting));
        let thread = thread.map_err(OpenError::Thread)?;
        Ok(Self { state: state.clone(), waiting: Some(sender), thread: Some(thread) })
    }

    pub(super) async fn append(&self, entries: Arc<[NewEntry]>, behind: Option<u64>) -> Result<u64, NotStored> {
        let ended = || NotStored(io::Error::other("the thread of the trap log has ended"));
        let (stored, answer) = oneshot::channel();
        let waiting = self.waiting.as_ref().ok_or_else(ended)?;
        waiting.send(Append { entries, behind, stored }).await.map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }

    /// The blocks as they are now. Blocks.
    pub(super) fn snapshot(&self, options: LogOptions) -> io::Result<Snapshot> {
        let view = self.state.view().and_then(|view| Snapshot::new(view, options));
        view.map_err(|error| as_io(Arc::new(error)))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.waiting.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told when it happened.
            let _ = thread.join();
        }
    }
}

/// The thread.
struct Writer {
    options: LogOptions,
    state: State,
    shared: Arc<Shared>,
    packer: Packer,
}

impl Writer {
    fn run(mut self, mut waiting: mpsc::Receiver<Append>) {
        while let Some(first) = waiting.blocking_recv() {
            let mut records = first.entries.len();
            let mut group = vec![first];
            while records < GROUP_RECORDS
                && let Ok(next) = waiting.try_recv()
            {
                records += next.entries.len();
                group.push(next);
            }
            let stored = self.store(&group);
            let mut number = stored.as_ref().map_or(0, |stats| stats.last - records as u64);
            if let Ok(stats) = &stored {
                self.shared.publish(*stats, &stored_later(&group, number));
            }
            for Append { entries, stored: answer, .. } in group {
                number += entries.len() as u64;
                let result = match &stored {
                    Ok(_) => Ok(number),
                    Err(error) => Err(NotStored(as_io(Arc::clone(error)))),
                };
                // Whoever went away meanwhile does not want to know.
                let _ = answer.send(result);
            }
        }
    }

    fn store(&mut self, group: &[Append]) -> Result<LogStats, Arc<Failure>> {
        let entries = group.iter().flat_map(|append| append.entries.iter());
        let blocks = self.packer.pack(entries).map_err(|error| Arc::new(Failure::Packing(error)))?;
        let stored = self.state.commit(|batch| {
            let mut last = batch.number(LAST)?.unwrap_or(0);
            let mut bytes = batch.number(BYTES)?.unwrap_or(0);
            for Block { records, octets } in &blocks {
                batch.insert(BLOCKS, last + 1, octets)?;
                last += records;
                bytes += octets.len() as u64;
            }
            let first = last.saturating_sub(self.options.records as u64) + 1;
            batch.remove_first_while(BLOCKS, FORGET_AT_ONCE, |number, octets| {
                let gone = bytes > self.options.bytes as u64 || number + packed::records(octets) <= first;
                if gone {
                    bytes = bytes.saturating_sub(octets.len() as u64);
                }
                gone
            })?;
            batch.set_number(LAST, last)?;
            batch.set_number(BYTES, bytes)?;
            Ok(stats(batch.first_number(BLOCKS)?, last, bytes, self.options))
        });
        stored.map_err(|error| Arc::new(Failure::State(error)))
    }
}

/// Which records of a group were in memory before. The group begins behind this number.
fn stored_later(group: &[Append], mut number: u64) -> Vec<StoredLater> {
    let mut later = Vec::new();
    for Append { entries, behind, .. } in group {
        let count = entries.len() as u64;
        later.extend(behind.map(|behind| StoredLater { behind, number: number + 1, count }));
        number += count;
    }
    later
}

/// Why records were not stored.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    State(StateError),
    #[error("cannot compress them")]
    Packing(#[source] io::Error),
}

/// The error as one of input and output. Several callers get the same one.
fn as_io(error: Arc<impl std::error::Error + Send + Sync + 'static>) -> io::Error {
    let mut kind = io::ErrorKind::Other;
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&*error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            kind = error.kind();
        }
        cause = error.source();
    }
    io::Error::new(kind, error)
}

/// The blocks as they were at one moment.
pub(super) struct Snapshot {
    view: View,
    stats: LogStats,
}

impl Snapshot {
    fn new(view: View, options: LogOptions) -> Result<Self, StateError> {
        let (last, bytes) = (view.number(LAST)?.unwrap_or(0), view.number(BYTES)?.unwrap_or(0));
        let stats = stats(view.first_number(BLOCKS)?, last, bytes, options);
        Ok(Self { view, stats })
    }
}

impl Blocks for Snapshot {
    fn first(&self) -> u64 {
        self.stats.first
    }

    fn last(&self) -> u64 {
        self.stats.last
    }

    fn at_or_before(&self, number: u64) -> io::Result<Option<(u64, Arc<[u8]>)>> {
        let found = self.view.at_or_before(BLOCKS, number).map_err(|error| as_io(Arc::new(error)))?;
        Ok(found.map(|(number, octets)| (number, octets.into())))
    }

    fn begin_after(&self, number: u64) -> io::Result<Option<u64>> {
        let found = self.view.at_or_after(BLOCKS, number + 1).map_err(|error| as_io(Arc::new(error)))?;
        Ok(found.map(|(number, _)| number))
    }
}
