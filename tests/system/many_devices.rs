//! Very many devices at once, some of them silent and some lossy: the others notice nothing.

use std::time::Duration;

use harness::Proxy;
use serde_json::json;
use simulator::{Simulator, SyntheticDevice};
use tokio::task::JoinSet;

/// Devices, the silent ones and the lossy ones among them; with `SNMP_PROXY_LONG_TESTS` as many as are promised.
const FEW: [usize; 3] = [200, 20, 10];
const MANY: [usize; 3] = [2_000, 200, 100];

/// A lossy device loses one packet in so many.
const LOSES_ONE_IN: usize = 20;

/// File descriptors of the daemon, however many devices there are.
const DESCRIPTORS: usize = 100;

/// Connections that submit and wait: those of the clients count, too.
const CLIENTS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn silent_and_lossy_devices_cost_the_others_nothing() {
    let is_long = prerequisites::tests_are_long();
    let [devices, silent, lossy] = if is_long { MANY } else { FEW };
    let device = SyntheticDevice { interfaces: 8, arp_rows: 8, ..SyntheticDevice::default() };
    let builder = Simulator::builder().device("public", device.recording()).latency(Duration::from_millis(50));
    let agents = builder.log_capacity(0).bind_many(devices).await.expect("an address for each device");
    let proxy = Proxy::start(&["--max-concurrent", &devices.to_string()]).await;

    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (api, addrs) = (proxy.client().clone(), agents.addrs().to_vec());
        clients.spawn(async move {
            let mut live = Vec::new();
            for (place, addr) in addrs.iter().enumerate().skip(client).step_by(CLIENTS) {
                let community = match place {
                    place if place < silent => "public!silent".to_owned(),
                    place if place < silent + lossy => format!("public!loss:{LOSES_ONE_IN}:{place}"),
                    _ => "public".to_owned(),
                };
                let target = addr.ip().to_string();
                let request = json!({ "target": target, "port": addr.port(), "community": community });
                let ticket = api.submit(&request).await;
                if place >= silent {
                    live.push((place < silent + lossy, ticket));
                }
            }
            for (is_lossy, ticket) in live {
                let ended = api.ended(&ticket).await;
                assert_eq!(ended["status"], "complete", "{ended}");
                // A packet in twenty lost means that now and then all attempts of a request are: then it is said.
                let gaps = ended["gaps"].as_array().expect("gaps");
                let is_told = is_lossy && gaps.iter().all(|gap| gap["kind"] == "timeout");
                assert!(gaps.is_empty() || is_told, "{ended}");
            }
        });
    }
    let mut descriptors = 0;
    while let Some(ended) = clients.join_next().await {
        ended.expect("every live device is read whole");
        descriptors = descriptors.max(proxy.readings().file_descriptors);
    }
    assert!(descriptors < DESCRIPTORS, "{descriptors} file descriptors");
}
