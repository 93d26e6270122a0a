//! What a guest asks of a device.

use std::sync::Arc;

use ::snmp::{Oid, Value, Varbind, counted};
use wasmtime::component::Resource;

use super::{
    bindings::snmp_proxy::plugin::{manifests, snmp, types},
    check, values,
};
use crate::{
    Device, DeviceContext, DeviceError, ErrorKind, TablePart,
    run::{AgentHandle, Nothing, PartHandle, RunState, Subtrees, TableHandle, WalkHandle},
    secrets,
};

impl types::Host for RunState {}
impl manifests::Host for RunState {}

/// What a guest is handed: a handle, or why there is none.
type Opened<T> = wasmtime::Result<Result<Resource<T>, types::Error>>;

impl snmp::Host for RunState {
    fn device(&mut self) -> wasmtime::Result<Resource<AgentHandle>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let device = Arc::clone(&self.called("snmp.device")?.job.device);
        Ok(self.handles.push(AgentHandle(device))?)
    }

    fn in_context(&mut self, name: String) -> Opened<AgentHandle> {
        self.open_context("snmp.in-context", Ok(DeviceContext::Named(name)))
    }

    fn in_vlan(&mut self, number: u32) -> Opened<AgentHandle> {
        let vlan = u16::try_from(number).ok().filter(|number| (1..=4094).contains(number));
        let no_vlan = || check::invalid(format!("{number} is not the number of a VLAN, from 1 to 4094"));
        self.open_context("snmp.in-vlan", vlan.map(DeviceContext::Vlan).ok_or_else(no_vlan))
    }
}

impl snmp::HostAgent for RunState {
    async fn get(
        &mut self,
        agent: Resource<AgentHandle>,
        names: Vec<types::Oid>,
    ) -> wasmtime::Result<Result<Vec<types::Varbind>, types::Error>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let max = self.limits.get_names;
        let names = match check::names(&names, max, &self.called("agent.get")?.manifest) {
            Ok(names) if names.is_empty() => return Ok(Ok(Vec::new())),
            Ok(names) => names,
            Err(error) => return Ok(Err(values::error(error))),
        };
        names.iter().for_each(|checked| self.note(checked));
        let readable: Vec<_> = readable(&names).collect();
        let asked = readable.len();
        let answer = if asked == 0 { Ok(Vec::new()) } else { self.agent(&agent)?.get(readable).await };
        Ok(match answer {
            Ok(varbinds) if varbinds.len() == asked => {
                self.hand_over(names.len());
                let mut read = varbinds.into_iter();
                let varbind = |checked: check::Checked| {
                    let read = if checked.is_withheld { None } else { read.next() };
                    read.unwrap_or(Varbind { name: checked.name, value: Value::NoSuchObject })
                };
                Ok(names.into_iter().map(varbind).map(values::varbind).collect())
            }
            Ok(varbinds) => {
                let message = format!("{} for {}", counted(varbinds.len(), "varbind"), counted(asked, "name"));
                Err(values::error(DeviceError { kind: ErrorKind::MALFORMED, message, at: None }))
            }
            Err(error) => Err(values::error(error)),
        })
    }

    fn open_table(&mut self, agent: Resource<AgentHandle>, columns: Vec<types::Oid>) -> Opened<TableHandle> {
        self.open_rows("agent.open-table", &agent, &columns, None)
    }

    fn open_part(
        &mut self,
        agent: Resource<AgentHandle>,
        columns: Vec<types::Oid>,
        part: Resource<PartHandle>,
    ) -> Opened<TableHandle> {
        let part = self.handles.get(&part)?.clone();
        self.open_rows("agent.open-part", &agent, &columns, Some(&part))
    }

    fn open_walk(&mut self, agent: Resource<AgentHandle>, root: types::Oid) -> Opened<WalkHandle> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let room = self.readers.has_room();
        let manifest = Arc::clone(&self.called("agent.open-walk")?.manifest);
        let checked = room.map_err(check::too_many).and_then(|()| check::name(&root, &manifest));
        Ok(match checked {
            Ok(root) => {
                let readable = manifest.readable_within(&root.name);
                if root.is_withheld {
                    self.withheld.note(&root.name, !readable.is_empty());
                }
                let hidden = secrets::below(&root.name, &manifest.allowed_secrets);
                let device = self.agent(&agent)?;
                let source =
                    if root.is_withheld { Subtrees::open(device, readable) } else { device.open_walk(root.name) };
                Ok(Resource::new_own(self.readers.add_walk(source, hidden)))
            }
            Err(error) => Err(values::error(error)),
        })
    }

    fn drop(&mut self, agent: Resource<AgentHandle>) -> wasmtime::Result<()> {
        self.handles.delete(agent)?;
        Ok(())
    }
}

