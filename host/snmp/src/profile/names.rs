//! How many names a request may have: what was learned of an agent, and how to find it out.
//!
//! Small agents have a limit of 1, 2, 16 or 20 names. A request with more gets tooBig, genErr, or no answer at all. Silence
//! says nothing by itself: the packet may be lost, the agent may be gone. So whoever meets it asks for one name, then for
//! twice as many as were answered ([`Ramp`]); what was answered is the limit for everybody ([`Names`]), for GET, GETNEXT
//! and GETBULK alike. A number of names that was once answered is never doubted again. The limit is tried to be
//! exceeded after many answers, later each time, because it may have been an outage that looked like one.
//! Pure.

use crate::pdu::RequestKind;

/// How many names an agent takes in a request.
#[derive(Debug, Default)]
pub struct Names {
    /// The most names of a GET that was answered.
    works_for_get: usize,
    /// The most names of a GETNEXT or GETBULK that was answered.
    works_for_next: usize,
    limit: Option<Limit>,
}

/// That a request had too many names, as far as anybody can tell.
#[derive(Debug)]
struct Limit {
    /// The fewest names that were too many.
    too_many: usize,
    /// The most names that were answered since; at least one.
    at_once: usize,
    evidence: Evidence,
    /// Whether fewer names were answered. If not, the agent may be gone.
    is_confirmed: bool,
    /// Answers to requests with as many names as allowed.
    clean: u32,
    /// After how many of them more names are tried.
    clean_needed: u32,
}

/// What shows that there is a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// A GET had an error or no answer.
    Get,
    /// A GETNEXT had.
    GetNext,
    /// A GETBULK had no answer, which may have other reasons.
    GetBulk,
}

/// How many names one walk or batch asks for, while it finds out how many it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ramp {
    /// The most names to ask for.
    limit: usize,
    /// How many to ask for next.
    next: usize,
    /// The most that were answered since there was no answer.
    best: usize,
}

impl Names {
    /// Whether so many names in a request cannot be why it has no answer.
    pub fn is_known_to_work(&self, kind: RequestKind, names: usize) -> bool {
        names <= self.proven(kind).max(1)
    }

    /// Whether so many names were answered in a request of any kind.
    pub(crate) fn is_known_to_work_in_any(&self, names: usize) -> bool {
        names <= self.works_for_get.max(self.works_for_next).max(1)
    }

    /// Whether a number of names is known to be too many, and not only suspected of it.
    pub(crate) fn has_limit(&self) -> bool {
        self.limit.as_ref().is_some_and(|limit| limit.evidence != Evidence::GetBulk)
    }

    /// How many names to put into a request at most. Whoever finds out goes as far as its ramp.
    pub fn at_once(&self, kind: RequestKind, ramp: Ramp) -> usize {
        let Some(limit) = &self.limit else { return ramp.at_once() };
        let known = limit.at_once.max(self.proven(kind));
        if !ramp.is_searching() {
            return known;
        }
        let in_reach = if limit.evidence == Evidence::GetBulk { usize::MAX } else { limit.too_many / 2 };
        ramp.at_once().min(in_reach.max(known))
    }

    /// Learns that a request with so many names was answered.
    pub fn answered(&mut self, kind: RequestKind, names: usize) {
        let is_wide = names >= self.at_once(kind, Ramp::FULL);
        let proven = if kind == RequestKind::Get { &mut self.works_for_get } else { &mut self.works_for_next };
        *proven = names.max(*proven);
        let Some(limit) = &mut self.limit else { return };
        let is_of_its_kind = match limit.evidence {
            Evidence::Get => kind == RequestKind::Get,
            Evidence::GetNext => kind != RequestKind::Get,
            Evidence::GetBulk => true,
        };
        if names >= limit.too_many && is_of_its_kind {
            self.limit = None;
            return;
        }
        limit.is_confirmed = true;
        limit.at_once = limit.at_once.max(names);
        limit.clean += u32::from(is_wide);
        if limit.clean >= limit.clean_needed {
            limit.clean = 0;
            limit.clean_needed = limit.clean_needed.saturating_mul(8).min(MAX_CLEAN_ANSWERS);
            limit.at_once = limit.at_once.saturating_mul(2);
        }
    }

