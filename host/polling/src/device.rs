//! A plugin's view of the device: the session of its poll behind the runtime's traits.
//!
//! Every reader has a task of its own that walks ahead of the plugin, up to a bound, so that the readers of a plugin run
//! side by side. What could not be read is noted with the engine's words, since the words must not depend on what a
//! plugin makes of them.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use runtime::{BoxFuture, Device, DeviceError, ErrorKind, TableSource, WalkSource};
use snmp::{Oid, RequestError, UnknownValues, Varbind, usm::Report};
use snmp_engine::Session;
use tokio::runtime::Handle;

use super::{
    deadline::Deadline,
    notes::{Notes, Summary},
    reader::{ReadPlan, Reader, TableReading},
};

/// The device of one recipe of one poll.
pub(super) struct PolledDevice {
    session: Session,
    timing: DeviceTiming,
    tasks: Handle,
    known: Mutex<Vec<Varbind>>,
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

impl PolledDevice {
    /// A device whose plugin gets what is `known` of it already, each object once: who asks again wants to know what it
    /// is by then.
    pub(super) fn new(session: Session, known: Vec<Varbind>, timing: DeviceTiming, tasks: Handle) -> Self {
        let notes = Notes::new(timing.deadline, timing.noted_gaps, timing.listed_tables);
        Self { session, timing, tasks, known: Mutex::new(known), notes }
    }

    /// What the recipe of this name read, and what it could not read.
    pub(super) fn summary(&self, recipe: &str) -> Summary {
        self.notes.summary(recipe)
    }

    /// The answer to a GET of which everything is known already.
    fn take_known(&self, names: &[Oid]) -> Option<Vec<Varbind>> {
        take_known(&mut self.known.lock(), names)
    }

    fn reading(&self, at: Oid, deadline: Deadline) -> ReadPlan {
        let options = self.session.options().clone();
        ReadPlan { table: self.notes.table(at), deadline, options, batches: self.timing.reader_batches }
    }
}

impl Device for PolledDevice {
    fn get(&self, names: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>> {
        let (session, notes, known) = (self.session.clone(), Arc::clone(&self.notes), self.take_known(&names));
        let (number, deadline) = (notes.number(), self.timing.deadline.get(self.timing.get_timeout));
        async move {
            if let Some(known) = known {
                notes.warn(&UnknownValues::among(&known).warnings());
                return Ok(known);
            }
            let error = match session.get(&names, deadline.at).await {
                Ok(varbinds) => {
                    notes.warn(&UnknownValues::among(&varbinds).warnings());
                    return Ok(varbinds);
                }
                Err(error) => error,
            };
            let at = names.into_iter().next();
            let (message, kind) = deadline.of_request(&error, session.options());
            let failed = DeviceError { kind: error_kind(&error), message: message.clone(), at: at.clone() };
            notes.get_failed(number, at, (message, kind));
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

/// Takes the varbinds of `names` out of `known`, in the order of the names, where all of them are there.
fn take_known(known: &mut Vec<Varbind>, names: &[Oid]) -> Option<Vec<Varbind>> {
    let mut left = known.clone();
    let mut taken = Vec::with_capacity(names.len());
    for name in names {
        let place = left.iter().position(|varbind| varbind.name == *name)?;
        taken.push(left.swap_remove(place));
    }
    *known = left;
    Some(taken)
}

/// The contract's kind of a failed GET.
///
/// `snmp-proxy:plugin@0.1` has no kind of its own for an agent that cannot be reached. It is asked again like one that is
/// silent, and there was no answer either, which is what `timeout` means there; the message says what the network said.
fn error_kind(error: &RequestError) -> ErrorKind {
    match error {
        RequestError::Timeout { .. }
        | RequestError::NoEngineId { .. }
        | RequestError::Silent { .. }
        | RequestError::Unreachable { .. } => ErrorKind::Timeout,
        RequestError::Deadline { .. } => ErrorKind::Deadline,
        RequestError::AgentError { .. } => ErrorKind::AgentError,
        RequestError::Malformed { .. } | RequestError::Mismatch { .. } => ErrorKind::Malformed,
        RequestError::Report { report, .. } => match report {
            Report::UnsupportedSecurityLevel
            | Report::UnknownUserName
            | Report::WrongDigest
            | Report::DecryptionError => ErrorKind::Authentication,
            Report::NotInTimeWindow | Report::UnknownEngineId | Report::UnknownContext | Report::Other(_) => {
                ErrorKind::Other
            }
        },
        RequestError::Unwritable { .. } => ErrorKind::InvalidArgument,
        RequestError::NotInVersion { .. } | RequestError::TooLarge { .. } | RequestError::Io { .. } => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use snmp::{ErrorStatus, Unreachable, Value};

    use super::*;

    #[test]
    fn a_plugin_is_told_what_kind_of_failure_it_was() {
        let peer = "192.0.2.1:161".parse().unwrap();
        let waited = Duration::from_secs(1);
        let report = |report| RequestError::Report { peer, report };
        for (error, expected) in [
            (RequestError::Timeout { peer, attempts: 3, waited, clue: None }, "timeout"),
            (RequestError::NoEngineId { peer, attempts: 3, waited, clue: None }, "timeout"),
            (RequestError::Silent { peer, requests: 3, again_in: None, cause: None }, "timeout"),
            (RequestError::Unreachable { peer, why: Unreachable::Port }, "timeout"),
            (RequestError::Deadline { peer, attempts: 1, waited, clue: None }, "deadline"),
            (RequestError::AgentError { peer, status: ErrorStatus::GEN_ERR, index: 0, name: None }, "agent-error"),
            (report(Report::WrongDigest), "authentication"),
            (report(Report::UnknownUserName), "authentication"),
            (report(Report::NotInTimeWindow), "other"),
            (RequestError::Unwritable { name: Oid::from([1, 3]) }, "invalid-argument"),
            (RequestError::TooLarge { octets: 70_000, max: 65_507 }, "other"),
        ] {
            assert_eq!(error_kind(&error).as_str(), expected, "{error}");
        }
    }

    #[test]
    fn what_is_known_answers_any_get_of_it_once() {
        let object = |arc| Oid::from([1, 3, arc]);
        let names = |arcs: &[u32]| arcs.iter().map(|arc| object(*arc)).collect::<Vec<_>>();
        let mut known: Vec<_> = [1, 2, 3].map(|arc| Varbind { name: object(arc), value: Value::Null }).into();
        let mut check = |arcs: &[u32], is_known: bool| {
            let taken = take_known(&mut known, &names(arcs));
            let expected = is_known.then(|| names(arcs));
            assert_eq!(
                taken.map(|taken| taken.into_iter().map(|varbind| varbind.name).collect()),
                expected,
                "{arcs:?}"
            );
        };
        check(&[1, 9], false);
        check(&[3, 1], true);
        check(&[1], false);
        check(&[2, 2], false);
        check(&[2], true);
        check(&[], true);
    }
}
