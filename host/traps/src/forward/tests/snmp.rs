//! Notifications over real sockets.

use ::snmp::{
    Community, Credentials, Value, Varbind,
    ber::{Reader, tag},
    message::Received,
    usm::{AuthProtocol, Context, KeyCache, Password, PrivProtocol, Protection, SecurityLevel, User},
};
use tokio::net::UdpSocket;

use super::*;

const TRAP_V1: u8 = 0xa4;
const RESPONSE: u8 = 0xa2;
const INFORM: u8 = 0xa6;
const TRAP_V2: u8 = 0xa7;

async fn receiver() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let addr = socket.local_addr().unwrap();
    (socket, addr)
}

fn to(addr: SocketAddr, credentials: Credentials, inform: bool) -> ForwardOptions {
    options("snmp", Destination::Snmp { address: addr.to_string().parse().unwrap(), credentials, inform })
}

fn v2c() -> Credentials {
    Credentials::V2c { community: Community::from("forward") }
}

async fn received(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut datagram = vec![0; 65_536];
    let (length, from) = socket.recv_from(&mut datagram).await.unwrap();
    datagram.truncate(length);
    (datagram, from)
}

fn pdu_of(datagram: &[u8]) -> Vec<u8> {
    match Received::read(datagram).unwrap() {
        Received::Community(message) => {
            assert!(message.is_from(&Community::from("forward")));
            message.pdu.to_vec()
        }
        Received::V3(_) => panic!("version 3"),
    }
}

/// The identifier and the varbinds of a PDU that is not of version 1.
fn varbinds(pdu: &[u8]) -> (u8, Vec<Varbind>) {
    let (kind, content) = Reader::new(pdu).element().unwrap();
    let mut reader = Reader::new(content);
    for _ in 0..3 {
        reader.integer().unwrap();
    }
    let mut list = Reader::new(reader.expect(tag::SEQUENCE).unwrap());
    let mut varbinds = Vec::new();
    while !list.is_empty() {
        varbinds.push(list.varbind().unwrap());
    }
    (kind, varbinds)
}

/// A record of a version 2c trap with one varbind of its own.
async fn append_trap(log: &TrapLog, varbind: &str) {
    let json = format!(
        r#"{{"snmp":{{"version":"2c"}},"device":{{"address":"10.0.0.2"}},"uptime_ticks":14,
        "trap":{{"oid":"1.3.6.1.4.1.9.0.1"}},"varbinds":[{varbind}]}}"#
    );
    log.append(vec![NewEntry { json, facts: facts(None) }]).await.unwrap();
}

const ONE: &str = r#"{"oid":"1.3.6.1.4.1.9.1","type":"gauge32","value":7,"hex":null}"#;
const LARGE: &str = r#"{"oid":"1.3.6.1.4.1.9.2","type":"counter64","value":7,"hex":null}"#;

/// What everybody gets of a record with [`ONE`].
fn expected() -> Vec<Varbind> {
    let varbind = |name: &str, value| Varbind { name: name.parse().unwrap(), value };
    vec![
        varbind("1.3.6.1.2.1.1.3.0", Value::TimeTicks(14)),
        varbind("1.3.6.1.6.3.1.1.4.1.0", Value::ObjectIdentifier("1.3.6.1.4.1.9.0.1".parse().unwrap())),
        varbind("1.3.6.1.4.1.9.1", Value::Gauge32(7)),
        varbind("1.3.6.1.6.3.18.1.3.0", Value::IpAddress([10, 0, 0, 2])),
    ]
}

#[tokio::test]
async fn a_trap_goes_on_with_the_address_of_its_device() {
    let (socket, addr) = receiver().await;
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(addr, v2c(), false), &log, &cursors).await;
    append_trap(&log, ONE).await;
    assert_eq!(varbinds(&pdu_of(&received(&socket).await.0)), (TRAP_V2, expected()));
    until(&forwarders, |stats| stats.sent == 1).await;
}

#[tokio::test]
async fn what_version_1_does_not_have_is_refused_there() {
    let (socket, addr) = receiver().await;
    let (log, cursors) = (log(100), Arc::default());
    let credentials = Credentials::V1 { community: Community::from("forward") };
    let forwarders = start(to(addr, credentials, false), &log, &cursors).await;
    append_trap(&log, LARGE).await;
    append_trap(&log, ONE).await;
    let pdu = pdu_of(&received(&socket).await.0);
    let (kind, content) = Reader::new(&pdu).element().unwrap();
    assert_eq!(kind, TRAP_V1);
    let mut reader = Reader::new(content);
    assert_eq!(reader.element().unwrap(), (tag::OBJECT_IDENTIFIER, &[0x2b, 6, 1, 4, 1, 9][..]));
    assert_eq!(reader.element().unwrap().1, [10, 0, 0, 2]);
    assert_eq!((reader.integer().unwrap(), reader.integer().unwrap()), (6, 1));
    let stats = until(&forwarders, |stats| stats.sent == 1).await;
    assert_eq!((stats.refused, stats.behind), (1, 0));
    let error = stats.last_error.unwrap();
    assert_eq!(error, "record 1: 1.3.6.1.4.1.9.2 is a Counter64, which version 1 does not have");
}

