//! Answering one request: the rules of GET, GETNEXT and GETBULK, and how an agent breaks them.

use snmp::Oid;

use super::{
    Device, RowRules, ViewEnd,
    answer::{Answer, Bindings, Capacity},
    rows::{Row, RowOrder},
};
use crate::{
    ber::tag,
    message::{ErrorStatus, Operation, Request, Version},
};

impl Device {
    /// Answers `request` with what there is room for, a single varbind whatever its size. Rows are read as `rules` say.
    pub(crate) fn answer(&self, request: &Request, rules: &RowRules, capacity: Capacity) -> Answer {
        // An agent that shows Counter64 in version 1 still speaks version 1.
        let view = if rules.counter64_in_v1 { Version::V2c } else { request.version };
        let mut walk = Walk { device: self, request, rules, view, bindings: Bindings::new(capacity) };
        let filled = match request.operation {
            Operation::Get => walk.fill_get(),
            Operation::GetNext => walk.fill_get_next(),
            Operation::GetBulk => walk.fill_bulk(),
            Operation::Set => Err(Refusal {
                status: if request.version == Version::V1 {
                    ErrorStatus::NO_SUCH_NAME
                } else {
                    ErrorStatus::NOT_WRITABLE
                },
                index: i32::from(!request.names.is_empty()),
            }),
        };
        match filled {
            Ok(()) => Answer::of(request, walk.bindings),
            Err(Refusal { status, index }) => Answer::refusal(request, status, index),
        }
    }
}

/// One request being answered.
struct Walk<'a> {
    device: &'a Device,
    request: &'a Request,
    rules: &'a RowRules,
    /// The version that decides what is visible.
    view: Version,
    bindings: Bindings,
}

