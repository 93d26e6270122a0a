//! How much to ask for at a time: what was learned of an agent.
//!
//! A GETBULK asks for columns times repetitions. The repetitions start safe and double with every answer that came
//! whole and was shown to leave nothing out, up to a ceiling; what is asked for in all should fit one datagram, going
//! by the size of the varbinds in the last answers. What was too much once is not asked for again until many smaller
//! answers came whole. An agent that seemed to have no GETBULK is asked again after many GETNEXTs; only what it left
//! rows out of is never asked for again.
//! Pure, and shared by all sessions with an agent: what each of them wishes comes in with every question.

use super::{
    inquiry::Inquiries,
    names::{Names, Ramp},
    verified::VerifiedRepetitions,
};
use crate::{BulkUse, Oid, RequestOptions, pdu::RequestKind, retry::Attempts};

/// What is known of an agent.
#[derive(Debug)]
pub struct Capabilities {
    /// Whether it can GETBULK.
    pub bulk: Bulk,
    /// Whether it has ever answered anything.
    pub is_alive: bool,
    /// Whether a GETBULK had no answer, and none has had one.
    pub bulk_is_unconfirmed: bool,
    /// How many columns a GETNEXT must be answered for to show that the GETBULK had no answer because it was one.
    pub(crate) unconfirmed_columns: usize,
    /// How many names a request may have.
    pub names: Names,
    /// Whether it names as the next what is the next.
    pub order: Order,
    /// Behind this name it has nothing, as far as was asked.
    pub nothing_behind: Option<Oid>,
    /// The first object of all, if somebody had to ask.
    pub(crate) first_object: Option<Oid>,
    /// How far its answers to GETBULK are believed.
    pub(crate) trust: VerifiedRepetitions,
    /// What its walks are finding out about it just now.
    pub(crate) inquiries: Inquiries,
    /// How often it answered a GETBULK with genErr, since it last answered one properly.
    refusals: u8,
    /// How often GETNEXT was answered where GETBULK was not, since it last answered one.
    losses: u8,
    /// The repetitions that it has shown it can; 0 before it has.
    repetitions: u16,
    /// The most varbinds to ask for, after more were too much.
    varbinds_ceiling: u32,
    /// Whole answers of about as many varbinds as the ceiling allows.
    clean: u32,
    /// After how many of them the ceiling is raised.
    clean_needed: u32,
    octets_per_varbind: u32,
    /// GETNEXTs answered since GETBULK was taken not to work.
    nexts: u32,
    /// After how many of them GETBULK is tried again.
    nexts_needed: u32,
}

/// Whether an agent can GETBULK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// Nobody has tried.
    Untried,
    /// It has answered one.
    Works,
    /// It cannot: GETBULK failed where GETNEXT did not. It is tried again after a while.
    Fails,
    /// It cannot: version 1 has none, and some agents leave rows out of the smallest one.
    Never,
}

/// Whether an agent names as the next what is the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Nobody has looked.
    Unchecked,
    /// Where somebody looked, it did.
    Keeps,
    /// It left something out.
    Skips(Box<Skip>),
}

/// What an agent left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// A name.
    pub after: Oid,
    /// What it says is the next.
    pub got: Oid,
    /// What it has between them.
    pub between: Oid,
}

impl Capabilities {
    /// An agent of which nothing is known but its version.
    pub fn new(has_bulk: bool) -> Self {
        Self {
            bulk: if has_bulk { Bulk::Untried } else { Bulk::Never },
            is_alive: false,
            bulk_is_unconfirmed: false,
            unconfirmed_columns: 1,
            names: Names::default(),
            order: Order::Unchecked,
            nothing_behind: None,
            first_object: None,
            trust: VerifiedRepetitions::new(),
            inquiries: Inquiries::default(),
            refusals: 0,
            losses: 0,
            repetitions: 0,
            varbinds_ceiling: u32::MAX,
            clean: 0,
            clean_needed: CLEAN_ANSWERS,
            octets_per_varbind: FIRST_GUESS_OCTETS,
            nexts: 0,
            nexts_needed: NEXTS_BEFORE_BULK,
        }
    }

