//! Octets for people: text, addresses, dates, bits.

use std::{
    fmt::Write as _,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use crate::{Base, hint, syntax::Syntax};

/// InetAddressType (RFC 4001).
mod address_type {
    pub(super) const IPV4: i64 = 1;
    pub(super) const IPV6: i64 = 2;
    pub(super) const IPV4Z: i64 = 3;
    pub(super) const IPV6Z: i64 = 4;
    pub(super) const DNS: i64 = 16;
}

/// The text that octets are, if all of it can be printed. Signs that turn the direction of writing cannot: they make a
/// line read as something else.
#[must_use]
pub fn readable(octets: &[u8]) -> Option<&str> {
    std::str::from_utf8(octets).ok().filter(|text| text.chars().all(is_printable))
}

fn is_printable(sign: char) -> bool {
    let turns = matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !turns && (!sign.is_control() || matches!(sign, '\t' | '\r' | '\n'))
}

/// How octets of a syntax read; none where the syntax says nothing about them, so that they are shown as they are: as
/// text where they are readable, else in hexadecimal.
pub(crate) fn displayed(octets: &[u8], syntax: Syntax<'_>, address_type: Option<i64>) -> Option<String> {
    if syntax.base() == Base::Bits {
        return Some(bits(octets, syntax));
    }
    match syntax.convention() {
        Some("DateAndTime") => return date_and_time(octets),
        Some("InetAddress" | "InetAddressIPv4" | "InetAddressIPv6" | "InetAddressIPv4z" | "InetAddressIPv6z") => {
            return inet_address(octets, address_type);
        }
        Some("Ipv6Address" | "Ipv6AddressPrefix") => return address(octets).map(|address| address.to_string()),
        // The length is no part of what it is.
        Some("SnmpEngineID") => return Some(hex(octets)),
        _ => {}
    }
    let text = match syntax.hint() {
        hint if hint.is_some_and(hint::is_text) || is_localized(syntax) => match readable(octets) {
            // What can be printed as it is, is that already.
            Some(_) => return None,
            None => return other_text(octets),
        },
        Some(hint) if hint::is_mac(hint) => return physical_address(octets),
        Some(hint) => hint::octets(octets, hint)?,
        // Always as many octets, and no hint: bits and numbers of some kind, not text.
        None if syntax.fixed_length().is_some() && syntax.base() == Base::Octets => return Some(hex(octets)),
        None => return None,
    };
    text.chars().all(is_printable).then_some(text)
}

/// Whether a convention is text in whatever character set the agent has, and says so by its name alone (RFC 2790's
/// InternationalDisplayString, RFC 3805's PrtLocalizedDescriptionStringTC).
fn is_localized(syntax: Syntax<'_>) -> bool {
    let ends_with = |end| syntax.convention().is_some_and(|name| name.ends_with(end));
    syntax.hint().is_none() && (ends_with("DisplayString") || ends_with("StringTC"))
}

/// Octets within brackets of an index.
pub(crate) fn index_text(octets: &[u8], syntax: Syntax<'_>, address_type: Option<i64>) -> String {
    let is_text = syntax.hint().is_none_or(hint::is_text);
    match readable(octets).filter(|text| is_text && !text.contains('\n')) {
        Some(text) if syntax.base() != Base::Bits && syntax.fixed_length().is_none() && !is_address(syntax) => {
            format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
        }
        _ if syntax.base() == Base::Bits => hex(octets),
        _ => displayed(octets, syntax, address_type).unwrap_or_else(|| hex(octets)),
    }
}

/// Reads octets as people write them: an address, hexadecimal digits, or text.
pub(crate) fn parse(text: &str, syntax: Syntax<'_>, is_quoted: bool) -> Option<Vec<u8>> {
    if is_address(syntax)
        && let Some(octets) = parse_address(text)
    {
        return Some(octets);
    }
    if syntax.hint().is_some_and(hint::is_mac)
        && let Some(octets) = parse_separated(text)
    {
        return Some(octets);
    }
    if let Some(digits) = text.strip_prefix("0x").filter(|_| !is_quoted) {
        return parse_digits(digits);
    }
    Some(text.as_bytes().to_vec())
}

fn is_address(syntax: Syntax<'_>) -> bool {
    syntax.convention().is_some_and(|name| name.starts_with("InetAddress") || name.starts_with("Ipv6Address"))
}

/// `192.0.2.1`, `2001:db8::1`, `fe80::1%3`.
fn parse_address(text: &str) -> Option<Vec<u8>> {
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => (address, Some(zone.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let mut octets = match address.parse().ok()? {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    octets.extend(zone.into_iter().flat_map(u32::to_be_bytes));
    Some(octets)
}

/// `0:1b:c:d:e:f`, with colons or hyphens.
fn parse_separated(text: &str) -> Option<Vec<u8>> {
    let separator = if text.contains(':') { ':' } else { '-' };
    let octet = |digits: &str| {
        let is_one = (1..=2).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_one.then(|| u8::from_str_radix(digits, 16).ok()).flatten()
    };
    text.split(separator).map(octet).collect()
}

fn parse_digits(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let is_hex = rest.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let octet = |pair: &[u8; 2]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    if is_hex { pairs.iter().map(octet).collect() } else { None }
}

/// A dotted quad, or however many octets there are.
pub(crate) fn dotted(octets: &[u8]) -> String {
    octets.iter().map(u8::to_string).collect::<Vec<_>>().join(".")
}

/// `0x` and lower-case digits.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().fold("0x".to_owned(), |mut digits, octet| {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{octet:02x}");
        digits
    })
}

/// Text that is no UTF-8: padded with NULs, or Latin-1 as far as that prints.
fn other_text(octets: &[u8]) -> Option<String> {
    let end = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
    let trimmed = octets.get(..end).unwrap_or_default();
    if let Some(text) = readable(trimmed) {
        return Some(text.to_owned());
    }
    if std::str::from_utf8(trimmed).is_ok() {
        return None;
    }
    let text: String = trimmed.iter().copied().map(char::from).collect();
    text.chars().all(is_printable).then_some(text)
}

/// Six octets as people write a MAC address, or the characters of one that some agents send; others in hexadecimal.
/// None where there is no address.
fn physical_address(octets: &[u8]) -> Option<String> {
    let of_text = || parse_separated(std::str::from_utf8(octets).ok()?).filter(|mac| mac.len() == 6);
    let mac = if octets.len() == 6 { Some(octets.to_vec()) } else { of_text() };
    if let Some(mac) = mac {
        return Some(mac.iter().map(|octet| format!("{octet:02X}")).collect::<Vec<_>>().join(":"));
    }
    octets.iter().any(|octet| *octet != 0).then(|| hex(octets))
}

/// DateAndTime of 8 octets, or of 11 with the zone, as RFC 3339 writes it.
fn date_and_time(octets: &[u8]) -> Option<String> {
    let &[high, low, month, day, hour, minute, second, tenths, ref zone @ ..] = octets else {
        return None;
    };
    let is_valid = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour <= 23
        && minute <= 59
        && second <= 60
        && tenths <= 9;
    if !is_valid {
        return None;
    }
    let year = u16::from_be_bytes([high, low]);
    let zone = match *zone {
        [] => String::new(),
        [sign @ (b'+' | b'-'), hours @ 0..=14, minutes @ 0..=59] => {
            format!("{}{hours:02}:{minutes:02}", char::from(sign))
        }
        _ => return None,
    };
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{tenths}{zone}"))
}

/// An InetAddress of its type; where the type is not known, or says another length, by the number of octets.
fn inet_address(octets: &[u8], kind: Option<i64>) -> Option<String> {
    let has_zone = match (kind, octets.len()) {
        (Some(address_type::DNS), _) => return None,
        (Some(address_type::IPV4), 4) | (Some(address_type::IPV6), 16) => false,
        (Some(address_type::IPV4Z), 8) | (Some(address_type::IPV6Z), 20) => true,
        (_, length) => matches!(length, 8 | 20),
    };
    let (own, zone) =
        if has_zone { octets.split_last_chunk().map(|(own, zone)| (own, Some(*zone)))? } else { (octets, None) };
    let address = address(own)?;
    Some(match zone {
        Some(zone) => format!("{address}%{}", u32::from_be_bytes(zone)),
        None => address.to_string(),
    })
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    match octets.len() {
        4 => <[u8; 4]>::try_from(octets).ok().map(|octets| Ipv4Addr::from(octets).into()),
        _ => <[u8; 16]>::try_from(octets).ok().map(|octets| Ipv6Addr::from(octets).into()),
    }
}

/// The names of the bits that are set, the first bit being the highest of the first octet.
fn bits(octets: &[u8], syntax: Syntax<'_>) -> String {
    let mut set = Vec::new();
    for (place, octet) in (0_i64..).zip(octets) {
        for bit in (0..8).filter(|bit| octet & (0x80 >> bit) != 0) {
            let number = place * 8 + bit;
            let name = syntax.name_of(number);
            set.push(name.map_or_else(|| format!("({number})"), |name| format!("{name}({number})")));
        }
    }
    set.join(" ")
}
