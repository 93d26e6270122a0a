//! What an interface is linked with: its partner on the cable (duplex), the aggregation it belongs to, and the
//! interfaces it is stacked upon.
//!
//! These are three tables that many agents lack. Which interfaces there are is not known here: what the caller does
//! not take belongs to none, and is reported.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use snmp_proxy_sdk::{
    enumeration::{Names, name_of},
    numbering::Reference,
    prelude::*,
    serde,
    table::Rows,
};

use crate::references::References;

const STACK_STATUS: Column = Column::new(3, "ifStackStatus");
const ATTACHED_AGG_ID: Column = Column::new(13, "dot3adAggPortAttachedAggID");
const DUPLEX_STATUS: Column = Column::new(19, "dot3StatsDuplexStatus");

/// ifStackTable (RFC 2863). Index: the ifIndexes of a higher and a lower layer, zero for none.
const IF_STACK_TABLE: Source = Source {
    table: Table { name: "ifStackTable", entry: oid!("1.3.6.1.2.1.31.1.2.1"), columns: &[STACK_STATUS] },
    read: stack_row,
};

/// dot3adAggPortTable (IEEE8023-LAG-MIB). Index: the ifIndex of a port.
const AGG_PORT_TABLE: Source = Source {
    table: Table {
        name: "dot3adAggPortTable",
        entry: oid!("1.2.840.10006.300.43.1.2.1.1"),
        columns: &[ATTACHED_AGG_ID],
    },
    read: agg_port_row,
};

/// dot3StatsTable (RFC 3635), without its counters. Index: dot3StatsIndex, which is the ifIndex.
const DOT3_STATS_TABLE: Source = Source {
    table: Table { name: "dot3StatsTable", entry: oid!("1.3.6.1.2.1.10.7.2.1"), columns: &[DUPLEX_STATUS] },
    read: dot3_stats_row,
};

const SOURCES: &[Source] = &[IF_STACK_TABLE, AGG_PORT_TABLE, DOT3_STATS_TABLE];

/// What this file reads.
pub(crate) const READS: &[Table] = &[IF_STACK_TABLE.table, AGG_PORT_TABLE.table, DOT3_STATS_TABLE.table];

/// ifStackStatus active(1): the one is on the other now. Rows of other states only have been configured.
const ACTIVE: i64 = 1;
const DUPLEX_STATUSES: &Names = &[(1, "unknown"), (2, "halfDuplex"), (3, "fullDuplex")];

/// A table of links, and how a row of it is read.
#[derive(Clone, Copy, Debug)]
struct Source {
    table: Table,
    read: fn(&Cells, &mut LinksByIndex) -> Result<(), MalformedIndex>,
}

/// An index that does not have as many arcs as the MIB says.
struct MalformedIndex;

type LinksByIndex = BTreeMap<u32, Links>;

/// The links of one interface.
#[derive(Debug, Default, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Links {
    #[serde(skip_serializing_if = "Field::is_absent")]
    duplex: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplex_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    aggregate: Field<u32>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    lower_layers: BTreeSet<u32>,
    /// The rows that told this.
    #[serde(skip)]
    rows: usize,
    #[serde(skip)]
    pub(crate) warnings: Warnings,
}

/// The links of all interfaces, while the rows come in.
#[derive(Debug)]
pub(crate) struct LinkTables {
    links: LinksByIndex,
    /// In the order of the readers.
    sources: Vec<(Source, Malformed)>,
}

impl LinkTables {
    /// Starts to read them. Every row of the readers is for [`LinkTables::take`].
    pub(crate) fn open(device: &mut dyn Device) -> (LinkTables, Vec<Rows>) {
        let opened = SOURCES.iter().filter_map(|source| Some((*source, source.table.open_or_log(device)?)));
        let (sources, readers) =
            opened.map(|(source, rows)| ((source, Malformed::new(source.table.name)), rows)).unzip();
        (LinkTables { links: BTreeMap::new(), sources }, readers)
    }

    /// Takes what a row says; `reader` is the position of its reader.
    pub(crate) fn take(&mut self, reader: usize, row: &Cells) {
        let Some((source, malformed)) = self.sources.get_mut(reader) else { return };
        if let Err(MalformedIndex) = (source.read)(row, &mut self.links) {
            malformed.add(row.index());
        }
    }

    /// Every ifIndex that they refer to, some of them often.
    pub(crate) fn if_indexes(&self) -> impl Iterator<Item = u32> {
        self.links.iter().flat_map(|(&if_index, links)| {
            let referred = links.aggregate.value().into_iter().chain(&links.lower_layers).copied();
            std::iter::once(if_index).chain(referred)
        })
    }

    /// Puts the index of a row in the place of each ifIndex that refers to it.
    pub(crate) fn resolve(&mut self, references: &References) {
        for (if_index, mut links) in std::mem::take(&mut self.links) {
            links.resolve(references);
            match references.row_of(if_index) {
                // Two of them are one interface only where an agent numbers its tables in two ways, each in one.
                Reference::Row(index) => self.links.entry(index).or_default().merge(links),
                Reference::Missing | Reference::Contradicted => _ = self.links.insert(if_index, links),
            }
        }
    }

