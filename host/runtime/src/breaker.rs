//! Takes an enricher out of service that uses up its time again and again.
//!
//! Each such call costs all notifications of its vendor `trap_cpu`, and up to half of `trap_time` where it only sleeps. After
//! a pause one call finds out whether it is well: a sender that knows how to make an enricher slow keeps it out no longer.

use std::collections::HashMap;

use limits::SandboxLimits;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::CollectError;

/// What is known of the enrichers, by name.
#[derive(Debug, Default)]
pub(crate) struct Breakers(Mutex<HashMap<String, Breaker>>);

/// What is known of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Breaker {
    /// Calls in a row that used up their time.
    spent: u32,
    /// When it is asked again.
    pause: Option<Instant>,
}

/// What is to be told of an enricher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    OutOfService,
    InService,
}

impl Breakers {
    /// Whether the enricher is to be asked at this time.
    pub(crate) fn lets(&self, enricher: &str, now: Instant) -> bool {
        self.0.lock().get(enricher).is_none_or(|breaker| breaker.lets(now))
    }

    /// Takes note of how a call ended, and tells the log what follows.
    pub(crate) fn ended<T>(
        &self,
        enricher: &str,
        answers: &[Result<T, CollectError>],
        now: Instant,
        limits: &SandboxLimits,
    ) {
        let has_spent =
            answers.iter().any(|answer| matches!(answer, Err(CollectError::CpuBudget { .. } | CollectError::Deadline)));
        let mut breakers = self.0.lock();
        match breakers.entry(enricher.to_owned()).or_default().ended(has_spent, now, limits) {
            Some(Change::OutOfService) => tracing::warn!(
                enricher,
                calls = limits.enricher_failures,
                pause_seconds = limits.enricher_pause.as_secs(),
                "a trap enricher is out of service: it used up its time in several calls in a row (limits `trap_cpu` and \
                 `trap_time`); it is asked again after the pause"
            ),
            Some(Change::InService) => tracing::info!(enricher, "a trap enricher is in service again"),
            None => {}
        }
    }
}

impl Breaker {
    fn lets(&self, now: Instant) -> bool {
        self.pause.is_none_or(|until| now >= until)
    }

    fn ended(&mut self, has_spent: bool, now: Instant, limits: &SandboxLimits) -> Option<Change> {
        if !has_spent {
            let was_out = self.pause.is_some();
            *self = Self::default();
            return was_out.then_some(Change::InService);
        }
        self.spent = self.spent.saturating_add(1);
        // Calls that ran side by side take it out once.
        if self.spent < limits.enricher_failures || !self.lets(now) {
            return None;
        }
        self.pause = Some(now + limits.enricher_pause);
        Some(Change::OutOfService)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_enricher_is_out_of_service_after_several_slow_calls_in_a_row_and_back_after_a_good_one() {
        let limits =
            SandboxLimits { enricher_failures: 2, enricher_pause: Duration::from_secs(60), ..SandboxLimits::default() };
        let (start, mut breaker) = (Instant::now(), Breaker::default());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(breaker.ended(true, at(0), &limits), None);
        assert_eq!(breaker.ended(false, at(0), &limits), None);
        assert_eq!(breaker.ended(true, at(0), &limits), None);
        assert_eq!(breaker.ended(true, at(1), &limits), Some(Change::OutOfService));
        assert_eq!(breaker.ended(true, at(1), &limits), None, "it ran beside the other");
        assert!(!breaker.lets(at(60)) && breaker.lets(at(61)));
        assert_eq!(breaker.ended(true, at(61), &limits), Some(Change::OutOfService), "one more is enough now");
        assert!(!breaker.lets(at(120)) && breaker.lets(at(121)));
        assert_eq!(breaker.ended(false, at(121), &limits), Some(Change::InService));
        assert_eq!(breaker, Breaker::default());
    }
}
