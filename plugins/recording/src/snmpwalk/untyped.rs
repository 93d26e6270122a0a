//! Values without their type, as `-OQ` and `-Oq` print all of them and `-Ot` prints TimeTicks.
//!
//! Texts in quotes, names and times tell their type themselves. A number does not: it is read where the object is known
//! or the file says what it must be, and else refused.

use super::{number, octets, style::Style, text, typed};
use crate::{LineError, Value, names::Syntax, scan::address};

/// Reads a value of which no type stands there.
pub(super) fn value(said: &[u8], syntax: Option<Syntax>, style: &Style) -> Result<Value, LineError> {
    if said.starts_with(b"\"") {
        return quoted(said).map(Value::OctetString);
    }
    let word = said.trim_ascii();
    match syntax {
        Some(syntax) => known(said, syntax),
        None if word == b"NULL" => Ok(Value::Null),
        None if !style.is_quick => {
            let digits =
                if word.iter().all(u8::is_ascii_digit) { number::plain(word)? } else { return Err(LineError::Type) };
            let number = u32::try_from(digits).map_err(|_| LineError::Range)?;
            // Besides those of `-Ot`, net-snmp prints only one type of number without its name.
            Ok(if style.has_timeticks { Value::UInteger32(number) } else { Value::TimeTicks(number) })
        }
        None => unknown(word),
    }
}

/// Reads a value of a known object.
fn known(said: &[u8], syntax: Syntax) -> Result<Value, LineError> {
    let word = said.trim_ascii();
    let unsigned = |number: i128| u32::try_from(number).map_err(|_| LineError::Range);
    let integer = |number: i128| i32::try_from(number).map(Value::Integer).map_err(|_| LineError::Range);
    match syntax {
        Syntax::Text | Syntax::PhysAddress | Syntax::DateAndTime => {
            text::hinted(said, Some(syntax)).map(Value::OctetString)
        }
        Syntax::Integer => integer(number::hinted(word)?),
        Syntax::Enumeration(values) => match values.number(word) {
            Some(number) => Ok(Value::Integer(number)),
            None => integer(number::plain(word).map_err(|_| LineError::Untyped)?),
        },
        Syntax::Counter32 => Ok(Value::Counter32(unsigned(number::plain(word)?)?)),
        Syntax::Counter64 => Ok(Value::Counter64(u64::try_from(number::plain(word)?).map_err(|_| LineError::Range)?)),
        Syntax::Gauge32 => Ok(Value::Gauge32(unsigned(number::hinted(word)?)?)),
        Syntax::TimeTicks => Ok(Value::TimeTicks(unsigned(number::ticks(word)?)?)),
        Syntax::ObjectIdentifier => Ok(Value::ObjectIdentifier(typed::oid(word)?)),
        Syntax::IpAddress => address(word),
        Syntax::Octets | Syntax::Node => Err(LineError::Untyped),
    }
}

/// Reads a value that tells its type itself.
fn unknown(word: &[u8]) -> Result<Value, LineError> {
    let is_oid = word.iter().filter(|sign| **sign == b'.').count() > 1 && word.starts_with(b".");
    if is_oid {
        return typed::oid(word).map(Value::ObjectIdentifier);
    }
    let has_colons = word.iter().filter(|sign| **sign == b':').count();
    if has_colons == 3
        && word.contains(&b'.')
        && let Ok(ticks) = number::ticks(word)
    {
        return Ok(Value::TimeTicks(u32::try_from(ticks).map_err(|_| LineError::Range)?));
    }
    match text::octets(word) {
        Some(octets) => Ok(Value::OctetString(octets)),
        None => Err(LineError::Untyped),
    }
}

/// Reads a text, or octets in hexadecimal, which stand in quotes as well: each pair with a blank behind it.
fn quoted(said: &[u8]) -> Result<Vec<u8>, LineError> {
    let inner = said.get(1..said.iter().rposition(|sign| *sign == b'"').unwrap_or(1).max(1)).unwrap_or_default();
    // The text behind the pairs (`-OT`) has quotes that are not escaped.
    if is_hexadecimal(inner) || octets::has_bracketed_text(inner) {
        return octets::hexadecimal(inner);
    }
    text::unquote(said)
}

/// Whether these are lines of sixteen pairs, and a last one of which each pair has a blank behind it.
fn is_hexadecimal(content: &[u8]) -> bool {
    let lines: Vec<&[u8]> = content.split(|sign| *sign == b'\n').collect();
    let is_pairs = |pairs: &[u8]| {
        pairs.len() % 3 == 2
            && pairs.iter().enumerate().all(|(place, sign)| match place % 3 {
                2 => *sign == b' ',
                _ => matches!(sign, b'0'..=b'9' | b'A'..=b'F'),
            })
    };
    lines.iter().enumerate().all(|(place, line)| {
        let pairs = line.strip_suffix(b" ").unwrap_or(line);
        let is_last = place + 1 == lines.len();
        is_pairs(pairs) && (pairs.len() == 16 * 3 - 1 || (is_last && pairs.len() < line.len()))
    })
}