    /// Whether it is known that it has nothing behind a name.
    pub(crate) fn has_nothing_behind(&self, name: &Oid) -> bool {
        self.nothing_behind.as_ref().is_some_and(|known| known <= name)
    }

    /// Whether GETBULK is used with these wishes, as far as is known.
    pub fn uses_bulk(&self, wishes: &RequestOptions) -> bool {
        wishes.bulk == BulkUse::Auto && matches!(self.bulk, Bulk::Untried | Bulk::Works)
    }

    /// Whether a GETBULK that was not sent yet had better not be: a smaller one is being tried, or none works.
    pub fn wants_no_bulk(&self, attempts: Attempts) -> bool {
        // With one attempt it is sent in order to find out.
        let is_off = matches!(self.bulk, Bulk::Fails | Bulk::Never) || self.bulk_is_unconfirmed;
        is_off && attempts != Attempts::One
    }

    /// How many varbinds to ask for in a GETBULK.
    pub fn varbinds(&self, wishes: &RequestOptions) -> usize {
        let ceiling = usize::try_from(self.varbinds_ceiling).unwrap_or(usize::MAX);
        self.columns(wishes).min(ceiling)
    }

    /// How many names to put into a GETNEXT.
    pub fn columns(&self, wishes: &RequestOptions) -> usize {
        let fit = wishes.max_response_octets.saturating_sub(OVERHEAD_OCTETS) / self.octets_per_varbind;
        usize::try_from(fit.max(1)).unwrap_or(1)
    }

    /// How many repetitions to ask for with so many columns.
    pub fn repetitions(&self, columns: usize, wishes: &RequestOptions) -> u16 {
        let fit = u16::try_from(self.varbinds(wishes) / columns.max(1)).unwrap_or(u16::MAX);
        let max = self.repetitions.max(wishes.max_repetitions).clamp(1, wishes.max_repetitions_ceiling.max(1));
        let believed = self.trust.worth_asking(fit.clamp(1, max).into());
        u16::try_from(believed).unwrap_or(u16::MAX).max(1)
    }

    /// How many names to put into a GETNEXT that shows that an answer leaves nothing out.
    pub(crate) fn names_to_verify(&self) -> usize {
        self.trust.names_at_once.max(1).min(self.names.at_once(RequestKind::GetNext, Ramp::FULL))
    }

    /// Learns from an answer to GETBULK that can be used.
    pub fn bulk_answered(&mut self, asked: usize, repetitions: u16, varbinds: usize, octets: usize) {
        if varbinds == 0 {
            return;
        }
        if self.bulk != Bulk::Never {
            self.bulk = Bulk::Works;
        }
        (self.bulk_is_unconfirmed, self.unconfirmed_columns) = (false, 1);
        (self.refusals, self.losses, self.nexts_needed) = (0, 0, NEXTS_BEFORE_BULK);
        let measured = octets.saturating_sub(OVERHEAD_OCTETS as usize).div_ceil(varbinds).max(1);
        let measured = u32::try_from(measured).unwrap_or(u32::MAX);
        // Larger values count at once, smaller ones slowly: too little costs a round trip, too much a lost answer.
        let slowly = (u64::from(self.octets_per_varbind) * 3 + u64::from(measured)).div_ceil(4);
        self.octets_per_varbind = measured.max(u32::try_from(slowly).unwrap_or(u32::MAX));
        // Only a whole answer to as many repetitions as allowed shows that more may be.
        if varbinds >= asked {
            if self.trust.covers(repetitions.into(), repetitions.into()) {
                self.may_do_more(repetitions);
            }
            self.came_whole(u32::try_from(asked).unwrap_or(u32::MAX));
        }
    }

    /// Learns that so many of the repetitions asked for left nothing out.
    pub(crate) fn answered_rightly(&mut self, right: usize, asked: usize) {
        self.trust.held(right, asked);
        if right >= asked {
            self.may_do_more(u16::try_from(right).unwrap_or(u16::MAX));
        }
    }

    /// Learns that something was left out after so many of the repetitions asked for.
    pub(crate) fn left_out(&mut self, right: usize, asked: usize) {
        self.trust.failed(right, asked);
        if self.trust.is_lost() {
            self.bulk = Bulk::Never;
            self.bulk_is_unconfirmed = false;
        }
    }

