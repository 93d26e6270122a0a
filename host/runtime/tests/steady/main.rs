//! Hundreds of hostile runs leave threads and memory where they were. It has a process of its own, since other tests
//! would be measured with it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![cfg(target_os = "linux")]

#[path = "../runtime/world.rs"]
#[allow(dead_code, reason = "most of it is for the other tests")]
mod world;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use limits::SandboxLimits;
use runtime::{Plugin, Runtime};
use world::{TestDevice, hostile_job, load_hostile, runtime_with, said};

const ACTS: [&str; 8] = ["spin", "grow", "recurse", "panic", "trap", "open_readers", "invalid_json", "sleep_for_ever"];

/// Every act once, each followed by a good run.
async fn round(runtime: &Runtime, plugin: &Plugin) {
    for act in ACTS {
        let mut job = hostile_job(TestDevice::default(), &Arc::default(), act, 1);
        job.deadline = tokio::time::Instant::now() + Duration::from_millis(200);
        assert!(runtime.collect(plugin, job).await.result.is_err(), "{act}");
        good(runtime, plugin).await;
    }
}

async fn good(runtime: &Runtime, plugin: &Plugin) -> (Duration, Duration) {
    let start = Instant::now();
    let job = hostile_job(TestDevice::default(), &Arc::default(), "good", 0);
    let report = runtime.collect(plugin, job).await;
    assert_eq!(said(&report), r#"{"hostile":"good"}"#);
    (start.elapsed(), report.cpu)
}

/// A number of `/proc/self/status`.
fn status(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn hostile_runs_leave_nothing_behind() {
    let runtime = runtime_with(SandboxLimits { cpu: Duration::from_millis(20), ..SandboxLimits::default() });
    let plugin = load_hostile(&runtime).await;
    for _ in 0..5 {
        round(&runtime, &plugin).await;
    }
    let (threads, kib) = (status("Threads:"), status("VmRSS:"));
    for _ in 0..25 {
        round(&runtime, &plugin).await;
    }
    let (threads_after, kib_after) = (status("Threads:"), status("VmRSS:"));
    println!("threads {threads} -> {threads_after}, resident {kib} -> {kib_after} KiB");
    assert!(threads_after <= threads, "{threads} threads became {threads_after}");
    assert!(kib_after < kib + 4_096, "{kib} KiB became {kib_after}");

    let mut times = Vec::new();
    for _ in 0..1_000 {
        times.push(good(&runtime, &plugin).await);
    }
    times.sort();
    println!("a good run: median {:?} (wall, CPU of the guest)", times.get(500).unwrap());
}
