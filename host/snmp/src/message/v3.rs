//! The form of a version 3 message (RFC 3412 section 6, RFC 3414 section 2.4): how it is read, and how it is written.
//!
//! What is read here says only what a message claims. Nothing is compared, verified or decrypted.

use std::ops::Range;

use super::{
    constants::{MAX_DATAGRAM, VERSION_3},
    rejection::Rejection,
};
use crate::{
    ber::{DecodeError, Reader, Writer, tag},
    usm::{Keys, SecurityLevel},
};

/// What is in a message of version 3.
#[derive(Clone, Debug)]
pub(super) struct V3Message<'a> {
    /// The message's own octets, which its digest is over.
    pub(super) whole: &'a [u8],
    /// Where in it the digest is.
    pub(super) digest: Range<usize>,
    /// The longest message that the sender takes, in octets (msgMaxSize), as it says.
    pub(super) max_octets: u32,
    /// Whether the receiver may answer with a Report.
    pub(super) reportable: bool,
    pub(super) level: SecurityLevel,
    pub(super) engine_id: &'a [u8],
    pub(super) boots: u32,
    pub(super) time: u32,
    pub(super) user: &'a [u8],
    pub(super) salt: &'a [u8],
    /// A scoped PDU, or what it was encrypted to.
    pub(super) data: &'a [u8],
    /// The same as an element: with its identifier and length.
    pub(super) data_element: &'a [u8],
    /// Where in the message that element begins.
    pub(super) data_start: usize,
}

/// A PDU and the context that it is about.
#[derive(Clone, Debug)]
pub(super) struct ScopedPdu<'a> {
    pub(super) context_engine_id: &'a [u8],
    pub(super) context_name: &'a [u8],
    pub(super) pdu_tag: u8,
    pub(super) pdu: &'a [u8],
}

/// Which numbers of boots and seconds a message may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clocks {
    /// 0 to 2147483647 (RFC 3414 section 2.4).
    Allowed,
    /// Any: of a number that is not allowed the last 32 bits count, which is what ciphers take of it.
    Any,
}

/// What is written around a scoped PDU.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'a> {
    pub(super) id: i32,
    /// Whether the receiver may answer with a Report: it may where the PDU is a request.
    pub(super) reportable: bool,
    pub(super) engine_id: &'a [u8],
    pub(super) boots: u32,
    pub(super) time: u32,
    pub(super) user: &'a [u8],
}

/// Octets that some agents have behind a scoped PDU that was encrypted: a block more than needed (pysnmp, Cisco).
/// With more the text is taken for garbage.
const MAX_PADDING_OCTETS: usize = 8;

/// The User-based Security Model (RFC 3411, SnmpSecurityModel).
const USM: i32 = 3;

const AUTH_FLAG: u8 = 1;
const PRIV_FLAG: u8 = 2;
const REPORTABLE_FLAG: u8 = 4;

impl<'a> V3Message<'a> {
    /// Reads what is behind the version; returns the msgID, too.
    pub(super) fn read(whole: &'a [u8], mut message: Reader<'a>, clocks: Clocks) -> Result<(i32, Self), Rejection> {
        let mut global = Reader::new(message.expect(tag::SEQUENCE)?);
        let id = global.integer()?;
        // msgMaxSize: agents say anything here; what is no number of ours is as good as no bound.
        let max_octets = match global.expect(tag::INTEGER)? {
            octets @ [first, ..] if octets.len() <= 4 && first & 0x80 == 0 => {
                octets.iter().fold(0, |number, octet| number << 8 | u32::from(*octet))
            }
            _ => u32::MAX,
        };
        let (level, reportable) = match global.expect(tag::OCTET_STRING)? {
            [flags] => (level(*flags).ok_or(Rejection::Flags)?, flags & REPORTABLE_FLAG != 0),
            _ => return Err(Rejection::Flags),
        };
        let model = global.integer()?;
        if model != USM {
            return Err(Rejection::SecurityModel(model));
        }
        let parameters = message.expect(tag::OCTET_STRING)?;
        // Where something ends follows from how much is left behind it.
        let parameters_end = whole.len() - message.octets_left();
        let mut outer = Reader::new(parameters);
        let mut fields = Reader::new(outer.expect(tag::SEQUENCE)?);
        let fields_end = parameters_end - outer.octets_left();
        let engine_id = fields.expect(tag::OCTET_STRING)?;
        let (boots, time) = (clocks.read(&mut fields)?, clocks.read(&mut fields)?);
        let user = fields.expect(tag::OCTET_STRING)?;
        let digest_octets = fields.expect(tag::OCTET_STRING)?.len();
        let digest_end = fields_end - fields.octets_left();
        let digest = digest_end - digest_octets..digest_end;
        let salt = fields.expect(tag::OCTET_STRING)?;
        let is_encrypted = level == SecurityLevel::AuthPriv;
        let data_start = whole.len() - message.octets_left();
        let data = message.expect(if is_encrypted { tag::OCTET_STRING } else { tag::SEQUENCE })?;
        let data_element = whole.get(data_start..whole.len() - message.octets_left()).unwrap_or_default();
        let message = Self {
            whole,
            digest,
            max_octets,
            reportable,
            level,
            engine_id,
            boots,
            time,
            user,
            salt,
            data,
            data_element,
            data_start,
        };
        Ok((id, message))
    }
}

