//! Indexes of which the parts are not known, or are not as the MIB says: what in them looks like an address.

use std::ops::Range;

use crate::{
    identifiers::Identifiers,
    index::{Found, octets, width},
};

/// Finds what looks like an address, from the arc `from` on: an InetAddress with its type and length; what is known from
/// elsewhere; and, where the table is one of addresses (`is_of_addresses`), an address without its length at the end, with
/// four zeros behind it or not, as some devices have it.
pub(crate) fn by_looks(
    arcs: &[u32],
    from: usize,
    identifiers: &Identifiers,
    is_of_addresses: bool,
) -> Vec<(Found, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = from;
    while at < arcs.len() {
        let here = inet_at(arcs, at).or_else(|| identifier_at(arcs, at, identifiers));
        let here = here.or_else(|| is_of_addresses.then(|| without_length(arcs, at)).flatten());
        match here {
            Some((what, range)) => {
                at = range.end;
                found.push((what, range));
            }
            None => at += 1,
        }
    }
    found
}

fn inet_at(arcs: &[u32], at: usize) -> Option<(Found, Range<usize>)> {
    let [kind, length, ..] = arcs.get(at..)? else { return None };
    let what = match (kind, length) {
        (1, 4) | (3, 8) => Found::Ipv4,
        (2, 16) | (4, 20) => Found::Ipv6,
        _ => return None,
    };
    let range = at + 2..at + 2 + width(what)?;
    octets(arcs.get(range.clone())?)?;
    Some((what, range))
}

fn identifier_at(arcs: &[u32], at: usize, identifiers: &Identifiers) -> Option<(Found, Range<usize>)> {
    let read = |length: usize| octets(arcs.get(at..at + length)?);
    if read(16).is_some_and(|octets| identifiers.has_ipv6(&octets)) {
        return Some((Found::Ipv6, at..at + 16));
    }
    if read(6).is_some_and(|octets| identifiers.has_mac(&octets)) {
        return Some((Found::Mac, at..at + 6));
    }
    if read(4).is_some_and(|octets| identifiers.has_ipv4(&octets)) {
        return Some((Found::Ipv4, at..at + 4));
    }
    let length = usize::try_from(*arcs.get(at)?).ok().filter(|length| (3..=64).contains(length))?;
    let text = octets(arcs.get(at + 1..at + 1 + length)?)?;
    let text = std::str::from_utf8(&text).ok().filter(|text| identifiers.is_within(text))?;
    Some((Found::Text, at + 1..at + 1 + text.len()))
}

fn without_length(arcs: &[u32], at: usize) -> Option<(Found, Range<usize>)> {
    let rest = arcs.get(at..)?;
    let (what, length) = match rest {
        [1, address @ ..] if address.len() == 4 => (Found::Ipv4, 4),
        [1, address @ ..] if address.len() == 8 && address.ends_with(&[0; 4]) => (Found::Ipv4, 4),
        [2, address @ ..] if address.len() == 16 => (Found::Ipv6, 16),
        _ => return None,
    };
    octets(arcs.get(at + 1..at + 1 + length)?)?;
    Some((what, at + 1..at + 1 + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_its_length_is_found_in_tables_of_addresses_only() {
        let identifiers = Identifiers::default();
        let arcs = [1, 192, 0, 2, 1];
        assert_eq!(by_looks(&arcs, 0, &identifiers, true), [(Found::Ipv4, 1..5)]);
        assert_eq!(by_looks(&arcs, 0, &identifiers, false), []);
        assert_eq!(by_looks(&[9, 1, 4, 192, 0, 2, 1, 3], 0, &identifiers, false), [(Found::Ipv4, 3..7)]);
    }
}
