//! A device that answers: a recording turned into octets, and the rules of GET, GETNEXT and GETBULK.
//!
//! The rules are those of RFC 3416 section 4.2 and, for version 1, RFC 1157 section 4.1. Every varbind is encoded once,
//! when the device is made; an honest GETBULK is one binary search per repeater and then copies of octets.
//! A device knows nothing of communities, sockets or time. How it deviates from honesty is an argument.

mod rows;

use snmp_engine::{Oid, Value};

pub use rows::RowOrder;
use rows::{Row, column_of};

use crate::{
    Recording,
    ber::{Reader, element_len, put_header, put_octets, put_oid, put_value, put_varbind, tag},
    message::{Envelope, ErrorStatus, Operation, Request, Version},
};

/// A recording, ready to be asked.
#[derive(Debug)]
pub(crate) struct Device {
    names: Vec<Oid>,
    /// Which values are Counter64, and do not exist in version 1 (RFC 3584 section 4.2.2.1).
    wide: Vec<bool>,
    /// All varbinds as BER, one behind the other.
    octets: Vec<u8>,
    /// Where each varbind begins in `octets`, and where the last one ends.
    starts: Vec<usize>,
}

/// What was written as an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// The error-status of the answer.
    pub(crate) error_status: ErrorStatus,
    /// How many varbinds it has, those of a refusal not counted.
    pub(crate) varbinds: u64,
}

/// A request that cannot be answered with values.
struct Refusal {
    status: ErrorStatus,
    index: i32,
}

/// The varbinds of an answer as they come together, up to the room there is.
struct Bindings {
    octets: Vec<u8>,
    count: u64,
    room: usize,
    /// The room for the first one. What was recorded, the device could send: a single large value goes out in
    /// fragments, or nobody could ever read it, and a GETBULK would be answered with nothing again and again.
    room_for_first: usize,
}

impl Device {
    /// The most octets a UDP datagram over IPv4 can have.
    pub(crate) const MOST_OCTETS: usize = 65_507;

    /// Encodes a recording.
    pub(crate) fn new(recording: &Recording) -> Self {
        let varbinds = recording.varbinds();
        let mut octets = Vec::with_capacity(varbinds.len() * 32);
        let mut starts = Vec::with_capacity(varbinds.len() + 1);
        for varbind in varbinds {
            starts.push(octets.len());
            put_varbind(&mut octets, varbind);
        }
        starts.push(octets.len());
        let names = varbinds.iter().map(|varbind| varbind.name.clone()).collect();
        let wide = varbinds.iter().map(|varbind| matches!(varbind.value, Value::Counter64(_))).collect();
        Self { names, wide, octets, starts }
    }

    /// Appends to `out` the datagram that answers `request`, of at most `limit` octets unless that is too few for a
    /// single varbind. Rows follow each other as `order` says; the answer carries `request_id`.
    pub(crate) fn answer(
        &self,
        request: &Request,
        order: RowOrder,
        request_id: i32,
        limit: usize,
        out: &mut Vec<u8>,
    ) -> Written {
        let envelope = envelope(request, request_id, ErrorStatus::NO_ERROR, 0);
        let mut bindings = Bindings {
            octets: Vec::with_capacity(limit),
            count: 0,
            room: envelope.room(limit),
            room_for_first: envelope.room(Self::MOST_OCTETS),
        };
        let filled = match request.operation {
            Operation::Get => self.fill_get(request, &mut bindings),
            Operation::GetNext => self.fill_get_next(request, order, &mut bindings),
            Operation::GetBulk => {
                self.fill_bulk(request, order, &mut bindings);
                Ok(())
            }
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
            Ok(()) => {
                envelope.put(out, &bindings.octets);
                Written { error_status: ErrorStatus::NO_ERROR, varbinds: bindings.count }
            }
            Err(refusal) => refuse(request, request_id, refusal.status, refusal.index, out),
        }
    }

    fn fill_get(&self, request: &Request, bindings: &mut Bindings) -> Result<(), Refusal> {
        for (place, name) in request.names.iter().enumerate() {
            let found = self.names.binary_search(name).ok().filter(|at| self.is_visible(*at, request.version));
            let fitted = match found {
                Some(at) => bindings.push(self.varbind(at)),
                None if request.version == Version::V1 => return Err(no_such_name(place)),
                None => bindings.push_exception(name, self.missing(name)),
            };
            if !fitted {
                return Err(TOO_BIG);
            }
        }
        Ok(())
    }

    fn fill_get_next(&self, request: &Request, order: RowOrder, bindings: &mut Bindings) -> Result<(), Refusal> {
        for (place, name) in request.names.iter().enumerate() {
            let row = self.successor(name, order, request.version);
            if matches!(row, Row::End) && request.version == Version::V1 {
                return Err(no_such_name(place));
            }
            if !self.push_row(&row, name, bindings) {
                return Err(TOO_BIG);
            }
        }
        Ok(())
    }

    /// RFC 3416 section 4.2.3. What does not fit is left out.
    fn fill_bulk(&self, request: &Request, order: RowOrder, bindings: &mut Bindings) {
        let singles = usize::try_from(request.non_repeaters).unwrap_or(0).min(request.names.len());
        let (singles, repeaters) = request.names.split_at(singles);
        for name in singles {
            if !self.push_row(&self.successor(name, order, request.version), name, bindings) {
                return;
            }
        }
        if order == RowOrder::Honest {
            self.repeat_honestly(repeaters, request.max_repetitions, bindings);
        } else {
            self.repeat_in_order(repeaters, request, order, bindings);
        }
    }

