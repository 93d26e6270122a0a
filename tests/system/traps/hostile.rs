//! Malformed packets to the listener: each is counted, none stops it, and a good trap among them comes through.

use std::time::{Duration, Instant};

use harness::SAFETY_NET;
use serde_json::json;
use simulator::{Sender, SimulatedNotification};
use tokio::net::UdpSocket;

use super::{receiver, records_after};
use crate::hostile_packets;

/// Anybody may send, as much as they like, and there is a user whose name the packets may have guessed.
const OPEN: &str = r#"
accept_any_community = true
source_rate = 1000000
source_burst = 1000000

[[traps.users]]
name = "open"
"#;

/// Packets between two good traps.
const AT_ONCE: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn malformed_packets_of_our_own_stop_nothing() {
    check(::hostile_packets::sample()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_malformed_packets_stops_nothing() {
    if let Some(packets) = hostile_packets::sample() {
        check(packets).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn none_of_all_malformed_packets_stops_anything() {
    if let Some(packets) = hostile_packets::all() {
        check(packets).await;
    }
}

async fn check(packets: Vec<Vec<u8>>) {
    let proxy = receiver(OPEN, &[]).await;
    let (client, to) = (proxy.client(), proxy.trap_address().await);
    let hostile = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let good = Sender::builder(to).community("good").bind().await.expect("a socket");
    let inform = |number: u32| SimulatedNotification::inform(number, [1, 3, 6, 1, 6, 3, 1, 1, 5, 1]);
    good.inform(&inform(0), 1, SAFETY_NET).await.expect("the first one is acknowledged");
    let (mut sent, mut slowest) = (1_u64, Duration::ZERO);
    for (number, some) in (1..).zip(packets.chunks(AT_ONCE)) {
        for packet in some {
            // The system refuses what is longer than a datagram can be.
            if hostile.send_to(packet, to).await.is_ok() {
                sent += 1;
            }
        }
        let begun = Instant::now();
        // Acknowledged means decoded and stored: nothing before it holds it up.
        good.inform(&inform(number), 1, SAFETY_NET)
            .await
            .unwrap_or_else(|error| panic!("after packet {number}00: {error}"));
        slowest = slowest.max(begun.elapsed());
        sent += 1;
    }
    let health = client.get("/health").await.body;
    let counters = health["traps"]["listener"]["counters"].as_object().expect("counters").clone();
    let of = |name: &str| counters[name].as_u64().expect("a number");
    // What is counted beside what became of each.
    let beside = ["received", "kernel_drops", "informs_answered", "reports", "send_failures", "engines_learnt"];
    let kinds = ["v1_traps", "v2c_traps", "v2c_informs", "v3_traps", "v3_informs"];
    let became =
        counters.iter().filter(|(name, _)| !beside.contains(&name.as_str()) && !kinds.contains(&name.as_str()));
    let became: u64 = became.map(|(name, _)| of(name)).sum();
    assert_eq!((of("received"), of("kernel_drops")), (sent, 0), "{counters:?}");
    assert_eq!(became, sent, "each is counted once: {counters:?}");
    // What was let in is in the log, whatever the decoder made of it.
    let let_in = usize::try_from(of("let_in")).expect("a count");
    assert_eq!(records_after(client, 0, let_in).await.len(), let_in);
    // And nothing is anywhere else: what the process keeps is the log, which has its limit.
    let listener = client.get("/health").await.body["traps"]["listener"].clone();
    assert_eq!((&listener["queue"], &listener["queue_bytes"]), (&json!(0), &json!(0)), "{listener}");
    println!("{sent} packets, {let_in} of them let in; a good one took {slowest:?} at most");
}
