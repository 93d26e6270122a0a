//! What a walk holds back until it is shown: that a large answer leaves nothing out.
//!
//! Some agents answer a GETBULK of few repetitions well and one of many with rows left out, in good order. So an
//! answer that reaches further than any of the agent that was shown to be right is held back, and each of its names is
//! asked what follows it, all in one GETNEXT: a single name has a single successor. What does not fit is asked again
//! by itself, for an agent may only be weak with many names. An answer is believed as far as it was shown to be right;
//! once more was wrong twice, the agent is asked for less for ever.
//! All this is done once for each larger number of repetitions in the life of an agent, for one column of one answer:
//! agents leave out by the place in an answer, not by the column. The column with the most rows is taken. Of walks side
//! by side one asks, and the others hold their answers back until that is known; the first answers of an agent wait for
//! the largest of them. The same GETNEXT asks what [`super::doubt`] wants to know.

use std::cmp::Reverse;

use smallvec::SmallVec;

use super::{Ask, Purpose, Walk, column::is_end, doubt::Check};
use crate::{
    Oid, RequestError, Varbind,
    pdu::{ErrorStatus, RequestKind, Response},
    profile::{Agent, Inquiry, Subject, Trust},
    retry::Attempts,
};

/// An answer that is held back. Its columns wait for it.
#[derive(Debug)]
pub(super) struct Unproven {
    ask: Ask,
    varbinds: Vec<Varbind>,
    /// The column that is looked at, by its position in the request.
    position: usize,
    /// How many repetitions bring that column something.
    reach: usize,
    /// How many of its repetitions were shown to leave nothing out.
    shown: usize,
    /// Whether the next one did not fit when it was asked for among others.
    is_doubtful: bool,
}

/// The answers of a walk that are held back.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    /// The first of them is asked about, for all.
    unproven: Vec<Unproven>,
    is_asking: bool,
    /// The proof that is under way for all walks, as long as it is this walk's.
    inquiry: Option<Inquiry>,
    /// The first answer of this walk, which will bring such a proof unless that of another walk reaches further.
    expected: Option<Inquiry>,
}

/// What became of an answer that was held back.
#[derive(Clone, Copy, Debug)]
enum Finding {
    /// It is right as far as it matters, or nothing can show that it is not.
    Right,
    /// Something is missing behind what was shown.
    Wrong,
}

impl Proofs {
    /// Leaves it to others to find out what it was finding out for all.
    pub(super) fn give_up(&mut self) {
        self.inquiry = None;
        self.expected = None;
    }
}

impl Unproven {
    /// What has to be shown.
    fn question(&self) -> Subject {
        Subject::Repetitions { asked: self.ask.repetitions(), reach: self.reach }
    }

    /// What will be shown, most likely, by asking for so many names: also what is right behind its column.
    fn promise(&self, names: usize) -> Subject {
        let shown = self.claims().take(names).filter(|(name, said)| !is_end(said, name)).count();
        Subject::Repetitions { asked: self.ask.repetitions(), reach: shown.max(self.reach) }
    }

    /// Whether it is believed by now.
    fn is_covered(&self, trust: &Trust) -> bool {
        trust.covers(self.ask.repetitions(), self.reach)
    }

    /// Each name, and what the answer says is next.
    fn claims(&self) -> impl Iterator<Item = (&Oid, &Varbind)> {
        let own = own(&self.ask, &self.varbinds, self.position);
        let asked = self.ask.request.names.get(self.position);
        let names = asked.into_iter().chain(own.clone().map(|varbind| &varbind.name));
        let mut has_ended = false;
        names.zip(own).take_while(move |(name, said)| !std::mem::replace(&mut has_ended, is_end(said, name)))
    }

    /// How many repetitions were shown that could have left something out: at the end of all there is nothing to leave.
    fn evidence(&self) -> usize {
        self.claims().take(self.shown).filter(|(name, said)| !is_end(said, name)).count()
    }

    /// Whether what follows the next so many names is what was said to follow.
    fn is_confirmed(&self, asked: usize, response: &Response) -> bool {
        let claims: Vec<_> = self.claims().skip(self.shown).take(asked).collect();
        fitting(&claims, response) == Some(asked)
    }

