//! What a walk checks of its agent: that it names as the next what is the next, and that nothing follows where it says so.
//!
//! An agent that leaves out every other row in good order looks like one that has half of them. So once for each
//! agent a walk asks what comes right before a name it was given: if there is something that was left out, the agent
//! does not know its own order, and no walk of it is whole. In the same way one that says that nothing follows is
//! asked what follows the whole subtree. Both cost a GETNEXT for an agent, not for a walk: of those side by side one
//! asks, and the others wait for it.

use super::super::check::Check;
use crate::{
    Oid, StopReason, Varbind,
    pdu::Response,
    profile::{Capabilities, Inquiry, Order, Skip, Subject},
    walk::{
        columns::Columns,
        ending::{Ending, Reason},
    },
};

/// The checks of one walk.
#[derive(Debug, Default)]
pub(in crate::walk) struct Checks {
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

impl Checks {
    /// Whether it is time to look whether the agent leaves something out.
    pub(in crate::walk) fn wants_successor(&self, agent: &Capabilities) -> bool {
        !self.successor && agent.order != Order::Keeps
    }

    /// Looks, as soon as there is a lane for it.
    pub(in crate::walk) fn want(&mut self, check: Check) {
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
        agent: &mut Capabilities,
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
    pub(super) fn heed(&mut self, agent: &Capabilities, ending: &mut Ending) {
        if !self.waiting.is_empty() {
            self.waiting.retain(|check| !check.is_settled(agent));
        }
        if let Order::Skips(skip) = &agent.order
            && self.suspected.is_none()
            && !self.successor
        {
            self.suspected = Some(Skip::clone(skip));
        }
        if !self.turned_back.is_empty() && agent.first_object.is_some() {
            self.judge_turns(agent, ending);
        }
    }

    /// Why a column has ended of which it is not known yet that it was at the end of everything.
    pub(super) fn pending_turn(&self) -> Option<Reason> {
        let (after, got) = self.turned_back.first().cloned()?;
        Some((StopReason::NonIncreasing { after: after.clone(), got }, Some(after)))
    }

    /// Why rows may be missing without a sign in this walk. What has come in the end was not left out.
    pub(super) fn suspicion(&self, columns: &Columns) -> Option<Reason> {
        let skip = self.suspected.as_ref().filter(|skip| !columns.has_seen(&skip.between))?;
        let Skip { after, got, between } = skip.clone();
        Some((StopReason::Skipped { after: after.clone(), got, between }, Some(after)))
    }

    /// The next to look for, unless another walk does; with `asks_itself` also then.
    pub(super) fn begin(&mut self, agent: &mut Capabilities, asks_itself: bool) -> Option<Check> {
        let index = self.waiting.iter().rposition(|check| {
            let others = || agent.inquiries.answering(&check.subject()).is_some();
            asks_itself || matches!(check, Check::Skip(_)) || !others()
        })?;
        let check = self.waiting.remove(index);
        let inquiry = self.inquiry(&check);
        if inquiry.is_none() {
            *inquiry = Some(agent.inquiries.begin(check.subject()));
        }
        Some(check)
    }

    /// Learns from the answer to a check. Whatever is not plain evidence shows nothing.
    pub(super) fn answered(
        &mut self,
        check: Check,
        response: Response,
        may_come_in_any_order: bool,
        agent: &mut Capabilities,
        ending: &mut Ending,
    ) {
        let next = response.varbinds.into_iter().next().filter(|varbind| !varbind.value.is_exception());
        let next = next.map(|Varbind { name, .. }| name);
        // Over, unless more has to be asked.
        let inquiry = self.inquiry(&check).take();
        match (check, next) {
            (Check::Successor { after, got, .. }, Some(between)) if after < between && between < got => {
                self.want(Check::Skip(Skip { after, got, between }));
                self.order_inquiry = inquiry;
            }
            (Check::Skip(skip), Some(next)) if next > skip.between => {
                // Where the order does not matter it may still come: then it is no fault of other walks.
                if !may_come_in_any_order {
                    agent.order = Order::Skips(Box::new(skip.clone()));
                }
                self.suspected = Some(skip);
            }
            (Check::Successor { .. } | Check::Skip(_), _) => {
                agent.order = Order::Keeps;
                self.suspected = None;
            }
            (Check::FirstObject, next) => {
                if next.is_some() {
                    agent.first_object = next;
                }
                self.judge_turns(agent, ending);
            }
            (Check::End { after, behind }, Some(seen)) if seen > behind => {
                agent.nothing_behind = None;
                ending.note(StopReason::EarlyEnd { after: after.clone(), seen }, Some(after));
            }
            (Check::End { behind, .. }, _) => {
                if !agent.has_nothing_behind(&behind) {
                    agent.nothing_behind = Some(behind);
                }
            }
        }
    }

    /// Takes note that a check had no answer. That shows nothing; only what others found out remains.
    pub(super) fn failed(&mut self, check: &Check, agent: &Capabilities, ending: &mut Ending) {
        *self.inquiry(check) = None;
        if matches!(check, Check::FirstObject) {
            self.judge_turns(agent, ending);
        }
        if let (Check::Successor { .. } | Check::Skip(_), Order::Skips(skip)) = (check, &agent.order) {
            self.suspected.get_or_insert_with(|| Skip::clone(skip));
        }
    }

    /// A column has ended because the agent went back. At the end of everything some agents start again at their first
    /// object.
    pub(in crate::walk) fn turned_back(&mut self, after: Oid, got: Oid, agent: &Capabilities, ending: &mut Ending) {
        self.turned_back.push((after, got));
        if agent.first_object.is_some() {
            self.judge_turns(agent, ending);
        } else if self.turned_back.len() == 1 {
            self.want(Check::FirstObject);
        }
    }

    fn judge_turns(&mut self, agent: &Capabilities, ending: &mut Ending) {
        for (after, got) in std::mem::take(&mut self.turned_back) {
            let at = Some(after.clone());
            if agent.first_object.as_ref() == Some(&got) {
                ending.note(StopReason::StartsAgain { after, first: got }, at);
            } else {
                ending.note(StopReason::NonIncreasing { after, got }, at);
            }
        }
    }
}
