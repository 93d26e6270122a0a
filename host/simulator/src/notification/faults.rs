//! What is wrong with what a notification says, before it becomes a PDU.

use snmp::{Oid, Value, Varbind};

use super::{NotificationKind, SNMP_TRAP_OID, SYS_UP_TIME, SimulatedNotification};
use crate::fault::{Fault, FaultPlan};

/// The names of varbinds that a fault adds begin here.
const ADDED: [u32; 10] = [1, 3, 6, 1, 4, 1, 8072, 9999, 1, 0];
/// ifHCInOctets.1, which has 64 bits.
const WIDE: [u32; 11] = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6];

/// The most varbinds that a fault adds; more would not fit a datagram.
const MAX_ADDED: usize = 3_000;
/// The most octets of the text that a fault adds, so that the message around it still fits a datagram.
const MAX_OCTETS: usize = 65_000;

/// Changes a notification as the plan says.
pub(crate) fn change(plan: &FaultPlan, notification: &mut SimulatedNotification) {
    for fault in plan.faults() {
        let varbinds = &mut notification.varbinds;
        match fault {
            Fault::NoUpTime => varbinds.retain(|varbind| varbind.name != SYS_UP_TIME.into()),
            Fault::NoTrapOid => varbinds.retain(|varbind| varbind.name != SNMP_TRAP_OID.into()),
            Fault::SwapFirst => {
                if let [first, second, ..] = varbinds.as_mut_slice() {
                    std::mem::swap(first, second);
                }
            }
            Fault::NoInstance => {
                for varbind in varbinds.iter_mut() {
                    if varbind.name == SYS_UP_TIME.into() || varbind.name == SNMP_TRAP_OID.into() {
                        varbind.name = parent(&varbind.name);
                    }
                }
            }
            Fault::GenericTrap(number) => {
                if let NotificationKind::TrapV1(trap) = &mut notification.kind {
                    trap.generic = i32::try_from(*number).unwrap_or(i32::MAX);
                }
            }
            Fault::Counter64InV1 => {
                if matches!(notification.kind, NotificationKind::TrapV1(_))
                    && let Ok(name) = Oid::from(WIDE).join(&[1])
                {
                    varbinds.push(Varbind { name, value: Value::Counter64(u64::MAX) });
                }
            }
            Fault::ManyVarbinds(count) => {
                varbinds.extend((0..MAX_ADDED.min(*count)).map(|number| added(number, Value::Integer(1))));
            }
            Fault::Huge(octets) => {
                varbinds.push(added(0, Value::OctetString(vec![b'x'; MAX_OCTETS.min(*octets)])));
            }
            _ => {}
        }
    }
}

fn added(number: usize, value: Value) -> Varbind {
    let mut arcs = ADDED;
    if let Some(last) = arcs.last_mut() {
        *last = u32::try_from(number).unwrap_or(u32::MAX);
    }
    Varbind { name: Oid::from(arcs), value }
}

fn parent(name: &Oid) -> Oid {
    let parent = name.arcs().split_last().map(|(_, parent)| parent).unwrap_or_default();
    Oid::new(parent).unwrap_or_default()
}
