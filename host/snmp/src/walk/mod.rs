//! A walk over several columns at once, as a pure state machine: says what to ask next, is told the answers.
//!
//! ```text
//!                 whole or short answer
//!               ┌───────────────────────┐
//!               ▼                       │   tooBig, nothing in it, once no answer: half as much
//!   ┌────────────────────────┐ ─────────┘   ┌───────────────┐
//!   │ GETBULK, columns split │ ───────────▶ │ GETBULK, half │
//!   │ over the free lanes    │ ◀─────────── └───────────────┘
//!   └────────────────────────┘                     │ down to one varbind, or still no answer
//!               ▲            │ any other error,    ▼
//!               │            │ names not in order ┌─────────┐  an error or disorder for several columns:
//!               │            └──────────────────▶ │ GETNEXT │  each of them by itself
//!               └──────────────────────────────── └─────────┘
//!                 the column at fault is over, or the place is passed
//! ```
//!
//! Each column goes on from its own last name and ends by itself; names must increase within each column, also
//! within one answer, unless they may come in any order: then none comes twice. An answer that contradicts itself is
//! believed in nothing, and one larger than any before waits until it is shown to leave nothing out; of walks side by
//! side one finds that out for all. It owns no socket, clock or cell: what is read goes to the caller at once.
//! Every answer brings a column forward, ends one, or steps down; so a hostile agent gets as far as the bounds.

mod accept;
mod ask;
mod at_once;
mod column;
mod doubt;
mod idle;
mod proof;
mod seen;
mod setback;

#[cfg(test)]
pub(crate) mod tests;

use std::net::SocketAddr;

use smallvec::SmallVec;

pub use self::{ask::Ask, idle::Idle};
use self::{
    ask::Purpose,
    at_once::{BULK, Blamed},
    column::Column,
    doubt::{Check, Checks},
    proof::Proofs,
    seen::Memory,
};
use crate::{
    BulkUse, Mismatch, Oid, OnNonIncreasing, RequestError, RequestOptions, StopReason, Varbind,
    pdu::{ErrorStatus, Request, RequestKind, Response},
    profile::{Agent, Bulk, Ramp},
    retry::Attempts,
};

/// A walk on its way.
#[derive(Debug)]
pub struct Walk {
    /// Who is asked, for the words of a reason.
    peer: SocketAddr,
    columns: Vec<Column>,
    options: RequestOptions,
    octets: u64,
    /// Names that were read, with or without a value.
    delivered: u64,
    mode: Mode,
    /// How many columns to ask for, after there was no answer.
    ramp: Ramp,
    /// The columns that were refused together, as long as none of them was at fault by itself.
    blamed: Option<Blamed>,
    /// Whether GETNEXT asks for one column at a time, because answers for several were not in order.
    is_one_by_one: bool,
    /// Counts the steps down, so that several requests of the same size step down once.
    generation: u32,
    /// How many steps with GETNEXT there were to be when GETBULK was refused, and how many are left.
    steps_down: u32,
    steps_left: u32,
    in_flight: usize,
    /// Whether the agent has answered anything in this walk.
    has_answers: bool,
    /// The GETBULK that had no answer, or none that can be read, until something has one.
    lost: Option<RequestError>,
    /// Whether something unreadable came: such a request is not sent again, it would be answered alike.
    has_unreadable: bool,
    unreadable_in_a_row: u32,
    /// The names that were read, where they need not come in order.
    memory: Option<Memory>,
    checks: Checks,
    proofs: Proofs,
    /// Whether it asks for itself what others are finding out.
    is_impatient: bool,
    is_stopped: bool,
    stopped: Option<(StopReason, Option<Oid>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Bulk {
        /// Less than all where one like it was not answered.
        patience: Attempts,
    },
    Next {
        why: Why,
    },
}

/// Why it is GETNEXT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// A GETBULK had no answer that can be used, but GETNEXT has. Behind the place, or without the column at fault,
    /// it goes on faster.
    Refused,
    /// A GETBULK was not answered, or only with nothing, and no GETNEXT has been answered yet.
    Failed { patience: Attempts },
    /// GETBULK is not wanted, or known not to work.
    Never,
}

