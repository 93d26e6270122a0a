//! The rules of the queue: a few by example, the order by a model that searches where the queue looks up.

use std::collections::BTreeSet;

use job::Client;
use proptest::prelude::*;

use crate::{
    DeviceKey,
    queue::{Dispatch, FairQueue, Full, QueueBounds},
};

const BOUNDS: QueueBounds = QueueBounds { slots: 1, silent: 100, waiting: 1_000, per_device: 1 };

fn client(last: u8) -> Client {
    Client::at([192, 0, 2, last].into())
}

fn device(number: u32) -> DeviceKey {
    DeviceKey::new(&format!("device{number}").parse().unwrap(), 161)
}

/// A queue whose jobs are numbers.
struct Bench {
    queue: FairQueue<u32>,
    next: u32,
}

impl Bench {
    fn new(bounds: QueueBounds) -> Self {
        Self { queue: FairQueue::new(bounds), next: 0 }
    }

    /// Adds a job of a client for a device.
    fn push(&mut self, of: u8, to: u32) -> Result<u32, Full> {
        self.next += 1;
        self.queue.push(client(of), &device(to), self.next).map(|()| self.next)
    }

    /// Adds so many jobs of a client, each for a device that nobody else asks.
    fn push_many(&mut self, of: u8, count: u32) -> Vec<u32> {
        (0..count).map(|index| self.push(of, u32::from(of) * 10_000 + index).unwrap()).collect()
    }

    fn next(&mut self) -> Option<u32> {
        self.queue.next().map(|(Dispatch::Start(id, _) | Dispatch::Resume(id))| id)
    }

    /// Starts what can be started, and lets each wait for its device. Returns how many there were.
    fn start_and_pause_all(&mut self) -> usize {
        let mut count = 0;
        while let Some(id) = self.next() {
            self.queue.pause(id);
            count += 1;
        }
        count
    }
}

#[test]
fn a_client_with_one_job_comes_before_the_second_job_of_one_with_hundreds() {
    let mut bench = Bench::new(BOUNDS);
    let many = bench.push_many(1, 300);
    let running = bench.next().unwrap();
    let one = bench.push(2, 1).unwrap();
    bench.queue.release(running);
    assert_eq!((running, bench.next()), (many[0], Some(one)));
}

#[test]
fn clients_have_as_many_slots_as_each_other_however_long_their_jobs_take() {
    let mut bench = Bench::new(QueueBounds { slots: 6, ..BOUNDS });
    let slow = bench.push_many(1, 100);
    let mut running: Vec<u32> = std::iter::from_fn(|| bench.next()).collect();
    assert_eq!(running, slow[..6]);
    let quick = bench.push_many(2, 100);
    // As jobs of the first client end, their slots go to the other one, until both have three.
    for (ended, started) in running.drain(..3).zip(&quick) {
        bench.queue.release(ended);
        assert_eq!(bench.next(), Some(*started));
    }
    // From now on each client has the slots back that its own jobs leave.
    bench.queue.release(quick[0]);
    assert_eq!(bench.next(), Some(quick[3]));
    bench.queue.release(slow[3]);
    assert_eq!(bench.next(), Some(slow[6]));
}

#[test]
fn two_clients_that_poll_the_same_device_take_turns() {
    let mut bench = Bench::new(QueueBounds { slots: 4, ..BOUNDS });
    let first: Vec<u32> = (0..3).map(|_| bench.push(1, 7).unwrap()).collect();
    let second: Vec<u32> = (0..3).map(|_| bench.push(2, 7).unwrap()).collect();
    let order: Vec<u32> = std::iter::from_fn(|| {
        let id = bench.next()?;
        assert_eq!(bench.next(), None, "the device is taken");
        bench.queue.release(id);
        Some(id)
    })
    .collect();
    assert_eq!(order, [first[0], second[0], first[1], second[1], first[2], second[2]]);
}

