//! Agents that are silent to requests with many names.

use snmp::Status;

use super::{walks::serve_few_names, *};
use crate::TableWalk;

async fn read(mut walk: TableWalk) -> (usize, Status) {
    let mut rows = 0;
    while let Some(batch) = walk.next().await {
        rows += batch.len();
    }
    (rows, walk.outcome().status)
}

/// A session with the agent of a version of its own.
fn session_of(engine: &Engine, agent: &Agent, has_bulk: bool) -> Session {
    let community = || "public".into();
    let credentials =
        if has_bulk { Credentials::V2c { community: community() } } else { Credentials::V1 { community: community() } };
    let target = Target { addr: agent.socket.local_addr().unwrap(), credentials };
    let options = RequestOptions { packet_timeout: Duration::from_secs(1), ..RequestOptions::default() };
    engine.session(target, options)
}

/// Polls an agent that takes so many names: seven objects, and two tables side by side.
async fn poll(session: &Session) {
    let names: Vec<Oid> = (1..=7).map(|object| Oid::from([1, 3, 6, 9, object])).collect();
    assert_eq!(session.get(&names, in_a_minute()).await.map(|varbinds| varbinds.len()), Ok(7));
    read_tables(session).await;
}

async fn read_tables(session: &Session) {
    let [wide, narrow] = [vec![1, 2, 3, 4, 5], vec![1, 2]];
    let [wide, narrow] = [wide, narrow].map(|columns| read(session.table(oid("1.3.6"), columns, in_a_minute())));
    assert_eq!(tokio::join!(wide, narrow), ((12, Status::Complete), (12, Status::Complete)));
}

#[tokio::test(start_paused = true)]
async fn what_a_get_taught_serves_walks_and_is_remembered() {
    for has_bulk in [true, false] {
        for max in [1, 2, 4] {
            let agent = Agent::bind().await;
            let engine = Engine::bind(HubOptions::default()).await.unwrap();
            let first = session_of(&engine, &agent, has_bulk);
            let polling = async {
                let started = Instant::now();
                poll(&first).await;
                assert!(started.elapsed() <= Duration::from_secs(4), "{max}: {:?}", started.elapsed());
                assert!(first.stats().timeouts <= 3, "{max}: {:?}", first.stats());
                let second = session_of(&engine, &agent, has_bulk);
                poll(&second).await;
                assert_eq!(second.stats().timeouts, 0, "{max}");
            };
            tokio::select! {
                () = polling => {}
                () = serve_few_names(&agent, 5, 12, max) => unreachable!("it serves for ever"),
            }
            assert_nothing_is_left(&engine);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_walk_finds_out_by_itself_and_the_breaker_lets_it() {
    for has_bulk in [true, false] {
        for max in [1, 2, 4] {
            let agent = Agent::bind().await;
            let engine = Engine::bind(HubOptions { breaker_requests: 1, ..HubOptions::default() }).await.unwrap();
            let session = session_of(&engine, &agent, has_bulk);
            let polling = async {
                let started = Instant::now();
                read_tables(&session).await;
                assert!(started.elapsed() <= Duration::from_secs(8), "{max}: {:?}", started.elapsed());
                poll(&session).await;
                assert_eq!(get(&session).await, Ok(1), "it is not taken for gone");
            };
            tokio::select! {
                () = polling => {}
                () = serve_few_names(&agent, 5, 12, max) => unreachable!("it serves for ever"),
            }
            assert_nothing_is_left(&engine);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_is_gone_is_known_to_be_so_all_the_same() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    for _ in 0..3 {
        let table = session.table(oid("1.3.6"), vec![1, 2, 3], in_a_minute());
        assert_eq!(read(table).await, (0, Status::Failed));
    }
    assert!(matches!(get(&session).await, Err(RequestError::Silent { .. })));
}
