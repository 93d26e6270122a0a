//! Which of a target's addresses answers.
//!
//! A name may have several: an AAAA record for a device that is managed over IPv4, one that a firewall holds back, one
//! that is old. So the first request of a job goes to all of them in turn, to the next at once where the network says
//! that one cannot be reached, and the rest of the job to the one that answered. What an agent answers does not matter: an error of it is an answer, too. A refusal of version 3 is none,
//! since nobody signs it, and the user may well be known at the next address.

use std::{net::SocketAddr, time::Duration};

use job::DeviceSpec;
use snmp::{Credentials, RequestError, Target};
use snmp_engine::{Session, Stats};
use tokio::time::Instant;

use super::{DeviceSessions, ResolveError, race::race};

/// The address that answered.
pub(super) struct Reached<T> {
    /// What it answered.
    pub(super) answer: T,
    /// What it took to ask the others.
    pub(super) others: RequestCounts,
}

/// What asking took, as far as it can be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RequestCounts {
    pub(super) requests: u64,
    pub(super) retries: u64,
    pub(super) timeouts: u64,
}

impl DeviceSessions {
    /// Sessions with the addresses of a device, at least one, in the order in which they are to be asked.
    pub(super) async fn sessions(
        &self,
        device: &DeviceSpec,
        credentials: &Credentials,
        limit: Duration,
    ) -> Result<Vec<Session>, ResolveError> {
        let addrs = self.addresses.resolve(device.target.host(), device.port, limit).await?;
        let session = |addr: SocketAddr| {
            let target = Target { addr, credentials: credentials.clone() };
            self.engine.session(target, self.policy.options(device, addr))
        };
        Ok(addrs.into_iter().map(session).collect())
    }

    /// Asks one session after the other until one answers, and remembers which. `ask` fails where its session does not
    /// answer ([`is_answer`]); where none does, these errors come in the order of the sessions.
    pub(super) async fn first_answer<T, F>(
        &self,
        device: &DeviceSpec,
        sessions: &[Session],
        deadline: Instant,
        ask: impl Fn(Session) -> F,
    ) -> Result<Reached<T>, Vec<RequestError>>
    where
        F: Future<Output = Result<T, RequestError>>,
    {
        let left = deadline.saturating_duration_since(Instant::now());
        // The last one, too, has some of the time.
        let shares = u32::try_from(sessions.len()).unwrap_or(u32::MAX).saturating_add(1);
        let after = self.limits.snmp.next_address.min(left / shares);
        let attempt = |session: &Session| {
            let doubt = session.clone();
            (answer_at(session.peer(), ask(session.clone())), async move { doubt.unreachable().await })
        };
        let attempts = sessions.iter().map(attempt).collect();
        let (addr, answer) = race(attempts, after).await?;
        self.addresses.answered(device.target.host(), addr);
        let others = sessions.iter().filter(|session| session.peer() != addr);
        Ok(Reached { answer, others: others.map(|session| RequestCounts::from(session.stats())).sum() })
    }
}

async fn answer_at<T, E>(addr: SocketAddr, asking: impl Future<Output = Result<T, E>>) -> Result<(SocketAddr, T), E> {
    asking.await.map(|answer| (addr, answer))
}

/// Whether an agent is there, though it did not give what was asked for; or whether no other address would help.
pub(super) fn is_answer(error: &RequestError) -> bool {
    matches!(
        error,
        RequestError::AgentError { .. }
            | RequestError::Mismatch { .. }
            | RequestError::Unwritable { .. }
            | RequestError::NotInVersion { .. }
            | RequestError::TooLarge { .. }
    )
}

/// Whether an agent has answered any request of a session. That it told its engine ID is none: it tells everybody.
pub(super) fn has_answered(session: &Session) -> bool {
    session.stats().varbinds > 0
}

/// What is odd about the agent that was reached, whatever it is asked for: a line each.
pub(super) fn of_the_agent(session: &Session) -> Vec<String> {
    session.engine_id().and_then(|id| id.oddity()).into_iter().collect()
}

/// Why several addresses did not answer: each with its own reason, which names it.
pub(super) fn in_words(errors: &[RequestError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl From<Stats> for RequestCounts {
    fn from(stats: Stats) -> Self {
        Self { requests: stats.requests, retries: stats.retries, timeouts: stats.timeouts }
    }
}

impl std::iter::Sum for RequestCounts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            requests: sum.requests + one.requests,
            retries: sum.retries + one.retries,
            timeouts: sum.timeouts + one.timeouts,
        })
    }
}

#[cfg(test)]
mod tests;
