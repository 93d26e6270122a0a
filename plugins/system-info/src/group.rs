//! The system group (RFC 3418): six objects, as the strings that the API has always given.

use serde::Serialize;
use snmp_proxy_sdk::oids::scalar;
use snmp_proxy_sdk::prelude::*;
use snmp_proxy_sdk::serde;

const SYS_DESCR: &[u32] = oid!("1.3.6.1.2.1.1.1");
const SYS_OBJECT_ID: &[u32] = oid!("1.3.6.1.2.1.1.2");
const SYS_UP_TIME: &[u32] = oid!("1.3.6.1.2.1.1.3");
const SYS_CONTACT: &[u32] = oid!("1.3.6.1.2.1.1.4");
const SYS_NAME: &[u32] = oid!("1.3.6.1.2.1.1.5");
const SYS_LOCATION: &[u32] = oid!("1.3.6.1.2.1.1.6");

const ENTERPRISES: &[u32] = oid!("1.3.6.1.4.1");

/// What this file reads.
pub(crate) const READS: &[&[u32]] = &[SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_CONTACT, SYS_NAME, SYS_LOCATION];

/// The six objects. A client takes a string or no key at all, never null: what has the wrong SYNTAX is left out.
#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct SystemGroup {
    #[serde(rename = "sysDescr", skip_serializing_if = "Field::is_unusable")]
    descr: Field<String>,
    #[serde(rename = "sysObjectID", skip_serializing_if = "Field::is_unusable")]
    object_id: Field<String>,
    #[serde(rename = "sysUpTime", skip_serializing_if = "Field::is_unusable")]
    up_time: Field<String>,
    #[serde(rename = "sysContact", skip_serializing_if = "Field::is_unusable")]
    contact: Field<String>,
    #[serde(rename = "sysName", skip_serializing_if = "Field::is_unusable")]
    name: Field<String>,
    #[serde(rename = "sysLocation", skip_serializing_if = "Field::is_unusable")]
    location: Field<String>,
    #[serde(skip)]
    pub(crate) up_time_ticks: Field<i64>,
    /// The enterprise number that sysObjectID begins with.
    #[serde(skip)]
    pub(crate) enterprise: Option<u32>,
}

impl SystemGroup {
    /// One GET. Its failure means that the device does not answer.
    pub(crate) fn read(device: &mut dyn Device, warnings: &mut Warnings) -> Result<SystemGroup, Error> {
        let names: Vec<Oid> = READS.iter().map(|object| scalar(object)).collect();
        let varbinds = device.get(&names)?;
        let mut values = varbinds.iter().map(|varbind| &varbind.value);

        let descr = Field::text("sysDescr", values.next(), warnings);
        let object_id_value = values.next();
        let up_time_ticks = Field::ticks("sysUpTime", values.next(), warnings);
        Ok(SystemGroup {
            descr,
            object_id: Field::oid("sysObjectID", object_id_value, warnings),
            up_time: up_time_ticks.map(|ticks| ticks.to_string()),
            contact: Field::text("sysContact", values.next(), warnings),
            name: Field::text("sysName", values.next(), warnings),
            location: Field::text("sysLocation", values.next(), warnings),
            up_time_ticks,
            enterprise: object_id_value.and_then(enterprise),
        })
    }

    /// How many of the six the device answered, in whatever SYNTAX.
    pub(crate) fn answered(&self) -> u64 {
        let texts = [&self.descr, &self.object_id, &self.up_time, &self.contact, &self.name, &self.location];
        texts.iter().filter(|field| !field.is_absent()).map(|_| 1).sum()
    }
}

fn enterprise(object_id: &Value) -> Option<u32> {
    let Value::ObjectIdentifier(arcs) = object_id else { return None };
    arcs.strip_prefix(ENTERPRISES)?.first().copied()
}
