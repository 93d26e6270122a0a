//! The `.snmprec` form of snmpsim: lines of `OID|TAG|VALUE`.
//!
//! TAG is the decimal BER tag; the suffix `x` says that VALUE is hexadecimal, `e` that it has backslash escapes.
//! The octets of a line behind the second bar are the octets of the value, blanks included: there is no character set
//! and no quoting. Besides the tags of the SMI any other single-octet tag is taken with the suffix `x`, so that a device
//! can be played that sends what nobody knows.

mod escape;
mod write;

pub(crate) use write::{dotted, write};

use crate::{
    LineError, Object, Value,
    lines::{BadLines, Lines},
    scan::{address, hex, oid, text_of},
    value::tag,
};

/// Reads all lines; those that cannot be read are noted in `bad`.
pub(crate) fn read(text: &[u8], bad: &mut BadLines) -> Vec<Object> {
    // A value of several lines cannot be written plainly, so CR LF is always the end of a line and never a value's.
    let mut lines = Lines::new(text, true);
    let mut objects = Vec::new();
    while let Some(line) = lines.next() {
        let start = line.trim_ascii_start();
        if start.is_empty() || start.starts_with(b"#") {
            continue;
        }
        match object(line) {
            Ok(object) => objects.push(object),
            Err(error) => bad.note(lines.number(), line, error),
        }
    }
    objects
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Hex,
    Escaped,
}

fn object(line: &[u8]) -> Result<Object, LineError> {
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
    Ok(Object { name, value: value(tag, form, content)? })
}

fn value(tag: u8, form: Form, content: &[u8]) -> Result<Value, LineError> {
    let octets = || match form {
        Form::Plain => Ok(content.to_vec()),
        Form::Hex => hex(content),
        Form::Escaped => escape::unescape(content),
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
        tag::IP_ADDRESS if form == Form::Plain => address(content),
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
