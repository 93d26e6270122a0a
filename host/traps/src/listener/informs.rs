//! Informs that were received, so that one that is sent again is stored once.
//!
//! An inform is known by who sent it and what it says, its request-id included. Its msgID is not looked at: RFC 3412
//! section 6.2 wants another one each time. Pure: what time it is comes in as an argument.

use std::{fmt, hash::RandomState, net::SocketAddr, time::Duration};

use hashlink::LruCache;
use tokio::time::Instant;

/// The informs of late.
pub(super) struct Informs {
    memory: Duration,
    informs: LruCache<InformKey, Inform, RandomState>,
    next_ticket: u64,
}

/// What an inform is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct InformKey {
    /// Who sent it, with the port.
    pub(super) source: SocketAddr,
    /// A hash of its PDU and of who it claims to be from.
    pub(super) hash: u64,
}

/// An inform that is being stored. Another one may take its place when it is forgotten: the ticket tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    key: InformKey,
    number: u64,
}

/// What is known of an inform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// Nothing: from now on it is being stored.
    New(Ticket),
    /// It came before and is being stored.
    Storing(Ticket),
    /// It is stored.
    Stored,
}

struct Inform {
    number: u64,
    stored_at: Option<Instant>,
    /// The answer to the last message that it came in, where that was not the first one.
    newest: Option<Vec<u8>>,
}

impl fmt::Debug for Informs {
    /// Without the answers: there are communities in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Informs").field("memory", &self.memory).finish_non_exhaustive()
    }
}

impl Informs {
    /// Remembers at most so many informs, those that are stored for so long.
    pub(super) fn new(limit: usize, memory: Duration) -> Self {
        Self { memory, informs: LruCache::with_hasher(limit, RandomState::new()), next_ticket: 0 }
    }

    /// Notes that an inform came.
    pub(super) fn came(&mut self, key: InformKey, now: Instant) -> Seen {
        match self.informs.get(&key) {
            Some(Inform { number, stored_at: None, .. }) => return Seen::Storing(Ticket { key, number: *number }),
            Some(Inform { stored_at: Some(at), .. }) if now.saturating_duration_since(*at) < self.memory => {
                return Seen::Stored;
            }
            _ => {}
        }
        let number = self.next_ticket;
        self.next_ticket += 1;
        self.informs.insert(key, Inform { number, stored_at: None, newest: None });
        Seen::New(Ticket { key, number })
    }

    /// Keeps the answer to an inform that came again while it is being stored. Its sender waits for this one, since in
    /// version 3 it has another msgID; it takes the place of the one before it, and is about as long.
    pub(super) fn renew(&mut self, ticket: Ticket, response: Vec<u8>) {
        if let Some(inform) = self.informs.get_mut(&ticket.key).filter(|inform| inform.number == ticket.number) {
            inform.newest = Some(response);
        }
    }

    /// Notes that an inform is stored, and returns the answer to the last message that it came in again with.
    pub(super) fn stored(&mut self, ticket: Ticket, now: Instant) -> Option<Vec<u8>> {
        let inform = self.informs.get_mut(&ticket.key).filter(|inform| inform.number == ticket.number)?;
        inform.stored_at = Some(now);
        inform.newest.take()
    }

    /// Forgets an inform, unless it is stored: when it comes again, it is new.
    pub(super) fn forget(&mut self, ticket: Ticket) {
        let is_lost = |inform: &Inform| inform.number == ticket.number && inform.stored_at.is_none();
        if self.informs.peek(&ticket.key).is_some_and(is_lost) {
            self.informs.remove(&ticket.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(hash: u64) -> InformKey {
        InformKey { source: ([192, 0, 2, 1], 4_711).into(), hash }
    }

    fn new(seen: Seen) -> Ticket {
        let Seen::New(ticket) = seen else { panic!("{seen:?} is not new") };
        ticket
    }

    #[test]
    fn an_inform_is_new_until_it_comes_again_and_when_it_was_forgotten() {
        let mut informs = Informs::new(10, Duration::from_secs(60));
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let ticket = new(informs.came(key(1), at(0)));
        assert_eq!(informs.came(key(1), at(100)), Seen::Storing(ticket));
        informs.renew(ticket, vec![1]);
        informs.renew(ticket, vec![2]);
        assert_eq!(informs.stored(ticket, at(100)), Some(vec![2]));
        assert_eq!(informs.stored(ticket, at(100)), None);
        assert_eq!(informs.came(key(1), at(159)), Seen::Stored);
        let ticket = new(informs.came(key(1), at(160)));
        informs.forget(ticket);
        let next = new(informs.came(key(1), at(160)));
        // Too late: the one that is being stored now is another.
        informs.forget(ticket);
        informs.renew(ticket, vec![1]);
        assert_eq!(informs.stored(ticket, at(160)), None);
        assert_eq!(informs.came(key(1), at(160)), Seen::Storing(next));
    }

    #[test]
    fn others_are_told_apart_and_the_oldest_are_forgotten() {
        let mut informs = Informs::new(2, Duration::from_secs(60));
        let now = Instant::now();
        for hash in 0..6 {
            new(informs.came(key(hash), now));
        }
        assert!(matches!(informs.came(key(5), now), Seen::Storing(_)));
        new(informs.came(key(0), now));
        new(informs.came(InformKey { source: ([192, 0, 2, 1], 4_712).into(), hash: 5 }, now));
    }
}
