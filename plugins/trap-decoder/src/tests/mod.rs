//! The decoder against packets that are put together here, against any octets at all, and against recorded packets
//! where they are at hand.

mod hostile;
mod notifications;
mod packet;
mod recorded;
mod trees;

use snmp_proxy_sdk::serde_json::{self, Value};
use snmp_proxy_sdk::traps::{Notification, Part, TrapDecoder, Version};

use crate::StandardDecoder;

fn decode(version: Version, pdu: &[u8]) -> String {
    StandardDecoder::decode(&Notification { version, pdu: pdu.to_vec(), hints: Vec::new() }).unwrap()
}

fn record(version: Version, pdu: &[u8]) -> Value {
    serde_json::from_str(&decode(version, pdu)).unwrap()
}

fn tree(part: Part, octets: &[u8]) -> Value {
    serde_json::from_str(&StandardDecoder::tree(part, octets).unwrap()).unwrap()
}

/// The octets of all nodes, put together in their order.
fn octets_of(nodes: &Value) -> String {
    let nodes = nodes.as_array().unwrap().iter();
    nodes.map(|node| format!("{}{}", node["raw"].as_str().unwrap(), octets_of(&node["children"]))).collect()
}
