//! Notifications: from the wire into the log, to those who ask and to those who get them.

mod crash;
mod forwarding;
mod full_disk;
mod hostile;
mod kinds;
mod sending;
mod sockets;
mod storm;

use std::{process::Stdio, time::Instant};

use harness::{Client, Proxy, SAFETY_NET};
use serde_json::Value;

/// A daemon that receives notifications on a free port of loopback, with more to say about them in its configuration.
async fn receiver(more: &str, flags: &[&str]) -> Proxy {
    Proxy::start_with(&format!("[traps]\nlisten = [\"127.0.0.1:0\"]\n{more}"), flags).await
}

/// The same, with its log going elsewhere.
async fn receiver_with_log(more: &str, flags: &[&str], log: Stdio) -> Proxy {
    Proxy::start_with_log(&format!("[traps]\nlisten = [\"127.0.0.1:0\"]\n{more}"), flags, log).await
}

/// Waits until there are so many records after a number, and returns them; fewer where they do not come.
async fn records_after(client: &Client, after: u64, count: usize) -> Vec<Value> {
    let (mut records, mut after, give_up) = (Vec::new(), after, Instant::now() + SAFETY_NET);
    while records.len() < count && Instant::now() < give_up {
        let answer = client.get(&format!("/traps?after={after}&wait=5&limit=1000")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.body["missed"], 0, "{}", answer.text);
        after = answer.body["next"].as_u64().expect("a number");
        records.extend(answer.body["traps"].as_array().expect("a list").iter().cloned());
    }
    records
}

/// A counter of the listener.
async fn counter(client: &Client, name: &str) -> u64 {
    let health = client.get("/health").await;
    health.body["traps"]["listener"]["counters"][name].as_u64().unwrap_or_else(|| panic!("{name}: {}", health.text))
}
