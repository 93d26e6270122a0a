//! What a device tells unasked: traps of version 1, traps and informs of version 2c and 3.
//!
//! A [`SimulatedNotification`] is a plain value, and every field of it may be wrong on purpose; an [`Event`] makes the
//! honest ones of SNMPv2-MIB and IF-MIB. A [`Sender`] puts messages around them, sends them from an address of its own
//! and waits for what is answered to informs. [`FaultPlan`](crate::FaultPlan)s say what is wrong with what it sends.

mod answer;
mod error;
mod event;
mod faults;
mod ids;
mod inform;
mod prepared;
mod receiver;
mod security;
mod sender;

use std::net::Ipv4Addr;

pub use answer::NotificationAnswer;
pub use error::{InformError, SenderError};
pub use event::{Event, LinkEvent};
pub use prepared::PreparedNotification;
pub use receiver::ReceiverEngine;
pub use sender::{Sender, SenderBuilder, SenderCounters};
use snmp::{Oid, Value, Varbind};

use crate::{
    ber::{put_header, put_integer, put_octets, put_oid, put_value, put_varbind, tag},
    device::Answer,
    fault::{self, FaultPlan},
    message::ErrorStatus,
};

/// sysUpTime.0
pub(crate) const SYS_UP_TIME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 3, 0];
/// snmpTrapOID.0
pub(crate) const SNMP_TRAP_OID: [u32; 11] = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/// A notification, before it goes onto the wire. Every field may be wrong on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct SimulatedNotification {
    /// Its PDU.
    pub kind: NotificationKind,
    /// Its names and values as they go onto the wire; of a trap of version 2 and an inform the first two are sysUpTime.0
    /// and snmpTrapOID.0.
    pub varbinds: Vec<Varbind>,
}

/// The PDU of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotificationKind {
    /// Trap-PDU (RFC 1157 section 4.1.6).
    TrapV1(TrapV1),
    /// SNMPv2-Trap-PDU (RFC 3416 section 4.2.6).
    Trap,
    /// InformRequest-PDU (RFC 3416 section 4.2.7).
    Inform,
}

/// What a trap of version 1 has beside its varbinds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrapV1 {
    /// The kind of device, or the prefix of an enterprise's traps.
    pub enterprise: Oid,
    /// The address that the device thinks it has.
    pub agent_addr: Ipv4Addr,
    /// generic-trap: 0 to 5, or 6 for one of the enterprise. Others are wrong, and can be sent.
    pub generic: i32,
    /// specific-trap.
    pub specific: i32,
    /// time-stamp, in hundredths of a second.
    pub timestamp: u32,
}

impl SimulatedNotification {
    /// A trap of version 1, without varbinds.
    pub fn v1(trap: TrapV1) -> Self {
        Self { kind: NotificationKind::TrapV1(trap), varbinds: Vec::new() }
    }

    /// A trap of version 2 with sysUpTime (in hundredths of a second) and snmpTrapOID.
    pub fn trap(uptime: u32, trap: impl Into<Oid>) -> Self {
        Self { kind: NotificationKind::Trap, varbinds: head(uptime, trap.into()) }
    }

    /// An inform with sysUpTime (in hundredths of a second) and snmpTrapOID.
    pub fn inform(uptime: u32, trap: impl Into<Oid>) -> Self {
        Self { kind: NotificationKind::Inform, ..Self::trap(uptime, trap) }
    }

    /// Adds a varbind behind the others.
    pub fn with(mut self, name: impl Into<Oid>, value: Value) -> Self {
        self.varbinds.push(Varbind { name: name.into(), value });
        self
    }

    /// The identifier octet of its PDU.
    pub(crate) fn pdu_tag(&self) -> u8 {
        match self.kind {
            NotificationKind::TrapV1(_) => tag::TRAP_V1,
            NotificationKind::Trap => tag::TRAP,
            NotificationKind::Inform => tag::INFORM,
        }
    }

    /// Writes the PDU with what the plan has wrong with it. One of version 1 has no request-id.
    pub(crate) fn pdu(&self, request_id: i32, plan: &FaultPlan) -> Vec<u8> {
        let mut wrong = self.clone();
        faults::change(plan, &mut wrong);
        let mut bindings = Vec::with_capacity(wrong.varbinds.len() * 32);
        for varbind in &wrong.varbinds {
            put_varbind(&mut bindings, varbind);
        }
        let mut written = Answer {
            pdu_tag: wrong.pdu_tag(),
            request_id,
            error_status: ErrorStatus::NO_ERROR,
            error_index: 0,
            bindings,
            varbinds: 0,
        };
        fault::list::change(plan, &mut written);
        let mut pdu = Vec::with_capacity(written.bindings.len() + 32);
        match &wrong.kind {
            NotificationKind::TrapV1(trap) => {
                let mut content = Vec::with_capacity(written.bindings.len() + 48);
                trap.put_fields(&mut content);
                put_octets(&mut content, tag::SEQUENCE, &written.bindings);
                put_octets(&mut pdu, written.pdu_tag, &content);
            }
            _ => crate::message::put_pdu(&mut pdu, written.pdu_tag, written.numbers(), &written.bindings),
        }
        pdu
    }
}

impl TrapV1 {
    fn put_fields(&self, out: &mut Vec<u8>) {
        put_oid(out, &self.enterprise);
        put_value(out, &Value::IpAddress(self.agent_addr.octets()));
        put_integer(out, self.generic);
        put_integer(out, self.specific);
        put_value(out, &Value::TimeTicks(self.timestamp));
    }
}

/// Writes a message of version 1 or 2c around a PDU.
pub(crate) fn community_message(version: i32, community: &[u8], pdu: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(community.len() + pdu.len() + 16);
    put_integer(&mut content, version);
    put_octets(&mut content, tag::OCTET_STRING, community);
    content.extend_from_slice(pdu);
    let mut message = Vec::with_capacity(content.len() + 6);
    put_header(&mut message, tag::SEQUENCE, content.len());
    message.extend_from_slice(&content);
    message
}

fn head(uptime: u32, trap: Oid) -> Vec<Varbind> {
    vec![
        Varbind { name: SYS_UP_TIME.into(), value: Value::TimeTicks(uptime) },
        Varbind { name: SNMP_TRAP_OID.into(), value: Value::ObjectIdentifier(trap) },
    ]
}

#[cfg(test)]
mod tests;
