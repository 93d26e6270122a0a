//! A version 3 message as it came off the wire, before anybody believes it.

use crate::{
    ber::{BerError, Reader, tag},
    message::{MessageError, Operation, Request, Version, read_request},
};

/// The User-based Security Model among the security models (RFC 3411, SnmpSecurityModel).
pub(super) const USM_SECURITY_MODEL: i32 = 3;

/// The parts of a message (RFC 3412 section 6, RFC 3414 section 2.4), borrowed from its datagram.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    pub(super) id: i32,
    /// The most octets that who asked can take.
    pub(super) max_size: i32,
    pub(super) flags: u8,
    pub(super) security_model: i32,
    pub(super) engine_id: &'a [u8],
    pub(super) boots: i32,
    pub(super) time: i32,
    pub(super) user: &'a [u8],
    pub(super) digest: &'a [u8],
    pub(super) privacy_parameters: &'a [u8],
    pub(super) data: Data<'a>,
    /// The datagram before and behind the digest.
    pub(super) around_digest: [&'a [u8]; 2],
}

/// msgData.
#[derive(Debug)]
pub(super) enum Data<'a> {
    /// The content of a scoped PDU.
    Plain(&'a [u8]),
    /// The octets of an encrypted one.
    Encrypted(&'a [u8]),
}

/// A scoped PDU that holds a request.
#[derive(Clone, Debug)]
pub(crate) struct Scoped {
    pub(super) engine_id: Vec<u8>,
    /// The request; its community is the contextName.
    pub(crate) request: Request,
}

/// The bits of msgFlags (RFC 3412 section 6.4).
pub(super) mod flag {
    pub(in crate::v3) const AUTH: u8 = 1;
    pub(in crate::v3) const PRIV: u8 = 2;
    pub(in crate::v3) const REPORTABLE: u8 = 4;
}

impl<'a> Message<'a> {
    /// Reads the message of a datagram.
    pub(crate) fn read(datagram: &'a [u8]) -> Result<Self, MessageError> {
        let mut message = Reader::new(Reader::new(datagram).expect(tag::SEQUENCE)?);
        let version = message.integer()?;
        if version != Version::V3.number() {
            return Err(MessageError::Version(version));
        }
        let mut header = Reader::new(message.expect(tag::SEQUENCE)?);
        let id = header.integer()?;
        let max_size = header.integer()?;
        let flags = match header.expect(tag::OCTET_STRING)? {
            [flags] => *flags,
            _ => return Err(BerError::Truncated.into()),
        };
        let security_model = header.integer()?;
        let mut security = Reader::new(Reader::new(message.expect(tag::OCTET_STRING)?).expect(tag::SEQUENCE)?);
        let engine_id = security.expect(tag::OCTET_STRING)?;
        let boots = security.integer()?;
        let time = security.integer()?;
        let user = security.expect(tag::OCTET_STRING)?;
        let digest = security.expect(tag::OCTET_STRING)?;
        let privacy_parameters = security.expect(tag::OCTET_STRING)?;
        let data = match message.element()? {
            (tag::SEQUENCE, content) => Data::Plain(content),
            (tag::OCTET_STRING, content) => Data::Encrypted(content),
            (other, _) => return Err(MessageError::Pdu(other)),
        };
        // RFC 3412 section 6: both numbers have a lower bound.
        if id < 0 || max_size < 484 {
            return Err(BerError::Integer.into());
        }
        let start = digest.as_ptr().addr() - datagram.as_ptr().addr();
        let (before, from_digest) = datagram.split_at_checked(start).ok_or(BerError::Truncated)?;
        let behind = from_digest.get(digest.len()..).ok_or(BerError::Truncated)?;
        let around_digest = [before, behind];
        Ok(Self {
            id,
            max_size,
            flags,
            security_model,
            engine_id,
            boots,
            time,
            user,
            digest,
            privacy_parameters,
            data,
            around_digest,
        })
    }

    /// Whether a report may be sent about it.
    pub(crate) fn is_reportable(&self) -> bool {
        self.has(flag::REPORTABLE)
    }

    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

impl Scoped {
    /// Reads the content of a scoped PDU.
    pub(super) fn read(content: &[u8]) -> Result<Self, MessageError> {
        let mut reader = Reader::new(content);
        let engine_id = reader.expect(tag::OCTET_STRING)?.to_vec();
        let context = reader.expect(tag::OCTET_STRING)?;
        let (pdu_tag, pdu) = reader.element()?;
        let request = read_request(Version::V3, context, pdu_tag, Reader::new(pdu))?;
        Ok(Self { engine_id, request })
    }

    /// Reads what was decrypted: a whole scoped PDU, and perhaps octets that filled a block.
    pub(super) fn read_decrypted(octets: &[u8]) -> Result<Self, MessageError> {
        Self::read(Reader::new(octets).expect(tag::SEQUENCE)?)
    }

    /// Stands for a request that could not be read, so that a report about it can be lost or late as any answer.
    pub(crate) fn unreadable() -> Request {
        Request {
            version: Version::V3,
            community: Vec::new(),
            operation: Operation::Get,
            request_id: 0,
            non_repeaters: 0,
            max_repetitions: 0,
            names: Vec::new(),
            bindings: Vec::new(),
        }
    }
}
