//! Messages of all versions: RFC 1157 section 4, RFC 1901 section 3, RFC 3412 section 6, RFC 3414 section 2.4.

use super::builder::{Builder, Field, INTEGER, OCTETS, SEQUENCE};
use super::node::Node;
use super::{meaning, pdu};
use crate::ber::{Element, Reader, tag};
use crate::flags::Flags;
use crate::integer;

const MESSAGE: Field = Field::new("message", SEQUENCE, "the whole SNMP message: all else lies inside");
const VERSION: Field =
    Field::new("version", INTEGER, "0 is SNMPv1, 1 is SNMPv2c, 3 is SNMPv3; decides what the rest looks like");
const COMMUNITY: Field =
    Field::new("community", OCTETS, "the community string, sent in clear: whoever reads the packet knows it");
const GLOBAL_DATA: Field = Field::new("msgGlobalData", SEQUENCE, "what every version 3 message says of itself");
const MSG_ID: Field = Field::new("msgID", INTEGER, "joins an answer to its request; a resent message has a new one");
const MAX_SIZE: Field = Field::new("msgMaxSize", INTEGER, "the longest message that the sender takes, in octets");
const MSG_FLAGS: Field =
    Field::new("msgFlags", OCTETS, "bits: 1 authenticated, 2 encrypted, 4 a report may be sent back");
const SECURITY_MODEL: Field = Field::new("msgSecurityModel", INTEGER, "3 is the User-based Security Model");
const SECURITY_PARAMETERS: Field =
    Field::new("msgSecurityParameters", OCTETS, "what the security model needs; USM puts a SEQUENCE into it");
const USM: Field = Field::new("UsmSecurityParameters", SEQUENCE, "who sent it, when, and how it is protected");
const ENGINE_ID: Field = Field::new(
    "msgAuthoritativeEngineID",
    OCTETS,
    "the engine whose clock and keys count: the sender of traps, the receiver of requests and informs",
);
const ENGINE_BOOTS: Field =
    Field::new("msgAuthoritativeEngineBoots", INTEGER, "how often that engine has started: against replay");
const ENGINE_TIME: Field =
    Field::new("msgAuthoritativeEngineTime", INTEGER, "seconds since it started: 150 apart is too old or too new");
const USER_NAME: Field = Field::new("msgUserName", OCTETS, "the user whose keys are used");
const AUTHENTICATION: Field = Field::new(
    "msgAuthenticationParameters",
    OCTETS,
    "the truncated HMAC of the whole message, computed with zeros in this place; empty when not authenticated",
);
const PRIVACY: Field =
    Field::new("msgPrivacyParameters", OCTETS, "the salt of the encryption; empty when not encrypted");
const SCOPED_PDU: Field = Field::new("ScopedPDU", SEQUENCE, "a PDU with the context that it is about");
const ENCRYPTED: Field =
    Field::new("encryptedPDU", OCTETS, "the ScopedPDU, encrypted: only who has the key can read on");
const CONTEXT_ENGINE: Field =
    Field::new("contextEngineID", OCTETS, "the engine that has the objects; differs from the sender behind a proxy");
const CONTEXT_NAME: Field =
    Field::new("contextName", OCTETS, "which of its contexts, e.g. a VLAN or a VRF; empty is the default one");

/// Reads a whole message.
pub(crate) fn message(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>) {
    builder.parent(reader, nodes, MESSAGE, |builder, reader, node| {
        let nodes = &mut node.children;
        let version = number(builder.leaf(reader, nodes, VERSION));
        let name = match version {
            Some(0) => "SNMPv1",
            Some(1) => "SNMPv2c",
            Some(3) => "SNMPv3",
            _ => "unknown version",
        };
        builder.summary.push(name.to_owned());
        if let Some(node) = nodes.last_mut() {
            node.text = Some(name.to_owned());
            if name == "unknown version" && version.is_some() {
                let offset = node.offset;
                builder.complain(offset, "no version of SNMP; the rest is read as version 2c".to_owned(), node);
            }
        }
        if version == Some(3) {
            return version_3(builder, reader, nodes);
        }
        builder.leaf(reader, nodes, COMMUNITY);
        pdu::pdu(builder, reader, nodes);
    });
}

fn version_3(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>) {
    let mut model = None;
    builder.parent(reader, nodes, GLOBAL_DATA, |builder, reader, node| {
        let nodes = &mut node.children;
        builder.leaf(reader, nodes, MSG_ID);
        builder.leaf(reader, nodes, MAX_SIZE);
        if let Some(element) = builder.leaf(reader, nodes, MSG_FLAGS) {
            message_flags(builder, &element, nodes);
        }
        model = number(builder.leaf(reader, nodes, SECURITY_MODEL));
    });
    if model == Some(3) {
        builder.parent(reader, nodes, SECURITY_PARAMETERS, |builder, reader, node| {
            builder.parent(reader, &mut node.children, USM, usm);
        });
    } else {
        builder.leaf(reader, nodes, SECURITY_PARAMETERS);
    }
    if reader.peek() == Some(tag::OCTET_STRING) {
        builder.leaf(reader, nodes, ENCRYPTED);
        builder.summary.push("encrypted".to_owned());
    } else {
        scoped_pdu(builder, reader, nodes);
    }
}

fn usm(builder: &mut Builder, reader: &mut Reader<'_>, node: &mut Node) {
    let nodes = &mut node.children;
    engine_id(builder, reader, nodes, ENGINE_ID);
    for field in [ENGINE_BOOTS, ENGINE_TIME] {
        let element = builder.leaf(reader, nodes, field);
        if let (Some(element), Some(node)) = (element, nodes.last_mut())
            && number(Some(element)).is_some_and(i64::is_negative)
        {
            let text = format!("{} is negative: it counts from 0 to 2147483647", field.name);
            builder.complain(element.content_offset(), text, node);
        }
    }
    builder.leaf(reader, nodes, USER_NAME);
    builder.leaf(reader, nodes, AUTHENTICATION);
    builder.leaf(reader, nodes, PRIVACY);
}

/// Reads a ScopedPDU.
pub(crate) fn scoped_pdu(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>) {
    builder.parent(reader, nodes, SCOPED_PDU, |builder, reader, node| {
        engine_id(builder, reader, &mut node.children, CONTEXT_ENGINE);
        builder.leaf(reader, &mut node.children, CONTEXT_NAME);
        pdu::pdu(builder, reader, &mut node.children);
    });
}

fn engine_id(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>, field: Field) {
    if let Some(element) = builder.leaf(reader, nodes, field)
        && let Some(node) = nodes.last_mut()
    {
        node.value = format!("0x{}", snmp_proxy_sdk::text::hex(element.content)).into();
        node.text = Some(meaning::engine_id(element.content));
    }
}

fn message_flags(builder: &mut Builder, element: &Element<'_>, nodes: &mut [Node]) {
    let (&[flags], Some(node)) = (element.content, nodes.last_mut()) else {
        return builder.problem(element.offset, "msgFlags should be one octet".to_owned());
    };
    let level = match flags & 3 {
        0 => "noAuthNoPriv",
        1 => "authNoPriv",
        3 => "authPriv",
        _ => "encrypted but not authenticated, which is not allowed",
    };
    node.value = flags.into();
    node.text = Some(format!("{level}{}", if flags & 4 == 0 { "" } else { ", reportable" }));
    builder.summary.push(level.to_owned());
    if flags & 3 == 2 {
        builder.complain(element.content_offset(), level.to_owned(), node);
    }
}

fn number(element: Option<Element<'_>>) -> Option<i64> {
    integer::signed(element?.content, &mut Flags::default())
}
