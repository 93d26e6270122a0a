//! Notifications to a receiver on loopback, read back with the engine's own reader of received messages.

use std::net::Ipv4Addr;

use snmp::{
    message::{OpenedScopedPdu, Received},
    notification::{Notification, TrapV1},
    usm::{Context, KeyCache, LocalEngine, Protection, SecurityLevel, User},
};

use super::{
    v3_agent::{Manners, V3Agent, engine_id, user},
    *,
};
use crate::{clock::now, udp::MAX_DATAGRAM};

const LINK_DOWN: &str = "1.3.6.1.6.3.1.1.5.3";

fn link_down() -> Notification {
    let varbind = Varbind { name: oid("1.3.6.1.2.1.2.2.1.1.3"), value: Value::Integer(3) };
    Notification { uptime: 14, trap_oid: oid(LINK_DOWN), varbinds: vec![varbind] }
}

fn trap_v1() -> TrapV1 {
    link_down().to_v1(Some(Ipv4Addr::new(192, 0, 2, 7))).unwrap()
}

fn local(boots: u32) -> LocalEngine {
    LocalEngine::new(engine_id(9), boots, now())
}

fn session_as(engine: &Engine, agent: &Agent, credentials: Credentials) -> Session {
    let target = Target { addr: agent.socket.local_addr().unwrap(), credentials };
    let options = RequestOptions { packet_timeout: Duration::from_secs(1), ..RequestOptions::default() };
    engine.session(target, options)
}

fn v1() -> Credentials {
    Credentials::V1 { community: "public".into() }
}

fn v3(user: User, context: &str) -> Credentials {
    Credentials::V3 { user, context: Context::named(context).unwrap() }
}

fn at_level(level: SecurityLevel) -> User {
    let whole = user("authpass-1234");
    let protection = match (level, whole.protection().clone()) {
        (SecurityLevel::NoAuthNoPriv, _) => Protection::None,
        (SecurityLevel::AuthNoPriv, Protection::AuthPriv { auth, auth_password, .. }) => {
            Protection::Auth { auth, auth_password }
        }
        (_, protection) => protection,
    };
    User::new("monitor", protection).unwrap()
}

async fn engine() -> Engine {
    Engine::bind(HubOptions::default()).await.unwrap()
}

async fn received(agent: &Agent) -> Vec<u8> {
    let mut buffer = vec![0; MAX_DATAGRAM];
    let (length, _) = agent.socket.recv_from(&mut buffer).await.unwrap();
    buffer.truncate(length);
    buffer
}

/// The kind of a PDU, its id, the two varbinds that every notification begins with, and how many follow.
fn shown(pdu: &[u8]) -> (u8, i32, Varbind, Varbind, usize) {
    let (kind, content) = Reader::new(pdu).element().unwrap();
    let mut content = Reader::new(content);
    let id = content.integer().unwrap();
    assert_eq!((content.integer().unwrap(), content.integer().unwrap()), (0, 0));
    let mut list = Reader::new(content.expect(tag::SEQUENCE).unwrap());
    let (uptime, trap_oid) = (list.varbind().unwrap(), list.varbind().unwrap());
    let mut more = 0;
    while !list.is_empty() {
        list.varbind().unwrap();
        more += 1;
    }
    (kind, id, uptime, trap_oid, more)
}

#[track_caller]
fn assert_is_link_down(pdu: &[u8], expected: u8) -> i32 {
    let (kind, id, uptime, trap_oid, more) = shown(pdu);
    assert_eq!((kind, more), (expected, 1));
    assert_eq!(uptime, Varbind { name: oid("1.3.6.1.2.1.1.3.0"), value: Value::TimeTicks(14) });
    let value = Value::ObjectIdentifier(oid(LINK_DOWN));
    assert_eq!(trap_oid, Varbind { name: oid("1.3.6.1.6.3.1.1.4.1.0"), value });
    id
}

