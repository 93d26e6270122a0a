//! A notification that was let in, on its way to be decoded.

use std::{fmt, net::SocketAddr, time::SystemTime};

use super::reply::Reply;
use crate::{Sender, Version};

/// A notification whose message was verified and decrypted.
pub struct Arrival {
    /// When it came.
    pub received_at: SystemTime,
    /// Who sent the datagram, IPv4 as IPv4.
    pub source: SocketAddr,
    /// The address that the socket listens on.
    pub local: SocketAddr,
    /// The version of the message.
    pub version: Version,
    /// The octets of the PDU as they stood in the message: identifier, length and contents. Communities in it are written
    /// over with `*`, as those of `message`.
    pub pdu: Vec<u8>,
    /// The message as it came, but for its community and those that proxies have put into its PDU: they are written over
    /// with `*`, octet by octet, unless the listener was told to include communities.
    pub message: Vec<u8>,
    /// In whose name it came.
    pub sender: Sender,
    /// Octets behind the message in its datagram.
    pub octets_behind: usize,
    /// Of an inform: the answer. It is sent once the record is stored; dropping it leaves the sender to try again. There
    /// is one where the inform cannot be answered, too: sent, it notes that the inform is stored.
    pub reply: Option<Reply>,
}

impl fmt::Debug for Arrival {
    /// Without the octets: there may be a community in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { received_at: _, source, local, version, pdu, message, sender, octets_behind, reply } = self;
        let shown = &mut f.debug_struct("Arrival");
        shown.field("source", source).field("local", local).field("version", version).field("sender", sender);
        shown.field("pdu_octets", &pdu.len()).field("message_octets", &message.len());
        shown.field("octets_behind", octets_behind).field("reply", reply).finish_non_exhaustive()
    }
}
