//! What people write for objects.

use expect_test::{Expect, expect};

use crate::{Mibs, dotted};

fn shown(text: &str) -> String {
    match Mibs::standard().read(text) {
        Ok(name) => dotted(&name.oid),
        Err(error) => format!("error: {error}"),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(shown(text), expected, "{text}");
}

#[track_caller]
fn check_error(texts: &[&str], expected: &Expect) {
    let lines: Vec<String> = texts.iter().map(|text| format!("{text} => {}", shown(text))).collect();
    expected.assert_eq(&format!("{}\n", lines.join("\n")));
}

#[test]
fn names_are_read_in_all_forms_of_net_snmp() {
    for text in [
        "sysName.0",
        "SNMPv2-MIB::sysName.0",
        "SNMPv2-MIB:sysName.0",
        "1.3.6.1.2.1.1.5.0",
        ".1.3.6.1.2.1.1.5.0",
        "system.sysName.0",
        "system.5.0",
        "mib-2.1.5.0",
        "iso.3.6.1.2.1.1.5.0",
        ".iso.org.dod.internet.mgmt.mib-2.system.sysName.0",
        "1.3.6.1.2.1.system.sysName.0",
        "sysName[0]",
        "  sysName.0 ",
    ] {
        check(text, "1.3.6.1.2.1.1.5.0");
    }
    check("sysUpTimeInstance", "1.3.6.1.2.1.1.3.0");
    check("ifTable", "1.3.6.1.2.1.2.2");
    check("enterprises.99999.1", "1.3.6.1.4.1.99999.1");
    check("1", "1");
    check("3.99", "3.99");
}

#[test]
fn an_index_is_read_as_arcs_in_brackets_and_in_quotes() {
    for text in ["ifDescr.3", "ifDescr[3]", "IF-MIB::ifDescr.3"] {
        check(text, "1.3.6.1.2.1.2.2.1.2.3");
    }
    for text in [
        "ipNetToMediaPhysAddress.3.192.0.2.1",
        "ipNetToMediaPhysAddress[3][192.0.2.1]",
        "ipNetToMediaPhysAddress.3[192.0.2.1]",
        "ipNetToMediaPhysAddress[3].192.0.2.1",
    ] {
        check(text, "1.3.6.1.2.1.4.22.1.2.3.192.0.2.1");
    }
    // What net-snmp itself prints.
    for text in [
        "ipAddressIfIndex.ipv4.\"192.0.2.1\"",
        "ipAddressIfIndex[ipv4][192.0.2.1]",
        "ipAddressIfIndex.1.4.192.0.2.1",
        "ipAddressIfIndex[ipv4(1)][\"192.0.2.1\"]",
        "ipAddressIfIndex.ipv4.4.192.0.2.1",
    ] {
        check(text, "1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1");
    }
    check("dot1dTpFdbPort[0:1b:21:3:4:5]", "1.3.6.1.2.1.17.4.3.1.2.0.27.33.3.4.5");
    check("dot1dTpFdbPort[0x001b21030405]", "1.3.6.1.2.1.17.4.3.1.2.0.27.33.3.4.5");
}

#[test]
fn a_text_has_its_length_before_it_where_the_index_says_so() {
    check("nsExtendOutLine.\"ab\".1", "1.3.6.1.4.1.8072.1.3.2.4.1.2.2.97.98.1");
    check("nsExtendOutLine[\"ab\"][1]", "1.3.6.1.4.1.8072.1.3.2.4.1.2.2.97.98.1");
    check("nsExtendOutLine.'ab'.1", "1.3.6.1.4.1.8072.1.3.2.4.1.2.2.97.98.1");
    check("nsExtendOutLine[STRING: ab][1]", "1.3.6.1.4.1.8072.1.3.2.4.1.2.2.97.98.1");
    check("vacmSecurityModel.0.\"\"", "1.3.6.1.6.3.16.1.2.1.1.0.0");
    check("vacmGroupName.3.\"wes\"", "1.3.6.1.6.3.16.1.2.1.3.3.3.119.101.115");
    // IMPLIED.
    check("snmpTargetAddrTDomain.\"ab\"", "1.3.6.1.6.3.12.1.2.1.2.97.98");
    check("snmpTargetAddrTDomain['ab']", "1.3.6.1.6.3.12.1.2.1.2.97.98");
    check(r#"vacmGroupName[3]["a]\"b"]"#, "1.3.6.1.6.3.16.1.2.1.3.3.4.97.93.34.98");
}

#[test]
fn a_part_of_an_index_is_enough_to_walk_there() {
    check("ipNetToMediaPhysAddress[3]", "1.3.6.1.2.1.4.22.1.2.3");
    check("ipNetToMediaPhysAddress.3.192", "1.3.6.1.2.1.4.22.1.2.3.192");
    check("tcpConnectionState.ipv4.\"127.0.0.1\"", "1.3.6.1.2.1.6.19.1.7.1.4.127.0.0.1");
}

#[test]
fn what_names_nothing_is_told_with_what_is_near() {
    check_error(
        &[
            "",
            "sysNam.0",
            "SysName.0",
            "ifdescr",
            "IF-MIB::ifDesc",
            "IF-MIB::sysName",
            "IFMIB::ifDescr",
            "NO-SUCH::x",
            "qwertz",
            "system.sysNam",
            "sysName.foo",
            "ifTable[3]",
            "ifDescr[x]",
            "ifDescr[3][4]",
            "ipNetToMediaPhysAddress[3][192.0.2]",
            "ipAddressIfIndex[foo][192.0.2.1]",
            "ifDescr.",
            "ifDescr..3",
            "ifDescr[3",
            "ifDescr[3]x",
            "ifDescr.\"x",
            "1.3.4294967296",
            "1.3.+3",
            "IF-MIB::1.3",
            "::ifDescr",
            "IF-MIB::",
        ],
        &expect![[r#"
             => error: an OID or a name is missing: write `1.3.6.1.2.1.1.5.0` or `sysName.0`
            sysNam.0 => error: unknown name `sysNam`, did you mean sysName?
            SysName.0 => error: unknown name `SysName`, did you mean sysName?
            ifdescr => error: unknown name `ifdescr`, did you mean ifDescr?
            IF-MIB::ifDesc => error: unknown name `ifDesc` in IF-MIB, did you mean ifDescr?
            IF-MIB::sysName => error: unknown name `sysName` in IF-MIB, did you mean SNMPv2-MIB::sysName?
            IFMIB::ifDescr => error: unknown MIB module `IFMIB`, did you mean IF-MIB?
            NO-SUCH::x => error: unknown MIB module `NO-SUCH`
            qwertz => error: unknown name `qwertz`
            system.sysNam => error: `sysNam` is not right below `SNMPv2-MIB::system`, did you mean sysName?
            sysName.foo => error: `SNMPv2-MIB::sysName` is a scalar: its one instance is `SNMPv2-MIB::sysName.0`
            ifTable[3] => error: `IF-MIB::ifTable` is a table and has no index: name a column
            ifDescr[x] => error: index of `IF-MIB::ifDescr`: `x` is not a value of `ifIndex`: write a number
            ifDescr[3][4] => error: `IF-MIB::ifDescr` has an index of 1 part: ifIndex
            ipNetToMediaPhysAddress[3][192.0.2] => error: index of `IP-MIB::ipNetToMediaPhysAddress`: `192.0.2` is not a value of `ipNetToMediaNetAddress`: write an IPv4 address
            ipAddressIfIndex[foo][192.0.2.1] => error: index of `IP-MIB::ipAddressIfIndex`: `foo` is not a value of `ipAddressAddrType`: write a number or one of unknown, ipv4, ipv6, ipv4z, ipv6z, dns
            ifDescr. => error: `ifDescr.` has a dot without a name or a number behind it
            ifDescr..3 => error: `ifDescr..3` has a dot without a name or a number behind it
            ifDescr[3 => error: `ifDescr[3` has an unmatched bracket or quote, or something between two parts
            ifDescr[3]x => error: `ifDescr[3]x` has an unmatched bracket or quote, or something between two parts
            ifDescr."x => error: `ifDescr."x` has an unmatched bracket or quote, or something between two parts
            1.3.4294967296 => error: `4294967296` is neither an arc nor a name: arcs are numbers from 0 to 4294967295
            1.3.+3 => error: `+3` is not right below `SNMPv2-SMI::org`
            IF-MIB::1.3 => error: `1` cannot stand there: begin with a name or, without a module, with a number
            ::ifDescr => error: unknown name `::ifDescr`, did you mean ifDescr?
            IF-MIB:: => error: an OID or a name is missing: write `1.3.6.1.2.1.1.5.0` or `sysName.0`
        "#]],
    );
    check(&format!("{}1", "1.".repeat(128)), "error: too long: an OID has at most 128 arcs");
    check(&"x".repeat(5_000), "error: too long: an OID has at most 128 arcs");
}

#[test]
fn numbers_have_names_and_their_indexes_brackets() {
    let mibs = Mibs::standard();
    let names = |text: &str| {
        let oid = super::oid(text);
        let name = |name: Option<String>| name.unwrap_or_else(|| "-".to_owned());
        format!("{} {}", name(mibs.name(&oid)), name(mibs.bracketed_name(&oid)))
    };
    assert_eq!(names("1.3.6.1.2.1.1.3.0"), "SNMPv2-MIB::sysUpTime.0 SNMPv2-MIB::sysUpTime.0");
    assert_eq!(names("1.3.6.1.4.1.8072.3.2.10"), "NET-SNMP-TC::linux NET-SNMP-TC::linux");
    assert_eq!(names("1.3.6.1.4.1.99999"), "- -");
    assert_eq!(
        names("ipNetToMediaPhysAddress.3.192.0.2.1"),
        "IP-MIB::ipNetToMediaPhysAddress.3.192.0.2.1 IP-MIB::ipNetToMediaPhysAddress[3][192.0.2.1]"
    );
    assert_eq!(
        names("ipAddressIfIndex.ipv4.\"192.0.2.1\""),
        "IP-MIB::ipAddressIfIndex.1.4.192.0.2.1 IP-MIB::ipAddressIfIndex[ipv4][192.0.2.1]"
    );
    assert_eq!(names("ifDescr.3.4"), "IF-MIB::ifDescr.3.4 IF-MIB::ifDescr.3.4");
}
