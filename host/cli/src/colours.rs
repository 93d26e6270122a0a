//! Colours for people at a terminal.
//!
//! Whether a stream has them is what clap asks for its own: NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM count, and
//! whether the stream is a terminal.

use std::io;

use anstream::{AutoStream, ColorChoice, stream::RawStream};

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// There are none.
    None,
    /// There are those of every terminal.
    Colours,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// What a packet is, in a line.
    Title,
    /// A name.
    Name,
    /// A value.
    Value,
    /// Octets.
    Octets,
    /// What need not be read at once.
    Aside,
    /// What is wrong.
    Wrong,
    /// That something is an error.
    Error,
    /// That something is a warning.
    Warning,
    /// That something is worth knowing.
    Note,
}

impl Colours {
    /// That of standard output.
    pub(super) fn of_stdout() -> Self {
        Self::of(&io::stdout())
    }

    /// That of standard error.
    pub(super) fn of_stderr() -> Self {
        Self::of(&io::stderr())
    }

    fn of(stream: &impl RawStream) -> Self {
        match AutoStream::choice(stream) {
            ColorChoice::Never => Self::None,
            _ => Self::Colours,
        }
    }

    /// Puts a piece of text into its colour.
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        let code = match style {
            Style::Title => "1",
            Style::Name => "32",
            Style::Value => "33",
            Style::Octets => "36",
            Style::Aside => "2",
            Style::Wrong => "31",
            // As clap and compilers have them.
            Style::Error => "1;31",
            Style::Warning => "1;33",
            Style::Note => "1;36",
        };
        match self {
            Self::Colours if !text.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            _ => text.to_owned(),
        }
    }
}
