//! Finds out the engine id of an agent of version 3 (RFC 3414 section 4), one at a time for each agent.
//!
//! Whoever else needs it waits, and shares what comes of it, success or failure. If whoever finds out is cancelled,
//! the next one goes on. It has a time of its own within that of the request, and is retried like a packet.

use std::{sync::Arc, time::Instant};

use snmp::{
    Clue, RequestError,
    message::{Rejection, Security},
    pdu::Request,
    profile::{AuthoritativeEngine, StaleEngine},
    retry::{Attempt, Retry},
};

use super::{
    device::Device,
    exchange::WaitOutcome,
    identity::{Connected, Identity, UserIdentity},
};
use crate::{
    clock::{self, now, timeout_at},
    hub::{Final, Hint},
    profiles::DiscoveryPermit,
};

impl Device {
    /// What writes the requests of this session, where nothing has to be found out for that.
    pub(super) fn connected_already(&self, stale: Option<&StaleEngine>) -> Option<Connected> {
        match &*self.identity {
            Identity::Community(security) => {
                Some(Connected { engine: None, security: Arc::clone(security), _keys: None })
            }
            Identity::User(user) => user.connected(&user.engine.current(stale, now())?),
        }
    }

    /// Finds out what is needed to write requests: the engine, and not the one that is stale, and the keys for it.
    pub(super) async fn discover_and_connect(
        &self,
        stale: Option<&StaleEngine>,
        deadline: Instant,
    ) -> Result<Connected, RequestError> {
        let user = match &*self.identity {
            Identity::Community(security) => {
                return Ok(Connected { engine: None, security: Arc::clone(security), _keys: None });
            }
            Identity::User(user) => user,
        };
        let engine = match user.engine.current(stale, now()) {
            Some(engine) => engine,
            None => self.discover(user, stale, deadline).await?,
        };
        let started = now();
        let connected = user.connect(&self.hub, engine, deadline).await;
        connected.ok_or_else(|| self.not_sent(started))
    }

    async fn discover(
        &self,
        identity: &UserIdentity,
        stale: Option<&StaleEngine>,
        deadline: Instant,
    ) -> Result<Arc<AuthoritativeEngine>, RequestError> {
        let started = now();
        let until = deadline.min(started + self.options.discovery_timeout);
        let Ok(discovering) = timeout_at(until, identity.engine.discovering()).await else {
            return Err(self.undiscovered(0, started, deadline, None));
        };
        // While it waited, another may have found the engine, or nothing.
        if let Some(engine) = identity.engine.current(stale, started) {
            return Ok(engine);
        }
        if let Some(error) = identity.engine.failed_since(started) {
            return Err(error);
        }
        let found = self.ask_for_engine(&discovering, stale, started, until, deadline).await;
        // How long this request may take says nothing about the others.
        if let Err(error @ (RequestError::NoEngineId { .. } | RequestError::Unreachable { .. })) = &found {
            discovering.failed(error, now());
        }
        found
    }

    async fn ask_for_engine(
        &self,
        discovering: &DiscoveryPermit<'_>,
        stale: Option<&StaleEngine>,
        started: Instant,
        until: Instant,
        deadline: Instant,
    ) -> Result<Arc<AuthoritativeEngine>, RequestError> {
        let peer = self.peer;
        let security = Arc::new(Security::Discovery);
        let mut waiting = self.hub.wait_for(peer, &security, self.options.any_source);
        let datagram = security.seal(waiting.id(), &Request::discovery(), started);
        let mut retry = Retry::new(self.options.retries.saturating_add(1), self.options.packet_timeout, until);
        let mut now = started;
        let mut unreachable = None;
        while let Attempt::Send { wait_until } = retry.next(now) {
            self.counters.sent(retry.sent() > 1);
            let waited = self.send_and_wait(&datagram, &mut waiting, wait_until).await;
            now = clock::now();
            match waited {
                Ok(WaitOutcome::Final(Final::Engine(found))) => {
                    let round_trip = (retry.sent() == 1).then(|| now.saturating_duration_since(started));
                    self.counters.answered(0, 0, round_trip);
                    return Ok(discovering.found(found, stale, now));
                }
                Ok(WaitOutcome::NoAnswer(Some(hint))) => {
                    retry.limit_to_one_more();
                    if let Hint::Unreachable(why) = hint {
                        unreachable = Some(why);
                    }
                }
                Ok(_) => self.counters.timed_out(),
                Err(error) => return Err(RequestError::Io { peer, error: error.to_string() }),
            }
        }
        Err(match unreachable {
            Some(why) => RequestError::Unreachable { peer, why },
            None => self.undiscovered(retry.sent(), started, deadline, waiting.rejected()),
        })
    }

    fn undiscovered(
        &self,
        attempts: u32,
        started: Instant,
        deadline: Instant,
        rejected: Option<Rejection>,
    ) -> RequestError {
        let (peer, now) = (self.peer, now());
        let waited = now.saturating_duration_since(started);
        let clue = match rejected {
            Some(Rejection::Malformed(first)) => Some(Clue::Unreadable(first)),
            Some(rejection) => Some(Clue::Rejected(rejection)),
            None if attempts > 0 => Some(Clue::Silence { version_3: true }),
            None => None,
        };
        if now >= deadline {
            return RequestError::Deadline { peer, attempts, waited, clue };
        }
        RequestError::NoEngineId { peer, attempts, waited, clue }
    }
}
