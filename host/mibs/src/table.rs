//! A table in its compact form: bytes that are searched where they lie.
//!
//! A table is checked when it is opened: its version, its lengths and its checksum. Behind that, nothing that the bytes
//! say is believed: what leads out of the table reads as nothing, so that no bytes at all make reading panic or run for
//! ever.

use std::{borrow::Cow, fmt, ops::Range};

use crate::layout::{self, BEFORE_LENGTHS, CHECKED_FROM, MAGIC, SECTIONS, Section, VERSION};

/// Modules and what they define.
pub struct Table {
    bytes: Cow<'static, [u8]>,
    sections: [Range<usize>; SECTIONS],
}

/// Why bytes are not a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenTableError {
    /// They begin with something else.
    #[error("not a table of MIB modules")]
    Other,
    /// Another release wrote them.
    #[error("a table of version {found}, and this release reads version {VERSION}: compile the MIB files again")]
    Version {
        /// What the bytes say.
        found: u32,
    },
    /// There are fewer or more than they say, or the checksum differs.
    #[error("a damaged table: compile the MIB files again")]
    Damaged,
}

impl Table {
    /// Opens a table, and reads all of it once to check that it is whole.
    pub fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, OpenTableError> {
        let bytes = bytes.into();
        let sum = bytes.get(CHECKED_FROM..).map(layout::checksum);
        let table = Self::open_unchecked(bytes)?;
        let stated = table.bytes.get(CHECKED_FROM - 8..).and_then(|bytes| bytes.first_chunk::<8>());
        match stated.map(|bytes| u64::from_le_bytes(*bytes)) == sum && table.is_tree() {
            true => Ok(table),
            false => Err(OpenTableError::Damaged),
        }
    }

    /// Whether the nodes are one tree: the children of each behind it, and behind those of the one before.
    fn is_tree(&self) -> bool {
        let count = self.count(Section::Nodes);
        let mut before = 0;
        (0..count).all(|number| {
            let begin = self.record(Section::Nodes, number).map_or(0, |record| u24(record, 4));
            let is_sound = begin > number && begin >= before && begin <= count;
            before = begin;
            is_sound
        })
    }

    /// Opens a table that is known to be whole, which takes no time.
    pub(crate) fn open_unchecked(bytes: Cow<'static, [u8]>) -> Result<Self, OpenTableError> {
        let number = |at: usize| bytes.get(at..).and_then(|bytes| bytes.first_chunk()).map(|b| u32::from_le_bytes(*b));
        if !bytes.starts_with(&MAGIC) {
            return Err(OpenTableError::Other);
        }
        match number(MAGIC.len()) {
            Some(VERSION) => {}
            Some(found) => return Err(OpenTableError::Version { found }),
            None => return Err(OpenTableError::Damaged),
        }
        let mut begin = BEFORE_LENGTHS + 4 * SECTIONS;
        let mut sections: [Range<usize>; SECTIONS] = Default::default();
        for (place, (range, section)) in sections.iter_mut().zip(Section::ALL).enumerate() {
            let length = number(BEFORE_LENGTHS + 4 * place).and_then(|length| usize::try_from(length).ok());
            let end =
                length.filter(|length| length % section.width() == 0).and_then(|length| begin.checked_add(length));
            *range = begin..end.ok_or(OpenTableError::Damaged)?;
            begin = range.end;
        }
        if begin != bytes.len() {
            return Err(OpenTableError::Damaged);
        }
        Ok(Self { bytes, sections })
    }

    /// Octets of the whole table.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn count(&self, section: Section) -> u32 {
        let length = self.section(section).len() / section.width();
        u32::try_from(length).unwrap_or(u32::MAX)
    }

    /// The record of this number.
    pub(crate) fn record(&self, section: Section, number: u32) -> Option<&[u8]> {
        let begin = usize::try_from(number).ok()?.checked_mul(section.width())?;
        self.section(section).get(begin..)?.get(..section.width())
    }

    /// What a pool has from here on.
    pub(crate) fn pool(&self, section: Section, at: u32) -> &[u8] {
        usize::try_from(at).ok().and_then(|at| self.section(section).get(at..)).unwrap_or_default()
    }

    /// The text that begins here in its pool.
    pub(crate) fn text(&self, at: u32) -> &str {
        std::str::from_utf8(self.octets(at)).unwrap_or_default()
    }

    /// The octets of the text that begins here in its pool: they compare as the text does, and sooner.
    pub(crate) fn octets(&self, at: u32) -> &[u8] {
        let octets = self.pool(Section::Strings, at);
        octets.split_first().and_then(|(length, rest)| rest.get(..usize::from(*length))).unwrap_or_default()
    }

    /// The text behind the node of this number, in a section that has some for some nodes.
    pub(crate) fn of_node(&self, section: Section, node: u32) -> Option<u32> {
        let place = self.first(section, |record| u24(record, 0) < node);
        self.record(section, place).filter(|record| u24(record, 0) == node).map(|record| u24(record, 3))
    }

    /// The first record that does not come before what is looked for.
    pub(crate) fn first(&self, section: Section, comes_before: impl Fn(&[u8]) -> bool) -> u32 {
        self.first_within(section, 0..self.count(section), comes_before)
    }

    /// The same among some of them.
    pub(crate) fn first_within(
        &self,
        section: Section,
        among: Range<u32>,
        comes_before: impl Fn(&[u8]) -> bool,
    ) -> u32 {
        let Range { mut start, mut end } = among;
        let (records, width) = (self.section(section), section.width());
        while start < end {
            let middle = start + (end - start) / 2;
            let begin = usize::try_from(middle).unwrap_or(usize::MAX).saturating_mul(width);
            let record = records.get(begin..).and_then(|rest| rest.get(..width));
            match record.is_some_and(&comes_before) {
                true => start = middle + 1,
                false => end = middle,
            }
        }
        start
    }

    fn section(&self, section: Section) -> &[u8] {
        let range = self.sections.get(section as usize).cloned().unwrap_or_default();
        self.bytes.get(range).unwrap_or_default()
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("modules", &self.count(Section::Modules)).field("size", &self.size()).finish()
    }
}

/// The number of three octets that begins there; 0 where there are fewer.
pub(crate) fn u24(record: &[u8], at: usize) -> u32 {
    match record.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(&[a, b, c]) => u32::from_le_bytes([a, b, c, 0]),
        None => 0,
    }
}

/// The number of two octets that begins there; 0 where there are fewer.
pub(crate) fn u16_at(record: &[u8], at: usize) -> u16 {
    record.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |octets| u16::from_le_bytes(*octets))
}

/// The number of four octets that begins there; 0 where there are fewer.
pub(crate) fn u32_at(record: &[u8], at: usize) -> u32 {
    record.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |octets| u32::from_le_bytes(*octets))
}
