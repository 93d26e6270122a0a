//! Describing a simulator, and starting it.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{ToSocketAddrs, lookup_host};

use super::{Port, Simulator};
use crate::{
    Library, Recording,
    agent::{Agent, AgentLimits},
    device::Device,
    fault::FaultPlan,
};

/// The description of a simulator.
#[derive(Clone, Debug)]
#[must_use]
pub struct SimulatorBuilder {
    devices: Vec<(String, Recording)>,
    communities: Vec<(String, String)>,
    plans: Vec<(String, FaultPlan)>,
    stepped: Stepped,
    max_message_size: usize,
    latency: Duration,
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
            stepped: Stepped::Some(Vec::new()),
            max_message_size: Self::MESSAGE_SIZE,
            latency: Duration::ZERO,
            log_capacity: Self::LOG_CAPACITY,
        }
    }
}

impl SimulatorBuilder {
    /// The most octets of an answer, unless said otherwise: what fits an Ethernet frame.
    pub const MESSAGE_SIZE: usize = 1_472;
    /// The fewest and the most octets an answer may be limited to (RFC 3417 section 3.2.1; UDP over IPv4).
    pub const MESSAGE_SIZES: std::ops::RangeInclusive<usize> = 484..=Device::MOST_OCTETS;
    /// How many requests are remembered, unless said otherwise.
    pub const LOG_CAPACITY: usize = 1_000;
    /// What is asked of the system as a socket's receive buffer, so that bursts are not lost; it may give less.
    const RECEIVE_BUFFER: usize = 4 << 20;

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
        let latency = self.latency;
        let agent = self.agent()?;
        let mut ports = Vec::new();
        for addr in lookup_host(addrs).await.map_err(StartError::Resolve)? {
            ports.push(open(addr).map_err(|error| StartError::Bind(addr, error))?);
        }
        if ports.is_empty() {
            return Err(StartError::Resolve(io::Error::from(io::ErrorKind::AddrNotAvailable)));
        }
        Simulator::start(agent, latency, ports).map_err(StartError::Thread)
    }

    fn agent(mut self) -> Result<Agent, StartError> {
        let limits = AgentLimits { max_message_size: self.max_message_size, log_capacity: self.log_capacity };
        let mut agent = Agent::new(limits);
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

fn open(addr: SocketAddr) -> io::Result<Port> {
    let socket = Socket::new(Domain::for_address(addr), Type::DGRAM, Some(Protocol::UDP))?;
    // A smaller buffer than asked for is no reason not to start.
    let _ = socket.set_recv_buffer_size(SimulatorBuilder::RECEIVE_BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    let sending: std::net::UdpSocket = socket.into();
    let receiving = tokio::net::UdpSocket::from_std(sending.try_clone()?)?;
    Ok(Port { receiving, sending: Arc::new(sending) })
}
