//! The objects whose names and types are known: SNMPv2-SMI, SNMPv2-MIB (RFC 3418), IF-MIB (RFC 2863), IP-MIB (RFC 4293,
//! RFC 1213), SNMP-FRAMEWORK-MIB (RFC 3411), HOST-RESOURCES-MIB (RFC 2790), ENTITY-MIB (RFC 6933) and EtherLike-MIB
//! (RFC 3635), as far as the standard plugins read them.

use super::Syntax::{
    self, Counter32, Counter64, DateAndTime, Enumeration, Gauge32, Integer, IpAddress, Node, ObjectIdentifier, Octets,
    PhysAddress, Text, TimeTicks,
};

/// What lies below a node: arc, name, syntax.
type Children = &'static [(u32, &'static str, Syntax)];

/// By the name of the node above; each node stands before those below it.
pub(super) const OBJECTS: &[(&str, Children)] = &[
    ("ccitt", &[(0, "zeroDotZero", Node)]),
    ("iso", &[(3, "org", Node)]),
    ("org", &[(6, "dod", Node)]),
    ("dod", &[(1, "internet", Node)]),
    (
        "internet",
        &[
            (1, "directory", Node),
            (2, "mgmt", Node),
            (3, "experimental", Node),
            (4, "private", Node),
            (5, "security", Node),
            (6, "snmpV2", Node),
        ],
    ),
    ("mgmt", &[(1, "mib-2", Node)]),
    ("private", &[(1, "enterprises", Node)]),
    ("snmpV2", &[(1, "snmpDomains", Node), (2, "snmpProxys", Node), (3, "snmpModules", Node)]),
    (
        "mib-2",
        &[
            (1, "system", Node),
            (2, "interfaces", Node),
            (3, "at", Node),
            (4, "ip", Node),
            (10, "transmission", Node),
            (11, "snmp", Node),
            (25, "host", Node),
            (31, "ifMIB", Node),
            (47, "entityMIB", Node),
        ],
    ),
    (
        "system",
        &[
            (1, "sysDescr", Text),
            (2, "sysObjectID", ObjectIdentifier),
            (3, "sysUpTime", TimeTicks),
            (4, "sysContact", Text),
            (5, "sysName", Text),
            (6, "sysLocation", Text),
            (7, "sysServices", Integer),
            (8, "sysORLastChange", TimeTicks),
            (9, "sysORTable", Node),
        ],
    ),
    // The one instance that has a name of its own, in DISMAN-EVENT-MIB (RFC 2981); net-snmp prints it everywhere.
    ("sysUpTime", &[(0, "sysUpTimeInstance", TimeTicks)]),
    ("sysORTable", &[(1, "sysOREntry", Node)]),
    (
        "sysOREntry",
        &[
            (1, "sysORIndex", Integer),
            (2, "sysORID", ObjectIdentifier),
            (3, "sysORDescr", Text),
            (4, "sysORUpTime", TimeTicks),
        ],
    ),
    ("interfaces", &[(1, "ifNumber", Integer), (2, "ifTable", Node)]),
    ("ifTable", &[(1, "ifEntry", Node)]),
    (
        "ifEntry",
        &[
            (1, "ifIndex", Integer),
            (2, "ifDescr", Text),
            (3, "ifType", IF_TYPE),
            (4, "ifMtu", Integer),
            (5, "ifSpeed", Gauge32),
            (6, "ifPhysAddress", PhysAddress),
            (7, "ifAdminStatus", IF_STATUS),
            (8, "ifOperStatus", IF_STATUS),
            (9, "ifLastChange", TimeTicks),
            (10, "ifInOctets", Counter32),
            (11, "ifInUcastPkts", Counter32),
            (12, "ifInNUcastPkts", Counter32),
            (13, "ifInDiscards", Counter32),
            (14, "ifInErrors", Counter32),
            (15, "ifInUnknownProtos", Counter32),
            (16, "ifOutOctets", Counter32),
            (17, "ifOutUcastPkts", Counter32),
            (18, "ifOutNUcastPkts", Counter32),
            (19, "ifOutDiscards", Counter32),
            (20, "ifOutErrors", Counter32),
            (21, "ifOutQLen", Gauge32),
            (22, "ifSpecific", ObjectIdentifier),
        ],
    ),
    ("at", &[(1, "atTable", Node)]),
    ("atTable", &[(1, "atEntry", Node)]),
    // atNetAddress is a NetworkAddress, which net-snmp prints in hexadecimal where it has the MIB.
    ("atEntry", &[(1, "atIfIndex", Integer), (2, "atPhysAddress", PhysAddress), (3, "atNetAddress", IpAddress)]),
    (
        "ip",
        &[
            (1, "ipForwarding", Enumeration(&[("forwarding", 1), ("notForwarding", 2), ("not-forwarding", 2)])),
            (2, "ipDefaultTTL", Integer),
            (20, "ipAddrTable", Node),
            (22, "ipNetToMediaTable", Node),
            (32, "ipAddressPrefixTable", Node),
            (34, "ipAddressTable", Node),
            (35, "ipNetToPhysicalTable", Node),
        ],
    ),
    ("ipAddrTable", &[(1, "ipAddrEntry", Node)]),
    (
        "ipAddrEntry",
        &[
            (1, "ipAdEntAddr", IpAddress),
            (2, "ipAdEntIfIndex", Integer),
            (3, "ipAdEntNetMask", IpAddress),
            (4, "ipAdEntBcastAddr", Integer),
            (5, "ipAdEntReasmMaxSize", Integer),
        ],
    ),
    ("ipNetToMediaTable", &[(1, "ipNetToMediaEntry", Node)]),
    (
        "ipNetToMediaEntry",
        &[
            (1, "ipNetToMediaIfIndex", Integer),
            (2, "ipNetToMediaPhysAddress", PhysAddress),
            (3, "ipNetToMediaNetAddress", IpAddress),
            (4, "ipNetToMediaType", Enumeration(&[("other", 1), ("invalid", 2), ("dynamic", 3), ("static", 4)])),
        ],
    ),
    ("ipAddressPrefixTable", &[(1, "ipAddressPrefixEntry", Node)]),
    (
        "ipAddressPrefixEntry",
        &[
            (5, "ipAddressPrefixOrigin", IP_ADDRESS_PREFIX_ORIGIN),
            (6, "ipAddressPrefixOnLinkFlag", TRUTH_VALUE),
            (7, "ipAddressPrefixAutonomousFlag", TRUTH_VALUE),
            (8, "ipAddressPrefixAdvPreferredLifetime", Gauge32),
            (9, "ipAddressPrefixAdvValidLifetime", Gauge32),
        ],
    ),
    ("ipAddressTable", &[(1, "ipAddressEntry", Node)]),
    (
        "ipAddressEntry",
        &[
            (3, "ipAddressIfIndex", Integer),
            (4, "ipAddressType", Enumeration(&[("unicast", 1), ("anycast", 2), ("broadcast", 3)])),
            (5, "ipAddressPrefix", ObjectIdentifier),
            (6, "ipAddressOrigin", IP_ADDRESS_ORIGIN),
            (7, "ipAddressStatus", IP_ADDRESS_STATUS),
            (8, "ipAddressCreated", TimeTicks),
            (9, "ipAddressLastChanged", TimeTicks),
            (10, "ipAddressRowStatus", ROW_STATUS),
            (11, "ipAddressStorageType", STORAGE_TYPE),
        ],
    ),
    ("ipNetToPhysicalTable", &[(1, "ipNetToPhysicalEntry", Node)]),
    (
        "ipNetToPhysicalEntry",
        &[
            (4, "ipNetToPhysicalPhysAddress", PhysAddress),
            (5, "ipNetToPhysicalLastUpdated", TimeTicks),
            (
                6,
                "ipNetToPhysicalType",
                Enumeration(&[("other", 1), ("invalid", 2), ("dynamic", 3), ("static", 4), ("local", 5)]),
            ),
            (7, "ipNetToPhysicalState", IP_NET_TO_PHYSICAL_STATE),
            (8, "ipNetToPhysicalRowStatus", ROW_STATUS),
        ],
    ),
    ("transmission", &[(7, "dot3", Node)]),
    ("dot3", &[(2, "dot3StatsTable", Node)]),
    ("dot3StatsTable", &[(1, "dot3StatsEntry", Node)]),
    (
        "dot3StatsEntry",
        &[
            (1, "dot3StatsIndex", Integer),
            (19, "dot3StatsDuplexStatus", Enumeration(&[("unknown", 1), ("halfDuplex", 2), ("fullDuplex", 3)])),
        ],
    ),
    ("host", &[(1, "hrSystem", Node)]),
    (
        "hrSystem",
        &[
            (1, "hrSystemUptime", TimeTicks),
            (2, "hrSystemDate", DateAndTime),
            (3, "hrSystemInitialLoadDevice", Integer),
            (4, "hrSystemInitialLoadParameters", Text),
            (5, "hrSystemNumUsers", Gauge32),
            (6, "hrSystemProcesses", Gauge32),
            (7, "hrSystemMaxProcesses", Integer),
        ],
    ),
    ("ifMIB", &[(1, "ifMIBObjects", Node)]),
    (
        "ifMIBObjects",
        &[
            (1, "ifXTable", Node),
            (2, "ifStackTable", Node),
            (5, "ifTableLastChange", TimeTicks),
            (6, "ifStackLastChange", TimeTicks),
        ],
    ),
    ("ifXTable", &[(1, "ifXEntry", Node)]),
    (
        "ifXEntry",
        &[
            (1, "ifName", Text),
            (2, "ifInMulticastPkts", Counter32),
            (3, "ifInBroadcastPkts", Counter32),
            (4, "ifOutMulticastPkts", Counter32),
            (5, "ifOutBroadcastPkts", Counter32),
            (6, "ifHCInOctets", Counter64),
            (7, "ifHCInUcastPkts", Counter64),
            (8, "ifHCInMulticastPkts", Counter64),
            (9, "ifHCInBroadcastPkts", Counter64),
            (10, "ifHCOutOctets", Counter64),
            (11, "ifHCOutUcastPkts", Counter64),
            (12, "ifHCOutMulticastPkts", Counter64),
            (13, "ifHCOutBroadcastPkts", Counter64),
            (14, "ifLinkUpDownTrapEnable", Enumeration(&[("enabled", 1), ("disabled", 2)])),
            (15, "ifHighSpeed", Gauge32),
            (16, "ifPromiscuousMode", TRUTH_VALUE),
            (17, "ifConnectorPresent", TRUTH_VALUE),
            (18, "ifAlias", Text),
            (19, "ifCounterDiscontinuityTime", TimeTicks),
        ],
    ),
    ("ifStackTable", &[(1, "ifStackEntry", Node)]),
    ("ifStackEntry", &[(3, "ifStackStatus", ROW_STATUS)]),
    ("entityMIB", &[(1, "entityMIBObjects", Node)]),
    ("entityMIBObjects", &[(1, "entityPhysical", Node)]),
    ("entityPhysical", &[(1, "entPhysicalTable", Node)]),
    ("entPhysicalTable", &[(1, "entPhysicalEntry", Node)]),
    (
        "entPhysicalEntry",
        &[
            (2, "entPhysicalDescr", Text),
            (3, "entPhysicalVendorType", ObjectIdentifier),
            (4, "entPhysicalContainedIn", Integer),
            (5, "entPhysicalClass", ENT_PHYSICAL_CLASS),
            (6, "entPhysicalParentRelPos", Integer),
            (7, "entPhysicalName", Text),
            (8, "entPhysicalHardwareRev", Text),
            (9, "entPhysicalFirmwareRev", Text),
            (10, "entPhysicalSoftwareRev", Text),
            (11, "entPhysicalSerialNum", Text),
            (12, "entPhysicalMfgName", Text),
            (13, "entPhysicalModelName", Text),
            (14, "entPhysicalAlias", Text),
            (15, "entPhysicalAssetID", Text),
            (16, "entPhysicalIsFRU", TRUTH_VALUE),
            (17, "entPhysicalMfgDate", DateAndTime),
            (18, "entPhysicalUris", Octets),
        ],
    ),
    ("snmpModules", &[(10, "snmpFrameworkMIB", Node)]),
    ("snmpFrameworkMIB", &[(2, "snmpFrameworkMIBObjects", Node)]),
    ("snmpFrameworkMIBObjects", &[(1, "snmpEngine", Node)]),
    (
        "snmpEngine",
        &[
            (1, "snmpEngineID", Octets),
            (2, "snmpEngineBoots", Integer),
            (3, "snmpEngineTime", Integer),
            (4, "snmpEngineMaxMessageSize", Integer),
        ],
    ),
];