    /// The hot path: after the search for each repeater's first row, the next row is the next in memory.
    fn repeat_honestly(&self, repeaters: &[Oid], repetitions: i32, bindings: &mut Bindings) {
        let mut next: Vec<usize> = repeaters.iter().map(|name| self.first_after(name)).collect();
        for repetition in 0..repetitions.max(0) {
            let mut any = false;
            for (place, name) in next.iter_mut().zip(repeaters) {
                let fitted = if *place < self.names.len() {
                    any = true;
                    *place += 1;
                    bindings.push(self.varbind(*place - 1))
                } else {
                    // The end carries the name of the last row given, or the one asked for where there was none.
                    let given = repetition > 0 && self.names.last().is_some_and(|last| last > name);
                    let last = self.names.last().filter(|_| given).unwrap_or(name);
                    bindings.push_exception(last, tag::END_OF_MIB_VIEW)
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

    fn repeat_in_order(&self, repeaters: &[Oid], request: &Request, order: RowOrder, bindings: &mut Bindings) {
        let mut names = repeaters.to_vec();
        for _ in 0..request.max_repetitions.max(0) {
            let mut any = false;
            for name in &mut names {
                let row = self.successor(name, order, request.version);
                if !self.push_row(&row, name, bindings) {
                    return;
                }
                if let Some(given) = self.name_of(&row) {
                    any = true;
                    *name = given;
                }
            }
            if !any {
                return;
            }
        }
    }

    fn push_row(&self, row: &Row, asked: &Oid, bindings: &mut Bindings) -> bool {
        match row {
            Row::Recorded(at) => bindings.push(self.varbind(*at)),
            Row::Invented(name, from) => bindings.push_invented(name, from.map(|at| self.varbind(at))),
            Row::End => bindings.push_exception(asked, tag::END_OF_MIB_VIEW),
        }
    }

    fn name_of(&self, row: &Row) -> Option<Oid> {
        match row {
            Row::Recorded(at) => self.names.get(*at).cloned(),
            Row::Invented(name, _) => Some(name.clone()),
            Row::End => None,
        }
    }

    /// The place of the first varbind whose name is greater.
    fn first_after(&self, name: &Oid) -> usize {
        self.names.partition_point(|known| known <= name)
    }

    fn is_visible(&self, at: usize, version: Version) -> bool {
        version != Version::V1 || self.wide.get(at) == Some(&false)
    }

    fn varbind(&self, at: usize) -> &[u8] {
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => self.octets.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether a name without a value belongs to an object the device has, or to none.
    ///
    /// A recording does not say where the object ends and the instance begins. Something recorded in the same column,
    /// or with the same parent, counts as the same object.
    fn missing(&self, name: &Oid) -> u8 {
        let parent = name.arcs().split_last().map(|(_, parent)| parent).unwrap_or_default();
        let object = column_of(name).unwrap_or(parent);
        let known = |prefix: &[u32]| {
            let at = self.names.partition_point(|known| known.arcs() < prefix);
            self.names.get(at).is_some_and(|known| known.arcs().starts_with(prefix))
        };
        if known(object) || known(parent) { tag::NO_SUCH_INSTANCE } else { tag::NO_SUCH_OBJECT }
    }
}

/// Appends to `out` the datagram that refuses `request`.
pub(crate) fn refuse(
    request: &Request,
    request_id: i32,
    error_status: ErrorStatus,
    error_index: i32,
    out: &mut Vec<u8>,
) -> Written {
    // A tooBig of version 2 gives nothing back (RFC 3416 section 4.2.1); all others give back what was asked.
    let empty = error_status == ErrorStatus::TOO_BIG && request.version != Version::V1;
    let bindings = if empty { &[] } else { request.bindings.as_slice() };
    envelope(request, request_id, error_status, error_index).put(out, bindings);
    Written { error_status, varbinds: 0 }
}

const TOO_BIG: Refusal = Refusal { status: ErrorStatus::TOO_BIG, index: 0 };

fn no_such_name(place: usize) -> Refusal {
    Refusal { status: ErrorStatus::NO_SUCH_NAME, index: i32::try_from(place + 1).unwrap_or(i32::MAX) }
}

fn envelope(request: &Request, request_id: i32, error_status: ErrorStatus, error_index: i32) -> Envelope<'_> {
    let numbers = [request_id, error_status.0, error_index];
    Envelope { version: request.version, community: &request.community, pdu_tag: tag::RESPONSE, numbers }
}

impl Bindings {
    /// Appends a varbind if there is room for it.
    fn push(&mut self, varbind: &[u8]) -> bool {
        let room = if self.octets.is_empty() { self.room_for_first } else { self.room };
        if self.octets.len() + varbind.len() > room {
            return false;
        }
        self.octets.extend_from_slice(varbind);
        self.count += 1;
        true
    }

    fn push_exception(&mut self, name: &Oid, exception: u8) -> bool {
        let mut content = Vec::with_capacity(40);
        put_oid(&mut content, name);
        put_header(&mut content, exception, 0);
        self.push_content(&content)
    }

    /// Appends a varbind of this name with the value of another one.
    fn push_invented(&mut self, name: &Oid, model: Option<&[u8]>) -> bool {
        let mut content = Vec::with_capacity(64);
        put_oid(&mut content, name);
        let mut model = Reader::new(model.unwrap_or_default());
        let value = model.varbind().map_or(Value::OctetString(b"invented".to_vec()), |varbind| varbind.value);
        put_value(&mut content, &value);
        self.push_content(&content)
    }

    fn push_content(&mut self, content: &[u8]) -> bool {
        let mut varbind = Vec::with_capacity(element_len(content.len()));
        put_octets(&mut varbind, tag::SEQUENCE, content);
        self.push(&varbind)
    }
}

#[cfg(test)]
mod tests;