    /// Learns that a request with so many names had no answer, with all its attempts.
    pub fn silent(&mut self, kind: RequestKind, names: usize) {
        if names <= 1 {
            // Silence that does not depend on the number of names.
            self.limit = self.limit.take().filter(|limit| limit.is_confirmed);
            return;
        }
        match kind {
            RequestKind::GetBulk { .. } if self.is_known_to_work_in_any(names) => {}
            RequestKind::GetBulk { .. } => self.limit(names, 1, Evidence::GetBulk, SOON),
            _ if self.is_known_to_work(kind, names) => {}
            RequestKind::Get => self.limit(names, 1, Evidence::Get, CLEAN_ANSWERS),
            RequestKind::GetNext => self.limit(names, 1, Evidence::GetNext, CLEAN_ANSWERS),
        }
    }

    /// Learns that a request was refused because it had so many names.
    pub fn refused(&mut self, kind: RequestKind, names: usize) {
        if self.is_known_to_work(kind, names) {
            return;
        }
        let evidence = if kind == RequestKind::Get { Evidence::Get } else { Evidence::GetNext };
        self.limit(names, names / 2, evidence, SOON);
        if let Some(limit) = &mut self.limit {
            limit.is_confirmed = true;
        }
    }

    fn limit(&mut self, names: usize, at_once: usize, evidence: Evidence, clean_needed: u32) {
        let Some(known) = self.limit.take() else {
            let limit = Limit { too_many: names, at_once, evidence, is_confirmed: false, clean: 0, clean_needed };
            self.limit = Some(limit);
            return;
        };
        // Where as many as these were allowed, it was to see whether the limit is still there.
        let is_allowed = known.at_once >= names;
        let at_once = if is_allowed { (names / 2).max(1) } else { known.at_once };
        self.limit = Some(match evidence {
            Evidence::GetBulk => Limit { at_once, clean: 0, ..known },
            Evidence::Get | Evidence::GetNext => Limit {
                too_many: names.min(known.too_many),
                at_once,
                evidence,
                clean: 0,
                clean_needed: known.clean_needed.max(clean_needed),
                ..known
            },
        });
    }

    fn proven(&self, kind: RequestKind) -> usize {
        if kind == RequestKind::Get { self.works_for_get } else { self.works_for_next }
    }
}

impl Ramp {
    /// As many names as the agent takes, as far as anybody knows.
    pub const FULL: Self = Self { limit: usize::MAX, next: usize::MAX, best: 0 };

    /// How many names to ask for.
    fn at_once(self) -> usize {
        self.limit.min(self.next)
    }

    /// Begins anew with one name, because it is not known why there was no answer.
    pub fn restart(&mut self) {
        self.next = self.best.max(1);
    }

    /// There was no answer to so many names: from now on it is half of them at most, and one at first.
    pub fn silent(&mut self, names: usize) {
        self.refused(names);
        self.restart();
    }

    /// So many names were refused: from now on it is half of them at most, or as many as were answered. It is always
    /// fewer than were refused: as many may have been answered before, and one of these names be what is wrong.
    pub fn refused(&mut self, names: usize) {
        let fewer = names.saturating_sub(1);
        self.limit = self.limit.min((names / 2).max(self.best.min(fewer)).max(1));
    }

    /// From now on it is one name at a time.
    pub fn one_by_one(&mut self) {
        self.limit = 1;
    }

    /// So many names were answered: it may be twice as many.
    pub fn answered(&mut self, names: usize) {
        if self.is_searching() {
            self.best = self.best.max(names);
            self.next = self.next.max(names.saturating_mul(2));
        }
    }

    /// Whether it finds out how many names can be asked for.
    pub fn is_searching(self) -> bool {
        self.at_once() < usize::MAX
    }
}

/// After how many answers as wide as allowed more names are tried, where that may cost time. Eight times as many each
/// further time.
const CLEAN_ANSWERS: u32 = 1_024;
const MAX_CLEAN_ANSWERS: u32 = 20_000;

