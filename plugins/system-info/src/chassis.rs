//! The chassis of a device, from ENTITY-MIB.
//!
//! entPhysicalTable may have thousands of rows and takes minutes on old switch stacks. So only the column that tells
//! a chassis from a power supply is walked, and the rest is one GET for the few rows that matter.

use serde::Serialize;
use snmp_proxy_sdk::{oids::instance, prelude::*, serde};

/// entPhysicalEntry.
const ENTRY: &[u32] = oid!("1.3.6.1.2.1.47.1.1.1.1");

const CLASS: Column = Column::new(5, "entPhysicalClass");
/// What is walked.
pub(crate) const CLASSES: Table = Table { name: "entPhysicalTable", entry: ENTRY, columns: &[CLASS] };

/// PhysicalClass chassis(3).
const CHASSIS: i64 = 3;
/// Chassis in a result. The largest stacks have less than half; further ones are left out with a warning.
const MAX_CHASSIS: usize = 32;

const DESCR: Column = Column::new(2, "entPhysicalDescr");
const NAME: Column = Column::new(7, "entPhysicalName");
const HARDWARE_REV: Column = Column::new(8, "entPhysicalHardwareRev");
const FIRMWARE_REV: Column = Column::new(9, "entPhysicalFirmwareRev");
const SOFTWARE_REV: Column = Column::new(10, "entPhysicalSoftwareRev");
const SERIAL_NUM: Column = Column::new(11, "entPhysicalSerialNum");
const MFG_NAME: Column = Column::new(12, "entPhysicalMfgName");
const MODEL_NAME: Column = Column::new(13, "entPhysicalModelName");

/// What is asked for each chassis, in this order. 32 times 8 names are what one GET of the host takes.
pub(crate) const DETAILS: Table = Table {
    name: "entPhysicalTable",
    entry: ENTRY,
    columns: &[DESCR, NAME, MFG_NAME, MODEL_NAME, SERIAL_NUM, HARDWARE_REV, FIRMWARE_REV, SOFTWARE_REV],
};

/// A chassis. The MIB has agents send an empty string for what they do not know, which is absent here.
#[derive(Debug, Default, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Chassis {
    index: u32,
    #[serde(skip_serializing_if = "Field::is_absent")]
    description: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    name: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    manufacturer: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    model: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    serial: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    hardware_revision: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    firmware_revision: Field<String>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    software_revision: Field<String>,
}

/// Reads the chassis; none when the device does not answer for them, which the log says.
pub(crate) fn read(device: &mut dyn Device, warnings: &mut Warnings) -> Option<Vec<Chassis>> {
    let found = find(device, warnings).and_then(|indexes| details(device, &indexes, warnings));
    found.map_err(|wrong| device.log(Level::Warn, &format!("the chassis are missing: {}", wrong.message))).ok()
}

fn find(device: &mut dyn Device, warnings: &mut Warnings) -> Result<Vec<u32>, Error> {
    let mut rows = CLASSES.open(device)?;
    let mut malformed = Malformed::new(CLASSES.name);
    let mut indexes = Vec::new();
    while let Some(batch) = rows.next_batch() {
        for row in batch {
            let Some(index) = row.single_index() else {
                malformed.add(row.index());
                continue;
            };
            if row.integer(CLASS, warnings).value() == Some(&CHASSIS) {
                indexes.push(index);
            }
        }
    }
    malformed.report(device);
    if indexes.len() > MAX_CHASSIS {
        warnings.add(format!("{} chassis, of which {MAX_CHASSIS} are shown", indexes.len()));
        indexes.truncate(MAX_CHASSIS);
    }
    Ok(indexes)
}

fn details(device: &mut dyn Device, indexes: &[u32], warnings: &mut Warnings) -> Result<Vec<Chassis>, Error> {
    if indexes.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<Oid> = indexes
        .iter()
        .flat_map(|&index| DETAILS.columns.iter().map(move |column| instance(ENTRY, &[column.number, index])))
        .collect();
    let varbinds = device.get(&names)?;
    let chassis = indexes.iter().zip(varbinds.chunks(DETAILS.columns.len())).map(|(&index, varbinds)| {
        let mut cells = DETAILS.columns.iter().zip(varbinds);
        let mut text = || match cells.next() {
            Some((column, varbind)) => known(Field::text(column.name, Some(&varbind.value), warnings)),
            None => Field::Absent,
        };
        Chassis {
            index,
            description: text(),
            name: text(),
            manufacturer: text(),
            model: text(),
            serial: text(),
            hardware_revision: text(),
            firmware_revision: text(),
            software_revision: text(),
        }
    });
    Ok(chassis.collect())
}

fn known(text: Field<String>) -> Field<String> {
    match text {
        Field::Is(text) if text.trim().is_empty() => Field::Absent,
        other => other,
    }
}
