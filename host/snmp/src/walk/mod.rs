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

mod answer;
mod check;
mod column;
mod columns;
mod ending;
mod pacing;
mod quota;
mod request;
mod seen;
mod verification;

#[cfg(test)]
pub(crate) mod tests;

use std::net::SocketAddr;

use smallvec::SmallVec;

pub use self::request::WalkRequest;
use self::{
    columns::Columns,
    ending::Ending,
    pacing::{Choice, Pacing, Unreadable},
    quota::Quota,
    request::{ColumnIndexes, Purpose},
    verification::{Probe, Verification},
};
use crate::{
    Oid, RequestError, RequestOptions, StopReason,
    pdu::{Request, RequestKind},
    profile::{Capabilities, InProgress},
    retry::Attempts,
};

/// A walk on its way: each decision is a part of it, and here is what they tell each other.
#[derive(Debug)]
pub struct Walk {
    /// Who is asked, for the words of a reason.
    peer: SocketAddr,
    options: RequestOptions,
    in_flight: usize,
    columns: Columns,
    quota: Quota,
    pacing: Pacing,
    verification: Verification,
    ending: Ending,
}

/// What a walk does that has nothing to ask and waits for no answer.
#[derive(Debug)]
#[must_use]
pub enum Idle {
    /// It is over.
    Over,
    /// It uses what another walk has found out: that is told with [`Walk::heard`].
    News,
    /// It waits for what another walk is finding out, and then can go on.
    Wait(InProgress),
}

impl Walk {
    /// Reads the subtrees below `roots` from `peer`.
    #[must_use]
    pub fn new(peer: SocketAddr, roots: Vec<Oid>, options: RequestOptions) -> Self {
        Self::from(peer, roots.into_iter().map(|root| (root.clone(), root)).collect(), options)
    }

    /// Like [`Walk::new`], from a name on for each subtree: its root, or a name below it, which is not read itself.
    #[must_use]
    pub fn from(peer: SocketAddr, columns: Vec<(Oid, Oid)>, options: RequestOptions) -> Self {
        Self {
            peer,
            in_flight: 0,
            quota: Quota::new(columns.len(), &options),
            columns: Columns::new(columns, &options),
            options,
            pacing: Pacing::new(),
            verification: Verification::default(),
            ending: Ending::default(),
        }
    }

    /// Goes on behind a name that an earlier walk has read last, as if it was the first one of what is left.
    pub fn start_after(&mut self, name: &Oid) {
        self.columns.start_after(name);
    }

    /// Whether a column will deliver more.
    #[must_use]
    pub fn is_live(&self, column: usize) -> bool {
        !self.ending.is_stopped() && self.columns.is_live(column)
    }

