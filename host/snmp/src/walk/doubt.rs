//! What a walk does not simply believe: that nothing follows, and that what is said to follow is really the next.
//!
//! An agent that leaves out every other row in good order looks like one that has half of them. So once for each
//! agent a walk asks what comes right before a name it was given: if there is something that was left out, the agent
//! does not know its own order, and no walk of it is whole. In the same way one that says that nothing follows is
//! asked what follows the whole subtree. Both cost a GETNEXT for an agent, not for a walk: of those side by side one
//! asks, and the others wait for it.

use smallvec::SmallVec;

use super::{Ask, Purpose, Walk, seen::Memory};
use crate::{
    Oid, StopReason, Varbind,
    pdu::{RequestKind, Response},
    profile::{Agent, Inquiry, Order, Skip, Subject},
    retry::Attempts,
};

/// Something to find out about an agent by a request of its own.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    /// Whether anything comes behind `below`, which is right before `got`, but before `got`.
    Successor { after: Oid, got: Oid, below: Oid },
    /// Whether it is still left out, and not just new.
    Skip(Skip),
    /// Whether something follows `behind`, although the agent says that nothing does after a name before it.
    End { after: Oid, behind: Oid },
    /// Which object is the first of all.
    FirstObject,
}

/// The checks of one walk.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// At most one of each kind.
    waiting: Vec<Check>,
    /// What it finds out for all, as long as it does.
    order_inquiry: Option<Inquiry>,
    end_inquiry: Option<Inquiry>,
    first_object_inquiry: Option<Inquiry>,
    /// Columns that ended because the agent went back: behind which name, and to which. As long as it is not known
    /// whether that is the first of all.
    turned_back: Vec<(Oid, Oid)>,
    /// Whether this walk has looked, or is looking.
    successor: bool,
    end: bool,
    /// What was left out here or in another walk, as long as nothing shows otherwise.
    suspected: Option<Skip>,
}

impl Check {
    /// A check of a successor, where there is room for a name before it.
    pub(super) fn successor(after: &Oid, got: &Oid) -> Option<Self> {
        let (last, parent) = got.arcs().split_last()?;
        let mut below = Oid::new(parent).ok()?;
        if let Some(before) = last.checked_sub(1) {
            below = below.join(&[before]).ok()?;
        }
        (below > *after && below < *got).then(|| Self::Successor { after: after.clone(), got: got.clone(), below })
    }

    /// What others may be finding out.
    fn subject(&self) -> Subject {
        match self {
            Self::Successor { .. } | Self::Skip(_) => Subject::Order,
            Self::End { behind, .. } => Subject::End(behind.clone()),
            Self::FirstObject => Subject::FirstObject,
        }
    }

    /// Whether others have found out meanwhile that all is well.
    fn is_settled(&self, agent: &Agent) -> bool {
        match self {
            Self::Successor { .. } => agent.order == Order::Keeps,
            Self::Skip(_) => false,
            Self::End { behind, .. } => agent.has_nothing_behind(behind),
            Self::FirstObject => agent.first_object.is_some(),
        }
    }

    /// The name to ask behind.
    pub(super) fn name(&self) -> Oid {
        match self {
            Self::Successor { below, .. } => below.clone(),
            Self::Skip(Skip { after, .. }) => after.clone(),
            Self::End { behind, .. } => behind.clone(),
            // Everything is below iso(1). Some agents, like squid, have nothing behind a name that is too short or in ccitt(0).
            Self::FirstObject => Oid::from([1, 0]),
        }
    }
}

impl Checks {
    /// Whether it is time to look whether the agent leaves something out.
    pub(super) fn wants_successor(&self, agent: &Agent) -> bool {
        !self.successor && agent.order != Order::Keeps
    }

    /// Looks, as soon as there is a lane for it.
    pub(super) fn want(&mut self, check: Check) {
        match check {
            Check::Successor { .. } if self.successor => return,
            Check::Successor { .. } => self.successor = true,
            Check::End { .. } if self.end => return,
            Check::End { .. } => self.end = true,
            Check::FirstObject | Check::Skip(_) => {}
        }
        self.waiting.push(check);
    }

