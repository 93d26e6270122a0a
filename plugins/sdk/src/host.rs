//! The host's imports as a [`Device`], and a [`Collector`] as the component's export.
//! Only the component calls anything in here.

use std::marker::PhantomData;

use crate::bindings::exports::snmp_proxy::plugin::collector::Guest;
use crate::bindings::snmp_proxy::plugin::{job, snmp};
use crate::{
    Collector, Device, Error, Level, Manifest, Oid, Outcome, Row, TableReader, Varbind, WalkReader, collector,
};

/// A collector in the form that the generated export takes.
#[derive(Debug)]
pub struct Exported<C>(PhantomData<C>);

impl<C: Collector> Guest for Exported<C> {
    fn describe() -> Manifest {
        C::describe()
    }

    fn collect() -> Result<String, Error> {
        collector::run::<C>(&mut HostDevice, &job::params())
    }
}

struct HostDevice;

impl Device for HostDevice {
    fn get(&mut self, names: &[Oid]) -> Result<Vec<Varbind>, Error> {
        snmp::get(names)
    }

    fn open_table(&mut self, entry: &[u32], columns: &[u32]) -> Result<Box<dyn TableReader>, Error> {
        let reader = snmp::open_table(entry, columns)?;
        Ok(Box::new(reader))
    }

    fn open_walk(&mut self, root: &[u32]) -> Result<Box<dyn WalkReader>, Error> {
        let reader = snmp::open_walk(root)?;
        Ok(Box::new(reader))
    }

    fn log(&mut self, level: Level, line: &str) {
        job::log(level, line);
    }

    fn progress(&mut self, line: &str, counters: &[(&str, u64)]) {
        let counters: Vec<_> = counters.iter().map(|&(name, count)| (name.to_owned(), count)).collect();
        job::progress(line, &counters);
    }
}

impl TableReader for snmp::TableReader {
    fn next(&mut self) -> Option<Vec<Row>> {
        snmp::TableReader::next(self)
    }

    fn outcome(&mut self) -> Outcome {
        snmp::TableReader::outcome(self)
    }
}

impl WalkReader for snmp::WalkReader {
    fn next(&mut self) -> Option<Vec<Varbind>> {
        snmp::WalkReader::next(self)
    }

    fn outcome(&mut self) -> Outcome {
        snmp::WalkReader::outcome(self)
    }
}
