//! Our client: walks and GETs through the engine, in a process of its own that runs on one thread, as a program in C
//! does. It prints a line for each run, for [`crate::contest`] to read.

use std::time::Duration;

use snmp::{Credentials, HubOptions, Oid, RequestOptions, Status, Target};
use snmp_engine::{Engine, Session};
use tokio::{task::JoinSet, time::Instant};

use crate::{agent, measure::Run, v3};

/// The argument that makes a client of this program.
pub(crate) const ARGUMENT: &str = "client";

/// Does what the arguments say: see [`crate::contest::Task`].
pub(crate) fn main(arguments: &[String]) {
    let [kind, numbers @ ..] = arguments else { panic!("a client must be told what to do") };
    let numbers: Vec<u64> = numbers.iter().map(|number| number.parse().expect("a number")).collect();
    let [port, number, units, runs] = numbers[..] else { panic!("a client needs four numbers") };
    let port = u16::try_from(port).expect("a port");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let engine = Engine::bind(HubOptions::default()).await.expect("sockets");
        for _ in 0..runs {
            match kind.as_str() {
                "walk" => {
                    // As a task, as in a daemon: the runtime looks after what it is blocked on more often.
                    let walk = tokio::spawn(walk(engine.clone(), port, number, units));
                    walk.await.expect("the table is read whole");
                }
                "gets" => {
                    let credentials = Credentials::V2c { community: "public".into() };
                    let name = Oid::from(agent::ENTRY).join(&[10, 1]).expect("short");
                    gets(&sessions(&engine, port, number, &credentials), &name, units).await;
                }
                "gets-v3" => {
                    let sessions = sessions(&engine, port, number, &v3::credentials());
                    gets(&sessions, &Oid::from(v3::NAME), units).await;
                }
                other => panic!("a client cannot `{other}`"),
            }
        }
    });
}

/// Reads the whole table as one subtree. Without repetitions it speaks version 1, which has GETNEXT only.
async fn walk(engine: Engine, port: u16, repetitions: u64, varbinds: u64) {
    let community = "public".into();
    let credentials = if repetitions == 0 { Credentials::V1 { community } } else { Credentials::V2c { community } };
    let repetitions = u16::try_from(repetitions).expect("not too many");
    // Always the same number of repetitions, whatever the answers are like: that is what the other one does.
    let options = RequestOptions {
        max_repetitions: repetitions,
        max_repetitions_ceiling: repetitions,
        max_response_octets: 65_000,
        ..RequestOptions::default()
    };
    let session = engine.session(Target { addr: ([127, 0, 0, 1], port).into(), credentials }, options);
    let run = Run::begin();
    let mut walk = session.walk(Oid::from(agent::ENTRY), in_a_minute());
    let mut read = 0;
    while let Some(varbinds) = walk.next().await {
        read += varbinds.len();
    }
    run.print();
    assert_eq!((read as u64, walk.outcome().status), (varbinds, Status::Complete), "{:?}", walk.outcome());
}

fn sessions(engine: &Engine, port: u16, count: u64, credentials: &Credentials) -> Vec<Session> {
    let target = Target { addr: ([127, 0, 0, 1], port).into(), credentials: credentials.clone() };
    // To the engine they are all with one agent, and would share a window made for one. The other client has none.
    let window = usize::try_from(count).expect("not too many");
    let options = RequestOptions { window, ..RequestOptions::default() };
    (0..count).map(|_| engine.session(target.clone(), options.clone())).collect()
}

/// Sends GETs of one name: each session one after the other, all sessions at once.
async fn gets(sessions: &[Session], name: &Oid, gets: u64) {
    // Where the version has something to find out about an agent first, it is done by now.
    for session in sessions {
        session.get(std::slice::from_ref(name), in_a_minute()).await.expect("an answer");
    }
    let each = gets / sessions.len() as u64;
    let run = Run::begin();
    let mut tasks = JoinSet::new();
    for session in sessions {
        let (session, name) = (session.clone(), [name.clone()]);
        tasks.spawn(async move {
            for _ in 0..each {
                let varbinds = session.get(&name, in_a_minute()).await.expect("an answer");
                assert!(!varbinds[0].value.is_exception());
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("every GET is answered");
    }
    run.print();
}

fn in_a_minute() -> Instant {
    Instant::now() + Duration::from_secs(60)
}