impl Clocks {
    fn read(self, fields: &mut Reader<'_>) -> Result<u32, DecodeError> {
        match self {
            Self::Allowed => fields.natural(),
            Self::Any => {
                let content = fields.expect(tag::INTEGER)?;
                let sign = if content.first().is_some_and(|first| first & 0x80 != 0) { u32::MAX } else { 0 };
                Ok(content.iter().fold(sign, |number, octet| number << 8 | u32::from(*octet)))
            }
        }
    }
}

impl<'a> ScopedPdu<'a> {
    /// Reads what is in the SEQUENCE.
    pub(super) fn read(content: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(content);
        let context_engine_id = reader.expect(tag::OCTET_STRING)?;
        let context_name = reader.expect(tag::OCTET_STRING)?;
        let (pdu_tag, pdu) = reader.element()?;
        Ok(Self { context_engine_id, context_name, pdu_tag, pdu })
    }

    /// Reads what was decrypted: the SEQUENCE, and perhaps padding.
    pub(super) fn read_decrypted(text: &'a [u8]) -> Result<Self, Rejection> {
        let mut reader = Reader::new(text);
        let content = reader.expect(tag::SEQUENCE).map_err(|_| Rejection::Decryption)?;
        if reader.octets_left() > MAX_PADDING_OCTETS {
            return Err(Rejection::Decryption);
        }
        Ok(Self::read(content)?)
    }
}

/// Writes a message: signed and encrypted as far as there are keys.
pub(super) fn write(
    header: &Header<'_>,
    keys: &Keys,
    capacity: usize,
    scoped_pdu: impl FnOnce(&mut Writer),
) -> Vec<u8> {
    write_at(keys.level(), header, keys, capacity, scoped_pdu)
}

/// Writes a message: signed and encrypted as far as there are keys, and no further than the level says.
pub(super) fn write_at(
    level: SecurityLevel,
    header: &Header<'_>,
    keys: &Keys,
    capacity: usize,
    scoped_pdu: impl FnOnce(&mut Writer),
) -> Vec<u8> {
    let Header { id, reportable, engine_id, boots, time, user } = *header;
    let level = level.min(keys.level());
    let authenticator = keys.authenticator().filter(|_| level >= SecurityLevel::AuthNoPriv);
    let cipher = keys.cipher().filter(|_| level >= SecurityLevel::AuthPriv);
    let digest_octets = authenticator.map_or(0, |authenticator| authenticator.digest_octets());
    let mut digest_to_end = 0;
    let mut writer = Writer::with_capacity(capacity);
    writer.constructed(tag::SEQUENCE, |writer| {
        let mut salt = None;
        match cipher {
            None => scoped_pdu(writer),
            Some(cipher) => {
                let encrypt = |text: &mut [u8]| salt = Some(cipher.encrypt(boots, time, text));
                writer.changed_octets(tag::OCTET_STRING, cipher.block_octets(), scoped_pdu, encrypt);
            }
        }
        writer.constructed(tag::OCTET_STRING, |writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                writer.octets(tag::OCTET_STRING, salt.as_ref().map_or(&[], |salt| salt.as_slice()));
                let digest_end = writer.octets_written();
                writer.octets(tag::OCTET_STRING, [0; 48].get(..digest_octets).unwrap_or_default());
                digest_to_end = digest_end + digest_octets;
                writer.octets(tag::OCTET_STRING, user);
                writer.integer(tag::INTEGER, i64::from(time));
                writer.integer(tag::INTEGER, i64::from(boots));
                writer.octets(tag::OCTET_STRING, engine_id);
            });
        });
        writer.constructed(tag::SEQUENCE, |writer| {
            writer.integer(tag::INTEGER, i64::from(USM));
            writer.octets(tag::OCTET_STRING, &[flags(level, reportable)]);
            // What the largest datagram holds is what we take (msgMaxSize).
            writer.integer(tag::INTEGER, MAX_DATAGRAM as i64);
            writer.integer(tag::INTEGER, i64::from(id));
        });
        writer.integer(tag::INTEGER, i64::from(VERSION_3));
    });
    let mut message = writer.finish();
    if let Some(authenticator) = authenticator {
        let start = message.len() - digest_to_end;
        authenticator.sign(&mut message, start..start + digest_octets);
    }
    message
}

/// Writes a scoped PDU around a PDU.
pub(super) fn write_scoped_pdu(
    context_engine_id: &[u8],
    context_name: &[u8],
    writer: &mut Writer,
    pdu: impl FnOnce(&mut Writer),
) {
    writer.constructed(tag::SEQUENCE, |writer| {
        pdu(writer);
        writer.octets(tag::OCTET_STRING, context_name);
        writer.octets(tag::OCTET_STRING, context_engine_id);
    });
}

/// RFC 3412 section 7.2 (5); other bits mean nothing.
fn level(flags: u8) -> Option<SecurityLevel> {
    match (flags & AUTH_FLAG != 0, flags & PRIV_FLAG != 0) {
        (false, false) => Some(SecurityLevel::NoAuthNoPriv),
        (true, false) => Some(SecurityLevel::AuthNoPriv),
        (true, true) => Some(SecurityLevel::AuthPriv),
        (false, true) => None,
    }
}

fn flags(level: SecurityLevel, reportable: bool) -> u8 {
    let level = match level {
        SecurityLevel::NoAuthNoPriv => 0,
        SecurityLevel::AuthNoPriv => AUTH_FLAG,
        SecurityLevel::AuthPriv => AUTH_FLAG | PRIV_FLAG,
    };
    if reportable { level | REPORTABLE_FLAG } else { level }
}
