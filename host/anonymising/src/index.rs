//! Indexes of rows: the arcs behind a column, and which of them are an address or a text (RFC 2578 section 7.7).

use std::ops::Range;

/// A part of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// An integer: one arc.
    Number,
    /// IpAddress: four arcs.
    Ipv4,
    /// Sixteen octets without a length.
    Ipv6,
    /// Six octets without a length.
    Mac,
    /// InetAddressType and InetAddress (RFC 4001), or an address family and an address with its length.
    Inet,
    /// A physical address with its length.
    Phys,
    /// A text with its length.
    Text,
    /// A text up to the end.
    Implied,
    /// An engine ID with its length.
    Engine,
    /// An OBJECT IDENTIFIER with its length.
    Oid,
}

/// What stands at some arcs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Ipv4,
    Ipv6,
    Mac,
    Text,
    Engine,
}

impl Part {
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(match text {
            "number" => Self::Number,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "mac" => Self::Mac,
            "inet" => Self::Inet,
            "phys" => Self::Phys,
            "text" => Self::Text,
            "implied" => Self::Implied,
            "engine" => Self::Engine,
            "oid" => Self::Oid,
            _ => return None,
        })
    }
}

/// How an InetAddress stands in an index.
#[derive(Clone, Copy)]
enum InetForm {
    /// As the MIB says.
    WithLength,
    /// Without its length, as some devices have it.
    WithoutLength,
    /// And without the zone that its type has.
    WithoutZone,
}

/// Finds the parts of an index that are more than numbers. Nothing where the index is not made of these parts.
pub(crate) fn by_parts(arcs: &[u32], parts: &[Part]) -> Option<Vec<(Found, Range<usize>)>> {
    let forms = [InetForm::WithLength, InetForm::WithoutLength, InetForm::WithoutZone];
    forms.into_iter().find_map(|form| in_form(arcs, parts, form))
}

fn in_form(arcs: &[u32], parts: &[Part], form: InetForm) -> Option<Vec<(Found, Range<usize>)>> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in parts {
        let length_at = |at: usize| arcs.get(at).and_then(|length| usize::try_from(*length).ok());
        let (start, length, what) = match part {
            Part::Number => (at, 1, None),
            Part::Ipv4 => (at, 4, Some(Found::Ipv4)),
            Part::Ipv6 => (at, 16, Some(Found::Ipv6)),
            Part::Mac => (at, 6, Some(Found::Mac)),
            Part::Inet => {
                let kind = *arcs.get(at)?;
                let (start, length) = match (form, kind) {
                    (InetForm::WithLength, _) => (at + 2, length_at(at + 1)?),
                    (_, 1) | (InetForm::WithoutZone, 3) => (at + 1, 4),
                    (_, 2) | (InetForm::WithoutZone, 4) => (at + 1, 16),
                    (_, 3) => (at + 1, 8),
                    (_, 4) => (at + 1, 20),
                    _ => return None,
                };
                (start, length, inet(kind, length))
            }
            Part::Phys => {
                let length = length_at(at)?;
                (at + 1, length, (length == 6).then_some(Found::Mac))
            }
            Part::Text => (at + 1, length_at(at)?, Some(Found::Text)),
            Part::Implied => (at, arcs.len() - at, Some(Found::Text)),
            Part::Engine => (at + 1, length_at(at)?, Some(Found::Engine)),
            Part::Oid => (at + 1, length_at(at)?, None),
        };
        at = start.checked_add(length).filter(|end| *end <= arcs.len())?;
        if let Some(what) = what {
            let octets = octets(arcs.get(start..at)?)?;
            // Behind an address there may be its zone: that is a number.
            let end = start + width(what).unwrap_or(octets.len()).min(octets.len());
            found.push((what, start..end));
        }
    }
    (at == arcs.len()).then_some(found)
}

/// What an address of this type and length is. The lengths with four octets more have a zone behind it.
fn inet(kind: u32, length: usize) -> Option<Found> {
    match (kind, length) {
        (6, 6) => Some(Found::Mac),
        (16, _) => Some(Found::Text),
        (_, 4 | 8) => Some(Found::Ipv4),
        (_, 16 | 20) => Some(Found::Ipv6),
        _ => None,
    }
}

pub(crate) fn width(found: Found) -> Option<usize> {
    match found {
        Found::Ipv4 => Some(4),
        Found::Ipv6 => Some(16),
        Found::Mac => Some(6),
        Found::Text | Found::Engine => None,
    }
}

/// The arcs as octets, if they are.
pub(crate) fn octets(arcs: &[u32]) -> Option<Vec<u8>> {
    arcs.iter().map(|arc| u8::try_from(*arc).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &str, arcs: &str, expected: Option<&[(Found, Range<usize>)]>) {
        let parts: Vec<Part> = parts.split(' ').map(|part| Part::read(part).unwrap()).collect();
        let arcs: Vec<u32> = arcs.split('.').map(|arc| arc.parse().unwrap()).collect();
        assert_eq!(by_parts(&arcs, &parts).as_deref(), expected, "{arcs:?}");
    }

    #[test]
    fn an_index_is_made_of_its_parts_or_of_none_of_them() {
        check("number ipv4", "7.192.0.2.1", Some(&[(Found::Ipv4, 1..5)]));
        check("number mac", "10.0.17.34.51.68.85", Some(&[(Found::Mac, 1..7)]));
        check("inet", "1.4.192.0.2.1", Some(&[(Found::Ipv4, 2..6)]));
        check("inet", "3.8.192.0.2.1.0.0.0.7", Some(&[(Found::Ipv4, 2..6)]));
        check("inet", "0.0", Some(&[]));
        check(
            "inet number oid inet",
            "1.4.10.0.0.0.8.2.0.0.1.4.10.0.0.1",
            Some(&[(Found::Ipv4, 2..6), (Found::Ipv4, 12..16)]),
        );
        check("number phys", "3.6.2.0.0.0.0.1", Some(&[(Found::Mac, 2..8)]));
        check("implied", "114.101.100", Some(&[(Found::Text, 0..3)]));
        check("engine text", "3.128.0.9.1.97", Some(&[(Found::Engine, 1..4), (Found::Text, 5..6)]));
        check("text number", "3.114.101.100.5", Some(&[(Found::Text, 1..4)]));
        check("inet", "1.192.0.2.1", Some(&[(Found::Ipv4, 1..5)]));
        check("number inet number", "5.1.192.0.2.0.24", Some(&[(Found::Ipv4, 2..6)]));
        check("inet", "4.254.128.0.0.0.0.0.0.2.0.1.255.254.0.0.1", Some(&[(Found::Ipv6, 1..17)]));
        check("inet", "9.192.0.2.1", None);
        check("number ipv4", "7.192.0.2.256", None);
        check("ipv4", "192.0.2.1.0", None);
        check("inet", "1.4294967295.1", None);
    }
}
