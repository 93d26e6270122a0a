//! How many datagrams are due, as a pure value: time comes in as an argument.

use std::time::Duration;

/// How fast a load is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rate {
    Unbounded,
    PerSecond(u32),
}

/// What of a rate was sent already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    rate: Rate,
    /// How many were due so far, dropped ones included.
    taken: u64,
    /// How many were due, and so late that they were dropped.
    pub(super) dropped: u64,
}

impl Pace {
    /// A backlog of more than this time is dropped: a thread that got no processor does not make up for it by a burst.
    pub(super) const WINDOW: Duration = Duration::from_millis(20);
    /// The least time between two looks at the clock.
    pub(super) const STEP: Duration = Duration::from_micros(500);

    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, taken: 0, dropped: 0 }
    }

    /// Takes what is due, `elapsed` after the start: at most `max`, the rest stays due.
    pub(super) fn take(&mut self, elapsed: Duration, max: u64) -> u64 {
        let Rate::PerSecond(rate) = self.rate else { return max };
        let open = due(rate, elapsed).saturating_sub(self.taken);
        // At a low rate one datagram may be due for longer than a window.
        let late = open.saturating_sub(due(rate, Self::WINDOW).max(1));
        self.dropped += late;
        let now = (open - late).min(max);
        self.taken += late + now;
        now
    }

    /// How long nothing is due from `elapsed` on.
    pub(super) fn wait(&self, elapsed: Duration) -> Duration {
        let Rate::PerSecond(rate) = self.rate else { return Duration::ZERO };
        let nanos = (u128::from(self.taken) + 1) * 1_000_000_000 / u128::from(rate.max(1));
        let next = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        next.saturating_sub(elapsed).max(Self::STEP)
    }
}

/// How many datagrams are due in all after a time. The first is due when its time is over.
fn due(rate: u32, elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_nanos() * u128::from(rate) / 1_000_000_000).unwrap_or(u64::MAX)
}
