//! The tables and subtrees that a guest reads.

use std::{collections::BTreeSet, sync::Arc};

use snmp::Varbind;

use crate::{Device, ReadOutcome, Row, TableSource, WalkSource, secrets::Secret};

/// What a guest's handle of a device, or of a context of it, stands for.
#[expect(unreachable_pub, reason = "the generated bindings hand it on as `pub`")]
pub struct AgentHandle(pub(crate) Arc<dyn Device>);

/// What a guest's handle of a part of a table stands for. Nothing is checked before a table is opened with it.
#[derive(Clone, Default)]
#[expect(unreachable_pub, reason = "the generated bindings hand it on as `pub`")]
pub struct PartHandle {
    pub(crate) below: Vec<u32>,
    pub(crate) after: Option<Vec<u32>>,
    pub(crate) at_most: Option<u32>,
}

/// What a guest's handle of a table stands for.
#[expect(unreachable_pub, reason = "the generated bindings hand it on as `pub`")]
pub struct TableHandle;

/// What a guest's handle of a subtree stands for.
#[expect(unreachable_pub, reason = "the generated bindings hand it on as `pub`")]
pub struct WalkHandle;

/// Every reader of a run, in the order of their opening. Handles are places in it, and no place is used twice.
pub(crate) struct Readers {
    readers: Vec<Reader>,
    open: usize,
    max: usize,
    max_open: usize,
    /// Subtrees of which something was left out, and those of them that a warning was given for.
    left_out: BTreeSet<&'static str>,
    told: BTreeSet<&'static str>,
}

struct Reader {
    source: Source,
    /// Whether the source said that there is no more.
    ended: bool,
    /// What it does not hand over.
    hidden: Vec<&'static Secret>,
    /// Of a table: which of its columns the operator takes away, so that their cells are empty.
    withheld: Vec<bool>,
}

enum Source {
    Table(Box<dyn TableSource>),
    Walk(Box<dyn WalkSource>),
    Closed(ReadOutcome),
}

/// Why no further reader may be opened: the limit, by name.
pub(crate) struct TooMany {
    pub(crate) limit: &'static str,
    pub(crate) max: usize,
}

impl Readers {
    pub(crate) fn new(max: usize, max_open: usize) -> Self {
        Self { readers: Vec::new(), open: 0, max, max_open, left_out: BTreeSet::new(), told: BTreeSet::new() }
    }

    /// Whether one more may be opened.
    pub(crate) fn has_room(&self) -> Result<(), TooMany> {
        if self.readers.len() >= self.max {
            Err(TooMany { limit: "readers", max: self.max })
        } else if self.open >= self.max_open {
            Err(TooMany { limit: "open_readers", max: self.max_open })
        } else {
            Ok(())
        }
    }

    /// Adds a table of which the source has those columns that are not withheld.
    pub(crate) fn add_table(&mut self, source: Box<dyn TableSource>, withheld: Vec<bool>) -> u32 {
        let withheld = if withheld.contains(&true) { withheld } else { Vec::new() };
        self.add(Reader { source: Source::Table(source), ended: false, hidden: Vec::new(), withheld })
    }

    /// Adds a subtree of which all is handed over but what is in these.
    pub(crate) fn add_walk(&mut self, source: Box<dyn WalkSource>, hidden: Vec<&'static Secret>) -> u32 {
        self.add(Reader { source: Source::Walk(source), ended: false, hidden, withheld: Vec::new() })
    }

    fn add(&mut self, reader: Reader) -> u32 {
        let place = self.readers.len();
        self.readers.push(reader);
        self.open += 1;
        // A run's limit on readers is far below this.
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// The next rows of a table that has some left. Batches without rows are not handed on.
    pub(crate) async fn next_rows(&mut self, place: u32) -> Option<Vec<Row>> {
        let reader = self.reader(place)?;
        let Source::Table(source) = &mut reader.source else { return None };
        while !reader.ended {
            match source.next().await {
                Some(rows) if rows.is_empty() => {}
                Some(rows) => return Some(with_empty_cells(rows, &reader.withheld)),
                None => reader.ended = true,
            }
        }
        None
    }

    /// The next varbinds of a subtree that has some left.
    pub(crate) async fn next_varbinds(&mut self, place: u32) -> Option<Vec<Varbind>> {
        let reader = self.readers.get_mut(usize::try_from(place).ok()?)?;
        let Source::Walk(source) = &mut reader.source else { return None };
        while !reader.ended {
            match source.next().await {
                Some(mut varbinds) => {
                    varbinds.retain(|varbind| {
                        let secret = reader.hidden.iter().find(|secret| secret.holds(&varbind.name));
                        self.left_out.extend(secret.map(|secret| secret.name));
                        secret.is_none()
                    });
                    if !varbinds.is_empty() {
                        return Some(varbinds);
                    }
                }
                None => reader.ended = true,
            }
        }
        None
    }

    /// What was left out since the last time, a line for each subtree.
    pub(crate) fn take_warnings(&mut self) -> Vec<String> {
        let new: Vec<&str> = self.left_out.difference(&self.told).copied().collect();
        self.told.extend(&self.left_out);
        new.iter().map(|name| format!("{name} is left out of a walk: it holds secrets")).collect()
    }

    /// How the reading ended; it ends now if it did not before.
    pub(crate) fn outcome(&mut self, place: u32) -> Option<ReadOutcome> {
        Some(self.reader(place)?.close())
    }

    /// The guest let go of the handle.
    pub(crate) fn release(&mut self, place: u32) {
        if let Some(reader) = self.reader(place) {
            // Its source knows how it ended.
            let _ = reader.close();
            self.open = self.open.saturating_sub(1);
        }
    }

    /// Ends what is still being read.
    pub(crate) fn finish(self) {
        for mut reader in self.readers {
            let _ = reader.close();
        }
    }

    fn reader(&mut self, place: u32) -> Option<&mut Reader> {
        self.readers.get_mut(usize::try_from(place).ok()?)
    }
}

/// Puts an empty cell into each row for each column that is withheld.
fn with_empty_cells(mut rows: Vec<Row>, withheld: &[bool]) -> Vec<Row> {
    if !withheld.is_empty() {
        for row in &mut rows {
            let mut read = std::mem::take(&mut row.cells).into_iter();
            row.cells = withheld.iter().map(|is_empty| if *is_empty { None } else { read.next().flatten() }).collect();
        }
    }
    rows
}

impl Reader {
    /// Ends the reading, unless it has been ended, and tells how it ended.
    fn close(&mut self) -> ReadOutcome {
        let outcome = match &mut self.source {
            Source::Table(source) => source.outcome(),
            Source::Walk(source) => source.outcome(),
            Source::Closed(outcome) => return outcome.clone(),
        };
        self.source = Source::Closed(outcome.clone());
        outcome
    }
}
