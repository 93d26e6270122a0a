//! The identifier octets of SNMP.

/// What stands for the tag of a value that is no element (see [`crate::Value::Unknown`]); BER ends contents of
/// indefinite length with it, and SNMP has none.
pub const NO_ELEMENT: u8 = 0x00;
/// INTEGER.
pub const INTEGER: u8 = 0x02;
/// OCTET STRING.
pub const OCTET_STRING: u8 = 0x04;
/// NULL.
pub const NULL: u8 = 0x05;
/// OBJECT IDENTIFIER.
pub const OBJECT_IDENTIFIER: u8 = 0x06;
/// SEQUENCE.
pub const SEQUENCE: u8 = 0x30;
/// IpAddress.
pub const IP_ADDRESS: u8 = 0x40;
/// Counter32.
pub const COUNTER32: u8 = 0x41;
/// Gauge32, Unsigned32.
pub const GAUGE32: u8 = 0x42;
/// TimeTicks.
pub const TIME_TICKS: u8 = 0x43;
/// Opaque.
pub const OPAQUE: u8 = 0x44;
/// NsapAddress (RFC 1442).
pub const NSAP_ADDRESS: u8 = 0x45;
/// Counter64.
pub const COUNTER64: u8 = 0x46;
/// UInteger32 (RFC 1442).
pub const UINTEGER32: u8 = 0x47;
/// noSuchObject.
pub const NO_SUCH_OBJECT: u8 = 0x80;
/// noSuchInstance.
pub const NO_SUCH_INSTANCE: u8 = 0x81;
/// endOfMibView.
pub const END_OF_MIB_VIEW: u8 = 0x82;
/// GetRequest-PDU.
pub const GET_REQUEST: u8 = 0xa0;
/// GetNextRequest-PDU.
pub const GET_NEXT_REQUEST: u8 = 0xa1;
/// Response-PDU, GetResponse-PDU.
pub const RESPONSE: u8 = 0xa2;
/// SetRequest-PDU.
pub const SET_REQUEST: u8 = 0xa3;
/// The Trap-PDU of version 1, whose fields are unlike those of every other PDU.
pub const TRAP_V1: u8 = 0xa4;
/// GetBulkRequest-PDU.
pub const GET_BULK_REQUEST: u8 = 0xa5;
/// InformRequest-PDU.
pub const INFORM_REQUEST: u8 = 0xa6;
/// SNMPv2-Trap-PDU.
pub const SNMPV2_TRAP: u8 = 0xa7;
/// Report-PDU, the last PDU there is.
pub const REPORT: u8 = 0xa8;

/// Whether an identifier goes on behind this octet: the high-tag-number form (X.690 section 8.1.2.4).
pub(crate) fn is_high(first: u8) -> bool {
    first & 0x1f == 0x1f
}

/// How many octets an identifier of that form takes; nothing where none begins here, or it has no end.
pub(crate) fn high_octets(octets: &[u8]) -> Option<usize> {
    let (first, rest) = octets.split_first()?;
    let more = rest.iter().position(|octet| octet & 0x80 == 0)?;
    is_high(*first).then_some(more + 2)
}
