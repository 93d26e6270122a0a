//! Messages taken apart.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::serde_json::Value;
use snmp_proxy_sdk::traps::Part;

use super::packet::*;
use super::tree;

fn check(part: Part, octets: &[u8], expected: &Expect) {
    let tree = tree(part, octets);
    let mut text = format!("{}: {}\n", tree["summary"].as_str().unwrap(), tree["complete"]);
    lines(&tree["nodes"], 0, &mut text);
    for problem in tree["problems"].as_array().unwrap() {
        text.push_str(&format!("! {}: {}\n", problem["offset"], problem["text"].as_str().unwrap()));
    }
    expected.assert_eq(&text);
}

fn lines(nodes: &Value, depth: usize, text: &mut String) {
    for node in nodes.as_array().unwrap() {
        text.push_str(&format!(
            "{:4} {:indent$}{} {} {} {}\n",
            node["offset"],
            "",
            node["name"].as_str().unwrap(),
            node["type"].as_str().unwrap(),
            node["raw"].as_str().unwrap(),
            node["text"].as_str().unwrap_or("-"),
            indent = depth * 2,
        ));
        lines(&node["children"], depth + 1, text);
    }
}

#[test]
fn a_message_of_version_1_is_taken_apart() {
    let varbinds = [varbind("1.3.6.1.2.1.2.2.1.8.3", integer(2))];
    check(
        Part::Message,
        &message(0, trap_v1("1.3.6.1.4.1.8072.3.2.10", 2, 0, &varbinds)),
        &expect![[r#"
            SNMPv1, Trap-PDU, linkDown(2), 1 varbind: true
            0 message SEQUENCE 303b -
            2   version INTEGER 020100 SNMPv1
            5   community OCTET STRING 04067075626c6963 public
            13   PDU Trap-PDU a42e -
            15     enterprise OBJECT IDENTIFIER 060a2b06010401bf0803020a 1.3.6.1.4.1.8072.3.2.10
            27     agent-addr IpAddress 4004c0000207 192.0.2.7
            33     generic-trap INTEGER 020102 linkDown(2)
            36     specific-trap INTEGER 020100 0
            39     time-stamp TimeTicks 43010e 0:00:00.14
            42     variable-bindings SEQUENCE 3011 1 varbind
            44       varbind SEQUENCE 300f 1.3.6.1.2.1.2.2.1.8.3 = 2
            46         name OBJECT IDENTIFIER 060a2b060102010202010803 1.3.6.1.2.1.2.2.1.8.3
            58         value INTEGER 020102 2
        "#]],
    );
}

#[test]
fn a_message_of_version_3_is_taken_apart_down_to_its_user() {
    check(
        Part::Message,
        &message_v3(4, scoped(trap(LINK_DOWN, &[]))),
        &expect![[r#"
            SNMPv3, noAuthNoPriv, SNMPv2-Trap-PDU, 1.3.6.1.6.3.1.1.5.3, 2 varbinds: true
            0 message SEQUENCE 3073 -
            2   version INTEGER 020103 SNMPv3
            5   msgGlobalData SEQUENCE 300e -
            7     msgID INTEGER 02014d 77
            10     msgMaxSize INTEGER 020300ffe3 65507
            15     msgFlags OCTET STRING 040104 noAuthNoPriv, reportable
            18     msgSecurityModel INTEGER 020103 3
            21   msgSecurityParameters OCTET STRING 041a -
            23     UsmSecurityParameters SEQUENCE 3018 -
            25       msgAuthoritativeEngineID OCTET STRING 040780001f88046162 enterprise 8072, text "ab"
            34       msgAuthoritativeEngineBoots INTEGER 020101 1
            37       msgAuthoritativeEngineTime INTEGER 020102 2
            40       msgUserName OCTET STRING 0403616e6e ann
            45       msgAuthenticationParameters OCTET STRING 0400 
            47       msgPrivacyParameters OCTET STRING 0400 
            49   ScopedPDU SEQUENCE 3042 -
            51     contextEngineID OCTET STRING 040980001f8801c0000201 enterprise 8072, IPv4 address 192.0.2.1
            62     contextName OCTET STRING 0400 
            64     PDU SNMPv2-Trap-PDU a733 -
            66       request-id INTEGER 020107 7
            69       error-status INTEGER 020100 noError(0)
            72       error-index INTEGER 020100 0
            75       variable-bindings SEQUENCE 3028 2 varbinds
            77         varbind SEQUENCE 300d 1.3.6.1.2.1.1.3.0 = 0:00:00.14
            79           name OBJECT IDENTIFIER 06082b06010201010300 1.3.6.1.2.1.1.3.0
            89           value TimeTicks 43010e 0:00:00.14
            92         varbind SEQUENCE 3017 1.3.6.1.6.3.1.1.4.1.0 = 1.3.6.1.6.3.1.1.5.3
            94           name OBJECT IDENTIFIER 060a2b060106030101040100 1.3.6.1.6.3.1.1.4.1.0
            106           value OBJECT IDENTIFIER 06092b0601060301010503 1.3.6.1.6.3.1.1.5.3
        "#]],
    );
}

#[test]
fn an_encrypted_message_is_shown_as_far_as_it_can_be_read() {
    check(
        Part::Message,
        &message_v3(3, element(0x04, &[1, 2, 3, 4])),
        &expect![[r#"
        SNMPv3, authPriv, encrypted: true
        0 message SEQUENCE 3035 -
        2   version INTEGER 020103 SNMPv3
        5   msgGlobalData SEQUENCE 300e -
        7     msgID INTEGER 02014d 77
        10     msgMaxSize INTEGER 020300ffe3 65507
        15     msgFlags OCTET STRING 040103 authPriv
        18     msgSecurityModel INTEGER 020103 3
        21   msgSecurityParameters OCTET STRING 041a -
        23     UsmSecurityParameters SEQUENCE 3018 -
        25       msgAuthoritativeEngineID OCTET STRING 040780001f88046162 enterprise 8072, text "ab"
        34       msgAuthoritativeEngineBoots INTEGER 020101 1
        37       msgAuthoritativeEngineTime INTEGER 020102 2
        40       msgUserName OCTET STRING 0403616e6e ann
        45       msgAuthenticationParameters OCTET STRING 0400 
        47       msgPrivacyParameters OCTET STRING 0400 
        49   encryptedPDU OCTET STRING 040401020304 0x01020304
    "#]],
    );
}

#[test]
fn a_decrypted_scoped_pdu_may_have_padding() {
    let octets = [scoped(pdu(0xa0, &[varbind("1.3.6.1.2.1.1.5.0", element(0x05, &[]))])), vec![0; 3]].concat();
    check(
        Part::ScopedPdu,
        &octets,
        &expect![[r#"
            GetRequest-PDU, 1 varbind: true
            0 ScopedPDU SEQUENCE 3028 -
            2   contextEngineID OCTET STRING 040980001f8801c0000201 enterprise 8072, IPv4 address 192.0.2.1
            13   contextName OCTET STRING 0400 
            15   PDU GetRequest-PDU a019 -
            17     request-id INTEGER 020107 7
            20     error-status INTEGER 020100 noError(0)
            23     error-index INTEGER 020100 0
            26     variable-bindings SEQUENCE 300e 1 varbind
            28       varbind SEQUENCE 300c 1.3.6.1.2.1.1.5.0 = NULL
            30         name OBJECT IDENTIFIER 06082b06010201010500 1.3.6.1.2.1.1.5.0
            40         value NULL 0500 -
            42 padding octets 000000 -
        "#]],
    );
}

/// The summary of a message of version 1 with one varbind in the answer and these numbers before it.
#[track_caller]
fn check_summary(status: i32, index: i32, expected: &str) {
    let varbinds =
        container(0x30, &[varbind("1.3.6.1.2.1.1.5.0", element(0x05, &[])), varbind("1.3.9.1", element(0x05, &[]))]);
    let answer = container(0xa2, &[integer(7), integer(status), integer(index), varbinds]);
    let tree = tree(Part::Message, &message(0, answer));
    assert_eq!(tree["summary"], format!("SNMPv1, Response-PDU, 2 varbinds{expected}"));
}

#[test]
fn an_error_is_in_the_summary_with_the_varbind_that_it_is_about() {
    check_summary(0, 0, "");
    check_summary(2, 1, ", noSuchName(2) about varbind 1 (1.3.6.1.2.1.1.5.0)");
    check_summary(17, 2, ", notWritable(17) about varbind 2 (1.3.9.1)");
    check_summary(5, 0, ", genErr(5)");
    check_summary(5, 9, ", genErr(5) about varbind 9, which is not there");
    check_summary(5, -1, ", genErr(5) about varbind -1, which is not there");
    check_summary(77, 0, ", error-status 77");
    // In a request the numbers mean nothing.
    let varbinds = container(0x30, &[varbind("1.3.6.1.2.1.1.5.0", element(0x05, &[]))]);
    let request = container(0xa0, &[integer(7), integer(2), integer(1), varbinds]);
    assert_eq!(tree(Part::Message, &message(0, request))["summary"], "SNMPv1, GetRequest-PDU, 1 varbind");
}

#[test]
fn a_packet_that_breaks_off_is_explained_up_to_the_octet_where_it_does() {
    let whole = message(1, pdu(0xa2, &[varbind("1.3.6.1.2.1.1.5.0", text("router"))]));
    check(
        Part::Message,
        &whole[..whole.len() - 4],
        &expect![[r#"
            SNMPv2c, Response-PDU, 1 varbind: false
            0 message SEQUENCE 302c -
            2   version INTEGER 020101 SNMPv2c
            5   community OCTET STRING 04067075626c6963 public
            13   PDU Response-PDU a21f -
            15     request-id INTEGER 020107 7
            18     error-status INTEGER 020100 noError(0)
            21     error-index INTEGER 020100 0
            24     variable-bindings SEQUENCE 3014 1 varbind
            26       varbind SEQUENCE 3012 1.3.6.1.2.1.1.5.0 = ?
            28         name OBJECT IDENTIFIER 06082b06010201010500 1.3.6.1.2.1.1.5.0
            38         value OCTET STRING 0406726f -
            ! 42: message is 44 octets long by its length at octet 1, but only 40 follow: it breaks off at octet 42
            ! 42: PDU is 31 octets long by its length at octet 14, but only 27 follow: it breaks off at octet 42
            ! 42: variable-bindings is 20 octets long by its length at octet 25, but only 16 follow: it breaks off at octet 42
            ! 42: varbind is 18 octets long by its length at octet 27, but only 14 follow: it breaks off at octet 42
            ! 42: value is 6 octets long by its length at octet 39, but only 2 follow: it breaks off at octet 42
        "#]],
    );
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let list = container(0x30, &[container(0x30, &[integer(1), element(0x41, &[0xff])]), text("odd")]);
    let pdu = container(0xa5, &[text("id"), element(0x02, &[0, 0, 1]), integer(10), list, integer(9)]);
    check(
        Part::Pdu,
        &pdu,
        &expect![[r#"
        GetBulkRequest-PDU, 2 varbinds: false
        0 PDU GetBulkRequest-PDU a51e -
        2   request-id OCTET STRING 04026964 -
        6   non-repeaters INTEGER 0203000001 1
        11   max-repetitions INTEGER 02010a 10
        14   variable-bindings SEQUENCE 300d 2 varbinds
        16     varbind SEQUENCE 3006 -
        18       name INTEGER 020101 -
        21       value Counter32 4101ff 255
        24     varbind OCTET STRING 04036f6464 -
        29   trailing octets octets 020109 -
        ! 2: request-id should be INTEGER (0x02), but is OCTET STRING (0x04)
        ! 8: a number in more octets than it needs
        ! 18: name should be OBJECT IDENTIFIER (0x06), but is INTEGER (0x02)
        ! 23: an unsigned number without the zero octet before it; read as what was meant
        ! 24: varbind should be SEQUENCE (0x30), but is OCTET STRING (0x04)
        ! 29: 3 octets where this container should have ended
    "#]],
    );
}

#[test]
fn a_node_has_what_a_reader_needs() {
    let tree = tree(Part::Pdu, &trap_v1("1.3.6.1.4.1.8072.3.2.10", 0, 0, &[]));
    let node = &tree["nodes"][0]["children"][2];
    expect![[r#"{"offset":20,"name":"generic-trap","type":"INTEGER","tag":"0x02","class":"universal","constructed":false,"length":1,"value":0,"text":"coldStart(0)","meaning":"0 to 5 are the standard traps, 6 is the enterprise's own","raw":"020100","problem":null,"children":[]}"#]].assert_eq(&node.to_string());
}
