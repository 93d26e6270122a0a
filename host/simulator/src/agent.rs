//! All devices behind one port: told a datagram, it says what is to be sent back.
//!
//! The community is the name of a device, or a further community given to it, with a fault plan behind a `!` if the
//! device is to misbehave. Requests are numbered for each community as it was sent, so healthy and faulty twins of a
//! device do not disturb each other. There is no I/O and no clock here.

use std::{
    collections::{HashMap, VecDeque},
    net::SocketAddr,
    sync::Arc,
};

use crate::{
    Recording,
    device::{Device, Written, refuse},
    fault::{Delivery, FaultPlan, Treatment},
    message::{ErrorStatus, Operation, Request},
};

/// The devices of a simulator, their counters, and what was asked of them.
#[derive(Debug)]
pub(crate) struct Agent {
    devices: Vec<Served>,
    communities: HashMap<Vec<u8>, usize>,
    /// What each community stands for that has been used. Beyond [`Agent::MOST_TWINS`] new ones are unknown.
    twins: HashMap<Vec<u8>, Twin>,
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

/// A device with its name, plan and counters.
#[derive(Debug)]
pub(crate) struct Served {
    name: Arc<str>,
    device: Device,
    plan: FaultPlan,
    stepped: bool,
    counters: DeviceCounters,
}

/// A device as one community shows it.
#[derive(Debug)]
struct Twin {
    served: usize,
    plan: FaultPlan,
    requests: u64,
    /// The answer that waits for the next request.
    waiting: Option<(Vec<u8>, SocketAddr)>,
}

/// A request that a device was asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The device.
    pub device: Arc<str>,
    /// Its number among those of the same community, the first being 1.
    pub number: u64,
    /// Who asked.
    pub peer: SocketAddr,
    /// What was asked.
    pub request: Request,
}

/// What a device was asked and did, all its communities together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceCounters {
    /// All requests.
    pub requests: u64,
    /// Of these GET.
    pub gets: u64,
    /// Of these GETNEXT.
    pub get_nexts: u64,
    /// Of these GETBULK.
    pub get_bulks: u64,
    /// Answers that its fault plan lost.
    pub lost: u64,
    /// Answers with an error-status.
    pub refused: u64,
    /// Varbinds in all answers, lost ones included.
    pub varbinds: u64,
}

/// What came to no device, or got lost where no plan said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams that are no request of a version spoken here.
    pub malformed: u64,
    /// Requests with a community that stands for no device.
    pub unknown_community: u64,
    /// Answers given up because too many were waiting or the socket did not take them.
    pub overflowed: u64,
}

/// What is to be done about a datagram.
#[derive(Debug)]
pub(crate) enum Reaction {
    /// Nothing.
    Ignore,
    /// The answer is in the buffer.
    Answer {
        /// How it goes out.
        delivery: Delivery,
        /// An answer that has waited for this request, and goes out first.
        released: Option<(Vec<u8>, SocketAddr)>,
    },
    /// The answer is in the buffer, and a test decides what becomes of it.
    Hold(Arc<Asked>),
}

impl Agent {
    /// The most communities with fault plans that one agent tells apart.
    pub(crate) const MOST_TWINS: usize = 10_000;

    pub(crate) fn new(limits: AgentLimits) -> Self {
        Self {
            devices: Vec::new(),
            communities: HashMap::new(),
            twins: HashMap::new(),
            limits,
            counters: Counters::default(),
            log: VecDeque::new(),
        }
    }

    /// Adds a device; says `false` if there is one of this name or community.
    pub(crate) fn add(&mut self, name: &str, recording: &Recording, plan: FaultPlan, stepped: bool) -> bool {
        let device = Device::new(recording);
        self.devices.push(Served { name: name.into(), device, plan, stepped, counters: DeviceCounters::default() });
        self.communities.insert(name.as_bytes().to_vec(), self.devices.len() - 1).is_none()
    }

    /// Gives a device a further community, if that is not the name of another one; says `false` if there is no such device.
    pub(crate) fn add_community(&mut self, community: &str, device: &str) -> bool {
        let Some(served) = self.place(device) else { return false };
        self.communities.entry(community.as_bytes().to_vec()).or_insert(served);
        true
    }

    /// Exchanges the plan of a device, and begins to count its requests anew.
    pub(crate) fn set_plan(&mut self, device: &str, plan: FaultPlan) -> bool {
        let Some(place) = self.place(device) else { return false };
        if let Some(served) = self.devices.get_mut(place) {
            served.plan = plan;
        }
        self.twins.retain(|_, twin| twin.served != place);
        true
    }

