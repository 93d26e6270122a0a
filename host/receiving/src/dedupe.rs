//! Notifications that say the same within a window: the first one is stored, the others are counted, and the last one
//! is stored when the window ends.
//!
//! Pure: times come in as arguments. So nothing gets lost but repetitions, and the counts of the records sum up to the
//! notifications that came.
//!
//! By hand, and no cache: what leaves it is not forgotten but stored.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

/// What two notifications have in common that say the same.
pub(super) type Key = [u8; 16];

/// Octets of the notifications that wait for the end of their windows. Beyond, the oldest windows end before their time.
const KEPT_OCTETS: usize = 64 << 20;

/// The windows that are open. `T` is a notification.
#[derive(Debug)]
pub(super) struct Windows<T> {
    length: Duration,
    max: usize,
    weigh: fn(&T) -> usize,
    /// Octets of the notifications that are kept.
    octets: usize,
    open: HashMap<Key, Repeated<T>>,
    /// All have the same length, so they end in the order in which they began.
    ends: VecDeque<(Instant, Key)>,
}

/// What came again since a window began.
#[derive(Debug)]
struct Repeated<T> {
    times: u64,
    last: Option<T>,
}

impl<T> Windows<T> {
    /// Windows of this length, at most so many at a time, and no more than [`KEPT_OCTETS`] kept in them: beyond, the
    /// oldest one ends before its time. `weigh` says how many octets a notification takes.
    pub(super) fn new(length: Duration, max: usize, weigh: fn(&T) -> usize) -> Self {
        Self { length, max: max.max(1), weigh, octets: 0, open: HashMap::new(), ends: VecDeque::new() }
    }

    /// Takes a notification. Returns it where it is the first one of a window; else it is kept until the window ends.
    #[must_use]
    pub(super) fn take(&mut self, key: Key, now: Instant, notification: T) -> Option<T> {
        if let Some(repeated) = self.open.get_mut(&key) {
            repeated.times += 1;
            self.octets += (self.weigh)(&notification);
            let before = repeated.last.replace(notification);
            self.octets -= before.as_ref().map_or(0, self.weigh);
            return None;
        }
        self.open.insert(key, Repeated { times: 0, last: None });
        self.ends.push_back((now + self.length, key));
        Some(notification)
    }

    /// When the next window ends.
    pub(super) fn next_end(&self) -> Option<Instant> {
        self.ends.front().map(|(end, _)| *end)
    }

    /// Closes the windows that have ended. Returns the last notification of each that came more than once, with how
    /// often it came after the first one.
    #[must_use]
    pub(super) fn ended(&mut self, now: Instant) -> Vec<(Key, T, u64)> {
        let mut last = Vec::new();
        while self.ends.front().is_some_and(|(end, _)| *end <= now) || self.is_full() {
            last.extend(self.close());
        }
        last
    }

    /// Closes all windows.
    #[must_use]
    pub(super) fn close_all(&mut self) -> Vec<(Key, T, u64)> {
        let mut last = Vec::new();
        while !self.ends.is_empty() {
            last.extend(self.close());
        }
        last
    }

    fn is_full(&self) -> bool {
        !self.ends.is_empty() && (self.ends.len() > self.max || self.octets > KEPT_OCTETS)
    }

    fn close(&mut self) -> Option<(Key, T, u64)> {
        let (_, key) = self.ends.pop_front()?;
        let Repeated { times, last } = self.open.remove(&key)?;
        let last = last?;
        self.octets -= (self.weigh)(&last);
        Some((key, last, times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Key = [1; 16];
    const B: Key = [2; 16];
    const C: Key = [3; 16];

    #[tokio::test(start_paused = true)]
    async fn the_first_and_the_last_of_a_window_are_kept_and_all_are_counted() {
        let mut windows = Windows::new(Duration::from_secs(10), 2, |_| 1);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(windows.take(A, at(0), "a1"), Some("a1"));
        assert_eq!(windows.take(A, at(1), "a2"), None);
        assert_eq!(windows.take(B, at(2), "b1"), Some("b1"));
        assert_eq!(windows.take(A, at(9), "a3"), None);
        assert_eq!(windows.next_end(), Some(at(10)));
        assert_eq!(windows.ended(at(9)), []);
        assert_eq!(windows.ended(at(10)), [(A, "a3", 2)]);
        assert_eq!(windows.take(A, at(10), "a4"), Some("a4"), "another window");
        assert_eq!(windows.ended(at(12)), [], "what came once needs no last one");
        assert_eq!(windows.take(A, at(13), "a5"), None);
        assert_eq!(windows.close_all(), [(A, "a5", 1)]);
        assert_eq!(windows.next_end(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_windows_end_the_oldest_one() {
        let mut windows = Windows::new(Duration::from_secs(10), 2, |_| 1);
        let now = Instant::now();
        for (key, notification) in [(A, "a1"), (B, "b1")] {
            assert!(windows.take(key, now, notification).is_some());
        }
        assert_eq!(windows.take(A, now, "a2"), None);
        assert!(windows.take(C, now, "c1").is_some());
        assert_eq!(windows.ended(now), [(A, "a2", 1)]);
    }

    #[tokio::test(start_paused = true)]
    async fn too_much_that_is_kept_ends_the_oldest_window() {
        let mut windows = Windows::new(Duration::from_secs(10), 9, |_| KEPT_OCTETS);
        let now = Instant::now();
        for notification in ["a1", "a2", "a3"] {
            let _ = windows.take(A, now, notification);
        }
        assert_eq!(windows.ended(now), [], "one may have any size");
        for notification in ["b1", "b2"] {
            let _ = windows.take(B, now, notification);
        }
        assert_eq!(windows.ended(now), [(A, "a3", 2)]);
        assert_eq!(windows.close_all(), [(B, "b2", 1)]);
        assert_eq!(windows.octets, 0);
    }
}
