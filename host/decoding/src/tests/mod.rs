//! Whole inputs through the sandbox: what goes in as text, what comes out in words.

mod daemons;
mod names;
mod oddities;
pub(super) mod packets;
mod recorded;
mod streams;

use expect_test::{Expect, expect};
use packets::*;
use runtime::{PluginSet, RuntimeOptions};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::*;

/// A decoder with the bundled plugins. They are compiled once for all tests.
pub(super) async fn decoding() -> &'static Decoding {
    static CACHE: std::sync::OnceLock<tempfile::TempDir> = std::sync::OnceLock::new();
    static PARTS: OnceCell<Decoding> = OnceCell::const_new();
    let start = || async {
        let cache_dir = CACHE.get_or_init(|| tempfile::tempdir().unwrap()).path().to_owned();
        let options = RuntimeOptions { cache_dir: Some(cache_dir), ..RuntimeOptions::default() };
        let runtime = Runtime::new(options).unwrap();
        let bundled = [bundle::TRAP_DECODERS, bundle::TRAP_ENRICHERS];
        let bundled = bundled.into_iter().flatten().map(|plugin| (plugin.name, plugin.wasm));
        let plugins = PluginSet::load(&runtime, bundled, None).await;
        assert!(plugins.problems().is_empty(), "{:?}", plugins.problems());
        let limits = DecodeLimits { concurrent: 100, text_bytes: 1 << 20, ..DecodeLimits::default() };
        Decoding::new(runtime, LivePlugins::fixed(plugins), limits, CommunityRefs::new(b"a secret".to_vec().into()))
    };
    PARTS.get_or_init(start).await
}

/// The answer to an input, as JSON.
pub(super) async fn decoded(input: impl AsRef<[u8]>, format: Format, users: &[User]) -> Value {
    let request = Request { input: input.as_ref().to_vec(), format, users: users.to_vec() };
    serde_json::to_value(decoding().await.decode(request).await.unwrap()).unwrap()
}

/// Decodes an input and shows each message in a line, and what is wrong.
async fn check(input: impl AsRef<[u8]>, expected: Expect) {
    expected.assert_eq(&lines(&decoded(input, Format::Auto, &[]).await));
}

fn lines(answer: &Value) -> String {
    let mut text = String::new();
    for message in answer["messages"].as_array().unwrap() {
        let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let frame = &message["frame"];
        if frame.is_object() {
            let vlan: Vec<String> = frame["vlan"].as_array().unwrap().iter().map(|tag| tag["id"].to_string()).collect();
            text += &format!(
                "{} {} vlan {vlan:?} {}:{} > {}:{} ip {} udp {} fragments {} | ",
                word(&frame["captured_at"]),
                word(&frame["link"]["type"]),
                word(&frame["ip"]["src"]),
                frame["udp"]["src_port"],
                word(&frame["ip"]["dst"]),
                frame["udp"]["dst_port"],
                word(&frame["ip"]["checksum"]),
                word(&frame["udp"]["checksum"]),
                frame["ip"]["fragments"],
            );
        }
        let varbinds = message["varbinds"].as_array().unwrap().len();
        let record = if message["record"].is_object() { ", a record" } else { "" };
        text += &format!(
            "{} {} {} {varbinds} varbinds{record}: {}\n",
            word(&message["version"]),
            word(&message["pdu"]),
            message["request_id"],
            message["tree"]["summary"].as_str().unwrap_or("no tree"),
        );
    }
    for problem in answer["problems"].as_array().unwrap() {
        text += &format!("! {problem}\n");
    }
    text
}

