//! GET and GETNEXT of many names, in as many requests as the agent needs.
//!
//! Pure: says what to ask next and is told what came of it. A noSuchName becomes a varbind without a value, and the
//! rest is asked again; the agent's index is believed only where it names one of the names, else the names are asked for
//! in smaller requests until it does.
//! A request for several names that is tooBig is cut in halves. One that is refused with genErr too, for some agents say
//! that where there are too many names; the name at fault is asked for first, if the agent says which one it is.
//! Any other error, and one for a single name, fails the whole batch and names the OID where the agent did: an object
//! that exists but could not be read must not look like one that does not exist.
//! A request for several names that has no answer is asked again for one name, then for twice as many as were answered:
//! the agent may have a limit, or the answer may have been too large for the path. After an unreadable answer it is one
//! name at a time, for one bad value may have spoiled it. The bad value then is [`Value::UNREADABLE`].
//! Answers are matched by name, never by place alone.

use smallvec::SmallVec;

use crate::{
    Mismatch, Oid, RequestError, Value, Varbind,
    pdu::{ErrorStatus, Request, RequestKind, Response},
    profile::{Names, Ramp},
    retry::Attempts,
};

/// A batch of names on its way.
#[derive(Debug)]
pub struct Batch<'a> {
    lookup: Lookup,
    names: &'a [Oid],
    found: Vec<Option<Varbind>>,
    /// What is still to ask for, the next last. One request is the rule, and then it takes no memory of its own.
    waiting: SmallVec<[Positions; 1]>,
    /// What was asked for last.
    asked: Positions,
    /// How many names to ask for, after there was no answer.
    ramp: Ramp,
    /// The fewest names that were refused with an error that may come from their number.
    refused: Option<usize>,
    /// Why fewer names are asked for, until some of them are answered.
    trouble: Option<RequestError>,
    /// Whether the agent has ever answered.
    is_alive: bool,
    /// Whether something could be read here.
    has_answers: bool,
    /// Whether an unreadable answer came. A request that has one is not sent again: it would be answered alike.
    has_unreadable: bool,
    /// How many names have no readable answer by themselves.
    unreadable: usize,
}

/// Places in the names of a batch, those of one request.
type Positions = SmallVec<[usize; 8]>;

/// What is asked of each name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Its value.
    Get,
    /// What follows it.
    GetNext,
}

/// Why a batch cannot be completed.
#[derive(Debug, PartialEq, Eq)]
pub enum BatchError {
    /// The agent says so.
    Agent {
        /// The error.
        status: ErrorStatus,
        /// The error-index as it came; may be any number.
        index: i32,
        /// The name at fault, where the agent gave a place that exists, or only one name was asked for.
        name: Option<Oid>,
    },
    /// The agent answered something else.
    Mismatch(Mismatch),
}

impl<'a> Batch<'a> {
    /// Asks for `names`, in requests of no more than about `max_octets`, an agent that has answered before or not.
    pub fn new(lookup: Lookup, names: &'a [Oid], max_octets: usize, is_alive: bool) -> Self {
        let mut waiting = SmallVec::new();
        let mut request = Positions::new();
        let mut octets = 0;
        for (place, name) in names.iter().enumerate() {
            // Arcs take one or two octets each; headers and a short value come on top.
            let more = name.arcs().len() * 3 / 2 + 12;
            if octets + more > max_octets && !request.is_empty() {
                waiting.push(std::mem::take(&mut request));
                octets = 0;
            }
            octets += more;
            request.push(place);
        }
        if !request.is_empty() {
            waiting.push(request);
        }
        waiting.reverse();
        Self {
            lookup,
            names,
            found: vec![None; names.len()],
            waiting,
            asked: Positions::new(),
            ramp: Ramp::FULL,
            refused: None,
            trouble: None,
            is_alive,
            has_answers: false,
            has_unreadable: false,
            unreadable: 0,
        }
    }

