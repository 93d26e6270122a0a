//! Walks with their I/O: asks what the pure walk wants to ask, and tells it what came.
//!
//! A walk goes on only while it is polled, and dropping it ends it. Dropping the future of `next` loses nothing:
//! the requests in flight belong to the walk.

use std::{fmt, future::poll_fn, sync::Arc, time::Instant};

use snmp::{
    Oid, OnNonIncreasing, Outcome, Row, StopReason, UnknownValues, Varbind,
    profile::InProgress,
    table::Join,
    walk::{Idle, Walk, WalkRequest},
};

use super::{device::Device, future_set::FutureSet, stats::Stats};
use crate::{
    clock::{now, timeout_at},
    hub::Answer,
};

/// Which rows of a table are read; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRange {
    /// Only rows whose index begins with these arcs.
    pub below: Oid,
    /// Only rows whose index comes after this one, which begins with the arcs of `below`.
    pub after: Option<Oid>,
}

/// A table being read, joined into rows.
#[derive(Debug)]
#[must_use = "nothing is read until it is polled"]
pub struct TableWalk {
    reader: Reader,
    join: Join,
    /// How many arcs the name of each column has. What follows is the index.
    column_arcs: Vec<usize>,
    rows: u64,
    is_over: bool,
}

/// A subtree being read.
#[derive(Debug)]
#[must_use = "nothing is read until it is polled"]
pub struct SubtreeWalk {
    reader: Reader,
    varbinds: u64,
}

impl TableWalk {
    pub(super) fn new(device: &Device, columns: &[Oid], part: &TableRange, deadline: Instant) -> Self {
        // A name of more than 128 arcs there is none, and such a column ends at once.
        let below = |column: &Oid, index: &Oid| column.join(index.arcs()).ok();
        let subtree = |column: &Oid| {
            let root = below(column, &part.below)?;
            let start = part.after.as_ref().map_or_else(|| Some(root.clone()), |after| below(column, after))?;
            Some((column.arcs().len(), (root, start)))
        };
        let (column_arcs, subtrees): (Vec<_>, Vec<_>) = columns.iter().filter_map(subtree).unzip();
        Self {
            join: Join::new(subtrees.len(), device.options.on_non_increasing),
            reader: Reader::new(device, subtrees, deadline),
            column_arcs,
            rows: 0,
            is_over: false,
        }
    }

    /// Returns the next rows in the order of their indexes, as many as are complete; nothing at the end.
    ///
    /// With [`OnNonIncreasing::Continue`] they come in any order, each once: a row is complete when each column has
    /// delivered its cell or has ended, so one with holes comes late. Columns that are
    /// [`snmp::RequestOptions::max_cells_ahead`] wait for the one that is behind, which may go on as far as the
    /// bounds of the walk.
    pub async fn next(&mut self) -> Option<Vec<Row>> {
        let Self { reader, join, column_arcs, .. } = self;
        let max_ahead = reader.device.options.max_cells_ahead.max(1);
        while !self.is_over {
            let held = join.held(&reader.live(), max_ahead);
            let Some(step) = reader.step(|column| held.get(column).is_some_and(|held| *held)).await else {
                self.is_over = true;
                break;
            };
            reader.take(step, |column, Varbind { name, value }| {
                let arcs = column_arcs.get(column).copied().unwrap_or_default();
                let index = name.arcs().get(arcs..).and_then(|index| Oid::new(index).ok());
                join.push(column, index.unwrap_or_default(), value);
            });
            let limit = reader.device.options.max_seen_names;
            if join.unbounded() > limit {
                reader.stop(StopReason::SeenLimit { limit }, None);
            }
            let rows = join.rows(reader.live());
            if !rows.is_empty() {
                return self.hand_over(rows);
            }
        }
        let rest = self.join.rows(vec![false; self.reader.columns]);
        if rest.is_empty() { None } else { self.hand_over(rest) }
    }

    /// What the walk took so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.reader.device.stats()
    }

    /// How the walk ended; before its end, how it would end if it ended now.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.reader.outcome(self.rows)
    }

    /// Columns with holes in different places make more rows than any column has cells.
    fn hand_over(&mut self, mut rows: Vec<Row>) -> Option<Vec<Row>> {
        let limit = self.reader.device.options.max_rows;
        let remaining = limit - self.rows;
        if rows.len() as u64 > remaining {
            rows.truncate(usize::try_from(remaining).unwrap_or(usize::MAX));
            self.reader.stop(StopReason::RowLimit { limit }, None);
            self.join = Join::new(0, OnNonIncreasing::Stop);
            self.is_over = true;
        }
        self.rows += rows.len() as u64;
        (!rows.is_empty()).then_some(rows)
    }
}

impl SubtreeWalk {
    pub(super) fn new(device: &Device, root: Oid, deadline: Instant) -> Self {
        Self { reader: Reader::new(device, vec![(root.clone(), root)], deadline), varbinds: 0 }
    }

    /// The same, but of what lies behind a name of the subtree that was read before.
    pub fn starting_after(mut self, name: &Oid) -> Self {
        self.reader.walk.start_after(name);
        self
    }

