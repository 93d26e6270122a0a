//! What to say of a request that has no answer: who did not answer, and what is known all the same.
//!
//! Something may have come that was not the answer; the network may have said that nobody is there; and that an agent
//! has never answered these credentials means more than a lost packet. It is told however the waiting ends.

use std::time::Instant;

use snmp::{Clue, RequestError, message::Rejection};

use super::{device::Device, exchange::Progress, outgoing::Outgoing};
use crate::{
    clock::now,
    hub::{Hint, Waiting},
};

impl Device {
    /// Notes that a request had no answer, with all its retries, and puts it into words.
    pub(super) fn give_up(
        &self,
        asked: Outgoing<'_>,
        progress: &Progress,
        hint: Option<Hint>,
        waiting: &Waiting,
    ) -> RequestError {
        let error = self.no_answer(asked, progress, hint, waiting);
        self.lock().breaker.because(&error);
        error
    }

    fn no_answer(
        &self,
        asked: Outgoing<'_>,
        progress: &Progress,
        hint: Option<Hint>,
        waiting: &Waiting,
    ) -> RequestError {
        let peer = self.peer;
        match hint {
            Some(Hint::Malformed(reason)) => {
                let reason = if let Some(Rejection::Malformed(first)) = waiting.rejected() { first } else { reason };
                RequestError::Malformed { peer, reason }
            }
            Some(Hint::Unreachable(why)) => {
                self.unanswered(progress, true, None);
                RequestError::Unreachable { peer, why }
            }
            Some(Hint::Report(report)) => RequestError::Report { peer, report },
            None => {
                // That a GETBULK has no answer may mean that the agent has no GETBULK; the GETNEXT that follows will
                // tell.
                let is_telling = !asked.is_bulk() && progress.has_all_attempts;
                self.unanswered(progress, is_telling, Some(asked));
                let (attempts, waited) = (progress.retry.sent(), progress.waited());
                RequestError::Timeout { peer, attempts, waited, clue: self.clue(None, waiting) }
            }
        }
    }

    /// What is known of the agent at the end of a request that was sent and has no answer.
    pub(super) fn clue(&self, hint: Option<Hint>, waiting: &Waiting) -> Option<Clue> {
        match (hint, waiting.rejected()) {
            (Some(Hint::Unreachable(why)), _) => Some(Clue::Unreachable(why)),
            (Some(Hint::Report(report)), _) => Some(Clue::Refused(report)),
            (_, Some(Rejection::Malformed(first))) | (Some(Hint::Malformed(first)), None) => {
                Some(Clue::Unreadable(first))
            }
            (_, Some(rejection)) => Some(Clue::Rejected(rejection)),
            // An agent that has answered these credentials before has lost packets, or is gone.
            (None, None) if self.was_answered() => None,
            (None, None) => Some(self.identity.silence()),
        }
    }

    /// That the time was over before the request could be sent.
    pub(super) fn not_sent(&self, started: Instant) -> RequestError {
        let waited = now().saturating_duration_since(started);
        RequestError::Deadline { peer: self.peer, attempts: 0, waited, clue: None }
    }
}
