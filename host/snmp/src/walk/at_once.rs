//! How many columns a walk asks for at once, and what it does when that was too many.
//!
//! An agent with a limit on names may say nothing at all to a request that exceeds it. So a walk asks for fewer columns
//! before it takes the agent for gone, and before it takes it to have no GETBULK. What it finds out is kept with the
//! agent.

use smallvec::SmallVec;

use super::{Ask, Column, Mode, Walk, Why};
use crate::{
    RequestError,
    pdu::{ErrorStatus, RequestKind, Response},
    profile::Agent,
    retry::Attempts,
};

/// A GETBULK, where the number of repetitions does not matter.
pub(super) const BULK: RequestKind = RequestKind::GetBulk { max_repetitions: 1 };

/// Columns that were refused together with an error that names none of them for sure.
#[derive(Debug)]
pub(super) struct Blamed {
    /// How many there were.
    count: usize,
    /// Those that were not answered by themselves yet.
    left: SmallVec<[usize; 8]>,
}

impl Walk {
    /// How often to send a GETNEXT.
    pub(super) fn attempts(&self) -> Attempts {
        match self.mode {
            Mode::Next { why: Why::Failed { patience } } => patience,
            _ if self.has_unreadable => Attempts::One,
            // One for several columns was in vain: to know if anybody is there costs no more than any other request.
            _ if self.ramp.is_searching() && self.lost.is_some() => {
                if self.has_answers {
                    Attempts::Two
                } else {
                    Attempts::Rest
                }
            }
            _ => Attempts::All,
        }
    }

    /// How often to send a GETNEXT for so many columns.
    pub(super) fn attempts_for_several(&self, columns: usize, agent: &Agent) -> Attempts {
        if agent.names.is_proven(RequestKind::GetNext, columns) {
            return self.attempts();
        }
        // Where fewer were answered, only their number is in question.
        if self.ramp.is_searching() { Attempts::One } else { self.attempts().no_more_than_two() }
    }

    /// Learns from an answer how many names a request may have.
    pub(super) fn learn_names(&mut self, ask: &Ask, response: &Response, agent: &mut Agent) {
        let names = ask.request.names.len();
        let is_answered = match response.error_status {
            // A GETBULK for too many columns may have an answer with nothing in it.
            ErrorStatus::NO_ERROR => !response.varbinds.is_empty(),
            status => status == ErrorStatus::NO_SUCH_NAME,
        };
        if is_answered {
            agent.names.answered(ask.request.kind, names);
            self.ramp.answered(names);
        }
    }

    /// A GETNEXT for several columns had no answer: perhaps one for fewer has.
    pub(super) fn columns_lost(&mut self, ask: &Ask, error: RequestError) {
        self.note_lost(error);
        self.ramp.silent(ask.columns.len());
    }

    /// Remembers why it asks for less, so that all attempts are counted in the end.
    pub(super) fn note_lost(&mut self, error: RequestError) {
        self.lost = Some(match self.lost.take() {
            Some(earlier) => error.after(earlier),
            None => error,
        });
    }

    /// A GETNEXT for so many columns has an answer, where a GETBULK for more had none. Returns what to do next, or
    /// nothing as long as more columns can be tried with GETNEXT.
    pub(super) fn mode_behind_ramp(&self, columns: usize, agent: &mut Agent) -> Option<Mode> {
        if agent.names.has_limit() {
            agent.bulk_had_too_many_columns();
            return Some(Mode::Bulk { patience: Attempts::Two });
        }
        let live = self.columns.iter().filter(|column| !Column::is_over(column)).count();
        // It has too few columns to find out which of the two it was: so it looks if GETBULK works for these.
        (live <= columns).then_some(Mode::Bulk { patience: Attempts::One })
    }

    /// Several columns were refused together. Each is asked by itself.
    pub(super) fn blame(&mut self, ask: &Ask) {
        self.blamed = Some(Blamed { count: ask.columns.len(), left: ask.columns.clone() });
        self.ask_each_alone(ask);
    }

    /// A column was answered by itself. Where that is so for all that were refused together, there were too many.
    pub(super) fn exonerate(&mut self, ask: &Ask, agent: &mut Agent) {
        let Some(blamed) = self.blamed.as_mut().filter(|_| ask.columns.len() == 1) else { return };
        blamed.left.retain(|column| !ask.columns.contains(column));
        if !blamed.left.is_empty() {
            return;
        }
        let count = blamed.count;
        self.blamed = None;
        agent.names.refused(RequestKind::GetNext, count);
        self.ramp.refused(count);
        agent.bulk_had_too_many_columns();
        if matches!(self.mode, Mode::Next { .. }) && agent.uses_bulk(&self.options) {
            self.generation += 1;
            self.mode = Mode::Bulk { patience: Attempts::Two };
        }
    }
}
