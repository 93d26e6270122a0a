use super::*;

#[track_caller]
fn check(name: &str, expected: &str) {
    let said = match oid(name.as_bytes()) {
        Ok(arcs) => arcs.iter().map(u32::to_string).collect::<Vec<_>>().join("."),
        Err(error) => error.to_string(),
    };
    assert_eq!(said, expected, "{name}");
}

#[test]
fn names_are_read_in_every_form_that_net_snmp_prints() {
    check(".1.3.6.1", "1.3.6.1");
    check("iso.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.1.0");
    check(".iso.3.6", "1.3.6");
    check("ccitt.0", "0.0");
    check(".ccitt.zeroDotZero", "0.0");
    check("joint-iso-ccitt.5.4", "2.5.4");
    check("SNMPv2-MIB::sysDescr.0", "1.3.6.1.2.1.1.1.0");
    check("RFC1213-MIB::ifPhysAddress.2", "1.3.6.1.2.1.2.2.1.6.2");
    check("system.sysDescr.0", "1.3.6.1.2.1.1.1.0");
    check("DISMAN-EVENT-MIB::sysUpTimeInstance", "1.3.6.1.2.1.1.3.0");
    check("sysUpTimeInstance", "1.3.6.1.2.1.1.3.0");
    check(".iso.org.dod.internet.mgmt.mib-2.system.sysUpTime.sysUpTimeInstance", "1.3.6.1.2.1.1.3.0");
    check("SNMPv2-MIB::sysUpTime.0", "1.3.6.1.2.1.1.3.0");
    check("sysDescr.0", "1.3.6.1.2.1.1.1.0");
    check("SNMPv2-SMI::mib-2.99.1", "1.3.6.1.2.1.99.1");
    check(".iso.org.dod.internet.private.enterprises.8072", "1.3.6.1.4.1.8072");
    check("IP-MIB::ipNetToMediaPhysAddress[2][192.0.2.1]", "1.3.6.1.2.1.4.22.1.2.2.192.0.2.1");
    check("IP-MIB::ipNetToPhysicalState.2.ipv4.\"192.0.2.1\"", "1.3.6.1.2.1.4.35.1.7.2.1.4.192.0.2.1");
    check("IP-MIB::ipAddressIfIndex[ipv4][\"192.0.2.1\"]", "1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1");
    check(
        "IP-MIB::ipAddressPrefixOrigin.1.ipv6.\"20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:00\".32",
        "1.3.6.1.2.1.4.32.1.5.1.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.32",
    );
}

