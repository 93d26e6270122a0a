//! Translates between the contract's types and those of this crate.

use ::snmp::{Value, Varbind};

use super::bindings::snmp_proxy::plugin::{job, snmp, types};
use crate::{DeviceError, ErrorKind, LogLevel, ReadOutcome, ReadStatus, Row};

pub(super) fn varbind(varbind: Varbind) -> types::Varbind {
    types::Varbind { name: varbind.name.arcs().to_vec(), value: value(varbind.value) }
}

pub(super) fn row(row: Row) -> snmp::Row {
    snmp::Row { index: row.index.arcs().to_vec(), cells: row.cells.into_iter().map(|cell| cell.map(value)).collect() }
}

fn value(from: Value) -> types::Value {
    match from {
        Value::Integer(number) => types::Value::Integer(number),
        Value::OctetString(octets) => types::Value::OctetString(octets),
        Value::Null => types::Value::Null,
        Value::ObjectIdentifier(oid) => types::Value::ObjectIdentifier(oid.arcs().to_vec()),
        Value::IpAddress([a, b, c, d]) => types::Value::IpAddress((a, b, c, d)),
        Value::Counter32(number) => types::Value::Counter32(number),
        Value::Gauge32(number) => types::Value::Gauge32(number),
        Value::TimeTicks(ticks) => types::Value::TimeTicks(ticks),
        Value::Opaque(octets) => types::Value::Opaque(octets),
        Value::NsapAddress(octets) => types::Value::NsapAddress(octets),
        Value::Counter64(number) => types::Value::Counter64(number),
        Value::UInteger32(number) => types::Value::Uinteger32(number),
        Value::NoSuchObject => types::Value::NoSuchObject,
        Value::NoSuchInstance => types::Value::NoSuchInstance,
        Value::EndOfMibView => types::Value::EndOfMibView,
        Value::Unknown { tag, octets } => types::Value::Unknown(types::UnknownValue { tag, octets }),
    }
}

pub(super) fn outcome(from: ReadOutcome) -> snmp::Outcome {
    snmp::Outcome {
        status: match from.status {
            ReadStatus::Complete => snmp::Status::Complete,
            ReadStatus::Unsupported => snmp::Status::Unsupported,
            ReadStatus::Partial => snmp::Status::Partial,
            ReadStatus::Failed => snmp::Status::Failed,
        },
        rows: from.rows,
        reason: from.reason,
        stopped_at: from.stopped_at.map(|oid| oid.arcs().to_vec()),
    }
}

pub(super) fn error(from: DeviceError) -> types::Error {
    types::Error { kind: kind(from.kind), message: from.message, at: from.at.map(|oid| oid.arcs().to_vec()) }
}

fn kind(from: ErrorKind) -> types::ErrorKind {
    match from {
        ErrorKind::Timeout => types::ErrorKind::Timeout,
        ErrorKind::AgentError => types::ErrorKind::AgentError,
        ErrorKind::Malformed => types::ErrorKind::Malformed,
        ErrorKind::Authentication => types::ErrorKind::Authentication,
        ErrorKind::NotDeclared => types::ErrorKind::NotDeclared,
        ErrorKind::LimitExceeded => types::ErrorKind::LimitExceeded,
        ErrorKind::InvalidArgument => types::ErrorKind::InvalidArgument,
        ErrorKind::Deadline => types::ErrorKind::Deadline,
        ErrorKind::Unsupported => types::ErrorKind::Unsupported,
        ErrorKind::Other => types::ErrorKind::Other,
    }
}

pub(super) fn kind_from(from: types::ErrorKind) -> ErrorKind {
    match from {
        types::ErrorKind::Timeout => ErrorKind::Timeout,
        types::ErrorKind::AgentError => ErrorKind::AgentError,
        types::ErrorKind::Malformed => ErrorKind::Malformed,
        types::ErrorKind::Authentication => ErrorKind::Authentication,
        types::ErrorKind::NotDeclared => ErrorKind::NotDeclared,
        types::ErrorKind::LimitExceeded => ErrorKind::LimitExceeded,
        types::ErrorKind::InvalidArgument => ErrorKind::InvalidArgument,
        types::ErrorKind::Deadline => ErrorKind::Deadline,
        types::ErrorKind::Unsupported => ErrorKind::Unsupported,
        types::ErrorKind::Other => ErrorKind::Other,
    }
}

pub(super) fn level_from(from: job::Level) -> LogLevel {
    match from {
        job::Level::Debug => LogLevel::Debug,
        job::Level::Info => LogLevel::Info,
        job::Level::Warn => LogLevel::Warn,
        job::Level::Error => LogLevel::Error,
    }
}
