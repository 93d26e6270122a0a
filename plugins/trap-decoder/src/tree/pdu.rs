//! PDUs: what each field means depends on which PDU it is (RFC 1157 section 4.1, RFC 3416 section 3).

use super::builder::{Builder, Field, INTEGER, OID, SEQUENCE};
use super::meaning;
use super::node::{Node, type_name};
use crate::ber::{Reader, tag};
use crate::flags::Flags;
use crate::mapping::Scalar;
use crate::pdu::Kind;
use crate::{integer, oid};

const ANY_PDU: &[u8] = &[0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8];
const ENTERPRISE: Field =
    Field::new("enterprise", OID, "what kind of agent sent it, or under which name the trap is defined");
const AGENT_ADDR: Field = Field::new(
    "agent-addr",
    &[tag::IP_ADDRESS],
    "the address that the sender gives itself; the packet may come from elsewhere",
);
const GENERIC: Field = Field::new("generic-trap", INTEGER, "0 to 5 are the standard traps, 6 is the enterprise's own");
const SPECIFIC: Field =
    Field::new("specific-trap", INTEGER, "which of the enterprise's traps; counts only if generic-trap is 6");
const TIMESTAMP: Field =
    Field::new("time-stamp", &[tag::TIME_TICKS], "hundredths of a second since the sender started (sysUpTime)");
const LIST: Field = Field::new("variable-bindings", SEQUENCE, "the objects and their values, one after the other");
const VARBIND: Field = Field::new("varbind", SEQUENCE, "an object and its value");
const NAME: Field = Field::new("name", OID, "the object instance");

/// Reads a PDU.
pub(crate) fn pdu(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>) {
    let identifier = reader.peek().unwrap_or_default();
    let kind = Kind::of(identifier);
    if kind != Kind::Unknown {
        builder.summary.push(type_name(identifier).to_owned());
    }
    let field = Field::new("PDU", ANY_PDU, meaning::of_pdu(kind));
    builder.parent(reader, nodes, field, |builder, reader, node| {
        let nodes = &mut node.children;
        let mut numbers = [0; 3];
        if kind == Kind::TrapV1 {
            trap(builder, reader, nodes);
        } else {
            for (field, place) in meaning::numbers(kind).into_iter().zip(&mut numbers) {
                let element = builder.leaf(reader, nodes, field);
                let number = element.and_then(|element| integer::signed(element.content, &mut Flags::default()));
                if let (Some(number), Some(node)) = (number, nodes.last_mut()) {
                    node.text = meaning::number_text(field.name, number).or(node.text.take());
                    *place = number;
                }
            }
        }
        varbinds(builder, reader, nodes, kind);
        let [_, status, index] = numbers;
        if kind == Kind::Response && status != 0 {
            builder.summary.push(error(status, index, nodes));
        }
    });
}

/// What an agent refused, and about which varbind. An index of 0 is about none (RFC 3416 section 3).
fn error(status: i64, index: i64, nodes: &[Node]) -> String {
    let status = meaning::number_text("error-status", status).unwrap_or_else(|| format!("error-status {status}"));
    if index == 0 {
        return status;
    }
    let place = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
    let varbinds = nodes.iter().rfind(|node| node.name == LIST.name);
    let varbind = place.and_then(|place| varbinds?.children.get(place));
    match varbind.map(|varbind| varbind.children.first().and_then(|name| name.text.as_deref())) {
        Some(Some(name)) => format!("{status} about varbind {index} ({name})"),
        Some(None) => format!("{status} about varbind {index}"),
        None => format!("{status} about varbind {index}, which is not there"),
    }
}

fn trap(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>) {
    builder.leaf(reader, nodes, ENTERPRISE);
    builder.leaf(reader, nodes, AGENT_ADDR);
    if let Some(element) = builder.leaf(reader, nodes, GENERIC)
        && let Some(number) = integer::signed(element.content, &mut Flags::default())
        && let Some(node) = nodes.last_mut()
    {
        node.text = Some(meaning::generic_trap(number));
        builder.summary.push(meaning::generic_trap(number));
    }
    builder.leaf(reader, nodes, SPECIFIC);
    builder.leaf(reader, nodes, TIMESTAMP);
}

fn varbinds(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>, kind: Kind) {
    builder.parent(reader, nodes, LIST, |builder, reader, node| {
        while !reader.is_empty() {
            varbind(builder, reader, &mut node.children, kind);
        }
        let count = node.children.len();
        node.text = Some(if count == 1 { "1 varbind".to_owned() } else { format!("{count} varbinds") });
        builder.summary.push(if count == 1 { "1 varbind".to_owned() } else { format!("{count} varbinds") });
    });
}

fn varbind(builder: &mut Builder, reader: &mut Reader<'_>, nodes: &mut Vec<Node>, kind: Kind) {
    let place = nodes.len();
    builder.parent(reader, nodes, VARBIND, |builder, reader, node| {
        let name = builder.leaf(reader, &mut node.children, NAME);
        let name = name.and_then(|name| oid::checked(name.content, &mut Flags::default())).map(oid::shortest);
        let scalar = name.as_deref().and_then(Scalar::of);
        if let Some(meaning) = scalar.and_then(|scalar| meaning::of_varbind(kind, place, scalar)) {
            node.meaning(meaning);
        }
        let field = Field::new("value", &[], meaning::of_value(kind));
        let Some(element) = builder.leaf(reader, &mut node.children, field) else { return };
        let Some(child) = node.children.last_mut() else { return };
        if type_name(element.tag) == "unknown" {
            builder.complain(element.offset, "a type that SMIv2 does not define".to_owned(), child);
        }
        if scalar == Some(Scalar::TrapOid) {
            builder.summary.extend(child.text.clone());
        }
        let value = child.text.as_deref().unwrap_or(if child.problem.is_some() { "?" } else { child.type_name });
        node.text = name.map(|name| format!("{} = {value}", oid::dotted(&name)));
    });
}
