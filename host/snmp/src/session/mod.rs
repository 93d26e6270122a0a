//! A conversation with one agent.
//!
//! All clones share the window of requests in flight, what was learned of the agent, and the statistics. Here is the
//! one way a request takes: wait for a turn, register, send, wait, send again. Whoever drops the future at any point
//! leaves nothing behind.

mod lanes;
mod readers;
mod silence;
mod stats;
#[cfg(test)]
mod tests;
mod window;

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

pub use self::{
    readers::{SubtreeWalk, TableWalk},
    stats::Stats,
};
use self::{silence::Silence, stats::Counters, window::Window};
use crate::{
    Oid, RequestError, RequestOptions, Target, Varbind,
    batch::{Batch, BatchError, Lookup},
    hub::{Answer, Hub, canonical},
    message::{Rejection, Security},
    pdu::Request,
    retry::{Attempt, Retry},
    walk::{Agent, Attempts, Bulk},
};

/// A conversation with one agent. Cheap to clone; the clones share everything.
#[derive(Clone)]
pub struct Session {
    device: Arc<Device>,
}

struct Device {
    hub: Arc<Hub>,
    peer: SocketAddr,
    security: Arc<Security>,
    options: RequestOptions,
    window: Window,
    state: Mutex<State>,
}

struct State {
    agent: Agent,
    counters: Counters,
    silence: Silence,
}

impl Session {
    pub(crate) fn new(hub: Arc<Hub>, target: Target, options: RequestOptions) -> Self {
        let Target { addr, credentials } = target;
        let security = Security::new(credentials);
        let agent = Agent::new(security.has_bulk(), &options);
        Self {
            device: Arc::new(Device {
                hub,
                peer: canonical(addr),
                security: Arc::new(security),
                window: Window::new(options.window),
                state: Mutex::new(State { agent, counters: Counters::default(), silence: Silence::default() }),
                options,
            }),
        }
    }

    /// The agent's address.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.device.peer
    }

    /// How requests are sent.
    #[must_use]
    pub fn options(&self) -> &RequestOptions {
        &self.device.options
    }

    /// Reads the values of `names`: one varbind for each, in their order.
    ///
    /// One request where the agent can, more where it cannot: a request that is tooBig is cut in halves, and a name
    /// that a noSuchName names becomes [`crate::Value::NoSuchObject`] while the rest is asked again.
    /// Any other error of the agent fails the whole call, with the OID where the agent named one that was asked for:
    /// an object that could not be read must not look like one that does not exist.
    pub async fn get(&self, names: &[Oid], deadline: Instant) -> Result<Vec<Varbind>, RequestError> {
        self.batch(Lookup::Get, names, deadline).await
    }

    /// Reads what follows each of `names`: one varbind for each, in their order.
    ///
    /// Where nothing follows, the varbind has the name itself and [`crate::Value::EndOfMibView`], in version 1 too.
    pub async fn get_next(&self, names: &[Oid], deadline: Instant) -> Result<Vec<Varbind>, RequestError> {
        self.batch(Lookup::GetNext, names, deadline).await
    }

    /// Reads columns of a table, joined into rows. Sends nothing until it is polled.
    ///
    /// `entry` is the OID of the table's entry, e.g. 1.3.6.1.2.1.2.2.1, and the columns are the arcs behind it.
    pub fn table(&self, entry: Oid, columns: Vec<u32>, deadline: Instant) -> TableWalk {
        TableWalk::new(self.clone(), entry, columns, deadline)
    }

    /// Reads everything below `root`. Sends nothing until it is polled.
    pub fn walk(&self, root: Oid, deadline: Instant) -> SubtreeWalk {
        SubtreeWalk::new(self.clone(), root, deadline)
    }

    /// What was sent and what came back so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let state = self.device.lock();
        let bulk = state.agent.bulk != Bulk::Never;
        state.counters.stats(state.agent.learned_repetitions(), bulk, self.device.window.size())
    }

    async fn batch(&self, lookup: Lookup, names: &[Oid], deadline: Instant) -> Result<Vec<Varbind>, RequestError> {
        let peer = self.device.peer;
        let max_octets = usize::try_from(self.device.options.max_response_octets).unwrap_or(usize::MAX);
        let mut batch = Batch::new(lookup, names, max_octets);
        while let Some(request) = batch.request() {
            let answer = self.device.exchange(&request, Attempts::All, deadline).await?;
            self.device.lock().agent.is_alive = true;
            batch.answered(answer.response).map_err(|error| match error {
                BatchError::Agent { status, index, name } => RequestError::AgentError { peer, status, index, name },
                BatchError::Mismatch(problem) => RequestError::Mismatch { peer, problem },
            })?;
        }
        Ok(batch.finish())
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("peer", &self.device.peer).finish_non_exhaustive()
    }
}

