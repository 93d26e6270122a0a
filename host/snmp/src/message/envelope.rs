//! A datagram, read as far as the id that says which request it may answer.

use super::{
    community::CommunityMessage,
    constants::{VERSION_1, VERSION_2C, VERSION_3},
    rejection::Rejection,
    v3::{self, V3Message},
};
use crate::ber::{Reader, tag};

/// A datagram, opened as far as needed to see whom it is for. Nothing in it can be trusted yet.
#[derive(Clone, Debug)]
pub struct Envelope<'a> {
    /// The version field.
    pub version: i32,
    /// What connects an answer with its request.
    pub id: i32,
    pub(super) message: Message<'a>,
}

/// What is behind the version.
#[derive(Clone, Debug)]
pub(super) enum Message<'a> {
    Community(CommunityMessage<'a>),
    V3(V3Message<'a>),
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
