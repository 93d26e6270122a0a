#![doc = include_str!("../README.md")]

mod error;
mod file;
mod lines;
mod names;
mod scan;
mod snmprec;
mod snmpwalk;
mod value;

use std::fmt;

pub use error::{LineError, OidError};
pub use file::{MAX_OCTETS, ReadError};
pub use lines::BadLine;
pub use value::{MAX_ARCS, Object, Value};

use lines::BadLines;

/// What a recording says, and what of it could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Recording {
    /// The objects in the order of their lines; a name may come twice.
    pub objects: Vec<Object>,
    /// The form of the lines.
    pub format: Format,
    /// The lines that could not be read, in their order; beyond [`BadLine::MAX_KEPT`] they are only counted.
    pub bad_lines: Vec<BadLine>,
    /// How many lines could not be read.
    pub bad_line_count: usize,
}

/// The forms of recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `OID|TAG|VALUE` lines.
    Snmprec,
    /// Lines as `snmpwalk -On` prints them.
    Snmpwalk,
}

/// Reads the octets of a file: unpacks them, turns UTF-16 into UTF-8, and tells the form by its lines.
pub fn read(octets: &[u8]) -> Result<Recording, ReadError> {
    let text = file::text_of_file(octets, MAX_OCTETS)?;
    if text.trim_ascii().is_empty() {
        return Err(ReadError::Empty);
    }
    if snmpwalk::holds_bare_values(&text) {
        return Err(ReadError::NoNames);
    }
    Format::of(&text).map(|format| parse_as(format, &text)).ok_or(ReadError::Neither)
}

/// Reads text in either form; what is neither is taken for the form `.snmprec`, whose lines are all bad then.
pub fn parse(text: &[u8]) -> Recording {
    let text = file::without_mark(text);
    parse_as(Format::of(text).unwrap_or(Format::Snmprec), text)
}

/// Writes an object as a line of the form `.snmprec`, without its end. It reads the same.
///
/// A value that is not the BER of its own tag has no such form and becomes a comment.
#[must_use]
pub fn snmprec_line(object: &Object) -> String {
    snmprec::write(object)
}

/// Writes an object as `snmpwalk -On -m ''` prints it, without the end of the last line. It reads the same.
///
/// Octets that are more than printable ASCII are in hexadecimal; so is what is wrapped into an Opaque, of which net-snmp
/// prints a float with six decimals only. Of a value that is not of its type nothing but that is said, as net-snmp does:
/// such a line is a bad one when it is read.
#[must_use]
pub fn snmpwalk_line(object: &Object) -> String {
    snmpwalk::write(object)
}

fn parse_as(format: Format, text: &[u8]) -> Recording {
    let mut bad = BadLines::default();
    let objects = match format {
        Format::Snmprec => snmprec::read(text, &mut bad),
        Format::Snmpwalk => snmpwalk::read(text, &mut bad),
    };
    Recording { objects, format, bad_lines: bad.kept, bad_line_count: bad.count }
}

impl Format {
    /// Tells the form by the first line that looks like one of them.
    fn of(text: &[u8]) -> Option<Self> {
        text.split(|octet| *octet == b'\n').find_map(|line| match line {
            [b'#', ..] => None,
            line if snmpwalk::is_line(line) => Some(Self::Snmpwalk),
            line if line.contains(&b'|') => Some(Self::Snmprec),
            _ => None,
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Snmprec => "snmprec",
            Self::Snmpwalk => "snmpwalk",
        })
    }
}

#[cfg(test)]
mod tests;
