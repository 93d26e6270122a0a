//! What a walk does when it does not get what it asked for: less, otherwise, or without the column at fault.

use super::{Ask, Mode, Walk, Why};
use crate::{
    RequestError,
    pdu::{ErrorStatus, RequestKind},
    profile::{Agent, Bulk},
    retry::Attempts,
};

impl Walk {
    /// Takes note that the agent answered with an error.
    pub(super) fn refused(&mut self, ask: &Ask, status: ErrorStatus, index: i32, agent: &mut Agent) {
        let is_bulk = ask.request.kind.is_bulk();
        match status {
            ErrorStatus::TOO_BIG if is_bulk => self.ask_for_less(ask, agent),
            _ if is_bulk => {
                if status == ErrorStatus::GEN_ERR {
                    agent.bulk_refused();
                }
                // Also noSuchName: rows before the end may be in what was refused, and GETNEXT still gets them.
                self.step_down(ask, Mode::Next { why: Why::Refused });
            }
            ErrorStatus::TOO_BIG if ask.columns.len() > 1 => {
                agent.names.refused(RequestKind::GetNext, ask.columns.len());
                self.ramp.refused(ask.columns.len());
            }
            ErrorStatus::NO_SUCH_NAME if ask.columns.len() == 1 => {
                self.next_answered(ask, agent);
                self.exonerate(ask, agent);
                if let Some(column) = ask.columns.first().and_then(|column| self.columns.get_mut(*column)) {
                    column.end();
                }
                self.column_ended(agent);
            }
            ErrorStatus::NO_SUCH_NAME => {
                // The column at fault has ended; asked by itself it says so again, if the index is right.
                let culprit = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
                match culprit.and_then(|culprit| ask.columns.get(culprit)) {
                    Some(place) => self.columns.get_mut(*place).into_iter().for_each(|column| column.is_alone = true),
                    None => self.ask_each_alone(ask),
                }
            }
            // Agents give any index here: find the column at fault by asking.
            _ if ask.columns.len() > 1 => self.blame(ask),
            _ => {
                self.blamed = None;
                let name = ask.request.names.first().cloned();
                let error = RequestError::AgentError { peer: self.peer, status, index, name };
                self.end_broken(ask, error, agent);
            }
        }
    }

    pub(super) fn ask_for_less(&mut self, ask: &Ask, agent: &mut Agent) {
        let asked = ask.varbinds();
        if asked > 1 {
            agent.too_much(asked);
        } else {
            self.step_down(ask, Mode::Next { why: Why::Failed { patience: Attempts::All } });
        }
    }

    /// A GETBULK had no answer: perhaps a smaller one has, perhaps this agent has no GETBULK, perhaps it is gone.
    ///
    /// Where GETBULK worked, half of it is tried. Else GETNEXT tells at once whether anybody is there, and half is
    /// tried much later: an agent without GETBULK should not cost more than the first doubt.
    pub(super) fn bulk_lost(&mut self, ask: &Ask, error: RequestError, agent: &mut Agent) {
        if ask.generation != self.generation {
            return;
        }
        self.note_lost(error);
        // One that was not sent, because others were not answered, says nothing about its size.
        let was_sent = !matches!(self.lost, Some(RequestError::Timeout { attempts: 0, .. }));
        let asked = ask.varbinds();
        let was_first_doubt = self.mode == (Mode::Bulk { patience: Attempts::All });
        if was_sent && agent.bulk_silent(ask.columns.len(), asked) {
            self.ramp.restart();
        }
        let mode = match agent.bulk {
            Bulk::Works if self.has_answers && asked > 1 && was_first_doubt => Mode::Bulk { patience: Attempts::Two },
            Bulk::Fails | Bulk::Never => Mode::Next { why: Why::Never },
            Bulk::Works | Bulk::Untried => {
                // The others need not find out by themselves, each after all its retries.
                agent.bulk_is_in_doubt |= agent.is_alive && agent.bulk == Bulk::Untried;
                let is_there = self.has_answers || (agent.is_alive && agent.bulk == Bulk::Untried);
                let patience = if is_there { Attempts::Two } else { Attempts::Rest };
                Mode::Next { why: Why::Failed { patience } }
            }
        };
        self.step_down(ask, mode);
    }

