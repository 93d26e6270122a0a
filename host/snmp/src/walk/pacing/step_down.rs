//! Which request a walk reads with: GETBULK, or GETNEXT after trouble, and when it goes back.
//!
//! Only the state of one walk; what all walks of the agent know of its GETBULK is [`Capabilities`]'s.

use crate::{
    BulkUse, RequestOptions,
    profile::{Bulk, Capabilities},
    retry::Attempts,
};

/// What a walk reads with.
#[derive(Debug)]
pub(super) struct StepDown {
    mode: Mode,
    /// Counts the changes of mode, so that several requests of the same size step down once.
    generation: u32,
    /// How many steps with GETNEXT there were to be when GETBULK was refused, and how many are left.
    steps: u32,
    steps_left: u32,
    /// Whether GETNEXT asks for one column at a time, because answers for several were not in order.
    is_one_by_one: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Bulk {
        /// Less than all where one like it was not answered.
        attempts: Attempts,
    },
    Next {
        why: StepDownReason,
    },
}

/// Why it is GETNEXT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepDownReason {
    /// A GETBULK had no answer that can be used, but GETNEXT has. Behind the last name, or without the column at fault,
    /// it goes on faster.
    Refused,
    /// A GETBULK was not answered, or only with nothing, and no GETNEXT has been answered yet.
    Failed { attempts: Attempts },
    /// GETBULK is not wanted, or known not to work.
    Never,
}

/// A request that had no answer that helps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed {
    /// The step down that it was asked at.
    pub(super) generation: u32,
    /// How many it asked for.
    pub(super) varbinds: usize,
}

impl StepDown {
    /// With GETBULK, as long as nothing speaks against it.
    pub(super) fn new() -> Self {
        let mode = Mode::Bulk { attempts: Attempts::All };
        Self { mode, generation: 0, steps: 0, steps_left: 0, is_one_by_one: false }
    }

    /// What to read with now.
    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// The number of this step, for the requests that are asked at it.
    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// Whether GETNEXT asks for one column at a time.
    pub(super) fn is_one_by_one(&self) -> bool {
        self.is_one_by_one
    }

    /// How often to send a GETNEXT, where the step decides that.
    pub(super) fn attempts(&self) -> Option<Attempts> {
        match self.mode {
            Mode::Next { why: StepDownReason::Failed { attempts } } => Some(attempts),
            _ => None,
        }
    }

    /// Heeds what other walks found out about the agent.
    pub(super) fn heed(&mut self, agent: &Capabilities, options: &RequestOptions) {
        match self.mode {
            Mode::Next { .. } => {}
            // Is finding out.
            Mode::Bulk { attempts: Attempts::One } if options.bulk == BulkUse::Auto => {}
            Mode::Bulk { .. } if !agent.uses_bulk(options) => self.mode = Mode::Next { why: StepDownReason::Never },
            Mode::Bulk { attempts: Attempts::All } if agent.bulk_is_unconfirmed => {
                self.mode = Mode::Next { why: StepDownReason::Failed { attempts: Attempts::Two } };
            }
            Mode::Bulk { .. } => {}
        }
    }

    /// A GETBULK has an answer that can be used: the next ones are sent as often as any request.
    pub(super) fn bulk_answered(&mut self) {
        if let Mode::Bulk { attempts } = &mut self.mode {
            *attempts = Attempts::All;
        }
    }

    /// A GETBULK had no answer: perhaps a smaller one has, perhaps this agent has no GETBULK, perhaps it is gone.
    ///
    /// Where GETBULK worked, half of it is tried. Else GETNEXT tells at once whether anybody is there, and half is
    /// tried much later: an agent without GETBULK should not cost more than the first failure. The agent's own
    /// capabilities have learned of it already.
    pub(super) fn bulk_lost(&mut self, failed: Failed, has_answers: bool, agent: &mut Capabilities) {
        let is_first_failure = self.mode == (Mode::Bulk { attempts: Attempts::All });
        let mode = match agent.bulk {
            Bulk::Works if has_answers && failed.varbinds > 1 && is_first_failure => {
                Mode::Bulk { attempts: Attempts::Two }
            }
            Bulk::Fails | Bulk::Never => Mode::Next { why: StepDownReason::Never },
            Bulk::Works | Bulk::Untried => {
                // The others need not find out by themselves, each after all its retries.
                agent.bulk_is_unconfirmed |= agent.is_alive && agent.bulk == Bulk::Untried;
                let is_there = has_answers || (agent.is_alive && agent.bulk == Bulk::Untried);
                let attempts = if is_there { Attempts::Two } else { Attempts::Rest };
                Mode::Next { why: StepDownReason::Failed { attempts } }
            }
        };
        self.change(failed, mode);
    }

