//! An answer as it comes together: varbinds as octets, up to the room there is.

use snmp::{Oid, Value};

use super::{Device, Values};
use crate::{
    ber::{Reader, element_len, put_header, put_integer, put_octets, put_oid, put_value, tag},
    message::{ErrorStatus, Request, Version},
};

/// The PDU of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) pdu_tag: u8,
    pub(crate) request_id: i32,
    pub(crate) error_status: ErrorStatus,
    pub(crate) error_index: i32,
    /// The content of its variable-bindings.
    pub(crate) bindings: Vec<u8>,
    /// How many varbinds that is, those of a refusal not counted.
    pub(crate) varbinds: u64,
}

/// How many octets of variable-bindings fit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Capacity {
    /// All of them together.
    pub(crate) all: usize,
    /// The first one. What was recorded, the device could send: a single large value goes out in fragments, or nobody
    /// could ever read it, and a GETBULK would be answered with nothing again and again.
    pub(crate) first: usize,
}

/// The varbinds of an answer as they come together.
pub(super) struct Bindings {
    octets: Vec<u8>,
    count: u64,
    capacity: Capacity,
}

impl Answer {
    pub(super) fn of(request: &Request, bindings: Bindings) -> Self {
        let Bindings { octets, count, .. } = bindings;
        Self { bindings: octets, varbinds: count, ..Self::refusal(request, ErrorStatus::NO_ERROR, 0) }
    }

    /// The answer that refuses `request`.
    pub(crate) fn refusal(request: &Request, error_status: ErrorStatus, error_index: i32) -> Self {
        // A tooBig of version 2 gives nothing back (RFC 3416 section 4.2.1); all others give back what was asked.
        let empty = error_status == ErrorStatus::NO_ERROR
            || error_status == ErrorStatus::TOO_BIG && request.version != Version::V1;
        let bindings = if empty { Vec::new() } else { request.bindings.clone() };
        let (pdu_tag, request_id) = (tag::RESPONSE, request.request_id);
        Self { pdu_tag, request_id, error_status, error_index, bindings, varbinds: 0 }
    }

    /// Request-id, error-status and error-index.
    pub(crate) fn numbers(&self) -> [i32; 3] {
        [self.request_id, self.error_status.0, self.error_index]
    }
}

impl Bindings {
    pub(super) fn new(capacity: Capacity) -> Self {
        Self { octets: Vec::with_capacity(capacity.all), count: 0, capacity }
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Appends a varbind if there is room for it.
    pub(super) fn push(&mut self, varbind: &[u8]) -> bool {
        let capacity = if self.octets.is_empty() { self.capacity.first } else { self.capacity.all };
        if self.octets.len() + varbind.len() > capacity {
            return false;
        }
        self.octets.extend_from_slice(varbind);
        self.count += 1;
        true
    }

    /// Appends the varbind at place `at` with a value as `values` has it.
    pub(super) fn push_as(&mut self, varbind: &[u8], at: usize, values: Values) -> bool {
        if values == Values::Recorded {
            return self.push(varbind);
        }
        match changed(varbind, at, values) {
            Some(content) => self.push_content(&content),
            None => self.push(varbind),
        }
    }

    pub(super) fn push_exception(&mut self, name: &Oid, exception: u8) -> bool {
        let mut content = Vec::with_capacity(40);
        put_oid(&mut content, name);
        put_header(&mut content, exception, 0);
        self.push_content(&content)
    }

    /// Appends a varbind of this name with the value of another one.
    pub(super) fn push_invented(&mut self, name: &Oid, model: Option<&[u8]>) -> bool {
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

/// The content of a varbind with another value; `None` where the value stays.
fn changed(varbind: &[u8], at: usize, values: Values) -> Option<Vec<u8>> {
    let mut reader = Reader::new(Reader::new(varbind).expect(tag::SEQUENCE).ok()?);
    let mut content = Vec::new();
    put_octets(&mut content, tag::OBJECT_IDENTIFIER, reader.expect(tag::OBJECT_IDENTIFIER).ok()?);
    let (recorded, _) = reader.element().ok()?;
    match (values, recorded) {
        (Values::OfOtherTypes, tag::OCTET_STRING) => put_integer(&mut content, i32::try_from(at).unwrap_or(i32::MAX)),
        (Values::OfOtherTypes, _) => put_octets(&mut content, tag::OCTET_STRING, b"not-a-number"),
        (Values::EmptyIntegers, tag::INTEGER) => put_header(&mut content, tag::INTEGER, 0),
        (Values::ShortCounters, tag::COUNTER32) => put_octets(&mut content, tag::COUNTER32, &[0xff, 0xff]),
        (Values::Huge(octets), _) => {
            put_octets(&mut content, tag::OCTET_STRING, &vec![b'H'; octets.min(Device::MAX_OCTETS)]);
        }
        _ => return None,
    }
    Some(content)
}
