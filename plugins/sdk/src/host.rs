//! The host's imports as a [`Device`], and a [`Collector`] as the component's export.
//! Only the component calls anything in here.

use std::marker::PhantomData;

use crate::{
    Agent, Collector, ConfiguredCollector, Device, Error, Level, Manifest, Oid, Outcome, Part, Row, TableReader,
    Varbind, WalkReader,
    bindings::{
        exports::snmp_proxy::plugin::collector::Guest,
        snmp_proxy::plugin::{job, output, snmp},
    },
    collector,
    configured_bindings::exports::snmp_proxy::plugin::configured_collector,
};

/// A collector in the form that the generated export takes.
#[derive(Debug)]
pub struct Exported<C>(PhantomData<C>);

impl<C: Collector> Guest for Exported<C> {
    fn describe() -> Manifest {
        C::describe()
    }

    fn collect() -> Result<String, Error> {
        collector::run::<C>(&mut HostDevice(snmp::device()), &job::params())
    }
}

/// A collector that is configured, in the form that the generated export takes.
#[derive(Debug)]
pub struct ExportedConfigured<C>(PhantomData<C>);

impl<C: ConfiguredCollector> configured_collector::Guest for ExportedConfigured<C> {
    fn describe(configuration: String) -> Result<Manifest, Error> {
        Ok(C::configure(&configuration)?.describe())
    }

    fn collect(configuration: String) -> Result<String, Error> {
        let collector = C::configure(&configuration)?;
        collector::run_configured(&collector, &mut HostDevice(snmp::device()), &job::params())
    }
}

/// The device of the job; its methods that are about the job ask the host itself.
struct HostDevice(snmp::Agent);

impl Agent for snmp::Agent {
    fn get(&mut self, names: &[Oid]) -> Result<Vec<Varbind>, Error> {
        snmp::Agent::get(self, names)
    }

    fn open_table(&mut self, columns: &[Oid], part: &Part) -> Result<Box<dyn TableReader>, Error> {
        if *part == Part::all() {
            return Ok(Box::new(snmp::Agent::open_table(self, columns)?));
        }
        let Part { below, after, at_most } = part;
        let wanted = snmp::TablePart::new();
        if !below.is_empty() {
            wanted.below(below);
        }
        if let Some(after) = after {
            wanted.after(after);
        }
        if let Some(rows) = at_most {
            wanted.at_most(*rows);
        }
        Ok(Box::new(self.open_part(columns, &wanted)?))
    }

    fn open_walk(&mut self, root: &[u32]) -> Result<Box<dyn WalkReader>, Error> {
        Ok(Box::new(snmp::Agent::open_walk(self, root)?))
    }
}

impl Agent for HostDevice {
    fn get(&mut self, names: &[Oid]) -> Result<Vec<Varbind>, Error> {
        Agent::get(&mut self.0, names)
    }

    fn open_table(&mut self, columns: &[Oid], part: &Part) -> Result<Box<dyn TableReader>, Error> {
        Agent::open_table(&mut self.0, columns, part)
    }

    fn open_walk(&mut self, root: &[u32]) -> Result<Box<dyn WalkReader>, Error> {
        Agent::open_walk(&mut self.0, root)
    }
}

impl Device for HostDevice {
    fn in_context(&mut self, name: &str) -> Result<Box<dyn Agent>, Error> {
        Ok(Box::new(snmp::in_context(name)?))
    }

    fn in_vlan(&mut self, number: u32) -> Result<Box<dyn Agent>, Error> {
        Ok(Box::new(snmp::in_vlan(number)?))
    }

    fn section(&mut self, name: &str) -> Option<String> {
        job::section(name)
    }

    fn hand_over(&mut self, section: &str, rows: &str) -> Result<(), Error> {
        output::rows(section, rows)
    }

    fn wait(&mut self, milliseconds: u32) {
        job::wait(milliseconds);
    }

    fn elapsed(&mut self) -> f64 {
        job::elapsed()
    }

    fn offers(&mut self, function: &str) -> bool {
        job::offers(function)
    }

    fn log(&mut self, level: Level, line: &str) {
        job::log(level, line);
    }

    fn progress(&mut self, line: &str, counters: &[(&str, u32)]) {
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
