//! DISPLAY-HINT (RFC 2579 section 3.1): how a module says that values shall read.
//!
//! Hints are applied as they stand and never parsed ahead. One that breaks the rules applies as far as it goes, and what
//! it does not cover is told as nothing, so that the caller shows the value itself.

use std::fmt::Write as _;

/// Octets of a value that a hint is applied to. Beyond, the value has no displayed form.
pub const MAX_HINTED_OCTETS: usize = 65_535;

/// Octets that one number of a hint holds at most: what 64 bits do.
const NUMBER_OCTETS: usize = 8;

/// Digits behind the point of `d-N` at most: an INTEGER has 10 digits.
const MAX_DECIMALS: usize = 32;

/// Writes a number by a hint: `x`, `o`, `b`, `d`, or `d-N` with N digits behind the point. None where the hint is another
/// one.
#[must_use]
pub(crate) fn integer(number: i64, hint: &str) -> Option<String> {
    let magnitude = number.unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    Some(match hint.as_bytes() {
        b"d" => number.to_string(),
        b"x" => format!("{sign}{magnitude:x}"),
        b"o" => format!("{sign}{magnitude:o}"),
        b"b" => format!("{sign}{magnitude:b}"),
        [b'd', b'-', decimals @ ..] if !decimals.is_empty() && decimals.iter().all(u8::is_ascii_digit) => {
            let decimals: usize = hint.get(2..)?.parse().ok().filter(|decimals| *decimals <= MAX_DECIMALS)?;
            if decimals == 0 {
                return Some(number.to_string());
            }
            let digits = format!("{magnitude:0>width$}", width = decimals + 1);
            let (whole, behind) = digits.split_at_checked(digits.len() - decimals)?;
            format!("{sign}{whole}.{behind}")
        }
        _ => return None,
    })
}

/// One specification of the hint of an octet string.
#[derive(Clone, Copy, Debug)]
struct Specification {
    /// `*`: an octet of the value says how often it is applied.
    is_repeated: bool,
    /// Octets that one application takes.
    length: usize,
    /// `d`, `x`, `o`, `a` or `t`.
    format: u8,
    separator: Option<u8>,
    terminator: Option<u8>,
}

impl Specification {
    /// Reads the specification that a hint begins with, and answers what follows it.
    fn read(hint: &[u8]) -> Option<(Self, &[u8])> {
        let (is_repeated, rest) = match hint.strip_prefix(b"*") {
            Some(rest) => (true, rest),
            None => (false, hint),
        };
        let digits = rest.iter().take_while(|octet| octet.is_ascii_digit()).count();
        let (length, rest) = rest.split_at_checked(digits)?;
        let length = std::str::from_utf8(length).ok()?.parse().ok()?;
        let (&format, mut rest) = rest.split_first().filter(|(format, _)| b"dxoat".contains(format))?;
        // A digit or a `*` begins the next specification.
        let mut sign = |allowed: bool| {
            let (&sign, behind) = rest.split_first().filter(|(sign, _)| allowed && !is_beginning(**sign))?;
            rest = behind;
            Some(sign)
        };
        let separator = sign(true);
        let terminator = sign(is_repeated && separator.is_some());
        Some((Self { is_repeated, length, format, separator, terminator }, rest))
    }
}

fn is_beginning(sign: u8) -> bool {
    sign.is_ascii_digit() || sign == b'*'
}

/// Writes octets by a hint. The last specification goes on until the octets end; a separator stands between two
/// applications and never at the end. None where the hint breaks the rules, or where what it says is text is none.
#[must_use]
pub(crate) fn octets(value: &[u8], hint: &str) -> Option<String> {
    if value.len() > MAX_HINTED_OCTETS {
        return None;
    }
    let (mut specification, mut hint) = Specification::read(hint.as_bytes())?;
    let (mut rest, mut text) = (value, String::new());
    while !rest.is_empty() {
        let mut times = 1;
        if specification.is_repeated {
            let (&count, behind) = rest.split_first()?;
            // What takes no octets writes nothing, however often.
            (times, rest) = (if specification.length == 0 { 1 } else { usize::from(count) }, behind);
        }
        let before = rest.len();
        for time in 1..=times {
            if rest.is_empty() {
                break;
            }
            let (own, behind) = rest.split_at(specification.length.min(rest.len()));
            write(own, specification.format, &mut text)?;
            rest = behind;
            let ends_repetition = time == times && specification.terminator.is_some();
            if !rest.is_empty() && !ends_repetition {
                text.extend(specification.separator.map(char::from));
            }
        }
        if !rest.is_empty() {
            text.extend(specification.terminator.map(char::from));
        }
        if hint.is_empty() {
            // Would go on for ever without taking an octet: a length of 0, or a count of 0 that no octets follow.
            if rest.len() == before && !specification.is_repeated {
                return None;
            }
        } else {
            (specification, hint) = Specification::read(hint)?;
        }
    }
    Some(text)
}

