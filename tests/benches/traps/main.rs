//! Notifications received end to end, beside net-snmp's `snmptrapd` that writes a line for each to a file: in one run, on
//! the same cores, from the same load. What decoding alone costs is in `cargo bench -p runtime --bench traps`.
//!
//! `cargo bench -p snmp-proxy --bench traps [-- PART]`, with a PART of `memory`, `disk`, `snmptrapd`, `informs`.
//! Each receiver gets the same linkDown of version 2c at rates that grow, each for some seconds, until it loses some. For
//! each rate: what it lost, and what each one cost it in processor time, decoding and storing included. The load is a
//! thread of this process on the same cores. Absolute numbers are this machine's; quote the ratios.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program for people"
)]

mod informs;
mod receiver;

use std::{net::SocketAddr, time::Duration};

use receiver::Receiver;
use simulator::{Load, LoadPacket, SimulatedNotification};
use snmp::Value;

/// Datagrams a second.
const RATES: [u32; 8] = [5_000, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 80_000];

/// How long each rate is held.
const TIME: Duration = Duration::from_secs(5);

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    // `cargo test --benches` passes no `--bench`: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    println!("{:<34}{:>10}{:>10}{:>10}{:>12}{:>10}", "receiver", "sent/s", "received", "lost", "CPU us each", "MiB");
    if is_wanted("snmptrapd")
        && let Some(receiver) = Receiver::snmptrapd().await
    {
        climb(&receiver).await;
    }
    if is_wanted("memory") {
        climb(&Receiver::proxy(false).await).await;
    }
    if is_wanted("disk") {
        climb(&Receiver::proxy(true).await).await;
    }
    if is_wanted("informs") {
        informs::acknowledged().await;
    }
}

/// Raises the rate until some are lost.
async fn climb(receiver: &Receiver) {
    for rate in RATES {
        if hold(receiver, rate).await > 0 {
            return;
        }
    }
}

/// Holds a rate, tells what became of it, and returns how many were lost.
async fn hold(receiver: &Receiver, rate: u32) -> u64 {
    let (count_before, before) = (receiver.count().await, receiver.readings());
    let from = SocketAddr::from(([127, 0, 0, 1], 0));
    let load =
        Load::new(receiver.address()).from([from]).packet(link_down()).per_second(rate).one_by_one().lasting(TIME);
    let report = load.start().expect("the load begins").finish().await;
    let mut count = receiver.count().await;
    // It may have some in its queue.
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = receiver.count().await;
        if now == count {
            break;
        }
        count = now;
    }
    let (received, after) = (count - count_before, receiver.readings());
    let lost = report.sent.saturating_sub(received);
    let each = (after.cpu_ms - before.cpu_ms) as f64 * 1e3 / received.max(1) as f64;
    let per_second = report.sent as f64 / report.elapsed.as_secs_f64();
    let (title, mib) = (receiver.title(), after.resident_kib / 1024);
    println!("{title:<34}{per_second:>10.0}{received:>10}{lost:>10}{each:>12.2}{mib:>10}");
    lost
}

/// A linkDown as switches send it.
fn link_down() -> LoadPacket {
    let column = |column: u32| [1, 3, 6, 1, 2, 1, 2, 2, 1, column, 10_101];
    let notification = SimulatedNotification::trap(123_456, [1, 3, 6, 1, 6, 3, 1, 1, 5, 3])
        .with(column(1), Value::Integer(10_101))
        .with(column(7), Value::Integer(1))
        .with(column(8), Value::Integer(2));
    LoadPacket::community("public", &notification)
}