    /// Returns the next varbinds in order, as many as came in one answer; nothing at the end.
    ///
    /// With [`OnNonIncreasing::Continue`] they come in the order of the agent, each once.
    pub async fn next(&mut self) -> Option<Vec<Varbind>> {
        loop {
            let step = self.reader.step(|_| false).await?;
            let mut varbinds = Vec::new();
            self.reader.take(step, |_, varbind| varbinds.push(varbind));
            if !varbinds.is_empty() {
                self.varbinds += varbinds.len() as u64;
                return Some(varbinds);
            }
        }
    }

    /// Waits for the answers that are under way and asks for nothing more, before a pause: a request that nobody goes
    /// on with would hold the device's window for all that time. Returns what they brought.
    pub async fn settle(&mut self) -> Vec<Varbind> {
        let mut varbinds = Vec::new();
        while let Some(exchanged) = self.reader.future_set.next().await {
            self.reader.take(Step::Exchanged(exchanged), |_, varbind| varbinds.push(varbind));
        }
        self.varbinds += varbinds.len() as u64;
        varbinds
    }

    /// What the walk took so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.reader.device.stats()
    }

    /// How the walk ended; before its end, how it would end if it ended now.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.reader.outcome(self.varbinds)
    }
}

type Exchanged = (WalkRequest, Result<Answer, snmp::RequestError>);

/// What brings a walk on.
#[expect(clippy::large_enum_variant, reason = "it is taken at once, and mostly it is the large one")]
enum Step {
    Exchanged(Exchanged),
    /// What another walk of the agent has found out.
    WaiterEvent,
}

/// What both kinds of walk have in common.
struct Reader {
    /// With statistics of its own.
    device: Arc<Device>,
    columns: usize,
    walk: Walk,
    future_set: FutureSet<Exchanged>,
    unknown: UnknownValues,
    /// Until when it waits for what another walk is finding out.
    wait_until: Option<Instant>,
    deadline: Instant,
}

impl Reader {
    fn new(device: &Device, subtrees: Vec<(Oid, Oid)>, deadline: Instant) -> Self {
        let device = Arc::new(device.counted());
        let columns = subtrees.len();
        let walk = Walk::from(device.peer, subtrees, device.options.clone());
        Self {
            device,
            columns,
            walk,
            future_set: FutureSet::new(),
            unknown: UnknownValues::default(),
            wait_until: None,
            deadline,
        }
    }

    /// Sends what can be sent and waits for the first result; nothing when the walk is over.
    async fn step(&mut self, held: impl Fn(usize) -> bool) -> Option<Step> {
        loop {
            let idle = self.fill(&held);
            if matches!(idle, Idle::News) {
                return Some(Step::WaiterEvent);
            }
            if let Some(exchanged) = self.future_set.next().await {
                self.wait_until = None;
                return Some(Step::Exchanged(exchanged));
            }
            match idle {
                Idle::Wait(in_progress) => self.wait_for(in_progress).await,
                Idle::Over | Idle::News => return None,
            }
        }
    }

    /// Waits for another walk, but not for ever: that may have nobody who goes on with it.
    async fn wait_for(&mut self, in_progress: InProgress) {
        let options = &self.device.options;
        let longest = options.packet_timeout.saturating_mul(options.retries.saturating_add(1));
        let until = *self.wait_until.get_or_insert_with(|| self.deadline.min(now() + longest));
        if timeout_at(until, poll_fn(|context| in_progress.poll_over(context))).await.is_err() {
            self.walk.ask_itself();
        }
    }

    /// Which columns will deliver more.
    fn live(&self) -> Vec<bool> {
        (0..self.columns).map(|column| self.walk.is_live(column)).collect()
    }

    /// Sends what can be sent. Returns what there is to do where nothing is in flight.
    fn fill(&mut self, held: impl Fn(usize) -> bool) -> Idle {
        let device = &self.device;
        let window = device.window.size();
        loop {
            let ask = {
                let agent = &mut device.lock().capabilities;
                match self.walk.ask(window, agent, &held) {
                    Some(ask) => ask,
                    None => return self.walk.idle(agent),
                }
            };
            let (device, deadline) = (Arc::clone(&self.device), self.deadline);
            self.future_set.push(async move {
                let result = device.exchange((&ask.request).into(), ask.attempts, deadline).await;
                (ask, result)
            });
        }
    }

    fn take(&mut self, step: Step, mut deliver: impl FnMut(usize, Varbind)) {
        {
            let unknown = &mut self.unknown;
            let deliver = |column, varbind: Varbind| {
                unknown.look(&varbind);
                deliver(column, varbind);
            };
            let agent = &mut self.device.lock().capabilities;
            match step {
                Step::Exchanged((ask, Ok(Answer { response, octets, .. }))) => {
                    self.walk.answered(&ask, response, octets, agent, deliver);
                }
                Step::Exchanged((ask, Err(error))) => self.walk.failed(&ask, error, agent),
                Step::WaiterEvent => self.walk.heard(agent, deliver),
            }
        }
        // Not under the lock: a request that is dropped may have to tell the agent's record.
        if self.walk.is_stopped() {
            self.future_set.clear();
        }
    }

    fn outcome(&self, rows: u64) -> Outcome {
        Outcome { unknown: self.unknown.clone(), ..Outcome::new(rows, self.walk.stopped()) }
    }

    fn stop(&mut self, reason: StopReason, at: Option<Oid>) {
        self.walk.stop(reason, at);
        self.future_set.clear();
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("peer", &self.device.peer).field("walk", &self.walk).finish_non_exhaustive()
    }
}
