//! The rules of the table: a few by example, the invariants by random sequences of everything that can happen.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use job::Client;
use proptest::prelude::*;
use time::OffsetDateTime;

use super::*;

mod fairness;

const BOUNDS: Bounds = Bounds {
    slots: 100,
    silent: 100,
    queued: 100,
    per_device: 1,
    finished: 100,
    finished_bytes: 1_000,
    retention: Duration::from_secs(60),
    counters: 2,
};

/// A table with a clock, whose tickets are numbers and whose jobs are the tickets' own numbers.
struct Bench {
    table: Table<u128, u128>,
    now: Instant,
    next: u128,
}

impl Bench {
    fn new(bounds: Bounds) -> Self {
        Self { table: Table::new(bounds), now: Instant::now(), next: 0 }
    }

    fn submit(&mut self, target: &str) -> Result<TicketId, QueueFull> {
        self.submit_of(Client::default(), target)
    }

    fn submit_of(&mut self, client: Client, target: &str) -> Result<TicketId, QueueFull> {
        self.next += 1;
        let id = TicketId::from(self.next);
        let submission = Submission {
            id,
            client,
            target: target.into(),
            device: DeviceKey::new(&target.parse().unwrap(), 161),
            job: self.next,
            created_at: OffsetDateTime::UNIX_EPOCH,
        };
        self.table.submit(submission).map(|()| id)
    }

    fn start(&mut self) -> Option<Started<u128>> {
        match self.table.next(self.now)? {
            Next::Start(started) => Some(started),
            Next::Resume(id) => panic!("{id} was not paused"),
        }
    }

    fn complete(&mut self, id: TicketId, bytes: usize) -> bool {
        self.table.finish(id, Ending::Complete(Arc::new(0)), bytes, self.now)
    }

    fn status(&self, id: TicketId) -> Option<Status> {
        self.table.ticket(id).map(|ticket| ticket.state.status())
    }
}

#[test]
fn devices_take_turns_however_many_tickets_one_of_them_has() {
    let mut bench = Bench::new(Bounds { per_device: 9, ..BOUNDS });
    for target in ["a", "a", "a", "a", "b", "c", "b"] {
        bench.submit(target).unwrap();
    }
    let order: Vec<String> = std::iter::from_fn(|| bench.start()).map(|started| started.device.to_string()).collect();
    assert_eq!(order, ["a:161", "b:161", "c:161", "a:161", "b:161", "a:161", "a:161"]);
}

#[test]
fn a_device_is_polled_once_at_a_time_and_its_spellings_are_one_device() {
    let mut bench = Bench::new(BOUNDS);
    for target in ["::1", "[::1]", "0:0::1", "192.0.2.1", "::ffff:192.0.2.1", "Router", "router"] {
        bench.submit(target).unwrap();
    }
    let running: Vec<Started<u128>> = std::iter::from_fn(|| bench.start()).collect();
    assert_eq!(
        running.iter().map(|started| started.device.to_string()).collect::<Vec<_>>(),
        ["[::1]:161", "192.0.2.1:161", "router:161"]
    );
    bench.table.release(running[0].id);
    assert_eq!(bench.start().unwrap().device, running[0].device);
    assert!(bench.start().is_none());
}

#[test]
fn a_cancelled_poll_stays_cancelled() {
    let mut bench = Bench::new(BOUNDS);
    let id = bench.submit("a").unwrap();
    let started = bench.start().unwrap();
    bench.now += Duration::from_secs(3);
    assert_eq!(bench.table.remove(id, bench.now), Some(Removal::CancelledRunning));
    bench.now += Duration::from_secs(5);
    assert!(!bench.complete(id, 10));
    assert!(!bench.table.progress(id, Some(&"late".into()), &[]));
    assert_eq!(bench.status(id), Some(Status::Cancelled));
    assert_eq!(bench.table.ticket(id).unwrap().elapsed(bench.now), Some(Duration::from_secs(3)));
    // The run is still stopping, so its device is not free yet.
    bench.submit("a").unwrap();
    assert!(bench.start().is_none());
    bench.table.release(started.id);
    assert!(bench.start().is_some());
}

