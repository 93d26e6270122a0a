//! Requests as an agent reads them and responses as it writes them: the PDUs, and the messages of version 1 and 2c.
//!
//! Both are plain values: a test can read what a client asked, and write an answer that no honest agent would give.
//! The community of a request is the key to a simulated device; it stays out of `Debug`, since a client that was
//! pointed at the wrong port may have sent a real one.

use std::fmt;

use snmp::{Oid, Varbind};

use crate::ber::{BerError, Reader, element_len, integer_len, put_header, put_integer, put_octets, put_varbind, tag};

/// The version of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// SNMPv1 (RFC 1157).
    V1,
    /// SNMPv2c (RFC 1901).
    V2c,
    /// SNMPv3 (RFC 3412). Its messages are made of more than a request says: see [`Request::encode`].
    V3,
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// GetRequest.
    Get,
    /// GetNextRequest.
    GetNext,
    /// GetBulkRequest.
    GetBulk,
    /// SetRequest.
    Set,
}

/// The error-status of a response (RFC 3416 section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ErrorStatus(pub i32);

impl ErrorStatus {
    /// No error.
    pub const NO_ERROR: Self = Self(0);
    /// The answer does not fit a message.
    pub const TOO_BIG: Self = Self(1);
    /// Version 1: there is no such variable, or none after it.
    pub const NO_SUCH_NAME: Self = Self(2);
    /// Something failed that has no better name.
    pub const GEN_ERR: Self = Self(5);
    /// The user may not ask this, or not at this security level.
    pub const AUTHORIZATION_ERROR: Self = Self(16);
    /// The variable cannot be set.
    pub const NOT_WRITABLE: Self = Self(17);
}

/// A request, as it came off the wire.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The version of its message.
    pub version: Version,
    /// The community of its message, or its contextName in version 3.
    pub community: Vec<u8>,
    /// What it asks for.
    pub operation: Operation,
    /// Its request-id.
    pub request_id: i32,
    /// Its non-repeaters (GETBULK) or error-status.
    pub non_repeaters: i32,
    /// Its max-repetitions (GETBULK) or error-index.
    pub max_repetitions: i32,
    /// The names it asks for, in order.
    pub names: Vec<Oid>,
    /// The content of its variable-bindings, for answers that give them back.
    pub(crate) bindings: Vec<u8>,
}

/// A response, before it goes onto the wire. Every field may be wrong on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The version of its message.
    pub version: Version,
    /// The community of its message, or its contextName in version 3.
    pub community: Vec<u8>,
    /// The identifier octet of its PDU: 0xa2 for a response.
    pub pdu_tag: u8,
    /// Its request-id.
    pub request_id: i32,
    /// Its error-status.
    pub error_status: ErrorStatus,
    /// Its error-index.
    pub error_index: i32,
    /// Its names and values.
    pub varbinds: Vec<Varbind>,
}

/// Why a datagram is not a message that an agent answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It is not the BER of a message.
    #[error("malformed message")]
    Ber(#[from] BerError),
    /// A version other than 1 and 2c.
    #[error("unsupported SNMP version (field {0})")]
    Version(i32),
    /// A PDU that is not what was looked for, or does not exist in the message's version.
    #[error("a PDU of tag {0:#04x} is not expected here")]
    Pdu(u8),
    /// A scoped PDU of version 3 for which there is no key.
    #[error("the scoped PDU cannot be decrypted")]
    Undecryptable,
}

impl Request {
    /// Reads a request of version 1 or 2c from a datagram. Octets after the message are ignored.
    pub fn read(datagram: &[u8]) -> Result<Self, MessageError> {
        let (version, community, pdu_tag, pdu) = open(datagram)?;
        read_request(version, community, pdu_tag, pdu)
    }

