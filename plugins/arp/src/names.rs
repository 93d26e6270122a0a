//! The names of the interfaces behind which the neighbours are: ifName, and ifDescr for those without one.

use std::collections::{BTreeMap, BTreeSet};

use snmp_proxy_sdk::oids::instance;
use snmp_proxy_sdk::prelude::*;
use snmp_proxy_sdk::table::Rows;

use crate::neighbour::Neighbour;

const NAME: Column = Column::new(1, "ifName");
/// What is walked.
pub(crate) const IF_X_TABLE: Table = Table { name: "ifXTable", entry: oid!("1.3.6.1.2.1.31.1.1.1"), columns: &[NAME] };

/// What is asked for where that gave no name.
pub(crate) const IF_DESCR: &[u32] = oid!("1.3.6.1.2.1.2.2.1.2");

/// Names that one GET of the host takes.
const NAMES_PER_GET: usize = 256;

/// The names, being read.
pub(crate) struct InterfaceNames {
    reader: Option<Rows>,
    names: Names,
}

/// Names by ifIndex.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<u32, String>);

impl InterfaceNames {
    /// Starts to read ifName. A device that has it not, or breaks off, costs names and nothing else.
    pub(crate) fn open(device: &mut dyn Device) -> InterfaceNames {
        InterfaceNames { reader: IF_X_TABLE.open_or_log(device), names: Names::default() }
    }

    /// The reader, for whoever reads it beside others, and where the names go.
    pub(crate) fn reader(&mut self) -> (Option<&mut Rows>, &mut Names) {
        (self.reader.as_mut(), &mut self.names)
    }

    /// Gives the neighbours the names of their interfaces. Asks for the ifDescr of those that have no ifName.
    pub(crate) fn fill(mut self, device: &mut dyn Device, neighbours: &mut [Neighbour]) {
        let used: BTreeSet<u32> = neighbours.iter().map(|neighbour| neighbour.index).collect();
        let nameless: Vec<u32> = used.into_iter().filter(|index| !self.names.0.contains_key(index)).collect();
        for indexes in nameless.chunks(NAMES_PER_GET) {
            if let Err(wrong) = self.names.add_descriptions(device, indexes) {
                device.log(Level::Warn, &format!("some interfaces have no name: {}", wrong.message));
                break;
            }
        }
        for neighbour in neighbours {
            neighbour.interface = self.names.0.get(&neighbour.index).cloned();
        }
    }
}

impl Names {
    /// Takes the name in a row of ifXTable.
    pub(crate) fn add_row(&mut self, row: &Cells) {
        if let Some(index) = row.single_index() {
            self.add(index, row.text(NAME, &mut Warnings::default()));
        }
    }

    fn add_descriptions(&mut self, device: &mut dyn Device, indexes: &[u32]) -> Result<(), Error> {
        let names: Vec<Oid> = indexes.iter().map(|&index| instance(IF_DESCR, &[index])).collect();
        for (&index, varbind) in indexes.iter().zip(device.get(&names)?) {
            self.add(index, Field::text("ifDescr", Some(&varbind.value), &mut Warnings::default()));
        }
        Ok(())
    }

    /// An empty name is none.
    fn add(&mut self, index: u32, name: Field<String>) {
        if let Field::Is(name) = name
            && !name.is_empty()
        {
            self.0.insert(index, name);
        }
    }
}