    /// Whether the walk broke off as a whole: answers that are still under way are of no use.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.ending.is_stopped()
    }

    /// The first of the worst reasons why something is missing, and the last name before it.
    #[must_use]
    pub fn stopped(&self) -> Option<(StopReason, Option<Oid>)> {
        let noted = self.ending.reason();
        let suspected = || self.verification.suspicion(&self.columns).or_else(|| self.columns.early_end());
        let worst = noted.filter(|(reason, _)| !reason.is_warning()).cloned();
        worst.or_else(|| self.verification.pending_turn()).or_else(suspected).or_else(|| noted.cloned())
    }

    /// Breaks the walk off.
    pub fn stop(&mut self, reason: StopReason, at: Option<Oid>) {
        self.ending.stop(reason, at);
        self.verification.give_up();
    }

    /// Decides what to ask next, if anything can be asked before another answer comes.
    ///
    /// At most `lanes` requests are in flight; columns that are `held` wait.
    pub fn ask(&mut self, lanes: usize, agent: &mut Capabilities, held: impl Fn(usize) -> bool) -> Option<WalkRequest> {
        let free_lanes = lanes.checked_sub(self.in_flight).filter(|free| *free > 0 && !self.is_stopped())?;
        self.verification.heed(agent, &mut self.ending);
        self.pacing.heed(agent, &self.options);
        if let Some(Probe { names, attempts, purpose }) = self.verification.probe(agent, self.in_flight > 0) {
            let attempts = attempts.unwrap_or_else(|| self.pacing.attempts());
            let ask = self.send(SmallVec::new(), RequestKind::GetNext, attempts);
            return Some(WalkRequest { request: Request { names, ..ask.request }, purpose, ..ask });
        }
        if let Some(column) = self.columns.next_alone() {
            let attempts = self.pacing.attempts();
            return Some(self.send(SmallVec::from_slice(&[column]), RequestKind::GetNext, attempts));
        }
        let idle = self.columns.idle(held);
        if idle.is_empty() {
            return None;
        }
        let is_first = idle.iter().all(|column| self.columns.is_untouched(*column));
        let Choice { columns, kind, attempts } = self.pacing.choose(idle, is_first, free_lanes, agent, &self.options);
        if let RequestKind::GetBulk { max_repetitions } = kind
            && is_first
        {
            self.verification.expect(max_repetitions.into(), agent);
        }
        Some(self.send(columns, kind, attempts))
    }

    /// What to do when nothing can be asked and nothing is in flight.
    pub fn idle(&self, agent: &Capabilities) -> Idle {
        if self.is_stopped() {
            return Idle::Over;
        }
        if self.verification.has_news(agent) {
            return Idle::News;
        }
        let question = self.verification.open();
        match question.and_then(|question| agent.inquiries.answering(&question)) {
            Some(in_progress) => Idle::Wait(in_progress.clone()),
            None => Idle::Over,
        }
    }

    /// From now on asks itself what others are finding out: it has taken too long.
    pub fn ask_itself(&mut self) {
        self.verification.ask_itself();
    }

    /// Takes note that a request had no answer that helps.
    pub fn failed(&mut self, ask: &WalkRequest, error: RequestError, agent: &mut Capabilities) {
        self.release(ask);
        let is_bulk = ask.request.kind.is_bulk();
        if matches!(error, RequestError::Timeout { .. }) && !is_bulk {
            agent.names.silent(ask.request.kind, ask.request.names.len());
        }
        match &ask.purpose {
            _ if self.is_stopped() => {}
            Purpose::Check(check) => self.verification.check_failed(check, agent, &mut self.ending),
            Purpose::Verify(check) => {
                let asked = ask.request.names.len();
                match self.verification.verification_failed(asked, check.as_deref(), error, agent) {
                    verification::Failed::AskForLess => {}
                    verification::Failed::Discard(held) => self.columns.release(&held.columns),
                    verification::Failed::Stop(error) => {
                        self.stop(error.into(), ask.request.names.first().cloned());
                    }
                }
            }
            Purpose::Read => match error {
                RequestError::Malformed { .. } => match self.pacing.unreadable(ask, error) {
                    Unreadable::AskAlone => self.columns.ask_alone(&ask.columns),
                    Unreadable::EndColumn(error) => self.end_broken(ask, error, agent),
                    Unreadable::Stop(error) => self.stop(error.into(), ask.request.names.first().cloned()),
                },
                RequestError::Timeout { .. } if is_bulk => self.pacing.bulk_lost(ask, error, agent),
                RequestError::Timeout { .. } => {
                    if let Err(error) = self.pacing.next_lost(ask, error, agent) {
                        self.stop_at_column(ask, error);
                    }
                }
                _ => {
                    let error = self.pacing.conclude(error);
                    self.stop_at_column(ask, error);
                }
            },
        }
    }

    fn stop_at_column(&mut self, ask: &WalkRequest, error: RequestError) {
        let at = ask.columns.first().and_then(|column| self.columns.last(*column)).cloned();
        self.stop(error.into(), at);
    }

    /// Ends the one column of a request, because the agent cannot or does not answer for it.
    fn end_broken(&mut self, ask: &WalkRequest, error: RequestError, agent: &Capabilities) {
        if let Some(column) = ask.columns.first() {
            self.column_is_over(*column, error.into(), agent);
        }
    }

    /// Ends a column before its end.
    fn column_is_over(&mut self, column: usize, reason: StopReason, agent: &Capabilities) {
        let at = self.columns.end(column);
        self.ending.note(reason, at);
        self.pacing.column_ended(agent, &self.options);
    }

    fn send(&mut self, columns: ColumnIndexes, kind: RequestKind, attempts: Attempts) -> WalkRequest {
        let names = self.columns.asked(&columns);
        self.in_flight += 1;
        let generation = self.pacing.generation();
        WalkRequest { request: Request { kind, names }, attempts, columns, generation, purpose: Purpose::Read }
    }

    fn release(&mut self, ask: &WalkRequest) {
        self.in_flight -= 1;
        self.columns.release(&ask.columns);
    }
}
