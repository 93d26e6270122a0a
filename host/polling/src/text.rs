//! Values as text, the way direct operations answer them.
//!
//! Numbers are decimal, an IpAddress is a dotted quad, an OID has no leading dot. Octets are the text itself when that
//! can be printed, else `0x` and hexadecimal: a MAC address must not turn into letters with accents, so unlike the
//! plugins' texts these are never read as Latin-1. Of a text that was cut inside its last character, as agents cut at the
//! length of a column, the rest of that character is U+FFFD. A value that is not of its type is its number, else its
//! octets, those of an identifier of several octets first.
//!
//! The contract fixes these texts. What else people want to know of a value stands beside it: its type, and octets in
//! Latin-1 as text where they can hardly be anything else.

use std::str::Utf8Error;

use job::{ReadValue, WalkedObject};
use snmp::{Value, Varbind};

/// The value for people and programs; none of the three exceptions, which are no values.
pub(super) fn read_value(value: &Value) -> Option<ReadValue> {
    Some(ReadValue { value: value_text(value)?, kind: value.into(), text: latin1_text(value) })
}

pub(super) fn walked(varbinds: &[Varbind]) -> impl Iterator<Item = WalkedObject> {
    varbinds
        .iter()
        .filter_map(|varbind| Some(WalkedObject { oid: varbind.name.to_string(), read: read_value(&varbind.value)? }))
}

/// The value as text; none for the three exceptions, which are no values.
fn value_text(value: &Value) -> Option<String> {
    Some(match value {
        Value::Integer(number) => number.to_string(),
        Value::Counter32(number) | Value::Gauge32(number) | Value::TimeTicks(number) | Value::UInteger32(number) => {
            number.to_string()
        }
        Value::Counter64(number) => number.to_string(),
        Value::ObjectIdentifier(oid) => oid.to_string(),
        Value::IpAddress([a, b, c, d]) => format!("{a}.{b}.{c}.{d}"),
        Value::OctetString(octets) => octets_text(octets),
        Value::Opaque(octets) | Value::NsapAddress(octets) => hex(octets),
        // A number of too many octets is a number all the same; here is room for it.
        Value::Unknown { octets, .. } => value.number().map_or_else(|| hex(octets), |number| number.to_string()),
        Value::Null => String::new(),
        Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView => return None,
    })
}

/// Octets that [`value_text`] writes in hexadecimal, as text in Latin-1; none where they may well be something else.
///
/// All of them are printable there, as for plugins. But every fifth MAC address is that, too, so here at most a third
/// are beyond ASCII, and these are letters or what stands between numbers and units; in the lengths of addresses, what is
/// ASCII is letters and blanks. Of MAC addresses one in a thousand passes.
fn latin1_text(value: &Value) -> Option<String> {
    let Value::OctetString(octets) = value else { return None };
    if std::str::from_utf8(octets).is_ok() || cut_text(octets, std::str::from_utf8(octets).err()?).is_some() {
        return None;
    }
    let may_be_address = matches!(octets.len(), 6 | 8);
    let is_of_text = |octet: u8| match octet {
        b'a'..=b'z' | b'A'..=b'Z' | b' ' => true,
        b'\t' | b'\n' | b'\r' | 0x20..=0x7e => !may_be_address,
        // Letters without the signs of multiplication and division, no-break space, degree, plus-minus, micro, dot, §, ©,
        // ®, « and ».
        0xd7 | 0xf7 => false,
        0xc0..=0xff | 0xa0 | 0xa7 | 0xa9 | 0xab | 0xae | 0xb0 | 0xb1 | 0xb5 | 0xb7 | 0xbb => true,
        _ => false,
    };
    let beyond_ascii = octets.iter().filter(|octet| !octet.is_ascii()).count();
    let is_text = beyond_ascii * 3 <= octets.len() && octets.iter().all(|octet| is_of_text(*octet));
    is_text.then(|| octets.iter().map(|octet| char::from(*octet)).collect())
}

fn octets_text(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) if is_printable(text) => text.to_owned(),
        Ok(_) => hex(octets),
        Err(error) => cut_text(octets, error).unwrap_or_else(|| hex(octets)),
    }
}

fn is_printable(text: &str) -> bool {
    text.chars().all(|char| !char.is_control() || matches!(char, '\t' | '\r' | '\n'))
}

/// The text of UTF-8 that ends inside a character, where that is sure: another character that is not ASCII stands before
/// it, or the cut one has an octet that Latin-1 does not print. Else `Café` in Latin-1 would lose its last letter.
fn cut_text(octets: &[u8], error: Utf8Error) -> Option<String> {
    let (whole, cut) = octets.split_at_checked(error.valid_up_to()).filter(|_| error.error_len().is_none())?;
    let whole = std::str::from_utf8(whole).ok().filter(|whole| !whole.is_empty() && is_printable(whole))?;
    let is_utf8 = !whole.is_ascii() || cut.iter().any(|octet| matches!(octet, 0x80..=0x9f));
    is_utf8.then(|| format!("{whole}\u{fffd}"))
}

fn hex(octets: &[u8]) -> String {
    format!("0x{}", const_hex::encode(octets))
}

#[cfg(test)]
mod tests {
    use job::ValueType;

    use super::*;

    #[track_caller]
    fn check(value: &Value, expected: Option<&str>) {
        assert_eq!(value_text(value).as_deref(), expected);
    }

