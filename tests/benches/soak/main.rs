//! Everything at once, for minutes or hours: polls, direct walks of an endless agent by clients that hardly read, slow
//! readers of large results, connections that never finish a request, notifications. What the daemon holds after the
//! first minutes it may hold at the end, and a client from elsewhere gets `/health` at once all the time.
//!
//! `cargo bench -p snmp-proxy --bench soak [-- --minutes 60] [--health-ms 100]`. Ends with 1 where a rule is broken, and
//! says which one.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program for people"
)]

mod health;
mod hostile;
mod verdict;

use std::{net::SocketAddr, time::Duration};

use harness::{Client, Proxy};
use serde_json::json;
use simulator::{Load, LoadPacket, SimulatedNotification, Simulator, SyntheticDevice};
use snmp::Value;
use tokio::{task::JoinSet, time::Instant};

use crate::{health::Health, verdict::Verdict};

/// Few results are kept and few notifications, so that what is kept is full after the first minutes: what grows later is
/// a leak.
const CONFIGURATION: &str = r#"
[tickets]
finished = 500
[traps]
listen = ["127.0.0.1:0"]
communities = ["public"]
source_rate = 100000
log_records = 10000
"#;

/// The share of the time after which the daemon has what it needs.
const WARM_UP: f64 = 0.2;
/// Between two readings of the daemon.
const READING_EVERY: Duration = Duration::from_secs(1);
/// How long the daemon has to put down what it held, after the last client is gone.
const REST: Duration = Duration::from_secs(20);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` passes no `--bench`: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let time = Duration::from_secs_f64(number_after("--minutes", 60.0) * 60.0);
    let health_limit = Duration::from_secs_f64(number_after("--health-ms", 100.0) / 1e3);

    let device = SyntheticDevice { interfaces: 200, arp_rows: 2_000, ..SyntheticDevice::default() };
    let agent = Simulator::builder().device("public", device.recording()).log_capacity(0);
    let agent = agent.bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port");
    let proxy = Proxy::start_with(CONFIGURATION, &[]).await;

    let end = Instant::now() + time;
    let mut clients = JoinSet::new();
    for _ in 0..4 {
        clients.spawn(poll(proxy.client().clone(), agent.addr(), end));
    }
    clients.spawn(hostile::half_open(proxy.client().server().to_owned(), end));
    clients.spawn(hostile::slow_walks(proxy.client().server().to_owned(), agent.addr(), end));
    clients.spawn(hostile::slow_results(proxy.client().clone(), agent.addr(), end));
    let load = Load::new(proxy.trap_address().await)
        .from([SocketAddr::from(([127, 0, 0, 1], 0))])
        .packet(link_down())
        .per_second(200)
        .one_by_one()
        .lasting(time)
        .start()
        .expect("the load begins");
    let health = Health::watch(proxy.client().server(), end);

    let mut verdict = Verdict::default();
    let warm = Instant::now() + time.mul_f64(WARM_UP);
    while Instant::now() < end {
        verdict.reading(Instant::now() < warm, proxy.readings());
        tokio::time::sleep(READING_EVERY).await;
    }
    while let Some(ended) = clients.join_next().await {
        ended.expect("a client does what it came for");
    }
    let sent = load.finish().await.sent;
    let health = health.await.expect("somebody watches");
    tokio::time::sleep(REST).await;
    let received = proxy.client().get("/health").await.body["traps"]["log"]["last"].as_u64().unwrap_or(0);
    println!("{:<40}{sent:>10} sent{received:>10} stored", "notifications");
    if !verdict.told(proxy.readings(), &health, health_limit) {
        std::process::exit(1);
    }
}

/// The number behind a flag of the command line, or what it is without.
fn number_after(flag: &str, default: f64) -> f64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != flag);
    arguments.nth(1).map_or(default, |number| number.parse().expect("a number"))
}

/// Polls one device after the other, each to its end, and cancels every tenth poll.
async fn poll(api: Client, agent: SocketAddr, end: Instant) {
    let request = json!({ "target": agent.ip().to_string(), "port": agent.port(), "community": "public" });
    let mut number = 0_u64;
    while Instant::now() < end {
        number += 1;
        let answer = api.post("/snmp/poll", &request).await;
        let Some(ticket) = answer.body["ticket"].as_str() else {
            tokio::time::sleep(Duration::from_millis(200)).await;
            continue;
        };
        if number.is_multiple_of(10) {
            api.delete(&format!("/jobs/{ticket}")).await;
        }
        api.ended(ticket).await;
    }
}

/// A linkDown as switches send it.
fn link_down() -> LoadPacket {
    let notification = SimulatedNotification::trap(123_456, [1, 3, 6, 1, 6, 3, 1, 1, 5, 3])
        .with([1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 10_101], Value::Integer(10_101));
    LoadPacket::community("public", &notification)
}