    /// Compares what follows so many names with what was said to follow, and decides if that is enough.
    fn learn(&mut self, asked: usize, response: &Response, trust: &mut Trust) -> Option<Finding> {
        let claims: Vec<_> = self.claims().skip(self.shown).take(asked).collect();
        let fitting = fitting(&claims, response);
        self.shown += fitting.unwrap_or(0);
        match fitting {
            None if asked > 1 => {
                trust.names_at_once = asked / 4;
                return None;
            }
            // Whatever cannot be used shows nothing.
            None if !self.is_doubtful => return Some(Finding::Right),
            None => return Some(Finding::Wrong),
            Some(fitting) if fitting < asked && self.shown < self.reach => {
                self.is_doubtful = true;
                return (asked == 1).then_some(Finding::Wrong);
            }
            Some(_) => {}
        }
        if std::mem::take(&mut self.is_doubtful) {
            trust.names_at_once = 1;
        }
        (self.shown >= self.reach).then_some(Finding::Right)
    }
}

impl Walk {
    /// Holds an answer back if it reaches further than the agent is believed; else returns its varbinds.
    pub(super) fn hold_back(&mut self, ask: &Ask, varbinds: Vec<Varbind>, agent: &Agent) -> Option<Vec<Varbind>> {
        let asked = ask.repetitions();
        if agent.trust.covers(asked, asked) {
            return Some(varbinds);
        }
        let reaches = ask.columns.iter().enumerate().filter_map(|(position, place)| {
            let column = self.columns.get(*place)?;
            Some((column.reach(own(ask, &varbinds, position)), Reverse(position)))
        });
        let longest = reaches.max().filter(|(reach, _)| !agent.trust.covers(asked, *reach));
        let Some((reach, Reverse(position))) = longest else { return Some(varbinds) };
        for place in &ask.columns {
            self.columns.get_mut(*place).into_iter().for_each(|column| column.asked());
        }
        let ask = ask.clone();
        self.proofs.unproven.push(Unproven { ask, varbinds, position, reach, shown: 0, is_doubtful: false });
        None
    }

    /// Whether others have shown that an answer that is held back is right.
    pub(super) fn has_proof(&self, agent: &Agent) -> bool {
        self.proofs.inquiry.is_none() && self.proofs.unproven.iter().any(|unproven| unproven.is_covered(&agent.trust))
    }

    /// A question that is left to others for now.
    pub(super) fn open_proof(&self) -> Option<Subject> {
        self.proofs.unproven.first().map(Unproven::question)
    }

    /// Takes what others have found out, and accepts what is shown by that.
    pub fn heard(&mut self, agent: &Agent, mut deliver: impl FnMut(usize, Varbind)) {
        if self.proofs.inquiry.is_none() {
            self.believe_covered(agent, &mut deliver);
        }
    }

    /// Announces that the first answer of the walk will need a proof. Of walks that begin side by side with a new
    /// agent the one that asks for most gives it, and the smaller answers wait for that.
    pub(super) fn expect_proof(&mut self, asked: usize, agent: &mut Agent) {
        let subject = Subject::Repetitions { asked, reach: asked };
        if agent.trust.is_new() && agent.inquiries.answering(&subject).is_none() {
            self.proofs.expected = Some(agent.inquiries.begin(subject));
        }
    }

    /// Asks about the first answer that is held back, unless another walk asks the like. The others are mostly
    /// believed with it.
    pub(super) fn ask_proof(&mut self, agent: &mut Agent) -> Option<Ask> {
        if self.in_flight == 0 {
            // What was expected has come.
            self.proofs.expected = None;
        }
        let unproven = self.proofs.unproven.first().filter(|_| !self.proofs.is_asking)?;
        let is_own = self.proofs.inquiry.is_some();
        let is_left_to_others = || !self.is_impatient && agent.inquiries.answering(&unproven.question()).is_some();
        if !is_own && (unproven.is_covered(&agent.trust) || is_left_to_others()) {
            return None;
        }
        let most = if unproven.is_doubtful { 1 } else { agent.names_in_proof() };
        let mut names: Vec<Oid> =
            unproven.claims().skip(unproven.shown).take(most).map(|(name, _)| name.clone()).collect();
        let mut check = None;
        if !is_own {
            self.proofs.inquiry = Some(agent.inquiries.begin(unproven.promise(names.len())));
            if most == usize::MAX {
                // One more name costs nothing, a request of its own a round trip.
                let in_column = unproven.claims().take(unproven.reach);
                check = self.checks.begin_successor(in_column, agent).map(Box::new);
                names.extend(check.iter().map(|check| check.name()));
            }
        }
        // No answer to many names may be the fault of their number: then fewer are asked for.
        let attempts = if names.len() > 1 { Attempts::Two } else { self.attempts() };
        self.proofs.is_asking = true;
        let mut ask = self.send(SmallVec::new(), RequestKind::GetNext, attempts);
        ask.request.names = names;
        ask.purpose = Purpose::Proof(check);
        Some(ask)
    }

