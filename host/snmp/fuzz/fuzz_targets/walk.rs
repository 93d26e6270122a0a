//! A walk whose agent answers anything: it ends within its bounds, and no row comes twice.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| snmp::fuzzing::walk(octets));
