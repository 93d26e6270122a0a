//! One column of a walk: where it is, and what an answer means for it.

use std::cmp::Ordering;

use crate::{Oid, StopReason, Value, Varbind};

/// A subtree that is read from its start to its end.
#[derive(Debug)]
pub(crate) struct Column {
    /// What all its names begin with.
    root: Oid,
    /// The last good name; at first the root itself.
    last: Oid,
    /// The first name that was read.
    first: Option<Oid>,
    state: State,
    /// Asked by itself and with GETNEXT the next time, because what it said is in doubt.
    pub(crate) is_alone: bool,
    /// What the agent named as its successor when it ended: nothing for the end of all it has.
    beyond: Option<Oid>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// May be asked.
    Idle,
    /// Is being asked.
    Asked,
    /// Has delivered all it will.
    Over,
}

/// What a varbind means for its column.
#[derive(Debug)]
#[must_use]
pub(crate) enum Verdict {
    /// It is a cell.
    Cell,
    /// It is a name without a value, stepped over.
    NoValue,
    /// The column has ended.
    End,
    /// The agent does not keep to the order.
    Broken(StopReason),
    /// For a column that is over already.
    Late,
}

impl Column {
    /// A column that has not been asked yet.
    pub(crate) fn new(root: Oid) -> Self {
        Self { last: root.clone(), root, first: None, state: State::Idle, is_alone: false, beyond: None }
    }

    /// The last good name.
    pub(crate) fn last(&self) -> &Oid {
        &self.last
    }

    /// What all its names begin with.
    pub(crate) fn root(&self) -> &Oid {
        &self.root
    }

    /// The first name that was read.
    pub(crate) fn first(&self) -> Option<&Oid> {
        self.first.as_ref()
    }

    /// Whether it may be asked.
    pub(crate) fn is_idle(&self) -> bool {
        self.state == State::Idle
    }

    /// Whether it has delivered all it will.
    pub(crate) fn is_over(&self) -> bool {
        self.state == State::Over
    }

    /// Notes that it is being asked.
    pub(crate) fn asked(&mut self) {
        if self.state == State::Idle {
            self.state = State::Asked;
        }
    }

    /// Notes that the request it was in is done with.
    pub(crate) fn released(&mut self) {
        if self.state == State::Asked {
            self.state = State::Idle;
        }
    }

    /// Ends it.
    pub(crate) fn end(&mut self) {
        self.state = State::Over;
    }

    /// Ends it no more: it is asked again, by itself.
    pub(crate) fn reopen(&mut self) {
        self.state = State::Idle;
        self.is_alone = true;
    }

    /// A name among those seen that follows the last one, though the agent said at the end that none does.
    pub(crate) fn contradicted_by<'a>(&self, seen: &'a Oid) -> Option<&'a Oid> {
        let follows = *seen > self.last && self.beyond.as_ref().is_none_or(|beyond| beyond > seen);
        (self.is_over() && follows).then_some(seen)
    }

    /// Whether the agent said that nothing at all follows.
    pub(crate) fn ended_with_all(&self) -> bool {
        self.beyond.is_none()
    }

    /// Decides what a varbind means that is said to follow the last name.
    pub(crate) fn accept(&mut self, varbind: &Varbind) -> Verdict {
        if self.is_over() {
            return Verdict::Late;
        }
        // Agents without endOfMibView say NULL under the name they were asked for.
        let at_end = match varbind.value {
            Value::EndOfMibView => true,
            Value::Null => varbind.name == self.last,
            _ => false,
        };
        if at_end {
            self.beyond = None;
            self.end();
            return Verdict::End;
        }
        if varbind.name.cmp(&self.last) != Ordering::Greater {
            self.beyond = Some(varbind.name.clone());
            self.end();
            return Verdict::Broken(StopReason::NonIncreasing { after: self.last.clone(), got: varbind.name.clone() });
        }
        if !varbind.name.starts_with(&self.root) {
            self.beyond = Some(varbind.name.clone());
            self.end();
            return Verdict::End;
        }
        self.last = varbind.name.clone();
        if varbind.value.is_exception() {
            return Verdict::NoValue;
        }
        if self.first.is_none() {
            self.first = Some(varbind.name.clone());
        }
        Verdict::Cell
    }
}
