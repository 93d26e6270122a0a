//! One column of a walk: where it is, and what an answer means for it.

use super::seen::Novelty;
use crate::{Oid, StopReason, Value, Varbind};

/// A subtree that is read from its start to its end.
#[derive(Debug)]
pub(crate) struct Column {
    /// What all its names begin with.
    root: Oid,
    /// Where it begins: the root itself, or a name below it.
    start: Oid,
    /// The last new name; at first the start. What follows it is asked for next.
    last: Oid,
    /// The highest name that was read, where that is not the last one: the agent has them in another order.
    highest: Option<Oid>,
    /// The first name that was read.
    first: Option<Oid>,
    state: State,
    /// Whether the agent is known to have its names in another order.
    is_unordered: bool,
    /// Asked by itself and with GETNEXT the next time, because its last answer is not trusted.
    is_alone: bool,
    /// What the agent said is behind it when it ended.
    beyond: Beyond,
}

/// What an agent says is behind a column.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Beyond {
    /// Nothing of all it has.
    Nothing,
    /// This name.
    Name(Oid),
    /// That the last name has no value: nothing is claimed of other columns.
    Unsaid,
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
    /// It is a cell, though it does not come after the last one.
    OutOfOrder(StopReason),
    /// It is a name without a value, stepped over.
    NoValue,
    /// It was read before, in a column that is not in order.
    Again(StopReason),
    /// The column has ended.
    End,
    /// The agent does not keep to the order, and the column has ended with that.
    Broken(StopReason),
    /// It does not come after the last one, and there are too many names to know whether it was read before. The
    /// column has ended with that.
    Unknown,
    /// For a column that is over already.
    Late,
}

impl Column {
    /// A column that has not been asked yet, of what follows `start`: the root itself, or a name below it.
    pub(crate) fn new(root: Oid, start: Oid) -> Self {
        Self {
            last: start.clone(),
            highest: None,
            root,
            start,
            first: None,
            state: State::Idle,
            is_unordered: false,
            is_alone: false,
            beyond: Beyond::Nothing,
        }
    }

    /// Starts behind a name that was read before, if it is one of this column.
    pub(crate) fn start_after(&mut self, name: &Oid) {
        if self.is_untouched() && name.starts_with(&self.root) {
            self.last.clone_from(name);
            self.start = name.clone();
        }
    }

    /// Whether it has not got further than its start.
    pub(crate) fn is_untouched(&self) -> bool {
        self.last == self.start
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

    /// Whether it is to be asked by itself.
    pub(crate) fn is_alone(&self) -> bool {
        self.is_alone
    }

    /// From now on it is asked by itself, or with others.
    pub(crate) fn set_alone(&mut self, is_alone: bool) {
        self.is_alone = is_alone;
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
        let is_missed = match &self.beyond {
            Beyond::Nothing => true,
            Beyond::Name(beyond) => beyond > seen,
            Beyond::Unsaid => false,
        };
        (self.is_over() && is_missed && seen > self.highest()).then_some(seen)
    }

    /// Whether another column has a row behind the last one of this, whose end is not certain.
    pub(crate) fn may_lack_row_of(&self, other: &Self) -> bool {
        let index = |column: &Self| column.highest().strip_prefix(&column.root).map(<[u32]>::to_vec);
        let is_uncertain = self.is_over() && self.beyond == Beyond::Unsaid && self.first.is_some();
        is_uncertain && other.first.is_some() && index(other) > index(self)
    }

    /// Whether the agent said that nothing at all follows.
    pub(crate) fn ended_with_all(&self) -> bool {
        self.is_over() && self.beyond == Beyond::Nothing
    }

    /// Whether these varbinds can be what follows, one after the other.
    ///
    /// Behind the end of the column other names may come in any order, but none of its own.
    ///
    /// Where the agent is known to start again at its first object, that is the end.
    pub(crate) fn fits<'a>(&self, varbinds: impl Iterator<Item = &'a Varbind>, first_object: Option<&Oid>) -> bool {
        let mut last = &self.last;
        let mut has_ended = self.is_over();
        for varbind in varbinds {
            if self.ends(varbind, last) {
                has_ended = true;
                continue;
            }
            if varbind.name <= *last && first_object == Some(&varbind.name) {
                // What follows comes once more.
                return true;
            }
            let is_inside = varbind.name.starts_with(&self.root);
            if has_ended {
                if is_inside && !self.is_over() {
                    return false;
                }
                continue;
            }
            let is_behind =
                if self.is_unordered { is_inside || varbind.name > self.root } else { varbind.name > *last };
            if !is_behind {
                return false;
            }
            has_ended = !is_inside;
            last = &varbind.name;
        }
        true
    }

