//! Octets that are a text, and what a text as a whole looks like.

/// An OCTET STRING that is a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Whether each sign is one octet.
    pub(crate) latin1: bool,
    /// The NULs behind it.
    padding: usize,
}

impl Text {
    /// The text, if the octets are one: UTF-8, or in Latin-1 if most of it is ASCII.
    pub(crate) fn of(octets: &[u8]) -> Option<Self> {
        let end = octets.iter().rposition(|octet| *octet != 0).map_or(0, |last| last + 1);
        let (octets, padding) = octets.split_at_checked(end)?;
        let is_printed = |sign: char| !sign.is_control() || matches!(sign, '\t' | '\r' | '\n');
        let (text, latin1) = match std::str::from_utf8(octets) {
            Ok(text) => (text.to_owned(), false),
            Err(_) => (octets.iter().map(|octet| char::from(*octet)).collect::<String>(), true),
        };
        let foreign = octets.iter().filter(|octet| !octet.is_ascii()).count();
        // Of as many octets as an address has, only letters are one.
        let is_address = latin1 && matches!(octets.len(), 6 | 8) && !text.chars().all(char::is_alphabetic);
        let is_text = text.chars().all(is_printed) && (!latin1 || foreign * 3 <= octets.len()) && !is_address;
        is_text.then_some(Self { text, latin1, padding: padding.len() })
    }

    /// Another text in the place of this one, as octets.
    pub(crate) fn with(&self, text: &str) -> Vec<u8> {
        let mut octets: Vec<u8> = if self.latin1 {
            text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap_or(b'?')).collect()
        } else {
            text.as_bytes().to_vec()
        };
        octets.extend(std::iter::repeat_n(0, self.padding));
        octets
    }
}

/// Reads `00:11:22:33:44:55`, `00-11-22-33-44-55`, `0011.2233.4455` and `001122334455`.
pub(crate) fn mac_of(text: &str) -> Option<[u8; 6]> {
    let is_form = [(':', 2), ('-', 2), ('.', 4), (' ', 12)].into_iter().any(|(sign, digits)| {
        let mut parts = text.split(sign);
        let is_part = |part: &str| part.len() == digits && part.bytes().all(|digit| digit.is_ascii_hexdigit());
        parts.clone().count() == 12 / digits && parts.all(is_part)
    });
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    let number = u64::from_str_radix(&digits, 16).ok().filter(|_| is_form)?;
    let [_, _, mac @ ..] = number.to_be_bytes();
    Some(mac)
}

/// Writes a MAC address with the signs between its digits that another one has, and its letters.
pub(crate) fn in_form_of(form: &str, mac: [u8; 6]) -> String {
    let is_upper = form.bytes().any(|sign| sign.is_ascii_uppercase());
    let mut digits = mac.iter().flat_map(|octet| [octet >> 4, octet & 0xf]);
    let digit = |digit: u8| char::from_digit(digit.into(), 16).unwrap_or('0');
    let signs = form.chars().map(|sign| match sign.is_ascii_hexdigit() {
        true => digits.next().map_or(sign, digit),
        false => sign,
    });
    let text: String = signs.collect();
    if is_upper { text.to_ascii_uppercase() } else { text }
}

/// Whether a text of an object that is not known looks like a serial number: one word of capitals and digits.
pub(crate) fn looks_like_serial_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let capitals = text.bytes().filter(u8::is_ascii_uppercase).count();
    (8..=20).contains(&text.len()) && digits >= 3 && capitals >= 2 && digits + capitals == text.len()
}

/// Whether a text is the name of an interface, as devices write it: `GigabitEthernet1/0/24`, `ge-0/0/1.0`, `eth0`.
pub(crate) fn is_interface_name(text: &str) -> bool {
    let behind = text.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    let number = behind.strip_prefix('-').unwrap_or(behind);
    behind.len() < text.len()
        && number.starts_with(|sign: char| sign.is_ascii_digit())
        && number.chars().all(|sign| sign.is_ascii_digit() || "/.:".contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_text_is_told_from_octets() {
        let text = |octets: &[u8]| Text::of(octets).map(|text| (text.text, text.latin1));
        assert_eq!(text(b"eth0\0\0"), Some(("eth0".to_owned(), false)));
        assert_eq!(text(b"B\xfcro 2.14"), Some(("Büro 2.14".to_owned(), true)));
        assert_eq!(text(&[0, 0x11, 0x22, 0x33, 0x44, 0x55]), None);
        assert_eq!(text(&[0xc8, 0xf0, 0xb4, 0xa1, 0xe5, 0xd2]), None);
        assert_eq!(text(&[0xcc, 0x66, 0xb2, 0x0a, 0x6e, 0x4d]), None);
        assert_eq!(text(b"Z\xfcrich"), Some(("Zürich".to_owned(), true)));
        assert_eq!(Text::of(b"B\xfcro\0").unwrap().with("Bàro"), b"B\xe0ro\0");
    }

    #[test]
    fn names_of_interfaces_and_serial_numbers_are_known_by_their_looks() {
        for text in ["GigabitEthernet1/0/24", "ge-0/0/1.0", "eth0", "Po12", "swp1"] {
            assert!(is_interface_name(text), "{text}");
        }
        for text in ["Uplink to core", "customer 12", "core-sw1", "12", "eth", ""] {
            assert!(!is_interface_name(text), "{text}");
        }
        assert!(looks_like_serial_number("FOC1234X0YZ") && !looks_like_serial_number("C9300-24T"));
        assert!(!looks_like_serial_number("ABCDEFGHIJ") && !looks_like_serial_number("1234567890"));
    }
}
