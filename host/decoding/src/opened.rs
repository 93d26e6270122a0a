//! A message opened as far as it can be: its PDU for the decoder, and what its security says.
//!
//! Pure. Whether a message of version 3 came at the right time is not asked here: a capture is old by nature.

use secrecy::SecretSlice;
use snmp::{
    message::{OpenedScopedPdu, Received, ReceivedV3, Unopened},
    usm::{KeyCache, SecurityLevel, User},
};

use super::{outline::Outline, packet::PacketProblem};
use crate::record::SecurityBody;

/// A message as far as it could be opened.
#[derive(Debug, Default)]
pub(super) struct OpenedMessage {
    /// `1`, `2c` or `3`; none where it cannot be read.
    pub(super) version: Option<&'static str>,
    /// The octets of the PDU, as far as they are there.
    pub(super) pdu: Option<Vec<u8>>,
    /// The ScopedPDU that was decrypted.
    pub(super) decrypted: Option<Vec<u8>>,
    /// Whether it stays encrypted.
    pub(super) is_closed: bool,
    /// The community of version 1 or 2c.
    pub(super) community: Option<SecretSlice<u8>>,
    pub(super) security: Option<SecurityBody>,
    pub(super) problem: Option<PacketProblem>,
}

impl OpenedMessage {
    /// Adds what the tree of the message has read beyond what could be opened.
    pub(super) fn fill(&mut self, outline: &Outline) {
        if self.pdu.is_none() && self.decrypted.is_none() && !self.is_closed {
            self.pdu = outline.pdu.clone();
            self.is_closed = self.pdu.is_none() && outline.is_encrypted;
        }
        match (&mut self.security, &outline.security) {
            (Some(security), Some(said)) => {
                // As they stand there, out of all bounds perhaps.
                security.engine_boots = said.engine_boots;
                security.engine_time = said.engine_time;
            }
            (security @ None, Some(said)) if self.version == Some("3") => *security = Some(said.clone()),
            _ => {}
        }
    }
}

/// Opens a message. Slow where keys have to be made.
pub(super) fn open(octets: &[u8], packet: usize, users: &[User], keys: &KeyCache) -> OpenedMessage {
    match Received::read(octets).or_else(|_| Received::read_any_time(octets)) {
        Ok(Received::Community(message)) => OpenedMessage {
            version: Some(version_name(message.version)),
            pdu: Some(message.pdu.to_vec()),
            community: Some(message.expose_community().to_vec().into()),
            ..OpenedMessage::default()
        },
        Ok(Received::V3(message)) => open_v3(&message, packet, users, keys),
        // The decoder makes the best of what is there, and the tree says where it breaks.
        Err(_) => remains(octets).unwrap_or_default(),
    }
}

fn open_v3(message: &ReceivedV3<'_>, packet: usize, users: &[User], keys: &KeyCache) -> OpenedMessage {
    let opened = match message.level {
        SecurityLevel::NoAuthNoPriv => message.open_unsecured(),
        _ => message.open_for(users, keys).map(|(_, opened)| opened),
    };
    // What is signed but not encrypted can be read without any key. It proves nothing then.
    let readable = match &opened {
        Err(_) => message.read_unverified(),
        Ok(_) => None,
    };
    let user = String::from_utf8_lossy(message.user).into_owned();
    let problem = opened.as_ref().err().and_then(|unopened| {
        let text = match unopened {
            // Nobody asked for it.
            Unopened::UnknownUser if users.is_empty() && readable.is_some() => return None,
            Unopened::UnknownUser if users.is_empty() => {
                format!("the message is encrypted for the user {user:?}: give this user's passwords to read on")
            }
            Unopened::UnknownUser => format!("none of the users given has the name {user:?}"),
            other => format!("user {user:?}: {other}"),
        };
        Some(PacketProblem::new("security", Some(packet), text))
    });
    let is_authentic = opened.as_ref().is_ok_and(|opened| opened.is_authentic);
    let scoped = opened.ok().or(readable);
    let part = |part: fn(&OpenedScopedPdu) -> &[u8]| scoped.as_ref().map(|scoped| part(scoped).to_vec());
    let decrypted = scoped.as_ref().filter(|scoped| scoped.was_encrypted).map(|scoped| scoped.octets().to_vec());
    let security = SecurityBody {
        user,
        level: message.level.as_str(),
        engine_id: const_hex::encode(message.engine_id),
        engine_boots: Some(message.boots.into()),
        engine_time: Some(message.time.into()),
        context: part(OpenedScopedPdu::context_name).map(|name| String::from_utf8_lossy(&name).into_owned()),
        context_engine_id: part(OpenedScopedPdu::context_engine_id).map(|id| const_hex::encode(&id)),
        authentic: is_authentic,
        decrypted: decrypted.is_some(),
    };
    OpenedMessage {
        version: Some("3"),
        pdu: part(OpenedScopedPdu::pdu),
        is_closed: scoped.is_none() && message.level == SecurityLevel::AuthPriv,
        decrypted,
        community: None,
        security: Some(security),
        problem,
    }
}

/// What is left of a message of version 1 or 2c that is cut off or has a wrong length: its lengths are not believed.
fn remains(octets: &[u8]) -> Option<OpenedMessage> {
    let content = behind_header(octets, 0x30)?;
    let (version, rest) = content.split_first_chunk::<3>()?;
    let version = match version {
        [2, 1, 0] => "1",
        [2, 1, 1] => "2c",
        [2, 1, 3] => return Some(OpenedMessage { version: Some("3"), ..OpenedMessage::default() }),
        _ => return None,
    };
    let mut opened = OpenedMessage { version: Some(version), ..OpenedMessage::default() };
    let community_octets = rest.get(1).copied().map_or(0, usize::from);
    let behind = behind_header(rest, 0x04).and_then(|community| community.split_at_checked(community_octets));
    if let Some((community, pdu)) = behind {
        opened.community = Some(community.to_vec().into());
        opened.pdu = (!pdu.is_empty()).then(|| pdu.to_vec());
    }
    Some(opened)
}

fn behind_header(octets: &[u8], tag: u8) -> Option<&[u8]> {
    let (found, rest) = octets.split_first()?;
    let (length, rest) = rest.split_first()?;
    let more = if *length < 0x80 { 0 } else { usize::from(length & 0x7f) };
    rest.get(more..).filter(|_| *found == tag)
}

fn version_name(version: i32) -> &'static str {
    if version == 0 { "1" } else { "2c" }
}
