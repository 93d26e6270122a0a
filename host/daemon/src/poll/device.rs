//! A plugin's view of the device: the session of its poll behind the runtime's traits.
//!
//! Every reader has a task of its own that walks ahead of the plugin, up to a bound, so that the readers of a plugin run
//! side by side. Dropping a reader stops its task. What could not be read is noted here with the engine's words, since
//! the words must not depend on what a plugin makes of them.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::FutureExt as _;
use plugin_runtime::{
    BoxFuture, Device, DeviceError, ErrorKind, ReadOutcome, ReadStatus, Row, TableSource, WalkSource,
};
use snmp_engine::{Oid, Outcome, RequestError, Session, Status, StopReason, Varbind};
use tokio::{runtime::Handle, sync::mpsc, task::AbortHandle, time::Instant};

use super::Gap;

/// The device of one recipe of one poll.
pub(super) struct PolledDevice {
    session: Session,
    timing: DeviceTiming,
    tasks: Handle,
    /// How many GETs and readers there were so far.
    asked: AtomicU64,
    notes: Arc<Mutex<Notes>>,
}

/// How long a recipe may read, and how far ahead of its plugin.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceTiming {
    /// The deadline of each GET.
    pub(super) get_timeout: Duration,
    /// The deadline of each walk.
    pub(super) walk_timeout: Duration,
    /// The deadline of everything.
    pub(super) job_deadline: Instant,
    /// Batches that a reader may be ahead of its plugin.
    pub(super) reader_batches: usize,
    /// Gaps that are remembered.
    pub(super) noted_gaps: usize,
}

/// What could not be read.
#[derive(Debug, Default)]
struct Notes {
    gaps: Vec<Missing>,
    /// How many gaps may be remembered, and how many were not.
    bound: usize,
    dropped: u64,
    get_error: Option<RequestError>,
}

/// A gap without the name of the recipe.
#[derive(Debug)]
struct Missing {
    /// Its place in the order in which the plugin asked.
    number: u64,
    at: Oid,
    status: &'static str,
    reason: String,
    kind: &'static str,
    rows: u64,
    stopped_at: Option<Oid>,
}

impl PolledDevice {
    pub(super) fn new(session: Session, timing: DeviceTiming, tasks: Handle) -> Self {
        let notes = Notes { bound: timing.noted_gaps, ..Notes::default() };
        Self { session, timing, tasks, asked: AtomicU64::new(0), notes: Arc::new(Mutex::new(notes)) }
    }

    /// What could not be read so far, in the order in which the recipe of this name asked for it, and how many more
    /// gaps there were than are remembered.
    pub(super) fn gaps(&self, recipe: &str) -> (Vec<Gap>, u64) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.gaps.sort_by_key(|missing| missing.number);
        let gaps = notes.gaps.iter().map(|missing| Gap {
            recipe: recipe.to_owned(),
            table: Some(missing.at.to_string()),
            status: missing.status,
            reason: missing.reason.clone(),
            kind: missing.kind.to_owned(),
            rows: missing.rows,
            stopped_at: missing.stopped_at.as_ref().map(Oid::to_string),
        });
        (gaps.collect(), notes.dropped)
    }

    /// Why the first GET that failed did so.
    pub(super) fn take_get_error(&self) -> Option<RequestError> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).get_error.take()
    }

    fn deadline(&self, timeout: Duration) -> Instant {
        (Instant::now() + timeout).min(self.timing.job_deadline)
    }

    fn number(&self) -> u64 {
        self.asked.fetch_add(1, Ordering::Relaxed)
    }

    /// Starts the task of a reader.
    fn read<W, T>(&self, at: &Oid, walk: W) -> Reader<T>
    where
        W: Walk<T>,
        T: Send + 'static,
    {
        let (sender, batches) = mpsc::channel(self.timing.reader_batches.max(1));
        let end = Arc::new(End::default());
        let reading =
            Reading { number: self.number(), at: at.clone(), end: Arc::clone(&end), notes: Arc::clone(&self.notes) };
        let task = self.tasks.spawn(reading.ahead(walk, sender));
        Reader { batches, end, task: task.abort_handle() }
    }
}

impl Device for PolledDevice {
    fn get(&self, names: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>> {
        let (session, notes) = (self.session.clone(), Arc::clone(&self.notes));
        let (number, deadline) = (self.number(), self.deadline(self.timing.get_timeout));
        async move {
            let error = match session.get(&names, deadline).await {
                Ok(varbinds) => return Ok(varbinds),
                Err(error) => error,
            };
            let at = names.into_iter().next();
            let failed = DeviceError { kind: error_kind(error.kind()), message: error.to_string(), at: at.clone() };
            let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = at {
                let (reason, kind) = (error.to_string(), error.kind());
                notes.add(Missing { number, at, status: "failed", reason, kind, rows: 0, stopped_at: None });
            }
            notes.get_error.get_or_insert(error);
            Err(failed)
        }
        .boxed()
    }

    fn open_table(&self, entry: Oid, columns: Vec<u32>) -> Box<dyn TableSource> {
        let walk = self.session.table(entry.clone(), columns, self.deadline(self.timing.walk_timeout));
        Box::new(self.read(&entry, walk))
    }

    fn open_walk(&self, root: Oid) -> Box<dyn WalkSource> {
        let walk = self.session.walk(root.clone(), self.deadline(self.timing.walk_timeout));
        Box::new(self.read(&root, walk))
    }
}

impl Notes {
    fn add(&mut self, missing: Missing) {
        if self.gaps.len() < self.bound {
            self.gaps.push(missing);
        } else {
            self.dropped += 1;
        }
    }
}

/// The two kinds of walk that the engine has.
trait Walk<T>: Send + 'static {
    fn next_batch(&mut self) -> impl Future<Output = Option<Vec<T>>> + Send;
    fn ended(&self) -> Outcome;
}