impl Walk<'_> {
    fn fill_get(&mut self) -> Result<(), Refusal> {
        let device = self.device;
        for (place, name) in self.request.names.iter().enumerate() {
            let found = device.names.binary_search(name).ok().filter(|at| device.is_visible(*at, self.view));
            let fitted = match found {
                Some(at) => self.bindings.push_as(device.varbind(at), at, self.rules.values),
                None if self.request.version == Version::V1 => return Err(no_such_name(place)),
                None => self.bindings.push_exception(name, device.missing(name)),
            };
            if !fitted {
                return Err(TOO_BIG);
            }
        }
        Ok(())
    }

    fn fill_get_next(&mut self) -> Result<(), Refusal> {
        self.refuse_unreadable(1)?;
        for (place, name) in self.request.names.iter().enumerate() {
            let row = self.successor(name, self.rules.order);
            let ends = matches!(row, Row::End);
            if ends && (self.request.version == Version::V1 || self.rules.end == ViewEnd::NoSuchName) {
                return Err(no_such_name(place));
            }
            if !self.push_row(&row, name) {
                return Err(TOO_BIG);
            }
        }
        Ok(())
    }

    /// RFC 3416 section 4.2.3. What does not fit is left out.
    fn fill_bulk(&mut self) -> Result<(), Refusal> {
        let request = self.request;
        if self.rules.max_names.is_some_and(|max| request.names.len() > max) {
            return Ok(());
        }
        let singles = usize::try_from(request.non_repeaters).unwrap_or(0).min(request.names.len());
        let (singles, repeaters) = request.names.split_at(singles);
        self.refuse_unreadable(usize::try_from(request.max_repetitions).unwrap_or(0))?;
        for (place, name) in singles.iter().enumerate() {
            let row = self.successor(name, self.rules.order);
            if matches!(row, Row::End) && self.rules.end == ViewEnd::NoSuchName {
                return Err(no_such_name(place));
            }
            if !self.push_row(&row, name) {
                return Ok(());
            }
        }
        if *self.rules == RowRules::default() {
            self.repeat_honestly(repeaters);
            return Ok(());
        }
        self.repeat_by_the_rules(repeaters, singles.len())
    }

    /// The hot path: after the search for each repeater's first row, the next row is the next in memory.
    fn repeat_honestly(&mut self, repeaters: &[Oid]) {
        let device = self.device;
        let mut next: Vec<usize> = repeaters.iter().map(|name| device.first_after(name)).collect();
        for repetition in 0..self.request.max_repetitions.max(0) {
            let mut any = false;
            for (place, name) in next.iter_mut().zip(repeaters) {
                let fitted = if *place < device.names.len() {
                    any = true;
                    *place += 1;
                    self.bindings.push(device.varbind(*place - 1))
                } else {
                    // The end carries the name of the last row given, or the one asked for where there was none.
                    let given = repetition > 0 && device.names.last().is_some_and(|last| last > name);
                    let last = device.names.last().filter(|_| given).unwrap_or(name);
                    self.bindings.push_exception(last, tag::END_OF_MIB_VIEW)
                };
                if !fitted {
                    return;
                }
            }
            if !any {
                return;
            }
        }
    }

    fn repeat_by_the_rules(&mut self, repeaters: &[Oid], first_place: usize) -> Result<(), Refusal> {
        let max = self.rules.max.map_or(u64::MAX, |max| u64::try_from(max).unwrap_or(u64::MAX));
        let mut names = repeaters.to_vec();
        let repetitions = if self.rules.once { 1 } else { self.request.max_repetitions };
        for repetition in 0..repetitions.max(0) {
            let order = self.rules.order_at(repetition, self.request.max_repetitions);
            let mut any = false;
            for (place, name) in names.iter_mut().enumerate() {
                let row = self.successor(name, order);
                if matches!(row, Row::End) && self.rules.end == ViewEnd::NoSuchName {
                    // The rows so far are gone with it, as they are with such agents.
                    return Err(no_such_name(first_place + place));
                }
                for _ in 0..if self.rules.twice { 2 } else { 1 } {
                    if self.bindings.count() >= max || !self.push_row(&row, name) {
                        return Ok(());
                    }
                }
                if let Some(given) = self.device.name_of(&row) {
                    any = true;
                    *name = given;
                }
            }
            if !any {
                break;
            }
        }
        Ok(())
    }

    fn successor(&self, name: &Oid, order: RowOrder) -> Row {
        match self.rules.end_in_column {
            Some(rows) if self.device.is_beyond(name, rows, self.view) => Row::End,
            _ => match self.device.successor(name, order, self.view) {
                Row::End if self.rules.end == ViewEnd::FirstRow => self.device.first(self.view),
                row => row,
            },
        }
    }

    fn push_row(&mut self, row: &Row, asked: &Oid) -> bool {
        let device = self.device;
        match row {
            Row::Recorded(at) => match (self.rules.missing_every, device.names.get(*at)) {
                (Some(every), Some(name)) if at.is_multiple_of(every) => {
                    self.bindings.push_exception(name, tag::NO_SUCH_OBJECT)
                }
                _ => self.bindings.push_as(device.varbind(*at), *at, self.rules.values),
            },
            Row::Invented(name, from) => self.bindings.push_invented(name, from.map(|at| device.varbind(at))),
            Row::End => {
                let exception = match self.rules.end {
                    ViewEnd::Null => tag::NULL,
                    ViewEnd::NoSuchObject => tag::NO_SUCH_OBJECT,
                    ViewEnd::Exception | ViewEnd::NoSuchName | ViewEnd::FirstRow => tag::END_OF_MIB_VIEW,
                };
                self.bindings.push_exception(asked, exception)
            }
        }
    }

    /// Refuses a request that would read, within `repetitions` rows of a name, a row that cannot be read.
    fn refuse_unreadable(&self, repetitions: usize) -> Result<(), Refusal> {
        let Some(every) = self.rules.unreadable_every else { return Ok(()) };
        for (place, name) in self.request.names.iter().enumerate() {
            let first = self.device.first_after(name);
            let end = first.saturating_add(repetitions.max(1)).min(self.device.names.len());
            if first.next_multiple_of(every) < end {
                return Err(refusal(ErrorStatus::GEN_ERR, place));
            }
        }
        Ok(())
    }
}

/// A request that cannot be answered with values.
struct Refusal {
    status: ErrorStatus,
    index: i32,
}

const TOO_BIG: Refusal = Refusal { status: ErrorStatus::TOO_BIG, index: 0 };

fn no_such_name(place: usize) -> Refusal {
    refusal(ErrorStatus::NO_SUCH_NAME, place)
}

fn refusal(status: ErrorStatus, place: usize) -> Refusal {
    Refusal { status, index: i32::try_from(place + 1).unwrap_or(i32::MAX) }
}
