//! Octets written as hexadecimal digits, by people and by tools; dumps in other numbers are left to `numerals`.
//!
//! Two readings: a dump has an offset at the start of each line and perhaps the octets as characters at its end, as
//! `tcpdump -x` and `-X`, `xxd`, `hexdump -C`, `od -t x1`, Wireshark, snoop and the `-d` of net-snmp print it, with any
//! text between its packets; anything else is digits with whatever stands between them. Offsets count in hexadecimal,
//! decimal or octal numbers: whichever agrees with the octets. What cannot be read is told with its place, and what came
//! before it is kept, as are the packets behind it.

use snmp::counted;

use super::{code, foreign, input::Wrong, numerals};

/// What was read: the octets of each packet, and what could not be.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) packets: Vec<Vec<u8>>,
    /// The first of them, at most [`MAX_WRONG`].
    pub(super) wrong: Vec<Wrong>,
}

/// Octets that a line of a dump holds at most; more is no dump.
const LINE_OCTETS: usize = 256;

/// Octets of a line that `hexdump` repeats.
const STAR_OCTETS: usize = 16;

/// Up to which offset lines are repeated. Beyond, the dump breaks off.
const REPEATED_TO: usize = 1 << 20;

/// Problems of one text. Beyond, the last one says how many more there are.
const MAX_WRONG: usize = 10;

/// Reads hexadecimal digits. `fits` says whether octets look like a packet for themselves.
pub(super) fn read(text: &str, fits: impl Fn(&[u8]) -> bool) -> Reading {
    let is_good = |reading: &Reading| {
        reading.wrong.is_empty() && !reading.packets.is_empty() && reading.packets.iter().all(|octets| fits(octets))
    };
    let lines = lines_of_dump(text);
    if !is_dump(&lines) {
        return without_hex_dump(text, &fits);
    }
    // Tools count in hexadecimal, net-snmp and snoop in decimal numbers, and `od` in octal ones unless told otherwise.
    let readings = [16, 10, 8].map(|radix| dump(&lines, radix));
    if let Some(reading) = readings.iter().position(is_good) {
        return readings.into_iter().nth(reading).unwrap_or_default();
    }
    // `hexdump` and `od -x` write words of two octets as the machine reads them: the second octet first.
    let swapped = |reading: &Reading| Reading {
        packets: reading.packets.iter().map(|octets| swapped(octets)).collect(),
        wrong: reading.wrong.clone(),
    };
    if let Some(reading) = readings.iter().map(swapped).find(is_good) {
        return reading;
    }
    if let Some(packets) = numerals::read_fitting(text, &fits) {
        return Reading { packets, wrong: Vec::new() };
    }
    // Digits may begin with zeros that only look like an offset, and code has digits between its numbers.
    let plain = plain(text, &fits);
    if is_good(&plain) {
        return plain;
    }
    // The one that comes farthest; among equals the usual one.
    let octets = |reading: &Reading| reading.packets.iter().map(Vec::len).sum::<usize>();
    let better = |best: Reading, next: Reading| {
        let is_better = (next.wrong.len(), octets(&best)) < (best.wrong.len(), octets(&next));
        if is_better { next } else { best }
    };
    let best = readings.into_iter().reduce(better).unwrap_or_default();
    if best.wrong.is_empty() {
        return best;
    }
    match numerals::read(text, &fits) {
        Some(packets) => Reading { packets, wrong: Vec::new() },
        None => named(numerals_in_vain(text)).unwrap_or(best),
    }
}

/// Reads text that is no dump in hexadecimal numbers.
fn without_hex_dump(text: &str, fits: impl Fn(&[u8]) -> bool) -> Reading {
    if let Some(what) = foreign::recording(text) {
        return named(Some(what)).unwrap_or_default();
    }
    if let Some(packets) = numerals::read(text, &fits) {
        return Reading { packets, wrong: Vec::new() };
    }
    let plain = plain(text, &fits);
    let is_good = plain.wrong.is_empty() && plain.packets.iter().all(|octets| fits(octets));
    let what = || numerals_in_vain(text).or_else(|| foreign::without_octets(text));
    if is_good { plain } else { named(what()).unwrap_or(plain) }
}

