//! A record as a notification that can be sent (RFC 3584 section 3).
//!
//! What came in version 1 and goes out in it stays as it is; everything else is mapped by the engine. snmpTrapAddress.0
//! is appended where it is missing: RFC 3584 asks for it of traps of version 1, and without it a receiver would take the
//! proxy for the device in all others, too. The community of the original never goes on.

use std::net::{IpAddr, Ipv4Addr};

use snmp::{
    Oid, Value, Varbind,
    notification::{Notification, TrapV1},
};

use super::{
    super::record::{Record, V1},
    value,
};

const SYS_UP_TIME: &str = "1.3.6.1.2.1.1.3";
const SNMP_TRAP_OID: &str = "1.3.6.1.6.3.1.1.4.1";
const SNMP_TRAP_COMMUNITY: &str = "1.3.6.1.6.3.18.1.4";
const SNMP_TRAP_ADDRESS: [u32; 10] = [1, 3, 6, 1, 6, 3, 18, 1, 3, 0];

/// A record as a notification of version 1.
pub(super) fn version_1(record: &Record<'_>) -> Result<TrapV1, String> {
    let Some(fields) = &record.v1 else {
        return notification(record)?.to_v1(device(record)).map_err(|error| error.to_string());
    };
    let trap = of_version_1(record, fields)?;
    match trap.varbinds.iter().find(|varbind| matches!(varbind.value, Value::Counter64(_))) {
        Some(Varbind { name, .. }) => Err(format!("{name} is a Counter64, which version 1 does not have")),
        None => Ok(trap),
    }
}

/// A record as a notification of version 2c or 3.
pub(super) fn version_2(record: &Record<'_>) -> Result<Notification, String> {
    let mut notification = match &record.v1 {
        Some(fields) => of_version_1(record, fields)?.to_v2(None).map_err(|error| error.to_string())?,
        None => notification(record)?,
    };
    let name = Oid::from(SNMP_TRAP_ADDRESS);
    if let Some(device) = device(record)
        && !notification.varbinds.iter().any(|varbind| varbind.name == name)
    {
        notification.varbinds.push(Varbind { name, value: Value::IpAddress(device.octets()) });
    }
    Ok(notification)
}

/// What came in version 2c or 3, as it came.
fn notification(record: &Record<'_>) -> Result<Notification, String> {
    let trap_oid =
        record.trap.as_ref().and_then(|trap| trap.oid.as_deref()).ok_or("it does not say which trap it is")?;
    let trap_oid = trap_oid.parse().map_err(|error| format!("the trap OID cannot be sent: {error}"))?;
    // The first of each is what the time and the trap OID of the record were read from.
    let mut heads = vec![SYS_UP_TIME, SNMP_TRAP_OID];
    let varbinds = varbinds(record, |oid| {
        let place = heads.iter().position(|head| is_instance(oid, head));
        place.map(|place| heads.remove(place)).is_none()
    })?;
    Ok(Notification { uptime: uptime(record), trap_oid, varbinds })
}

/// What came in version 1, as it came.
fn of_version_1(record: &Record<'_>, fields: &V1<'_>) -> Result<TrapV1, String> {
    let number = |number: Option<i64>, what: &str| {
        let number = number.and_then(|number| i32::try_from(number).ok());
        number.ok_or_else(|| format!("it has no {what} that can be sent"))
    };
    let enterprise = fields.enterprise.as_deref().ok_or("it has no enterprise")?;
    Ok(TrapV1 {
        enterprise: enterprise.parse().map_err(|error| format!("the enterprise cannot be sent: {error}"))?,
        agent_addr: fields.agent_addr.or_else(|| device(record)).unwrap_or(Ipv4Addr::UNSPECIFIED),
        generic: number(fields.generic, "generic-trap")?,
        specific: number(fields.specific, "specific-trap")?,
        timestamp: uptime(record),
        varbinds: varbinds(record, |_| true)?,
    })
}

/// The varbinds that are wanted, in their order, without the community.
fn varbinds(record: &Record<'_>, mut wanted: impl FnMut(&str) -> bool) -> Result<Vec<Varbind>, String> {
    let mut goes_on = |oid: &str| !is_instance(oid, SNMP_TRAP_COMMUNITY) && wanted(oid);
    let chosen = record.varbinds.iter().filter(|varbind| varbind.oid.as_deref().is_none_or(&mut goes_on));
    chosen.map(value::varbind).collect()
}

/// Zero where the record has none that fits: a notification must have one.
fn uptime(record: &Record<'_>) -> u32 {
    record.uptime_ticks.and_then(|ticks| u32::try_from(ticks).ok()).unwrap_or_default()
}

fn device(record: &Record<'_>) -> Option<Ipv4Addr> {
    match record.device()?.to_canonical() {
        IpAddr::V4(device) => Some(device),
        IpAddr::V6(_) => None,
    }
}

