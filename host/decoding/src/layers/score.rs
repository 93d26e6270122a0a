//! How well octets fit a message of SNMP or a PDU, whatever carries them.

use crate::frame::Frame;

/// How well a message fits that has exactly the length it says, and a version.
pub(super) const FITS: u8 = 9;

/// How well octets fit a message: a SEQUENCE that begins with a version, and a length that agrees.
pub(super) fn message_score(octets: &[u8]) -> u8 {
    let Some((0x30, length, content)) = header(octets) else { return 0 };
    let begins = match content {
        [2, 1, 0 | 1 | 3, ..] => 4,
        [2, ..] => 1,
        _ => 0,
    };
    let agrees = match length.map(|length| length.cmp(&content.len())) {
        Some(std::cmp::Ordering::Equal) => 6,
        Some(std::cmp::Ordering::Less) => 4,
        Some(std::cmp::Ordering::Greater) => 2,
        None => 0,
    };
    if begins == 0 { agrees.min(1) } else { begins + agrees }
}

/// How well octets fit a PDU.
pub(super) fn pdu_score(octets: &[u8]) -> u8 {
    let Some((tag @ 0xa0..=0xa8, length, content)) = header(octets) else { return 0 };
    let begins = content.first() == Some(if tag == 0xa4 { &6 } else { &2 });
    let agrees = length == Some(content.len());
    match (begins, agrees) {
        (true, true) => FITS,
        (true, false) => 5,
        (false, true) => 4,
        (false, false) => 2,
    }
}

/// The tag, the length if it is one, and what follows.
fn header(octets: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (tag, rest) = octets.split_first()?;
    let (first, rest) = rest.split_first()?;
    let more = usize::from(first & 0x7f);
    if *first < 0x80 {
        return Some((*tag, Some(more), rest));
    }
    let (length, content) = rest.split_at_checked(more)?;
    let length = (1..=4).contains(&more).then(|| length.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)));
    Some((*tag, length, content))
}

/// Whether a datagram can be of SNMP: by its ports, or since it holds something that looks like it.
pub(crate) fn is_snmp(frame: &Frame, payload: &[u8]) -> bool {
    frame.udp.as_ref().is_some_and(|udp| is_port_of_snmp(udp.src_port) || is_port_of_snmp(udp.dst_port))
        || message_score(payload) > 4
}

pub(super) fn is_port_of_snmp(port: u16) -> bool {
    matches!(port, 161 | 162 | 10_161 | 10_162)
}
