//! The table of the standard modules: that it is whole, how large it is, and what is in it.

use std::borrow::Cow;

use crate::{Access, Base, Kind, Mibs, Table, mibs::STANDARD};

/// What users are promised, and what the trap decoder knew before there was this table.
const MODULES: &str = "AGENTX-MIB BFD-STD-MIB BGP4-MIB BGP4V2-MIB BRIDGE-MIB CISCO-CDP-MIB CISCO-CONFIG-MAN-MIB \
    CISCO-ENTITY-FRU-CONTROL-MIB CISCO-ENTITY-SENSOR-MIB CISCO-ENVMON-MIB CISCO-PROCESS-MIB CISCO-SMI CISCO-SYSLOG-MIB \
    CISCO-VTP-MIB DISMAN-EVENT-MIB DISMAN-PING-MIB DISMAN-SCHEDULE-MIB DISMAN-TRACEROUTE-MIB ENTITY-MIB \
    ENTITY-SENSOR-MIB ENTITY-STATE-MIB EtherLike-MIB HOST-RESOURCES-MIB HOST-RESOURCES-TYPES IANAifType-MIB \
    IEEE8023-LAG-MIB IF-MIB INET-ADDRESS-MIB IP-FORWARD-MIB IP-MIB ISIS-MIB KEEPALIVED-MIB LLDP-EXT-DOT1-MIB \
    LLDP-EXT-DOT3-MIB LLDP-EXT-MED-MIB LLDP-MIB LLDP-V2-MIB LM-SENSORS-MIB MAU-MIB MPLS-L3VPN-STD-MIB \
    MPLS-LDP-STD-MIB MPLS-LSR-STD-MIB NAGIOS-NOTIFY-MIB NET-SNMP-AGENT-MIB NET-SNMP-EXTEND-MIB NET-SNMP-MIB \
    NET-SNMP-TC NET-SNMP-VACM-MIB NOTIFICATION-LOG-MIB NTPv4-MIB OSPF-MIB OSPF-TRAP-MIB OSPFV3-MIB P-BRIDGE-MIB \
    PIM-STD-MIB POWER-ETHERNET-MIB Printer-MIB Q-BRIDGE-MIB RFC1213-MIB RIPv2-MIB RMON-MIB RSTP-MIB \
    SNMP-COMMUNITY-MIB SNMP-FRAMEWORK-MIB SNMP-MPD-MIB SNMP-NOTIFICATION-MIB SNMP-PROXY-MIB SNMP-TARGET-MIB \
    SNMP-TLS-TM-MIB SNMP-TSM-MIB SNMP-USER-BASED-SM-MIB SNMP-VIEW-BASED-ACM-MIB SNMPv2-MIB SNMPv2-SMI SNMPv2-TC \
    SQUID-MIB TCP-MIB UCD-DISKIO-MIB UCD-DLMOD-MIB UCD-SNMP-MIB UDP-MIB UPS-MIB VRRP-MIB VRRPV3-MIB";

/// What the table may take in the program.
const MAX_OCTETS: usize = 400_000;

#[test]
fn the_table_of_the_standard_modules_is_whole_and_small() {
    let table = Table::open(Cow::Borrowed(STANDARD)).unwrap();
    assert!(table.size() < MAX_OCTETS, "{} octets", table.size());
    assert_eq!(Mibs::standard().tables().len(), 1);
}

#[test]
fn every_module_that_is_promised_is_in() {
    let mibs = Mibs::standard();
    let missing: Vec<&str> = MODULES.split_whitespace().filter(|name| mibs.module(name).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let empty = mibs.tables()[0].modules().filter(|module| mibs.module(module.name()) != Some(*module));
    assert_eq!(empty.count(), 0);
}

#[test]
fn every_object_is_found_by_its_number_and_by_its_full_name() {
    let mibs = Mibs::standard();
    let mut count = 0;
    for object in mibs.tables()[0].objects().filter(|object| !object.name().is_empty()) {
        let oid = object.oid();
        let found = mibs.find(&oid).unwrap();
        // Some modules name an instance of what another one defines.
        if found.object.kind().has_instances() && found.object != object {
            assert_eq!(object.full_name(), "DISMAN-EVENT-MIB::sysUpTimeInstance");
        } else {
            assert_eq!((found.object, found.rest), (object, &[][..]), "{object:?}");
        }
        assert_eq!(mibs.read(&object.full_name()).unwrap().oid, oid, "{object:?}");
        count += 1;
    }
    assert!(count > 7_000, "{count}");
}

#[test]
fn every_object_with_values_has_a_syntax_and_every_column_an_index() {
    let mibs = Mibs::standard();
    for object in mibs.tables()[0].objects() {
        if object.kind().has_instances() {
            assert_ne!(object.syntax().unwrap().base(), Base::Unknown, "{object:?}");
        }
        if matches!(object.kind(), Kind::Column | Kind::Row | Kind::Table) {
            let index = object.index().unwrap_or_else(|| panic!("{object:?} has no index"));
            assert!(index.parts().len() > 0, "{object:?}");
            assert!(index.parts().all(|part| part.syntax().base() != Base::Unknown), "{object:?}");
        }
    }
}

/// What daemons answer, in tests/recordings.
#[test]
fn every_object_of_the_recorded_daemons_has_a_name() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings");
    let mut named = 0;
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "snmpwalk") {
            continue;
        }
        for line in std::fs::read_to_string(&file).unwrap().lines() {
            // What has no OID goes on from the line before.
            let Some((oid, _)) = line.strip_prefix('.').and_then(|line| line.split_once(" = ")) else { continue };
            let name = Mibs::standard().name(&crate::arcs_of(oid).unwrap());
            assert!(name.is_some(), "{oid} in {}", file.display());
            named += 1;
        }
    }
    assert!(named > 2_000, "{named}");
}

