use expect_test::{Expect, expect};
use serde_json::{json, value::to_raw_value};

use super::*;
fn check(decoded: &[Decoded], colours: Colours, expected: &Expect) {
    expected.assert_eq(&text(decoded, colours));
}

fn text(decoded: &[Decoded], colours: Colours) -> String {
    let mut text = PacketText::new(colours);
    decoded.iter().map(|decoded| text.text(decoded)).collect()
}

fn message(message: &Value, problems: Vec<PacketProblem>) -> Decoded {
    Decoded::Message(to_raw_value(message).unwrap(), problems)
}

fn end(read: usize, others: &[(&str, usize)]) -> Decoded {
    let others: Vec<_> = others
        .iter()
        .map(|(what, packets)| OtherPackets { what: (*what).to_owned(), packets: *packets, first: 1 })
        .collect();
    Decoded::End(PacketCounts { read, other: others.iter().map(|other| other.packets).sum() }, others)
}

fn trap() -> Value {
    let node = |offset: u64, name: &str, raw: &str, text: &str| {
        json!({ "offset": offset, "name": name, "type": "INTEGER", "raw": raw, "value": 1, "text": text,
                "meaning": "what it is for", "children": [], "problem": null })
    };
    let mut encrypted = node(5, "encryptedPDU", "0409010203040506070809101112131415161718", "");
    encrypted["decrypted"] = json!({ "nodes": [node(0, "ScopedPDU", "3000", "")] });
    let mut root = node(0, "message", "3012", "");
    root["children"] = json!([node(2, "version", "020103", "SNMPv3"), encrypted]);
    root["problem"] = json!("it is too\u{1b}[31m short");
    json!({
        "frame": {
            "packet": 1, "captured_at": "2026-01-01T00:00:00Z",
            "link": { "type": "ethernet", "src": "02:00:00:00:00:01", "dst": "02:00:00:00:00:02" },
            "vlan": [{ "id": 7, "priority": 0 }],
            "ip": { "version": 6, "src": "2001:db8::1", "dst": "2001:db8::2", "fragments": 2, "checksum": "none" },
            "udp": { "src_port": 49152, "dst_port": 162, "checksum": "wrong" },
        },
        "version": "3", "pdu": "trap", "request_id": 9,
        "security": { "user": "ann\u{7}", "level": "authPriv", "engine_id": "8000", "engine_boots": 1, "engine_time": 2,
                      "authentic": true, "decrypted": true },
        "varbinds": [
            { "oid": "1.3.6.1.2.1.1.3.0", "name": "sysUpTime", "mib": "SNMPv2-MIB", "index": "0", "type": "timeticks",
              "value": 14, "text": "0:00:00.14" },
            { "oid": "1.3.6.1.4.1.9.1", "name": null, "mib": null, "index": null, "type": "octet-string", "value": null,
              "text": null, "hex": "ff00" },
        ],
        "flags": ["varbind_order"],
        "record": { "trap": { "oid": "1.3.6.1.6.3.1.1.5.3", "name": "linkDown", "mib": "IF-MIB" }, "severity": "error",
                    "uptime_ticks": 8_640_014, "enrichment": { "interface": { "ifindex": 3 } }, "decoded": {} },
        "tree": { "summary": "SNMPv3, authPriv, encrypted", "nodes": [root] },
    })
}

#[test]
fn a_trap_is_told_in_words_and_then_octet_by_octet() {
    check(
        &[message(&trap(), vec![]), end(1, &[])],
        Colours::None,
        &expect![[r#"
            Packet 1, 2026-01-01T00:00:00Z, ethernet 02:00:00:00:00:01 > 02:00:00:00:00:02, VLAN 7, [2001:db8::1]:49152 > [2001:db8::2]:162, 2 fragments, UDP checksum wrong
            SNMPv3, authPriv, encrypted
              user "ann\u{7}", authPriv, authentic and decrypted; engine 8000, boots 1, time 2
              trap: IF-MIB::linkDown (1.3.6.1.6.3.1.1.5.3), severity error
              the sender runs for 1 day 0:00:00.14
              about interface 3
              odd: varbind_order
              SNMPv2-MIB::sysUpTime.0 = 0:00:00.14
              1.3.6.1.4.1.9.1 = ff00

            0000  30 12                                            message  INTEGER  what it is for
                                                                   ! it is too�[31m short
            0002  02 01 03                                           version  INTEGER  SNMPv3  what it is for
            0005  04 09 01 02 03 04 05 06 07 08 09 10 11 12 13 14    encryptedPDU  INTEGER  what it is for
            0015  15 16 17 18
                                                                     decrypted, counted from its own beginning:
            0000  30 00                                                ScopedPDU  INTEGER  what it is for
        "#]],
    );
}

#[test]
fn what_is_wrong_is_told_below_its_message_or_with_its_packet() {
    let bare = json!({ "varbinds": [], "tree": { "summary": "SNMPv1", "nodes": [] } });
    let problems = vec![
        PacketProblem::new("message", Some(1), "it breaks off").at(29),
        PacketProblem::new("security", Some(1), "user \"ann\": wrong digest"),
    ];
    let decoded = [
        Decoded::Problem(PacketProblem::in_text((2, 7), "`z` is not a hexadecimal digit")),
        message(&bare, problems),
        Decoded::Problem(PacketProblem::new("frame", Some(2), "not read: EtherType 0x88b5")),
        message(&bare, vec![]),
        end(5, &[("EtherType 0x88b5", 1), ("ARP", 2)]),
    ];
    check(
        &decoded,
        Colours::None,
        &expect![[r#"
            ! line 2, character 7: `z` is not a hexadecimal digit

            SNMPv1


            ! message, octet 29 (0x1d): it breaks off
            ! security: user "ann": wrong digest
            ! packet 2, frame: not read: EtherType 0x88b5

            SNMPv1

            3 of 5 packets hold no SNMP that can be read: 1 EtherType 0x88b5, 2 ARP
        "#]],
    );
}

#[test]
fn a_capture_without_snmp_says_what_it_holds() {
    check(
        &[end(1, &[("ARP", 1)])],
        Colours::None,
        &expect![[r#"
            1 of 1 packet holds no SNMP that can be read: 1 ARP
        "#]],
    );
    let kinds: Vec<String> = (0..12).map(|number| format!("IP protocol {number}")).collect();
    let kinds: Vec<(&str, usize)> = kinds.iter().map(|kind| (kind.as_str(), 3)).collect();
    assert!(text(&[end(36, &kinds)], Colours::None).ends_with("3 IP protocol 9, 6 others\n"));
}

#[test]
fn colours_are_only_there_where_they_are_wanted() {
    let problem = || [Decoded::Problem(PacketProblem::new("message", None, "\u{1b}[2J"))];
    assert_eq!(text(&problem(), Colours::Colours), "\u{1b}[31m! message: \u{fffd}[2J\u{1b}[0m\n");
    check(
        &problem(),
        Colours::None,
        &expect![[r#"
        ! message: �[2J
    "#]],
    );
}
