//! Dumps whose numbers are not hexadecimal: `od` without options (octal words), `od -b`, `od -d` and `od -t u1`,
//! `hexdump -b`, `-o` and `-d`, and `xxd -b`.
//!
//! Digits can be read in many ways. A reading counts where the offsets agree with it in every line, and where it makes
//! packets, or is the only one that agrees.

/// How a tool writes numbers.
struct Form {
    /// What it is called.
    name: &'static str,
    radix: u32,
    /// The digits of a number: so many, or up to so many of decimal ones, before which there may be blanks.
    digits: usize,
    is_padded: bool,
    /// The octets of a number. Of two, the machine that wrote it has the second one first.
    octets: usize,
}

const FORMS: [Form; 5] = [
    Form { name: "octal words", radix: 8, digits: 6, is_padded: true, octets: 2 },
    Form { name: "octal numbers", radix: 8, digits: 3, is_padded: true, octets: 1 },
    Form { name: "binary numbers", radix: 2, digits: 8, is_padded: true, octets: 1 },
    Form { name: "decimal words", radix: 10, digits: 5, is_padded: false, octets: 2 },
    Form { name: "decimal numbers", radix: 10, digits: 3, is_padded: false, octets: 1 },
];

/// Numbers of a line at most; more is no dump.
const MAX_NUMBERS: usize = 256;

/// Octets up to which lines are repeated in the place of a star.
const REPEATED_TO: usize = 1 << 20;

/// Reads a dump in one of these forms: one that makes packets, or the only one that agrees with the offsets. `fits` says
/// whether octets look like a packet for themselves.
pub(super) fn read(text: &str, fits: impl Fn(&[u8]) -> bool) -> Option<Vec<Vec<u8>>> {
    let Readings { fitting, mut agreeing } = readings(text, fits)?;
    fitting.or_else(|| if agreeing.len() == 1 { agreeing.pop() } else { None })
}

/// Reads a dump in one of these forms if it makes packets.
pub(super) fn read_fitting(text: &str, fits: impl Fn(&[u8]) -> bool) -> Option<Vec<Vec<u8>>> {
    readings(text, fits)?.fitting
}

struct Readings {
    fitting: Option<Vec<Vec<u8>>>,
    /// The others that agree with the offsets.
    agreeing: Vec<Vec<Vec<u8>>>,
}

fn readings(text: &str, fits: impl Fn(&[u8]) -> bool) -> Option<Readings> {
    let lines: Vec<Line<'_>> = text.lines().filter_map(Line::of).collect::<Option<_>>()?;
    let mut agreeing = Vec::new();
    for form in &FORMS {
        for offset_radix in [8, 16, 10] {
            for order in [Order::SecondFirst, Order::FirstFirst] {
                let Some((packets, is_certain)) = dump(&lines, form, offset_radix, order) else { continue };
                if packets.iter().all(|octets| fits(octets)) {
                    return Some(Readings { fitting: Some(packets), agreeing });
                }
                // Nearly all machines of today have the second octet first.
                // Decimal numbers without zeros before them look like hexadecimal ones.
                let is_clear = is_certain && form.is_padded && order == Order::SecondFirst;
                if is_clear && !agreeing.contains(&packets) {
                    agreeing.push(packets);
                }
            }
        }
    }
    Some(Readings { fitting: None, agreeing })
}

/// Which octet of a word stands first in memory. A single octet has no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    FirstFirst,
    SecondFirst,
}

/// What a text looks like that is such a dump, and cannot be read.
pub(super) fn looks_like(text: &str) -> Option<&'static str> {
    let lines: Vec<Line<'_>> = text.lines().filter_map(Line::of).collect::<Option<_>>()?;
    let is_like = |form: &&Form| {
        let mut lines = lines.iter().filter_map(Line::numbers).filter(|numbers| !numbers.is_empty()).peekable();
        lines.peek().is_some()
            && lines.all(|numbers| form.number(numbers.split_whitespace().next().unwrap_or_default()).is_some())
    };
    let form = FORMS.iter().filter(|form| form.is_padded).find(is_like).map(|form| form.name);
    form.or_else(|| has_characters(&lines).then_some("characters (`od -c`)"))
}

/// Whether all lines have nothing but characters, escapes and octal numbers, as `od -c` prints octets, and some have
/// escapes or characters that are no digits.
fn has_characters(lines: &[Line<'_>]) -> bool {
    let tokens = || lines.iter().filter_map(Line::numbers).flat_map(str::split_whitespace);
    let is_escape = |token: &str| token.len() == 2 && token.starts_with('\\');
    let is_octal = |token: &str| token.len() == 3 && token.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
    tokens().all(|token| token.chars().count() == 1 || is_escape(token) || is_octal(token))
        && tokens().any(|token| is_escape(token) || token.chars().all(|sign| !sign.is_ascii_hexdigit()))
}

/// A line of a dump.
enum Line<'a> {
    Numbers {
        offset: &'a str,
        numbers: &'a str,
    },
    /// The lines that repeat the one before are left out.
    Star,
}