    #[test]
    fn values_are_written_as_the_reference_writes_them() {
        check(&Value::Integer(-1), Some("-1"));
        check(&Value::TimeTicks(36_172), Some("36172"));
        check(&Value::Counter64(u64::MAX), Some("18446744073709551615"));
        check(&Value::IpAddress([192, 0, 2, 1]), Some("192.0.2.1"));
        check(&Value::ObjectIdentifier([1, 3, 6, 1, 4, 1, 8072].into()), Some("1.3.6.1.4.1.8072"));
        check(&Value::OctetString(b"seedtest".to_vec()), Some("seedtest"));
        check(&Value::OctetString(vec![0x02, 0xfc, 0, 0, 0, 1]), Some("0x02fc00000001"));
        check(&Value::NoSuchObject, None);
    }

    #[test]
    fn octets_in_latin_1_are_text_beside_their_value_where_they_are_no_address() {
        let check = |octets: &[u8], expected: Option<&str>| {
            assert_eq!(latin1_text(&Value::OctetString(octets.to_vec())).as_deref(), expected, "{octets:x?}");
        };
        check(b"Caf\xe9", Some("Café"));
        check(b"Z\xfcrich", Some("Zürich"));
        check(b"B\xfcro 2.14, max. 40 \xb0C", Some("Büro 2.14, max. 40 °C"));
        check(b"Stra\xdfe 7\r\nHof", Some("Straße 7\r\nHof"));
        // Text without it, MAC addresses, DateAndTime, addresses of IPv6, keys.
        for octets in [
            &b"seedtest"[..],
            "Zürich".as_bytes(),
            b"",
            b"\xc8\xf0\xb4\xa1\xe5\xd2",
            b"lAj\xe8\xb0\xd1",
            b"P1AJ\xe8\xd1",
            b"\x07\xea\x0b\x1e\x02\x27\x00\x00",
            b" \x01\r\xb8\0\0\0\0\0\0\0\0\0\0\0\x01",
            b"\xe9\xe8",
            "Канал".as_bytes().split_at(9).0,
        ] {
            check(octets, None);
        }
        assert_eq!(latin1_text(&Value::Opaque(b"Caf\xe9".to_vec())), None);
    }

    #[test]
    fn types_are_words_of_the_smi() {
        let check =
            |value: Value, expected: &str| assert_eq!(serde_json::to_value(ValueType::from(&value)).unwrap(), expected);
        check(Value::Integer(1), "INTEGER");
        check(Value::OctetString(vec![]), "OctetString");
        check(Value::ObjectIdentifier([1, 3].into()), "ObjectIdentifier");
        check(Value::TimeTicks(1), "TimeTicks");
        check(Value::Counter64(1), "Counter64");
        check(Value::IpAddress([10, 0, 0, 1]), "IpAddress");
        check(Value::Null, "NULL");
        check(Value::Unknown { tag: 0x42, octets: vec![2, 0x54, 0x0b, 0xe4, 0] }, "Gauge32");
        check(Value::Unknown { tag: 0x9f, octets: vec![0x9f, 0x78] }, "unknown");
    }

    #[test]
    fn what_is_not_of_its_type_is_its_number_or_its_octets() {
        let unknown = |tag: u8, octets: &[u8]| Value::Unknown { tag, octets: octets.to_vec() };
        check(&unknown(0x9f, &[0x9f, 0x78, 0x40, 0x20, 0, 0]), Some("0x9f7840200000"));
        check(&unknown(0x02, &[0, 0xff, 0xff, 0xff, 0xff]), Some("4294967295"));
        check(&unknown(0x42, &[2, 0x54, 0x0b, 0xe4, 0]), Some("10000000000"));
        check(&unknown(0x02, &[1; 9]), Some("0x010101010101010101"));
        check(&unknown(0x02, &[]), Some("0x"));
        check(&unknown(0x40, &[10, 0, 0]), Some("0x0a0000"));
    }

    #[test]
    fn an_empty_string_is_a_value() {
        check(&Value::OctetString(vec![]), Some(""));
    }

    #[test]
    fn only_what_can_be_printed_is_text() {
        check(&Value::OctetString("Zürich\r\nRow 5".into()), Some("Zürich\r\nRow 5"));
        check(&Value::OctetString(vec![0x00, 0x1c, 0x73, 0x00, 0x00, 0x01]), Some("0x001c73000001"));
        check(&Value::OctetString(vec![0xc8, 0xf0, 0xb4, 0xa1, 0xe5, 0xd2]), Some("0xc8f0b4a1e5d2"));
    }

    #[test]
    fn a_text_that_was_cut_inside_its_last_character_stays_readable() {
        let cut = |text: &str, octets: usize| Value::OctetString(text.as_bytes()[..octets].to_vec());
        check(&cut("Канал", 9), Some("Кана\u{fffd}"));
        check(&cut("線路", 4), Some("線\u{fffd}"));
        check(&cut("ü🚂", 5), Some("ü\u{fffd}"));
        check(&cut("price €", 8), Some("price \u{fffd}"));
        check(&Value::OctetString(b"Caf\xe9".to_vec()), Some("0x436166e9"));
        check(&Value::OctetString(vec![0x00, 0x1c, 0x73, 0xc3, 0xa9, 0xd0]), Some("0x001c73c3a9d0"));
        check(&cut("€", 2), Some("0xe282"));
    }
}
