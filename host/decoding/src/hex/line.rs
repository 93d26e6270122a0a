//! A line of a dump behind its offset: the octets, and perhaps the same octets as characters.

use super::reading::not_a_digit;

/// Octets that a line of a dump holds at most; more is no dump.
pub(super) const LINE_OCTETS: usize = 256;

/// The octets of a line, with characters behind them perhaps; or the octets before what cannot be read.
pub(super) fn dump_line(rest: &str, expected: Option<usize>) -> Result<Vec<u8>, (Vec<u8>, usize, String)> {
    let mut octets = Vec::new();
    // How many octets there are up to a place in the line.
    let mut ends = Vec::new();
    let mut at = 0;
    loop {
        let from = rest.get(at..).unwrap_or_default();
        let token_at = at + from.len() - from.trim_start().len();
        let token = rest.get(token_at..).unwrap_or_default().split_whitespace().next().unwrap_or_default();
        let is_hex = !token.is_empty() && token.len() % 2 == 0 && token.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_hex || octets.len() >= LINE_OCTETS {
            break;
        }
        octets.extend(pairs(token.as_bytes()));
        at = token_at + token.len();
        ends.push((octets.len(), at));
    }
    let has_characters = |&(count, end): &(usize, usize)| {
        let behind = rest.get(end..).unwrap_or_default();
        let is_apart =
            behind.starts_with("  ") || behind.starts_with('\t') || behind.trim_start().starts_with(['|', '>']);
        is_apart && octets.get(..count).is_some_and(|octets| are_characters(behind.trim(), octets))
    };
    let is_expected = |&(count, _): &(usize, usize)| Some(count) == expected;
    if let Some((count, _)) =
        ends.iter().find(|end| has_characters(end)).or_else(|| ends.iter().find(|end| is_expected(end)))
    {
        octets.truncate(*count);
        return Ok(octets);
    }
    let left = rest.get(at..).unwrap_or_default();
    let is_apart = !octets.is_empty() && (left.starts_with("  ") || left.trim_start().starts_with(['|', '>']));
    if left.trim().is_empty() || is_apart {
        return Ok(octets);
    }
    let column = at + left.len() - left.trim_start().len();
    let token = left.split_whitespace().next().unwrap_or_default();
    let digits = token.find(|c: char| !c.is_ascii_hexdigit());
    let text = match digits {
        Some(digits) => not_a_digit(token.get(digits..).unwrap_or_default()),
        None if token.len() % 2 == 0 => format!("a line of a dump has at most {LINE_OCTETS} octets"),
        None => "a hexadecimal digit is missing: two make an octet".to_owned(),
    };
    Err((octets, column + digits.unwrap_or(token.len()), text))
}

/// Whether a text shows these octets as characters, with a dot for those that are none. Blanks may be lost.
fn are_characters(text: &str, octets: &[u8]) -> bool {
    // Bars around them, as `hexdump -C` has them, or the angle brackets of `od`; but they may be characters themselves.
    let framed = |open, close| Some(text.strip_prefix(open)?.strip_suffix(close).unwrap_or(text));
    let candidates = [Some(text), framed('|', '|'), framed('>', '<')];
    candidates.into_iter().flatten().any(|text| show(text, octets))
}

fn show(text: &str, octets: &[u8]) -> bool {
    let shown = text.chars().filter(|c| !c.is_whitespace());
    let mut expected = octets.iter().filter(|octet| **octet != b' ');
    let fits = |c: char, octet: u8| {
        if octet.is_ascii_graphic() { c == char::from(octet) } else { c == '.' || !c.is_ascii() }
    };
    let mut count = 0;
    for c in shown {
        match expected.next() {
            Some(octet) if fits(c, *octet) => count += 1,
            _ => return false,
        }
    }
    count > 0 && expected.next().is_none()
}

/// The octets of an even number of ASCII digits.
fn pairs(digits: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    digits.chunks_exact(2).map(move |pair| pair.iter().fold(0, |octet, digit| octet << 4 | value(digit)))
}
