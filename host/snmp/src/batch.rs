//! GET and GETNEXT of many names, in as many requests as the agent needs.
//!
//! Pure: says what to ask next and is told what came of it. A request that is tooBig is cut in halves. A noSuchName
//! becomes a varbind without a value, and the rest is asked again; the agent's index is believed only where it names
//! one of the names, else the request is cut in halves until it has one name.
//! Any other error fails the whole batch and names the OID where the agent did: an object that exists but could not
//! be read must not look like one that does not exist.
//! Answers are matched by name, never by place alone.

use std::collections::VecDeque;

use crate::{
    Mismatch, Oid, Value, Varbind,
    pdu::{ErrorStatus, Request, RequestKind, Response},
};

/// A batch of names on its way.
#[derive(Debug)]
pub(crate) struct Batch {
    lookup: Lookup,
    names: Vec<Oid>,
    found: Vec<Option<Varbind>>,
    /// The requests still to send, as places in `names`.
    waiting: VecDeque<Vec<usize>>,
}

/// What is asked of each name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Its value.
    Get,
    /// What follows it.
    GetNext,
}

/// Why a batch cannot be completed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum BatchError {
    /// The agent says so.
    Agent { status: ErrorStatus, index: i32, name: Option<Oid> },
    /// The agent answered something else.
    Mismatch(Mismatch),
}

impl Batch {
    /// Asks for `names`, in requests of no more than about `max_octets`.
    pub(crate) fn new(lookup: Lookup, names: &[Oid], max_octets: usize) -> Self {
        let mut waiting = VecDeque::new();
        let mut request = Vec::new();
        let mut octets = 0;
        for (place, name) in names.iter().enumerate() {
            // Arcs take one or two octets each; headers and a short value come on top.
            let more = name.arcs().len() * 3 / 2 + 12;
            if octets + more > max_octets && !request.is_empty() {
                waiting.push_back(std::mem::take(&mut request));
                octets = 0;
            }
            octets += more;
            request.push(place);
        }
        if !request.is_empty() {
            waiting.push_back(request);
        }
        Self { lookup, names: names.to_vec(), found: vec![None; names.len()], waiting }
    }

    /// What to ask next, or nothing when the batch is done.
    pub(crate) fn request(&self) -> Option<Request> {
        let names = self.waiting.front()?.iter().filter_map(|place| self.names.get(*place).cloned()).collect();
        let kind = match self.lookup {
            Lookup::Get => RequestKind::Get,
            Lookup::GetNext => RequestKind::GetNext,
        };
        Some(Request { kind, names })
    }

    /// Takes the answer to the last [`Self::request`].
    pub(crate) fn answered(&mut self, response: Response) -> Result<(), BatchError> {
        let Some(mut asked) = self.waiting.pop_front() else { return Ok(()) };
        let status = response.error_status;
        // Whether the agent names one of the names: `index` counts from 1.
        let culprit = usize::try_from(response.error_index).ok().and_then(|index| index.checked_sub(1));
        let culprit = if asked.len() == 1 { Some(0) } else { culprit.filter(|place| *place < asked.len()) };
        match (status, culprit) {
            (ErrorStatus::NO_ERROR, _) => self.accept(&asked, response.varbinds)?,
            (ErrorStatus::NO_SUCH_NAME, Some(culprit)) => {
                let place = asked.remove(culprit);
                self.without_value(place);
                if !asked.is_empty() {
                    self.waiting.push_front(asked);
                }
            }
            (ErrorStatus::TOO_BIG | ErrorStatus::NO_SUCH_NAME, _) if asked.len() > 1 => {
                let second = asked.split_off(asked.len() / 2);
                self.waiting.push_front(second);
                self.waiting.push_front(asked);
            }
            (status, culprit) => {
                let name = culprit.and_then(|culprit| self.names.get(*asked.get(culprit)?).cloned());
                return Err(BatchError::Agent { status, index: response.error_index, name });
            }
        }
        Ok(())
    }

    /// The varbinds, one for each name, in the order of the names.
    pub(crate) fn finish(self) -> Vec<Varbind> {
        let lost = |name| Varbind { name, value: Value::NoSuchObject };
        self.names.into_iter().zip(self.found).map(|(name, found)| found.unwrap_or_else(|| lost(name))).collect()
    }

