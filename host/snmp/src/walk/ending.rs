//! How a walk ends: whether it broke off, and the worst that is known of why something is missing.

use crate::{Oid, StopReason};

/// A reason, and the last name before it.
pub(super) type Reason = (StopReason, Option<Oid>);

/// The end of a walk, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct Ending {
    is_stopped: bool,
    reason: Option<Reason>,
}

impl Ending {
    /// Whether the walk broke off as a whole.
    pub(super) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// The first of the worst reasons.
    pub(super) fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// Breaks the walk off.
    pub(super) fn stop(&mut self, reason: StopReason, at: Option<Oid>) {
        self.note(reason, at);
        self.is_stopped = true;
    }

    /// Keeps the first of the worst reasons why something is missing.
    pub(super) fn note(&mut self, reason: StopReason, at: Option<Oid>) {
        if self.reason.as_ref().is_none_or(|(noted, _)| noted.weight() < reason.weight()) {
            self.reason = Some((reason, at));
        }
    }

    /// Counts a name that the agent gives no value for.
    pub(super) fn note_no_value(&mut self, name: Oid) {
        if let Some((StopReason::NoValue { count, .. }, _)) = &mut self.reason {
            *count += 1;
        } else {
            self.note(StopReason::NoValue { name: name.clone(), count: 1 }, Some(name));
        }
    }
}
