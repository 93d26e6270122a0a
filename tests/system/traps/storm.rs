//! A storm of one source takes nothing from others.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use serde_json::Value;
use simulator::{Load, LoadPacket, SimulatedNotification};

use super::{counter, receiver, records_after};

/// Datagrams that the storm has in a second.
const STORM: u32 = 50_000;

/// Others, and what all of them together send in a second.
const OTHERS: u8 = 10;
const OF_OTHERS: u32 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_one_source_takes_nothing_from_others() {
    let seconds = if prerequisites::tests_are_long() { 10 } else { 2 };
    let proxy = receiver("communities = [\"public\"]\n", &[]).await;
    let to = proxy.trap_address().await;
    let link_up = SimulatedNotification::trap(1, [1, 3, 6, 1, 6, 3, 1, 1, 5, 4]);
    let packet = LoadPacket::community("public", &link_up);
    let time = Duration::from_secs(seconds);

    let storm = Load::new(to).from([SocketAddr::from(([127, 9, 9, 9], 0))]).packet(packet.clone());
    let storm = storm.per_second(STORM).one_by_one().lasting(time).start().expect("the storm begins");
    let others = (1..=OTHERS).map(|number| SocketAddr::from(([127, 3, 0, number], 0)));
    let wanted = u64::from(OF_OTHERS) * seconds;
    let others = Load::new(to).from(others).packet(packet).per_second(OF_OTHERS).one_by_one().count(wanted);
    let others = others.start().expect("the others begin").finish().await;
    let storm = storm.stop().await;
    println!("the storm sent {} datagrams, the others {}", storm.sent, others.sent);
    assert_eq!(others.sent, wanted);

    let client = proxy.client();
    // What the storm may send as anybody else, and all that the others have sent.
    let allowed = counter(client, "let_in").await;
    let records = records_after(client, 0, usize::try_from(allowed).expect("a count")).await;
    let of_others: BTreeSet<_> = records.iter().filter(|record| is_of_others(record)).map(request_id).collect();
    let expected: BTreeSet<_> = (1..=u32::try_from(wanted).expect("a count")).map(LoadPacket::carried).collect();
    let lost = expected.iter().filter(|id| !of_others.contains(&u64::from(**id))).count();
    // What a busy machine did not take out of the socket in time was lost before anybody could see whose it was.
    let kernel_drops = counter(client, "kernel_drops").await;
    assert!(
        u64::try_from(lost).expect("a count") <= kernel_drops,
        "{lost} of the others, {kernel_drops} in the kernel"
    );
    assert!(!of_others.is_empty(), "none of the others came in");
    assert!(counter(client, "source_rate").await > storm.sent / 2, "the storm is held back and counted");
}

fn is_of_others(record: &Value) -> bool {
    record["transport"]["src"].as_str().is_some_and(|source| source.starts_with("127.3."))
}

fn request_id(record: &Value) -> u64 {
    record["snmp"]["request_id"].as_u64().unwrap_or_else(|| panic!("a request-id: {record}"))
}
