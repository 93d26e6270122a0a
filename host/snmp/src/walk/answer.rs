//! What an answer brings to a walk: its varbinds are dealt out to the columns, and each column decides what they mean.

use super::{
    Walk,
    check::Check,
    column::Verdict,
    columns::EndClaim,
    request::{Purpose, WalkRequest},
};
use crate::{
    Mismatch, RequestError, StopReason, Varbind,
    pdu::{ErrorStatus, RequestKind, Response},
    profile::Capabilities,
};

impl Walk {
    /// Takes an answer of so many octets, and hands its cells to `deliver` with the index of their column.
    pub fn answered(
        &mut self,
        ask: &WalkRequest,
        response: Response,
        octets: usize,
        agent: &mut Capabilities,
        mut deliver: impl FnMut(usize, Varbind),
    ) {
        agent.is_alive = true;
        self.release(ask);
        self.pacing.answered(ask, &response, agent);
        let (columns, ending) = (&self.columns, &mut self.ending);
        match &ask.purpose {
            _ if ending.is_stopped() => {}
            Purpose::Read => self.read(ask, response, octets, agent, deliver),
            Purpose::Check(check) => {
                self.verification.checked(Check::clone(check), response, columns, agent, ending);
            }
            Purpose::Verify(check) => {
                let asked = ask.request.names.len();
                let believed = self.verification.verified(asked, check.as_deref(), response, columns, agent, ending);
                for (ask, varbinds) in believed {
                    self.believe(&ask, varbinds, agent, &mut deliver);
                }
            }
        }
    }

    /// Takes what others have found out, and accepts what is shown by that.
    pub fn heard(&mut self, agent: &Capabilities, mut deliver: impl FnMut(usize, Varbind)) {
        for (ask, varbinds) in self.verification.heard(agent) {
            self.believe(&ask, varbinds, agent, &mut deliver);
        }
    }

    /// Takes what follows in the columns that were asked for.
    fn read(
        &mut self,
        ask: &WalkRequest,
        response: Response,
        octets: usize,
        agent: &mut Capabilities,
        deliver: impl FnMut(usize, Varbind),
    ) {
        if response.error_status != ErrorStatus::NO_ERROR {
            return self.refused(ask, response.error_status, response.error_index, agent);
        }
        let mut varbinds = response.varbinds;
        let (asked, found) = (ask.columns.len(), varbinds.len());
        let is_contradictory = self.columns.contradict(ask, &varbinds, agent.first_object.as_ref());
        match ask.request.kind {
            // Legal ("possibly zero", RFC 3416 section 4.2.3), but the same again would get the same.
            RequestKind::GetBulk { .. } if found == 0 => return self.pacing.bulk_was_too_much(ask, agent),
            RequestKind::GetBulk { .. } if is_contradictory => return self.distrust(ask),
            RequestKind::GetBulk { max_repetitions } => {
                agent.bulk_answered(ask.varbinds(), max_repetitions, found, octets);
                self.pacing.bulk_answered();
                let Some(believed) = self.verification.hold_back(ask, varbinds, &self.columns, agent) else {
                    return self.columns.hold(&ask.columns);
                };
                varbinds = believed;
            }
            // With one missing nobody knows which: only a single name has a single successor.
            RequestKind::Get | RequestKind::GetNext if found != asked && asked > 1 => {
                return self.columns.ask_alone(&ask.columns);
            }
            RequestKind::Get | RequestKind::GetNext if found == 0 => {
                let problem = Mismatch::Count { expected: 1, found };
                return self.end_broken(ask, RequestError::Mismatch { peer: self.peer, problem }, agent);
            }
            RequestKind::Get | RequestKind::GetNext if is_contradictory => return self.distrust(ask),
            RequestKind::Get | RequestKind::GetNext => self.next_answered(ask, agent),
        }
        self.accept(ask, varbinds, agent, deliver);
        self.judge_ends(ask, agent);
    }

    /// Accepts an answer that was held back, and lets its columns go on.
    fn believe(
        &mut self,
        ask: &WalkRequest,
        varbinds: Vec<Varbind>,
        agent: &Capabilities,
        deliver: &mut impl FnMut(usize, Varbind),
    ) {
        self.columns.release(&ask.columns);
        if !self.is_stopped() {
            self.accept(ask, varbinds, agent, deliver);
            self.judge_ends(ask, agent);
        }
    }

