//! What time it is at an agent (RFC 3414 section 2.2), and which messages are too old to be believed.
//!
//! For those who ask, one clock belongs to one engine at one address: there are devices that share an engine id and not
//! its boots. Who is sent traps has one for each engine id, wherever a trap comes from (RFC 3414 section 2.2.1).
//! It is set by messages that have proved to be authentic, runs on by the time that is passed in, and does not ask
//! what time it is here. What an agent says before it can be believed is used to ask it, and for nothing else.

use std::time::Instant;

use parking_lot::{Mutex, MutexGuard};

use crate::counted;

/// The clock of one engine at one address, shared by all who talk to it.
#[derive(Debug, Default)]
pub struct Clock {
    state: Mutex<State>,
}

/// Why an authentic message may be an old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeWindowError {
    /// Its boots cannot go up any more: the agent needs new keys (RFC 3414 section 2.2.2).
    #[error("snmpEngineBoots has reached its maximum; the agent must be reconfigured")]
    Latched,
    /// It is from before the agent's last boot.
    #[error("it is from boot {boots} of the agent, which is at boot {ours}")]
    Boots {
        /// The message's.
        boots: u32,
        /// The clock's.
        ours: u32,
    },
    /// It is older than the time window.
    #[error("it is {} old", counted(ours.saturating_sub(*time), "second"))]
    Old {
        /// The message's time, in seconds since the boot.
        time: u32,
        /// The clock's.
        ours: u32,
    },
}

/// How many seconds old a message may be (RFC 3414 section 2.2.3).
pub const TIME_WINDOW_SECONDS: u32 = 150;

/// Boots that cannot go up, and the last second of a boot.
const MAX: u32 = i32::MAX as u32;

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Nothing was heard. Zeros make the agent say its time (RFC 3414 section 4).
    #[default]
    Unknown,
    /// What anybody may have said.
    Guessed(Time),
    /// What an authentic message said.
    Known {
        time: Time,
        /// The highest time of this boot that was received; not advanced (latestReceivedEngineTime).
        latest: u32,
    },
}

/// A time at an agent, and when it was that time.
#[derive(Clone, Copy, Debug)]
struct Time {
    boots: u32,
    seconds: u32,
    at: Instant,
}

impl Clock {
    /// A clock that nothing is known of.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes over what an agent said that is not authenticated, to ask it with. Does nothing where the time is known.
    pub fn guess(&self, boots: u32, time: u32, now: Instant) {
        let mut state = self.lock();
        if !matches!(*state, State::Known { .. }) {
            *state = State::Guessed(Time { boots, seconds: time, at: now });
        }
    }

    /// Forgets everything, for an agent whose clock went back. The next guess is used again, and the next authentic
    /// message sets the clock, whatever it says.
    pub fn forget(&self) {
        *self.lock() = State::Unknown;
    }

