//! What a user and an engine say to each other in version 3, and what of it is to be believed.
//!
//! The checks are those of RFC 3412 section 7.2 and RFC 3414 section 3.2, in their order, each with words of its own.
//! A Report may come less secure than its request, since an agent that cannot verify cannot sign: unsigned it is kept
//! as a hint and proves nothing; signed it is as good as an answer. The clock moves last, when nothing is left that
//! could be wrong, so that not even our own request thrown back at us can set it.

use std::{sync::Arc, time::Instant};

use super::{
    opened::{DiscoveredEngine, Opened},
    rejection::Rejection,
    v3::{self, Header, ScopedPdu, V3Message},
};
use crate::{
    ber::{DecodeError, Reader, Writer, tag},
    pdu::{Request, Response},
    usm::{Clock, Context, EngineId, Keys, Report, SecurityLevel, TimeWindowError, User},
};

/// A user at an engine: everything that a message between them needs. Cheap to clone; the clones share the clock.
#[derive(Clone, Debug)]
pub struct Association {
    user: Arc<str>,
    context_name: Arc<str>,
    context_engine_id: EngineId,
    engine_id: EngineId,
    keys: Arc<Keys>,
    clock: Arc<Clock>,
}

impl Association {
    /// Connects a user with an engine: `keys` are the user's at that engine, from a [`crate::usm::KeyCache`], and
    /// `clock` is the engine's at the address that is asked.
    #[must_use]
    pub fn new(user: &User, context: &Context, engine_id: EngineId, keys: Arc<Keys>, clock: Arc<Clock>) -> Self {
        Self {
            user: user.name().into(),
            context_name: Arc::clone(&context.name),
            context_engine_id: context.engine_id.clone().unwrap_or_else(|| engine_id.clone()),
            engine_id,
            keys,
            clock,
        }
    }

    /// The engine.
    #[must_use]
    pub fn engine_id(&self) -> &EngineId {
        &self.engine_id
    }

    /// The engine's clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<Clock> {
        &self.clock
    }

    /// Writes a request.
    pub(super) fn seal(&self, id: i32, request: &Request, now: Instant) -> Vec<u8> {
        self.seal_pdu(id, request.probable_octets(), now, |writer| request.write(id, writer))
    }

    /// Writes any PDU that wants an answer.
    pub(super) fn seal_pdu(&self, id: i32, octets: usize, now: Instant, pdu: impl FnOnce(&mut Writer)) -> Vec<u8> {
        // Without a signature the time means nothing, and is zero (RFC 3414 section 3.1 (6)).
        let is_signed = self.keys.level() > SecurityLevel::NoAuthNoPriv;
        let (boots, time) = if is_signed { self.clock.read(now) } else { (0, 0) };
        let (engine_id, user) = (self.engine_id.octets(), self.user.as_bytes());
        let header = Header { id, reportable: true, engine_id, boots, time, user };
        v3::write(&header, &self.keys, octets + MAX_AROUND_A_PDU, |writer| {
            v3::write_scoped_pdu(self.context_engine_id.octets(), self.context_name.as_bytes(), writer, pdu);
        })
    }

    /// Reads an answer.
    pub(super) fn open(&self, message: &V3Message<'_>, id: i32, now: Instant) -> Result<Opened, Rejection> {
        // The agent may have another engine id by now, or not know the user: whose Report it is does not matter here.
        if let Some(report) = unsigned_report(message)? {
            return Err(Rejection::Report(report));
        }
        if message.engine_id != self.engine_id.octets() {
            return Err(Rejection::EngineId);
        }
        if message.user != self.user.as_bytes() {
            return Err(Rejection::User);
        }
        self.check_level(message)?;
        let mut timely = Ok(());
        if let Some(authenticator) = self.keys.authenticator() {
            if !authenticator.verify(message.whole, message.digest.clone()) {
                return Err(Rejection::Digest);
            }
            timely = self.clock.judge(message.boots, message.time, now);
        }
        let mut text = Vec::new();
        let scoped_pdu = self.scoped_pdu(message, &mut text);
        if let Err(untimely) = timely {
            // Only the agent itself can have signed a Report for a request that was just made.
            let is_report = scoped_pdu.is_ok_and(|scoped_pdu| read_report(&scoped_pdu) == Ok(Report::NotInTimeWindow));
            let went_back = is_report && untimely != TimeWindowError::Latched;
            return if went_back { Ok(Opened::ClockWentBack) } else { Err(Rejection::TimeWindowError(untimely)) };
        }
        let scoped_pdu = scoped_pdu?;
        let opened = match scoped_pdu.pdu_tag {
            tag::REPORT => Opened::Report(read_report(&scoped_pdu)?),
            tag::RESPONSE => {
                if self.keys.authenticator().is_some() {
                    self.clock.judge_answer(message.boots).map_err(Rejection::TimeWindowError)?;
                }
                Opened::Response(self.response(&scoped_pdu, id)?)
            }
            other => return Err(Rejection::PduType(other)),
        };
        if self.keys.authenticator().is_some() {
            self.clock.adopt(message.boots, message.time, now);
        }
        Ok(opened)
    }

    /// An answer is as secure as its request. A Report need not be encrypted (RFC 3414 section 3.2 (7)(a)).
    fn check_level(&self, message: &V3Message<'_>) -> Result<(), Rejection> {
        let (found, expected) = (message.level, self.keys.level());
        let is_plain_report = || ScopedPdu::read(message.data).is_ok_and(|scoped| scoped.pdu_tag == tag::REPORT);
        let is_signed = expected == SecurityLevel::AuthPriv && found == SecurityLevel::AuthNoPriv;
        if found == expected || (is_signed && is_plain_report()) {
            return Ok(());
        }
        Err(Rejection::Level { found, expected })
    }

    /// Decrypts what is encrypted, into `text`.
    fn scoped_pdu<'a>(&self, message: &V3Message<'a>, text: &'a mut Vec<u8>) -> Result<ScopedPdu<'a>, Rejection> {
        match self.keys.cipher() {
            Some(cipher) if message.level == SecurityLevel::AuthPriv => {
                text.extend_from_slice(message.data);
                let decrypted = cipher.decrypt(message.boots, message.time, message.salt, text);
                decrypted.map_err(|_| Rejection::Decryption)?;
                ScopedPdu::read_decrypted(text)
            }
            _ => Ok(ScopedPdu::read(message.data)?),
        }
    }

    fn response(&self, scoped_pdu: &ScopedPdu<'_>, id: i32) -> Result<Response, Rejection> {
        let is_our_context = scoped_pdu.context_engine_id == self.context_engine_id.octets()
            && scoped_pdu.context_name == self.context_name.as_bytes();
        if !is_our_context {
            return Err(Rejection::Context);
        }
        let response = Response::read(scoped_pdu.pdu)?;
        if response.request_id == id { Ok(response) } else { Err(Rejection::RequestId) }
    }
}

