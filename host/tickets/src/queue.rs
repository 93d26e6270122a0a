//! Whose turn it is: fair shares between clients, and within a client between its devices.
//!
//! ```text
//!   push           Start           pause            resume            Resume
//! ───────► Waiting ─────► Active ────────► Silent ────────► Resuming ────────► Active
//!             └──────────────┴── release ─────┴─────────────────┴───► gone
//! ```
//!
//! The next slot goes to the client that has the fewest; among those with as few, to the one whose number of slots has
//! not changed for longest. So a client with thousands of waiting jobs holds up nobody who has one, and nobody waits for
//! ever: at each number of slots the clients are served in their order, and a client that is served has more.
//!
//! A slot stands for the memory and the processor time that a job takes. A job that waits for a silent device takes
//! next to none, so it gives its slot away ([`FairQueue::pause`]) and waits for another one when the device has answered.
//! How many jobs do so is bounded, too, and a client has as many of these places at most as it leaves to others.
//!
//! Pure: no clock, no task, no lock. Most steps cost a look-up.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    hash::Hash,
};

use job::Client;

use crate::{DeviceKey, line::Line};

/// How many jobs there may be at a time. Each field says what happens beyond it.
#[derive(Clone, Copy, Debug)]
pub(super) struct QueueBounds {
    /// Jobs with a slot. Beyond, further ones wait.
    pub(super) slots: usize,
    /// Jobs that wait without a slot for a silent device. Beyond, no further job starts, but for as many as there are
    /// slots; with 0, a job keeps its slot while it waits.
    pub(super) silent: usize,
    /// Jobs that wait to start. Beyond, only clients with less than their share may add one, in all as many again.
    pub(super) waiting: usize,
    /// Jobs of one device that have started. Beyond, its jobs wait while those of others start.
    pub(super) per_device: usize,
}

/// The jobs that wait and those that have started. `T` is the name of a job.
#[derive(Debug)]
pub(super) struct FairQueue<T> {
    bounds: QueueBounds,
    jobs: HashMap<T, Job>,
    clients: HashMap<Client, Share<T>>,
    devices: HashMap<DeviceKey, Device>,
    /// Clients that could use a slot, the next one first.
    ready: BTreeMap<Rank, Client>,
    next_turn: u64,
    waiting: usize,
    active: usize,
    silent: usize,
}

/// A job whose turn it is. It has a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dispatch<T> {
    /// It starts.
    Start(T, DeviceKey),
    /// It goes on.
    Resume(T),
}

/// As many jobs wait as may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

#[derive(Debug)]
struct Job {
    client: Client,
    device: DeviceKey,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Waiting,
    Active,
    Silent,
    Resuming,
}

/// What one client has.
#[derive(Debug)]
struct Share<T> {
    line: Line<T>,
    resuming: VecDeque<T>,
    active: usize,
    /// Those that resume among them.
    silent: usize,
    /// When `active` has changed last.
    turn: u64,
    /// Where it is in `ready`.
    rank: Option<Rank>,
}

/// Who comes first: who has the fewest slots, then who has waited longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    active: usize,
    turn: u64,
}

#[derive(Debug, Default)]
struct Device {
    started: usize,
    /// Clients whose jobs wait for it.
    waiting: BTreeSet<Client>,
}

impl<T: Copy + Eq + Hash> FairQueue<T> {
    pub(super) fn new(bounds: QueueBounds) -> Self {
        let bounds = QueueBounds { slots: bounds.slots.max(1), per_device: bounds.per_device.max(1), ..bounds };
        Self {
            bounds,
            jobs: HashMap::new(),
            clients: HashMap::new(),
            devices: HashMap::new(),
            ready: BTreeMap::new(),
            next_turn: 0,
            waiting: 0,
            active: 0,
            silent: 0,
        }
    }

