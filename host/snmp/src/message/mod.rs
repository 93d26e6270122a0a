//! Messages: what is around a PDU, and who it is from.
//!
//! This is the one place for each security model. [`Security::seal`] turns a request into octets; on the way back
//! [`Envelope::read`] finds the id that says which request a datagram may answer, and that request's
//! [`Security::open`] decides whether it does. The id is the request-id, in version 3 the msgID, too.
//! Pure: ids and times come in as arguments, nothing is looked up or sent.

mod answer;
mod association;
mod community;
mod hidden;
mod notification;
mod received;
mod rejection;
mod v3;

use std::time::Instant;

pub use self::{
    answer::InformAnswer,
    association::Association,
    hidden::hide_trap_communities,
    notification::seal_trap_v3,
    received::{OpenedScopedPdu, Received, ReceivedCommunity, ReceivedV3, Unopened, VerifiedV3},
    rejection::Rejection,
};
use self::{community::CommunityMessage, v3::V3Message};
use crate::{
    Community, Credentials,
    ber::{Reader, tag},
    pdu::{Request, Response},
    usm::{EngineId, Report},
};

/// What a session needs to write its requests and to recognise their answers.
#[derive(Clone, Debug)]
pub enum Security {
    /// Versions 1 and 2c: a version and a community.
    Community {
        /// The version field.
        version: i32,
        /// The community.
        community: Community,
    },
    /// Version 3, to an agent whose engine id is not known: asks for it (RFC 3414 section 4). Its one request is
    /// [`Request::discovery`].
    Discovery,
    /// Version 3, for a user at an engine that is known.
    User(Association),
}

/// A datagram, opened as far as needed to see whom it is for. Nothing in it can be trusted yet.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The version field.
    pub version: i32,
    /// What connects an answer with its request.
    pub id: i32,
    message: Message<'a>,
}

/// What an agent answered, as certain as its security model can make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A response to the request.
    Response(Response),
    /// The agent refused the message, and signed that. After [`Report::NotInTimeWindow`] the clock is right, and the
    /// request should be sealed and sent once more.
    Report(Report),
    /// The agent refused the message, and signed, at a time that its clock should be long past. It has lost its count
    /// of boots: forget the clock and discover it anew, once. No old message says so: it has the id of this request.
    ClockWentBack,
    /// The answer to a discovery. Nobody signed it.
    Engine(DiscoveredEngine),
}

/// What an agent says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveredEngine {
    /// Its engine id.
    pub engine_id: EngineId,
    /// How often it has booted, as a guess for [`crate::usm::Clock::guess`].
    pub boots: u32,
    /// For how many seconds it has run since, likewise.
    pub time: u32,
}

#[derive(Clone, Debug)]
enum Message<'a> {
    Community(CommunityMessage<'a>),
    V3(V3Message<'a>),
}

/// The largest datagram there is: 65,535 octets without the headers of IPv4 and UDP.
pub const MAX_DATAGRAM: usize = 65_507;

const VERSION_1: i32 = 0;
const VERSION_2C: i32 = 1;
const VERSION_3: i32 = 3;

impl Security {
    /// Prepares what `credentials` say. In version 3 the agent's engine id has to be discovered first.
    #[must_use]
    pub fn new(credentials: &Credentials) -> Self {
        match credentials {
            Credentials::V1 { community } => Self::Community { version: VERSION_1, community: community.clone() },
            Credentials::V2c { community } => Self::Community { version: VERSION_2C, community: community.clone() },
            Credentials::V3 { .. } => Self::Discovery,
        }
    }

    /// Whether the version has GETBULK.
    #[must_use]
    pub fn has_bulk(&self) -> bool {
        match self {
            Self::Community { version, .. } => *version != VERSION_1,
            Self::Discovery | Self::User(_) => true,
        }
    }

    /// Writes a request under an id. In version 3 no two messages are the same, and one that is sent again later
    /// should be sealed again: it says what time it is.
    #[must_use]
    pub fn seal(&self, id: i32, request: &Request, now: Instant) -> Vec<u8> {
        match self {
            Self::Community { version, community } => community::seal(*version, community, id, request),
            Self::Discovery => association::seal_discovery(id, request),
            Self::User(association) => association.seal(id, request, now),
        }
    }

    /// Reads the answer in an envelope, if it is one and from whom it should be. What it proves about the time at the
    /// agent moves the clock.
    pub fn open(&self, envelope: &Envelope<'_>, now: Instant) -> Result<Opened, Rejection> {
        match (self, &envelope.message) {
            (Self::Community { version, community }, Message::Community(message)) if *version == envelope.version => {
                community::open(community, message)
            }
            (Self::Discovery, Message::V3(message)) => association::open_discovery(message),
            (Self::User(association), Message::V3(message)) => association.open(message, envelope.id, now),
            _ => Err(Rejection::Version(envelope.version)),
        }
    }
}

impl<'a> Envelope<'a> {
    /// Reads a datagram up to the id. Octets behind the message are ignored: some agents pad.
    pub fn read(datagram: &'a [u8]) -> Result<Self, Rejection> {
        let mut behind = Reader::new(datagram);
        let content = behind.expect(tag::SEQUENCE)?;
        let whole = datagram.get(..datagram.len() - behind.octets_left()).unwrap_or_default();
        let mut reader = Reader::new(content);
        let version = reader.integer()?;
        let (id, message) = match version {
            VERSION_1 | VERSION_2C => {
                let (id, message) = CommunityMessage::read(reader)?;
                (id, Message::Community(message))
            }
            VERSION_3 => {
                let (id, message) = V3Message::read(whole, reader, v3::Clocks::Allowed)?;
                (id, Message::V3(message))
            }
            other => return Err(Rejection::Version(other)),
        };
        Ok(Self { version, id, message })
    }
}

impl Request {
    /// What to ask an agent whose engine id is not known: nothing (RFC 3414 section 4).
    #[must_use]
    pub fn discovery() -> Self {
        Self { kind: crate::pdu::RequestKind::Get, names: Vec::new() }
    }
}

/// What a request's PDU will take, if its arcs take an octet each as most do.
fn probable_octets(request: &Request) -> usize {
    request.names.iter().map(|name| name.arcs().len() + 8).sum::<usize>() + 40
}