#[tokio::test]
async fn every_layer_is_found_by_itself() {
    let message = get_request();
    let udp = udp(V4, 49_152, 161, &message);
    let packets = [
        message.clone(),
        pdu(),
        udp.clone(),
        ipv4(&udp, &[]),
        ipv4(&udp, &[7, 3, 4, 0]),
        ipv6(&packets::udp(V6, 49_152, 161, &message), false),
        ipv6(&packets::udp(V6, 49_152, 161, &message), true),
        ethernet(&[], &ipv4(&udp, &[])),
        ethernet(&[(0x8100, 7)], &ipv4(&udp, &[])),
        ethernet(&[(0x88a8, 100), (0x8100, 7)], &ipv4(&udp, &[])),
    ];
    let text: String = packets.iter().map(|packet| const_hex::encode(packet) + "\n").collect();
    check(
        text,
        expect![[r#"
            2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null get 7 1 varbinds: GetRequest-PDU, 1 varbind
            null null vlan [] null:49152 > null:161 ip null udp unverifiable fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null null vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null null vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null null vlan [] 2001:db8::1:49152 > 2001:db8::2:161 ip none udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null null vlan [] 2001:db8::1:49152 > 2001:db8::2:161 ip none udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null ethernet vlan ["7"] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
            null ethernet vlan ["100", "7"] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        "#]],
    )
    .await;
}

#[tokio::test]
async fn every_way_to_write_a_packet_is_read() {
    let packet = ethernet(&[], &ipv4(&udp(V4, 49_152, 161, &get_request()), &[]));
    let plain = decoded(const_hex::encode(&packet), Format::Auto, &[]).await;
    assert_eq!(plain["problems"].as_array().unwrap().len(), 0, "{plain}");
    for (name, text) in written(&packet) {
        let answer = decoded(&text, Format::Auto, &[]).await;
        assert_eq!(lines(&answer), lines(&plain), "{name}:\n{text}");
    }
    assert_eq!(decoded(&packet, Format::Auto, &[]).await, plain);
    assert_eq!(decoded(&packet, Format::Binary, &[]).await, plain);
}

#[tokio::test]
async fn captures_of_every_kind_are_read() {
    let frame = ethernet(&[], &ipv4(&udp(V4, 49_152, 161, &get_request()), &[]));
    let ip = ipv4(&udp(V4, 49_152, 161, &get_request()), &[]);
    let arp = [&[0xff; 6][..], &[2; 6], &[8, 6], &[0; 28]].concat();
    let mut shown = String::new();
    for (is_big, nanos) in [(false, false), (false, true), (true, false), (true, true)] {
        shown += &lines(&decoded(pcap(is_big, nanos, 1, &[&frame]), Format::Auto, &[]).await);
    }
    let cooked = [&[0, 0, 0, 1, 0, 6, 2, 0xfc, 0, 0, 0, 1, 0, 0, 8, 0][..], &ip].concat();
    let cooked_2 = [&[8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0xfc, 0, 0, 0, 1, 0, 0][..], &ip].concat();
    let null = [&[2, 0, 0, 0][..], &ip].concat();
    for (link, octets) in [(101, &ip), (113, &cooked), (276, &cooked_2), (0, &null), (108, &null), (228, &ip)] {
        shown += &lines(&decoded(pcap(false, false, link, &[octets]), Format::Auto, &[]).await);
    }
    for is_big in [false, true] {
        shown += &lines(&decoded(pcapng(is_big, &[&frame, &arp]), Format::Auto, &[]).await);
    }
    expect![[r#"
        2023-11-14T22:13:20.25Z ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.00025Z ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.00025Z ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z null vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z linux-cooked vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z linux-cooked-v2 vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z loopback vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z loopback vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z null vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        2023-11-14T22:13:20.25Z ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip ok udp ok fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
    "#]].assert_eq(&shown);
}

#[tokio::test]
async fn fragments_are_put_together_and_those_that_never_come_are_told() {
    let udp_4 = udp(V4, 49_152, 162, &trap());
    let [first, second] = ipv4_fragments(&udp_4, 40);
    let udp_6 = udp(V6, 49_152, 162, &trap());
    let [six, more] = ipv6_fragments(&udp_6, 40);
    let capture = pcap(false, false, 101, &[&second, &six, &first, &more]);
    check(capture, expect![[r#"
        2023-11-14T22:13:20.25Z null vlan [] 192.0.2.1:49152 > 192.0.2.2:162 ip ok udp ok fragments 2 | 2c trap 9 2 varbinds, a record: SNMPv2c, SNMPv2-Trap-PDU, IF-MIB::linkDown, 2 varbinds
        2023-11-14T22:13:20.25Z null vlan [] 2001:db8::1:49152 > 2001:db8::2:162 ip none udp ok fragments 2 | 2c trap 9 2 varbinds, a record: SNMPv2c, SNMPv2-Trap-PDU, IF-MIB::linkDown, 2 varbinds
    "#]]).await;
    check(pcap(false, false, 101, &[&first]), expect![[r#"
        2023-11-14T22:13:20.25Z null vlan [] 192.0.2.1:49152 > 192.0.2.2:162 ip ok udp unverifiable fragments 1 | 2c trap 9 1 varbinds, a record: SNMPv2c, SNMPv2-Trap-PDU, 1 varbind
        ! {"packet":1,"part":"message","offset":32,"text":"message is 64 octets long by its length at octet 1, but only 30 follow: it breaks off at octet 32"}
        ! {"packet":1,"part":"message","offset":32,"text":"PDU is 51 octets long by its length at octet 14, but only 17 follow: it breaks off at octet 32"}
        ! {"packet":1,"part":"message","offset":32,"text":"variable-bindings is 40 octets long by its length at octet 25, but only 6 follow: it breaks off at octet 32"}
        ! {"packet":1,"part":"message","offset":32,"text":"varbind is 13 octets long by its length at octet 27, but only 4 follow: it breaks off at octet 32"}
        ! {"packet":1,"part":"message","offset":32,"text":"name is 8 octets long by its length at octet 29, but only 2 follow: it breaks off at octet 32"}
        ! {"packet":1,"part":"message","offset":32,"text":"value should stand here, but its container ends"}
        ! {"packet":1,"part":"frame","offset":null,"text":"a datagram lacks fragments: 1 came"}
    "#]]).await;
    check(
        pcap(false, false, 101, &[&second]),
        expect![[r#"
        ! {"packet":1,"part":"frame","offset":null,"text":"a datagram lacks fragments: 1 came"}
    "#]],
    )
    .await;
}

#[tokio::test]
async fn each_octet_around_a_message_has_its_place() {
    let udp = udp(V4, 49_152, 161, &get_request());
    let mut frame = ethernet(&[(0x88a8, 100), (0x8100, 0xa007)], &ipv4(&udp, &[7, 3, 4, 0]));
    frame.extend([0, 0, 0]);
    let answer = decoded(const_hex::encode(&frame), Format::Auto, &[]).await;
    let mut shown = String::new();
    for header in answer["messages"][0]["frame"]["nodes"].as_array().unwrap() {
        shown += &format!("{} {} {}\n", header["offset"], header["name"], header["raw"]);
        for field in header["children"].as_array().unwrap() {
            shown += &format!("  {} {} {} {}\n", field["offset"], field["name"], field["raw"], field["text"]);
        }
    }
    expect![[r#"
        0 "Ethernet" ""
          0 "destination" "00005e005301" "00:00:5e:00:53:01"
          6 "source" "00005e005302" "00:00:5e:00:53:02"
          12 "tag type" "88a8" "802.1ad"
          14 "VLAN tag" "0064" "VLAN 100, priority 0"
          16 "tag type" "8100" "802.1Q"
          18 "VLAN tag" "a007" "VLAN 7, priority 5"
          20 "type" "0800" "IPv4"
        22 "IPv4" ""
          22 "version, header length" "46" "0x46"
          23 "service" "00" "0x00"
          24 "total length" "0048" "72"
          26 "identification" "1234" "0x1234"
          28 "flags, fragment offset" "0000" "0x0000"
          30 "time to live" "40" "64"
          31 "protocol" "11" "UDP (17)"
          32 "header checksum" "d86a" "0xd86a"
          34 "source" "c0000201" "192.0.2.1"
          38 "destination" "c0000202" "192.0.2.2"
          42 "options" "07030400" null
        46 "UDP" ""
          46 "source port" "c000" "49152"
          48 "destination port" "00a1" "161"
          50 "length" "0030" "48"
          52 "checksum" "81a9" "0x81a9"
        94 "padding" "000000"
    "#]]
    .assert_eq(&shown);
}

#[tokio::test]
async fn wrong_checksums_are_told_and_change_nothing_else() {
    let mut frame = ethernet(&[], &ipv4(&udp(V4, 49_152, 161, &get_request()), &[]));
    frame[14 + 10] ^= 1;
    frame[14 + 20 + 6] ^= 1;
    check(const_hex::encode(&frame), expect![[r#"
        null ethernet vlan [] 192.0.2.1:49152 > 192.0.2.2:161 ip wrong udp wrong fragments null | 2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
    "#]]).await;
}

#[tokio::test]
async fn broken_input_is_explained_up_to_where_it_breaks() {
    check(
        "",
        expect![[r#"
        ! {"packet":null,"part":"input","offset":null,"text":"there is nothing to decode"}
    "#]],
    )
    .await;
    check("30 26 02 01 01 zz", expect![[r#"
        2c null null 0 varbinds: SNMPv2c
        ! {"packet":null,"part":"input","line":1,"column":16,"offset":null,"text":"`z` is not a hexadecimal digit"}
        ! {"packet":1,"part":"message","offset":5,"text":"message is 38 octets long by its length at octet 1, but only 3 follow: it breaks off at octet 5"}
        ! {"packet":1,"part":"message","offset":5,"text":"community should stand here, but its container ends"}
        ! {"packet":1,"part":"message","offset":5,"text":"PDU should stand here, but its container ends"}
    "#]]).await;
    check("30 26 02 01 01 0", expect![[r#"
        2c null null 0 varbinds: SNMPv2c
        ! {"packet":null,"part":"input","line":1,"column":17,"offset":null,"text":"a hexadecimal digit is missing: there are 11, and two make an octet"}
        ! {"packet":1,"part":"message","offset":5,"text":"message is 38 octets long by its length at octet 1, but only 3 follow: it breaks off at octet 5"}
        ! {"packet":1,"part":"message","offset":5,"text":"community should stand here, but its container ends"}
        ! {"packet":1,"part":"message","offset":5,"text":"PDU should stand here, but its container ends"}
    "#]]).await;
    check(
        "hello world",
        expect![[r#"
            ! {"packet":null,"part":"input","line":1,"column":1,"offset":null,"text":"`h` is not a hexadecimal digit"}
        "#]],
    )
    .await;
    check(
        "MCYCAQE*",
        expect![[r#"
            ! {"packet":null,"part":"input","line":1,"column":8,"offset":null,"text":"not a character of base64"}
        "#]],
    )
    .await;
    let mut cut = get_request();
    cut.truncate(30);
    check(const_hex::encode(&cut), expect![[r#"
        2c get 7 1 varbinds: SNMPv2c, GetRequest-PDU, 1 varbind
        ! {"packet":1,"part":"message","offset":30,"text":"message is 38 octets long by its length at octet 1, but only 28 follow: it breaks off at octet 30"}
        ! {"packet":1,"part":"message","offset":30,"text":"PDU is 25 octets long by its length at octet 14, but only 15 follow: it breaks off at octet 30"}
        ! {"packet":1,"part":"message","offset":30,"text":"variable-bindings is 14 octets long by its length at octet 25, but only 4 follow: it breaks off at octet 30"}
        ! {"packet":1,"part":"message","offset":30,"text":"varbind is 12 octets long by its length at octet 27, but only 2 follow: it breaks off at octet 30"}
        ! {"packet":1,"part":"message","offset":30,"text":"name is 8 octets long by its length at octet 29, but only 0 follow: it breaks off at octet 30"}
        ! {"packet":1,"part":"message","offset":30,"text":"value should stand here, but its container ends"}
    "#]]).await;
    check("deadbeef", expect![[r#"
        null null null 0 varbinds: 
        ! {"packet":1,"part":"message","offset":0,"text":"message should be SEQUENCE (0x30), but is unknown (0xde)"}
        ! {"packet":1,"part":"message","offset":4,"text":"message breaks off within its identifier and length, at octet 4"}
    "#]]).await;
    let mut capture = pcap(false, false, 101, &[&ipv4(&udp(V4, 1, 161, &get_request()), &[])]);
    capture.truncate(60);
    check(capture, expect![[r#"
        ! {"packet":null,"part":"capture","offset":24,"text":"the capture breaks off at octet 24: what begins there is incomplete or wrong"}
    "#]]).await;
}

#[tokio::test]
async fn a_message_of_version_3_is_read_as_far_as_the_passwords_reach() {
    let Some(sealed) = recorded::encrypted() else { return };
    let text = const_hex::encode(&sealed.octets);
    let shown = |answer: &Value| {
        let message = &answer["messages"][0];
        format!("{} {} {}", message["pdu"], message["security"], answer["problems"])
    };
    let mut lines = String::new();
    for users in [vec![], vec![sealed.user("other", "", "")], vec![sealed.user("", "wrong password", "")]] {
        lines += &shown(&decoded(&text, Format::Auto, &users).await);
        lines.push('\n');
    }
    let answer = decoded(&text, Format::Auto, &[sealed.user("", "", "")]).await;
    lines += &shown(&answer);
    expect![[r#"
        "encrypted" {"user":"lextm","level":"authPriv","engine_id":"80001f8880e9630000d61ff449","engine_boots":0,"engine_time":0,"context":null,"context_engine_id":null,"authentic":false,"decrypted":false} [{"packet":1,"part":"security","offset":null,"text":"the message is encrypted for the user \"lextm\": give this user's passwords to read on"}]
        "encrypted" {"user":"lextm","level":"authPriv","engine_id":"80001f8880e9630000d61ff449","engine_boots":0,"engine_time":0,"context":null,"context_engine_id":null,"authentic":false,"decrypted":false} [{"packet":1,"part":"security","offset":null,"text":"none of the users given has the name \"lextm\""}]
        "encrypted" {"user":"lextm","level":"authPriv","engine_id":"80001f8880e9630000d61ff449","engine_boots":0,"engine_time":0,"context":null,"context_engine_id":null,"authentic":false,"decrypted":false} [{"packet":1,"part":"security","offset":null,"text":"user \"lextm\": authentication failure: wrong password or protocol (or the message was changed in transit)"}]
        "trap" {"user":"lextm","level":"authPriv","engine_id":"80001f8880e9630000d61ff449","engine_boots":0,"engine_time":0,"context":"","context_engine_id":"","authentic":true,"decrypted":true} []"#]].assert_eq(&lines);
    let nodes = answer["messages"][0]["tree"].to_string();
    assert!(nodes.contains("\"decrypted\":{\"part\":\"scoped-pdu\""), "{nodes}");
}
