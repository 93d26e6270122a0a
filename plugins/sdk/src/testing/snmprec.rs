//! Reading recordings in the `.snmprec` form of snmpsim: a line for each object, `oid|tag|value`.
//! The tag is the BER tag in decimal; with `x` the value is hex digits.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::{Oid, Value, oids};

/// Reads a recording. Empty lines and lines that begin with `#` say nothing; of two values for one name the first
/// counts. What cannot be read is an error that names the line and
/// the reason.
pub(super) fn parse(text: &str) -> Result<BTreeMap<Oid, Value>, String> {
    let mut objects = BTreeMap::new();
    for (position, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = parse_line(line).map_err(|reason| format!("line {}: {reason}: {line}", position + 1))?;
        objects.entry(name).or_insert(value);
    }
    Ok(objects)
}

fn parse_line(line: &str) -> Result<(Oid, Value), String> {
    let mut fields = line.splitn(3, '|');
    let (Some(name), Some(tag), Some(value)) = (fields.next(), fields.next(), fields.next()) else {
        return Err("not name|tag|value".to_owned());
    };
    let name = oids::parse(name).ok_or("the name is no oid")?;
    let (number, octets) = match tag.strip_suffix('x') {
        Some(number) => (number, from_hex(value).ok_or("the value is not pairs of hex digits")?),
        None => (tag, value.as_bytes().to_vec()),
    };
    let value = match number {
        "2" => Value::Integer(parse_number(value, "INTEGER")?),
        "4" => Value::OctetString(octets),
        "5" => Value::Null,
        "6" => Value::ObjectIdentifier(oids::parse(value).ok_or("the value is no oid")?),
        "64" => Value::IpAddress(ip_address(&octets, value).ok_or("the value is no IPv4 address")?),
        "65" => Value::Counter32(parse_number(value, "Counter32")?),
        "66" => Value::Gauge32(parse_number(value, "Gauge32")?),
        "67" => Value::TimeTicks(parse_number(value, "TimeTicks")?),
        "68" => Value::Opaque(octets),
        "70" => Value::Counter64(parse_number(value, "Counter64")?),
        "128" => Value::NoSuchObject,
        "129" => Value::NoSuchInstance,
        "130" => Value::EndOfMibView,
        _ => return Err(format!("no tag `{tag}` is known")),
    };
    Ok((name, value))
}

fn parse_number<T: FromStr>(value: &str, syntax: &str) -> Result<T, String>
where
    T::Err: Display,
{
    value.parse().map_err(|wrong| format!("the value is no {syntax}: {wrong}"))
}

fn ip_address(octets: &[u8], dotted: &str) -> Option<(u8, u8, u8, u8)> {
    if let &[a, b, c, d] = octets {
        return Some((a, b, c, d));
    }
    let [a, b, c, d] = dotted.parse::<std::net::Ipv4Addr>().ok()?.octets();
    Some((a, b, c, d))
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_values_by_their_tag() {
        let objects =
            parse("# a comment\n\n1.3.1|4|a|b\n1.3.2|4x|00ff\n1.3.3|64|192.0.2.1\n1.3.4|64x|c0000201\n1.3.1|4|later\n");
        let values: Vec<_> = objects.unwrap().into_values().collect();
        assert_eq!(
            values,
            [
                Value::OctetString(b"a|b".to_vec()),
                Value::OctetString(vec![0, 255]),
                Value::IpAddress((192, 0, 2, 1)),
                Value::IpAddress((192, 0, 2, 1)),
            ]
        );
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_with_the_reason() {
        let check = |text: &str, expected: &str| assert_eq!(parse(text).unwrap_err(), expected);
        check("1.3.1|2|1\n1.3.2|2|x", "line 2: the value is no INTEGER: invalid digit found in string: 1.3.2|2|x");
        check("1.3.2|4x|0", "line 1: the value is not pairs of hex digits: 1.3.2|4x|0");
        check("1.3.2|4", "line 1: not name|tag|value: 1.3.2|4");
        check("sysName|4|a", "line 1: the name is no oid: sysName|4|a");
        check("1.3.2|6|a", "line 1: the value is no oid: 1.3.2|6|a");
        check("1.3.2|64|192.0.2", "line 1: the value is no IPv4 address: 1.3.2|64|192.0.2");
        check("1.3.2|string|a", "line 1: no tag `string` is known: 1.3.2|string|a");
    }
}
