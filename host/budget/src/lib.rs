//! One budget of memory for answers: those that clients are taking, and results that are kept.
//!
//! Whoever holds octets of an answer holds a [`Permit`] for them, which gives them back when it is dropped. What is in
//! flight may take what is not kept, a quarter of the budget at least, and each client a share of that; so neither old
//! results nor one client can hold up the others. Results are never refused: who keeps them forgets the oldest ones
//! until [`AnswerBudget::kept_capacity`] holds. What is counted is the octets of answers; what a walk or a plugin works
//! with has limits of its own.

mod ledger;

use std::{collections::VecDeque, fmt, sync::Arc};

use job::Client;
use limits::AnswerLimits;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use self::ledger::Ledger;

/// The budget of one process. Cloning is cheap.
#[derive(Clone)]
pub struct AnswerBudget(Arc<Mutex<BudgetState>>);

/// What the lock guards.
struct BudgetState {
    ledger: Ledger,
    waiting: VecDeque<Waiting>,
    refused: u64,
}

/// Somebody who waits for octets.
struct Waiting {
    client: Client,
    bytes: usize,
    granted: oneshot::Sender<Permit>,
}

/// Octets of the budget, given back when this is dropped.
#[must_use = "dropping it gives the octets back"]
pub struct Permit {
    budget: AnswerBudget,
    bytes: usize,
    holder: Holder,
}

#[derive(Clone, Copy, Debug)]
enum Holder {
    InFlight(Client),
    Kept,
}

/// There is no room for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// The client has as much in flight as it may.
    #[error(
        "Too many answers wait for this client to read them (limit `answers.client_bytes`); read them, or try again"
    )]
    OfClient,
    /// All clients together have.
    #[error("Too many answers wait for their clients to read them (limit `answers.bytes`); try again")]
    OfAll,
}

/// How much of the budget is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BudgetUse {
    /// Octets of the budget in all.
    pub limit: usize,
    /// Octets of answers in flight.
    pub in_flight: usize,
    /// Octets of results that are kept.
    pub kept: usize,
    /// Answers that wait for room.
    pub waiting: usize,
    /// Answers that were refused since the start, because there was no room.
    pub refused: u64,
}

impl AnswerBudget {
    /// As large as these limits say.
    #[must_use]
    pub fn new(limits: &AnswerLimits) -> Self {
        let ledger = Ledger::new(limits.bytes, limits.client_bytes);
        Self(Arc::new(Mutex::new(BudgetState { ledger, waiting: VecDeque::new(), refused: 0 })))
    }

    /// Octets for an answer that is there as a whole, at once or not at all.
    pub fn try_take(&self, client: Client, bytes: usize) -> Result<Permit, OverBudget> {
        let mut state = self.0.lock();
        match state.ledger.take(client, bytes) {
            Ok(()) => Ok(self.permit(client, bytes)),
            Err(over_budget) => {
                state.refused += 1;
                Err(over_budget)
            }
        }
    }

    /// Octets for a part of an answer, when there is room for them: in the order of asking, except that who has its
    /// share holds up nobody else.
    pub async fn take(&self, client: Client, bytes: usize) -> Permit {
        loop {
            let granted = {
                let mut state = self.0.lock();
                if state.ledger.take(client, bytes).is_ok() {
                    return self.permit(client, bytes);
                }
                let (granted, permit) = oneshot::channel();
                state.waiting.push_back(Waiting { client, bytes, granted });
                permit
            };
            // Nobody lets go of a sender without a permit; if somebody did, this would ask again.
            if let Ok(permit) = granted.await {
                return permit;
            }
        }
    }

    /// Octets for a result that is kept: always.
    pub fn keep(&self, bytes: usize) -> Permit {
        self.0.lock().ledger.keep(bytes);
        Permit { budget: self.clone(), bytes, holder: Holder::Kept }
    }

    /// How much may be kept now.
    #[must_use]
    pub fn kept_capacity(&self) -> usize {
        self.0.lock().ledger.kept_capacity()
    }

    /// How much is used now.
    #[must_use]
    pub fn used(&self) -> BudgetUse {
        let state = self.0.lock();
        let ledger = &state.ledger;
        BudgetUse {
            limit: ledger.limit(),
            in_flight: ledger.in_flight(),
            kept: ledger.kept(),
            waiting: state.waiting.iter().filter(|waiting| !waiting.granted.is_closed()).count(),
            refused: state.refused,
        }
    }

