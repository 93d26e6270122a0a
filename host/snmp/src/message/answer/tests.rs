use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::*;
use crate::{
    message::Received,
    usm::{AuthProtocol, EngineId, KeyCache, Password, PrivProtocol, Protection, User},
};

static CACHE: LazyLock<KeyCache> = LazyLock::new(|| KeyCache::new(100).unwrap());

fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect()
}

fn user() -> User {
    let password = |text: &str| Password::new(&text.into()).unwrap();
    let (auth_password, priv_password) = (password("authpass-1"), password("privpass-1"));
    let (auth, privacy) = (AuthProtocol::Sha256, PrivProtocol::Aes128);
    User::new("monitor", Protection::AuthPriv { auth, auth_password, privacy, priv_password }).unwrap()
}

/// Our engine, which is the one that is asked.
fn engine() -> LocalEngine {
    LocalEngine::new(EngineId::new(b"12345678").unwrap(), 9, Instant::now())
}

fn keys() -> Arc<Keys> {
    CACHE.find(&user(), engine().id()).unwrap_or_else(|work| CACHE.put(work.run()))
}

/// An inform with request-id 300 and varbinds of so many octets.
fn inform(octets: usize) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.constructed(tag::INFORM_REQUEST, |writer| {
        writer.octets(tag::SEQUENCE, &vec![0xaa; octets]);
        writer.integer(tag::INTEGER, 99);
        writer.integer(tag::INTEGER, 5);
        writer.integer(tag::INTEGER, 300);
    });
    writer.finish()
}

/// A message to our engine with this PDU.
fn message(level: SecurityLevel, reportable: bool, pdu: &[u8]) -> Vec<u8> {
    let engine = engine();
    let engine_id = engine.id().octets();
    let header = Header { id: 77, reportable, engine_id, boots: 9, time: 0, user: b"monitor" };
    v3::write_at(level, &header, &keys(), 200, |writer| {
        v3::write_scoped_pdu(b"context engine", b"vlan-7", writer, |writer| {
            let (tag, content) = Reader::new(pdu).element().unwrap();
            writer.octets(tag, content);
        });
    })
}

fn received(datagram: &[u8]) -> ReceivedV3<'_> {
    let Ok(Received::V3(message)) = Received::read(datagram) else { panic!("not of version 3") };
    message
}

/// The message of a Response to an inform that can be answered.
fn response(answer: Option<InformAnswer>) -> Option<Vec<u8>> {
    let Some(InformAnswer::Response(answer)) = answer else { panic!("{answer:?}") };
    Some(answer)
}

/// Opens an answer and shows it.
fn shown(answer: Option<Vec<u8>>) -> String {
    let Some(answer) = answer else { return "nothing".into() };
    let message = received(&answer);
    assert_eq!((message.id, message.reportable, message.user), (77, false, &b"monitor"[..]));
    assert_eq!((message.engine_id, message.boots), (&b"12345678"[..], 9));
    let opened = message.open(&keys()).unwrap();
    let pdu: String = opened.pdu().iter().map(|octet| format!("{octet:02x}")).collect();
    let context = opened.context_engine_id().escape_ascii();
    format!("{} {} octets, context {context}: {pdu}", message.level, answer.len())
}

#[test]
fn a_response_is_as_secure_as_its_inform_and_without_an_error() {
    for level in [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv, SecurityLevel::AuthPriv] {
        let datagram = message(level, true, &inform(2));
        let inform = received(&datagram);
        let opened = inform.open(&keys()).unwrap();
        let shown = shown(response(inform.response(&opened, Some(&keys()), &engine(), Instant::now())));
        let expected = "octets, context context engine: a20e0202012c0201000201003002aaaa";
        assert!(shown.starts_with(level.as_str()) && shown.ends_with(expected), "{shown}");
    }
}

#[test]
fn a_response_that_is_larger_than_its_receiver_takes_says_so() {
    // msgMaxSize is the fourth element; 65507 takes three octets. 484 is the least that counts.
    let mut datagram = message(SecurityLevel::NoAuthNoPriv, true, &inform(600));
    let place = datagram.windows(5).position(|octets| octets == [2, 3, 0, 0xff, 0xe3]).unwrap();
    datagram[place..place + 5].copy_from_slice(&[2, 3, 0, 0, 9]);
    let inform = received(&datagram);
    assert_eq!(inform.max_octets, 9);
    let opened = inform.open(&keys()).unwrap();
    let answer = inform.response(&opened, None, &engine(), Instant::now());
    let Some(InformAnswer::TooBig(excuse)) = answer else { panic!("{answer:?}") };
    let shown = shown(excuse);
    assert!(shown.ends_with("octets, context context engine: a20c0202012c0201010201003000"), "{shown}");
}

