//! The simulator on the network: a thin layer of UDP around the [`Agent`].
//!
//! One task for each socket reads requests and sends what the agent says; answers that come later wait in an outbox
//! ordered by time, so a latency does not hold up the requests behind it. Sending never waits: a datagram that the
//! system does not take is lost, as datagrams are. In stepping mode no answer goes out by
//! itself: each becomes a [`Held`] in the hands of a test, which needs no sleeps then.
//! Dropping the [`Simulator`] stops all its tasks.

mod builder;
mod delays;
mod held;
mod outbox;
#[cfg(target_os = "linux")]
mod packet_info;
mod port;

use std::{net::SocketAddr, sync::Arc, time::Duration};

pub use builder::{SimulatorBuilder, StartError};
use delays::Delays;
pub use held::Held;
use parking_lot::{Mutex, MutexGuard};
use port::{Port, Received, Route};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::{
    Recording,
    agent::{Agent, Arrival, Asked, Counters, DeviceCounters, Reaction},
    device::Device,
    engine_handle::EngineHandle,
    fault::{Delivery, FaultPlan, Source},
    notification::{SenderBuilder, SenderError},
};

/// Simulated devices that answer on a UDP port until this is dropped.
#[derive(Debug)]
#[must_use = "the devices stop answering when this is dropped"]
pub struct Simulator {
    shared: Arc<Shared>,
    addrs: Vec<SocketAddr>,
    held: tokio::sync::Mutex<mpsc::Receiver<Held>>,
    tasks: JoinSet<()>,
}

/// No request came to a simulator that is stepped.
#[derive(Debug, thiserror::Error)]
#[error("no request came within {0:?}")]
pub struct NoRequest(Duration);

/// What the tasks of a simulator have in common.
#[derive(Debug)]
struct Shared {
    agent: Arc<Mutex<Agent>>,
    delays: Delays,
    /// When the engines of version 3 began to count their time.
    start: tokio::time::Instant,
    latency: Duration,
    held: mpsc::Sender<Held>,
    wrong_communities: watch::Sender<u64>,
}

impl Simulator {
    /// How long [`Simulator::next_request`] waits; then it fails, so that a test does not hang.
    pub const STEP_DEADLINE: Duration = Duration::from_secs(10);

    /// Begins to describe a simulator.
    pub fn builder() -> SimulatorBuilder {
        SimulatorBuilder::default()
    }

    /// The address the devices answer on, the first of them where there are several.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        // `start` binds the first address before there is a simulator.
        self.addrs.first().copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// All addresses the devices answer on.
    #[must_use]
    pub fn addrs(&self) -> &[SocketAddr] {
        &self.addrs
    }

    /// What a device was asked and did so far; `None` if there is no such device.
    #[must_use]
    pub fn device_counters(&self, device: &str) -> Option<DeviceCounters> {
        self.shared.agent().device_counters(device)
    }

