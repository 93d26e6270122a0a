//! A node of the tree: an element, or octets that are none.

use snmp_proxy_sdk::serde::Serialize;
use snmp_proxy_sdk::serde_json::Value;
use snmp_proxy_sdk::text::hex;

use crate::ber::{Element, tag};

/// An element with what is known of it.
#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Node {
    /// Where its first octet stands, counted from 0.
    pub(crate) offset: usize,
    /// The field that it is, e.g. `request-id`.
    pub(crate) name: String,
    /// The type that its tag stands for, `octets` where there is no element.
    #[serde(rename = "type")]
    pub(crate) type_name: &'static str,
    /// The identifier octet, e.g. `0x30`.
    pub(crate) tag: Option<String>,
    pub(crate) class: Option<&'static str>,
    pub(crate) constructed: Option<bool>,
    /// What the length says.
    pub(crate) length: Option<u64>,
    /// The value for programs, of elements that contain no others.
    pub(crate) value: Value,
    /// The value for people.
    pub(crate) text: Option<String>,
    /// What the field is for.
    pub(crate) meaning: Option<String>,
    /// The octets that no child has, as hex digits: all of them, or identifier and length.
    pub(crate) raw: String,
    /// What is wrong here.
    pub(crate) problem: Option<String>,
    pub(crate) children: Vec<Node>,
}

impl Node {
    /// An element with all its octets and no children.
    pub(crate) fn leaf(element: &Element<'_>, name: &str) -> Node {
        let mut node = Node::parent(element, name);
        node.raw.push_str(&hex(element.content));
        node
    }

    /// An element with the octets of identifier and length; its contents become children.
    pub(crate) fn parent(element: &Element<'_>, name: &str) -> Node {
        Node {
            tag: Some(format!("0x{:02x}", element.tag)),
            class: Some(class(element.tag)),
            constructed: Some(element.tag & 0x20 != 0),
            length: element.claimed,
            type_name: type_name(element.tag),
            ..Node::octets(element.offset, element.header, name)
        }
    }

    /// Octets that are no element.
    pub(crate) fn octets(offset: usize, octets: &[u8], name: &str) -> Node {
        Node {
            offset,
            name: name.to_owned(),
            type_name: "octets",
            tag: None,
            class: None,
            constructed: None,
            length: None,
            value: Value::Null,
            text: None,
            meaning: None,
            raw: hex(octets),
            problem: None,
            children: Vec::new(),
        }
    }

    /// Says what the field is for.
    pub(crate) fn meaning(&mut self, meaning: impl Into<String>) {
        self.meaning = Some(meaning.into());
    }
}

/// The class of a tag (X.690 section 8.1.2.2): the two highest bits.
fn class(tag: u8) -> &'static str {
    match tag >> 6 {
        0 => "universal",
        1 => "application",
        2 => "context",
        _ => "private",
    }
}

/// The name of the type as the RFCs write it.
pub(crate) fn type_name(tag: u8) -> &'static str {
    match tag {
        tag::INTEGER => "INTEGER",
        tag::OCTET_STRING => "OCTET STRING",
        tag::NULL => "NULL",
        tag::OID => "OBJECT IDENTIFIER",
        tag::SEQUENCE => "SEQUENCE",
        tag::IP_ADDRESS => "IpAddress",
        tag::COUNTER32 => "Counter32",
        tag::GAUGE32 => "Gauge32",
        tag::TIME_TICKS => "TimeTicks",
        tag::OPAQUE => "Opaque",
        tag::NSAP_ADDRESS => "NsapAddress",
        tag::COUNTER64 => "Counter64",
        tag::UINTEGER32 => "UInteger32",
        tag::NO_SUCH_OBJECT => "noSuchObject",
        tag::NO_SUCH_INSTANCE => "noSuchInstance",
        tag::END_OF_MIB_VIEW => "endOfMibView",
        0xa0 => "GetRequest-PDU",
        0xa1 => "GetNextRequest-PDU",
        0xa2 => "Response-PDU",
        0xa3 => "SetRequest-PDU",
        0xa4 => "Trap-PDU",
        0xa5 => "GetBulkRequest-PDU",
        0xa6 => "InformRequest-PDU",
        0xa7 => "SNMPv2-Trap-PDU",
        0xa8 => "Report-PDU",
        0x01 => "BOOLEAN",
        0x03 => "BIT STRING",
        0x09 => "REAL",
        0x0a => "ENUMERATED",
        0x31 => "SET",
        _ => "unknown",
    }
}
