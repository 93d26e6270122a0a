//! Makes a notification of version 1 of one of version 2, and the other way round (RFC 3584 section 3).
//!
//! Both ways are pure and lose nothing that the other version can say: what was mapped there and back is the same event.

use std::net::Ipv4Addr;

use super::{Notification, TrapV1};
use crate::{Community, Oid, Value, Varbind};

/// Why a notification has no form in the other version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// Version 1 has no Counter64, so the whole notification cannot be sent there (RFC 3584 section 3.2 (6)).
    #[error("{name} is a Counter64, which version 1 does not have")]
    Counter64 {
        /// The first object with such a value.
        name: Oid,
    },
    /// The trap OID is too short to be an enterprise and a number.
    #[error("the trap OID {trap_oid} is too short to name an enterprise and one of its traps")]
    NoEnterprise {
        /// The trap OID.
        trap_oid: Oid,
    },
    /// There is no room for the two arcs that a trap OID has behind the enterprise.
    #[error("the enterprise {enterprise} is too long for a trap OID")]
    TooLong {
        /// The enterprise.
        enterprise: Oid,
    },
}

impl TrapV1 {
    /// The same event in version 2 (RFC 3584 section 3.1): generic 0 to 5 are the standard traps, all others are
    /// `enterprise.0.specific`.
    ///
    /// Appended, where no varbind of the name is there: snmpTrapAddress.0, snmpTrapCommunity.0 if a community is given,
    /// and snmpTrapEnterprise.0. The community then stands in clear text in the varbinds, and in their `Debug`.
    pub fn to_v2(&self, community: Option<&Community>) -> Result<Notification, MappingError> {
        let trap_oid = match self.generic {
            generic @ 0..=5 => joined(&snmp_traps(), &[generic.cast_unsigned() + 1]),
            // A number that no RFC knows says as little as 6 does. A negative specific is the arc of the same 32 bits.
            _ => joined(&self.enterprise, &[0, self.specific.cast_unsigned()]),
        }?;
        let mut varbinds = self.varbinds.clone();
        let mut append = |name: Oid, value: Value| {
            if !varbinds.iter().any(|varbind| varbind.name == name) {
                varbinds.push(Varbind { name, value });
            }
        };
        append(snmp_trap_address(), Value::IpAddress(self.agent_addr.octets()));
        if let Some(community) = community {
            append(snmp_trap_community(), Value::OctetString(community.expose().to_vec()));
        }
        append(snmp_trap_enterprise(), Value::ObjectIdentifier(self.enterprise.clone()));
        Ok(Notification { uptime: self.timestamp, trap_oid, varbinds })
    }
}

impl Notification {
    /// The same event in version 1 (RFC 3584 section 3.2). `source` is the sender's address, where it is one of IPv4;
    /// snmpTrapAddress.0 is stronger.
    ///
    /// A standard trap has its generic number and the enterprise of snmpTrapEnterprise.0, else snmpTraps. All others
    /// are generic 6: the last arc is the specific number, what is before it the enterprise, without the zero between
    /// them if there is one.
    pub fn to_v1(&self, source: Option<Ipv4Addr>) -> Result<TrapV1, MappingError> {
        if let Some(varbind) = self.varbinds.iter().find(|varbind| matches!(varbind.value, Value::Counter64(_))) {
            return Err(MappingError::Counter64 { name: varbind.name.clone() });
        }
        let (generic, enterprise, specific) = match self.trap_oid.strip_prefix(&snmp_traps()) {
            Some([number @ 1..=6]) => ((number - 1).cast_signed(), self.enterprise().unwrap_or_else(snmp_traps), 0),
            _ => {
                let (enterprise, specific) = self.enterprise_and_specific()?;
                (ENTERPRISE_SPECIFIC, enterprise, specific)
            }
        };
        let agent_addr = self.trap_address().or(source).unwrap_or(Ipv4Addr::UNSPECIFIED);
        let (timestamp, varbinds) = (self.uptime, self.varbinds.clone());
        Ok(TrapV1 { enterprise, agent_addr, generic, specific, timestamp, varbinds })
    }

    fn enterprise_and_specific(&self) -> Result<(Oid, i32), MappingError> {
        let (before, specific) = match self.trap_oid.arcs() {
            [enterprise @ .., 0, specific] | [enterprise @ .., specific] => (enterprise, specific.cast_signed()),
            [] => (&[][..], 0),
        };
        match Oid::new(before) {
            Ok(enterprise) if before.len() > 1 => Ok((enterprise, specific)),
            _ => Err(MappingError::NoEnterprise { trap_oid: self.trap_oid.clone() }),
        }
    }

    fn enterprise(&self) -> Option<Oid> {
        self.value(&snmp_trap_enterprise(), |value| match value {
            Value::ObjectIdentifier(enterprise) => Some(enterprise.clone()),
            _ => None,
        })
    }

    fn trap_address(&self) -> Option<Ipv4Addr> {
        self.value(&snmp_trap_address(), |value| match value {
            Value::IpAddress(octets) => Some(Ipv4Addr::from(*octets)),
            _ => None,
        })
    }

    /// The first value of this name that is what it should be.
    fn value<T>(&self, name: &Oid, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        self.varbinds.iter().filter(|varbind| varbind.name == *name).find_map(|varbind| read(&varbind.value))
    }
}

/// The generic number of all traps that are not standard.
const ENTERPRISE_SPECIFIC: i32 = 6;

fn joined(oid: &Oid, arcs: &[u32]) -> Result<Oid, MappingError> {
    oid.join(arcs).map_err(|_| MappingError::TooLong { enterprise: oid.clone() })
}

/// What the six standard traps are below of (RFC 3418).
fn snmp_traps() -> Oid {
    Oid::from([1, 3, 6, 1, 6, 3, 1, 1, 5])
}

fn snmp_trap_enterprise() -> Oid {
    Oid::from([1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0])
}

fn snmp_trap_address() -> Oid {
    Oid::from([1, 3, 6, 1, 6, 3, 18, 1, 3, 0])
}

fn snmp_trap_community() -> Oid {
    Oid::from([1, 3, 6, 1, 6, 3, 18, 1, 4, 0])
}
