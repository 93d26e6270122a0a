//! What of a table of addresses is not in the result, and what is odd in it: the lines of the job's log.
//! Nothing is left out without one, and none is written more than once for a table.

use std::fmt;

use snmp_proxy_sdk::{
    address::InetAddress,
    index::{AddressForm, AddressIndexes},
    oids::dotted,
    prelude::*,
    tally::Tally,
};

/// The notes on one table.
pub(crate) struct Notes {
    table: &'static str,
    pub(crate) indexes: AddressIndexes,
    left_out: Tally<LeftOut>,
    broken_pointers: Tally<()>,
    odd: Tally<String>,
}

/// Why an address is in no row of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LeftOut {
    /// Where packets for all go to.
    Broadcast,
    /// 0.0.0.0 and ::, which stand for none.
    Unspecified,
    /// Groups, which RFC 4293 keeps out of ipAddressTable.
    Multicast,
    /// Nobody knows of which interface it is.
    WithoutIfIndex,
}

impl Notes {
    /// None yet.
    pub(crate) fn new(table: &Table, form: AddressForm) -> Notes {
        Notes {
            table: table.name,
            indexes: AddressIndexes::new(table, form),
            left_out: Tally::default(),
            broken_pointers: Tally::default(),
            odd: Tally::default(),
        }
    }

    /// Reads a cell, and keeps what is odd about it.
    pub(crate) fn cell<T>(&mut self, read: impl FnOnce(&mut Warnings) -> Field<T>) -> Field<T> {
        let mut warnings = Warnings::default();
        let field = read(&mut warnings);
        warnings.iter().for_each(|warning| self.odd(warning.to_owned()));
        field
    }

    /// Keeps what is odd about a row.
    pub(crate) fn odd(&mut self, warning: String) {
        self.odd.add(warning, String::new);
    }

    /// Notes an address that is left out. Returns none, for the caller to return.
    pub(crate) fn leave_out<T>(&mut self, why: LeftOut, address: InetAddress) -> Option<T> {
        self.left_out.add(why, || address.to_string());
        None
    }

    /// Notes a RowPointer that does not name a prefix of its address.
    pub(crate) fn broken_pointer(&mut self, address: InetAddress, pointer: &[u32]) {
        self.broken_pointers.add((), || format!("{address} to {}", dotted(pointer)));
    }

    /// Writes the lines.
    pub(crate) fn report(&self, device: &mut dyn Device) {
        self.indexes.report(device);
        for (warning, seen) in self.odd.iter() {
            let times = if seen.count == 1 { String::new() } else { format!(" ({} rows)", seen.count) };
            device.log(Level::Warn, &format!("{warning}{times}"));
        }
        if self.odd.more() > 0 {
            let warnings = if self.odd.more() == 1 { "warning" } else { "warnings" };
            device.log(Level::Warn, &format!("{}: {} further {warnings}", self.table, self.odd.more()));
        }
        for (_, seen) in self.broken_pointers.iter() {
            let (table, count, example) = (self.table, seen.count, &seen.example);
            let pointers = if count == 1 { "pointer" } else { "pointers" };
            let line = format!(
                "{table}: {count} {pointers} to a prefix that does not contain the address, e.g. from {example}"
            );
            device.log(Level::Info, &line);
        }
        for (why, seen) in self.left_out.iter() {
            let (table, count, example) = (self.table, seen.count, &seen.example);
            let addresses = if count == 1 { "address" } else { "addresses" };
            device.log(why.level(), &format!("{table}: {count} {addresses} left out: {why}, e.g. {example}"));
        }
    }
}

impl LeftOut {
    /// A warning where something of the device is missing, and not only what was never its own.
    fn level(self) -> Level {
        match self {
            LeftOut::Broadcast | LeftOut::Unspecified | LeftOut::Multicast => Level::Info,
            LeftOut::WithoutIfIndex => Level::Warn,
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LeftOut::Broadcast => "broadcast is no address of an interface",
            LeftOut::Unspecified => "unspecified",
            LeftOut::Multicast => "multicast is no address of an interface",
            LeftOut::WithoutIfIndex => "the row does not say of which interface",
        })
    }
}