#[tokio::test(start_paused = true)]
async fn a_trap_of_version_2c_is_one_datagram_with_an_id_of_its_own() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        session.trap(&link_down(), &local(1)).await.unwrap();
        let datagram = received(&agent).await;
        let Ok(Received::Community(message)) = Received::read(&datagram) else { panic!("{datagram:?}") };
        assert!(message.version == 1 && message.is_from(&"public".into()));
        ids.push(assert_is_link_down(message.pdu, tag::SNMPV2_TRAP));
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!((engine.stats().sent, session.stats().requests, session.stats().timeouts), (2, 2, 0));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn a_trap_of_version_1_says_what_it_is_in_its_fields() {
    let (engine, agent) = (engine().await, Agent::bind().await);
    let session = session_as(&engine, &agent, v1());
    session.trap_v1(&trap_v1()).await.unwrap();
    let datagram = received(&agent).await;
    let Ok(Received::Community(message)) = Received::read(&datagram) else { panic!("{datagram:?}") };
    assert!(message.version == 0 && message.is_from(&"public".into()));
    let mut fields = Reader::new(Reader::new(message.pdu).expect(tag::TRAP_V1).unwrap());
    assert_eq!(fields.expect(tag::OBJECT_IDENTIFIER).unwrap(), [0x2b, 6, 1, 6, 3, 1, 1, 5]);
    assert_eq!(fields.expect(tag::IP_ADDRESS).unwrap(), [192, 0, 2, 7]);
    assert_eq!((fields.integer().unwrap(), fields.integer().unwrap()), (2, 0));
    assert_eq!(fields.expect(tag::TIME_TICKS).unwrap(), [14]);
    let varbind = Reader::new(fields.expect(tag::SEQUENCE).unwrap()).varbind().unwrap();
    assert_eq!(varbind, link_down().varbinds[0]);
}

#[tokio::test(start_paused = true)]
async fn in_version_3_the_sender_of_a_trap_is_the_authority_on_time() {
    let keys = KeyCache::new(10).unwrap();
    for (level, expected) in [
        // Nobody signs the time, so it is not said.
        (SecurityLevel::NoAuthNoPriv, (0, 0)),
        (SecurityLevel::AuthNoPriv, (7, 1_000)),
        (SecurityLevel::AuthPriv, (7, 1_000)),
    ] {
        let (engine, agent) = (engine().await, Agent::bind().await);
        let session = session_as(&engine, &agent, v3(at_level(level), "vlan-7"));
        let from = local(7);
        tokio::time::advance(Duration::from_secs(1_000)).await;
        session.trap(&link_down(), &from).await.unwrap();
        assert_eq!(engine.stats().sent, 1, "nothing has to be discovered");
        let datagram = received(&agent).await;
        let Ok(Received::V3(message)) = Received::read(&datagram) else { panic!("{datagram:?}") };
        assert_eq!((message.level, message.reportable, message.engine_id), (level, false, engine_id(9).octets()));
        assert_eq!((message.boots, message.time), expected);
        let users = [at_level(level)];
        let (_, opened) = message.open_for(&users, &keys).unwrap();
        let OpenedScopedPdu { is_authentic, was_encrypted, .. } = opened;
        assert_eq!(is_authentic, level > SecurityLevel::NoAuthNoPriv);
        assert_eq!(was_encrypted, level == SecurityLevel::AuthPriv);
        assert_eq!((opened.context_engine_id(), opened.context_name()), (engine_id(9).octets(), &b"vlan-7"[..]));
        assert_is_link_down(opened.pdu(), tag::SNMPV2_TRAP);
    }
}

