//! How far an agent's answers to GETBULK are believed: what the verifications of its walks have shown.
//!
//! Pure. What is asked to verify an answer is the walk's affair.

/// How far an agent's answers to GETBULK are believed.
#[derive(Debug)]
pub(crate) struct VerifiedRepetitions {
    /// Asked for so many repetitions it gave them all, and left nothing out.
    whole: usize,
    /// Asked for the first number of repetitions it gave at least the second, not all, and left nothing out of those.
    part: (usize, usize),
    /// After how many repetitions something was missing the last time, if nothing has shown since that it was chance.
    failed_after: Option<usize>,
    /// The most repetitions to ask for.
    ceiling: usize,
    /// The most names to ask for in a GETNEXT.
    pub(crate) names_at_once: usize,
}

impl VerifiedRepetitions {
    /// Nothing was shown yet.
    pub(crate) fn new() -> Self {
        Self { whole: 0, part: (0, 0), failed_after: None, ceiling: usize::MAX, names_at_once: usize::MAX }
    }

    /// Believes everything.
    #[cfg(test)]
    pub(crate) fn blind() -> Self {
        Self { whole: usize::MAX, ..Self::new() }
    }

    /// How many repetitions to ask for where so many could be. A few more than were shown are not worth the question.
    pub(crate) fn worth_asking(&self, repetitions: usize) -> usize {
        let is_little_more = repetitions > self.whole && repetitions < self.whole.saturating_add(self.whole / 4);
        let worth = if is_little_more { self.whole } else { repetitions };
        worth.min(self.ceiling)
    }

    /// Whether nothing was ever shown.
    pub(crate) fn is_new(&self) -> bool {
        self.whole == 0 && self.part == (0, 0)
    }

    /// Whether the first `reach` of the repetitions asked for are believed.
    pub(crate) fn covers(&self, asked: usize, reach: usize) -> bool {
        let (asked_in_part, shown) = self.part;
        asked <= self.whole || (asked <= asked_in_part && reach <= shown && reach < asked)
    }

    /// Whether nothing is left that GETNEXT could not do.
    pub(crate) fn is_lost(&self) -> bool {
        self.ceiling <= 1
    }

    /// Learns that the first `right` of the repetitions asked for left nothing out.
    pub(crate) fn held(&mut self, right: usize, asked: usize) {
        if self.failed_after.is_some_and(|failed| failed < right) {
            self.failed_after = None;
        }
        let (asked_in_part, shown) = self.part;
        if right >= asked {
            self.whole = self.whole.max(asked);
        } else if asked >= asked_in_part && right >= shown {
            self.part = (asked, right);
        }
    }

    /// Learns that something was missing after the first `right` of the repetitions asked for.
    ///
    /// The first time it may just have come to be. What was right among too many may be wrong at the end of fewer.
    pub(crate) fn failed(&mut self, right: usize, asked: usize) {
        if self.failed_after.replace(right).is_some() {
            self.ceiling = self.ceiling.min(right.min(asked.div_ceil(2)).max(self.whole));
        }
    }
}
