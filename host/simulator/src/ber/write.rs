//! Writing BER: each function appends one element to a buffer, in the shortest form.

use snmp::{Oid, Value, Varbind};

use super::tag;

/// Appends a name with its value.
pub(crate) fn put_varbind(out: &mut Vec<u8>, varbind: &Varbind) {
    let mut inside = Vec::with_capacity(48);
    put_oid(&mut inside, &varbind.name);
    put_value(&mut inside, &varbind.value);
    put_octets(out, tag::SEQUENCE, &inside);
}

/// Appends a value with the tag of its type.
pub(crate) fn put_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Integer(number) => put_integer(out, *number),
        Value::OctetString(octets) => put_octets(out, tag::OCTET_STRING, octets),
        Value::Null => put_header(out, tag::NULL, 0),
        Value::ObjectIdentifier(oid) => put_oid(out, oid),
        Value::IpAddress(octets) => put_octets(out, tag::IP_ADDRESS, octets),
        Value::Counter32(number) => put_unsigned(out, tag::COUNTER32, u64::from(*number)),
        Value::Gauge32(number) => put_unsigned(out, tag::GAUGE32, u64::from(*number)),
        Value::TimeTicks(number) => put_unsigned(out, tag::TIME_TICKS, u64::from(*number)),
        Value::Opaque(octets) => put_octets(out, tag::OPAQUE, octets),
        Value::NsapAddress(octets) => put_octets(out, tag::NSAP_ADDRESS, octets),
        Value::Counter64(number) => put_unsigned(out, tag::COUNTER64, *number),
        Value::UInteger32(number) => put_unsigned(out, tag::UINTEGER32, u64::from(*number)),
        Value::NoSuchObject => put_header(out, tag::NO_SUCH_OBJECT, 0),
        Value::NoSuchInstance => put_header(out, tag::NO_SUCH_INSTANCE, 0),
        Value::EndOfMibView => put_header(out, tag::END_OF_MIB_VIEW, 0),
        Value::Unknown { tag, octets } => put_octets(out, *tag, octets),
    }
}

/// Appends an INTEGER.
pub(crate) fn put_integer(out: &mut Vec<u8>, number: i32) {
    put_number(out, tag::INTEGER, i128::from(number));
}

/// Appends an element of `content` as it is.
pub(crate) fn put_octets(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    put_header(out, tag, content.len());
    out.extend_from_slice(content);
}

/// Appends the identifier and length octets of an element of `length` content octets.
pub(crate) fn put_header(out: &mut Vec<u8>, tag: u8, length: usize) {
    out.push(tag);
    let octets = length.to_be_bytes();
    let used = digits(&octets, 0);
    match used {
        [low] if *low < 0x80 => out.push(*low),
        [] => out.push(0),
        // A length has at most eight octets, so the count fits seven bits.
        used => {
            out.push(0x80 | used.len() as u8);
            out.extend_from_slice(used);
        }
    }
}

/// How many octets an element of `length` content octets takes in all.
pub(crate) fn element_len(length: usize) -> usize {
    let of_length = if length < 0x80 { 0 } else { (usize::BITS - length.leading_zeros()).div_ceil(8) as usize };
    2 + of_length + length
}

/// How many octets an INTEGER of this value takes in all.
pub(crate) fn integer_len(number: i32) -> usize {
    let magnitude = if number < 0 { !number } else { number };
    2 + (33 - magnitude.leading_zeros()).div_ceil(8) as usize
}

fn put_unsigned(out: &mut Vec<u8>, tag: u8, number: u64) {
    put_number(out, tag, i128::from(number));
}

fn put_number(out: &mut Vec<u8>, tag: u8, number: i128) {
    let octets = number.to_be_bytes();
    let fill = if number < 0 { 0xff } else { 0 };
    let mut used = octets.as_slice();
    // The shortest two's complement: the first octet goes while the next one still carries the same sign.
    while let [first, rest @ ..] = used {
        let sign_kept = rest.first().is_some_and(|next| (next ^ fill) & 0x80 == 0);
        if *first != fill || !sign_kept {
            break;
        }
        used = rest;
    }
    put_octets(out, tag, used);
}

/// Appends an OBJECT IDENTIFIER. One of fewer than two arcs has no BER; it is written as if zeros followed.
pub(crate) fn put_oid(out: &mut Vec<u8>, oid: &Oid) {
    let mut content = Vec::with_capacity(oid.arcs().len() + 4);
    match oid.arcs() {
        [] => put_arc(&mut content, 0),
        [first] => put_arc(&mut content, u64::from(*first) * 40),
        [first, second, rest @ ..] => {
            put_arc(&mut content, u64::from(*first) * 40 + u64::from(*second));
            for arc in rest {
                put_arc(&mut content, u64::from(*arc));
            }
        }
    }
    put_octets(out, tag::OBJECT_IDENTIFIER, &content);
}

fn put_arc(out: &mut Vec<u8>, arc: u64) {
    let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
    for place in (0..groups).rev() {
        let more = if place > 0 { 0x80 } else { 0 };
        out.push((arc >> (7 * place)) as u8 & 0x7f | more);
    }
}

fn digits(octets: &[u8], fill: u8) -> &[u8] {
    let start = octets.iter().position(|octet| *octet != fill).unwrap_or(octets.len());
    octets.get(start..).unwrap_or_default()
}
