//! Answers to what was received: the Response to an inform, and the Report that says why a message was not taken.
//!
//! A Response has the octets of the inform's own varbinds: what they mean makes no difference to it. A Report has one
//! varbind and goes to nobody who did not ask for one, so that a sender whose address was forged is hardly bothered.
//! Both are made for the message that they answer, by our own engine where there is one.

use std::{fmt, time::Instant};

use super::{
    constants::MAX_DATAGRAM,
    received::{OpenedScopedPdu, ReceivedCommunity, ReceivedV3},
    v3::{self, Header},
};
use crate::{
    Oid,
    ber::{DecodeError, Reader, Writer, tag},
    pdu::ErrorStatus,
    usm::{Keys, LocalEngine, Report, SecurityLevel},
};

/// What an inform is answered with (RFC 3416 section 4.2.7).
#[derive(Clone, PartialEq, Eq)]
pub enum InformAnswer {
    /// The message with the Response.
    Response(Vec<u8>),
    /// The Response would be larger than its receiver takes, or than a datagram is: the inform is not to be processed
    /// any further, and this message says so (tooBig). Nothing where even that is too large.
    TooBig(Option<Vec<u8>>),
}

impl InformAnswer {
    /// The answer, if it is no longer than that; otherwise one that says so.
    fn new(inform: &Inform<'_>, max_octets: usize, seal: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let whole = seal(&inform.response());
        if whole.len() <= max_octets {
            return Self::Response(whole);
        }
        let excuse = seal(&inform.too_big());
        Self::TooBig((excuse.len() <= max_octets).then_some(excuse))
    }
}

impl fmt::Debug for InformAnswer {
    /// Without the octets: there is a community in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(octets) => f.debug_tuple("Response").field(&octets.len()).finish(),
            Self::TooBig(octets) => f.debug_tuple("TooBig").field(&octets.as_ref().map(Vec::len)).finish(),
        }
    }
}

impl ReceivedCommunity<'_> {
    /// The answer to an inform: the same community, request-id and varbinds. Nothing where its PDU cannot be read as far
    /// as the list of varbinds.
    #[must_use]
    pub fn response(&self) -> Option<InformAnswer> {
        let inform = Inform::read(self.pdu).ok()?;
        let seal = |content: &[u8]| {
            let mut writer = Writer::with_capacity(content.len() + self.community.len() + 24);
            writer.constructed(tag::SEQUENCE, |writer| {
                writer.octets(tag::RESPONSE, content);
                writer.octets(tag::OCTET_STRING, self.community);
                writer.integer(tag::INTEGER, i64::from(self.version));
            });
            writer.finish()
        };
        Some(InformAnswer::new(&inform, MAX_DATAGRAM, seal))
    }
}

impl ReceivedV3<'_> {
    /// The answer to an inform to our engine, which `opened` was in: as secure as it was, with the keys that opened it.
    /// Nothing where the PDU cannot be read as far as the list of varbinds.
    #[must_use]
    pub fn response(
        &self,
        opened: &OpenedScopedPdu,
        keys: Option<&Keys>,
        engine: &LocalEngine,
        now: Instant,
    ) -> Option<InformAnswer> {
        let inform = Inform::read(opened.pdu()).ok()?;
        let context = (opened.context_engine_id(), opened.context_name());
        let seal = |content: &[u8]| {
            self.seal_answer(self.level, context, keys, engine, now, |writer| writer.octets(tag::RESPONSE, content))
        };
        Some(InformAnswer::new(&inform, self.max_octets(), seal))
    }

    /// The Report that says why the message was not taken, if its sender wants one (RFC 3412 section 6.4, RFC 3414
    /// section 3.2). `count` is how often that happened so far, this time included. Only a
    /// [`Report::NotInTimeWindow`] is signed, with the keys.
    #[must_use]
    pub fn report(
        &self,
        why: &Report,
        count: u32,
        keys: Option<&Keys>,
        engine: &LocalEngine,
        now: Instant,
    ) -> Option<Vec<u8>> {
        let counter = counter(why)?;
        let unverified = self.read_unverified();
        let pdu = unverified.as_ref().map(OpenedScopedPdu::pdu);
        // The flag counts where the PDU cannot be read; where it can, the PDU itself says whether it wants an answer.
        if !self.reportable || pdu.is_some_and(|pdu| !is_confirmed(pdu)) {
            return None;
        }
        // 0 where it is not known (RFC 3412 section 7.1 (3)).
        let request_id = pdu.and_then(|pdu| request_id(pdu).ok()).unwrap_or(0);
        let level = match why {
            Report::NotInTimeWindow => SecurityLevel::AuthNoPriv,
            _ => SecurityLevel::NoAuthNoPriv,
        };
        let report = self.seal_answer(level, (engine.id().octets(), &[]), keys, engine, now, |writer| {
            writer.constructed(tag::REPORT, |writer| {
                writer.constructed(tag::SEQUENCE, |writer| {
                    writer.constructed(tag::SEQUENCE, |writer| {
                        writer.unsigned(tag::COUNTER32, u64::from(count));
                        writer.oid(&counter);
                    });
                });
                writer.integer(tag::INTEGER, 0);
                writer.integer(tag::INTEGER, 0);
                writer.integer(tag::INTEGER, i64::from(request_id));
            });
        });
        (report.len() <= self.max_octets()).then_some(report)
    }

    fn seal_answer(
        &self,
        level: SecurityLevel,
        (context_engine_id, context_name): (&[u8], &[u8]),
        keys: Option<&Keys>,
        engine: &LocalEngine,
        now: Instant,
        pdu: impl FnOnce(&mut Writer),
    ) -> Vec<u8> {
        // A name that nobody can have need not travel twice.
        let user = if self.user.len() <= MAX_NAME_OCTETS { self.user } else { &[] };
        let (boots, time) = (engine.boots(), engine.time(now));
        let header = Header { id: self.id, reportable: false, engine_id: engine.id().octets(), boots, time, user };
        let none = Keys::none();
        v3::write_at(level, &header, keys.unwrap_or(&none), self.data.len() + MAX_AROUND_AN_ANSWER, |writer| {
            v3::write_scoped_pdu(context_engine_id, context_name, writer, pdu);
        })
    }

    /// What its sender takes and a datagram holds. None may say less than what everybody takes (RFC 3412 section 6,
    /// msgMaxSize).
    fn max_octets(&self) -> usize {
        usize::try_from(self.max_octets).unwrap_or(usize::MAX).clamp(MIN_MAX_OCTETS, MAX_DATAGRAM)
    }
}

