//! The form in which net-snmp's `snmpwalk` prints a device: lines of `OID = TYPE: VALUE`.
//!
//! `-On` prints all that is needed; what other options leave out is put back where that is certain, and else the line
//! is refused. The README has the table. What net-snmp says where there was no value (`No Such Object…`,
//! `No more variables…`, `End of MIB`) is passed over.

mod bits;
mod detect;
mod entry;
mod number;
mod octets;
mod opaque;
mod style;
mod text;
mod typed;
mod untyped;
mod write;

pub(crate) use write::write;

use crate::{
    LineError, Object, Value,
    lines::{BadLines, Lines},
    names::{self, Syntax},
};
use entry::Entry;
use style::{Grammar, Style};

/// Reads all entries; lines that cannot be read are noted in `bad`.
pub(crate) fn read(text: &[u8], bad: &mut BadLines) -> Vec<Object> {
    let style = Style::of(text);
    let mut lines = Lines::new(text, style.carriage_returns);
    let mut objects = Vec::new();
    while let Some(line) = lines.next() {
        if line.trim_ascii().is_empty() || line.starts_with(b"#") || entry::is_end(line) {
            continue;
        }
        let number = lines.number();
        let object = match Entry::of(line, style.grammar) {
            Some(entry) => {
                let said = entry::whole(&mut lines, entry.said, &style);
                object(entry.name, &said, &style)
            }
            None => Err(LineError::NotAnEntry),
        };
        match object {
            Ok(object) => objects.extend(object),
            Err(error) => bad.note(number, line, error),
        }
    }
    objects
}

/// Whether a line is the first of an entry, with either separator, or one that ends a walk.
pub(crate) fn is_line(line: &[u8]) -> bool {
    entry::is_end(line) || Grammar::of(line).is_some()
}

/// Whether a text begins like the values of `snmpwalk -Ov`, which have no names.
pub(crate) fn holds_bare_values(text: &[u8]) -> bool {
    let mut lines = text.split(|octet| *octet == b'\n').map(<[u8]>::trim_ascii);
    lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).is_some_and(|line| typed::split(line).is_some())
}

/// Reads an entry; `None` where it only says that there is no value.
fn object(name: &[u8], said: &[u8], style: &Style) -> Result<Option<Object>, LineError> {
    if entry::says_no_value(said) {
        return Ok(None);
    }
    if style.grammar.has_suffixes && name.first().is_some_and(u8::is_ascii_digit) {
        return Err(names::unknown(name));
    }
    let name = names::oid(name)?;
    let (said, syntax) = match entry::without_remark(said) {
        // The agent's type is not the MIB's, so the MIB says nothing of the value.
        Some(said) => (said, None),
        None => (said, names::syntax_of(&name)),
    };
    Ok(Some(Object { name, value: value(said, syntax, style)? }))
}

fn value(said: &[u8], syntax: Option<Syntax>, style: &Style) -> Result<Value, LineError> {
    if style.has_dots && said.contains(&b'.') && (said.starts_with(b"\"") || said.starts_with(b"STRING: \"")) {
        return Err(LineError::Dots);
    }
    match typed::split(said) {
        Some((kind, content)) => typed::value(kind, content, syntax),
        None if said.starts_with(b"Variable has bad type") => Err(LineError::Type),
        None => untyped::value(said, syntax, style),
    }
}
