//! A plugin's view of the device: the session of its poll behind the runtime's traits.
//!
//! Every reader has a task of its own that walks ahead of the plugin, up to a bound, so that the readers of a plugin run
//! side by side. What could not be read is noted with the engine's words, since the words must not depend on what a
//! plugin makes of them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::FutureExt as _;
use plugin_runtime::{BoxFuture, Device, DeviceError, ErrorKind, TableSource, WalkSource};
use snmp_engine::{Oid, RequestError, Session, UnknownValues, Varbind};
use tokio::runtime::Handle;

use super::{
    deadline::Deadline,
    notes::{Notes, Summary},
    reader::{Reader, Reading, TableReading},
};

/// The device of one recipe of one poll.
pub(super) struct PolledDevice {
    session: Session,
    timing: DeviceTiming,
    tasks: Handle,
    first: Mutex<Option<FirstGet>>,
    notes: Arc<Notes>,
}

/// How long a recipe may read, how far ahead of its plugin, and how much of it is noted.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeviceTiming {
    /// The deadline of each GET.
    pub(super) get_timeout: Duration,
    /// The deadline of each walk.
    pub(super) walk_timeout: Duration,
    /// The deadline of the recipe.
    pub(super) deadline: Deadline,
    /// Batches that a reader may be ahead of its plugin.
    pub(super) reader_batches: usize,
    /// Gaps that are remembered.
    pub(super) noted_gaps: usize,
    /// Tables that are remembered.
    pub(super) listed_tables: usize,
}

/// A GET that was sent before its plugin ran.
#[derive(Debug)]
pub(super) struct FirstGet {
    /// The names that were asked for.
    pub(super) names: Vec<Oid>,
    /// What came of it.
    pub(super) result: Result<Vec<Varbind>, RequestError>,
}

impl PolledDevice {
    /// A device whose plugin gets the answer to `first` where that is the first thing that it asks for.
    pub(super) fn new(session: Session, first: Option<FirstGet>, timing: DeviceTiming, tasks: Handle) -> Self {
        let notes = Notes::new(timing.deadline, timing.noted_gaps, timing.listed_tables);
        Self { session, timing, tasks, first: Mutex::new(first), notes }
    }

    /// What the recipe of this name read, and what it could not read.
    pub(super) fn summary(&self, recipe: &str) -> Summary {
        self.notes.summary(recipe)
    }

    /// The answer that is there already, for the first GET if it is the one that was sent.
    fn take_first(&self, names: &[Oid]) -> Option<Result<Vec<Varbind>, RequestError>> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        (first.names == names).then_some(first.result)
    }

    fn reading(&self, at: Oid, deadline: Deadline) -> Reading {
        let options = self.session.options().clone();
        Reading { table: self.notes.table(at), deadline, options, batches: self.timing.reader_batches }
    }
}

impl Device for PolledDevice {
    fn get(&self, names: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>> {
        let (session, notes, first) = (self.session.clone(), Arc::clone(&self.notes), self.take_first(&names));
        let (number, deadline) = (notes.number(), self.timing.deadline.get(self.timing.get_timeout));
        async move {
            let result = match first {
                Some(result) => result,
                None => session.get(&names, deadline.at).await,
            };
            let error = match result {
                Ok(varbinds) => {
                    notes.warn(&UnknownValues::among(&varbinds).warnings());
                    return Ok(varbinds);
                }
                Err(error) => error,
            };
            let at = names.into_iter().next();
            let (message, kind) = deadline.of_request(&error, session.options());
            let failed = DeviceError { kind: error_kind(error.kind()), message: message.clone(), at: at.clone() };
            notes.get_failed(number, at, (message, kind), error);
            Err(failed)
        }
        .boxed()
    }

    fn open_table(&self, entry: Oid, columns: Vec<u32>) -> Box<dyn TableSource> {
        let deadline = self.timing.deadline.walk(self.timing.walk_timeout);
        let walk = TableReading::new(&self.session, &entry, columns, deadline.at);
        Box::new(Reader::start(self.reading(entry, deadline), walk, &self.tasks))
    }

    fn open_walk(&self, root: Oid) -> Box<dyn WalkSource> {
        let deadline = self.timing.deadline.walk(self.timing.walk_timeout);
        let walk = self.session.walk(root.clone(), deadline.at);
        Box::new(Reader::start(self.reading(root, deadline), walk, &self.tasks))
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
