//! What was acknowledged is there after a crash.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use harness::SAFETY_NET;
use serde_json::{Value, json};
use simulator::{Sender, SimulatedNotification};
use snmp::Value as SnmpValue;
use tokio::task::JoinSet;

use super::{receiver, records_after};

/// Devices that send informs one after the other.
const DEVICES: u32 = 8;

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_inform_is_in_the_log_after_a_crash() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    let flags = ["--state-dir", state.to_str().expect("a path of UTF-8")];
    let settings = "communities = [\"public\"]\nsource_rate = 1000000\nsource_burst = 1000000\n";
    let mut acknowledged = BTreeSet::new();
    // Three lives: what is in the log must outlive more than one.
    for life in 0..3_u32 {
        let proxy = receiver(settings, &flags).await;
        let to = proxy.trap_address().await;
        let told = Arc::new(Mutex::new(BTreeSet::new()));
        let mut devices = JoinSet::new();
        for device in 0..DEVICES {
            let (told, sender) =
                (Arc::clone(&told), Sender::builder(to).community("public").bind().await.expect("a socket"));
            devices.spawn(async move {
                for number in 0.. {
                    let mark = (life * DEVICES + device) * 1_000_000 + number;
                    if sender.inform(&inform(mark), 1, SAFETY_NET).await.is_err() {
                        // It came after the crash.
                        return;
                    }
                    told.lock().expect("no panic").insert(u64::from(mark));
                }
            });
        }
        // Enough of them, and in the middle of the stream.
        let give_up = Instant::now() + SAFETY_NET;
        while told.lock().expect("no panic").len() < 400 {
            assert!(Instant::now() < give_up, "informs are acknowledged");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        proxy.crash().await;
        devices.shutdown().await;
        acknowledged.append(&mut told.lock().expect("no panic"));
    }
    let proxy = receiver(settings, &flags).await;
    let last = proxy.client().get("/health").await.body["traps"]["log"]["last"].as_u64().expect("a number");
    let records = records_after(proxy.client(), 0, usize::try_from(last).expect("a count")).await;
    let numbers: Vec<_> = records.iter().filter_map(|record| record["number"].as_u64()).collect();
    assert_eq!(numbers, (1..=u64::try_from(numbers.len()).expect("a count")).collect::<Vec<_>>(), "no holes");
    let stored: BTreeSet<u64> = records.iter().map(mark).collect();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert_eq!(lost, Vec::<&u64>::new(), "of {} acknowledged ones", acknowledged.len());
}

/// An inform that can be told from others by a number that it carries.
fn inform(mark: u32) -> SimulatedNotification {
    let number = i32::try_from(mark).expect("a small number");
    SimulatedNotification::inform(1, [1, 3, 6, 1, 6, 3, 1, 1, 5, 4])
        .with([1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 7], SnmpValue::Integer(number))
}

fn mark(record: &Value) -> u64 {
    record["varbinds"][2]["value"].as_u64().unwrap_or_else(|| panic!("a mark: {record}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_community_is_called_alike_after_a_restart_and_otherwise_elsewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let states = [folder.path().join("one"), folder.path().join("other")];
    let [one, other] = states.each_ref().map(|state| ["--state-dir", state.to_str().expect("a path of UTF-8")]);
    let first = community_ref(&one).await;
    let (hmac, digits) = first.split_once(':').expect("a word and digits");
    assert!(hmac == "hmac" && digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{first}");
    assert_eq!(community_ref(&one).await, first);
    assert_ne!(community_ref(&other).await, first);
    assert_ne!(community_ref(&[]).await, first, "without a state directory");
}

/// What a proxy with these flags calls `public`, in its trap log and where it decodes.
async fn community_ref(flags: &[&str]) -> String {
    let proxy = receiver("communities = [\"public\"]\n", flags).await;
    let to = proxy.trap_address().await;
    let sender = Sender::builder(to).community("public").bind().await.expect("a socket");
    sender.inform(&inform(1), 3, Duration::from_secs(5)).await.expect("it is acknowledged");
    let last = proxy.client().get("/health").await.body["traps"]["log"]["last"].as_u64().expect("a number");
    let records = records_after(proxy.client(), last - 1, 1).await;
    // A trap of `public` with nothing in it.
    let trap = "30 18 02 01 01 04 06 70 75 62 6c 69 63 a7 0b 02 01 01 02 01 00 02 01 00 30 00";
    let decoded = proxy.client().post("/snmp/decode", &json!({ "input": trap })).await.body;
    let of = |record: &Value| record["snmp"]["community_ref"].as_str().expect("a community").to_owned();
    let called = of(&records[0]);
    assert_eq!(of(&decoded["messages"][0]["record"]), called);
    proxy.crash().await;
    called
}
