//! What a guest asks of the host. Every argument is checked here, before anything is sent.

use std::sync::Arc;

use ::snmp::{Oid, counted};
use wasmtime::component::Resource;

use super::{
    bindings::snmp_proxy::plugin::{job, snmp, types},
    values,
};
use crate::{
    DeviceError, ErrorKind, Manifest, manifest,
    run::{RunState, TableHandle, TooMany, WalkHandle},
};

impl types::Host for RunState {}

impl snmp::Host for RunState {
    async fn get(&mut self, names: Vec<types::Oid>) -> wasmtime::Result<Result<Vec<types::Varbind>, types::Error>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let most = self.limits.get_names;
        let collecting = self.called("snmp.get")?;
        let names = match check_names(&names, most, &collecting.manifest) {
            Ok(names) if names.is_empty() => return Ok(Ok(Vec::new())),
            Ok(names) => names,
            Err(error) => return Ok(Err(values::error(error))),
        };
        let asked = names.len();
        let answer = collecting.job.device.get(names).await;
        Ok(match answer {
            Ok(varbinds) if varbinds.len() == asked => Ok(varbinds.into_iter().map(values::varbind).collect()),
            Ok(varbinds) => {
                let message = format!("{} for {}", counted(varbinds.len(), "varbind"), counted(asked, "name"));
                Err(values::error(DeviceError { kind: ErrorKind::Malformed, message, at: None }))
            }
            Err(error) => Err(values::error(error)),
        })
    }

    fn open_table(
        &mut self,
        entry: types::Oid,
        columns: Vec<u32>,
    ) -> wasmtime::Result<Result<Resource<TableHandle>, types::Error>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let most = self.limits.columns;
        let room = self.readers.has_room();
        let collecting = self.called("snmp.open-table")?;
        let checked = room.map_err(too_many).and_then(|()| check_table(&entry, &columns, most, &collecting.manifest));
        Ok(match checked {
            Ok(entry) => {
                let source = collecting.job.device.open_table(entry, columns);
                Ok(Resource::new_own(self.readers.add_table(source)))
            }
            Err(error) => Err(values::error(error)),
        })
    }

    fn open_walk(&mut self, root: types::Oid) -> wasmtime::Result<Result<Resource<WalkHandle>, types::Error>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let room = self.readers.has_room();
        let collecting = self.called("snmp.open-walk")?;
        let checked = room.map_err(too_many).and_then(|()| check_name(&root, &collecting.manifest));
        Ok(match checked {
            Ok(root) => {
                let source = collecting.job.device.open_walk(root);
                Ok(Resource::new_own(self.readers.add_walk(source)))
            }
            Err(error) => Err(values::error(error)),
        })
    }
}

impl snmp::HostTableReader for RunState {
    async fn next(&mut self, reader: Resource<TableHandle>) -> wasmtime::Result<Option<Vec<snmp::Row>>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called("table-reader.next")?;
        let rows = self.readers.next_rows(reader.rep()).await;
        Ok(rows.map(|rows| rows.into_iter().map(values::row).collect()))
    }

    fn outcome(&mut self, reader: Resource<TableHandle>) -> wasmtime::Result<snmp::Outcome> {
        self.outcome_of("table-reader.outcome", reader.rep())
    }

    fn drop(&mut self, reader: Resource<TableHandle>) -> wasmtime::Result<()> {
        self.readers.release(reader.rep());
        Ok(())
    }
}

impl snmp::HostWalkReader for RunState {
    async fn next(&mut self, reader: Resource<WalkHandle>) -> wasmtime::Result<Option<Vec<types::Varbind>>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called("walk-reader.next")?;
        let varbinds = self.readers.next_varbinds(reader.rep()).await;
        Ok(varbinds.map(|varbinds| varbinds.into_iter().map(values::varbind).collect()))
    }

    fn outcome(&mut self, reader: Resource<WalkHandle>) -> wasmtime::Result<snmp::Outcome> {
        self.outcome_of("walk-reader.outcome", reader.rep())
    }

    fn drop(&mut self, reader: Resource<WalkHandle>) -> wasmtime::Result<()> {
        self.readers.release(reader.rep());
        Ok(())
    }
}

impl RunState {
    fn outcome_of(&mut self, function: &'static str, reader: u32) -> wasmtime::Result<snmp::Outcome> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called(function)?;
        // wasmtime hands over only what `open-table` and `open-walk` gave out.
        let outcome = self.readers.outcome(reader).ok_or_else(|| wasmtime::Error::msg("there is no such reader"))?;
        Ok(values::outcome(outcome))
    }
}

impl job::Host for RunState {
    fn log(&mut self, level: job::Level, line: String) -> wasmtime::Result<()> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called("job.log")?.log.write(values::level_from(level), &line);
        Ok(())
    }

    fn progress(&mut self, line: String, counters: Vec<(String, u64)>) -> wasmtime::Result<()> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called("job.progress")?.log.progress(&line, counters);
        Ok(())
    }

    fn params(&mut self) -> wasmtime::Result<String> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let params = &self.called("job.params")?.job.params;
        Ok(serde_json::to_string(params)?)
    }
}

fn check_names(names: &[Vec<u32>], most: usize, manifest: &Manifest) -> Result<Vec<Oid>, DeviceError> {
    if names.len() > most {
        return Err(beyond("get_names", most));
    }
    names.iter().map(|arcs| check_name(arcs, manifest)).collect()
}

fn check_name(arcs: &[u32], manifest: &Manifest) -> Result<Oid, DeviceError> {
    let name = readable(arcs)?;
    if manifest.declares(&name) { Ok(name) } else { Err(not_declared(name)) }
}

fn check_table(entry: &[u32], columns: &[u32], most: usize, manifest: &Manifest) -> Result<Oid, DeviceError> {
    if columns.is_empty() {
        return Err(invalid("a table is read by its columns, and there is none".to_owned()));
    }
    if columns.len() > most {
        return Err(beyond("columns", most));
    }
    let entry = readable(entry)?;
    for (place, column) in columns.iter().enumerate() {
        if columns.iter().take(place).any(|earlier| earlier == column) {
            return Err(invalid(format!("column {column} is named twice")));
        }
        let name = entry.join(&[*column]).map_err(|error| invalid(error.to_string()))?;
        if !manifest.declares(&name) {
            return Err(not_declared(name));
        }
    }
    Ok(entry)
}

/// An OID that can be sent.
fn readable(arcs: &[u32]) -> Result<Oid, DeviceError> {
    let name = Oid::new(arcs).map_err(|error| invalid(error.to_string()))?;
    if arcs.len() < 2 {
        return Err(invalid(format!("`{name}` has fewer than 2 arcs")));
    }
    if !manifest::can_be_encoded(&name) {
        return Err(invalid(format!("`{name}` starts with arcs that no OID has")));
    }
    Ok(name)
}

fn not_declared(name: Oid) -> DeviceError {
    let message = format!("{name} is outside the subtrees that the manifest declares, so nothing was sent");
    DeviceError { kind: ErrorKind::NotDeclared, message, at: Some(name) }
}

fn too_many(TooMany { limit, most }: TooMany) -> DeviceError {
    beyond(limit, most)
}

fn beyond(limit: &str, most: usize) -> DeviceError {
    DeviceError {
        kind: ErrorKind::LimitExceeded,
        message: format!("at most {most} are possible (limit `{limit}`)"),
        at: None,
    }
}

fn invalid(message: String) -> DeviceError {
    DeviceError { kind: ErrorKind::InvalidArgument, message, at: None }
}
