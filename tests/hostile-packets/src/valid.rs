//! The valid messages that the malformed ones are made from: one of each kind that somebody may send to us.

use crate::{
    COMMUNITY, REQUEST_ID,
    element::{COUNTER_32, COUNTER_64, Element, INTEGER, IP_ADDRESS, NULL, OCTET_STRING, OID, SEQUENCE, TIME_TICKS},
};

/// The PDUs (RFC 1157 section 4.1, RFC 3416 section 3).
const RESPONSE: u8 = 0xa2;
const TRAP_V1: u8 = 0xa4;
const INFORM: u8 = 0xa6;
const TRAP: u8 = 0xa7;
const REPORT: u8 = 0xa8;

/// sysDescr.0, sysUpTime.0, snmpTrapOID.0, linkDown, ifIndex.7, ifHCInOctets.7, usmStatsUnknownEngineIDs.0, net-snmp's
/// enterprise: the content of their elements.
const SYS_DESCR: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 1, 0];
const SYS_UP_TIME: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 3, 0];
const SNMP_TRAP_OID: &[u8] = &[0x2b, 6, 1, 6, 3, 1, 1, 4, 1, 0];
const LINK_DOWN: &[u8] = &[0x2b, 6, 1, 6, 3, 1, 1, 5, 3];
const IF_INDEX: &[u8] = &[0x2b, 6, 1, 2, 1, 2, 2, 1, 1, 7];
const IF_HC_IN_OCTETS: &[u8] = &[0x2b, 6, 1, 2, 1, 0x1f, 1, 1, 1, 6, 7];
const UNKNOWN_ENGINE_IDS: &[u8] = &[0x2b, 6, 1, 6, 3, 0x0f, 1, 1, 4, 0];
const NET_SNMP: &[u8] = &[0x2b, 6, 1, 4, 1, 0xbf, 8];

const ENGINE_ID: &[u8] = b"\x80\0\x1f\x88\x04agent";

/// All of them.
pub(crate) fn messages() -> Vec<Element> {
    let answer = [(SYS_DESCR, Element::octets(OCTET_STRING, b"text")), (IF_HC_IN_OCTETS, counter_64())];
    let report = [(UNKNOWN_ENGINE_IDS, Element::octets(COUNTER_32, &[5]))];
    vec![
        community(0, pdu(RESPONSE, &answer[..1])),
        community(1, pdu(RESPONSE, &answer)),
        version_3(b"", pdu(RESPONSE, &answer)),
        version_3(b"", pdu(REPORT, &report)),
        community(0, trap_v1()),
        community(1, pdu(TRAP, &notification())),
        community(1, pdu(INFORM, &notification())),
        version_3(b"open", pdu(TRAP, &notification())),
    ]
}

fn integer(number: u8) -> Element {
    Element::octets(INTEGER, &[number])
}

fn counter_64() -> Element {
    Element::octets(COUNTER_64, &[0x7f, 2, 3, 4, 5, 6, 7, 8])
}

fn community(version: u8, pdu: Element) -> Element {
    Element::of(SEQUENCE, [integer(version), Element::octets(OCTET_STRING, COMMUNITY.as_bytes()), pdu])
}

fn pdu(tag: u8, varbinds: &[(&[u8], Element)]) -> Element {
    let varbinds = varbinds.iter().map(varbind).collect::<Vec<_>>();
    let request_id = Element::octets(INTEGER, &REQUEST_ID);
    Element::of(tag, [request_id, integer(0), integer(0), Element::of(SEQUENCE, varbinds)])
}

fn varbind((name, value): &(&[u8], Element)) -> Element {
    Element::of(SEQUENCE, [Element::octets(OID, name), value.clone()])
}

fn notification() -> [(&'static [u8], Element); 4] {
    [
        (SYS_UP_TIME, Element::octets(TIME_TICKS, &[1, 2, 3])),
        (SNMP_TRAP_OID, Element::octets(OID, LINK_DOWN)),
        (IF_INDEX, integer(7)),
        (SYS_DESCR, Element::octets(NULL, &[])),
    ]
}

/// RFC 1157 section 4.1.6.
fn trap_v1() -> Element {
    let varbinds = [varbind(&(IF_INDEX, integer(7)))];
    let fields = [
        Element::octets(OID, NET_SNMP),
        Element::octets(IP_ADDRESS, &[192, 0, 2, 7]),
        integer(2),
        integer(0),
        Element::octets(TIME_TICKS, &[14]),
        Element::of(SEQUENCE, varbinds),
    ];
    Element::of(TRAP_V1, fields)
}

/// RFC 3412 section 6, without authentication: whoever has no keys must read all of it.
fn version_3(user: &[u8], pdu: Element) -> Element {
    let header = [
        Element::octets(INTEGER, &REQUEST_ID),
        Element::octets(INTEGER, &[0, 0xff, 0xe3]),
        Element::octets(OCTET_STRING, &[0]),
        integer(3),
    ];
    let security = [
        Element::octets(OCTET_STRING, ENGINE_ID),
        integer(1),
        integer(9),
        Element::octets(OCTET_STRING, user),
        Element::octets(OCTET_STRING, &[]),
        Element::octets(OCTET_STRING, &[]),
    ];
    let scoped = [Element::octets(OCTET_STRING, ENGINE_ID), Element::octets(OCTET_STRING, &[]), pdu];
    Element::of(
        SEQUENCE,
        [
            integer(3),
            Element::of(SEQUENCE, header),
            Element::of(OCTET_STRING, [Element::of(SEQUENCE, security)]),
            Element::of(SEQUENCE, scoped),
        ],
    )
}
