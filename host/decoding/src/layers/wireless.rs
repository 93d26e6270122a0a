//! IEEE 802.11 frames, and the headers that capturing puts before them: radiotap, PPI, Prism and AVS.

use super::{
    ether,
    peeled::{Peeled, Reading, mac, other, unread},
};
use crate::frame::LinkPart;

/// Radiotap: version, a filler, its length, and a bitmap of what follows, all in the order of Intel.
pub(super) fn radiotap(peeled: Peeled<'_>) -> Reading {
    let length = usize::from(little(&peeled, 2)?);
    let is_padded = radiotap_flags(peeled.rest).is_some_and(|flags| flags & 0x20 != 0);
    frame(peeled.other("radiotap", length)?, is_padded)
}

/// The field "flags", behind further bitmaps and the timer, if there is one.
fn radiotap_flags(octets: &[u8]) -> Option<u8> {
    let mut at = 4;
    let present = u32::from_le_bytes(octets.get(at..at + 4)?.try_into().ok()?);
    let mut bitmap = present;
    while bitmap & 1 << 31 != 0 {
        at += 4;
        bitmap = u32::from_le_bytes(octets.get(at..at + 4)?.try_into().ok()?);
    }
    at += 4;
    if present & 1 != 0 {
        at = at.next_multiple_of(8) + 8;
    }
    if present & 2 != 0 { octets.get(at).copied() } else { None }
}

/// PPI: version, flags, its length, and the link type of what follows.
pub(super) fn ppi(peeled: Peeled<'_>) -> Reading {
    let (length, link) = (usize::from(little(&peeled, 2)?), little(&peeled, 4)?);
    let peeled = peeled.other("PPI", length)?;
    match link {
        1 => ether::frame(peeled),
        105 => frame(peeled, false),
        number => unread(format!("PPI with link type {number}")),
    }
}

/// Prism, which has a length too, or AVS behind the same link type.
pub(super) fn prism(peeled: Peeled<'_>) -> Reading {
    if peeled.rest.starts_with(&[0x80, 0x21, 0x10]) {
        return avs(peeled);
    }
    let length = usize::from(little(&peeled, 4)?);
    frame(peeled.other("Prism", length)?, false)
}

/// AVS: a magic number and its length.
pub(super) fn avs(peeled: Peeled<'_>) -> Reading {
    let length = usize::try_from(peeled.word(4)?).ok()?;
    frame(peeled.other("AVS", length)?, false)
}

/// An 802.11 frame. Some cards fill its header up to whole words.
pub(super) fn frame(mut peeled: Peeled<'_>, is_padded: bool) -> Reading {
    const TO_DISTRIBUTION: u8 = 0x01;
    const FROM_DISTRIBUTION: u8 = 0x02;
    const PROTECTED: u8 = 0x40;
    const ORDER: u8 = 0x80;
    let (&kind, &flags) = (peeled.rest.first()?, peeled.rest.get(1)?);
    let subtype = kind >> 4;
    match (kind >> 2 & 3, subtype & 4) {
        (0, _) => return other(0, "802.11 management"),
        (1, _) => return other(0, "802.11 control"),
        (2, 0) => {}
        (2, _) => return other(0, "802.11 without data"),
        _ => return unread("802.11 of an unknown type"),
    }
    if flags & PROTECTED != 0 {
        return unread("802.11, encrypted");
    }
    let (to, from) = (flags & TO_DISTRIBUTION != 0, flags & FROM_DISTRIBUTION != 0);
    let is_qos = subtype & 8 != 0;
    let mut octets = 24;
    octets += if to && from { 6 } else { 0 };
    let control = if is_qos { peeled.rest.get(octets).copied()? } else { 0 };
    octets += if is_qos { 2 } else { 0 };
    octets += if is_qos && flags & ORDER != 0 { 4 } else { 0 };
    octets = if is_padded { usize::next_multiple_of(octets, 4) } else { octets };
    let address = |at: usize| peeled.rest.get(at..at + 6).map(mac);
    let (dst, src) = match (to, from) {
        (false, false) => (4, 10),
        (true, false) => (16, 10),
        (false, true) => (4, 16),
        (true, true) => (16, 24),
    };
    peeled.frame.link = Some(LinkPart { kind: "ieee802.11", src: address(src), dst: address(dst) });
    let peeled = peeled.other("802.11", octets)?;
    // Several frames may be joined; the first is read.
    let is_joined = control & 0x80 != 0;
    ether::llc(if is_joined { peeled.other("subframe", 14)? } else { peeled })
}

/// A number of two octets, the lower one first.
fn little(peeled: &Peeled<'_>, at: usize) -> Option<u16> {
    peeled.half(at).map(u16::swap_bytes)
}
