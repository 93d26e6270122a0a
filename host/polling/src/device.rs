//! A plugin's view of the device: the session of its poll behind the runtime's traits.
//!
//! Every reader has a task of its own that walks ahead of the plugin, up to a bound, so that the readers of a plugin run
//! side by side. What could not be read is noted with the engine's words, since the words must not depend on what a
//! plugin makes of them.

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use parking_lot::Mutex;
use runtime::{BoxFuture, Device, DeviceContext, DeviceError, ErrorKind, TablePart, TableSource, WalkSource};
use snmp::{Credentials, Oid, UnknownValues, Varbind};
use snmp_engine::Session;
use tokio::runtime::Handle;

use super::{
    deadline::Deadline,
    notes::{Notes, Summary},
    reader::{ReadPlan, Reader, TableReading, for_plugin},
};

/// The device of one recipe of one poll.
pub(super) struct PolledDevice {
    session: Session,
    credentials: Credentials,
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
    pub(super) fn new(
        session: Session,
        credentials: Credentials,
        known: Vec<Varbind>,
        timing: DeviceTiming,
        tasks: Handle,
    ) -> Self {
        let notes = Notes::new(timing.deadline, timing.noted_gaps, timing.listed_tables);
        Self { session, credentials, timing, tasks, known: Mutex::new(known), notes }
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
        ReadPlan {
            table: self.notes.table(at),
            peer: self.session.peer(),
            deadline,
            options,
            batches: self.timing.reader_batches,
        }
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
            let failed = DeviceError {
                kind: ErrorKind::word(error.kind()),
                message: for_plugin(&message, session.peer()),
                at: at.clone().map(Box::new),
            };
            notes.get_failed(number, at, (message, kind));
            Err(failed)
        }
        .boxed()
    }

    fn open_table(&self, columns: Vec<Oid>, part: TablePart) -> Box<dyn TableSource> {
        let deadline = self.timing.deadline.walk(self.timing.walk_timeout);
        // Of tables that are read in one, the first names the reading.
        let entry = columns.first().and_then(|column| column.arcs().split_last()).map(|(_, entry)| entry);
        let entry = entry.and_then(|arcs| Oid::new(arcs).ok()).unwrap_or_default();
        let walk = TableReading::new(&self.session, &columns, part, deadline.at);
        Box::new(Reader::start(self.reading(entry, deadline), walk, &self.tasks))
    }

    fn open_walk(&self, root: Oid) -> Box<dyn WalkSource> {
        let deadline = self.timing.deadline.walk(self.timing.walk_timeout);
        let walk = self.session.walk(root.clone(), deadline.at);
        Box::new(Reader::start(self.reading(root, deadline), walk, &self.tasks))
    }

    fn in_context(&self, context: &DeviceContext) -> Result<Arc<dyn Device>, DeviceError> {
        let refused = |kind, message| DeviceError { kind, message, at: None };
        let credentials = match context {
            DeviceContext::Vlan(number) => self.credentials.in_vlan(*number),
            DeviceContext::Named(name) => match self.credentials.in_context(name) {
                Some(Ok(credentials)) => credentials,
                Some(Err(error)) => return Err(refused(ErrorKind::INVALID_ARGUMENT, error.to_string())),
                None => {
                    let message = "contexts by name are there in version 3 of SNMP only".to_owned();
                    return Err(refused(ErrorKind::NOT_IN_VERSION, message));
                }
            },
        };
        Ok(Arc::new(Self {
            session: self.session.with_credentials(&credentials),
            credentials,
            timing: self.timing,
            tasks: self.tasks.clone(),
            // What is known is of the device's own context.
            known: Mutex::default(),
            notes: Arc::clone(&self.notes),
        }))
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

#[cfg(test)]
mod tests {
    use snmp::Value;

    use super::*;

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