    /// Deals the varbinds out to their columns: the first to the first, and so on, round and round.
    fn accept(
        &mut self,
        ask: &WalkRequest,
        varbinds: Vec<Varbind>,
        agent: &Capabilities,
        mut deliver: impl FnMut(usize, Varbind),
    ) {
        self.columns.ask_together(&ask.columns);
        let before = self.quota.names();
        let wants_check = self.verification.checks.wants_successor(agent);
        let mut again = None;
        // What was not asked for belongs to no column.
        for (index, varbind) in ask.columns.iter().cycle().zip(varbinds.into_iter().take(ask.varbinds())) {
            let last = self.columns.last(*index).filter(|_| wants_check);
            let check = last.and_then(|last| Check::successor(last, &varbind.name));
            let verdict = self.columns.accept(*index, &varbind);
            if let Verdict::OutOfOrder(reason) = &verdict {
                self.ending.note(reason.clone(), Some(varbind.name.clone()));
            } else if let (Verdict::Cell | Verdict::End, Some(check)) = (&verdict, check) {
                self.verification.checks.want(check);
            }
            match verdict {
                Verdict::Cell | Verdict::OutOfOrder(_) | Verdict::NoValue => {
                    if let Some(reason) = self.quota.take(*index, &varbind) {
                        return self.stop(reason, Some(varbind.name));
                    }
                    match verdict {
                        Verdict::NoValue => self.ending.note_no_value(varbind.name),
                        _ => deliver(*index, varbind),
                    }
                }
                Verdict::Broken(StopReason::NonIncreasing { after, got }) => {
                    let is_known = agent.first_object.as_ref() == Some(&got);
                    self.verification.checks.turned_back(after, got, agent, &mut self.ending);
                    self.pacing.column_ended(agent, &self.options);
                    if ask.is_single() || !is_known {
                        // An answer that is wrong in one place is not believed in the rest.
                        return;
                    }
                }
                Verdict::Broken(reason) => return self.column_is_over(*index, reason, agent),
                Verdict::Unknown => {
                    let limit = self.options.max_seen_names;
                    return self.column_is_over(*index, StopReason::SeenLimit { limit }, agent);
                }
                Verdict::Again(reason) => again = Some((*index, reason)),
                Verdict::End => self.pacing.column_ended(agent, &self.options),
                Verdict::Late => {}
            }
        }
        match again.filter(|_| self.quota.names() == before) {
            // A column that is not in order got nothing but what it had: it goes round in circles, if GETNEXT does so
            // too.
            Some((index, reason)) if ask.is_single() => self.column_is_over(index, reason, agent),
            Some(_) => self.columns.ask_alone(&ask.columns),
            None => {}
        }
    }

    /// Asks the columns again that ended in this answer although another column shows that something follows.
    ///
    /// Such an answer has left something out in the middle. By itself the column gives an answer that has no middle.
    fn judge_ends(&mut self, ask: &WalkRequest, agent: &Capabilities) {
        for index in &ask.columns {
            match self.columns.end_claim(*index) {
                Some(EndClaim::NothingFollows { after, behind }) if !agent.has_nothing_behind(&behind) => {
                    self.verification.checks.want(Check::End { after, behind });
                }
                Some(EndClaim::Contradicted { .. }) if !ask.is_single() => self.columns.reopen(*index),
                Some(EndClaim::Contradicted { after, seen, ended_with_all: true }) => {
                    self.ending.note(StopReason::EarlyEnd { after: after.clone(), seen }, Some(after));
                }
                _ => {}
            }
        }
    }

    /// Takes note that the agent answered with an error.
    fn refused(&mut self, ask: &WalkRequest, status: ErrorStatus, index: i32, agent: &mut Capabilities) {
        match status {
            ErrorStatus::TOO_BIG if ask.request.kind.is_bulk() => self.pacing.bulk_was_too_much(ask, agent),
            _ if ask.request.kind.is_bulk() => {
                if status == ErrorStatus::GEN_ERR {
                    agent.bulk_refused();
                }
                // Also noSuchName: rows before the end may be in what was refused, and GETNEXT still gets them.
                self.pacing.refused(ask);
            }
            ErrorStatus::TOO_BIG if ask.columns.len() > 1 => self.pacing.next_was_too_big(ask, agent),
            ErrorStatus::NO_SUCH_NAME if ask.columns.len() == 1 => {
                self.next_answered(ask, agent);
                let _ = ask.columns.first().and_then(|column| self.columns.end(*column));
                self.pacing.column_ended(agent, &self.options);
            }
            ErrorStatus::NO_SUCH_NAME => {
                // The column at fault has ended; asked by itself it says so again, if the index is right.
                let at_fault = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
                let at_fault = at_fault.and_then(|index| ask.columns.get(index..=index));
                self.columns.ask_alone(at_fault.unwrap_or(&ask.columns));
            }
            // Agents give any index here: find the column at fault by asking.
            _ if ask.columns.len() > 1 => {
                self.pacing.refused_together(ask);
                self.columns.ask_alone(&ask.columns);
            }
            _ => {
                self.pacing.found_the_fault();
                let name = ask.request.names.first().cloned();
                self.end_broken(ask, RequestError::AgentError { peer: self.peer, status, index, name }, agent);
            }
        }
    }

    /// Nothing is believed of an answer that contradicts itself.
    fn distrust(&mut self, ask: &WalkRequest) {
        self.columns.ask_alone(&ask.columns);
        self.pacing.contradicted(ask);
    }

    /// Learns from an answer to GETNEXT that can be used.
    fn next_answered(&mut self, ask: &WalkRequest, agent: &mut Capabilities) {
        self.pacing.next_answered(ask, self.columns.live(), agent, &self.options);
    }
}
