//! Describing a simulator, and starting it.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::net::{ToSocketAddrs, lookup_host};

use super::{Port, Simulator, delays::Delays};
use crate::{
    Library, Recording,
    agent::{Agent, AgentLimits},
    device::Device,
    fault::FaultPlan,
    v3::{SimulatedEngine, SimulatedUser, UserError, Usm},
};

/// The description of a simulator.
#[derive(Clone, Debug)]
#[must_use]
pub struct SimulatorBuilder {
    devices: Vec<(String, Recording)>,
    communities: Vec<(String, String)>,
    plans: Vec<(String, FaultPlan)>,
    users: Vec<SimulatedUser>,
    engine: Option<SimulatedEngine>,
    engines_at: HashMap<usize, SimulatedEngine>,
    stepped: Stepped,
    max_message_size: usize,
    latency: Duration,
    has_runtime_timers: bool,
    log_capacity: usize,
}

#[derive(Clone, Debug)]
enum Stepped {
    Some(Vec<String>),
    All,
}

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Two devices have the same name.
    #[error("there are two devices named `{0}`")]
    TwoDevices(String),
    /// A community or a plan was given to a device that is not there.
    #[error("there is no device named `{0}`")]
    NoDevice(String),
    /// There cannot be such a user of version 3.
    #[error("invalid user `{0}`")]
    User(String, #[source] UserError),
    /// No address was asked for, or more than [`SimulatorBuilder::MAX_ADDRESSES`].
    #[error("invalid number of addresses: {0}; use 1 to {max}", max = SimulatorBuilder::MAX_ADDRESSES)]
    Addresses(usize),
    /// The address is not free, or not one of this machine.
    #[error("cannot listen on {0}")]
    Bind(SocketAddr, #[source] io::Error),
    /// The address is not an address.
    #[error("cannot resolve the address to listen on")]
    Resolve(#[source] io::Error),
    /// The system has no room for one more thread.
    #[error("cannot start the simulator's thread")]
    Thread(#[source] io::Error),
}

impl Default for SimulatorBuilder {
    fn default() -> Self {
        Self {
            devices: Vec::new(),
            communities: Vec::new(),
            plans: Vec::new(),
            users: Vec::new(),
            engine: None,
            engines_at: HashMap::new(),
            stepped: Stepped::Some(Vec::new()),
            max_message_size: Self::MESSAGE_SIZE,
            latency: Duration::ZERO,
            has_runtime_timers: false,
            log_capacity: Self::LOG_CAPACITY,
        }
    }
}

impl SimulatorBuilder {
    /// The most octets of an answer, unless said otherwise: what fits an Ethernet frame.
    pub const MESSAGE_SIZE: usize = 1_472;
    /// The fewest and the most octets an answer may be limited to (RFC 3417 section 3.2.1; UDP over IPv4).
    pub const MESSAGE_SIZES: std::ops::RangeInclusive<usize> = 484..=Device::MAX_OCTETS;
    /// How many requests are remembered, unless said otherwise.
    pub const LOG_CAPACITY: usize = 1_000;
    /// The most addresses of [`SimulatorBuilder::bind_many`].
    pub const MAX_ADDRESSES: usize = 10_000;
    /// The addresses of [`SimulatorBuilder::bind_many`] begin here: away from those that programs use by habit.
    const FIRST_ADDRESS: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 1);

    /// Adds a device. Its name is its community.
    pub fn device(mut self, name: impl Into<String>, recording: Recording) -> Self {
        self.devices.push((name.into(), recording));
        self
    }

    /// Adds all devices of a library, under the communities of [`Library::communities`].
    pub fn library(mut self, library: Library) -> Self {
        let owned = |(community, device): (&str, &str)| (community.to_owned(), device.to_owned());
        self.communities.extend(library.communities().into_iter().map(owned));
        self.devices.extend(library.devices.into_iter().map(|file| (file.name, file.recording)));
        self
    }

    /// Gives a device a further community.
    pub fn community(mut self, community: impl Into<String>, device: impl Into<String>) -> Self {
        self.communities.push((community.into(), device.into()));
        self
    }

    /// Makes a device misbehave. Faults named in a community come on top.
    pub fn plan(mut self, device: impl Into<String>, plan: impl Into<FaultPlan>) -> Self {
        self.plans.push((device.into(), plan.into()));
        self
    }

    /// Adds a user of version 3, who may ask all devices. The contextName chooses the device, as the community does in
    /// the other versions; an empty one is the first device.
    pub fn user(mut self, user: SimulatedUser) -> Self {
        self.users.push(user);
        self
    }

    /// Sets the engine of all addresses. Unless this is said, each address has an engine of its own, with a random id.
    pub fn engine(mut self, engine: SimulatedEngine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// Sets the engine of one address, by its place among those bound: two addresses may claim the same engine id and
    /// different boots.
    pub fn engine_at(mut self, address: usize, engine: SimulatedEngine) -> Self {
        self.engines_at.insert(address, engine);
        self
    }

    /// Limits answers to this many octets (1,472 by default): GETBULK says less then, others say tooBig. A single varbind
    /// is told whatever its size.
    pub fn max_message_size(mut self, octets: usize) -> Self {
        self.max_message_size = octets.clamp(*Self::MESSAGE_SIZES.start(), *Self::MESSAGE_SIZES.end());
        self
    }

    /// Lets every answer come this much later, as if the devices were far away. Requests do not wait for each other.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Lets the timers of the runtime hold answers back, and not a thread with an exact clock of its own: for tests that
    /// pause the runtime's clock.
    pub fn runtime_timers(mut self) -> Self {
        self.has_runtime_timers = true;
        self
    }

    /// Sets how many requests are remembered for [`Simulator::requests`] (1,000 by default).
    pub fn log_capacity(mut self, requests: usize) -> Self {
        self.log_capacity = requests;
        self
    }

    /// Lets no device answer by itself: every request waits for [`Simulator::next_request`].
    ///
    /// Of a fault plan only what it makes of the answer counts then, not when and whether it comes.
    pub fn stepping(mut self) -> Self {
        self.stepped = Stepped::All;
        self
    }

    /// Lets this device not answer by itself, like [`SimulatorBuilder::stepping`] for all.
    pub fn stepping_device(mut self, device: impl Into<String>) -> Self {
        if let Stepped::Some(devices) = &mut self.stepped {
            devices.push(device.into());
        }
        self
    }

    /// Starts the simulator on `addrs`, all of them; port 0 takes a free one.
    pub async fn bind(self, addrs: impl ToSocketAddrs) -> Result<Simulator, StartError> {
        let mut ports = Vec::new();
        for addr in lookup_host(addrs).await.map_err(StartError::Resolve)? {
            ports.push(Port::open(addr, ports.len()).map_err(|error| StartError::Bind(addr, error))?);
        }
        if ports.is_empty() {
            return Err(StartError::Resolve(io::Error::from(io::ErrorKind::AddrNotAvailable)));
        }
        self.start(ports).await
    }

    /// Starts the simulator on `count` addresses of the loopback network, which [`Simulator::addrs`] tells; each
    /// answers for all devices. A few sockets stand for all of them. Where the system is not Linux, they are ports of
    /// 127.0.0.1 instead, each with its socket.
    pub async fn bind_many(self, count: usize) -> Result<Simulator, StartError> {
        if count == 0 || count > Self::MAX_ADDRESSES {
            return Err(StartError::Addresses(count));
        }
        let mut ports = Vec::new();
        let mut place = 0;
        while place < count {
            let (port, taken) = open_some(place, count)?;
            ports.push(port);
            place += taken;
        }
        self.start(ports).await
    }

    async fn start(mut self, ports: Vec<Port>) -> Result<Simulator, StartError> {
        let latency = self.latency;
        let delays = if self.has_runtime_timers { Ok(Delays::of_runtime()) } else { Delays::exact() };
        let delays = delays.map_err(StartError::Thread)?;
        let addresses = ports.iter().map(|port| port.addrs().count()).sum();
        let (engine, mut engines_at) = (self.engine.take(), std::mem::take(&mut self.engines_at));
        let engines: Vec<SimulatedEngine> = (0..addresses)
            .map(|address| engines_at.remove(&address).or_else(|| engine.clone()))
            .map(|engine| engine.unwrap_or_else(SimulatedEngine::random))
            .collect();
        // Passwords are hashed to a megabyte each, and recordings encoded: no work for the threads of the sockets.
        let agent = tokio::task::spawn_blocking(move || self.agent()).await;
        let mut agent = agent.map_err(|error| StartError::Thread(io::Error::other(error)))??;
        agent.usm_mut().start_engines(&engines);
        Ok(Simulator::start(agent, latency, delays, ports))
    }

    fn agent(mut self) -> Result<Agent, StartError> {
        let limits = AgentLimits { max_message_size: self.max_message_size, log_capacity: self.log_capacity };
        let usm = Usm::new(&self.users).map_err(|(name, error)| StartError::User(name, error))?;
        let mut agent = Agent::new(limits, usm);
        for (name, recording) in &self.devices {
            let mut plan = FaultPlan::healthy();
            for (_, more) in self.plans.extract_if(.., |(device, _)| device == name) {
                plan = more.faults().iter().fold(plan, |plan, fault| plan.with(*fault));
            }
            let stepped = match &self.stepped {
                Stepped::All => true,
                Stepped::Some(devices) => devices.contains(name),
            };
            if !agent.add(name, recording, plan, stepped) {
                return Err(StartError::TwoDevices(name.clone()));
            }
        }
        if let Some((device, _)) = self.plans.into_iter().next() {
            return Err(StartError::NoDevice(device));
        }
        if let Stepped::Some(devices) = self.stepped
            && let Some(device) = devices.into_iter().find(|device| agent.device_counters(device).is_none())
        {
            return Err(StartError::NoDevice(device));
        }
        for (community, device) in self.communities {
            if !agent.add_community(&community, &device) {
                return Err(StartError::NoDevice(device));
            }
        }
        Ok(agent)
    }
}

/// Opens a socket for the addresses from `place` on; says for how many.
#[cfg(target_os = "linux")]
fn open_some(place: usize, count: usize) -> Result<(Port, usize), StartError> {
    let taken = Port::MAX_ADDRESSES.min(count - place);
    let first = u32::from(SimulatorBuilder::FIRST_ADDRESS) + u32::try_from(place).unwrap_or(u32::MAX);
    let first = Ipv4Addr::from(first);
    let port = Port::open_many(first, taken, place);
    port.map(|port| (port, taken)).map_err(|error| StartError::Bind(SocketAddr::from((first, 0)), error))
}

/// Opens a socket for the address at `place`.
#[cfg(not(target_os = "linux"))]
fn open_some(place: usize, _count: usize) -> Result<(Port, usize), StartError> {
    let addr = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Port::open(addr, place).map(|port| (port, 1)).map_err(|error| StartError::Bind(addr, error))
}