    /// A GETBULK for one varbind has nothing in its answer, or is too big.
    pub(super) fn bulk_cannot_be_smaller(&mut self, failed: Failed) {
        self.change(failed, Mode::Next { why: StepDownReason::Failed { attempts: Attempts::All } });
    }

    /// A GETBULK has an answer that cannot be used: GETNEXT is tried.
    pub(super) fn bulk_refused(&mut self, failed: Failed) {
        self.change(failed, Mode::Next { why: StepDownReason::Refused });
    }

    /// A GETNEXT for several columns has an answer that contradicts itself.
    pub(super) fn next_refused(&mut self) {
        self.is_one_by_one = true;
    }

    fn change(&mut self, failed: Failed, mode: Mode) {
        if failed.generation != self.generation {
            return;
        }
        self.set(mode);
        if matches!(mode, Mode::Next { .. }) {
            // Behind what was asked for the trouble is over; if not, it takes longer until the next try.
            let asked = u32::try_from(failed.varbinds).unwrap_or(u32::MAX);
            self.steps = self.steps.saturating_mul(2).max(asked).min(MAX_STEPS_BEFORE_BULK);
            self.steps_left = self.steps;
        }
    }

    /// Learns from an answer to GETNEXT that can be used. `live` is how many columns go on.
    pub(super) fn next_answered(
        &mut self,
        generation: u32,
        columns: usize,
        live: usize,
        agent: &mut Capabilities,
        options: &RequestOptions,
    ) {
        let Mode::Next { mut why } = self.mode else { return };
        if matches!(why, StepDownReason::Failed { .. }) {
            if generation != self.generation {
                return;
            }
            if columns < agent.unconfirmed_columns {
                return self.fewer_columns_answered(columns, live, agent);
            }
            agent.bulk_failed();
            why = StepDownReason::Refused;
        }
        if why == StepDownReason::Refused && !agent.uses_bulk(options) {
            why = StepDownReason::Never;
        }
        self.mode = Mode::Next { why };
        let attempts = if why == StepDownReason::Never {
            if options.bulk != BulkUse::Auto || !agent.next_answered() {
                return;
            }
            Attempts::One
        } else {
            self.steps_left = self.steps_left.saturating_sub(u32::try_from(columns).unwrap_or(u32::MAX));
            if self.steps_left > 0 {
                return;
            }
            Attempts::Two
        };
        self.set(Mode::Bulk { attempts });
    }

    /// A GETNEXT for so many columns has an answer, where a GETBULK for more had none. It is not known yet which of the
    /// two it was.
    fn fewer_columns_answered(&mut self, columns: usize, live: usize, agent: &mut Capabilities) {
        if agent.names.has_limit() {
            agent.bulk_had_too_many_columns();
            self.set(Mode::Bulk { attempts: Attempts::Two });
        } else if live <= columns {
            // There are too few columns to find out: so it is tried if GETBULK works for these.
            self.set(Mode::Bulk { attempts: Attempts::One });
        }
    }

    /// There were too many columns, and nothing else was wrong: GETBULK is used again.
    pub(super) fn had_too_many_columns(&mut self, agent: &Capabilities, options: &RequestOptions) {
        if matches!(self.mode, Mode::Next { .. }) && agent.uses_bulk(options) {
            self.set(Mode::Bulk { attempts: Attempts::Two });
        }
    }

    /// Goes on with GETBULK once a column is over that it may have been refused for.
    pub(super) fn column_ended(&mut self, agent: &Capabilities, options: &RequestOptions) {
        self.is_one_by_one = false;
        if matches!(self.mode, Mode::Next { why: StepDownReason::Refused }) && agent.uses_bulk(options) {
            self.set(Mode::Bulk { attempts: Attempts::All });
        }
    }

    fn set(&mut self, mode: Mode) {
        self.generation += 1;
        self.mode = mode;
    }
}

/// The most steps with GETNEXT before GETBULK is tried again where it was refused.
const MAX_STEPS_BEFORE_BULK: u32 = 10_000;
