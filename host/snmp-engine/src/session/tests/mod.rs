//! The engine against a small agent on loopback. Time is paused: it passes only while everybody waits.

mod beside;
mod breaker;
mod clues;
mod hints;
mod local;
mod names;
mod notify;
mod profiles;
mod snmptrapd;
mod unknown;
mod v3;
mod v3_agent;
mod walks;

use std::{net::SocketAddr, time::Duration};

use snmp::{
    Credentials, HubOptions, Oid, RequestError, RequestOptions, Target, Value, Varbind,
    ber::{Reader, Writer, tag},
};
use tokio::{net::UdpSocket, time::Instant};

use crate::{Engine, Session};

/// A request as the agent sees it.
#[derive(Clone, Debug)]
struct Seen {
    from: SocketAddr,
    version: i32,
    community: Vec<u8>,
    pdu: u8,
    id: i32,
    max_repetitions: i32,
    names: Vec<Oid>,
}

impl Seen {
    fn read(datagram: &[u8], from: SocketAddr) -> Self {
        let mut message = Reader::new(Reader::new(datagram).expect(tag::SEQUENCE).unwrap());
        let version = message.integer().unwrap();
        let community = message.expect(tag::OCTET_STRING).unwrap().to_vec();
        let (pdu, content) = message.element().unwrap();
        let mut content = Reader::new(content);
        let id = content.integer().unwrap();
        let _ = content.integer().unwrap();
        let max_repetitions = content.integer().unwrap();
        let mut list = Reader::new(content.expect(tag::SEQUENCE).unwrap());
        let mut names = Vec::new();
        while !list.is_empty() {
            names.push(list.varbind().unwrap().name);
        }
        Self { from, version, community, pdu, id, max_repetitions, names }
    }

    fn answer(&self, varbinds: &[Varbind]) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.constructed(tag::SEQUENCE, |writer| {
            writer.constructed(tag::RESPONSE, |writer| {
                writer.constructed(tag::SEQUENCE, |writer| {
                    varbinds.iter().rev().for_each(|varbind| writer.varbind(varbind));
                });
                writer.integer(tag::INTEGER, 0);
                writer.integer(tag::INTEGER, 0);
                writer.integer(tag::INTEGER, i64::from(self.id));
            });
            writer.octets(tag::OCTET_STRING, &self.community);
            writer.integer(tag::INTEGER, i64::from(self.version));
        });
        writer.finish()
    }

    /// The answer to a GET: the number of the agent's request, so that a test sees which one was answered.
    fn number(&self, number: i32) -> Vec<u8> {
        let varbinds: Vec<Varbind> =
            self.names.iter().map(|name| Varbind { name: name.clone(), value: Value::Integer(number) }).collect();
        self.answer(&varbinds)
    }
}

/// An agent that the test plays by hand.
struct Agent {
    socket: UdpSocket,
}

impl Agent {
    async fn bind() -> Self {
        Self { socket: UdpSocket::bind("127.0.0.1:0").await.unwrap() }
    }

    async fn seen(&self) -> Seen {
        let mut buffer = vec![0; 65_507];
        let (length, from) = self.socket.recv_from(&mut buffer).await.unwrap();
        Seen::read(&buffer[..length], from)
    }

    async fn send(&self, seen: &Seen, datagram: &[u8]) {
        self.socket.send_to(datagram, seen.from).await.unwrap();
    }
}

async fn connect(agent: &Agent) -> (Engine, Session) {
    let engine = Engine::bind(HubOptions::default()).await.unwrap();
    let session = session(&engine, agent);
    (engine, session)
}

fn session(engine: &Engine, agent: &Agent) -> Session {
    let credentials = Credentials::V2c { community: "public".into() };
    let target = Target { addr: agent.socket.local_addr().unwrap(), credentials };
    let options = RequestOptions { packet_timeout: Duration::from_secs(1), ..RequestOptions::default() };
    engine.session(target, options)
}

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn in_a_minute() -> Instant {
    Instant::now() + Duration::from_secs(60)
}

