//! A walk over several columns at once, as a pure state machine: says what to ask next, is told the answers.
//!
//! ```text
//!                 whole or short answer
//!               ┌───────────────────────┐
//!               ▼                       │      tooBig, nothing in it: half as much
//!   ┌───────────────────────┐ ──────────┘   ┌──────────────┐
//!   │ GETBULK, columns split │ ────────────▶ │ GETBULK, half │
//!   │ over the free lanes    │ ◀──────────── └──────────────┘
//!   └───────────────────────┘                      │ down to one varbind, or still no answer
//!               ▲            │ any other error      ▼
//!               │            └──────────────▶ ┌─────────┐  an error for several columns:
//!               └──────────────────────────── │ GETNEXT │  each of them by itself
//!                 the column at fault is over └─────────┘
//! ```
//!
//! Each column goes on from its own last name and ends by itself; names must increase within each column, also
//! within one answer. It owns no socket, clock or cell: what is read goes to the caller at once.
//! Every answer brings a column forward, ends one, or steps down; so a hostile agent gets as far as the bounds.

mod column;
mod pace;
mod setback;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use smallvec::SmallVec;

use self::column::{Column, Verdict};
pub(crate) use self::pace::{Agent, Bulk};
use crate::{
    Mismatch, Oid, RequestError, StopReason, Value, Varbind,
    pdu::{ErrorStatus, Request, RequestKind, Response},
};

/// What a message takes beside its varbinds.
const OVERHEAD_OCTETS: u32 = 60;

/// A walk on its way.
#[derive(Debug)]
pub(crate) struct Walk {
    /// Who is asked, for the words of a reason.
    peer: SocketAddr,
    columns: Vec<Column>,
    limits: Limits,
    octets: u64,
    /// The cells of each column.
    cells: Vec<u64>,
    mode: Mode,
    /// The most columns in one GETNEXT.
    columns_at_once: usize,
    /// Counts the steps down, so that several requests of the same size step down once.
    generation: u32,
    in_flight: usize,
    is_stopped: bool,
    stopped: Option<(StopReason, Option<Oid>)>,
}

/// Where a walk stops at the latest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The most cells of a column.
    pub(crate) rows: u64,
    /// The most octets of names and values.
    pub(crate) octets: u64,
}

/// A request of a walk.
#[derive(Debug)]
#[must_use]
pub(crate) struct Ask {
    /// What to ask.
    pub(crate) request: Request,
    /// How often it may be sent.
    pub(crate) attempts: Attempts,
    columns: SmallVec<[usize; 8]>,
    generation: u32,
}

/// How much patience a request deserves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempts {
    /// As much as any.
    All,
    /// One retry: a request like it has just failed with all retries.
    Two,
    /// None: nothing was ever answered.
    One,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Bulk {
        /// Whether one like it was not answered.
        is_in_doubt: bool,
    },
    Next {
        why: Why,
    },
}

/// Why it is GETNEXT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// An error or something unreadable answered a GETBULK. Where one column is at fault, the others may go on faster without it.
    Refused,
    /// A GETBULK was not answered, or only with nothing.
    Failed { patience: Attempts },
    /// GETBULK is known not to work.
    Never,
}

impl Ask {
    /// How many varbinds it asks for in all.
    fn varbinds(&self) -> usize {
        let repetitions = match self.request.kind {
            RequestKind::GetBulk { max_repetitions } => usize::from(max_repetitions),
            RequestKind::Get | RequestKind::GetNext => 1,
        };
        self.columns.len() * repetitions
    }
}

impl Walk {
    /// Reads the subtrees below `roots` from `peer`.
    pub(crate) fn new(peer: SocketAddr, roots: Vec<Oid>, limits: Limits) -> Self {
        let count = roots.len();
        Self {
            peer,
            columns: roots.into_iter().map(Column::new).collect(),
            limits,
            octets: 0,
            cells: vec![0; count],
            mode: Mode::Bulk { is_in_doubt: false },
            columns_at_once: usize::MAX,
            generation: 0,
            in_flight: 0,
            is_stopped: false,
            stopped: None,
        }
    }

    /// Whether a column will deliver more.
    pub(crate) fn is_live(&self, column: usize) -> bool {
        !self.is_stopped && self.columns.get(column).is_some_and(|column| !column.is_over())
    }

    /// Whether the walk broke off as a whole: answers that are still under way are of no use.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// The first reason why something is missing, and the last name before it.
    pub(crate) fn stopped(&self) -> Option<(StopReason, Option<Oid>)> {
        self.stopped.clone()
    }

    /// Breaks the walk off.
    pub(crate) fn stop(&mut self, reason: StopReason, at: Option<Oid>) {
        self.note(reason, at);
        self.is_stopped = true;
    }

