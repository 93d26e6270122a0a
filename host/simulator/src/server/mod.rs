//! The simulator on the network: a thin layer of UDP around the [`Agent`].
//!
//! One task for each socket reads requests and sends what the agent says; answers that come later wait in an outbox
//! ordered by time, so a latency does not hold up the requests behind it. Sending never waits: a datagram that the
//! system does not take is lost, as datagrams are. In stepping mode no answer goes out by
//! itself: each becomes a [`Held`] in the hands of a test, which needs no sleeps then.
//! Dropping the [`Simulator`] stops all its tasks.

mod builder;
mod held;
mod outbox;

use std::{
    io,
    net::{SocketAddr, UdpSocket},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::mpsc, task::JoinSet};

pub use builder::{SimulatorBuilder, StartError};
pub use held::Held;
use outbox::Outbox;

use crate::{
    Recording,
    agent::{Agent, Asked, Counters, DeviceCounters, Reaction},
    device::Device,
    fault::{Delivery, FaultPlan},
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
    agent: Mutex<Agent>,
    outbox: Outbox,
    latency: Duration,
    held: mpsc::Sender<Held>,
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

    /// Stops answering, and returns when all tasks have ended and the port is free.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }

    fn start(agent: Agent, latency: Duration, ports: Vec<Port>) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel(Held::MOST_WAITING);
        let outbox = Outbox::open()?;
        let shared = Arc::new(Shared { agent: Mutex::new(agent), outbox, latency, held: sender });
        let mut addrs = Vec::new();
        let mut tasks = JoinSet::new();
        for port in ports {
            addrs.push(port.receiving.local_addr()?);
            let shared = Arc::clone(&shared);
            tasks.spawn(async move { shared.serve(port).await });
        }
        Ok(Self { shared, addrs, held: tokio::sync::Mutex::new(receiver), tasks })
    }
}

/// A socket, once to wait on and once to send without waiting.
struct Port {
    receiving: tokio::net::UdpSocket,
    sending: Arc<UdpSocket>,
}

impl Shared {
    async fn serve(&self, port: Port) {
        let mut datagram = vec![0; Device::MOST_OCTETS];
        let mut answer = Vec::new();
        loop {
            // An error here is the echo of an earlier answer that nobody took.
            let Ok((length, peer)) = port.receiving.recv_from(&mut datagram).await else { continue };
            let reaction = self.agent().receive(datagram.get(..length).unwrap_or_default(), peer, &mut answer);
            self.react(reaction, &port.sending, peer, &mut answer);
        }
    }

    fn react(&self, reaction: Reaction, socket: &Arc<UdpSocket>, peer: SocketAddr, answer: &mut Vec<u8>) {
        match reaction {
            Reaction::Ignore => {}
            Reaction::Hold(asked) => {
                let held = Held::new(asked, std::mem::take(answer), Arc::clone(socket));
                // A request that nobody steps is lost, as one that the network lost.
                if self.held.try_send(held).is_err() {
                    self.agent().count_overflow();
                }
            }
            Reaction::Answer { delivery, released } => {
                if let Some((late, peer)) = released {
                    self.send(socket, peer, &late, Duration::ZERO);
                }
                if let Delivery::Sent { delay, copies } = delivery {
                    for _ in 0..copies {
                        self.send(socket, peer, answer, delay);
                    }
                }
            }
        }
    }

    fn send(&self, socket: &Arc<UdpSocket>, peer: SocketAddr, answer: &[u8], delay: Duration) {
        let delay = delay.saturating_add(self.latency);
        let taken = if delay.is_zero() {
            socket.send_to(answer, peer).is_ok()
        } else {
            self.outbox.put(Instant::now() + delay, answer.to_vec(), peer, Arc::clone(socket))
        };
        if !taken {
            self.agent().count_overflow();
        }
    }

    fn agent(&self) -> MutexGuard<'_, Agent> {
        // An agent has no state that a panic could leave half changed and that would matter to a test.
        self.agent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod net_snmp;
#[cfg(test)]
mod tests;
