//! A datagram, as the hub takes it: the envelope, then as an answer to a request of each version and level of security.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| snmp::fuzzing::message(octets));
