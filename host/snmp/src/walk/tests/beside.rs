//! Walks side by side on one agent: what one of them finds out the others use.

use std::collections::{BTreeMap, VecDeque};

use expect_test::expect;
use proptest::prelude::*;

use super::{
    properties::{Honest, Way, honest_agent, hostile},
    *,
};

/// A table: its arc, its columns and its rows. Without rows the agent does not have it.
type Table = (u32, u32, u32);

/// An interface with many ports, as the plugins read it: ifTable, ifXTable, addresses, links, neighbours.
const DEVICE: [Table; 12] = [
    (2, 8, 48),
    (31, 6, 48),
    (34, 5, 3),
    (86, 5, 0),
    (20, 2, 3),
    (55, 1, 0),
    (30, 1, 60),
    (43, 1, 0),
    (10, 1, 48),
    (22, 3, 20),
    (35, 3, 0),
    (32, 1, 48),
];

fn honest(tables: &[Table]) -> Honest {
    let cells = tables.iter().flat_map(|(table, columns, rows)| {
        (1..=*columns).flat_map(move |column| (1..=*rows).map(move |row| Oid::from([1, 5, *table, 1, column, row])))
    });
    let mut objects: BTreeMap<Oid, Value> = cells.map(|name| (name, Value::Integer(1))).collect();
    objects.insert(Oid::from([1, 6, 1]), Value::Null);
    Honest { objects, has_bulk: true, too_big_above: 1000, cut_after: 1000, is_version_1: false }
}

/// What a poll took.
#[derive(Debug)]
struct Taken {
    requests: usize,
    /// How many times as long as one request.
    round_trips: usize,
}

/// Reads tables side by side through a window that grows as the real one does: first come, first served.
fn poll(agent: &mut Capabilities, device: &Honest, tables: &[Table], first_window: usize) -> Taken {
    let walk = |(table, columns, _): &Table| {
        Walk::new(peer(), (1..=*columns).map(|column| Oid::from([1, 5, *table, 1, column])).collect(), options())
    };
    let mut walks: Vec<Walk> = tables.iter().map(walk).collect();
    let mut cells = vec![0; walks.len()];
    let (mut queue, mut in_flight) = (VecDeque::new(), VecDeque::new());
    let (mut window, mut now, mut requests) = (first_window, 0, 0);
    loop {
        for (place, walk) in walks.iter_mut().enumerate() {
            loop {
                while let Some(ask) = walk.ask(window, agent, |_| false) {
                    queue.push_back((place, ask));
                }
                let Idle::News = walk.idle(agent) else { break };
                walk.heard(agent, |_, _| cells[place] += 1);
            }
        }
        let free = window - in_flight.len();
        in_flight.extend(queue.drain(..free.min(queue.len())).map(|asked| (now + 1, asked)));
        let Some((answered_at, (place, ask))) = in_flight.pop_front() else { break };
        now = answered_at;
        requests += 1;
        window = (first_window + requests / 2).min(4);
        let response = device.answer(&ask.request).unwrap();
        let octets = 60 + 20 * response.varbinds.len();
        walks[place].answered(&ask, response, octets, agent, |_, _| cells[place] += 1);
    }
    for ((walk, cells), (table, columns, rows)) in walks.iter().zip(cells).zip(tables) {
        assert_eq!((cells, walk.stopped()), (columns * rows, None), "table {table}");
    }
    Taken { requests, round_trips: now }
}

