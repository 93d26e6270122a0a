//! Notifications: what an agent says without being asked (RFC 3416 sections 4.2.6 and 4.2.7, RFC 1157 section 4.1.6).
//!
//! [`Notification`] is one of versions 2c and 3, as a trap or as an inform; [`TrapV1`] is the one of version 1, which is
//! built unlike any other PDU. `mapping` makes the one of the other, and `number` knows that one event has two numbers then. Pure: what sends them is the session.

mod mapping;
mod number;
#[cfg(test)]
mod tests;

use std::net::Ipv4Addr;

pub use self::{mapping::MappingError, number::is_below};
use crate::{
    Oid, Value, Varbind,
    ber::{Writer, tag},
};

/// A notification of version 2c or 3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Hundredths of a second since its sender started: written as sysUpTime.0, the first varbind.
    pub uptime: u32,
    /// What happened: written as snmpTrapOID.0, the second varbind.
    pub trap_oid: Oid,
    /// What else there is to say, without those two.
    pub varbinds: Vec<Varbind>,
}

/// A notification of version 1 (Trap-PDU).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrapV1 {
    /// What kind of agent it comes from, or under which name the trap is defined.
    pub enterprise: Oid,
    /// The agent's address; 0.0.0.0 where it has none of IPv4.
    pub agent_addr: Ipv4Addr,
    /// 0 to 5 are the standard traps, 6 is one of the enterprise; written as it is, whatever it is.
    pub generic: i32,
    /// Which of the enterprise's traps it is; means something with generic 6 only.
    pub specific: i32,
    /// Hundredths of a second since the agent started.
    pub timestamp: u32,
    /// What else there is to say.
    pub varbinds: Vec<Varbind>,
}

/// How a [`Notification`] is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotificationClass {
    /// Once, and whether it arrived is not known.
    Trap,
    /// Until it is acknowledged.
    Inform,
}

impl Notification {
    /// The name of the varbind at a place that counts from 1, the first two being the time and the trap OID.
    #[must_use]
    pub fn name_at(&self, index: i32) -> Option<Oid> {
        let place = usize::try_from(index).ok()?.checked_sub(3)?;
        self.varbinds.get(place).map(|varbind| varbind.name.clone())
    }

    /// Writes the PDU.
    pub(crate) fn write(&self, class: NotificationClass, id: i32, writer: &mut Writer) {
        let tag = match class {
            NotificationClass::Trap => tag::SNMPV2_TRAP,
            NotificationClass::Inform => tag::INFORM_REQUEST,
        };
        writer.constructed(tag, |writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                self.varbinds.iter().rev().for_each(|varbind| writer.varbind(varbind));
                let trap_oid = Value::ObjectIdentifier(self.trap_oid.clone());
                writer.varbind(&Varbind { name: snmp_trap_oid(), value: trap_oid });
                writer.varbind(&Varbind { name: sys_up_time(), value: Value::TimeTicks(self.uptime) });
            });
            // error-index and error-status.
            writer.integer(tag::INTEGER, 0);
            writer.integer(tag::INTEGER, 0);
            writer.integer(tag::INTEGER, i64::from(id));
        });
    }

    /// The first OID that BER cannot express.
    #[must_use]
    pub fn unwritable(&self) -> Option<&Oid> {
        std::iter::once(&self.trap_oid).chain(oids(&self.varbinds)).find(|oid| !oid.is_writable())
    }

    /// What the PDU will probably take, in octets.
    pub(crate) fn probable_octets(&self) -> usize {
        self.trap_oid.arcs().len() + probable_octets(&self.varbinds) + 60
    }
}

impl TrapV1 {
    /// Writes the PDU.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.constructed(tag::TRAP_V1, |writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                self.varbinds.iter().rev().for_each(|varbind| writer.varbind(varbind));
            });
            writer.value(&Value::TimeTicks(self.timestamp));
            writer.integer(tag::INTEGER, i64::from(self.specific));
            writer.integer(tag::INTEGER, i64::from(self.generic));
            writer.value(&Value::IpAddress(self.agent_addr.octets()));
            writer.oid(&self.enterprise);
        });
    }

    /// The first OID that BER cannot express.
    #[must_use]
    pub fn unwritable(&self) -> Option<&Oid> {
        std::iter::once(&self.enterprise).chain(oids(&self.varbinds)).find(|oid| !oid.is_writable())
    }

    /// What the PDU will probably take, in octets.
    pub(crate) fn probable_octets(&self) -> usize {
        self.enterprise.arcs().len() + probable_octets(&self.varbinds) + 40
    }
}

fn sys_up_time() -> Oid {
    Oid::from([1, 3, 6, 1, 2, 1, 1, 3, 0])
}

fn snmp_trap_oid() -> Oid {
    Oid::from([1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0])
}

/// All OIDs in varbinds: names, and values that are OIDs.
fn oids(varbinds: &[Varbind]) -> impl Iterator<Item = &Oid> {
    varbinds.iter().flat_map(|Varbind { name, value }| {
        let value = if let Value::ObjectIdentifier(oid) = value { Some(oid) } else { None };
        std::iter::once(name).chain(value)
    })
}

fn probable_octets(varbinds: &[Varbind]) -> usize {
    let value = |value: &Value| match value {
        Value::OctetString(octets) | Value::Opaque(octets) | Value::Unknown { octets, .. } => octets.len(),
        Value::ObjectIdentifier(oid) => oid.arcs().len(),
        _ => 8,
    };
    varbinds.iter().map(|varbind| varbind.name.arcs().len() + value(&varbind.value) + 10).sum()
}
