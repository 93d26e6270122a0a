//! Clients that ask for much and read slowly: the program holds no more than its budget, and gives it back.

use std::time::Instant;

use harness::{Proxy, SAFETY_NET, SlowReader};
use serde_json::json;
use simulator::{Simulator, SyntheticDevice};

const MIB: u64 = 1 << 10;

/// KiB that resident memory may be above what it was, once a load is over.
const LEFT_KIB: u64 = 64 * MIB;

#[tokio::test(flavor = "multi_thread")]
async fn slow_readers_of_endless_walks_stay_within_the_budget() {
    const READERS: usize = 16;
    let device = SyntheticDevice::default();
    let agent = Simulator::builder().device("public", device.recording()).bind("127.0.0.1:0").await.unwrap();
    let configuration = format!(
        "[polls]\ndirect_concurrent = {READERS}\n[answers]\nbytes = \"64 MiB\"\n[http]\nstall_time = \"10m\"\n"
    );
    let proxy = Proxy::start_with(&configuration, &[]).await;
    let client = proxy.client();
    let before = proxy.readings();
    let walk = json!({
        "target": "127.0.0.1", "port": agent.addr().port(), "community": "public!endless",
        "oid": "1.3.6.1.2.1.2.2.1", "timeout": 20,
    });
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(SlowReader::ask(client, "/snmp/walk", Some(&walk)).await);
    }
    // The first octet comes while the walk goes on, or at its end where answers are collected.
    for reader in &mut readers {
        assert_eq!(reader.read(64 << 10).await, 64 << 10, "an endless walk has as much to tell");
    }
    let answers = &client.get("/health").await.body["answers"];
    let (limit, in_flight) = (answers["limit"].as_u64().unwrap(), answers["in_flight"].as_u64().unwrap());
    assert!(limit == 64 << 20 && in_flight > 0 && in_flight <= limit, "{answers}");
    let peak = proxy.readings().peak_kib - before.resident_kib;
    assert!(peak < 2 * 64 * MIB, "{peak} KiB more than before at the peak");
    // They hold slots for as long as they are there.
    let get = json!({ "target": "127.0.0.1", "port": agent.addr().port(), "oid": "1.3.6.1.2.1.1.5.0", "timeout": 1 });
    let other = client.post("/snmp/get", &get).await;
    assert!(other.text.contains("`polls.direct_concurrent`"), "{}", other.text);
    drop(readers);
    let mut get = get;
    get["timeout"] = json!(60);
    assert_eq!(client.post("/snmp/get", &get).await.body["success"], true);
    is_given_back(&proxy, before.resident_kib).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_readers_of_a_large_status_need_little_more_than_one_of_them() {
    const READERS: usize = 200;
    let device = SyntheticDevice { interfaces: 4, arp_rows: 40_000, ..SyntheticDevice::default() };
    let agent = Simulator::builder().device("public", device.recording()).bind("127.0.0.1:0").await.unwrap();
    let proxy = Proxy::start(&[]).await;
    let client = proxy.client();
    let ended = client.poll(agent.addr().port(), "public").await;
    let path = format!("/status/{}", ended["ticket"].as_str().unwrap());
    let whole = client.get(&path).await.text.len() as u64;
    assert!(whole > 4 << 20, "{whole} octets");
    let before = proxy.readings();
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(SlowReader::ask(client, &path, None).await);
    }
    for reader in &mut readers {
        assert_eq!(reader.read(1 << 10).await, 1 << 10);
    }
    let more = proxy.readings().resident_kib.saturating_sub(before.resident_kib);
    assert!(more < READERS as u64 * (whole >> 10) / 8, "{READERS} readers of {whole} octets took {more} KiB");
    let in_flight = client.get("/health").await.body["answers"]["in_flight"].as_u64().unwrap();
    assert!(in_flight > 0 && in_flight < READERS as u64 * whole / 8, "{in_flight}");
    // Whoever reads on has it whole, however many others do not.
    assert_eq!(client.get(&path).await.body["data"]["arp_table"].as_array().map(Vec::len), Some(40_000));
    drop(readers);
    is_given_back(&proxy, before.resident_kib).await;
}

/// Waits until resident memory is nearly what it was.
async fn is_given_back(proxy: &Proxy, before_kib: u64) {
    let give_up = Instant::now() + SAFETY_NET;
    loop {
        let now = proxy.readings().resident_kib;
        if now <= before_kib + LEFT_KIB {
            return;
        }
        assert!(Instant::now() < give_up, "{now} KiB are resident, {before_kib} KiB before");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}