    fn may_do_more(&mut self, repetitions: u16) {
        if repetitions >= self.repetitions {
            self.repetitions = repetitions.saturating_mul(2);
        }
    }

    fn came_whole(&mut self, asked: u32) {
        if asked.saturating_mul(2) <= self.varbinds_ceiling {
            return;
        }
        self.clean += 1;
        if self.clean >= self.clean_needed {
            self.clean = 0;
            self.varbinds_ceiling = self.varbinds_ceiling.saturating_add(self.varbinds_ceiling / 2).saturating_add(1);
        }
    }

    /// Learns that so many varbinds were too much: half of them is the most for a while.
    pub fn too_much(&mut self, asked: usize) {
        let half = u32::try_from(asked / 2).unwrap_or(u32::MAX).max(1);
        if half < self.varbinds_ceiling {
            self.varbinds_ceiling = half;
            self.clean = 0;
            self.clean_needed = self.clean_needed.saturating_mul(2).min(MAX_CLEAN_ANSWERS);
        }
    }

    /// Learns that GETNEXT has an answer where GETBULK had none.
    pub fn bulk_failed(&mut self) {
        self.losses = self.losses.saturating_add(1);
        if self.bulk == Bulk::Untried || (self.bulk == Bulk::Works && self.losses >= LOSSES_UNTIL_FAILS) {
            self.fails();
        }
    }

    /// Learns that a GETBULK was answered with genErr. Once may be the fault of a row, twice is that of GETBULK.
    pub fn bulk_refused(&mut self) {
        self.refusals = self.refusals.saturating_add(1);
        if self.refusals > 1 && self.bulk == Bulk::Untried {
            self.fails();
        }
    }

    fn fails(&mut self) {
        self.bulk = Bulk::Fails;
        (self.bulk_is_unconfirmed, self.unconfirmed_columns) = (false, 1);
        (self.nexts, self.losses) = (0, 0);
    }

    /// Learns that a GETBULK for so many columns had no answer. Whether that may be because of their number.
    pub(crate) fn bulk_silent(&mut self, columns: usize, varbinds: usize) -> bool {
        self.too_much(varbinds);
        let may_be_too_many = !self.names.is_known_to_work_in_any(columns);
        self.unconfirmed_columns = if may_be_too_many { columns } else { 1 };
        self.names.silent(RequestKind::GetBulk { max_repetitions: 1 }, columns);
        may_be_too_many
    }

    /// Learns that it was the number of columns that a GETBULK had no answer for, or an error: it is tried again.
    pub(crate) fn bulk_had_too_many_columns(&mut self) {
        (self.bulk_is_unconfirmed, self.unconfirmed_columns) = (false, 1);
        (self.refusals, self.varbinds_ceiling) = (0, u32::MAX);
        if self.bulk == Bulk::Fails {
            self.bulk = Bulk::Untried;
        }
    }

    /// Learns that a GETNEXT was answered. Whether it is time to find out if GETBULK works after all.
    pub fn next_answered(&mut self) -> bool {
        if self.bulk != Bulk::Fails {
            return false;
        }
        self.nexts += 1;
        let is_time = self.nexts >= self.nexts_needed;
        if is_time {
            // Whoever asked finds out, and nobody else. It takes longer until the next time.
            self.nexts = 0;
            self.nexts_needed = self.nexts_needed.saturating_mul(8).min(MAX_NEXTS_BEFORE_BULK);
        }
        is_time
    }
}

/// What a message takes beside its varbinds.
const OVERHEAD_OCTETS: u32 = 60;

/// What a varbind of a typical table takes, before any was seen.
const FIRST_GUESS_OCTETS: u32 = 26;

/// After how many whole answers more is tried again than was once too much; twice as many after each time it was.
const CLEAN_ANSWERS: u32 = 16;
const MAX_CLEAN_ANSWERS: u32 = 1_024;

/// How often GETNEXT must help out in a row for an agent that has answered GETBULK to be taken to have none.
const LOSSES_UNTIL_FAILS: u8 = 3;