/// Some agents forget the `.0`.
fn is_instance(oid: &str, scalar: &str) -> bool {
    oid.strip_prefix(scalar).is_some_and(|rest| rest.is_empty() || rest == ".0")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    const V1: &str = r#"{"transport":{"src":"10.0.0.2"},"snmp":{"version":"1","pdu":"trap-v1"},
        "v1":{"enterprise":"1.3.6.1.4.1.8072.3.2.10","agent_addr":"192.168.10.1","generic":0,"specific":0,"timestamp":14},
        "device":{"address":"10.0.0.2"},"uptime_ticks":14,"trap":{"oid":"1.3.6.1.6.3.1.1.5.1","name":"coldStart"},
        "varbinds":[{"oid":"1.3.6.1.6.3.18.1.4.0","type":"octet-string","value":"public","hex":"7075626c6963"}]}"#;

    const V2: &str = r#"{"transport":{"src":"10.0.0.2"},"snmp":{"version":"2c","pdu":"trap"},"v1":null,
        "uptime_ticks":14,"trap":{"oid":"1.3.6.1.4.1.9.9.43.2.0.1","enterprise":null},"varbinds":[
        {"oid":"1.3.6.1.2.1.1.3.0","type":"time-ticks","value":14,"hex":null},
        {"oid":"1.3.6.1.6.3.1.1.4.1.0","type":"object-identifier","value":"1.3.6.1.4.1.9.9.43.2.0.1","hex":null},
        {"oid":"1.3.6.1.6.3.18.1.4.0","type":"octet-string","value":"public","hex":"7075626c6963"},
        {"oid":"1.3.6.1.2.1.1.3.0","type":"time-ticks","value":15,"hex":null},
        {"oid":"1.3.6.1.4.1.9.1","type":"TYPE","value":1,"hex":null}]}"#;

    fn check(json: &str, expected: &Expect) {
        let record = Record::read(json).unwrap();
        let of_1 = version_1(&record).map_or_else(
            |error| error,
            |trap| {
                let TrapV1 { enterprise, agent_addr, generic, specific, timestamp, varbinds } = trap;
                format!("{enterprise} {agent_addr} {generic} {specific} {timestamp}{}", shown(&varbinds))
            },
        );
        let of_2 = version_2(&record)
            .map_or_else(|error| error, |trap| format!("{} {}{}", trap.uptime, trap.trap_oid, shown(&trap.varbinds)));
        expected.assert_eq(&format!("1: {of_1}\n2: {of_2}\n"));
    }

    fn shown(varbinds: &[Varbind]) -> String {
        varbinds.iter().map(|varbind| format!("\n   {} {:?}", varbind.name, varbind.value)).collect()
    }

    #[test]
    fn version_1_stays_as_it_is_and_is_mapped_for_version_2() {
        check(
            V1,
            &expect![[r#"
                1: 1.3.6.1.4.1.8072.3.2.10 192.168.10.1 0 0 14
                2: 14 1.3.6.1.6.3.1.1.5.1
                   1.3.6.1.6.3.18.1.3.0 IpAddress([192, 168, 10, 1])
                   1.3.6.1.6.3.1.1.4.3.0 ObjectIdentifier(1.3.6.1.4.1.8072.3.2.10)
            "#]],
        );
    }

    #[test]
    fn version_2_loses_its_first_two_varbinds_and_every_community() {
        check(
            &V2.replace("TYPE", "integer"),
            &expect![[r#"
                1: 1.3.6.1.4.1.9.9.43.2 10.0.0.2 6 1 14
                   1.3.6.1.2.1.1.3.0 TimeTicks(15)
                   1.3.6.1.4.1.9.1 Integer(1)
                2: 14 1.3.6.1.4.1.9.9.43.2.0.1
                   1.3.6.1.2.1.1.3.0 TimeTicks(15)
                   1.3.6.1.4.1.9.1 Integer(1)
                   1.3.6.1.6.3.18.1.3.0 IpAddress([10, 0, 0, 2])
            "#]],
        );
    }

    #[test]
    fn a_counter64_cannot_go_out_in_version_1() {
        check(
            &V2.replace("TYPE", "counter64"),
            &expect![[r#"
                1: 1.3.6.1.4.1.9.1 is a Counter64, which version 1 does not have
                2: 14 1.3.6.1.4.1.9.9.43.2.0.1
                   1.3.6.1.2.1.1.3.0 TimeTicks(15)
                   1.3.6.1.4.1.9.1 Counter64(1)
                   1.3.6.1.6.3.18.1.3.0 IpAddress([10, 0, 0, 2])
            "#]],
        );
    }

    #[test]
    fn what_does_not_say_which_trap_it_is_cannot_go_out() {
        check(
            "{}",
            &expect![[r#"
            1: it does not say which trap it is
            2: it does not say which trap it is
        "#]],
        );
        check(
            r#"{"v1":{}}"#,
            &expect![[r#"
            1: it has no enterprise
            2: it has no enterprise
        "#]],
        );
    }
}
