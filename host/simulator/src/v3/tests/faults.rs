//! Version 3 without a network: what each message is answered with, step by step, healthy and with every fault.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use expect_test::{Expect, expect};

use super::super::{
    keys::{Hashed, LocalKeys, MasterKeys},
    message::{Data, flag},
    *,
};
use crate::{
    FaultPlan, Recording, Simulator,
    agent::{Agent, AgentLimits, Arrival, Reaction},
    ber::{Reader, tag},
    fault::Delivery,
    message::{Operation, Request, Response, Version},
};

const ENGINE_ID: [u8; 9] = *b"\x80\x00\x7e\xd9\x05test";

/// A client that believes nothing by itself: it says what a test tells it to.
struct Client {
    agent: Agent,
    user: SimulatedUser,
    engine_id: Vec<u8>,
    boots: i32,
    time: i32,
    level: Level,
    context: String,
    context_engine_id: Option<Vec<u8>>,
    wants_report: bool,
    digest: Digest,
    now: Duration,
    message_id: i32,
}

fn signing() -> SimulatedUser {
    SimulatedUser::new("signing").auth(AuthProtocol::Md5, "password")
}

fn hiding() -> SimulatedUser {
    SimulatedUser::new("hiding").auth(AuthProtocol::Md5, "password").privacy(PrivProtocol::Aes128, "password")
}

impl Client {
    fn of(user: SimulatedUser, level: Level, context: &str) -> Self {
        let mut usm = Usm::new(&[SimulatedUser::new("open"), signing(), hiding()]).unwrap();
        usm.start_engines(&[SimulatedEngine::new(ENGINE_ID).unwrap()]);
        let mut agent = Agent::new(AgentLimits { max_message_size: 1_472, log_capacity: 0 }, usm);
        let recording = |text: &str| Recording::parse(text.as_bytes()).recording;
        agent.add("one", &recording("1.3.6.1.1|2|1\n1.3.6.1.2|2|2\n1.3.6.1.3|2|3"), FaultPlan::healthy(), false);
        agent.add("two", &recording("1.3.6.1.1|2|22"), FaultPlan::healthy(), false);
        Self {
            agent,
            user,
            engine_id: ENGINE_ID.to_vec(),
            boots: 7,
            time: 100,
            level,
            context: context.to_owned(),
            context_engine_id: None,
            wants_report: true,
            digest: Digest::Right,
            now: Duration::ZERO,
            message_id: 1_000,
        }
    }

    fn signing(context: &str) -> Self {
        Self::of(signing(), Level::AuthNoPriv, context)
    }

    fn keys(&self, engine_id: &[u8]) -> Arc<LocalKeys> {
        // The user of discovery has no name, which no other may have.
        let master = MasterKeys::of(&self.user, &mut Hashed::default());
        Arc::new(master.map(|master| master.localize(engine_id)).unwrap_or_default())
    }

    /// The next GET, as a datagram.
    fn request(&mut self) -> Vec<u8> {
        self.message_id += 10;
        let request = Request {
            version: Version::V3,
            community: self.context.clone().into_bytes(),
            operation: Operation::Get,
            request_id: self.message_id + 5_000,
            non_repeaters: 0,
            max_repetitions: 0,
            names: vec!["1.3.6.1.1".parse().unwrap()],
            bindings: Vec::new(),
        };
        let mut datagram = Vec::new();
        self.sealing().seal(&request.encode(), &mut datagram);
        datagram
    }

    fn sealing(&self) -> Sealing {
        let context_engine_id = self.context_engine_id.clone().unwrap_or_else(|| self.engine_id.clone());
        Sealing {
            message_id: self.message_id,
            level: self.level,
            engine_id: self.engine_id.clone().into(),
            boots: self.boots,
            time: self.time,
            user: self.user.name.clone().into_bytes(),
            keys: self.keys(&self.engine_id),
            context_engine_id: context_engine_id.into(),
            context: self.context.clone().into_bytes(),
            salt: 1,
            digest: self.digest,
            wants_report: self.wants_report,
            limit: 65_507,
        }
    }

