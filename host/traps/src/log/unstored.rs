//! Records that could not be stored yet: in memory, for those who follow the log, and to be stored when that is possible.
//!
//! ```text
//! keep ──▶ kept ──▶ stored, under the next numbers
//!           │
//!           └─────▶ dropped, where there are more than the limit: the oldest first
//! ```
//!
//! Each has a serial number of this process. Some of the serials become numbers of the log, in their order; which ones is
//! remembered, so that whoever was given a record from memory is not given it again from the log. Pure: no store, no lock.

use std::{collections::VecDeque, sync::Arc};

use super::{Entry, FollowPage, NewEntry, Page, ReadPosition, RecordPosition, UnstoredStats};
use crate::Filter;

/// Stretches of serials that became numbers which are remembered. Beyond, the oldest is forgotten, and who has not come
/// to it yet is given its records again. A stretch ends where records were dropped.
const STRETCHES: usize = 256;

/// Records that are stored together.
const STORED_TOGETHER: usize = 1_024;

/// Octets of JSON that one page gives. Beyond, it ends there, after one record at least.
const PAGE_OCTETS: usize = 2 << 20;

/// The records that could not be stored yet, and what became of those before them.
#[derive(Debug, Default)]
pub(super) struct Unstored {
    /// Octets that may be kept.
    limit: usize,
    kept: VecDeque<Arc<NewEntry>>,
    octets: usize,
    /// The serial of the last record that is not kept any more.
    gone: u64,
    dropped: u64,
    stored_ranges: VecDeque<SerialRange>,
}

/// Serials behind each other that became numbers behind each other.
#[derive(Clone, Copy, Debug)]
struct SerialRange {
    serial: u64,
    number: u64,
    count: u64,
}

impl Unstored {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// The serial of the last record; 0 where there was none.
    pub(super) fn last(&self) -> u64 {
        self.gone + self.kept.len() as u64
    }

    /// The serial of the last record that is not kept any more: stored, or dropped.
    pub(super) fn gone(&self) -> u64 {
        self.gone
    }

    pub(super) fn stats(&self) -> UnstoredStats {
        UnstoredStats { records: self.kept.len() as u64, bytes: self.octets as u64, dropped: self.dropped }
    }

    /// Up to which serial somebody has come who has seen the log up to this number and nothing else.
    pub(super) fn seen_with(&self, number: u64) -> u64 {
        self.stored_ranges.iter().filter_map(|range| range.serial_at_or_before(number)).max().unwrap_or(0)
    }

    /// Keeps records, and drops the oldest where there are too many.
    pub(super) fn keep(&mut self, new: &[NewEntry]) {
        for entry in new {
            self.octets += octets(entry);
            self.kept.push_back(Arc::new(entry.clone()));
        }
        while self.octets > self.limit && self.forget_first() {
            self.dropped += 1;
        }
    }

    /// The records that are to be stored next, behind which serial they come; none where nothing is kept.
    pub(super) fn to_store(&self) -> (u64, Vec<NewEntry>) {
        let entries = self.kept.iter().take(STORED_TOGETHER).map(|entry| NewEntry::clone(entry));
        (self.gone, entries.collect())
    }

    /// So many records behind a serial were stored, the first one under this number.
    pub(super) fn stored(&mut self, behind: u64, number: u64, count: u64) {
        // Some may have been dropped meanwhile, and were not.
        self.dropped -= (self.gone.saturating_sub(behind)).min(count).min(self.dropped);
        while self.gone < behind + count && self.forget_first() {}
        let new = SerialRange { serial: behind + 1, number, count };
        match self.stored_ranges.back_mut() {
            Some(last) if last.serial + last.count == new.serial && last.number + last.count == number => {
                last.count += count;
            }
            _ => self.stored_ranges.push_back(new),
        }
        if self.stored_ranges.len() > STRETCHES {
            self.stored_ranges.pop_front();
        }
    }