/// Octets of a user's name (RFC 3414, usmUserName).
const MAX_NAME_OCTETS: usize = *crate::usm::NAME_OCTETS.end();

/// The least msgMaxSize (RFC 3412 section 6).
const MIN_MAX_OCTETS: usize = 484;

/// Octets around a PDU, and those of a Report. More would only cost another allocation.
const MAX_AROUND_AN_ANSWER: usize = 280;

/// The parts of an InformRequest-PDU that are in its Response.
struct Inform<'a> {
    /// The request-id, as an element.
    request_id: &'a [u8],
    /// The list of varbinds, as an element.
    varbinds: &'a [u8],
}

impl<'a> Inform<'a> {
    fn read(pdu: &'a [u8]) -> Result<Self, DecodeError> {
        let (_, content) = Reader::new(pdu).element()?;
        let mut reader = Reader::new(content);
        reader.expect(tag::INTEGER)?;
        let request_id = content.get(..content.len() - reader.octets_left()).unwrap_or_default();
        reader.expect(tag::INTEGER)?;
        reader.expect(tag::INTEGER)?;
        let start = content.len() - reader.octets_left();
        reader.expect(tag::SEQUENCE)?;
        let varbinds = content.get(start..content.len() - reader.octets_left()).unwrap_or_default();
        Ok(Self { request_id, varbinds })
    }

    /// The content of a Response-PDU without an error.
    fn response(&self) -> Vec<u8> {
        [self.request_id, &NO_ERROR, self.varbinds].concat()
    }

    /// The content of a Response-PDU without varbinds: all of them would be too large.
    fn too_big(&self) -> Vec<u8> {
        [self.request_id, &TOO_BIG, &[tag::SEQUENCE, 0]].concat()
    }
}

/// error-status and error-index.
const NO_ERROR: [u8; 6] = [tag::INTEGER, 1, ErrorStatus::NO_ERROR.0 as u8, tag::INTEGER, 1, 0];
const TOO_BIG: [u8; 6] = [tag::INTEGER, 1, ErrorStatus::TOO_BIG.0 as u8, tag::INTEGER, 1, 0];

/// Whether a PDU is one that is answered (RFC 3411 section 2.8): a request or an inform.
fn is_confirmed(pdu: &[u8]) -> bool {
    matches!(
        pdu.first(),
        Some(
            &(tag::GET_REQUEST
                | tag::GET_NEXT_REQUEST
                | tag::SET_REQUEST
                | tag::GET_BULK_REQUEST
                | tag::INFORM_REQUEST)
        )
    )
}

fn request_id(pdu: &[u8]) -> Result<i32, DecodeError> {
    Reader::new(Reader::new(pdu).element()?.1).integer()
}

/// The counter of the User-based Security Model that a Report tells (RFC 3414 section 5).
fn counter(why: &Report) -> Option<Oid> {
    let number = match why {
        Report::UnsupportedSecurityLevel => 1,
        Report::NotInTimeWindow => 2,
        Report::UnknownUserName => 3,
        Report::UnknownEngineId => 4,
        Report::WrongDigest => 5,
        Report::DecryptionError => 6,
        Report::UnknownContext | Report::Other(_) => return None,
    };
    Some(Oid::from([1, 3, 6, 1, 6, 3, 15, 1, 1, number, 0]))
}

#[cfg(test)]
mod tests;
