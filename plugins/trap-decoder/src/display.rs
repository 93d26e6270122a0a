//! Values for people: what DISPLAY-HINTs and textual conventions (RFC 2579, RFC 4001) make of them.

use std::net::Ipv6Addr;

use snmp_proxy_sdk::mac::PhysAddress;
use snmp_proxy_sdk::text;

use crate::ber::{Reader, tag};
use crate::flags::Flags;
use crate::integer;
use crate::json::Json;
use crate::objects::Syntax;

/// The text that octets are, if all of it can be printed. Signs that turn the direction of writing cannot: they make a
/// line read as something else.
pub(crate) fn readable(octets: &[u8]) -> Option<&str> {
    let is_ascii = octets.iter().all(|octet| matches!(octet, 0x20..=0x7e | b'\t' | b'\r' | b'\n'));
    let text = std::str::from_utf8(octets).ok()?;
    (is_ascii || text.chars().all(is_printable)).then_some(text)
}

fn is_printable(sign: char) -> bool {
    let turns = matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !turns && (!sign.is_control() || matches!(sign, '\t' | '\r' | '\n'))
}

/// How octets of a known syntax read; none where the syntax says nothing about these.
pub(crate) fn displayed(tag: u8, octets: &[u8], syntax: Syntax) -> Option<String> {
    match syntax {
        _ if tag == tag::OPAQUE => opaque(octets),
        Syntax::Text => match readable(octets) {
            // What can be printed as it is, is that already.
            Some(_) => None,
            None => Some(text::text(octets)).filter(|text| text.chars().all(is_printable)),
        },
        Syntax::Mac => match PhysAddress::from_octets(octets) {
            PhysAddress::Mac(mac) => Some(mac.to_string()),
            PhysAddress::Empty => None,
            PhysAddress::Other(digits) => Some(format!("0x{digits}")),
        },
        Syntax::DateAndTime => date_and_time(octets),
        Syntax::InetAddress => inet_address(octets),
        Syntax::Octets => Some(format!("0x{}", text::hex(octets))),
        Syntax::Bits(names) => Some(bits(octets, names)),
        Syntax::Plain | Syntax::IfIndex | Syntax::Enumeration(_) => None,
    }
}

/// Hundredths of a second as days, hours, minutes and seconds.
pub(crate) fn write_ticks(ticks: u64, json: &mut Json) {
    let (seconds, hundredths) = (ticks / 100, ticks % 100);
    let days = seconds / 86_400;
    if days > 0 {
        json.number(days);
        json.raw(if days == 1 { " day, " } else { " days, " });
    }
    json.number(seconds / 3_600 % 24);
    for (separator, number) in [(":", seconds / 60 % 60), (":", seconds % 60), (".", hundredths)] {
        json.raw(separator);
        if number < 10 {
            json.raw("0");
        }
        json.number(number);
    }
}

/// A dotted quad.
pub(crate) fn write_address([a, b, c, d]: [u8; 4], json: &mut Json) {
    json.number(a.into());
    for octet in [b, c, d] {
        json.raw(".");
        json.number(octet.into());
    }
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

/// The four forms of InetAddress that are addresses.
fn inet_address(octets: &[u8]) -> Option<String> {
    let (address, zone) = match octets.len() {
        8 | 20 => octets.split_at_checked(octets.len() - 4)?,
        _ => (octets, &[][..]),
    };
    let address = match *address {
        [a, b, c, d] => format!("{a}.{b}.{c}.{d}"),
        _ => Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).to_string(),
    };
    Some(match <[u8; 4]>::try_from(zone) {
        Ok(zone) => format!("{address}%{}", u32::from_be_bytes(zone)),
        Err(_) => address,
    })
}

