//! Standard output: tables for people, JSON for programs.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::CommandError;

/// Writes text as it is and makes sure that it is out.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(CommandError::Output)
}

/// Writes a value as JSON, laid out for people.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), CommandError> {
    let mut text = serde_json::to_string_pretty(value).map_err(|error| CommandError::Output(error.into()))?;
    text.push('\n');
    print(&text)
}

/// Writes rows under a header, and nothing at all where there are none.
pub(super) fn print_table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<(), CommandError> {
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() { Ok(()) } else { print(&table(header, rows)) }
}

/// Lays rows out under a header, as wide as they are: an address in two pieces is worse than a line that is too long.
pub(super) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if !header.is_empty() {
        table.set_header(header);
    }
    table.set_content_arrangement(ContentArrangement::Disabled);
    for row in rows {
        table.add_row(row.iter().map(|cell| printable(cell)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    // The padding of the last column would be spaces at the end of each line.
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Replaces control characters: what a device sends must not drive the terminal.
pub(super) fn printable(text: &str) -> String {
    let visible = |c: char| if c == '\n' || !c.is_control() { c } else { char::REPLACEMENT_CHARACTER };
    text.replace("\r\n", "\n").chars().map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_broken_however_long_it_is() {
        let cells = vec!["02:FC:00:00:00:01 ".repeat(20), "2001:db8::1/64, ".repeat(20) + "end"];
        let text = table(&["MAC", "ADDRESSES"], [cells.clone()]);
        assert_eq!(text.lines().nth(1), Some(cells.join("  ").as_str()));
    }
}
