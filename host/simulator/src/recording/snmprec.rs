//! The `.snmprec` form: lines of `OID|TAG|VALUE`.
//!
//! TAG is the decimal BER tag; the suffix `x` says that VALUE is hexadecimal, `e` that it has backslash escapes.
//! The octets of a line are the octets of the value: there is no character set. Besides the tags of the SMI any other
//! single-octet tag is taken with the suffix `x`, so that a device can be played that sends what nobody knows.

use std::fmt::Write as _;

use snmp_engine::{Value, Varbind};

use super::lines::{LineError, Lines, hex, oid, text_of};
use crate::ber::tag;

/// Reads all lines; those that cannot be read are noted in `lines`.
pub(super) fn read(lines: &mut Lines<'_>) -> Vec<Varbind> {
    let mut varbinds = Vec::new();
    while let Some(line) = lines.next() {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        match varbind(line) {
            Ok(varbind) => varbinds.push(varbind),
            Err(error) => lines.note(lines.number(), line, error),
        }
    }
    varbinds
}

/// Appends one line.
pub(super) fn write(text: &mut String, varbind: &Varbind) {
    let name = &varbind.name;
    // Writing to a String cannot fail.
    let _ = match &varbind.value {
        Value::Integer(number) => writeln!(text, "{name}|2|{number}"),
        Value::OctetString(octets) => return write_octets(text, varbind, tag::OCTET_STRING, octets),
        Value::Null => writeln!(text, "{name}|5|"),
        Value::ObjectIdentifier(oid) => writeln!(text, "{name}|6|{oid}"),
        Value::IpAddress([a, b, c, d]) => writeln!(text, "{name}|64|{a}.{b}.{c}.{d}"),
        Value::Counter32(number) => writeln!(text, "{name}|65|{number}"),
        Value::Gauge32(number) => writeln!(text, "{name}|66|{number}"),
        Value::TimeTicks(number) => writeln!(text, "{name}|67|{number}"),
        Value::Opaque(octets) => return write_hex(text, varbind, tag::OPAQUE, octets),
        Value::NsapAddress(octets) => return write_hex(text, varbind, tag::NSAP_ADDRESS, octets),
        Value::Counter64(number) => writeln!(text, "{name}|70|{number}"),
        Value::UInteger32(number) => writeln!(text, "{name}|71|{number}"),
        Value::NoSuchObject => writeln!(text, "{name}|128|"),
        Value::NoSuchInstance => writeln!(text, "{name}|129|"),
        Value::EndOfMibView => writeln!(text, "{name}|130|"),
        Value::Unknown { tag, .. } if is_known(*tag) => {
            writeln!(text, "# {name}: content that does not fit tag {tag}")
        }
        Value::Unknown { tag, octets } => return write_hex(text, varbind, *tag, octets),
    };
}

fn write_octets(text: &mut String, varbind: &Varbind, tag: u8, octets: &[u8]) {
    let plain = octets.trim_ascii().len() == octets.len() && octets.iter().all(|octet| matches!(octet, b' '..=b'~'));
    if plain {
        let _ = writeln!(text, "{}|{tag}|{}", varbind.name, text_of(octets));
    } else {
        write_hex(text, varbind, tag, octets);
    }
}

fn write_hex(text: &mut String, varbind: &Varbind, tag: u8, octets: &[u8]) {
    let _ = write!(text, "{}|{tag}x|", varbind.name);
    for octet in octets {
        let _ = write!(text, "{octet:02x}");
    }
    text.push('\n');
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Hex,
    Escaped,
}

fn varbind(line: &[u8]) -> Result<Varbind, LineError> {
    let mut fields = line.splitn(3, |sign| *sign == b'|');
    let (Some(name), Some(kind), Some(content)) = (fields.next(), fields.next(), fields.next()) else {
        return Err(LineError::Fields);
    };
    let name = oid(name)?;
    let kind = kind.trim_ascii();
    if kind.contains(&b':') {
        return Err(LineError::Variation);
    }
    let (digits, form) = match kind {
        [digits @ .., b'x'] => (digits, Form::Hex),
        [digits @ .., b'e'] => (digits, Form::Escaped),
        digits => (digits, Form::Plain),
    };
    let tag = text_of(digits).parse().map_err(|_| LineError::Type)?;
    Ok(Varbind { name, value: value(tag, form, content)? })
}

