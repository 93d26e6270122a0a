//! Whether an agent answers at all.
//!
//! ```text
//!              enough requests unanswered             the time is over
//!   ┌────────┐ ──────────────────────────▶ ┌────────┐ ───────────────▶ ┌─────────┐
//!   │ closed │                             │  open  │                  │ probing │
//!   └────────┘ ◀─── any answer ─────────── └────────┘ ◀─ no answer ─── └─────────┘
//! ```
//!
//! A device that goes away leaves many readers, and each of them has retries. Once enough requests in a row had no
//! answer, further ones are refused for a while; then one finds out, while the others are still refused.
//! Pure: it is told the time.

use std::time::{Duration, Instant};

use crate::RequestError;

/// What is known of an agent's silence.
#[derive(Debug, Default)]
pub struct Breaker {
    /// Requests in a row without an answer, each with all its retries.
    requests: u32,
    /// When the last of them was given up.
    since: Option<Instant>,
    /// What was said of one of them that tells more than that there was no answer.
    cause: Option<RequestError>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Closed,
    Open {
        until: Instant,
    },
    Probing,
}

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Admission {
    /// It may.
    Ask,
    /// It may, and is the one to find out. How it ends must be told.
    Probe,
    /// It may not.
    Refused {
        /// How many requests had no answer.
        requests: u32,
        /// When one will be sent again; nothing where that is just being done.
        again_in: Option<Duration>,
    },
}

impl Breaker {
    /// Decides on a request that is about to be sent.
    pub fn admit(&mut self, now: Instant) -> Admission {
        if let Some(refused) = self.refusal(now) {
            return refused;
        }
        match self.state {
            State::Closed => Admission::Ask,
            State::Open { .. } | State::Probing => {
                self.state = State::Probing;
                Admission::Probe
            }
        }
    }

    /// Whether a request would be refused now.
    pub fn refusal(&self, now: Instant) -> Option<Admission> {
        let again_in = match self.state {
            State::Closed => return None,
            State::Open { until } if now >= until => return None,
            State::Open { until } => Some(until - now),
            State::Probing => None,
        };
        Some(Admission::Refused { requests: self.requests, again_in })
    }

    /// There was an answer.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// A request sent at `sent` has found no answer by now. Those that ran side by side count as one.
    ///
    /// After `max` of them none is sent for as long as `rest`.
    pub fn unanswered(&mut self, sent: Instant, now: Instant, max: u32, rest: Duration) {
        if self.since.is_some_and(|since| sent < since) {
            return;
        }
        self.requests = self.requests.saturating_add(1);
        self.since = Some(now);
        if self.requests >= max.max(1) {
            self.state = State::Open { until: now + rest };
        }
    }

    /// A request that had no answer has this error. The last one that tells something is kept.
    pub fn because(&mut self, error: &RequestError) {
        let is_telling = matches!(
            error,
            RequestError::NoEngineId { .. }
                | RequestError::Unreachable { .. }
                | RequestError::Timeout { clue: Some(_), .. }
        );
        if is_telling {
            self.cause = Some(error.clone());
        }
    }

    /// Why there is no answer, as far as anything is known.
    pub fn cause(&self) -> Option<&RequestError> {
        self.cause.as_ref()
    }

    /// The request that was to find out has ended, or was cancelled.
    pub fn probed(&mut self, now: Instant) {
        if matches!(self.state, State::Probing) {
            // It has found out nothing: the next one may.
            self.state = State::Open { until: now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays `seconds:event`: `?` asks for leave, `+` an answer, `-N` a request sent at second N without an answer,
    /// `x` a probe that was cancelled. Shows what was decided.
    #[track_caller]
    fn check(events: &str, expected: &str) {
        let start = Instant::now();
        let mut breaker = Breaker::default();
        let mut shown = Vec::new();
        for event in events.split_whitespace() {
            let (seconds, event) = event.split_once(':').unwrap();
            let at = |seconds: &str| start + Duration::from_secs(seconds.parse().unwrap());
            match event {
                "?" => shown.push(match breaker.admit(at(seconds)) {
                    Admission::Refused { requests, again_in: Some(wait) } => format!("{requests}/{}s", wait.as_secs()),
                    Admission::Refused { requests, again_in: None } => format!("{requests}/now"),
                    other => format!("{other:?}"),
                }),
                "+" => breaker.answered(),
                "x" => breaker.probed(at(seconds)),
                sent => {
                    breaker.unanswered(at(&sent[1..]), at(seconds), 3, Duration::from_secs(30));
                    breaker.probed(at(seconds));
                }
            }
        }
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn requests_side_by_side_are_one_silence_and_an_answer_ends_it() {
        check("4:-0 4:-0 4:-0 8:-4 8:? 12:-8 12:? 13:+ 13:?", "Ask 3/30s Ask");
    }

    #[test]
    fn after_a_while_one_request_finds_out_and_the_others_are_refused() {
        check("1:-0 2:-1 3:-2 32:? 33:? 34:? 37:-33 37:? 67:? 68:+ 68:?", "3/1s Probe 3/now 4/30s Probe Ask");
    }

    #[test]
    fn a_probe_that_is_cancelled_leaves_it_to_the_next() {
        check("1:-0 2:-1 3:-2 33:? 34:x 34:? 34:?", "Probe Probe 3/now");
    }

    #[test]
    fn an_old_request_says_nothing_new() {
        check("1:-0 2:-1 3:-2 3:? 4:-1 20:?", "3/30s 3/13s");
    }
}
