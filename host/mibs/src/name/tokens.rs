//! What was written, taken apart at its dots and brackets.

use super::{NameError, shown};
use crate::MAX_ARCS;

/// A part of what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// Digits alone.
    Number(&'t str),
    /// Anything else without quotes and brackets.
    Word(&'t str),
    /// With its quotes.
    Quoted(&'t str),
    /// Without its brackets.
    Bracketed(&'t str),
}

/// The module before `::`, or before `:` as net-snmp takes it too.
pub(super) fn split_module(text: &str) -> (Option<&str>, &str) {
    let end = text.find([':', '.', '[', '"', '\'']).unwrap_or(text.len());
    let (module, rest) = text.split_at(end);
    match rest.strip_prefix("::").or_else(|| rest.strip_prefix(':')) {
        Some(rest) if !module.is_empty() => (Some(module), rest),
        _ => (None, text),
    }
}

/// Takes what was written apart at its dots and brackets.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, NameError> {
    let unmatched = || NameError::Unmatched { text: shown(text) };
    let (mut tokens, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        if tokens.len() > MAX_ARCS {
            return Err(NameError::TooLong);
        }
        let length = match rest.as_bytes().first() {
            Some(b'[') => bracketed_length(rest).ok_or_else(unmatched)?,
            Some(b'"' | b'\'') => quoted_length(rest).ok_or_else(unmatched)?,
            _ => rest.find(['.', '[', ']', '"', '\'']).unwrap_or(rest.len()),
        };
        let (own, behind) = rest.split_at_checked(length).ok_or_else(unmatched)?;
        tokens.push(match own.as_bytes() {
            [b'[', ..] => Token::Bracketed(own.get(1..length - 1).unwrap_or_default()),
            [b'"' | b'\'', ..] => Token::Quoted(own),
            [] => return Err(NameError::EmptyPart { text: shown(text) }),
            word if word.iter().all(u8::is_ascii_digit) => Token::Number(own),
            _ => Token::Word(own),
        });
        rest = match behind.strip_prefix('.') {
            // A dot at the end, or two of them.
            Some("") => return Err(NameError::EmptyPart { text: shown(text) }),
            Some(rest) => rest,
            None if behind.is_empty() || behind.starts_with('[') => behind,
            None => return Err(unmatched()),
        };
    }
    Ok(tokens)
}

/// Octets of what stands in brackets, with them. A bracket in quotes is a part of the text.
fn bracketed_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let quoted = if inside.starts_with(['"', '\'']) { quoted_length(inside)? } else { 0 };
    Some(1 + quoted + inside.get(quoted..)?.find(']')? + 1)
}

/// Octets of what stands in quotes, with them.
fn quoted_length(text: &str) -> Option<usize> {
    let quote = *text.as_bytes().first()?;
    let mut is_escaped = true;
    for (place, octet) in text.bytes().enumerate() {
        if octet == quote && !is_escaped {
            return Some(place + 1);
        }
        is_escaped = octet == b'\\' && !is_escaped;
    }
    None
}