/// No packet, since the text is something else.
fn named(what: Option<String>) -> Option<Reading> {
    let what = what?;
    Some(Reading { packets: Vec::new(), wrong: vec![Wrong::new("input", None, what)] })
}

fn numerals_in_vain(text: &str) -> Option<String> {
    let form = numerals::looks_like(text)?;
    Some(format!(
        "this looks like a dump in {form} that cannot be read for sure: make it with `od -A x -t x1` or `xxd`"
    ))
}

/// The octets of each pair the other way round.
fn swapped(octets: &[u8]) -> Vec<u8> {
    octets.chunks(2).flat_map(|pair| pair.iter().rev().copied()).collect()
}

/// A line of a dump: the offset, and where behind it the octets begin.
struct Offset<'a> {
    digits: &'a str,
    rest_at: usize,
    /// What shows that the digits are an offset: a colon, or more than one blank behind them.
    is_marked: bool,
}

impl<'a> Offset<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let trimmed = line.trim_start();
        Self::at(line, line.len() - trimmed.len()).or_else(|| Self::behind_a_log(line))
    }

    /// The offset that begins at a place of a line.
    fn at(line: &'a str, indent: usize) -> Option<Self> {
        let trimmed = line.get(indent..)?;
        let prefix = if trimmed.starts_with("0x") || trimmed.starts_with("0X") { 2 } else { 0 };
        let digits = trimmed.get(prefix..)?;
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        let (digits, rest) = digits.split_at_checked(end)?;
        let colon = usize::from(rest.starts_with(':'));
        let behind = rest.get(colon..)?;
        let is_separated = behind.is_empty() || behind.starts_with([' ', '\t']);
        // snoop counts from 0 without more zeros.
        let fewest = if colon == 1 && !behind.is_empty() { 1 } else { 3 };
        if !(fewest..=8).contains(&digits.len()) || !is_separated {
            return None;
        }
        let is_marked = colon == 1 || behind.starts_with("  ") || behind.starts_with('\t');
        Some(Self { digits, rest_at: indent + prefix + end + colon, is_marked })
    }

    /// The offset behind what a log puts before each line, such as a time, a host and a program: it has a colon and at
    /// least four digits, and octets follow.
    fn behind_a_log(line: &'a str) -> Option<Self> {
        line.match_indices([' ', '\t']).map(|(at, _)| at + 1).find_map(|at| {
            let offset = Self::at(line, at).filter(|offset| offset.is_marked && offset.digits.len() >= 4)?;
            let has_colon = line.get(..offset.rest_at).is_some_and(|before| before.ends_with(':'));
            (has_colon && dump_line(line.get(offset.rest_at..)?, None).is_ok_and(|octets| !octets.is_empty()))
                .then_some(offset)
        })
    }

    fn value(&self, radix: u32) -> Option<usize> {
        usize::from_str_radix(self.digits, radix).ok()
    }
}

/// Whether the first offset is zero and the next ones go on as offsets do.
fn is_dump(lines: &[Line<'_>]) -> bool {
    let mut offsets = lines.iter().filter(|line| line.is_octets).map(|line| &line.offset);
    let Some(first) = offsets.next().filter(|first| first.value(16) == Some(0)) else { return false };
    let continues = |next: &Offset<'_>| next.value(16).is_some_and(|value| (1..=LINE_OCTETS).contains(&value));
    first.is_marked || offsets.next().is_some_and(continues)
}

/// A line of a dump in its place.
struct Line<'a> {
    /// Lines before it, those without an offset included.
    before: usize,
    text: &'a str,
    offset: Offset<'a>,
    /// Whether a star stands between this line and the one before: `hexdump` does not write what repeats itself.
    is_after_star: bool,
    /// Whether octets are behind the offset, or nothing: a number with words behind it is only text. Within a packet it
    /// may be a line of it that is damaged.
    is_octets: bool,
}

impl Line<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.offset.rest_at..).unwrap_or_default()
    }

    fn wrong(&self, column: usize, text: String) -> Wrong {
        Wrong::in_text(text_place(self.text, self.before, column), text)
    }
}