    /// What to ask next and how often to send it, or nothing when the batch is done.
    pub fn request(&mut self, known: &Names) -> Option<(Request, Attempts)> {
        let kind = self.kind();
        self.asked = self.waiting.pop()?;
        let max = known.at_once(kind, self.ramp);
        if self.asked.len() > max {
            let rest = split_off(&mut self.asked, max);
            self.waiting.push(rest);
        }
        let names = self.asked.iter().filter_map(|place| self.names.get(*place).cloned()).collect();
        Some((Request { kind, names }, self.attempts(known.is_known_to_work(kind, self.asked.len()))))
    }

    fn kind(&self) -> RequestKind {
        match self.lookup {
            Lookup::Get => RequestKind::Get,
            Lookup::GetNext => RequestKind::GetNext,
        }
    }

    fn attempts(&self, is_known_to_work: bool) -> Attempts {
        let is_for_several = self.asked.len() > 1;
        match (&self.trouble, self.is_alive) {
            (Some(_), _) if self.has_unreadable => Attempts::One,
            // It is there, and only finds out how many names the agent takes.
            _ if is_for_several && self.ramp.is_searching() => Attempts::One,
            // Whether anybody is there at all should be known soon, and cost no more than any other request.
            (Some(_), true) => Attempts::Two,
            (Some(_), false) => Attempts::Rest,
            (None, is_alive) if is_for_several && !(is_alive && is_known_to_work) => Attempts::Two,
            (None, _) => Attempts::All,
        }
    }

    /// Learns that the last [`Self::request`] has no answer that can be read. Returns the error where nothing is left
    /// to try.
    pub fn failed(&mut self, error: RequestError, known: &mut Names) -> Result<(), RequestError> {
        let asked = std::mem::take(&mut self.asked);
        let is_unreadable = matches!(error, RequestError::Malformed { .. });
        let is_lost = matches!(error, RequestError::Timeout { .. });
        if is_lost {
            known.silent(self.kind(), asked.len());
        }
        if !is_unreadable && !is_lost {
            return Err(self.after_trouble(error));
        }
        if let [place] = asked.as_slice() {
            return self.failed_alone(*place, error, is_unreadable);
        }
        if is_unreadable {
            self.has_unreadable = true;
            self.ramp.one_by_one();
        } else {
            self.ramp.silent(asked.len());
        }
        self.trouble = Some(match self.trouble.take() {
            Some(earlier) => error.after(earlier),
            None => error,
        });
        self.waiting.push(asked);
        Ok(())
    }

    fn failed_alone(&mut self, place: usize, error: RequestError, is_unreadable: bool) -> Result<(), RequestError> {
        if !is_unreadable {
            if self.has_unreadable && self.trouble.is_some() {
                // It was sent once only because an unreadable answer was expected, but it was lost.
                self.has_unreadable = false;
                self.waiting.push(Positions::from_slice(&[place]));
                return Ok(());
            }
            return Err(self.after_trouble(error));
        }
        self.unreadable += 1;
        // A successor that cannot be read has no name to go on from.
        let is_only = self.names.len() == 1 || self.lookup == Lookup::GetNext;
        let is_hopeless = !self.has_answers && self.unreadable >= MAX_UNREADABLE.min(self.names.len());
        let error = self.after_trouble(error);
        if is_only || is_hopeless {
            return Err(error);
        }
        // The others must not go without an answer for it; and it must not look like one that does not exist.
        self.fill(place, Value::UNREADABLE);
        self.trouble = Some(error);
        Ok(())
    }

    /// The error with what is known from the requests before it.
    fn after_trouble(&mut self, error: RequestError) -> RequestError {
        match self.trouble.take() {
            Some(earlier) => error.after(earlier),
            None => error,
        }
    }

