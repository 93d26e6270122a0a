//! What decoding answers, over REST and on the command line alike.

use runtime::RecordedVarbind;
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::ToSchema;

use super::{frame::Frame, packet::PacketProblem};
use crate::record::{Record, SecurityBody};

/// What came of an input.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = DecodeAnswer)]
pub struct Answer {
    /// The messages, in the order of the packets.
    #[schema(value_type = Vec<DecodedMessage>)]
    pub messages: Vec<Box<RawValue>>,
    /// Everything that is wrong, with its place.
    pub problems: Vec<PacketProblem>,
    /// What became of the packets.
    pub packets: PacketCounts,
    /// The packets without SNMP by what they hold, in the order in which they were met. At most 65 kinds.
    pub others: Vec<OtherPackets>,
}

/// What became of the packets of an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PacketCounts {
    /// Packets that were looked at.
    pub read: usize,
    /// Packets without SNMP, and those that cannot be read, each of which is among the problems too. Of a capture it is
    /// no problem to have some of the former.
    pub other: usize,
}

/// Packets without SNMP of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OtherPackets {
    /// What they hold, e.g. `ARP` or `EtherType 0x88cc`.
    pub what: String,
    /// How many there are.
    pub packets: usize,
    /// The first of them, counted from 1.
    pub first: usize,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecodedMessage {
    /// What was around it; null where there was nothing.
    pub frame: Option<Frame>,
    /// `1`, `2c` or `3`; null where a PDU stands alone, or where it cannot be read.
    pub version: Option<&'static str>,
    /// `get`, `get-next`, `response`, `set`, `trap-v1`, `get-bulk`, `inform`, `trap`, `report` or `unknown`; `encrypted`
    /// where it could not be decrypted, null where there is none.
    pub pdu: Option<String>,
    /// The request-id; null where there is none.
    pub request_id: Option<i64>,
    /// The error-status of a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_status: Option<i64>,
    /// The error-index of a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_index: Option<i64>,
    /// The non-repeaters of a GETBULK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_repeaters: Option<i64>,
    /// The max-repetitions of a GETBULK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_repetitions: Option<i64>,
    /// What version 3 says of its security, and what of it is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<SecurityBody>,
    /// The varbinds in the order of the PDU, each with its name, type, value and text.
    #[schema(value_type = Vec<RecordedVarbind>)]
    pub varbinds: Box<RawValue>,
    /// What was odd about the message and its PDU, as words.
    pub flags: Vec<String>,
    /// Of a notification: the record, as the trap log has it. Its `snmp.community_ref` is that of the trap log for the
    /// same community; without a state directory, and on the command line, it is the same only within this process.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Record<'static>>)]
    pub record: Option<Box<RawValue>>,
    /// The octets one by one, with what they mean. Where the message was decrypted, the node `encryptedPDU` has a tree of
    /// its own, `decrypted`, whose offsets count from the beginning of the ScopedPDU.
    #[schema(value_type = Object)]
    pub tree: Box<RawValue>,
}

/// Puts the tree of what was decrypted where it stands in the tree of its message.
pub(super) fn nest(tree: &mut Map<String, Value>, decrypted: Map<String, Value>) {
    fn encrypted(nodes: &mut Value) -> Option<&mut Map<String, Value>> {
        for node in nodes.as_array_mut()? {
            let node = node.as_object_mut()?;
            if node.get("name").is_some_and(|name| name == "encryptedPDU") {
                return Some(node);
            }
            if let Some(found) = node.get_mut("children").and_then(encrypted) {
                return Some(found);
            }
        }
        None
    }
    if let Some(node) = tree.get_mut("nodes").and_then(encrypted) {
        node.insert("decrypted".into(), Value::Object(decrypted));
    }
}
