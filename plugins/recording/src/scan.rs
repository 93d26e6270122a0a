//! What both forms are made of: object identifiers, hexadecimal digits, addresses, text.

use std::borrow::Cow;

use crate::{LineError, MAX_ARCS, OidError, Value};

/// Reads dotted decimal, with or without a leading dot, as an OID that BER can express.
pub(crate) fn oid(text: &[u8]) -> Result<Vec<u32>, LineError> {
    let text = text.trim_ascii();
    let dotted = text.strip_prefix(b".").unwrap_or(text);
    if dotted.is_empty() {
        return Err(OidError::Empty.into());
    }
    let mut arcs = Vec::new();
    for digits in dotted.split(|sign| *sign == b'.') {
        arcs.push(arc(digits)?);
        if arcs.len() > MAX_ARCS {
            return Err(OidError::TooLong.into());
        }
    }
    expressible(arcs)
}

/// Reads one arc.
pub(crate) fn arc(digits: &[u8]) -> Result<u32, OidError> {
    // `u32::from_str` takes a plus sign, an OID does not.
    let number = text_of(digits).parse().ok().filter(|_| digits.iter().all(u8::is_ascii_digit));
    number.ok_or_else(|| OidError::Arc(text_of(digits).chars().take(40).collect()))
}

/// The arcs, if BER can express them and they are not too many.
pub(crate) fn expressible(arcs: Vec<u32>) -> Result<Vec<u32>, LineError> {
    match arcs.as_slice() {
        _ if arcs.len() > MAX_ARCS => Err(OidError::TooLong.into()),
        [2, _, ..] | [0 | 1, 0..40, ..] => Ok(arcs),
        _ => Err(OidError::Start.into()),
    }
}

/// Reads pairs of hexadecimal digits, blanks between them allowed.
pub(crate) fn hex(text: &[u8]) -> Result<Vec<u8>, LineError> {
    let mut octets = Vec::with_capacity(text.len() / 2);
    let mut digits = text.iter().filter(|sign| !sign.is_ascii_whitespace()).map(|sign| (*sign as char).to_digit(16));
    while let Some(high) = digits.next() {
        let (Some(high), Some(Some(low))) = (high, digits.next()) else { return Err(LineError::Hex) };
        // Two digits of base 16 fit an octet.
        octets.push((high << 4 | low) as u8);
    }
    Ok(octets)
}

/// Reads a dotted IPv4 address.
pub(crate) fn address(text: &[u8]) -> Result<Value, LineError> {
    let address: std::net::Ipv4Addr = text_of(text).trim().parse().map_err(|_| LineError::Address)?;
    Ok(Value::IpAddress(address.octets()))
}

/// The octets as text, Latin-1 where they are no UTF-8.
pub(crate) fn text_of(octets: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(octets.iter().map(|octet| *octet as char).collect()),
    }
}