#[test]
fn a_cancelled_ticket_that_waited_never_starts_and_drops_its_job() {
    let mut bench = Bench::new(BOUNDS);
    let id = bench.submit("a").unwrap();
    assert_eq!(bench.table.remove(id, bench.now), Some(Removal::CancelledQueued));
    assert!(!bench.table.has_next() && bench.start().is_none());
    assert_eq!(bench.table.ticket(id).unwrap().elapsed(bench.now), None);
    assert_eq!(bench.table.remove(id, bench.now), Some(Removal::Deleted));
    assert_eq!(bench.table.remove(id, bench.now), None);
}

#[test]
fn a_full_queue_refuses_until_a_ticket_starts() {
    let mut bench = Bench::new(Bounds { queued: 2, ..BOUNDS });
    bench.submit("a").unwrap();
    bench.submit("b").unwrap();
    assert_eq!(bench.submit("c"), Err(QueueFull { bound: 2 }));
    let _ = bench.start().unwrap();
    assert!(bench.submit("c").is_ok());
}

#[test]
fn ended_tickets_are_forgotten_after_their_time() {
    let mut bench = Bench::new(BOUNDS);
    let id = bench.submit("a").unwrap();
    let _ = bench.start().unwrap();
    bench.now += Duration::from_secs(3_000);
    bench.table.expire(bench.now);
    assert!(bench.complete(id, 10), "a running ticket is never forgotten");
    bench.now += Duration::from_secs(59);
    bench.table.expire(bench.now);
    assert_eq!(bench.status(id), Some(Status::Complete));
    bench.now += Duration::from_secs(1);
    bench.table.expire(bench.now);
    assert_eq!(bench.status(id), None);
    assert_eq!(bench.table.counts(), Counts { queued: 0, running: 0, total: 0 });
}

#[test]
fn results_beyond_the_bounds_push_out_those_that_ended_first() {
    let mut bench = Bench::new(Bounds { finished: 3, ..BOUNDS });
    let ids: Vec<TicketId> = (0..6).map(|device| bench.submit(&format!("device{device}")).unwrap()).collect();
    while bench.start().is_some() {}
    for (id, bytes) in ids.iter().zip([1, 1, 1, 1, 998, 5_000]) {
        assert!(bench.complete(*id, bytes));
        assert!(bench.status(*id).is_some(), "somebody waits for the newest, whatever its size");
    }
    let kept: Vec<TicketId> = bench.table.newest_first(None, None).map(|(_, id, _)| id).collect();
    assert_eq!(kept, [ids[5]]);
}

#[test]
fn a_client_with_many_or_large_results_pushes_out_its_own() {
    let client = |number: u8| Client::at([192, 0, 2, number].into());
    for (bounds, bytes_of_many) in [(Bounds { finished: 3, ..BOUNDS }, 1), (BOUNDS, 400)] {
        let mut bench = Bench::new(bounds);
        let few = bench.submit_of(client(1), "few").unwrap();
        let many: Vec<TicketId> =
            (0..5).map(|device| bench.submit_of(client(2), &format!("device{device}")).unwrap()).collect();
        while bench.start().is_some() {}
        assert!(bench.complete(few, 1), "it ended before all others");
        for id in &many {
            assert!(bench.complete(*id, bytes_of_many));
        }
        let kept: Vec<TicketId> = bench.table.newest_first(None, None).map(|(_, id, _)| id).collect();
        assert_eq!(kept, [many[4], many[3], few]);
    }
    // The newest is kept although its client has the most: another one gives way, and never what somebody waits for.
    let mut bench = Bench::new(BOUNDS);
    let (small, large) = (bench.submit_of(client(1), "a").unwrap(), bench.submit_of(client(2), "b").unwrap());
    while bench.start().is_some() {}
    assert!(bench.complete(small, 1) && bench.complete(large, 5_000));
    assert_eq!((bench.status(small), bench.status(large)), (None, Some(Status::Complete)));
}

#[test]
fn pages_are_in_order_and_stay_so_when_tickets_are_forgotten() {
    let mut bench = Bench::new(BOUNDS);
    let ids: Vec<TicketId> = ["a", "b", "c", "d", "e"].map(|device| bench.submit(device).unwrap()).to_vec();
    let page = |bench: &Bench, after| -> Vec<(u64, TicketId)> {
        bench.table.newest_first(None, after).take(2).map(|(number, id, _)| (number, id)).collect()
    };
    let first = page(&bench, None);
    assert_eq!(first.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [ids[4], ids[3]]);
    // The last of the first page is gone, and a new one has come.
    for _ in 0..2 {
        let _ = bench.table.remove(ids[3], bench.now).unwrap();
    }
    bench.submit("new").unwrap();
    let second = page(&bench, Some(first[1].0));
    assert_eq!(second.iter().map(|(_, id)| *id).collect::<Vec<_>>(), [ids[2], ids[1]]);
}

