//! The content of a Response-PDU, and with it every varbind.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| snmp::fuzzing::pdu(octets));
