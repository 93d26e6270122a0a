//! Something to find out about an agent by a request of its own.

use crate::{
    Oid,
    profile::{Capabilities, Order, Skip, Subject},
};

/// Something to find out about an agent by a request of its own.
#[derive(Clone, Debug)]
pub(in crate::walk) enum Check {
    /// Whether anything comes behind `below`, which is right before `got`, but before `got`.
    Successor { after: Oid, got: Oid, below: Oid },
    /// Whether it is still left out, and not just new.
    Skip(Skip),
    /// Whether something follows `behind`, although the agent says that nothing does after a name before it.
    End { after: Oid, behind: Oid },
    /// Which object is the first of all.
    FirstObject,
}

impl Check {
    /// A check of a successor, where there is room for a name before it.
    pub(in crate::walk) fn successor(after: &Oid, got: &Oid) -> Option<Self> {
        let (last, parent) = got.arcs().split_last()?;
        let mut below = Oid::new(parent).ok()?;
        if let Some(before) = last.checked_sub(1) {
            below = below.join(&[before]).ok()?;
        }
        (below > *after && below < *got).then(|| Self::Successor { after: after.clone(), got: got.clone(), below })
    }

    /// What others may be finding out.
    pub(in crate::walk) fn subject(&self) -> Subject {
        match self {
            Self::Successor { .. } | Self::Skip(_) => Subject::Order,
            Self::End { behind, .. } => Subject::End(behind.clone()),
            Self::FirstObject => Subject::FirstObject,
        }
    }

    /// Whether others have found out meanwhile that all is well.
    pub(in crate::walk) fn is_settled(&self, agent: &Capabilities) -> bool {
        match self {
            Self::Successor { .. } => agent.order == Order::Keeps,
            Self::Skip(_) => false,
            Self::End { behind, .. } => agent.has_nothing_behind(behind),
            Self::FirstObject => agent.first_object.is_some(),
        }
    }

    /// The name to ask behind.
    pub(in crate::walk) fn name(&self) -> Oid {
        match self {
            Self::Successor { below, .. } => below.clone(),
            Self::Skip(Skip { after, .. }) => after.clone(),
            Self::End { behind, .. } => behind.clone(),
            // Everything is below iso(1). Some agents, like squid, have nothing behind a name that is too short or in ccitt(0).
            Self::FirstObject => Oid::from([1, 0]),
        }
    }
}
