//! The lines of a recording, with their numbers, and the list of those that could not be read.

use std::borrow::Cow;

use snmp_engine::{Oid, ParseOidError};

/// The lines of a file, and what was wrong with some of them.
pub(super) struct Lines<'a> {
    rest: Option<&'a [u8]>,
    /// Whether all lines end in CR LF. Where only some do, the CR belongs to a text of several lines.
    carriage_returns: bool,
    number: usize,
    bad: Vec<BadLine>,
    bad_count: usize,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {number}: {error}: `{text}`")]
pub struct BadLine {
    /// Its number, the first line being 1.
    pub number: usize,
    /// How it begins.
    pub text: String,
    /// What is wrong with it.
    pub error: LineError,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Not `OID|TAG|VALUE`.
    #[error("three fields separated by `|` are needed")]
    Fields,
    /// Not a line of a walk, and not the continuation of one.
    #[error("this is neither `OID = TYPE: VALUE` nor the rest of such a line")]
    NotAnEntry,
    /// The name, or a value of type OBJECT IDENTIFIER, is none.
    #[error("not an object identifier: {0}")]
    Oid(ParseOidError),
    /// An object identifier that BER cannot express.
    #[error("an object identifier begins with 0 or 1 and an arc below 40, or with 2 and any arc")]
    OidStart,
    /// A tag that is no number of one octet, or a type that is not known.
    #[error("unknown type")]
    Type,
    /// A tag of a variation module, e.g. `4:numeric`.
    #[error("variation modules are not played")]
    Variation,
    /// A suffix (`x` or `e`) that does not go with the tag.
    #[error("this suffix does not go with this tag")]
    Suffix,
    /// The value is not a number.
    #[error("not a number")]
    Number,
    /// The number does not fit the type.
    #[error("the number does not fit its type")]
    Range,
    /// The value is not hexadecimal.
    #[error("not pairs of hexadecimal digits")]
    Hex,
    /// The value has a backslash that begins no escape.
    #[error("not an escape sequence")]
    Escape,
    /// The value is not an IPv4 address.
    #[error("not an IPv4 address")]
    Address,
    /// A quoted text has no end, or something behind its end.
    #[error("a quoted text does not end where the line does")]
    Quote,
    /// A type that has no value was given one.
    #[error("this type has no value")]
    NotEmpty,
}

impl BadLine {
    /// The most lines of a recording that are kept as bad; the others are only counted.
    pub const MOST_KEPT: usize = 1_000;
    /// The most characters of a bad line that are kept.
    pub const MOST_TEXT: usize = 80;
}

impl<'a> Lines<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
        let mut ends = octets.split_inclusive(|octet| *octet == b'\n').filter(|line| line.ends_with(b"\n"));
        let carriage_returns = ends.all(|line| line.ends_with(b"\r\n"));
        Self { rest: Some(octets), carriage_returns, number: 0, bad: Vec::new(), bad_count: 0 }
    }

    /// The next line, without its end.
    pub(super) fn next(&mut self) -> Option<&'a [u8]> {
        let (line, rest) = self.split(self.rest?);
        self.rest = rest;
        self.number += 1;
        Some(line)
    }

    /// The line after the last one, which stays where it is.
    pub(super) fn peek(&self) -> Option<&'a [u8]> {
        self.rest.map(|rest| self.split(rest).0)
    }

    /// Whether the line after the last one is the last of all.
    pub(super) fn next_is_last(&self) -> bool {
        self.rest.is_none_or(|rest| self.split(rest).1.is_none())
    }

    /// The number of the last line.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Notes a line that could not be read.
    pub(super) fn note(&mut self, number: usize, line: &[u8], error: LineError) {
        self.bad_count += 1;
        if self.bad.len() < BadLine::MOST_KEPT {
            let start = line.get(..BadLine::MOST_TEXT).unwrap_or(line);
            let text = text_of(start).chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect();
            self.bad.push(BadLine { number, text, error });
        }
    }

    fn split(&self, rest: &'a [u8]) -> (&'a [u8], Option<&'a [u8]>) {
        let mut parts = rest.splitn(2, |octet| *octet == b'\n');
        let line = parts.next().unwrap_or_default();
        let line = if self.carriage_returns { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
        (line, parts.next())
    }

    pub(super) fn into_bad(self) -> (Vec<BadLine>, usize) {
        (self.bad, self.bad_count)
    }
}

/// Reads dotted decimal as an OID that BER can express.
pub(super) fn oid(text: &[u8]) -> Result<Oid, LineError> {
    let oid: Oid = text_of(text.trim_ascii()).parse().map_err(LineError::Oid)?;
    match oid.arcs() {
        [2, _, ..] | [0 | 1, 0..40, ..] => Ok(oid),
        _ => Err(LineError::OidStart),
    }
}

/// Reads pairs of hexadecimal digits, blanks between them allowed.
pub(super) fn hex(text: &[u8]) -> Result<Vec<u8>, LineError> {
    let mut octets = Vec::with_capacity(text.len() / 2);
    let mut digits = text.iter().filter(|sign| !sign.is_ascii_whitespace()).map(|sign| (*sign as char).to_digit(16));
    while let Some(high) = digits.next() {
        let (Some(high), Some(Some(low))) = (high, digits.next()) else { return Err(LineError::Hex) };
        // Two digits of base 16 fit an octet.
        octets.push((high << 4 | low) as u8);
    }
    Ok(octets)
}

/// The octets as text, Latin-1 where they are no UTF-8.
pub(super) fn text_of(octets: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(octets.iter().map(|octet| *octet as char).collect()),
    }
}