    /// The records in memory behind a position that has come to the end of the log.
    pub(super) fn page(&self, after: ReadPosition, wanted: &Filter, max: usize) -> FollowPage {
        let unstored = after.unstored.max(self.gone);
        let mut page = FollowPage {
            entries: Vec::new(),
            next: ReadPosition { unstored, ..after },
            missed: 0,
            dropped: self.dropped_between(after.unstored, unstored),
        };
        let mut octets = 0;
        let skipped = usize::try_from(unstored - self.gone).unwrap_or(usize::MAX);
        for (entry, serial) in self.kept.iter().skip(skipped).zip(unstored + 1..) {
            if page.entries.len() >= max || octets >= PAGE_OCTETS {
                break;
            }
            page.next.unstored = serial;
            if wanted.wants(&entry.facts) {
                let rest = entry.json.strip_prefix('{').unwrap_or(&entry.json);
                let comma = if rest.starts_with('}') { "" } else { "," };
                let json: Arc<str> = format!("{{\"number\":null,\"stored\":false{comma}{rest}").into();
                octets += json.len();
                page.entries.push(Entry {
                    position: RecordPosition::Unstored(serial),
                    json,
                    facts: entry.facts.clone(),
                });
            }
        }
        page
    }

    /// A page of the log for who has come to this position: without what they were given from memory before.
    pub(super) fn without_known(&self, after: ReadPosition, page: Page) -> FollowPage {
        let Page { mut entries, next, missed } = page;
        let mut unstored = after.unstored;
        for range in &self.stored_ranges {
            if let Some(serial) = range.serial_at_or_before(next)
                && range.last_number() > after.number
            {
                unstored = unstored.max(serial);
            }
        }
        entries.retain(|entry| {
            let serial =
                entry.number().and_then(|number| self.stored_ranges.iter().find_map(|found| found.serial_of(number)));
            serial.is_none_or(|serial| serial > after.unstored)
        });
        let dropped = self.dropped_between(after.unstored, unstored);
        FollowPage { entries, next: ReadPosition { number: next, unstored }, missed, dropped }
    }

    /// How many records behind a serial and up to another one were not stored.
    fn dropped_between(&self, after: u64, up_to: u64) -> u64 {
        let stored = self.stored_ranges.iter().map(|range| {
            let end = up_to.min(range.serial + range.count - 1);
            (end + 1).saturating_sub(range.serial.max(after + 1))
        });
        up_to.saturating_sub(after).saturating_sub(stored.sum())
    }

    fn forget_first(&mut self) -> bool {
        let Some(first) = self.kept.pop_front() else { return false };
        self.octets -= octets(&first);
        self.gone += 1;
        true
    }
}

impl SerialRange {
    fn last_number(&self) -> u64 {
        self.number + self.count - 1
    }

    fn serial_of(&self, number: u64) -> Option<u64> {
        (self.number..=self.last_number()).contains(&number).then(|| self.serial + (number - self.number))
    }

    /// The serial of the last record of this stretch up to this number.
    fn serial_at_or_before(&self, number: u64) -> Option<u64> {
        self.serial_of(number.min(self.last_number()))
    }
}

