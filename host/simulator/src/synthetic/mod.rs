//! Devices made of numbers: as many interfaces and neighbours as a test or a benchmark needs.
//!
//! The same numbers always give the same device. Neighbours have addresses of 10.0.0.0/8, and all MAC addresses are
//! locally administered ones, with the number of the row in their last octets.

use snmp::{Oid, Value, Varbind};

use crate::Recording;

/// The size of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntheticDevice {
    /// Its sysName, also part of its sysDescr.
    pub name: String,
    /// How many rows ifTable and ifXTable have.
    pub interfaces: u32,
    /// How many neighbours it knows, spread over its interfaces.
    pub arp_rows: u32,
    /// In which tables it tells them.
    pub arp_tables: ArpTables,
}

/// The tables in which a device tells its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArpTables {
    /// ipNetToMediaTable.
    #[default]
    Media,
    /// ipNetToPhysicalTable.
    Physical,
    /// Both, with the same rows.
    Both,
}

impl Default for SyntheticDevice {
    fn default() -> Self {
        Self { name: "synthetic".to_owned(), interfaces: 4, arp_rows: 4, arp_tables: ArpTables::Media }
    }
}

const IF_NUMBER: [u32; 9] = [1, 3, 6, 1, 2, 1, 2, 1, 0];
const IF_ENTRY: [u32; 9] = [1, 3, 6, 1, 2, 1, 2, 2, 1];
const IF_X_ENTRY: [u32; 10] = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1];
const IP_NET_TO_MEDIA_ENTRY: [u32; 9] = [1, 3, 6, 1, 2, 1, 4, 22, 1];
const IP_NET_TO_PHYSICAL_ENTRY: [u32; 9] = [1, 3, 6, 1, 2, 1, 4, 35, 1];
/// The enterprise number for documentation (RFC 5612).
const SYS_OBJECT_ID: [u32; 10] = [1, 3, 6, 1, 4, 1, 32473, 1, 1, 1];

impl SyntheticDevice {
    /// Returns what the device says.
    #[must_use]
    pub fn recording(&self) -> Recording {
        let mut varbinds = Vec::new();
        self.put_system(&mut varbinds);
        for index in 1..=self.interfaces {
            put_interface(&mut varbinds, index);
        }
        for row in 0..self.arp_rows {
            // Spread over the interfaces; a device without interfaces tells neighbours of its interface 1 all the same.
            self.put_neighbour(&mut varbinds, 1 + row % self.interfaces.max(1), row);
        }
        Recording::new(varbinds)
    }

    fn put_system(&self, varbinds: &mut Vec<Varbind>) {
        let mut scalar = |object: u32, value| put(varbinds, &[1, 3, 6, 1, 2, 1, 1], &[object, 0], value);
        scalar(1, text(format!("Synthetic device {} with {} interfaces", self.name, self.interfaces)));
        scalar(2, Value::ObjectIdentifier(Oid::from(SYS_OBJECT_ID)));
        scalar(3, Value::TimeTicks(123_456_789));
        scalar(4, text("noc@example.net"));
        scalar(5, text(self.name.as_str()));
        scalar(6, text("Rack 1"));
        scalar(7, Value::Integer(6));
        put(varbinds, &IF_NUMBER, &[], Value::Integer(i32::try_from(self.interfaces).unwrap_or(i32::MAX)));
    }

    fn put_neighbour(&self, varbinds: &mut Vec<Varbind>, index: u32, row: u32) {
        let [_, high, middle, low] = row.to_be_bytes();
        let address = [10, high, middle, low];
        let arcs = address.map(u32::from);
        let mac = Value::OctetString(vec![0x02, 0x00, 0x01, high, middle, low]);
        if self.arp_tables != ArpTables::Physical {
            let mut cell = |column: u32, value| {
                let [a, b, c, d] = arcs;
                put(varbinds, &IP_NET_TO_MEDIA_ENTRY, &[column, index, a, b, c, d], value);
            };
            cell(1, Value::Integer(i32::try_from(index).unwrap_or(i32::MAX)));
            cell(2, mac.clone());
            cell(3, Value::IpAddress(address));
            cell(4, Value::Integer(3));
        }
        if self.arp_tables != ArpTables::Media {
            let mut cell = |column: u32, value| {
                let [a, b, c, d] = arcs;
                put(varbinds, &IP_NET_TO_PHYSICAL_ENTRY, &[column, index, 1, 4, a, b, c, d], value);
            };
            cell(4, mac);
            cell(5, Value::TimeTicks(row));
            cell(6, Value::Integer(3));
            cell(7, Value::Integer(1));
            cell(8, Value::Integer(1));
        }
    }
}

/// All columns of ifTable and ifXTable for one interface.
fn put_interface(varbinds: &mut Vec<Varbind>, index: u32) {
    let number = i32::try_from(index).unwrap_or(i32::MAX);
    // Every tenth port is down, every fourth is ten times as fast as ifSpeed can say.
    let oper = if index.is_multiple_of(10) { 2 } else { 1 };
    let fast = index.is_multiple_of(4);
    let [_, high, middle, low] = index.to_be_bytes();
    let counter = |column: u32| index.wrapping_mul(1_000_003).wrapping_add(column);
    let mut cell = |column: u32, value| put(varbinds, &IF_ENTRY, &[column, index], value);
    cell(1, Value::Integer(number));
    cell(2, text(format!("Ethernet port {index}")));
    cell(3, Value::Integer(6));
    cell(4, Value::Integer(1_500));
    cell(5, Value::Gauge32(if fast { u32::MAX } else { 1_000_000_000 }));
    cell(6, Value::OctetString(vec![0x02, 0x00, 0x00, high, middle, low]));
    cell(7, Value::Integer(1));
    cell(8, Value::Integer(oper));
    cell(9, Value::TimeTicks(index.wrapping_mul(100)));
    for column in (10..=20).filter(|column| *column != 12 && *column != 18) {
        cell(column, Value::Counter32(counter(column)));
    }
    let mut cell = |column: u32, value| put(varbinds, &IF_X_ENTRY, &[column, index], value);
    cell(1, text(format!("eth{index}")));
    for column in 2..=5 {
        cell(column, Value::Counter32(counter(column)));
    }
    for column in 6..=13 {
        cell(column, Value::Counter64(u64::from(counter(column)) << 16));
    }
    cell(14, Value::Integer(1));
    cell(15, Value::Gauge32(if fast { 10_000 } else { 1_000 }));
    cell(16, Value::Integer(2));
    cell(17, Value::Integer(1));
    cell(18, text(format!("to desk {index}")));
    cell(19, Value::TimeTicks(0));
}

fn put(varbinds: &mut Vec<Varbind>, entry: &[u32], arcs: &[u32], value: Value) {
    // All names made here are far below the 128 arcs an OID may have.
    if let Ok(name) = Oid::new(&[entry, arcs].concat()) {
        varbinds.push(Varbind { name, value });
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::OctetString(text.into().into_bytes())
}

#[cfg(test)]
mod tests;