/// After how many GETNEXTs an agent that seems to have no GETBULK is tried; eight times as many each further time.
const NEXTS_BEFORE_BULK: u32 = 50;
const MAX_NEXTS_BEFORE_BULK: u32 = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> (Capabilities, RequestOptions) {
        let mut agent = Capabilities::new(true);
        agent.trust = VerifiedRepetitions::blind();
        (agent, RequestOptions::default())
    }

    /// Lets it answer whole what it is asked for now, so often.
    fn answer_whole(agent: &mut Capabilities, wishes: &RequestOptions, times: usize) -> Vec<u16> {
        let mut asked = Vec::new();
        for _ in 0..times {
            let repetitions = agent.repetitions(1, wishes);
            asked.push(repetitions);
            let varbinds = usize::from(repetitions);
            agent.bulk_answered(varbinds, repetitions, varbinds, varbinds * 20 + 60);
        }
        asked
    }

    #[test]
    fn repetitions_start_safe_and_grow_to_what_fits_a_datagram() {
        let (mut agent, wishes) = agent();
        assert_eq!(answer_whole(&mut agent, &wishes, 5), [10, 20, 40, 50, 50]);
        assert_eq!(agent.repetitions(14, &wishes), 4);
    }

    #[test]
    fn sessions_with_other_wishes_share_what_was_learned() {
        let (mut agent, wishes) = agent();
        answer_whole(&mut agent, &wishes, 3);
        let careful = RequestOptions { max_repetitions_ceiling: 15, ..wishes.clone() };
        assert_eq!((agent.repetitions(1, &careful), agent.repetitions(1, &wishes)), (15, 50));
        let small = RequestOptions { max_response_octets: 300, ..wishes.clone() };
        assert!(agent.repetitions(1, &small) < 15);
        assert!(!agent.uses_bulk(&RequestOptions { bulk: BulkUse::Never, ..wishes.clone() }));
        assert!(agent.uses_bulk(&wishes));
    }

    #[test]
    fn large_values_are_asked_for_in_small_numbers() {
        let (mut agent, wishes) = agent();
        agent.bulk_answered(10, 10, 10, 3060);
        assert_eq!(agent.repetitions(1, &wishes), 4);
        agent.bulk_answered(1, 1, 1, 60_000);
        assert_eq!(agent.repetitions(1, &wishes), 1);
    }

    #[test]
    fn short_answers_do_not_grow_the_next_request() {
        let (mut agent, wishes) = agent();
        agent.bulk_answered(10, 10, 7, 200);
        assert_eq!(agent.repetitions(1, &wishes), 10);
    }

    #[test]
    fn what_was_too_much_is_not_asked_for_again_until_much_came_whole() {
        let (mut agent, wishes) = agent();
        agent.too_much(40);
        assert_eq!(answer_whole(&mut agent, &wishes, 33)[1..], [20; 32]);
        assert_eq!(agent.repetitions(1, &wishes), 31);
        assert_eq!(agent.repetitions(4, &wishes), 7);
        agent.too_much(31);
        assert_eq!(answer_whole(&mut agent, &wishes, 63), [15; 63], "each time it takes longer");
        agent.too_much(1);
        assert_eq!(agent.repetitions(4, &wishes), 1);
    }

    #[test]
    fn an_agent_that_seemed_to_have_no_getbulk_is_tried_again_by_one_and_later_each_time() {
        let (mut agent, _) = agent();
        agent.bulk_failed();
        let tries: Vec<usize> = (1..1000).filter(|_| agent.next_answered()).collect();
        assert_eq!((agent.bulk, tries), (Bulk::Fails, vec![50, 450]));
        agent.bulk_answered(1, 1, 1, 80);
        assert_eq!(agent.bulk, Bulk::Works);
        let mut version_1 = Capabilities::new(false);
        assert!((0..1000).all(|_| !version_1.next_answered()));
    }

    #[test]
    fn an_agent_whose_getbulk_worked_may_lose_some() {
        let (mut agent, wishes) = agent();
        answer_whole(&mut agent, &wishes, 1);
        agent.bulk_failed();
        agent.bulk_failed();
        assert_eq!(agent.bulk, Bulk::Works);
        agent.bulk_failed();
        assert_eq!(agent.bulk, Bulk::Fails);
    }
}
