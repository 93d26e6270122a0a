//! Walks over the wire.

use std::{collections::BTreeMap, ops::Bound};

use snmp::{Row, Status};

use super::*;
use crate::TableRange;

/// Serves a table of `columns` x `rows` below 1.3.6, until it is dropped.
pub(super) async fn serve_table(agent: &Agent, columns: u32, rows: u32) {
    serve_few_names(agent, columns, rows, usize::MAX).await;
}

/// The same, and GETs; silent to requests with more than `max` names.
pub(super) async fn serve_few_names(agent: &Agent, columns: u32, rows: u32, max: usize) {
    let mut objects = BTreeMap::new();
    for column in 1..=columns {
        for row in 1..=rows {
            objects.insert(Oid::from([1, 3, 6, column, row]), Value::Counter32(column * row));
        }
    }
    let successor = |name: &Oid| objects.range::<Oid, _>((Bound::Excluded(name), Bound::Unbounded)).next();
    loop {
        let seen = agent.seen().await;
        if seen.names.len() > max {
            continue;
        }
        if seen.pdu == tag::GET_REQUEST {
            agent.send(&seen, &seen.number(1)).await;
            continue;
        }
        let mut names = seen.names.clone();
        let mut varbinds = Vec::new();
        let repetitions = if seen.pdu == tag::GET_BULK_REQUEST { seen.max_repetitions } else { 1 };
        for _ in 0..repetitions {
            for name in &mut names {
                let (next, value) = match successor(name) {
                    Some((next, value)) => (next.clone(), value.clone()),
                    None => (name.clone(), Value::EndOfMibView),
                };
                name.clone_from(&next);
                varbinds.push(Varbind { name: next, value });
            }
        }
        agent.send(&seen, &seen.answer(&varbinds)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_is_dropped_leaves_nothing_behind() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let mut walk = session.table(oid("1.3.6"), vec![1, 2], in_a_minute());
    assert_eq!(engine.waiters(), 0, "nothing is sent until it is polled");
    tokio::select! {
        _ = walk.next() => panic!("nobody answers"),
        _ = agent.seen() => {}
    }
    assert_eq!(engine.waiters(), 1);
    drop(walk);
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_has_settled_holds_up_nobody_and_goes_on() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let mut walk = session.walk(oid("1.3.6"), in_a_minute());
    let seen = tokio::select! {
        _ = walk.next() => panic!("nobody answers"),
        seen = agent.seen() => seen,
    };
    let row = |number: u32| Varbind { name: Oid::from([1, 3, 6, 1, number]), value: Value::Counter32(number) };
    let rows: Vec<_> = (1..=20).map(row).collect();
    let asked = usize::try_from(seen.max_repetitions.max(1)).unwrap();
    agent.send(&seen, &seen.answer(&rows[..asked])).await;
    assert_eq!(engine.waiters(), 1);
    let mut read = walk.settle().await;
    assert_nothing_is_left(&engine);
    let reading = async {
        while let Some(varbinds) = walk.next().await {
            read.extend(varbinds);
        }
    };
    tokio::select! {
        () = reading => {}
        () = serve_table(&agent, 1, 20) => {}
    }
    assert_eq!((read, walk.outcome().rows), (rows, 20));
}

#[tokio::test(start_paused = true)]
async fn a_table_comes_as_rows_in_order_and_several_walks_share_the_window() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let read_table = |columns: Vec<u32>| {
        let mut walk = session.table(oid("1.3.6"), columns, in_a_minute());
        async move {
            let mut rows = Vec::new();
            while let Some(batch) = walk.next().await {
                rows.extend(batch);
            }
            (rows, walk.outcome())
        }
    };
    let reading = async { tokio::join!(read_table(vec![2, 1, 5]), read_table(vec![3])) };
    let ((rows, outcome), (_, other)) = tokio::select! {
        read = reading => read,
        () = serve_table(&agent, 3, 300) => unreachable!("it serves for ever"),
    };
    assert_eq!((outcome.status, outcome.rows), (Status::Complete, 300));
    assert_eq!((other.status, other.rows), (Status::Complete, 300));
    let indexes: Vec<Oid> = rows.iter().map(|row| row.index.clone()).collect();
    assert_eq!(indexes, (1..=300).map(|row| Oid::from([row])).collect::<Vec<_>>());
    assert_eq!(rows[9].cells, [Some(Value::Counter32(20)), Some(Value::Counter32(10)), None]);
    let stats = session.stats();
    assert!(stats.requests < 40, "{stats:?}");
    assert_eq!((stats.window, stats.bulk, stats.timeouts), (4, true, 0));
    assert_nothing_is_left(&engine);
}

/// Reads columns of a table of so many columns and rows, and says how that ended.
async fn read_columns(columns: &[Oid], range: &TableRange, served: (u32, u32)) -> (Vec<Row>, Status) {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let mut walk = session.columns(columns, range, in_a_minute());
    let reading = async {
        let mut rows = Vec::new();
        while let Some(batch) = walk.next().await {
            rows.extend(batch);
        }
        rows
    };
    let rows = tokio::select! {
        rows = reading => rows,
        () = serve_table(&agent, served.0, served.1) => unreachable!("it serves for ever"),
    };
    (rows, walk.outcome().status)
}

/// Reads columns of [`serve_table`], whose "tables" are 1.3.6.1 and so on, so that they are of several tables.
async fn read_range(range: TableRange) -> (Vec<Oid>, Vec<Option<Value>>, Status) {
    let (rows, status) = read_columns(&[oid("1.3.6.1"), oid("1.3.6.3")], &range, (3, 30)).await;
    let indexes = rows.iter().map(|row| row.index.clone()).collect();
    let first = rows.first().map(|row| row.cells.clone()).unwrap_or_default();
    (indexes, first, status)
}

#[tokio::test(start_paused = true)]
async fn a_range_of_rows_begins_after_an_index_or_lies_below_one() {
    let whole = |rows: std::ops::RangeInclusive<u32>| rows.map(|row| Oid::from([row])).collect::<Vec<_>>();
    let (indexes, first, status) = read_range(TableRange::default()).await;
    assert_eq!((indexes, status), (whole(1..=30), Status::Complete));
    assert_eq!(first, [Some(Value::Counter32(1)), Some(Value::Counter32(3))]);
    let after = TableRange { after: Some(Oid::from([28])), ..TableRange::default() };
    assert_eq!(read_range(after).await.0, whole(29..=30));
    let beyond = TableRange { after: Some(Oid::from([30])), ..TableRange::default() };
    assert_eq!(read_range(beyond).await.2, Status::Unsupported);
    // Nothing lies below a row, whose index is the whole of what follows the column.
    let below = TableRange { below: Oid::from([7]), after: None };
    assert_eq!(read_range(below).await.2, Status::Unsupported);
}

#[tokio::test(start_paused = true)]
async fn columns_of_several_tables_are_joined_by_their_index() {
    // 1.3.6 as a column has the indexes 1.1 and so on; 1.3.6.2 has those from 1 on, and none in common.
    let (rows, _) = read_columns(&[oid("1.3.6"), oid("1.3.6.2")], &TableRange::default(), (2, 2)).await;
    let shown: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.index, row.cells.iter().flatten().count())).collect();
    assert_eq!(shown, ["1 1", "1.1 1", "1.2 1", "2 1", "2.1 1", "2.2 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_subtree_comes_in_order_and_stops_at_its_bound() {
    let agent = Agent::bind().await;
    let engine = Engine::bind(HubOptions::default()).await.unwrap();
    let credentials = Credentials::V2c { community: "public".into() };
    let target = Target { addr: agent.socket.local_addr().unwrap(), credentials };
    let session = engine.session(target, RequestOptions { max_rows: 150, ..RequestOptions::default() });
    let mut walk = session.walk(oid("1.3.6"), in_a_minute());
    let reading = async {
        let mut varbinds = Vec::new();
        while let Some(batch) = walk.next().await {
            varbinds.extend(batch);
        }
        varbinds
    };
    let varbinds = tokio::select! {
        read = reading => read,
        () = serve_table(&agent, 2, 100) => unreachable!("it serves for ever"),
    };
    assert_eq!(varbinds.len(), 150);
    assert!(varbinds.windows(2).all(|pair| pair[0].name < pair[1].name));
    let outcome = walk.outcome();
    assert_eq!((outcome.status, outcome.reason.map(|reason| reason.kind())), (Status::Partial, Some("row-limit")));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn the_future_of_next_may_be_dropped_without_losing_a_row() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let mut walk = session.table(oid("1.3.6"), vec![1, 2], in_a_minute());
    let mut rows = Vec::new();
    let reading = async {
        loop {
            // Dropped at every await it comes to, and taken up again.
            match tokio::time::timeout(Duration::ZERO, walk.next()).await {
                Ok(Some(batch)) => rows.extend(batch),
                Ok(None) => break,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    tokio::select! {
        () = reading => {}
        () = serve_table(&agent, 2, 100) => unreachable!("it serves for ever"),
    }
    assert_eq!((rows.len(), walk.outcome().status), (100, Status::Complete));
}

#[tokio::test(start_paused = true)]
async fn one_walk_finds_out_for_all_that_there_is_no_getbulk() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let bulks = std::cell::Cell::new(0);
    let playing = async {
        loop {
            let seen = agent.seen().await;
            if seen.pdu == tag::GET_BULK_REQUEST {
                bulks.set(bulks.get() + 1);
                continue;
            }
            let next = |name: &Oid| if name.arcs().len() == 5 { name.join(&[7]).unwrap() } else { oid("2.0") };
            let next = seen.names.iter().map(|name| Varbind { name: next(name), value: Value::Integer(1) });
            let answer =
                if seen.pdu == tag::GET_REQUEST { seen.number(1) } else { seen.answer(&next.collect::<Vec<_>>()) };
            agent.send(&seen, &answer).await;
        }
    };
    let read = async |table: u32| {
        let mut walk = session.table(Oid::from([1, 3, 6, table]), vec![1], in_a_minute());
        let mut rows = 0;
        while let Some(batch) = walk.next().await {
            rows += batch.len();
        }
        (rows, walk.outcome().status)
    };
    let asking = async {
        assert_eq!(get(&session).await, Ok(1));
        let read = tokio::join!(read(1), read(2), read(3), read(4), read(5));
        let whole = (1, Status::Complete);
        assert_eq!(read, (whole, whole, whole, whole, whole));
    };
    tokio::select! {
        () = playing => {}
        () = asking => {}
    }
    assert!(bulks.get() <= 8, "five walks sent {} GETBULKs", bulks.get());
    assert_nothing_is_left(&engine);
}
