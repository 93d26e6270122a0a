//! The text of a JSON body, in whichever encoding of Unicode it came.
//!
//! Windows editors and PowerShell put a byte order mark in front, or write UTF-16. The Python program that this proxy
//! replaces reads all of it (`json.loads` of octets), so scripts that worked there work here. RFC 8259 section 8.1 has
//! UTF-8 only, and lets a parser ignore the mark. Nothing is known here of JSON but that it begins with ASCII.

use std::{borrow::Cow, char::REPLACEMENT_CHARACTER};

/// How the octets stand for characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16(Order),
    Utf32(Order),
}

/// Which octet of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Big,
    Little,
}

/// The text without its byte order mark, or how many characters come before what is none.
pub(super) fn text(octets: &[u8]) -> Result<Cow<'_, str>, usize> {
    let (encoding, octets) = marked(octets).unwrap_or_else(|| (guessed(octets), octets));
    match encoding {
        Encoding::Utf8 => match std::str::from_utf8(octets) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(error) => {
                let valid = octets.get(..error.valid_up_to()).unwrap_or_default();
                Err(String::from_utf8_lossy(valid).chars().count())
            }
        },
        Encoding::Utf16(order) => utf_16(octets, order).map(Cow::Owned),
        Encoding::Utf32(order) => utf_32(octets, order).map(Cow::Owned),
    }
}

/// The encoding that a byte order mark tells, and what is behind the mark. That of UTF-32 comes first, since its octets
/// begin with the mark of UTF-16.
fn marked(octets: &[u8]) -> Option<(Encoding, &[u8])> {
    const MARKS: [(&[u8], Encoding); 5] = [
        (&[0, 0, 0xfe, 0xff], Encoding::Utf32(Order::Big)),
        (&[0xff, 0xfe, 0, 0], Encoding::Utf32(Order::Little)),
        (&[0xfe, 0xff], Encoding::Utf16(Order::Big)),
        (&[0xff, 0xfe], Encoding::Utf16(Order::Little)),
        (&[0xef, 0xbb, 0xbf], Encoding::Utf8),
    ];
    MARKS.into_iter().find_map(|(mark, encoding)| Some((encoding, octets.strip_prefix(mark)?)))
}

/// The encoding of a text without a mark: JSON begins with two characters of ASCII, so it shows in the zeros
/// (RFC 4627 section 3).
fn guessed(octets: &[u8]) -> Encoding {
    match octets {
        [0, 0, _, _, ..] => Encoding::Utf32(Order::Big),
        [0, _, _, _, ..] | [0, _] => Encoding::Utf16(Order::Big),
        [_, 0, 0, 0, ..] => Encoding::Utf32(Order::Little),
        [_, 0, _, _, ..] | [_, 0] => Encoding::Utf16(Order::Little),
        _ => Encoding::Utf8,
    }
}

fn utf_16(octets: &[u8], order: Order) -> Result<String, usize> {
    let (pairs, rest) = octets.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match order {
        Order::Big => u16::from_be_bytes(*pair),
        Order::Little => u16::from_le_bytes(*pair),
    });
    collected(char::decode_utf16(units).map(Result::ok), rest)
}

fn utf_32(octets: &[u8], order: Order) -> Result<String, usize> {
    let (quads, rest) = octets.as_chunks::<4>();
    let numbers = quads.iter().map(|quad| match order {
        Order::Big => u32::from_be_bytes(*quad),
        Order::Little => u32::from_le_bytes(*quad),
    });
    collected(numbers.map(char::from_u32), rest)
}

/// The characters as text, or the place of the first that is none. What is left over at the end is none either.
fn collected(chars: impl Iterator<Item = Option<char>>, rest: &[u8]) -> Result<String, usize> {
    let mut text = String::new();
    let mut bad = None;
    for (place, read) in chars.enumerate() {
        if read.is_none() {
            bad.get_or_insert(place);
        }
        text.push(read.unwrap_or(REPLACEMENT_CHARACTER));
    }
    match bad {
        Some(place) => Err(place),
        None if !rest.is_empty() => Err(text.chars().count()),
        None => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\"ä\": \"💡\"}";

    #[track_caller]
    fn check(octets: &[u8], expected: Result<&str, usize>) {
        assert_eq!(text(octets).as_deref(), expected.as_ref().map(|text| *text), "{octets:?}");
    }

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn utf_32(text: &str, order: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().map(u32::from).flat_map(order).collect()
    }

    #[test]
    fn every_encoding_is_read_with_its_mark_and_without() {
        let marked = format!("\u{feff}{TEXT}");
        for text in [TEXT, marked.as_str()] {
            check(text.as_bytes(), Ok(TEXT));
            check(&utf_16(text, u16::to_be_bytes), Ok(TEXT));
            check(&utf_16(text, u16::to_le_bytes), Ok(TEXT));
            check(&utf_32(text, u32::to_be_bytes), Ok(TEXT));
            check(&utf_32(text, u32::to_le_bytes), Ok(TEXT));
        }
    }

    #[test]
    fn short_texts_are_told_apart_as_long_ones() {
        check(b"", Ok(""));
        check(b"7", Ok("7"));
        check(&[0, b'7'], Ok("7"));
        check(b"7\0", Ok("7"));
        check(b"77", Ok("77"));
        check(b"7\0\0\0", Ok("7"));
        check(&[0, 0, 0, b'7'], Ok("7"));
    }

    #[test]
    fn one_mark_is_a_mark_and_a_second_is_text() {
        check("\u{feff}\u{feff}7".as_bytes(), Ok("\u{feff}7"));
    }

    #[test]
    fn what_is_no_text_is_told_with_its_place() {
        check(b"\"\xc3\xa4\xff\"", Err(2));
        check(&[0xff, 0xfe, b'"', 0, 0, 0xd8, b'"', 0], Err(1));
        check(&[0xff, 0xfe, b'"', 0, b'"'], Err(1));
        check(&[0, 0, 0xfe, 0xff, 0, 0, 0, b'"', 0, 0x11, 0, 0], Err(1));
    }
}
