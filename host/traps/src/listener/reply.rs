//! The answer to an inform, for whoever stores the inform.

use std::{fmt, sync::Arc};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::{
    gate::Answer,
    informs::{Informs, Ticket},
    reply_path::ReplyPath,
    stats::Counters,
};

/// The answer to an inform, ready to be sent once the inform is stored. Dropped, it is not sent, and the same inform is
/// taken for a new one when its sender tries again.
#[must_use]
pub struct Reply {
    /// None where the inform cannot be read as far as its list of varbinds: it is stored, but not answered.
    response: Option<Vec<u8>>,
    back: ReplyPath,
    counters: Arc<Counters>,
    stored: PendingInform,
}

/// An inform that is forgotten when this is dropped, unless it is stored.
struct PendingInform {
    ticket: Ticket,
    informs: Arc<Mutex<Informs>>,
}

impl Reply {
    pub(super) fn new(
        response: Option<Vec<u8>>,
        back: ReplyPath,
        ticket: Ticket,
        informs: Arc<Mutex<Informs>>,
        counters: Arc<Counters>,
    ) -> Self {
        Self { response, back, counters, stored: PendingInform { ticket, informs } }
    }

    /// Sends it, from the address that the inform was sent to, and notes that the inform is stored: if it comes again,
    /// it is answered again and not handed over. Where it came again while it was being stored, the answer is the one to
    /// the last message. Does not wait; an answer that the kernel does not take is counted, and the sender tries again.
    pub fn send(self) {
        let Self { response, back, counters, stored } = self;
        // First, so that what comes again right after the answer is known.
        let newest = stored.informs.lock().stored(stored.ticket, Instant::now());
        if let Some(response) = newest.or(response) {
            back.send(&Answer::Response(response), &counters);
        }
    }

    /// The octets of the answer.
    pub(super) fn octets(&self) -> usize {
        self.response.as_ref().map_or(0, Vec::capacity)
    }
}

impl Drop for PendingInform {
    fn drop(&mut self) {
        self.informs.lock().forget(self.ticket);
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("octets", &self.response.as_ref().map(Vec::len))
            .field("back", &self.back)
            .finish_non_exhaustive()
    }
}
