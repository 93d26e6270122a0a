//! What plugins for notifications are asked about: PDUs, and parts of messages.

/// A notification, or any other PDU, after the message around it was checked and decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationPdu {
    /// The version of the message.
    pub version: MessageVersion,
    /// The octets of the PDU as they stood in the message: identifier, length and contents.
    pub pdu: Vec<u8>,
}

/// The version that a message names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageVersion {
    /// SNMPv1 (RFC 1157).
    V1,
    /// Community-based SNMPv2 (RFC 1901).
    V2c,
    /// SNMPv3 (RFC 3412).
    V3,
}

/// What the octets are that are to be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessagePart {
    /// A whole message, beginning with its SEQUENCE.
    Message,
    /// A ScopedPDU of version 3 (RFC 3412 section 6.8), as it is after decryption.
    ScopedPdu,
    /// A PDU alone.
    Pdu,
}