    /// Takes the links of an interface out.
    pub(crate) fn remove(&mut self, if_index: u32) -> Links {
        self.links.remove(&if_index).unwrap_or_default()
    }

    /// Tells the log of rows with malformed indexes, and of those that nobody has taken out.
    pub(crate) fn report(&self, device: &mut dyn Device) {
        self.sources.iter().for_each(|(_, malformed)| malformed.report(device));
        if let Some(if_index) = self.links.keys().next() {
            let count: usize = self.links.values().map(|links| links.rows).sum();
            let tables: Vec<&str> = self.sources.iter().map(|(source, _)| source.table.name).collect();
            let tables = tables.join(", ");
            let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
            let line = format!("{rows} left out of {tables}: no table lists their interfaces, e.g. ifIndex {if_index}");
            device.log(Level::Info, &line);
        }
    }
}

impl Links {
    fn resolve(&mut self, references: &References) {
        if let Field::Is(aggregate) = self.aggregate {
            self.aggregate = match references.row_of(aggregate) {
                Reference::Row(index) => Field::Is(index),
                // The row is missing, and the number is as good as any, unless it was negative.
                Reference::Missing if i32::try_from(aggregate).is_ok() => Field::Is(aggregate),
                Reference::Missing => {
                    let sent = aggregate.cast_signed();
                    self.warnings.add(format!("{}: {sent} instead of an ifIndex", ATTACHED_AGG_ID.name));
                    Field::Wrong
                }
                Reference::Contradicted => {
                    self.warnings.add(format!("{}: no row has ifIndex {aggregate}", ATTACHED_AGG_ID.name));
                    Field::Wrong
                }
            };
        }
        let mut lower_layers = BTreeSet::new();
        for &lower in &self.lower_layers {
            match references.row_of(lower) {
                Reference::Row(index) => _ = lower_layers.insert(index),
                Reference::Missing => _ = lower_layers.insert(lower),
                Reference::Contradicted => {
                    self.warnings.add(format!("{}: no row has ifIndex {lower}", STACK_STATUS.name));
                }
            }
        }
        self.lower_layers = lower_layers;
    }

    /// Adds what another ifIndex of the same interface has.
    fn merge(&mut self, other: Links) {
        if self.duplex.is_absent() {
            (self.duplex, self.duplex_name) = (other.duplex, other.duplex_name);
        }
        if self.aggregate.is_absent() {
            self.aggregate = other.aggregate;
        }
        self.lower_layers.extend(other.lower_layers);
        self.rows += other.rows;
        other.warnings.iter().for_each(|warning| self.warnings.add(warning));
    }
}

fn stack_row(row: &Cells, links: &mut LinksByIndex) -> Result<(), MalformedIndex> {
    let &[higher, lower] = row.index() else { return Err(MalformedIndex) };
    // Zero marks the top and the bottom of a stack. Nothing is below itself.
    if higher == 0 || lower == 0 || higher == lower {
        return Ok(());
    }
    let mut warnings = Warnings::default();
    let status = row.integer(STACK_STATUS, &mut warnings);
    if status.value() != Some(&ACTIVE) && warnings.is_empty() {
        return Ok(());
    }
    let links = of_interface(links, higher);
    if status.value() == Some(&ACTIVE) {
        links.lower_layers.insert(lower);
    }
    // An agent that gets the SYNTAX wrong does so in all of an interface's rows.
    for warning in warnings.iter() {
        if !links.warnings.iter().any(|known| known == warning) {
            links.warnings.add(warning);
        }
    }
    Ok(())
}

fn agg_port_row(row: &Cells, links: &mut LinksByIndex) -> Result<(), MalformedIndex> {
    let port = row.single_index().ok_or(MalformedIndex)?;
    let links = of_interface(links, port);
    links.aggregate = match row.if_index(ATTACHED_AGG_ID, &mut links.warnings) {
        // Attached to none, or a link on its own.
        Field::Is(aggregate) if aggregate == 0 || aggregate == port => Field::Absent,
        other => other,
    };
    Ok(())
}

fn dot3_stats_row(row: &Cells, links: &mut LinksByIndex) -> Result<(), MalformedIndex> {
    let links = of_interface(links, row.single_index().ok_or(MalformedIndex)?);
    links.duplex = row.integer(DUPLEX_STATUS, &mut links.warnings);
    links.duplex_name = links.duplex.value().and_then(|&number| name_of(DUPLEX_STATUSES, number));
    Ok(())
}

/// Finds the links of an interface, to which a row adds.
fn of_interface(links: &mut LinksByIndex, if_index: u32) -> &mut Links {
    let links = links.entry(if_index).or_default();
    links.rows += 1;
    links
}
