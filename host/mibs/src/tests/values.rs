//! How values read.

use crate::{Mibs, Value};

#[track_caller]
fn check(object: &str, value: Value<'_>, expected: Option<&str>) {
    check_address(object, value, None, expected);
}

#[track_caller]
fn check_address(object: &str, value: Value<'_>, address_type: Option<i64>, expected: Option<&str>) {
    let syntax = Mibs::standard().read(object).unwrap().object.unwrap().syntax().unwrap();
    let displayed = syntax.display(value, address_type);
    assert_eq!(displayed.map(|displayed| displayed.text).as_deref(), expected, "{object} {value:?}");
}

#[test]
fn numbers_have_the_names_of_their_enumerations_and_their_hints() {
    check("ifOperStatus", Value::Integer(1), Some("up(1)"));
    check("ifOperStatus", Value::Integer(99), None);
    check("ifType", Value::Integer(6), Some("ethernetCsmacd(6)"));
    check("ifIndex", Value::Integer(3), None);
    check("ifMtu", Value::Integer(1500), None);
    let name = |value| {
        let syntax = Mibs::standard().read("ifAdminStatus").unwrap().object.unwrap().syntax().unwrap();
        syntax.display(Value::Integer(value), None).and_then(|displayed| displayed.name)
    };
    assert_eq!((name(2), name(7)), (Some("down"), None));
}

#[test]
fn octets_read_as_their_conventions_say() {
    check("ifPhysAddress", Value::Octets(&[0, 0, 0x5e, 0, 0x53, 0xaf]), Some("00:00:5E:00:53:AF"));
    check("ifPhysAddress", Value::Octets(&[1, 2, 3]), Some("0x010203"));
    check("ifPhysAddress", Value::Octets(b"0:0:5e:0:53:af"), Some("00:00:5E:00:53:AF"));
    check("ifPhysAddress", Value::Octets(&[]), None);
    check("hrSystemDate", Value::Octets(&[7, 0xea, 2, 9, 8, 7, 6, 5]), Some("2026-02-09T08:07:06.5"));
    let zone = [7, 0xea, 2, 9, 8, 7, 6, 5, b'-', 3, 30];
    check("hrSystemDate", Value::Octets(&zone), Some("2026-02-09T08:07:06.5-03:30"));
    check("hrSystemDate", Value::Octets(&[7, 0xea, 13, 9, 8, 7, 6, 5]), None);
    check("sysName", Value::Octets(b"plain"), None);
    check("sysName", Value::Octets(b"Z\xfcrich\0"), Some("Zürich"));
    check("sysName", Value::Octets(b"\x1b[31m"), None);
    check("hrSWRunName", Value::Octets(b"Z\xfcrich\0"), Some("Zürich"));
    check("hrPrinterDetectedErrorState", Value::Octets(&[0x40]), Some("noPaper(1)"));
    check("snmpEngineID", Value::Octets(b"\x80ab"), Some("0x806162"));
    check("bgpPeerLastError", Value::Octets(&[6, 2]), Some("0x0602"));
    check("dot1dStpDesignatedRoot", Value::Octets(b"\x80\0abcdef"), Some("0x8000616263646566"));
    check("lldpRemSysCapEnabled", Value::Octets(&[0x28]), Some("bridge(2) router(4)"));
    check("lldpRemSysCapEnabled", Value::Octets(&[0x80, 0x40]), Some("other(0) (9)"));
    check("snmpTargetAddrTAddress", Value::Octets(&[192, 0, 2, 1, 0, 162]), None);
}

#[test]
fn an_address_reads_by_its_type_and_without_one_by_its_length() {
    let v6 = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    check("ipAddressAddr", Value::Octets(&[192, 0, 2, 1]), Some("192.0.2.1"));
    check("ipAddressAddr", Value::Octets(&v6), Some("2001:db8::1"));
    check_address("ipAddressAddr", Value::Octets(&v6), Some(2), Some("2001:db8::1"));
    let zoned = [254, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7];
    check_address("ipAddressAddr", Value::Octets(&zoned), Some(4), Some("fe80::1%7"));
    // A name of four or of sixteen letters is no address.
    check_address("ipAddressAddr", Value::Octets(b"host"), Some(16), None);
    check("ipAddressAddr", Value::Octets(b"host.example"), None);
}