    /// Takes the answer to the last [`Self::request`].
    pub fn answered(&mut self, response: Response, known: &mut Names) -> Result<(), BatchError> {
        let mut asked = std::mem::take(&mut self.asked);
        let (kind, status, count) = (self.kind(), response.error_status, asked.len());
        (self.has_answers, self.is_alive) = (true, true);
        if !self.has_unreadable {
            self.trouble = None;
        }
        // Whether the agent names one of the names: `index` counts from 1.
        let culprit = usize::try_from(response.error_index).ok().and_then(|index| index.checked_sub(1));
        let culprit = if count == 1 { Some(0) } else { culprit.filter(|place| *place < count) };
        if matches!(status, ErrorStatus::NO_ERROR | ErrorStatus::NO_SUCH_NAME) {
            known.answered(kind, count);
            self.ramp.answered(count);
        }
        match (status, culprit) {
            (ErrorStatus::NO_ERROR, _) => self.accept(&asked, response.varbinds)?,
            (ErrorStatus::NO_SUCH_NAME, Some(culprit)) => {
                let place = asked.remove(culprit);
                self.without_value(place);
                if !asked.is_empty() {
                    self.waiting.push(asked);
                }
            }
            (ErrorStatus::TOO_BIG, _) if count > 1 => {
                known.refused(kind, count);
                self.ramp.refused(count);
                self.waiting.push(asked);
            }
            (ErrorStatus::NO_SUCH_NAME, _) if count > 1 => {
                self.ramp.refused(count);
                self.waiting.push(asked);
            }
            (ErrorStatus::GEN_ERR | ErrorStatus::RESOURCE_UNAVAILABLE, culprit) if count > 1 => {
                self.refused = Some(self.refused.map_or(count, |before| before.min(count)));
                self.ramp.refused(count);
                let first = culprit.map(|culprit| Positions::from_slice(&[asked.remove(culprit)]));
                self.waiting.push(asked);
                self.waiting.extend(first);
            }
            (status, culprit) => {
                let name = culprit.and_then(|culprit| self.names.get(*asked.get(culprit)?).cloned());
                return Err(BatchError::Agent { status, index: response.error_index, name });
            }
        }
        Ok(())
    }

    /// The varbinds, one for each name, in the order of the names.
    pub fn finish(self, known: &mut Names) -> Vec<Varbind> {
        if let Some(count) = self.refused {
            // Each of them could be read in a smaller request, so it was their number.
            known.refused(self.kind(), count);
        }
        let lost = |name: &Oid| Varbind { name: name.clone(), value: Value::NoSuchObject };
        // In this order the varbinds stay where they are.
        self.found.into_iter().zip(self.names).map(|(found, name)| found.unwrap_or_else(|| lost(name))).collect()
    }

    fn without_value(&mut self, place: usize) {
        let value = match self.lookup {
            Lookup::Get => Value::NoSuchObject,
            Lookup::GetNext => Value::EndOfMibView,
        };
        self.fill(place, value);
    }

    fn fill(&mut self, place: usize, value: Value) {
        if let (Some(found), Some(name)) = (self.found.get_mut(place), self.names.get(place)) {
            *found = Some(Varbind { name: name.clone(), value });
        }
    }

    fn accept(&mut self, asked: &[usize], varbinds: Vec<Varbind>) -> Result<(), BatchError> {
        match self.lookup {
            Lookup::Get => self.accept_by_name(asked, varbinds),
            Lookup::GetNext => self.accept_successors(asked, varbinds),
        }
        .map_err(BatchError::Mismatch)
    }

    /// Finds each name in the answer: where it should be, or wherever it is. What was not asked for is ignored.
    fn accept_by_name(&mut self, asked: &[usize], varbinds: Vec<Varbind>) -> Result<(), Mismatch> {
        let mut varbinds: Vec<Option<Varbind>> = varbinds.into_iter().map(Some).collect();
        for (position, place) in asked.iter().enumerate() {
            let Some(name) = self.names.get(*place) else { continue };
            let is_it = |varbind: &Option<Varbind>| varbind.as_ref().is_some_and(|varbind| varbind.name == *name);
            let in_place = varbinds.get(position).is_some_and(is_it).then_some(position);
            let found = in_place.or_else(|| varbinds.iter().position(is_it));
            let varbind = found.and_then(|position| varbinds.get_mut(position)?.take());
            let Some(varbind) = varbind else { return Err(Mismatch::Missing(name.clone())) };
            if let Some(slot) = self.found.get_mut(*place) {
                *slot = Some(varbind);
            }
        }
        Ok(())
    }

