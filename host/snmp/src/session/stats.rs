//! What a session counts.

use std::time::Duration;

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
    /// The repetitions that a column would be asked for now.
    pub max_repetitions: u16,
    /// Whether GETBULK is used.
    pub bulk: bool,
    /// How many requests may be in flight now.
    pub window: usize,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    requests: u64,
    retries: u64,
    timeouts: u64,
    answers: u64,
    varbinds: u64,
    octets: u64,
    last_round_trip: Option<Duration>,
    round_trips: u32,
    all_round_trips: Duration,
}

impl Counters {
    pub(super) fn sent(&mut self, is_retry: bool) {
        if is_retry {
            self.retries += 1;
        } else {
            self.requests += 1;
        }
    }

    pub(super) fn timed_out(&mut self) {
        self.timeouts += 1;
    }

    pub(super) fn answered(&mut self, varbinds: usize, octets: usize, round_trip: Option<Duration>) {
        self.answers += 1;
        self.varbinds += varbinds as u64;
        self.octets += octets as u64;
        if let Some(round_trip) = round_trip {
            self.last_round_trip = Some(round_trip);
            self.round_trips = self.round_trips.saturating_add(1);
            self.all_round_trips += round_trip;
        }
    }

    pub(super) fn stats(&self, max_repetitions: u16, bulk: bool, window: usize) -> Stats {
        Stats {
            requests: self.requests,
            retries: self.retries,
            timeouts: self.timeouts,
            answers: self.answers,
            varbinds: self.varbinds,
            octets: self.octets,
            last_round_trip: self.last_round_trip,
            mean_round_trip: self.all_round_trips.checked_div(self.round_trips),
            max_repetitions,
            bulk,
            window,
        }
    }
}
