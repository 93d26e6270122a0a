//! The one place for each security model: writes requests, and opens what may answer them.

use std::time::Instant;

use super::{
    association::{self, Association},
    community,
    constants::{VERSION_1, VERSION_2C},
    envelope::{Envelope, Message},
    opened::Opened,
    rejection::Rejection,
};
use crate::{Community, Credentials, pdu::Request};

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