    /// Decides what to ask next, if anything can be asked before another answer comes.
    ///
    /// At most `lanes` requests are in flight; columns that are `held` wait.
    pub(crate) fn ask(&mut self, lanes: usize, agent: &Agent, held: impl Fn(usize) -> bool) -> Option<Ask> {
        let free_lanes = lanes.checked_sub(self.in_flight).filter(|free| *free > 0 && !self.is_stopped)?;
        if agent.bulk == Bulk::Never && !matches!(self.mode, Mode::Next { .. }) {
            self.mode = Mode::Next { why: Why::Never };
        } else if agent.bulk_is_in_doubt && self.mode == (Mode::Bulk { is_in_doubt: false }) {
            self.mode = Mode::Next { why: Why::Failed { patience: Attempts::Two } };
        }
        let doubtful = self.columns.iter().position(|column| column.is_idle() && column.is_alone);
        if let Some(column) = doubtful {
            return Some(self.send(SmallVec::from_slice(&[column]), RequestKind::GetNext, Attempts::All));
        }
        let mut idle: SmallVec<[usize; 8]> =
            (0..self.columns.len()).filter(|column| self.is_idle(*column) && !held(*column)).collect();
        if idle.is_empty() {
            return None;
        }
        match self.mode {
            Mode::Bulk { is_in_doubt } => {
                // The first request is for all columns: most tables are small, and one answer holds them whole.
                // Then one lane each for as many groups of columns as there are free lanes, so that the pipe is full.
                let is_first = idle.iter().all(|column| self.is_untouched(*column));
                let lanes = if is_first { 1 } else { free_lanes };
                idle.truncate(idle.len().div_ceil(lanes).min(agent.varbinds()));
                let max_repetitions = agent.repetitions(idle.len());
                let attempts = if is_in_doubt { Attempts::Two } else { Attempts::All };
                Some(self.send(idle, RequestKind::GetBulk { max_repetitions }, attempts))
            }
            Mode::Next { why } => {
                idle.truncate(self.columns_at_once.min(agent.columns()));
                let attempts = match why {
                    Why::Failed { patience } => patience,
                    Why::Refused | Why::Never => Attempts::All,
                };
                Some(self.send(idle, RequestKind::GetNext, attempts))
            }
        }
    }

    /// Takes an answer of so many octets, and hands its cells to `deliver` with the place of their column.
    pub(crate) fn answered(
        &mut self,
        ask: &Ask,
        response: Response,
        octets: usize,
        agent: &mut Agent,
        deliver: impl FnMut(usize, Varbind),
    ) {
        agent.is_alive = true;
        self.release(ask);
        if self.is_stopped {
            return;
        }
        if response.error_status != ErrorStatus::NO_ERROR {
            return self.refused(ask, response.error_status, response.error_index, agent);
        }
        let asked = ask.columns.len();
        match ask.request.kind {
            RequestKind::GetBulk { max_repetitions } => {
                agent.bulk_answered(ask.varbinds(), max_repetitions, response.varbinds.len(), octets);
                if response.varbinds.is_empty() {
                    // Legal ("possibly zero", RFC 3416 section 4.2.3), but the same again would get the same.
                    return self.ask_for_less(ask, agent);
                }
                if let Mode::Bulk { is_in_doubt } = &mut self.mode {
                    *is_in_doubt = false;
                }
            }
            RequestKind::Get | RequestKind::GetNext => {
                self.next_answered(ask, agent);
                // With one missing nobody knows which: only a single name has a single successor.
                if response.varbinds.len() != asked && asked > 1 {
                    return self.ask_each_alone(ask);
                }
                if response.varbinds.is_empty() {
                    let problem = Mismatch::Count { expected: 1, found: 0 };
                    return self.end_broken(ask, RequestError::Mismatch { peer: self.peer, problem }, agent);
                }
            }
        }
        self.accept(ask, response.varbinds, agent, deliver);
        self.doubt_contradictions(ask);
    }

    /// Takes note that a request had no answer that helps.
    pub(crate) fn failed(&mut self, ask: &Ask, error: RequestError, agent: &mut Agent) {
        self.release(ask);
        if self.is_stopped {
            return;
        }
        let at = ask.columns.first().and_then(|column| self.columns.get(*column)).map(|column| column.last().clone());
        let is_malformed = matches!(error, RequestError::Malformed { .. });
        match ask.request.kind {
            // Half of it would hold the same value that cannot be read; GETNEXT finds its column.
            RequestKind::GetBulk { .. } if is_malformed => self.step_down(ask, Mode::Next { why: Why::Refused }),
            RequestKind::GetBulk { .. } if matches!(error, RequestError::Timeout { .. }) => {
                self.bulk_lost(ask, agent);
            }
            RequestKind::GetNext if is_malformed && agent.is_alive => {
                // One value that cannot be read spoils the message, but not the other columns.
                if ask.columns.len() > 1 {
                    self.ask_each_alone(ask);
                } else {
                    self.end_broken(ask, error, agent);
                }
            }
            _ => self.stop(error.into(), at),
        }
    }