const IF_STATUS: Syntax = Enumeration(&[
    ("up", 1),
    ("down", 2),
    ("testing", 3),
    ("unknown", 4),
    ("dormant", 5),
    ("notPresent", 6),
    ("lowerLayerDown", 7),
]);

/// The types that most devices have (IANAifType-MIB), and RFC 1213's spelling of the oldest; others are refused.
const IF_TYPE: Syntax = Enumeration(&[
    ("other", 1),
    ("ethernetCsmacd", 6),
    ("ethernet-csmacd", 6),
    ("ppp", 23),
    ("softwareLoopback", 24),
    ("frameRelay", 32),
    ("atm", 37),
    ("sonet", 39),
    ("propVirtual", 53),
    ("propMultiplexor", 54),
    ("fibreChannel", 56),
    ("ieee80211", 71),
    ("gigabitEthernet", 117),
    ("tunnel", 131),
    ("l2vlan", 135),
    ("l3ipvlan", 136),
    ("mplsTunnel", 150),
    ("ieee8023adLag", 161),
    ("mpls", 166),
    ("bridge", 209),
]);

const TRUTH_VALUE: Syntax = Enumeration(&[("true", 1), ("false", 2)]);

const ROW_STATUS: Syntax = Enumeration(&[
    ("active", 1),
    ("notInService", 2),
    ("notReady", 3),
    ("createAndGo", 4),
    ("createAndWait", 5),
    ("destroy", 6),
]);

