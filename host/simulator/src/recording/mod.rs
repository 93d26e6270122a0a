//! What a device said once: its varbinds, sorted and without duplicates.
//!
//! A recording is read from the forms in which people keep them, which the crate `recording` knows. Lines that cannot
//! be read are reported with their number and the reason, and cost nothing but themselves. Of several values for one
//! name the first wins.

mod values;

use std::sync::Arc;

pub use recording::{BadLine, Format as RecordingFormat, LineError, ReadError};
use snmp::{Oid, Varbind};

/// The varbinds of a device, sorted by name, each name once. A clone shares them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    varbinds: Arc<Vec<Varbind>>,
}

/// A recording, and what was noticed while reading it.
#[derive(Clone, Debug)]
#[must_use]
pub struct ParsedRecording {
    /// What could be read.
    pub recording: Recording,
    /// The form the octets were in.
    pub format: RecordingFormat,
    /// The lines that could not be read, in their order; beyond [`BadLine::MAX_KEPT`] they are only counted.
    pub bad_lines: Vec<BadLine>,
    /// How many lines could not be read.
    pub bad_line_count: usize,
    /// How many values were passed over because their name had one already.
    pub duplicates: usize,
}

impl Recording {
    /// Makes a recording of `varbinds` in any order; the first of each name is kept.
    #[must_use]
    pub fn new(mut varbinds: Vec<Varbind>) -> Self {
        varbinds.sort_by(|one, other| one.name.cmp(&other.name));
        varbinds.dedup_by(|later, earlier| later.name == earlier.name);
        Self { varbinds: Arc::new(varbinds) }
    }

    /// Reads the octets of a file in any form that is known, packed or in UTF-16.
    pub fn read(octets: &[u8]) -> Result<ParsedRecording, ReadError> {
        recording::read(octets).map(ParsedRecording::from)
    }

    /// Reads text in either form.
    pub fn parse(text: &[u8]) -> ParsedRecording {
        recording::parse(text).into()
    }

    /// Writes the recording as `.snmprec`, from which it reads the same.
    ///
    /// A value that is not the BER of its own tag has no such form and becomes a comment.
    #[must_use]
    pub fn to_snmprec(&self) -> String {
        self.varbinds.iter().map(|varbind| recording::snmprec_line(&values::to_object(varbind)) + "\n").collect()
    }

    /// The varbinds, sorted by name.
    #[must_use]
    pub fn varbinds(&self) -> &[Varbind] {
        &self.varbinds
    }

    /// The varbind of exactly this name.
    #[must_use]
    pub fn get(&self, name: &Oid) -> Option<&Varbind> {
        let place = self.varbinds.binary_search_by(|varbind| varbind.name.cmp(name)).ok()?;
        self.varbinds.get(place)
    }

    /// The varbinds of `root` and below.
    pub fn below<'a>(&'a self, root: &'a Oid) -> impl Iterator<Item = &'a Varbind> {
        let start = self.varbinds.partition_point(|varbind| varbind.name < *root);
        self.varbinds.iter().skip(start).take_while(move |varbind| varbind.name.starts_with(root))
    }

    /// How many varbinds there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.varbinds.len()
    }

    /// Whether this one and another are clones of the same, and so in memory once.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.varbinds, &other.varbinds)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.varbinds.is_empty()
    }
}

/// Writes a varbind as a line of `.snmprec`, without its end.
///
/// A value that is not the BER of its own tag has no such form and becomes a comment.
#[must_use]
pub fn snmprec_line(varbind: &Varbind) -> String {
    recording::snmprec_line(&values::to_object(varbind))
}

/// Writes a varbind as `snmpwalk -On -m ''` prints it, without the end of the last line. Of what is not of its type
/// nothing but that is said.
#[must_use]
pub fn snmpwalk_line(varbind: &Varbind) -> String {
    recording::snmpwalk_line(&values::to_object(varbind))
}

impl FromIterator<Varbind> for Recording {
    fn from_iter<I: IntoIterator<Item = Varbind>>(varbinds: I) -> Self {
        Self::new(varbinds.into_iter().collect())
    }
}

impl From<recording::Recording> for ParsedRecording {
    fn from(read: recording::Recording) -> Self {
        let count = read.objects.len();
        let recording: Recording = read.objects.into_iter().filter_map(values::to_varbind).collect();
        let duplicates = count - recording.len();
        let recording::Recording { format, bad_lines, bad_line_count, .. } = read;
        Self { recording, format, bad_lines, bad_line_count, duplicates }
    }
}

#[cfg(test)]
mod tests;
