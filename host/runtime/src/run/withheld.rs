//! What the operator takes away from a plugin that declares it.
//!
//! To the plugin it looks as if the agent had nothing there: empty cells, no value, no rows. So a plugin goes on without
//! it, and whoever asked for the poll is told what is missing.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use futures_util::FutureExt as _;
use snmp::{Oid, Varbind};

use crate::{BoxFuture, Device, ErrorKind, ReadOutcome, ReadStatus, Row, TableSource, WalkSource, WithheldName};

/// Names that are told one by one; of more than these there is only the number.
const NAMES: usize = 100;

/// The names that a plugin asked for and the operator takes away.
#[derive(Debug, Default)]
pub(crate) struct Withheld {
    names: BTreeMap<Oid, bool>,
    more: u64,
}

impl Withheld {
    /// Notes a name that was asked for, and whether a part of it is read.
    pub(crate) fn note(&mut self, name: &Oid, is_partly_read: bool) {
        if self.names.len() < NAMES {
            self.names.insert(name.clone(), is_partly_read);
        } else if !self.names.contains_key(name) {
            self.more = self.more.saturating_add(1);
        }
    }

    /// The names in their order, each once, and how many more there were.
    pub(crate) fn into_names(self) -> (Vec<WithheldName>, u64) {
        let names = self.names.into_iter().map(|(name, is_partly_read)| WithheldName { name, is_partly_read });
        (names.collect(), self.more)
    }
}

/// A table or a subtree of which nothing may be read.
pub(crate) struct Nothing;

impl TableSource for Nothing {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Row>>> {
        std::future::ready(None).boxed()
    }

    fn outcome(&mut self) -> ReadOutcome {
        nothing()
    }
}

impl WalkSource for Nothing {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Varbind>>> {
        std::future::ready(None).boxed()
    }

    fn outcome(&mut self) -> ReadOutcome {
        nothing()
    }
}

fn nothing() -> ReadOutcome {
    ReadOutcome { status: ReadStatus::Unsupported, kind: None, rows: 0, reason: String::new(), stopped_at: None }
}

/// What may be read below a root: one subtree after the other.
pub(crate) struct Subtrees {
    device: Arc<dyn Device>,
    left: VecDeque<Oid>,
    walk: Box<dyn WalkSource>,
    /// How those before ended, together.
    before: ReadOutcome,
    has_ended: bool,
}

impl Subtrees {
    /// Begins with the first of these, which are in their order and none within another.
    pub(crate) fn open(device: Arc<dyn Device>, roots: Vec<Oid>) -> Box<dyn WalkSource> {
        let mut left = VecDeque::from(roots);
        let Some(first) = left.pop_front() else { return Box::new(Nothing) };
        let walk = device.open_walk(first);
        Box::new(Self { device, left, walk, before: nothing(), has_ended: false })
    }
}

impl WalkSource for Subtrees {
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Varbind>>> {
        async move {
            loop {
                if self.has_ended {
                    return None;
                }
                if let Some(varbinds) = self.walk.next().await {
                    return Some(varbinds);
                }
                let so_far = joined(&self.before, self.walk.outcome());
                // An agent that broke off is not asked for the next one.
                match self.left.pop_front().filter(|_| misses_nothing(so_far.status)) {
                    Some(root) => {
                        self.before = so_far;
                        self.walk = self.device.open_walk(root);
                    }
                    None => self.has_ended = true,
                }
            }
        }
        .boxed()
    }

    fn outcome(&mut self) -> ReadOutcome {
        let outcome = joined(&self.before, self.walk.outcome());
        if self.has_ended || self.left.is_empty() || !misses_nothing(outcome.status) {
            return outcome;
        }
        let status = if outcome.rows == 0 { ReadStatus::Failed } else { ReadStatus::Partial };
        let (kind, reason) = (ErrorKind::ENDED_EARLY, "the reading was ended early".to_owned());
        ReadOutcome { status, kind: Some(kind), reason, ..outcome }
    }
}

fn misses_nothing(status: ReadStatus) -> bool {
    matches!(status, ReadStatus::Complete | ReadStatus::Unsupported)
}