impl Walk {
    /// Reads the subtrees below `roots` from `peer`.
    pub fn new(peer: SocketAddr, roots: Vec<Oid>, options: RequestOptions) -> Self {
        let goes_on = options.on_non_increasing == OnNonIncreasing::Continue;
        Self {
            peer,
            memory: goes_on.then(|| Memory::new(roots.len(), options.max_seen_names)),
            columns: roots.into_iter().map(Column::new).collect(),
            options,
            octets: 0,
            delivered: 0,
            mode: Mode::Bulk { patience: Attempts::All },
            ramp: Ramp::FULL,
            blamed: None,
            is_one_by_one: false,
            generation: 0,
            steps_down: 0,
            steps_left: 0,
            in_flight: 0,
            has_answers: false,
            lost: None,
            has_unreadable: false,
            unreadable_in_a_row: 0,
            checks: Checks::default(),
            proofs: Proofs::default(),
            is_impatient: false,
            is_stopped: false,
            stopped: None,
        }
    }

    /// Whether a column will deliver more.
    pub fn is_live(&self, column: usize) -> bool {
        !self.is_stopped && self.columns.get(column).is_some_and(|column| !column.is_over())
    }

    /// Whether the walk broke off as a whole: answers that are still under way are of no use.
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// The first of the worst reasons why something is missing, and the last name before it.
    pub fn stopped(&self) -> Option<(StopReason, Option<Oid>)> {
        let noted = self.stopped.clone().filter(|(reason, _)| !reason.is_warning());
        let suspected = || self.checks.suspicion(self.memory.as_ref()).or_else(|| self.early_end());
        noted.or_else(|| self.checks.turned_back()).or_else(suspected).or_else(|| self.stopped.clone())
    }

    /// Breaks the walk off.
    pub fn stop(&mut self, reason: StopReason, at: Option<Oid>) {
        self.note(reason, at);
        self.is_stopped = true;
        // What it was finding out for all is left to others.
        self.checks.give_up();
        self.proofs.give_up();
    }

    /// Decides what to ask next, if anything can be asked before another answer comes.
    ///
    /// At most `lanes` requests are in flight; columns that are `held` wait.
    pub fn ask(&mut self, lanes: usize, agent: &mut Agent, held: impl Fn(usize) -> bool) -> Option<Ask> {
        let free_lanes = lanes.checked_sub(self.in_flight).filter(|free| *free > 0 && !self.is_stopped)?;
        self.heed(agent);
        if let Some(ask) = self.ask_proof(agent).or_else(|| self.ask_check(agent)) {
            return Some(ask);
        }
        let doubtful = self.columns.iter().position(|column| column.is_idle() && column.is_alone);
        if let Some(column) = doubtful {
            let attempts = self.attempts();
            return Some(self.send(SmallVec::from_slice(&[column]), RequestKind::GetNext, attempts));
        }
        let mut idle: SmallVec<[usize; 8]> =
            (0..self.columns.len()).filter(|column| self.is_idle(*column) && !held(*column)).collect();
        if idle.is_empty() {
            return None;
        }
        match self.mode {
            Mode::Bulk { patience } => {
                // The first request is for all columns: most tables are small, and one answer holds them whole.
                // Then one lane each for as many groups of columns as there are free lanes, so that the pipe is full.
                let is_first = idle.iter().all(|column| self.is_untouched(*column));
                let lanes = if is_first { 1 } else { free_lanes };
                let most = agent.varbinds(&self.options).min(agent.names.at_once(BULK, self.ramp));
                idle.truncate(idle.len().div_ceil(lanes).min(most));
                let max_repetitions = agent.repetitions(idle.len(), &self.options);
                if is_first {
                    self.expect_proof(max_repetitions.into(), agent);
                }
                // An agent without GETBULK does not answer it, one that is gone nothing: that should be known soon.
                let is_sure = self.has_answers && agent.bulk == Bulk::Works;
                let attempts = if is_sure { patience } else { patience.no_more_than_two() };
                Some(self.send(idle, RequestKind::GetBulk { max_repetitions }, attempts))
            }
            Mode::Next { .. } => {
                let most = if self.is_one_by_one { 1 } else { agent.names.at_once(RequestKind::GetNext, self.ramp) };
                idle.truncate(most.min(agent.columns(&self.options)));
                let attempts = self.attempts_for_several(idle.len(), agent);
                Some(self.send(idle, RequestKind::GetNext, attempts))
            }
        }
    }

