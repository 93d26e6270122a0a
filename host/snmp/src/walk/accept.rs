//! What an answer brings: its varbinds are dealt out to the columns, and each column decides what they mean.

use super::{Ask, Walk, column::Verdict, doubt::Check};
use crate::{Oid, StopReason, Value, Varbind, pdu::RequestKind, profile::Agent};

impl Walk {
    /// Whether an answer contradicts itself. A single name has a single successor: whatever it is, the column decides.
    pub(super) fn is_contradictory(&self, ask: &Ask, varbinds: &[Varbind], agent: &Agent) -> bool {
        let asked = ask.columns.len();
        if asked == 1 && ask.request.kind == RequestKind::GetNext {
            return false;
        }
        let varbinds = varbinds.get(..ask.varbinds()).unwrap_or(varbinds);
        ask.columns.iter().enumerate().any(|(position, place)| {
            let own = varbinds.iter().skip(position).step_by(asked);
            self.columns.get(*place).is_some_and(|column| !column.fits(own, agent.first_object.as_ref()))
        })
    }

    /// Deals the varbinds out to their columns: the first to the first, and so on, round and round.
    pub(super) fn accept(
        &mut self,
        ask: &Ask,
        varbinds: Vec<Varbind>,
        agent: &Agent,
        mut deliver: impl FnMut(usize, Varbind),
    ) {
        for place in &ask.columns {
            if let Some(column) = self.columns.get_mut(*place) {
                column.is_alone = false;
            }
        }
        let before = self.delivered;
        let wants_check = self.checks.wants_successor(agent);
        let mut again = None;
        // What was not asked for belongs to no column.
        for (place, varbind) in ask.columns.iter().cycle().zip(varbinds.into_iter().take(ask.varbinds())) {
            let Some(column) = self.columns.get_mut(*place) else { continue };
            let check = if wants_check { Check::successor(column.last(), &varbind.name) } else { None };
            let memory = self.memory.as_mut();
            let see = memory.map(|memory| |name: &Oid, is_higher: bool| memory.see(*place, name, is_higher));
            match column.accept(&varbind, see) {
                verdict @ (Verdict::Cell | Verdict::OutOfOrder(_)) => {
                    if let Verdict::OutOfOrder(reason) = verdict {
                        self.note(reason, Some(varbind.name.clone()));
                    } else if let Some(check) = check {
                        self.checks.want(check);
                    }
                    if self.is_too_much(*place, &varbind) {
                        return;
                    }
                    self.delivered += 1;
                    deliver(*place, varbind);
                }
                Verdict::NoValue => {
                    if self.is_too_much(*place, &varbind) {
                        return;
                    }
                    self.delivered += 1;
                    self.note_no_value(varbind.name);
                }
                Verdict::Broken(StopReason::NonIncreasing { after, got }) => {
                    let is_single = ask.columns.len() == 1 && ask.request.kind == RequestKind::GetNext;
                    let is_known = agent.first_object.as_ref() == Some(&got);
                    self.turned_back(after, got, agent);
                    self.column_ended(agent);
                    if is_single || !is_known {
                        // An answer that is wrong in one place is not believed in the rest.
                        return;
                    }
                }
                Verdict::Broken(reason) => {
                    let at = Some(column.last().clone());
                    self.note(reason, at);
                    return self.column_ended(agent);
                }
                Verdict::Unknown => {
                    let at = Some(column.last().clone());
                    self.note(StopReason::SeenLimit { limit: self.options.max_seen_names }, at);
                    return self.column_ended(agent);
                }
                Verdict::Again(reason) => again = Some((*place, reason)),
                Verdict::End => {
                    check.into_iter().for_each(|check| self.checks.want(check));
                    self.column_ended(agent);
                }
                Verdict::Late => {}
            }
        }
        if let Some((place, reason)) = again.filter(|_| self.delivered == before) {
            self.nothing_new(ask, place, reason, agent);
        }
    }

    /// A column that is not in order got nothing but what it had: it goes round in circles, if GETNEXT does so too.
    fn nothing_new(&mut self, ask: &Ask, place: usize, reason: StopReason, agent: &Agent) {
        let is_sure = ask.columns.len() == 1 && ask.request.kind == RequestKind::GetNext;
        if !is_sure {
            return self.ask_each_alone(ask);
        }
        let Some(column) = self.columns.get_mut(place) else { return };
        column.end();
        let at = column.last().clone();
        self.note(reason, Some(at));
        self.column_ended(agent);
    }

    /// Counts a varbind. Whether it is one too many: then the walk has stopped.
    fn is_too_much(&mut self, place: usize, varbind: &Varbind) -> bool {
        let (rows, limit) = (self.options.max_rows, self.options.max_bytes);
        let Some(column) = self.columns.get_mut(place) else { return true };
        self.octets += octets(varbind);
        let reason = if column.cells == rows {
            StopReason::RowLimit { limit: rows }
        } else if self.octets > limit {
            StopReason::ByteLimit { limit }
        } else {
            column.cells += 1;
            return false;
        };
        self.stop(reason, Some(varbind.name.clone()));
        true
    }

    /// Keeps the first of the worst reasons why something is missing.
    pub(super) fn note(&mut self, reason: StopReason, at: Option<Oid>) {
        if self.stopped.as_ref().is_none_or(|(noted, _)| noted.weight() < reason.weight()) {
            self.stopped = Some((reason, at));
        }
    }

    fn note_no_value(&mut self, name: Oid) {
        if let Some((StopReason::NoValue { count, .. }, _)) = &mut self.stopped {
            *count += 1;
        } else {
            self.note(StopReason::NoValue { name: name.clone(), count: 1 }, Some(name));
        }
    }
}

/// About what a varbind takes in memory and in a message, without the fixed parts.
fn octets(varbind: &Varbind) -> u64 {
    let value = match &varbind.value {
        Value::OctetString(octets) | Value::Opaque(octets) | Value::NsapAddress(octets) => octets.len(),
        Value::Unknown { octets, .. } => octets.len(),
        Value::ObjectIdentifier(oid) => oid.arcs().len(),
        _ => 4,
    };
    (varbind.name.arcs().len() + value) as u64
}
