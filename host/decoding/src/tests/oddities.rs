//! Messages of version 3 that break a rule, but can be read.

use super::*;

/// A trap of version 3 that nobody signed, with these numbers as they stand in it.
fn message(id: &[u8], max_size: &[u8], flags: &[u8], engine_id: &[u8], boots: &[u8], time: &[u8]) -> Vec<u8> {
    let header = [element(2, id), element(2, max_size), element(4, flags), element(2, &[3])].concat();
    let usm = [
        element(4, engine_id),
        element(2, boots),
        element(2, time),
        element(4, b"ann"),
        element(4, b""),
        element(4, b""),
    ];
    let whole = trap();
    // Behind version and community.
    let scoped = element(0x30, &[&element(4, engine_id)[..], &element(4, b"red"), &whole[13..]].concat());
    let parts = [element(2, &[3]), element(0x30, &header), element(4, &element(0x30, &usm.concat())), scoped];
    let content = parts.concat();
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[0x30, 0x82][..], &length, &content].concat()
}

const ENGINE_ID: [u8; 6] = [0x80, 0, 0, 0, 1, 9];

/// A message with that time.
fn at(time: &[u8]) -> Vec<u8> {
    message(&[9], &[5, 0xdc], &[0], &ENGINE_ID, &[7], time)
}

#[tokio::test]
async fn what_the_tree_reads_of_an_odd_message_the_message_says_too() {
    let big = [0, 0xff, 0xff, 0xff, 0xff];
    for (message, flags, time) in [
        (at(&[5]), &[][..], serde_json::json!(5)),
        (at(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 5]), &["non_minimal_integer"], serde_json::json!(5)),
        (at(&[0xfb]), &["engine_time_out_of_range"], serde_json::json!(-5)),
        (at(&big), &["engine_time_out_of_range"], serde_json::json!(u32::MAX)),
        (at(&[0x7f; 9]), &["engine_time_out_of_range"], serde_json::json!(null)),
        (at(&[]), &["engine_time_out_of_range"], serde_json::json!(null)),
        (
            message(&[0xff], &[0], &[0], &ENGINE_ID, &[0x80, 0, 0, 0], &[5]),
            &["message_id_out_of_range", "max_size_out_of_range", "engine_boots_out_of_range"],
            serde_json::json!(5),
        ),
        (message(&[9], &[5, 0xdc], &[0], &[1, 2, 3], &[7], &[5]), &["engine_id_length"], serde_json::json!(5)),
        (message(&[9], &[5, 0xdc], &[0], &[7; 36], &[7], &[5]), &["engine_id_length"], serde_json::json!(5)),
        (message(&[9], &[5, 0xdc], &[2], &ENGINE_ID, &[7], &[5]), &["bad_message_flags"], serde_json::json!(5)),
        (message(&[9], &[5, 0xdc], &[0, 0], &ENGINE_ID, &[7], &[5]), &["bad_message_flags"], serde_json::json!(5)),
    ] {
        let answer = decoded(const_hex::encode(&message), Format::Auto, &[]).await;
        let message = &answer["messages"][0];
        let shown = format!("{}\n{flags:?}", lines(&answer));
        assert_eq!((&message["version"], &message["pdu"]), (&"3".into(), &"trap".into()), "{shown}");
        assert_eq!(message["request_id"], 9, "{shown}");
        assert_eq!(message["varbinds"].as_array().unwrap().len(), 2, "{shown}");
        assert_eq!(message["record"]["trap"]["name"], "linkDown", "{shown}");
        assert_eq!(message["flags"], serde_json::json!(flags), "{shown}");
        let security = &message["security"];
        assert_eq!((&security["user"], &security["context"]), (&"ann".into(), &"red".into()), "{shown}");
        assert_eq!(security["engine_time"], time, "{shown}");
        assert_eq!((&security["authentic"], &security["level"]), (&false.into(), &"noAuthNoPriv".into()), "{shown}");
    }
}

#[tokio::test]
async fn a_negative_engine_time_is_told_with_its_place() {
    check(const_hex::encode(at(&[0xfb])), expect![[r#"
        3 trap 9 2 varbinds, a record: SNMPv3, noAuthNoPriv, SNMPv2-Trap-PDU, IF-MIB::linkDown, 2 varbinds
        ! {"packet":1,"part":"message","offset":39,"text":"msgAuthoritativeEngineTime is negative: it counts from 0 to 2147483647"}
    "#]]).await;
}

#[tokio::test]
async fn what_is_encrypted_at_an_odd_time_is_told_to_be_so() {
    let header = [element(2, &[9]), element(2, &[5, 0xdc]), element(4, &[3]), element(2, &[3])].concat();
    let usm = [
        element(4, &ENGINE_ID),
        element(2, &[7]),
        element(2, &[0xfb]),
        element(4, b"ann"),
        element(4, &[0; 12]),
        element(4, &[0; 8]),
    ];
    let parts =
        [element(2, &[3]), element(0x30, &header), element(4, &element(0x30, &usm.concat())), element(4, &[0x55; 40])];
    let answer = decoded(const_hex::encode(element(0x30, &parts.concat())), Format::Auto, &[]).await;
    let message = &answer["messages"][0];
    assert_eq!((&message["pdu"], &message["security"]["user"]), (&"encrypted".into(), &"ann".into()));
    assert_eq!(
        (&message["security"]["level"], &message["security"]["engine_time"]),
        (&"authPriv".into(), &(-5).into())
    );
    assert_eq!(message["flags"], serde_json::json!(["engine_time_out_of_range"]));
}

#[tokio::test]
async fn a_message_of_another_security_model_is_read_as_far_as_it_goes() {
    let mut message = at(&[5]);
    let model = message.windows(3).rposition(|octets| octets == [2, 1, 3]).unwrap();
    message[model + 2] = 4;
    let answer = decoded(const_hex::encode(&message), Format::Auto, &[]).await;
    let message = &answer["messages"][0];
    assert_eq!((&message["pdu"], &message["request_id"]), (&"trap".into(), &9.into()));
    assert_eq!((&message["flags"][0], &message["security"]), (&"other_security_model".into(), &Value::Null));
}