    /// Exchanges what a device says.
    pub(crate) fn set_recording(&mut self, device: &str, recording: &Recording) -> bool {
        let Some(served) = self.place(device).and_then(|place| self.devices.get_mut(place)) else { return false };
        served.device = Device::new(recording);
        true
    }

    pub(crate) fn device_counters(&self, device: &str) -> Option<DeviceCounters> {
        self.place(device).and_then(|place| self.devices.get(place)).map(|served| served.counters)
    }

    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }

    pub(crate) fn count_overflow(&mut self) {
        self.counters.overflowed += 1;
    }

    pub(crate) fn log(&self) -> Vec<Arc<Asked>> {
        self.log.iter().cloned().collect()
    }

    /// Takes a datagram, and writes the answer to it into `answer`.
    pub(crate) fn receive(&mut self, datagram: &[u8], peer: SocketAddr, answer: &mut Vec<u8>) -> Reaction {
        answer.clear();
        let Ok(request) = Request::read(datagram) else {
            self.counters.malformed += 1;
            return Reaction::Ignore;
        };
        let limits = self.limits;
        let Some((twin, served)) = self.twin(&request.community) else {
            self.counters.unknown_community += 1;
            return Reaction::Ignore;
        };
        twin.requests += 1;
        let number = twin.requests;
        let treatment = twin.plan.treat(number, &request);
        let released = twin.waiting.take();
        let written = write(&served.device, &request, treatment, limits.max_message_size, answer);
        served.counters.count(&request, written);

        let asked = (served.stepped || limits.log_capacity > 0)
            .then(|| Arc::new(Asked { device: Arc::clone(&served.name), number, peer, request }));
        let reaction = match asked.clone().filter(|_| served.stepped) {
            Some(asked) => Reaction::Hold(asked),
            None => {
                match treatment.delivery {
                    Delivery::Lost => served.counters.lost += 1,
                    Delivery::AfterNextRequest => twin.waiting = Some((std::mem::take(answer), peer)),
                    Delivery::Sent { .. } => {}
                }
                Reaction::Answer { delivery: treatment.delivery, released }
            }
        };
        if let Some(asked) = asked {
            self.remember(asked);
        }
        reaction
    }

    fn twin(&mut self, community: &[u8]) -> Option<(&mut Twin, &mut Served)> {
        if !self.twins.contains_key(community) {
            let twin = self.make_twin(community).filter(|_| self.twins.len() < Self::MOST_TWINS)?;
            self.twins.insert(community.to_vec(), twin);
        }
        let twin = self.twins.get_mut(community)?;
        let served = self.devices.get_mut(twin.served)?;
        Some((twin, served))
    }

    fn make_twin(&self, community: &[u8]) -> Option<Twin> {
        let (served, suffix) = match self.communities.get(community) {
            Some(served) => (*served, FaultPlan::healthy()),
            None => {
                let mark = community.iter().position(|sign| *sign == b'!')?;
                let (name, suffix) = community.split_at(mark);
                let suffix = std::str::from_utf8(suffix.get(1..)?).ok()?;
                (*self.communities.get(name)?, suffix.parse().ok()?)
            }
        };
        let own = self.devices.get(served)?.plan.clone();
        let plan = suffix.faults().iter().fold(own, |plan, fault| plan.with(*fault));
        Some(Twin { served, plan, requests: 0, waiting: None })
    }

    fn place(&self, device: &str) -> Option<usize> {
        self.devices.iter().position(|served| *served.name == *device)
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

fn write(device: &Device, request: &Request, treatment: Treatment, limit: usize, answer: &mut Vec<u8>) -> Written {
    let request_id = request.request_id.wrapping_add(treatment.request_id_offset);
    match treatment.refusal {
        Some((status, index)) => refuse(request, request_id, status, index, answer),
        None => device.answer(request, treatment.order, request_id, limit, answer),
    }
}

impl DeviceCounters {
    fn count(&mut self, request: &Request, written: Written) {
        self.requests += 1;
        match request.operation {
            Operation::Get => self.gets += 1,
            Operation::GetNext => self.get_nexts += 1,
            Operation::GetBulk => self.get_bulks += 1,
            Operation::Set => {}
        }
        self.refused += u64::from(written.error_status != ErrorStatus::NO_ERROR);
        self.varbinds += written.varbinds;
    }
}

#[cfg(test)]
mod tests;