    /// How many of these varbinds mean something to it: those in it, and the one that shows its end.
    pub(crate) fn reach<'a>(&self, varbinds: impl Iterator<Item = &'a Varbind>) -> usize {
        let mut last = &self.last;
        let mut reach = 0;
        for varbind in varbinds {
            reach += 1;
            if self.ends(varbind, last) || !varbind.name.starts_with(&self.root) {
                break;
            }
            last = &varbind.name;
        }
        reach
    }

    /// Decides what a varbind means that is said to follow the last name.
    ///
    /// With `see` the names need not come in order: it tells of a name, and whether it is higher than all before,
    /// whether it was seen before.
    pub(crate) fn accept(&mut self, varbind: &Varbind, see: Option<impl FnOnce(&Oid, bool) -> Novelty>) -> Verdict {
        if self.is_over() {
            return Verdict::Late;
        }
        let name = &varbind.name;
        if self.ends(varbind, &self.last) {
            let has_no_value = matches!(varbind.value, Value::NoSuchObject | Value::NoSuchInstance);
            self.beyond = if has_no_value { Beyond::Unsaid } else { Beyond::Nothing };
            self.end();
            return Verdict::End;
        }
        let is_inside = name.starts_with(&self.root);
        let is_higher = name > self.highest();
        if is_higher && !is_inside {
            self.beyond = Beyond::Name(name.clone());
            self.end();
            return Verdict::End;
        }
        let novelty = match see.filter(|_| is_inside) {
            Some(see) => see(name, is_higher),
            None if is_higher => Novelty::New,
            None => Novelty::Seen,
        };
        match novelty {
            Novelty::New if *name < self.last => {
                self.is_unordered = true;
                let reason = StopReason::Unordered { after: self.last.clone(), got: name.clone() };
                match self.step(varbind, is_higher) {
                    Verdict::Cell => Verdict::OutOfOrder(reason),
                    other => other,
                }
            }
            Novelty::New => self.step(varbind, is_higher),
            Novelty::Seen if self.is_unordered && is_inside => Verdict::Again(self.not_behind(name)),
            Novelty::Seen => {
                self.beyond = Beyond::Name(name.clone());
                self.end();
                Verdict::Broken(self.not_behind(name))
            }
            Novelty::Unknown => {
                self.beyond = Beyond::Name(name.clone());
                self.end();
                Verdict::Unknown
            }
        }
    }

    fn step(&mut self, varbind: &Varbind, is_higher: bool) -> Verdict {
        if is_higher {
            self.highest = None;
        } else if self.highest.is_none() {
            self.highest = Some(self.last.clone());
        }
        self.last.clone_from(&varbind.name);
        if varbind.value.is_exception() {
            return Verdict::NoValue;
        }
        if self.first.is_none() {
            self.first = Some(varbind.name.clone());
        }
        Verdict::Cell
    }

    /// Whether a varbind says that nothing follows the last name. Where names come in any order, one without a value may
    /// be lower than the last.
    fn ends(&self, varbind: &Varbind, last: &Oid) -> bool {
        is_end(varbind, last) && (!self.is_unordered || varbind.name == *last || varbind.value == Value::EndOfMibView)
    }

    fn highest(&self) -> &Oid {
        self.highest.as_ref().unwrap_or(&self.last)
    }

    fn not_behind(&self, name: &Oid) -> StopReason {
        StopReason::NonIncreasing { after: self.last.clone(), got: name.clone() }
    }
}

/// Whether a varbind says that nothing follows. Agents without endOfMibView say NULL under the name they were asked for,
/// and npm's net-snmp that this name has no value.
pub(super) fn is_end(varbind: &Varbind, last: &Oid) -> bool {
    match varbind.value {
        Value::EndOfMibView => true,
        Value::Null => varbind.name == *last,
        Value::NoSuchObject | Value::NoSuchInstance => varbind.name <= *last,
        _ => false,
    }
}
