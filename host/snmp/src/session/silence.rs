//! Whether an agent has stopped to answer.
//!
//! A device that goes away in the middle of a poll leaves many readers, and each of them has retries. Once enough
//! requests in a row had no answer the rest is not sent, so that the poll ends soon with what it has.

use tokio::time::Instant;

/// Requests in a row without an answer.
#[derive(Debug, Default)]
pub(super) struct Silence {
    requests: u32,
    since: Option<Instant>,
}

/// Requests in a row, each with all its retries, after which an agent is taken for gone.
///
/// A large answer that a path loses costs two before it is asked for in a form that gets through.
const FOR_GOOD: u32 = 3;

impl Silence {
    /// A request sent at `sent` has found no answer by now. Those that ran side by side count as one.
    pub(super) fn goes_on(&mut self, sent: Instant, now: Instant) {
        if self.since.is_none_or(|since| sent >= since) {
            self.requests += 1;
            self.since = Some(now);
        }
    }

    /// There was an answer.
    pub(super) fn is_broken(&mut self) {
        *self = Self::default();
    }

    /// How many requests had no answer, if they were enough to expect none any more.
    pub(super) fn is_for_good(&self) -> Option<u32> {
        (self.requests >= FOR_GOOD).then_some(self.requests)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn requests_side_by_side_are_one_silence_and_an_answer_ends_it() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut silence = Silence::default();
        for _ in 0..4 {
            silence.goes_on(at(0), at(4));
        }
        silence.goes_on(at(4), at(8));
        assert_eq!(silence.is_for_good(), None);
        silence.goes_on(at(8), at(12));
        assert_eq!(silence.is_for_good(), Some(3));
        silence.is_broken();
        assert_eq!(silence.is_for_good(), None);
    }
}
