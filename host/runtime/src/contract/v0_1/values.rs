//! Translates between the contract's types and those of this crate.

use ::snmp::{Value, Varbind};

use super::bindings::snmp_proxy::plugin::{job, snmp, types};
use crate::{DeviceError, LogLevel, ReadOutcome, ReadStatus, Row};

pub(super) fn varbind(varbind: Varbind) -> types::Varbind {
    types::Varbind { name: varbind.name.arcs().to_vec(), value: value(varbind.value) }
}

pub(super) fn row(row: Row) -> snmp::Row {
    snmp::Row { index: row.index.arcs().to_vec(), cells: row.cells.into_iter().map(|cell| cell.map(value)).collect() }
}

fn value(from: Value) -> types::Value {
    match from {
        Value::Integer(number) => types::Value::Integer(number.into()),
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
        Value::Unknown { tag, octets } => unknown(tag, octets),
    }
}

/// The identifier octet of INTEGER (X.690 section 8.3).
const INTEGER: u8 = 0x02;

/// The low bits of an identifier octet that is the first of several, all set (X.690 section 8.1.2.4).
const SEVERAL: u8 = 0x1f;

/// A value that is not of its type: an INTEGER that fits into 64 bits is one all the same, everything else is kept.
fn unknown(tag: u8, octets: Vec<u8>) -> types::Value {
    if tag == INTEGER
        && let Some(number) = integer(&octets)
    {
        return types::Value::Integer(number);
    }
    if tag & SEVERAL != SEVERAL {
        return types::Value::Unknown(types::UnknownValue { tag: tag.into(), octets });
    }
    // All identifier octets stand before the contents; the last of them lacks the highest bit.
    let further = octets.iter().skip(1).take_while(|octet| **octet & 0x80 != 0).count();
    let identifier = octets.get(..further + 2).filter(|identifier| identifier.len() <= size_of::<u32>());
    let unknown = match identifier {
        Some(identifier) => types::UnknownValue {
            tag: identifier.iter().fold(0, |tag, octet| tag << 8 | u32::from(*octet)),
            octets: octets.get(identifier.len()..).unwrap_or_default().to_vec(),
        },
        None => types::UnknownValue { tag: 0, octets },
    };
    types::Value::Unknown(unknown)
}

/// The number of an INTEGER, however many octets it is padded with; none without octets and beyond 64 bits.
fn integer(octets: &[u8]) -> Option<i64> {
    let first = *octets.first()?;
    let (sign, start) = if first & 0x80 == 0 { (0, 0) } else { (0xff, -1) };
    let padding = octets.iter().take_while(|octet| **octet == sign).count();
    let digits = octets.get(padding..)?;
    let number = digits.iter().take(9).fold(i128::from(start), |number, octet| number << 8 | i128::from(*octet));
    if digits.len() > 8 { None } else { number.try_into().ok() }
}

pub(super) fn outcome(from: ReadOutcome) -> snmp::Outcome {
    snmp::Outcome {
        status: match from.status {
            ReadStatus::Complete => snmp::Status::Complete,
            ReadStatus::Unsupported => snmp::Status::Unsupported,
            ReadStatus::Partial => snmp::Status::Partial,
            ReadStatus::Failed => snmp::Status::Failed,
        },
        kind: from.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        // A walk's limit on rows may be greater, though nobody reads that many.
        rows: u32::try_from(from.rows).unwrap_or(u32::MAX),
        reason: from.reason,
        stopped_at: from.stopped_at.map(|oid| oid.arcs().to_vec()),
    }
}

pub(super) fn error(from: DeviceError) -> types::Error {
    types::Error {
        kind: from.kind.as_str().to_owned(),
        message: from.message,
        at: from.at.map(|oid| oid.arcs().to_vec()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "it reads better where it is called")]
    fn check(tag: u8, octets: &[u8], expected: types::Value) {
        assert_eq!(format!("{:?}", unknown(tag, octets.to_vec())), format!("{expected:?}"));
    }

    fn kept(tag: u32, octets: &[u8]) -> types::Value {
        types::Value::Unknown(types::UnknownValue { tag, octets: octets.to_vec() })
    }

    #[test]
    fn an_integer_of_more_octets_than_smi_allows_is_that_integer() {
        check(0x02, &[0, 0xff, 0xff, 0xff, 0xff], types::Value::Integer(4_294_967_295));
        check(0x02, &[0xff, 0x7f, 0xff, 0xff, 0xff], types::Value::Integer(-2_147_483_649));
        check(0x02, &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], types::Value::Integer(i64::MAX));
        check(0x02, &[0x80, 0, 0, 0, 0, 0, 0, 0], types::Value::Integer(i64::MIN));
        check(0x02, &[0, 0, 0, 0, 0, 0, 0, 0, 0, 7], types::Value::Integer(7));
        check(0x02, &[0, 0x80, 0, 0, 0, 0, 0, 0, 0], kept(0x02, &[0, 0x80, 0, 0, 0, 0, 0, 0, 0]));
        check(0x02, &[], kept(0x02, &[]));
        check(0x42, &[2, 0x54, 0x0b, 0xe4, 0], kept(0x42, &[2, 0x54, 0x0b, 0xe4, 0]));
    }

    #[test]
    fn an_identifier_is_one_number_and_not_in_the_octets() {
        check(0x9f, &[0x9f, 0x78, 0x40, 0x20], kept(0x9f78, &[0x40, 0x20]));
        check(0x9f, &[0x9f, 0x81, 0x82, 0x03, 0x40], kept(0x9f81_8203, &[0x40]));
        check(0x9f, &[0x9f, 0x81, 0x82, 0x83, 0x04, 0x40], kept(0, &[0x9f, 0x81, 0x82, 0x83, 0x04, 0x40]));
        check(0x9f, &[0x9f], kept(0, &[0x9f]));
        check(0x9f, &[0x9f, 0x81], kept(0, &[0x9f, 0x81]));
        check(0, &[1, 2], kept(0, &[1, 2]));
        check(0x49, &[1], kept(0x49, &[1]));
    }
}