/// The names of the bits that are set, the first bit being the highest of the first octet.
fn bits(octets: &[u8], names: &[(i64, &'static str)]) -> String {
    let mut set = Vec::new();
    for (position, octet) in (0_i64..).zip(octets) {
        for bit in 0..8 {
            if octet & (0x80 >> bit) != 0 {
                let number = position * 8 + bit;
                let name = snmp_proxy_sdk::enumeration::name_of(names, number);
                set.push(name.map_or_else(|| format!("({number})"), |name| format!("{name}({number})")));
            }
        }
    }
    set.join(" ")
}

/// What net-snmp wraps into Opaque: a tag of two octets, 0x9f and the type, then length and contents.
fn opaque(octets: &[u8]) -> Option<String> {
    let element = Reader::new(octets, 0).next()?;
    let &[0x9f, kind, _] = element.header else {
        return None;
    };
    let content = element.content;
    match kind {
        0x76 => integer::unsigned(content, 64, &mut Flags::default()).map(|number| number.to_string()),
        0x78 => <[u8; 4]>::try_from(content).ok().map(|octets| f32::from_be_bytes(octets).to_string()),
        0x79 => <[u8; 8]>::try_from(content).ok().map(|octets| f64::from_be_bytes(octets).to_string()),
        0x7a => integer::signed(content, &mut Flags::default()).map(|number| number.to_string()),
        0x7b => integer::unsigned(content, 64, &mut Flags::default()).map(|number| number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_of_a_known_syntax_read_as_it_says() {
        let check = |syntax, octets: &[u8], expected: Option<&str>| {
            assert_eq!(displayed(tag::OCTET_STRING, octets, syntax).as_deref(), expected, "{octets:02x?}");
        };
        check(Syntax::Mac, &[0, 0, 0x5e, 0, 0x53, 0xaf], Some("00:00:5E:00:53:AF"));
        check(Syntax::Mac, &[1, 2, 3], Some("0x010203"));
        check(Syntax::DateAndTime, &[7, 0xea, 2, 9, 8, 7, 6, 5], Some("2026-02-09T08:07:06.5"));
        check(Syntax::DateAndTime, &[7, 0xea, 2, 9, 8, 7, 6, 5, b'-', 3, 30], Some("2026-02-09T08:07:06.5-03:30"));
        check(Syntax::DateAndTime, &[7, 0xea, 13, 9, 8, 7, 6, 5], None);
        check(Syntax::InetAddress, &[192, 0, 2, 1], Some("192.0.2.1"));
        check(
            Syntax::InetAddress,
            &[254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7],
            Some("fe80::1%7"),
        );
        check(Syntax::InetAddress, b"host.example", None);
        check(Syntax::Text, b"Z\xfcrich\0", Some("Zürich"));
        check(Syntax::Text, b"plain", None);
        check(Syntax::Bits(&[(0, "a"), (9, "b")]), &[0xc0, 0x40], Some("a(0) (1) b(9)"));
        check(Syntax::Octets, b"\x80ab", Some("0x806162"));
        check(Syntax::Plain, b"\x80ab", None);
    }

    #[test]
    fn what_net_snmp_wraps_into_opaque_is_a_number() {
        let check = |octets: &[u8], expected: Option<&str>| {
            assert_eq!(displayed(tag::OPAQUE, octets, Syntax::Plain).as_deref(), expected, "{octets:02x?}");
        };
        check(&[0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0], Some("1.5"));
        check(&[0x9f, 0x79, 8, 0xc0, 2, 0, 0, 0, 0, 0, 0], Some("-2.25"));
        check(&[0x9f, 0x7a, 1, 0xff], Some("-1"));
        check(&[0x9f, 0x78, 0x84, 0xff, 0xff, 0xff, 0xff], None);
        check(&[], None);
    }

    #[test]
    fn text_that_cannot_be_printed_is_not_readable() {
        assert_eq!(readable("Zürich\r\nRow 5".as_bytes()), Some("Zürich\r\nRow 5"));
        for octets in [&b"\x1b[31m"[..], b"a\0", b"\xff", "\u{202e}txt".as_bytes()] {
            assert_eq!(readable(octets), None, "{octets:02x?}");
        }
    }

    #[test]
    fn ticks_read_as_a_duration() {
        for (ticks, expected) in
            [(14, "0:00:00.14"), (8_640_000, "1 day, 0:00:00.00"), (4_294_967_295, "497 days, 2:27:52.95")]
        {
            let mut json = Json::default();
            write_ticks(ticks, &mut json);
            assert_eq!(json.into_text(), expected);
        }
    }
}