impl snmp::HostTablePart for RunState {
    fn new(&mut self) -> wasmtime::Result<Resource<PartHandle>> {
        self.called("snmp.table-part")?;
        Ok(self.handles.push(PartHandle::default())?)
    }

    fn below(&mut self, part: Resource<PartHandle>, index: types::Oid) -> wasmtime::Result<()> {
        self.called("table-part.below")?;
        self.handles.get_mut(&part)?.below = index;
        Ok(())
    }

    fn after(&mut self, part: Resource<PartHandle>, index: types::Oid) -> wasmtime::Result<()> {
        self.called("table-part.after")?;
        self.handles.get_mut(&part)?.after = Some(index);
        Ok(())
    }

    fn at_most(&mut self, part: Resource<PartHandle>, rows: u32) -> wasmtime::Result<()> {
        self.called("table-part.at-most")?;
        self.handles.get_mut(&part)?.at_most = Some(rows);
        Ok(())
    }

    fn drop(&mut self, part: Resource<PartHandle>) -> wasmtime::Result<()> {
        self.handles.delete(part)?;
        Ok(())
    }
}

impl snmp::HostTableReader for RunState {
    async fn next(&mut self, reader: Resource<TableHandle>) -> wasmtime::Result<Option<Vec<snmp::Row>>> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called("table-reader.next")?;
        let rows = self.readers.next_rows(reader.rep()).await;
        self.hand_over(rows.as_ref().map_or(0, Vec::len));
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
        self.hand_over(varbinds.as_ref().map_or(0, Vec::len));
        for warning in self.readers.take_warnings() {
            self.warn(&warning);
        }
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

/// Those of these names that may be read.
fn readable(checked: &[check::Checked]) -> impl Iterator<Item = Oid> {
    checked.iter().filter(|checked| !checked.is_withheld).map(|checked| checked.name.clone())
}

impl RunState {
    /// Notes a name that the operator takes away.
    fn note(&mut self, checked: &check::Checked) {
        if checked.is_withheld {
            self.withheld.note(&checked.name, false);
        }
    }

    fn agent(&self, agent: &Resource<AgentHandle>) -> wasmtime::Result<Arc<dyn Device>> {
        Ok(Arc::clone(&self.handles.get(agent)?.0))
    }

    fn open_context(
        &mut self,
        function: &'static str,
        context: Result<DeviceContext, DeviceError>,
    ) -> Opened<AgentHandle> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let device = &self.called(function)?.job.device;
        Ok(match context.and_then(|context| device.in_context(&context)) {
            Ok(device) => Ok(self.handles.push(AgentHandle(device))?),
            Err(error) => Err(values::error(error)),
        })
    }

    fn open_rows(
        &mut self,
        function: &'static str,
        agent: &Resource<AgentHandle>,
        columns: &[types::Oid],
        part: Option<&PartHandle>,
    ) -> Opened<TableHandle> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        let (max, room) = (self.limits.columns, self.readers.has_room());
        let manifest = &self.called(function)?.manifest;
        let checked = room.map_err(check::too_many).and_then(|()| {
            let columns = check::columns(columns, max, manifest)?;
            let part = part.map_or_else(|| Ok(TablePart::default()), |part| check::part(part, &columns))?;
            Ok((columns, part))
        });
        Ok(match checked {
            Ok((columns, part)) => {
                columns.iter().for_each(|checked| self.note(checked));
                let readable: Vec<_> = readable(&columns).collect();
                let source =
                    if readable.is_empty() { Box::new(Nothing) } else { self.agent(agent)?.open_table(readable, part) };
                let is_empty = columns.iter().map(|column| column.is_withheld).collect();
                Ok(Resource::new_own(self.readers.add_table(source, is_empty)))
            }
            Err(error) => Err(values::error(error)),
        })
    }

    fn outcome_of(&mut self, function: &'static str, reader: u32) -> wasmtime::Result<snmp::Outcome> {
        let meter = Arc::clone(&self.meter);
        let _in_host = meter.in_host();
        self.called(function)?;
        // wasmtime hands over only what `open-table` and `open-walk` gave out.
        let outcome = self.readers.outcome(reader).ok_or_else(|| wasmtime::Error::msg("there is no such reader"))?;
        Ok(values::outcome(outcome))
    }
}
