//! Versions 1 and 2c.

use proptest::prelude::*;

use super::*;
use crate::{Sender, Version};

/// An inform of version 2c with request-id 300 and error fields that are not zero.
const INFORM: &str = "30 1a 02 01 01 04 06 70 75 62 6c 69 63 a6 0d 02 02 01 2c 02 01 05 02 01 63 30 01 00 de ad";

#[tokio::test]
async fn a_trap_arrives_as_it_came_without_its_community() {
    let mut bench = Bench::new(&options());
    // A Trap-PDU of version 1, cut short inside; two octets behind the message.
    bench.send(&hex("30 10 02 01 00 04 06 70 75 62 6c 69 63 a4 03 06 01 2b 00 00")).await;
    let arrival = bench.arrival().await;
    assert_eq!((arrival.version, arrival.octets_behind, arrival.reply.is_none()), (Version::V1, 2, true));
    assert_eq!(arrival.pdu, hex("a4 03 06 01 2b"));
    assert_eq!(arrival.message, hex("30 10 02 01 00 04 06 2a 2a 2a 2a 2a 2a a4 03 06 01 2b"));
    assert_eq!(arrival.sender, Sender::Community(refs().of(b"public")));
    assert_eq!((arrival.source, arrival.local), (bench.client.local_addr().unwrap(), bench.at));
    assert_eq!(bench.counted(), "received 1, let_in 1, v1_traps 1");
}

/// A trap from `public` that came through a proxy, whose sender's community is `secret`, with padding in its name's arcs
/// and in its length; another object has the value `public`.
const PROXIED: &str = "30 40 02 01 01 04 06 70 75 62 6c 69 63 a7 33 02 01 01 02 01 00 02 01 00 30 28 \
                       30 15 06 0a 2b 06 01 06 80 03 12 01 04 00 04 81 06 73 65 63 72 65 74 \
                       30 0f 06 05 2b 06 01 04 01 04 06 70 75 62 6c 69 63";

#[tokio::test]
async fn a_trap_arrives_without_the_community_that_a_proxy_has_added() {
    let mut bench = Bench::new(&options());
    bench.send(&hex(PROXIED)).await;
    let arrival = bench.arrival().await;
    let secret = "73 65 63 72 65 74";
    let message = PROXIED.replace(secret, "2a 2a 2a 2a 2a 2a").replacen("70 75 62 6c 69 63", "2a 2a 2a 2a 2a 2a", 1);
    assert_eq!(arrival.message, hex(&message));
    assert_eq!(arrival.pdu, hex(&message)[13..]);
    let mut bench = Bench::new(&ListenerOptions { include_community: true, ..options() });
    bench.send(&hex(PROXIED)).await;
    let arrival = bench.arrival().await;
    assert_eq!((arrival.pdu, arrival.message), (hex(PROXIED)[13..].to_vec(), hex(PROXIED)));
}

#[tokio::test]
async fn a_message_keeps_its_community_where_it_is_to_be_included() {
    let mut bench = Bench::new(&ListenerOptions { include_community: true, ..options() });
    bench.send(&hex(COLD_START)).await;
    assert_eq!(bench.arrival().await.message, hex(COLD_START));
}

#[tokio::test]
async fn an_inform_is_answered_when_it_is_stored_and_again_when_it_comes_again() {
    let mut bench = Bench::new(&options());
    bench.send(&hex(INFORM)).await;
    let arrival = bench.arrival().await;
    // It comes again while it is being stored.
    bench.send(&hex(INFORM)).await;
    bench.settle().await;
    arrival.reply.unwrap().send();
    let answer = hex("30 1a 02 01 01 04 06 70 75 62 6c 69 63 a2 0d 02 02 01 2c 02 01 00 02 01 00 30 01 00");
    assert_eq!(bench.answer().await, answer);
    bench.send(&hex(INFORM)).await;
    assert_eq!(bench.answer().await, answer);
    let counted = "received 4, let_in 2, v2c_traps 1, v2c_informs 3, informs_answered 2, informs_again 1, duplicate 1";
    assert_eq!(bench.counted(), counted);
}

