//! Standard error: what people are told beside the results.
//!
//! Each line begins with what it is, as those of clap do: `error:`, `warning:` or `note:`.

use std::io::Write;

use super::{
    colours::{Colours, Style},
    output::printable,
};

/// Tells that something failed.
pub fn complain(message: &str) {
    say("error:", Style::Error, message);
}

/// Tells that something looks wrong.
pub(super) fn warn(message: &str) {
    say("warning:", Style::Warning, message);
}

/// Tells what is worth knowing.
pub fn note(message: &str) {
    say("note:", Style::Note, message);
}

fn say(what: &str, style: Style, message: &str) {
    // Nobody is left to be told when standard error is gone.
    let _ = std::io::stderr().lock().write_all(lines(Colours::of_stderr(), what, style, message).as_bytes());
}

/// Each line of a message says what it is: several errors at once are a line each.
fn lines(colours: Colours, what: &str, style: Style, message: &str) -> String {
    let what = colours.paint(style, what);
    printable(message).lines().map(|line| format!("{what} {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_says_what_it_is_and_drives_no_terminal() {
        let said = lines(Colours::None, "error:", Style::Error, "one\ntwo \u{1b}[2J");
        assert_eq!(said, "error: one\nerror: two \u{fffd}[2J\n");
        assert_eq!(lines(Colours::Colours, "note:", Style::Note, "one"), "\u{1b}[1;36mnote:\u{1b}[0m one\n");
    }
}
