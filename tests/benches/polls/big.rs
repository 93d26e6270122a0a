//! One poll of a large device, beside other programs that read the same columns of it in turn.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use harness::{Proxy, Snmpd};
use serde_json::json;
use simulator::{Simulator, SyntheticDevice};
use tokio::process::Command;

use crate::{
    columns::COLUMNS,
    exporter::Exporter,
    report::{median, row},
};

const INTERFACES: u32 = 500;
const ARP_ROWS: u32 = 5_000;

/// Beside `snmpbulkwalk`, a process for each column.
pub(crate) async fn beside_bulkwalk(round_trip: Duration, runs: usize) {
    let agent = agent(round_trip).await;
    let port = agent.addr().port();
    let times = in_turn(port, runs, async || bulkwalk_columns(port).await).await;
    print(&format!("big poll, {} ms round trip, snmpbulkwalk, wall", round_trip.as_millis()), times);
}

/// Beside `snmp_exporter`, a scrape through HTTP, with its default of 25 repetitions and with our ceiling of 50.
pub(crate) async fn beside_exporter(round_trip: Duration, runs: usize) {
    let agent = agent(round_trip).await;
    let port = agent.addr().port();
    for repetitions in [25, 50] {
        let Some(exporter) = Exporter::start(repetitions).await else { return };
        let times = in_turn(port, runs, async || {
            let (took, samples) = exporter.scrape(port).await;
            // A sample for each cell: it has read what we have read.
            let cells = 9 + 14 * INTERFACES + 2 * ARP_ROWS;
            assert!(samples >= cells as usize - 9, "the exporter gave {samples} samples of {cells} cells");
            took
        });
        let title = format!("big poll, {} ms round trip, snmp_exporter, {repetitions}", round_trip.as_millis());
        print(&title, times.await);
    }
}

async fn agent(round_trip: Duration) -> Simulator {
    let device = SyntheticDevice { interfaces: INTERFACES, arp_rows: ARP_ROWS, ..SyntheticDevice::default() };
    let builder = Simulator::builder().device("public", device.recording()).latency(round_trip);
    builder.bind("127.0.0.1:0").await.expect("a free port")
}

/// Polls through the API, then lets the other one read: our times and theirs. The first of each is not counted.
async fn in_turn(port: u16, runs: usize, other: impl AsyncFn() -> Duration) -> [Vec<Duration>; 2] {
    let proxy = Proxy::start(&[]).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let start = Instant::now();
        let ended = proxy.client().poll(port, "public").await;
        let our_time = start.elapsed();
        assert_eq!((&ended["status"], &ended["partial"]), (&json!("complete"), &json!(false)), "{}", ended["gaps"]);
        assert_eq!(ended["data"]["arp_table"].as_array().map(Vec::len), Some(ARP_ROWS as usize));
        let their_time = other().await;
        if run > 0 {
            ours.push(our_time);
            theirs.push(their_time);
        }
    }
    [ours, theirs]
}

fn print(title: &str, [mut ours, mut theirs]: [Vec<Duration>; 2]) {
    row(title, median(&mut ours), median(&mut theirs));
}

/// Walks every column with a process each, `-Cr25`, without loading MIBs; the sum of their wall times.
async fn bulkwalk_columns(port: u16) -> Duration {
    let start = Instant::now();
    for column in COLUMNS {
        let mut walk = Command::new("snmpbulkwalk");
        walk.args(["-v2c", "-c", "public", "-m", "", "-Oqn", "-Cr25", &format!("127.0.0.1:{port}"), column.oid]);
        assert!(walk.stdout(Stdio::null()).status().await.expect("net-snmp").success());
    }
    start.elapsed()
}

/// Polls of net-snmp's own agent, which is the slow side here.
pub(crate) async fn of_snmpd(runs: usize) {
    let agent = Snmpd::start().await;
    let proxy = Proxy::start(&[]).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let start = Instant::now();
        proxy.client().poll(agent.port, "public").await;
        ours.push(start.elapsed());
        theirs.push(bulkwalk_columns(agent.port).await);
    }
    row("poll of snmpd, wall", median(&mut ours), median(&mut theirs));
}