/// How the reading of two subtrees ended, the first of which missed nothing.
fn joined(before: &ReadOutcome, now: ReadOutcome) -> ReadOutcome {
    let rows = before.rows.saturating_add(now.rows);
    let status = match now.status {
        ReadStatus::Unsupported => before.status,
        ReadStatus::Failed if before.rows > 0 => ReadStatus::Partial,
        status => status,
    };
    ReadOutcome { status, rows, ..now }
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;
    use snmp::Value;

    use super::*;
    use crate::{DeviceContext, DeviceError, TablePart};

    /// A device that has one value below every root, but breaks off at one.
    #[derive(Clone, Default)]
    struct Walked {
        broken: Option<Oid>,
        asked: Arc<Mutex<Vec<String>>>,
    }

    struct One {
        left: Option<Varbind>,
        rows: u64,
        is_broken: bool,
    }

    impl WalkSource for One {
        fn next(&mut self) -> BoxFuture<'_, Option<Vec<Varbind>>> {
            let varbind = self.left.take();
            self.rows += u64::from(varbind.is_some());
            std::future::ready(varbind.map(|varbind| vec![varbind])).boxed()
        }

        fn outcome(&mut self) -> ReadOutcome {
            let status = match (self.is_broken, self.rows) {
                (true, 0) => ReadStatus::Failed,
                (true, _) => ReadStatus::Partial,
                (false, 0) => ReadStatus::Unsupported,
                (false, _) => ReadStatus::Complete,
            };
            ReadOutcome { status, kind: None, rows: self.rows, reason: String::new(), stopped_at: None }
        }
    }

    impl Device for Walked {
        fn get(&self, _: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>> {
            panic!("nobody asks for it")
        }

        fn open_table(&self, _: Vec<Oid>, _: TablePart) -> Box<dyn TableSource> {
            panic!("nobody asks for it")
        }

        fn open_walk(&self, root: Oid) -> Box<dyn WalkSource> {
            self.asked.lock().push(root.to_string());
            let is_broken = self.broken.as_ref() == Some(&root);
            let left = (!is_broken).then(|| Varbind { name: root.join(&[0]).unwrap(), value: Value::Null });
            Box::new(One { left, rows: 0, is_broken })
        }

        fn in_context(&self, _: &DeviceContext) -> Result<Arc<dyn Device>, DeviceError> {
            panic!("nobody asks for it")
        }
    }

    /// Takes so many batches, and tells what was asked for and how it ended.
    async fn walk(device: Walked, roots: &[&str], batches: usize) -> String {
        let roots = roots.iter().map(|root| root.parse().unwrap()).collect();
        let mut walk = Subtrees::open(Arc::new(device.clone()), roots);
        let mut read = 0;
        for _ in 0..batches {
            read += walk.next().await.map_or(0, |varbinds| varbinds.len());
        }
        let ReadOutcome { status, kind, rows, .. } = walk.outcome();
        let kind = kind.map(|kind| format!(" {kind}")).unwrap_or_default();
        let asked = device.asked.lock().join(" ");
        format!("{asked}: {read} {} {rows}{kind}", status.as_str())
    }

    #[tokio::test]
    async fn what_is_left_of_a_subtree_is_read_one_part_after_the_other() {
        let whole = Walked::default();
        assert_eq!(walk(whole.clone(), &["1.3.1", "1.3.3"], 5).await, "1.3.1 1.3.3: 2 complete 2");
        assert_eq!(walk(Walked::default(), &["1.3.1", "1.3.3"], 1).await, "1.3.1: 1 partial 1 ended-early");
        assert_eq!(walk(Walked::default(), &[], 5).await, ": 0 unsupported 0");
    }

    #[tokio::test]
    async fn after_a_part_that_breaks_off_nothing_more_is_asked() {
        let broken = |root: &str| Walked { broken: root.parse().ok(), ..Walked::default() };
        let roots = ["1.3.1", "1.3.2", "1.3.3"];
        assert_eq!(walk(broken("1.3.2"), &roots, 5).await, "1.3.1 1.3.2: 1 partial 1");
        assert_eq!(walk(broken("1.3.1"), &roots, 5).await, "1.3.1: 0 failed 0");
    }

    #[test]
    fn names_that_are_told_are_bounded_and_the_others_are_counted() {
        let mut withheld = Withheld::default();
        for arc in 0..110 {
            let name = Oid::from([1, 3, arc]);
            withheld.note(&name, false);
            withheld.note(&name, false);
        }
        let (names, more) = withheld.into_names();
        assert_eq!((names.len(), more), (NAMES, 20));
    }
}