    /// Asks once, and tells all that comes.
    fn ask(&mut self) -> String {
        let datagram = self.request();
        let peer = SocketAddr::from(([127, 0, 0, 1], 9));
        let mut answer = Vec::new();
        let reaction = self.agent.receive(&datagram, Arrival { peer, address: 0, now: self.now }, &mut answer);
        let Reaction::Answer { delivery, ahead, .. } = reaction else { return "nothing\n".to_owned() };
        let mut said: String = ahead.iter().map(|(early, _)| format!("ahead: {}\n", self.tell(early))).collect();
        said += &match delivery {
            Delivery::Lost => "lost\n".to_owned(),
            _ => format!("{}\n", self.tell(&answer)),
        };
        said
    }

    /// What is remarkable about a datagram, and what it says.
    fn tell(&self, datagram: &[u8]) -> String {
        let message = Message::read(datagram).unwrap();
        let mut said = Vec::new();
        if message.id != self.message_id {
            said.push(format!("msgID {:+}", message.id - self.message_id));
        }
        if message.engine_id != self.engine_id {
            let id: String = message.engine_id.iter().map(|octet| format!("{octet:02x}")).collect();
            said.push(format!("engine {id}"));
        }
        said.push(format!("boots {} time {}", message.boots, message.time));
        let keys = self.keys(message.engine_id);
        if message.has(flag::AUTH) {
            let (protocol, key) = keys.auth.as_ref().unwrap();
            let [before, behind] = message.around_digest;
            let zeros = vec![0; message.digest.len()];
            let right = crypto::digest(*protocol, key, &[before, &zeros, behind]) == message.digest;
            said.push(match (right, message.digest.len()) {
                (true, _) => "signed".to_owned(),
                (false, length) => format!("signed wrong with {length} octets"),
            });
        }
        let decrypted;
        let content = match message.data {
            Data::Plain(content) => content,
            Data::Encrypted(octets) => {
                let (protocol, key) = keys.privacy.as_ref().unwrap();
                let clock = (message.boots, message.time);
                decrypted = crypto::decrypt(*protocol, key, clock, message.privacy_parameters, octets).unwrap();
                said.push("encrypted".to_owned());
                match Reader::new(&decrypted).expect(tag::SEQUENCE) {
                    Ok(content) => content,
                    Err(_) => return said.join(", "),
                }
            }
        };
        let mut scoped = Reader::new(content);
        scoped.expect(tag::OCTET_STRING).unwrap();
        let context = scoped.expect(tag::OCTET_STRING).unwrap();
        let pdu = content.get(content.len() - rest(&scoped)..).unwrap();
        let response = Response::read_pdu(context, pdu).unwrap();
        if response.request_id != self.message_id + 5_000 {
            said.push(format!("request-id {:+}", response.request_id - self.message_id - 5_000));
        }
        if response.error_status.0 != 0 {
            said.push(format!("error {} at {}", response.error_status.0, response.error_index));
        }
        let kind = if response.pdu_tag == tag::REPORT { "report" } else { "response" };
        let said_values = response.varbinds.iter().map(|varbind| format!("{} {:?}", varbind.name, varbind.value));
        format!("{kind} {} ({})", said_values.collect::<Vec<_>>().join(", "), said.join(", "))
    }
}

/// How many octets a reader has left.
fn rest(reader: &Reader<'_>) -> usize {
    let mut reader = reader.clone();
    let (_, content) = reader.element().unwrap();
    crate::ber::element_len(content.len())
}

#[track_caller]
fn check(plan: &str, times: usize, expected: &Expect) {
    let mut client = Client::signing(&format!("one!{plan}"));
    let said: String = (0..times).map(|_| client.ask()).collect();
    expected.assert_eq(&said);
}

