//! The desktop client of the Python program: its way of working, step by step, over real HTTP.
//!
//! It cannot be changed, so what it relies on is spelled out here and not read from our own types.

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use harness::Proxy;
use serde_json::{Value, json};
use simulator::{Simulator, SyntheticDevice};

/// Every key that a status must carry, whatever the state.
const STATUS_KEYS: &[&str] =
    &["ticket", "target", "status", "progress", "progress_detail", "elapsed_seconds", "data", "timing", "error"];

#[tokio::test(flavor = "multi_thread")]
async fn the_desktop_client_polls_a_device() {
    let device = SyntheticDevice { interfaces: 24, arp_rows: 40, ..SyntheticDevice::default() };
    let (agent, request) = device_for_the_client(device).await;
    let proxy = Proxy::start(&[]).await;
    let client = proxy.client();

    let health = client.get("/health").await;
    assert_eq!((health.status, &health.body["status"]), (200, &json!("ok")));

    let accepted = client.post("/snmp/poll", &request).await;
    assert!((200..300).contains(&accepted.status), "{}", accepted.text);
    let ticket = accepted.body["ticket"].as_str().expect("a ticket");

    let mut pause = Duration::from_millis(500);
    let give_up = Instant::now() + Duration::from_secs(60);
    let ended = loop {
        let status = client.get(&format!("/status/{ticket}")).await;
        assert!((200..300).contains(&status.status), "anything else ends the poll for the user: {}", status.text);
        let keys: BTreeSet<&str> = status.body.as_object().expect("an object").keys().map(String::as_str).collect();
        for key in STATUS_KEYS {
            assert!(keys.contains(key), "`{key}` is always there: {}", status.text);
        }
        assert!(status.body["progress_detail"].is_object(), "{}", status.text);
        match status.body["status"].as_str().expect("a text") {
            "complete" => break status.body,
            "queued" | "running" => assert!(Instant::now() < give_up, "{}", status.text),
            other => panic!("the poll is {other}: {}", status.text),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 6 / 5).min(Duration::from_secs(2));
    };

    assert_eq!(ended["progress"], "Complete");
    let data = &ended["data"];
    assert!(data["target"].is_string());
    for key in ["sysDescr", "sysObjectID", "sysName", "sysContact", "sysLocation", "sysUpTime"] {
        assert!(data["snmp_data"][key].is_string(), "{key}: {}", data["snmp_data"]);
    }
    assert_eq!(data["interfaces"].as_array().expect("a list").len(), 24);
    assert_eq!(data["arp_table"].as_array().expect("a list").len(), 40);
    for row in data["interfaces"].as_array().unwrap() {
        strings_or_absent(row, &["description", "mac"]);
    }
    for row in data["arp_table"].as_array().unwrap() {
        strings_or_absent(row, &["ip", "mac"]);
    }
    for key in ["system_info", "interfaces", "arp", "total"] {
        assert!(ended["timing"][key].is_number(), "{key}: {}", ended["timing"]);
    }
    assert!(ended["timing"].as_object().unwrap().values().all(Value::is_number), "{}", ended["timing"]);
    assert_eq!(ended["progress_detail"]["interfaces_walked"], 24);
    assert_eq!(ended["progress_detail"]["arp_walked"], 40);
    agent.stop().await;
}

fn strings_or_absent(row: &Value, keys: &[&str]) {
    for key in keys {
        assert!(row.get(key).is_none_or(Value::is_string), "`{key}` is a string or absent: {row}");
    }
}

/// A device on port 161, since the client never says a port; on another one where this user may not open 161.
async fn device_for_the_client(device: SyntheticDevice) -> (Simulator, Value) {
    // An address of its own, so that no agent of this machine is in the way.
    let host = Ipv4Addr::new(127, 0, 61, 1);
    let builder = || Simulator::builder().device("public", device.recording());
    if let Ok(agent) = builder().bind(SocketAddr::from((host, 161))).await {
        return (agent, json!({ "target": host.to_string(), "community": "public" }));
    }
    let agent = builder().bind(SocketAddr::from((host, 0))).await.expect("a free port");
    let port = agent.addr().port();
    (agent, json!({ "target": host.to_string(), "community": "public", "port": port }))
}
