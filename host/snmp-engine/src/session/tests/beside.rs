//! Several walks of one agent at once: one of them finds out for all.

use snmp::Status;

use super::{walks::serve_table, *};
use crate::TableWalk;

/// A table with one column of the agent that `serve_table` plays.
fn table(session: &Session, column: u32) -> TableWalk {
    session.table(oid("1.3.6"), vec![column], in_a_minute())
}

async fn read(mut walk: TableWalk) -> (usize, Status) {
    let mut rows = 0;
    while let Some(batch) = walk.next().await {
        rows += batch.len();
    }
    (rows, walk.outcome().status)
}

#[tokio::test(start_paused = true)]
async fn tables_that_an_agent_does_not_have_cost_one_request_each_and_one_for_all() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let reading = async {
        let absent = [11, 12, 13, 14].map(|table| session.table(Oid::from([1, 3, 5, table]), vec![1], in_a_minute()));
        let [first, second, third, fourth] = absent.map(read);
        tokio::join!(first, second, third, fourth)
    };
    let none = (0, Status::Unsupported);
    tokio::select! {
        read = reading => assert_eq!(read, (none, none, none, none)),
        () = serve_table(&agent, 2, 100) => unreachable!("it serves for ever"),
    }
    assert_eq!(session.stats().requests, 5);
    assert_nothing_is_left(&engine);
}

/// Reads two tables, until the first walk has asked what it has to ask about its answer. Then nobody goes on with it,
/// and it is given back; the second is read to its end. Returns what came of that, and how long it took.
async fn leave_the_first(agent: &Agent, session: &Session, is_dropped: bool) -> ((usize, Status), Duration) {
    let ten_rows = |seen: &Seen| {
        let name = |row| seen.names[0].join(&[row]).unwrap();
        let rows: Vec<_> = (1..=10).map(|row| Varbind { name: name(row), value: Value::Integer(1) }).collect();
        seen.answer(&rows)
    };
    // The window grows, so that the second need not wait for the place of the first.
    for _ in 0..8 {
        let play = async {
            let seen = agent.seen().await;
            agent.send(&seen, &seen.number(1)).await;
        };
        assert_eq!(tokio::join!(get(session), play).0, Ok(1));
    }
    let (mut first, second) = (table(session, 1), read(table(session, 2)));
    tokio::pin!(second);
    let playing = async {
        for _ in 0..2 {
            let seen = agent.seen().await;
            agent.send(&seen, &ten_rows(&seen)).await;
        }
        agent.seen().await
    };
    tokio::select! {
        biased;
        _ = first.next() => panic!("it waits for the proof"),
        _ = &mut second => panic!("it waits for the other"),
        proof = playing => assert_eq!((proof.pdu, proof.names[0].clone()), (tag::GET_NEXT_REQUEST, oid("1.3.6.1"))),
    }
    let first = (!is_dropped).then_some(first);
    let started = Instant::now();
    let read = tokio::select! {
        read = second => read,
        () = serve_table(agent, 2, 100) => unreachable!("it serves for ever"),
    };
    drop(first);
    (read, started.elapsed())
}

#[tokio::test(start_paused = true)]
async fn when_the_walk_that_finds_out_is_dropped_another_one_does() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let (read, took) = leave_the_first(&agent, &session, true).await;
    assert_eq!(read, (100, Status::Complete));
    assert!(took < Duration::from_secs(1), "it goes on at once");
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_nobody_goes_on_with_holds_the_others_up_for_a_while_only() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let (read, took) = leave_the_first(&agent, &session, false).await;
    assert_eq!(read, (100, Status::Complete));
    assert_eq!(took.as_secs(), 3, "as long as a request may take");
    assert_nothing_is_left(&engine);
}