    /// Writes a request: what a client would send. In version 3 that is the PDU alone, as the message around it is not
    /// made without a user and an engine.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bindings = Vec::new();
        for name in &self.names {
            put_varbind(&mut bindings, &Varbind { name: name.clone(), value: snmp::Value::Null });
        }
        let envelope = Envelope {
            version: self.version,
            community: &self.community,
            pdu_tag: match self.operation {
                Operation::Get => tag::GET,
                Operation::GetNext => tag::GET_NEXT,
                Operation::GetBulk => tag::GET_BULK,
                Operation::Set => tag::SET,
            },
            numbers: [self.request_id, self.non_repeaters, self.max_repetitions],
        };
        let mut out = Vec::new();
        envelope.put(&mut out, &bindings);
        out
    }

    /// Returns the answer without error that carries `varbinds`.
    #[must_use]
    pub fn respond(&self, varbinds: Vec<Varbind>) -> Response {
        Response {
            version: self.version,
            community: self.community.clone(),
            pdu_tag: tag::RESPONSE,
            request_id: self.request_id,
            error_status: ErrorStatus::NO_ERROR,
            error_index: 0,
            varbinds,
        }
    }

    /// Returns the answer that refuses the request, its names given back with NULL values.
    #[must_use]
    pub fn refuse(&self, error_status: ErrorStatus, error_index: i32) -> Response {
        let null = |name: &Oid| Varbind { name: name.clone(), value: snmp::Value::Null };
        Response { error_status, error_index, ..self.respond(self.names.iter().map(null).collect()) }
    }
}

impl Response {
    /// Reads a response of version 1 or 2c from a datagram. Octets after the message are ignored.
    pub fn read(datagram: &[u8]) -> Result<Self, MessageError> {
        let (version, community, pdu_tag, pdu) = open(datagram)?;
        Self::read_content(version, community, pdu_tag, pdu)
    }

    /// Reads the PDU of a response of version 3, as [`Response::encode`] writes it.
    pub(crate) fn read_pdu(context: &[u8], pdu: &[u8]) -> Result<Self, MessageError> {
        let (pdu_tag, content) = Reader::new(pdu).element()?;
        Self::read_content(Version::V3, context, pdu_tag, Reader::new(content))
    }

    fn read_content(
        version: Version,
        community: &[u8],
        pdu_tag: u8,
        mut pdu: Reader<'_>,
    ) -> Result<Self, MessageError> {
        let request_id = pdu.integer()?;
        let error_status = ErrorStatus(pdu.integer()?);
        let error_index = pdu.integer()?;
        let mut varbinds = Vec::new();
        let mut reader = Reader::new(pdu.expect(tag::SEQUENCE)?);
        while !reader.is_empty() {
            varbinds.push(reader.varbind()?);
        }
        let community = community.to_vec();
        Ok(Self { version, community, pdu_tag, request_id, error_status, error_index, varbinds })
    }

    /// Writes the datagram; in version 3 the PDU alone.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bindings = Vec::new();
        for varbind in &self.varbinds {
            put_varbind(&mut bindings, varbind);
        }
        let envelope = Envelope {
            version: self.version,
            community: &self.community,
            pdu_tag: self.pdu_tag,
            numbers: [self.request_id, self.error_status.0, self.error_index],
        };
        let mut out = Vec::new();
        envelope.put(&mut out, &bindings);
        out
    }
}

/// Everything of a message but its variable-bindings.
#[derive(Clone, Copy)]
pub(crate) struct Envelope<'a> {
    pub(crate) version: Version,
    pub(crate) community: &'a [u8],
    pub(crate) pdu_tag: u8,
    /// Request-id, then error-status and error-index or their GETBULK namesakes.
    pub(crate) numbers: [i32; 3],
}

