//! Tickets under the real daemon: cancelling, waiting, refusing, and leaving nothing behind.

use harness::Proxy;
use serde_json::json;
use simulator::{Simulator, SyntheticDevice};

async fn agent() -> Simulator {
    let device = SyntheticDevice { interfaces: 4, arp_rows: 4, ..SyntheticDevice::default() };
    let builder = Simulator::builder().device("public", device.recording());
    builder.bind("127.0.0.1:0").await.expect("a free port")
}

#[tokio::test(flavor = "multi_thread")]
async fn queued_and_running_polls_of_silent_devices_are_cancelled_at_once() {
    let agent = agent().await;
    let proxy = Proxy::start(&["--max-concurrent", "1"]).await;
    let client = proxy.client();
    let silent = |target: &str| json!({ "target": target, "port": agent.addr().port(), "community": "public!silent" });
    let running = client.submit(&silent("127.0.0.1")).await;
    let queued = client.submit(&silent("127.0.0.1")).await;
    client.started(&running).await;
    assert_eq!(client.get(&format!("/status/{queued}")).await.body["status"], "queued");

    for ticket in [&queued, &running] {
        let answer = client.delete(&format!("/jobs/{ticket}")).await;
        assert_eq!((answer.status, &answer.body["status"]), (200, &json!("cancelling")), "{}", answer.text);
        let status = client.get(&format!("/status/{ticket}")).await;
        assert_eq!(status.body["status"], "cancelled", "at once, whatever the device does: {}", status.text);
    }
    // The slot is free again, and the device too.
    let good = client.poll(agent.addr().port(), "public").await;
    assert_eq!(good["status"], "complete", "{good}");
    let again = client.get(&format!("/status/{running}")).await;
    assert_eq!(again.body["status"], "cancelled", "a cancelled poll stays cancelled");
    let deleted = client.delete(&format!("/jobs/{running}")).await;
    assert_eq!(deleted.body, json!({ "status": "deleted", "ticket": running }));
    let unknown = client.get(&format!("/status/{running}")).await;
    assert_eq!((unknown.status, unknown.body), (404, json!({ "detail": "Unknown ticket" })));
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_say_their_cause_in_words() {
    let agent = agent().await;
    let proxy = Proxy::start(&["--get-timeout", "1"]).await;
    let port = agent.addr().port();
    // Nothing listens on port 9 of this address.
    for (target, port, community, words) in [
        ("127.0.0.1", port, "wrong-community", "No SNMP response from 127.0.0.1"),
        ("127.0.9.9", 9, "public", "No SNMP response from 127.0.9.9"),
        ("no-such-host.invalid", port, "public", "no-such-host.invalid"),
    ] {
        let request = json!({ "target": target, "port": port, "community": community });
        let ended = proxy.client().ended(&proxy.client().submit(&request).await).await;
        assert_eq!(ended["status"], "failed", "{ended}");
        let error = ended["error"].as_str().expect("an error in words");
        assert!(error.contains(words), "{error}");
        assert!(!ended.to_string().contains("wrong-community"), "a community is a secret: {ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_polls_leave_nothing_behind() {
    leave_nothing_behind(200, 200).await;
}

/// The long form of the rule above, for `.ci/run`: 500 polls to settle, then 5,000.
#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_polls_leave_nothing_behind() {
    if !prerequisites::long_tests() {
        return;
    }
    leave_nothing_behind(500, 5_000).await;
}

/// Parts of the polls of which each is measured for itself.
const ROUNDS: usize = 4;

async fn leave_nothing_behind(settle: usize, polls: usize) {
    let agent = agent().await;
    // Finished tickets are kept for a while on purpose; here each is deleted, so that only leaks are left.
    let proxy = Proxy::start(&["--max-concurrent", "6"]).await;
    let run = async |count: usize| {
        for _ in 0..count {
            let ended = proxy.client().poll(agent.addr().port(), "public").await;
            assert_eq!(ended["status"], "complete", "{ended}");
            proxy.client().delete(&format!("/jobs/{}", ended["ticket"].as_str().unwrap())).await;
        }
    };
    run(settle).await;
    let before = proxy.readings();
    let mut growths = Vec::new();
    for _ in 0..ROUNDS {
        let resident = proxy.readings().resident_kib;
        run(polls / ROUNDS).await;
        growths.push(proxy.readings().resident_kib.saturating_sub(resident));
    }
    let after = proxy.readings();
    assert!(after.file_descriptors <= before.file_descriptors + 2, "{before:?} {after:?}");
    assert!(after.threads <= before.threads + 1, "{before:?} {after:?}");
    // What leaks leaks in each round, and so in the one that grew least. What the allocator takes, it takes in some.
    let min = growths.iter().min().copied().unwrap_or_default();
    assert!(min < (polls / ROUNDS) as u64, "each poll leaves 1 KiB behind, or more: {growths:?} KiB");
}
