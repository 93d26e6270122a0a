//! What a walk holds back until it is verified: that a large answer leaves nothing out.
//!
//! Some agents answer a GETBULK of few repetitions well and one of many with rows left out, in good order. So an
//! answer that reaches further than any of the agent that was verified is held back, and each of its names is
//! asked what follows it, all in one GETNEXT: a single name has a single successor. What does not fit is asked again
//! by itself, for an agent may only be weak with many names. An answer is believed as far as it was verified;
//! once more was wrong twice, the agent is asked for less for ever.
//! All this is done once for each larger number of repetitions in the life of an agent, for one column of one answer:
//! agents leave out by the place in an answer, not by the column. The column with the most rows is taken. Of walks side
//! by side one asks, and the others hold their answers back until that is known; the first answers of an agent wait for
//! the largest of them.

use std::cmp::Reverse;

use crate::{
    Oid, Varbind,
    pdu::{ErrorStatus, Response},
    profile::{Capabilities, Inquiry, Subject, VerifiedRepetitions},
    walk::{column::is_end, columns::Columns, request::WalkRequest},
};

/// An answer that is held back. Its columns wait for it.
#[derive(Debug)]
struct HeldAnswer {
    ask: WalkRequest,
    varbinds: Vec<Varbind>,
    /// The column that is looked at, by its position in the request.
    position: usize,
    /// How many repetitions bring that column something.
    reach: usize,
    /// How many of its repetitions were shown to leave nothing out.
    shown: usize,
    /// Whether the next one did not fit when it was asked for among others.
    is_suspect: bool,
}

/// The answers of a walk that are held back.
#[derive(Debug, Default)]
pub(super) struct HeldAnswers {
    /// The first of them is asked about, for all.
    held: Vec<HeldAnswer>,
    is_asking: bool,
    /// The verification that is under way for all walks, as long as it is this walk's.
    inquiry: Option<Inquiry>,
    /// The first answer of this walk, which will be verified unless that of another walk reaches further.
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

/// What to ask about the first answer that is held back.
pub(super) struct Question {
    /// The names to ask behind.
    pub(super) names: Vec<Oid>,
    /// Whether one more name costs nothing: it begins just now, and many names may be asked for.
    pub(super) has_capacity: bool,
}

/// An answer that is believed by now, as far as it is.
pub(in crate::walk) type Believed = (WalkRequest, Vec<Varbind>);

impl HeldAnswers {
    /// Holds an answer back if it reaches further than the agent is believed; else returns its varbinds.
    pub(super) fn hold_back(
        &mut self,
        ask: &WalkRequest,
        varbinds: Vec<Varbind>,
        columns: &Columns,
        agent: &Capabilities,
    ) -> Option<Vec<Varbind>> {
        let asked = ask.repetitions();
        if agent.trust.covers(asked, asked) {
            return Some(varbinds);
        }
        let reaches = ask.columns.iter().enumerate().filter_map(|(position, column)| {
            Some((columns.reach(*column, ask.own(&varbinds, position))?, Reverse(position)))
        });
        let longest = reaches.max().filter(|(reach, _)| !agent.trust.covers(asked, *reach));
        let Some((reach, Reverse(position))) = longest else { return Some(varbinds) };
        self.held.push(HeldAnswer { ask: ask.clone(), varbinds, position, reach, shown: 0, is_suspect: false });
        None
    }

    /// Whether others have shown that an answer that is held back is right.
    pub(super) fn has_news(&self, agent: &Capabilities) -> bool {
        self.inquiry.is_none() && self.held.iter().any(|held| held.is_covered(&agent.trust))
    }

    /// A question that is left to others for now.
    pub(super) fn open(&self) -> Option<Subject> {
        self.held.first().map(HeldAnswer::question)
    }

    /// Announces that the first answer of the walk will have to be verified. Of walks that begin side by side with a new
    /// agent the one that asks for most does it, and the smaller answers wait for that.
    pub(super) fn expect(&mut self, asked: usize, agent: &mut Capabilities) {
        let subject = Subject::Repetitions { asked, reach: asked };
        if agent.trust.is_new() && agent.inquiries.answering(&subject).is_none() {
            self.expected = Some(agent.inquiries.begin(subject));
        }
    }

    /// No request is in flight: what was expected has come.
    pub(super) fn nothing_is_in_flight(&mut self) {
        self.expected = None;
    }

    /// Leaves it to others to find out what it was finding out for all.
    pub(super) fn give_up(&mut self) {
        self.inquiry = None;
        self.expected = None;
    }

