//! What anybody can cause is told at most once a minute, so that nobody fills the log.

use std::time::{Duration, Instant};

/// When something was told last.
#[derive(Debug, Default)]
pub(crate) struct Told(Option<Instant>);

/// How often one thing is told at most.
const EVERY: Duration = Duration::from_secs(60);

impl Told {
    /// Whether to tell it now; if so, it counts as told.
    pub(crate) fn is_due(&mut self, now: Instant) -> bool {
        let is_due = self.0.is_none_or(|at| now.saturating_duration_since(at) >= EVERY);
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_told_in_a_minute() {
        let (mut told, start) = (Told::default(), Instant::now());
        let is_due = [0, 1, 59, 60, 61, 200].map(|seconds| told.is_due(start + Duration::from_secs(seconds)));
        assert_eq!(is_due, [true, false, false, true, false, true]);
    }
}
