//! The objects of a recording, as the values that plugins see.

use std::collections::BTreeMap;

use ::recording::{Recording, Value as Recorded};

use crate::{Oid, UnknownValue, Value};

/// The objects; of two values for one name the first counts. A line that cannot be read is an error that names it and
/// the reason: a plugin's test must not pass because a line is missing.
pub(super) fn objects(recording: Recording) -> Result<BTreeMap<Oid, Value>, String> {
    if let Some(bad) = recording.bad_lines.first() {
        return Err(bad.to_string());
    }
    let mut objects = BTreeMap::new();
    for object in recording.objects {
        objects.entry(object.name).or_insert_with(|| value(object.value));
    }
    Ok(objects)
}

fn value(value: Recorded) -> Value {
    match value {
        Recorded::Integer(number) => Value::Integer(number.into()),
        Recorded::OctetString(octets) => Value::OctetString(octets),
        Recorded::Null => Value::Null,
        Recorded::ObjectIdentifier(oid) => Value::ObjectIdentifier(oid),
        Recorded::IpAddress([a, b, c, d]) => Value::IpAddress((a, b, c, d)),
        Recorded::Counter32(number) => Value::Counter32(number),
        Recorded::Gauge32(number) => Value::Gauge32(number),
        Recorded::TimeTicks(ticks) => Value::TimeTicks(ticks),
        Recorded::Opaque(octets) => Value::Opaque(octets),
        Recorded::NsapAddress(octets) => Value::NsapAddress(octets),
        Recorded::Counter64(number) => Value::Counter64(number),
        Recorded::UInteger32(number) => Value::Uinteger32(number),
        Recorded::NoSuchObject => Value::NoSuchObject,
        Recorded::NoSuchInstance => Value::NoSuchInstance,
        Recorded::EndOfMibView => Value::EndOfMibView,
        Recorded::Unknown { tag, octets } => unknown(tag, octets),
    }
}

/// As the host hands it over: an INTEGER that fits into 64 bits is one, and an identifier is one number.
fn unknown(tag: u8, octets: Vec<u8>) -> Value {
    const INTEGER: u8 = 0x02;
    const SEVERAL: u8 = 0x1f;
    if let (INTEGER, Some(number)) = (tag, integer(&octets)) {
        return Value::Integer(number);
    }
    if tag & SEVERAL != SEVERAL {
        return Value::Unknown(UnknownValue { tag: tag.into(), octets });
    }
    let further = octets.iter().skip(1).take_while(|&&octet| octet & 0x80 != 0).count();
    Value::Unknown(match octets.get(..further + 2) {
        Some(identifier) if identifier.len() <= size_of::<u32>() => UnknownValue {
            tag: identifier.iter().fold(0, |tag, &octet| tag << 8 | u32::from(octet)),
            octets: octets.get(identifier.len()..).unwrap_or_default().to_vec(),
        },
        _ => UnknownValue { tag: 0, octets },
    })
}

fn integer(octets: &[u8]) -> Option<i64> {
    let sign = if octets.first()? & 0x80 == 0 { 0 } else { 0xff };
    let padding = octets.iter().take_while(|&&octet| octet == sign).count();
    let digits = octets.get(padding..).filter(|digits| digits.len() <= 8)?;
    let start = if sign == 0 { 0 } else { -1 };
    digits.iter().fold(start, |number: i128, &digit| number << 8 | i128::from(digit)).try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Value>, String> {
        objects(::recording::parse(text.as_bytes())).map(|objects| objects.into_values().collect())
    }

    #[test]
    fn lines_become_values_by_their_tag() {
        let values =
            parse("# a comment\n\n1.3.1|4|a|b \n1.3.2|4x|00ff\n1.3.3|64|192.0.2.1\n1.3.4|99x|01\n1.3.1|4|later\n");
        assert_eq!(
            values.unwrap(),
            [
                Value::OctetString(b"a|b ".to_vec()),
                Value::OctetString(vec![0, 255]),
                Value::IpAddress((192, 0, 2, 1)),
                Value::Unknown(UnknownValue { tag: 99, octets: vec![1] }),
            ]
        );
        assert_eq!(parse(".1.3.1 = STRING: \" \"\n").unwrap(), [Value::OctetString(b" ".to_vec())]);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_with_the_reason() {
        let check = |text: &str, expected: &str| assert_eq!(parse(text).unwrap_err(), expected);
        check("1.3.1|2|1\n1.3.2|2|x", "line 2: not a number: `1.3.2|2|x`");
        check("1.3.2|4x|0", "line 1: not pairs of hexadecimal digits: `1.3.2|4x|0`");
        check("1.3.2|4", "line 1: three fields separated by `|` are needed: `1.3.2|4`");
        check("1.3.2|64|192.0.2", "line 1: not an IPv4 address: `1.3.2|64|192.0.2`");
        check("1.3.2|string|a", "line 1: unknown type: `1.3.2|string|a`");
    }
}