    /// Something unreadable came. Half of the request would hold the same value; by itself each column shows whether
    /// it is at fault.
    pub(super) fn unreadable(&mut self, ask: &Ask, error: RequestError, agent: &Agent) {
        self.has_unreadable = true;
        self.unreadable_in_a_row += 1;
        // The first reason says most: later answers may be unreadable for another.
        let error = match self.lost.take() {
            Some(earlier) => error.after(earlier),
            None => error,
        };
        if ask.request.kind.is_bulk() {
            self.lost = Some(error);
            self.ask_each_alone(ask);
            return self.step_down(ask, Mode::Next { why: Why::Refused });
        }
        if self.unreadable_in_a_row >= MAX_UNREADABLE_IN_A_ROW {
            let at = ask.request.names.first().cloned();
            return self.stop(error.into(), at);
        }
        if ask.columns.len() > 1 {
            self.ask_each_alone(ask);
        } else {
            self.end_broken(ask, error, agent);
        }
    }

    /// An answer contradicts itself: its names do not increase. By itself and step by step each column shows whether
    /// the agent is wrong, or only its way of answering many at once; nothing is believed of this answer.
    pub(super) fn distrust(&mut self, ask: &Ask) {
        self.ask_each_alone(ask);
        if ask.request.kind.is_bulk() {
            self.step_down(ask, Mode::Next { why: Why::Refused });
        } else {
            self.is_one_by_one = true;
        }
    }

    pub(super) fn step_down(&mut self, ask: &Ask, mode: Mode) {
        if ask.generation != self.generation {
            return;
        }
        self.generation += 1;
        self.mode = mode;
        if matches!(mode, Mode::Next { .. }) {
            // Behind what was asked for the trouble is over; if not, it takes longer until the next try.
            let asked = u32::try_from(ask.varbinds()).unwrap_or(u32::MAX);
            self.steps_down = self.steps_down.saturating_mul(2).max(asked).min(MAX_STEPS_BEFORE_BULK);
            self.steps_left = self.steps_down;
        }
    }

    /// Learns from an answer to GETNEXT that can be used.
    pub(super) fn next_answered(&mut self, ask: &Ask, agent: &mut Agent) {
        let Mode::Next { mut why } = self.mode else { return };
        if matches!(why, Why::Failed { .. }) {
            if ask.generation != self.generation {
                return;
            }
            if ask.columns.len() < agent.doubted_columns {
                if let Some(mode) = self.mode_behind_ramp(ask.columns.len(), agent) {
                    self.generation += 1;
                    self.mode = mode;
                }
                return;
            }
            agent.bulk_failed();
            why = Why::Refused;
        }
        if why == Why::Refused && !agent.uses_bulk(&self.options) {
            why = Why::Never;
        }
        self.mode = Mode::Next { why };
        let patience = if why == Why::Never {
            if !self.wants_bulk() || !agent.next_answered() {
                return;
            }
            Attempts::One
        } else {
            let steps = u32::try_from(ask.columns.len()).unwrap_or(u32::MAX);
            self.steps_left = self.steps_left.saturating_sub(steps);
            if self.steps_left > 0 {
                return;
            }
            Attempts::Two
        };
        self.generation += 1;
        self.mode = Mode::Bulk { patience };
    }

    /// Goes on with GETBULK once a column is over that it may have been refused for.
    pub(super) fn column_ended(&mut self, agent: &Agent) {
        self.is_one_by_one = false;
        if matches!(self.mode, Mode::Next { why: Why::Refused }) && agent.uses_bulk(&self.options) {
            self.generation += 1;
            self.mode = Mode::Bulk { patience: Attempts::All };
        }
    }

    pub(super) fn ask_each_alone(&mut self, ask: &Ask) {
        for place in &ask.columns {
            if let Some(column) = self.columns.get_mut(*place) {
                column.is_alone = true;
            }
        }
    }

    /// Ends the one column of a request, because the agent cannot or does not answer for it.
    pub(super) fn end_broken(&mut self, ask: &Ask, error: RequestError, agent: &Agent) {
        let Some(column) = ask.columns.first().and_then(|column| self.columns.get_mut(*column)) else { return };
        column.end();
        let at = column.last().clone();
        self.note(error.into(), Some(at));
        self.column_ended(agent);
    }
}

/// After how many unreadable answers in a row a walk gives up: the agent answers, but nothing that can be read.
const MAX_UNREADABLE_IN_A_ROW: u32 = 8;

/// The most steps with GETNEXT before GETBULK is tried again where it was refused.
const MAX_STEPS_BEFORE_BULK: u32 = 10_000;