impl Device {
    /// Sends a request until it is answered, and no longer than allowed.
    async fn exchange(&self, request: &Request, attempts: Attempts, deadline: Instant) -> Result<Answer, RequestError> {
        let peer = self.peer;
        if let Some(name) = request.unwritable() {
            return Err(RequestError::Unwritable { name: name.clone() });
        }
        let no_turn = RequestError::Deadline { peer, attempts: 0, rejected: None };
        let turn = async { (self.window.permit().await.ok(), self.hub.slot().await.ok()) };
        let Ok(_turn) = timeout_at(deadline, turn).await else { return Err(no_turn) };
        if let Some(error) = self.in_vain(request, attempts) {
            return Err(error);
        }

        let allowed = match attempts {
            Attempts::All => self.options.retries.saturating_add(1),
            Attempts::Two => self.options.retries.min(1) + 1,
            Attempts::One => 1,
        };
        let mut retry = Retry::new(allowed, self.options.packet_timeout, deadline);
        let mut waiting = self.hub.wait_for(peer, &self.security);
        let datagram = self.security.seal(waiting.id(), request);
        let started = Instant::now();
        let mut now = started;
        loop {
            let wait_until = match retry.next(now) {
                Attempt::Send { wait_until } => wait_until,
                Attempt::GiveUp => {
                    let waited = now.saturating_duration_since(started);
                    return Err(match waiting.rejected() {
                        Some(reason @ Rejection::Malformed(_)) => RequestError::Malformed { peer, reason },
                        rejected => {
                            self.unanswered(request, started, now);
                            RequestError::Timeout { peer, attempts: retry.sent(), waited, rejected }
                        }
                    });
                }
                Attempt::OutOfTime => {
                    return Err(RequestError::Deadline { peer, attempts: retry.sent(), rejected: waiting.rejected() });
                }
            };
            self.lock().counters.sent(retry.sent() > 1);
            let sent_and_answered = async {
                self.hub.send(peer, &datagram).await?;
                Ok::<_, std::io::Error>(waiting.answer().await)
            };
            match timeout_at(wait_until, sent_and_answered).await {
                Ok(Ok(Some(answer))) => {
                    let is_clean = retry.sent() == 1;
                    // After a retry nobody knows which of the two was answered.
                    let round_trip = is_clean.then(|| answer.received_at.saturating_duration_since(started));
                    let mut state = self.lock();
                    state.counters.answered(answer.response.varbinds.len(), answer.octets, round_trip);
                    state.silence.is_broken();
                    drop(state);
                    if is_clean {
                        self.window.answered();
                    }
                    return Ok(answer);
                }
                Ok(Ok(None)) => return Err(RequestError::Io { peer, error: "the sockets are closed".to_owned() }),
                Ok(Err(error)) => return Err(RequestError::Io { peer, error: error.to_string() }),
                Err(_) => {
                    self.lock().counters.timed_out();
                    self.window.lost();
                    now = Instant::now();
                }
            }
        }
    }

    /// Why a request need not be sent: while it waited for its turn, others may have found out.
    fn in_vain(&self, request: &Request, attempts: Attempts) -> Option<RequestError> {
        let (peer, state) = (self.peer, self.lock());
        if let Some(requests) = state.silence.is_for_good() {
            return Some(RequestError::Silent { peer, requests });
        }
        let is_hopeless = request.kind.is_bulk() && state.agent.wants_no_bulk(attempts);
        is_hopeless.then_some(RequestError::Timeout { peer, attempts: 0, waited: Duration::ZERO, rejected: None })
    }

    /// Notes that a request had no answer, with all its retries.
    fn unanswered(&self, request: &Request, sent: Instant, now: Instant) {
        let mut state = self.lock();
        // That a GETBULK has none may mean that the agent has no GETBULK; the GETNEXT that follows will tell.
        let is_telling = !request.kind.is_bulk() || state.agent.bulk == Bulk::Works;
        if is_telling {
            state.silence.goes_on(sent, now);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