/// GETs one object; returns its number or what went wrong.
async fn get(session: &Session) -> Result<i32, RequestError> {
    let varbinds = session.get(&[oid("1.3.6.1")], in_a_minute()).await?;
    match varbinds.as_slice() {
        [Varbind { value: Value::Integer(number), .. }] => Ok(*number),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_nothing_is_left(engine: &Engine) {
    assert_eq!((engine.waiters(), engine.free_slots()), (0, HubOptions::default().max_in_flight));
}

#[tokio::test(start_paused = true)]
async fn a_lost_request_is_sent_again_under_the_same_id() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let play = async {
        let first = agent.seen().await;
        let second = agent.seen().await;
        assert_eq!(first.id, second.id);
        agent.send(&second, &second.number(2)).await;
    };
    let (result, ()) = tokio::join!(get(&session), play);
    assert_eq!(result, Ok(2));
    let stats = session.stats();
    assert_eq!((stats.requests, stats.retries, stats.timeouts, stats.answers), (1, 1, 1, 1));
    assert_eq!(stats.mean_round_trip, None, "nobody knows which of the two was answered");
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_counts_while_somebody_waits_and_is_ignored_afterwards() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let play = async {
        let first = agent.seen().await;
        let second = agent.seen().await;
        agent.send(&first, &first.number(1)).await;
        agent.send(&second, &second.number(2)).await;
        let next = agent.seen().await;
        agent.send(&second, &second.number(2)).await;
        agent.send(&next, &next.number(3)).await;
    };
    let both = async { (get(&session).await, get(&session).await) };
    let (result, ()) = tokio::join!(both, play);
    assert_eq!(result, (Ok(1), Ok(3)));
    assert_eq!((engine.stats().answers, engine.stats().unexpected), (2, 2));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn answers_with_another_id_community_or_version_are_no_answers() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let play = async {
        let seen = agent.seen().await;
        agent.send(&seen, &Seen { id: seen.id ^ 1, ..seen.clone() }.number(1)).await;
        agent.send(&seen, &Seen { community: b"private".to_vec(), ..seen.clone() }.number(2)).await;
        agent.send(&seen, &Seen { version: 0, ..seen.clone() }.number(3)).await;
        agent.send(&seen, &Seen { version: 3, ..seen.clone() }.number(4)).await;
        agent.send(&seen, b"noise").await;
        agent.send(&seen, &[]).await;
        agent.send(&seen, &seen.number(5)).await;
    };
    let (result, ()) = tokio::join!(get(&session), play);
    assert_eq!(result, Ok(5));
    assert_eq!((engine.stats().unexpected, engine.stats().rejected), (1, 5));
    assert_eq!(session.stats().timeouts, 0);
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_elsewhere_is_no_answer_but_is_named() {
    let agent = Agent::bind().await;
    let elsewhere = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let play = async {
        let seen = agent.seen().await;
        elsewhere.send(&seen, &seen.number(1)).await;
        agent.seen().await;
        agent.seen().await;
    };
    let (result, ()) = tokio::join!(get(&session), play);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), "timeout");
    let elsewhere = elsewhere.socket.local_addr().unwrap();
    let peer = session.peer();
    let expected = format!("{peer} did not answer 3 requests in 3.0 s; an answer came from {elsewhere} instead");
    assert_eq!(error.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_answer_is_not_called_a_timeout_and_asked_for_only_once_more() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let play = async {
        for _ in 0..2 {
            let seen = agent.seen().await;
            let mut answer = seen.number(1);
            // The last arc of the name goes on, and there is nothing behind it.
            let arc = answer.len() - 4;
            answer[arc] |= 0x80;
            agent.send(&seen, &answer).await;
        }
    };
    let started = Instant::now();
    let (result, ()) = tokio::join!(get(&session), play);
    let error = result.unwrap_err();
    assert_eq!((error.kind(), started.elapsed().as_secs()), ("malformed", 0));
    assert_eq!((engine.stats().sent, engine.stats().rejected), (2, 2));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn silence_ends_after_all_retries_and_the_deadline_comes_first() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let started = Instant::now();
    let error = get(&session).await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed().as_secs()), ("timeout", 3));
    let started = Instant::now();
    let deadline = started + Duration::from_millis(1500);
    let error = session.get(&[oid("1.3.6.1")], deadline).await.unwrap_err();
    assert_eq!((error.kind(), started.elapsed().as_millis() / 100), ("deadline", 15));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_answers_others_meanwhile_is_asked_as_often_once_more() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let other = super::Session::with_options(&session, RequestOptions { window: 2, ..session.options().clone() });
    let asking = async {
        assert_eq!(get(&session).await, Ok(1));
        for _ in 0..8 {
            assert_eq!(get(&other).await, Ok(1), "the window grows");
        }
        let names = [oid("1.3.6.9")];
        let lost = other.get(&names, in_a_minute());
        let answered = async {
            tokio::time::sleep(Duration::from_millis(10)).await;
            get(&other).await
        };
        let (lost, answered) = tokio::join!(lost, answered);
        assert_eq!((lost.map(|varbinds| varbinds.len()), answered), (Ok(1), Ok(1)));
    };
    let mut lost = 0;
    let playing = async {
        loop {
            let seen = agent.seen().await;
            let is_lost = seen.names == [oid("1.3.6.9")];
            lost += u32::from(is_lost);
            // The first three are lost.
            if !is_lost || lost > 3 {
                let varbind = Varbind { name: seen.names[0].clone(), value: snmp::Value::Integer(1) };
                agent.send(&seen, &seen.answer(&[varbind])).await;
            }
        }
    };
    tokio::select! {
        () = playing => {}
        () = asking => {}
    }
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_request_leaves_nothing_behind() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let waiting = tokio::spawn({
        let session = session.clone();
        async move { get(&session).await }
    });
    let queued = tokio::spawn({
        let session = session.clone();
        async move { get(&session).await }
    });
    let late = agent.seen().await;
    assert_eq!(engine.waiters(), 1, "the second waits for its turn");
    waiting.abort();
    queued.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    assert!(queued.await.unwrap_err().is_cancelled());
    assert_nothing_is_left(&engine);
    let play = async {
        agent.send(&late, &late.number(1)).await;
        let seen = agent.seen().await;
        agent.send(&seen, &seen.number(2)).await;
    };
    let (result, ()) = tokio::join!(get(&session), play);
    assert_eq!(result, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn one_device_that_is_silent_holds_up_no_other() {
    let (silent, live) = (Agent::bind().await, Agent::bind().await);
    let (engine, to_silent) = connect(&silent).await;
    let to_live = session(&engine, &live);
    let play = async {
        let seen = live.seen().await;
        live.send(&seen, &seen.number(7)).await;
    };
    let started = Instant::now();
    let both = async { tokio::join!(get(&to_live), play).0 };
    tokio::select! {
        _ = get(&to_silent) => panic!("it is silent"),
        result = both => assert_eq!(result, Ok(7)),
    }
    assert!(started.elapsed() < Duration::from_millis(500));
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let target = Target {
        addr: "192.0.2.1:161".parse().unwrap(),
        credentials: Credentials::V2c { community: "hush-hush".into() },
    };
    let engine = Engine::bind(HubOptions::default()).await.unwrap();
    let session = engine.session(target.clone(), RequestOptions::default());
    let walk = session.walk(oid("1.3.6"), in_a_minute());
    let shown = format!("{target:?} {engine:?} {session:?} {walk:?}");
    assert!(!shown.contains("hush"), "{shown}");
}
