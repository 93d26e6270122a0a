//! What holds for every walk: an honest agent is read whole, a hostile one cannot keep it going.

use std::{collections::BTreeMap, ops::Bound};

use proptest::prelude::*;

use super::{
    super::*, OnNonIncreasing, Response, Varbind, VerifiedRepetitions, error, malformed, peer, response, timeout,
};
use crate::{Outcome, Row, Value, table::Join};

/// An agent that keeps to the rules, with limits of its own.
#[derive(Clone, Debug)]
pub(super) struct Honest {
    pub(super) objects: BTreeMap<Oid, Value>,
    pub(super) has_bulk: bool,
    /// Answers nothing but tooBig where an answer would have more varbinds.
    pub(super) too_big_above: usize,
    /// Cuts answers to GETBULK after so many.
    pub(super) cut_after: usize,
    /// Says noSuchName where it could say endOfMibView.
    pub(super) is_version_1: bool,
}

impl Honest {
    fn successor(&self, name: &Oid) -> Option<Varbind> {
        let next = self.objects.range::<Oid, _>((Bound::Excluded(name), Bound::Unbounded)).next();
        next.map(|(name, value)| Varbind { name: name.clone(), value: value.clone() })
    }

    pub(super) fn answer(&self, request: &Request) -> Result<Response, RequestError> {
        self.answer_with(request, |name| self.successor(name))
    }

    /// Leaves rows out, in good order, where more than `above` repetitions are asked for.
    pub(super) fn answer_leaving_out(
        &self,
        request: &Request,
        way: Way,
        above: usize,
    ) -> Result<Response, RequestError> {
        let asked = match request.kind {
            RequestKind::GetBulk { max_repetitions } => usize::from(max_repetitions),
            _ => 0,
        };
        self.answer_repeated(request, |name, repetition| {
            let is_left_out = asked > above
                && match way {
                    Way::EveryOtherBehind => repetition >= above,
                    Way::EveryOther => true,
                    Way::OneInTheMiddle => repetition == above,
                    Way::OneAtTheEnd => repetition + 1 == asked,
                };
            let next = self.successor(name)?;
            if is_left_out { self.successor(&next.name) } else { Some(next) }
        })
    }

    fn answer_with(
        &self,
        request: &Request,
        successor: impl Fn(&Oid) -> Option<Varbind>,
    ) -> Result<Response, RequestError> {
        self.answer_repeated(request, |name, _| successor(name))
    }

