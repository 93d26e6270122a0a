//! How long one moment takes: to cancel, to start.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use harness::{Proxy, snmp_proxy_binary};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::report::median;

/// From the request to cancel to the status that says so, for a device that is silent.
pub(crate) async fn cancelling() {
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
pub(crate) async fn start_up() {
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