#[test]
fn facts_are_those_of_the_modules() {
    let mibs = Mibs::standard();
    let object = |name| mibs.read(name).unwrap().object.unwrap();
    let status = object("ifAdminStatus");
    assert_eq!((status.kind(), status.access()), (Kind::Column, Access::ReadWrite));
    let names: Vec<_> = status.syntax().unwrap().names().collect();
    assert_eq!(names, [(1, "up"), (2, "down"), (3, "testing")]);
    let speed = object("ifHighSpeed");
    assert_eq!((speed.syntax().unwrap().base(), speed.units()), (Base::Gauge, None));
    assert_eq!(object("entPhySensorValue").syntax().unwrap().convention(), Some("EntitySensorValue"));
    assert_eq!(object("hrStorageAllocationUnits").units(), Some("Bytes"));
    assert_eq!(object("sysDescr").syntax().unwrap().hint(), Some("255a"));
    assert_eq!(object("sysDescr").syntax().unwrap().ranges().collect::<Vec<_>>(), [(0, 255)]);
    assert_eq!(object("ifXTable").augments().map(|row| row.name()), Some("ifEntry"));
    let carried: Vec<_> = object("linkDown").notified().map(|object| object.name()).collect();
    assert_eq!(carried, ["ifIndex", "ifAdminStatus", "ifOperStatus"]);
    assert_eq!(object("ifTable").columns().map(|column| column.name()).last(), Some("ifSpecific"));
    let capabilities: Vec<_> =
        object("lldpRemSysCapEnabled").syntax().unwrap().names().map(|(_, name)| name).take(3).collect();
    assert_eq!(capabilities, ["other", "repeater", "bridge"]);
    assert_eq!(mibs.convention("TruthValue", None).unwrap().name_of(1), Some("true"));
    assert_eq!(mibs.convention("DateAndTime", Some("SNMPv2-TC")).unwrap().hint(), Some("2d-1d-1d,1d:1d:1d.1d,1a1d:1d"));
    assert!(mibs.convention("TruthValue", Some("IF-MIB")).is_none());
}

#[test]
fn a_standard_object_has_its_modern_module_and_keeps_its_old_name() {
    let mibs = Mibs::standard();
    assert_eq!(mibs.name(&super::oid("RFC1213-MIB::ifDescr.3")).unwrap(), "IF-MIB::ifDescr.3");
    assert_eq!(mibs.name(&super::oid("RFC1213-MIB::atPhysAddress")).unwrap(), "RFC1213-MIB::atPhysAddress");
}

#[test]
fn a_notification_has_either_of_its_two_numbers() {
    let mibs = Mibs::standard();
    let name = |oid: &str| {
        let oid = crate::arcs_of(oid).unwrap();
        mibs.notification(&oid).map(|found| format!("{} {:?}", found.object.name(), found.rest))
    };
    assert_eq!(name("1.3.6.1.2.1.15.7.1").as_deref(), Some("bgpEstablished []"));
    assert_eq!(name("1.3.6.1.6.3.1.1.5.3").as_deref(), Some("linkDown []"));
    assert_eq!(name("1.3.6.1.6.3.1.1.5.3.0").as_deref(), Some("linkDown [0]"));
    assert_eq!(name("1.3.6.1.6.3.1.1.5.0.3").as_deref(), Some("linkDown []"));
    // Without the zero it would be another object.
    assert_eq!(name("1.0.8802.1.1.2.0.1").as_deref(), Some("lldpRemTablesChange []"));
    assert_eq!(name("1.3.6.1.4.1.8072.4.2").as_deref(), Some("nsNotifyShutdown []"));
    assert_eq!(name("1.3.6.1.2.1.1.5"), None);
    assert_eq!(name("1.3.6.1.4.1.99999.1"), None);
}