    fn answer_repeated(
        &self,
        request: &Request,
        successor: impl Fn(&Oid, usize) -> Option<Varbind>,
    ) -> Result<Response, RequestError> {
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
        for repetition in 0..repetitions {
            for (place, name) in names.iter_mut().enumerate() {
                match successor(name, repetition) {
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

/// Which rows an agent leaves out of a large answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    EveryOtherBehind,
    EveryOther,
    OneInTheMiddle,
    OneAtTheEnd,
}

/// Reads a table of an agent whose answers come in any order, and returns its rows, and how often it was asked.
fn read(
    roots: &[Oid],
    lanes: usize,
    order: &[u8],
    options: &RequestOptions,
    answer: impl FnMut(&Request) -> Result<Response, RequestError>,
) -> (Vec<Row>, Outcome, usize) {
    let mut agent = Capabilities::new(true);
    agent.is_alive = true;
    read_more(&mut agent, roots, lanes, order, options, answer)
}

/// Reads a table of an agent of which something may be known.
fn read_more(
    agent: &mut Capabilities,
    roots: &[Oid],
    lanes: usize,
    order: &[u8],
    options: &RequestOptions,
    mut answer: impl FnMut(&Request) -> Result<Response, RequestError>,
) -> (Vec<Row>, Outcome, usize) {
    let mut walk = Walk::new(peer(), roots.to_vec(), options.clone());
    let mut join = Join::new(roots.len(), options.on_non_increasing);
    let mut rows = Vec::new();
    let mut asks = Vec::new();
    let mut requests = 0;
    let mut order = order.iter().cycle();
    loop {
        let live: Vec<bool> = (0..roots.len()).map(|column| walk.is_live(column)).collect();
        let held = join.held(&live, 3);
        while let Some(ask) = walk.ask(lanes, agent, |column| held[column]) {
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
                walk.answered(&ask, response, octets, agent, |column, Varbind { name, value }| {
                    let index = name.strip_prefix(&roots[column]).unwrap();
                    join.push(column, Oid::new(index).unwrap(), value);
                });
            }
            Err(error) => walk.failed(&ask, error, agent),
        }
        if walk.is_stopped() {
            asks.clear();
        }
        rows.extend(join.rows((0..roots.len()).map(|column| walk.is_live(column)).collect()));
    }
    assert!(walk.is_stopped() || (0..roots.len()).all(|column| !walk.is_live(column)), "nothing is left to ask");
    rows.extend(join.rows(vec![false; roots.len()]));
    let outcome = Outcome::new(rows.len() as u64, walk.stopped());
    (rows, outcome, requests)
}

fn roots(columns: u32) -> Vec<Oid> {
    (1..=columns).map(|column| Oid::from([1, 5, column])).collect()
}

prop_compose! {
    pub(super) fn honest_agent()(
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
        goes_on: bool,
    ) {
        let roots = roots(columns);
        let (mut rows, outcome, _) = read(&roots, lanes, &order, &options(goes_on, 10_000), |request| agent.answer(request));
        prop_assert_eq!(outcome.reason, None);
        if goes_on {
            // Rows with holes come later.
            rows.sort_by(|one, other| one.index.cmp(&other.index));
        }
        prop_assert_eq!(rows, expected(&agent, &roots));
    }

    #[test]
    fn an_agent_without_an_order_is_read_whole_by_whoever_goes_on(
        agent in honest_agent(),
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
        seed: u64,
    ) {
        // Each name has one successor, and all of a column are on the way from its root to the next column.
        let roots = roots(columns);
        let mut random = fastrand::Rng::with_seed(seed);
        let mut next: BTreeMap<Oid, Varbind> = BTreeMap::new();
        let mut starts = BTreeMap::new();
        for column in (1..=7).rev() {
            let root = Oid::from([1, 5, column]);
            let names = agent.objects.iter().filter(|(name, _)| name.starts_with(&root));
            let mut names: Vec<Varbind> =
                names.map(|(name, value)| Varbind { name: name.clone(), value: value.clone() }).collect();
            random.shuffle(&mut names);
            let mut behind = starts.values().next().cloned();
            for varbind in names.into_iter().rev() {
                let name = varbind.name.clone();
                if let Some(behind) = behind.replace(varbind) {
                    next.insert(name, behind);
                }
            }
            if let Some(first) = behind {
                starts.insert(root, first);
            }
        }
        let successor = |name: &Oid| match next.get(name) {
            Some(next) => Some(next.clone()),
            None if agent.objects.contains_key(name) => None,
            None => starts.range::<Oid, _>((Bound::Included(name), Bound::Unbounded)).next().map(|(_, first)| first.clone()),
        };
        let (mut rows, outcome, _) = read(&roots, lanes, &order, &options(true, 10_000), |request| {
            agent.answer_with(request, successor)
        });
        prop_assert!(outcome.reason.as_ref().is_none_or(StopReason::is_warning), "{:?}", outcome);
        rows.sort_by(|one, other| one.index.cmp(&other.index));
        prop_assert_eq!(rows, expected(&agent, &roots));
    }

    #[test]
    fn an_agent_that_swaps_neighbours_never_seems_whole(
        agent in honest_agent(),
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
        goes_on: bool,
    ) {
        // What is the last of all cannot be swapped, and nothing shows what that hides.
        let mut agent = agent;
        agent.objects.extend((1..4).map(|row| (Oid::from([1, 7, row]), Value::Null)));
        // It names the one behind the next as the next, and the one before the next after that: in good order where
        // a table starts at an even place, so that half of it is left out without a sign.
        let all: Vec<&Oid> = agent.objects.keys().collect();
        let swapped = |name: &Oid| {
            let next = all.partition_point(|other| *other <= name);
            let next = if next + 1 < all.len() { next ^ 1 } else { next };
            all.get(next).map(|name| Varbind { name: (*name).clone(), value: agent.objects[*name].clone() })
        };
        let roots = roots(columns);
        let (mut rows, outcome, _) = read(&roots, lanes, &order, &options(goes_on, 10_000), |request| {
            agent.answer_with(request, swapped)
        });
        rows.sort_by(|one, other| one.index.cmp(&other.index));
        let is_whole = outcome.reason.as_ref().is_none_or(StopReason::is_warning);
        prop_assert!(!is_whole || rows == expected(&agent, &roots), "{:?}", outcome);
    }

    #[test]
    fn an_agent_that_leaves_rows_out_of_large_answers_is_read_whole(
        agent in honest_agent(),
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
        way in prop::sample::select(vec![
            Way::EveryOtherBehind, Way::EveryOther, Way::OneInTheMiddle, Way::OneAtTheEnd,
        ]),
        above in prop_oneof![0..12usize, 0..60usize],
        max_names in prop_oneof![Just(usize::MAX), 1..4usize],
        goes_on: bool,
    ) {
        let roots = roots(columns);
        let options = options(goes_on, 10_000);
        let mut known = Capabilities::new(true);
        known.is_alive = true;
        for _ in 0..2 {
            let (mut rows, outcome, _) = read_more(&mut known, &roots, lanes, &order, &options, |request| {
                if request.kind == RequestKind::GetNext && request.names.len() > max_names {
                    return Ok(error(1, 0));
                }
                agent.answer_leaving_out(request, way, above)
            });
            prop_assert_eq!(outcome.reason, None);
            if goes_on {
                rows.sort_by(|one, other| one.index.cmp(&other.index));
            }
            prop_assert_eq!(rows, expected(&agent, &roots));
        }
    }

    #[test]
    fn an_agent_with_a_limit_on_names_is_read_whole(
        agent in honest_agent(),
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
        max in 1..6usize,
        refusal in prop::sample::select(vec![None, Some((1, 0)), Some((5, 0)), Some((5, 1)), Some((13, 0))]),
        is_alive: bool,
    ) {
        let roots = roots(columns);
        let mut known = Capabilities::new(true);
        known.is_alive = is_alive;
        for _ in 0..2 {
            let (rows, outcome, _) = read_more(&mut known, &roots, lanes, &order, &options(false, 10_000), |request| {
                match refusal {
                    _ if request.names.len() <= max => agent.answer(request),
                    Some((status, index)) => Ok(error(status, index)),
                    None => Err(timeout()),
                }
            });
            prop_assert_eq!(outcome.reason, None);
            prop_assert_eq!(rows, expected(&agent, &roots));
        }
    }

    #[test]
    fn an_agent_that_answers_getbulk_like_getnext_is_read_whole(
        agent in honest_agent(),
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let roots = roots(columns);
        let (rows, outcome, _) = read(&roots, lanes, &order, &options(false, 10_000), |request| {
            let kind = RequestKind::GetBulk { max_repetitions: 1 };
            agent.answer(&if request.kind.is_bulk() { Request { kind, ..request.clone() } } else { request.clone() })
        });
        prop_assert_eq!(outcome.reason, None);
        prop_assert_eq!(rows, expected(&agent, &roots));
    }

    #[test]
    fn a_hostile_agent_gets_no_further_than_the_bounds_and_no_row_comes_twice(
        seed: u64,
        columns in 1..6u32,
        lanes in 1..5usize,
        order in prop::collection::vec(any::<u8>(), 1..20),
        goes_on: bool,
        seen in 0..60usize,
        kindness in 1..8u8,
    ) {
        let mut random = fastrand::Rng::with_seed(seed);
        let max_rows = 40;
        let options = RequestOptions { max_seen_names: seen, ..options(goes_on, max_rows) };
        let (mut rows, _, requests) = read(&roots(columns), lanes, &order, &options, |request| {
            hostile(&mut random, kindness, request)
        });
        if goes_on {
            rows.sort_by(|one, other| one.index.cmp(&other.index));
        }
        let increasing = rows.windows(2).all(|pair| pair[0].index < pair[1].index);
        prop_assert!(increasing, "rows come once, and in order where it is kept");
        // Each cell may be asked for by itself, and each column may end so; each may be refused in a larger request
        // before; each larger answer may be doubted, and each name in it asked by itself; halving and checks come on top.
        let max = (max_rows + 1) * u64::from(columns) * 4 + 160;
        prop_assert!(requests as u64 <= max, "{requests} requests, at most {max}");
    }
}

fn options(goes_on: bool, max_rows: u64) -> RequestOptions {
    let on_non_increasing = if goes_on { OnNonIncreasing::Continue } else { OnNonIncreasing::Stop };
    RequestOptions { max_rows, max_bytes: 1 << 20, on_non_increasing, ..RequestOptions::default() }
}

/// An answer to a request, or none: any varbinds and any errors, in any order. The kinder, the more it fits.
pub(super) fn hostile(random: &mut fastrand::Rng, kindness: u8, request: &Request) -> Result<Response, RequestError> {
    if random.u8(..8) >= kindness {
        let status = [0, 0, 0, 1, 2, 5, 99][random.usize(..7)];
        if status != 0 {
            return Ok(error(status, random.i32(-1..5)));
        }
        if random.u8(..) < 8 {
            return Err(if random.bool() { timeout() } else { malformed() });
        }
    }
    // Names that often follow those asked for, so that it is not over at once.
    let mut varbinds: Vec<Varbind> = Vec::new();
    let columns = request.names.len();
    for place in 0..random.usize(..20) {
        let near = match place.checked_sub(columns).and_then(|above| varbinds.get(above)) {
            Some(above) if random.u8(..) < 250 => above.name.clone(),
            _ => request.names[place % columns].clone(),
        };
        let column = near.arcs().get(2).copied().unwrap_or(1);
        let row = near.arcs().get(3).copied().unwrap_or(0);
        let name = match random.u8(..).saturating_sub(kindness * 30) {
            40..60 => Oid::from([1, 4]),
            20..40 => Oid::from([1, 6, 7]),
            10..20 => Oid::from([1, 5, random.u32(1..7), random.u32(..100)]),
            5..10 => Oid::from([1, 5, column, random.u32(..100)]),
            _ => Oid::from([1, 5, column, row.saturating_add(random.u32(..30))]),
        };
        let value = match random.u8(..).saturating_sub(kindness * 30) {
            30..35 => Value::EndOfMibView,
            20..25 => Value::NoSuchInstance,
            10..15 => Value::Null,
            _ => Value::Integer(1),
        };
        varbinds.push(Varbind { name, value });
    }
    Ok(response(varbinds))
}

#[test]
fn a_limit_on_names_costs_few_silent_requests_once() {
    let device = table(14, 20);
    let mut shown = String::new();
    for (max, has_bulk) in [(1, true), (2, true), (4, true), (16, true), (1, false), (4, false)] {
        let mut agent = Capabilities::new(has_bulk);
        agent.is_alive = true;
        let read = |agent: &mut Capabilities| {
            let mut silent = 0;
            let answer = |request: &Request| {
                let is_silent = request.names.len() > max;
                silent += usize::from(is_silent);
                if is_silent { Err(timeout()) } else { device.answer(request) }
            };
            let (rows, outcome, requests) = read_more(agent, &roots(14), 4, &[0], &options(false, 10_000), answer);
            assert_eq!((rows.len(), outcome.reason), (20, None), "{max}");
            format!("{silent} of {requests} requests are silent")
        };
        let (first, second) = (read(&mut agent), read(&mut agent));
        let how = if has_bulk { "with" } else { "without" };
        shown.push_str(&format!("{max} names, {how} GETBULK: {first}, the second time {second}\n"));
    }
    expect_test::expect![[r#"
        1 names, with GETBULK: 5 of 72 requests are silent, the second time 0 of 62 requests are silent
        2 names, with GETBULK: 4 of 45 requests are silent, the second time 0 of 31 requests are silent
        4 names, with GETBULK: 2 of 45 requests are silent, the second time 0 of 14 requests are silent
        16 names, with GETBULK: 1 of 15 requests are silent, the second time 0 of 17 requests are silent
        1 names, without GETBULK: 5 of 300 requests are silent, the second time 0 of 294 requests are silent
        4 names, without GETBULK: 2 of 96 requests are silent, the second time 0 of 84 requests are silent
    "#]]
    .assert_eq(&shown);
}

#[test]
fn a_large_table_needs_few_round_trips() {
    let agent = table(14, 500);
    let (rows, _, requests) = read(&roots(14), 4, &[0], &options(false, 10_000), |request| agent.answer(request));
    assert_eq!(rows.len(), 500);
    assert!(requests < 150, "{requests} requests, where 25 repetitions of one column at a time take 280");
}

#[test]
fn believing_an_honest_agent_costs_a_few_requests_in_its_life() {
    let options = options(false, 10_000);
    let mut shown = String::new();
    for (columns, rows, lanes) in [(1, 500, 1), (1, 500, 4), (14, 500, 4), (5, 48, 4), (5, 3, 1), (1, 0, 1)] {
        let device = table(columns, rows);
        let [[first, second], [without, _]] = [false, true].map(|is_believed| {
            let mut agent = Capabilities::new(true);
            agent.is_alive = true;
            if is_believed {
                agent.trust = VerifiedRepetitions::blind();
            }
            let mut requests =
                || read_more(&mut agent, &roots(columns), lanes, &[0], &options, |request| device.answer(request)).2;
            [requests(), requests()]
        });
        shown.push_str(&format!(
            "{columns} x {rows} in {lanes} lanes: {without} requests, with checks {first}, the second time {second}\n"
        ));
    }
    expect_test::expect![[r#"
        1 x 500 in 1 lanes: 13 requests, with checks 16, the second time 11
        1 x 500 in 4 lanes: 13 requests, with checks 16, the second time 11
        14 x 500 in 4 lanes: 131 requests, with checks 138, the second time 131
        5 x 48 in 4 lanes: 9 requests, with checks 13, the second time 8
        5 x 3 in 1 lanes: 2 requests, with checks 2, the second time 1
        1 x 0 in 1 lanes: 2 requests, with checks 2, the second time 1
    "#]]
    .assert_eq(&shown);
}

/// An agent with one table.
fn table(columns: u32, rows: u32) -> Honest {
    let cells = (1..=columns).flat_map(|column| (1..=rows).map(move |row| Oid::from([1, 5, column, row])));
    let mut objects: BTreeMap<Oid, Value> = cells.map(|name| (name, Value::Integer(1))).collect();
    objects.insert(Oid::from([1, 6, 1]), Value::Null);
    Honest { objects, has_bulk: true, too_big_above: 1000, cut_after: 1000, is_version_1: false }
}
