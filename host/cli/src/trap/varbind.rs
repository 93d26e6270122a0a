//! Varbinds as people type them: OID TYPE VALUE, with the letters of net-snmp's snmptrap or with words.

use std::{fmt::Display, net::Ipv4Addr, str::FromStr};

use job::parse_oid;
use snmp::{Value, Varbind};

use super::names::trap_oid;

/// The highest bit that a value of BITS can have: in more octets than a datagram holds there is none.
const LAST_BIT: usize = 65_507 * 8 - 1;

/// Reads varbinds, three words each, or says everything that is wrong, a line each.
pub(super) fn varbinds(words: &[String]) -> Result<Vec<Varbind>, Vec<String>> {
    let (mut varbinds, mut problems) = (Vec::new(), Vec::new());
    let (triples, rest) = words.as_chunks::<3>();
    for (number, [oid, kind, value]) in (1..).zip(triples) {
        match varbind(oid, kind, value) {
            Ok(varbind) => varbinds.push(varbind),
            Err(problem) => problems.push(format!("varbind {number}: {problem}")),
        }
    }
    if !rest.is_empty() {
        problems.push(format!("varbind {}: OID TYPE VALUE are needed, found {}", triples.len() + 1, rest.join(" ")));
    }
    if problems.is_empty() { Ok(varbinds) } else { Err(problems) }
}

fn varbind(oid: &str, kind: &str, value: &str) -> Result<Varbind, String> {
    let name = parse_oid(oid).map_err(|error| format!("{oid:?}: {error}"))?;
    Ok(Varbind { name, value: self::value(kind, value)? })
}

fn value(kind: &str, text: &str) -> Result<Value, String> {
    // A letter's case tells Counter32 from Counter64; a word's tells nothing.
    let lower = kind.to_ascii_lowercase();
    let kind = if kind.len() == 1 { kind } else { lower.as_str() };
    let octets = |read: fn(&str) -> Option<Vec<u8>>, what: &str| {
        read(text).ok_or_else(|| format!("invalid value {text:?}: write {what}"))
    };
    Ok(match kind {
        "i" | "integer" | "integer32" | "int" => Value::Integer(number(text, "INTEGER")?),
        "u" | "unsigned" | "unsigned32" | "gauge" | "gauge32" => Value::Gauge32(number(text, "Unsigned32")?),
        "c" | "counter" | "counter32" => Value::Counter32(number(text, "Counter32")?),
        "C" | "counter64" => Value::Counter64(number(text, "Counter64")?),
        "t" | "timeticks" | "ticks" => Value::TimeTicks(number(text, "TimeTicks (hundredths of a second)")?),
        "a" | "ipaddress" | "ip-address" | "ip" => Value::IpAddress(number::<Ipv4Addr>(text, "IPv4 address")?.octets()),
        "o" | "oid" | "objid" | "object-identifier" => Value::ObjectIdentifier(trap_oid(text)?),
        "s" | "string" | "octet-string" | "str" => Value::OctetString(text.as_bytes().to_vec()),
        "x" | "hex" | "hex-string" => Value::OctetString(octets(hex, "octets in hex such as `ff 00`")?),
        "d" | "decimal" | "decimal-string" => Value::OctetString(octets(decimal, "octets such as `255 0`")?),
        "b" | "bits" => Value::OctetString(octets(bits, "a list of bits such as `0 3 7`")?),
        "opaque" => Value::Opaque(octets(hex, "octets in hex such as `ff 00`")?),
        "n" | "null" => Value::Null,
        _ => return Err(format!("unknown type {kind:?}: write i u c C t a o s x d b n, or a word such as integer")),
    })
}

fn number<T: FromStr<Err: Display>>(text: &str, what: &str) -> Result<T, String> {
    // `from_str` takes a plus sign, and nobody means one.
    let read = text.parse().ok().filter(|_| !text.starts_with('+'));
    read.ok_or_else(|| format!("invalid {what} {text:?}"))
}

/// Reads digits in pairs, with blanks, colons or dashes between them, or a `0x` before them.
fn hex(text: &str) -> Option<Vec<u8>> {
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let mut octets = Vec::new();
    for group in parts(text, &[':', '-']) {
        let digits = group.bytes().map(|digit| char::from(digit).to_digit(16)).collect::<Option<Vec<_>>>()?;
        // One digit by itself is an octet, too: `0:a:ff`.
        let digits = if digits.len() == 1 { vec![0, *digits.first()?] } else { digits };
        let (pairs, []) = digits.as_chunks::<2>() else { return None };
        octets.extend(pairs.iter().filter_map(|[high, low]| u8::try_from(high << 4 | low).ok()));
    }
    Some(octets)
}

fn decimal(text: &str) -> Option<Vec<u8>> {
    parts(text, &['.', ',']).map(|number| number.parse().ok()).collect()
}

/// Sets bits by their numbers; bit 0 is the first of the first octet (RFC 3417 section 8 (3)).
fn bits(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::new();
    for number in parts(text, &[',', ':']) {
        let bit = number.parse::<usize>().ok().filter(|bit| *bit <= LAST_BIT)?;
        if octets.len() <= bit / 8 {
            octets.resize(bit / 8 + 1, 0);
        }
        if let Some(octet) = octets.get_mut(bit / 8) {
            *octet |= 0x80 >> (bit % 8);
        }
    }
    Some(octets)
}

fn parts<'a>(text: &'a str, between: &'static [char]) -> impl Iterator<Item = &'a str> {
    let is_between = |sign: char| sign.is_whitespace() || between.contains(&sign);
    text.split(is_between).filter(|part| !part.is_empty())
}