#[tokio::test]
async fn a_trap_of_version_3_is_this_proxys_own() {
    let (socket, addr) = receiver().await;
    let (log, cursors) = (log(100), Arc::default());
    let protection = Protection::AuthPriv {
        auth: AuthProtocol::Sha256,
        auth_password: Password::new(&"an auth password".into()).unwrap(),
        privacy: PrivProtocol::Aes128,
        priv_password: Password::new(&"a privacy password".into()).unwrap(),
    };
    let user = User::new("forwarder", protection).unwrap();
    let credentials = Credentials::V3 { user: user.clone(), context: Context::default() };
    let options = to(addr, credentials, false);
    let shown = format!("{options:?}");
    assert!(!shown.contains("an auth") && !shown.contains("a privacy"), "{shown}");
    let _forwarders = start(options, &log, &cursors).await;
    append_trap(&log, ONE).await;
    let datagram = received(&socket).await.0;
    let Received::V3(message) = Received::read(&datagram).unwrap() else { panic!("not version 3") };
    assert_eq!((message.level, message.boots), (SecurityLevel::AuthPriv, 3));
    assert_eq!(message.engine_id, parts().await.local.id().octets());
    let (_, opened) = message.open_for(&[user], &KeyCache::new(10).unwrap()).unwrap();
    assert_eq!(varbinds(opened.pdu()), (TRAP_V2, expected()));
}

#[tokio::test]
async fn an_inform_is_sent_until_it_is_acknowledged_and_only_then_the_next() {
    let (socket, addr) = receiver().await;
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(addr, v2c(), true), &log, &cursors).await;
    append_trap(&log, ONE).await;
    append_trap(&log, LARGE).await;
    let (first, _) = received(&socket).await;
    let (mut again, from) = received(&socket).await;
    assert_eq!(again, first, "without an answer, the same once more");
    assert_eq!(varbinds(&pdu_of(&first)), (INFORM, expected()));
    assert_eq!(forwarders.stats()[0].sent, 0);
    let pdu = again.len() - pdu_of(&again).len();
    again[pdu] = RESPONSE;
    socket.send_to(&again, from).await.unwrap();
    let (second, _) = received(&socket).await;
    assert_eq!(varbinds(&pdu_of(&second)).1[2].value, Value::Counter64(7));
    assert_eq!(until(&forwarders, |stats| stats.sent > 0).await.sent, 1);
}

/// Answers informs with this error once, and then without one. Returns what became of the first record.
async fn after_an_inform_is_answered(error_status: u8) -> ForwarderStats {
    let (socket, addr) = receiver().await;
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(addr, v2c(), true), &log, &cursors).await;
    append_trap(&log, ONE).await;
    let mut error_status = Some(error_status);
    let answering = tokio::spawn(async move {
        loop {
            let (mut answer, from) = received(&socket).await;
            let pdu = answer.len() - pdu_of(&answer).len();
            answer[pdu] = RESPONSE;
            if let Some(status) = error_status.take() {
                // The identifier and the length of the PDU, the request-id, then the error-status.
                let id = usize::from(answer[pdu + 3]);
                answer[pdu + 6 + id] = status;
            }
            socket.send_to(&answer, from).await.unwrap();
        }
    });
    let stats = until(&forwarders, |stats| stats.sent + stats.refused > 0).await;
    answering.abort();
    stats
}

#[tokio::test]
async fn an_inform_that_its_receiver_finds_wrong_is_refused() {
    for status in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 17, 18, 99] {
        let stats = after_an_inform_is_answered(status).await;
        assert_eq!((stats.sent, stats.refused, stats.failed_attempts), (0, 1, 0), "{status}: {stats:?}");
    }
}

#[tokio::test]
async fn an_inform_is_sent_again_to_a_receiver_that_cannot_take_it_now() {
    for status in [13, 14, 15, 16] {
        let stats = after_an_inform_is_answered(status).await;
        assert_eq!((stats.sent, stats.refused, stats.failed_attempts), (1, 0, 1), "{status}: {stats:?}");
    }
}

#[tokio::test]
async fn informs_of_version_1_do_not_exist() {
    let (_socket, addr) = receiver().await;
    let (log, cursors) = (log(100), Arc::default());
    let credentials = Credentials::V1 { community: Community::from("forward") };
    let forwarders = start(to(addr, credentials, true), &log, &cursors).await;
    append_trap(&log, ONE).await;
    let stats = until(&forwarders, |stats| stats.state == ForwarderState::Ended).await;
    assert_eq!(stats.last_error.as_deref(), Some("version 1 of SNMP has no informs"));
}
