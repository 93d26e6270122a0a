//! A device made of a recording, which can be told to fail.

use std::collections::{BTreeMap, VecDeque};

use super::recording::objects;
use crate::{
    Agent, Device, Error, ErrorKind, Level, Oid, Outcome, Part, Row, Status, TableReader, Value, Varbind, WalkReader,
    oids::dotted,
};

/// Rows in a batch, so that a test of twenty rows sees more than one.
const BATCH: usize = 10;
/// The host's limits, as they are unless the operator says otherwise.
const MAX_NAMES: usize = 10_000;
const MAX_COLUMNS: usize = 64;

type Progress = Vec<(String, Vec<(String, u32)>)>;

/// A device that answers from a recording, in memory and at once.
#[derive(Clone, Debug, Default)]
pub struct RecordedDevice {
    objects: BTreeMap<Oid, Value>,
    reads: Option<Vec<Oid>>,
    /// Below these nothing answers.
    silent: Vec<Oid>,
    /// A GET of anything below these is refused, with these words.
    refused: Vec<(Oid, String)>,
    /// Tables that break off after so many rows.
    broken: Vec<(Oid, usize)>,
    /// The same device in other contexts, by name; VLANs by `vlan-N`.
    contexts: BTreeMap<String, RecordedDevice>,
    /// What other plugins have found, by section.
    sections: BTreeMap<String, String>,
    uses: Vec<String>,
    /// Rows that the plugin handed over, by section.
    handed_over: BTreeMap<String, Vec<serde_json::Value>>,
    waited: f64,
    log: Vec<(Level, String)>,
    progress: Progress,
}

impl RecordedDevice {
    /// Reads a recording: lines of `.snmprec` (`1.3.6.1.2.1.1.5.0|4|router1`, a line for each object), or the output
    /// of `snmpwalk -On`.
    pub fn parse(recording: &str) -> Result<RecordedDevice, String> {
        let objects = objects(recording::parse(recording.as_bytes()))?;
        Ok(RecordedDevice { objects, ..RecordedDevice::default() })
    }

    /// Reads a file in either form, to the octet.
    pub fn open(path: impl AsRef<std::path::Path>) -> Result<RecordedDevice, String> {
        let path = path.as_ref();
        let with_path = |wrong: String| format!("{}: {wrong}", path.display());
        let octets = std::fs::read(path).map_err(|wrong| with_path(wrong.to_string()))?;
        let recording = recording::read(&octets).map_err(|wrong| with_path(wrong.to_string()))?;
        let objects = objects(recording).map_err(with_path)?;
        Ok(RecordedDevice { objects, ..RecordedDevice::default() })
    }

    /// The same device without anything below `subtree`.
    #[must_use]
    pub fn without(mut self, subtree: &[u32]) -> RecordedDevice {
        self.objects.retain(|name, _| !name.starts_with(subtree));
        self
    }

    /// The same device, which does not answer requests for anything below `subtree`; `&[]` for a silent device.
    #[must_use]
    pub fn silent_below(mut self, subtree: &[u32]) -> RecordedDevice {
        self.silent.push(subtree.to_vec());
        self
    }

    /// The same device, which answers a GET of anything below `subtree` with an error, e.g. `noAccess`.
    #[must_use]
    pub fn refusing_below(mut self, subtree: &[u32], error_status: &str) -> RecordedDevice {
        self.refused.push((subtree.to_vec(), error_status.to_owned()));
        self
    }

    /// The same device, whose table or subtree breaks off after so many rows. `root` is what a plugin opens.
    #[must_use]
    pub fn breaking_off(mut self, root: &[u32], after: usize) -> RecordedDevice {
        self.broken.push((root.to_vec(), after));
        self
    }

    /// The same device, with this object.
    #[must_use]
    pub fn with(mut self, name: &[u32], value: Value) -> RecordedDevice {
        self.objects.insert(name.to_vec(), value);
        self
    }

    /// The same device, which is like `other` in the context of this name.
    #[must_use]
    pub fn with_context(mut self, name: &str, other: RecordedDevice) -> RecordedDevice {
        self.contexts.insert(name.to_owned(), other);
        self
    }

    /// The same device, which is like `other` in this VLAN.
    #[must_use]
    pub fn with_vlan(self, number: u32, other: RecordedDevice) -> RecordedDevice {
        self.with_context(&format!("vlan-{number}"), other)
    }

    /// The same device, of which another plugin has found this: the JSON of a section.
    #[must_use]
    pub fn with_section(mut self, name: &str, json: &str) -> RecordedDevice {
        self.sections.insert(name.to_owned(), json.to_owned());
        self
    }

    /// Keeps the objects for whose names this is so, in their order.
    pub(super) fn retain_objects(&mut self, mut keep: impl FnMut(&Oid) -> bool) {
        self.objects.retain(|name, _| keep(name));
    }

