//! The lines of a recording, with their numbers, and the list of those that could not be read.

use crate::{LineError, scan::text_of};

/// The lines of a file. A clone looks ahead.
#[derive(Clone)]
pub(crate) struct Lines<'a> {
    rest: Option<&'a [u8]>,
    /// Whether lines end in CR LF.
    carriage_returns: bool,
    number: usize,
}

/// The lines that could not be read.
#[derive(Default)]
pub(crate) struct BadLines {
    pub(crate) kept: Vec<BadLine>,
    pub(crate) count: usize,
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

impl BadLine {
    /// The most lines of a recording that are kept as bad; the others are only counted.
    pub const MAX_KEPT: usize = 1_000;
    /// The most octets of a bad line that are kept.
    pub const MAX_TEXT: usize = 80;
}

impl<'a> Lines<'a> {
    pub(crate) fn new(octets: &'a [u8], carriage_returns: bool) -> Self {
        Self { rest: Some(octets), carriage_returns, number: 0 }
    }

    /// The next line, without its end.
    pub(crate) fn next(&mut self) -> Option<&'a [u8]> {
        let (line, rest) = self.split(self.rest?);
        self.rest = rest;
        self.number += 1;
        Some(line)
    }

    /// The line after the last one, which stays where it is.
    pub(crate) fn peek(&self) -> Option<&'a [u8]> {
        self.rest.map(|rest| self.split(rest).0)
    }

    /// Whether the line after the last one is the last of all.
    pub(crate) fn next_is_last(&self) -> bool {
        self.rest.is_none_or(|rest| self.split(rest).1.is_none())
    }

    /// The number of the last line.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    fn split(&self, rest: &'a [u8]) -> (&'a [u8], Option<&'a [u8]>) {
        let mut parts = rest.splitn(2, |octet| *octet == b'\n');
        let line = parts.next().unwrap_or_default();
        let line = if self.carriage_returns { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
        (line, parts.next())
    }
}

impl BadLines {
    /// Notes a line that could not be read.
    pub(crate) fn note(&mut self, number: usize, line: &[u8], error: LineError) {
        self.count += 1;
        if self.kept.len() < BadLine::MAX_KEPT {
            let text =
                text_of(start_of(line)).chars().map(|sign| if sign.is_control() { '\u{fffd}' } else { sign }).collect();
            self.kept.push(BadLine { number, text, error });
        }
    }
}

/// As much of a line as is kept, not cut inside a character.
fn start_of(line: &[u8]) -> &[u8] {
    let start = line.get(..BadLine::MAX_TEXT).unwrap_or(line);
    match std::str::from_utf8(start) {
        Err(cut) if cut.error_len().is_none() => start.get(..cut.valid_up_to()).unwrap_or(start),
        _ => start,
    }
}
