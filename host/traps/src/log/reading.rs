//! Reading: from blocks to the records that somebody wants.

use std::{io, sync::Arc};

use super::{Entry, Filter, Page, RecordPosition, packed::Opened};

/// Blocks that one reading looks at. Beyond, it ends there, and says where to go on.
const READ_BLOCKS: usize = 64;

/// Octets of JSON that one reading gives. Beyond, it ends there, after one record at least.
const READ_OCTETS: usize = 2 << 20;

/// Where blocks are kept, as it is at one moment.
pub(super) trait Blocks {
    /// The number of the first record that counts as kept; of the next one ever, where none is.
    fn first(&self) -> u64;

    /// The number of the last record.
    fn last(&self) -> u64;

    /// The block that begins with this record or one before it, the last such.
    fn at_or_before(&self, number: u64) -> io::Result<Option<(u64, Arc<[u8]>)>>;

    /// The number that the first block after this record begins with.
    fn begin_after(&self, number: u64) -> io::Result<Option<u64>>;
}

/// The records after a number that are wanted, at most so many.
pub(super) fn read(blocks: &impl Blocks, after: u64, wanted: &Filter, max: usize) -> io::Result<Page> {
    let (first, last) = (blocks.first(), blocks.last());
    let begin = after.min(last) + 1;
    let mut reading = Reading { page: Page::default(), octets: 0, begin, next: begin, max };
    reading.skip_to(first.min(last + 1));
    for _ in 0..READ_BLOCKS {
        if reading.next > last || reading.is_full() {
            break;
        }
        let block = blocks.at_or_before(reading.next)?;
        let opened = block.as_ref().map(|(number, octets)| (*number, Opened::read(octets)));
        match opened {
            Some((number, Ok(opened))) if reading.next < number.saturating_add(opened.records.len() as u64) => {
                if !reading.take(number, &opened, wanted) {
                    if reading.has_begun() {
                        break;
                    }
                    tracing::error!(number, "records of the trap log are damaged");
                    let after = number + opened.records.len() as u64;
                    reading.skip_to(after);
                }
            }
            // A block that is damaged, or missing: what is behind it can be read all the same.
            _ if reading.has_begun() => break,
            other => {
                if other.is_some() {
                    tracing::error!(number = reading.next, "records of the trap log are damaged or missing");
                }
                let behind = blocks.begin_after(reading.next)?.unwrap_or(last + 1);
                reading.skip_to(behind);
            }
        }
    }
    reading.page.next = reading.next - 1;
    Ok(reading.page)
}

/// A reading on its way.
struct Reading {
    page: Page,
    octets: usize,
    /// The number of the first record to look at.
    begin: u64,
    /// The number of the next record to look at.
    next: u64,
    max: usize,
}

impl Reading {
    fn is_full(&self) -> bool {
        self.page.entries.len() >= self.max || self.octets >= READ_OCTETS
    }

    /// Whether a record was looked at. Then the page ends in front of one that is missing.
    fn has_begun(&self) -> bool {
        self.next > self.begin + self.page.missed
    }

    /// Goes on with this record. Those before it are gone. Only for a reading that has not begun.
    fn skip_to(&mut self, number: u64) {
        self.page.missed += number.saturating_sub(self.next);
        self.next = self.next.max(number);
    }

    /// Takes what is wanted of a block. False where its JSON cannot be read.
    fn take(&mut self, number: u64, opened: &Opened<'_>, wanted: &Filter) -> bool {
        let mut json = None;
        for ((facts, place), number) in opened.records.iter().zip(number..) {
            if number < self.next {
                continue;
            }
            if self.is_full() {
                return true;
            }
            if wanted.wants(facts) {
                let json = match &json {
                    Some(json) => json,
                    None => match opened.json() {
                        Ok(unpacked) => json.insert(unpacked),
                        Err(_) => return false,
                    },
                };
                let Some(rest) = json.get(place.clone()) else { return false };
                let comma = if rest.starts_with('}') { "" } else { "," };
                let json: Arc<str> = format!("{{\"number\":{number},\"stored\":true{comma}{rest}").into();
                self.octets += json.len();
                let position = RecordPosition::Stored(number);
                self.page.entries.push(Entry { position, json, facts: facts.clone() });
            }
            self.next = number + 1;
        }
        true
    }
}
