//! A sender and a receiver that is nothing but a socket: what goes out, and what comes of what comes back.

mod faults;
mod net_snmp;

use std::time::Duration;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use snmp::Value;
use tokio::net::UdpSocket;

use super::*;
use crate::{
    AuthProtocol, PrivProtocol, Recording, SimulatedEngine, SimulatedUser, Simulator, SyntheticDevice,
    ber::{
        Reader,
        tests::{any_oid, any_value},
    },
    message::Response,
};

const WAIT: Duration = Duration::from_secs(60);
const LINK_DOWN: [u32; 10] = [1, 3, 6, 1, 6, 3, 1, 1, 5, 3];

async fn receiver() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").await.unwrap()
}

async fn next(receiver: &UdpSocket) -> (Vec<u8>, std::net::SocketAddr) {
    let mut datagram = vec![0; 65_535];
    let (length, peer) = tokio::time::timeout(WAIT, receiver.recv_from(&mut datagram)).await.unwrap().unwrap();
    datagram.truncate(length);
    (datagram, peer)
}

/// The octets of a notification as a sender of this community prepares it.
async fn prepared(plan: &str, notification: &SimulatedNotification) -> Vec<u8> {
    let sender = Sender::builder("127.0.0.1:9".parse().unwrap()).first_id(1).faults(plan.parse::<FaultPlan>().unwrap());
    sender.bind().await.unwrap().prepare(notification).octets().to_vec()
}

pub(super) fn device() -> Recording {
    SyntheticDevice { interfaces: 2, ..SyntheticDevice::default() }.recording()
}

pub(super) fn link_down() -> SimulatedNotification {
    let link = LinkEvent { if_index: 3, admin_status: 1 };
    Event::LinkDown(link).trap(&device(), 4_711)
}

/// Tells a notification in words.
fn tell(notification: &SimulatedNotification) -> String {
    let mut said = match &notification.kind {
        NotificationKind::TrapV1(trap) => format!(
            "{} from {}: {}/{} at {}\n",
            trap.enterprise, trap.agent_addr, trap.generic, trap.specific, trap.timestamp
        ),
        kind => format!("{kind:?}\n"),
    };
    for varbind in &notification.varbinds {
        said += &format!("  {} = {:?}\n", varbind.name, varbind.value);
    }
    said
}

#[track_caller]
fn check(notification: &SimulatedNotification, expected: &Expect) {
    expected.assert_eq(&tell(notification));
}

