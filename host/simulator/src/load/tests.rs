use std::{collections::BTreeMap, net::UdpSocket};

use super::*;
use crate::{
    Event, Recording, SimulatedNotification,
    ber::{Reader, tag},
};

fn receiver() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    socket
}

fn trap() -> SimulatedNotification {
    Event::ColdStart.trap(&Recording::default(), 1)
}

/// The request-id of a trap of version 2c.
fn request_id(datagram: &[u8]) -> u32 {
    let mut message = Reader::new(Reader::new(datagram).expect(tag::SEQUENCE).unwrap());
    message.integer().unwrap();
    message.expect(tag::OCTET_STRING).unwrap();
    Reader::new(message.expect(tag::TRAP).unwrap()).integer().unwrap().unsigned_abs()
}

/// Sends a load of no more than a receive buffer holds; the numbers by source.
async fn received(load: impl FnOnce(SocketAddr) -> Load) -> (LoadReport, BTreeMap<SocketAddr, Vec<u32>>) {
    let socket = receiver();
    let load = load(socket.local_addr().unwrap());
    let count = load.max.unwrap();
    let reading = tokio::task::spawn_blocking(move || {
        let mut numbers = BTreeMap::<SocketAddr, Vec<u32>>::new();
        let mut datagram = [0; 2_000];
        for _ in 0..count {
            let (length, peer) = socket.recv_from(&mut datagram).unwrap();
            numbers.entry(peer).or_default().push(request_id(&datagram[..length]));
        }
        numbers
    });
    let report = load.start().unwrap().finish().await;
    (report, reading.await.unwrap())
}

#[tokio::test]
async fn every_datagram_has_a_number_of_its_own() {
    let (report, numbers) = received(|to| {
        Load::new(to).packet(LoadPacket::community("public", &trap())).per_second(5_000).first_number(7).count(200)
    })
    .await;
    assert_eq!(report.sent, 200);
    let numbers: Vec<u32> = numbers.into_values().flatten().collect();
    assert_eq!(numbers, (7..207).map(LoadPacket::carried).collect::<Vec<_>>());
    assert_eq!(report.cpu.is_some(), cfg!(target_os = "linux"));
}

#[tokio::test]
async fn many_addresses_send_in_turn() {
    let (report, numbers) = received(|to| {
        let load = Load::new(to).packet(LoadPacket::community("public", &trap())).from_many(10);
        load.per_second(20_000).one_by_one().count(200)
    })
    .await;
    assert_eq!((report.sent, numbers.len()), (200, 10));
    let mut all: Vec<u32> = numbers.into_values().flatten().collect();
    all.sort_unstable();
    assert_eq!(all, (1..201).map(LoadPacket::carried).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_load_that_is_stopped_says_what_it_sent() {
    let socket = receiver();
    let load = Load::new(socket.local_addr().unwrap()).packet(LoadPacket::raw(b"noise")).per_second(1_000);
    let running = load.start().unwrap();
    let mut datagram = [0; 10];
    assert_eq!(socket.recv(&mut datagram).unwrap(), 5);
    let seen = running.sent();
    let report = running.stop().await;
    assert!(report.sent >= seen.max(1));
}

#[tokio::test]
async fn a_receiver_that_is_not_there_stops_no_load() {
    let to = receiver().local_addr().unwrap();
    let report = Load::new(to).packet(LoadPacket::raw(b"noise")).count(300).start().unwrap().finish().await;
    assert_eq!(report.sent, 300);
}

#[tokio::test]
async fn a_load_that_the_system_does_not_send_ends_with_its_error() {
    let socket = receiver();
    let load = Load::new(socket.local_addr().unwrap()).packet(LoadPacket::raw(&[0; 70_000]));
    let report = load.start().unwrap().finish().await;
    assert_eq!((report.sent, report.retried), (0, 0));
    assert!(report.error.is_some());
}

#[test]
fn a_load_that_cannot_be_is_refused() {
    let to = SocketAddr::from(([127, 0, 0, 1], 9));
    let said = |load: Load| load.start().unwrap_err().to_string();
    assert_eq!(said(Load::new(to)), "there is no packet to send");
    let load = || Load::new(to).packet(LoadPacket::raw(b"noise"));
    assert_eq!(said(load().from_many(5_000)), "invalid number of addresses: 1001; use 1 to 1000");
    assert_eq!(said(load().from([])), "invalid number of addresses: 0; use 1 to 1000");
}

#[test]
fn the_number_of_a_trap_of_version_1_is_its_time_stamp() {
    let trap = Event::ColdStart.v1(&Recording::default(), Ipv4Addr::LOCALHOST, 1);
    let packet = LoadPacket::community("public", &trap);
    let place = packet.number.clone().unwrap();
    assert_eq!(packet.octets[place.start - 2..place.start], [tag::TIME_TICKS, 4]);
    assert_eq!(packet.octets[place], LoadPacket::carried(0).to_be_bytes());
    assert!(!format!("{packet:?}").contains("112"));
}

#[test]
fn a_rate_is_held_and_a_backlog_dropped() {
    let mut pace = pace::Pace::new(Rate::PerSecond(100_000));
    let milliseconds = Duration::from_millis;
    assert_eq!(pace.take(milliseconds(1), 64), 64);
    assert_eq!(pace.take(milliseconds(1), 64), 36);
    assert_eq!(pace.take(milliseconds(1), 64), 0);
    // Half a second without a processor: no more than a window is made up for.
    assert_eq!(pace.take(milliseconds(501), u64::MAX), 2_000);
    assert_eq!(pace.dropped, 48_000);
    assert_eq!(pace.take(milliseconds(502), u64::MAX), 100);
    // One a second.
    let mut pace = pace::Pace::new(Rate::PerSecond(1));
    assert_eq!(pace.take(milliseconds(999), 64), 0);
    assert_eq!(pace.wait(milliseconds(900)), milliseconds(100));
    assert_eq!(pace.take(milliseconds(1_500), 64), 1);
    assert_eq!(pace.dropped, 0);
    assert_eq!(pace::Pace::new(Rate::Unbounded).take(Duration::ZERO, 64), 64);
}
