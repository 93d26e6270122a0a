//! The faults that devices have, one after another.

use super::recorded::RecordedDevice;
use crate::{Collector, Oid, Value, oids::dotted};

/// The device with each of the faults that devices have, and the fault in words: no answer at all, no answer below and
/// nothing below each subtree that the plugin reads, tables that break off, holes, and values of the wrong type.
///
/// A plugin may make of them what is right; it must not panic, and what it gives must fit its schemas.
///
/// ```
/// # use snmp_proxy_sdk::prelude::*;
/// # struct Name;
/// # impl Collector for Name {
/// #     type Params = NoParams;
/// #     fn describe() -> Manifest {
/// #         Manifest::new("name", "1.0.0", "The name.").section("name", "{}").reads(&[oid!("1.3.6.1.2.1.1.5")])
/// #     }
/// #     fn collect(device: &mut dyn Device, NoParams {}: NoParams) -> Result<Sections, Error> {
/// #         Sections::new().with("name", &device.get(&[oid!("1.3.6.1.2.1.1.5.0").to_vec()])?.len())
/// #     }
/// # }
/// use snmp_proxy_sdk::testing::{RecordedDevice, every_fault, run};
///
/// let device = RecordedDevice::parse("1.3.6.1.2.1.1.5.0|4|router1\n").unwrap();
/// for (fault, mut device) in every_fault::<Name>(&device) {
///     let run = run::<Name>(&mut device, "{}");
///     assert!(run.breaks_no_rule(), "{fault}: {:?}", run.result);
/// }
/// ```
#[must_use]
pub fn every_fault<C: Collector>(device: &RecordedDevice) -> Vec<(String, RecordedDevice)> {
    let reads = C::describe().reads;
    let mut faults = vec![
        ("no answer".to_owned(), device.clone().silent_below(&[])),
        ("nothing there".to_owned(), RecordedDevice::default()),
        ("a hole at every third object".to_owned(), device.clone().with_holes(3)),
        ("values of the wrong type".to_owned(), device.clone().with_wrong_types()),
        ("values of no type at all".to_owned(), device.clone().with_nulls()),
    ];
    for subtree in &reads {
        let shown = dotted(subtree);
        faults.push((format!("no answer below {shown}"), device.clone().silent_below(subtree)));
        faults.push((format!("nothing below {shown}"), device.clone().without(subtree)));
        faults.push((format!("{shown} is refused"), device.clone().refusing_below(subtree, "genErr")));
    }
    for entry in entries(&reads) {
        let shown = dotted(&entry);
        faults.push((format!("{shown} breaks off after a row"), device.clone().breaking_off(&entry, 1)));
    }
    faults
}

/// What the columns of tables are below of, each once.
fn entries(reads: &[Oid]) -> Vec<Oid> {
    let mut entries: Vec<Oid> = reads.iter().filter_map(|column| Some(column.split_last()?.1.to_vec())).collect();
    entries.sort();
    entries.dedup();
    entries
}

impl RecordedDevice {
    /// The same device, without every `every`-th object.
    #[must_use]
    pub fn with_holes(mut self, every: usize) -> RecordedDevice {
        let mut position = 0;
        self.retain_objects(|_| {
            position += 1;
            position % every.max(1) != 0
        });
        self
    }

    /// The same device, with numbers in the place of texts and texts in the place of everything else.
    #[must_use]
    pub fn with_wrong_types(self) -> RecordedDevice {
        self.with_values(|value| match value {
            Value::OctetString(_) => Value::Integer(7),
            _ => Value::OctetString(b"wrong".to_vec()),
        })
    }

    /// The same device, with NULL in the place of every value.
    #[must_use]
    pub fn with_nulls(self) -> RecordedDevice {
        self.with_values(|_| Value::Null)
    }
}
