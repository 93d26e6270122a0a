//! The whole, measured side by side in one run: polls through the API against net-snmp's `snmpbulkwalk` and against
//! Prometheus' `snmp_exporter`, all reading the same columns of the same agent, in turn; and what thousands of polls at
//! once need.
//!
//! `cargo bench -p snmp-proxy --bench polls [-- PART]`, with a PART of `big`, `exporter`, `many`, `small`,
//! `cancel`, `queue`, `start`, `snmpd`. What is not installed is left out.
//! Absolute times are this machine's; quote the ratios.

#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program for people"
)]

mod big;
mod columns;
mod exporter;
mod many;
mod moments;
mod queue;
mod report;
mod small;

use std::time::Duration;

use prerequisites::program_exists;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // `cargo test --benches` passes no `--bench`: then there is nothing to measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == part);
    println!("{:<58}{:>12}{:>12}{:>8}", "median of the runs, in turn", "snmp-proxy", "the other", "ratio");
    if is_wanted("big") && program_exists("snmpbulkwalk") {
        for round_trip_ms in [0, 5] {
            big::beside_bulkwalk(Duration::from_millis(round_trip_ms), 7).await;
        }
    }
    if is_wanted("exporter") {
        big::beside_exporter(Duration::from_millis(5), 7).await;
    }
    if is_wanted("many") {
        many::with_and_without_silent_ones().await;
    }
    if is_wanted("small") {
        for slots in [6, 64] {
            small::polls(slots, 10_000).await;
        }
    }
    if is_wanted("cancel") {
        moments::cancelling().await;
    }
    if is_wanted("queue") {
        queue::full_with_many_clients().await;
    }
    if is_wanted("start") {
        moments::start_up().await;
    }
    if is_wanted("snmpd") && program_exists("snmpd") {
        big::of_snmpd(7).await;
    }
}
