//! Many polls of small devices through the API.

use std::time::Instant;

use harness::Proxy;
use simulator::{Simulator, SyntheticDevice};

/// Each client submits, waits, and submits the next.
pub(crate) async fn polls(slots: usize, polls: usize) {
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
