//! Writing the `.snmprec` form.

use std::fmt::Write as _;

use crate::{Object, Value, scan::text_of, value::tag};

/// Writes the object as one line, without its end. [`parse`](crate::parse) reads the same from it.
///
/// A value that is not the BER of its own tag has no such form and becomes a comment.
pub(crate) fn write(Object { name, value }: &Object) -> String {
    let name = dotted(name);
    match value {
        Value::Integer(number) => format!("{name}|2|{number}"),
        Value::OctetString(octets) if octets.iter().all(|octet| matches!(octet, b' '..=b'~')) => {
            format!("{name}|4|{}", text_of(octets))
        }
        Value::OctetString(octets) => hexadecimal(&name, tag::OCTET_STRING, octets),
        Value::Null => format!("{name}|5|"),
        Value::ObjectIdentifier(oid) => format!("{name}|6|{}", dotted(oid)),
        Value::IpAddress([a, b, c, d]) => format!("{name}|64|{a}.{b}.{c}.{d}"),
        Value::Counter32(number) => format!("{name}|65|{number}"),
        Value::Gauge32(number) => format!("{name}|66|{number}"),
        Value::TimeTicks(number) => format!("{name}|67|{number}"),
        Value::Opaque(octets) => hexadecimal(&name, tag::OPAQUE, octets),
        Value::NsapAddress(octets) => hexadecimal(&name, tag::NSAP_ADDRESS, octets),
        Value::Counter64(number) => format!("{name}|70|{number}"),
        Value::UInteger32(number) => format!("{name}|71|{number}"),
        Value::NoSuchObject => format!("{name}|128|"),
        Value::NoSuchInstance => format!("{name}|129|"),
        Value::EndOfMibView => format!("{name}|130|"),
        Value::Unknown { tag, .. } if is_known(*tag) => format!("# {name}: content that does not fit tag {tag}"),
        Value::Unknown { tag, octets } => hexadecimal(&name, *tag, octets),
    }
}

fn hexadecimal(name: &str, tag: u8, octets: &[u8]) -> String {
    octets.iter().fold(format!("{name}|{tag}x|"), |mut line, octet| {
        // Writing to a String cannot fail.
        let _ = write!(line, "{octet:02x}");
        line
    })
}

/// The dotted form, without a leading dot.
pub(crate) fn dotted(arcs: &[u32]) -> String {
    let mut text = String::with_capacity(arcs.len() * 3);
    for (place, arc) in arcs.iter().enumerate() {
        let _ = write!(text, "{}{arc}", if place > 0 { "." } else { "" });
    }
    text
}

fn is_known(tag: u8) -> bool {
    matches!(
        tag,
        tag::INTEGER
            | tag::OCTET_STRING
            | tag::NULL
            | tag::OBJECT_IDENTIFIER
            | tag::IP_ADDRESS..=tag::UINTEGER32
            | tag::NO_SUCH_OBJECT..=tag::END_OF_MIB_VIEW
    ) || tag & 0x1f == 0x1f
}
