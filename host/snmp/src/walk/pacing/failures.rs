//! The requests of a walk that had no answer, or none that can be read, until something has one.

use crate::{RequestError, retry::Attempts};

/// What went wrong since the last answer.
#[derive(Debug, Default)]
pub(super) struct RecentFailures {
    /// Whether the agent has answered anything in this walk.
    has_answers: bool,
    /// The requests that had no answer, put together: in the end all of them count.
    error: Option<RequestError>,
    /// Whether something unreadable came: such a request is not sent again, it would be answered alike.
    has_unreadable: bool,
    unreadable_in_a_row: u32,
}

impl RecentFailures {
    /// Whether the agent has answered anything in this walk.
    pub(super) fn has_answers(&self) -> bool {
        self.has_answers
    }

    /// Something has an answer.
    pub(super) fn answered(&mut self) {
        (self.has_answers, self.error, self.unreadable_in_a_row) = (true, None, 0);
    }

    /// Remembers why less is asked for, so that all attempts are counted in the end.
    pub(super) fn lost(&mut self, error: RequestError) {
        self.error = Some(self.conclude(error));
    }

    /// Whether any of the requests that had no answer was sent at all.
    pub(super) fn was_sent(&self) -> bool {
        !matches!(self.error, Some(RequestError::Timeout { attempts: 0, .. }))
    }

    /// An error with all that went wrong before it.
    pub(super) fn conclude(&mut self, error: RequestError) -> RequestError {
        match self.error.take() {
            Some(earlier) => error.after(earlier),
            None => error,
        }
    }

    /// Something unreadable came. Whether there is more in a row than a walk puts up with.
    pub(super) fn unreadable(&mut self) -> bool {
        self.has_unreadable = true;
        self.unreadable_in_a_row += 1;
        self.unreadable_in_a_row >= MAX_UNREADABLE_IN_A_ROW
    }

    /// A request with so many attempts was lost. Whether it was sent once only because an unreadable answer was
    /// expected: then it is worth another try.
    pub(super) fn deserves_another_try(&mut self, attempts: Attempts) -> bool {
        attempts == Attempts::One && std::mem::take(&mut self.has_unreadable)
    }

    /// How often to send a GETNEXT, while the walk may be searching how many columns the agent takes.
    pub(super) fn attempts(&self, is_searching: bool) -> Attempts {
        if self.has_unreadable {
            return Attempts::One;
        }
        // One for several columns had no answer: to know if anybody is there costs no more than any other request.
        match (is_searching && self.error.is_some(), self.has_answers) {
            (true, true) => Attempts::Two,
            (true, false) => Attempts::Rest,
            (false, _) => Attempts::All,
        }
    }
}

/// After how many unreadable answers in a row a walk gives up: the agent answers, but nothing that can be read.
const MAX_UNREADABLE_IN_A_ROW: u32 = 8;