    /// The same device, with other values.
    pub(super) fn with_values(mut self, other: impl Fn(&Value) -> Value) -> RecordedDevice {
        self.objects.values_mut().for_each(|value| *value = other(value));
        self
    }

    /// Gives the plugin the sections that its manifest names, and no others.
    pub(super) fn allow_sections(&mut self, uses: Vec<String>) {
        self.uses = uses;
    }

    /// The rows that were handed over so far, by section.
    pub(super) fn take_handed_over(&mut self) -> BTreeMap<String, Vec<serde_json::Value>> {
        std::mem::take(&mut self.handed_over)
    }

    /// Refuses from now on what is not below one of `subtrees`, as the host does.
    pub fn allow_only(&mut self, subtrees: &[Oid]) {
        self.reads = Some(subtrees.to_vec());
    }

    /// What was logged and said so far, which is forgotten.
    pub(crate) fn take_events(&mut self) -> (Vec<(Level, String)>, Progress) {
        (std::mem::take(&mut self.log), std::mem::take(&mut self.progress))
    }

    fn check_declared(&self, name: &[u32]) -> Result<(), Error> {
        match &self.reads {
            Some(reads) if !reads.iter().any(|subtree| name.starts_with(subtree)) => {
                Err(Error::new(ErrorKind::NotDeclared, "outside what the plugin declares").at(name))
            }
            _ => Ok(()),
        }
    }

    fn is_silent(&self, name: &[u32]) -> bool {
        self.silent.iter().any(|subtree| name.starts_with(subtree))
    }

    /// Cuts what was read down to what the faults leave, and says how it ended.
    fn reading<T>(&self, root: &[u32], mut items: Vec<T>, name_of: impl Fn(&T) -> Oid) -> Reading<T> {
        let mut outcome =
            Outcome { status: Status::Complete, kind: String::new(), rows: 0, reason: String::new(), stopped_at: None };
        let breaks_after = self.broken.iter().find(|(broken, _)| broken == root).map(|(_, after)| *after);
        let breaks_after = if self.is_silent(root) { Some(0) } else { breaks_after };
        if let Some(after) = breaks_after {
            items.truncate(after);
            outcome.status = if items.is_empty() { Status::Failed } else { Status::Partial };
            "no answer".clone_into(&mut outcome.reason);
            outcome.kind = ErrorKind::Timeout.into();
            outcome.stopped_at = items.last().map(name_of);
        } else if items.is_empty() {
            outcome.status = Status::Unsupported;
        }
        outcome.rows = u32::try_from(items.len()).unwrap_or(u32::MAX);
        Reading { items: items.into(), outcome }
    }
}

impl Agent for RecordedDevice {
    fn get(&mut self, names: &[Oid]) -> Result<Vec<Varbind>, Error> {
        if names.len() > MAX_NAMES {
            return Err(Error::new(ErrorKind::LimitExceeded, format!("more than {MAX_NAMES} names")));
        }
        for name in names {
            self.check_declared(name)?;
        }
        if let Some(silent) = names.iter().find(|name| self.is_silent(name)) {
            return Err(Error::new(ErrorKind::Timeout, "no answer").at(silent.as_slice()));
        }
        for (subtree, error_status) in &self.refused {
            if let Some(refused) = names.iter().find(|name| name.starts_with(subtree)) {
                let message = format!("answered {error_status} for {}", dotted(refused));
                return Err(Error::new(ErrorKind::AgentError, message).at(refused.as_slice()));
            }
        }
        let value = |name: &Oid| self.objects.get(name).cloned().unwrap_or(Value::NoSuchInstance);
        Ok(names.iter().map(|name| Varbind { name: name.clone(), value: value(name) }).collect())
    }

    fn open_table(&mut self, columns: &[Oid], part: &Part) -> Result<Box<dyn TableReader>, Error> {
        if columns.is_empty() || columns.len() > MAX_COLUMNS {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("not 1 to {MAX_COLUMNS} columns")));
        }
        let mut rows: BTreeMap<Oid, Vec<Option<Value>>> = BTreeMap::new();
        for (position, column) in columns.iter().enumerate() {
            self.check_declared(column)?;
            for (index, value) in below(&self.objects, column) {
                if !index.starts_with(&part.below) || part.after.as_deref().is_some_and(|after| index <= after) {
                    continue;
                }
                let cells = rows.entry(index.to_vec()).or_insert_with(|| vec![None; columns.len()]);
                if let Some(cell) = cells.get_mut(position) {
                    *cell = Some(value.clone());
                }
            }
        }
        let wanted = part.at_most.and_then(|rows| usize::try_from(rows).ok()).unwrap_or(usize::MAX);
        let rows = rows.into_iter().take(wanted).map(|(index, cells)| Row { index, cells }).collect();
        // Faults are set for the entry, which is what the first column is of.
        let entry = columns.first().and_then(|column| column.split_last()).map(|(_, entry)| entry.to_vec());
        let last_column = columns.last().cloned().unwrap_or_default();
        Ok(Box::new(self.reading(&entry.unwrap_or_default(), rows, |row: &Row| [&*last_column, &*row.index].concat())))
    }

    fn open_walk(&mut self, root: &[u32]) -> Result<Box<dyn WalkReader>, Error> {
        self.check_declared(root)?;
        let varbinds = below(&self.objects, root)
            .map(|(index, value)| Varbind { name: [root, index].concat(), value: value.clone() })
            .collect();
        Ok(Box::new(self.reading(root, varbinds, |varbind: &Varbind| varbind.name.clone())))
    }
}