#[tokio::test(start_paused = true)]
async fn a_trap_of_version_3_may_be_about_another_engines_context() {
    let (engine, agent) = (engine().await, Agent::bind().await);
    let context = Context { engine_id: Some(engine_id(3)), ..Context::default() };
    let user = at_level(SecurityLevel::NoAuthNoPriv);
    session_as(&engine, &agent, Credentials::V3 { user, context }).trap(&link_down(), &local(1)).await.unwrap();
    let datagram = received(&agent).await;
    let Ok(Received::V3(message)) = Received::read(&datagram) else { panic!("{datagram:?}") };
    assert_eq!(message.engine_id, engine_id(9).octets());
    assert_eq!(message.open_unsecured().unwrap().context_engine_id(), engine_id(3).octets());
}

#[tokio::test(start_paused = true)]
async fn an_inform_is_sent_until_it_is_acknowledged() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let play = async {
        let first = agent.seen().await;
        let second = agent.seen().await;
        assert_eq!((first.pdu, first.id), (tag::INFORM_REQUEST, second.id));
        assert_eq!(second.names, ["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0", "1.3.6.1.2.1.2.2.1.1.3"].map(oid));
        agent.send(&second, &Seen { id: second.id ^ 1, ..second.clone() }.answer(&[])).await;
        agent.send(&second, &second.answer(&[])).await;
    };
    let inform = link_down();
    let (result, ()) = tokio::join!(session.inform(&inform), play);
    assert_eq!(result, Ok(()));
    let stats = session.stats();
    assert_eq!((stats.requests, stats.retries, stats.timeouts, stats.answers), (1, 1, 1, 1));
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_inform_without_an_acknowledgement_fails_with_the_reason() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let error = session.inform(&link_down()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "{} did not answer 3 requests in 3.0 s; \
             agents are silent to a wrong community, a filtered port and a wrong version alike",
            session.peer()
        )
    );
    let deadline = Instant::now() + Duration::from_millis(500);
    let error = session.inform_before(&link_down(), deadline).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "deadline exceeded after 1 request to {} in 0.5 s; \
             agents are silent to a wrong community, a filtered port and a wrong version alike",
            session.peer()
        )
    );
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_inform_that_is_answered_with_an_error_fails() {
    let agent = Agent::bind().await;
    let (_engine, session) = connect(&agent).await;
    let play = async {
        let seen = agent.seen().await;
        let mut answer = seen.answer(&[]);
        // error-status and error-index: the third varbind is the first of our own.
        let end = answer.len();
        answer[end - 6] = 5;
        answer[end - 3] = 3;
        agent.send(&seen, &answer).await;
    };
    let inform = link_down();
    let (result, ()) = tokio::join!(session.inform(&inform), play);
    let expected = format!("{} answered genErr for 1.3.6.1.2.1.2.2.1.1.3", session.peer());
    assert_eq!(result.unwrap_err().to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_inform_waits_for_its_turn_and_a_trap_does_not() {
    let agent = Agent::bind().await;
    let (engine, session) = connect(&agent).await;
    let inform = link_down();
    let both = async { tokio::join!(session.inform(&inform), session.inform(&inform)) };
    let play = async {
        let first = agent.seen().await;
        assert_eq!(engine.waiters(), 1);
        session.trap(&link_down(), &local(1)).await.unwrap();
        assert_eq!(agent.seen().await.pdu, tag::SNMPV2_TRAP);
        agent.send(&first, &first.answer(&[])).await;
        let second = agent.seen().await;
        agent.send(&second, &second.answer(&[])).await;
    };
    let (results, ()) = tokio::join!(both, play);
    assert_eq!(results, (Ok(()), Ok(())));
}

#[tokio::test(start_paused = true)]
async fn an_inform_of_version_3_discovers_its_receiver_and_follows_its_clock() {
    let (engine, receiver) = (engine().await, V3Agent::bind().await);
    let session = session_as(&engine, &receiver.agent, v3(user("authpass-1234"), "vlan-7"));
    let informing = async {
        session.inform(&link_down()).await.unwrap();
        tokio::time::advance(Duration::from_secs(400)).await;
        receiver.boots.set(6);
        receiver.booted.set(Instant::now());
        session.inform(&link_down()).await.unwrap();
        *receiver.engine_id.borrow_mut() = engine_id(2);
        session.inform(&link_down()).await.unwrap();
    };
    tokio::select! {
        () = informing => {}
        () = receiver.serve() => unreachable!("it serves for ever"),
    }
    assert_eq!(receiver.discoveries.get(), 2);
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn an_inform_that_a_receiver_of_version_3_refuses_ends_with_its_words() {
    let (engine, receiver) = (engine().await, V3Agent::bind().await);
    receiver.manners.set(Manners::NeverInTime);
    let session = session_as(&engine, &receiver.agent, v3(user("authpass-1234"), ""));
    let inform = link_down();
    let error = tokio::select! {
        result = session.inform(&inform) => result.unwrap_err(),
        () = receiver.serve() => unreachable!("it serves for ever"),
    };
    assert_eq!(error.kind(), "clock");
}

#[tokio::test(start_paused = true)]
async fn what_a_version_does_not_have_is_refused_and_not_sent() {
    let (engine, agent) = (engine().await, Agent::bind().await);
    let of_v1 = session_as(&engine, &agent, v1());
    let of_v2c = session(&engine, &agent);
    let of_v3 = session_as(&engine, &agent, v3(user("authpass-1234"), ""));
    let errors = [
        (of_v1.inform(&link_down()).await, "version 1 of SNMP has no informs"),
        (of_v1.trap(&link_down(), &local(1)).await, "version 1 of SNMP has no traps of version 2"),
        (of_v2c.trap_v1(&trap_v1()).await, "version 2c of SNMP has no traps of version 1"),
        (of_v3.trap_v1(&trap_v1()).await, "version 3 of SNMP has no traps of version 1"),
    ];
    for (result, expected) in errors {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), ("not-in-version", expected));
    }
    assert_eq!(engine.stats().sent, 0);
    assert_nothing_is_left(&engine);
}

#[tokio::test(start_paused = true)]
async fn what_fits_in_no_datagram_is_refused_and_not_sent() {
    let (engine, agent) = (engine().await, Agent::bind().await);
    let large = |octets: usize| {
        let value = Value::OctetString(vec![0; octets]);
        Notification { varbinds: vec![Varbind { name: oid("1.3.6"), value }], ..link_down() }
    };
    let of_v2c = session(&engine, &agent);
    let fits = large(65_416);
    of_v2c.trap(&fits, &local(1)).await.unwrap();
    let sent = received(&agent).await;
    assert!(sent.len() <= MAX_DATAGRAM && sent.len() > 65_490, "{}", sent.len());

    let too_large = large(MAX_DATAGRAM);
    let of_v1 = session_as(&engine, &agent, v1());
    for result in [
        of_v2c.trap(&too_large, &local(1)).await,
        of_v2c.inform(&too_large).await,
        of_v1.trap_v1(&too_large.to_v1(None).unwrap()).await,
    ] {
        let error = result.unwrap_err();
        assert!(matches!(error, RequestError::TooLarge { octets: 65_508.., max: MAX_DATAGRAM }), "{error}");
        assert_eq!(error.kind(), "too-large");
    }
    assert_eq!(engine.stats().sent, 1);
}

#[tokio::test(start_paused = true)]
async fn an_oid_that_ber_cannot_express_is_not_sent() {
    let (engine, agent) = (engine().await, Agent::bind().await);
    let session = session(&engine, &agent);
    let bad = Notification { trap_oid: oid("1.40.1"), ..link_down() };
    for result in [session.trap(&bad, &local(1)).await, session.inform(&bad).await] {
        let expected = "invalid OID 1.40.1: BER cannot express it";
        assert_eq!(result.unwrap_err().to_string(), expected);
    }
    assert_eq!(engine.stats().sent, 0);
}
