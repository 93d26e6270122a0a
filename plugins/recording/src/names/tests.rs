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
fn what_is_not_known_is_refused_by_name() {
    let advice = "make it with `snmpwalk -On`";
    check(
        "HOST-RESOURCES-MIB::hrDeviceDescr.1",
        &format!("unknown name `HOST-RESOURCES-MIB::hrDeviceDescr.1`: {advice}"),
    );
    // Another module's node of the same name, and a number below a node of its own.
    check("VENDOR-MIB::system.1", &format!("unknown name `VENDOR-MIB::system.1`: {advice}"));
    check("SNMPv2-MIB::9999.1", &format!("unknown name `SNMPv2-MIB::9999.1`: {advice}"));
    check("interfaces.sysDescr.0", &format!("unknown name `interfaces.sysDescr.0`: {advice}"));
    check("IP-MIB::ipAddressIfIndex.dns.\"a\"", &format!("the index is not written in numbers: {advice}"));
    check("IP-MIB::ipAddressIfIndex.ipv4.\"a\"", &format!("the index is not written in numbers: {advice}"));
    check("iso", "not an object identifier: it begins with 0 or 1 and an arc below 40, or with 2 and any arc");
}

#[test]
fn every_object_lies_below_one_that_stands_before_it() {
    let mut known: Vec<&str> = ROOTS.map(|(name, _)| name).to_vec();
    for (parent, children) in OBJECTS {
        assert!(known.contains(parent), "{parent}");
        known.extend(children.iter().map(|(_, name, _)| *name));
    }
    let all = known.len();
    known.sort_unstable();
    known.dedup();
    assert_eq!(known.len(), all, "each name once");
}