impl Device for RecordedDevice {
    fn in_context(&mut self, name: &str) -> Result<Box<dyn Agent>, Error> {
        // A context that the device does not have is as silent as one that does not exist.
        let mut context =
            self.contexts.get(name).cloned().unwrap_or_else(|| RecordedDevice::default().silent_below(&[]));
        context.reads.clone_from(&self.reads);
        Ok(Box::new(context))
    }

    fn in_vlan(&mut self, number: u32) -> Result<Box<dyn Agent>, Error> {
        if !(1..=4094).contains(&number) {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("{number} is not the number of a VLAN")));
        }
        self.in_context(&format!("vlan-{number}"))
    }

    fn section(&mut self, name: &str) -> Option<String> {
        self.sections.get(name).filter(|_| self.uses.iter().any(|used| used == name)).cloned()
    }

    fn hand_over(&mut self, section: &str, rows: &str) -> Result<(), Error> {
        let more: Vec<serde_json::Value> = serde_json::from_str(rows).map_err(|wrong| {
            Error::new(ErrorKind::InvalidArgument, format!("the rows are not a JSON array: {wrong}"))
        })?;
        self.handed_over.entry(section.to_owned()).or_default().extend(more);
        Ok(())
    }

    /// Takes no time: the clock goes on by as much.
    fn wait(&mut self, milliseconds: u32) {
        self.waited += f64::from(milliseconds) * 1000.0;
    }

    fn elapsed(&mut self) -> f64 {
        self.waited
    }

    fn offers(&mut self, _function: &str) -> bool {
        true
    }

    fn log(&mut self, level: Level, line: &str) {
        self.log.push((level, line.to_owned()));
    }

    fn progress(&mut self, line: &str, counters: &[(&str, u32)]) {
        let counters = counters.iter().map(|&(name, count)| (name.to_owned(), count)).collect();
        self.progress.push((line.to_owned(), counters));
    }
}

/// What is below `root`, each by what follows `root` in its name.
fn below<'a>(objects: &'a BTreeMap<Oid, Value>, root: &[u32]) -> impl Iterator<Item = (&'a [u32], &'a Value)> {
    let root = root.to_vec();
    let start = root.clone();
    objects
        .range(start..)
        .map_while(move |(name, value)| Some((name.strip_prefix(root.as_slice())?, value)))
        .filter(|(index, _)| !index.is_empty())
}

struct Reading<T> {
    items: VecDeque<T>,
    outcome: Outcome,
}

impl<T> Reading<T> {
    fn next_batch(&mut self) -> Option<Vec<T>> {
        let size = BATCH.min(self.items.len());
        (size > 0).then(|| self.items.drain(..size).collect())
    }

    fn end(&mut self) -> Outcome {
        self.items.clear();
        self.outcome.clone()
    }
}

impl TableReader for Reading<Row> {
    fn next(&mut self) -> Option<Vec<Row>> {
        self.next_batch()
    }

    fn outcome(&mut self) -> Outcome {
        self.end()
    }
}

impl WalkReader for Reading<Varbind> {
    fn next(&mut self) -> Option<Vec<Varbind>> {
        self.next_batch()
    }

    fn outcome(&mut self) -> Outcome {
        self.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        oid,
        table::{Column, Table, read_side_by_side},
    };

    const ENTRY: &[u32] = oid!("1.3.6.1.2.1.2.2.1");
    const TABLE: Table =
        Table { name: "ifTable", entry: ENTRY, columns: &[Column::new(2, "ifDescr"), Column::new(3, "ifType")] };

    fn device() -> RecordedDevice {
        let rows: String = (1..=25).map(|row| format!("1.3.6.1.2.1.2.2.1.3.{row}|2|6\n")).collect();
        RecordedDevice::parse(&format!("1.3.6.1.2.1.2.2.1.2.7|4|eth7\n1.3.6.1.2.1.2.2.1.20.99|65|1\n{rows}")).unwrap()
    }