fn write(octets: &[u8], format: u8, text: &mut String) -> Option<()> {
    match format {
        _ if octets.is_empty() => {}
        b'a' if octets.is_ascii() => text.extend(octets.iter().copied().map(char::from)),
        b'a' => return None,
        b't' => text.push_str(std::str::from_utf8(octets).ok()?),
        _ if octets.len() > NUMBER_OCTETS && format != b'x' => return None,
        b'x' => {
            for octet in octets {
                // Writing to a String cannot fail.
                let _ = write!(text, "{octet:02x}");
            }
        }
        _ => {
            let number = octets.iter().fold(0_u64, |number, octet| number << 8 | u64::from(*octet));
            let _ = if format == b'o' { write!(text, "{number:o}") } else { write!(text, "{number}") };
        }
    }
    Some(())
}

/// Whether a hint says that all octets are text: `255a`, `255t`.
#[must_use]
pub(crate) fn is_text(hint: &str) -> bool {
    let digits = hint.trim_end_matches(['a', 't']);
    digits.len() + 1 == hint.len() && !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit())
}

/// Whether a hint says that octets are written one by one in hexadecimal with a colon between them: `1x:`.
#[must_use]
pub(crate) fn is_mac(hint: &str) -> bool {
    hint == "1x:"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hint: &str, value: &[u8], expected: Option<&str>) {
        assert_eq!(octets(value, hint).as_deref(), expected, "{hint}");
    }

    #[test]
    fn numbers_read_as_their_hint_says() {
        for (number, hint, expected) in [
            (1234, "d-2", Some("12.34")),
            (5, "d-2", Some("0.05")),
            (-5, "d-1", Some("-0.5")),
            (7, "d", Some("7")),
            (7, "d-0", Some("7")),
            (255, "x", Some("ff")),
            (8, "o", Some("10")),
            (5, "b", Some("101")),
            (i64::MIN, "d-2", Some("-92233720368547758.08")),
            (1, "d-", None),
            (1, "d-99", None),
            (1, "1x:", None),
            (1, "", None),
        ] {
            assert_eq!(integer(number, hint).as_deref(), expected, "{number} by {hint}");
        }
    }

    #[test]
    fn the_last_specification_goes_on_and_no_separator_ends_the_text() {
        check("1x:", &[0, 0x1b, 0xff], Some("00:1b:ff"));
        check("1d.1d.1d.1d", &[192, 0, 2, 1], Some("192.0.2.1"));
        check("1d.1d.1d.1d/2d", &[192, 0, 2, 1, 0, 161], Some("192.0.2.1/161"));
        check(
            "2x:2x:2x:2x:2x:2x:2x:2x",
            &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            Some("2001:0db8:0000:0000:0000:0000:0000:0001"),
        );
        check("255a", b"text", Some("text"));
        check("255t", "Zürich".as_bytes(), Some("Zürich"));
        check("1o ", &[8, 9], Some("10 11"));
        check("4d", &[0, 0, 1, 0], Some("256"));
        check("1d:", &[], Some(""));
    }

    #[test]
    fn date_and_time_reads_as_rfc_2579_shows_it() {
        // Tuesday May 26, 1992 at 1:30:15 PM EDT: the example of the convention.
        check(
            "2d-1d-1d,1d:1d:1d.1d,1a1d:1d",
            &[7, 0xc8, 5, 26, 13, 30, 15, 0, b'-', 4, 0],
            Some("1992-5-26,13:30:15.0,-4:0"),
        );
        check("2d-1d-1d,1d:1d:1d.1d,1a1d:1d", &[7, 0xc8, 5, 26, 13, 30, 15, 0], Some("1992-5-26,13:30:15.0"));
    }

    #[test]
    fn a_repeated_specification_takes_its_count_from_the_value_and_ends_with_its_terminator() {
        check("*1x:/1x:", &[3, 1, 2, 3, 0xaa, 0xbb], Some("01:02:03/aa:bb"));
        check("*1d./1d", &[0, 9], Some("/9"));
        check("*1d.", &[2, 1, 2, 1, 3], Some("1.2.3"));
        check("*1d.", &[9, 1, 2], Some("1.2"));
        check("*1d.", &[0, 0, 0], Some(""));
    }

    #[test]
    fn hints_that_break_the_rules_show_nothing() {
        for hint in ["", "x", "1", "1z", "*", "0x", "1x:q", "99999999999999999999999a"] {
            check(hint, b"ab", None);
        }
        check("255a", b"\xff", None);
        check("255t", b"\xff", None);
        check("255d", &[1; 9], None);
    }
}
