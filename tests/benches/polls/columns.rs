//! The columns that the standard plugins read and the agent has, for the programs that are asked for them by name.
//!
//! The plugins also look for tables that the agent does not have; the others are spared that.

/// A column, or the group of the system's scalars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// What is walked.
    pub(crate) oid: &'static str,
    /// Its name in the MIB.
    pub(crate) name: &'static str,
    /// What it is in the words of `snmp_exporter`.
    pub(crate) kind: &'static str,
    /// By what its rows are told apart.
    pub(crate) index: Index,
}

/// The index of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    /// None: a scalar, or a group of them.
    None,
    /// ifIndex.
    Interface,
    /// ifIndex and an IPv4 address.
    Media,
    /// ifIndex and an address of any kind.
    Physical,
}

const fn column(oid: &'static str, name: &'static str, kind: &'static str, index: Index) -> Column {
    Column { oid, name, kind, index }
}

/// What is read.
pub(crate) const COLUMNS: &[Column] = &[
    column("1.3.6.1.2.1.1", "system", "gauge", Index::None),
    column("1.3.6.1.2.1.2.2.1.2", "ifDescr", "DisplayString", Index::Interface),
    column("1.3.6.1.2.1.2.2.1.3", "ifType", "gauge", Index::Interface),
    column("1.3.6.1.2.1.2.2.1.4", "ifMtu", "gauge", Index::Interface),
    column("1.3.6.1.2.1.2.2.1.5", "ifSpeed", "gauge", Index::Interface),
    column("1.3.6.1.2.1.2.2.1.6", "ifPhysAddress", "PhysAddress48", Index::Interface),
    column("1.3.6.1.2.1.2.2.1.7", "ifAdminStatus", "gauge", Index::Interface),
    column("1.3.6.1.2.1.2.2.1.8", "ifOperStatus", "gauge", Index::Interface),
    column("1.3.6.1.2.1.2.2.1.9", "ifLastChange", "gauge", Index::Interface),
    column("1.3.6.1.2.1.31.1.1.1.1", "ifName", "DisplayString", Index::Interface),
    column("1.3.6.1.2.1.31.1.1.1.15", "ifHighSpeed", "gauge", Index::Interface),
    column("1.3.6.1.2.1.31.1.1.1.16", "ifPromiscuousMode", "gauge", Index::Interface),
    column("1.3.6.1.2.1.31.1.1.1.17", "ifConnectorPresent", "gauge", Index::Interface),
    column("1.3.6.1.2.1.31.1.1.1.18", "ifAlias", "DisplayString", Index::Interface),
    column("1.3.6.1.2.1.31.1.1.1.19", "ifCounterDiscontinuityTime", "gauge", Index::Interface),
    column("1.3.6.1.2.1.4.22.1.2", "ipNetToMediaPhysAddress", "PhysAddress48", Index::Media),
    column("1.3.6.1.2.1.4.22.1.4", "ipNetToMediaType", "gauge", Index::Media),
    column("1.3.6.1.2.1.4.35.1.4", "ipNetToPhysicalPhysAddress", "PhysAddress48", Index::Physical),
    column("1.3.6.1.2.1.4.35.1.6", "ipNetToPhysicalType", "gauge", Index::Physical),
    column("1.3.6.1.2.1.4.35.1.7", "ipNetToPhysicalState", "gauge", Index::Physical),
];