    /// How many jobs wait to start.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    /// Whether nothing is remembered any more.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        let counts = [self.waiting, self.active, self.silent, self.jobs.len(), self.clients.len(), self.devices.len()];
        counts.iter().all(|count| *count == 0) && self.ready.is_empty()
    }

    /// Whether [`FairQueue::next`] would give one.
    pub(super) fn has_next(&self) -> bool {
        self.first().is_some()
    }

    /// Adds a job at the end of its device's line.
    pub(super) fn push(&mut self, client: Client, device: &DeviceKey, id: T) -> Result<(), Full> {
        if !self.admits(client) {
            return Err(Full);
        }
        let of_device = self.devices.entry(device.clone()).or_default();
        of_device.waiting.insert(client);
        let is_free = of_device.started < self.bounds.per_device;
        if !self.clients.contains_key(&client) {
            let share = Share {
                line: Line::default(),
                resuming: VecDeque::new(),
                active: 0,
                silent: 0,
                turn: self.turn(),
                rank: None,
            };
            self.clients.insert(client, share);
        }
        if let Some(share) = self.clients.get_mut(&client) {
            share.line.push(device, id, is_free);
        }
        self.jobs.insert(id, Job { client, device: device.clone(), phase: Phase::Waiting });
        self.waiting += 1;
        self.settle(client);
        Ok(())
    }

    /// Gives the next slot away. The job has it until [`FairQueue::pause`] or [`FairQueue::release`].
    pub(super) fn next(&mut self) -> Option<Dispatch<T>> {
        let client = self.first()?;
        let share = self.clients.get_mut(&client)?;
        let turn = if let Some(id) = share.resuming.pop_front() {
            share.silent -= 1;
            self.silent -= 1;
            Dispatch::Resume(id)
        } else {
            let (id, device) = share.line.pop()?;
            self.waiting -= 1;
            Dispatch::Start(id, device)
        };
        share.active += 1;
        self.active += 1;
        let (Dispatch::Start(id, _) | Dispatch::Resume(id)) = turn;
        self.set_phase(id, Phase::Active);
        if let Dispatch::Start(_, device) = &turn {
            self.devices.entry(device.clone()).or_default().started += 1;
            self.leave(client, device);
            self.settle_device(device);
        }
        self.renew(client);
        Some(turn)
    }

    /// Takes the slot of a job that only waits for a device.
    pub(super) fn pause(&mut self, id: T) {
        if self.bounds.silent == 0 {
            return;
        }
        let Some(job) = self.jobs.get_mut(&id).filter(|job| job.phase == Phase::Active) else { return };
        job.phase = Phase::Silent;
        let client = job.client;
        self.active -= 1;
        self.silent += 1;
        if let Some(share) = self.clients.get_mut(&client) {
            share.active -= 1;
            share.silent += 1;
        }
        self.renew(client);
    }

    /// The device of a paused job has answered. Says whether the job has to wait for its [`Dispatch::Resume`].
    pub(super) fn resume(&mut self, id: T) -> bool {
        let Some(job) = self.jobs.get_mut(&id).filter(|job| job.phase == Phase::Silent) else { return false };
        job.phase = Phase::Resuming;
        let client = job.client;
        if let Some(share) = self.clients.get_mut(&client) {
            share.resuming.push_back(id);
        }
        self.settle(client);
        true
    }

    /// Forgets a job, wherever it is on its way.
    pub(super) fn release(&mut self, id: T) {
        let Some(Job { client, device, phase }) = self.jobs.remove(&id) else { return };
        let Some(share) = self.clients.get_mut(&client) else { return };
        match phase {
            Phase::Waiting => {
                share.line.take_back(&device, &id);
                self.waiting -= 1;
                self.leave(client, &device);
            }
            Phase::Active => {
                share.active -= 1;
                self.active -= 1;
            }
            Phase::Silent | Phase::Resuming => {
                share.resuming.retain(|resuming| *resuming != id);
                share.silent -= 1;
                self.silent -= 1;
            }
        }
        if phase != Phase::Waiting
            && let Some(of_device) = self.devices.get_mut(&device)
        {
            of_device.started -= 1;
        }
        self.settle_device(&device);
        if phase == Phase::Active {
            self.renew(client);
        } else {
            self.settle(client);
        }
    }

    /// Whether a client may add a job. Where all together are too many, one that has less than its share may.
    fn admits(&self, client: Client) -> bool {
        let bound = self.bounds.waiting;
        if self.waiting < bound {
            return true;
        }
        let share = self.clients.get(&client);
        let own = share.map_or(0, |share| share.line.len());
        let clients = self.clients.len() + usize::from(share.is_none());
        let fair = bound.checked_div(clients).unwrap_or(bound).max(1);
        own < fair && self.waiting < bound.saturating_mul(2)
    }

    /// The client that the next slot is for.
    fn first(&self) -> Option<Client> {
        if self.active >= self.bounds.slots {
            return None;
        }
        self.ready.values().copied().find(|client| {
            let share = self.clients.get(client);
            share.is_some_and(|share| !share.resuming.is_empty() || share.line.has_next() && self.may_start(share))
        })
    }

    /// Whether one more job of this client may start, which may come to wait for a silent device: always where there
    /// are no more than slots, else where the client leaves as many places as it has.
    fn may_start(&self, share: &Share<T>) -> bool {
        let QueueBounds { slots, silent, .. } = self.bounds;
        let started = self.active + self.silent;
        let has_place = share.silent < silent.saturating_sub(self.silent);
        started < slots || (started < slots.saturating_add(silent) && has_place)
    }

    fn set_phase(&mut self, id: T, phase: Phase) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.phase = phase;
        }
    }

    fn turn(&mut self) -> u64 {
        self.next_turn += 1;
        self.next_turn
    }

    /// Notes that a job of the client waits for the device no more; perhaps others do.
    fn leave(&mut self, client: Client, device: &DeviceKey) {
        let waits = self.clients.get(&client).is_some_and(|share| share.line.waits_for(device));
        if !waits && let Some(of_device) = self.devices.get_mut(device) {
            of_device.waiting.remove(&client);
        }
    }

    /// Tells all who wait for a device whether it is free, and forgets one that has nothing to do.
    fn settle_device(&mut self, key: &DeviceKey) {
        let Some(device) = self.devices.get(key) else { return };
        let is_free = device.started < self.bounds.per_device;
        let waiting: Vec<Client> = device.waiting.iter().copied().collect();
        if waiting.is_empty() && device.started == 0 {
            self.devices.remove(key);
        }
        for client in waiting {
            if let Some(share) = self.clients.get_mut(&client) {
                share.line.set_free(key, is_free);
            }
            self.settle(client);
        }
    }

    /// Puts a client behind the others that have as many slots.
    fn renew(&mut self, client: Client) {
        let turn = self.turn();
        if let Some(share) = self.clients.get_mut(&client) {
            share.turn = turn;
        }
        self.settle(client);
    }

    /// Restores what `ready` promises, and forgets a client that has nothing to do.
    fn settle(&mut self, client: Client) {
        let Some(share) = self.clients.get_mut(&client) else { return };
        let is_ready = !share.resuming.is_empty() || share.line.has_next();
        let rank = is_ready.then_some(Rank { active: share.active, turn: share.turn });
        let before = std::mem::replace(&mut share.rank, rank);
        let is_idle = share.line.len() == 0 && share.active == 0 && share.silent == 0;
        if before != rank {
            if let Some(before) = before {
                self.ready.remove(&before);
            }
            if let Some(rank) = rank {
                self.ready.insert(rank, client);
            }
        }
        if is_idle {
            self.clients.remove(&client);
        }
    }
}
