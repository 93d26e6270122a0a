//! Object identifiers, kept as the octets of their contents: a prefix of arcs is a prefix of octets.

use std::borrow::Cow;

use crate::flags::Flags;
use crate::json::Json;

/// The arcs of a name at most (RFC 2578 section 3.5). Longer ones are read and flagged.
pub(crate) const MAX_ARCS: usize = 128;

/// The octets of one arc at most, padding included: 63 bits. More is read as no object identifier.
const MAX_ARC_OCTETS: usize = 9;

/// Checks the contents. None where they are no object identifier, or one with an arc of more than 64 bits.
#[inline]
pub(crate) fn checked<'a>(content: &'a [u8], flags: &mut Flags) -> Option<&'a [u8]> {
    let (mut length, mut count, mut is_wide) = (0_usize, 1_usize, false);
    for &octet in content {
        if octet == 0x80 && length == 0 {
            flags.set(Flags::BAD_OID);
        }
        length += 1;
        if octet & 0x80 == 0 {
            // Four octets hold 28 bits. What has more needs a closer look.
            is_wide |= length > 4;
            length = 0;
            count += 1;
        } else if length >= MAX_ARC_OCTETS {
            flags.set(Flags::BAD_OID);
            return None;
        }
    }
    if length != 0 || content.is_empty() {
        flags.set(Flags::BAD_OID);
        return None;
    }
    if count > MAX_ARCS || is_wide && arcs(content).any(|arc| arc > u64::from(u32::MAX)) {
        flags.set(Flags::BAD_OID);
    }
    Some(content)
}

/// The arcs of contents that [`checked`] has accepted.
pub(crate) fn arcs(content: &[u8]) -> impl Iterator<Item = u64> {
    let mut subidentifiers = subidentifiers(content);
    // The first two arcs share one subidentifier (X.690 section 8.19.4).
    let first = subidentifiers.next();
    let pair = first.map(|first| match first {
        0..40 => [0, first],
        40..80 => [1, first - 40],
        _ => [2, first - 80],
    });
    pair.into_iter().flatten().chain(subidentifiers)
}

/// The numbers that contents, or what follows a prefix in them, consist of.
pub(crate) fn subidentifiers(content: &[u8]) -> impl Iterator<Item = u64> {
    let mut octets = content.iter();
    std::iter::from_fn(move || {
        let mut number = 0;
        for &octet in octets.by_ref() {
            number = number << 7 | u64::from(octet & 0x7f);
            if octet & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    })
}

/// The same object identifier in its shortest form, by which it can be looked up.
pub(crate) fn shortest(content: &[u8]) -> Cow<'_, [u8]> {
    let padded = content.first() == Some(&0x80) || content.windows(2).any(|pair| matches!(pair, [0..=0x7f, 0x80]));
    if !padded {
        return Cow::Borrowed(content);
    }
    let mut at_start = true;
    let kept = content.iter().copied().filter(|&octet| {
        let padding = at_start && octet == 0x80;
        at_start = padding || octet & 0x80 == 0;
        !padding
    });
    Cow::Owned(kept.collect())
}

/// The contents for arcs, in the shortest form.
pub(crate) fn encode(arcs: impl IntoIterator<Item = u64>, into: &mut Vec<u8>) {
    for arc in arcs {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group == 0 { 0 } else { 0x80 };
            into.push((arc >> (group * 7)) as u8 & 0x7f | more);
        }
    }
}

/// Writes the dotted form, which needs no escaping in JSON.
pub(crate) fn write_dotted(content: &[u8], json: &mut Json) {
    let mut arcs = arcs(content);
    if let Some(first) = arcs.next() {
        json.number(first);
    }
    for arc in arcs {
        json.raw(".");
        json.number(arc);
    }
}

/// The dotted form.
pub(crate) fn dotted(content: &[u8]) -> String {
    let mut json = Json::default();
    write_dotted(content, &mut json);
    json.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &[u8], expected: Option<&str>, words: &[&str]) {
        let mut flags = Flags::default();
        assert_eq!(checked(content, &mut flags).map(dotted).as_deref(), expected, "{content:02x?}");
        assert_eq!(flags.words().collect::<Vec<_>>(), words, "{content:02x?}");
    }

    #[test]
    fn object_identifiers_are_read_and_odd_ones_flagged() {
        check(&[0x2b, 6, 1, 4, 1, 0x8f, 0xff, 0xff, 0xff, 0x7f], Some("1.3.6.1.4.1.4294967295"), &[]);
        check(&[0], Some("0.0"), &[]);
        check(&[0x88, 0x37], Some("2.999"), &[]);
        check(&[0x2b, 0x80, 6], Some("1.3.6"), &["bad_oid"]);
        check(&[0x2b, 0x90, 0x80, 0x80, 0x80, 0], Some("1.3.4294967296"), &["bad_oid"]);
        check(&[0x2b, 0x86], None, &["bad_oid"]);
        check(&[], None, &["bad_oid"]);
        check(&[0x2b; 128], Some(&format!("1.3{}", ".43".repeat(127))), &["bad_oid"]);
        check(&[&[0x2b][..], &[0xff; 100], &[0x7f]].concat(), None, &["bad_oid"]);
    }

    #[test]
    fn padding_does_not_hide_an_object() {
        assert_eq!(&*shortest(&[0x80, 0x2b, 0x80, 0x80, 6, 0x81, 0x80, 0]), [0x2b, 6, 0x81, 0x80, 0]);
        assert!(matches!(shortest(&[0x2b, 0x81, 0x80, 0]), Cow::Borrowed(_)));
    }

    #[test]
    fn arcs_and_octets_are_the_same_thing() {
        let mut octets = vec![0x2b];
        encode([6, 127, 128, 0, u64::from(u32::MAX)], &mut octets);
        assert_eq!(dotted(&octets), "1.3.6.127.128.0.4294967295");
    }
}