/// What a record takes in memory, about.
fn octets(entry: &NewEntry) -> usize {
    size_of::<NewEntry>() + entry.json.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Facts;

    fn some(count: usize) -> Vec<NewEntry> {
        let facts = Facts { source: [10, 0, 0, 1].into(), trap_oid: None, severity: None };
        vec![NewEntry { json: "{\"a\":1}".to_owned(), facts }; count]
    }

    /// Room for so many of [`some`].
    fn with_capacity_for(records: usize) -> Unstored {
        Unstored::new(some(records).iter().map(octets).sum())
    }

    fn at(number: u64, unstored: u64) -> ReadPosition {
        ReadPosition { number, unstored }
    }

    /// What a page has: serials, where it ends, and how many were dropped before.
    fn shown(page: &FollowPage) -> (Vec<RecordPosition>, ReadPosition, u64) {
        (page.entries.iter().map(|entry| entry.position).collect(), page.next, page.dropped)
    }

    fn page_of_log(numbers: std::ops::RangeInclusive<u64>) -> Page {
        let next = *numbers.end();
        let entry = |number| Entry {
            position: RecordPosition::Stored(number),
            json: "{}".into(),
            facts: some(1).remove(0).facts,
        };
        Page { entries: numbers.map(entry).collect(), next, missed: 0 }
    }

    #[test]
    fn records_in_memory_are_given_once_and_say_that_they_are_not_stored() {
        let mut unstored = with_capacity_for(10);
        unstored.keep(&some(3));
        let page = unstored.page(at(7, 0), &Filter::default(), 2);
        assert_eq!(shown(&page), (vec![RecordPosition::Unstored(1), RecordPosition::Unstored(2)], at(7, 2), 0));
        assert_eq!(&*page.entries[0].json, r#"{"number":null,"stored":false,"a":1}"#);
        let page = unstored.page(page.next, &Filter::default(), 2);
        assert_eq!(shown(&page), (vec![RecordPosition::Unstored(3)], at(7, 3), 0));
        assert_eq!(shown(&unstored.page(page.next, &Filter::default(), 2)), (vec![], at(7, 3), 0));
    }

    #[test]
    fn what_is_stored_later_is_given_to_those_alone_who_have_not_seen_it() {
        let mut unstored = with_capacity_for(10);
        unstored.keep(&some(4));
        assert_eq!(unstored.to_store().0, 0);
        unstored.stored(0, 8, 2);
        unstored.stored(2, 10, 2);
        assert_eq!((unstored.stats().records, unstored.stats().bytes, unstored.last()), (0, 0, 4));
        // Number 7 was stored before; 8 to 11 were in memory; 12 is new.
        for (seen, given) in [(0, vec![8, 9, 10, 11, 12]), (3, vec![11, 12]), (4, vec![12])] {
            let page = unstored.without_known(at(7, seen), page_of_log(8..=12));
            let given: Vec<RecordPosition> = given.into_iter().map(RecordPosition::Stored).collect();
            assert_eq!(shown(&page), (given, at(12, 4), 0));
        }
        assert_eq!([6, 7, 8, 9, 11, 12].map(|number| unstored.seen_with(number)), [0, 0, 1, 2, 4, 4]);
        // In pieces.
        let page = unstored.without_known(at(7, 1), page_of_log(8..=9));
        assert_eq!(shown(&page), (vec![RecordPosition::Stored(9)], at(9, 2), 0));
        let page = unstored.without_known(page.next, page_of_log(10..=11));
        assert_eq!(shown(&page), (vec![RecordPosition::Stored(10), RecordPosition::Stored(11)], at(11, 4), 0));
    }

    #[test]
    fn beyond_the_limit_the_oldest_are_dropped_and_everybody_is_told_how_many() {
        let mut unstored = with_capacity_for(3);
        unstored.keep(&some(2));
        unstored.keep(&some(5));
        let stats = unstored.stats();
        assert_eq!((stats.records, stats.dropped, unstored.to_store().0), (3, 4, 4));
        let page = unstored.page(at(9, 1), &Filter::default(), 9);
        assert_eq!(shown(&page), ([5, 6, 7].map(RecordPosition::Unstored).to_vec(), at(9, 7), 3));
        // They get the next numbers, without holes.
        unstored.stored(4, 10, 3);
        unstored.keep(&some(1));
        unstored.stored(7, 13, 1);
        let page = unstored.without_known(at(9, 1), page_of_log(10..=13));
        assert_eq!(shown(&page), ([10, 11, 12, 13].map(RecordPosition::Stored).to_vec(), at(13, 8), 3));
        // Who has passed records over in the log is told of the dropped ones alone.
        let page = unstored.without_known(at(12, 1), page_of_log(13..=13));
        assert_eq!(shown(&page), (vec![RecordPosition::Stored(13)], at(13, 8), 3));
    }

    #[test]
    fn what_is_stored_while_it_is_dropped_was_not_dropped() {
        let mut unstored = with_capacity_for(2);
        unstored.keep(&some(2));
        let (behind, entries) = unstored.to_store();
        unstored.keep(&some(1));
        assert_eq!(unstored.stats().dropped, 1);
        unstored.stored(behind, 1, entries.len() as u64);
        assert_eq!((unstored.stats().dropped, unstored.stats().records, unstored.to_store().0), (0, 1, 2));
    }

    #[test]
    fn stretches_have_a_bound() {
        let mut unstored = with_capacity_for(2);
        for number in 0..1_000 {
            unstored.keep(&some(1));
            unstored.stored(number, number * 2 + 1, 1);
        }
        assert_eq!(unstored.stored_ranges.len(), STRETCHES);
        // A record of the log between them was never in memory.
        let page = unstored.without_known(at(1_990, 0), page_of_log(1_991..=1_999));
        assert_eq!(page.entries.len(), 9);
        let page = unstored.without_known(at(1_990, 1_000), page_of_log(1_991..=1_999));
        assert_eq!(page.entries.len(), 4);
    }
}
