//! What anybody can cause is logged a bounded number of times in a minute, so that nobody fills the log.
//!
//! What is not logged is counted, and the next line can say how many there were. The time comes in as an argument.

use std::time::{Duration, Instant};

/// How long lines of one kind are counted.
pub const PERIOD: Duration = Duration::from_secs(60);

/// The lines of one kind.
#[derive(Debug)]
pub struct LogThrottle {
    max_lines: u32,
    /// When this period began.
    since: Option<Instant>,
    logged: u32,
    suppressed: u64,
}

impl LogThrottle {
    /// Lets so many lines through in each [`PERIOD`], which begins with its first line.
    #[must_use]
    pub const fn new(max_lines: u32) -> Self {
        Self { max_lines, since: None, logged: 0, suppressed: 0 }
    }

    /// Returns how many were not logged since the last line, if one may be logged now; it then counts as logged. Else it
    /// counts as suppressed.
    #[must_use = "nothing is to be logged where this is `None`"]
    pub fn take(&mut self, now: Instant) -> Option<u64> {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) >= PERIOD) {
            (self.since, self.logged) = (Some(now), 0);
        }
        if self.logged >= self.max_lines {
            self.suppressed += 1;
            return None;
        }
        self.logged += 1;
        Some(std::mem::take(&mut self.suppressed))
    }
}

impl Default for LogThrottle {
    /// One line in each period.
    fn default() -> Self {
        Self::new(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mut throttle: LogThrottle, seconds: &[u64], expected: &[Option<u64>]) {
        let start = Instant::now();
        let logged: Vec<_> = seconds.iter().map(|second| throttle.take(start + Duration::from_secs(*second))).collect();
        assert_eq!(logged, expected);
    }

    #[test]
    fn one_is_logged_in_a_minute_with_the_number_of_those_that_were_not() {
        let expected = [Some(0), None, None, Some(2), None, Some(1)];
        check(LogThrottle::default(), &[0, 1, 59, 60, 61, 200], &expected);
    }

    #[test]
    fn several_are_logged_from_the_first_one_of_a_minute_on() {
        let expected = [Some(0), Some(0), None, None, Some(2), Some(0), None];
        check(LogThrottle::new(2), &[10, 60, 61, 69, 70, 71, 72], &expected);
    }
}