/// The same where it costs a round trip only.
const SOON: u32 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    const BULK: RequestKind = RequestKind::GetBulk { max_repetitions: 10 };

    /// What a request may have when so many names are to be asked for.
    fn at_once(names: &Names) -> [usize; 2] {
        [RequestKind::Get, RequestKind::GetNext].map(|kind| names.at_once(kind, Ramp::FULL).min(99))
    }

    /// Asks for `wanted` names, as a batch does, an agent that is silent to more than `max`. Returns how many names
    /// each request had, those that were silent with a minus.
    fn ask(names: &mut Names, kind: RequestKind, wanted: usize, max: usize) -> Vec<isize> {
        let (mut ramp, mut left, mut shown) = (Ramp::FULL, wanted, Vec::new());
        while left > 0 {
            let asked = left.min(names.at_once(kind, ramp));
            if asked <= max {
                names.answered(kind, asked);
                ramp.answered(asked);
                left -= asked;
                shown.push(asked.cast_signed());
            } else {
                names.silent(kind, asked);
                ramp.silent(asked);
                shown.push(-asked.cast_signed());
            }
        }
        shown
    }

    #[test]
    fn a_limit_is_found_with_few_silent_requests_and_none_after_that() {
        for (max, wanted, expected) in [
            (1, 7, &[-7, 1, -2, 1, 1, 1, 1, 1, 1][..]),
            (2, 7, &[-7, 1, 2, -3, 2, 2]),
            (4, 9, &[-9, 1, 2, 4, 2]),
            (16, 35, &[-35, 1, 2, 4, 8, 16, 4]),
            (20, 35, &[-35, 1, 2, 4, 8, 16, 4]),
            (usize::MAX, 35, &[35]),
        ] {
            let mut names = Names::default();
            assert_eq!(ask(&mut names, RequestKind::Get, wanted, max), expected, "limit {max}");
            for kind in [RequestKind::Get, RequestKind::GetNext, BULK] {
                assert!(ask(&mut names, kind, wanted, max).iter().all(|asked| *asked > 0), "limit {max}, {kind:?}");
            }
        }
    }

    #[test]
    fn what_was_answered_once_is_not_doubted() {
        let mut names = Names::default();
        names.answered(RequestKind::Get, 7);
        names.silent(RequestKind::Get, 7);
        names.silent(BULK, 7);
        names.refused(RequestKind::Get, 5);
        assert_eq!(at_once(&names), [99, 99]);
        names.silent(RequestKind::GetNext, 5);
        names.answered(RequestKind::GetNext, 1);
        assert_eq!(at_once(&names), [7, 1], "an agent may be weak in one kind only");
    }

    #[test]
    fn an_agent_that_is_gone_has_no_limit() {
        let mut names = Names::default();
        names.silent(RequestKind::Get, 7);
        assert_eq!(at_once(&names), [1, 1]);
        names.silent(RequestKind::Get, 1);
        assert_eq!(at_once(&names), [99, 99]);
    }

    #[test]
    fn a_limit_that_an_outage_has_made_is_tried_again_after_many_answers_and_later_each_time() {
        let mut names = Names::default();
        assert_eq!(ask(&mut names, RequestKind::Get, 2, 1), [-2, 1, 1]);
        let mut silent_after = Vec::new();
        for request in 3..5_000 {
            silent_after.extend(ask(&mut names, RequestKind::Get, 2, 1).contains(&-2).then_some(request * 2));
        }
        assert_eq!(silent_after, [1_028, 9_220]);
        for _ in 0..20_000 {
            ask(&mut names, RequestKind::Get, 2, 9);
        }
        assert_eq!(at_once(&names), [99, 99]);
    }

    #[test]
    fn where_getbulk_was_silent_getnext_with_as_many_names_shows_that_it_was_not_their_number() {
        let mut names = Names::default();
        names.silent(BULK, 8);
        assert_eq!((at_once(&names), names.has_limit()), ([1, 1], false));
        let mut ramp = Ramp::FULL;
        ramp.restart();
        for expected in [1, 2, 4, 8] {
            let asked = names.at_once(RequestKind::GetNext, ramp);
            assert_eq!(asked, expected);
            names.answered(RequestKind::GetNext, asked);
            ramp.answered(asked);
        }
        assert_eq!(at_once(&names), [99, 99]);
    }

    #[test]
    fn too_big_names_the_limit_and_more_is_tried_soon() {
        let mut names = Names::default();
        names.refused(RequestKind::Get, 12);
        assert_eq!(at_once(&names), [6, 6]);
        (0..16).for_each(|_| names.answered(RequestKind::Get, 6));
        assert_eq!(at_once(&names), [12, 12]);
    }

    #[test]
    fn what_was_refused_is_never_asked_for_again_though_as_many_were_answered() {
        for names in 2..20 {
            let mut ramp = Ramp::FULL;
            ramp.refused(names * 2);
            ramp.answered(names);
            ramp.refused(names);
            assert!(ramp.at_once() < names, "{names} refused: {ramp:?}");
            let mut ramp = Ramp::FULL;
            ramp.silent(names * 2);
            ramp.answered(names);
            ramp.silent(names);
            assert!(ramp.at_once() < names, "{names} without an answer: {ramp:?}");
        }
    }
}