impl<'a> Line<'a> {
    /// Nothing for an empty line; nothing within for one that no dump has.
    fn of(line: &'a str) -> Option<Option<Self>> {
        let line = line.trim();
        if line.is_empty() {
            return None;
        }
        if line == "*" {
            return Some(Some(Self::Star));
        }
        let (offset, numbers) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let offset = offset.strip_suffix(':').unwrap_or(offset);
        let is_offset = (4..=10).contains(&offset.len()) && offset.bytes().all(|digit| digit.is_ascii_hexdigit());
        Some(is_offset.then_some(Self::Numbers { offset, numbers }))
    }

    fn numbers(&self) -> Option<&'a str> {
        match self {
            Self::Numbers { numbers, .. } => Some(numbers.trim()),
            Self::Star => None,
        }
    }
}

impl Form {
    fn number(&self, token: &str) -> Option<u32> {
        let has_digits = if self.is_padded { token.len() == self.digits } else { token.len() <= self.digits };
        let number = u32::from_str_radix(token, self.radix).ok().filter(|_| has_digits && !token.starts_with('+'))?;
        (number < 1 << (8 * self.octets)).then_some(number)
    }

    /// The octets of a line, of which at most so many are wanted; nothing where something else stands there. Behind
    /// binary numbers there are their characters.
    fn octets(&self, line: &str, wanted: usize, order: Order) -> Option<Vec<u8>> {
        let mut octets = Vec::new();
        for token in line.split_whitespace().take(MAX_NUMBERS) {
            match self.number(token) {
                Some(number) if octets.len() < wanted => {
                    let [.., first, second] = number.to_be_bytes();
                    match (self.octets, order) {
                        (1, _) => octets.push(second),
                        (_, Order::FirstFirst) => octets.extend([first, second]),
                        (_, Order::SecondFirst) => octets.extend([second, first]),
                    }
                }
                None if self.radix == 2 && !octets.is_empty() => break,
                _ => return None,
            }
        }
        Some(octets)
    }
}