    /// Begins to look whether the agent leaves something out where it says what follows a name, if nobody does.
    pub(super) fn begin_successor<'a>(
        &mut self,
        mut claims: impl Iterator<Item = (&'a Oid, &'a Varbind)>,
        agent: &mut Agent,
    ) -> Option<Check> {
        if !self.wants_successor(agent) || agent.inquiries.answering(&Subject::Order).is_some() {
            return None;
        }
        let check = claims.find_map(|(name, said)| Check::successor(name, &said.name))?;
        self.successor = true;
        self.order_inquiry = Some(agent.inquiries.begin(Subject::Order));
        Some(check)
    }

    /// Looks once more, by a request of its own.
    pub(super) fn again(&mut self, check: Check) {
        *self.inquiry(&check) = None;
        self.waiting.push(check);
    }

    /// A question that is left to others for now.
    pub(super) fn open(&self) -> Option<Subject> {
        self.waiting.first().map(Check::subject)
    }

    /// Leaves it to others to find out what it was finding out for all.
    pub(super) fn give_up(&mut self) {
        self.order_inquiry = None;
        self.end_inquiry = None;
        self.first_object_inquiry = None;
    }

    fn inquiry(&mut self, check: &Check) -> &mut Option<Inquiry> {
        match check {
            Check::Successor { .. } | Check::Skip(_) => &mut self.order_inquiry,
            Check::End { .. } => &mut self.end_inquiry,
            Check::FirstObject => &mut self.first_object_inquiry,
        }
    }

    /// Heeds what other walks found out.
    pub(super) fn heed(&mut self, agent: &Agent) {
        if !self.waiting.is_empty() {
            self.waiting.retain(|check| !check.is_settled(agent));
        }
        if let Order::Skips(skip) = &agent.order
            && self.suspected.is_none()
            && !self.successor
        {
            self.suspected = Some(Skip::clone(skip));
        }
    }

    /// Why a column has ended of which it is not known yet that it was at the end of everything.
    pub(super) fn turned_back(&self) -> Option<(StopReason, Option<Oid>)> {
        let (after, got) = self.turned_back.first().cloned()?;
        Some((StopReason::NonIncreasing { after: after.clone(), got }, Some(after)))
    }

    /// Why rows may be missing without a sign in this walk. What has come in the end was not left out.
    pub(super) fn suspicion(&self, memory: Option<&Memory>) -> Option<(StopReason, Option<Oid>)> {
        let skip = self.suspected.as_ref().filter(|skip| !memory.is_some_and(|memory| memory.has(&skip.between)))?;
        let Skip { after, got, between } = skip.clone();
        Some((StopReason::Skipped { after: after.clone(), got, between }, Some(after)))
    }
}

impl Walk {
    /// Asks about what is in doubt, unless another walk does.
    pub(super) fn ask_check(&mut self, agent: &mut Agent) -> Option<Ask> {
        let place = self.checks.waiting.iter().rposition(|check| {
            let others = || agent.inquiries.answering(&check.subject()).is_some();
            self.is_impatient || matches!(check, Check::Skip(_)) || !others()
        })?;
        let check = self.checks.waiting.remove(place);
        let inquiry = self.checks.inquiry(&check);
        if inquiry.is_none() {
            *inquiry = Some(agent.inquiries.begin(check.subject()));
        }
        let name = check.name();
        let mut ask = self.send(SmallVec::new(), RequestKind::GetNext, Attempts::One);
        ask.request.names.push(name);
        ask.purpose = Purpose::Check(Box::new(check));
        Some(ask)
    }

    /// Learns from the answer to a check. Whatever is not plain evidence shows nothing.
    pub(super) fn checked(&mut self, check: Check, response: Response, agent: &mut Agent) {
        let next = response.varbinds.into_iter().next().filter(|varbind| !varbind.value.is_exception());
        let next = next.map(|Varbind { name, .. }| name);
        // Over, unless more has to be asked.
        let inquiry = self.checks.inquiry(&check).take();
        match (check, next) {
            (Check::Successor { after, got, .. }, Some(between)) if after < between && between < got => {
                self.checks.want(Check::Skip(Skip { after, got, between }));
                self.checks.order_inquiry = inquiry;
            }
            (Check::Skip(skip), Some(next)) if next > skip.between => {
                // Where the order does not matter it may still come: then it is no fault of other walks.
                if self.memory.is_none() {
                    agent.order = Order::Skips(Box::new(skip.clone()));
                }
                self.checks.suspected = Some(skip);
            }
            (Check::Successor { .. } | Check::Skip(_), _) => {
                agent.order = Order::Keeps;
                self.checks.suspected = None;
            }
            (Check::FirstObject, next) => {
                if next.is_some() {
                    agent.first_object = next;
                }
                self.judge_turns(agent);
            }
            (Check::End { after, behind }, Some(seen)) if seen > behind => {
                agent.nothing_behind = None;
                self.note(StopReason::EarlyEnd { after: after.clone(), seen }, Some(after));
            }
            (Check::End { behind, .. }, _) => {
                if !agent.has_nothing_behind(&behind) {
                    agent.nothing_behind = Some(behind);
                }
            }
        }
    }