#[test]
fn counters_keep_their_value_and_their_order_and_are_bounded() {
    let mut bench = Bench::new(BOUNDS);
    let id = bench.submit("a").unwrap();
    let _ = bench.start().unwrap();
    let version = bench.table.ticket(id).unwrap().version;
    let counters =
        |list: &[(&str, u64)]| list.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect::<Vec<_>>();
    assert!(bench.table.progress(id, Some(&"b".into()), &counters(&[("b", 1)])));
    assert!(bench.table.progress(id, None, &counters(&[("a", 2), ("c", 3)])));
    assert!(!bench.table.progress(id, Some(&"b".into()), &counters(&[("b", 1)])), "nothing changed");
    let ticket = bench.table.ticket(id).unwrap();
    assert_eq!(ticket.counters, counters(&[("b", 1), ("a", 2)]));
    assert_eq!((&*ticket.progress, ticket.version), ("b", version + 2));
}

#[test]
fn only_the_spelling_that_was_handed_out_names_a_ticket() {
    let id = TicketId::random();
    assert_eq!(TicketId::parse(&id.to_string()), Some(id));
    assert_eq!(TicketId::parse(&id.to_string().to_uppercase()), None);
    assert_eq!(TicketId::parse("notauuid"), None);
}

/// Something that happens to the table.
#[derive(Clone, Debug)]
enum Event {
    Submit(u8),
    /// A slot is used, if there is one.
    Start,
    /// The run with this number among those that run reports its end.
    Finish(usize),
    /// The same, and it is gone.
    Leave(usize),
    /// A client deletes one of the tickets ever submitted.
    Remove(usize),
    Later(u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..4_u8).prop_map(Event::Submit),
        Just(Event::Start),
        any::<usize>().prop_map(Event::Finish),
        any::<usize>().prop_map(Event::Leave),
        any::<usize>().prop_map(Event::Remove),
        (0..30_u64).prop_map(Event::Later),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_the_table_keeps_its_promises(
        events in prop::collection::vec(event(), 0..200),
        slots in 1..5_usize,
        per_device in 1..3_usize,
    ) {
        let bounds = Bounds { slots, queued: 5, per_device, finished: 4, ..BOUNDS };
        let mut bench = Bench::new(bounds.clone());
        let mut submitted: Vec<TicketId> = Vec::new();
        let mut runs: Vec<Started<u128>> = Vec::new();
        let mut ended: HashMap<TicketId, Status> = HashMap::new();
        for event in events {
            match event {
                Event::Submit(device) => {
                    let full = bench.table.counts().queued >= bounds.queued;
                    match bench.submit(&format!("device{device}")) {
                        Ok(id) => submitted.push(id),
                        Err(_) => prop_assert!(full),
                    }
                }
                Event::Start => {
                    let expected = bench.table.has_next();
                    let started = bench.start();
                    prop_assert_eq!(started.is_some(), expected);
                    if let Some(started) = started {
                        prop_assert!(!ended.contains_key(&started.id), "an ended ticket started");
                        prop_assert_eq!(TicketId::from(started.job), started.id);
                        runs.push(started);
                    }
                }
                Event::Finish(place) | Event::Leave(place) if !runs.is_empty() => {
                    let place = place % runs.len();
                    let (id, known) = (runs[place].id, bench.status(runs[place].id).is_some());
                    let first = bench.complete(id, 300);
                    prop_assert_eq!(first, known && !ended.contains_key(&id), "a ticket ends once");
                    if first {
                        ended.insert(id, Status::Complete);
                    }
                    if matches!(event, Event::Leave(_)) {
                        let gone = runs.remove(place);
                        bench.table.release(gone.id);
                    }
                }
                Event::Finish(_) | Event::Leave(_) => {}
                Event::Remove(place) if !submitted.is_empty() => {
                    let id = submitted[place % submitted.len()];
                    let (before, removal) = (bench.status(id), bench.table.remove(id, bench.now));
                    let expected = before.map(|status| match status {
                        Status::Queued => Removal::CancelledQueued,
                        Status::Running => Removal::CancelledRunning,
                        _ => Removal::Deleted,
                    });
                    prop_assert_eq!(removal, expected);
                    if matches!(removal, Some(Removal::CancelledQueued | Removal::CancelledRunning)) {
                        prop_assert_eq!(ended.insert(id, Status::Cancelled), None);
                    }
                }
                Event::Remove(_) => {}
                Event::Later(seconds) => {
                    bench.now += Duration::from_secs(seconds);
                    bench.table.expire(bench.now);
                }
            }

            let mut devices: HashMap<DeviceKey, usize> = HashMap::new();
            for run in &runs {
                *devices.entry(run.device.clone()).or_default() += 1;
            }
            prop_assert!(runs.len() <= slots, "more runs than slots");
            prop_assert!(devices.values().all(|polls| *polls <= per_device), "a device is polled too often");
            for id in &submitted {
                let status = bench.status(*id);
                match ended.get(id) {
                    Some(end) => prop_assert!(status.is_none() || status == Some(*end), "an end was changed"),
                    None => prop_assert!(matches!(status, Some(Status::Queued | Status::Running)), "a live ticket is lost"),
                }
            }
            let listed: Vec<Status> = bench.table.newest_first(None, None).map(|(.., ticket)| ticket.state.status()).collect();
            let count = |status| listed.iter().filter(|listed| **listed == status).count();
            let counts = Counts { queued: count(Status::Queued), running: count(Status::Running), total: listed.len() };
            prop_assert_eq!(bench.table.counts(), counts);
            for status in Status::ALL {
                let one: Vec<Status> =
                    bench.table.newest_first(Some(status), None).map(|(.., ticket)| ticket.state.status()).collect();
                prop_assert_eq!(one, vec![status; count(status)]);
                prop_assert_eq!(bench.table.count(Some(status)), count(status));
            }
            prop_assert!(listed.iter().filter(|status| status.is_final()).count() <= bounds.finished);
        }

        // In the end everything that waits gets its turn.
        let mut left: HashSet<TicketId> =
            bench.table.newest_first(Some(Status::Queued), None).map(|(_, id, _)| id).collect();
        for run in runs {
            bench.table.release(run.id);
        }
        while let Some(started) = bench.start() {
            left.remove(&started.id);
            bench.table.release(started.id);
        }
        prop_assert!(left.is_empty());
    }
}