impl Envelope<'_> {
    /// Appends the whole message around the content of its variable-bindings; of version 3 the PDU alone.
    pub(crate) fn put(&self, out: &mut Vec<u8>, bindings: &[u8]) {
        if self.version != Version::V3 {
            put_header(out, tag::SEQUENCE, self.message_content_len(bindings.len()));
            put_integer(out, self.version.number());
            put_octets(out, tag::OCTET_STRING, self.community);
        }
        put_pdu(out, self.pdu_tag, self.numbers, bindings);
    }

    /// How many octets of variable-bindings fit a message of `limit` octets.
    pub(crate) fn capacity(&self, limit: usize) -> usize {
        let whole = |bindings| element_len(self.message_content_len(bindings));
        let mut capacity = limit.saturating_sub(whole(0));
        // What is left to find are the length octets that grow with the content: at most four in each of three headers.
        while capacity > 0 && whole(capacity) > limit {
            capacity -= 1;
        }
        capacity
    }

    fn message_content_len(&self, bindings: usize) -> usize {
        integer_len(self.version.number())
            + element_len(self.community.len())
            + element_len(self.pdu_content_len(bindings))
    }

    fn pdu_content_len(&self, bindings: usize) -> usize {
        pdu_content_len(self.numbers, bindings)
    }
}

/// Appends a PDU around the content of its variable-bindings.
pub(crate) fn put_pdu(out: &mut Vec<u8>, pdu_tag: u8, numbers: [i32; 3], bindings: &[u8]) {
    put_header(out, pdu_tag, pdu_content_len(numbers, bindings.len()));
    for number in numbers {
        put_integer(out, number);
    }
    put_octets(out, tag::SEQUENCE, bindings);
}

fn pdu_content_len(numbers: [i32; 3], bindings: usize) -> usize {
    numbers.iter().map(|number| integer_len(*number)).sum::<usize>() + element_len(bindings)
}

/// Reads the PDU of a request.
pub(crate) fn read_request(
    version: Version,
    community: &[u8],
    pdu_tag: u8,
    mut pdu: Reader<'_>,
) -> Result<Request, MessageError> {
    let operation = match (pdu_tag, version) {
        (tag::GET, _) => Operation::Get,
        (tag::GET_NEXT, _) => Operation::GetNext,
        (tag::SET, _) => Operation::Set,
        (tag::GET_BULK, Version::V2c | Version::V3) => Operation::GetBulk,
        (other, _) => return Err(MessageError::Pdu(other)),
    };
    let request_id = pdu.integer()?;
    let non_repeaters = pdu.integer()?;
    let max_repetitions = pdu.integer()?;
    let bindings = pdu.expect(tag::SEQUENCE)?;
    let mut names = Vec::new();
    let mut reader = Reader::new(bindings);
    while !reader.is_empty() {
        names.push(Reader::new(reader.expect(tag::SEQUENCE)?).oid()?);
    }
    let (community, bindings) = (community.to_vec(), bindings.to_vec());
    Ok(Request { version, community, operation, request_id, non_repeaters, max_repetitions, names, bindings })
}

impl Version {
    pub(crate) fn number(self) -> i32 {
        match self {
            Self::V1 => 0,
            Self::V2c => 1,
            Self::V3 => 3,
        }
    }
}

/// Opens a message: version, community, and the PDU's tag and content.
fn open(datagram: &[u8]) -> Result<(Version, &[u8], u8, Reader<'_>), MessageError> {
    let mut message = Reader::new(Reader::new(datagram).expect(tag::SEQUENCE)?);
    let version = match message.integer()? {
        0 => Version::V1,
        1 => Version::V2c,
        other => return Err(MessageError::Version(other)),
    };
    let community = message.expect(tag::OCTET_STRING)?;
    let (pdu_tag, pdu) = message.element()?;
    Ok((version, community, pdu_tag, Reader::new(pdu)))
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("version", &self.version)
            .field("operation", &self.operation)
            .field("request_id", &self.request_id)
            .field("non_repeaters", &self.non_repeaters)
            .field("max_repetitions", &self.max_repetitions)
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("version", &self.version)
            .field("pdu_tag", &self.pdu_tag)
            .field("request_id", &self.request_id)
            .field("error_status", &self.error_status)
            .field("error_index", &self.error_index)
            .field("varbinds", &self.varbinds)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
