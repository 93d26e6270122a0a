//! The notifications and the objects that they carry, as their MIBs name them.

use snmp_proxy_sdk::enumeration::Names;
use snmp_proxy_sdk::oid;
use snmp_proxy_sdk::traps::Severity;

/// An object.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) oid: &'static [u32],
    pub(crate) name: &'static str,
    pub(crate) mib: &'static str,
    pub(crate) syntax: Syntax,
}

/// What an object's numbers are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Syntax {
    /// A number or a text.
    Plain,
    /// One of a few.
    Enumeration(&'static Names),
}

/// A notification, and what it tells in a word.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) oid: &'static [u32],
    pub(crate) name: &'static str,
    pub(crate) mib: &'static str,
    /// The word for programs, `decoded.event`.
    pub(crate) word: &'static str,
    /// How much it matters when no state says it better.
    pub(crate) severity: Severity,
}

/// The object that a name is an instance of, and its index.
pub(crate) fn find(name: &[u32]) -> Option<(&'static Object, &[u32])> {
    OBJECTS.iter().find_map(|object| Some((object, name.strip_prefix(object.oid)?)))
}

/// The notification of this OID, with the zero before its last arc or without it: a proxy may have left it out
/// (RFC 3584 section 3).
pub(crate) fn event(trap: &[u32]) -> Option<&'static Event> {
    let without_zero = |event: &Event| match (event.oid, trap) {
        ([head @ .., 0, last], [before @ .., arc]) => head == before && last == arc,
        _ => false,
    };
    EVENTS.iter().find(|event| event.oid == trap || without_zero(event))
}

/// All of them.
#[cfg(test)]
pub(crate) fn events() -> &'static [Event] {
    EVENTS
}

const CONFIG: &str = "CISCO-CONFIG-MAN-MIB";
const ENVMON: &str = "CISCO-ENVMON-MIB";
const FRU: &str = "CISCO-ENTITY-FRU-CONTROL-MIB";
const SYSLOG: &str = "CISCO-SYSLOG-MIB";
const SENSOR: &str = "CISCO-ENTITY-SENSOR-MIB";

macro_rules! events {
    ($($mib:ident $oid:literal $name:ident $word:ident $severity:ident;)+) => {
        static EVENTS: &[Event] = &[$(Event {
            oid: oid!($oid),
            name: stringify!($name),
            mib: $mib,
            word: stringify!($word),
            severity: Severity::$severity,
        }),+];
    };
}

events! {
    CONFIG "1.3.6.1.4.1.9.9.43.2.0.1" ciscoConfigManEvent configuration_changed Notice;
    CONFIG "1.3.6.1.4.1.9.9.43.2.0.2" ccmCLIRunningConfigChanged configuration_changed Notice;
    CONFIG "1.3.6.1.4.1.9.9.43.2.0.3" ccmCTIDRolledOver change_number_rolled_over Informational;
    SYSLOG "1.3.6.1.4.1.9.9.41.2.0.1" clogMessageGenerated log_message Notice;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.1" ciscoEnvMonShutdownNotification shutdown Emergency;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.2" ciscoEnvMonVoltageNotification voltage Error;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.3" ciscoEnvMonTemperatureNotification temperature Error;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.4" ciscoEnvMonFanNotification fan Error;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.5" ciscoEnvMonRedundantSupplyNotification power_supply Error;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.6" ciscoEnvMonVoltStatusChangeNotif voltage Error;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.7" ciscoEnvMonTempStatusChangeNotif temperature Error;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.8" ciscoEnvMonFanStatusChangeNotif fan Error;
    ENVMON "1.3.6.1.4.1.9.9.13.3.0.9" ciscoEnvMonSuppStatusChangeNotif power_supply Error;
    SENSOR "1.3.6.1.4.1.9.9.91.2.0.1" entSensorThresholdNotification sensor_threshold Warning;
    FRU "1.3.6.1.4.1.9.9.117.2.0.1" cefcModuleStatusChange module_status Warning;
    FRU "1.3.6.1.4.1.9.9.117.2.0.2" cefcPowerStatusChange power_status Warning;
    FRU "1.3.6.1.4.1.9.9.117.2.0.3" cefcFRUInserted part_inserted Notice;
    FRU "1.3.6.1.4.1.9.9.117.2.0.4" cefcFRURemoved part_removed Warning;
    FRU "1.3.6.1.4.1.9.9.117.2.0.5" cefcUnrecognizedFRU part_unrecognized Warning;
    FRU "1.3.6.1.4.1.9.9.117.2.0.6" cefcFanTrayStatusChange fan_tray_status Error;
}