/// A job that is counted as long as it is somewhere, in the place of one with credentials.
struct Counted(#[expect(dead_code, reason = "it is counted")] Arc<()>);

#[test]
fn a_job_is_gone_with_the_end_of_its_ticket_whatever_the_end_is() {
    let held = Arc::new(());
    let mut table: Table<Counted, ()> = Table::new(Bounds { slots: 1, queued: 1, ..BOUNDS });
    let now = Instant::now();
    let submit = |table: &mut Table<Counted, ()>, id: u128| {
        let submission = Submission {
            id: TicketId::from(id),
            client: Client::default(),
            target: "a".into(),
            device: DeviceKey::new(&"a".parse().unwrap(), 161),
            job: Counted(Arc::clone(&held)),
            created_at: OffsetDateTime::UNIX_EPOCH,
        };
        table.submit(submission)
    };
    let kept = || Arc::strong_count(&held) - 1;

    submit(&mut table, 1).unwrap();
    assert_eq!(submit(&mut table, 2), Err(QueueFull { bound: 1 }));
    assert_eq!(kept(), 1, "one that is refused keeps nothing");
    let _ = table.remove(TicketId::from(1), now);
    assert_eq!(kept(), 0, "cancelled while it waited");

    for ending in [Ending::Complete(Arc::new(())), Ending::Failed("no answer".into())] {
        submit(&mut table, 3).unwrap();
        let Some(Next::Start(Started { id: started, job, .. })) = table.next(now) else { panic!("it starts") };
        assert_eq!(kept(), 1, "the table has no copy of what it hands out");
        drop(job);
        assert!(table.finish(started, ending, 0, now));
        table.release(started);
        assert_eq!((kept(), table.ticket(started).is_some()), (0, true), "the ticket stays, and nothing of its job");
        let _ = table.remove(started, now);
    }
}
