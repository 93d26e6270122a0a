//! What a device said once: its varbinds, sorted and without duplicates.
//!
//! A recording is read from the two forms in which people keep them, `.snmprec` files and the output of
//! `snmpwalk -On`; the content tells which one it is. Lines that cannot be read are reported with their number and the
//! reason, and cost nothing but themselves. Of several values for one name the first wins.

mod lines;
mod snmprec;
mod snmpwalk;

use std::{fmt, sync::Arc};

use snmp_engine::{Oid, Varbind};

use lines::Lines;
pub use lines::{BadLine, LineError};

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
    /// The lines that could not be read, in their order; beyond [`BadLine::MOST_KEPT`] they are only counted.
    pub bad_lines: Vec<BadLine>,
    /// How many lines could not be read.
    pub bad_line_count: usize,
    /// How many values were passed over because their name had one already.
    pub duplicates: usize,
}

/// The forms of recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingFormat {
    /// `OID|TAG|VALUE` lines.
    Snmprec,
    /// Lines as `snmpwalk -On` prints them.
    Snmpwalk,
}

impl Recording {
    /// Makes a recording of `varbinds` in any order; the first of each name is kept.
    #[must_use]
    pub fn new(mut varbinds: Vec<Varbind>) -> Self {
        varbinds.sort_by(|one, other| one.name.cmp(&other.name));
        varbinds.dedup_by(|later, earlier| later.name == earlier.name);
        Self { varbinds: Arc::new(varbinds) }
    }

    /// Reads a recording in either form.
    pub fn parse(octets: &[u8]) -> ParsedRecording {
        let format = RecordingFormat::of(octets);
        let mut lines = Lines::new(octets);
        let varbinds = match format {
            RecordingFormat::Snmprec => snmprec::read(&mut lines),
            RecordingFormat::Snmpwalk => snmpwalk::read(&mut lines),
        };
        let (bad_lines, bad_line_count) = lines.into_bad();
        let read = varbinds.len();
        let recording = Self::new(varbinds);
        let duplicates = read - recording.len();
        ParsedRecording { recording, format, bad_lines, bad_line_count, duplicates }
    }

    /// Writes the recording as `.snmprec`, from which it reads the same.
    ///
    /// A value that is not the BER of its own tag has no such form and becomes a comment.
    #[must_use]
    pub fn to_snmprec(&self) -> String {
        let mut text = String::new();
        for varbind in self.varbinds.iter() {
            snmprec::write(&mut text, varbind);
        }
        text
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

impl FromIterator<Varbind> for Recording {
    fn from_iter<I: IntoIterator<Item = Varbind>>(varbinds: I) -> Self {
        Self::new(varbinds.into_iter().collect())
    }
}

impl RecordingFormat {
    /// Tells the form by the first line that looks like one of them.
    fn of(octets: &[u8]) -> Self {
        let mut lines = Lines::new(octets);
        while let Some(line) = lines.next() {
            if snmpwalk::starts_entry(line) {
                return Self::Snmpwalk;
            }
            if !line.starts_with(b"#") && line.contains(&b'|') {
                return Self::Snmprec;
            }
        }
        Self::Snmprec
    }
}

impl fmt::Display for RecordingFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Snmprec => "snmprec",
            Self::Snmpwalk => "snmpwalk",
        })
    }
}

#[cfg(test)]
mod tests;