    fn column(number: u32) -> Oid {
        [ENTRY, &[number]].concat()
    }

    #[test]
    fn a_part_of_a_table_is_below_after_and_at_most() {
        let indexes = |part: &Part| {
            let mut rows = TABLE.open_part(&mut device(), part).unwrap();
            let mut indexes = Vec::new();
            read_side_by_side([&mut rows], |_, row| indexes.extend(row.single_index()));
            (indexes, rows.outcome().status)
        };
        assert_eq!(indexes(&Part::all().below(&[7])), (vec![7], Status::Complete));
        assert_eq!(indexes(&Part::all().after(&[23])), (vec![24, 25], Status::Complete));
        assert_eq!(indexes(&Part::all().after(&[10]).at_most(2)), (vec![11, 12], Status::Complete));
        assert_eq!(indexes(&Part::all().after(&[25])), (vec![], Status::Unsupported));
    }

    #[test]
    fn a_context_is_a_device_of_its_own_under_the_same_manifest() {
        let mut device = device().with_vlan(10, RecordedDevice::default().with(&[1, 3, 6, 1, 9], Value::Null));
        device.allow_only(&[vec![1, 3, 6, 1]]);
        let name = vec![1, 3, 6, 1, 9];
        assert_eq!(device.in_vlan(10).unwrap().get(std::slice::from_ref(&name)).unwrap()[0].value, Value::Null);
        assert_eq!(device.in_vlan(11).unwrap().get(&[name]).unwrap_err().kind, ErrorKind::Timeout);
        assert_eq!(device.in_vlan(10).unwrap().get(&[vec![1, 3, 7]]).unwrap_err().kind, ErrorKind::NotDeclared);
        assert!(device.in_vlan(4095).is_err());
    }

    #[test]
    fn waiting_takes_no_time_and_moves_the_clock() {
        let mut device = device();
        device.wait(1_500);
        assert!((device.elapsed() - 1.5e6).abs() < f64::EPSILON);
    }

    fn read(device: &mut RecordedDevice) -> (Vec<u32>, Outcome) {
        let mut rows = TABLE.open(device).unwrap();
        let mut indexes = Vec::new();
        read_side_by_side([&mut rows], |_, row| indexes.extend(row.single_index()));
        (indexes, rows.outcome())
    }

    #[test]
    fn a_table_is_the_rows_of_the_columns_that_were_asked_for() {
        let (indexes, outcome) = read(&mut device());
        assert_eq!(indexes, (1..=25).collect::<Vec<u32>>());
        assert_eq!((outcome.status, outcome.rows), (Status::Complete, 25));

        let mut rows = device().open_table(&[column(3), column(2)], &Part::all()).unwrap();
        let seventh = rows.next().unwrap().remove(6);
        assert_eq!(seventh.cells, [Some(Value::Integer(6)), Some(Value::OctetString(b"eth7".to_vec()))]);
    }

    #[test]
    fn faults_end_a_table_as_the_host_would_say_it() {
        let (indexes, outcome) = read(&mut device().breaking_off(ENTRY, 2));
        assert_eq!((indexes, outcome.status), (vec![1, 2], Status::Partial));
        assert_eq!(outcome.stopped_at.as_deref(), Some(oid!("1.3.6.1.2.1.2.2.1.3.2")));
        assert_eq!(read(&mut device().silent_below(ENTRY)).1.status, Status::Failed);
        assert_eq!(read(&mut device().without(ENTRY)).1.status, Status::Unsupported);
    }

    #[test]
    fn what_is_not_declared_is_refused_and_not_read() {
        let mut device = device();
        device.allow_only(&[oid!("1.3.6.1.2.1.2.2.1.3").to_vec()]);
        assert_eq!(
            device.open_table(&[column(3), column(2)], &Part::all()).err().unwrap().kind,
            ErrorKind::NotDeclared
        );
        assert_eq!(device.open_walk(ENTRY).err().unwrap().kind, ErrorKind::NotDeclared);
        let beside = oid!("1.3.6.1.2.1.2.2.1.30.1").to_vec();
        assert_eq!(device.get(&[beside]).unwrap_err().kind, ErrorKind::NotDeclared);
        let missing = oid!("1.3.6.1.2.1.2.2.1.3.26").to_vec();
        assert_eq!(device.get(&[missing]).unwrap()[0].value, Value::NoSuchInstance);
    }

    #[test]
    fn a_walk_gives_everything_below_its_root() {
        let mut walk = device().open_walk(oid!("1.3.6.1.2.1.2.2.1.2")).unwrap();
        let names: Vec<Oid> = walk.next().unwrap().into_iter().map(|varbind| varbind.name).collect();
        assert_eq!(names, [oid!("1.3.6.1.2.1.2.2.1.2.7")]);
        assert!(walk.next().is_none());
    }
}
