//! A disk that is full for a while: traps go on to their receivers, and informs wait.

use std::{
    io::Read as _,
    time::{Duration, Instant},
};

use harness::{Client, Proxy};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use serde_json::{Value, json};
use simulator::{Sender, SimulatedNotification};
use tokio::net::TcpListener;

use super::{counter, forwarding::posted, receiver, receiver_with_log, records_after};

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_is_full_traps_go_on_and_informs_wait() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    let web = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let settings = format!(
        "communities = [\"public\"]\n\n[[traps.forward]]\nname = \"web\"\nto = \"webhook\"\nurl = \"http://{}/\"\n",
        web.local_addr().expect("its address"),
    );
    let proxy = receiver(&settings, &["--state-dir", state.to_str().expect("a path of UTF-8")]).await;
    let client = proxy.client();
    let sender = Sender::builder(proxy.trap_address().await).community("public").bind().await.expect("a socket");
    let once = Duration::from_secs(1);
    sender.inform(&inform(1), 5, once).await.expect("it is acknowledged");
    let (before, _) = posted(&web, 1).await;
    assert_eq!((&before[0]["number"], &before[0]["stored"]), (&json!(1), &json!(true)));

    // No file of the process can be written any more, which is what a full disk does to the one that there is.
    let unlimited = limit_files(&proxy, Some(0));
    for request in 2..=4 {
        sender.send(&trap(request)).await.expect("it is sent");
    }
    sender.inform(&inform(5), 1, once).await.expect_err("it is not stored");
    let (unstored, _) = posted(&web, 4).await;
    let told: Vec<_> = unstored.iter().map(|record| [&record["number"], &record["stored"], mark(record)]).collect();
    for (record, mark) in told.iter().zip([json!(2), json!(3), json!(4), json!(5)]) {
        assert_eq!(*record, [&Value::Null, &json!(false), &mark]);
    }
    let log = log_of(client).await;
    assert_eq!((&log["state"], &log["unstored"], &log["last"]), (&json!("failing"), &json!(4), &json!(1)));

    limit_files(&proxy, unlimited);
    let stored = records_after(client, 1, 4).await;
    let numbers: Vec<_> = stored.iter().map(|record| [&record["number"], &record["stored"], mark(record)]).collect();
    for (record, number) in numbers.iter().zip([json!(2), json!(3), json!(4), json!(5)]) {
        assert_eq!(*record, [&number, &json!(true), &number], "in their order, without holes");
    }
    assert_eq!(ids(&stored), ids(&unstored), "they are the same records");
    sender.inform(&inform(6), 5, once).await.expect("storing goes on");
    let (after, _) = posted(&web, 1).await;
    assert_eq!(mark(&after[0]), &json!(6), "nothing was posted again");
    assert_eq!(after[0]["number"], 6);
    let log = log_of(client).await;
    assert_eq!((&log["state"], &log["unstored"], &log["never_stored"]), (&json!("working"), &json!(0), &json!(0)));
    let give_up = Instant::now() + Duration::from_secs(30);
    let traps = loop {
        let traps = client.get("/health").await.body["traps"].clone();
        // The answer to the last post may still be on its way.
        if traps["forward"][0]["sent"] == 6 {
            break traps;
        }
        assert!(Instant::now() < give_up, "{traps}");
    };
    assert_eq!((&traps["forward"][0]["unstored"], &traps["received"]["unstored"]), (&json!(4), &json!(4)));
    assert_eq!(counter(client, "informs_answered").await, 3, "also the one that waited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    let flags = ["--state-dir", state.to_str().expect("a path of UTF-8")];
    let (mut log, writer) = std::io::pipe().expect("a pipe");
    let proxy = receiver_with_log("communities = [\"public\"]\n", &flags, writer.into()).await;
    let client = proxy.client();
    let sender = Sender::builder(proxy.trap_address().await).community("public").bind().await.expect("a socket");
    limit_files(&proxy, Some(0));
    let mut sent = 0;
    let failures = loop {
        let received = client.get("/health").await.body["traps"]["received"].clone();
        let failures = received["store_failures"].as_u64().expect("a number");
        if failures >= 3 {
            break failures;
        }
        // Each one finds that storing fails already.
        if received["unstored"] == sent {
            sent += 1;
            sender.send(&trap(sent)).await.expect("it is sent");
        }
    };
    proxy.crash().await;
    let mut text = String::new();
    log.read_to_string(&mut text).expect("a log of text");
    let told = text.lines().filter(|line| line.contains("cannot store notifications")).count();
    assert_eq!(told, 1, "of {failures} failures:\n{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_on_the_full_disk_stops_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let state = folder.path().join("state");
    let flags = ["--state-dir", state.to_str().expect("a path of UTF-8")];
    let log = std::fs::File::create(folder.path().join("log")).expect("a file");
    let proxy = receiver_with_log("communities = [\"public\"]\n", &flags, log.into()).await;
    let sender = Sender::builder(proxy.trap_address().await).community("public").bind().await.expect("a socket");
    let unlimited = limit_files(&proxy, Some(0));
    sender.send(&trap(1)).await.expect("it is sent");
    assert_eq!(log_of(proxy.client()).await["unstored"], 1);
    limit_files(&proxy, unlimited);
    sender.inform(&inform(2), 30, Duration::from_secs(1)).await.expect("it is stored in the end");
    assert_eq!(records_after(proxy.client(), 0, 2).await.len(), 2);
}

/// Sets the largest size that files of the daemon may have; none is as large as this process may write. Returns what it
/// was.
fn limit_files(proxy: &Proxy, current: Option<u64>) -> Option<u64> {
    let process = i32::try_from(proxy.process_id()).ok().and_then(Pid::from_raw).expect("a process");
    let maximum = getrlimit(Resource::Fsize).maximum;
    let before = prlimit(Some(process), Resource::Fsize, Rlimit { current, maximum }).expect("it is our child");
    before.current
}

/// What `/health` says of the trap log, once it says that everything is as it will be: all that came is counted.
async fn log_of(client: &Client) -> Value {
    let give_up = Instant::now() + Duration::from_secs(30);
    loop {
        let health = client.get("/health").await.body;
        let traps = &health["traps"];
        let let_in = traps["listener"]["counters"]["let_in"].as_u64().expect("a number");
        let log = &traps["log"];
        if let_in > 0
            && log["last"]
                .as_u64()
                .zip(log["unstored"].as_u64())
                .is_some_and(|(last, unstored)| last + unstored == let_in)
        {
            return log.clone();
        }
        assert!(Instant::now() < give_up, "{traps}");
    }
}

fn trap(mark: u32) -> SimulatedNotification {
    SimulatedNotification::trap(mark, [1, 3, 6, 1, 6, 3, 1, 1, 5, 3])
}

fn inform(mark: u32) -> SimulatedNotification {
    SimulatedNotification::inform(mark, [1, 3, 6, 1, 6, 3, 1, 1, 5, 4])
}

/// What tells the notifications of these tests apart.
fn mark(record: &Value) -> &Value {
    &record["uptime_ticks"]
}

fn ids(records: &[Value]) -> Vec<&Value> {
    records.iter().map(|record| &record["id"]).collect()
}
