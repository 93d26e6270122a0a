//! What results of plugins cost the host at their peak. It has a process of its own, since other tests would be measured
//! with it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![cfg(target_os = "linux")]

#[path = "../runtime/world.rs"]
#[allow(dead_code, reason = "most of it is for the other tests")]
mod world;

use std::sync::Arc;

use world::{TestDevice, hostile_job, load_hostile, runtime};

/// The most KiB that were resident, since `/proc/self/clear_refs` was told to forget it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Eight mebibytes of `{"a":0},` were half a gigabyte when they were read as a tree.
#[tokio::test]
async fn a_result_of_tiny_objects_takes_a_few_times_its_octets() {
    let runtime = runtime();
    let plugin = load_hostile(&runtime).await;
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = peak();
    let job = hostile_job(TestDevice::default(), &Arc::default(), "tiny_objects", 7);
    let report = runtime.collect(&plugin, job).await;
    let octets = report.result.unwrap().get("hostile").unwrap().get().len();
    let grown = peak() - before;
    println!("{octets} octets of JSON: {grown} KiB more than before");
    assert!(octets > 7_000_000 && grown < 100_000, "{octets} octets: {grown} KiB");
}