    /// Successors have no names to match by: there must be as many as were asked for, each behind its name.
    fn accept_successors(&mut self, asked: &[usize], varbinds: Vec<Varbind>) -> Result<(), Mismatch> {
        if varbinds.len() != asked.len() {
            return Err(Mismatch::Count { expected: asked.len(), found: varbinds.len() });
        }
        for (place, varbind) in asked.iter().zip(varbinds) {
            let Some(name) = self.names.get(*place) else { continue };
            let varbind = match &varbind.value {
                Value::EndOfMibView => varbind,
                // Some agents say at the end what others say of a name they do not have.
                Value::NoSuchObject | Value::NoSuchInstance if varbind.name <= *name => {
                    Varbind { name: name.clone(), value: Value::EndOfMibView }
                }
                _ if varbind.name <= *name => {
                    return Err(Mismatch::Order { after: Box::new(name.clone()), got: Box::new(varbind.name) });
                }
                _ => varbind,
            };
            if let Some(slot) = self.found.get_mut(*place) {
                *slot = Some(varbind);
            }
        }
        Ok(())
    }
}

fn split_off(places: &mut Positions, at: usize) -> Positions {
    let rest = places.get(at..).map(Positions::from_slice).unwrap_or_default();
    places.truncate(at);
    rest
}

