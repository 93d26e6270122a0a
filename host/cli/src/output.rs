//! Standard output: tables for people, JSON for programs.

use std::io::{self, IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{
    CommandError,
    colours::{Colours, Style},
};

/// Spaces between two columns.
pub(super) const BETWEEN: usize = 2;

/// Narrower terminals than this are taken for as wide as this.
const MIN_WIDTH: u16 = 40;

/// Taken for the width of a terminal that does not say it, such as one behind a serial line or in a container.
const UNKNOWN_WIDTH: u16 = 80;

/// Returns the characters in a line of standard output; none where it is no terminal.
pub(super) fn terminal_width() -> Option<usize> {
    let out = io::stdout();
    let reported = out.is_terminal().then(|| rustix::termios::tcgetwinsize(&out).map_or(0, |size| size.ws_col))?;
    Some(width_of(reported, std::env::var("COLUMNS").ok().as_deref()))
}

/// The width that a terminal reports, whatever it says of its height; where that is 0, what $COLUMNS says.
fn width_of(reported: u16, columns: Option<&str>) -> usize {
    let columns = columns.and_then(|columns| columns.trim().parse().ok());
    let width = [Some(reported), columns].into_iter().flatten().find(|width| *width > 0);
    usize::from(width.unwrap_or(UNKNOWN_WIDTH).max(MIN_WIDTH))
}

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
    if rows.peek().is_none() { Ok(()) } else { print(&table(header, rows, Colours::of_stdout())) }
}

/// Lays rows out under a header, as wide as they are: an address in two pieces is worse than a line that is too long.
pub(super) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, colours: Colours) -> String {
    table_within(None, header, rows, colours)
}

/// Like [`table`], but breaks cells between words so that a line has at most so many characters.
pub(super) fn table_within(
    width: Option<usize>,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    colours: Colours,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if !header.is_empty() {
        table.set_header(header.iter().map(|title| printable(title)));
    }
    match width.and_then(|width| u16::try_from(width).ok()) {
        None => table.set_content_arrangement(ContentArrangement::Disabled),
        Some(width) => table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width),
    };
    for row in rows {
        table.add_row(row.iter().map(|cell| printable(cell)));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, BETWEEN as u16));
    }
    // A title has one line.
    let titles = usize::from(!header.is_empty());
    let painted = |(place, line): (usize, &str)| {
        if place < titles { colours.paint(Style::Title, line) } else { line.to_owned() }
    };
    // The padding of the last column would be spaces at the end of each line.
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.iter().enumerate().map(|(place, line)| painted((place, line)) + "\n").collect()
}

/// Breaks a text between words into lines of at most so many characters.
pub(super) fn wrapped(text: &str, width: Option<usize>) -> String {
    // The padding of the one column takes its place from the text.
    table_within(width.map(|width| width + BETWEEN), &[], [vec![text.to_owned()]], Colours::None)
}

/// Returns the characters that a cell takes in a line, of several lines those of the widest.
pub(super) fn width(cell: &str) -> usize {
    printable(cell).lines().map(UnicodeWidthStr::width).max().unwrap_or_default()
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
        let text = table(&["MAC", "ADDRESSES"], [cells.clone()], Colours::None);
        assert_eq!(text.lines().nth(1), Some(cells.join("  ").as_str()));
    }

    #[test]
    fn a_table_within_a_width_breaks_between_words() {
        let row = ["all".to_owned(), "rows that others leave out".to_owned()];
        let text = table_within(Some(20), &["NAME", "WHAT"], [row.to_vec()], Colours::Colours);
        assert_eq!(text, "\u{1b}[1mNAME  WHAT\u{1b}[0m\nall   rows that\n      others leave\n      out\n");
        assert_eq!(wrapped("one two three", Some(8)), "one two\nthree\n");
        assert_eq!(wrapped("one two three", None), "one two three\n");
    }

    #[test]
    fn a_terminal_that_does_not_say_its_width_has_one_all_the_same() {
        assert_eq!((width_of(132, None), width_of(132, Some("50")), width_of(3, None)), (132, 132, 40));
        assert_eq!((width_of(0, Some("100")), width_of(0, Some("0")), width_of(0, Some("wide"))), (100, 80, 80));
        assert_eq!(width_of(0, None), 80);
    }

    #[test]
    fn the_width_of_a_cell_is_what_a_terminal_needs() {
        assert_eq!((width("eth0"), width("two\nlines"), width("交换机"), width("\u{1b}[31m")), (4, 5, 6, 5));
    }
}
