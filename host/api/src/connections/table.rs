//! Who is connected, and who gives way: a table that decides and does nothing else.
//!
//! ```text
//!  admit ──▶ waiting ── complete request ──▶ busy
//!               ▲                              │
//!               └────────── answered ──────────┘
//! ```
//!
//! A connection *waits* while there is no complete request on it: its header or body is on the way, or it is idle. It is
//! *busy* from then until its answer is sent, also during a long poll. Where a new connection is one too many, in all or
//! of its source, the one gives way that has waited longest; a busy one never does.
//! Order comes from counting, so there is no clock here. What ends a connection is the caller's own.

use std::collections::{BTreeMap, HashMap};

use job::Client;

/// All connections. `E` is what ends one.
#[derive(Debug)]
pub(super) struct Table<E> {
    max: usize,
    max_of_source: usize,
    open: HashMap<Id, Open<E>>,
    sources: HashMap<Client, SourceConnections>,
    waiting: BTreeMap<WaitingSince, Id>,
    next: u64,
}

/// Names a connection for as long as the table lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Id(u64);

/// When a connection began to wait: the lower, the longer ago.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct WaitingSince(u64);

#[derive(Debug)]
struct Open<E> {
    source: Client,
    end: E,
    waits_since: Option<WaitingSince>,
}

#[derive(Debug, Default)]
struct SourceConnections {
    open: usize,
    waiting: BTreeMap<WaitingSince, Id>,
}

/// A new connection is in the table.
#[derive(Debug)]
#[must_use]
pub(super) struct Admitted<E> {
    pub(super) id: Id,
    /// Ends the connection that gave way to it.
    pub(super) gave_way: Option<E>,
}

/// There is no room, and nobody can give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AdmitError {
    /// All connections of the source are busy.
    SourceFull,
    /// All connections are.
    TableFull,
}

impl<E> Table<E> {
    /// A table for so many connections in all and so many of one source.
    pub(super) fn new(max: usize, max_of_source: usize) -> Self {
        Self { max, max_of_source, open: HashMap::new(), sources: HashMap::new(), waiting: BTreeMap::new(), next: 0 }
    }

    /// Takes a connection in, in place of another one where it must be. It waits.
    pub(super) fn admit(&mut self, source: Client, end: E) -> Result<Admitted<E>, AdmitError> {
        let of_source = self.sources.get(&source);
        let gives_way = if of_source.is_some_and(|of_source| of_source.open >= self.max_of_source) {
            Some(of_source.and_then(|of_source| first(&of_source.waiting)).ok_or(AdmitError::SourceFull)?)
        } else if self.open.len() >= self.max {
            Some(first(&self.waiting).ok_or(AdmitError::TableFull)?)
        } else {
            None
        };
        let gave_way = gives_way.and_then(|id| self.close(id));
        let id = Id(self.count());
        self.open.insert(id, Open { source, end, waits_since: None });
        self.sources.entry(source).or_default().open += 1;
        self.wait(id);
        Ok(Admitted { id, gave_way })
    }

    /// There is a complete request on the connection.
    pub(super) fn busy(&mut self, id: Id) {
        let Some(open) = self.open.get_mut(&id) else { return };
        let Some(turn) = open.waits_since.take() else { return };
        self.waiting.remove(&turn);
        if let Some(of_source) = self.sources.get_mut(&open.source) {
            of_source.waiting.remove(&turn);
        }
    }

    /// There is none, or none any more. One that waits already keeps its turn; returns whether it was busy.
    pub(super) fn wait(&mut self, id: Id) -> bool {
        let turn = WaitingSince(self.count());
        let Some(open) = self.open.get_mut(&id).filter(|open| open.waits_since.is_none()) else { return false };
        open.waits_since = Some(turn);
        self.waiting.insert(turn, id);
        self.sources.entry(open.source).or_default().waiting.insert(turn, id);
        true
    }

    /// Takes the connection out; returns what ends it, unless it is out already.
    pub(super) fn close(&mut self, id: Id) -> Option<E> {
        self.busy(id);
        let Open { source, end, .. } = self.open.remove(&id)?;
        if let Some(of_source) = self.sources.get_mut(&source) {
            of_source.open = of_source.open.saturating_sub(1);
            if of_source.open == 0 {
                self.sources.remove(&source);
            }
        }
        Some(end)
    }