/// After how many names without a readable answer a batch fails that has read none at all.
const MAX_UNREADABLE: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::tests::{malformed, timeout};

    /// Asks for `names` (last arcs below 1.3) and gives these answers, e.g. `1=7 2=8` or `tooBig@0`; shows the
    /// requests and the result.
    #[track_caller]
    fn check(lookup: Lookup, names: &[u32], answers: &[&str], expected: &str) {
        let names: Vec<Oid> = names.iter().map(|name| Oid::from([1, 3, *name])).collect();
        let is_alive = !answers.contains(&"silent");
        let mut known = Names::default();
        if is_alive {
            known.answered(RequestKind::Get, 9);
            known.answered(RequestKind::GetNext, 9);
        }
        let mut batch = Batch::new(lookup, &names, 1000, is_alive);
        let mut shown = Vec::new();
        let mut answers = answers.iter();
        let show = |name: &Oid| name.arcs()[2].to_string();
        while let Some((request, attempts)) = batch.request(&known) {
            shown.push(format!("?{}", request.names.iter().map(show).collect::<Vec<_>>().join(",")));
            if attempts != Attempts::All {
                shown.push(format!("{attempts:?}"));
            }
            let failed = match *answers.next().expect("an answer") {
                "lost" | "silent" => batch.failed(timeout(), &mut known).map_err(|error| error.kind().to_owned()),
                "bad" => batch.failed(malformed(), &mut known).map_err(|error| error.kind().to_owned()),
                answer => batch.answered(parse(answer), &mut known).map_err(|error| match error {
                    BatchError::Agent { status, name, .. } => format!("{status} {name:?}"),
                    BatchError::Mismatch(mismatch) => mismatch.to_string(),
                }),
            };
            if let Err(error) = failed {
                shown.push(error);
                assert_eq!(answers.next(), None, "all answers are used");
                assert_eq!(shown.join(" "), expected);
                return;
            }
        }
        shown.push("=".to_owned());
        for varbind in batch.finish(&mut known) {
            shown.push(format!("{}:{:?}", show(&varbind.name), varbind.value));
        }
        assert_eq!(shown.join(" "), expected);
    }

    fn parse(answer: &str) -> Response {
        let (error_status, error_index) = match answer.split_once('@') {
            Some(("tooBig", index)) => (ErrorStatus::TOO_BIG, index.parse().unwrap()),
            Some(("noSuchName", index)) => (ErrorStatus::NO_SUCH_NAME, index.parse().unwrap()),
            Some(("?", index)) => (ErrorStatus(3), index.parse().unwrap()),
            Some((_, index)) => (ErrorStatus::GEN_ERR, index.parse().unwrap()),
            None => (ErrorStatus::NO_ERROR, 0),
        };
        let varbinds = answer.split_whitespace().filter_map(|varbind| varbind.split_once('=')).map(|(name, value)| {
            let name = Oid::from([1, 3, name.parse().unwrap()]);
            Varbind {
                name,
                value: if value == "none" {
                    Value::NoSuchObject
                } else {
                    value.parse().map_or(Value::EndOfMibView, Value::Integer)
                },
            }
        });
        Response { request_id: 1, error_status, error_index, varbinds: varbinds.collect() }
    }

    #[test]
    fn answers_are_matched_by_name_whatever_their_order() {
        check(Lookup::Get, &[1, 2], &["1=10 2=20"], "?1,2 = 1:Integer(10) 2:Integer(20)");
        check(Lookup::Get, &[1, 2], &["2=20 9=90 1=10"], "?1,2 = 1:Integer(10) 2:Integer(20)");
    }

    #[test]
    fn a_name_that_is_missing_in_the_answer_is_no_value() {
        check(Lookup::Get, &[1, 2], &["1=10"], "?1,2 1.3.2 is missing");
        check(Lookup::Get, &[1], &[""], "?1 1.3.1 is missing");
        check(Lookup::Get, &[1, 2], &["1=10 1=20"], "?1,2 1.3.2 is missing");
    }

    #[test]
    fn a_request_that_is_too_big_is_cut_in_halves() {
        let answers = ["tooBig@0", "tooBig@0", "1=1", "2=2", "3=3", "4=4"];
        let expected = "?1,2,3,4 ?1,2 One ?1 ?2 ?3 ?4 = 1:Integer(1) 2:Integer(2) 3:Integer(3) 4:Integer(4)";
        check(Lookup::Get, &[1, 2, 3, 4], &answers, expected);
        check(Lookup::Get, &[1], &["tooBig@0"], "?1 tooBig Some(1.3.1)");
    }

    #[test]
    fn a_name_that_version_1_does_not_know_costs_the_others_nothing() {
        let expected = "?1,2,3 ?1,3 = 1:Integer(1) 2:NoSuchObject 3:Integer(3)";
        check(Lookup::Get, &[1, 2, 3], &["noSuchName@2", "1=1 3=3"], expected);
    }

    #[test]
    fn an_index_that_names_nothing_is_not_believed() {
        let answers = ["noSuchName@9", "1=1", "noSuchName@-1"];
        check(Lookup::Get, &[1, 2], &answers, "?1,2 ?1 ?2 = 1:Integer(1) 2:NoSuchObject");
        check(Lookup::Get, &[1, 2], &["genErr@1000", "genErr@1000"], "?1,2 ?1 genErr Some(1.3.1)");
    }

    #[test]
    fn any_other_error_fails_the_batch_and_names_the_object() {
        check(Lookup::Get, &[1, 2], &["genErr@2", "genErr@1"], "?1,2 ?2 genErr Some(1.3.2)");
        check(Lookup::Get, &[1, 2], &["?@2"], "?1,2 badValue Some(1.3.2)");
    }

    #[test]
    fn successors_must_be_as_many_as_asked_for_and_behind_their_names() {
        check(Lookup::GetNext, &[1, 5], &["2=2 9=end"], "?1,5 = 2:Integer(2) 9:EndOfMibView");
        check(Lookup::GetNext, &[1, 5], &["noSuchName@2", "2=2"], "?1,5 ?1 = 2:Integer(2) 5:EndOfMibView");
        check(Lookup::GetNext, &[1, 5], &["2=2"], "?1,5 1 varbind for 2 names");
        check(Lookup::GetNext, &[1, 5], &["2=2 5=none"], "?1,5 = 2:Integer(2) 5:EndOfMibView");
        check(Lookup::GetNext, &[5], &["5=2"], "?5 OID not increasing: 1.3.5 after 1.3.5");
    }

    #[test]
    fn many_names_are_asked_for_in_several_requests() {
        let names: Vec<Oid> = (0..200).map(|name| Oid::from([1, 3, name])).collect();
        let mut batch = Batch::new(Lookup::Get, &names, 1000, true);
        let first = batch.request(&Names::default()).unwrap().0.names.len();
        assert_eq!((first, batch.waiting.iter().map(|places| places.len()).sum::<usize>()), (62, 200 - 62));
    }

    #[test]
    fn names_that_get_no_answer_together_are_asked_for_in_smaller_requests() {
        let expected = "?1,2 ?1 Two ?2 = 1:Integer(1) 2:Integer(2)";
        check(Lookup::Get, &[1, 2], &["lost", "1=1", "2=2"], expected);
        check(Lookup::Get, &[1, 2], &["lost", "lost"], "?1,2 ?1 Two timeout");
        check(Lookup::Get, &[1, 2], &["silent", "lost"], "?1,2 Two ?1 Rest timeout");
        let expected = "?1,2,3,4,5 Two ?1 Rest ?2,3 One ?2 Two ?3 ?4 ?5 \
            = 1:Integer(1) 2:Integer(2) 3:Integer(3) 4:Integer(4) 5:Integer(5)";
        check(Lookup::Get, &[1, 2, 3, 4, 5], &["silent", "1=1", "lost", "2=2", "3=3", "4=4", "5=5"], expected);
        check(Lookup::Get, &[1], &["lost"], "?1 timeout");
    }

    #[test]
    fn an_error_for_several_names_may_come_from_their_number() {
        let expected = "?1,2,3,4 ?1,2 One ?3,4 One = 1:Integer(1) 2:Integer(2) 3:Integer(3) 4:Integer(4)";
        check(Lookup::Get, &[1, 2, 3, 4], &["genErr@0", "1=1 2=2", "3=3 4=4"], expected);
        let expected = "?1,2,3 ?2 ?1 ?3 = 1:Integer(1) 2:Integer(2) 3:Integer(3)";
        check(Lookup::Get, &[1, 2, 3], &["genErr@2", "2=2", "1=1", "3=3"], expected);
    }

    #[test]
    fn a_limit_on_names_is_learned_and_kept() {
        let names: Vec<Oid> = (0..35).map(|name| Oid::from([1, 3, name])).collect();
        for refusal in [None, Some(ErrorStatus::TOO_BIG), Some(ErrorStatus::GEN_ERR)] {
            let mut known = Names::default();
            let read = |known: &mut Names| {
                let mut batch = Batch::new(Lookup::Get, &names, 1_472, true);
                let (mut requests, mut failed) = (0, 0);
                while let Some((request, _)) = batch.request(known) {
                    requests += 1;
                    let varbinds = request.names.iter().map(|name| Varbind { name: name.clone(), value: Value::Null });
                    let mut response = Response {
                        request_id: 1,
                        error_status: ErrorStatus::NO_ERROR,
                        error_index: 0,
                        varbinds: varbinds.collect(),
                    };
                    if request.names.len() <= 16 {
                        batch.answered(response, known).unwrap();
                        continue;
                    }
                    failed += 1;
                    response.varbinds.clear();
                    match refusal {
                        None => batch.failed(timeout(), known).unwrap(),
                        Some(error_status) => batch.answered(Response { error_status, ..response }, known).unwrap(),
                    }
                }
                assert_eq!(batch.finish(known).len(), 35);
                (requests, failed)
            };
            let first = read(&mut known);
            let second = read(&mut known);
            assert!(first.1 <= 2 && second == (3, 0) || second == (5, 0), "{refusal:?}: {first:?}, {second:?}");
        }
    }

    #[test]
    fn a_value_that_cannot_be_read_costs_the_others_nothing() {
        let expected = "?1,2,3 ?1 One ?2 One ?3 One = 1:Integer(1) 2:Unknown { tag: 0, octets: [] } 3:Integer(3)";
        check(Lookup::Get, &[1, 2, 3], &["bad", "1=1", "bad", "3=3"], expected);
        check(Lookup::Get, &[1], &["bad"], "?1 malformed");
        check(Lookup::GetNext, &[1, 5], &["bad", "2=2", "bad"], "?1,5 ?1 One ?5 One malformed");
        check(Lookup::Get, &[1, 2], &["bad", "bad", "bad"], "?1,2 ?1 One ?2 One malformed");
        let names = [1, 2, 3, 4, 5, 6];
        let expected = "?1,2,3,4,5,6 ?1 One ?2 One ?3 One ?4 One malformed";
        check(Lookup::Get, &names, &["bad"; 5], expected);
        let expected = "?1,2 ?1 One ?1 Two ?2 = 1:Integer(1) 2:Integer(2)";
        check(Lookup::Get, &[1, 2], &["bad", "lost", "1=1", "2=2"], expected);
    }
}
