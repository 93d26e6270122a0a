//! What waits for a receiver: a place in the log, and the records in hand. It decides what is passed over.

use crate::{Entry, FollowPage, ReadPosition, RecordPosition};

/// What waits for one receiver.
#[derive(Debug)]
pub(super) struct Spool {
    max: u64,
    done_to: ReadPosition,
    looked_to: ReadPosition,
    waiting: Vec<Entry>,
}

impl Spool {
    /// Everything up to `done_to` is dealt with, and at most so many records of the log may wait.
    pub(super) fn new(done_to: ReadPosition, max: usize) -> Self {
        Self { max: u64::try_from(max).unwrap_or(u64::MAX).max(1), done_to, looked_to: done_to, waiting: Vec::new() }
    }

    /// The records in hand, the oldest first.
    pub(super) fn waiting(&self) -> &[Entry] {
        &self.waiting
    }

    /// Every record up to this position was looked at.
    pub(super) fn looked_to(&self) -> ReadPosition {
        self.looked_to
    }

    /// Every record up to this position is dealt with. Its number is the cursor.
    pub(super) fn done_to(&self) -> ReadPosition {
        self.done_to
    }

    /// Takes what was read behind [`Self::looked_to`], when nothing is in hand. Returns how many records were gone.
    #[must_use]
    pub(super) fn take(&mut self, page: FollowPage) -> u64 {
        self.looked_to.number = self.looked_to.number.max(page.next.number);
        self.looked_to.unstored = self.looked_to.unstored.max(page.next.unstored);
        self.waiting = page.entries;
        self.settle();
        page.missed + page.dropped
    }

    /// So many records at the front are dealt with.
    pub(super) fn done(&mut self, count: usize) {
        let count = count.min(self.waiting.len());
        if let Some(last) = self.waiting.drain(..count).next_back() {
            match last.position {
                RecordPosition::Stored(number) => self.done_to.number = number,
                RecordPosition::Unstored(serial) => self.done_to.unstored = serial,
            }
        }
        self.settle();
    }

    /// Lets go of what is too far behind the log's last record. Returns how many that were.
    #[must_use]
    pub(super) fn pass_over(&mut self, last: u64) -> u64 {
        let floor = last.saturating_sub(self.max);
        if floor <= self.done_to.number {
            return 0;
        }
        // What was not stored when it was read has a bound of its own, and stays.
        let in_hand = self.waiting.partition_point(|entry| entry.number().is_some_and(|number| number <= floor));
        self.waiting.drain(..in_hand);
        // Of what was looked at, only what was wanted counts.
        let unread = floor.saturating_sub(self.looked_to.number);
        self.done_to.number = floor;
        self.looked_to.number = self.looked_to.number.max(floor);
        self.settle();
        u64::try_from(in_hand).unwrap_or(u64::MAX).saturating_add(unread)
    }

    fn settle(&mut self) {
        if self.waiting.is_empty() {
            self.done_to = self.looked_to;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::tests::{entry, unstored};

    fn at(number: u64) -> ReadPosition {
        ReadPosition { number, unstored: 0 }
    }

    fn page(numbers: &[u64], next: u64) -> FollowPage {
        let entries = numbers.iter().map(|number| entry(*number)).collect();
        FollowPage { entries, next: at(next), ..FollowPage::default() }
    }

    fn numbers(spool: &Spool) -> Vec<u64> {
        spool.waiting().iter().filter_map(Entry::number).collect()
    }

    #[test]
    fn what_is_not_stored_does_not_move_the_cursor() {
        let mut spool = Spool::new(at(10), 100);
        let next = ReadPosition { number: 10, unstored: 3 };
        let entries = vec![unstored(1), unstored(3)];
        assert_eq!(spool.take(FollowPage { entries, next, missed: 0, dropped: 2 }), 2);
        spool.done(1);
        assert_eq!(spool.done_to(), ReadPosition { number: 10, unstored: 1 });
        // It has a bound of its own.
        assert_eq!(spool.pass_over(120), 10);
        assert_eq!(spool.waiting(), [unstored(3)]);
        spool.done(1);
        assert_eq!((spool.done_to(), spool.looked_to()), (ReadPosition { number: 20, unstored: 3 }, spool.done_to()));
    }

    #[test]
    fn the_cursor_follows_what_was_taken() {
        let mut spool = Spool::new(at(10), 100);
        assert_eq!(spool.take(page(&[12, 14], 15)), 0);
        assert_eq!((spool.done_to(), spool.looked_to()), (at(10), at(15)));
        spool.done(1);
        assert_eq!((spool.done_to(), numbers(&spool)), (at(12), vec![14]));
        spool.done(1);
        assert_eq!(spool.done_to(), at(15), "the unwanted ones behind are dealt with, too");
    }

    #[test]
    fn unwanted_records_move_the_cursor() {
        let mut spool = Spool::new(at(0), 100);
        let _ = spool.take(page(&[], 7));
        assert_eq!((spool.done_to(), spool.looked_to()), (at(7), at(7)));
    }

    #[test]
    fn what_is_too_far_behind_is_passed_over_and_counted() {
        let mut spool = Spool::new(at(0), 10);
        let _ = spool.take(page(&[1, 3, 5], 6));
        assert_eq!(spool.pass_over(10), 0);
        // 1 and 3 were wanted; 2 and 4 were not.
        assert_eq!(spool.pass_over(14), 2);
        assert_eq!((spool.done_to(), numbers(&spool)), (at(4), vec![5]));
        // 5 was wanted, and nobody has looked at 7 to 20.
        assert_eq!(spool.pass_over(30), 15);
        assert_eq!((spool.done_to(), spool.looked_to(), numbers(&spool)), (at(20), at(20), vec![]));
    }
}