    fn is_idle(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(Column::is_idle)
    }

    fn is_untouched(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|column| column.last() == column.root())
    }

    fn send(&mut self, columns: SmallVec<[usize; 8]>, kind: RequestKind, attempts: Attempts) -> Ask {
        let mut names = Vec::with_capacity(columns.len());
        for column in &columns {
            if let Some(column) = self.columns.get_mut(*column) {
                column.asked();
                names.push(column.last().clone());
            }
        }
        self.in_flight += 1;
        Ask { request: Request { kind, names }, attempts, columns, generation: self.generation }
    }

    fn release(&mut self, ask: &Ask) {
        self.in_flight -= 1;
        for column in &ask.columns {
            if let Some(column) = self.columns.get_mut(*column) {
                column.released();
            }
        }
    }

    /// Deals the varbinds out to their columns: the first to the first, and so on, round and round.
    fn accept(&mut self, ask: &Ask, varbinds: Vec<Varbind>, agent: &Agent, mut deliver: impl FnMut(usize, Varbind)) {
        // What was not asked for belongs to no column.
        for (place, varbind) in ask.columns.iter().cycle().zip(varbinds.into_iter().take(ask.varbinds())) {
            let Some(column) = self.columns.get_mut(*place) else { continue };
            column.is_alone = false;
            match column.accept(&varbind) {
                Verdict::Cell => {
                    if let Some(cells) = self.cells.get_mut(*place) {
                        if *cells == self.limits.rows {
                            return self.stop(StopReason::RowLimit { limit: self.limits.rows }, Some(varbind.name));
                        }
                        *cells += 1;
                    }
                    self.octets += octets(&varbind);
                    if self.octets > self.limits.octets {
                        return self.stop(StopReason::ByteLimit { limit: self.limits.octets }, Some(varbind.name));
                    }
                    deliver(*place, varbind);
                }
                Verdict::NoValue => {
                    if let Some(cells) = self.cells.get_mut(*place) {
                        *cells += 1;
                        if *cells > self.limits.rows {
                            return self.stop(StopReason::RowLimit { limit: self.limits.rows }, Some(varbind.name));
                        }
                    }
                    self.note_no_value(varbind.name);
                }
                Verdict::Broken(reason) => {
                    let at = Some(column.last().clone());
                    // An answer that is wrong in one place is not believed in the rest.
                    return self.note(reason, at);
                }
                Verdict::End => self.back_to_bulk(agent),
                Verdict::Late => {}
            }
        }
    }

    /// Asks the columns again that ended in this answer although another column shows that something follows.
    ///
    /// Such an answer has left something out in the middle. By itself the column gives an answer that has no middle.
    fn doubt_contradictions(&mut self, ask: &Ask) {
        let was_alone = ask.columns.len() == 1 && ask.request.kind == RequestKind::GetNext;
        for place in &ask.columns {
            let Some(column) = self.columns.get(*place).filter(|column| column.is_over()) else { continue };
            let nearest = self.columns.iter().filter(|other| other.root() > column.root()).filter_map(Column::first);
            let Some(seen) = nearest.min().and_then(|first| column.contradicted_by(first)) else { continue };
            let (after, seen) = (column.last().clone(), seen.clone());
            if !was_alone {
                if let Some(column) = self.columns.get_mut(*place) {
                    column.reopen();
                }
            } else if column.ended_with_all() {
                self.note(StopReason::EarlyEnd { after: after.clone(), seen }, Some(after));
            }
        }
    }

    fn note(&mut self, reason: StopReason, at: Option<Oid>) {
        // Names without a value are the least of reasons.
        if matches!(self.stopped, None | Some((StopReason::NoValue { .. }, _))) {
            self.stopped = Some((reason, at));
        }
    }

    fn note_no_value(&mut self, name: Oid) {
        match &mut self.stopped {
            Some((StopReason::NoValue { count, .. }, _)) => *count += 1,
            Some(_) => {}
            None => self.stopped = Some((StopReason::NoValue { name: name.clone(), count: 1 }, Some(name))),
        }
    }
}

/// About what a varbind takes in memory and in a message, without the fixed parts.
fn octets(varbind: &Varbind) -> u64 {
    let value = match &varbind.value {
        Value::OctetString(octets) | Value::Opaque(octets) | Value::NsapAddress(octets) => octets.len(),
        Value::Unknown { octets, .. } => octets.len(),
        Value::ObjectIdentifier(oid) => oid.arcs().len(),
        _ => 4,
    };
    (varbind.name.arcs().len() + value) as u64
}
