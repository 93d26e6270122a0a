//! Two thousand devices polled at once, a tenth of them silent and a twentieth lossy: how much longer the others take
//! than without the silent ones, and what the daemon holds meanwhile.
//!
//! Each device has an address of its own in 127.0.0.0/8. They are far away, so that all polls are in flight at the
//! same time before the first one ends. Few connections submit and wait: what is counted are the daemon's sockets for
//! SNMP, not those of a client that keeps thousands open.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use harness::{Client, Proxy, Readings};
use serde_json::json;
use simulator::{Simulator, SyntheticDevice};
use tokio::task::JoinSet;

use crate::report::row;

const DEVICES: usize = 2_000;
const SILENT: usize = 200;
const LOSSY: usize = 100;
/// A lossy device loses one packet in so many.
const LOSES_ONE_IN: u32 = 20;
const ROUND_TRIP: Duration = Duration::from_millis(200);
/// Connections that submit and wait.
const CLIENTS: usize = 8;
/// The runs of each kind, in turn.
const RUNS: usize = 3;

/// Polls all, and all but the silent ones, in turn.
pub(crate) async fn with_and_without_silent_ones() {
    let device = SyntheticDevice { interfaces: 24, arp_rows: 24, ..SyntheticDevice::default() };
    let builder = Simulator::builder().device("public", device.recording()).latency(ROUND_TRIP).log_capacity(0);
    let agents = builder.bind_many(DEVICES).await.expect("an address for each device");
    let addrs: Arc<[SocketAddr]> = agents.addrs().into();

    let (mut with, mut without, mut max) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let (took, readings) = poll_from(0, &addrs).await;
        with.push(took);
        max.push(readings);
        without.push(poll_from(SILENT, &addrs).await.0);
    }
    let title = format!("{DEVICES} devices at once, all live ones, {SILENT} silent / none");
    row(&title, crate::report::median(&mut with), crate::report::median(&mut without));
    let in_flight = max.iter().map(|max| max.in_flight).max().unwrap_or(0);
    let descriptors = max.iter().map(|max| max.file_descriptors).max().unwrap_or(0);
    let resident = max.iter().map(|max| max.resident_kib).max().unwrap_or(0);
    let cpu = max.iter().map(|max| max.cpu_ms).min().unwrap_or(0) as f64 / (DEVICES - SILENT) as f64;
    println!("{:<58}{cpu:>9.2} ms", "  CPU of the daemon, for each live device");
    println!("{:<58}{in_flight:>12} polls", "  in flight at once, at most");
    println!("{:<58}{descriptors:>12}", "  file descriptors of the daemon, at most");
    println!("{:<58}{:>8.1} MiB", "  resident memory of the daemon, at most", resident as f64 / 1024.0);
}

/// Polls all devices from the `first` on: the silent ones come first, then the lossy ones.
///
/// Returns how long it took until all that are not silent were read, and the most that the daemon held.
async fn poll_from(first: usize, addrs: &Arc<[SocketAddr]>) -> (Duration, Most) {
    let proxy = Proxy::start(&["--max-concurrent", &DEVICES.to_string()]).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let watch = tokio::spawn(watch(proxy.client().clone(), proxy.process_id(), Arc::clone(&is_over)));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (api, addrs) = (proxy.client().clone(), Arc::clone(addrs));
        clients.spawn(async move {
            let mut tickets = Vec::new();
            for device in (first + client..DEVICES).step_by(CLIENTS) {
                let community = match device {
                    ..SILENT => "public!silent".to_owned(),
                    // Each loses other packets.
                    device if device < SILENT + LOSSY => format!("public!loss:{LOSES_ONE_IN}:{device}"),
                    _ => "public".to_owned(),
                };
                let addr = addrs[device];
                let request = json!({ "target": addr.ip().to_string(), "port": addr.port(), "community": community });
                let ticket = api.submit(&request).await;
                if device >= SILENT {
                    tickets.push((device, ticket));
                }
            }
            for (device, ticket) in tickets {
                let ended = api.ended(&ticket).await;
                // Of a lossy device all attempts of a request may get lost, one in so many thousands. It says so then.
                let may_lack = device < SILENT + LOSSY && ended["gaps"][0]["kind"] == "timeout";
                assert_eq!(ended["status"], "complete", "{device}: {}", ended["error"]);
                assert!(may_lack || ended["partial"] == false, "{device}: {}", ended["gaps"]);
            }
        });
    }
    while let Some(ended) = clients.join_next().await {
        ended.expect("every live device is read");
    }
    let took = start.elapsed();
    is_over.store(true, Ordering::Relaxed);
    (took, watch.await.expect("the daemon can be watched"))
}

/// The most that a daemon held.
#[derive(Clone, Copy, Debug, Default)]
struct Most {
    in_flight: u64,
    file_descriptors: usize,
    resident_kib: u64,
    cpu_ms: u64,
}

async fn watch(api: Client, process: u32, is_over: Arc<AtomicBool>) -> Most {
    let mut max = Most::default();
    while !is_over.load(Ordering::Relaxed) {
        let Readings { file_descriptors, resident_kib, cpu_ms, .. } = Readings::of(process);
        // With as many slots as devices nobody waits for one: an active poll is in flight.
        let in_flight = api.get("/health").await.body["active_jobs"].as_u64().unwrap_or(0);
        max.file_descriptors = max.file_descriptors.max(file_descriptors);
        max.resident_kib = max.resident_kib.max(resident_kib);
        max.cpu_ms = cpu_ms;
        max.in_flight = max.in_flight.max(in_flight);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    max
}