/// Writes a question for the engine id (RFC 3414 section 4).
pub(super) fn seal_discovery(id: i32, request: &Request) -> Vec<u8> {
    let header = Header { id, reportable: true, engine_id: &[], boots: 0, time: 0, user: &[] };
    let capacity = request.probable_octets() + MAX_AROUND_A_PDU;
    v3::write(&header, &Keys::none(), capacity, |writer| {
        v3::write_scoped_pdu(&[], &[], writer, |writer| request.write(id, writer));
    })
}

/// Reads the answer to it. Which Report it is does not matter, nor which user: some agents repeat one.
pub(super) fn open_discovery(message: &V3Message<'_>) -> Result<Opened, Rejection> {
    if message.level > SecurityLevel::NoAuthNoPriv {
        return Err(Rejection::Level { found: message.level, expected: SecurityLevel::NoAuthNoPriv });
    }
    let scoped_pdu = ScopedPdu::read(message.data)?;
    if scoped_pdu.pdu_tag != tag::REPORT {
        return Err(Rejection::PduType(scoped_pdu.pdu_tag));
    }
    let engine_id = EngineId::of_agent(message.engine_id).map_err(Rejection::EngineIdSize)?;
    Ok(Opened::Engine(DiscoveredEngine { engine_id, boots: message.boots, time: message.time }))
}

/// Octets around a PDU at most: headers, two engine ids, two names, a digest, a salt and padding. More would only cost
/// another allocation.
const MAX_AROUND_A_PDU: usize = 280;

/// The Report that a message is, if it is one that nobody signed.
fn unsigned_report(message: &V3Message<'_>) -> Result<Option<Report>, Rejection> {
    if message.level > SecurityLevel::NoAuthNoPriv {
        return Ok(None);
    }
    let scoped_pdu = ScopedPdu::read(message.data)?;
    let is_report = scoped_pdu.pdu_tag == tag::REPORT;
    Ok(if is_report { Some(read_report(&scoped_pdu)?) } else { None })
}

/// Reads what is reported. Its request-id may be anything: an agent that could not decrypt knows none.
fn read_report(scoped_pdu: &ScopedPdu<'_>) -> Result<Report, DecodeError> {
    if scoped_pdu.pdu_tag != tag::REPORT {
        return Err(DecodeError::Tag { expected: tag::REPORT, found: scoped_pdu.pdu_tag });
    }
    let mut reader = Reader::new(scoped_pdu.pdu);
    for _ in ["request-id", "error-status", "error-index"] {
        reader.expect(tag::INTEGER)?;
    }
    let varbind = Reader::new(reader.expect(tag::SEQUENCE)?).varbind()?;
    Ok(Report::of(&varbind.name))
}

#[cfg(test)]
mod tests;
