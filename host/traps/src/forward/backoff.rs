//! How long to wait after a failed attempt: a second, then twice as long each time, up to a bound. After a refusal, the
//! same with other numbers.
//!
//! Some of each pause is left to chance, so that many proxies do not come back to a receiver at the same moment.
//!
//! By hand: a value that is asked for the next pause. Crates such as backon call a function again by themselves, and here
//! the next attempt may be with other records.

use std::time::Duration;

/// The first pause after a failed attempt, before chance.
const FIRST: Duration = Duration::from_secs(1);

/// The first pause after a refusal. One bad record among good ones holds up nobody for long.
const FIRST_REFUSED: Duration = Duration::from_millis(10);

/// The longest pause after a refusal. A receiver that refuses everything gets six records a minute or a few more, so that
/// somebody can mend it while most records are still there.
const MAX_REFUSED: Duration = Duration::from_secs(10);

/// Pauses that grow.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    next: Duration,
    max: Duration,
}

impl Backoff {
    /// None of them is longer than `max`, but for a tenth of a second at least: a receiver is never asked without pause.
    pub(super) fn new(max: Duration) -> Self {
        Self::of(FIRST, max)
    }

    /// The pauses while a receiver does nothing but refuse: from ten milliseconds to ten seconds, or to `max`.
    pub(super) fn of_refusals(max: Duration) -> Self {
        Self::of(FIRST_REFUSED, max.min(MAX_REFUSED))
    }

    fn of(first: Duration, max: Duration) -> Self {
        let max = max.max(Duration::from_millis(100));
        let first = first.min(max);
        Self { first, next: first, max }
    }

    /// The next pause: between three quarters of it and the whole, as `chance` has it. Where the receiver asked for a
    /// longer one, that, up to the bound.
    pub(super) fn pause(&mut self, asked: Option<Duration>, chance: u32) -> Duration {
        let quarter = self.next / 4;
        let pause = self.next - quarter.mul_f64(f64::from(chance) / f64::from(u32::MAX));
        self.next = (self.next * 2).min(self.max);
        pause.max(asked.unwrap_or_default()).min(self.max)
    }

    /// The receiver has taken something: it begins anew.
    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }
}

/// A number by chance. Where the system has none, no harm is done.
pub(super) fn chance() -> u32 {
    getrandom::u32().unwrap_or(u32::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_bound_and_begin_anew() {
        let mut backoff = Backoff::new(Duration::from_secs(5));
        let seconds = |backoff: &mut Backoff| backoff.pause(None, 0).as_secs_f64();
        assert_eq!([(); 5].map(|()| seconds(&mut backoff)), [1.0, 2.0, 4.0, 5.0, 5.0]);
        backoff.reset();
        assert_eq!(seconds(&mut backoff), 1.0);
        assert_eq!(backoff.pause(None, u32::MAX), Duration::from_millis(1_500));
    }

    #[test]
    fn a_receiver_may_ask_for_a_longer_pause_within_the_bound() {
        let mut backoff = Backoff::new(Duration::from_secs(60));
        assert_eq!(backoff.pause(Some(Duration::from_secs(30)), 0), Duration::from_secs(30));
        assert_eq!(backoff.pause(Some(Duration::from_secs(3_600)), 0), Duration::from_secs(60));
        assert_eq!(backoff.pause(Some(Duration::ZERO), 0), Duration::from_secs(4));
    }

    #[test]
    fn the_first_refusals_cost_little_and_the_later_ones_seconds() {
        let mut backoff = Backoff::of_refusals(Duration::from_secs(300));
        let millis = [(); 12].map(|()| backoff.pause(None, 0).as_millis());
        assert_eq!(millis, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_120, 10_000, 10_000]);
        assert_eq!(Backoff::of_refusals(Duration::ZERO).max, Duration::from_millis(100));
    }

    #[test]
    fn there_is_always_a_pause() {
        assert!(Backoff::new(Duration::ZERO).pause(None, u32::MAX) >= Duration::from_millis(75));
    }
}
