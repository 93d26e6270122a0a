//! What was read of a text, and where it breaks.

use crate::packet::PacketProblem;

/// What was read: the octets of each packet, and what could not be.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) packets: Vec<Vec<u8>>,
    /// The first of them, at most `MAX_WRONG`.
    pub(crate) wrong: Vec<PacketProblem>,
}

pub(super) fn not_a_digit(text: &str) -> String {
    match text.chars().next() {
        Some(c) if c.is_ascii_graphic() => format!("`{c}` is not a hexadecimal digit"),
        Some(c) => format!("U+{:04X} is not a hexadecimal digit", u32::from(c)),
        None => "a hexadecimal digit is missing".to_owned(),
    }
}

/// The line and the column of a place, counted from 1: `at` octets into `text`, before which there are lines.
pub(super) fn text_place(text: &str, lines_before: usize, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = lines_before + before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}
