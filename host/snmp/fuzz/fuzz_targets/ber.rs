//! The BER reader: elements, integers, varbinds.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| snmp::fuzzing::ber(octets));
