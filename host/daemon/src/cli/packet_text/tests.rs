use expect_test::{Expect, expect};
use serde_json::{json, value::to_raw_value};

use super::*;
use crate::decode::PacketCounts;

fn check(messages: &[Value], problems: Vec<Wrong>, ink: Ink, expected: &Expect) {
    let messages: Vec<_> = messages.iter().map(|message| to_raw_value(message).unwrap()).collect();
    let packets = PacketCounts { read: 1, other: 0 };
    expected.assert_eq(&text(&Answer { messages, problems, packets }, ink));
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
        &[trap()],
        vec![],
        Ink::None,
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
fn what_is_wrong_is_told_with_its_place() {
    let problems = vec![
        Wrong::in_text((2, 7), "`z` is no hexadecimal digit"),
        Wrong::new("message", Some(1), "it breaks off").at(29),
        Wrong::new("security", Some(1), "user \"ann\": wrong digest"),
    ];
    check(
        &[],
        problems,
        Ink::None,
        &expect![[r#"
        ! line 2, character 7: `z` is no hexadecimal digit
        ! message, octet 29 (0x1d): it breaks off
        ! security: user "ann": wrong digest
    "#]],
    );
}

#[test]
fn colours_are_only_there_where_they_are_wanted() {
    let problems = || vec![Wrong::new("message", Some(1), "\u{1b}[2J")];
    let coloured = text(&Answer { problems: problems(), ..Answer::default() }, Ink::Colours);
    assert_eq!(coloured, "\u{1b}[31m! message: \u{fffd}[2J\u{1b}[0m\n");
    check(
        &[],
        problems(),
        Ink::None,
        &expect![[r#"
        ! message: �[2J
    "#]],
    );
}
