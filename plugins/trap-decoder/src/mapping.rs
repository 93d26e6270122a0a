//! Which notification a PDU is, and what else identifies it: for version 1 by RFC 3584 section 3.1, for version 2 by
//! its varbinds, wherever they stand.

use std::borrow::Cow;

use snmp_proxy_sdk::traps::Severity;

use crate::ber::tag;
use crate::flags::Flags;
use crate::pdu::{Kind, Pdu, TrapFields, Varbind};
use crate::{integer, oid, severity};

/// What a notification is.
#[derive(Debug, Default)]
pub(crate) struct Event<'a> {
    /// The contents of the trap's OBJECT IDENTIFIER.
    pub(crate) trap: Option<Cow<'a, [u8]>>,
    /// How much the trap matters, if that is known.
    pub(crate) severity: Option<Severity>,
    /// snmpTrapEnterprise, or the enterprise of version 1.
    pub(crate) enterprise: Option<&'a [u8]>,
    /// sysUpTime in hundredths of a second.
    pub(crate) uptime: Option<u64>,
    /// The agent's address from before a proxy (snmpTrapAddress).
    pub(crate) address: Option<[u8; 4]>,
}

const SYS_UP_TIME: &[u8] = &[0x2b, 6, 1, 2, 1, 1, 3];
const SNMP_TRAP_OID: &[u8] = &[0x2b, 6, 1, 6, 3, 1, 1, 4, 1];
const SNMP_TRAP_ENTERPRISE: &[u8] = &[0x2b, 6, 1, 6, 3, 1, 1, 4, 3];
const SNMP_TRAP_ADDRESS: &[u8] = &[0x2b, 6, 1, 6, 3, 18, 1, 3];
const SNMP_TRAP_COMMUNITY: &[u8] = &[0x2b, 6, 1, 6, 3, 18, 1, 4];
const SNMP_TRAPS: &[u8] = &[0x2b, 6, 1, 6, 3, 1, 1, 5];

/// A scalar that says something about the notification itself (RFC 3418, RFC 3584).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    UpTime,
    TrapOid,
    TrapEnterprise,
    TrapAddress,
    TrapCommunity,
}

impl Scalar {
    /// The one that a name is, with or without its instance.
    pub(crate) fn of(name: &[u8]) -> Option<Scalar> {
        let known = [
            (SYS_UP_TIME, Scalar::UpTime),
            (SNMP_TRAP_OID, Scalar::TrapOid),
            (SNMP_TRAP_ENTERPRISE, Scalar::TrapEnterprise),
            (SNMP_TRAP_ADDRESS, Scalar::TrapAddress),
            (SNMP_TRAP_COMMUNITY, Scalar::TrapCommunity),
        ];
        let is_instance = |scalar: &[u8]| matches!(name.strip_prefix(scalar), Some([] | [0]));
        known.into_iter().find_map(|(oid, scalar)| is_instance(oid).then_some(scalar))
    }
}

/// Finds out what happened. Empty for PDUs that are no notifications.
pub(crate) fn event<'a>(pdu: &mut Pdu<'a>) -> Event<'a> {
    let mut event = match (pdu.kind, &pdu.v1) {
        (Kind::TrapV1, Some(fields)) => of_version_1(fields, &mut pdu.flags),
        (kind, _) if kind.is_notification() => of_version_2(pdu),
        _ => return Event::default(),
    };
    for varbind in &pdu.varbinds {
        if event.address.is_none() && is_instance(varbind, SNMP_TRAP_ADDRESS) {
            event.address = varbind.value.and_then(|value| value.content.try_into().ok());
        } else if is_instance(varbind, SNMP_TRAP_COMMUNITY) {
            pdu.flags.set(Flags::CARRIES_COMMUNITY);
        }
    }
    event
}

