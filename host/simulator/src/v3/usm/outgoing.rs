//! The other direction: the notifications that an engine sends, and what their receivers answer.
//!
//! The sender of a trap is the authoritative engine, with its own id and clock; of an inform the receiver is, and the
//! sender has to find out id and clock first (RFC 3414 section 4).

use std::{sync::Arc, time::Duration};

use secrecy::zeroize::Zeroizing;

use super::{Usm, level_of};
use crate::{
    ber::{BerError, Reader, tag},
    message::{MessageError, Response, put_pdu},
    v3::{
        crypto,
        keys::LocalKeys,
        message::{Data, Message, USM_SECURITY_MODEL},
        seal::{Digest, Level, Sealing},
    },
};

/// An engine at a moment: its id, its boots and its time in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EngineClock {
    pub(crate) id: Arc<[u8]>,
    pub(crate) boots: i32,
    pub(crate) time: i32,
}

/// A message that came back.
pub(crate) struct Opened {
    pub(crate) message_id: i32,
    /// The engine that it names.
    pub(crate) clock: EngineClock,
    /// Whether it is signed with the user's key at that engine.
    pub(crate) is_authentic: bool,
    pub(crate) response: Result<Response, MessageError>,
}

impl Usm {
    /// The engine of an address as it is `now`.
    pub(crate) fn clock(&self, address: usize, now: Duration) -> Option<EngineClock> {
        let engine = self.engines.get(address)?;
        Some(EngineClock { id: Arc::clone(&engine.id), boots: engine.boots, time: engine.time(now) })
    }

    /// Whether there is a user of this name.
    pub(crate) fn knows(&self, user: &str) -> bool {
        self.users.iter().any(|known| known.name == user)
    }

    /// How a message of a user is sealed for the engine that is authoritative for it, at the user's own level.
    pub(crate) fn outgoing(
        &mut self,
        user: &str,
        authority: EngineClock,
        context: (Arc<[u8]>, &str),
        message_id: i32,
    ) -> Option<Sealing> {
        let place = self.users.iter().position(|known| known.name == user)?;
        let level = self.users.get(place)?.level;
        let keys = self.keys(place, &authority.id);
        self.salt += 1;
        Some(Sealing {
            message_id,
            level,
            engine_id: authority.id,
            boots: authority.boots,
            time: authority.time,
            user: user.as_bytes().to_vec(),
            keys,
            context_engine_id: context.0,
            context: context.1.as_bytes().to_vec(),
            salt: self.salt,
            digest: Digest::Right,
            wants_report: false,
            limit: usize::MAX,
        })
    }

    /// The message that asks an engine who it is: without user, engine and varbinds.
    pub(crate) fn probe(message_id: i32, request_id: i32) -> Vec<u8> {
        let nobody: Arc<[u8]> = Arc::default();
        let sealing = Sealing {
            message_id,
            level: Level::NoAuthNoPriv,
            engine_id: Arc::clone(&nobody),
            boots: 0,
            time: 0,
            user: Vec::new(),
            keys: Arc::<LocalKeys>::default(),
            context_engine_id: nobody,
            context: Vec::new(),
            salt: 0,
            digest: Digest::Right,
            wants_report: true,
            limit: usize::MAX,
        };
        let (mut pdu, mut datagram) = (Vec::new(), Vec::new());
        put_pdu(&mut pdu, tag::GET, [request_id, 0, 0], &[]);
        sealing.seal(&pdu, &mut datagram);
        datagram
    }

    /// Reads what came back to a user: verified and decrypted with the keys at the engine that it names.
    pub(crate) fn open(&mut self, datagram: &[u8]) -> Result<Opened, MessageError> {
        let message = Message::read(datagram)?;
        if message.security_model != USM_SECURITY_MODEL {
            return Err(BerError::Integer.into());
        }
        let keys = self.user(&message).map(|(user, _)| self.keys(user, message.engine_id)).unwrap_or_default();
        let is_authentic = is_authentic(&message, &keys);
        let response = open_scoped(&message, &keys);
        let clock = EngineClock { id: Arc::from(message.engine_id), boots: message.boots, time: message.time };
        Ok(Opened { message_id: message.id, clock, is_authentic, response })
    }
}

fn is_authentic(message: &Message<'_>, keys: &LocalKeys) -> bool {
    if level_of(message) == Level::NoAuthNoPriv {
        return false;
    }
    let Some((protocol, key)) = &keys.auth else { return false };
    let [before, behind] = message.around_digest;
    let zeros = vec![0; message.digest.len()];
    crypto::digest(*protocol, key, &[before, &zeros, behind]) == message.digest
}

fn open_scoped(message: &Message<'_>, keys: &LocalKeys) -> Result<Response, MessageError> {
    let content = match message.data {
        Data::Plain(content) => Zeroizing::new(content.to_vec()),
        Data::Encrypted(octets) => {
            let decrypted = keys.privacy.as_ref().and_then(|(protocol, key)| {
                let clock = (message.boots, message.time);
                crypto::decrypt(*protocol, key, clock, message.privacy_parameters, octets)
            });
            let decrypted = Zeroizing::new(decrypted.ok_or(MessageError::Undecryptable)?);
            Zeroizing::new(Reader::new(&decrypted).expect(tag::SEQUENCE)?.to_vec())
        }
    };
    let mut scoped = Reader::new(&content);
    scoped.expect(tag::OCTET_STRING)?;
    let context = scoped.expect(tag::OCTET_STRING)?;
    Response::read_pdu(context, scoped.rest())
}
