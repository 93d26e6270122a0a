//! What waits for a receiver: a place in the log, and the records in hand. It decides what is passed over.

use crate::{Entry, Page};

/// What waits for one receiver.
#[derive(Debug)]
pub(super) struct Spool {
    most: u64,
    done_to: u64,
    looked_to: u64,
    waiting: Vec<Entry>,
}

impl Spool {
    /// Everything up to `done_to` is dealt with, and at most so many records of the log may wait.
    pub(super) fn new(done_to: u64, most: usize) -> Self {
        Self { most: u64::try_from(most).unwrap_or(u64::MAX).max(1), done_to, looked_to: done_to, waiting: Vec::new() }
    }

    /// The records in hand, the oldest first.
    pub(super) fn waiting(&self) -> &[Entry] {
        &self.waiting
    }

    /// Every record up to this number was looked at.
    pub(super) fn looked_to(&self) -> u64 {
        self.looked_to
    }

    /// Every record up to this number is dealt with: the cursor.
    pub(super) fn done_to(&self) -> u64 {
        self.done_to
    }

    /// Takes what was read behind [`Self::looked_to`], when nothing is in hand. Returns how many records were gone.
    #[must_use]
    pub(super) fn take(&mut self, page: Page) -> u64 {
        self.looked_to = self.looked_to.max(page.next);
        self.waiting = page.entries;
        self.settle();
        page.missed
    }

    /// So many records at the front are dealt with.
    pub(super) fn done(&mut self, count: usize) {
        let count = count.min(self.waiting.len());
        if let Some(last) = self.waiting.drain(..count).next_back() {
            self.done_to = last.number;
        }
        self.settle();
    }

    /// Lets go of what is too far behind the log's last record. Returns how many that were.
    #[must_use]
    pub(super) fn pass_over(&mut self, last: u64) -> u64 {
        let floor = last.saturating_sub(self.most);
        if floor <= self.done_to {
            return 0;
        }
        let in_hand = self.waiting.partition_point(|entry| entry.number <= floor);
        self.waiting.drain(..in_hand);
        // Of what was looked at, only what was wanted counts.
        let unread = floor.saturating_sub(self.looked_to);
        self.done_to = floor;
        self.looked_to = self.looked_to.max(floor);
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
    use crate::forward::tests::entry;

    fn page(numbers: &[u64], next: u64) -> Page {
        Page { entries: numbers.iter().map(|number| entry(*number)).collect(), next, missed: 0 }
    }

    fn numbers(spool: &Spool) -> Vec<u64> {
        spool.waiting().iter().map(|entry| entry.number).collect()
    }

    #[test]
    fn the_cursor_follows_what_was_taken() {
        let mut spool = Spool::new(10, 100);
        assert_eq!(spool.take(page(&[12, 14], 15)), 0);
        assert_eq!((spool.done_to(), spool.looked_to()), (10, 15));
        spool.done(1);
        assert_eq!((spool.done_to(), numbers(&spool)), (12, vec![14]));
        spool.done(1);
        assert_eq!(spool.done_to(), 15, "the unwanted ones behind are dealt with, too");
    }

    #[test]
    fn unwanted_records_move_the_cursor() {
        let mut spool = Spool::new(0, 100);
        let _ = spool.take(page(&[], 7));
        assert_eq!((spool.done_to(), spool.looked_to()), (7, 7));
    }

    #[test]
    fn what_is_too_far_behind_is_passed_over_and_counted() {
        let mut spool = Spool::new(0, 10);
        let _ = spool.take(page(&[1, 3, 5], 6));
        assert_eq!(spool.pass_over(10), 0);
        // 1 and 3 were wanted; 2 and 4 were not.
        assert_eq!(spool.pass_over(14), 2);
        assert_eq!((spool.done_to(), numbers(&spool)), (4, vec![5]));
        // 5 was wanted, and nobody has looked at 7 to 20.
        assert_eq!(spool.pass_over(30), 15);
        assert_eq!((spool.done_to(), spool.looked_to(), numbers(&spool)), (20, 20, vec![]));
    }
}