    /// Whether an authentic message has set the clock.
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(*self.lock(), State::Known { .. })
    }

    /// The boots, and the seconds since: what a message sent at `now` should say.
    #[must_use]
    pub fn read(&self, now: Instant) -> (u32, u32) {
        match *self.lock() {
            State::Unknown => (0, 0),
            State::Guessed(time) | State::Known { time, .. } => (time.boots, time.at(now)),
        }
    }

    /// Whether a message of this time may be believed, if it is authentic (RFC 3414 section 3.2 (7)(b)).
    pub(crate) fn judge(&self, boots: u32, time: u32, now: Instant) -> Result<(), TimeWindowError> {
        if boots == MAX {
            return Err(TimeWindowError::Latched);
        }
        let State::Known { time: known, latest } = *self.lock() else { return Ok(()) };
        let ours = known.at(now);
        if boots < known.boots {
            return Err(TimeWindowError::Boots { boots, ours: known.boots });
        }
        // Later than all that was received moves the clock, even back from where it ran to; so it is in the window.
        let is_news = boots > known.boots || time > latest;
        if !is_news && time.saturating_add(TIME_WINDOW_SECONDS) < ours {
            return Err(TimeWindowError::Old { time, ours });
        }
        Ok(())
    }

    /// Whether an answer may be of this boot. An agent answers only requests that name its own boot, so one of an
    /// earlier boot than was guessed is a replay: the agent would have reported that the guess is wrong.
    pub(crate) fn judge_answer(&self, boots: u32) -> Result<(), TimeWindowError> {
        match *self.lock() {
            State::Guessed(Time { boots: ours, .. }) if boots < ours => Err(TimeWindowError::Boots { boots, ours }),
            _ => Ok(()),
        }
    }

    /// Sets the clock by a message that is authentic and was believed.
    pub(crate) fn adopt(&self, boots: u32, time: u32, now: Instant) {
        let mut state = self.lock();
        let is_news = match *state {
            State::Unknown | State::Guessed(_) => true,
            State::Known { time: known, latest } => boots > known.boots || (boots == known.boots && time > latest),
        };
        if is_news {
            *state = State::Known { time: Time { boots, seconds: time, at: now }, latest: time };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl Time {
    /// The seconds at `now`. They stop at the last one: what follows is a boot, which the agent has to tell.
    fn at(&self, now: Instant) -> u32 {
        let elapsed = now.saturating_duration_since(self.at).as_secs();
        u32::try_from(elapsed).map_or(MAX, |elapsed| self.seconds.saturating_add(elapsed)).min(MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    struct Bench {
        clock: Clock,
        start: Instant,
    }

    impl Bench {
        fn new() -> Self {
            Self { clock: Clock::new(), start: Instant::now() }
        }

        fn at(&self, seconds: u64) -> Instant {
            self.start + Duration::from_secs(seconds)
        }

        /// Takes in an authentic message at that second.
        fn receive(&self, boots: u32, time: u32, second: u64) -> Result<(), TimeWindowError> {
            self.clock.judge(boots, time, self.at(second))?;
            self.clock.adopt(boots, time, self.at(second));
            Ok(())
        }

        #[track_caller]
        fn check(&self, boots: u32, time: u32, second: u64, expected: &str) {
            let said = self.receive(boots, time, second).map_or_else(|error| error.to_string(), |()| "taken".into());
            let (boots, time) = self.clock.read(self.at(second));
            assert_eq!(format!("{said}; {boots}, {time}"), expected);
        }
    }

    #[test]
    fn a_clock_runs_on_between_messages() {
        let bench = Bench::new();
        assert_eq!(bench.clock.read(bench.at(9)), (0, 0));
        bench.check(3, 1_000, 0, "taken; 3, 1000");
        assert_eq!(bench.clock.read(bench.at(300)), (3, 1_300));
        bench.check(3, 1_301, 300, "taken; 3, 1301");
    }

    #[test]
    fn an_answer_from_before_the_boot_that_was_guessed_is_a_replay() {
        let bench = Bench::new();
        assert_eq!(bench.clock.judge_answer(0), Ok(()));
        bench.clock.guess(7, 100, bench.at(0));
        assert_eq!(bench.clock.judge_answer(6), Err(TimeWindowError::Boots { boots: 6, ours: 7 }));
        assert_eq!(bench.clock.judge_answer(7), Ok(()));
        bench.check(6, 90, 0, "taken; 6, 90");
        assert_eq!(bench.clock.judge_answer(6), Ok(()), "a Report has set the clock right");
    }

    #[test]
    fn a_message_is_believed_for_150_seconds() {
        let bench = Bench::new();
        bench.check(3, 1_000, 0, "taken; 3, 1000");
        bench.check(3, 850, 0, "taken; 3, 1000");
        bench.check(3, 849, 0, "it is 151 seconds old; 3, 1000");
        bench.check(3, 1_000, 150, "taken; 3, 1150");
        bench.check(3, 1_000, 151, "it is 151 seconds old; 3, 1151");
    }

    #[test]
    fn an_agent_ahead_of_its_clock_moves_it_and_one_behind_does_not() {
        let bench = Bench::new();
        bench.check(3, 1_000, 0, "taken; 3, 1000");
        bench.check(3, 5_000, 1, "taken; 3, 5000");
        bench.check(3, 4_990, 2, "taken; 3, 5001");
        // Behind what the clock runs to, but ahead of what was received: RFC 3414 moves it back.
        bench.check(3, 5_001, 1_000, "taken; 3, 5001");
    }

    #[test]
    fn boots_go_up_only() {
        let bench = Bench::new();
        bench.check(0, 7, 0, "taken; 0, 7");
        bench.check(1, 0, 1, "taken; 1, 0");
        bench.check(0, 8, 1, "it is from boot 0 of the agent, which is at boot 1; 1, 0");
    }

    #[test]
    fn used_up_boots_are_refused_from_the_start() {
        let bench = Bench::new();
        let latched = "snmpEngineBoots has reached its maximum; the agent must be reconfigured; 0, 0";
        bench.check(2_147_483_647, 7, 0, latched);
        bench.check(2_147_483_646, 7, 0, "taken; 2147483646, 7");
    }

    #[test]
    fn a_guess_is_sent_and_is_no_floor() {
        let bench = Bench::new();
        bench.clock.guess(99, 9_000, bench.at(0));
        assert_eq!(bench.clock.read(bench.at(5)), (99, 9_005));
        assert!(!bench.clock.is_known());
        bench.check(3, 10, 6, "taken; 3, 10");
        bench.clock.guess(99, 9_000, bench.at(6));
        assert_eq!(bench.clock.read(bench.at(6)), (3, 10));
    }

    #[test]
    fn a_forgotten_clock_can_go_back() {
        let bench = Bench::new();
        bench.check(3, 1_000, 0, "taken; 3, 1000");
        bench.clock.forget();
        bench.clock.guess(1, 20, bench.at(0));
        bench.check(1, 21, 1, "taken; 1, 21");
    }

    #[test]
    fn seconds_stop_at_the_last_one() {
        let bench = Bench::new();
        bench.check(1, 2_147_483_640, 0, "taken; 1, 2147483640");
        assert_eq!(bench.clock.read(bench.at(60)), (1, 2_147_483_647));
        // No overflow where an agent says it is as late as can be.
        bench.check(1, 2_147_483_647, 60, "taken; 1, 2147483647");
    }
}
