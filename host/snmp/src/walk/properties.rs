//! What holds for every walk: an honest agent is read whole, a hostile one cannot keep it going.

use std::{collections::BTreeMap, ops::Bound};

use proptest::prelude::*;

use super::{
    tests::{error, malformed, peer, response, timeout},
    *,
};
use crate::{Outcome, RequestOptions, Row, table::Join};

/// An agent that keeps to the rules, with limits of its own.
#[derive(Clone, Debug)]
struct Honest {
    objects: BTreeMap<Oid, Value>,
    has_bulk: bool,
    /// Answers nothing but tooBig where an answer would have more varbinds.
    too_big_above: usize,
    /// Cuts answers to GETBULK after so many.
    cut_after: usize,
    /// Says noSuchName where it could say endOfMibView.
    is_version_1: bool,
}

impl Honest {
    fn successor(&self, name: &Oid) -> Option<Varbind> {
        let next = self.objects.range::<Oid, _>((Bound::Excluded(name), Bound::Unbounded)).next();
        next.map(|(name, value)| Varbind { name: name.clone(), value: value.clone() })
    }

    fn answer(&self, request: &Request) -> Result<Response, RequestError> {
        let repetitions = match request.kind {
            RequestKind::GetBulk { .. } if !self.has_bulk => return Err(timeout()),
            RequestKind::GetBulk { max_repetitions } => usize::from(max_repetitions),
            _ => 1,
        };
        if request.names.len() * repetitions > self.too_big_above {
            return Ok(error(1, 0));
        }
        let mut names = request.names.clone();
        let mut varbinds = Vec::new();
        for _ in 0..repetitions {
            for (place, name) in names.iter_mut().enumerate() {
                match self.successor(name) {
                    Some(varbind) => {
                        name.clone_from(&varbind.name);
                        varbinds.push(varbind);
                    }
                    None if self.is_version_1 => return Ok(error(2, i32::try_from(place + 1).unwrap())),
                    None => varbinds.push(Varbind { name: name.clone(), value: Value::EndOfMibView }),
                }
            }
        }
        if let RequestKind::GetBulk { .. } = request.kind {
            varbinds.truncate(self.cut_after);
        }
        Ok(response(varbinds))
    }
}

/// Reads a table of an agent whose answers come in any order, and returns its rows, and how often it was asked.
fn read(
    roots: &[Oid],
    lanes: usize,
    order: &[u8],
    limits: Limits,
    mut answer: impl FnMut(&Request) -> Result<Response, RequestError>,
) -> (Vec<Row>, Outcome, usize) {
    let mut agent = Agent::new(true, &RequestOptions::default());
    agent.is_alive = true;
    let mut walk = Walk::new(peer(), roots.to_vec(), limits);
    let mut join = Join::new(roots.len());
    let mut rows = Vec::new();
    let mut asks = Vec::new();
    let mut requests = 0;
    let mut order = order.iter().cycle();
    loop {
        while let Some(ask) = walk.ask(lanes, &agent, |column| join.waiting(column) >= 3) {
            asks.push(ask);
        }
        if asks.is_empty() {
            break;
        }
        let ask = asks.remove(usize::from(*order.next().unwrap_or(&0)) % asks.len());
        requests += 1;
        match answer(&ask.request) {
            Ok(response) => {
                let octets = 60 + 20 * response.varbinds.len();
                walk.answered(&ask, response, octets, &mut agent, |column, Varbind { name, value }| {
                    let index = name.strip_prefix(&roots[column]).unwrap();
                    join.push(column, Oid::new(index).unwrap(), value);
                });
            }
            Err(error) => walk.failed(&ask, error, &mut agent),
        }
        if walk.is_stopped() {
            asks.clear();
        }
        rows.extend(join.rows(|column| walk.is_live(column)));
    }
    assert!(walk.is_stopped() || (0..roots.len()).all(|column| !walk.is_live(column)), "nothing is left to ask");
    rows.extend(join.rows(|_| false));
    let outcome = Outcome::new(rows.len() as u64, walk.stopped());
    (rows, outcome, requests)
}

fn roots(columns: u32) -> Vec<Oid> {
    (1..=columns).map(|column| Oid::from([1, 5, column])).collect()
}

