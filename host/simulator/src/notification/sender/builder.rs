//! Describing a sender, and binding it to its address.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use secrecy::SecretString;

use super::{
    super::{SenderError, ids::Ids, security::Security},
    Identity, Sender,
};
use crate::{
    engine_handle::EngineHandle,
    fault::FaultPlan,
    v3::{SimulatedEngine, SimulatedUser, Usm},
};

/// The description of a sender.
#[derive(Debug)]
#[must_use]
pub struct SenderBuilder {
    to: SocketAddr,
    from: SocketAddr,
    handle: Option<EngineHandle>,
    engine: Option<SimulatedEngine>,
    user: Option<SimulatedUser>,
    identity: Identity,
    context: String,
    plan: FaultPlan,
    first_id: Option<i32>,
}

impl SenderBuilder {
    pub(in crate::notification) fn new(to: SocketAddr) -> Self {
        let from = match to {
            SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)),
        };
        Self {
            to,
            from,
            handle: None,
            engine: None,
            user: None,
            identity: Identity::Community(SecretString::from("public")),
            context: String::new(),
            plan: FaultPlan::healthy(),
            first_id: None,
        }
    }

    pub(crate) fn of_simulator(to: SocketAddr, from: SocketAddr, handle: EngineHandle) -> Self {
        let builder = Self { handle: Some(handle), ..Self::new(to) };
        // Nothing but this machine is reached from an address of loopback.
        let reaches = from.is_ipv4() == to.is_ipv4() && (!from.ip().is_loopback() || to.ip().is_loopback());
        if reaches { builder.from(SocketAddr::new(from.ip(), 0)) } else { builder }
    }

    /// Sends from this address, such as one of 127.0.0.0/8; port 0 takes a free one. Unless it is said, the system
    /// chooses the address.
    pub fn from(self, addr: SocketAddr) -> Self {
        Self { from: addr, ..self }
    }

    /// Sends traps of version 1 and 2c and informs of version 2c with this community (`public`, unless it is said).
    pub fn community(self, community: impl Into<SecretString>) -> Self {
        Self { identity: Identity::Community(community.into()), ..self }
    }

    /// Sends in version 3 for this user, at the user's own level. The sender of a simulator leaves its engine for this:
    /// it has one of its own then.
    pub fn user(self, user: SimulatedUser) -> Self {
        Self { identity: Identity::User(user.name().to_owned()), user: Some(user), handle: None, ..self }
    }

    /// Sends in version 3 for the user of this name, whom the simulator knows already.
    pub fn as_user(self, name: impl Into<String>) -> Self {
        Self { identity: Identity::User(name.into()), ..self }
    }

    /// Sets the contextName of version 3 (the empty one, unless it is said).
    pub fn context(self, name: impl Into<String>) -> Self {
        Self { context: name.into(), ..self }
    }

    /// Sets the engine that sends, which is the authoritative one for its traps. Unless it is said, it has a random id.
    pub fn engine(self, engine: SimulatedEngine) -> Self {
        Self { engine: Some(engine), handle: None, ..self }
    }

    /// Lets something be wrong with all that is sent.
    pub fn faults(self, plan: impl Into<FaultPlan>) -> Self {
        Self { plan: plan.into(), ..self }
    }

    /// Sets the first request-id and the first msgID, from where they count up. Unless it is said, they are random, as
    /// a receiver may take the same ids from the same address for the same notification.
    pub fn first_id(self, id: i32) -> Self {
        Self { first_id: Some(id), ..self }
    }

    /// Binds the sender to its address.
    pub async fn bind(self) -> Result<Sender, SenderError> {
        let security = match self.handle {
            Some(handle) => Security::Simulator(handle),
            None => {
                let users: Vec<SimulatedUser> = self.user.into_iter().collect();
                // A password is hashed to a megabyte.
                let hashing = tokio::task::spawn_blocking(move || Usm::new(&users));
                let stopped = |error| SenderError::Bind(self.from, std::io::Error::other(error));
                let mut usm =
                    hashing.await.map_err(stopped)?.map_err(|(name, error)| SenderError::User(name, error))?;
                let engine = self.engine.unwrap_or_else(SimulatedEngine::random);
                usm.start_engines([&engine]);
                Security::of(usm)
            }
        };
        if let Identity::User(name) = &self.identity
            && !security.with(|usm, _, _| usm.knows(name))
        {
            return Err(SenderError::NoUser(name.clone()));
        }
        let socket =
            tokio::net::UdpSocket::bind(self.from).await.map_err(|error| SenderError::Bind(self.from, error))?;
        // Who guesses it could acknowledge an inform of a test.
        let ids = Ids::from(self.first_id.unwrap_or_else(|| fastrand::i32(1..=Ids::LARGEST)));
        Ok(Sender::new((socket, self.to), security, (self.identity, self.context), self.plan, ids))
    }
}