    fn without_value(&mut self, place: usize) {
        let value = match self.lookup {
            Lookup::Get => Value::NoSuchObject,
            Lookup::GetNext => Value::EndOfMibView,
        };
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
            if varbind.value != Value::EndOfMibView && varbind.name <= *name {
                return Err(Mismatch::Order { after: Box::new(name.clone()), got: Box::new(varbind.name) });
            }
            if let Some(slot) = self.found.get_mut(*place) {
                *slot = Some(varbind);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks for `names` (last arcs below 1.3) and gives these answers, e.g. `1=7 2=8` or `tooBig@0`; shows the
    /// requests and the result.
    #[track_caller]
    fn check(lookup: Lookup, names: &[u32], answers: &[&str], expected: &str) {
        let names: Vec<Oid> = names.iter().map(|name| Oid::from([1, 3, *name])).collect();
        let mut batch = Batch::new(lookup, &names, 1000);
        let mut shown = Vec::new();
        let mut answers = answers.iter();
        let show = |name: &Oid| name.arcs()[2].to_string();
        while let Some(request) = batch.request() {
            shown.push(format!("?{}", request.names.iter().map(show).collect::<Vec<_>>().join(",")));
            if let Err(error) = batch.answered(parse(answers.next().expect("an answer"))) {
                shown.push(match error {
                    BatchError::Agent { status, name, .. } => format!("{status} {name:?}"),
                    BatchError::Mismatch(mismatch) => mismatch.to_string(),
                });
                assert_eq!(shown.join(" "), expected);
                return;
            }
        }
        shown.push("=".to_owned());
        for varbind in batch.finish() {
            shown.push(format!("{}:{:?}", show(&varbind.name), varbind.value));
        }
        assert_eq!(shown.join(" "), expected);
    }

    fn parse(answer: &str) -> Response {
        let (error_status, error_index) = match answer.split_once('@') {
            Some(("tooBig", index)) => (ErrorStatus::TOO_BIG, index.parse().unwrap()),
            Some(("noSuchName", index)) => (ErrorStatus::NO_SUCH_NAME, index.parse().unwrap()),
            Some((_, index)) => (ErrorStatus::GEN_ERR, index.parse().unwrap()),
            None => (ErrorStatus::NO_ERROR, 0),
        };
        let varbinds = answer.split_whitespace().filter_map(|varbind| varbind.split_once('=')).map(|(name, value)| {
            let name = Oid::from([1, 3, name.parse().unwrap()]);
            Varbind { name, value: value.parse().map_or(Value::EndOfMibView, Value::Integer) }
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
        let answers = ["tooBig@0", "1=1", "tooBig@0", "2=2", "3=3"];
        check(Lookup::Get, &[1, 2, 3], &answers, "?1,2,3 ?1 ?2,3 ?2 ?3 = 1:Integer(1) 2:Integer(2) 3:Integer(3)");
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
        check(Lookup::Get, &[1, 2], &["genErr@1000"], "?1,2 genErr None");
    }

    #[test]
    fn any_other_error_fails_the_batch_and_names_the_object() {
        check(Lookup::Get, &[1, 2], &["genErr@2"], "?1,2 genErr Some(1.3.2)");
    }

    #[test]
    fn successors_must_be_as_many_as_asked_for_and_behind_their_names() {
        check(Lookup::GetNext, &[1, 5], &["2=2 9=end"], "?1,5 = 2:Integer(2) 9:EndOfMibView");
        check(Lookup::GetNext, &[1, 5], &["noSuchName@2", "2=2"], "?1,5 ?1 = 2:Integer(2) 5:EndOfMibView");
        check(Lookup::GetNext, &[1, 5], &["2=2"], "?1,5 1 varbinds for 2 names");
        check(Lookup::GetNext, &[5], &["5=2"], "?5 1.3.5 does not come after 1.3.5");
    }

    #[test]
    fn many_names_are_asked_for_in_several_requests() {
        let names: Vec<Oid> = (0..200).map(|name| Oid::from([1, 3, name])).collect();
        let batch = Batch::new(Lookup::Get, &names, 1000);
        let first = batch.request().unwrap().names.len();
        assert_eq!((first, batch.waiting.iter().map(Vec::len).sum::<usize>()), (62, 200));
    }
}