const COMMAND_SOURCE: &Names = &[(1, "commandLine"), (2, "snmp")];
/// Where a configuration came from or went to (HistoryEventMedium).
const MEDIUM: &Names = &[
    (1, "erase"),
    (2, "commandSource"),
    (3, "running"),
    (4, "startup"),
    (5, "local"),
    (6, "networkTftp"),
    (7, "networkRcp"),
    (8, "networkFtp"),
    (9, "networkScp"),
];
const TERMINAL: &Names =
    &[(1, "notApplicable"), (2, "unknown"), (3, "console"), (4, "terminal"), (5, "virtual"), (6, "auxiliary")];
const ENVIRONMENT: &Names =
    &[(1, "normal"), (2, "warning"), (3, "critical"), (4, "shutdown"), (5, "notPresent"), (6, "notFunctioning")];
const SUPPLY_SOURCE: &Names =
    &[(1, "unknown"), (2, "ac"), (3, "dc"), (4, "externalPowerSupply"), (5, "internalRedundant")];
/// Counted from 1, so one more than RFC 5424's numbers.
const LOG_SEVERITY: &Names = &[
    (1, "emergency"),
    (2, "alert"),
    (3, "critical"),
    (4, "error"),
    (5, "warning"),
    (6, "notice"),
    (7, "info"),
    (8, "debug"),
];
const MODULE_STATUS: &Names = &[
    (1, "unknown"),
    (2, "ok"),
    (3, "disabled"),
    (4, "okButDiagFailed"),
    (5, "boot"),
    (6, "selfTest"),
    (7, "failed"),
    (8, "missing"),
    (9, "mismatchWithParent"),
    (10, "mismatchConfig"),
    (11, "diagFailed"),
    (12, "dormant"),
    (13, "outOfServiceAdmin"),
    (14, "outOfServiceEnvTemp"),
    (15, "poweredDown"),
    (16, "poweredUp"),
    (17, "powerDenied"),
    (18, "powerCycled"),
    (19, "okButPowerOverWarning"),
    (20, "okButPowerOverCritical"),
    (21, "syncInProgress"),
    (22, "upgrading"),
    (23, "okButAuthFailed"),
];
const POWER_STATUS: &Names = &[
    (1, "offEnvOther"),
    (2, "on"),
    (3, "offAdmin"),
    (4, "offDenied"),
    (5, "offEnvPower"),
    (6, "offEnvTemp"),
    (7, "offEnvFan"),
    (8, "failed"),
    (9, "onButFanFail"),
    (10, "offCooling"),
    (11, "offConnectorRating"),
    (12, "onButInlinePowerFail"),
];
const POWER_ADMIN: &Names = &[(1, "on"), (2, "off"), (3, "inlineAuto"), (4, "inlineOn"), (5, "powerCycle")];
const FAN_STATUS: &Names = &[(1, "unknown"), (2, "up"), (3, "down"), (4, "warning")];

macro_rules! objects {
    ($($mib:ident $oid:literal $name:ident $($names:ident)?;)+) => {
        static OBJECTS: &[Object] = &[$(Object {
            oid: oid!($oid),
            name: stringify!($name),
            mib: $mib,
            syntax: objects!(@syntax $($names)?),
        }),+];
    };
    (@syntax) => { Syntax::Plain };
    (@syntax $names:ident) => { Syntax::Enumeration($names) };
}

