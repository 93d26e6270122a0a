//! Octets in hexadecimal, over several lines, perhaps with the text that `-OT` prints behind them.

use crate::{LineError, scan::hex};

/// Reads lines of hexadecimal pairs, one after another.
///
/// A line has at most sixteen pairs. With `-OT` their text stands behind them in brackets, and may hold line ends and
/// brackets itself; since it has as many octets as the line has pairs, its end is known all the same.
#[derive(Debug, Default)]
pub(super) struct HexLines {
    octets: Vec<u8>,
    /// How many octets of a bracketed text are still to come, with its closing bracket.
    bracketed: usize,
    /// What stands behind the last pair: names of bits, units.
    behind: Vec<u8>,
    /// Whether there was a bracketed text.
    has_text: bool,
}

impl HexLines {
    /// Reads the next line.
    pub(super) fn add(&mut self, line: &[u8]) {
        let mut rest = line;
        if self.bracketed > 0 {
            rest = self.skip_bracketed(line);
            if self.bracketed > 0 {
                return;
            }
        } else {
            let before = self.octets.len();
            while let Some((octet, after)) = pair(rest) {
                self.octets.push(octet);
                rest = after;
            }
            let count = self.octets.len() - before;
            if let Some(text) = rest.trim_ascii_start().strip_prefix(b"[").filter(|_| count > 0) {
                self.bracketed = count + 1;
                self.has_text = true;
                rest = self.skip_bracketed(text);
                if self.bracketed > 0 {
                    return;
                }
            }
        }
        self.behind = rest.to_vec();
    }

    /// Whether a line is the next of the same value.
    pub(super) fn goes_on_with(&self, line: &[u8]) -> bool {
        self.bracketed > 0 || (self.behind.trim_ascii().is_empty() && pair(line).is_some())
    }

    fn is_whole(&self) -> bool {
        self.bracketed == 0
    }

    /// Whether what stands behind the octets can be units. Each pair has a blank behind it and units have another
    /// before them; only full lines and bracketed texts end without.
    fn ends_in_units(&self) -> bool {
        let is_short = !self.octets.len().is_multiple_of(16) && !self.has_text;
        !self.octets.is_empty() && self.behind.starts_with(if is_short { b"  " } else { b" " })
    }

    fn skip_bracketed<'a>(&mut self, text: &'a [u8]) -> &'a [u8] {
        let skipped = self.bracketed.min(text.len());
        self.bracketed -= skipped;
        if self.bracketed > 0 {
            // The end of this line is one of the text's octets.
            self.bracketed -= 1;
        }
        text.get(skipped..).unwrap_or_default()
    }
}

/// The first pair of digits, and what stands behind it. More than one blank ends the pairs, unless pairs follow.
fn pair(text: &[u8]) -> Option<(u8, &[u8])> {
    let text = match text {
        [b' ' | b'\t', b' ' | b'\t', ..] if !is_all_pairs(text) => return None,
        _ => text.trim_ascii_start(),
    };
    let (high, low, rest) = match text {
        [high, low, rest @ ..] => (*high, *low, rest),
        _ => return None,
    };
    if !matches!(rest, [] | [b' ' | b'\t' | b'\r', ..]) {
        return None;
    }
    let octet = (high as char).to_digit(16)? << 4 | (low as char).to_digit(16)?;
    Some((u8::try_from(octet).ok()?, rest))
}

/// Whether a text is nothing but pairs as net-snmp prints them, and so no unit such as `dB`.
fn is_all_pairs(text: &[u8]) -> bool {
    let is_pair = |word: &[u8]| word.len() == 2 && word.iter().all(|sign| matches!(sign, b'0'..=b'9' | b'A'..=b'F'));
    text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).all(is_pair)
}

/// Reads a whole value, all of whose lines are joined; units may stand behind it.
pub(super) fn hexadecimal(content: &[u8]) -> Result<Vec<u8>, LineError> {
    let lines = read(content)?;
    if lines.behind.trim_ascii().is_empty() || lines.ends_in_units() {
        return Ok(lines.octets);
    }
    // Without blanks between the pairs, as no net-snmp prints them.
    hex(content)
}

/// Whether a text begins with pairs and their text in brackets.
pub(super) fn has_bracketed_text(content: &[u8]) -> bool {
    let mut lines = HexLines::default();
    lines.add(content.split(|sign| *sign == b'\n').next().unwrap_or_default());
    lines.has_text
}

/// Reads the pairs, and gives what stands behind them.
pub(super) fn split(content: &[u8]) -> Result<(Vec<u8>, Vec<u8>), LineError> {
    let lines = read(content)?;
    Ok((lines.octets, lines.behind))
}

fn read(content: &[u8]) -> Result<HexLines, LineError> {
    let mut lines = HexLines::default();
    content.split(|sign| *sign == b'\n').for_each(|line| lines.add(line));
    if lines.is_whole() { Ok(lines) } else { Err(LineError::Hex) }
}
