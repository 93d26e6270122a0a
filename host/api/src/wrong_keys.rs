//! Wrong keys: counted for each source, answered late beyond a few, and told in the log without the key.
//!
//! A right key is always accepted, so nobody can lock out the others behind an address that many share. It is accepted at
//! once if its source had a right one before. From any other source it waits as long as a wrong one does: were it
//! answered at once there, too, silence would say "wrong", and whoever guesses would hang up and try the next.
//! So that source learns of one key for each connection and `keys.delay`.
//! The audit lines have the target `audit`, which the log writes at every level: one for a source at its first wrong key,
//! one when its answers begin to wait, and then one a minute at most.

use std::{
    hash::RandomState,
    time::{Duration, Instant},
};

use hashlink::LruCache;
use job::Client;
use limits::KeyLimits;
use log_throttle::{LogThrottle, PERIOD};
use parking_lot::Mutex;

/// What is known of keys that came in.
#[derive(Debug)]
pub struct WrongKeys(Mutex<State>);

/// The wrong keys that came in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WrongKeyStats {
    pub(crate) wrong: u64,
    pub(crate) late: u64,
    pub(crate) sources: usize,
}

/// A note of each source: of so many at most, those that were noted last.
type Sources<V> = LruCache<Client, V, RandomState>;

#[derive(Debug)]
struct State {
    /// Wrong keys of one source that are answered at once.
    free: u32,
    delay: Duration,
    memory: Duration,
    failed: Sources<Failures>,
    /// Sources that had a right key, and when the last one came. Only right keys write here, so guessing pushes nobody out.
    known: Sources<Instant>,
    wrong: u64,
    late: u64,
    lines: LogThrottle,
}

/// The wrong keys of one source.
#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u64,
    last: Instant,
    told: Instant,
}

/// Audit lines in a minute, of all sources together. Beyond, they are counted, and the next line says how many there were.
const AUDIT_LINES: u32 = 100;

impl WrongKeys {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(limits: &KeyLimits) -> Self {
        Self(Mutex::new(State {
            free: limits.failures,
            delay: limits.delay,
            memory: limits.memory,
            failed: Sources::with_hasher(limits.sources, RandomState::new()),
            known: Sources::with_hasher(limits.sources, RandomState::new()),
            wrong: 0,
            late: 0,
            lines: LogThrottle::new(AUDIT_LINES),
        }))
    }

    /// Notes a key that came in, and returns how long its answer has to wait.
    pub(crate) fn note(&self, source: Client, is_right: bool) -> Duration {
        let now = Instant::now();
        let mut state = self.0.lock();
        if is_right {
            return state.right(source, now);
        }
        let (failures, untold) = state.wrong(source, now);
        let delay = state.delay_after(failures);
        drop(state);
        if let Some(untold) = untold {
            tracing::warn!(target: "audit", %source, failures, untold, is_late = !delay.is_zero(), "wrong API key");
        }
        delay
    }

    pub(crate) fn stats(&self) -> WrongKeyStats {
        let state = self.0.lock();
        WrongKeyStats { wrong: state.wrong, late: state.late, sources: state.failed.len() }
    }
}

impl State {
    fn right(&mut self, source: Client, now: Instant) -> Duration {
        let is_known = self.known.peek(&source).is_some_and(|at| now.saturating_duration_since(*at) < self.memory);
        self.known.insert(source, now);
        let failures = self.failures(source, now).map_or(0, |failures| failures.count);
        if is_known { Duration::ZERO } else { self.delay_after(failures) }
    }

    /// Counts one, and returns how many the source has and, if this one is to be told, how many were not.
    fn wrong(&mut self, source: Client, now: Instant) -> (u64, Option<u64>) {
        let before = self.failures(source, now);
        let count = before.map_or(0, |before| before.count) + 1;
        let is_news = before.is_none_or(|before| now.saturating_duration_since(before.told) >= PERIOD);
        let is_news = is_news || count == u64::from(self.free) + 1;
        let told = before.filter(|_| !is_news).map_or(now, |before| before.told);
        self.failed.insert(source, Failures { count, last: now, told });
        self.wrong += 1;
        self.late += u64::from(!self.delay_after(count).is_zero());
        (count, if is_news { self.lines.take(now) } else { None })
    }

