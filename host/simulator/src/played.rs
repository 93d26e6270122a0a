//! A recording that is played inside this process: no socket, no task, no clock.
//!
//! It is the same agent that the [`Simulator`](crate::Simulator) serves, so GETBULK, sizes of answers and what versions 1
//! and 2c do otherwise are the same. Version 3 needs a clock and has none here.

use std::{fmt, net::SocketAddr, time::Duration};

use parking_lot::Mutex;

use crate::{
    Recording, SimulatorBuilder,
    agent::{Agent, AgentLimits, Arrival, Reaction},
    fault::{Delivery, FaultPlan},
    v3::Usm,
};

/// A device that answers what it is told.
pub struct PlayedDevice(Mutex<Agent>);

impl PlayedDevice {
    /// The community that it answers to.
    pub const COMMUNITY: &str = "recording";

    /// Plays a recording.
    #[must_use]
    pub fn new(recording: &Recording) -> Self {
        let limits = AgentLimits { max_message_size: SimulatorBuilder::MESSAGE_SIZE, log_capacity: 0 };
        let mut agent = Agent::new(limits, Usm::without_users());
        // There is no other device whose name this could be.
        let _ = agent.add(Self::COMMUNITY, recording, FaultPlan::healthy(), false);
        Self(Mutex::new(agent))
    }

    /// The answer to a datagram; none to what is no request with its community.
    #[must_use]
    pub fn answer(&self, datagram: &[u8]) -> Option<Vec<u8>> {
        let arrival = Arrival { peer: SocketAddr::from(([0; 4], 0)), address: 0, now: Duration::ZERO };
        let mut answer = Vec::new();
        match self.0.lock().receive(datagram, arrival, &mut answer) {
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
}
