//! Making a version 3 message of a PDU: the scoped PDU, its encryption, and the digest over all.

use std::sync::Arc;

use super::{
    crypto,
    keys::LocalKeys,
    message::{USM_SECURITY_MODEL, flag},
};
use crate::{
    ber::{put_header, put_integer, put_octets, tag},
    message::Version,
};

/// Everything of a message but its PDU. Each field may be wrong on purpose.
#[derive(Clone)]
pub(crate) struct Sealing {
    pub(crate) message_id: i32,
    pub(crate) level: Level,
    pub(crate) engine_id: Arc<[u8]>,
    pub(crate) boots: i32,
    pub(crate) time: i32,
    pub(crate) user: Vec<u8>,
    pub(crate) keys: Arc<LocalKeys>,
    pub(crate) context_engine_id: Arc<[u8]>,
    pub(crate) context: Vec<u8>,
    /// A number that no other message of this engine has: the salt of encryption.
    pub(crate) salt: u64,
    pub(crate) digest: Digest,
    /// Whether it wants a report where it is refused. Requests do, answers do not.
    pub(crate) wants_report: bool,
    /// The most octets the whole may have.
    pub(crate) limit: usize,
}

/// The security level of a message, in rising order.
#[expect(clippy::enum_variant_names, reason = "these are their names (RFC 3411 section 3.4.3)")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    NoAuthNoPriv,
    AuthNoPriv,
    AuthPriv,
}

/// What stands where the digest belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Digest {
    /// The digest.
    #[default]
    Right,
    /// The digest, of a message whose last octet is changed afterwards.
    OfAnother,
    /// Nothing.
    Empty,
    /// The first octet of one.
    Cut,
}

impl Sealing {
    /// The most octets of a message that are none of its names, digest and varbinds: headers, numbers, salt and filling.
    const FRAME: usize = 110;

    /// How many octets of variable-bindings fit a message of `limit` octets, at least.
    pub(crate) fn capacity(&self, limit: usize) -> usize {
        let digest = self.keys.auth.as_ref().map_or(0, |(protocol, _)| protocol.digest_len());
        let names = self.engine_id.len() + self.context_engine_id.len() + self.user.len() + self.context.len();
        limit.min(self.limit).saturating_sub(Self::FRAME + names + digest)
    }

    /// Appends the message around `pdu`.
    pub(crate) fn seal(&self, pdu: &[u8], out: &mut Vec<u8>) {
        let mut scoped = Vec::with_capacity(pdu.len() + 64);
        put_octets(&mut scoped, tag::OCTET_STRING, &self.context_engine_id);
        put_octets(&mut scoped, tag::OCTET_STRING, &self.context);
        scoped.extend_from_slice(pdu);
        let mut data = Vec::with_capacity(scoped.len() + 8);
        put_octets(&mut data, tag::SEQUENCE, &scoped);

        let mut salt = Vec::new();
        if self.level == Level::AuthPriv
            && let Some((cipher, key)) = &self.keys.privacy
            && let Some((parameters, octets)) = crypto::encrypt(*cipher, key, (self.boots, self.time), self.salt, &data)
        {
            salt = parameters.to_vec();
            data.clear();
            put_octets(&mut data, tag::OCTET_STRING, &octets);
        }
        let auth = self.keys.auth.as_ref().filter(|_| self.level != Level::NoAuthNoPriv);
        let Some((protocol, key)) = auth else { return self.put(out, &[], &salt, &data) };
        match self.digest {
            Digest::Empty => self.put(out, &[], &salt, &data),
            Digest::Cut => {
                let mut whole = Vec::new();
                self.put(&mut whole, &vec![0; protocol.digest_len()], &salt, &data);
                let digest = crypto::digest(*protocol, key, &[&whole]);
                self.put(out, digest.get(..1).unwrap_or_default(), &salt, &data);
            }
            Digest::Right | Digest::OfAnother => {
                let length = protocol.digest_len();
                let start = out.len();
                self.put(out, &vec![0; length], &salt, &data);
                let message = out.get(start..).unwrap_or_default();
                let digest = crypto::digest(*protocol, key, &[message]);
                // The digest stands right before the privacy parameters, which stand right before the data.
                let behind = length + 2 + salt.len() + data.len();
                let place = out.len().saturating_sub(behind);
                if let Some(field) = out.get_mut(place..place + length) {
                    field.copy_from_slice(&digest);
                }
                if self.digest == Digest::OfAnother
                    && let Some(last) = out.last_mut()
                {
                    *last ^= 1;
                }
            }
        }
    }

    /// Appends the message with this digest and these privacy parameters around `data`.
    fn put(&self, out: &mut Vec<u8>, digest: &[u8], salt: &[u8], data: &[u8]) {
        let mut header = Vec::with_capacity(24);
        put_integer(&mut header, self.message_id);
        put_integer(&mut header, Self::MAX_SIZE);
        let level = match self.level {
            Level::NoAuthNoPriv => 0,
            Level::AuthNoPriv => flag::AUTH,
            Level::AuthPriv => flag::AUTH | flag::PRIV,
        };
        let reportable = if self.wants_report { flag::REPORTABLE } else { 0 };
        put_octets(&mut header, tag::OCTET_STRING, &[level | reportable]);
        put_integer(&mut header, USM_SECURITY_MODEL);

        let mut fields = Vec::with_capacity(128);
        put_octets(&mut fields, tag::OCTET_STRING, &self.engine_id);
        put_integer(&mut fields, self.boots);
        put_integer(&mut fields, self.time);
        put_octets(&mut fields, tag::OCTET_STRING, &self.user);
        put_octets(&mut fields, tag::OCTET_STRING, digest);
        put_octets(&mut fields, tag::OCTET_STRING, salt);
        let mut security = Vec::with_capacity(fields.len() + 4);
        put_octets(&mut security, tag::SEQUENCE, &fields);

        let mut message = Vec::with_capacity(data.len() + security.len() + 40);
        put_integer(&mut message, Version::V3.number());
        put_octets(&mut message, tag::SEQUENCE, &header);
        put_octets(&mut message, tag::OCTET_STRING, &security);
        put_header(out, tag::SEQUENCE, message.len() + data.len());
        out.extend_from_slice(&message);
        out.extend_from_slice(data);
    }

    /// msgMaxSize: what the simulator can take.
    const MAX_SIZE: i32 = 65_507;
}