    /// Takes out the connection that has waited longest.
    pub(super) fn close_oldest(&mut self) -> Option<E> {
        first(&self.waiting).and_then(|id| self.close(id))
    }

    /// How many connections there are.
    pub(super) fn open(&self) -> usize {
        self.open.len()
    }

    /// How many of them wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn count(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

fn first(waiting: &BTreeMap<WaitingSince, Id>) -> Option<Id> {
    waiting.first_key_value().map(|(_, id)| *id)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    /// The table of connections with names, for six in all and three of a source.
    struct Named(Table<&'static str>, HashMap<&'static str, Id>);

    impl Named {
        fn new() -> Self {
            Self(Table::new(6, 3), HashMap::new())
        }

        /// Connects, and says what became of that: who gave way, or why there is no room.
        fn connect(&mut self, source: u8, name: &'static str) -> Result<Option<&'static str>, AdmitError> {
            let source = Client::at(IpAddr::from([192, 0, 2, source]));
            let Admitted { id, gave_way } = self.0.admit(source, name)?;
            self.1.insert(name, id);
            Ok(gave_way)
        }

        fn busy(&mut self, name: &str) {
            self.0.busy(self.1[name]);
        }

        fn answered(&mut self, name: &str) {
            self.0.wait(self.1[name]);
        }
    }

    #[test]
    fn of_a_source_with_too_many_the_oldest_without_a_request_gives_way() {
        let mut table = Named::new();
        let came = [(1, "a"), (1, "b"), (2, "x"), (1, "c")].map(|(source, name)| table.connect(source, name));
        assert_eq!(came, [Ok(None); 4]);
        assert_eq!(table.connect(1, "d"), Ok(Some("a")), "x is older than b, and of another source");
        table.busy("b");
        assert_eq!(table.connect(1, "e"), Ok(Some("c")), "b has a request");
        table.busy("d");
        table.busy("e");
        assert_eq!(table.connect(1, "f"), Err(AdmitError::SourceFull));
        assert_eq!(table.connect(2, "y"), Ok(None), "others are not concerned");
    }

    #[test]
    fn of_too_many_in_all_the_oldest_without_a_request_gives_way_whoever_it_is() {
        let mut table = Named::new();
        for (source, name) in [(1, "a"), (1, "b"), (2, "c"), (2, "d"), (3, "e"), (3, "f")] {
            assert_eq!(table.connect(source, name), Ok(None));
        }
        table.busy("a");
        assert_eq!(table.connect(4, "g"), Ok(Some("b")));
        for name in ["c", "d", "e", "f", "g"] {
            table.busy(name);
        }
        assert_eq!(table.connect(5, "h"), Err(AdmitError::TableFull));
        table.answered("e");
        table.answered("c");
        assert_eq!(table.connect(5, "h"), Ok(Some("e")), "it has been idle for longer than c");
    }

    #[test]
    fn an_answer_makes_a_connection_the_youngest_and_waiting_twice_does_not() {
        let mut table = Named::new();
        for name in ["a", "b", "c"] {
            assert_eq!(table.connect(1, name), Ok(None));
        }
        table.answered("a");
        assert_eq!(table.connect(1, "d"), Ok(Some("a")), "it has waited all the time");
        table.busy("b");
        table.answered("b");
        assert_eq!(table.connect(1, "e"), Ok(Some("c")));
    }

    #[test]
    fn what_is_closed_is_gone_however_often_it_is_told() {
        let mut table = Named::new();
        for name in ["a", "b", "c", "d"] {
            let _ = table.connect(1, name);
        }
        table.busy("b");
        for name in ["a", "b", "b", "c", "d"] {
            table.0.close(table.1[name]);
            table.answered(name);
        }
        assert_eq!((table.0.open(), table.0.waiting(), table.0.close_oldest()), (0, 0, None));
        assert!(table.0.sources.is_empty(), "nothing is kept of who is gone");
    }
}