impl Walk<Row> for snmp_engine::TableWalk {
    async fn next_batch(&mut self) -> Option<Vec<Row>> {
        let rows = self.next().await?;
        Some(rows.into_iter().map(|row| Row { index: row.index, cells: row.cells }).collect())
    }

    fn ended(&self) -> Outcome {
        self.outcome()
    }
}

impl Walk<Varbind> for snmp_engine::SubtreeWalk {
    async fn next_batch(&mut self) -> Option<Vec<Varbind>> {
        self.next().await
    }

    fn ended(&self) -> Outcome {
        self.outcome()
    }
}

/// What the task of a reader works with.
struct Reading {
    number: u64,
    at: Oid,
    end: Arc<End>,
    notes: Arc<Mutex<Notes>>,
}

impl Reading {
    /// Walks until the end or until nobody wants more, and leaves how it ended.
    async fn ahead<T, W: Walk<T>>(self, mut walk: W, sender: mpsc::Sender<Vec<T>>) {
        while let Some(batch) = walk.next_batch().await {
            self.end.rows.fetch_add(batch.len() as u64, Ordering::Relaxed);
            if sender.send(batch).await.is_err() {
                return;
            }
        }
        let outcome = walk.ended();
        if let (status @ (Status::Partial | Status::Failed), Some(reason)) = (&outcome.status, &outcome.reason) {
            let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
            notes.add(Missing {
                number: self.number,
                at: self.at,
                status: read_status(*status).as_str(),
                reason: reason.to_string(),
                kind: reason.kind(),
                rows: outcome.rows,
                stopped_at: outcome.stopped_at.clone(),
            });
        }
        // Before the channel closes: whoever sees its end finds the outcome.
        *self.end.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(read_outcome(outcome));
        drop(sender);
    }
}

/// A table or a subtree being read by a task of its own.
struct Reader<T> {
    batches: mpsc::Receiver<Vec<T>>,
    end: Arc<End>,
    task: AbortHandle,
}

/// What a reader's task leaves behind.
#[derive(Debug, Default)]
struct End {
    rows: AtomicU64,
    outcome: Mutex<Option<ReadOutcome>>,
}

impl<T> Reader<T> {
    fn outcome(&mut self) -> ReadOutcome {
        let mut outcome = self.end.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome
            .get_or_insert_with(|| {
                self.task.abort();
                let rows = self.end.rows.load(Ordering::Relaxed);
                let status = if rows == 0 { ReadStatus::Failed } else { ReadStatus::Partial };
                ReadOutcome { status, rows, reason: "the reading was ended early".to_owned(), stopped_at: None }
            })
            .clone()
    }
}

impl<T> Drop for Reader<T> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TableSource for Reader<Row> {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Row>>> {
        self.batches.recv().boxed()
    }

    fn outcome(&mut self) -> ReadOutcome {
        Reader::outcome(self)
    }
}

impl WalkSource for Reader<Varbind> {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Varbind>>> {
        self.batches.recv().boxed()
    }

    fn outcome(&mut self) -> ReadOutcome {
        Reader::outcome(self)
    }
}

fn read_outcome(outcome: Outcome) -> ReadOutcome {
    ReadOutcome {
        status: read_status(outcome.status),
        rows: outcome.rows,
        reason: outcome.reason.as_ref().map(StopReason::to_string).unwrap_or_default(),
        stopped_at: outcome.stopped_at,
    }
}

fn read_status(status: Status) -> ReadStatus {
    match status {
        Status::Complete => ReadStatus::Complete,
        Status::Unsupported => ReadStatus::Unsupported,
        Status::Partial => ReadStatus::Partial,
        Status::Failed => ReadStatus::Failed,
    }
}

/// The contract's kind for the engine's word.
fn error_kind(word: &str) -> ErrorKind {
    match word {
        "timeout" => ErrorKind::Timeout,
        "deadline" => ErrorKind::Deadline,
        "agent-error" => ErrorKind::AgentError,
        "malformed" => ErrorKind::Malformed,
        "authentication" => ErrorKind::Authentication,
        "row-limit" | "byte-limit" | "limit" => ErrorKind::LimitExceeded,
        _ => ErrorKind::Other,
    }
}
