//! Numbers, with what MIBs add to them: names of values, units, decimals.

use crate::{LineError, scan::text_of};

/// Reads `5`, `up(1)` or `30 seconds`.
pub(super) fn plain(content: &[u8]) -> Result<i128, LineError> {
    parse(first_word(content))
}

/// Reads the same, and `12.34`, as the DISPLAY-HINT `d-2` prints 1234: how many decimals there are is the hint's
/// alone, so the digits are the number.
///
/// The hints `x`, `o` and `b` print digits that look like decimal ones; only those that cannot be are refused.
pub(super) fn hinted(content: &[u8]) -> Result<i128, LineError> {
    let word = first_word(content);
    let points = word.iter().filter(|sign| **sign == b'.').count();
    if points == 0 && !word.is_empty() && word.iter().all(u8::is_ascii_hexdigit) && !word.iter().all(u8::is_ascii_digit)
    {
        return Err(LineError::Hinted);
    }
    if points != 1 {
        return parse(word);
    }
    let digits: Vec<u8> = word.iter().copied().filter(|sign| *sign != b'.').collect();
    // Older versions put the sign behind the zeros: `.0-5`.
    let (zeros, signed) = digits.split_at(digits.iter().position(|sign| *sign == b'-').unwrap_or(0));
    if zeros.iter().all(|sign| *sign == b'0') { parse(signed) } else { Err(LineError::Number) }
}

/// Reads hundredths of a second: `(123) 0:00:01.23`, `123`, `1 day, 0:00:01.23` or `1:0:00:01.23`.
pub(super) fn ticks(content: &[u8]) -> Result<i128, LineError> {
    let content = content.trim_ascii();
    let word = first_word(content);
    if content.starts_with(b"(") || (word.iter().all(u8::is_ascii_digit) && !contains(content, b" day")) {
        return parse(word);
    }
    let text = text_of(content);
    let (days, time) = match text.split_once(" day") {
        Some((days, time)) => (days, time.trim_start_matches('s').strip_prefix(", ").ok_or(LineError::Number)?),
        None => ("0", &*text),
    };
    // Units may stand behind the time.
    let time = time.split(' ').next().unwrap_or_default();
    let (clock, hundredths) = time.split_once('.').filter(|(_, part)| part.len() == 2).ok_or(LineError::Number)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let (days, [hours, minutes, seconds]) = match parts.as_slice() {
        [days, hours, minutes, seconds] => (*days, [*hours, *minutes, *seconds]),
        [hours, minutes, seconds] => (days, [*hours, *minutes, *seconds]),
        _ => return Err(LineError::Number),
    };
    let seconds =
        [(hours, 24), (minutes, 60), (seconds, 60)].into_iter().try_fold(digits(days)?, |sum, (part, count)| {
            Some(digits(part)?)
                .filter(|number| *number < count)
                .map(|number| sum * count + number)
                .ok_or(LineError::Number)
        })?;
    Ok(seconds * 100 + digits(hundredths)?)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn digits(text: &str) -> Result<i128, LineError> {
    // More digits than these are no TimeTicks.
    if text.len() > 10 || !text.bytes().all(|sign| sign.is_ascii_digit()) {
        return Err(LineError::Number);
    }
    parse(text.as_bytes())
}

/// The first word, or what stands in its brackets: names and TimeTicks have their number there.
fn first_word(content: &[u8]) -> &[u8] {
    let word = content.trim_ascii().split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let open = word.iter().rposition(|sign| *sign == b'(');
    open.and_then(|open| word.get(open + 1..)?.strip_suffix(b")")).unwrap_or(word)
}

fn parse(digits: &[u8]) -> Result<i128, LineError> {
    text_of(digits).parse().map_err(|_| LineError::Number)
}