#[test]
fn a_job_that_waits_for_its_device_gives_its_slot_to_others_and_gets_one_back_before_new_ones_start() {
    let mut bench = Bench::new(BOUNDS);
    let jobs = bench.push_many(1, 3);
    assert_eq!((bench.next(), bench.next()), (Some(jobs[0]), None));
    bench.queue.pause(jobs[0]);
    assert_eq!((bench.next(), bench.next()), (Some(jobs[1]), None));
    assert!(bench.queue.resume(jobs[0]), "it has to wait");
    assert_eq!(bench.next(), None);
    bench.queue.release(jobs[1]);
    assert_eq!(bench.queue.next(), Some(Dispatch::Resume(jobs[0])));
    assert!(!bench.queue.resume(jobs[0]), "it has a slot");
    // A job that is gone while it waits, or while it waits to go on, leaves nothing behind.
    bench.queue.pause(jobs[0]);
    assert_eq!(bench.next(), Some(jobs[2]));
    assert!(bench.queue.resume(jobs[0]));
    bench.queue.release(jobs[0]);
    bench.queue.release(jobs[2]);
    assert!(!bench.queue.has_next() && bench.queue.waiting() == 0);
}

#[test]
fn a_client_with_silent_devices_leaves_as_many_places_as_it_has() {
    let mut bench = Bench::new(QueueBounds { slots: 2, silent: 12, ..BOUNDS });
    bench.push_many(1, 100);
    assert_eq!(bench.start_and_pause_all(), 6);
    bench.push_many(2, 100);
    assert_eq!(bench.start_and_pause_all(), 3);
    let one = bench.push(3, 1).unwrap();
    assert_eq!(bench.next(), Some(one));
}

#[test]
fn where_nothing_may_wait_without_a_slot_a_job_keeps_its_own() {
    let mut bench = Bench::new(QueueBounds { silent: 0, slots: 2, ..BOUNDS });
    let jobs = bench.push_many(1, 3);
    assert_eq!(bench.start_and_pause_all(), 2);
    assert!(!bench.queue.resume(jobs[0]));
    bench.queue.release(jobs[0]);
    assert_eq!(bench.next(), Some(jobs[2]));
}

#[test]
fn silent_devices_never_leave_fewer_jobs_than_there_are_slots() {
    let mut bench = Bench::new(QueueBounds { slots: 3, silent: 1, ..BOUNDS });
    bench.push_many(1, 100);
    assert_eq!(bench.start_and_pause_all(), 3);
}

#[test]
fn a_client_that_fills_the_queue_keeps_nobody_else_out() {
    let mut bench = Bench::new(QueueBounds { waiting: 10, ..BOUNDS });
    bench.push_many(1, 10);
    assert_eq!(bench.push(1, 1), Err(Full));
    // A half, a third and a quarter of the queue, until there are twice as many.
    for (other, share) in [(2, 5), (3, 3), (4, 2)] {
        let taken = (0..10).take_while(|index| bench.push(other, 100 + index).is_ok()).count();
        assert_eq!(taken, share, "{other}");
    }
    assert_eq!((bench.queue.waiting(), bench.push(5, 1)), (20, Err(Full)));
}

/// Something that happens to the queue. Jobs are those that have started, by their index.
#[derive(Clone, Debug)]
enum Event {
    Push { client: u8, device: u32 },
    TakeBack(usize),
    Next,
    Pause(usize),
    Resume(usize),
    Release(usize),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (1..4_u8, 0..6_u32).prop_map(|(client, device)| Event::Push { client, device }),
        1 => any::<usize>().prop_map(Event::TakeBack),
        4 => Just(Event::Next),
        2 => any::<usize>().prop_map(Event::Pause),
        2 => any::<usize>().prop_map(Event::Resume),
        2 => any::<usize>().prop_map(Event::Release),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Waiting,
    Active,
    Silent,
    /// Since this event.
    Resuming(usize),
}

#[derive(Clone, Debug)]
struct ModelJob {
    id: u32,
    client: u8,
    device: u32,
    phase: Phase,
}

/// What the queue promises, in searches over a list of jobs.
struct Model {
    bounds: QueueBounds,
    jobs: Vec<ModelJob>,
    /// When the number of slots of each client has changed last, or it came.
    changed: [Option<usize>; 8],
    /// Since when a client could start a job of a device.
    free_since: Vec<((u8, u32), usize)>,
    now: usize,
}