#[test]
fn a_device_tells_what_the_standards_say() {
    let device = device();
    let link = LinkEvent::of_device(&device).nth(1).unwrap();
    check(
        &Event::LinkDown(link).trap(&device, 100),
        &expect![[r#"
            Trap
              1.3.6.1.2.1.1.3.0 = TimeTicks(100)
              1.3.6.1.6.3.1.1.4.1.0 = ObjectIdentifier(1.3.6.1.6.3.1.1.5.3)
              1.3.6.1.2.1.2.2.1.1.2 = Integer(2)
              1.3.6.1.2.1.2.2.1.7.2 = Integer(1)
              1.3.6.1.2.1.2.2.1.8.2 = Integer(2)
              1.3.6.1.6.3.1.1.4.3.0 = ObjectIdentifier(1.3.6.1.4.1.32473.1.1.1)
        "#]],
    );
    check(
        &Event::LinkUp(link).v1(&device, [192, 0, 2, 1].into(), 100),
        &expect![[r#"
            1.3.6.1.4.1.32473.1.1.1 from 192.0.2.1: 3/0 at 100
              1.3.6.1.2.1.2.2.1.1.2 = Integer(2)
              1.3.6.1.2.1.2.2.1.7.2 = Integer(1)
              1.3.6.1.2.1.2.2.1.8.2 = Integer(1)
        "#]],
    );
    check(
        &Event::ColdStart.inform(&Recording::new(Vec::new()), 0),
        &expect![[r#"
            Inform
              1.3.6.1.2.1.1.3.0 = TimeTicks(0)
              1.3.6.1.6.3.1.1.4.1.0 = ObjectIdentifier(1.3.6.1.6.3.1.1.5.1)
        "#]],
    );
    check(
        &Event::AuthenticationFailure.v1(&Recording::new(Vec::new()), [0, 0, 0, 0].into(), 1),
        &expect![[r#"
            1.3.6.1.6.3.1.1.5 from 0.0.0.0: 4/0 at 1
        "#]],
    );
}

#[tokio::test]
async fn the_octets_are_those_of_the_standards() {
    let hex = |octets: Vec<u8>| octets.iter().map(|octet| format!("{octet:02x}")).collect::<String>();
    let trap = TrapV1 {
        enterprise: [1, 3, 6, 1, 4, 1, 9].into(),
        agent_addr: [10, 0, 0, 1].into(),
        generic: 6,
        specific: 2,
        timestamp: 99,
    };
    let trap = SimulatedNotification::v1(trap).with([1, 3, 6, 1, 4, 1, 9, 1], Value::Integer(5));
    expect!["303402010004067075626c6963a42706062b060104010940040a00000102010602010243016330"]
        .assert_eq(&hex(prepared("", &trap).await)[..78]);
    let cold_start = SimulatedNotification::inform(1, [1, 3, 6, 1, 6, 3, 1, 1, 5, 1]);
    expect!["304002010104067075626c6963a6330201010201000201003028300d06082b06010201010300430101301706"]
        .assert_eq(&hex(prepared("", &cold_start).await)[..88]);
}

#[tokio::test]
async fn a_retransmitted_inform_is_the_same_datagram_and_each_answer_is_counted() {
    let receiver = receiver().await;
    let sender = Sender::builder(receiver.local_addr().unwrap()).from("127.1.2.3:0".parse().unwrap());
    let sender = sender.community("secret").bind().await.unwrap();
    let inform = sender.send(&SimulatedNotification::inform(1, LINK_DOWN)).await.unwrap();
    sender.transmit(&inform).await.unwrap();
    let (first, peer) = next(&receiver).await;
    let (second, _) = next(&receiver).await;
    assert_eq!(first, second);
    assert_eq!(peer.ip().to_string(), "127.1.2.3");
    for _ in 0..2 {
        let answer = Response { pdu_tag: tag::RESPONSE, ..Response::read(&first).unwrap() };
        receiver.send_to(&answer.encode(), peer).await.unwrap();
        let answer = sender.next_answer(WAIT).await.unwrap();
        assert!(answer.acknowledges(&inform));
        let other = sender.prepare(&SimulatedNotification::inform(1, LINK_DOWN));
        assert!(!answer.acknowledges(&other));
    }
    let counters = sender.counters();
    assert_eq!((counters.sent, counters.acknowledgements), (2, 2));
    assert!(!format!("{sender:?} {inform:?}").contains("secret"));
}

#[tokio::test]
async fn answers_to_other_informs_wait_for_who_asks_for_them() {
    let receiver = receiver().await;
    let sender = Sender::builder(receiver.local_addr().unwrap()).bind().await.unwrap();
    let inform = SimulatedNotification::inform(1, LINK_DOWN);
    let (one, other) = (sender.send(&inform).await.unwrap(), sender.send(&inform).await.unwrap());
    for _ in 0..2 {
        let (datagram, peer) = next(&receiver).await;
        let answer = Response { pdu_tag: tag::RESPONSE, ..Response::read(&datagram).unwrap() };
        receiver.send_to(&answer.encode(), peer).await.unwrap();
    }
    assert!(sender.answer_to(&other, WAIT).await.unwrap().acknowledges(&other));
    assert!(sender.answer_to(&one, WAIT).await.unwrap().acknowledges(&one));
    assert!(sender.next_answer(Duration::ZERO).await.is_none());
}

#[tokio::test]
async fn an_answer_from_elsewhere_is_no_answer() {
    let (receiver, stranger) = (receiver().await, receiver().await);
    let sender = Sender::builder(receiver.local_addr().unwrap()).bind().await.unwrap();
    sender.send(&SimulatedNotification::inform(1, LINK_DOWN)).await.unwrap();
    let (datagram, peer) = next(&receiver).await;
    stranger.send_to(b"here", peer).await.unwrap();
    receiver.send_to(&datagram, peer).await.unwrap();
    sender.next_answer(WAIT).await.unwrap();
    let counters = sender.counters();
    assert_eq!((counters.strangers, counters.others, counters.acknowledgements), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn an_inform_that_nobody_answers_is_given_up() {
    let receiver = receiver().await;
    let sender = Sender::builder(receiver.local_addr().unwrap()).bind().await.unwrap();
    let error = sender.inform(&SimulatedNotification::inform(1, LINK_DOWN), 3, WAIT).await.unwrap_err();
    assert_eq!(error.to_string(), "no acknowledgement after 3 attempts, 60s each");
    assert_eq!(next(&receiver).await.0, next(&receiver).await.0);
}

#[tokio::test]
async fn devices_of_a_simulator_notify_as_the_engine_that_they_answer_as() {
    let engine = SimulatedEngine::new(*b"\x80\x00\x7e\xd9\x05mine").unwrap();
    let user = SimulatedUser::new("u").auth(AuthProtocol::Sha256, "authpass-1234");
    let user = user.privacy(PrivProtocol::Aes128, "privpass-1234");
    let simulator = Simulator::builder().device("one", device()).user(user).engine(engine.clone());
    let simulator = simulator.bind("127.0.0.1:0").await.unwrap();
    let receiver = receiver().await;
    let to = receiver.local_addr().unwrap();
    let sender = simulator.sender(0, to).unwrap().as_user("u").bind().await.unwrap();
    assert_eq!(sender.engine_id(), engine.id());
    sender.send(&link_down()).await.unwrap();
    let (datagram, _) = next(&receiver).await;
    assert!(datagram.windows(engine.id().len()).any(|octets| octets == engine.id()));
    let nobody = simulator.sender(0, to).unwrap().as_user("v").bind().await.unwrap_err();
    assert_eq!(nobody.to_string(), "there is no user named `v`");
    assert!(simulator.sender(1, to).is_err());
}

#[tokio::test]
async fn a_wrong_community_is_heard_of() {
    let simulator = Simulator::builder().device("one", device()).bind("127.0.0.1:0").await.unwrap();
    let mut wrong = simulator.wrong_communities();
    let client = receiver().await;
    let question = prepared("pdutype:a0", &link_down()).await;
    client.send_to(&question, simulator.addr()).await.unwrap();
    tokio::time::timeout(WAIT, wrong.changed()).await.unwrap().unwrap();
    assert_eq!(*wrong.borrow(), 1);
}

proptest! {
    #[test]
    fn every_notification_is_a_message_of_ber(
        names in proptest::collection::vec((any_oid(), any_value()), 0..8),
        (enterprise, generic, specific, timestamp) in (any_oid(), any::<i32>(), any::<i32>(), any::<u32>()),
        request_id in any::<i32>(),
    ) {
        let varbinds: Vec<_> = names.into_iter().map(|(name, value)| Varbind { name, value }).collect();
        let trap = TrapV1 { enterprise, agent_addr: Ipv4Addr::LOCALHOST, generic, specific, timestamp };
        for kind in [NotificationKind::TrapV1(trap), NotificationKind::Trap, NotificationKind::Inform] {
            let is_v1 = matches!(kind, NotificationKind::TrapV1(_));
            let notification = SimulatedNotification { kind, varbinds: varbinds.clone() };
            let pdu = notification.pdu(request_id, &FaultPlan::healthy());
            let message = community_message(1, b"public", &pdu);
            let mut reader = Reader::new(&message);
            let mut content = Reader::new(reader.expect(tag::SEQUENCE).unwrap());
            prop_assert!(reader.is_empty());
            content.integer().unwrap();
            content.expect(tag::OCTET_STRING).unwrap();
            let mut pdu = Reader::new(content.expect(notification.pdu_tag()).unwrap());
            prop_assert!(content.is_empty());
            for _ in 0..if is_v1 { 5 } else { 3 } {
                pdu.element().unwrap();
            }
            let mut list = Reader::new(pdu.expect(tag::SEQUENCE).unwrap());
            prop_assert!(pdu.is_empty());
            let read: Vec<_> = std::iter::from_fn(|| (!list.is_empty()).then(|| list.varbind().unwrap())).collect();
            prop_assert_eq!(read, notification.varbinds);
        }
    }

    #[test]
    fn what_comes_back_may_be_anything(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut usm = crate::v3::Usm::new(&[SimulatedUser::new("u")]).unwrap();
        let _ = usm.open(&octets);
    }
}
