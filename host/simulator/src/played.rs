//! A recording that is played inside this process: no socket, no task, no clock.
//!
//! It is the same agent that the [`Simulator`](crate::Simulator) serves, so GETBULK, sizes of answers, contexts, faults and
//! what versions 1 and 2c do otherwise are the same. In version 3 it has one user, without authentication: only that needs
//! a clock.

use std::{fmt, net::SocketAddr, time::Duration};

use parking_lot::Mutex;

use crate::{
    Recording, SimulatorBuilder,
    agent::{Agent, AgentLimits, Arrival, DeviceCounters, Reaction},
    fault::{Delivery, FaultPlan},
    v3::{SimulatedEngine, SimulatedUser, Usm},
};

/// A device that answers what it is told.
pub struct PlayedDevice {
    agent: Mutex<Agent>,
    /// The device itself, then its contexts: each is a device of the agent.
    names: Vec<String>,
}

impl PlayedDevice {
    /// The community that it answers to.
    pub const COMMUNITY: &str = "recording";

    /// The user of version 3 that it answers to, at noAuthNoPriv.
    pub const USER: &str = "recording";

    /// What the context of a VLAN is called in version 3, before the VLAN's number. Versions before have the community
    /// with `@` and the number behind it.
    const VLAN: &str = "vlan-";

    /// Plays a recording.
    #[must_use]
    pub fn new(recording: &Recording) -> Self {
        let limits = AgentLimits { max_message_size: SimulatorBuilder::MESSAGE_SIZE, log_capacity: 0 };
        // A name alone makes no key, so nothing can be wrong with it.
        let mut usm = Usm::new(&[SimulatedUser::new(Self::USER)]).unwrap_or_else(|_| Usm::without_users());
        usm.start_engines([&SimulatedEngine::random()]);
        let mut agent = Agent::new(limits, usm);
        // There is no other device whose name this could be.
        let _ = agent.add(Self::COMMUNITY, recording, FaultPlan::healthy(), false);
        Self { agent: Mutex::new(agent), names: vec![Self::COMMUNITY.to_owned()] }
    }

    /// Adds a context of this name with a recording of its own, `vlan-10` that of a VLAN in every version. Of two with
    /// one name the first stays.
    #[must_use]
    pub fn with_context(mut self, name: &str, recording: &Recording) -> Self {
        let vlan = name.strip_prefix(Self::VLAN).map(|number| format!("{}@{number}", Self::COMMUNITY));
        for name in [Some(name.to_owned()), vlan].into_iter().flatten() {
            if !self.names.contains(&name) && self.agent.get_mut().add(&name, recording, FaultPlan::healthy(), false) {
                self.names.push(name);
            }
        }
        self
    }

    /// Lets it misbehave by this plan from now on, in every context. Requests are counted anew.
    pub fn set_plan(&self, plan: &FaultPlan) {
        let mut agent = self.agent.lock();
        for name in &self.names {
            agent.set_plan(name, plan.clone());
        }
    }

    /// What it was asked so far, and answered.
    #[must_use]
    pub fn counters(&self) -> DeviceCounters {
        let agent = self.agent.lock();
        let counters = self.names.iter().filter_map(|name| agent.device_counters(name));
        counters.fold(DeviceCounters::default(), DeviceCounters::plus)
    }

    /// The answer to a datagram; none to what is no request with its community or its user.
    #[must_use]
    pub fn answer(&self, datagram: &[u8]) -> Option<Vec<u8>> {
        let arrival = Arrival { peer: SocketAddr::from(([0; 4], 0)), address: 0, now: Duration::ZERO };
        let mut answer = Vec::new();
        match self.agent.lock().receive(datagram, arrival, &mut answer) {
            Reaction::Answer { delivery: Delivery::Sent { .. }, .. } => Some(answer),
            _ => None,
        }
    }
}

impl fmt::Debug for PlayedDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlayedDevice")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A GET of 1.3.6.1.2.1.1.7.0, with this community.
    fn get(version: u8, community: &[u8]) -> Vec<u8> {
        let pdu = [
            0xa0, 0x1b, 2, 1, 7, 2, 1, 0, 2, 1, 0, 0x30, 0x10, 0x30, 0x0e, 6, 8, 0x2b, 6, 1, 2, 1, 1, 7, 0, 5, 0, 5, 0,
        ];
        let head = [&[2, 1, version, 4, community.len() as u8], community].concat();
        [&[0x30, (head.len() + pdu.len()) as u8][..], &head, &pdu].concat()
    }

    #[test]
    fn a_request_is_answered_at_once_and_anything_else_never() {
        let device = PlayedDevice::new(&Recording::parse(b"1.3.6.1.2.1.1.7.0|2|72\n").recording);
        for version in [0, 1] {
            let request = get(version, PlayedDevice::COMMUNITY.as_bytes());
            let answer = device.answer(&request);
            assert!(answer.is_some_and(|answer| answer.ends_with(&[2, 1, 72])), "version {version}");
        }
        assert_eq!(device.answer(&get(1, b"another")), None);
        assert_eq!(device.answer(&get(3, b"")), None);
        assert_eq!(device.answer(b"no message"), None);
    }

    #[test]
    fn a_context_has_a_recording_of_its_own_and_that_of_a_vlan_a_community_too() {
        let recording = |load: u8| Recording::parse(format!("1.3.6.1.2.1.1.7.0|2|{load}\n").as_bytes()).recording;
        let device = PlayedDevice::new(&recording(72)).with_context("vlan-10", &recording(10));
        for (community, value) in [("recording", 72), ("recording@10", 10), ("vlan-10", 10)] {
            let answer = device.answer(&get(1, community.as_bytes()));
            assert!(answer.is_some_and(|answer| answer.ends_with(&[2, 1, value])), "{community}");
        }
        assert_eq!(device.answer(&get(1, b"recording@11")), None);
        assert_eq!((device.counters().gets, device.counters().varbinds), (3, 3));
    }

    #[test]
    fn it_misbehaves_from_when_it_is_told_to() {
        let device = PlayedDevice::new(&Recording::parse(b"1.3.6.1.2.1.1.7.0|2|72\n").recording);
        let request = get(1, PlayedDevice::COMMUNITY.as_bytes());
        assert!(device.answer(&request).is_some());
        device.set_plan(&crate::Fault::DropEvery(2).into());
        assert!(device.answer(&request).is_some(), "the first is counted anew");
        assert_eq!(device.answer(&request), None);
    }
}
