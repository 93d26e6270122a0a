//! When a request is sent again, and when no more; how often it may be. Pure: it is told the time.

use std::time::{Duration, Instant};

/// The attempts of one request.
#[derive(Debug)]
pub struct Retry {
    attempts: u32,
    sent: u32,
    packet_timeout: Duration,
    deadline: Instant,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum Attempt {
    /// Send the request, and wait for an answer until then.
    Send {
        /// Until when to wait.
        wait_until: Instant,
    },
    /// It was sent often enough.
    GiveUp,
    /// The time given is over.
    OutOfTime,
}

impl Retry {
    /// A request that may be sent `attempts` times, at least once, and must be answered before `deadline`.
    pub fn new(attempts: u32, packet_timeout: Duration, deadline: Instant) -> Self {
        Self { attempts: attempts.max(1), sent: 0, packet_timeout, deadline }
    }

    /// Decides what to do, at first and after each wait that ended without an answer.
    pub fn next(&mut self, now: Instant) -> Attempt {
        if now >= self.deadline {
            return Attempt::OutOfTime;
        }
        if self.sent == self.attempts {
            return Attempt::GiveUp;
        }
        self.sent += 1;
        Attempt::Send { wait_until: (now + self.packet_timeout).min(self.deadline) }
    }

    /// Allows one attempt more at most: it will hardly bring anything else.
    pub fn limit_to_one_more(&mut self) {
        self.attempts = self.attempts.min(2).max(self.sent);
    }

    /// Allows one attempt on top, for a request that was refused and has been put right.
    pub fn allow_one_more(&mut self) {
        self.attempts = self.attempts.max(self.sent.saturating_add(1));
    }

    /// Allows so many attempts on top, for an agent that answers others meanwhile.
    pub fn extend(&mut self, attempts: u32) {
        self.attempts = self.attempts.saturating_add(attempts);
    }

    /// How often the request was sent.
    pub fn sent(&self) -> u32 {
        self.sent
    }
}

/// How often a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempts {
    /// As often as any request.
    All,
    /// One retry: a request like it has just failed, or may well fail.
    Two,
    /// What is left of all of them after two.
    Rest,
    /// No retry.
    One,
}

impl Attempts {
    /// One retry at most.
    pub(crate) fn no_more_than_two(self) -> Self {
        if self == Self::All { Self::Two } else { self }
    }

    /// How often a request may be sent in all, with so many retries.
    pub fn allowed(self, retries: u32) -> u32 {
        match self {
            Self::All => retries.saturating_add(1),
            Self::Two => retries.min(1) + 1,
            Self::Rest => retries.saturating_sub(1).max(1),
            Self::One => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is done at these seconds, with one second per packet.
    #[track_caller]
    fn check(attempts: u32, deadline: f32, now: &[f32], expected: &str) {
        let start = Instant::now();
        let at = |seconds: f32| start + Duration::from_secs_f32(seconds);
        let mut retry = Retry::new(attempts, Duration::from_secs(1), at(deadline));
        let done: Vec<String> = now
            .iter()
            .map(|now| match retry.next(at(*now)) {
                Attempt::Send { wait_until } => format!("wait until {:?}", (wait_until - start).as_secs_f32()),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(done.join(", "), expected);
    }

    #[test]
    fn a_request_is_sent_as_often_as_allowed() {
        check(3, 9.0, &[0.0, 1.0, 2.0, 3.0], "wait until 1.0, wait until 2.0, wait until 3.0, GiveUp");
        check(0, 9.0, &[0.0, 1.0], "wait until 1.0, GiveUp");
    }

    #[test]
    fn no_wait_reaches_behind_the_deadline() {
        check(3, 1.5, &[0.0, 1.0, 1.5], "wait until 1.0, wait until 1.5, OutOfTime");
        check(1, 1.0, &[0.0, 1.0], "wait until 1.0, OutOfTime");
        check(3, 0.0, &[0.0], "OutOfTime");
    }
}
