//! Protocol data units of a client (RFC 3416 section 3): requests are written, responses are read.
//!
//! Pure, and the same in every version of SNMP; what is around a PDU is the work of `message`.

use std::fmt;

use crate::{
    Oid, Varbind,
    ber::{DecodeError, Reader, Writer, tag},
};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// How it is asked.
    pub kind: RequestKind,
    /// The names asked for, or after which.
    pub names: Vec<Oid>,
}

/// How something is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// The values of these names.
    Get,
    /// What follows these names.
    GetNext,
    /// What follows these names, and what follows that.
    GetBulk {
        /// How many times at most.
        max_repetitions: u16,
    },
}

impl RequestKind {
    /// Whether it is a GETBULK, which not every agent has.
    #[must_use]
    pub fn is_bulk(self) -> bool {
        matches!(self, Self::GetBulk { .. })
    }
}

/// What an agent answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The id of the request it is for.
    pub request_id: i32,
    /// Whether and why the request failed.
    pub error_status: ErrorStatus,
    /// The place of the varbind at fault, counted from 1, as the agent says; may be any number.
    pub error_index: i32,
    /// The answer; empty where the request failed, since its varbinds mean nothing then (RFC 3416 section 4.2.4).
    pub varbinds: Vec<Varbind>,
}

/// An error-status; may be a number that no RFC defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorStatus(pub i32);

impl Request {
    /// What to ask an agent whose engine id is not known: nothing (RFC 3414 section 4).
    #[must_use]
    pub fn discovery() -> Self {
        Self { kind: RequestKind::Get, names: Vec::new() }
    }

    /// What a request's PDU will take, if its arcs take an octet each as most do.
    pub(crate) fn probable_octets(&self) -> usize {
        self.names.iter().map(|name| name.arcs().len() + 8).sum::<usize>() + 40
    }

    /// Writes the PDU.
    pub fn write(&self, id: i32, writer: &mut Writer) {
        let (tag, max_repetitions) = match self.kind {
            RequestKind::Get => (tag::GET_REQUEST, 0),
            RequestKind::GetNext => (tag::GET_NEXT_REQUEST, 0),
            RequestKind::GetBulk { max_repetitions } => (tag::GET_BULK_REQUEST, max_repetitions),
        };
        writer.constructed(tag, |writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                for name in self.names.iter().rev() {
                    writer.unspecified(name);
                }
            });
            // The place of error-index; that of error-status is non-repeaters, which we never use.
            writer.integer(tag::INTEGER, i64::from(max_repetitions));
            writer.integer(tag::INTEGER, 0);
            writer.integer(tag::INTEGER, i64::from(id));
        });
    }

    /// The first name that BER cannot express: only 0 to 2 may head an OID, and 0 and 1 only 40 arcs.
    #[must_use]
    pub fn unwritable(&self) -> Option<&Oid> {
        self.names.iter().find(|name| !name.is_writable())
    }
}

impl Oid {
    /// Whether BER can express it: only 0 to 2 may head an OID, and 0 and 1 only 40 arcs (X.690 section 8.19.4).
    pub(crate) fn is_writable(&self) -> bool {
        match self.arcs() {
            [0 | 1, second, ..] => *second < 40,
            [first, ..] => *first <= 2,
            [] => true,
        }
    }
}

impl Response {
    /// Reads the content of a Response-PDU. Octets behind the varbinds are ignored.
    pub fn read(content: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(content);
        let request_id = reader.integer()?;
        let error_status = ErrorStatus(reader.integer()?);
        let error_index = reader.integer()?;
        let mut varbinds = Vec::new();
        if error_status == ErrorStatus::NO_ERROR {
            let list = reader.expect(tag::SEQUENCE)?;
            // What a varbind of a typical table takes; one more allocation where it is less.
            varbinds.reserve(list.len() / 18 + 1);
            let mut list = Reader::new(list);
            while !list.is_empty() {
                varbinds.push(list.varbind()?);
            }
        }
        Ok(Self { request_id, error_status, error_index, varbinds })
    }
}

impl ErrorStatus {
    /// No error.
    pub const NO_ERROR: Self = Self(0);
    /// The answer would be too big for one message.
    pub const TOO_BIG: Self = Self(1);
    /// There is no such name (version 1).
    pub const NO_SUCH_NAME: Self = Self(2);
    /// The agent cannot say why.
    pub const GEN_ERR: Self = Self(5);
    /// The agent lacks what it needs to answer, just now (RFC 3416 section 4.2).
    pub const RESOURCE_UNAVAILABLE: Self = Self(13);
    /// The credentials may not do this.
    pub const AUTHORIZATION_ERROR: Self = Self(16);
}

impl fmt::Display for ErrorStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            0 => "noError",
            1 => "tooBig",
            2 => "noSuchName",
            3 => "badValue",
            4 => "readOnly",
            5 => "genErr",
            6 => "noAccess",
            7 => "wrongType",
            8 => "wrongLength",
            9 => "wrongEncoding",
            10 => "wrongValue",
            11 => "noCreation",
            12 => "inconsistentValue",
            13 => "resourceUnavailable",
            14 => "commitFailed",
            15 => "undoFailed",
            16 => "authorizationError",
            17 => "notWritable",
            18 => "inconsistentName",
            other => return write!(f, "error-status {other}"),
        };
        f.write_str(name)
    }
}
