//! Writing the form of `snmpwalk -On -m ''`.

use std::fmt::Write as _;

use crate::{
    Object, Value,
    names::{Syntax, syntax_of},
    scan::text_of,
    snmprec::dotted,
};

/// The pairs of a line of hexadecimal digits.
const PAIRS: usize = 16;

/// Writes the object, over several lines where net-snmp does. [`parse`](crate::parse) reads the same from it.
pub(crate) fn write(Object { name, value }: &Object) -> String {
    let is_physical = syntax_of(name) == Some(Syntax::PhysAddress);
    let name = format!(".{}", dotted(name));
    match value {
        Value::Integer(number) => format!("{name} = INTEGER: {number}"),
        Value::OctetString(octets) if octets.is_empty() => format!("{name} = \"\""),
        Value::OctetString(octets) if is_text(octets) && !is_physical => {
            format!("{name} = STRING: \"{}\"", escaped(octets))
        }
        Value::OctetString(octets) => format!("{name} = Hex-STRING: {}", pairs(octets)),
        Value::Null => format!("{name} = NULL"),
        Value::ObjectIdentifier(oid) => format!("{name} = OID: {}", rooted(oid)),
        Value::IpAddress([a, b, c, d]) => format!("{name} = IpAddress: {a}.{b}.{c}.{d}"),
        Value::Counter32(number) => format!("{name} = Counter32: {number}"),
        Value::Gauge32(number) => format!("{name} = Gauge32: {number}"),
        Value::TimeTicks(ticks) => format!("{name} = Timeticks: ({ticks}) {}", time(*ticks)),
        Value::Opaque(octets) => format!("{name} = OPAQUE: {}", pairs(octets)),
        Value::NsapAddress(octets) => format!("{name} = NsapAddress: {}", pairs(octets)),
        Value::Counter64(number) => format!("{name} = Counter64: {number}"),
        Value::UInteger32(number) => format!("{name} = UInteger32: {number}"),
        Value::NoSuchObject => format!("{name} = No Such Object available on this agent at this OID"),
        Value::NoSuchInstance => format!("{name} = No Such Instance currently exists at this OID"),
        Value::EndOfMibView => {
            format!("{name} = No more variables left in this MIB View (It is past the end of the MIB tree)")
        }
        Value::Unknown { .. } => format!("{name} = Variable has bad type"),
    }
}

/// Whether octets can be written as a text. One that is little else than dots, and a physical address with a dot, would
/// be taken for octets that `-Oa` has made unreadable, where no other line has hexadecimal digits.
fn is_text(octets: &[u8]) -> bool {
    let dots = octets.iter().filter(|octet| **octet == b'.').count();
    octets.iter().all(|octet| matches!(octet, b' '..=b'~')) && dots * 2 < octets.len()
}

fn escaped(octets: &[u8]) -> String {
    text_of(octets).replace('\\', "\\\\").replace('"', "\\\"")
}

fn pairs(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len() * 3 + octets.len() / PAIRS);
    for (place, octet) in octets.iter().enumerate() {
        if place > 0 && place.is_multiple_of(PAIRS) {
            text.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{octet:02X} ");
    }
    text
}

/// A value that is an OID: without a MIB net-snmp has names for the roots, and no others.
fn rooted(oid: &[u32]) -> String {
    match oid {
        [0, rest @ ..] => format!("ccitt.{}", dotted(rest)),
        [2, rest @ ..] => format!("joint-iso-ccitt.{}", dotted(rest)),
        oid => format!(".{}", dotted(oid)),
    }
}

/// Hundredths of a second as days and a time of day.
fn time(ticks: u32) -> String {
    let (hundredths, seconds) = (ticks % 100, ticks / 100);
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let day = match days {
        0 => String::new(),
        1 => "1 day, ".to_owned(),
        days => format!("{days} days, "),
    };
    format!("{day}{hours}:{minutes:02}:{seconds:02}.{hundredths:02}")
}
