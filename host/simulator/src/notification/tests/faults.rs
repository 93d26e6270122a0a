//! What faults make of a notification, as a short transcript of what goes out.

use std::time::Duration;

use expect_test::{Expect, expect};
use snmp::Value;

use super::{super::Event, Sender, SimulatedNotification, device, link_down};
use crate::{
    AuthProtocol, FaultPlan, SimulatedEngine, SimulatedUser,
    ber::{Reader, tag},
    v3::Usm,
};

const PASSWORD: &str = "authpass-1234";

/// Tells what is in a datagram of version 1 or 2c.
fn tell(datagram: &[u8]) -> String {
    read(datagram).unwrap_or_else(|| format!("{} octets that are no message", datagram.len()))
}

fn read(datagram: &[u8]) -> Option<String> {
    let mut message = Reader::new(Reader::new(datagram).expect(tag::SEQUENCE).ok()?);
    let mut said = format!("version {} ", message.integer().ok()?);
    said += &String::from_utf8_lossy(message.expect(tag::OCTET_STRING).ok()?);
    let (pdu_tag, content) = message.element().ok()?;
    said += &format!(" {pdu_tag:x}:");
    let mut pdu = Reader::new(content);
    if pdu_tag == tag::TRAP_V1 {
        let enterprise = pdu.oid().ok()?;
        pdu.element().ok()?;
        said += &format!(" {enterprise} {}/{}", pdu.integer().ok()?, pdu.integer().ok()?);
        pdu.element().ok()?;
    } else {
        said += &format!(" {} {} {}", pdu.integer().ok()?, pdu.integer().ok()?, pdu.integer().ok()?);
    }
    let mut list = Reader::new(pdu.expect(tag::SEQUENCE).ok()?);
    let mut names = Vec::new();
    while !list.is_empty() {
        let varbind = list.varbind().ok()?;
        let name = varbind.name.to_string();
        let short = name.strip_prefix("1.3.6.1.").unwrap_or(&name).to_owned();
        names.push(match varbind.value {
            Value::OctetString(octets) => format!("{short} of {} octets", octets.len()),
            Value::Counter64(_) => format!("{short} of 64 bits"),
            _ => short,
        });
    }
    let more = names.len().saturating_sub(7);
    names.truncate(7);
    said += &format!(" | {}", names.join(", "));
    Some(if more > 0 { format!("{said} and {more} more") } else { said })
}

async fn check(notification: &SimulatedNotification, plans: &[&str], expected: &Expect) {
    let mut said = String::new();
    for plan in plans {
        let faults: FaultPlan = plan.parse().unwrap();
        let sender = Sender::builder("127.0.0.1:9".parse().unwrap()).first_id(1).faults(faults).bind().await.unwrap();
        let told = format!("{plan}: {}", tell(sender.prepare(notification).octets()));
        said += &format!("{}\n", told.trim_end_matches([' ', '|']));
    }
    expected.assert_eq(&said);
}

