//! The jobs of one client that wait: its devices take turns, and each is served first come first served.
//!
//! A device that has as many running jobs as it may have gets no turn until one of them is gone. Every step costs a
//! look-up, not a search, except taking a waiting job back.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::device::DeviceKey;

/// The waiting jobs of one client by device.
#[derive(Debug)]
pub(super) struct Line<T> {
    devices: HashMap<DeviceKey, Waiting<T>>,
    /// Devices that could start a job now, the one that has waited longest first.
    turns: BTreeMap<u64, DeviceKey>,
    next_turn: u64,
    length: usize,
}

#[derive(Debug)]
struct Waiting<T> {
    jobs: VecDeque<T>,
    /// Its index in `turns`, exactly when it is free.
    turn: Option<u64>,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self { devices: HashMap::new(), turns: BTreeMap::new(), next_turn: 0, length: 0 }
    }
}

impl<T: PartialEq> Line<T> {
    /// How many jobs wait.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Whether [`Line::pop`] would give one.
    pub(super) fn has_next(&self) -> bool {
        !self.turns.is_empty()
    }

    /// Whether jobs for this device wait.
    pub(super) fn waits_for(&self, device: &DeviceKey) -> bool {
        self.devices.contains_key(device)
    }

    /// Adds a job at the end of its device's line.
    pub(super) fn push(&mut self, device: &DeviceKey, id: T, is_free: bool) {
        let waiting = || Waiting { jobs: VecDeque::new(), turn: None };
        self.devices.entry(device.clone()).or_insert_with(waiting).jobs.push_back(id);
        self.length += 1;
        self.set_free(device, is_free);
    }

    /// Takes the next job. Its device has no turn until [`Line::set_free`] says that it may have another.
    pub(super) fn pop(&mut self) -> Option<(T, DeviceKey)> {
        let (_, key) = self.turns.pop_first()?;
        let device = self.devices.get_mut(&key)?;
        device.turn = None;
        let id = device.jobs.pop_front()?;
        if device.jobs.is_empty() {
            self.devices.remove(&key);
        }
        self.length -= 1;
        Some((id, key))
    }

    /// Takes a waiting job back.
    pub(super) fn take_back(&mut self, key: &DeviceKey, id: &T) {
        let Some(device) = self.devices.get_mut(key) else { return };
        let Some(index) = device.jobs.iter().position(|waiting| waiting == id) else { return };
        device.jobs.remove(index);
        self.length -= 1;
        if device.jobs.is_empty() {
            self.set_free(key, false);
            self.devices.remove(key);
        }
    }

    /// Whether a job of the device could start now. One that becomes free is last.
    pub(super) fn set_free(&mut self, key: &DeviceKey, is_free: bool) {
        let Some(device) = self.devices.get_mut(key) else { return };
        match (is_free, device.turn) {
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
    }
}
