//! Finds out how a file was printed, from all of its entries.

use super::{
    entry::Entry,
    style::{Grammar, Separator, Style},
    typed,
};
use crate::names::{self, Syntax};

impl Grammar {
    const OF_SEPARATORS: [Self; 2] = [
        Self { separator: Separator::Equals, has_suffixes: false },
        Self { separator: Separator::Blank, has_suffixes: false },
    ];

    /// The grammar of a line, if it is the first of an entry.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        Self::OF_SEPARATORS.into_iter().find(|grammar| Entry::of(line, *grammar).is_some())
    }
}

impl Style {
    /// Looks through all entries of a file.
    pub(super) fn of(text: &[u8]) -> Self {
        let lines = || text.split_inclusive(|octet| *octet == b'\n');
        let bodies = || lines().map(|line| line.strip_suffix(b"\n").unwrap_or(line));
        // The first entry is none that only looks like one within a text.
        let grammar = bodies().find_map(Grammar::of).unwrap_or_default();
        let mut style = Self { grammar, ..Self::default() };

        // Carriage returns belong to texts of several lines where most lines that hold no text end without.
        let (mut ends, mut returns) = (0_usize, 0_usize);
        let (mut has_types, mut has_bare_values, mut has_hex, mut has_dots) = (false, false, false, false);
        for body in bodies() {
            let Some(Entry { name, said }) = Entry::of(body, grammar) else { continue };
            style.grammar.has_suffixes |= names::is_suffix(name);
            match typed::split(said) {
                Some((b"STRING", content)) => {
                    has_types = true;
                    has_dots |= has_lost_octets(name, content);
                }
                Some((kind, _)) => {
                    has_types = true;
                    has_hex |= kind == b"Hex-STRING";
                    style.has_timeticks |= kind == b"Timeticks";
                    ends += 1;
                    returns += usize::from(body.ends_with(b"\r"));
                }
                None => {
                    has_dots |= has_lost_octets(name, said);
                    has_bare_values |= !may_be_bare(said.trim_ascii_end());
                }
            }
        }
        style.has_dots = has_dots && !has_hex;
        style.is_quick = !has_types || has_bare_values;
        style.carriage_returns = match ends {
            0 => lines().filter(|line| line.ends_with(b"\n")).all(|line| line.ends_with(b"\r\n")),
            _ => returns * 2 > ends,
        };
        style
    }
}

/// Whether values stand there without a type in any style: empty texts, numbers (`-Ot`), and what is no value.
fn may_be_bare(said: &[u8]) -> bool {
    const OTHERS: [&[u8]; 5] = [b"No ", b"Wrong Type", b"(Bad hint", b"Variable has bad type", b"NULL"];
    said.iter().all(u8::is_ascii_digit) || said.starts_with(b"\"") || OTHERS.iter().any(|start| said.starts_with(start))
}

/// Whether a quoted text is more likely octets of which `-Oa` left dots: a physical address with dots, or most of it.
fn has_lost_octets(name: &[u8], text: &[u8]) -> bool {
    let Some(text) = text.strip_prefix(b"\"") else { return false };
    let dots = text.iter().filter(|sign| **sign == b'.').count();
    let is_physical = || names::oid(name).is_ok_and(|oid| names::syntax_of(&oid) == Some(Syntax::PhysAddress));
    (dots > 0 && is_physical()) || (dots >= 3 && dots * 2 >= text.len())
}
