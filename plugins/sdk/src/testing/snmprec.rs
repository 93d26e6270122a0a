//! Reading recordings in the `.snmprec` form of snmpsim: a line for each object, `oid|tag|value`.
//! The tag is the BER tag in decimal; with `x` the value is hex digits.

use std::collections::BTreeMap;

use crate::{Oid, Value, oids};

/// Reads a recording. Empty lines and lines that begin with `#` say nothing; of two values for one name the first
/// counts. What cannot be read is an error that names the line.
pub(super) fn parse(text: &str) -> Result<BTreeMap<Oid, Value>, String> {
    let mut objects = BTreeMap::new();
    for (position, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = parse_line(line).ok_or_else(|| format!("line {}: {line}", position + 1))?;
        objects.entry(name).or_insert(value);
    }
    Ok(objects)
}

fn parse_line(line: &str) -> Option<(Oid, Value)> {
    let mut fields = line.splitn(3, '|');
    let (name, tag, value) = (fields.next()?, fields.next()?, fields.next()?);
    let (tag, octets) = match tag.strip_suffix('x') {
        Some(tag) => (tag, from_hex(value)?),
        None => (tag, value.as_bytes().to_vec()),
    };
    let value = match tag {
        "2" => Value::Integer(value.parse().ok()?),
        "4" => Value::OctetString(octets),
        "5" => Value::Null,
        "6" => Value::ObjectIdentifier(oids::parse(value)?),
        "64" => Value::IpAddress(ip_address(&octets, value)?),
        "65" => Value::Counter32(value.parse().ok()?),
        "66" => Value::Gauge32(value.parse().ok()?),
        "67" => Value::TimeTicks(value.parse().ok()?),
        "68" => Value::Opaque(octets),
        "70" => Value::Counter64(value.parse().ok()?),
        "128" => Value::NoSuchObject,
        "129" => Value::NoSuchInstance,
        "130" => Value::EndOfMibView,
        _ => return None,
    };
    Some((oids::parse(name)?, value))
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
    fn a_line_that_cannot_be_read_is_named() {
        assert_eq!(parse("1.3.1|2|1\n1.3.2|2|x").unwrap_err(), "line 2: 1.3.2|2|x");
        assert_eq!(parse("1.3.2|4x|0").unwrap_err(), "line 1: 1.3.2|4x|0");
    }
}