/// The packets of a dump whose offsets are numbers of this radix, and whether there are offsets that show it; nothing
/// where one does not agree.
fn dump(lines: &[Line<'_>], form: &Form, radix: u32, order: Order) -> Option<(Vec<Vec<u8>>, bool)> {
    let (mut packets, mut packet): (Vec<Vec<u8>>, Vec<u8>) = (Vec::new(), Vec::new());
    let (mut last_line, mut is_after_star, mut is_certain) = (0, false, false);
    for (place, line) in lines.iter().enumerate() {
        let Line::Numbers { offset, numbers } = line else {
            is_after_star = true;
            continue;
        };
        let offset = usize::from_str_radix(offset, radix).ok()?;
        if offset == 0 && !packet.is_empty() {
            packets.push(std::mem::take(&mut packet));
        }
        if is_after_star && offset > packet.len() && offset <= REPEATED_TO {
            let repeated = packet.get(last_line..).unwrap_or_default().to_vec();
            packet.extend(repeated.iter().copied().cycle().take(offset - packet.len()));
        }
        is_after_star = false;
        if numbers.trim().is_empty() {
            // The end, up to which the last word is filled.
            let is_end = offset <= packet.len() && packet.len() - offset < form.octets;
            packet.truncate(offset);
            is_certain |= is_end;
            if !is_end {
                return None;
            }
            continue;
        }
        if offset != packet.len() {
            return None;
        }
        is_certain |= offset > 0;
        last_line = packet.len();
        let next = lines.get(place + 1).and_then(|next| match next {
            Line::Numbers { offset, .. } => usize::from_str_radix(offset, radix).ok()?.checked_sub(packet.len()),
            Line::Star => None,
        });
        let wanted = next.filter(|next| (1..=MAX_NUMBERS).contains(next)).unwrap_or(MAX_NUMBERS);
        packet.extend(form.octets(numbers, wanted, order).filter(|octets| !octets.is_empty())?);
    }
    packets.push(packet);
    packets.retain(|packet| !packet.is_empty());
    (!packets.is_empty()).then_some((packets, is_certain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{layers, tests::packets::get_request};

    /// A dump of a message with an end at an odd place, in lines of so many octets.
    fn dump(line_octets: usize, line: impl Fn(usize, &[u8]) -> String, end: impl Fn(usize) -> String) -> String {
        let message = message();
        let lines: String = message
            .chunks(line_octets)
            .enumerate()
            .map(|(place, octets)| line(place * line_octets, octets) + "\n")
            .collect();
        lines + &end(message.len())
    }

    fn message() -> Vec<u8> {
        let mut message = get_request();
        if message.len().is_multiple_of(2) {
            // A longer request-id.
            message[1] += 1;
            let at = message.iter().position(|octet| (0xa0..=0xa8).contains(octet)).unwrap();
            message[at + 1] += 1;
            message[at + 3] += 1;
            message.insert(at + 4, 1);
        }
        assert!(!message.len().is_multiple_of(2) && layers::fits(&message));
        message
    }

    fn all(octets: &[u8], number: impl Fn(u8) -> String) -> String {
        octets.iter().map(|octet| number(*octet)).collect::<Vec<_>>().join(" ")
    }

    fn words(octets: &[u8], number: impl Fn(u16) -> String) -> String {
        let word = |pair: &[u8]| number(u16::from_le_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]));
        octets.chunks(2).map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn dumps_in_octal_binary_and_decimal_numbers_are_read() {
        let octal_end = |at: usize| format!("{at:07o}\n");
        for text in [
            // od, od -A x, hexdump -o
            dump(16, |at, octets| format!("{at:07o} {}", words(octets, |word| format!("{word:06o}"))), octal_end),
            dump(
                16,
                |at, octets| format!("{at:06x} {}", words(octets, |word| format!("{word:06o}"))),
                |at| format!("{at:06x}"),
            ),
            dump(
                16,
                |at, octets| format!("{at:07x}  {}", words(octets, |word| format!("{word:06o} "))),
                |at| format!("{at:07x}"),
            ),
            // od -b, hexdump -b
            dump(16, |at, octets| format!("{at:07o} {}", all(octets, |octet| format!("{octet:03o}"))), octal_end),
            dump(
                16,
                |at, octets| format!("{at:07x} {}", all(octets, |octet| format!("{octet:03o}"))),
                |at| format!("{at:07x}"),
            ),
            // xxd -b
            dump(
                6,
                |at, octets| {
                    let characters = String::from_utf8_lossy(octets).replace(|c: char| !c.is_ascii_graphic(), ".");
                    format!("{at:08x}: {}  {characters}", all(octets, |octet| format!("{octet:08b}")))
                },
                |_| String::new(),
            ),
            // od -d, hexdump -d, od -t u1
            dump(16, |at, octets| format!("{at:07o} {}", words(octets, |word| format!("{word:5}"))), octal_end),
            dump(
                16,
                |at, octets| format!("{at:07x}   {}", words(octets, |word| format!("{word:05}  "))),
                |at| format!("{at:07x}"),
            ),
            dump(16, |at, octets| format!("{at:07o} {}", all(octets, |octet| format!("{octet:3}"))), octal_end),
        ] {
            assert_eq!(read(&text, layers::fits), Some(vec![message()]), "{text}");
            let twice = format!("{text}\n{text}");
            assert_eq!(read(&twice, layers::fits), Some(vec![message(); 2]), "{twice}");
        }
    }

    #[test]
    fn a_star_stands_for_the_lines_that_repeat_the_one_before() {
        let text = "0000000 000060 000060 000060 000060 000060 000060 000060 000060\n*\n0000040 000061\n0000041\n";
        let octets = [&[0x30, 0].repeat(16)[..], b"1"].concat();
        assert_eq!(read(text, |octets| octets.len() > 32), Some(vec![octets]));
    }

    #[test]
    fn what_no_offset_makes_certain_is_not_read() {
        let never = |_: &[u8]| false;
        assert_eq!(read("0000000 060 051\n0000002\n", never), Some(vec![vec![0o60, 0o51]]));
        assert_eq!(read("0000000 48 41\n0000002\n", never), None, "decimal or hexadecimal");
        assert_eq!(read("0000000 060 051\n", never), None, "no offset shows it");
        assert_eq!(read("0000000 060 051\n0000007\n", never), None);
        assert_eq!(read("0000000 060 051\nand more\n", never), None);
        assert_eq!(read("", never), None);
        assert_eq!(looks_like("0000000 024460 000402\n0000007\n"), Some("octal words"));
        assert_eq!(looks_like("00000000: 00110000 00101001  0)\n00000009: 00110000"), Some("binary numbers"));
        assert_eq!(looks_like("0000000   0   &  002 \\0   p\n0000006\n"), Some("characters (`od -c`)"));
        assert_eq!(looks_like("0000000 30 29\n"), None);
        assert_eq!(looks_like("nothing of this kind"), None);
    }
}