#[tokio::test]
async fn a_trap_of_version_2_may_be_wrong() {
    let plans = [
        "nouptime",
        "notrapoid",
        "swapfirst",
        "noinstance",
        "reorder",
        "fewer",
        "extra",
        "emptyvbl",
        "many",
        "huge:9000",
        "generic",
        "badstatus",
        "pdutype:a6",
        "wrongver",
        "wrongcomm",
        "trunc",
        "trailing:9",
        "indef",
        "nonmin",
        "garbage",
    ];
    check(&link_down(), &plans, &expect![[r#"
        nouptime: version 1 public a7: 1 0 0 | 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        notrapoid: version 1 public a7: 1 0 0 | 2.1.1.3.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        swapfirst: version 1 public a7: 1 0 0 | 6.3.1.1.4.1.0, 2.1.1.3.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        noinstance: version 1 public a7: 1 0 0 | 2.1.1.3, 6.3.1.1.4.1, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        reorder: version 1 public a7: 1 0 0 | 6.3.1.1.4.3.0, 2.1.2.2.1.8.3, 2.1.2.2.1.7.3, 2.1.2.2.1.1.3, 6.3.1.1.4.1.0, 2.1.1.3.0
        fewer: version 1 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3
        extra: version 1 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0, 4.1.8072.9999.1 of 7 octets
        emptyvbl: version 1 public a7: 1 0 0
        many: version 1 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0, 4.1.8072.9999.1.0 and 999 more
        huge:9000: version 1 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0, 4.1.8072.9999.1.0 of 9000 octets
        generic: version 1 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        badstatus: version 1 public a7: 1 99 1000 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        pdutype:a6: version 1 public a6: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        wrongver: version 0 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        wrongcomm: version 1 nobody a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        trunc: 73 octets that are no message
        trailing:9: version 1 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        indef: 148 octets that are no message
        nonmin: version 1 public a7: 1 0 0 | 2.1.1.3.0, 6.3.1.1.4.1.0, 2.1.2.2.1.1.3, 2.1.2.2.1.7.3, 2.1.2.2.1.8.3, 6.3.1.1.4.3.0
        garbage: 120 octets that are no message
    "#]]).await;
}

#[tokio::test]
async fn a_trap_of_version_1_may_be_wrong() {
    let trap = Event::ColdStart.v1(&device(), [192, 0, 2, 1].into(), 1);
    check(
        &trap,
        &["", "generic", "generic:99", "c64v1", "many:2", "wrongver", "pdutype:a7"],
        &expect![[r#"
            : version 0 public a4: 1.3.6.1.4.1.32473.1.1.1 0/0
            generic: version 0 public a4: 1.3.6.1.4.1.32473.1.1.1 7/0
            generic:99: version 0 public a4: 1.3.6.1.4.1.32473.1.1.1 99/0
            c64v1: version 0 public a4: 1.3.6.1.4.1.32473.1.1.1 0/0 | 2.1.31.1.1.1.6.1 of 64 bits
            many:2: version 0 public a4: 1.3.6.1.4.1.32473.1.1.1 0/0 | 4.1.8072.9999.1.0, 4.1.8072.9999.1.1
            wrongver: version 1 public a4: 1.3.6.1.4.1.32473.1.1.1 0/0
            pdutype:a7: 45 octets that are no message
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_trap_of_version_3_may_be_wrong() {
    let user = || SimulatedUser::new("u").auth(AuthProtocol::Sha, PASSWORD);
    let mut usm = Usm::new(&[user()]).unwrap();
    let mut said = String::new();
    for plan in [
        "",
        "badmac",
        "emptymac",
        "shortmac",
        "downgrade",
        "wronguser",
        "oldtime",
        "ago:60",
        "ago",
        "engother",
        "boots:3",
        "latched",
        "wrongmsgid",
    ] {
        let engine = SimulatedEngine::new([0x80, 0, 0, 0, 5, 1]).unwrap();
        let builder = Sender::builder("127.0.0.1:9".parse().unwrap()).first_id(1).engine(engine).user(user());
        let sender = builder.faults(plan.parse::<FaultPlan>().unwrap()).bind().await.unwrap();
        let opened = usm.open(sender.prepare(&link_down()).octets()).unwrap();
        let engine: String = opened.clock.id.iter().map(|octet| format!("{octet:02x}")).collect();
        let authentic = if opened.is_authentic { "authentic" } else { "not authentic" };
        let (id, boots, time) = (opened.message_id, opened.clock.boots, opened.clock.time);
        said += &format!("{plan}: {authentic}, {id} of {engine} at {boots}/{time}\n");
    }
    expect![[r#"
        : authentic, 268435457 of 800000000501 at 7/100
        badmac: not authentic, 268435457 of 800000000501 at 7/100
        emptymac: not authentic, 268435457 of 800000000501 at 7/100
        shortmac: not authentic, 268435457 of 800000000501 at 7/100
        downgrade: not authentic, 268435457 of 800000000501 at 7/100
        wronguser: not authentic, 268435457 of 800000000501 at 7/100
        oldtime: authentic, 268435457 of 800000000501 at 6/100
        ago:60: authentic, 268435457 of 800000000501 at 7/40
        ago: authentic, 268435457 of 800000000501 at 7/0
        engother: authentic, 268435457 of 8000000005fe at 7/100
        boots:3: authentic, 268435457 of 800000000501 at 3/100
        latched: authentic, 268435457 of 800000000501 at 2147483647/100
        wrongmsgid: authentic, 268435456 of 800000000501 at 7/100
    "#]]
    .assert_eq(&said);
}

#[tokio::test]
async fn an_old_datagram_can_be_sent_again() {
    let receiver = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let sender = Sender::builder(receiver.local_addr().unwrap()).bind().await.unwrap();
    let old = sender.send(&link_down()).await.unwrap();
    sender.transmit_raw(old.octets()).await.unwrap();
    let mut datagrams = [[0_u8; 500]; 2];
    for datagram in &mut datagrams {
        tokio::time::timeout(Duration::from_secs(60), receiver.recv(datagram)).await.unwrap().unwrap();
    }
    assert_eq!(datagrams[0], datagrams[1]);
}
