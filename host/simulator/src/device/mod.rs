//! A device that answers: a recording turned into octets, and the rules of GET, GETNEXT and GETBULK.
//!
//! The rules are those of RFC 3416 section 4.2 and, for version 1, RFC 1157 section 4.1. Every varbind is encoded once,
//! when the device is made; an honest GETBULK is one binary search per repeater and then copies of octets.
//! A device knows nothing of communities, sockets or time. How it deviates from honesty is an argument.

mod answer;
mod rows;
mod rules;
mod walk;

pub(crate) use answer::{Answer, Capacity};
pub use rows::RowOrder;
use rows::{Row, column_of};
pub(crate) use rules::{RowRules, Values, ViewEnd};
use snmp::{Oid, Value};

use crate::{
    Recording,
    ber::{put_varbind, tag},
    message::Version,
};

/// A recording, ready to be asked.
#[derive(Debug)]
pub(crate) struct Device {
    names: Vec<Oid>,
    /// Which values are Counter64, and do not exist in version 1 (RFC 3584 section 4.2.2.1).
    wide: Vec<bool>,
    /// All varbinds as BER, one behind the other.
    octets: Vec<u8>,
    /// Where each varbind begins in `octets`, and where the last one ends.
    starts: Vec<usize>,
}

impl Device {
    /// The most octets a UDP datagram over IPv4 can have.
    pub(crate) const MAX_OCTETS: usize = 65_507;

    /// Encodes a recording.
    pub(crate) fn new(recording: &Recording) -> Self {
        let varbinds = recording.varbinds();
        let mut octets = Vec::with_capacity(varbinds.len() * 32);
        let mut starts = Vec::with_capacity(varbinds.len() + 1);
        for varbind in varbinds {
            starts.push(octets.len());
            put_varbind(&mut octets, varbind);
        }
        starts.push(octets.len());
        let names = varbinds.iter().map(|varbind| varbind.name.clone()).collect();
        let wide = varbinds.iter().map(|varbind| matches!(varbind.value, Value::Counter64(_))).collect();
        Self { names, wide, octets, starts }
    }

    fn name_of(&self, row: &Row) -> Option<Oid> {
        match row {
            Row::Recorded(at) => self.names.get(*at).cloned(),
            Row::Invented(name, _) => Some(name.clone()),
            Row::End => None,
        }
    }

    /// The place of the first varbind whose name is greater.
    fn first_after(&self, name: &Oid) -> usize {
        self.names.partition_point(|known| known <= name)
    }

    fn is_visible(&self, at: usize, version: Version) -> bool {
        version != Version::V1 || self.wide.get(at) == Some(&false)
    }

    fn varbind(&self, at: usize) -> &[u8] {
        match (self.starts.get(at), self.starts.get(at + 1)) {
            (Some(start), Some(end)) => self.octets.get(*start..*end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether a name without a value belongs to an object the device has, or to none.
    ///
    /// A recording does not say where the object ends and the instance begins. Something recorded in the same column,
    /// or with the same parent, counts as the same object.
    fn missing(&self, name: &Oid) -> u8 {
        let parent = name.arcs().split_last().map(|(_, parent)| parent).unwrap_or_default();
        let object = column_of(name).unwrap_or(parent);
        let known = |prefix: &[u32]| {
            let at = self.names.partition_point(|known| known.arcs() < prefix);
            self.names.get(at).is_some_and(|known| known.arcs().starts_with(prefix))
        };
        if known(object) || known(parent) { tag::NO_SUCH_INSTANCE } else { tag::NO_SUCH_OBJECT }
    }
}

#[cfg(test)]
mod tests;
