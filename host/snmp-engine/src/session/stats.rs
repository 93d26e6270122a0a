//! What a session counts.
//!
//! The counters of a part of a session count in those of the whole, too.

use std::{sync::Arc, time::Duration};

use parking_lot::{Mutex, MutexGuard};

/// What was sent to an agent and what came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests, each counted once however often it was sent.
    pub requests: u64,
    /// How often a request was sent again.
    pub retries: u64,
    /// How often a packet had no answer in time.
    pub timeouts: u64,
    /// Requests that were answered.
    pub answers: u64,
    /// Varbinds in all answers.
    pub varbinds: u64,
    /// Octets of all answers.
    pub octets: u64,
    /// From sending to answer, for the last request that was answered at once.
    pub last_round_trip: Option<Duration>,
    /// The mean of these.
    pub mean_round_trip: Option<Duration>,
    /// The shortest of these.
    pub min_round_trip: Option<Duration>,
    /// The repetitions that a column would be asked for now.
    pub max_repetitions: u16,
    /// Whether GETBULK is used.
    pub bulk: bool,
    /// How many requests may be in flight now.
    pub window: usize,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    counts: Mutex<Counts>,
    /// Those of the whole.
    whole: Option<Arc<Counters>>,
}

/// What is counted, without what is known of the agent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    requests: u64,
    retries: u64,
    timeouts: u64,
    answers: u64,
    varbinds: u64,
    octets: u64,
    last_round_trip: Option<Duration>,
    min_round_trip: Option<Duration>,
    round_trips: u32,
    all_round_trips: Duration,
}

impl Counters {
    /// Counters that count in those of `whole`, too.
    pub(super) fn part_of(whole: &Arc<Self>) -> Self {
        Self { counts: Mutex::default(), whole: Some(Arc::clone(whole)) }
    }

    /// A request is sent, for the first time or again.
    pub(super) fn sent(&self, is_retry: bool) {
        self.each(|counts| {
            if is_retry {
                counts.retries += 1;
            } else {
                counts.requests += 1;
            }
        });
    }

    /// A packet had no answer in time.
    pub(super) fn timed_out(&self) {
        self.each(|counts| counts.timeouts += 1);
    }

    /// A request was answered, and how fast where that is known.
    pub(super) fn answered(&self, varbinds: usize, octets: usize, round_trip: Option<Duration>) {
        self.each(|counts| {
            counts.answers += 1;
            counts.varbinds += varbinds as u64;
            counts.octets += octets as u64;
            if let Some(round_trip) = round_trip {
                counts.last_round_trip = Some(round_trip);
                counts.min_round_trip = counts.min_round_trip.map_or(round_trip, |min| min.min(round_trip)).into();
                counts.round_trips = counts.round_trips.saturating_add(1);
                counts.all_round_trips += round_trip;
            }
        });
    }

    pub(super) fn counts(&self) -> Counts {
        *self.lock()
    }

    fn each(&self, count: impl Fn(&mut Counts)) {
        let mut next = Some(self);
        while let Some(counters) = next {
            count(&mut counters.lock());
            next = counters.whole.as_deref();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock()
    }
}

impl Counts {
    pub(super) fn stats(self, max_repetitions: u16, bulk: bool, window: usize) -> Stats {
        Stats {
            requests: self.requests,
            retries: self.retries,
            timeouts: self.timeouts,
            answers: self.answers,
            varbinds: self.varbinds,
            octets: self.octets,
            last_round_trip: self.last_round_trip,
            mean_round_trip: self.all_round_trips.checked_div(self.round_trips),
            min_round_trip: self.min_round_trip,
            max_repetitions,
            bulk,
            window,
        }
    }
}