    fn failures(&self, source: Client, now: Instant) -> Option<Failures> {
        let failures = self.failed.peek(&source).copied();
        failures.filter(|failures| now.saturating_duration_since(failures.last) < self.memory)
    }

    fn delay_after(&self, failures: u64) -> Duration {
        if failures > u64::from(self.free) { self.delay } else { Duration::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    const AT_ONCE: Duration = Duration::ZERO;
    const LATE: Duration = Duration::from_secs(1);
    const LONG: Duration = Duration::from_secs(900);

    fn source(number: u8) -> Client {
        Client::at(IpAddr::from([192, 0, 2, number]))
    }

    /// Two wrong keys are free, three sources are remembered.
    fn state() -> (State, Instant) {
        let limits = KeyLimits { failures: 2, delay: LATE, memory: LONG, sources: 3 };
        (WrongKeys::new(&limits).0.into_inner(), Instant::now())
    }

    fn wrong(state: &mut State, number: u8, now: Instant) -> Duration {
        let (failures, _) = state.wrong(source(number), now);
        state.delay_after(failures)
    }

    #[test]
    fn beyond_a_few_wrong_keys_of_a_source_wait_and_those_of_others_do_not() {
        let (mut state, now) = state();
        assert_eq!(
            [1, 1, 1, 1, 2].map(|number| wrong(&mut state, number, now)),
            [AT_ONCE, AT_ONCE, LATE, LATE, AT_ONCE]
        );
        assert_eq!((state.wrong, state.late, state.failed.len()), (5, 2, 2));
        assert_eq!(wrong(&mut state, 1, now + LONG), AT_ONCE, "they are forgotten");
    }

    #[test]
    fn a_right_key_waits_only_where_none_was_right_before_and_others_were_wrong() {
        let (mut state, now) = state();
        assert_eq!(state.right(source(1), now), AT_ONCE);
        for _ in 0..9 {
            wrong(&mut state, 1, now);
            wrong(&mut state, 2, now);
        }
        assert_eq!(state.right(source(1), now), AT_ONCE, "clients that work go on working");
        assert_eq!(wrong(&mut state, 1, now), LATE, "and wrong keys still wait");
        assert_eq!(state.right(source(2), now), LATE, "as long as a wrong one");
        assert_eq!(state.right(source(2), now), AT_ONCE);
        assert_eq!(state.right(source(3), now), AT_ONCE, "nothing was wrong there");
    }

    #[test]
    fn those_that_were_noted_last_are_kept() {
        let mut notes = Sources::with_hasher(2, RandomState::new());
        for (number, note) in [(1, "a"), (2, "b"), (1, "c"), (3, "d")] {
            notes.insert(source(number), note);
        }
        assert_eq!([1, 2, 3].map(|number| notes.peek(&source(number)).copied()), [Some("c"), None, Some("d")]);
        assert_eq!(notes.len(), 2);
    }

    #[test]
    fn guessing_from_many_sources_pushes_no_client_out() {
        let (mut state, now) = state();
        assert_eq!(state.right(source(1), now), AT_ONCE);
        for number in 2..100 {
            wrong(&mut state, number, now);
        }
        for _ in 0..9 {
            wrong(&mut state, 1, now);
        }
        assert_eq!((state.right(source(1), now), state.failed.len()), (AT_ONCE, 3));
    }

    #[test]
    fn a_source_is_told_at_its_first_wrong_key_when_it_waits_and_once_a_minute() {
        let (mut state, start) = state();
        let told: Vec<u64> = (0..200)
            .filter(|second| state.wrong(source(1), start + Duration::from_secs(*second)).1.is_some())
            .collect();
        assert_eq!(told, [0, 2, 62, 122, 182]);
    }

    #[test]
    fn audit_lines_are_bounded_and_what_is_not_told_is_counted() {
        let (mut state, start) = state();
        let told = (0..=255).filter(|number| state.wrong(source(*number), start).1.is_some()).count();
        assert_eq!(told, AUDIT_LINES as usize);
        assert_eq!(state.wrong(source(1), start + PERIOD), (1, Some(156)));
    }
}
