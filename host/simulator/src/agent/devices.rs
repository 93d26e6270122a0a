//! Which device a community stands for, and how that community's instance of it behaves.
//!
//! Devices of the same recording share its octets, so that thousands of them cost little more than their names.

use std::{collections::HashMap, net::SocketAddr, sync::Arc};

use super::counters::DeviceCounters;
use crate::{Recording, device::Device, fault::FaultPlan, v3::EngineFaults};

/// The devices, by community.
#[derive(Debug, Default)]
pub(super) struct Devices {
    devices: Vec<Served>,
    communities: HashMap<Vec<u8>, usize>,
    /// What each community stands for that has been used, for each address. Beyond [`Devices::MAX_INSTANCES`] new ones are
    /// unknown.
    instances: Vec<HashMap<Vec<u8>, DeviceInstance>>,
    instance_count: usize,
    /// The recordings served, each with its octets.
    encoded: Vec<(Recording, Arc<Device>)>,
}

/// A device with its name, plan and counters.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) name: Arc<str>,
    pub(super) device: Arc<Device>,
    plan: FaultPlan,
    pub(super) stepped: bool,
    pub(super) counters: DeviceCounters,
}

/// A device as one community shows it at one address.
#[derive(Debug)]
pub(super) struct DeviceInstance {
    served: usize,
    pub(super) plan: FaultPlan,
    /// How many requests have come.
    pub(super) requests: u64,
    /// How many messages of version 3 were authentic.
    pub(super) authentic: u64,
    pub(super) engine_faults: EngineFaults,
    /// The answer that waits for the next request.
    pub(super) waiting: Option<(Vec<u8>, SocketAddr)>,
    /// The answer before, for those that repeat it.
    pub(super) last: Vec<u8>,
}

impl Devices {
    /// The most communities that one simulator tells apart, those of each address counted by themselves.
    pub(super) const MAX_INSTANCES: usize = 50_000;

    pub(super) fn add(&mut self, name: &str, recording: &Recording, plan: FaultPlan, stepped: bool) -> bool {
        let device = self.encode(recording);
        self.devices.push(Served { name: name.into(), device, plan, stepped, counters: DeviceCounters::default() });
        self.communities.insert(name.as_bytes().to_vec(), self.devices.len() - 1).is_none()
    }

    pub(super) fn add_community(&mut self, community: &str, device: &str) -> bool {
        let Some(served) = self.place(device) else { return false };
        self.communities.entry(community.as_bytes().to_vec()).or_insert(served);
        true
    }

    pub(super) fn set_plan(&mut self, device: &str, plan: FaultPlan) -> bool {
        let Some(place) = self.place(device) else { return false };
        if let Some(served) = self.devices.get_mut(place) {
            served.plan = plan;
        }
        for instances in &mut self.instances {
            instances.retain(|_, instance| instance.served != place);
        }
        self.instance_count = self.instances.iter().map(HashMap::len).sum();
        true
    }

    pub(super) fn set_recording(&mut self, device: &str, recording: &Recording) -> bool {
        let encoded = Arc::new(Device::new(recording));
        let Some(served) = self.place(device).and_then(|place| self.devices.get_mut(place)) else { return false };
        served.device = encoded;
        true
    }

    pub(super) fn counters(&self, device: &str) -> Option<DeviceCounters> {
        self.place(device).and_then(|place| self.devices.get(place)).map(|served| served.counters)
    }

    /// The device of a community, and how it behaves there. The empty one is that of the first device, unless it was
    /// given to another.
    pub(super) fn instance(&mut self, community: &[u8], address: usize) -> Option<(&mut DeviceInstance, &mut Served)> {
        if self.instances.len() <= address {
            self.instances.resize_with(address + 1, HashMap::new);
        }
        if !self.instances.get(address)?.contains_key(community) {
            let instance = self.make_instance(community).filter(|_| self.instance_count < Self::MAX_INSTANCES)?;
            self.instances.get_mut(address)?.insert(community.to_vec(), instance);
            self.instance_count += 1;
        }
        let instance = self.instances.get_mut(address)?.get_mut(community)?;
        let served = self.devices.get_mut(instance.served)?;
        Some((instance, served))
    }

    /// The community of the first device: what an empty contextName means.
    pub(super) fn first(&self) -> Vec<u8> {
        self.devices.first().map(|served| served.name.as_bytes().to_vec()).unwrap_or_default()
    }

    #[cfg(test)]
    pub(super) fn instance_count(&self) -> usize {
        self.instance_count
    }

    fn make_instance(&self, community: &[u8]) -> Option<DeviceInstance> {
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
        let engine_faults = EngineFaults::of(&plan);
        Some(DeviceInstance { served, plan, requests: 0, authentic: 0, engine_faults, waiting: None, last: Vec::new() })
    }

    fn place(&self, device: &str) -> Option<usize> {
        let place = self.communities.get(device.as_bytes())?;
        self.devices.get(*place).is_some_and(|served| *served.name == *device).then_some(*place)
    }

    fn encode(&mut self, recording: &Recording) -> Arc<Device> {
        if let Some((_, device)) = self.encoded.iter().find(|(known, _)| known.is_shared_with(recording)) {
            return Arc::clone(device);
        }
        let device = Arc::new(Device::new(recording));
        self.encoded.push((recording.clone(), Arc::clone(&device)));
        device
    }
}