#[test]
fn discovery_learns_the_engine_id_from_a_report() {
    let mut client = Client::of(SimulatedUser::new(""), Level::NoAuthNoPriv, "");
    client.engine_id.clear();
    expect![[r#"
        report 1.3.6.1.6.3.15.1.1.4.0 Counter32(1) (engine 80007ed90574657374, boots 7 time 100)
    "#]]
    .assert_eq(&client.ask());
}

#[test]
fn the_context_chooses_the_device() {
    let ask = |context: &str| Client::signing(context).ask();
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
    "#]]
    .assert_eq(&ask("one"));
    expect![[r#"
        response 1.3.6.1.1 Integer(22) (boots 7 time 100, signed)
    "#]]
    .assert_eq(&ask("two"));
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
    "#]]
    .assert_eq(&ask(""));
    expect![[r#"
        report 1.3.6.1.6.3.12.1.5.0 Counter32(1) (boots 7 time 100, signed)
    "#]]
    .assert_eq(&ask("three"));
    expect![[r#"
        report 1.3.6.1.6.3.12.1.5.0 Counter32(1) (boots 7 time 100, signed)
    "#]]
    .assert_eq(&ask("one!burn"));
}

#[test]
fn what_is_refused_is_reported_by_its_name() {
    let mut said = String::new();
    let mut ask = |what: &str, change: fn(&mut Client)| {
        let mut client = Client::signing("one");
        change(&mut client);
        said += &format!("{what}: {}", client.ask());
    };
    ask("nothing is wrong", |_| ());
    ask("other engine", |client| client.engine_id = vec![1; 5]);
    ask("unknown user", |client| client.user = SimulatedUser::new("x").auth(AuthProtocol::Md5, "password"));
    ask("wrong password", |client| client.user = SimulatedUser::new("signing").auth(AuthProtocol::Md5, "other"));
    ask("wrong protocol", |client| client.user = SimulatedUser::new("signing").auth(AuthProtocol::Sha, "password"));
    ask("no digest", |client| client.digest = Digest::Empty);
    ask("digest of another", |client| client.digest = Digest::OfAnother);
    ask("too high a level", |client| {
        (client.user, client.level) = (hiding(), Level::AuthPriv);
        client.user.name = "signing".to_owned();
    });
    ask("too low a level", |client| client.level = Level::NoAuthNoPriv);
    ask("boots of yesterday", |client| client.boots = 6);
    ask("too early", |client| client.time = 251);
    ask("still in time", |client| client.time = 250);
    ask("too late", |client| client.now = Duration::from_secs(151));
    ask("wrong privacy password", |client| {
        client.user = SimulatedUser::new("hiding").auth(AuthProtocol::Md5, "password");
        client.user = client.user.clone().privacy(PrivProtocol::Aes128, "other");
        client.level = Level::AuthPriv;
    });
    ask("another engine's context", |client| client.context_engine_id = Some(vec![1; 5]));
    ask("no report wanted", |client| (client.boots, client.wants_report) = (6, false));
    expect![[r#"
        nothing is wrong: response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
        other engine: report 1.3.6.1.6.3.15.1.1.4.0 Counter32(1) (engine 80007ed90574657374, boots 7 time 100)
        unknown user: report 1.3.6.1.6.3.15.1.1.3.0 Counter32(1) (boots 7 time 100)
        wrong password: report 1.3.6.1.6.3.15.1.1.5.0 Counter32(1) (boots 7 time 100)
        wrong protocol: report 1.3.6.1.6.3.15.1.1.5.0 Counter32(1) (boots 7 time 100)
        no digest: report 1.3.6.1.6.3.15.1.1.5.0 Counter32(1) (boots 7 time 100)
        digest of another: report 1.3.6.1.6.3.15.1.1.5.0 Counter32(1) (boots 7 time 100)
        too high a level: report 1.3.6.1.6.3.15.1.1.1.0 Counter32(1) (boots 7 time 100, request-id -6010)
        too low a level: response 1.3.6.1.1 Null (boots 7 time 100, error 16 at 0)
        boots of yesterday: report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 7 time 100, signed)
        too early: report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 7 time 100, signed)
        still in time: response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
        too late: report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 7 time 251, signed)
        wrong privacy password: report 1.3.6.1.6.3.15.1.1.6.0 Counter32(1) (boots 7 time 100, request-id -6010)
        another engine's context: report 1.3.6.1.6.3.11.2.1.3.0 Counter32(1) (boots 7 time 100, signed)
        no report wanted: nothing
    "#]]
    .assert_eq(&said);
}

#[test]
fn an_answer_has_the_level_of_its_request() {
    let open = SimulatedUser::new("open");
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100)
    "#]]
    .assert_eq(&Client::of(open, Level::NoAuthNoPriv, "one").ask());
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
    "#]]
    .assert_eq(&Client::of(signing(), Level::AuthNoPriv, "one").ask());
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed, encrypted)
    "#]]
    .assert_eq(&Client::of(hiding(), Level::AuthPriv, "one").ask());
}

#[test]
fn the_clock_of_an_engine_goes_on() {
    let mut client = Client::signing("one");
    client.now = Duration::from_secs(900);
    client.time = 1_000;
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 1000, signed)
    "#]]
    .assert_eq(&client.ask());
}

#[test]
fn answers_are_forged_or_changed() {
    check(
        "forged",
        1,
        &expect![[r#"
        ahead: report 1.3.6.1.6.3.15.1.1.3.0 Counter32(9) (boots 7 time 100)
        ahead: report 1.3.6.1.6.3.15.1.1.5.0 Counter32(9) (boots 7 time 100)
        ahead: report 1.3.6.1.6.3.15.1.1.6.0 Counter32(9) (boots 7 time 100)
        ahead: report 1.3.6.1.6.3.15.1.1.4.0 Counter32(9) (boots 7 time 100)
        ahead: report 1.3.6.1.6.3.15.1.1.2.0 Counter32(9) (boots 7 time 100)
        ahead: report 1.3.6.1.6.3.15.1.1.3.0 Counter32(9) (msgID +1, boots 7 time 100, request-id +1)
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
    "#]],
    );
    check(
        "badmac",
        1,
        &expect![[r#"
        ahead: response 1.3.6.1.1 Integer(0) (boots 7 time 100, signed wrong with 12 octets)
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
    "#]],
    );
    check(
        "badmac:only",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(0) (boots 7 time 100, signed wrong with 12 octets)
    "#]],
    );
    check(
        "emptymac",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed wrong with 0 octets)
    "#]],
    );
    check(
        "shortmac",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed wrong with 1 octets)
    "#]],
    );
    check(
        "downgrade",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100)
    "#]],
    );
    check(
        "oldtime",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 6 time 100, signed)
    "#]],
    );
    check(
        "engother",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (engine 80007ed9057465738b, boots 7 time 100, signed)
    "#]],
    );
    check(
        "wrongmsgid",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (msgID +1, boots 7 time 100, signed)
    "#]],
    );
    check(
        "wrongid",
        1,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed, request-id +1)
    "#]],
    );
    check(
        "pdutype:a8",
        1,
        &expect![[r#"
        report 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
    "#]],
    );
}

#[test]
fn engines_are_not_what_they_were() {
    check(
        "reboot:2",
        3,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 8 time 0, signed)
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(2) (boots 8 time 0, signed)
    "#]],
    );
    check(
        "bootsdown:2",
        2,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 1 time 0, signed)
    "#]],
    );
    check(
        "engchange:2",
        3,
        &expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
        report 1.3.6.1.6.3.15.1.1.4.0 Counter32(1) (engine 80007ed9057465737402, boots 7 time 100)
        report 1.3.6.1.6.3.15.1.1.4.0 Counter32(2) (engine 80007ed9057465737402, boots 7 time 100)
    "#]],
    );
    check(
        "reportloop",
        2,
        &expect![[r#"
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 7 time 100, signed)
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(2) (boots 7 time 100, signed)
    "#]],
    );
    check(
        "latched",
        1,
        &expect![[r#"
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 2147483647 time 100, signed)
    "#]],
    );
    check(
        "boots:3",
        1,
        &expect![[r#"
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 3 time 100, signed)
    "#]],
    );
    check(
        "silent",
        1,
        &expect![[r#"
        nothing
    "#]],
    );
    check(
        "v1",
        1,
        &expect![[r#"
        nothing
    "#]],
    );
}

#[test]
fn reports_are_lost_as_answers_are() {
    let mut client = Client::signing("one!drop:2");
    client.boots = 1;
    expect![[r#"
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 7 time 100, signed)
        lost
    "#]]
    .assert_eq(&[client.ask(), client.ask()].concat());
}

#[test]
fn what_fits_a_message_is_known_before_it_is_sealed() {
    for (user, level) in
        [(SimulatedUser::new("open"), Level::NoAuthNoPriv), (signing(), Level::AuthNoPriv), (hiding(), Level::AuthPriv)]
    {
        let client = Client::of(user, level, "one");
        for limit in [484, 600, 1_000, 1_472, 65_507] {
            // The largest that each of the numbers can be.
            let sealing = Sealing {
                message_id: i32::MAX,
                boots: i32::MAX,
                time: i32::MAX,
                salt: u64::MAX,
                limit,
                ..client.sealing()
            };
            let (mut pdu, mut answer) = (Vec::new(), Vec::new());
            crate::message::put_pdu(&mut pdu, tag::RESPONSE, [i32::MIN; 3], &vec![0; sealing.capacity(limit)]);
            sealing.seal(&pdu, &mut answer);
            assert!(answer.len() <= limit && answer.len() + 50 > limit, "{level:?}: {} of {limit}", answer.len());
        }
    }
}

#[test]
fn a_damaged_message_does_no_harm() {
    for user in [signing(), hiding()] {
        let level = if user.privacy.is_some() { Level::AuthPriv } else { Level::AuthNoPriv };
        let mut client = Client::of(user, level, "one!forged!badmac!engother");
        let whole = client.request();
        let arrival = Arrival { peer: SocketAddr::from(([127, 0, 0, 1], 9)), address: 0, now: Duration::ZERO };
        let mut answer = Vec::new();
        for place in 0..whole.len() {
            client.agent.receive(&whole[..place], arrival, &mut answer);
            for octet in [0, 0x7f, 0x80, 0xff, whole[place] ^ 1] {
                let mut damaged = whole.clone();
                damaged[place] = octet;
                client.agent.receive(&damaged, arrival, &mut answer);
            }
        }
        client.context = "one".to_owned();
        assert!(client.ask().starts_with("response 1.3.6.1.1 Integer(1) "));
    }
}

async fn receive(socket: &tokio::net::UdpSocket, datagram: &mut [u8]) -> usize {
    tokio::time::timeout(Duration::from_secs(60), socket.recv(datagram)).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_held_answer_of_version_3_may_be_changed() {
    let mut client = Client::of(hiding(), Level::AuthPriv, "one");
    let simulator = Simulator::builder()
        .device("one", Recording::parse(b"1.3.6.1.1|2|1").recording)
        .user(hiding())
        .engine(SimulatedEngine::new(ENGINE_ID).unwrap())
        .stepping()
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    assert_eq!(simulator.engine_id(0).unwrap(), ENGINE_ID);
    let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.connect(simulator.addr()).await.unwrap();
    socket.send(&client.request()).await.unwrap();
    let held = simulator.next_request().await.unwrap();
    assert_eq!((held.request.version, held.request.community.as_slice()), (Version::V3, b"one".as_slice()));
    let mut changed = held.response().unwrap();
    changed.varbinds[0].value = snmp::Value::Integer(2);
    held.send(held.octets());
    held.answer_with(&changed);
    let mut said = String::new();
    for _ in 0..2 {
        let mut datagram = [0; 2_000];
        let length = receive(&socket, &mut datagram).await;
        said += &format!("{}\n", client.tell(&datagram[..length]));
    }
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed, encrypted)
        response 1.3.6.1.1 Integer(2) (boots 7 time 100, signed, encrypted)
    "#]]
    .assert_eq(&said);
}

#[tokio::test]
async fn two_devices_may_claim_one_engine_id_with_different_boots() {
    let engine = SimulatedEngine::new(ENGINE_ID).unwrap();
    let recording = Recording::parse(b"1.3.6.1.1|2|1").recording;
    let builder = Simulator::builder().device("one", recording).user(signing());
    let addrs: [SocketAddr; 2] = ["127.0.0.1:0".parse().unwrap(), "127.0.0.2:0".parse().unwrap()];
    let builder = builder.engine(engine.clone()).engine_at(1, engine.boots(3));
    let simulator = builder.bind(addrs.as_slice()).await.unwrap();
    let mut client = Client::signing("one");
    let mut said = String::new();
    for addr in simulator.addrs() {
        let socket = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(addr).await.unwrap();
        socket.send(&client.request()).await.unwrap();
        let mut datagram = [0; 2_000];
        let length = receive(&socket, &mut datagram).await;
        said += &format!("{}\n", client.tell(&datagram[..length]));
    }
    expect![[r#"
        response 1.3.6.1.1 Integer(1) (boots 7 time 100, signed)
        report 1.3.6.1.6.3.15.1.1.2.0 Counter32(1) (boots 3 time 100, signed)
    "#]]
    .assert_eq(&said);
}
