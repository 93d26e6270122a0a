//! Messages that come without a request of ours: traps, informs, and whatever else is to be looked at.
//!
//! [`Received::read`] takes a datagram of any version and with any PDU apart, as far as the octets of its PDU. What is
//! in a message of version 3 is there only once [`ReceivedV3::open`] or [`ReceivedV3::open_for`] has verified and
//! decrypted it. Pure: whether a message comes at the right time, and whether it may come at its level of security, is
//! for the caller to find out.

use std::{ops::Range, sync::Arc, time::Instant};

use super::{
    constants::{VERSION_1, VERSION_2C, VERSION_3},
    rejection::Rejection,
    v3::{Clocks, ScopedPdu, V3Message},
};
use crate::{
    Community,
    ber::{DecodeError, Reader, tag},
    usm::{Clock, EngineId, EngineIdSize, KeyCache, Keys, SecurityLevel, TimeWindowError, User},
};

/// A datagram that holds a message of a known version. Nothing in it can be trusted yet.
#[derive(Clone, Debug)]
pub enum Received<'a> {
    /// A message of version 1 or 2c.
    Community(ReceivedCommunity<'a>),
    /// A message of version 3.
    V3(ReceivedV3<'a>),
}

/// A message of version 1 or 2c (RFC 1157 section 4, RFC 1901 section 3).
#[derive(Clone)]
pub struct ReceivedCommunity<'a> {
    /// The version field: 0 for version 1, 1 for version 2c.
    pub version: i32,
    /// The octets of the PDU: identifier, length and contents.
    pub pdu: &'a [u8],
    pub(super) community: &'a [u8],
    /// Where in the message the community is.
    place: Range<usize>,
    octets: usize,
}

/// A message of version 3 (RFC 3412 section 6) with the User-based Security Model (RFC 3414 section 2.4). Its fields
/// are what it claims.
#[derive(Clone, Debug)]
pub struct ReceivedV3<'a> {
    /// The msgID.
    pub id: i32,
    /// The longest message that the sender takes, in octets (msgMaxSize), as it says.
    pub max_octets: u32,
    /// Whether the sender wants a Report where the message is not taken.
    pub reportable: bool,
    /// How it is secured.
    pub level: SecurityLevel,
    /// The authoritative engine: the sender of a trap, the receiver of an inform. Empty where one is looked for.
    pub engine_id: &'a [u8],
    /// How often that engine has booted.
    pub boots: u32,
    /// For how many seconds it has run since.
    pub time: u32,
    /// The user's name.
    pub user: &'a [u8],
    message: V3Message<'a>,
    /// The element with the data: a ScopedPDU, or the OCTET STRING that it was encrypted to.
    pub(super) data: &'a [u8],
}

/// A message of version 3 that somebody's keys have verified, as far as it is signed. Its time is not judged yet.
#[derive(Clone, Copy, Debug)]
pub struct VerifiedV3<'a> {
    message: &'a ReceivedV3<'a>,
    keys: &'a Keys,
}

/// A ScopedPDU (RFC 3412 section 6.8) in clear text, and how much of its message has been proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedScopedPdu {
    /// Whether a user's key has signed the message. Where it is not, anybody may have sent it.
    pub is_authentic: bool,
    /// Whether the message was encrypted.
    pub was_encrypted: bool,
    octets: Vec<u8>,
    context_engine_id: Vec<u8>,
    context_name: Vec<u8>,
    pdu: Range<usize>,
}

/// Why a message of version 3 stays closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// Nobody of this name is known.
    #[error("unknown user name")]
    UnknownUser,
    /// There can be no keys at this engine.
    #[error("{0}")]
    EngineId(EngineIdSize),
    /// The message is signed, but the user signs nothing.
    #[error("the message is signed, and the user has no authentication password")]
    NoAuthentication,
    /// The message is encrypted, but the user encrypts nothing.
    #[error("the message is encrypted, and the user has no privacy password")]
    NoPrivacy,
    /// Its digest is wrong, or has another length than the protocol's.
    #[error("authentication failure: wrong password or protocol (or the message was changed in transit)")]
    Digest,
    /// The message is authentic, but what it encrypts is no ScopedPDU.
    #[error("decryption error: the message is authentic, but the privacy password or protocol is wrong")]
    Decryption,
    /// What was in the clear, or was decrypted, is no ScopedPDU.
    #[error("invalid ScopedPDU: {0}")]
    Malformed(DecodeError),
}

impl<'a> Received<'a> {
    /// Reads a datagram. Octets behind the message are ignored.
    pub fn read(datagram: &'a [u8]) -> Result<Self, Rejection> {
        Self::read_with(datagram, Clocks::Allowed)
    }

    /// The same, but takes any boots and any time, for people who look at a message: of numbers that are not allowed, such
    /// as negative ones, the last 32 bits count.
    pub fn read_any_time(datagram: &'a [u8]) -> Result<Self, Rejection> {
        Self::read_with(datagram, Clocks::Any)
    }

