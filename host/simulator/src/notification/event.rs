//! What happens to every device sooner or later: the notifications of SNMPv2-MIB and IF-MIB.

use std::net::Ipv4Addr;

use snmp::{Oid, Value, Varbind};

use super::{NotificationKind, SimulatedNotification, TrapV1};
use crate::Recording;

/// snmpTraps; the last arc of a notification's name is its generic-trap plus one (RFC 3584 section 3.1).
const SNMP_TRAPS: [u32; 9] = [1, 3, 6, 1, 6, 3, 1, 1, 5];
/// snmpTrapEnterprise.0
const SNMP_TRAP_ENTERPRISE: [u32; 11] = [1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0];
const IF_ENTRY: [u32; 9] = [1, 3, 6, 1, 2, 1, 2, 2, 1];
const SYS_OBJECT_ID: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 2, 0];

/// Something a device notifies of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// coldStart: it was switched on.
    ColdStart,
    /// warmStart: it began anew with the configuration it had.
    WarmStart,
    /// linkDown: an interface went down.
    LinkDown(LinkEvent),
    /// linkUp: an interface came up.
    LinkUp(LinkEvent),
    /// authenticationFailure: somebody asked with a wrong community.
    AuthenticationFailure,
}

/// The interface of a linkDown or linkUp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkEvent {
    /// Its ifIndex.
    pub if_index: u32,
    /// Its ifAdminStatus: 1 is up, 2 is down.
    pub admin_status: i32,
}

impl Event {
    /// The name of the notification.
    #[must_use]
    pub fn trap_oid(&self) -> Oid {
        let [a, b, c, d, e, f, g, h, i] = SNMP_TRAPS;
        Oid::from([a, b, c, d, e, f, g, h, i, self.generic().unsigned_abs() + 1])
    }

    /// The trap of version 1. The enterprise is the device's sysObjectID, or snmpTraps where it has none.
    pub fn v1(&self, device: &Recording, agent_addr: Ipv4Addr, uptime: u32) -> SimulatedNotification {
        let enterprise = sys_object_id(device).unwrap_or_else(|| SNMP_TRAPS.into());
        let trap = TrapV1 { enterprise, agent_addr, generic: self.generic(), specific: 0, timestamp: uptime };
        SimulatedNotification { kind: NotificationKind::TrapV1(trap), varbinds: self.objects() }
    }

    /// The trap of version 2, or with [`Event::inform`] the inform: the device's sysObjectID is its snmpTrapEnterprise.
    pub fn trap(&self, device: &Recording, uptime: u32) -> SimulatedNotification {
        let mut notification = SimulatedNotification::trap(uptime, self.trap_oid());
        notification.varbinds.extend(self.objects());
        match sys_object_id(device) {
            Some(enterprise) => notification.with(SNMP_TRAP_ENTERPRISE, Value::ObjectIdentifier(enterprise)),
            None => notification,
        }
    }

    /// The inform.
    pub fn inform(&self, device: &Recording, uptime: u32) -> SimulatedNotification {
        SimulatedNotification { kind: NotificationKind::Inform, ..self.trap(device, uptime) }
    }

    fn generic(&self) -> i32 {
        match self {
            Self::ColdStart => 0,
            Self::WarmStart => 1,
            Self::LinkDown(_) => 2,
            Self::LinkUp(_) => 3,
            Self::AuthenticationFailure => 4,
        }
    }

    /// ifIndex, ifAdminStatus and ifOperStatus of the interface (RFC 2863 section 6).
    fn objects(&self) -> Vec<Varbind> {
        let (link, oper_status) = match self {
            Self::LinkDown(link) => (link, 2),
            Self::LinkUp(link) => (link, 1),
            _ => return Vec::new(),
        };
        let [a, b, c, d, e, f, g, h, i] = IF_ENTRY;
        let cell = |column, number| Varbind {
            name: Oid::from([a, b, c, d, e, f, g, h, i, column, link.if_index]),
            value: Value::Integer(number),
        };
        let if_index = i32::try_from(link.if_index).unwrap_or(i32::MAX);
        vec![cell(1, if_index), cell(7, link.admin_status), cell(8, oper_status)]
    }
}

impl LinkEvent {
    /// The interfaces of a device, in the order of their ifIndex.
    pub fn of_device(device: &Recording) -> impl Iterator<Item = Self> {
        let [a, b, c, d, e, f, g, h, i] = IF_ENTRY;
        let column = move |column| Oid::from([a, b, c, d, e, f, g, h, i, column]);
        let if_index = column(1);
        let rows: Vec<u32> =
            device.below(&if_index).filter_map(|varbind| varbind.name.arcs().last().copied()).collect();
        let admin = column(7);
        rows.into_iter().map(move |row| {
            let status = admin.join(&[row]).ok().and_then(|name| device.get(&name).map(|found| found.value.clone()));
            let admin_status = if let Some(Value::Integer(status)) = status { status } else { 1 };
            Self { if_index: row, admin_status }
        })
    }
}

fn sys_object_id(device: &Recording) -> Option<Oid> {
    match &device.get(&SYS_OBJECT_ID.into())?.value {
        Value::ObjectIdentifier(enterprise) => Some(enterprise.clone()),
        _ => None,
    }
}
