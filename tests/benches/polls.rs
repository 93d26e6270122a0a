//! The whole, measured side by side in one run: polls through the API against net-snmp's `snmpbulkwalk`, both reading
//! the same columns of the same agent, in turn.
//!
//! `cargo bench -p snmp-proxy-tests --bench polls [-- PART]`, with a PART of `big`, `small`, `cancel`, `start`, `snmpd`.
//! Absolute times are this machine's; quote the ratios.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program for people"
)]

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use simulator::{Simulator, SyntheticDevice};
use snmp_proxy_tests::{Proxy, Snmpd, program_exists, snmp_proxy_binary};
use tokio::process::Command;

/// The columns that the standard plugins read and the agent has, as `snmpbulkwalk` is asked for them one by one.
const COLUMNS: &[&str] = &[
    "1.3.6.1.2.1.1",
    "1.3.6.1.2.1.2.2.1.2",
    "1.3.6.1.2.1.2.2.1.3",
    "1.3.6.1.2.1.2.2.1.4",
    "1.3.6.1.2.1.2.2.1.5",
    "1.3.6.1.2.1.2.2.1.6",
    "1.3.6.1.2.1.2.2.1.7",
    "1.3.6.1.2.1.2.2.1.8",
    "1.3.6.1.2.1.2.2.1.9",
    "1.3.6.1.2.1.31.1.1.1.1",
    "1.3.6.1.2.1.31.1.1.1.15",
    "1.3.6.1.2.1.31.1.1.1.16",
    "1.3.6.1.2.1.31.1.1.1.17",
    "1.3.6.1.2.1.31.1.1.1.18",
    "1.3.6.1.2.1.31.1.1.1.19",
    "1.3.6.1.2.1.4.22.1.2",
    "1.3.6.1.2.1.4.22.1.4",
    "1.3.6.1.2.1.4.35.1.4",
    "1.3.6.1.2.1.4.35.1.6",
    "1.3.6.1.2.1.4.35.1.7",
];

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` passes no `--bench`: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    println!("{:<58}{:>12}{:>12}{:>8}", "median of the runs, in turn", "snmp-proxy", "net-snmp", "ratio");
    if is_wanted("big") {
        for round_trip_ms in [0, 5] {
            big_poll(Duration::from_millis(round_trip_ms), 7).await;
        }
    }
    if is_wanted("small") {
        for slots in [6, 64] {
            small_polls(slots, 10_000).await;
        }
    }
    if is_wanted("cancel") {
        cancelling().await;
    }
    if is_wanted("start") {
        start_up().await;
    }
    if is_wanted("snmpd") && program_exists("snmpd") {
        snmpd_poll(7).await;
    }
}

/// One poll of 500 interfaces and 5,000 ARP rows.
async fn big_poll(round_trip: Duration, runs: usize) {
    let device = SyntheticDevice { interfaces: 500, arp_rows: 5_000, ..SyntheticDevice::default() };
    let builder = Simulator::builder().device("public", device.recording()).latency(round_trip);
    let agent = builder.bind("127.0.0.1:0").await.expect("a free port");
    let port = agent.addr().port();
    let proxy = Proxy::start(&[]).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let start = Instant::now();
        let ended = proxy.client().poll(port, "public").await;
        let our_time = start.elapsed();
        assert_eq!((&ended["status"], &ended["partial"]), (&json!("complete"), &json!(false)), "{}", ended["gaps"]);
        assert_eq!(ended["data"]["arp_table"].as_array().map(Vec::len), Some(5_000));
        let their_time = bulkwalk_columns(port).await;
        if run > 0 {
            ours.push(our_time);
            theirs.push(their_time);
        }
    }
    let title = format!("big poll, {} ms round trip, wall", round_trip.as_millis());
    row(&title, median(&mut ours), median(&mut theirs));
}

/// Walks every column with a process each, `-Cr25`, without loading MIBs; the sum of their wall times.
async fn bulkwalk_columns(port: u16) -> Duration {
    let start = Instant::now();
    for column in COLUMNS {
        let mut walk = Command::new("snmpbulkwalk");
        walk.args(["-v2c", "-c", "public", "-m", "", "-Oqn", "-Cr25", &format!("127.0.0.1:{port}"), column]);
        assert!(walk.stdout(Stdio::null()).status().await.expect("net-snmp").success());
    }
    start.elapsed()
}

/// Polls of net-snmp's own agent, which is the slow side here.
async fn snmpd_poll(runs: usize) {
    let agent = Snmpd::start().await;
    let proxy = Proxy::start(&[]).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let start = Instant::now();
        proxy.client().poll(agent.port, "public").await;
        ours.push(start.elapsed());
        theirs.push(bulkwalk_columns(agent.port).await);
    }
    row("poll of snmpd, wall", median(&mut ours), median(&mut theirs));
}

/// Many polls of small devices through the API: submit, wait, next.
async fn small_polls(slots: usize, polls: usize) {
    let device = SyntheticDevice { interfaces: 4, arp_rows: 4, ..SyntheticDevice::default() };
    let recording = device.recording();
    let mut agents = Vec::new();
    for _ in 0..slots * 2 {
        let builder = Simulator::builder().device("public", recording.clone());
        agents.push(builder.bind("127.0.0.1:0").await.expect("a free port"));
    }
    let proxy = Proxy::start(&["--max-concurrent", &slots.to_string()]).await;
    let each = polls / agents.len();
    let before = proxy.readings();
    let start = Instant::now();
    let clients: Vec<_> = agents
        .iter()
        .map(|agent| {
            let (client, port) = (proxy.client().clone(), agent.addr().port());
            tokio::spawn(async move {
                for _ in 0..each {
                    let ended = client.poll(port, "public").await;
                    assert_eq!(ended["status"], "complete", "{ended}");
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("every poll completes");
    }
    let (took, after) = (start.elapsed(), proxy.readings());
    let done = each * agents.len();
    let per_second = done as f64 / took.as_secs_f64();
    let cpu = (after.cpu_ms - before.cpu_ms) as f64 * 1000.0 / done as f64;
    println!(
        "{:<58}{per_second:>8.0} /s{cpu:>9.0} µs CPU per poll",
        format!("small polls, {slots} slots, all on this machine")
    );
}

/// From the request to cancel to the status that says so, for a device that is silent.
async fn cancelling() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a free port");
    let proxy = Proxy::start(&[]).await;
    let client = proxy.client();
    let mut times = Vec::new();
    for _ in 0..20 {
        let request = json!({ "target": "127.0.0.1", "port": silent.local_addr().unwrap().port() });
        let ticket = client.submit(&request).await;
        client.started(&ticket).await;
        let start = Instant::now();
        client.delete(&format!("/jobs/{ticket}")).await;
        let ended: Value = client.ended(&ticket).await;
        times.push(start.elapsed());
        assert_eq!(ended["status"], "cancelled");
    }
    println!(
        "{:<58}{:>9.1} ms",
        "cancel of a running poll, silent device, wall",
        median(&mut times).as_secs_f64() * 1e3
    );
}

/// From the start of the process to the first answer of `/health`, with a warm plugin cache.
async fn start_up() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let mut times = Vec::new();
    for run in 0..8 {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let start = Instant::now();
        let mut daemon = Command::new(snmp_proxy_binary());
        daemon.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--api-key", Proxy::API_KEY, "--cache-dir"]);
        let daemon = daemon.arg(cache.path()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn();
        let _daemon = daemon.expect("the daemon starts");
        loop {
            if let Ok(answer) = reqwest::get(format!("http://127.0.0.1:{port}/health")).await {
                assert!(answer.status().is_success());
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if run > 0 {
            times.push(start.elapsed());
        }
    }
    println!("{:<58}{:>9.1} ms", "process start to /health, warm cache, wall", median(&mut times).as_secs_f64() * 1e3);
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn row(title: &str, ours: Duration, theirs: Duration) {
    let (ours, theirs) = (ours.as_secs_f64() * 1e3, theirs.as_secs_f64() * 1e3);
    println!("{title:<58}{ours:>9.1} ms{theirs:>9.1} ms{:>8.2}", ours / theirs);
}
