//! INTEGER and its unsigned relatives.

use crate::flags::Flags;

/// A signed number; none if there are no octets or the number has more than 64 bits.
#[inline]
pub(crate) fn signed(content: &[u8], flags: &mut Flags) -> Option<i64> {
    let Some(&first) = content.first() else {
        flags.set(Flags::BAD_VALUE);
        return None;
    };
    let digits = without_padding(content, flags);
    if digits.len() > 8 {
        flags.set(Flags::INTEGER_RANGE);
        return None;
    }
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    let number = digits.iter().fold(sign, |number: i64, &digit| number << 8 | i64::from(digit));
    if i32::try_from(number).is_err() {
        flags.set(Flags::INTEGER_RANGE);
    }
    Some(number)
}

/// An unsigned number of at most `bits` bits, 32 or 64. Agents send one with its highest bit set without the zero
/// octet before it, which makes it negative: it is read as what was meant.
#[inline]
pub(crate) fn unsigned(content: &[u8], bits: usize, flags: &mut Flags) -> Option<u64> {
    let Some(&first) = content.first() else {
        flags.set(Flags::BAD_VALUE);
        return None;
    };
    let digits = if first & 0x80 != 0 {
        flags.set(if content.len() <= bits / 8 { Flags::NEGATIVE_UNSIGNED } else { Flags::INTEGER_RANGE });
        content
    } else {
        let digits = without_padding(content, flags);
        digits.strip_prefix(&[0]).unwrap_or(digits)
    };
    if digits.len() > 8 {
        flags.set(Flags::INTEGER_RANGE);
        return None;
    }
    let number = digits.iter().fold(0, |number: u64, &digit| number << 8 | u64::from(digit));
    if bits < 64 && number >> bits != 0 {
        flags.set(Flags::INTEGER_RANGE);
    }
    Some(number)
}

/// Without octets at the front that only repeat the sign.
#[inline]
fn without_padding<'a>(content: &'a [u8], flags: &mut Flags) -> &'a [u8] {
    let mut digits = content;
    while let [first, rest @ ..] = digits
        && let [second, ..] = rest
        && ((*first == 0 && second & 0x80 == 0) || (*first == 0xff && second & 0x80 != 0))
    {
        digits = rest;
        flags.set(Flags::NON_MINIMAL_INTEGER);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: Copy + PartialEq + std::fmt::Debug>(
        read: impl Fn(&mut Flags) -> Option<T>,
        number: Option<T>,
        words: &[&str],
    ) {
        let mut flags = Flags::default();
        assert_eq!(read(&mut flags), number);
        assert_eq!(flags.words().collect::<Vec<_>>(), words);
    }

    #[test]
    fn signed_numbers_of_any_length_are_read_and_odd_ones_flagged() {
        check(|flags| signed(&[0xff], flags), Some(-1), &[]);
        check(|flags| signed(&[0x80, 0, 0, 0], flags), Some(i64::from(i32::MIN)), &[]);
        check(|flags| signed(&[0, 0, 0, 5], flags), Some(5), &["non_minimal_integer"]);
        check(|flags| signed(&[0, 0xff, 0xff, 0xff, 0xff], flags), Some(0xffff_ffff), &["integer_range"]);
        check(|flags| signed(&[0x7f; 9], flags), None, &["integer_range"]);
        check(|flags| signed(&[0xff; 300], flags), Some(-1), &["non_minimal_integer"]);
        check(|flags| signed(&[], flags), None, &["bad_value"]);
    }

    #[test]
    fn an_unsigned_number_sent_as_negative_is_what_was_meant() {
        check(|flags| unsigned(&[0, 0xff, 0xff, 0xff, 0xff], 32, flags), Some(0xffff_ffff), &[]);
        check(|flags| unsigned(&[0x80, 0, 0, 0], 32, flags), Some(0x8000_0000), &["negative_unsigned"]);
        check(|flags| unsigned(&[0xff; 4], 32, flags), Some(0xffff_ffff), &["negative_unsigned"]);
        check(|flags| unsigned(&[0xff; 5], 32, flags), Some(0xff_ffff_ffff), &["integer_range"]);
        check(|flags| unsigned(&[0, 0, 7], 32, flags), Some(7), &["non_minimal_integer"]);
        check(|flags| unsigned(&[0], 32, flags), Some(0), &[]);
        check(|flags| unsigned(&[1, 0, 0, 0, 0], 32, flags), Some(1 << 32), &["integer_range"]);
        check(|flags| unsigned(&[0, 255, 255, 255, 255, 255, 255, 255, 255], 64, flags), Some(u64::MAX), &[]);
        check(|flags| unsigned(&[1, 0, 0, 0, 0, 0, 0, 0, 0], 64, flags), None, &["integer_range"]);
    }
}