impl Model {
    fn new(bounds: QueueBounds) -> Self {
        Self { bounds, jobs: Vec::new(), changed: [None; 8], free_since: Vec::new(), now: 0 }
    }

    fn count(&self, what: impl Fn(&ModelJob) -> bool) -> usize {
        self.jobs.iter().filter(|job| what(job)).count()
    }

    fn active(&self) -> usize {
        self.count(|job| job.phase == Phase::Active)
    }

    fn silent(&self) -> usize {
        self.count(|job| matches!(job.phase, Phase::Silent | Phase::Resuming(_)))
    }

    fn active_of(&self, client: u8) -> usize {
        self.count(|job| job.client == client && job.phase == Phase::Active)
    }

    fn may_start(&self, client: u8) -> bool {
        let QueueBounds { slots, silent, .. } = self.bounds;
        let started = self.active() + self.silent();
        let own = self.count(|job| job.client == client && matches!(job.phase, Phase::Silent | Phase::Resuming(_)));
        started < slots || (started < slots + silent && own < silent.saturating_sub(self.silent()))
    }

    fn next(&self) -> Option<u32> {
        if self.active() >= self.bounds.slots {
            return None;
        }
        let resuming = |client: u8| {
            let of_client = self.jobs.iter().filter(|job| job.client == client);
            let since = of_client.filter_map(|job| match job.phase {
                Phase::Resuming(since) => Some((since, job.id)),
                _ => None,
            });
            since.min().map(|(_, id)| id)
        };
        let startable = |client: u8| {
            let free = self.free_since.iter().filter(|((of, _), _)| *of == client);
            let ((_, device), _) = free.min_by_key(|(_, since)| *since).filter(|_| self.may_start(client))?;
            let is_next = |job: &&ModelJob| (job.client, job.device, job.phase) == (client, *device, Phase::Waiting);
            self.jobs.iter().find(is_next).map(|job| job.id)
        };
        let candidates = (1..8_u8).filter_map(|client| Some((client, resuming(client).or_else(|| startable(client))?)));
        candidates
            .min_by_key(|(client, _)| (self.active_of(*client), self.changed[usize::from(*client)]))
            .map(|(_, id)| id)
    }

    /// Changes the jobs, and notes what that means.
    fn change(&mut self, change: impl FnOnce(&mut Vec<ModelJob>, usize)) {
        self.now += 1;
        let before: Vec<usize> = (0..8).map(|client| self.active_of(client)).collect();
        change(&mut self.jobs, self.now);
        for client in 0..8_u8 {
            let changed = &self.changed[usize::from(client)];
            let (is_here, is_new) = (self.count(|job| job.client == client) > 0, changed.is_none());
            let has_changed = before[usize::from(client)] != self.active_of(client);
            if !is_here {
                self.changed[usize::from(client)] = None;
            } else if is_new || has_changed {
                self.changed[usize::from(client)] = Some(self.now);
            }
        }
        let started = |device| self.count(|job| job.device == device && job.phase != Phase::Waiting);
        let waiting = self.jobs.iter().filter(|job| job.phase == Phase::Waiting);
        let pairs: BTreeSet<(u8, u32)> = waiting.map(|job| (job.client, job.device)).collect();
        let free = pairs.into_iter().filter(|(_, device)| started(*device) < self.bounds.per_device).map(|pair| {
            let known = self.free_since.iter().find(|(known, _)| *known == pair);
            (pair, known.map_or(self.now, |(_, since)| *since))
        });
        self.free_since = free.collect();
    }
}

/// The queue and the model beside it.
struct Pair {
    bench: Bench,
    model: Model,
}

impl Pair {
    fn new(bounds: QueueBounds) -> Self {
        Self { bench: Bench::new(bounds), model: Model::new(bounds) }
    }

    fn pick(&self, index: usize, what: impl Fn(&ModelJob) -> bool) -> Option<u32> {
        let jobs: Vec<u32> = self.model.jobs.iter().filter(|job| what(job)).map(|job| job.id).collect();
        index.checked_rem(jobs.len()).map(|index| jobs[index])
    }

    fn set_phase(&mut self, id: u32, phase: impl FnOnce(usize) -> Phase) {
        self.model.change(|jobs, now| jobs.iter_mut().find(|job| job.id == id).unwrap().phase = phase(now));
    }