#[tokio::test]
async fn an_inform_that_was_not_stored_is_new_when_it_comes_again() {
    let mut bench = Bench::new(&options());
    for _ in 0..2 {
        bench.send(&hex(INFORM)).await;
        drop(bench.arrival().await.reply.unwrap());
    }
    assert_eq!(bench.counted(), "received 2, let_in 2, v2c_informs 2");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_inform_is_answered_from_the_address_that_it_was_sent_to() {
    let mut bench = Bench::at(&options(), Ipv4Addr::UNSPECIFIED, Ipv4Addr::new(127, 0, 0, 9));
    bench.send(&hex(INFORM)).await;
    let arrival = bench.arrival().await;
    assert_eq!(arrival.local, bench.listener.local_addrs()[0]);
    arrival.reply.unwrap().send();
    bench.answer().await;
}

#[tokio::test]
async fn an_inform_without_a_request_id_comes_in_once_and_has_no_answer() {
    let mut bench = Bench::new(&options());
    let inform = hex("30 0f 02 01 01 04 06 70 75 62 6c 69 63 a6 02 04 00");
    bench.send(&inform).await;
    let arrival = bench.arrival().await;
    bench.send(&inform).await;
    bench.settle().await;
    arrival.reply.unwrap().send();
    bench.send(&inform).await;
    bench.settle().await;
    let counted = "received 5, let_in 3, v2c_traps 2, v2c_informs 3, informs_again 1, duplicate 1";
    assert_eq!(bench.counted(), counted);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn who_may_not_send_takes_nothing_from_the_rate_of_all() {
    let mut bench = Bench::new(&ListenerOptions { total_rate: 1, total_burst: 2, ..options() });
    for last in 1..50 {
        let forger = StdSocket::bind(SocketAddr::from(([127, 0, 1, last], 0))).unwrap();
        forger.send_to(&hex("30 0b 02 01 01 04 02 6e 6f a7 02 05 00"), bench.at).unwrap();
    }
    for _ in 0..2 {
        bench.settle().await;
    }
    bench.send(&hex(COLD_START)).await;
    while bench.listener.stats().received < 52 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.counted(), "received 52, let_in 2, v2c_traps 2, total_rate 1, bad_community 49");
}

#[tokio::test]
async fn debug_shows_no_community() {
    let mut bench = Bench::new(&ListenerOptions { include_community: true, ..options() });
    bench.send(&hex(INFORM)).await;
    let arrival = bench.arrival().await;
    let shown = format!("{arrival:?}");
    let octets = format!("{:?}", b"public");
    assert!(!shown.contains("public") && !shown.contains(octets.trim_matches(['[', ']'])), "{shown}");
}

#[tokio::test]
async fn what_finds_no_room_is_dropped_and_an_inform_is_not_answered() {
    let mut bench = Bench::new(&ListenerOptions { queue: 1, ..options() });
    bench.send(&hex(COLD_START)).await;
    while bench.listener.stats().received < 1 {
        tokio::task::yield_now().await;
    }
    bench.send(&hex(INFORM)).await;
    while bench.listener.stats().received < 2 {
        tokio::task::yield_now().await;
    }
    bench.arrival().await;
    bench.send(&hex(INFORM)).await;
    bench.arrival().await.reply.unwrap().send();
    bench.answer().await;
    let counted = "received 3, let_in 2, v2c_traps 1, v2c_informs 2, informs_answered 1, queue_full 1";
    assert_eq!(bench.counted(), counted);
}

#[tokio::test]
async fn a_source_beyond_its_rate_is_dropped_before_anything_is_read() {
    let mut bench = Bench::new(&ListenerOptions { source_rate: 1, source_burst: 3, ..options() });
    for _ in 0..3 {
        bench.send(&hex(COLD_START)).await;
        bench.arrival().await;
    }
    for _ in 0..5 {
        bench.send(b"noise").await;
    }
    while bench.listener.stats().received < 8 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.counted(), "received 8, let_in 3, v2c_traps 3, source_rate 5");
}

