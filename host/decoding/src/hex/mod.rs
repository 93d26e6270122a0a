//! Octets written as hexadecimal digits, by people and by tools; dumps in other numbers are left to `numerals`.
//!
//! Two readings: a dump has an offset at the start of each line and perhaps the octets as characters at its end, as
//! `tcpdump -x` and `-X`, `xxd`, `hexdump -C`, `od -t x1`, Wireshark, snoop and the `-d` of net-snmp print it, with any
//! text between its packets; anything else is digits with whatever stands between them. Offsets count in hexadecimal,
//! decimal or octal numbers: whichever agrees with the octets. What cannot be read is told with its place, and what came
//! before it is kept, as are the packets behind it.
//!
//! By hand: const-hex reads what is nothing but digits, and dumps are whatever people paste.

mod digits;
mod line;
mod reading;

pub(super) use self::reading::Reading;
use self::{
    digits::plain,
    line::{LINE_OCTETS, dump_line},
    reading::text_place,
};
use super::{foreign, numerals, packet::PacketProblem};

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
    Some(Reading { packets: Vec::new(), wrong: vec![PacketProblem::new("input", None, what)] })
}

fn numerals_in_vain(text: &str) -> Option<String> {
    let form = numerals::looks_like(text)?;
    Some(format!(
        "this looks like a dump in {form}, which does not agree with its offsets: make it with `od -A x -t x1` or `xxd`"
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

    fn wrong(&self, column: usize, text: String) -> PacketProblem {
        PacketProblem::in_text(text_place(self.text, self.before, column), text)
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
    let mut wrong = |reading: &mut Reading, wrong: PacketProblem| {
        problems += 1;
        match reading.wrong.last_mut() {
            Some(last) if problems > MAX_WRONG => {
                *last =
                    PacketProblem { text: format!("{} more lines cannot be read", problems - MAX_WRONG + 1), ..wrong };
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
            let text = format!("the offset is {}, but {} octets came before it", line.offset.digits, packet.len());
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

#[cfg(test)]
mod tests;