/// The trap OID of version 1: generic 0 to 5 are snmpTraps 1 to 6, all others enterprise.0.specific.
fn of_version_1<'a>(fields: &TrapFields<'a>, flags: &mut Flags) -> Event<'a> {
    let mut event = Event { enterprise: fields.enterprise, uptime: fields.timestamp, ..Event::default() };
    if let Some(generic @ 0..=5) = fields.generic {
        let mut trap = SNMP_TRAPS.to_vec();
        trap.push(generic as u8 + 1);
        event.severity = severity::of(&trap);
        event.trap = Some(Cow::Owned(trap));
        return event;
    }
    if fields.generic.is_some_and(|generic| generic != 6) {
        flags.set(Flags::GENERIC_RANGE);
    }
    let (Some(enterprise), Some(specific)) = (fields.enterprise, fields.specific) else {
        return event;
    };
    if !(0..=i64::from(i32::MAX)).contains(&specific) {
        flags.set(Flags::SPECIFIC_RANGE);
    }
    if matches!(enterprise, [.., before, 0] if before & 0x80 == 0) {
        flags.set(Flags::ENTERPRISE_ZERO);
    }
    let specific = u64::from(specific as u32);
    let mut trap = Vec::with_capacity(enterprise.len() + 6);
    trap.extend_from_slice(&oid::shortest(enterprise));
    oid::encode([0, specific], &mut trap);
    event.severity = severity::of(&trap);
    event.trap = Some(Cow::Owned(trap));
    event
}

fn of_version_2<'a>(pdu: &mut Pdu<'a>) -> Event<'a> {
    let mut event = Event::default();
    let (mut uptime_at, mut trap_at) = (None, None);
    for (position, varbind) in pdu.varbinds.iter().enumerate() {
        let Some(value) = varbind.value else { continue };
        if uptime_at.is_none() && is_instance(varbind, SYS_UP_TIME) {
            uptime_at = Some(position);
            if value.tag == tag::TIME_TICKS {
                event.uptime = integer::unsigned(value.content, 32, &mut pdu.flags);
            } else {
                pdu.flags.set(Flags::UNEXPECTED_TYPE);
            }
        } else if is_instance(varbind, SNMP_TRAP_OID) {
            if trap_at.is_some() {
                pdu.flags.set(Flags::DUPLICATE_TRAP_OID);
                continue;
            }
            trap_at = Some(position);
            if value.tag == tag::OID {
                event.trap = oid::checked(value.content, &mut pdu.flags).map(Cow::Borrowed);
            } else {
                pdu.flags.set(Flags::UNEXPECTED_TYPE);
            }
        } else if event.enterprise.is_none() && is_instance(varbind, SNMP_TRAP_ENTERPRISE) && value.tag == tag::OID {
            event.enterprise = oid::checked(value.content, &mut pdu.flags);
        }
    }
    for at in [uptime_at, trap_at].into_iter().flatten() {
        let name = pdu.varbinds.get(at).and_then(|varbind| varbind.name);
        if name.is_some_and(|name| name.last() != Some(&0)) {
            pdu.flags.set(Flags::WITHOUT_INSTANCE);
        }
    }
    if uptime_at.is_none() {
        pdu.flags.set(Flags::MISSING_UPTIME);
    }
    if event.trap.is_none() {
        pdu.flags.set(Flags::MISSING_TRAP_OID);
    }
    let expected = [Some(0), Some(usize::from(uptime_at.is_some()))];
    let found = [uptime_at, trap_at];
    if found.iter().zip(expected).any(|(found, expected)| found.is_some() && *found != expected) {
        pdu.flags.set(Flags::VARBIND_ORDER);
    }
    event.severity = event.trap.as_deref().and_then(severity::of);
    event
}

/// True for the scalar, with or without the `.0` that some agents forget.
#[inline]
fn is_instance(varbind: &Varbind<'_>, scalar: &[u8]) -> bool {
    varbind.name.and_then(|name| name.strip_prefix(scalar)).is_some_and(|rest| matches!(rest, [] | [0]))
}