    /// What to ask about the first answer that is held back, unless another walk asks the like; with `asks_itself` also
    /// then. The others are mostly believed with it.
    pub(super) fn ask(&mut self, agent: &mut Capabilities, asks_itself: bool) -> Option<Question> {
        let held = self.held.first().filter(|_| !self.is_asking)?;
        let is_new = self.inquiry.is_none();
        let is_left_to_others = || !asks_itself && agent.inquiries.answering(&held.question()).is_some();
        if is_new && (held.is_covered(&agent.trust) || is_left_to_others()) {
            return None;
        }
        let max = if held.is_suspect { 1 } else { agent.names_to_verify() };
        let names: Vec<Oid> = held.claims().skip(held.shown).take(max).map(|(name, _)| name.clone()).collect();
        if is_new {
            self.inquiry = Some(agent.inquiries.begin(held.promise(names.len())));
        }
        self.is_asking = true;
        Some(Question { names, has_capacity: is_new && max == usize::MAX })
    }

    /// Each name of the first answer that is in its column, and what the answer says is next.
    pub(super) fn claims(&self) -> impl Iterator<Item = (&Oid, &Varbind)> {
        self.held.first().into_iter().flat_map(|held| held.claims().take(held.reach))
    }

    /// Whether what follows the next so many names of the first answer is what it says.
    pub(super) fn is_confirmed(&self, asked: usize, response: &Response) -> bool {
        self.held.first().is_some_and(|held| held.is_confirmed(asked, response))
    }

    /// Something came for the question that was asked, or nothing did.
    pub(super) fn asked(&mut self) {
        self.is_asking = false;
    }

    /// Takes what follows so many names of the first answer. Returns the answers that are believed by now.
    pub(super) fn answered(&mut self, asked: usize, response: &Response, agent: &mut Capabilities) -> Vec<Believed> {
        let Some(held) = self.held.first_mut() else { return Vec::new() };
        let Some(finding) = held.learn(asked, response, &mut agent.trust) else { return Vec::new() };
        let held = self.held.remove(0);
        self.inquiry = None;
        let (shown, asked) = (held.shown, held.ask.repetitions());
        let mut believed = Vec::new();
        match finding {
            Finding::Right => {
                agent.answered_rightly(held.evidence(), asked);
                believed.push(held.cut_behind(usize::MAX));
            }
            Finding::Wrong => {
                agent.left_out(shown, asked);
                believed.push(held.cut_behind(shown));
            }
        }
        believed.extend(self.covered(agent));
        believed
    }

    /// Takes out what others have verified.
    pub(super) fn heard(&mut self, agent: &Capabilities) -> Vec<Believed> {
        if self.inquiry.is_some() { Vec::new() } else { self.covered(agent) }
    }

    fn covered(&mut self, agent: &Capabilities) -> Vec<Believed> {
        let covered = self.held.extract_if(.., |held| held.is_covered(&agent.trust));
        covered.map(|held| held.cut_behind(usize::MAX)).collect()
    }

    /// Nothing of the first answer is believed: it is asked again for less. Returns what it answered.
    pub(super) fn distrust(&mut self, agent: &mut Capabilities) -> Option<WalkRequest> {
        if self.held.is_empty() {
            return None;
        }
        let held = self.held.remove(0);
        self.inquiry = None;
        agent.left_out(0, held.ask.repetitions());
        Some(held.ask)
    }
}

impl HeldAnswer {
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
    fn is_covered(&self, trust: &VerifiedRepetitions) -> bool {
        trust.covers(self.ask.repetitions(), self.reach)
    }

    /// Each name, and what the answer says is next.
    fn claims(&self) -> impl Iterator<Item = (&Oid, &Varbind)> {
        let own = self.ask.own(&self.varbinds, self.position);
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
    fn learn(&mut self, asked: usize, response: &Response, trust: &mut VerifiedRepetitions) -> Option<Finding> {
        let claims: Vec<_> = self.claims().skip(self.shown).take(asked).collect();
        let fitting = fitting(&claims, response);
        self.shown += fitting.unwrap_or(0);
        match fitting {
            None if asked > 1 => {
                trust.names_at_once = asked / 4;
                return None;
            }
            // Whatever cannot be used shows nothing.
            None if !self.is_suspect => return Some(Finding::Right),
            None => return Some(Finding::Wrong),
            Some(fitting) if fitting < asked && self.shown < self.reach => {
                self.is_suspect = true;
                return (asked == 1).then_some(Finding::Wrong);
            }
            Some(_) => {}
        }
        if std::mem::take(&mut self.is_suspect) {
            trust.names_at_once = 1;
        }
        (self.shown >= self.reach).then_some(Finding::Right)
    }

    /// The answer, cut behind so many repetitions.
    fn cut_behind(self, repetitions: usize) -> Believed {
        let Self { ask, mut varbinds, .. } = self;
        varbinds.truncate(repetitions.saturating_mul(ask.columns.len()));
        (ask, varbinds)
    }
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