#[test]
fn an_inform_without_an_id_or_a_list_has_no_response() {
    for pdu in ["a6 00", "a6 02 04 00", "a6 09 02 01 01 02 01 00 02 01 00", "a6 0b 02 01 01 02 01 00 02 01 00 04 00"] {
        let datagram = message(SecurityLevel::NoAuthNoPriv, true, &hex(pdu));
        let inform = received(&datagram);
        let opened = inform.open(&keys()).unwrap();
        assert_eq!(inform.response(&opened, None, &engine(), Instant::now()), None, "{pdu}");
    }
}

#[test]
fn a_community_response_keeps_community_and_id() {
    let datagram = hex("30 17 02 01 01 04 01 63 a6 0f 02 04 7f ff ff ff 02 01 05 02 02 01 00 30 00");
    let Ok(Received::Community(inform)) = Received::read(&datagram) else { panic!("no community message") };
    let expected = hex("30 16 02 01 01 04 01 63 a2 0e 02 04 7f ff ff ff 02 01 00 02 01 00 30 00");
    assert_eq!(inform.response(), Some(InformAnswer::Response(expected)));
}

/// The Report for a message of this level that holds a PDU with request-id 5.
#[track_caller]
fn check_report(why: &Report, level: SecurityLevel, reportable: bool, pdu_tag: &str, expected: &str) {
    let pdu = hex(&format!("{pdu_tag} 0b 02 01 05 02 01 00 02 01 00 30 00"));
    let datagram = message(level, reportable, &pdu);
    let report = received(&datagram).report(why, 3_000_000_000, Some(&keys()), &engine(), Instant::now());
    assert_eq!(shown(report), expected);
}

#[test]
fn a_report_tells_a_counter_and_goes_to_those_who_want_it() {
    use SecurityLevel::{AuthNoPriv, AuthPriv, NoAuthNoPriv};
    let varbinds = "02010002010030153013060a2b060106030f01010";
    let count = "410500b2d05e00";
    let plain = format!("noAuthNoPriv 102 octets, context 12345678: a820020105{varbinds}400{count}");
    check_report(&Report::UnknownEngineId, NoAuthNoPriv, true, "a0", &plain);
    let plain = format!("noAuthNoPriv 102 octets, context 12345678: a820020105{varbinds}500{count}");
    check_report(&Report::WrongDigest, AuthNoPriv, true, "a6", &plain);
    // What is encrypted has no request-id that could be read.
    let unknown = format!("noAuthNoPriv 102 octets, context 12345678: a820020100{varbinds}300{count}");
    check_report(&Report::UnknownUserName, AuthPriv, true, "a6", &unknown);
    let signed = format!("authNoPriv 126 octets, context 12345678: a820020100{varbinds}200{count}");
    check_report(&Report::NotInTimeWindow, AuthPriv, true, "a6", &signed);
    check_report(&Report::UnknownEngineId, NoAuthNoPriv, false, "a0", "nothing");
    check_report(&Report::UnknownEngineId, AuthPriv, false, "a6", "nothing");
    for unconfirmed in ["a2", "a7", "a8"] {
        check_report(&Report::UnknownEngineId, NoAuthNoPriv, true, unconfirmed, "nothing");
    }
    check_report(&Report::UnknownContext, NoAuthNoPriv, true, "a0", "nothing");
}

proptest! {
    #[test]
    fn damaged_informs_are_answered_without_a_panic(place in 0..150usize, octet: u8, end in 0..160usize) {
        let mut damaged = message(SecurityLevel::NoAuthNoPriv, true, &inform(9));
        if let Some(place) = damaged.get_mut(place) {
            *place = octet;
        }
        damaged.truncate(end);
        if let Ok(Received::V3(message)) = Received::read(&damaged) {
            let (engine, now) = (engine(), Instant::now());
            let report = message.report(&Report::UnknownEngineId, 1, None, &engine, now);
            prop_assert!(report.is_none_or(|report| report.len() <= 150));
            if let Ok(opened) = message.open_unsecured() {
                let _ = message.response(&opened, None, &engine, now);
            }
        }
    }
}
