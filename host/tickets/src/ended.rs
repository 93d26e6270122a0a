//! Tickets that have ended and are kept: which of them gives way when there are too many.
//!
//! The client that has the most gives way, with the ticket that ended first of its own. So a client that polls thousands
//! of devices, or devices with very large results, pushes out its own results and no other's. Among clients that have
//! equally many, the one whose ticket ended first gives way, which with one client is the order of all.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use job::Client;

use crate::TicketId;

/// The tickets that have ended.
#[derive(Debug, Default)]
pub(super) struct EndedTickets {
    /// All of them, by the numbers of their ends.
    by_end: BTreeMap<u64, Ended>,
    clients: HashMap<Client, ClientTickets>,
    /// The clients by what they have; the last one has the most.
    by_bytes: BTreeSet<Rank>,
    by_count: BTreeSet<Rank>,
    bytes: usize,
}

/// How much a client has, the number of the end of its first ticket, and who it is.
type Rank = (usize, Reverse<u64>, Client);

#[derive(Clone, Copy, Debug)]
struct Ended {
    id: TicketId,
    client: Client,
    bytes: usize,
}

#[derive(Debug, Default)]
struct ClientTickets {
    by_end: BTreeMap<u64, TicketId>,
    bytes: usize,
}

/// What there is too much of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Exceeded {
    Tickets,
    Bytes,
}

impl EndedTickets {
    /// Adds a ticket of this client; `end` is greater than that of every other one.
    pub(super) fn insert(&mut self, end: u64, id: TicketId, client: Client, bytes: usize) {
        self.by_end.insert(end, Ended { id, client, bytes });
        self.bytes += bytes;
        self.change(client, |client_tickets| {
            client_tickets.by_end.insert(end, id);
            client_tickets.bytes += bytes;
        });
    }

    /// Removes the ticket with this end.
    pub(super) fn remove(&mut self, end: u64) {
        let Some(Ended { client, bytes, .. }) = self.by_end.remove(&end) else { return };
        self.bytes -= bytes;
        self.change(client, |client_tickets| {
            client_tickets.by_end.remove(&end);
            client_tickets.bytes -= bytes;
        });
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_end.len()
    }

    /// Octets of all their results.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The one that ended first of all.
    pub(super) fn first(&self) -> Option<TicketId> {
        self.by_end.first_key_value().map(|(_, ended)| ended.id)
    }

    /// The one that gives way: of the client that has the most, the one that ended first. Never the newest of all, since
    /// somebody is waiting for it.
    pub(super) fn gives_way(&self, excess: Exceeded) -> Option<TicketId> {
        let newest = self.by_end.last_key_value().map(|(end, _)| *end);
        let ranks = match excess {
            Exceeded::Tickets => &self.by_count,
            Exceeded::Bytes => &self.by_bytes,
        };
        let first_of = |(_, Reverse(end), client): &Rank| {
            let first = self.clients.get(client)?.by_end.get(end)?;
            (Some(*end) != newest).then_some(*first)
        };
        ranks.iter().rev().find_map(first_of)
    }

    /// Changes what a client has, and its ranks with it.
    fn change(&mut self, client: Client, change: impl FnOnce(&mut ClientTickets)) {
        let client_tickets = self.clients.entry(client).or_default();
        if let Some([by_bytes, by_count]) = client_tickets.ranks(client) {
            self.by_bytes.remove(&by_bytes);
            self.by_count.remove(&by_count);
        }
        change(client_tickets);
        match client_tickets.ranks(client) {
            Some([by_bytes, by_count]) => {
                self.by_bytes.insert(by_bytes);
                self.by_count.insert(by_count);
            }
            None => {
                self.clients.remove(&client);
            }
        }
    }
}

impl ClientTickets {
    /// Its ranks by octets and by number; none where it has no ticket.
    fn ranks(&self, client: Client) -> Option<[Rank; 2]> {
        let (&first, _) = self.by_end.first_key_value()?;
        Some([self.bytes, self.by_end.len()].map(|amount| (amount, Reverse(first), client)))
    }
}