fn value(tag: u8, form: Form, content: &[u8]) -> Result<Value, LineError> {
    let octets = || match form {
        Form::Plain => Ok(content.to_vec()),
        Form::Hex => hex(content),
        Form::Escaped => unescape(content),
    };
    let number = || match form {
        Form::Plain => text_of(content.trim_ascii()).parse::<i128>().map_err(|_| LineError::Number),
        Form::Hex => i128::from_str_radix(&text_of(content.trim_ascii()), 16).map_err(|_| LineError::Number),
        Form::Escaped => Err(LineError::Suffix),
    };
    let unsigned = || u32::try_from(number()?).map_err(|_| LineError::Range);
    let nothing = |value| if content.trim_ascii().is_empty() { Ok(value) } else { Err(LineError::NotEmpty) };
    match tag {
        tag::INTEGER => Ok(Value::Integer(i32::try_from(number()?).map_err(|_| LineError::Range)?)),
        tag::OCTET_STRING => Ok(Value::OctetString(octets()?)),
        tag::NULL => nothing(Value::Null),
        tag::OBJECT_IDENTIFIER if form == Form::Plain => Ok(Value::ObjectIdentifier(oid(content)?)),
        tag::OBJECT_IDENTIFIER => Err(LineError::Suffix),
        tag::IP_ADDRESS if form == Form::Plain => address(&text_of(content)),
        tag::IP_ADDRESS => Ok(Value::IpAddress(octets()?.try_into().map_err(|_| LineError::Address)?)),
        tag::COUNTER32 => Ok(Value::Counter32(unsigned()?)),
        tag::GAUGE32 => Ok(Value::Gauge32(unsigned()?)),
        tag::TIME_TICKS => Ok(Value::TimeTicks(unsigned()?)),
        tag::OPAQUE => Ok(Value::Opaque(octets()?)),
        tag::NSAP_ADDRESS => Ok(Value::NsapAddress(octets()?)),
        tag::COUNTER64 => Ok(Value::Counter64(u64::try_from(number()?).map_err(|_| LineError::Range)?)),
        tag::UINTEGER32 => Ok(Value::UInteger32(unsigned()?)),
        tag::NO_SUCH_OBJECT => nothing(Value::NoSuchObject),
        tag::NO_SUCH_INSTANCE => nothing(Value::NoSuchInstance),
        tag::END_OF_MIB_VIEW => nothing(Value::EndOfMibView),
        // Tags of more than one octet are not used in SNMP and cannot be written.
        tag if form == Form::Hex && tag & 0x1f != 0x1f => Ok(Value::Unknown { tag, octets: octets()? }),
        _ => Err(LineError::Type),
    }
}

/// Reads a dotted IPv4 address.
pub(super) fn address(text: &str) -> Result<Value, LineError> {
    let address: std::net::Ipv4Addr = text.trim().parse().map_err(|_| LineError::Address)?;
    Ok(Value::IpAddress(address.octets()))
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

/// Reads the escapes of a Python byte string.
fn unescape(text: &[u8]) -> Result<Vec<u8>, LineError> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [sign, after @ ..] = rest {
        rest = after;
        if *sign != b'\\' {
            octets.push(*sign);
            continue;
        }
        let [escape, after @ ..] = rest else { return Err(LineError::Escape) };
        rest = after;
        octets.push(match escape {
            b'\\' | b'\'' | b'"' => *escape,
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 11,
            b'f' => 12,
            b'r' => b'\r',
            b'0'..=b'7' => {
                let more = rest.iter().take(2).take_while(|sign| matches!(sign, b'0'..=b'7')).count();
                let (digits, after) = rest.split_at(more);
                rest = after;
                let number =
                    digits.iter().fold(u32::from(escape - b'0'), |number, digit| number << 3 | u32::from(digit - b'0'));
                u8::try_from(number).map_err(|_| LineError::Escape)?
            }
            b'x' => {
                let (digits, after) = rest.split_at_checked(2).ok_or(LineError::Escape)?;
                rest = after;
                let pair = hex(digits).map_err(|_| LineError::Escape)?;
                pair.first().copied().ok_or(LineError::Escape)?
            }
            _ => return Err(LineError::Escape),
        });
    }
    Ok(octets)
}
