//! Malformed packets as answers to requests that wait for one: none stops the engine, and the good answer behind each
//! is still understood.
//!
//! The packets are those of `tests/hostile-packets`, and those of the folder beside the repository where it is present: a
//! sample of them, and with `SNMP_PROXY_LONG_TESTS` all.

use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

use harness::SAFETY_NET;
use hostile_packets::REQUEST_ID;
use prerequisites::shared_folder;
use snmp::{Credentials, HubOptions, Oid, RequestOptions, Target, Value, Varbind};
use snmp_engine::{Engine, Session};
use tokio::{net::UdpSocket, task::JoinSet, time::Instant};

/// sysDescr.0, and the answer to it.
const NAME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 1, 0];
const GOOD: &[u8] = b"a good answer";

#[tokio::test(flavor = "multi_thread")]
async fn malformed_packets_of_our_own_stop_nothing() {
    check(hostile_packets::sample()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_malformed_packets_stops_nothing() {
    if let Some(packets) = sample() {
        check(packets).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_all_malformed_packets_stops_anything() {
    if let Some(packets) = all() {
        check(packets).await;
    }
}

/// The sample of others, where it is present.
pub(crate) fn sample() -> Option<Vec<Vec<u8>>> {
    let packets = packets(&shared_folder()?.join("data/hostile/sample.lp"));
    assert_eq!(packets.len(), 2_874);
    Some(packets)
}

/// All of theirs, where they can be made and there is time for them.
pub(crate) fn all() -> Option<Vec<Vec<u8>>> {
    let shared = shared_folder()?;
    if !prerequisites::long_tests() || !prerequisites::programs(&["python3"]) {
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("packets");
    let made = Command::new("python3").arg(shared.join("tools/gen_hostile.py")).arg(&file).output();
    assert!(made.expect("python3 runs").status.success(), "the packets are made");
    let packets = packets(&file);
    assert_eq!(packets.len(), 35_091);
    Some(packets)
}

/// Asks an agent that sends a malformed packet before each good answer, and after each asks for a good one alone.
async fn check(packets: Vec<Vec<u8>>) {
    let agent = Agent::start().await;
    let engine = Engine::bind(HubOptions::default()).await.expect("the sockets open");
    let session = |credentials| {
        // The answer behind a packet comes at once, however busy the machine is.
        let options = RequestOptions { packet_timeout: SAFETY_NET, ..RequestOptions::default() };
        engine.session(Target { addr: agent.addr, credentials }, options)
    };
    let v1 = session(Credentials::V1 { community: "public".into() });
    let v2c = session(Credentials::V2c { community: "public".into() });
    let free_slots = engine.free_slots();
    let (mut good, mut refused) = (0, 0);
    for (number, packet) in packets.into_iter().enumerate() {
        // The version is the fifth octet of most; one is as good as the other for the rest.
        let session = if packet.get(4) == Some(&0) { &v1 } else { &v2c };
        agent.first(packet);
        match ask(session).await {
            Ok(octets) if octets == GOOD => good += 1,
            // It was a well-formed answer to what was asked, and said something else.
            Ok(_) | Err(_) => refused += 1,
        }
        assert_eq!(ask(session).await, Ok(GOOD.to_vec()), "after packet {number}");
    }
    println!("{good} times the good answer came through, {refused} times the packet was an answer itself");
    // Whoever had been stopped by a packet would have missed the answer behind it.
    assert_eq!((v1.stats().timeouts, v2c.stats().timeouts), (0, 0));
    // All that the engine holds for longer than a datagram: no packet added to it.
    assert_eq!((engine.waiters(), engine.free_slots()), (0, free_slots), "no request is in flight any more");
    assert_eq!(engine.stats().known_agents, 2, "the agent as version 1 and as version 2c sees it");
}

async fn ask(session: &Session) -> Result<Vec<u8>, String> {
    let varbinds = session.get(&[Oid::from(NAME)], Instant::now() + SAFETY_NET).await;
    match varbinds.map_err(|error| error.to_string())?.pop() {
        Some(Varbind { value: Value::OctetString(octets), .. }) => Ok(octets.to_vec()),
        other => Err(format!("{other:?}")),
    }
}

/// An agent that answers every GET with [`GOOD`], behind a packet that was put before it.
struct Agent {
    addr: SocketAddr,
    first: Arc<Mutex<Option<Vec<u8>>>>,
    _task: JoinSet<()>,
}

impl Agent {
    async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let (addr, first) = (socket.local_addr().expect("its address"), Arc::new(Mutex::new(None)));
        let mut task = JoinSet::new();
        task.spawn(answer(socket, Arc::clone(&first)));
        Self { addr, first, _task: task }
    }

    /// Sends this packet before the next answer.
    fn first(&self, packet: Vec<u8>) {
        *self.first.lock().expect("no panic") = Some(packet);
    }
}

async fn answer(socket: UdpSocket, first: Arc<Mutex<Option<Vec<u8>>>>) {
    let mut buffer = vec![0; 2_048];
    while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
        // SEQUENCE, version, community `public`, GetRequest-PDU and the request-id stand where they always do.
        assert!(length > 20, "a GET");
        let (version, id_length) = (buffer[4], usize::from(buffer[16]));
        let id = &buffer[17..17 + id_length];
        let packet = first.lock().expect("no panic").take();
        if let Some(packet) = packet {
            // The system refuses what is longer than a datagram can be.
            let _ = socket.send_to(&with_id(packet, id), client).await;
        }
        let varbind = der(0x30, &[der(6, &[0x2b, 6, 1, 2, 1, 1, 1, 0]), der(4, GOOD)].concat());
        let pdu = [der(2, id), der(2, &[0]), der(2, &[0]), der(0x30, &varbind)].concat();
        let message = [der(2, &[version]), der(4, b"public"), der(0xa2, &pdu)].concat();
        let _ = socket.send_to(&der(0x30, &message), client).await;
    }
}

/// The packet with the request-id of the request it is to answer, where both have the same length.
fn with_id(mut packet: Vec<u8>, id: &[u8]) -> Vec<u8> {
    let place = packet.windows(REQUEST_ID.len()).position(|octets| octets == REQUEST_ID);
    if let Some(place) = place.filter(|_| id.len() == REQUEST_ID.len()) {
        packet[place..place + id.len()].copy_from_slice(id);
    }
    packet
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).expect("a short element");
    assert!(length < 128, "a short element");
    [&[tag, length], content].concat()
}

/// The packets of a file: each behind its length in four octets.
fn packets(file: &Path) -> Vec<Vec<u8>> {
    let octets = std::fs::read(file).expect("a file of packets");
    let (mut packets, mut rest) = (Vec::new(), &octets[..]);
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let (packet, behind) = behind.split_at(usize::try_from(u32::from_be_bytes(*length)).expect("a length"));
        packets.push(packet.to_vec());
        rest = behind;
    }
    packets
}
