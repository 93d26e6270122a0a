//! Puts packets together, element by element.

/// An element.
pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = match content.len() {
        short @ 0..=0x7f => vec![short as u8],
        long @ 0x80..=0xff => vec![0x81, long as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [&[tag][..], &length, content].concat()
}

/// A container.
pub(super) fn container(tag: u8, parts: &[Vec<u8>]) -> Vec<u8> {
    element(tag, &parts.concat())
}

pub(super) fn integer(number: i32) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let padding = octets.windows(2).take_while(|pair| matches!(pair, [0, 0..=0x7f] | [0xff, 0x80..=0xff])).count();
    element(0x02, &octets[padding..])
}

pub(super) fn ticks(ticks: u8) -> Vec<u8> {
    element(0x43, &[ticks])
}

pub(super) fn text(text: &str) -> Vec<u8> {
    element(0x04, text.as_bytes())
}

pub(super) fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut content = Vec::new();
    crate::oid::encode([arcs[0] * 40 + arcs[1]].into_iter().chain(arcs[2..].iter().copied()), &mut content);
    element(0x06, &content)
}

pub(super) fn varbind(name: &str, value: Vec<u8>) -> Vec<u8> {
    container(0x30, &[oid(name), value])
}

/// A Trap-PDU of 192.0.2.7 with the time-stamp 14.
pub(super) fn trap_v1(enterprise: &str, generic: i32, specific: i32, varbinds: &[Vec<u8>]) -> Vec<u8> {
    let address = element(0x40, &[192, 0, 2, 7]);
    let varbinds = container(0x30, varbinds);
    container(0xa4, &[oid(enterprise), address, integer(generic), integer(specific), ticks(14), varbinds])
}

/// Any other PDU, with request-id 7 and zeros after it.
pub(super) fn pdu(tag: u8, varbinds: &[Vec<u8>]) -> Vec<u8> {
    container(tag, &[integer(7), integer(0), integer(0), container(0x30, varbinds)])
}

/// An SNMPv2-Trap-PDU that begins as it should.
pub(super) fn trap(trap_oid: &str, varbinds: &[Vec<u8>]) -> Vec<u8> {
    let begin = [varbind(SYS_UP_TIME, ticks(14)), varbind(SNMP_TRAP_OID, oid(trap_oid))];
    pdu(0xa7, &[&begin[..], varbinds].concat())
}

/// A message of version 1 (0) or 2c (1).
pub(super) fn message(version: i32, pdu: Vec<u8>) -> Vec<u8> {
    container(0x30, &[integer(version), text("public"), pdu])
}

/// A message of version 3 without authentication, whose data is `data`.
pub(super) fn message_v3(flags: u8, data: Vec<u8>) -> Vec<u8> {
    let header = container(0x30, &[integer(77), integer(65_507), element(0x04, &[flags]), integer(3)]);
    let usm = [text("\u{0}"), integer(1), integer(2), text("ann"), text(""), text("")];
    let engine = element(0x04, &[0x80, 0, 0x1f, 0x88, 4, b'a', b'b']);
    let usm = container(0x30, &[&[engine][..], &usm[1..]].concat());
    container(0x30, &[integer(3), header, element(0x04, &usm), data])
}

pub(super) fn scoped(pdu: Vec<u8>) -> Vec<u8> {
    container(0x30, &[element(0x04, &[0x80, 0, 0x1f, 0x88, 1, 192, 0, 2, 1]), text(""), pdu])
}

pub(super) const SYS_UP_TIME: &str = "1.3.6.1.2.1.1.3.0";
pub(super) const SNMP_TRAP_OID: &str = "1.3.6.1.6.3.1.1.4.1.0";
pub(super) const LINK_DOWN: &str = "1.3.6.1.6.3.1.1.5.3";
