//! What slow readers cost: sixteen clients that read endless walks slowly, and the most memory that the program took.
//!
//! `cargo bench -p snmp-proxy --bench memory`. With `SNMP_PROXY_BEFORE=PROGRAM` the same is done to that program, in the
//! same run, and the ratio of both peaks is printed; the aim is 0.12 or less of a program that collected its answers.
//! Both must be built alike.

#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used, reason = "a program for people")]

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use harness::{Proxy, Readings, SlowReader, snmp_proxy_binary};
use serde_json::json;
use simulator::{Simulator, SyntheticDevice};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

/// Clients, and slots for their walks.
const READERS: usize = 16;

/// How long each reads.
const TIME: Duration = Duration::from_secs(20);

/// What each reads at a time, and how long it pauses then: 40 KiB a second.
const STEP: (usize, Duration) = (4 << 10, Duration::from_millis(100));

/// When to look whether memory was given back.
const AFTERWARDS: Duration = Duration::from_secs(30);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` passes no `--bench`: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("{:<40}{:>12}{:>12}{:>12}", "MiB resident, 16 slow readers", "before", "peak", "30 s after");
    let peak = measure("this program", snmp_proxy_binary()).await;
    if let Some(program) = std::env::var_os("SNMP_PROXY_BEFORE").map(PathBuf::from) {
        let before = measure("the one before", &program).await;
        println!("{:<40}{:>24.3}", "ratio of the peaks", peak as f64 / before as f64);
    }
}

/// Lets the readers read, and returns the peak in KiB.
async fn measure(title: &str, program: &Path) -> u64 {
    let device = SyntheticDevice::default();
    let agent = Simulator::builder().device("public", device.recording()).bind("127.0.0.1:0").await.expect("a port");
    let configuration = format!("[polls]\ndirect_concurrent = {READERS}\n");
    let proxy = Proxy::start_program(program, &configuration, &[], Stdio::inherit()).await;
    let before = proxy.readings();
    let walk = json!({
        "target": "127.0.0.1", "port": agent.addr().port(), "community": "public!endless",
        "oid": "1.3.6.1.2.1.2.2.1", "timeout": TIME.as_secs(),
    });
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let (client, walk) = (proxy.client().clone(), walk.clone());
        readers.spawn(async move {
            let until = Instant::now() + TIME * 2;
            let mut reader = SlowReader::ask(&client, "/snmp/walk", Some(&walk)).await;
            while Instant::now() < until && reader.read(STEP.0).await == STEP.0 {
                sleep(STEP.1).await;
            }
        });
    }
    readers.join_all().await;
    let Readings { peak_kib, .. } = proxy.readings();
    sleep(AFTERWARDS).await;
    let after = proxy.readings().resident_kib;
    let [before, peak, after] = [before.resident_kib, peak_kib, after].map(|kib| kib / 1024);
    println!("{title:<40}{before:>12}{peak:>12}{after:>12}");
    peak_kib
}
