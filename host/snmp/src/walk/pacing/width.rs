//! How many columns a walk asks for at once, and what it does when that was too many.
//!
//! An agent with a limit on names may say nothing at all to a request that exceeds it. So a walk asks for fewer columns
//! before it takes the agent for gone, and before it takes it to have no GETBULK. What it finds out is kept with the
//! agent.

use crate::{
    RequestOptions,
    pdu::{ErrorStatus, RequestKind, Response},
    profile::{Capabilities, Ramp},
    walk::request::{ColumnIndexes, WalkRequest},
};

/// How many columns to ask for.
#[derive(Debug)]
pub(super) struct Width {
    /// How many, after there was no answer.
    ramp: Ramp,
    /// The columns that were refused together, as long as none of them was at fault by itself.
    refused: Option<RefusedColumns>,
}

/// Columns that were refused together with an error that names none of them for sure.
#[derive(Debug)]
struct RefusedColumns {
    /// How many there were.
    count: usize,
    /// Those that were not answered by themselves yet.
    left: ColumnIndexes,
}

impl Width {
    /// As many as the agent takes, as far as anybody knows.
    pub(super) fn new() -> Self {
        Self { ramp: Ramp::FULL, refused: None }
    }

    /// Whether it is being found out how many the agent takes.
    pub(super) fn is_searching(&self) -> bool {
        self.ramp.is_searching()
    }

    /// How many columns to ask for in a GETBULK.
    pub(super) fn of_bulk(&self, agent: &Capabilities, options: &RequestOptions) -> usize {
        let any_repetitions = RequestKind::GetBulk { max_repetitions: 1 };
        agent.varbinds(options).min(agent.names.at_once(any_repetitions, self.ramp))
    }

    /// How many columns to ask for in a GETNEXT.
    pub(super) fn of_next(&self, agent: &Capabilities, options: &RequestOptions) -> usize {
        agent.columns(options).min(agent.names.at_once(RequestKind::GetNext, self.ramp))
    }

    /// Learns from an answer how many names a request may have.
    pub(super) fn answered(&mut self, ask: &WalkRequest, response: &Response, agent: &mut Capabilities) {
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

    /// A GETNEXT for so many columns had no answer: perhaps one for fewer has.
    pub(super) fn silent(&mut self, columns: usize) {
        self.ramp.silent(columns);
    }

    /// A GETBULK had no answer, perhaps for its number of columns: begins anew with one.
    pub(super) fn restart(&mut self) {
        self.ramp.restart();
    }

    /// A GETNEXT for so many columns is too big.
    pub(super) fn too_big(&mut self, columns: usize, agent: &mut Capabilities) {
        agent.names.refused(RequestKind::GetNext, columns);
        self.ramp.refused(columns);
    }

    /// Several columns were refused together, and each is asked by itself now.
    pub(super) fn refused_together(&mut self, ask: &WalkRequest) {
        self.refused = Some(RefusedColumns { count: ask.columns.len(), left: ask.columns.clone() });
    }

    /// A column that was refused with others was at fault by itself.
    pub(super) fn found_the_fault(&mut self) {
        self.refused = None;
    }

    /// Columns were answered. Where each of those that were refused together was answered by itself, there were too
    /// many: it is learned, and this is true.
    pub(super) fn was_too_many(&mut self, ask: &WalkRequest, agent: &mut Capabilities) -> bool {
        let Some(refused) = self.refused.as_mut().filter(|_| ask.columns.len() == 1) else { return false };
        refused.left.retain(|column| !ask.columns.contains(column));
        if !refused.left.is_empty() {
            return false;
        }
        let count = refused.count;
        self.refused = None;
        self.too_big(count, agent);
        agent.bulk_had_too_many_columns();
        true
    }
}
