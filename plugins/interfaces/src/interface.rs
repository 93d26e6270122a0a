//! A row of the result, and what of it comes from which table.

use serde::Serialize;
use snmp_proxy_sdk::{
    enumeration::{Names, name_of},
    mac::Mac,
    prelude::*,
    serde,
};

use crate::{
    address::Address,
    if_type,
    links::Links,
    speed::{Doubt, Speed, speed},
};

const INDEX: Column = Column::new(1, "ifIndex");
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
    columns: &[INDEX, DESCR, TYPE, MTU, SPEED, PHYS_ADDRESS, ADMIN_STATUS, OPER_STATUS, LAST_CHANGE],
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
    /// The column ifIndex, where it says anything.
    #[serde(skip)]
    pub(crate) says: Option<u32>,
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
        // Of this column only the number matters, and that it is sent in another class is told by no other row.
        self.says = row.if_index(INDEX, &mut Warnings::default()).value().copied();
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

    /// ifDescr.
    pub(crate) fn description(&self) -> Option<&str> {
        self.description.value().map(String::as_str)
    }

    /// Takes what a row of ifXTable says.
    pub(crate) fn add_if_x_row(&mut self, row: IfXRow) {
        let IfXRow { name, alias, if_high_speed, promiscuous, connector_present, counter_discontinuity_time, warnings } =
            row;
        self.name = name;
        self.alias = alias;
        self.if_high_speed = if_high_speed;
        self.promiscuous = promiscuous;
        self.connector_present = connector_present;
        self.counter_discontinuity_time = counter_discontinuity_time;
        warnings.iter().for_each(|warning| self.warnings.add(warning));
    }

    /// True where this row and one of ifXTable have speeds of which one must be wrong.
    pub(crate) fn contradicts(&self, row: &IfXRow) -> bool {
        let (low, high) = (self.if_speed.value().copied(), row.if_high_speed.value().copied());
        speed(low, high, self.r#type.value().copied()) == Speed::Unknown(Doubt::Contradiction)
    }

    /// Adds a warning of its own.
    pub(crate) fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.add(warning);
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

/// A row of ifXTable.
#[derive(Debug)]
pub(crate) struct IfXRow {
    name: Field<String>,
    alias: Field<String>,
    if_high_speed: Field<i64>,
    promiscuous: Field<bool>,
    connector_present: Field<bool>,
    counter_discontinuity_time: Field<i64>,
    warnings: Warnings,
}

impl IfXRow {
    /// Reads the cells.
    pub(crate) fn read(row: &Cells) -> IfXRow {
        let mut warnings = Warnings::default();
        IfXRow {
            name: row.text(NAME, &mut warnings),
            alias: row.text(ALIAS, &mut warnings),
            if_high_speed: row.gauge(HIGH_SPEED, &mut warnings),
            promiscuous: row.truth(PROMISCUOUS_MODE, &mut warnings),
            connector_present: row.truth(CONNECTOR_PRESENT, &mut warnings),
            counter_discontinuity_time: row.ticks(COUNTER_DISCONTINUITY_TIME, &mut warnings),
            warnings,
        }
    }

    /// ifName.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.value().map(String::as_str)
    }
}
