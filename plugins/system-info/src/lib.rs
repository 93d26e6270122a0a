//! The plugin `system-info`: who a device is.
//!
//! The six objects that decide whether a device answers at all are one GET of their own, and only silence fails the
//! plugin: an agent that answers and shows none of them is a device with an empty `snmp_data` and a warning. A second
//! GET asks for what else is known of the system, and the chassis are read where the request asks for them; when those
//! fail, the result lacks them and the log says why.

mod chassis;
mod extras;
mod group;
mod uptime;

use serde::Deserialize;
use snmp_proxy_sdk::{prelude::*, serde};

/// The plugin.
#[derive(Clone, Copy, Debug)]
pub struct SystemInfo;

/// What a request may ask for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(crate = "snmp_proxy_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// Also read the chassis from ENTITY-MIB, which is slow on some devices.
    pub chassis: bool,
}

const STARTING: &str = "Collecting system information...";

impl Collector for SystemInfo {
    type Params = Params;

    fn describe() -> Manifest {
        Manifest::new("system-info", env!("CARGO_PKG_VERSION"), "The system group, uptime, SNMP engine and chassis.")
            .section("snmp_data", include_str!("../schema/snmp_data.json"))
            .columns(&["sysDescr", "sysObjectID", "sysContact", "sysName", "sysLocation"])
            .units(&[("sysUpTime", "TimeTicks")])
            .section("system", include_str!("../schema/system.json"))
            .columns(&[
                "services",
                "vendor_enterprise",
                "uptime_seconds",
                "uptime_source",
                "engine_id",
                "engine_boots",
                "max_message_size",
                "interface_count",
                "interface_table_last_change",
                "chassis",
                "warnings",
            ])
            .units(&[
                ("uptime_ticks", "TimeTicks"),
                ("uptime_seconds", "s"),
                ("engine_time", "s"),
                ("hr_uptime_ticks", "TimeTicks"),
                ("interface_table_last_change", "TimeTicks"),
            ])
            .timing("system_info")
            .starting(STARTING)
            .reads(group::READS)
            .reads_scalars(&[extras::SCALARS])
            .reads_tables(&[chassis::CLASSES, chassis::DETAILS])
            .params_schema(include_str!("../schema/params.json"))
    }

    fn collect(device: &mut dyn Device, params: Params) -> Result<Sections, Error> {
        let mut warnings = Warnings::default();
        let group = group::SystemGroup::read(device, &mut warnings)?;
        device.progress(STARTING, &[("system_oids", group.answered())]);

        let mut system = extras::Extras::read(device, &group, &mut warnings);
        if params.chassis {
            system.chassis = chassis::read(device, &mut warnings);
        }
        for warning in warnings.iter() {
            device.log(Level::Warn, warning);
        }
        system.warnings = warnings;
        Sections::new().with("snmp_data", &group)?.with("system", &system)
    }
}

export_collector!(SystemInfo);

#[cfg(test)]
mod tests;
