//! Values for people, as far as their types alone say how they read. What textual conventions make of them is the host's.

use crate::ber::Reader;
use crate::flags::Flags;
use crate::integer;
use crate::json::Json;

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

/// What net-snmp wraps into Opaque: a tag of two octets, 0x9f and the type, then length and contents.
pub(crate) fn opaque(octets: &[u8]) -> Option<String> {
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
    fn what_net_snmp_wraps_into_opaque_is_a_number() {
        let check = |octets: &[u8], expected: Option<&str>| {
            assert_eq!(opaque(octets).as_deref(), expected, "{octets:02x?}");
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
