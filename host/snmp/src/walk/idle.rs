//! What a walk does that has nothing to ask: it is over, or waits for what another walk of the agent finds out.

use super::Walk;
use crate::profile::{Agent, UnderWay};

/// What a walk does that has nothing to ask and waits for no answer.
#[derive(Debug)]
#[must_use]
pub enum Idle {
    /// It is over.
    Over,
    /// It uses what another walk has found out: that is told with [`Walk::heard`].
    News,
    /// It waits for what another walk is finding out, and then can go on.
    Wait(UnderWay),
}

impl Walk {
    /// What to do when nothing can be asked and nothing is in flight.
    pub fn idle(&self, agent: &Agent) -> Idle {
        if self.is_stopped {
            return Idle::Over;
        }
        if self.has_proof(agent) {
            return Idle::News;
        }
        let question = self.open_proof().or_else(|| self.checks.open());
        match question.and_then(|question| agent.inquiries.answering(&question)) {
            Some(under_way) => Idle::Wait(under_way.clone()),
            None => Idle::Over,
        }
    }

    /// From now on asks itself what others are finding out: it has taken too long.
    pub fn lose_patience(&mut self) {
        self.is_impatient = true;
    }
}
