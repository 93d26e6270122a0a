//! BITS: octets, then the bits that are set, with their names where the MIB has some.

use super::octets::split;
use crate::{LineError, scan::text_of};

/// Reads `80 01 first(0) last(15)`.
///
/// A bit without a name is printed as its number, which may look like one more octet: `00 01 15`. So the octets are
/// those whose bits the rest lists.
pub(super) fn bits(content: &[u8]) -> Result<Vec<u8>, LineError> {
    let (mut octets, behind) = split(content)?;
    let rest: Vec<&[u8]> = behind.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let numbers: Vec<String> = octets.iter().map(|octet| format!("{octet:02X}")).collect();
    for count in (0..=octets.len()).rev() {
        let taken = numbers.get(count..).unwrap_or_default().iter().map(|number| number.as_bytes());
        let listed: Vec<&[u8]> = taken.chain(rest.iter().copied()).collect();
        if lists(&listed, octets.get(..count).unwrap_or_default()) {
            octets.truncate(count);
            return Ok(octets);
        }
    }
    Err(LineError::Bits)
}

/// Whether words are the set bits of octets, in their order; units may follow.
fn lists(words: &[&[u8]], octets: &[u8]) -> bool {
    let mut words = words.iter();
    let set = octets.iter().enumerate().flat_map(|(place, octet)| {
        (0..8).filter(move |bit| octet & (0x80 >> bit) != 0).map(move |bit| place * 8 + bit)
    });
    for bit in set {
        if words.next().and_then(|word| number(word)) != Some(bit) {
            return false;
        }
    }
    words.all(|word| number(word).is_none())
}

/// Reads `15` or `last(15)`.
fn number(word: &[u8]) -> Option<usize> {
    let digits = match word.strip_suffix(b")") {
        Some(named) => named.rsplit(|sign| *sign == b'(').next()?,
        None => word,
    };
    text_of(digits).parse().ok()
}
