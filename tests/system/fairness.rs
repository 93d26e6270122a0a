//! Fair shares between clients, and silent devices that keep nobody waiting.
//!
//! Clients are told apart by their source address. No time is measured: what is waited for ends while the polls that must
//! not be in its way have not ended yet.

use std::net::{IpAddr, UdpSocket};

use harness::{Client, Proxy};
use serde_json::{Value, json};
use simulator::{Simulator, SyntheticDevice};
use tokio::task::JoinSet;

/// Devices that take every request and answer none: one socket at all addresses of 127.0.0.0/8.
struct SilentDevices(UdpSocket);

impl SilentDevices {
    fn new() -> Self {
        Self(UdpSocket::bind("0.0.0.0:0").expect("a free port"))
    }

    /// A request to the device of this number that waits for it for a minute.
    fn request(&self, number: usize) -> Value {
        let target = format!("127.1.{}.{}", number / 250, 1 + number % 250);
        let options = json!({ "packet_timeout": 60 });
        json!({ "target": target, "port": self.0.local_addr().unwrap().port(), "options": options })
    }

    /// Waits until so many requests have come.
    fn receive(&self, count: usize) {
        for _ in 0..count {
            self.0.recv(&mut [0; 1_500]).expect("a request");
        }
    }
}

async fn agent() -> Simulator {
    let device = SyntheticDevice { interfaces: 4, arp_rows: 4, ..SyntheticDevice::default() };
    Simulator::builder().device("public", device.recording()).bind("127.0.0.1:0").await.expect("a free port")
}

/// Another client than that of the tests, at its own address.
fn other_client(proxy: &Proxy) -> Client {
    proxy.client().at(IpAddr::from([127, 0, 0, 2]))
}

async fn count_of(client: &Client, status: &str) -> u64 {
    client.get(&format!("/jobs?status={status}&limit=1")).await.body["total"].as_u64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_silent_targets_of_one_client_keep_no_other_poll_waiting() {
    let (agent, silent) = (agent().await, SilentDevices::new());
    let proxy = Proxy::start(&["--max-concurrent", "2"]).await;
    let hostile = other_client(&proxy);
    for number in 0..300 {
        let mut request = silent.request(number);
        request["get_timeout"] = json!(60);
        hostile.submit(&request).await;
    }
    let ended = proxy.client().poll(agent.addr().port(), "public").await;
    assert_eq!(ended["status"], "complete", "{ended}");
    assert_eq!(count_of(&hostile, "failed").await, 0, "no silent device had to be waited for");
    // Its own devices that answer do not wait for those that are silent either.
    let ended = hostile.poll(agent.addr().port(), "public").await;
    assert_eq!(ended["status"], "complete", "{ended}");
    assert_eq!((count_of(&hostile, "failed").await, count_of(&hostile, "complete").await), (0, 2));
    assert!(count_of(&hostile, "running").await > 2, "they wait without slots");
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_direct_operations_of_one_client_keep_no_other_waiting() {
    let (agent, silent) = (agent().await, SilentDevices::new());
    let proxy = Proxy::start(&[]).await;
    let mut waiting = JoinSet::new();
    for number in 0..100 {
        let (hostile, mut request) = (other_client(&proxy), silent.request(number));
        request["oid"] = json!("1.3.6.1.2.1.1.5.0");
        request["timeout"] = json!(60);
        let path = if number % 2 == 0 { "/snmp/get" } else { "/snmp/walk" };
        waiting.spawn(async move { hostile.post(path, &request).await });
    }
    // More than there are slots: the others have given theirs away.
    let silent = tokio::task::spawn_blocking(move || {
        silent.receive(50);
        silent
    });
    let _silent = silent.await.unwrap();
    let request = json!({ "target": "127.0.0.1", "port": agent.addr().port(), "oid": "1.3.6.1.2.1.1.5.0" });
    for path in ["/snmp/get", "/snmp/walk"] {
        let answer = proxy.client().post(path, &request).await;
        assert_eq!(answer.body["success"], true, "{}", answer.text);
    }
    assert!(waiting.try_join_next().is_none(), "no silent device had to be waited for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_fills_the_queue_keeps_no_other_out() {
    let (agent, silent) = (agent().await, SilentDevices::new());
    let configuration = "[tickets]\nqueued = 20\n[polls]\nmax_concurrent = 1\nsilent = 0\n";
    let proxy = Proxy::start_with(configuration, &[]).await;
    let hostile = other_client(&proxy);
    let mut refused = None;
    for number in 0..30 {
        let mut request = silent.request(number);
        request["get_timeout"] = json!(60);
        let answer = hostile.post("/snmp/poll", &request).await;
        if answer.status != 200 {
            refused = Some(answer.status);
            break;
        }
    }
    assert_eq!(refused, Some(503));
    let target = json!({ "target": "127.0.0.1", "port": agent.addr().port() });
    let accepted = proxy.client().post("/snmp/poll", &target).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text);
}
