//! Colours for people at a terminal.

/// Whether there are colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// There are none.
    None,
    /// There are those of every terminal.
    Colours,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
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
}

impl Ink {
    /// What the environment wants: no colours where NO_COLOR is set to anything, or where the terminal is a dumb one.
    pub(super) fn of_environment() -> Self {
        let is_set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        let is_dumb = is_set("TERM").is_some_and(|terminal| terminal == "dumb");
        if is_dumb || is_set("NO_COLOR").is_some() { Self::None } else { Self::Colours }
    }

    /// Puts a piece of text into its colour.
    pub(super) fn paint(self, piece: Piece, text: &str) -> String {
        let code = match piece {
            Piece::Title => "1",
            Piece::Name => "32",
            Piece::Value => "33",
            Piece::Octets => "36",
            Piece::Aside => "2",
            Piece::Wrong => "31",
        };
        match self {
            Self::Colours if !text.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            _ => text.to_owned(),
        }
    }
}