    /// Takes an answer of so many octets, and hands its cells to `deliver` with the place of their column.
    pub fn answered(
        &mut self,
        ask: &Ask,
        response: Response,
        octets: usize,
        agent: &mut Agent,
        deliver: impl FnMut(usize, Varbind),
    ) {
        agent.is_alive = true;
        self.has_answers = true;
        self.unreadable_in_a_row = 0;
        self.lost = None;
        self.release(ask);
        self.learn_names(ask, &response, agent);
        if self.is_stopped {
            return;
        }
        match &ask.purpose {
            Purpose::Read => {}
            Purpose::Check(check) => return self.checked(Check::clone(check), response, agent),
            Purpose::Proof(_) => return self.proof_answered(ask, response, agent, deliver),
        }
        if response.error_status != ErrorStatus::NO_ERROR {
            return self.refused(ask, response.error_status, response.error_index, agent);
        }
        let (asked, found) = (ask.columns.len(), response.varbinds.len());
        let is_contradictory = self.is_contradictory(ask, &response.varbinds, agent);
        let mut varbinds = response.varbinds;
        match ask.request.kind {
            RequestKind::GetBulk { .. } if found == 0 => {
                // Legal ("possibly zero", RFC 3416 section 4.2.3), but the same again would get the same.
                return self.ask_for_less(ask, agent);
            }
            RequestKind::GetBulk { max_repetitions } => {
                if is_contradictory {
                    return self.distrust(ask);
                }
                agent.bulk_answered(ask.varbinds(), max_repetitions, found, octets);
                if let Mode::Bulk { patience } = &mut self.mode {
                    *patience = Attempts::All;
                }
                let Some(believed) = self.hold_back(ask, varbinds, agent) else { return };
                varbinds = believed;
            }
            RequestKind::Get | RequestKind::GetNext => {
                // With one missing nobody knows which: only a single name has a single successor.
                if found != asked && asked > 1 {
                    return self.ask_each_alone(ask);
                }
                if found == 0 {
                    let problem = Mismatch::Count { expected: 1, found };
                    return self.end_broken(ask, RequestError::Mismatch { peer: self.peer, problem }, agent);
                }
                if is_contradictory {
                    return self.distrust(ask);
                }
                self.next_answered(ask, agent);
                self.exonerate(ask, agent);
            }
        }
        self.accept(ask, varbinds, agent, deliver);
        self.doubt_ends(ask, agent);
    }

    /// Takes note that a request had no answer that helps.
    pub fn failed(&mut self, ask: &Ask, error: RequestError, agent: &mut Agent) {
        self.release(ask);
        let is_bulk = ask.request.kind.is_bulk();
        if matches!(error, RequestError::Timeout { .. }) && !is_bulk {
            agent.names.silent(ask.request.kind, ask.request.names.len());
        }
        match &ask.purpose {
            _ if self.is_stopped => return,
            Purpose::Read => {}
            Purpose::Check(check) => return self.check_failed(check, agent),
            Purpose::Proof(_) => return self.proof_failed(ask, error, agent),
        }
        match error {
            RequestError::Malformed { .. } => self.unreadable(ask, error, agent),
            RequestError::Timeout { .. } if is_bulk => self.bulk_lost(ask, error, agent),
            RequestError::Timeout { .. } if !agent.names.is_proven(RequestKind::GetNext, ask.columns.len()) => {
                self.columns_lost(ask, error);
            }
            // It was sent once only because an unreadable answer was expected, but it was lost.
            RequestError::Timeout { .. } if self.has_unreadable && ask.attempts == Attempts::One => {
                self.has_unreadable = false;
            }
            _ => {
                let at = ask.columns.first().and_then(|column| self.columns.get(*column));
                let at = at.map(|column| column.last().clone());
                let error = match self.lost.take() {
                    Some(earlier) => error.after(earlier),
                    None => error,
                };
                self.stop(error.into(), at);
            }
        }
    }

    /// Heeds what other walks found out about the agent.
    fn heed(&mut self, agent: &Agent) {
        self.checks.heed(agent);
        self.heed_first_object(agent);
        match self.mode {
            Mode::Next { .. } => {}
            // Is finding out.
            Mode::Bulk { patience: Attempts::One } if self.wants_bulk() => {}
            Mode::Bulk { .. } if !agent.uses_bulk(&self.options) => self.mode = Mode::Next { why: Why::Never },
            Mode::Bulk { patience: Attempts::All } if agent.bulk_is_in_doubt => {
                self.mode = Mode::Next { why: Why::Failed { patience: Attempts::Two } };
            }
            Mode::Bulk { .. } => {}
        }
    }

    fn wants_bulk(&self) -> bool {
        self.options.bulk == BulkUse::Auto
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
        Ask { request: Request { kind, names }, attempts, columns, generation: self.generation, purpose: Purpose::Read }
    }

    fn release(&mut self, ask: &Ask) {
        self.in_flight -= 1;
        self.release_columns(ask);
    }

    fn release_columns(&mut self, ask: &Ask) {
        for column in &ask.columns {
            if let Some(column) = self.columns.get_mut(*column) {
                column.released();
            }
        }
    }
}
