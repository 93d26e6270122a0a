//! The order in which waiting tickets start: round robin over devices, first come first served for each of them.
//!
//! A device with a thousand waiting tickets takes its turn like one with a single ticket. A device that has as many
//! running polls as it may have gets no turn until one of them is gone. Every step costs a look-up, not a search,
//! except taking a waiting ticket back.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
    sync::Arc,
};

use address::Host;

use super::TicketId;

/// What counts as one device: the address as asked, and the port.
///
/// Spellings of the same address are one device. A name and its address are two, since nothing is looked up here.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DeviceKey {
    host: Arc<str>,
    port: u16,
}

/// The waiting tickets by device.
#[derive(Debug)]
pub(super) struct FairQueue {
    per_device: usize,
    devices: HashMap<DeviceKey, Device>,
    /// Devices that could start a ticket now, the one that has waited longest first.
    turns: BTreeMap<u64, DeviceKey>,
    next_turn: u64,
    waiting: usize,
}

#[derive(Debug, Default)]
struct Device {
    waiting: VecDeque<TicketId>,
    running: usize,
    /// Its place in `turns`, exactly when it has a waiting ticket and a free slot.
    turn: Option<u64>,
}

impl FairQueue {
    pub(super) fn new(per_device: usize) -> Self {
        Self {
            per_device: per_device.max(1),
            devices: HashMap::new(),
            turns: BTreeMap::new(),
            next_turn: 0,
            waiting: 0,
        }
    }

    /// How many tickets wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Whether [`FairQueue::pop`] would give one.
    pub(super) fn has_next(&self) -> bool {
        !self.turns.is_empty()
    }

    /// Adds a ticket at the end of its device's line.
    pub(super) fn push(&mut self, device: &DeviceKey, id: TicketId) {
        self.devices.entry(device.clone()).or_default().waiting.push_back(id);
        self.waiting += 1;
        self.settle(device);
    }

    /// Takes the next ticket, and a slot of its device until [`FairQueue::release`].
    pub(super) fn pop(&mut self) -> Option<(TicketId, DeviceKey)> {
        loop {
            let (_, key) = self.turns.pop_first()?;
            let Some(device) = self.devices.get_mut(&key) else { continue };
            device.turn = None;
            let Some(id) = device.waiting.pop_front() else { continue };
            device.running += 1;
            self.waiting -= 1;
            self.settle(&key);
            return Some((id, key));
        }
    }

    /// Takes a waiting ticket back.
    pub(super) fn take_back(&mut self, key: &DeviceKey, id: TicketId) {
        let Some(device) = self.devices.get_mut(key) else { return };
        let Some(place) = device.waiting.iter().position(|waiting| *waiting == id) else { return };
        device.waiting.remove(place);
        self.waiting -= 1;
        self.settle(key);
    }

    /// Gives a slot of the device back.
    pub(super) fn release(&mut self, key: &DeviceKey) {
        if let Some(device) = self.devices.get_mut(key) {
            device.running = device.running.saturating_sub(1);
        }
        self.settle(key);
    }

    /// Restores what `turn` promises, and forgets a device that has nothing to do.
    fn settle(&mut self, key: &DeviceKey) {
        let Some(device) = self.devices.get_mut(key) else { return };
        let may_start = !device.waiting.is_empty() && device.running < self.per_device;
        match (may_start, device.turn) {
            (true, None) => {
                device.turn = Some(self.next_turn);
                self.turns.insert(self.next_turn, key.clone());
                self.next_turn += 1;
            }
            (false, Some(turn)) => {
                device.turn = None;
                self.turns.remove(&turn);
            }
            (true, Some(_)) | (false, None) => {}
        }
        if device.waiting.is_empty() && device.running == 0 {
            self.devices.remove(key);
        }
    }
}

impl DeviceKey {
    /// The device behind a host as the client wrote it.
    #[must_use]
    pub fn new(host: &Host, port: u16) -> Self {
        Self { host: host.canonical().into(), port }
    }
}

impl fmt::Display for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}
