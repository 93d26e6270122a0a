//! How trouble with the store is borne: how long it is left alone, and what is said of it.
//!
//! A store that fails may fail for hours, as while the disk is full, and is asked for something many times a second. So
//! each failure makes the pause before the next attempt longer, and the log says once that there is trouble, and once
//! that it is over. Trouble that comes and goes is one trouble. The time comes from outside.

use std::time::{Duration, Instant};

/// The longest pause, unless the first one is longer already. Who has made room on a full disk waits so long at most.
const LONGEST: Duration = Duration::from_secs(30);

/// For how long nothing may have failed until trouble is over.
const QUIET: Duration = LONGEST;

/// A pause after a failure. It grows with each one.
#[derive(Debug)]
pub(crate) struct Pause {
    first: Duration,
    next: Duration,
    since: Option<(Instant, Duration)>,
}

impl Pause {
    pub(crate) fn new(first: Duration) -> Self {
        Self { first, next: first, since: None }
    }

    pub(crate) fn lasts(&self, now: Instant) -> bool {
        self.since.is_some_and(|(since, pause)| now.saturating_duration_since(since) < pause)
    }

    pub(crate) fn failed(&mut self, now: Instant) {
        self.since = Some((now, self.next));
        self.next = (self.next * 2).min(LONGEST.max(self.first));
    }

    pub(crate) fn worked(&mut self) {
        *self = Self::new(self.first);
    }
}

/// Whether there is trouble, as far as the log says.
#[derive(Debug, Default)]
pub(crate) struct FailureReport {
    last: Option<Instant>,
}

impl FailureReport {
    /// True where the log does not say so yet.
    pub(crate) fn failed(&mut self, now: Instant) -> bool {
        self.last.replace(now).is_none()
    }

    /// True where that is the end of what the log says.
    pub(crate) fn worked(&mut self, now: Instant) -> bool {
        self.last.take_if(|last| now.saturating_duration_since(*last) >= QUIET).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound_and_begin_anew_after_what_went_well() {
        let check = |pause: &mut Pause, expected: &[u64]| {
            let mut now = Instant::now();
            for seconds in expected {
                assert!(!pause.lasts(now));
                pause.failed(now);
                let before_end = now + Duration::from_secs(*seconds) - Duration::from_millis(1);
                assert!(pause.lasts(before_end), "{seconds}");
                now = before_end + Duration::from_millis(1);
            }
            assert!(!pause.lasts(now));
        };
        let mut pause = Pause::new(Duration::from_secs(1));
        check(&mut pause, &[1, 2, 4, 8, 16, 30, 30]);
        pause.worked();
        check(&mut pause, &[1, 2]);
        check(&mut Pause::new(Duration::from_secs(3600)), &[3600, 3600]);
    }

    #[test]
    fn trouble_is_told_once_and_so_is_its_end() {
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        let mut failures = FailureReport::default();
        assert!(!failures.worked(at(0)));
        assert!(failures.failed(at(1)));
        // It comes and goes.
        for second in 2..100 {
            assert!(!failures.worked(at(second)) && !failures.failed(at(second)));
        }
        assert!(!failures.worked(at(128)));
        assert!(failures.worked(at(129)));
        assert!(!failures.worked(at(130)));
        assert!(failures.failed(at(131)));
    }
}
