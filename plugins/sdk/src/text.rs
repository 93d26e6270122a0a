//! Octets that a person shall read.
//! Agents send UTF-8, Latin-1, padding and raw bytes in the same objects; one rule says what each becomes.

use std::fmt::Write;

/// Turns octets into text: UTF-8 as it is, without NULs at the end; else Latin-1 when all of it is printable
/// there; else `0x` and lower-case hex digits, of all octets.
#[must_use]
pub fn text(octets: &[u8]) -> String {
    let end = octets.iter().rposition(|&octet| octet != 0).map_or(0, |last| last + 1);
    let trimmed = octets.get(..end).unwrap_or_default();
    if let Ok(utf8) = std::str::from_utf8(trimmed) {
        return utf8.to_owned();
    }
    if trimmed.iter().all(|&octet| is_printable_latin1(octet)) {
        return trimmed.iter().map(|&octet| char::from(octet)).collect();
    }
    format!("0x{}", hex(octets))
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
}