const STORAGE_TYPE: Syntax =
    Enumeration(&[("other", 1), ("volatile", 2), ("nonVolatile", 3), ("permanent", 4), ("readOnly", 5)]);

const IP_ADDRESS_ORIGIN: Syntax =
    Enumeration(&[("other", 1), ("manual", 2), ("dhcp", 4), ("linklayer", 5), ("random", 6)]);

const IP_ADDRESS_PREFIX_ORIGIN: Syntax =
    Enumeration(&[("other", 1), ("manual", 2), ("wellknown", 3), ("dhcp", 4), ("routeradv", 5)]);

const IP_ADDRESS_STATUS: Syntax = Enumeration(&[
    ("preferred", 1),
    ("deprecated", 2),
    ("invalid", 3),
    ("inaccessible", 4),
    ("unknown", 5),
    ("tentative", 6),
    ("duplicate", 7),
    ("optimistic", 8),
]);

const IP_NET_TO_PHYSICAL_STATE: Syntax = Enumeration(&[
    ("reachable", 1),
    ("stale", 2),
    ("delay", 3),
    ("probe", 4),
    ("invalid", 5),
    ("unknown", 6),
    ("incomplete", 7),
]);

const ENT_PHYSICAL_CLASS: Syntax = Enumeration(&[
    ("other", 1),
    ("unknown", 2),
    ("chassis", 3),
    ("backplane", 4),
    ("container", 5),
    ("powerSupply", 6),
    ("fan", 7),
    ("sensor", 8),
    ("module", 9),
    ("port", 10),
    ("stack", 11),
    ("cpu", 12),
    ("energyObject", 13),
    ("battery", 14),
    ("storageDrive", 15),
]);
