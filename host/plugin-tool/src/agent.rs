//! A recorded device that a plugin is tested with: honest until the plugin begins, then with its fault.
//!
//! The fault lies in the agent, between the recording and the engine that walks it, so a plugin meets it as it would meet
//! it at a device: after retries, smaller requests and checks.

use std::sync::Mutex;

use simulator::{DeviceCounters, PlayedDevice, Recording};

use crate::{Fault, TestCase};

/// What an agent does with a datagram.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    /// It answers this.
    Answer(Vec<u8>),
    /// It is silent.
    Nothing,
    /// It is silent, and whoever runs the job is to cancel it now.
    Cancel,
}

/// A recorded device with a fault.
#[derive(Debug)]
pub struct TestAgent {
    device: PlayedDevice,
    fault: Option<Fault>,
    begun: Mutex<Option<Begun>>,
}

/// The plugin has begun.
#[derive(Debug)]
struct Begun {
    /// What the agent was asked before.
    before: DeviceCounters,
    /// Datagrams since then.
    datagrams: u64,
    /// Of these those that the fault kept from the device.
    kept: u64,
}

impl TestAgent {
    /// The device of a case with this fault.
    #[must_use]
    pub fn new(case: &TestCase, fault: Option<&Fault>) -> Self {
        let holes = match fault {
            Some(Fault::Hole { every }) => Some(*every),
            _ => None,
        };
        let recording =
            |recording: &Recording| holes.map_or_else(|| recording.clone(), |every| full_of_holes(recording, every));
        let is_known = |name: &str| match fault {
            Some(Fault::Context { name: Some(unknown) }) => unknown != name,
            Some(Fault::Context { name: None }) => false,
            _ => true,
        };
        let contexts = case.contexts.iter().filter(|(name, _)| is_known(name));
        let device = contexts.fold(PlayedDevice::new(&recording(&case.recording)), |device, (name, context)| {
            device.with_context(name, &recording(context))
        });
        Self { device, fault: fault.cloned(), begun: Mutex::new(None) }
    }

    /// The plugin begins: from now on the fault is there. Only the first call counts.
    pub fn begin(&self) {
        let mut begun = self.lock();
        if begun.is_none() {
            if let Some(fault) = &self.fault {
                self.device.set_plan(&fault.plan());
            }
            *begun = Some(Begun { before: self.device.counters(), datagrams: 0, kept: 0 });
        }
    }

    /// What it does with a datagram.
    #[must_use]
    pub fn reply(&self, datagram: &[u8]) -> Reply {
        if let Some(begun) = &mut *self.lock() {
            let before = begun.datagrams;
            begun.datagrams += 1;
            let kept = match &self.fault {
                Some(Fault::Timeout { after }) if before >= *after => Some(Reply::Nothing),
                Some(Fault::CancelAfter { requests }) if before >= *requests => Some(Reply::Cancel),
                _ => None,
            };
            if let Some(kept) = kept {
                begun.kept += 1;
                return kept;
            }
        }
        self.device.answer(datagram).map_or(Reply::Nothing, Reply::Answer)
    }

    /// What it was asked since the plugin began. Requests that a fault kept from it count in `requests` and `lost` only.
    #[must_use]
    pub fn counters(&self) -> DeviceCounters {
        let begun = self.lock();
        let Some(begun) = &*begun else { return DeviceCounters::default() };
        let counters = self.device.counters().since(begun.before);
        DeviceCounters { requests: counters.requests + begun.kept, lost: counters.lost + begun.kept, ..counters }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Begun>> {
        self.begun.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The recording without every n-th of its objects.
fn full_of_holes(recording: &Recording, every: usize) -> Recording {
    let kept = recording.varbinds().iter().zip(1_usize..).filter(|(_, place)| !place.is_multiple_of(every));
    kept.map(|(varbind, _)| varbind.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GET of 1.3.6.1.2.1.1.7.0 in version 2c.
    fn get(community: &str) -> Vec<u8> {
        let pdu = [
            0xa0, 0x1b, 2, 1, 7, 2, 1, 0, 2, 1, 0, 0x30, 0x10, 0x30, 0x0e, 6, 8, 0x2b, 6, 1, 2, 1, 1, 7, 0, 5, 0, 5, 0,
        ];
        let head = [&[2, 1, 1, 4, community.len() as u8], community.as_bytes()].concat();
        [&[0x30, (head.len() + pdu.len()) as u8][..], &head, &pdu].concat()
    }

    fn case() -> TestCase {
        let recording = |text: &str| Recording::parse(text.as_bytes()).recording;
        TestCase {
            contexts: vec![("vlan-10".to_owned(), recording("1.3.6.1.2.1.1.7.0|2|10\n"))],
            ..TestCase::of("switch", recording("1.3.6.1.2.1.1.7.0|2|72\n1.3.6.1.2.1.1.8.0|67|5\n"))
        }
    }

    /// What becomes of requests before and after the plugin begins: the last octet of an answer, `-` for silence, `x`
    /// for a cancelled job.
    #[track_caller]
    fn check(fault: Option<&str>, community: &str, expected: &str) {
        let fault = fault.map(|fault| fault.parse::<Fault>().unwrap());
        let agent = TestAgent::new(&case(), fault.as_ref());
        let mut shown = String::new();
        for _ in 0..4 {
            shown += &match agent.reply(&get(community)) {
                Reply::Answer(answer) => format!("{} ", answer.last().unwrap()),
                Reply::Nothing => "- ".to_owned(),
                Reply::Cancel => "x ".to_owned(),
            };
            agent.begin();
        }
        assert_eq!(shown.trim_end(), expected);
    }

    #[test]
    fn an_agent_is_honest_until_the_plugin_begins() {
        check(None, "recording", "72 72 72 72");
        check(Some("timeout=0"), "recording", "72 - - -");
        check(Some("timeout=2"), "recording", "72 72 72 -");
        check(Some("cancel-after=1"), "recording", "72 72 x x");
        check(Some("agent=drop:2"), "recording", "72 72 - 72");
    }

    #[test]
    fn a_hole_and_a_context_that_is_unknown_are_there_from_the_start() {
        check(Some("hole=1"), "recording", "0 0 0 0");
        check(Some("hole=2"), "recording", "72 72 72 72");
        check(None, "recording@10", "10 10 10 10");
        check(Some("context"), "recording@10", "- - - -");
        check(Some("context=vlan-10"), "recording@10", "- - - -");
        check(Some("context=vlan-11"), "recording@10", "10 10 10 10");
    }

    #[test]
    fn requests_are_counted_from_when_the_plugin_begins() {
        let agent = TestAgent::new(&case(), Some(&Fault::Timeout { after: 1 }));
        let _ = agent.reply(&get("recording"));
        assert_eq!(agent.counters(), DeviceCounters::default());
        agent.begin();
        for _ in 0..3 {
            let _ = agent.reply(&get("recording"));
        }
        let expected = DeviceCounters { requests: 3, gets: 1, lost: 2, varbinds: 1, ..DeviceCounters::default() };
        assert_eq!(agent.counters(), expected);
    }
}