/// The lines that can be of a dump. What else stands between them, such as what tcpdump or net-snmp says of a packet, is
/// passed over.
fn lines_of_dump(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut is_after_star = false;
    for (before, text) in text.lines().enumerate() {
        let Some(offset) = Offset::of(text) else {
            is_after_star |= text.trim() == "*";
            continue;
        };
        let mut line = Line { before, text, offset, is_after_star, is_octets: false };
        line.is_octets = match dump_line(line.rest(), None) {
            Ok(octets) => !octets.is_empty() || line.rest().trim().is_empty(),
            Err((octets, ..)) => !octets.is_empty(),
        };
        // Before the first offset of zero there is no dump.
        if !lines.is_empty() || (line.is_octets && line.offset.value(16) == Some(0)) {
            lines.push(line);
            is_after_star = false;
        }
    }
    lines
}

/// Reads a dump whose offsets are numbers of this radix.
fn dump(lines: &[Line<'_>], radix: u32) -> Reading {
    let mut reading = Reading::default();
    let mut problems = 0;
    let mut packet: Vec<u8> = Vec::new();
    // Behind something wrong, up to the next packet.
    let mut is_lost = false;
    let mut wrong = |reading: &mut Reading, wrong: Wrong| {
        problems += 1;
        match reading.wrong.last_mut() {
            Some(last) if problems > MAX_WRONG => {
                *last = Wrong { text: format!("{} more lines cannot be read", problems - MAX_WRONG + 1), ..wrong };
            }
            _ => reading.wrong.push(wrong),
        }
    };
    for (place, line) in lines.iter().enumerate() {
        let at = line.offset.value(radix);
        if !line.is_octets && (packet.is_empty() || at != Some(packet.len())) {
            continue;
        }
        if at == Some(0) && !line.rest().trim().is_empty() {
            reading.packets.extend(Some(std::mem::take(&mut packet)).filter(|packet| !packet.is_empty()));
            is_lost = false;
        }
        if is_lost {
            continue;
        }
        if let Some(at) = at.filter(|at| line.is_after_star && *at > packet.len() && *at <= REPEATED_TO) {
            let repeated = packet.get(packet.len().saturating_sub(STAR_OCTETS)..).unwrap_or_default().to_vec();
            packet.extend(repeated.iter().copied().cycle().take(at - packet.len()));
        }
        if at != Some(packet.len()) {
            // The offset of the end: `hexdump` fills its last word up.
            if line.rest().trim().is_empty() {
                packet.truncate(at.unwrap_or(packet.len()));
                continue;
            }
            let before = counted(packet.len(), "octet");
            let text = format!("the offset is {}, but {before} came before it", line.offset.digits);
            wrong(&mut reading, line.wrong(0, text));
            is_lost = true;
            continue;
        }
        let next = lines.iter().skip(place + 1).find(|line| line.is_octets);
        let next = next.and_then(|next| next.offset.value(radix));
        let expected =
            next.and_then(|next| next.checked_sub(packet.len())).filter(|count| (1..=LINE_OCTETS).contains(count));
        match dump_line(line.rest(), expected) {
            Ok(octets) => packet.extend(octets),
            Err((octets, column, text)) => {
                packet.extend(octets);
                wrong(&mut reading, line.wrong(line.offset.rest_at + column, text));
                is_lost = true;
            }
        }
    }
    reading.packets.extend(Some(packet).filter(|packet| !packet.is_empty()));
    reading
}

/// The octets of a line, with characters behind them perhaps; or the octets before what cannot be read.
fn dump_line(rest: &str, expected: Option<usize>) -> Result<Vec<u8>, (Vec<u8>, usize, String)> {
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

/// Digits with anything usual between them.
fn plain(text: &str, fits: impl Fn(&[u8]) -> bool) -> Reading {
    // Each line or paragraph may be a packet of its own. If they all look like one, they are.
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let paragraphs = paragraphs(text);
    for pieces in [lines, paragraphs.iter().map(String::as_str).collect()] {
        let packets: Option<Vec<Vec<u8>>> =
            pieces.iter().map(|piece| digits(piece, &fits).ok().filter(|octets| fits(octets))).collect();
        if let Some(packets) = packets.filter(|packets| packets.len() > 1) {
            return Reading { packets, wrong: Vec::new() };
        }
    }
    let code = code::packets(text);
    if !code.is_empty() && code.iter().all(|octets| fits(octets)) {
        return Reading { packets: code, wrong: Vec::new() };
    }
    match digits(text, &fits) {
        Ok(octets) if octets.is_empty() => Reading::default(),
        Ok(octets) => Reading { packets: vec![octets], wrong: Vec::new() },
        Err((octets, wrong)) => {
            let packets = if octets.is_empty() { Vec::new() } else { vec![octets] };
            Reading { packets, wrong: vec![*wrong] }
        }
    }
}

fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            paragraphs.push(String::new());
        } else if let Some(last) = paragraphs.last_mut() {
            last.push_str(line);
            last.push('\n');
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// What may stand between digits: blanks, what C, Python and Wireshark put there, and what separates addresses.
const SEPARATORS: &str = ",;:-._|\"'{}[]()\\";

/// Reads digits; otherwise what came before the place where it breaks, and the place.
fn digits(text: &str, fits: impl Fn(&[u8]) -> bool) -> Result<Vec<u8>, (Vec<u8>, Box<Wrong>)> {
    // The digits of each token.
    let mut tokens: Vec<Vec<u8>> = Vec::new();
    let mut is_open = false;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let is_prefix = matches!(c, '0' | '\\') && matches!(rest.peek(), Some((_, 'x' | 'X')));
        if is_prefix {
            rest.next();
            tokens.push(Vec::new());
            is_open = true;
        } else if let Some(digit) = c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()) {
            if !is_open {
                tokens.push(Vec::new());
            }
            is_open = true;
            tokens.iter_mut().next_back().into_iter().for_each(|token| token.push(digit));
        } else if c.is_whitespace() || SEPARATORS.contains(c) {
            is_open = false;
        } else {
            let wrong = Wrong::in_text(text_place(text, 0, at), not_a_digit(text.get(at..).unwrap_or_default()));
            return Err((joined(&tokens).0, Box::new(wrong)));
        }
    }
    let (octets, is_whole) = joined(&tokens);
    // Some tools leave the leading zero of an octet out, and then each octet stands for itself.
    let is_short = |token: &Vec<u8>| token.len() == 1;
    if tokens.iter().any(is_short) && tokens.iter().all(|token| token.len() <= 2) {
        let single: Vec<u8> =
            tokens.iter().map(|token| token.iter().fold(0, |octet, digit| octet << 4 | digit)).collect();
        if fits(&single) && !(is_whole && fits(&octets)) {
            return Ok(single);
        }
    }
    if is_whole {
        return Ok(octets);
    }
    let count: usize = tokens.iter().map(Vec::len).sum();
    let text_of_it = format!("a hexadecimal digit is missing: there are {count}, and two make an octet");
    let wrong = Wrong::in_text(text_place(text, 0, text.trim_end().len()), text_of_it);
    Err((octets, Box::new(wrong)))
}

/// The octets of all digits, wherever the blanks are, and whether none is left over.
fn joined(tokens: &[Vec<u8>]) -> (Vec<u8>, bool) {
    let digits = tokens.concat();
    let octets = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit)).collect();
    (octets, digits.len() % 2 == 0)
}

/// The octets of an even number of ASCII digits.
fn pairs(digits: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let value = |digit: &u8| char::from(*digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    digits.chunks_exact(2).map(move |pair| pair.iter().fold(0, |octet, digit| octet << 4 | value(digit)))
}

fn not_a_digit(text: &str) -> String {
    match text.chars().next() {
        Some(c) if c.is_ascii_graphic() => format!("`{c}` is no hexadecimal digit"),
        Some(c) => format!("U+{:04X} is no hexadecimal digit", u32::from(c)),
        None => "a hexadecimal digit is missing".to_owned(),
    }
}

/// The line and the column of a place, counted from 1: `at` octets into `text`, before which there are lines.
fn text_place(text: &str, lines_before: usize, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = lines_before + before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

#[cfg(test)]
mod tests;
