//! How a walk asks: with GETBULK or GETNEXT, for how many columns, and how often each request is sent.
//!
//! [`step_down`] decides which request it is, [`width`] for how many columns, and [`failures`] remembers what went wrong
//! since the last answer. Here is what they decide together. All that outlives the walk is kept with the agent.

mod failures;
mod step_down;
mod width;

use self::{
    failures::RecentFailures,
    step_down::{Failed, Mode, StepDown},
    width::Width,
};
use super::request::{ColumnIndexes, WalkRequest};
use crate::{
    RequestError, RequestOptions,
    pdu::{RequestKind, Response},
    profile::{Bulk, Capabilities},
    retry::Attempts,
};

/// How to ask.
#[derive(Debug)]
pub(super) struct Pacing {
    step_down: StepDown,
    width: Width,
    failures: RecentFailures,
}

/// What is to be asked next.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) columns: ColumnIndexes,
    pub(super) kind: RequestKind,
    pub(super) attempts: Attempts,
}

impl Pacing {
    /// As fast as the agent is known to bear.
    pub(super) fn new() -> Self {
        Self { step_down: StepDown::new(), width: Width::new(), failures: RecentFailures::default() }
    }

    /// The number of the step, for the requests that are asked at it.
    pub(super) fn generation(&self) -> u32 {
        self.step_down.generation()
    }

    /// Heeds what other walks found out about the agent.
    pub(super) fn heed(&mut self, agent: &Capabilities, options: &RequestOptions) {
        self.step_down.heed(agent, options);
    }

    /// Chooses what to ask of columns that may be asked. The first request is for all of them: most tables are small,
    /// and one answer holds them whole. Then it is one lane each for as many groups of columns as there are free lanes,
    /// so that the pipe is full.
    pub(super) fn choose(
        &self,
        mut columns: ColumnIndexes,
        is_first: bool,
        free_lanes: usize,
        agent: &Capabilities,
        options: &RequestOptions,
    ) -> Choice {
        match self.step_down.mode() {
            Mode::Bulk { attempts } => {
                let lanes = if is_first { 1 } else { free_lanes };
                columns.truncate(columns.len().div_ceil(lanes).min(self.width.of_bulk(agent, options)));
                let max_repetitions = agent.repetitions(columns.len(), options);
                // An agent without GETBULK does not answer it, one that is gone nothing: that should be known soon.
                let is_sure = self.failures.has_answers() && agent.bulk == Bulk::Works;
                let attempts = if is_sure { attempts } else { attempts.no_more_than_two() };
                Choice { columns, kind: RequestKind::GetBulk { max_repetitions }, attempts }
            }
            Mode::Next { .. } => {
                let is_one_by_one = self.step_down.is_one_by_one();
                columns.truncate(if is_one_by_one { 1 } else { self.width.of_next(agent, options) });
                let attempts = self.attempts_for_several(columns.len(), agent);
                Choice { columns, kind: RequestKind::GetNext, attempts }
            }
        }
    }

    /// How often to send a GETNEXT.
    pub(super) fn attempts(&self) -> Attempts {
        self.step_down.attempts().unwrap_or_else(|| self.failures.attempts(self.width.is_searching()))
    }

    /// How often to send a GETNEXT for so many columns.
    fn attempts_for_several(&self, columns: usize, agent: &Capabilities) -> Attempts {
        if agent.names.is_known_to_work(RequestKind::GetNext, columns) {
            return self.attempts();
        }
        // Where fewer were answered, only their number is in question.
        if self.width.is_searching() { Attempts::One } else { self.attempts().no_more_than_two() }
    }

    /// The agent has answered, whatever it is.
    pub(super) fn answered(&mut self, ask: &WalkRequest, response: &Response, agent: &mut Capabilities) {
        self.failures.answered();
        self.width.answered(ask, response, agent);
    }

    /// A GETBULK has an answer that can be used.
    pub(super) fn bulk_answered(&mut self) {
        self.step_down.bulk_answered();
    }

    /// A GETNEXT has an answer that can be used. `live` is how many columns go on.
    pub(super) fn next_answered(
        &mut self,
        ask: &WalkRequest,
        live: usize,
        agent: &mut Capabilities,
        options: &RequestOptions,
    ) {
        self.step_down.next_answered(ask.generation, ask.columns.len(), live, agent, options);
        if self.width.was_too_many(ask, agent) {
            self.step_down.had_too_many_columns(agent, options);
        }
    }

