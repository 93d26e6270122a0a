//! Where an entry begins, and where it ends.

use super::{
    octets::HexLines,
    style::{Grammar, Separator, Style},
    text::quote_end,
    typed,
};
use crate::{lines::Lines, names};

/// The most octets of a text in quotes: twice those of the largest message, since quotes in it are escaped.
const MAX_QUOTED: usize = 2 * 65_535;

/// The first line of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// The name, in any of its forms.
    pub(super) name: &'a [u8],
    /// What is said of it, as far as it stands on the line.
    pub(super) said: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Splits a line, if it is the first of an entry.
    pub(super) fn of(line: &'a [u8], grammar: Grammar) -> Option<Self> {
        let (name, said) = line.split_at_checked(name_end(line)?)?;
        let said = match grammar.separator {
            Separator::Equals => {
                let said = said.trim_ascii_start().strip_prefix(b"=")?;
                said.strip_prefix(b" ").unwrap_or(said)
            }
            // A line of a text may begin with `12.2 `: a number of a version, which has no dot in front.
            Separator::Blank if name.first().is_some_and(u8::is_ascii_digit) => return None,
            Separator::Blank => said.strip_prefix(b" ").filter(|said| !matches!(said, [b'=' | b'|', ..]))?,
        };
        is_name(name, said, grammar).then_some(Self { name, said })
    }
}

/// Where a name ends: at the first blank or equals sign that is not in quotes.
fn name_end(line: &[u8]) -> Option<usize> {
    let mut is_quoted = false;
    line.iter().position(|sign| {
        is_quoted ^= *sign == b'"';
        !is_quoted && matches!(sign, b' ' | b'=' | b'\t')
    })
}

/// Whether this is how net-snmp writes a name, of which `said` is said.
fn is_name(name: &[u8], said: &[u8], grammar: Grammar) -> bool {
    let without_dot = name.strip_prefix(b".").unwrap_or(name);
    match without_dot {
        [b'0'..=b'9', ..] => name.contains(&b'.') && name.iter().all(|sign| matches!(sign, b'0'..=b'9' | b'.')),
        [b'a'..=b'z' | b'A'..=b'Z', ..] => {
            let end =
                without_dot.iter().position(|sign| !matches!(sign, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-'));
            match end.and_then(|end| without_dot.get(end..)) {
                Some([b':', b':', ..]) => true,
                // A text may hold `word.5 = 7`: without a module the word must be known, or a type must follow.
                Some([b'.' | b'[', ..]) => {
                    grammar.has_suffixes
                        || names::begins_with_known(name)
                        || typed::split(said).is_some()
                        || without_remark(said).is_some()
                        || says_no_value(said)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// Whether net-snmp says that there is no value.
pub(super) fn says_no_value(said: &[u8]) -> bool {
    const STARTS: [&[u8]; 3] = [b"No Such Object", b"No Such Instance", b"No more variables left"];
    STARTS.iter().any(|start| said.starts_with(start))
}

/// Whether a line is one that tools print behind a walk.
pub(super) fn is_end(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line == b"End of MIB" || line.starts_with(b"Variables found: ") || line.starts_with(b"Total traversal time = ")
}

/// What stands behind the remark that the agent's type or the MIB's hint is wrong, if there is one:
/// `Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 5`. What the agent sent is what counts.
pub(super) fn without_remark(said: &[u8]) -> Option<&[u8]> {
    for (start, end) in [(&b"Wrong Type ("[..], &b"): "[..]), (b"(Bad hint ignored: ", b") ")] {
        if said.starts_with(start) {
            let place = said.windows(end.len()).position(|window| window == end)?;
            return said.get(place + end.len()..);
        }
    }
    None
}

/// Joins the lines of an entry that goes on after its first line.
pub(super) fn whole(lines: &mut Lines<'_>, first: &[u8], style: &Style) -> Vec<u8> {
    let said = without_remark(first).unwrap_or(first);
    let starts = |line: &[u8]| Entry::of(line, style.grammar).is_some() || is_end(line);
    let (kind, content) = typed::split(said).unwrap_or((b"", said));
    match kind {
        b"" | b"STRING" if content.starts_with(b"\"") => {
            let mut ahead = lines.clone();
            if let Some(text) = quoted(&mut ahead, first, content, style) {
                *lines = ahead;
                return text;
            }
            first.to_vec()
        }
        b"Hex-STRING" | b"BITS" | b"OPAQUE" | b"NsapAddress" => {
            let mut text = first.to_vec();
            let mut hex = HexLines::default();
            hex.add(content);
            while let Some(line) = lines.peek().filter(|line| hex.goes_on_with(line) && !starts(line)) {
                lines.next();
                text.push(b'\n');
                text.extend_from_slice(line);
                hex.add(line);
            }
            text
        }
        b"" | b"STRING" => {
            let mut text = first.to_vec();
            // An empty line at the very end of the file ends its last line, and no text.
            while let Some(line) = lines.peek().filter(|line| !starts(line))
                && !(line.is_empty() && lines.next_is_last())
            {
                lines.next();
                text.push(b'\n');
                text.extend_from_slice(line);
            }
            text
        }
        _ => first.to_vec(),
    }
}

/// Joins the lines of a quoted text, up to its closing quote; none where there is no such quote.
///
/// Quotes within a text are escaped, so the next one that is not must close it, and nothing but units stands behind it.
/// Where that is not so, the text has no end, and the lines behind it are entries of their own.
fn quoted(lines: &mut Lines<'_>, first: &[u8], content: &[u8], style: &Style) -> Option<Vec<u8>> {
    let mut text = first.to_vec();
    let mut part = content.strip_prefix(b"\"")?;
    let mut is_first = true;
    loop {
        if let Some(end) = quote_end(part) {
            let behind = part.get(end + 1..).unwrap_or_default();
            let is_closed = behind.trim_ascii().is_empty()
                || (behind.starts_with(b" ")
                    && !behind.contains(&b'"')
                    && (is_first || Entry::of(part, style.grammar).is_none()));
            return is_closed.then_some(text);
        }
        part = lines.next().filter(|_| text.len() < MAX_QUOTED)?;
        is_first = false;
        text.push(b'\n');
        text.extend_from_slice(part);
    }
}
