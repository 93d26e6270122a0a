//! Who has how much of the budget: a plain value without locks and waiting.

use std::collections::HashMap;

use job::Client;

use crate::OverBudget;

/// What is taken of the budget.
#[derive(Debug)]
pub(crate) struct Ledger {
    limit: usize,
    share: usize,
    kept: usize,
    in_flight: usize,
    /// What each client has in flight that has anything.
    clients: HashMap<Client, usize>,
}

impl Ledger {
    /// Of so many octets, so many of them for each client.
    pub(crate) fn new(limit: usize, share: usize) -> Self {
        Self { limit, share, kept: 0, in_flight: 0, clients: HashMap::new() }
    }

    /// Takes octets for an answer in flight. An answer that is larger than a share is taken alone.
    pub(crate) fn take(&mut self, client: Client, bytes: usize) -> Result<(), OverBudget> {
        let of_client = self.clients.get(&client).copied().unwrap_or_default();
        if of_client > 0 && of_client + bytes > self.share {
            return Err(OverBudget::OfClient);
        }
        let available = self.limit - self.kept.min(self.max_kept());
        if self.in_flight > 0 && self.in_flight + bytes > available {
            return Err(OverBudget::OfAll);
        }
        self.in_flight += bytes;
        *self.clients.entry(client).or_default() += bytes;
        Ok(())
    }

    /// Gives back octets of an answer.
    pub(crate) fn give_back(&mut self, client: Client, bytes: usize) {
        self.in_flight -= bytes;
        if let Some(of_client) = self.clients.get_mut(&client) {
            *of_client -= bytes;
            if *of_client == 0 {
                self.clients.remove(&client);
            }
        }
    }

    /// Takes octets for a result that is kept.
    pub(crate) fn keep(&mut self, bytes: usize) {
        self.kept += bytes;
    }

    /// Gives back octets of a result.
    pub(crate) fn forget(&mut self, bytes: usize) {
        self.kept -= bytes;
    }

    /// How much may be kept beside what is in flight.
    pub(crate) fn kept_capacity(&self) -> usize {
        self.limit.saturating_sub(self.in_flight).min(self.max_kept())
    }

    /// What may be kept at most: the rest is for what is in flight.
    fn max_kept(&self) -> usize {
        self.limit - self.limit / 4
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub(crate) fn kept(&self) -> usize {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn client(number: u8) -> Client {
        Client::at([192, 0, 2, number].into())
    }

    #[test]
    fn an_answer_larger_than_a_share_is_taken_alone() {
        let mut ledger = Ledger::new(1_000, 100);
        assert_eq!(ledger.take(client(1), 700), Ok(()));
        assert_eq!(ledger.take(client(1), 1), Err(OverBudget::OfClient));
        ledger.give_back(client(1), 700);
        assert_eq!(ledger.take(client(1), 5_000), Ok(()));
        assert_eq!(ledger.take(client(2), 1), Err(OverBudget::OfAll));
    }

    proptest! {
        #[test]
        fn no_client_and_not_all_together_have_more_than_they_may(
            steps in proptest::collection::vec((0..4_u8, 1..100_usize, any::<bool>()), 1..200),
        ) {
            let mut ledger = Ledger::new(500, 150);
            let mut held: Vec<(Client, usize)> = Vec::new();
            for (number, bytes, gives_back) in steps {
                if gives_back && let Some((client, bytes)) = held.pop() {
                    ledger.give_back(client, bytes);
                } else if ledger.take(client(number), bytes).is_ok() {
                    held.push((client(number), bytes));
                }
                let of = |wanted: Client| -> usize {
                    held.iter().filter(|(client, _)| *client == wanted).map(|(_, bytes)| bytes).sum()
                };
                prop_assert_eq!(ledger.in_flight(), held.iter().map(|(_, bytes)| bytes).sum::<usize>());
                prop_assert!(ledger.in_flight() <= 500);
                prop_assert!((0..4).all(|number| of(client(number)) <= 150));
            }
        }
    }
}