    fn read_with(datagram: &'a [u8], clocks: Clocks) -> Result<Self, Rejection> {
        let mut behind = Reader::new(datagram);
        let content = behind.expect(tag::SEQUENCE)?;
        let whole = datagram.get(..datagram.len() - behind.octets_left()).unwrap_or_default();
        let mut reader = Reader::new(content);
        match reader.integer()? {
            version @ (VERSION_1 | VERSION_2C) => {
                let community = reader.expect(tag::OCTET_STRING)?;
                let octets = whole.len();
                let end = octets - reader.octets_left();
                let place = end - community.len()..end;
                reader.element()?;
                let pdu = whole.get(end..octets - reader.octets_left()).unwrap_or_default();
                Ok(Self::Community(ReceivedCommunity { version, pdu, community, place, octets }))
            }
            VERSION_3 => ReceivedV3::read(whole, reader, clocks).map(Self::V3),
            other => Err(Rejection::Version(other)),
        }
    }

    /// How many octets of its datagram the message takes.
    #[must_use]
    pub fn octets(&self) -> usize {
        match self {
            Self::Community(message) => message.octets,
            Self::V3(message) => message.octets(),
        }
    }
}

impl<'a> ReceivedCommunity<'a> {
    /// Whether the message has this community. Takes as long whatever the community is.
    #[must_use]
    pub fn is_from(&self, community: &Community) -> bool {
        community.matches(self.community)
    }

    /// The community as it was sent. It is a password: hash it before it is shown.
    #[must_use]
    pub fn expose_community(&self) -> &'a [u8] {
        self.community
    }

    /// Where in the message its community stands, for whoever keeps the message and not the password.
    #[must_use]
    pub fn community_place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// Where in the message its PDU stands: right behind the community.
    #[must_use]
    pub fn pdu_place(&self) -> Range<usize> {
        self.place.end..self.place.end + self.pdu.len()
    }
}

impl std::fmt::Debug for ReceivedCommunity<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let octets = self.pdu.len();
        f.debug_struct("ReceivedCommunity").field("version", &self.version).field("pdu_octets", &octets).finish()
    }
}

impl<'a> ReceivedV3<'a> {
    /// Reads what is behind the version.
    fn read(whole: &'a [u8], reader: Reader<'a>, clocks: Clocks) -> Result<Self, Rejection> {
        let (id, message) = V3Message::read(whole, reader, clocks)?;
        let V3Message { max_octets, reportable, level, engine_id, boots, time, user, data_element: data, .. } = message;
        Ok(Self { id, max_octets, reportable, level, engine_id, boots, time, user, message, data })
    }

    /// How many octets of its datagram the message takes.
    #[must_use]
    pub fn octets(&self) -> usize {
        self.message.whole.len()
    }

    /// Where in the message its PDU stands, which is in this ScopedPDU of it; nothing where the message is encrypted.
    #[must_use]
    pub fn pdu_place(&self, scoped_pdu: &OpenedScopedPdu) -> Option<Range<usize>> {
        let (start, pdu) = (self.message.data_start, &scoped_pdu.pdu);
        (!scoped_pdu.was_encrypted).then(|| start + pdu.start..start + pdu.end)
    }

    /// Verifies with the keys of a user at the message's engine, as far as the message is signed, and decrypts nothing.
    /// Whether the message is this user's is for the caller to find out.
    pub fn verify<'k>(&'k self, keys: &'k Keys) -> Result<VerifiedV3<'k>, Unopened> {
        if self.level > SecurityLevel::NoAuthNoPriv {
            let authenticator = keys.authenticator().ok_or(Unopened::NoAuthentication)?;
            if !authenticator.verify(self.message.whole, self.message.digest.clone()) {
                return Err(Unopened::Digest);
            }
        }
        Ok(VerifiedV3 { message: self, keys })
    }

    /// Verifies and decrypts, as [`Self::verify`] and [`VerifiedV3::open`] do. Whoever keeps time looks at it between
    /// the two (RFC 3414 section 3.2, steps 6 to 8).
    pub fn open(&self, keys: &Keys) -> Result<OpenedScopedPdu, Unopened> {
        self.verify(keys)?.open()
    }

    /// Reads a message that is not secured, and no other. Anybody may have sent it.
    pub fn open_unsecured(&self) -> Result<OpenedScopedPdu, Unopened> {
        self.open(&Keys::none())
    }

    /// Reads what is not encrypted without verifying anything, for people who look at a message; nothing where it is
    /// encrypted or cannot be read. What comes of it is not authentic.
    #[must_use]
    pub fn read_unverified(&self) -> Option<OpenedScopedPdu> {
        let is_clear = self.level < SecurityLevel::AuthPriv;
        is_clear.then(|| OpenedScopedPdu::read(self.data.to_vec(), false, false).ok()).flatten()
    }

