//! What a walk does not simply believe, and how it finds out.
//!
//! [`checks`] looks for names that an agent leaves out and ends that are none; [`held`] keeps large answers back until
//! they are shown to leave nothing out. Both ask by requests of their own, and what one walk finds out counts for all
//! walks of the agent. Here is who asks first, and what one GETNEXT asks for both.

mod checks;
mod held;

use self::{checks::Checks, held::HeldAnswers};
use super::{
    check::Check,
    columns::Columns,
    ending::{Ending, Reason},
    request::{Purpose, WalkRequest},
};
use crate::{
    Oid, RequestError, Varbind,
    pdu::{ErrorStatus, Response},
    profile::{Capabilities, Subject},
    retry::Attempts,
};

/// What one walk verifies.
#[derive(Debug, Default)]
pub(super) struct Verification {
    pub(super) checks: Checks,
    held: HeldAnswers,
    /// Whether it asks itself what others are finding out: they have taken too long.
    asks_itself: bool,
}

/// A GETNEXT that verifies something.
#[derive(Debug)]
pub(super) struct Probe {
    /// The names to ask behind.
    pub(super) names: Vec<Oid>,
    /// How often to send it; nothing for as often as any GETNEXT of the walk.
    pub(super) attempts: Option<Attempts>,
    /// What for.
    pub(super) purpose: Purpose,
}

/// What to do where a verification has no answer.
#[derive(Debug)]
#[must_use]
pub(super) enum Failed {
    /// It is asked for less.
    AskForLess,
    /// Nothing of this answer is believed; its columns go on without it.
    Discard(WalkRequest),
    /// The walk stops with this error.
    Stop(RequestError),
}

impl Verification {
    /// From now on asks itself what others are finding out.
    pub(super) fn ask_itself(&mut self) {
        self.asks_itself = true;
    }

    /// The walk is over: what it was finding out for all is left to others.
    pub(super) fn give_up(&mut self) {
        self.checks.give_up();
        self.held.give_up();
    }

    /// Heeds what other walks found out about the agent.
    pub(super) fn heed(&mut self, agent: &Capabilities, ending: &mut Ending) {
        self.checks.heed(agent, ending);
    }

    /// Why something may be missing, where it is not certain: a column ended because the agent went back.
    pub(super) fn pending_turn(&self) -> Option<Reason> {
        self.checks.pending_turn()
    }

    /// Why rows may be missing without a sign in this walk. What has come in the end was not left out.
    pub(super) fn suspicion(&self, columns: &Columns) -> Option<Reason> {
        self.checks.suspicion(columns)
    }

    /// Announces that the first answer of the walk, for so many repetitions, will have to be verified.
    pub(super) fn expect(&mut self, repetitions: usize, agent: &mut Capabilities) {
        self.held.expect(repetitions, agent);
    }

    /// Holds an answer back if it reaches further than the agent is believed; else returns its varbinds.
    pub(super) fn hold_back(
        &mut self,
        ask: &WalkRequest,
        varbinds: Vec<Varbind>,
        columns: &Columns,
        agent: &Capabilities,
    ) -> Option<Vec<Varbind>> {
        self.held.hold_back(ask, varbinds, columns, agent)
    }

    /// Whether others have shown that an answer that is held back is right.
    pub(super) fn has_news(&self, agent: &Capabilities) -> bool {
        self.held.has_news(agent)
    }

    /// What others have shown to be right: these answers are believed.
    pub(super) fn heard(&mut self, agent: &Capabilities) -> Vec<(WalkRequest, Vec<Varbind>)> {
        self.held.heard(agent)
    }

    /// A question that is left to others for now.
    pub(super) fn open(&self) -> Option<Subject> {
        self.held.open().or_else(|| self.checks.open())
    }

    /// What to ask now, if anything has to be verified and no other walk asks the same.
    pub(super) fn probe(&mut self, agent: &mut Capabilities, is_anything_in_flight: bool) -> Option<Probe> {
        if !is_anything_in_flight {
            self.held.nothing_is_in_flight();
        }
        if let Some(held::Question { mut names, has_capacity }) = self.held.ask(agent, self.asks_itself) {
            let mut check = None;
            if has_capacity {
                // One more name costs nothing, a request of its own a round trip.
                check = self.checks.begin_successor(self.held.claims(), agent).map(Box::new);
                names.extend(check.iter().map(|check| check.name()));
            }
            // No answer to many names may be the fault of their number: then fewer are asked for.
            let attempts = (names.len() > 1).then_some(Attempts::Two);
            return Some(Probe { names, attempts, purpose: Purpose::Verify(check) });
        }
        let check = self.checks.begin(agent, self.asks_itself)?;
        let (names, attempts) = (vec![check.name()], Some(Attempts::One));
        Some(Probe { names, attempts, purpose: Purpose::Check(Box::new(check)) })
    }

    /// Learns from the answer to a check.
    pub(super) fn checked(
        &mut self,
        check: Check,
        response: Response,
        columns: &Columns,
        agent: &mut Capabilities,
        ending: &mut Ending,
    ) {
        self.checks.answered(check, response, columns.may_come_in_any_order(), agent, ending);
    }

    /// Takes note that a check had no answer.
    pub(super) fn check_failed(&mut self, check: &Check, agent: &Capabilities, ending: &mut Ending) {
        self.checks.failed(check, agent, ending);
    }

    /// Takes what follows so many names of an answer held back, the last of them for a check. Returns the answers that
    /// are believed by now.
    pub(super) fn verified(
        &mut self,
        mut asked: usize,
        check: Option<&Check>,
        mut response: Response,
        columns: &Columns,
        agent: &mut Capabilities,
        ending: &mut Ending,
    ) -> Vec<(WalkRequest, Vec<Varbind>)> {
        self.held.asked();
        if let Some(check) = check.cloned() {
            asked -= 1;
            let is_usable = response.error_status == ErrorStatus::NO_ERROR && response.varbinds.len() == asked + 1;
            let Some(last) = response.varbinds.pop().filter(|_| is_usable) else {
                // It may be the fault of the last name: the others are asked again without it.
                self.checks.again(check);
                return Vec::new();
            };
            if self.held.is_confirmed(asked, &response) {
                let response = Response { varbinds: vec![last], ..response.clone() };
                self.checked(check, response, columns, agent, ending);
            } else {
                // An agent that mixes up many names is not judged by one of them.
                self.checks.again(check);
            }
        }
        self.held.answered(asked, &response, agent)
    }

    /// Takes note that there is no answer about what is held back, or none that can be read. Without it nothing is
    /// known of that.
    pub(super) fn verification_failed(
        &mut self,
        asked: usize,
        check: Option<&Check>,
        error: RequestError,
        agent: &mut Capabilities,
    ) -> Failed {
        self.held.asked();
        if let Some(check) = check {
            self.checks.again(check.clone());
        }
        match error {
            RequestError::Timeout { .. } | RequestError::Malformed { .. } if asked > 1 => {
                agent.trust.names_at_once = asked / 4;
                Failed::AskForLess
            }
            // It is asked again for less, in the end with GETNEXT, which knows what to do with such answers.
            RequestError::Malformed { .. } => match self.held.distrust(agent) {
                Some(ask) => Failed::Discard(ask),
                None => Failed::Stop(error),
            },
            _ => Failed::Stop(error),
        }
    }
}