    /// A request has an answer that cannot be used. Its columns have to be asked one by one.
    pub(super) fn refused(&mut self, ask: &WalkRequest) {
        if ask.request.kind.is_bulk() {
            self.step_down.bulk_refused(failed(ask));
        }
    }

    /// An answer contradicts itself: its names do not increase. By itself and step by step each column shows whether
    /// the agent is wrong, or only its way of answering many at once.
    pub(super) fn contradicted(&mut self, ask: &WalkRequest) {
        match ask.request.kind.is_bulk() {
            true => self.step_down.bulk_refused(failed(ask)),
            false => self.step_down.next_refused(),
        }
    }

    /// A GETBULK was too much, or has an answer with nothing in it.
    pub(super) fn bulk_was_too_much(&mut self, ask: &WalkRequest, agent: &mut Capabilities) {
        match ask.varbinds() {
            asked if asked > 1 => agent.too_much(asked),
            _ => self.step_down.bulk_cannot_be_smaller(failed(ask)),
        }
    }

    /// A GETNEXT for several columns was too big.
    pub(super) fn next_was_too_big(&mut self, ask: &WalkRequest, agent: &mut Capabilities) {
        self.width.too_big(ask.columns.len(), agent);
    }

    /// Several columns were refused together, and each is asked by itself now.
    pub(super) fn refused_together(&mut self, ask: &WalkRequest) {
        self.width.refused_together(ask);
    }

    /// A column that was refused with others was at fault by itself.
    pub(super) fn found_the_fault(&mut self) {
        self.width.found_the_fault();
    }

    /// Goes on faster once a column is over that was in the way.
    pub(super) fn column_ended(&mut self, agent: &Capabilities, options: &RequestOptions) {
        self.step_down.column_ended(agent, options);
    }

    /// A GETBULK had no answer.
    pub(super) fn bulk_lost(&mut self, ask: &WalkRequest, error: RequestError, agent: &mut Capabilities) {
        if ask.generation != self.step_down.generation() {
            return;
        }
        self.failures.lost(error);
        // One that was not sent, because others were not answered, says nothing about its size.
        if self.failures.was_sent() && agent.bulk_silent(ask.columns.len(), ask.varbinds()) {
            self.width.restart();
        }
        self.step_down.bulk_lost(failed(ask), self.failures.has_answers(), agent);
    }

    /// A GETNEXT had no answer. Returns the error where nothing is left to try.
    pub(super) fn next_lost(
        &mut self,
        ask: &WalkRequest,
        error: RequestError,
        agent: &Capabilities,
    ) -> Result<(), RequestError> {
        if !agent.names.is_known_to_work(RequestKind::GetNext, ask.columns.len()) {
            // Perhaps one for fewer columns has.
            self.failures.lost(error);
            self.width.silent(ask.columns.len());
            return Ok(());
        }
        if self.failures.deserves_another_try(ask.attempts) { Ok(()) } else { Err(self.failures.conclude(error)) }
    }

    /// Something unreadable came. Half of the request would hold the same value; by itself each column shows whether
    /// it is at fault. Returns the error where nothing is left to try for the column, or for the whole walk.
    pub(super) fn unreadable(&mut self, ask: &WalkRequest, error: RequestError) -> Unreadable {
        let is_too_often = self.failures.unreadable();
        if ask.request.kind.is_bulk() {
            self.failures.lost(error);
            self.step_down.bulk_refused(failed(ask));
            return Unreadable::AskAlone;
        }
        // The first reason says most: later answers may be unreadable for another.
        let error = self.failures.conclude(error);
        match ask.columns.len() {
            _ if is_too_often => Unreadable::Stop(error),
            1 => Unreadable::EndColumn(error),
            _ => Unreadable::AskAlone,
        }
    }

    /// An error after which nothing is tried, with all that went wrong before it.
    pub(super) fn conclude(&mut self, error: RequestError) -> RequestError {
        self.failures.conclude(error)
    }
}

/// What to do after an unreadable answer.
#[derive(Debug)]
#[must_use]
pub(super) enum Unreadable {
    /// Each column is asked by itself.
    AskAlone,
    /// The one column that was asked for ends.
    EndColumn(RequestError),
    /// The walk stops.
    Stop(RequestError),
}

fn failed(ask: &WalkRequest) -> Failed {
    Failed { generation: ask.generation, varbinds: ask.varbinds() }
}
