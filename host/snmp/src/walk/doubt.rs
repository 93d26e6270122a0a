//! What a walk does not simply believe: that nothing follows, and that what is said to follow is really the next.
//!
//! An agent that leaves out every other row in good order looks like one that has half of them. So once for each
//! agent a walk asks what comes right before a name it was given: if there is something that was left out, the agent
//! does not know its own order, and no walk of it is whole. In the same way one that says that nothing follows is
//! asked what follows the whole subtree. Both cost a GETNEXT for an agent, not for a walk.

use smallvec::SmallVec;

use super::{Agent, Ask, Attempts, Order, Purpose, Walk, memory::Memory, pace::Skip};
use crate::{
    Oid, StopReason, Varbind,
    pdu::{RequestKind, Response},
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
}

/// The checks of one walk.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// At most one of each kind.
    waiting: Vec<Check>,
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

    /// The name to ask behind.
    fn name(&self) -> &Oid {
        match self {
            Self::Successor { below, .. } => below,
            Self::Skip(Skip { after, .. }) => after,
            Self::End { behind, .. } => behind,
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
            Check::Skip(_) => {}
        }
        self.waiting.push(check);
    }

    /// Heeds what other walks found out.
    pub(super) fn heed(&mut self, agent: &Agent) {
        if let Order::Skips(skip) = &agent.order
            && self.suspected.is_none()
            && !self.successor
        {
            self.suspected = Some(Skip::clone(skip));
        }
    }

    /// Why rows may be missing without a sign in this walk. What has come in the end was not left out.
    pub(super) fn suspicion(&self, memory: Option<&Memory>) -> Option<(StopReason, Option<Oid>)> {
        let skip = self.suspected.as_ref().filter(|skip| !memory.is_some_and(|memory| memory.has(&skip.between)))?;
        let Skip { after, got, between } = skip.clone();
        Some((StopReason::Skipped { after: after.clone(), got, between }, Some(after)))
    }
}

impl Walk {
    pub(super) fn ask_check(&mut self) -> Option<Ask> {
        let check = self.checks.waiting.pop()?;
        let name = check.name().clone();
        let mut ask = self.send(SmallVec::new(), RequestKind::GetNext, Attempts::One);
        ask.request.names.push(name);
        ask.purpose = Purpose::Check(Box::new(check));
        Some(ask)
    }

    /// Learns from the answer to a check. Whatever is not plain evidence shows nothing.
    pub(super) fn checked(&mut self, check: Check, response: Response, agent: &mut Agent) {
        let next = response.varbinds.into_iter().next().filter(|varbind| !varbind.value.is_exception());
        let next = next.map(|Varbind { name, .. }| name);
        match (check, next) {
            (Check::Successor { after, got, .. }, Some(between)) if after < between && between < got => {
                self.checks.want(Check::Skip(Skip { after, got, between }));
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
            (Check::End { after, behind }, Some(seen)) if seen > behind => {
                agent.nothing_behind = None;
                self.note(StopReason::EarlyEnd { after: after.clone(), seen }, Some(after));
            }
            (Check::End { behind, .. }, _) => {
                let is_lower = agent.nothing_behind.as_ref().is_none_or(|known| behind < *known);
                if is_lower {
                    agent.nothing_behind = Some(behind);
                }
            }
        }
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
                    && agent.nothing_behind.as_ref().is_none_or(|known| behind < *known)
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
