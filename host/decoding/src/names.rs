//! What the numbers of a record and of a tree are called: names, enumerations and displayed values, by their OIDs.
//!
//! The trap decoder reads structure and values and knows no names; they are the host's, from the tables of `mibs`. What a
//! decoder has named itself stays.

use mibs::{Found, Mibs, Object, Syntax, Value, dotted};
use runtime::{InterfaceRef, RecordedVarbind, Scalar, TrapRecord};
use serde_json::{Map, Value as Json};

use super::outline::without_header;

/// Objects of SMIv1 that are numbers of interfaces, without the convention that came later: ipAdEntIfIndex and
/// ipNetToMediaIfIndex (RFC 1213).
const INTERFACES: [&[u32]; 2] = [&[1, 3, 6, 1, 2, 1, 4, 20, 1, 2], &[1, 3, 6, 1, 2, 1, 4, 22, 1, 1]];

/// Names what a record is about and what it carries.
pub fn name(record: &mut TrapRecord, mibs: &Mibs) {
    if let Some(trap) = &mut record.trap
        && trap.name.is_none()
        && let Some(oid) = trap.oid.as_deref().and_then(mibs::arcs_of)
        && let Some(found) = mibs.notification(&oid).or_else(|| mibs.find(&oid).filter(Found::is_known))
    {
        trap.name = Some(found.object.name().to_owned());
        trap.mib = found.object.module().map(|module| module.name().to_owned());
        trap.index = index(found.rest);
    }
    let oids: Vec<Option<Vec<u32>>> =
        record.varbinds.iter().map(|varbind| varbind.oid.as_deref().and_then(mibs::arcs_of)).collect();
    let found: Vec<Option<Found<'_, '_>>> =
        oids.iter().map(|oid| mibs.find(oid.as_deref()?).filter(Found::is_known)).collect();
    let types: Vec<Option<AddressType<'_>>> =
        found.iter().zip(&record.varbinds).map(|(found, varbind)| AddressType::of((*found)?, varbind)).collect();
    let mut interface = None;
    for (varbind, found) in record.varbinds.iter_mut().zip(&found) {
        if let (Some("object-identifier"), Scalar::Text(oid)) = (varbind.value_type.as_deref(), &varbind.value)
            && varbind.text.as_ref() == Some(oid)
            && let Some(name) = mibs::arcs_of(oid).and_then(|oid| mibs.name(&oid))
        {
            varbind.text = Some(name);
        }
        let Some(found) = found else { continue };
        if interface.is_none() && is_interface(found.object) {
            interface = number(varbind).filter(|number| *number > 0);
        }
        if varbind.name.is_none() {
            let address_type = types.iter().flatten().filter(|kind| kind.is_of(found)).max_by_key(|kind| kind.arc);
            name_varbind(varbind, *found, address_type.map(|kind| kind.number));
        }
    }
    if let (None, Some(ifindex)) = (&record.enrichment.interface, interface) {
        record.enrichment.interface = Some(InterfaceRef { ifindex });
    }
}

fn name_varbind(varbind: &mut RecordedVarbind, found: Found<'_, '_>, address_type: Option<i64>) {
    varbind.name = Some(found.object.name().to_owned());
    varbind.mib = found.object.module().map(|module| module.name().to_owned());
    varbind.index = index(found.rest);
    let octets = varbind.hex.as_deref().and_then(|hex| const_hex::decode(hex).ok());
    let value = match (varbind.value_type.as_deref(), &octets) {
        (Some("octet-string"), Some(octets)) => Value::Octets(octets),
        (Some("integer" | "gauge32" | "uinteger32" | "counter32"), _) => match number(varbind) {
            Some(number) => Value::Integer(number),
            None => return,
        },
        _ => return,
    };
    if let Some(displayed) = found.object.syntax().and_then(|syntax| syntax.display(value, address_type)) {
        varbind.text = Some(displayed.text);
        varbind.enumeration = displayed.name.map(str::to_owned);
    }
}

fn index(arcs: &[u32]) -> Option<String> {
    (!arcs.is_empty()).then(|| dotted(arcs))
}

fn number(varbind: &RecordedVarbind) -> Option<i64> {
    match varbind.value {
        Scalar::Integer(number) => Some(number),
        _ => None,
    }
}

fn is_interface(object: Object<'_>) -> bool {
    object.syntax().is_some_and(Syntax::is_interface) || INTERFACES.contains(&&object.oid()[..])
}

/// An InetAddressType that a record carries: it says what the InetAddress behind it in the same row is (RFC 4001).
struct AddressType<'a> {
    row: Option<Object<'a>>,
    rest: Vec<u32>,
    arc: u32,
    number: i64,
}

