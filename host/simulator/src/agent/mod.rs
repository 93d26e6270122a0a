//! All devices behind some addresses: told a datagram, it says what is to be sent back.
//!
//! The community, or in version 3 the contextName, is the name of a device, or a further community given to it, with a
//! fault plan behind a `!` if the device is to misbehave. Requests are numbered for each community as it was sent and
//! each address, so healthy and faulty instances of a device do not disturb each other. There is no I/O and no clock here.

mod counters;
mod devices;
mod respond;
mod version3;

use std::{collections::VecDeque, net::SocketAddr, sync::Arc, time::Duration};

pub use counters::{Asked, Counters, DeviceCounters};
use devices::Devices;
use respond::Seal;

use crate::{
    Recording,
    fault::{Delivery, FaultPlan, Source, Treatment},
    message::Request,
    v3::{Sealing, Usm},
};

/// The devices of a simulator, their counters, and what was asked of them.
#[derive(Debug)]
pub(crate) struct Agent {
    devices: Devices,
    usm: Usm,
    limits: AgentLimits,
    counters: Counters,
    log: VecDeque<Arc<Asked>>,
}

/// The bounds of an agent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentLimits {
    /// The most octets of a datagram; beyond it GETBULK answers are cut, and others become tooBig.
    pub(crate) max_message_size: usize,
    /// The most requests that are remembered; beyond it the oldest are forgotten.
    pub(crate) log_capacity: usize,
}

/// How a datagram came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// Who sent it.
    pub(crate) peer: SocketAddr,
    /// Which of the agent's addresses it was sent to.
    pub(crate) address: usize,
    /// When, since the start of the simulator.
    pub(crate) now: Duration,
}

/// What is to be done about a datagram.
pub(crate) enum Reaction {
    /// Nothing.
    Ignore,
    /// Nothing, but there is somebody who does not know the community.
    WrongCommunity,
    /// The answer is in the buffer.
    Answer {
        /// How it goes out.
        delivery: Delivery,
        /// Where it comes from.
        source: Source,
        /// What goes out first: an answer that has waited for this request, forgeries, noise.
        ahead: Vec<(Vec<u8>, SocketAddr)>,
    },
    /// The answer is in the buffer, and a test decides what becomes of it.
    Hold {
        /// What it answers.
        asked: Arc<Asked>,
        /// In version 3 how another answer would be sealed, and the PDU of this one.
        sealed: Option<(Box<Sealing>, Vec<u8>)>,
    },
}

impl Reaction {
    /// The answer goes out at once, once.
    fn honest() -> Self {
        let Treatment { delivery, source, .. } = Treatment::honest();
        Self::Answer { delivery, source, ahead: Vec::new() }
    }
}

impl Agent {
    pub(crate) fn new(limits: AgentLimits, usm: Usm) -> Self {
        Self { devices: Devices::default(), usm, limits, counters: Counters::default(), log: VecDeque::new() }
    }

    /// Adds a device; says `false` if there is one of this name or community.
    pub(crate) fn add(&mut self, name: &str, recording: &Recording, plan: FaultPlan, stepped: bool) -> bool {
        self.devices.add(name, recording, plan, stepped)
    }

    /// Gives a device a further community, if that is not the name of another one; says `false` if there is no such device.
    pub(crate) fn add_community(&mut self, community: &str, device: &str) -> bool {
        self.devices.add_community(community, device)
    }

    /// Exchanges the plan of a device, and begins to count its requests anew.
    pub(crate) fn set_plan(&mut self, device: &str, plan: FaultPlan) -> bool {
        self.devices.set_plan(device, plan)
    }

    /// Exchanges what a device says.
    pub(crate) fn set_recording(&mut self, device: &str, recording: &Recording) -> bool {
        self.devices.set_recording(device, recording)
    }

    pub(crate) fn device_counters(&self, device: &str) -> Option<DeviceCounters> {
        self.devices.counters(device)
    }

    pub(crate) fn counters(&self) -> Counters {
        Counters { usm: self.usm.counters(), ..self.counters }
    }

    pub(crate) fn count_overflow(&mut self) {
        self.counters.overflowed += 1;
    }

    pub(crate) fn usm(&self) -> &Usm {
        &self.usm
    }

    pub(crate) fn usm_mut(&mut self) -> &mut Usm {
        &mut self.usm
    }

    pub(crate) fn log(&self) -> Vec<Arc<Asked>> {
        self.log.iter().cloned().collect()
    }

    /// Takes a datagram, and writes the answer to it into `answer`.
    pub(crate) fn receive(&mut self, datagram: &[u8], arrival: Arrival, answer: &mut Vec<u8>) -> Reaction {
        answer.clear();
        let request = match Request::read(datagram) {
            Ok(request) => request,
            Err(crate::MessageError::Version(3)) => return self.receive_version_3(datagram, arrival, answer),
            Err(_) => {
                self.counters.malformed += 1;
                return Reaction::Ignore;
            }
        };
        let Some((instance, served)) = self.devices.instance(&request.community, arrival.address) else {
            self.counters.unknown_community += 1;
            return Reaction::WrongCommunity;
        };
        instance.requests += 1;
        let seal = Seal::Community;
        let (reaction, asked) =
            respond::respond(instance, served, &mut self.usm, request, seal, (datagram, arrival, self.limits), answer);
        if let Some(asked) = asked {
            self.remember(asked);
        }
        reaction
    }

    fn remember(&mut self, asked: Arc<Asked>) {
        if self.log.len() >= self.limits.log_capacity {
            self.log.pop_front();
        }
        if self.limits.log_capacity > 0 {
            self.log.push_back(asked);
        }
    }
}

#[cfg(test)]
mod tests;
