//! Values with their type in front: `Gauge32: 5 seconds`.

use super::{bits, number, octets, opaque, text};
use crate::{
    LineError, Value,
    names::{self, Syntax},
    scan::{address, hex},
};

/// The words that net-snmp prints in front of values.
const KINDS: [&[u8]; 19] = [
    b"BITS",
    b"Counter32",
    b"Counter64",
    b"Gauge32",
    b"Hex-STRING",
    b"INTEGER",
    b"Integer32",
    b"IpAddress",
    b"Network Address",
    b"NsapAddress",
    b"NULL",
    b"OID",
    b"OPAQUE",
    b"Opaque",
    b"STRING",
    b"Timeticks",
    b"UInteger32",
    b"Unsigned32",
    b"Float",
];

/// Splits what is said into the type and the value.
pub(super) fn split(said: &[u8]) -> Option<(&[u8], &[u8])> {
    let (kind, content) = said.split_at_checked(said.iter().position(|sign| *sign == b':')?)?;
    let content = content.strip_prefix(b":")?;
    // A blank stands behind the colon also of an empty value, unless a tool took it from the end of the line.
    let content = content.strip_prefix(b" ").or_else(|| content.trim_ascii().is_empty().then_some(content))?;
    KINDS.contains(&kind).then_some((kind, content))
}

/// Reads a value of which the type stands there.
pub(super) fn value(kind: &[u8], content: &[u8], syntax: Option<Syntax>) -> Result<Value, LineError> {
    let unsigned = |number: i128| u32::try_from(number).map_err(|_| LineError::Range);
    Ok(match kind {
        b"STRING" if content.starts_with(b"\"") => Value::OctetString(text::unquote(content)?),
        b"STRING" => Value::OctetString(text::hinted(content, syntax)?),
        b"Hex-STRING" => Value::OctetString(octets::hexadecimal(content)?),
        b"BITS" => Value::OctetString(bits::bits(content)?),
        b"INTEGER" | b"Integer32" => {
            Value::Integer(i32::try_from(number::hinted(content)?).map_err(|_| LineError::Range)?)
        }
        b"Counter32" => Value::Counter32(unsigned(number::plain(content)?)?),
        b"Gauge32" | b"Unsigned32" => Value::Gauge32(unsigned(number::hinted(content)?)?),
        b"UInteger32" => Value::UInteger32(unsigned(number::hinted(content)?)?),
        b"Timeticks" => Value::TimeTicks(unsigned(number::ticks(content)?)?),
        b"Counter64" => Value::Counter64(u64::try_from(number::plain(content)?).map_err(|_| LineError::Range)?),
        b"OID" => Value::ObjectIdentifier(oid(content)?),
        b"IpAddress" => address(content)?,
        b"Network Address" => {
            let digits: Vec<u8> = content.iter().map(|sign| if *sign == b':' { b' ' } else { *sign }).collect();
            Value::IpAddress(hex(&digits)?.try_into().map_err(|_| LineError::Address)?)
        }
        b"NsapAddress" => Value::NsapAddress(octets::hexadecimal(content)?),
        b"OPAQUE" => Value::Opaque(octets::hexadecimal(content)?),
        b"Opaque" => Value::Opaque(opaque::wrapped(content)?),
        b"NULL" if content.trim_ascii().is_empty() => Value::Null,
        _ => return Err(LineError::Type),
    })
}

/// Reads a name; units may stand behind it.
pub(super) fn oid(content: &[u8]) -> Result<Vec<u32>, LineError> {
    let content = content.trim_ascii();
    let mut is_quoted = false;
    let end = content.iter().position(|sign| {
        is_quoted ^= *sign == b'"';
        *sign == b' ' && !is_quoted
    });
    names::oid(end.and_then(|end| content.get(..end)).unwrap_or(content))
}
