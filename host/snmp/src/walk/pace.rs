//! How much to ask for at a time: what a session has learned of its agent.
//!
//! A GETBULK asks for columns times repetitions. The repetitions start safe and double with every answer that came
//! whole, up to a ceiling; what is asked for in all should fit one datagram, going by the size of the varbinds in the
//! last answers. What was too much once is not asked for again.
//! Pure, and shared by all walks of a session, so that the second table starts where the first has got to.

use crate::{
    RequestOptions,
    walk::{Attempts, OVERHEAD_OCTETS},
};

/// What is known of an agent.
#[derive(Debug)]
pub(crate) struct Agent {
    /// Whether it can GETBULK.
    pub(crate) bulk: Bulk,
    /// Whether it has ever answered anything.
    pub(crate) is_alive: bool,
    /// Whether a GETBULK had no answer, and none has had one.
    pub(crate) bulk_is_in_doubt: bool,
    /// How often it answered a GETBULK with genErr.
    refusals: u8,
    /// The repetitions that it may be asked for now.
    repetitions: u16,
    repetitions_ceiling: u16,
    /// The most varbinds to ask for, after more were too much.
    varbinds_ceiling: u32,
    octets_per_varbind: u32,
    max_response_octets: u32,
}

/// Whether an agent can GETBULK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bulk {
    /// Nobody has tried.
    Untried,
    /// It has answered one.
    Works,
    /// It cannot: version 1, or GETBULK failed where GETNEXT did not.
    Never,
}

impl Agent {
    /// An agent of which nothing is known but its version.
    pub(crate) fn new(has_bulk: bool, options: &RequestOptions) -> Self {
        let ceiling = options.max_repetitions_ceiling.max(1);
        Self {
            bulk: if has_bulk { Bulk::Untried } else { Bulk::Never },
            is_alive: false,
            bulk_is_in_doubt: false,
            refusals: 0,
            repetitions: options.max_repetitions.clamp(1, ceiling),
            repetitions_ceiling: ceiling,
            varbinds_ceiling: u32::MAX,
            octets_per_varbind: FIRST_GUESS_OCTETS,
            max_response_octets: options.max_response_octets,
        }
    }

    /// Whether a GETBULK that was not sent yet had better not be: a smaller one is being tried, or none works.
    pub(crate) fn wants_no_bulk(&self, attempts: Attempts) -> bool {
        self.bulk == Bulk::Never || (self.bulk_is_in_doubt && attempts == Attempts::All)
    }

    /// How many varbinds to ask for in a GETBULK.
    pub(crate) fn varbinds(&self) -> usize {
        let ceiling = usize::try_from(self.varbinds_ceiling).unwrap_or(usize::MAX);
        self.columns().min(ceiling)
    }

    /// How many names to put into a GETNEXT.
    pub(crate) fn columns(&self) -> usize {
        let fit = self.max_response_octets.saturating_sub(OVERHEAD_OCTETS) / self.octets_per_varbind;
        usize::try_from(fit.max(1)).unwrap_or(1)
    }

    /// How many repetitions to ask for with so many columns.
    pub(crate) fn repetitions(&self, columns: usize) -> u16 {
        let fit = u16::try_from(self.varbinds() / columns.max(1)).unwrap_or(u16::MAX);
        fit.clamp(1, self.repetitions)
    }

    /// The repetitions that a table of one column would be asked with.
    pub(crate) fn learned_repetitions(&self) -> u16 {
        self.repetitions(1)
    }

    /// Learns from an answer to GETBULK.
    pub(crate) fn bulk_answered(&mut self, asked: usize, repetitions: u16, varbinds: usize, octets: usize) {
        if varbinds == 0 {
            return;
        }
        self.bulk = Bulk::Works;
        self.bulk_is_in_doubt = false;
        let measured = octets.saturating_sub(OVERHEAD_OCTETS as usize).div_ceil(varbinds).max(1);
        let measured = u32::try_from(measured).unwrap_or(u32::MAX);
        // Larger values count at once, smaller ones slowly: too little costs a round trip, too much a lost answer.
        let slowly = (u64::from(self.octets_per_varbind) * 3 + u64::from(measured)).div_ceil(4);
        self.octets_per_varbind = measured.max(u32::try_from(slowly).unwrap_or(u32::MAX));
        // Only a whole answer to as many repetitions as allowed shows that more may be.
        if varbinds >= asked && repetitions >= self.repetitions {
            self.repetitions = self.repetitions.saturating_mul(2).min(self.repetitions_ceiling);
        }
    }

    /// Learns that GETNEXT has an answer where GETBULK had none.
    pub(crate) fn bulk_failed(&mut self) {
        if self.bulk == Bulk::Untried {
            self.bulk = Bulk::Never;
        }
    }

    /// Learns that a GETBULK was answered with genErr. Once may be the fault of a row, twice is that of GETBULK.
    pub(crate) fn bulk_refused(&mut self) {
        self.refusals = self.refusals.saturating_add(1);
        if self.refusals > 1 {
            self.bulk_failed();
        }
    }

    /// Learns that so many varbinds were too much: half of them is the most from now on.
    pub(crate) fn too_much(&mut self, asked: usize) {
        let half = u32::try_from(asked / 2).unwrap_or(u32::MAX).max(1);
        self.varbinds_ceiling = self.varbinds_ceiling.min(half);
    }
}

/// What a varbind of a typical table takes, before any was seen.
const FIRST_GUESS_OCTETS: u32 = 26;

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> Agent {
        Agent::new(true, &RequestOptions::default())
    }

    #[test]
    fn repetitions_start_safe_and_grow_to_what_fits_a_datagram() {
        let mut agent = agent();
        let mut asked = Vec::new();
        for _ in 0..5 {
            let repetitions = agent.repetitions(1);
            asked.push(repetitions);
            let varbinds = usize::from(repetitions);
            agent.bulk_answered(varbinds, repetitions, varbinds, varbinds * 20 + 60);
        }
        assert_eq!(asked, [10, 20, 40, 50, 50]);
        assert_eq!(agent.repetitions(14), 4);
    }

    #[test]
    fn large_values_are_asked_for_in_small_numbers() {
        let mut agent = agent();
        agent.bulk_answered(10, 10, 10, 3060);
        assert_eq!(agent.repetitions(1), 4);
        agent.bulk_answered(1, 1, 1, 60_000);
        assert_eq!(agent.repetitions(1), 1);
    }

    #[test]
    fn short_answers_do_not_grow_the_next_request() {
        let mut agent = agent();
        agent.bulk_answered(10, 10, 7, 200);
        assert_eq!(agent.repetitions(1), 10);
    }

    #[test]
    fn what_was_too_much_is_not_asked_for_again() {
        let mut agent = agent();
        agent.too_much(40);
        for _ in 0..5 {
            agent.bulk_answered(20, 20, 20, 400);
        }
        assert_eq!(agent.repetitions(1), 20);
        assert_eq!(agent.repetitions(4), 5);
        agent.too_much(1);
        assert_eq!(agent.repetitions(4), 1);
    }
}