    /// Takes what follows the names of an answer held back, and accepts what is shown.
    pub(super) fn proof_answered(
        &mut self,
        ask: &Ask,
        mut response: Response,
        agent: &mut Agent,
        mut deliver: impl FnMut(usize, Varbind),
    ) {
        self.proofs.is_asking = false;
        let mut asked = ask.request.names.len();
        if let Purpose::Proof(Some(check)) = &ask.purpose {
            asked -= 1;
            let is_usable = response.error_status == ErrorStatus::NO_ERROR && response.varbinds.len() == asked + 1;
            let Some(last) = response.varbinds.pop().filter(|_| is_usable) else {
                // It may be the fault of the last name: the others are asked again without it.
                return self.checks.again(Check::clone(check));
            };
            if self.proofs.unproven.first().is_some_and(|unproven| unproven.is_confirmed(asked, &response)) {
                let response = Response { varbinds: vec![last], ..response.clone() };
                self.checked(Check::clone(check), response, agent);
            } else {
                // An agent that mixes up many names is not judged by one of them.
                self.checks.again(Check::clone(check));
            }
        }
        let Some(unproven) = self.proofs.unproven.first_mut() else { return };
        let Some(finding) = unproven.learn(asked, &response, &mut agent.trust) else { return };
        let (shown, asked) = (unproven.shown, unproven.ask.repetitions());
        let unproven = self.proofs.unproven.remove(0);
        self.proofs.inquiry = None;
        match finding {
            Finding::Right => {
                agent.answered_rightly(unproven.evidence(), asked);
                self.believe(unproven, usize::MAX, agent, &mut deliver);
            }
            Finding::Wrong => {
                agent.left_out(shown, asked);
                self.believe(unproven, shown, agent, &mut deliver);
            }
        }
        self.believe_covered(agent, &mut deliver);
    }

    fn believe_covered(&mut self, agent: &Agent, deliver: &mut impl FnMut(usize, Varbind)) {
        while let Some(place) = self.proofs.unproven.iter().position(|other| other.is_covered(&agent.trust)) {
            let other = self.proofs.unproven.remove(place);
            self.believe(other, usize::MAX, agent, deliver);
        }
    }

    /// Takes note that there is no answer, or none that can be read. Without it nothing is known of what is held back.
    pub(super) fn proof_failed(&mut self, ask: &Ask, error: RequestError, agent: &mut Agent) {
        self.proofs.is_asking = false;
        if let Purpose::Proof(Some(check)) = &ask.purpose {
            self.checks.again(Check::clone(check));
        }
        let asked = ask.request.names.len();
        match error {
            RequestError::Timeout { .. } | RequestError::Malformed { .. } if asked > 1 => {
                agent.trust.names_at_once = asked / 4;
            }
            // It is asked again for less, in the end with GETNEXT, which knows what to do with such answers.
            RequestError::Malformed { .. } if !self.proofs.unproven.is_empty() => {
                let unproven = self.proofs.unproven.remove(0);
                self.proofs.inquiry = None;
                agent.left_out(0, unproven.ask.repetitions());
                self.release_columns(&unproven.ask);
            }
            _ => self.stop(error.into(), ask.request.names.first().cloned()),
        }
    }

    /// Accepts so many repetitions of an answer, and lets its columns go on.
    fn believe(
        &mut self,
        unproven: Unproven,
        repetitions: usize,
        agent: &Agent,
        deliver: &mut impl FnMut(usize, Varbind),
    ) {
        let Unproven { ask, mut varbinds, .. } = unproven;
        self.release_columns(&ask);
        if self.is_stopped {
            return;
        }
        varbinds.truncate(repetitions.saturating_mul(ask.columns.len()));
        self.accept(&ask, varbinds, agent, deliver);
        self.doubt_ends(&ask, agent);
    }
}

/// The varbinds of one of the columns that were asked for.
fn own<'a>(ask: &Ask, varbinds: &'a [Varbind], position: usize) -> impl Iterator<Item = &'a Varbind> + Clone {
    varbinds.iter().take(ask.varbinds()).skip(position).step_by(ask.columns.len().max(1))
}

/// How many of the first claims an answer confirms; nothing if it does not speak of all of them.
fn fitting(claims: &[(&Oid, &Varbind)], response: &Response) -> Option<usize> {
    if let ([(name, said)], ErrorStatus::NO_SUCH_NAME) = (claims, response.error_status) {
        return Some(usize::from(is_end(said, name)));
    }
    if response.error_status != ErrorStatus::NO_ERROR || response.varbinds.len() != claims.len() {
        return None;
    }
    let fits = |((name, said), found): &(&(&Oid, &Varbind), &Varbind)| match is_end(said, name) {
        true => is_end(found, name),
        false => !is_end(found, name) && said.name == found.name,
    };
    Some(claims.iter().zip(&response.varbinds).take_while(fits).count())
}
