//! Values of recordings as the engine's, and the other way round.

use recording::Object;
use snmp::{Oid, Value, Varbind};

/// The varbind; always one, since recordings hold no name that is too long.
pub(super) fn to_varbind(object: Object) -> Option<Varbind> {
    use recording::Value as Recorded;

    let value = match object.value {
        Recorded::Integer(number) => Value::Integer(number),
        Recorded::OctetString(octets) => Value::OctetString(octets),
        Recorded::Null => Value::Null,
        Recorded::ObjectIdentifier(arcs) => Value::ObjectIdentifier(Oid::new(&arcs).ok()?),
        Recorded::IpAddress(address) => Value::IpAddress(address),
        Recorded::Counter32(number) => Value::Counter32(number),
        Recorded::Gauge32(number) => Value::Gauge32(number),
        Recorded::TimeTicks(ticks) => Value::TimeTicks(ticks),
        Recorded::Opaque(octets) => Value::Opaque(octets),
        Recorded::NsapAddress(octets) => Value::NsapAddress(octets),
        Recorded::Counter64(number) => Value::Counter64(number),
        Recorded::UInteger32(number) => Value::UInteger32(number),
        Recorded::NoSuchObject => Value::NoSuchObject,
        Recorded::NoSuchInstance => Value::NoSuchInstance,
        Recorded::EndOfMibView => Value::EndOfMibView,
        Recorded::Unknown { tag, octets } => Value::Unknown { tag, octets },
    };
    Some(Varbind { name: Oid::new(&object.name).ok()?, value })
}

pub(super) fn to_object(varbind: &Varbind) -> Object {
    use recording::Value as Recorded;

    let value = match varbind.value.clone() {
        Value::Integer(number) => Recorded::Integer(number),
        Value::OctetString(octets) => Recorded::OctetString(octets),
        Value::Null => Recorded::Null,
        Value::ObjectIdentifier(oid) => Recorded::ObjectIdentifier(oid.arcs().to_vec()),
        Value::IpAddress(address) => Recorded::IpAddress(address),
        Value::Counter32(number) => Recorded::Counter32(number),
        Value::Gauge32(number) => Recorded::Gauge32(number),
        Value::TimeTicks(ticks) => Recorded::TimeTicks(ticks),
        Value::Opaque(octets) => Recorded::Opaque(octets),
        Value::NsapAddress(octets) => Recorded::NsapAddress(octets),
        Value::Counter64(number) => Recorded::Counter64(number),
        Value::UInteger32(number) => Recorded::UInteger32(number),
        Value::NoSuchObject => Recorded::NoSuchObject,
        Value::NoSuchInstance => Recorded::NoSuchInstance,
        Value::EndOfMibView => Recorded::EndOfMibView,
        Value::Unknown { tag, octets } => Recorded::Unknown { tag, octets },
    };
    Object { name: varbind.name.arcs().to_vec(), value }
}