    /// What came to no device so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.agent().counters()
    }

    /// The requests so far, oldest first; the oldest are forgotten beyond the log's capacity.
    #[must_use]
    pub fn requests(&self) -> Vec<Arc<Asked>> {
        self.shared.agent().log()
    }

    /// The engine id of the devices at one of the addresses, by its place among them; it changes with the fault
    /// `engchange`. `None` if there are not so many addresses.
    #[must_use]
    pub fn engine_id(&self, address: usize) -> Option<Vec<u8>> {
        self.shared.agent().usm().engine_id(address).map(|id| id.to_vec())
    }

    /// Exchanges the fault plan of a device, and numbers its requests from 1 again. Says whether there is the device.
    pub fn set_plan(&self, device: &str, plan: impl Into<FaultPlan>) -> bool {
        self.shared.agent().set_plan(device, plan.into())
    }

    /// Exchanges what a device says. Says whether there is the device.
    pub fn set_recording(&self, device: &str, recording: &Recording) -> bool {
        self.shared.agent().set_recording(device, recording)
    }

    /// Waits for the next request to a device that is stepped.
    pub async fn next_request(&self) -> Result<Held, NoRequest> {
        let next = async { self.held.lock().await.recv().await };
        let held = tokio::time::timeout(Self::STEP_DEADLINE, next).await.ok().flatten();
        held.ok_or(NoRequest(Self::STEP_DEADLINE))
    }

    /// Begins to describe a sender of notifications at one of the addresses, by its place among them. It sends from that
    /// address, if the receiver can be reached from there, and a port of its own; it sends as the engine of that
    /// address, and has the simulator's users.
    pub fn sender(&self, address: usize, to: SocketAddr) -> Result<SenderBuilder, SenderError> {
        let from = self.addrs.get(address).copied().ok_or(SenderError::NoAddress(address))?;
        let handle = EngineHandle::new(Arc::clone(&self.shared.agent), self.shared.start, address);
        Ok(SenderBuilder::of_simulator(to, from, handle))
    }

    /// Counts the requests with a community that stands for no device; a real one tells its operators of each.
    #[must_use]
    pub fn wrong_communities(&self) -> watch::Receiver<u64> {
        self.shared.wrong_communities.subscribe()
    }

    /// Stops answering, and returns when all tasks have ended and the port is free.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }

    fn start(agent: Agent, latency: Duration, delays: Delays, ports: Vec<Port>) -> Self {
        let (sender, receiver) = mpsc::channel(Held::MAX_WAITING);
        let start = tokio::time::Instant::now();
        let wrong_communities = watch::Sender::new(0);
        let shared = Arc::new(Shared {
            agent: Arc::new(Mutex::new(agent)),
            delays,
            start,
            latency,
            held: sender,
            wrong_communities,
        });
        let mut addrs = Vec::new();
        let mut tasks = JoinSet::new();
        for port in ports {
            addrs.extend(port.addrs());
            let shared = Arc::clone(&shared);
            tasks.spawn(async move { shared.serve(port).await });
        }
        Self { shared, addrs, held: tokio::sync::Mutex::new(receiver), tasks }
    }
}

impl Shared {
    async fn serve(&self, port: Port) {
        let mut datagram = vec![0; Device::MAX_OCTETS];
        let mut answer = Vec::new();
        loop {
            // An error here is the echo of an earlier answer that nobody took, or a datagram for somebody else.
            let Ok(received) = port.receive(&mut datagram).await else { continue };
            let Received { length, peer, address, .. } = received;
            let arrival = Arrival { peer, address, now: self.start.elapsed() };
            let reaction = self.agent().receive(datagram.get(..length).unwrap_or_default(), arrival, &mut answer);
            self.react(reaction, &port, received, &mut answer);
        }
    }

    fn react(&self, reaction: Reaction, port: &Port, received: Received, answer: &mut Vec<u8>) {
        let peer = received.peer;
        match reaction {
            Reaction::Ignore => {}
            Reaction::WrongCommunity => self.wrong_communities.send_modify(|count| *count += 1),
            Reaction::Hold { asked, sealed } => {
                let Some(route) = port.route(&received, Source::Asked) else { return };
                let held = Held::new(asked, std::mem::take(answer), sealed, route);
                // A request that nobody steps is lost, as one that the network lost.
                if self.held.try_send(held).is_err() {
                    self.agent().count_overflow();
                }
            }
            Reaction::Answer { delivery, source, ahead } => {
                let Some(route) = port.route(&received, source) else { return self.agent().count_overflow() };
                for (datagram, peer) in ahead {
                    self.send(&route, peer, &datagram, Duration::ZERO);
                }
                if let Delivery::Sent { delay, copies } = delivery {
                    for _ in 0..copies {
                        self.send(&route, peer, answer, delay);
                    }
                }
            }
        }
    }

    fn send(&self, route: &Route, peer: SocketAddr, answer: &[u8], delay: Duration) {
        let delay = delay.saturating_add(self.latency);
        let taken = if delay.is_zero() {
            route.send(answer, peer)
        } else {
            self.delays.send_after(delay, answer.to_vec(), peer, route.clone())
        };
        if !taken {
            self.agent().count_overflow();
        }
    }

    fn agent(&self) -> MutexGuard<'_, Agent> {
        // An agent has no state that a panic could leave half changed and that would matter to a test.
        self.agent.lock()
    }
}

#[cfg(test)]
mod tests;
