//! Names of MIBs: those that net-snmp loads by default, and those that the standard plugins read.
//!
//! A walk that was made with MIBs loaded names its objects (`IF-MIB::ifDescr.1`), and some options leave the types of
//! values out. For the objects listed in `names/objects.txt` both can be put back. All others are refused by name.

mod objects;

use crate::{
    LineError, OidError,
    scan::{arc, expressible, text_of},
};
use objects::{NAMES, ROOTS};

/// What is known of an object's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// No values: a node of the tree.
    Node,
    Integer,
    /// INTEGER with names of its values.
    Enumeration(Values),
    Counter32,
    Counter64,
    /// Gauge32, Unsigned32.
    Gauge32,
    TimeTicks,
    ObjectIdentifier,
    IpAddress,
    /// DisplayString, SnmpAdminString: octets that a DISPLAY-HINT prints as they are.
    Text,
    /// PhysAddress, MacAddress: octets that a DISPLAY-HINT prints as `2:0:c`.
    PhysAddress,
    /// DateAndTime (RFC 2579).
    DateAndTime,
    /// OCTET STRING without a DISPLAY-HINT.
    Octets,
}

/// The names of an enumeration's values, as `up=1,down=2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Values(&'static str);

impl Values {
    /// The value of a name.
    pub(crate) fn number(self, name: &[u8]) -> Option<i32> {
        let mut values = self.0.split(',').filter_map(|value| value.split_once('='));
        values.find(|(known, _)| known.as_bytes() == name)?.1.parse().ok()
    }
}

/// Whether a name begins with a word that is known: a root or an object.
pub(crate) fn begins_with_known(name: &[u8]) -> bool {
    let name = name.strip_prefix(b".").unwrap_or(name);
    let end = name.iter().position(|sign| matches!(sign, b'.' | b'[')).unwrap_or(name.len());
    let word = name.get(..end).and_then(|word| std::str::from_utf8(word).ok());
    word.is_some_and(|word| NAMES.is_known(word))
}

/// Whether a name begins with a word of a MIB, and nothing says where that word lies: `sysDescr.0`.
pub(crate) fn is_suffix(name: &[u8]) -> bool {
    let end = name.iter().position(|sign| !(sign.is_ascii_alphanumeric() || *sign == b'-')).unwrap_or(name.len());
    let (word, rest) = name.split_at(end);
    word.first().is_some_and(u8::is_ascii_lowercase)
        && !rest.starts_with(b"::")
        && ROOTS.iter().all(|root| root.as_bytes() != word)
}

/// The refusal of a name.
pub(crate) fn unknown(text: &[u8]) -> LineError {
    LineError::Name(text_of(text).chars().take(80).collect())
}

/// What is known of the values of an instance.
pub(crate) fn syntax_of(instance: &[u32]) -> Option<Syntax> {
    let prefixes = (1..=instance.len()).rev().filter_map(|length| instance.get(..length));
    let syntax = prefixes.filter_map(|prefix| NAMES.syntax(prefix)).next();
    syntax.filter(|syntax| *syntax != Syntax::Node)
}

/// Reads a name of any form that net-snmp prints: `.1.3.6.1`, `iso.3.6.1`, `SNMPv2-MIB::sysDescr.0`, `sysDescr.0`,
/// `.iso.org.dod.internet.mgmt.mib-2.system.sysDescr.0`, `IF-MIB::ifDescr[1]`,
/// `IP-MIB::ipAddressIfIndex.ipv4."192.0.2.1"`.
pub(crate) fn oid(text: &[u8]) -> Result<Vec<u32>, LineError> {
    let text = text.trim_ascii();
    if text.iter().all(|sign| matches!(sign, b'0'..=b'9' | b'.')) {
        return crate::scan::oid(text);
    }
    let unknown = || unknown(text);
    let (module, path) =
        match text.windows(2).position(|pair| pair == b"::").and_then(|place| text.split_at_checked(place)) {
            Some((module, name)) => match NAMES.module(module) {
                Some(module) => (Some(module), name.strip_prefix(b"::").unwrap_or(name)),
                None => return Err(unknown()),
            },
            None => (None, text),
        };
    let mut arcs: Vec<u32> = Vec::new();
    // A number that comes first counts from a node that only its module knows: `DISMAN-EXPRESSION-MIB::9.1`.
    let mut is_below_known = false;
    let mut inet_type = None;
    for part in parts(path) {
        let part = part?;
        match part {
            Part::Word(word)
                if inet_type.is_none()
                    && let Some(known) = NAMES.below(&arcs, word, module) =>
            {
                arcs.clone_from(known);
                is_below_known = true;
            }
            Part::Word(word) if syntax_of(&arcs).is_some() => {
                let number = INET_TYPES.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
                inet_type = Some(number.ok_or(LineError::Index)?);
                arcs.extend(inet_type);
            }
            Part::Word(_) => return Err(unknown()),
            Part::Number(number) if is_below_known => arcs.push(number),
            Part::Number(_) => return Err(unknown()),
            Part::Quoted(address) => {
                let octets = inet_type.and_then(|kind| inet_address(kind, address)).ok_or(LineError::Index)?;
                // The length of the address stands before it (RFC 4001).
                arcs.extend(u32::try_from(octets.len()).ok());
                arcs.extend(octets.into_iter().map(u32::from));
                inet_type = None;
            }
        }
    }
    expressible(arcs)
}

/// The values of InetAddressType whose addresses have one form (RFC 4001).
const INET_TYPES: [(&str, u32); 3] = [("unknown", 0), ("ipv4", 1), ("ipv6", 2)];

/// Reads `192.0.2.1` or `20:01:0d:b8:…`, the sixteen octets one by one.
fn inet_address(kind: u32, text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?;
    if kind == 0 {
        return text.is_empty().then(Vec::new);
    }
    if kind == 1 {
        return Some(text.parse::<std::net::Ipv4Addr>().ok()?.octets().to_vec());
    }
    let octets: Vec<u8> = text.split(':').map(|pair| u8::from_str_radix(pair, 16)).collect::<Result<_, _>>().ok()?;
    (octets.len() == 16).then_some(octets)
}

/// A part of a name.
enum Part<'a> {
    Number(u32),
    Word(&'a str),
    /// What stands between quotes in an index.
    Quoted(&'a [u8]),
}

/// The parts of a name, between dots and in brackets.
fn parts(text: &[u8]) -> impl Iterator<Item = Result<Part<'_>, LineError>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while let [b'.' | b'[' | b']', after @ ..] = rest {
            rest = after;
        }
        match rest {
            [] => None,
            [b'"', after @ ..] => {
                let end = after.iter().position(|sign| *sign == b'"').unwrap_or(after.len());
                let (quoted, after) = after.split_at(end);
                rest = after.strip_prefix(b"\"").unwrap_or(after);
                Some(Ok(Part::Quoted(quoted)))
            }
            _ => {
                let end = rest.iter().position(|sign| matches!(sign, b'.' | b'[' | b']')).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                rest = after;
                Some(part(word))
            }
        }
    })
}

fn part(word: &[u8]) -> Result<Part<'_>, LineError> {
    match word {
        [b'0'..=b'9', ..] => Ok(Part::Number(arc(word)?)),
        _ => match std::str::from_utf8(word) {
            Ok(word) => Ok(Part::Word(word)),
            Err(_) => Err(OidError::Arc(text_of(word).into_owned()).into()),
        },
    }
}

#[cfg(test)]
mod tests;