    fn permit(&self, client: Client, bytes: usize) -> Permit {
        Permit { budget: self.clone(), bytes, holder: Holder::InFlight(client) }
    }

    fn give_back(&self, holder: Holder, bytes: usize) {
        let granted = {
            let mut state = self.0.lock();
            match holder {
                Holder::InFlight(client) => state.ledger.give_back(client, bytes),
                Holder::Kept => state.ledger.forget(bytes),
            }
            state.grant()
        };
        for Waiting { client, bytes, granted } in granted {
            // One that does not wait any more drops its permit, which gives the octets back.
            drop(granted.send(self.permit(client, bytes)));
        }
    }
}

impl BudgetState {
    /// Takes octets for those who wait, the oldest first.
    fn grant(&mut self) -> Vec<Waiting> {
        self.waiting.retain(|waiting| !waiting.granted.is_closed());
        let all = std::mem::take(&mut self.waiting);
        let (granted, left): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|waiting| self.ledger.take(waiting.client, waiting.bytes).is_ok());
        self.waiting = left.into();
        granted
    }
}

impl Permit {
    /// How many octets it is for.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.budget.give_back(self.holder, self.bytes);
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").field("bytes", &self.bytes).field("holder", &self.holder).finish_non_exhaustive()
    }
}

impl fmt::Debug for AnswerBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnswerBudget").field(&self.used()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> AnswerLimits {
        AnswerLimits { bytes: 1_000, client_bytes: 400, ..AnswerLimits::default() }
    }

    fn client(number: u8) -> Client {
        Client::at([192, 0, 2, number].into())
    }

    #[tokio::test]
    async fn who_waits_gets_octets_when_others_give_them_back() {
        let budget = AnswerBudget::new(&limits());
        let held = budget.take(client(1), 300).await;
        let waiting = tokio::spawn({
            let budget = budget.clone();
            async move { budget.take(client(1), 200).await.bytes() }
        });
        while budget.used().waiting == 0 {
            tokio::task::yield_now().await;
        }
        // The share of one client is no matter of another.
        assert_eq!(budget.take(client(2), 300).await.bytes(), 300);
        assert!(!waiting.is_finished());
        drop(held);
        assert_eq!(waiting.await.unwrap(), 200);
        assert_eq!(budget.used(), BudgetUse { limit: 1_000, ..BudgetUse::default() });
    }

    #[tokio::test]
    async fn who_does_not_wait_any_more_holds_up_nobody() {
        let budget = AnswerBudget::new(&limits());
        let held = budget.take(client(1), 400).await;
        {
            let gone = budget.take(client(1), 400);
            tokio::pin!(gone);
            assert!(is_pending(gone.as_mut()).await);
        }
        drop(held);
        assert_eq!(budget.used().in_flight, 0);
        assert!(budget.try_take(client(1), 400).is_ok());
    }

    /// Whether a future is not ready when it is polled once.
    async fn is_pending(future: std::pin::Pin<&mut impl Future>) -> bool {
        let mut future = Some(future);
        std::future::poll_fn(|context| {
            let is_pending = future.take().is_some_and(|future| future.poll(context).is_pending());
            std::task::Poll::Ready(is_pending)
        })
        .await
    }

    #[test]
    fn a_whole_answer_without_room_is_refused_with_the_limit_that_it_meets() {
        let budget = AnswerBudget::new(&limits());
        let _held: Vec<_> = (1..=2).map(|number| budget.try_take(client(number), 400).unwrap()).collect();
        assert_eq!(budget.try_take(client(1), 100).unwrap_err(), OverBudget::OfClient);
        assert_eq!(budget.try_take(client(3), 300).unwrap_err(), OverBudget::OfAll);
        assert_eq!(budget.used().refused, 2);
    }

    #[test]
    fn what_is_kept_leaves_room_for_what_is_in_flight() {
        let budget = AnswerBudget::new(&limits());
        assert_eq!(budget.kept_capacity(), 750);
        let kept = budget.keep(900);
        let held = budget.try_take(client(1), 250).unwrap();
        assert_eq!(budget.try_take(client(2), 1).unwrap_err(), OverBudget::OfAll);
        drop(kept);
        let more = budget.try_take(client(2), 400).unwrap();
        assert_eq!(budget.kept_capacity(), 350);
        drop((held, more));
        assert_eq!(budget.kept_capacity(), 750);
    }
}
