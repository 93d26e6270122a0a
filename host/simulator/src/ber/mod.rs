//! BER as SNMP uses it (RFC 3417 section 8), read and written with code of the simulator's own.
//!
//! The engine under test has a codec of its own. An error that both sides shared would be invisible, so nothing here
//! is borrowed from there but the values themselves. Reading is lenient where the standard is (long-form lengths) and
//! never panics; writing is always minimal.

mod read;
mod write;

pub use read::BerError;
pub(crate) use read::Reader;
pub(crate) use write::{
    element_len, integer_len, put_header, put_integer, put_octets, put_oid, put_value, put_varbind,
};

/// The identifier octets of what SNMP is made of.
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(crate) const SEQUENCE: u8 = 0x30;
    pub(crate) const IP_ADDRESS: u8 = 0x40;
    pub(crate) const COUNTER32: u8 = 0x41;
    pub(crate) const GAUGE32: u8 = 0x42;
    pub(crate) const TIME_TICKS: u8 = 0x43;
    pub(crate) const OPAQUE: u8 = 0x44;
    pub(crate) const NSAP_ADDRESS: u8 = 0x45;
    pub(crate) const COUNTER64: u8 = 0x46;
    pub(crate) const UINTEGER32: u8 = 0x47;
    pub(crate) const NO_SUCH_OBJECT: u8 = 0x80;
    pub(crate) const NO_SUCH_INSTANCE: u8 = 0x81;
    pub(crate) const END_OF_MIB_VIEW: u8 = 0x82;
    pub(crate) const GET: u8 = 0xa0;
    pub(crate) const GET_NEXT: u8 = 0xa1;
    pub(crate) const RESPONSE: u8 = 0xa2;
    pub(crate) const SET: u8 = 0xa3;
    pub(crate) const TRAP_V1: u8 = 0xa4;
    pub(crate) const GET_BULK: u8 = 0xa5;
    pub(crate) const INFORM: u8 = 0xa6;
    pub(crate) const TRAP: u8 = 0xa7;
    pub(crate) const REPORT: u8 = 0xa8;
}

#[cfg(test)]
pub(crate) mod tests;
