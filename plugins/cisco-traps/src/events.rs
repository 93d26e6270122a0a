//! What happened, in the words of `decoded`: the event, the part and its state, who and from where.

use snmp_proxy_sdk::oids::dotted;
use snmp_proxy_sdk::serde_json::Value;
use snmp_proxy_sdk::traps::{Additions, RecordedVarbind, Severity, TrapRecord};
use snmp_proxy_sdk::{enumeration, oid};

use crate::objects::{self, Event, Syntax};

/// Adds `decoded` and the severity.
pub(crate) fn describe(event: &Event, record: &TrapRecord, additions: Additions) -> Additions {
    let mut additions = additions.decoded("event", event.word);
    let mut severity = event.severity;
    for &(member, object) in MEMBERS {
        let Some((_, index, varbind)) = record.find(object) else { continue };
        if let Some(value) = value_of(object, varbind) {
            if member == "state" {
                severity = state_severity(value.as_str()).unwrap_or(severity);
            }
            if member == "log_severity" {
                severity = log_severity(varbind.value.as_i64()).unwrap_or(severity);
            }
            additions = additions.decoded(member, value);
        }
        if PART_OBJECTS.iter().any(|part| object.starts_with(part)) && !index.is_empty() {
            additions = additions.decoded("part_index", dotted(index));
        }
    }
    additions.severity(severity)
}

/// The members of `decoded`, and the objects that they come from. A notification carries the objects of one table, so
/// that no member has two sources.
const MEMBERS: &[(&str, &[u32])] = &[
    ("command_source", oid!("1.3.6.1.4.1.9.9.43.1.1.6.1.3")),
    ("config_source", oid!("1.3.6.1.4.1.9.9.43.1.1.6.1.4")),
    ("config_destination", oid!("1.3.6.1.4.1.9.9.43.1.1.6.1.5")),
    ("terminal", oid!("1.3.6.1.4.1.9.9.43.1.1.6.1.6")),
    ("user", oid!("1.3.6.1.4.1.9.9.43.1.1.6.1.8")),
    ("user_location", oid!("1.3.6.1.4.1.9.9.43.1.1.6.1.9")),
    ("user_address", oid!("1.3.6.1.4.1.9.9.43.1.1.6.1.10")),
    ("facility", oid!("1.3.6.1.4.1.9.9.41.1.2.3.1.2")),
    ("log_severity", oid!("1.3.6.1.4.1.9.9.41.1.2.3.1.3")),
    ("mnemonic", oid!("1.3.6.1.4.1.9.9.41.1.2.3.1.4")),
    ("message", oid!("1.3.6.1.4.1.9.9.41.1.2.3.1.5")),
    ("part", oid!("1.3.6.1.4.1.9.9.13.1.2.1.2")),
    ("millivolts", oid!("1.3.6.1.4.1.9.9.13.1.2.1.3")),
    ("state", oid!("1.3.6.1.4.1.9.9.13.1.2.1.7")),
    ("part", oid!("1.3.6.1.4.1.9.9.13.1.3.1.2")),
    ("celsius", oid!("1.3.6.1.4.1.9.9.13.1.3.1.3")),
    ("state", oid!("1.3.6.1.4.1.9.9.13.1.3.1.6")),
    ("part", oid!("1.3.6.1.4.1.9.9.13.1.4.1.2")),
    ("state", oid!("1.3.6.1.4.1.9.9.13.1.4.1.3")),
    ("part", oid!("1.3.6.1.4.1.9.9.13.1.5.1.2")),
    ("state", oid!("1.3.6.1.4.1.9.9.13.1.5.1.3")),
    ("sensor_value", oid!("1.3.6.1.4.1.9.9.91.1.1.1.1.4")),
    ("threshold", oid!("1.3.6.1.4.1.9.9.91.1.2.1.1.4")),
    ("state", oid!("1.3.6.1.4.1.9.9.117.1.1.2.1.2")),
    ("state", oid!("1.3.6.1.4.1.9.9.117.1.2.1.1.2")),
    ("state", oid!("1.3.6.1.4.1.9.9.117.1.4.1.1.1")),
];

/// Where the index says which part it is: of the environment's tables, or the entPhysicalIndex.
const PART_OBJECTS: &[&[u32]] =
    &[oid!("1.3.6.1.4.1.9.9.13"), oid!("1.3.6.1.4.1.9.9.91.1.1"), oid!("1.3.6.1.4.1.9.9.117")];

/// The name of a number of an enumeration, else the number, else the text.
fn value_of(object: &[u32], varbind: &RecordedVarbind) -> Option<Value> {
    let syntax = objects::find(object)?.0.syntax;
    match (syntax, varbind.value.as_i64()) {
        (Syntax::Enumeration(names), Some(number)) => {
            Some(enumeration::name_of(names, number).map_or(number.into(), Value::from))
        }
        (Syntax::Enumeration(_), None) => None,
        (Syntax::Plain, Some(number)) => Some(number.into()),
        (Syntax::Plain, None) => varbind.text.clone().filter(|text| !text.is_empty()).map(Value::from),
    }
}

/// How bad a state is. Of states that say nothing, the event's own severity stands.
fn state_severity(state: Option<&str>) -> Option<Severity> {
    Some(match state? {
        "normal" | "ok" | "on" | "up" | "poweredUp" => Severity::Notice,
        "warning" | "okButDiagFailed" | "okButPowerOverWarning" | "onButFanFail" | "notPresent" | "missing" => {
            Severity::Warning
        }
        "critical"
        | "failed"
        | "diagFailed"
        | "okButPowerOverCritical"
        | "notFunctioning"
        | "offEnvTemp"
        | "offEnvFan"
        | "outOfServiceEnvTemp" => Severity::Critical,
        "shutdown" => Severity::Emergency,
        "down" | "powerDenied" | "offDenied" | "offEnvPower" => Severity::Error,
        _ => return None,
    })
}

/// The severity of a log message is the notification's own. Cisco counts from 1.
fn log_severity(number: Option<i64>) -> Option<Severity> {
    Some(match number? {
        1 => Severity::Emergency,
        2 => Severity::Alert,
        3 => Severity::Critical,
        4 => Severity::Error,
        5 => Severity::Warning,
        6 => Severity::Notice,
        7 => Severity::Informational,
        8 => Severity::Debug,
        _ => return None,
    })
}
