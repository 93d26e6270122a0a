//! Version 3 without signatures: messages that are made by hand.

use snmp::{
    ber::{Reader, Writer, tag},
    message::{Envelope, Received},
};

use super::{
    user::{users, with_users},
    *,
};

/// A message of this user from or to an engine, which wants to be answered.
fn unsigned(user: &str, engine_id: &[u8], boots: u8, id: u8, max_octets: u16, context: &[u8], pdu: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.constructed(tag::SEQUENCE, |writer| {
        writer.constructed(tag::SEQUENCE, |writer| {
            let (tag, content) = Reader::new(pdu).element().unwrap();
            writer.octets(tag, content);
            writer.octets(tag::OCTET_STRING, context);
            writer.octets(tag::OCTET_STRING, b"");
        });
        writer.constructed(tag::OCTET_STRING, |writer| {
            writer.constructed(tag::SEQUENCE, |writer| {
                writer.octets(tag::OCTET_STRING, b"");
                writer.octets(tag::OCTET_STRING, b"");
                writer.octets(tag::OCTET_STRING, user.as_bytes());
                writer.integer(tag::INTEGER, 0);
                writer.integer(tag::INTEGER, boots.into());
                writer.octets(tag::OCTET_STRING, engine_id);
            });
        });
        writer.constructed(tag::SEQUENCE, |writer| {
            writer.integer(tag::INTEGER, 3);
            writer.octets(tag::OCTET_STRING, &[4]);
            writer.integer(tag::INTEGER, max_octets.into());
            writer.integer(tag::INTEGER, id.into());
        });
        writer.integer(tag::INTEGER, 3);
    });
    writer.finish()
}

/// An inform-PDU with request-id 9 and varbinds of so many octets.
fn inform(octets: usize) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.constructed(tag::INFORM_REQUEST, |writer| {
        writer.octets(tag::SEQUENCE, &vec![0xaa; octets]);
        writer.integer(tag::INTEGER, 0);
        writer.integer(tag::INTEGER, 0);
        writer.integer(tag::INTEGER, 9);
    });
    writer.finish()
}

fn inform_to_us(id: u8, max_octets: u16, octets: usize) -> Vec<u8> {
    unsigned("open", engine().id().octets(), 7, id, max_octets, b"", &inform(octets))
}

#[tokio::test]
async fn an_inform_that_comes_again_while_it_is_stored_is_answered_by_its_last_id() {
    let mut bench = Bench::new(&with_users(users()));
    bench.send(&inform_to_us(1, 1_000, 5)).await;
    let arrival = bench.arrival().await;
    for id in [2, 3] {
        bench.send(&inform_to_us(id, 1_000, 5)).await;
    }
    bench.settle().await;
    arrival.reply.unwrap().send();
    assert_eq!(Envelope::read(&bench.answer().await).unwrap().id, 3);
    bench.send(&inform_to_us(4, 1_000, 5)).await;
    assert_eq!(Envelope::read(&bench.answer().await).unwrap().id, 4);
    let counted = "received 5, let_in 2, v2c_traps 1, v3_informs 4, informs_answered 2, informs_again 1, duplicate 2";
    assert_eq!(bench.counted(), counted);
}

#[tokio::test]
async fn an_inform_whose_answer_would_be_too_long_is_told_so_and_dropped() {
    let bench = Bench::new(&with_users(users()));
    bench.send(&inform_to_us(1, 484, 600)).await;
    let answer = bench.answer().await;
    let Ok(Received::V3(message)) = Received::read(&answer) else { panic!("{answer:?}") };
    // The request-id, tooBig and no varbinds.
    assert_eq!(message.open_unsecured().unwrap().pdu(), hex("a2 0b 02 01 09 02 01 01 02 01 00 30 00"));
    assert_eq!(bench.counted(), "received 1, informs_answered 1, too_big 1");
}

#[tokio::test]
async fn a_context_with_a_longer_name_than_there_can_be_is_dropped() {
    let mut bench = Bench::new(&with_users(users()));
    let trap = hex("a7 0b 02 01 01 02 01 00 02 01 00 30 00");
    for octets in [33, 32] {
        bench.send(&unsigned("open", b"engine-1", 1, 1, 1_000, &vec![b'c'; octets], &trap)).await;
    }
    bench.arrival().await;
    assert_eq!(bench.counted(), "received 2, let_in 1, v3_traps 1, context_name 1");
}

#[tokio::test]
async fn an_unsigned_trap_arrives_without_the_community_that_a_proxy_has_added() {
    let mut bench = Bench::new(&with_users(users()));
    let varbind = "30 13 06 09 2b 06 01 06 03 12 01 04 00 04 06 73 65 63 72 65 74";
    let pdu = hex(&format!("a7 20 02 01 01 02 01 00 02 01 00 30 15 {varbind}"));
    let message = unsigned("open", b"\x80\0\0\0\x01", 0, 9, 1_500, b"", &pdu);
    bench.send(&message).await;
    let arrival = bench.arrival().await;
    let hidden = [&pdu[..pdu.len() - 6], b"******"].concat();
    assert_eq!(arrival.pdu, hidden);
    assert_eq!(arrival.message, [&message[..message.len() - 6], b"******"].concat());
}
