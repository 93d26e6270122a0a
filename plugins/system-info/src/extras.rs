//! What else is known of the system: its services, three clocks, the SNMP engine, how many interfaces it has and when
//! one last came or went.

use serde::Serialize;
use snmp_proxy_sdk::{prelude::*, serde, text::hex};

use crate::{
    chassis::Chassis,
    group::SystemGroup,
    uptime::{Clocks, uptime},
};

const SERVICES: Scalar = Scalar::new(oid!("1.3.6.1.2.1.1.7"), "sysServices");
const ENGINE_ID: Scalar = Scalar::new(oid!("1.3.6.1.6.3.10.2.1.1"), "snmpEngineID");
const ENGINE_BOOTS: Scalar = Scalar::new(oid!("1.3.6.1.6.3.10.2.1.2"), "snmpEngineBoots");
const ENGINE_TIME: Scalar = Scalar::new(oid!("1.3.6.1.6.3.10.2.1.3"), "snmpEngineTime");
const MAX_MESSAGE_SIZE: Scalar = Scalar::new(oid!("1.3.6.1.6.3.10.2.1.4"), "snmpEngineMaxMessageSize");
const HR_UPTIME: Scalar = Scalar::new(oid!("1.3.6.1.2.1.25.1.1"), "hrSystemUptime");
const IF_NUMBER: Scalar = Scalar::new(oid!("1.3.6.1.2.1.2.1"), "ifNumber");
const IF_TABLE_LAST_CHANGE: Scalar = Scalar::new(oid!("1.3.6.1.2.1.31.1.5"), "ifTableLastChange");

/// What this file reads.
pub(crate) const SCALARS: Scalars = Scalars {
    scalars: &[
        SERVICES,
        ENGINE_ID,
        ENGINE_BOOTS,
        ENGINE_TIME,
        MAX_MESSAGE_SIZE,
        HR_UPTIME,
        IF_NUMBER,
        IF_TABLE_LAST_CHANGE,
    ],
};

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
        let values = SCALARS.read(device).unwrap_or_else(|wrong| {
            device.log(Level::Warn, &format!("services, engine and host uptime are missing: {}", wrong.message));
            SCALARS.absent()
        });

        let mut extras = Extras {
            services: values.integer(SERVICES, warnings),
            vendor_enterprise: group.enterprise,
            uptime_ticks: group.up_time_ticks,
            engine_id: values.octets(ENGINE_ID, warnings).map(|octets| hex(&octets)),
            engine_boots: values.integer(ENGINE_BOOTS, warnings),
            engine_time: values.integer(ENGINE_TIME, warnings),
            max_message_size: values.integer(MAX_MESSAGE_SIZE, warnings),
            hr_uptime_ticks: values.ticks(HR_UPTIME, warnings),
            interface_count: values.integer(IF_NUMBER, warnings),
            interface_table_last_change: values.ticks(IF_TABLE_LAST_CHANGE, warnings),
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
