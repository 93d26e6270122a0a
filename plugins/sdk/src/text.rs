//! Octets that a person shall read.
//! Agents send UTF-8, Latin-1, padding and raw bytes in the same objects; one rule says what each becomes.

use std::fmt::Write;

/// Turns octets into text: UTF-8 as it is, without NULs at the end; else Latin-1 when all of it is printable
/// there; else `0x` and lower-case hex digits, of all octets.
///
/// Of UTF-8 that was cut inside its last character, as agents cut at the length of a column, the rest of that character
/// becomes one U+FFFD.
#[must_use]
pub fn text(octets: &[u8]) -> String {
    let end = octets.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
    let trimmed = octets.get(..end).unwrap_or_default();
    if let Ok(utf8) = std::str::from_utf8(trimmed) {
        return utf8.to_owned();
    }
    if let Some(text) = cut_utf8(trimmed) {
        return text;
    }
    if trimmed.iter().all(|&octet| is_printable_latin1(octet)) {
        return trimmed.iter().map(|&octet| char::from(octet)).collect();
    }
    format!("0x{}", hex(octets))
}

/// The text of UTF-8 that ends inside a character, with U+FFFD for the rest of it; none where that is not sure.
///
/// `Café` in Latin-1 ends with an octet that begins a character of UTF-8, too. So another character that is not ASCII
/// must stand before the cut one, or an octet in it that Latin-1 does not print.
fn cut_utf8(octets: &[u8]) -> Option<String> {
    let error = std::str::from_utf8(octets).err().filter(|error| error.error_len().is_none())?;
    let (whole, cut) = octets.split_at_checked(error.valid_up_to())?;
    let whole = std::str::from_utf8(whole).ok().filter(|whole| !whole.is_empty())?;
    let is_readable = whole.chars().all(|char| !char.is_control() || matches!(char, '\t' | '\r' | '\n'));
    let is_utf8 = !whole.is_ascii() || !cut.iter().all(|&octet| is_printable_latin1(octet));
    (is_readable && is_utf8).then(|| format!("{whole}\u{fffd}"))
}

/// Lower-case hex digits, nothing between them.
#[must_use]
pub fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut digits, octet| {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{octet:02x}");
        digits
    })
}

/// Line ends and tabs count: a sysDescr of four lines is text.
fn is_printable_latin1(octet: u8) -> bool {
    matches!(octet, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0xa0..=0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_become_text_by_one_rule() {
        for (octets, expected) in [
            (&b"Port 1"[..], "Port 1"),
            (b"", ""),
            ("Zürich ☃".as_bytes(), "Zürich ☃"),
            (b"padded\0\0", "padded"),
            (b"\0\0", ""),
            (b"a\0b", "a\0b"),
            (b"Z\xfcrich\r\nKeller", "Zürich\r\nKeller"),
            (b"Z\xfcrich\0", "Zürich"),
            (b"\xff\x00\x10", "0xff0010"),
            (b"\x80\x81\0", "0x808100"),
        ] {
            assert_eq!(text(octets), expected, "{octets:?}");
        }
    }

    #[test]
    fn a_text_that_was_cut_inside_its_last_character_stays_readable() {
        for whole in ["Канал до узла", "Ζεύγος", "線路", "ü🚂", "€", "price €"] {
            let last = whole.chars().next_back().unwrap().len_utf8();
            for missing in 1..last {
                let cut = &whole.as_bytes()[..whole.len() - missing];
                let before = &whole[..whole.len() - last];
                // Of "price €", one octet is left that is a letter of Latin-1.
                let expected = match (before, last - missing) {
                    ("", _) => continue,
                    ("price ", 1) => "price â".to_owned(),
                    _ => format!("{before}\u{fffd}"),
                };
                assert_eq!(text(cut), expected, "{whole} without {missing}");
                assert_eq!(text(&[cut, b"\0"].concat()), expected, "padded");
            }
        }
    }

    #[test]
    fn what_only_looks_like_a_cut_text_is_what_it_was() {
        for (octets, expected) in [
            (&b"Caf\xe9"[..], "Café"),
            (b"\xe2\x82", "0xe282"),
            (b"\x00\x1c\x73\xc3\xa9\xd0", "0x001c73c3a9d0"),
            // Broken before its end as well.
            (b"\xd0\x9a\x80 \xd0", "0xd09a8020d0"),
        ] {
            assert_eq!(text(octets), expected, "{octets:?}");
        }
    }
}
