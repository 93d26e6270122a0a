//! An agent inside the process, in the place of the sockets.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use snmp::Status;

use super::*;

/// An engine without sockets whose agent has 1.3.6.1.1 to 1.3.6.1.100, and answers so many requests.
fn engine(answers: usize) -> Engine {
    let asked = AtomicUsize::new(0);
    let agent = move |datagram: &[u8]| {
        if asked.fetch_add(1, Ordering::Relaxed) >= answers {
            return None;
        }
        let seen = Seen::read(datagram, SocketAddr::from(([127, 0, 0, 1], 161)));
        let row_of = |name: &Oid| name.arcs().get(4).copied().unwrap_or(0);
        let repetitions = if seen.pdu == tag::GET_BULK_REQUEST { seen.max_repetitions as u32 } else { 1 };
        let varbind = |row: u32| match row {
            row if row > 100 => Varbind { name: Oid::from([1, 3, 6, 1, 100]), value: Value::EndOfMibView },
            row => Varbind { name: Oid::from([1, 3, 6, 1, row]), value: Value::Counter32(row) },
        };
        let rows = (1..=repetitions).flat_map(|more| seen.names.iter().map(move |name| row_of(name) + more));
        let varbinds: Vec<Varbind> = rows.map(varbind).collect();
        Some(seen.answer(&varbinds))
    };
    Engine::with_local_agent(HubOptions::default(), Arc::new(agent)).unwrap()
}

fn session(engine: &Engine) -> Session {
    let credentials = Credentials::V2c { community: "recording".into() };
    engine.session(Target { addr: SocketAddr::from(([0; 4], 0)), credentials }, RequestOptions::default())
}

async fn rows(mut walk: crate::SubtreeWalk) -> (Vec<u32>, Status) {
    let mut rows = Vec::new();
    while let Some(varbinds) = walk.next().await {
        rows.extend(varbinds.iter().map(|varbind| varbind.name.arcs()[4]));
    }
    (rows, walk.outcome().status)
}

#[tokio::test(start_paused = true)]
async fn a_walk_of_an_agent_inside_the_process_is_as_one_over_the_network() {
    let engine = engine(usize::MAX);
    let session = session(&engine);
    assert_eq!(rows(session.walk(oid("1.3.6.1"), in_a_minute())).await, ((1..=100).collect(), Status::Complete));
    let stats = engine.stats();
    assert_eq!((stats.sent, stats.answers), (session.stats().requests, session.stats().requests));
    assert!(stats.sent < 20, "it uses GETBULK: {stats:?}");
}

#[tokio::test(start_paused = true)]
async fn a_walk_goes_on_behind_a_name_that_was_read_before() {
    let walk =
        |after: &str| session(&engine(usize::MAX)).walk(oid("1.3.6.1"), in_a_minute()).starting_after(&oid(after));
    assert_eq!(rows(walk("1.3.6.1.40")).await, ((41..=100).collect(), Status::Complete));
    assert_eq!(rows(walk("1.3.6.1.100")).await, (Vec::new(), Status::Unsupported));
    assert_eq!(rows(walk("1.3.7")).await.0.len(), 100, "a name of another subtree says nothing of this one");
}

#[tokio::test(start_paused = true)]
async fn an_agent_inside_the_process_that_does_not_answer_is_asked_again_and_given_up() {
    let session = session(&engine(0));
    let error = session.get(&[oid("1.3.6.1.1")], in_a_minute()).await.unwrap_err();
    assert!(matches!(error, RequestError::Timeout { attempts: 3, .. }), "{error}");
}

/// The answer is there at once, so a walk that never waited could not be ended by anything in its task.
#[tokio::test(start_paused = true)]
async fn a_walk_of_an_agent_inside_the_process_gives_way_to_others() {
    let session = session(&engine(usize::MAX));
    let walked = rows(session.walk(oid("1.3.6.1"), in_a_minute()));
    tokio::select! {
        biased;
        _ = walked => panic!("it never gave way"),
        () = std::future::ready(()) => {}
    }
}