#[tokio::test]
async fn datagrams_that_flood_in_do_not_starve_those_who_take_them_out() {
    let Bench { listener, mut arrivals, at, .. } = Bench::new(&options());
    let first = tokio::spawn(async move { arrivals.next_batch(1_000).await.unwrap().len() });
    let flood = StdSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for _ in 0..320 {
        flood.send_to(&hex(COLD_START), at).unwrap();
    }
    assert!(first.await.unwrap() < 320);
    drop(listener);
}

#[tokio::test]
async fn the_arrivals_end_with_the_listener() {
    let Bench { listener, mut arrivals, .. } = Bench::new(&options());
    drop(listener);
    assert!(arrivals.next_batch(10).await.is_none());
}

/// Sends one datagram and shows what was counted because of it.
async fn check(datagram: &str, expected: &str) {
    let mut bench = Bench::new(&options());
    bench.send(&hex(datagram)).await;
    bench.settle().await;
    assert_eq!(bench.counted(), format!("received 2, let_in 1, v2c_traps 1, {expected}"), "{datagram}");
}

#[tokio::test]
async fn what_may_not_come_in_is_counted_by_its_reason() {
    check("", "malformed 1").await;
    check("30 80 00 00", "malformed 1").await;
    check("30 03 02 01 02", "wrong_version 1").await;
    check("30 09 02 01 01 04 02 6e 6f a7 00", "bad_community 1").await;
    check("30 0d 02 01 01 04 06 70 75 62 6c 69 63 a7", "malformed 1").await;
    // A trap of version 1 in a message of version 2c, a trap of version 2 in one of version 1, a request.
    for (version, tag) in [("01", "a4"), ("00", "a7"), ("00", "a6"), ("01", "a0"), ("01", "a2")] {
        check(&format!("30 0d 02 01 {version} 04 06 70 75 62 6c 69 63 {tag} 00"), "not_a_notification 1").await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    #[test]
    fn every_datagram_is_counted_once_and_none_stops_the_next(
        datagrams in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..60),
                (0..26usize, any::<u8>(), 0..27usize).prop_map(|(place, octet, end)| {
                    let mut damaged = hex(COLD_START);
                    damaged[place] = octet;
                    damaged.truncate(end);
                    damaged
                }),
                (0..67usize, any::<u8>(), 20..70usize).prop_map(|(place, octet, end)| {
                    let mut damaged = super::user::unsigned_trap("open", 9);
                    damaged[place] = octet;
                    damaged.truncate(end);
                    damaged
                }),
                (0..30usize, any::<u8>()).prop_map(|(place, octet)| {
                    let mut damaged = hex(INFORM);
                    damaged[place] = octet;
                    damaged
                }),
            ],
            0..50,
        ),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (stats, sent) = runtime.block_on(async {
            let mut bench = Bench::new(&super::user::with_users(super::user::users()));
            for datagram in &datagrams {
                bench.send(datagram).await;
            }
            bench.send(&hex("30 0f 02 01 00 04 06 70 75 62 6c 69 63 a4 02 05 00")).await;
            while bench.arrival().await.version != Version::V1 || bench.listener.stats().queue > 0 {}
            (bench.listener.stats(), datagrams.len() + 1)
        });
        prop_assert_eq!(stats.received, u64::try_from(sent).unwrap());
        prop_assert_eq!(stats.received, accounted(&stats), "{:?}", stats);
    }
}

/// How many datagrams were let in, answered again or dropped.
pub(super) fn accounted(stats: &ListenerStats) -> u64 {
    let reasons = stats.counters().skip_while(|(name, _)| *name != "kernel_drops").skip(1);
    stats.let_in + stats.informs_again + reasons.map(|(_, count)| count).sum::<u64>()
}