    fn release(&mut self, id: u32) {
        self.bench.queue.release(id);
        self.model.change(|jobs, _| jobs.retain(|job| job.id != id));
    }

    /// Gives a slot away as both say, and returns whose job got it.
    fn next(&mut self) -> Option<u8> {
        let expected = self.model.next();
        assert_eq!(self.bench.queue.has_next(), expected.is_some());
        let given = self.bench.next();
        assert_eq!(given, expected, "{:?}", self.model.jobs);
        let id = given?;
        let job = self.model.jobs.iter().find(|job| job.id == id).unwrap().clone();
        if job.phase == Phase::Waiting {
            // A device that has started a job is the last of its client from now on.
            self.model.free_since.retain(|(pair, _)| *pair != (job.client, job.device));
        }
        self.set_phase(id, |_| Phase::Active);
        Some(job.client)
    }

    fn happens(&mut self, event: &Event) {
        match *event {
            Event::Push { client, device } => {
                if let Ok(id) = self.bench.push(client, device) {
                    let job = ModelJob { id, client, device, phase: Phase::Waiting };
                    self.model.change(|jobs, _| jobs.push(job));
                }
            }
            Event::Next => drop(self.next()),
            Event::TakeBack(index) => {
                if let Some(id) = self.pick(index, |job| job.phase == Phase::Waiting) {
                    self.release(id);
                }
            }
            Event::Pause(index) => {
                if let Some(id) = self.pick(index, |job| job.phase == Phase::Active)
                    && self.model.bounds.silent > 0
                {
                    self.bench.queue.pause(id);
                    self.set_phase(id, |_| Phase::Silent);
                }
            }
            Event::Resume(index) => {
                if let Some(id) = self.pick(index, |job| job.phase == Phase::Silent) {
                    assert!(self.bench.queue.resume(id));
                    self.set_phase(id, Phase::Resuming);
                }
            }
            Event::Release(index) => {
                if let Some(id) = self.pick(index, |job| job.phase != Phase::Waiting) {
                    self.release(id);
                }
            }
        }
        let QueueBounds { slots, silent, .. } = self.model.bounds;
        assert!(self.model.active() <= slots);
        assert!(self.model.active() + self.model.silent() <= slots + silent);
        assert_eq!(self.bench.queue.waiting(), self.model.count(|job| job.phase == Phase::Waiting));
    }
}

proptest! {
    #[test]
    fn the_queue_does_what_the_model_says(
        events in prop::collection::vec(event(), 0..80),
        slots in 1..4_usize,
        silent in 0..5_usize,
        per_device in 1..3_usize,
    ) {
        let mut pair = Pair::new(QueueBounds { slots, silent, waiting: 1_000, per_device });
        for event in &events {
            pair.happens(event);
        }
        // In the end everything gets its turn, and nothing is left of it.
        while !pair.model.jobs.is_empty() {
            while pair.next().is_some() {}
            let started = pair.pick(0, |job| job.phase != Phase::Waiting).expect("something runs");
            pair.release(started);
        }
        prop_assert!(pair.bench.queue.is_empty());
    }

    #[test]
    fn no_other_client_is_served_twice_before_one_that_has_nothing(
        events in prop::collection::vec(event(), 0..60),
        endings in prop::collection::vec(any::<usize>(), 1..60),
        slots in 1..4_usize,
        per_device in 1..3_usize,
    ) {
        let mut pair = Pair::new(QueueBounds { slots, silent: 1_000, waiting: 1_000, per_device });
        for event in &events {
            pair.happens(event);
        }
        pair.happens(&Event::Push { client: 7, device: 99 });
        let mut served = [0; 8];
        let mut endings = endings.iter().cycle();
        while served[7] == 0 {
            match pair.next() {
                Some(client) => served[usize::from(client)] += 1,
                None => {
                    let active = pair.pick(*endings.next().unwrap(), |job| job.phase == Phase::Active);
                    pair.release(active.expect("the slots are taken"));
                }
            }
        }
        prop_assert!(served.iter().all(|count| *count <= 1), "{:?}", served);
    }
}