    /// Takes note that a check had no answer. That shows nothing; only what others found out remains.
    pub(super) fn check_failed(&mut self, check: &Check, agent: &Agent) {
        *self.checks.inquiry(check) = None;
        if matches!(check, Check::FirstObject) {
            self.judge_turns(agent);
        }
        if let (Check::Successor { .. } | Check::Skip(_), Order::Skips(skip)) = (check, &agent.order) {
            self.checks.suspected.get_or_insert_with(|| Skip::clone(skip));
        }
    }

    /// A column has ended because the agent went back. At the end of everything some agents start again at their first
    /// object.
    pub(super) fn turned_back(&mut self, after: Oid, got: Oid, agent: &Agent) {
        self.checks.turned_back.push((after, got));
        if agent.first_object.is_some() {
            self.judge_turns(agent);
        } else if self.checks.turned_back.len() == 1 {
            self.checks.want(Check::FirstObject);
        }
    }

    /// Heeds what other walks found out about the first object.
    pub(super) fn heed_first_object(&mut self, agent: &Agent) {
        if !self.checks.turned_back.is_empty() && agent.first_object.is_some() {
            self.judge_turns(agent);
        }
    }

    fn judge_turns(&mut self, agent: &Agent) {
        for (after, got) in std::mem::take(&mut self.checks.turned_back) {
            let at = Some(after.clone());
            if agent.first_object.as_ref() == Some(&got) {
                self.note(StopReason::StartsAgain { after, first: got }, at);
            } else {
                self.note(StopReason::NonIncreasing { after, got }, at);
            }
        }
    }

    /// A row of another column behind one that ended without a word about what follows.
    pub(super) fn early_end(&self) -> Option<(StopReason, Option<Oid>)> {
        let mut pairs = self.columns.iter().flat_map(|column| self.columns.iter().map(move |other| (column, other)));
        let (column, other) = pairs.find(|(column, other)| column.may_lack_row_of(other))?;
        let after = column.last().clone();
        Some((StopReason::EarlyEnd { after: after.clone(), seen: other.last().clone() }, Some(after)))
    }

    /// Asks the columns again that ended in this answer although another column shows that something follows.
    ///
    /// Such an answer has left something out in the middle. By itself the column gives an answer that has no middle.
    pub(super) fn doubt_ends(&mut self, ask: &Ask, agent: &Agent) {
        let was_alone = ask.columns.len() == 1 && ask.request.kind == RequestKind::GetNext;
        for place in &ask.columns {
            let Some(column) = self.columns.get(*place).filter(|column| column.is_over()) else { continue };
            let nearest =
                self.columns.iter().filter(|other| other.root() > column.root()).filter_map(|other| other.first());
            let Some(seen) = nearest.min().and_then(|first| column.contradicted_by(first)) else {
                if column.ended_with_all()
                    && let Some(behind) = next_sibling(column.root())
                    && !agent.has_nothing_behind(&behind)
                {
                    self.checks.want(Check::End { after: column.last().clone(), behind });
                }
                continue;
            };
            let (after, seen) = (column.last().clone(), seen.clone());
            if !was_alone {
                if let Some(column) = self.columns.get_mut(*place) {
                    column.reopen();
                }
            } else if column.ended_with_all() {
                self.note(StopReason::EarlyEnd { after: after.clone(), seen }, Some(after));
            }
        }
    }
}

/// The first name behind everything below `root`.
fn next_sibling(root: &Oid) -> Option<Oid> {
    let (last, parent) = root.arcs().split_last()?;
    Oid::new(parent).ok()?.join(&[last.checked_add(1)?]).ok()
}