    /// Finds the user of these who has sent the message, by name and by what the keys open: there may be several of one
    /// name, with old passwords and new ones. Slow where keys have to be made, some milliseconds for each user of the
    /// name: to be called where nobody waits for the thread.
    pub fn open_for<'u>(&self, users: &'u [User], keys: &KeyCache) -> Result<(&'u User, OpenedScopedPdu), Unopened> {
        let mut closest = Unopened::UnknownUser;
        for user in users.iter().filter(|user| user.name().as_bytes() == self.user) {
            match self.keys_of(user, keys).and_then(|keys| self.open(&keys)) {
                Ok(opened) => return Ok((user, opened)),
                Err(unopened) => {
                    if unopened.how_far() >= closest.how_far() {
                        closest = unopened;
                    }
                }
            }
        }
        Err(closest)
    }

    /// Whether the message comes at the right time for its engine's clock, which stays as it is. For messages that were
    /// verified, as [`Self::keep_time`].
    pub fn judge_time(&self, clock: &Clock, now: Instant) -> Result<(), TimeWindowError> {
        clock.judge(self.boots, self.time, now)
    }

    /// Whether the message comes at the right time for its engine's clock, which it sets if so. For messages that were
    /// verified and are signed, from engines that are the authority on time (RFC 3414 section 3.2 (7)(b)).
    pub fn keep_time(&self, clock: &Clock, now: Instant) -> Result<(), TimeWindowError> {
        clock.judge(self.boots, self.time, now)?;
        clock.adopt(self.boots, self.time, now);
        Ok(())
    }

    fn keys_of(&self, user: &User, keys: &KeyCache) -> Result<Arc<Keys>, Unopened> {
        if self.level == SecurityLevel::NoAuthNoPriv {
            return Ok(Arc::new(Keys::none()));
        }
        let engine_id = EngineId::of_agent(self.engine_id).map_err(Unopened::EngineId)?;
        Ok(keys.find(user, &engine_id).unwrap_or_else(|work| keys.put(work.run())))
    }
}

impl VerifiedV3<'_> {
    /// Decrypts what is encrypted, and reads the ScopedPDU.
    pub fn open(&self) -> Result<OpenedScopedPdu, Unopened> {
        let Self { message, keys } = *self;
        if message.level < SecurityLevel::AuthPriv {
            return OpenedScopedPdu::read(message.data.to_vec(), message.level > SecurityLevel::NoAuthNoPriv, false);
        }
        let cipher = keys.cipher().ok_or(Unopened::NoPrivacy)?;
        let mut text = message.message.data.to_vec();
        let decrypted = cipher.decrypt(message.boots, message.time, message.message.salt, &mut text);
        decrypted.map_err(|_| Unopened::Decryption)?;
        // A wrong key makes noise of the text: nobody should read it as if it were one.
        ScopedPdu::read_decrypted(&text).map_err(|_| Unopened::Decryption)?;
        OpenedScopedPdu::read(text, true, true)
    }
}

impl OpenedScopedPdu {
    fn read(octets: Vec<u8>, is_authentic: bool, was_encrypted: bool) -> Result<Self, Unopened> {
        let read = |octets: &[u8]| {
            let mut behind = Reader::new(octets);
            let content = behind.expect(tag::SEQUENCE)?;
            let end = octets.len() - behind.octets_left();
            let mut reader = Reader::new(content);
            let context_engine_id = reader.expect(tag::OCTET_STRING)?.to_vec();
            let context_name = reader.expect(tag::OCTET_STRING)?.to_vec();
            let start = end - reader.octets_left();
            reader.element()?;
            Ok((context_engine_id, context_name, start..end - reader.octets_left()))
        };
        let (context_engine_id, context_name, pdu) = read(&octets).map_err(Unopened::Malformed)?;
        Ok(Self { is_authentic, was_encrypted, octets, context_engine_id, context_name, pdu })
    }

    /// The octets of the PDU, without what was around them, and no larger than they are.
    #[must_use]
    pub fn into_pdu(self) -> Vec<u8> {
        self.pdu().to_vec()
    }

    /// The octets of the ScopedPDU: identifier, length and contents. Where it was encrypted, padding may follow.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The octets of the PDU: identifier, length and contents.
    #[must_use]
    pub fn pdu(&self) -> &[u8] {
        self.octets.get(self.pdu.clone()).unwrap_or_default()
    }

    /// The engine that the PDU is about.
    #[must_use]
    pub fn context_engine_id(&self) -> &[u8] {
        &self.context_engine_id
    }

    /// The context that the PDU is about; empty for the default one.
    #[must_use]
    pub fn context_name(&self) -> &[u8] {
        &self.context_name
    }
}

impl Unopened {
    /// How far opening has come: of several users, the one who came farthest is most probably the right one.
    fn how_far(&self) -> u8 {
        match self {
            Self::UnknownUser => 0,
            Self::EngineId(_) | Self::NoAuthentication => 1,
            Self::Digest => 2,
            Self::NoPrivacy => 3,
            Self::Decryption => 4,
            Self::Malformed(_) => 5,
        }
    }
}

#[cfg(test)]
mod tests;
