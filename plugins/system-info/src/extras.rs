//! What else is known of the system: its services, three clocks, the SNMP engine, how many interfaces it has and when
//! one last came or went.

use serde::Serialize;
use snmp_proxy_sdk::{oids::scalar, prelude::*, serde, text::hex};

use crate::{
    chassis::Chassis,
    group::SystemGroup,
    uptime::{Clocks, uptime},
};

const SYS_SERVICES: &[u32] = oid!("1.3.6.1.2.1.1.7");
const SNMP_ENGINE_ID: &[u32] = oid!("1.3.6.1.6.3.10.2.1.1");
const SNMP_ENGINE_BOOTS: &[u32] = oid!("1.3.6.1.6.3.10.2.1.2");
const SNMP_ENGINE_TIME: &[u32] = oid!("1.3.6.1.6.3.10.2.1.3");
const SNMP_ENGINE_MAX_MESSAGE_SIZE: &[u32] = oid!("1.3.6.1.6.3.10.2.1.4");
const HR_SYSTEM_UPTIME: &[u32] = oid!("1.3.6.1.2.1.25.1.1");
const IF_NUMBER: &[u32] = oid!("1.3.6.1.2.1.2.1");
const IF_TABLE_LAST_CHANGE: &[u32] = oid!("1.3.6.1.2.1.31.1.5");

/// What this file reads.
pub(crate) const READS: &[&[u32]] = &[
    SYS_SERVICES,
    SNMP_ENGINE_ID,
    SNMP_ENGINE_BOOTS,
    SNMP_ENGINE_TIME,
    SNMP_ENGINE_MAX_MESSAGE_SIZE,
    HR_SYSTEM_UPTIME,
    IF_NUMBER,
    IF_TABLE_LAST_CHANGE,
];

/// The section `system`.
#[derive(Debug, Default, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Extras {
    #[serde(skip_serializing_if = "Field::is_absent")]
    services: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vendor_enterprise: Option<u32>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    uptime_ticks: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uptime_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uptime_source: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    engine_id: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    engine_boots: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    engine_time: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    max_message_size: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    hr_uptime_ticks: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    interface_count: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    interface_table_last_change: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) chassis: Option<Vec<Chassis>>,
    #[serde(skip_serializing_if = "Warnings::is_empty")]
    pub(crate) warnings: Warnings,
}

impl Extras {
    /// One GET. When it fails there is still what the system group tells.
    pub(crate) fn read(device: &mut dyn Device, group: &SystemGroup, warnings: &mut Warnings) -> Extras {
        let names: Vec<Oid> = READS.iter().map(|object| scalar(object)).collect();
        let varbinds = device.get(&names).unwrap_or_else(|wrong| {
            device.log(Level::Warn, &format!("services, engine and host uptime are missing: {}", wrong.message));
            Vec::new()
        });
        let mut values = varbinds.iter().map(|varbind| &varbind.value);

        let mut extras = Extras {
            services: Field::integer("sysServices", values.next(), warnings),
            vendor_enterprise: group.enterprise,
            uptime_ticks: group.up_time_ticks,
            engine_id: engine_id(values.next(), warnings),
            engine_boots: Field::integer("snmpEngineBoots", values.next(), warnings),
            engine_time: Field::integer("snmpEngineTime", values.next(), warnings),
            max_message_size: Field::integer("snmpEngineMaxMessageSize", values.next(), warnings),
            hr_uptime_ticks: Field::ticks("hrSystemUptime", values.next(), warnings),
            interface_count: Field::integer("ifNumber", values.next(), warnings),
            interface_table_last_change: Field::ticks("ifTableLastChange", values.next(), warnings),
            ..Extras::default()
        };
        let uptime = uptime(Clocks {
            sys_up_time: extras.uptime_ticks.value().copied(),
            engine_time: extras.engine_time.value().copied(),
            hr_system_uptime: extras.hr_uptime_ticks.value().copied(),
        });
        if let (true, Some(engine_time)) = (uptime.is_engine_time_left_out, extras.engine_time.value()) {
            warnings
                .add(format!("uptime: snmpEngineTime {engine_time} disagrees with the other clocks and is not used"));
        }
        (extras.uptime_seconds, extras.uptime_source) = uptime.known.unzip();
        extras
    }
}

fn engine_id(value: Option<&Value>, warnings: &mut Warnings) -> Field<String> {
    match value {
        Some(Value::OctetString(octets)) => Field::Is(hex(octets)),
        // Says what else it is, or that it is absent.
        other => Field::text("snmpEngineID", other, warnings),
    }
}
