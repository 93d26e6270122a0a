//! A request whose answer is in the hands of a test.

use std::{fmt, ops::Deref, sync::Arc};

use super::port::Route;
use crate::{
    agent::Asked,
    message::{MessageError, Response, Version},
    v3::Sealing,
};

/// A request that waits for a test to answer it, in whatever order and however often. What is asked is in its fields,
/// by way of [`Asked`]. Dropping it is losing the answer.
#[must_use = "dropping it is losing the answer; `drop` says so"]
pub struct Held {
    asked: Arc<Asked>,
    answer: Vec<u8>,
    /// In version 3 how an answer is sealed, and the PDU of the device's.
    sealed: Option<(Box<Sealing>, Vec<u8>)>,
    route: Route,
}

impl Held {
    /// The most requests that wait for a test; beyond it they are lost and counted as overflowed.
    pub const MAX_WAITING: usize = 1_024;

    pub(super) fn new(
        asked: Arc<Asked>,
        answer: Vec<u8>,
        sealed: Option<(Box<Sealing>, Vec<u8>)>,
        route: Route,
    ) -> Self {
        Self { asked, answer, sealed, route }
    }

    /// The answer the device would give, as a datagram.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.answer
    }

    /// The answer the device would give, to be changed and given to [`Held::answer_with`].
    pub fn response(&self) -> Result<Response, MessageError> {
        match &self.sealed {
            Some((_, pdu)) => Response::read_pdu(&self.asked.request.community, pdu),
            None => Response::read(&self.answer),
        }
    }

    /// Gives the device's answer.
    pub fn answer(self) {
        self.send(&self.answer);
    }

    /// Gives the device's answer twice.
    pub fn answer_twice(self) {
        self.send(&self.answer);
        self.send(&self.answer);
    }

    /// Gives another answer; one of version 3 is encrypted and signed as the request was.
    pub fn answer_with(self, response: &Response) {
        match &self.sealed {
            Some((sealing, _)) if response.version == Version::V3 => {
                let mut datagram = Vec::new();
                let sealing = Sealing { context: response.community.clone(), ..(**sealing).clone() };
                sealing.seal(&response.encode(), &mut datagram);
                self.send(&datagram);
            }
            _ => self.send(&response.encode()),
        }
    }

    /// Sends any datagram to who asked; the request goes on waiting.
    pub fn send(&self, datagram: &[u8]) {
        // A client that is gone is a case a test may want; there is nobody to tell.
        let _ = self.route.send(datagram, self.asked.peer);
    }

    /// Loses the answer.
    pub fn drop(self) {}
}

impl Deref for Held {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("asked", &self.asked).finish_non_exhaustive()
    }
}