prop_compose! {
    fn honest_agent()(
        cells in prop::collection::btree_set((1..6u32, 0..60u32, 0..3u32), 0..200),
        before: bool,
        behind: bool,
        has_bulk: bool,
        too_big_above in prop_oneof![Just(usize::MAX), 1..30usize],
        cut_after in prop_oneof![Just(usize::MAX), 1..30usize],
        is_version_1: bool,
    ) -> Honest {
        let mut objects: BTreeMap<Oid, Value> = cells
            .into_iter()
            .map(|(column, row, more)| (Oid::from([1, 5, column, row, more]), Value::Counter32(column * 1000 + row)))
            .collect();
        if before {
            objects.insert(Oid::from([1, 4, 1]), Value::Null);
        }
        if behind {
            objects.insert(Oid::from([1, 6, 1]), Value::Null);
        }
        Honest { objects, has_bulk, too_big_above, cut_after, is_version_1 }
    }
}

/// The rows as they should be read.
fn expected(agent: &Honest, roots: &[Oid]) -> Vec<Row> {
    let mut rows: BTreeMap<Oid, Vec<Option<Value>>> = BTreeMap::new();
    for (name, value) in &agent.objects {
        for (column, root) in roots.iter().enumerate() {
            if let Some(index) = name.strip_prefix(root) {
                let cells = rows.entry(Oid::new(index).unwrap()).or_insert_with(|| vec![None; roots.len()]);
                cells[column] = Some(value.clone());
            }
        }
    }
    rows.into_iter().map(|(index, cells)| Row { index, cells }).collect()
}

proptest! {
    #[test]
    fn an_honest_agent_is_read_whole_and_in_order(
        agent in honest_agent(),
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let roots = roots(columns);
        let limits = Limits { rows: 10_000, octets: 1 << 20 };
        let (rows, outcome, _) = read(&roots, lanes, &order, limits, |request| agent.answer(request));
        prop_assert_eq!(outcome.reason, None);
        prop_assert_eq!(rows, expected(&agent, &roots));
    }

    #[test]
    fn a_hostile_agent_gets_no_further_than_the_bounds_and_no_row_comes_twice(
        seed: u64,
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        let limits = Limits { rows: 40, octets: 1 << 20 };
        let (rows, _, requests) = read(&roots(columns), lanes, &order, limits, |request| {
            let status = [0, 0, 0, 0, 0, 0, 1, 2, 5, 99][random.usize(..10)];
            if status != 0 {
                return Ok(error(status, random.i32(-1..5)));
            }
            if random.u8(..) < 8 {
                return Err(if random.bool() { timeout() } else { malformed() });
            }
            // Names that often follow those asked for, so that it is not over at once.
            let mut varbinds = Vec::new();
            for place in 0..random.usize(..20) {
                let near = &request.names[place % request.names.len()];
                let column = near.arcs().get(2).copied().unwrap_or(1);
                let row = near.arcs().get(3).copied().unwrap_or(0);
                let name = match random.u8(..12) {
                    0 => Oid::from([1, 4]),
                    1 => Oid::from([1, 6, 7]),
                    2 => Oid::from([1, 5, random.u32(1..7), random.u32(..100)]),
                    _ => Oid::from([1, 5, column, row.saturating_add(random.u32(..30))]),
                };
                let value = match random.u8(..40) {
                    0 => Value::EndOfMibView,
                    1 => Value::NoSuchInstance,
                    2 => Value::Null,
                    _ => Value::Integer(1),
                };
                varbinds.push(Varbind { name, value });
            }
            Ok(response(varbinds))
        });
        let increasing = rows.windows(2).all(|pair| pair[0].index < pair[1].index);
        prop_assert!(increasing, "rows come once and in order");
        prop_assert!(requests < 1_000, "{} requests", requests);
    }
}

#[test]
fn a_large_table_needs_few_round_trips() {
    let mut objects = BTreeMap::new();
    for column in 1..=14 {
        for row in 1..=500 {
            objects.insert(Oid::from([1, 5, column, row]), Value::Integer(1));
        }
    }
    let agent = Honest { objects, has_bulk: true, too_big_above: 1000, cut_after: 1000, is_version_1: false };
    let limits = Limits { rows: 10_000, octets: 1 << 30 };
    let (rows, _, requests) = read(&roots(14), 4, &[0], limits, |request| agent.answer(request));
    assert_eq!(rows.len(), 500);
    assert!(requests < 150, "{requests} requests, where 25 repetitions of one column at a time take 280");
}