objects! {
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.1" ccmHistoryRunningLastChanged;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.3" ccmHistoryEventCommandSource COMMAND_SOURCE;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.4" ccmHistoryEventConfigSource MEDIUM;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.5" ccmHistoryEventConfigDestination MEDIUM;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.6" ccmHistoryEventTerminalType TERMINAL;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.7" ccmHistoryEventTerminalNumber;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.8" ccmHistoryEventTerminalUser;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.9" ccmHistoryEventTerminalLocation;
    CONFIG "1.3.6.1.4.1.9.9.43.1.1.6.1.10" ccmHistoryEventCommandSourceAddress;
    SYSLOG "1.3.6.1.4.1.9.9.41.1.2.3.1.2" clogHistFacility;
    SYSLOG "1.3.6.1.4.1.9.9.41.1.2.3.1.3" clogHistSeverity LOG_SEVERITY;
    SYSLOG "1.3.6.1.4.1.9.9.41.1.2.3.1.4" clogHistMsgName;
    SYSLOG "1.3.6.1.4.1.9.9.41.1.2.3.1.5" clogHistMsgText;
    SYSLOG "1.3.6.1.4.1.9.9.41.1.2.3.1.6" clogHistTimestamp;
    ENVMON "1.3.6.1.4.1.9.9.13.1.2.1.2" ciscoEnvMonVoltageStatusDescr;
    ENVMON "1.3.6.1.4.1.9.9.13.1.2.1.3" ciscoEnvMonVoltageStatusValue;
    ENVMON "1.3.6.1.4.1.9.9.13.1.2.1.7" ciscoEnvMonVoltageState ENVIRONMENT;
    ENVMON "1.3.6.1.4.1.9.9.13.1.3.1.2" ciscoEnvMonTemperatureStatusDescr;
    ENVMON "1.3.6.1.4.1.9.9.13.1.3.1.3" ciscoEnvMonTemperatureStatusValue;
    ENVMON "1.3.6.1.4.1.9.9.13.1.3.1.6" ciscoEnvMonTemperatureState ENVIRONMENT;
    ENVMON "1.3.6.1.4.1.9.9.13.1.4.1.2" ciscoEnvMonFanStatusDescr;
    ENVMON "1.3.6.1.4.1.9.9.13.1.4.1.3" ciscoEnvMonFanState ENVIRONMENT;
    ENVMON "1.3.6.1.4.1.9.9.13.1.5.1.2" ciscoEnvMonSupplyStatusDescr;
    ENVMON "1.3.6.1.4.1.9.9.13.1.5.1.3" ciscoEnvMonSupplyState ENVIRONMENT;
    ENVMON "1.3.6.1.4.1.9.9.13.1.5.1.4" ciscoEnvMonSupplySource SUPPLY_SOURCE;
    SENSOR "1.3.6.1.4.1.9.9.91.1.1.1.1.4" entSensorValue;
    SENSOR "1.3.6.1.4.1.9.9.91.1.2.1.1.4" entSensorThresholdValue;
    FRU "1.3.6.1.4.1.9.9.117.1.1.2.1.1" cefcFRUPowerAdminStatus POWER_ADMIN;
    FRU "1.3.6.1.4.1.9.9.117.1.1.2.1.2" cefcFRUPowerOperStatus POWER_STATUS;
    FRU "1.3.6.1.4.1.9.9.117.1.2.1.1.2" cefcModuleOperStatus MODULE_STATUS;
    FRU "1.3.6.1.4.1.9.9.117.1.2.1.1.8" cefcModuleUpTime;
    FRU "1.3.6.1.4.1.9.9.117.1.4.1.1.1" cefcFanTrayOperStatus FAN_STATUS;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_object_hides_another() {
        for (position, object) in OBJECTS.iter().enumerate() {
            let others = OBJECTS.iter().enumerate().filter(|(other, _)| *other != position);
            assert!(others.clone().all(|(_, other)| !other.oid.starts_with(object.oid)), "{}", object.name);
        }
    }
}