#[test]
fn the_names_that_net_snmp_loads_by_default_are_known() {
    for (name, oid) in [
        ("SNMPv2-MIB::snmpInPkts.0", "1.3.6.1.2.1.11.1.0"),
        ("SNMPv2-MIB::snmpTrapOID.0", "1.3.6.1.6.3.1.1.4.1.0"),
        ("IF-MIB::linkDown", "1.3.6.1.6.3.1.1.5.3"),
        ("NET-SNMP-MIB::netSnmpAgentOIDs.10", "1.3.6.1.4.1.8072.3.2.10"),
        ("NET-SNMP-TC::linux", "1.3.6.1.4.1.8072.3.2.10"),
        ("UCD-SNMP-MIB::linux", "1.3.6.1.4.1.2021.250.10"),
        ("netSnmpAgentOIDs.linux", "1.3.6.1.4.1.8072.3.2.10"),
        ("UCD-SNMP-MIB::memTotalReal.0", "1.3.6.1.4.1.2021.4.5.0"),
        ("UCD-DISKIO-MIB::diskIODevice.3", "1.3.6.1.4.1.2021.13.15.1.1.2.3"),
        ("LM-SENSORS-MIB::lmTempSensorsValue.1", "1.3.6.1.4.1.2021.13.16.2.1.3.1"),
        ("NET-SNMP-AGENT-MIB::nsModuleName.1", "1.3.6.1.4.1.8072.1.2.1.1.4.1"),
        ("HOST-RESOURCES-MIB::hrDeviceDescr.1", "1.3.6.1.2.1.25.3.2.1.3.1"),
        ("HOST-RESOURCES-TYPES::hrDeviceProcessor", "1.3.6.1.2.1.25.3.1.3"),
        ("IP-MIB::ipSystemStatsInReceives.ipv4", "1.3.6.1.2.1.4.31.1.1.3.1"),
        ("RFC1213-MIB::ipRouteDest.0.0.0.0", "1.3.6.1.2.1.4.21.1.1.0.0.0.0"),
        ("IP-FORWARD-MIB::inetCidrRouteNumber.0", "1.3.6.1.2.1.4.24.6.0"),
        (
            "TCP-MIB::tcpConnectionState.ipv4.\"192.0.2.1\".22.ipv4.\"192.0.2.2\".40000",
            "1.3.6.1.2.1.6.19.1.7.1.4.192.0.2.1.22.1.4.192.0.2.2.40000",
        ),
        (
            "UDP-MIB::udpEndpointProcess.ipv4.\"0.0.0.0\".161.unknown.\"\".0.7",
            "1.3.6.1.2.1.7.7.1.8.1.4.0.0.0.0.161.0.0.0.7",
        ),
        ("SNMP-TARGET-MIB::snmpTargetSpinLock.0", "1.3.6.1.6.3.12.1.1.0"),
        ("SNMP-MPD-MIB::snmpUnknownSecurityModels.0", "1.3.6.1.6.3.11.2.1.1.0"),
        ("SNMP-USER-BASED-SM-MIB::usmStatsWrongDigests.0", "1.3.6.1.6.3.15.1.1.5.0"),
        ("DISMAN-EVENT-MIB::mteResourceSampleMinimum.0", "1.3.6.1.2.1.88.1.1.1.0"),
        ("IEEE8023-LAG-MIB::dot3adAggPortAttachedAggID.3", "1.2.840.10006.300.43.1.2.1.1.13.3"),
        ("EtherLike-MIB::dot3StatsDuplexStatus.3", "1.3.6.1.2.1.10.7.2.1.19.3"),
        ("IPV6-MIB::ipv6AddrPfxLength.3.1", "1.3.6.1.2.1.55.1.8.1.2.3.1"),
        ("CISCO-IETF-IP-MIB::cInetNetToMediaPhysAddress.1", "1.3.6.1.4.1.9.10.86.1.1.3.1.3.1"),
        ("BRIDGE-MIB::dot1dBaseNumPorts.0", "1.3.6.1.2.1.17.1.2.0"),
    ] {
        check(name, oid);
    }
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    let advice = "make it with `snmpwalk -On`";
    check(
        "CISCO-PROCESS-MIB::cpmCPUTotal5minRev.1",
        &format!("unknown name `CISCO-PROCESS-MIB::cpmCPUTotal5minRev.1`: {advice}"),
    );
    // Two systems of one name.
    check("linux", &format!("unknown name `linux`: {advice}"));
    // Another module's node of the same name, and a number below a node of its own.
    check("VENDOR-MIB::system.1", &format!("unknown name `VENDOR-MIB::system.1`: {advice}"));
    check("SNMPv2-MIB::9999.1", &format!("unknown name `SNMPv2-MIB::9999.1`: {advice}"));
    check("interfaces.sysDescr.0", &format!("unknown name `interfaces.sysDescr.0`: {advice}"));
    check("IP-MIB::ipAddressIfIndex.dns.\"a\"", &format!("the index is not written in numbers: {advice}"));
    check("IP-MIB::ipAddressIfIndex.ipv4.\"a\"", &format!("the index is not written in numbers: {advice}"));
    check("iso", "not an object identifier: it begins with 0 or 1 and an arc below 40, or with 2 and any arc");
}