impl<'a> AddressType<'a> {
    fn of(found: Found<'a, '_>, varbind: &RecordedVarbind) -> Option<Self> {
        let object = found.object;
        let number = number(varbind).filter(|_| object.syntax().is_some_and(Syntax::is_address_type))?;
        Some(Self { row: object.parent(), rest: found.rest.to_vec(), arc: object.arc(), number })
    }

    /// Whether it is one of what `found` is in the same row, or of the same group of scalars, and stands before it.
    fn is_of(&self, found: &Found<'_, '_>) -> bool {
        self.arc < found.object.arc() && self.rest == found.rest && self.row == found.object.parent()
    }
}

/// Names what a tree of a message shows: OIDs, the objects of varbinds, and their values.
pub(super) fn name_tree(tree: &mut Map<String, Json>, mibs: &Mibs) {
    if let Some(nodes) = tree.get_mut("nodes").and_then(|nodes| nodes.as_array_mut()) {
        nodes.iter_mut().for_each(|node| name_node(node, mibs));
    }
    if let Some(summary) = tree.get_mut("summary")
        && let Some(text) = summary.as_str()
    {
        let parts: Vec<String> = text.split(", ").map(|part| name_part(part, mibs)).collect();
        *summary = parts.join(", ").into();
    }
}

/// A part of a summary: an OID, or what ends with one in brackets.
fn name_part(part: &str, mibs: &Mibs) -> String {
    let named = |oid: &str| mibs::arcs_of(oid).filter(|oid| oid.len() > 1).and_then(|oid| mibs.name(&oid));
    if let Some(name) = named(part) {
        return name;
    }
    let bracketed = part.strip_suffix(')').and_then(|part| part.rsplit_once('('));
    match bracketed.and_then(|(before, oid)| Some((before, named(oid)?))) {
        Some((before, name)) => format!("{before}({name})"),
        None => part.to_owned(),
    }
}

fn name_node(node: &mut Json, mibs: &Mibs) {
    let children = node.get_mut("children").and_then(|children| children.as_array_mut());
    children.into_iter().flatten().for_each(|child| name_node(child, mibs));
    if node["type"] == "OBJECT IDENTIFIER"
        && let Some(name) = node["value"].as_str().and_then(mibs::arcs_of).and_then(|oid| mibs.name(&oid))
    {
        node["text"] = name.into();
    }
    if node["name"] == "varbind" {
        name_varbind_node(node, mibs);
    }
}

/// The node of a varbind has those of its name and its value below it.
fn name_varbind_node(node: &mut Json, mibs: &Mibs) {
    let Some(name) = node.pointer("/children/0") else { return };
    let Some(oid) = name["value"].as_str().filter(|_| name["name"] == "name").and_then(mibs::arcs_of) else { return };
    let text = name["text"].as_str().unwrap_or_default().to_owned();
    if let Some(found) = mibs.find(&oid).filter(Found::is_known) {
        // What the decoder says of some objects says more.
        if node["meaning"] == VARBIND {
            node["meaning"] = format!("an instance of {}", found.object.name()).into();
        }
        let displayed = node.pointer("/children/1").and_then(value_of).and_then(|value| {
            let syntax = found.object.syntax()?;
            match &value {
                NodeValue::Number(number) => syntax.display(Value::Integer(*number), None),
                NodeValue::Octets(octets) => syntax.display(Value::Octets(octets), None),
            }
        });
        if let Some(displayed) = displayed
            && let Some(text) = node.pointer_mut("/children/1/text")
        {
            *text = displayed.text.into();
        }
    }
    let Some(value) = node.pointer("/children/1").filter(|value| value.is_object()) else { return };
    let shown = match value["text"].as_str() {
        Some(text) => text,
        None if value["problem"].is_string() => "?",
        None => value["type"].as_str().unwrap_or("?"),
    };
    node["text"] = format!("{text} = {shown}").into();
}

/// What the decoder says a varbind is for, where it does not know the object.
const VARBIND: &str = "an object and its value";

enum NodeValue {
    Number(i64),
    Octets(Vec<u8>),
}

fn value_of(node: &Json) -> Option<NodeValue> {
    match node["type"].as_str()? {
        "INTEGER" | "Gauge32" | "UInteger32" | "Counter32" => node["value"].as_i64().map(NodeValue::Number),
        "OCTET STRING" => {
            let octets = const_hex::decode(node["raw"].as_str()?).ok()?;
            Some(NodeValue::Octets(without_header(&octets).to_vec()))
        }
        _ => None,
    }
}
