//! Texts: in quotes, or as a DISPLAY-HINT prints them.

use crate::{
    LineError,
    names::Syntax,
    scan::{hex, text_of},
};

/// Where the closing quote of a text is that begins before `text`; a backslash takes the next octet as it is.
pub(super) fn quote_end(text: &[u8]) -> Option<usize> {
    let mut is_escaped = false;
    text.iter().position(|sign| {
        let closes = *sign == b'"' && !is_escaped;
        is_escaped = *sign == b'\\' && !is_escaped;
        closes
    })
}

/// Reads a text in double quotes. Units may stand behind it.
pub(super) fn unquote(said: &[u8]) -> Result<Vec<u8>, LineError> {
    let text = said.strip_prefix(b"\"").ok_or(LineError::Quote)?;
    let (text, behind) = text.split_at_checked(quote_end(text).ok_or(LineError::Quote)?).ok_or(LineError::Quote)?;
    let units = behind.strip_prefix(b"\"").unwrap_or(behind);
    if units.contains(&b'"') || !(units.trim_ascii().is_empty() || units.starts_with(b" ")) {
        return Err(LineError::Quote);
    }
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(sign) = rest.next() {
        octets.push(if *sign == b'\\' { *rest.next().ok_or(LineError::Quote)? } else { *sign });
    }
    Ok(octets)
}

/// Reads what a DISPLAY-HINT made of octets, unless several contents are printed like this.
///
/// Where the object is known, so is its hint. Else parts that no text looks like are taken as octets
/// (`0:0:5e:0:53:1`, `2026-11-29,23:20:27.0`), and what may be a text or an address is refused.
pub(super) fn hinted(content: &[u8], syntax: Option<Syntax>) -> Result<Vec<u8>, LineError> {
    match syntax {
        Some(Syntax::Text) => Ok(content.to_vec()),
        Some(Syntax::PhysAddress) if content.is_empty() => Ok(Vec::new()),
        Some(Syntax::PhysAddress) => pairs(content, true).ok_or(LineError::Hinted),
        Some(Syntax::DateAndTime) => date_and_time(content).ok_or(LineError::Hinted),
        _ => guessed(content),
    }
}

/// Reads what only octets are printed as.
pub(super) fn octets(content: &[u8]) -> Option<Vec<u8>> {
    date_and_time(content).or_else(|| pairs(content, false).filter(|octets| octets.len() >= 6))
}

fn guessed(content: &[u8]) -> Result<Vec<u8>, LineError> {
    if let Some(octets) = octets(content) {
        return Ok(octets);
    }
    let may_be_octets = pairs(content, true).is_some_and(|octets| octets.len() >= 2) || is_ipv6(content);
    if may_be_octets || text_of(content).parse::<std::net::Ipv4Addr>().is_ok() {
        return Err(LineError::Hinted);
    }
    Ok(content.to_vec())
}

/// Reads the hexadecimal parts of `1x:`. net-snmp prints them without zeros in front and in small letters; other
/// tools have `00:0C`, if those may be.
fn pairs(content: &[u8], padded: bool) -> Option<Vec<u8>> {
    let part = |part: &[u8]| match part {
        [digit] => u8::try_from((*digit as char).to_digit(16)?).ok().filter(|_| padded || !digit.is_ascii_uppercase()),
        [high, low] => {
            let is_plain = *high != b'0' && !high.is_ascii_uppercase() && !low.is_ascii_uppercase();
            hex(&[*high, *low]).ok().filter(|octets| octets.len() == 1 && (padded || is_plain))?.first().copied()
        }
        _ => None,
    };
    content.split(|sign| *sign == b':').map(part).collect()
}

/// Whether these are the eight parts of `2x:`.
fn is_ipv6(content: &[u8]) -> bool {
    let is_part = |part: &[u8]| matches!(part.len(), 1..=4) && part.iter().all(u8::is_ascii_hexdigit);
    content.split(|sign| *sign == b':').filter(|part| is_part(part)).count() == 8
        && content.iter().filter(|sign| **sign == b':').count() == 7
}

/// Reads the eight or eleven octets of DateAndTime as `2d-1d-1d,1d:1d:1d.1d,1a1d:1d` prints them (RFC 2579).
fn date_and_time(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = content;
    let mut octets = number(&mut rest, b"-")?.to_be_bytes().to_vec();
    for end in [&b"-"[..], b",", b":", b":", b".", b""] {
        octets.push(u8::try_from(number(&mut rest, end)?).ok()?);
    }
    if rest.is_empty() {
        return Some(octets);
    }
    let (direction, zone) = rest.strip_prefix(b",")?.split_first()?;
    rest = zone;
    octets.push(Some(*direction).filter(|direction| matches!(direction, b'+' | b'-'))?);
    for end in [&b":"[..], b""] {
        octets.push(u8::try_from(number(&mut rest, end)?).ok()?);
    }
    rest.is_empty().then_some(octets)
}

/// Takes a number without zeros in front off the start of a text, and `end` behind it.
fn number(rest: &mut &[u8], end: &[u8]) -> Option<u16> {
    let length = rest.iter().take_while(|sign| sign.is_ascii_digit()).count();
    let (digits, after) = rest.split_at_checked(length)?;
    *rest = after.strip_prefix(end)?;
    text_of(digits).parse().ok().filter(|_| matches!(digits, [b'0'] | [b'1'..=b'9', ..]))
}
