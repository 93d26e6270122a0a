//! A row of the result, and what of it comes from which table.

use serde::Serialize;
use snmp_proxy_sdk::enumeration::{Names, name_of};
use snmp_proxy_sdk::mac::Mac;
use snmp_proxy_sdk::prelude::*;
use snmp_proxy_sdk::serde;

use crate::addresses::Address;
use crate::if_type;
use crate::links::Links;
use crate::speed::{Speed, speed};

const DESCR: Column = Column::new(2, "ifDescr");
const TYPE: Column = Column::new(3, "ifType");
const MTU: Column = Column::new(4, "ifMtu");
const SPEED: Column = Column::new(5, "ifSpeed");
const PHYS_ADDRESS: Column = Column::new(6, "ifPhysAddress");
const ADMIN_STATUS: Column = Column::new(7, "ifAdminStatus");
const OPER_STATUS: Column = Column::new(8, "ifOperStatus");
const LAST_CHANGE: Column = Column::new(9, "ifLastChange");

/// ifTable (RFC 2863), without its counters.
pub(crate) const IF_TABLE: Table = Table {
    name: "ifTable",
    entry: oid!("1.3.6.1.2.1.2.2.1"),
    columns: &[DESCR, TYPE, MTU, SPEED, PHYS_ADDRESS, ADMIN_STATUS, OPER_STATUS, LAST_CHANGE],
};

const NAME: Column = Column::new(1, "ifName");
const HIGH_SPEED: Column = Column::new(15, "ifHighSpeed");
const PROMISCUOUS_MODE: Column = Column::new(16, "ifPromiscuousMode");
const CONNECTOR_PRESENT: Column = Column::new(17, "ifConnectorPresent");
const ALIAS: Column = Column::new(18, "ifAlias");
const COUNTER_DISCONTINUITY_TIME: Column = Column::new(19, "ifCounterDiscontinuityTime");

/// ifXTable (RFC 2863), without its counters.
pub(crate) const IF_X_TABLE: Table = Table {
    name: "ifXTable",
    entry: oid!("1.3.6.1.2.1.31.1.1.1"),
    columns: &[NAME, HIGH_SPEED, PROMISCUOUS_MODE, CONNECTOR_PRESENT, ALIAS, COUNTER_DISCONTINUITY_TIME],
};

const IF_ADMIN_STATUS: &Names = &[(1, "up"), (2, "down"), (3, "testing")];
const IF_OPER_STATUS: &Names =
    &[(1, "up"), (2, "down"), (3, "testing"), (4, "unknown"), (5, "dormant"), (6, "notPresent"), (7, "lowerLayerDown")];

/// An interface.
#[derive(Debug, Default, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Interface {
    index: u32,
    /// A client takes a string or no key at all.
    #[serde(skip_serializing_if = "Field::is_unusable")]
    description: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    name: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    alias: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    r#type: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    type_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    mtu: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    speed: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    if_speed: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    if_high_speed: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<Mac>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    phys_address: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    admin_status: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_status_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    oper_status: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oper_status_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    last_change: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    last_change_age_seconds: Field<i64>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    promiscuous: Field<bool>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    connector_present: Field<bool>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    counter_discontinuity_time: Field<i64>,
    #[serde(flatten)]
    links: Links,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<Address>,
    #[serde(skip_serializing_if = "Warnings::is_empty")]
    warnings: Warnings,
}

impl Interface {
    /// An interface of which nothing but the ifIndex is known yet.
    pub(crate) fn new(index: u32) -> Interface {
        Interface { index, ..Interface::default() }
    }

    /// Takes what a row of ifTable says.
    pub(crate) fn add_if_row(&mut self, row: &Cells) {
        let warnings = &mut self.warnings;
        self.description = row.text(DESCR, warnings);
        self.r#type = row.integer(TYPE, warnings);
        self.type_name = self.r#type.value().and_then(|&number| name_of(if_type::NAMES, number));
        self.mtu = row.integer(MTU, warnings);
        self.if_speed = row.gauge(SPEED, warnings);
        let address = row.phys_address(PHYS_ADDRESS, warnings);
        self.mac = address.value().and_then(|address| address.usable_mac());
        self.phys_address = match address {
            Field::Is(address) => address.other().map_or(Field::Absent, |digits| Field::Is(digits.to_owned())),
            Field::Wrong => Field::Wrong,
            Field::Absent => Field::Absent,
        };
        self.admin_status = row.integer(ADMIN_STATUS, warnings);
        self.admin_status_name = self.admin_status.value().and_then(|&number| name_of(IF_ADMIN_STATUS, number));
        self.oper_status = row.integer(OPER_STATUS, warnings);
        self.oper_status_name = self.oper_status.value().and_then(|&number| name_of(IF_OPER_STATUS, number));
        self.last_change = row.ticks(LAST_CHANGE, warnings);
    }

    /// Takes what a row of ifXTable says.
    pub(crate) fn add_if_x_row(&mut self, row: &Cells) {
        let warnings = &mut self.warnings;
        self.name = row.text(NAME, warnings);
        self.alias = row.text(ALIAS, warnings);
        self.if_high_speed = row.gauge(HIGH_SPEED, warnings);
        self.promiscuous = row.truth(PROMISCUOUS_MODE, warnings);
        self.connector_present = row.truth(CONNECTOR_PRESENT, warnings);
        self.counter_discontinuity_time = row.ticks(COUNTER_DISCONTINUITY_TIME, warnings);
    }

    /// Draws the conclusions, when all rows are in.
    pub(crate) fn finish(&mut self, sys_up_time: Option<i64>, links: Links, addresses: Vec<Address>) {
        links.warnings.iter().for_each(|warning| self.warnings.add(warning));
        self.links = links;
        self.addresses = addresses;
        self.last_change_age_seconds = match (self.last_change.value(), sys_up_time) {
            (Some(&changed), Some(now)) if changed <= now => Field::Is((now - changed) / 100),
            // sysUpTime has wrapped since, or the agent restarted: the age cannot be known.
            (Some(_), Some(_)) => Field::Wrong,
            _ => Field::Absent,
        };
        let (low, high) = (self.if_speed.value().copied(), self.if_high_speed.value().copied());
        let speed = speed(low, high, self.r#type.value().copied());
        speed.warning(low, high).into_iter().for_each(|warning| self.warnings.add(warning));
        self.speed = match speed {
            Speed::Is(bits_per_second) | Speed::Read(bits_per_second, _) => Field::Is(bits_per_second),
            Speed::Absent if self.if_speed.is_absent() && self.if_high_speed.is_absent() => Field::Absent,
            Speed::Absent | Speed::Beyond | Speed::Unknown(_) => Field::Wrong,
        };
    }
}