#[test]
fn a_first_poll_takes_little_more_than_one_that_checks_nothing() {
    let few = [(1, 1, 0), (2, 1, 3), (3, 1, 0), (4, 1, 12)];
    let mut shown = String::new();
    for tables in [&DEVICE[..], &DEVICE[..9], &DEVICE[3..4], &few] {
        let device = honest(tables);
        let mut agent = Capabilities::new(true);
        agent.is_alive = true;
        let first = poll(&mut agent, &device, tables, 1);
        let second = poll(&mut agent, &device, tables, 4);
        let mut agent = Capabilities::new(true);
        know(&mut agent);
        let without = poll(&mut agent, &device, tables, 1);
        let says = |Taken { requests, round_trips }: Taken| format!("{requests} requests in {round_trips} round trips");
        shown += &format!("{} tables\n", tables.len());
        shown += &format!("    without checks {}\n", says(without));
        shown += &format!("    with checks {}, the second time {}\n", says(first), says(second));
    }
    expect![[r#"
        12 tables
            without checks 43 requests in 13 round trips
            with checks 41 requests in 14 round trips, the second time 32 requests in 8 round trips
        9 tables
            without checks 34 requests in 11 round trips
            with checks 33 requests in 12 round trips, the second time 26 requests in 7 round trips
        1 tables
            without checks 1 requests in 1 round trips
            with checks 2 requests in 2 round trips, the second time 1 requests in 1 round trips
        4 tables
            without checks 5 requests in 4 round trips
            with checks 7 requests in 6 round trips, the second time 5 requests in 2 round trips
    "#]]
    .assert_eq(&shown);
}

/// Two walks that have begun with an agent nobody knows: the first is about to ask about its answer, the second waits.
fn one_that_asks_and_one_that_waits(agent: &mut Capabilities, device: &Honest) -> (Walk, WalkRequest, Walk) {
    let [mut one, mut other] = [1, 2].map(|table| Walk::new(peer(), vec![Oid::from([1, 5, table, 1, 1])], options()));
    let asks = [&mut one, &mut other].map(|walk| walk.ask(1, agent, |_| false).unwrap());
    for (walk, ask) in [&mut one, &mut other].into_iter().zip(&asks) {
        walk.answered(ask, device.answer(&ask.request).unwrap(), 260, agent, |_, _| panic!("it is held back"));
    }
    let verification = one.ask(1, agent, |_| false).unwrap();
    assert!(matches!(verification.purpose, Purpose::Verify(Some(_))), "{verification:?}");
    assert!(other.ask(1, agent, |_| false).is_none());
    assert!(matches!(other.idle(agent), Idle::Wait(_)));
    (one, verification, other)
}

/// Reads on to the end, and counts the cells.
fn read_on(walk: &mut Walk, agent: &mut Capabilities, device: &Honest) -> usize {
    let mut cells = 0;
    loop {
        while let Some(ask) = walk.ask(1, agent, |_| false) {
            walk.answered(&ask, device.answer(&ask.request).unwrap(), 260, agent, |_, _| cells += 1);
        }
        let Idle::News = walk.idle(agent) else { break };
        walk.heard(agent, |_, _| cells += 1);
    }
    assert!(matches!(walk.idle(agent), Idle::Over));
    assert_eq!((walk.stopped(), walk.is_live(0)), (None, false));
    cells
}

#[test]
fn what_a_walk_has_shown_is_believed_by_the_one_that_waited() {
    let (mut agent, device) = (Capabilities::new(true), honest(&[(1, 1, 30), (2, 1, 7)]));
    let (mut one, verification, mut other) = one_that_asks_and_one_that_waits(&mut agent, &device);
    let mut cells = 0;
    one.answered(&verification, device.answer(&verification.request).unwrap(), 260, &mut agent, |_, _| cells += 1);
    assert!(matches!(other.idle(&agent), Idle::News));
    assert_eq!((cells, agent.order.clone()), (10, Order::Keeps));
    assert_eq!(read_on(&mut other, &mut agent, &device), 7);
    assert_eq!(read_on(&mut one, &mut agent, &device), 20);
}

#[test]
fn a_walk_that_is_dropped_leaves_what_it_was_finding_out_to_the_one_that_waits() {
    let (mut agent, device) = (Capabilities::new(true), honest(&[(1, 1, 30), (2, 1, 7)]));
    let (one, _, mut other) = one_that_asks_and_one_that_waits(&mut agent, &device);
    drop(one);
    let verification = other.ask(1, &mut agent, |_| false).unwrap();
    assert!(matches!(verification.purpose, Purpose::Verify(Some(_))), "{verification:?}");
    let mut cells = 0;
    other.answered(&verification, device.answer(&verification.request).unwrap(), 260, &mut agent, |_, _| cells += 1);
    assert_eq!((cells, read_on(&mut other, &mut agent, &device)), (7, 0));
}

#[test]
fn a_walk_that_fails_or_stops_leaves_what_it_was_finding_out_to_the_one_that_waits() {
    for is_stopped in [true, false] {
        let (mut agent, device) = (Capabilities::new(true), honest(&[(1, 1, 30), (2, 1, 7)]));
        let (mut one, verification, mut other) = one_that_asks_and_one_that_waits(&mut agent, &device);
        if is_stopped {
            one.stop(StopReason::RowLimit { limit: 1 }, None);
        } else {
            one.failed(&verification, deadline(), &mut agent);
        }
        assert_eq!(read_on(&mut other, &mut agent, &device), 7);
    }
}

#[test]
fn a_walk_that_has_waited_too_long_asks_itself() {
    let (mut agent, device) = (Capabilities::new(true), honest(&[(1, 1, 30), (2, 1, 7)]));
    let (_one, _, mut other) = one_that_asks_and_one_that_waits(&mut agent, &device);
    other.ask_itself();
    assert_eq!(read_on(&mut other, &mut agent, &device), 7);
}

/// Reads several tables side by side; the answers come in any order, and some walks are dropped on the way. Returns
/// the names that the others delivered, and how often the agent was asked.
fn read_beside(
    tables: &[Vec<Oid>],
    lanes: usize,
    order: &[u8],
    drops: &[u8],
    mut answer: impl FnMut(&Request) -> Result<Response, RequestError>,
) -> (Vec<Option<Vec<Oid>>>, usize) {
    let mut agent = Capabilities::new(true);
    agent.is_alive = true;
    let walk = |roots: &Vec<Oid>| Some((Walk::new(peer(), roots.clone(), options()), Vec::new()));
    let mut walks: Vec<Option<(Walk, Vec<Oid>)>> = tables.iter().map(walk).collect();
    let mut asks: Vec<(usize, WalkRequest)> = Vec::new();
    let (mut order, mut drops, mut requests) = (order.iter().cycle(), drops.iter().peekable(), 0);
    loop {
        for (place, walk) in walks.iter_mut().enumerate() {
            let Some((walk, names)) = walk else { continue };
            loop {
                while let Some(ask) = walk.ask(lanes, &mut agent, |_| false) {
                    asks.push((place, ask));
                }
                let Idle::News = walk.idle(&agent) else { break };
                walk.heard(&agent, |_, varbind| names.push(varbind.name));
            }
        }
        if asks.is_empty() {
            break;
        }
        let (place, ask) = asks.remove(usize::from(*order.next().unwrap()) % asks.len());
        requests += 1;
        if drops.next_if(|drop| requests >= usize::from(**drop)).is_some() {
            walks[place] = None;
            asks.retain(|(other, _)| *other != place);
            continue;
        }
        let Some((walk, names)) = &mut walks[place] else { continue };
        match answer(&ask.request) {
            Ok(response) => {
                let octets = 60 + 20 * response.varbinds.len();
                walk.answered(&ask, response, octets, &mut agent, |_, varbind| names.push(varbind.name));
            }
            Err(error) => walk.failed(&ask, error, &mut agent),
        }
        if walk.is_stopped() {
            asks.retain(|(other, _)| *other != place);
        }
    }
    let names = walks.into_iter().zip(tables).map(|(walk, roots)| {
        let (walk, names) = walk?;
        assert!(matches!(walk.idle(&agent), Idle::Over), "nobody waits for ever");
        assert!(walk.is_stopped() || (0..roots.len()).all(|column| !walk.is_live(column)), "nothing is left to ask");
        Some(names)
    });
    (names.collect(), requests)
}

/// Each column is a table, or two of them are.
fn tables(columns: usize) -> Vec<Vec<Oid>> {
    let roots: Vec<Oid> = (1..6).map(|column| Oid::from([1, 5, column])).collect();
    roots.chunks(columns).map(<[Oid]>::to_vec).collect()
}

proptest! {
    #[test]
    fn tables_read_side_by_side_are_read_whole_whatever_is_left_out_and_whoever_is_dropped(
        agent in honest_agent(),
        columns in 1..3usize,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
        drops in prop::collection::vec(0..30u8, 0..3),
        way in prop::sample::select(vec![
            Way::EveryOtherBehind, Way::EveryOther, Way::OneInTheMiddle, Way::OneAtTheEnd,
        ]),
        above in prop_oneof![Just(usize::MAX), 0..12usize, 0..60usize],
    ) {
        let tables = tables(columns);
        let (names, _) = read_beside(&tables, lanes, &order, &drops, |request| {
            agent.answer_leaving_out(request, way, above)
        });
        for (names, roots) in names.into_iter().zip(&tables) {
            let Some(mut names) = names else { continue };
            names.sort();
            let is_inside = |name: &&Oid| roots.iter().any(|root| name.starts_with(root));
            let expected: Vec<Oid> = agent.objects.keys().filter(is_inside).cloned().collect();
            prop_assert_eq!(names, expected);
        }
    }

    #[test]
    fn no_agent_makes_walks_wait_for_each_other_for_ever(
        seed: u64,
        columns in 1..3usize,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
        drops in prop::collection::vec(0..30u8, 0..3),
        kindness in 1..8u8,
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        let (_, requests) = read_beside(&tables(columns), lanes, &order, &drops, |request| {
            hostile(&mut random, kindness, request)
        });
        prop_assert!(requests < 5_000, "{requests} requests");
    }
}
