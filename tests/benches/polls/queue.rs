//! A queue as full as it may be, and many clients that ask at the same time: how long `/health` takes, and to submit.

use std::{
    net::UdpSocket,
    time::{Duration, Instant},
};

use harness::{Client, Proxy};
use serde_json::json;
use tokio::task::JoinSet;

/// Tickets that wait. Those that are submitted while it is measured come on top.
const QUEUED: usize = 10_000;
const CLIENTS: usize = 200;
/// Requests of each client.
const REQUESTS: usize = 50;
/// Clients that submit and cancel while the others ask for status.
const SUBMITTERS: usize = 4;

/// Fills the queue with polls of silent devices and asks.
pub(crate) async fn full_with_many_clients() {
    let silent = UdpSocket::bind("0.0.0.0:0").expect("a free port");
    let port = silent.local_addr().expect("an address").port();
    // Silent devices keep their slots, so that the queue stays as full as it is.
    let configuration = "[tickets]\nqueued = 20000\n[polls]\nsilent = 0\n";
    let proxy = Proxy::start_with(configuration, &["--get-timeout", "60"]).await;
    let mut tickets = Vec::new();
    for number in 0..QUEUED {
        let target = format!("127.1.{}.{}", number / 250, 1 + number % 250);
        tickets.push(proxy.client().submit(&json!({ "target": target, "port": port })).await);
    }
    let mut readers = JoinSet::new();
    for client in 0..CLIENTS {
        let (api, ticket) = (proxy.client().clone(), tickets[client * QUEUED / CLIENTS].clone());
        readers.spawn(async move {
            for _ in 0..REQUESTS {
                let status = api.get(&format!("/status/{ticket}")).await;
                assert_eq!(status.status, 200, "{}", status.text);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
    }
    let mut submitters = JoinSet::new();
    for client in 0..SUBMITTERS {
        let api = proxy.client().clone();
        submitters.spawn(async move { submit_and_cancel(&api, client, port).await });
    }
    let mut health = Vec::new();
    while readers.try_join_next().is_some() || !readers.is_empty() {
        let start = Instant::now();
        assert_eq!(proxy.client().get("/health").await.status, 200);
        health.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let submits: Vec<Duration> = submitters.join_all().await.into_iter().flatten().collect();
    let resident = proxy.readings().resident_kib as f64 / 1024.0;
    println!("{QUEUED} tickets queued, {CLIENTS} clients ask for status");
    for (title, times) in [("  /health", health), ("  submit", submits)] {
        let [median, high] = [0.5, 0.99].map(|share| quantile(&times, share).as_secs_f64() * 1e3);
        println!("{title:<58}{median:>9.1} ms{high:>9.1} ms p99");
    }
    println!("{:<58}{resident:>8.1} MiB", "  resident memory of the daemon");
}

/// How long each of some submits took.
async fn submit_and_cancel(api: &Client, client: usize, port: u16) -> Vec<Duration> {
    let mut times = Vec::new();
    for number in 0..REQUESTS * 2 {
        let request = json!({ "target": format!("127.2.{client}.{}", 1 + number), "port": port });
        let start = Instant::now();
        let ticket = api.submit(&request).await;
        times.push(start.elapsed());
        api.delete(&format!("/jobs/{ticket}")).await;
    }
    times
}

fn quantile(times: &[Duration], share: f64) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times[(times.len().saturating_sub(1) as f64 * share) as usize]
}
