//! What a walk does when it does not get what it asked for: less, otherwise, or without the column at fault.

use super::{Agent, Ask, Attempts, Bulk, Mode, Walk, Why};
use crate::{RequestError, pdu::ErrorStatus};

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
                self.columns_at_once = self.columns_at_once.min(ask.columns.len() / 2);
            }
            ErrorStatus::NO_SUCH_NAME if ask.columns.len() == 1 => {
                self.next_answered(ask, agent);
                if let Some(column) = ask.columns.first().and_then(|column| self.columns.get_mut(*column)) {
                    column.end();
                }
                self.back_to_bulk(agent);
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
            _ if ask.columns.len() > 1 => self.ask_each_alone(ask),
            _ => {
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
    pub(super) fn bulk_lost(&mut self, ask: &Ask, agent: &mut Agent) {
        let asked = ask.varbinds();
        if ask.generation != self.generation {
            return;
        }
        // One walk tries a smaller one; the others need not find out by themselves, each after all its retries.
        let is_first = !agent.bulk_is_in_doubt;
        agent.bulk_is_in_doubt |= agent.is_alive && agent.bulk == Bulk::Untried;
        if agent.is_alive && asked > 1 && is_first && self.mode == (Mode::Bulk { is_in_doubt: false }) {
            agent.too_much(asked);
            self.step_down(ask, Mode::Bulk { is_in_doubt: true });
        } else {
            let patience = if agent.is_alive { Attempts::Two } else { Attempts::One };
            self.step_down(ask, Mode::Next { why: Why::Failed { patience } });
        }
    }

    pub(super) fn step_down(&mut self, ask: &Ask, mode: Mode) {
        if ask.generation == self.generation {
            self.generation += 1;
            self.mode = mode;
        }
    }

    /// Learns from an answer to GETNEXT after GETBULK has failed.
    pub(super) fn next_answered(&mut self, ask: &Ask, agent: &mut Agent) {
        let Mode::Next { why } = &mut self.mode else { return };
        if ask.generation != self.generation {
            return;
        }
        if let Why::Failed { patience } = why {
            *patience = Attempts::All;
            agent.bulk_failed();
        }
    }

    /// Goes on with GETBULK once the column is over that it was refused for.
    pub(super) fn back_to_bulk(&mut self, agent: &Agent) {
        if matches!(self.mode, Mode::Next { why: Why::Refused }) && agent.bulk != Bulk::Never {
            self.generation += 1;
            self.mode = Mode::Bulk { is_in_doubt: false };
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
        self.back_to_bulk(agent);
    }
}
