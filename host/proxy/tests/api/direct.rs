//! What direct operations say of a value and of an object that is not there, and which roots a walk takes.

use simulator::Recording;
use snmp::{Oid, Value as Snmp, Varbind};

use super::*;

/// A device with an object below each of the first arcs, and a text in Latin-1.
async fn device() -> Simulator {
    let object = |name: &str, value: Snmp| Varbind { name: name.parse().unwrap(), value };
    let varbinds = vec![
        object("0.0.1.0", Snmp::Integer(-1)),
        object("1.0.8802.1.1.2.1.3.3.0", Snmp::OctetString(b"lldp".to_vec())),
        object("1.3.6.1.2.1.1.3.0", Snmp::TimeTicks(7)),
        object("1.3.6.1.2.1.1.5.0", Snmp::OctetString(b"Z\xfcrich".to_vec())),
        object("1.3.6.1.2.1.2.2.1.6.1", Snmp::OctetString(vec![0xc8, 0xf0, 0xb4, 0xa1, 0xe5, 0xd2])),
        object("2.5.4.0", Snmp::ObjectIdentifier(Oid::from([2, 5]))),
    ];
    Simulator::builder().device("switch", Recording::new(varbinds)).bind("127.0.0.1:0").await.unwrap()
}

#[tokio::test]
async fn a_walk_takes_a_tree_and_all_of_them() {
    let (server, device) = (Server::without_plugins().await, device().await);
    for version in ["1", "2c"] {
        for (oid, expected) in [
            (".1", &["1.0.8802.1.1.2.1.3.3.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.2.2.1.6.1"][..]),
            ("iso", &["1.0.8802.1.1.2.1.3.3.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.2.2.1.6.1"]),
            ("0", &["0.0.1.0"]),
            (".2", &["2.5.4.0"]),
            (
                ".",
                &[
                    "0.0.1.0",
                    "1.0.8802.1.1.2.1.3.3.0",
                    "1.3.6.1.2.1.1.3.0",
                    "1.3.6.1.2.1.1.5.0",
                    "1.3.6.1.2.1.2.2.1.6.1",
                    "2.5.4.0",
                ],
            ),
        ] {
            let body = with(at(&device, "switch"), &json!({ "oid": oid, "version": version }));
            let answer = server.post("/snmp/walk", &body).await.json(200);
            let names: Vec<_> = answer["data"].as_array().unwrap().iter().map(|row| row["oid"].clone()).collect();
            assert_eq!((&answer["success"], json!(names)), (&json!(true), json!(expected)), "{oid} {version}");
        }
    }
    let get = with(at(&device, "switch"), &json!({ "oid": ".1" }));
    server.post("/snmp/get", &get).await.json(422);
}

#[tokio::test]
async fn a_value_has_its_type_and_octets_in_latin_1_have_their_text() {
    let (server, device) = (Server::without_plugins().await, device().await);
    let walk = with(at(&device, "switch"), &json!({ "oid": "." }));
    let answer = server.post("/snmp/walk", &walk).await.json(200);
    assert_eq!(
        answer["data"],
        json!([
            { "oid": "0.0.1.0", "value": "-1", "type": "INTEGER" },
            { "oid": "1.0.8802.1.1.2.1.3.3.0", "value": "lldp", "type": "OctetString" },
            { "oid": "1.3.6.1.2.1.1.3.0", "value": "7", "type": "TimeTicks" },
            { "oid": "1.3.6.1.2.1.1.5.0", "value": "0x5afc72696368", "type": "OctetString", "text": "Zürich" },
            { "oid": "1.3.6.1.2.1.2.2.1.6.1", "value": "0xc8f0b4a1e5d2", "type": "OctetString" },
            { "oid": "2.5.4.0", "value": "2.5", "type": "ObjectIdentifier" },
        ])
    );
    let get = with(at(&device, "switch"), &json!({ "oid": "1.3.6.1.2.1.1.5.0" }));
    let answer = server.post("/snmp/get", &get).await.json(200);
    let (data, kind, text) = (json!("0x5afc72696368"), json!("OctetString"), json!("Zürich"));
    assert_eq!((&answer["data"], &answer["type"], &answer["text"]), (&data, &kind, &text));
    let get = with(at(&device, "switch"), &json!({ "oid": "1.3.6.1.2.1.1.9.0" }));
    let answer = server.post("/snmp/get", &get).await.json(200);
    assert_eq!((answer.get("type"), answer.get("text"), &answer["data"]), (None, None, &json!(null)));
}

#[tokio::test]
async fn an_object_without_its_instance_is_told_what_to_ask_for() {
    let (server, device) = (Server::without_plugins().await, device().await);
    for version in ["1", "2c"] {
        for (oid, detail) in [
            ("1.3.6.1.2.1.1.5", json!("try 1.3.6.1.2.1.1.5.0: the value of an object is that of its instance .0")),
            (
                "1.3.6.1.2.1.2.2.1.6",
                json!("a value has an instance, such as .0: `walk` reads what is below an object, a column or a table"),
            ),
            ("1.3.6.1.2.1.1.9.0", json!(null)),
        ] {
            let get = with(at(&device, "switch"), &json!({ "oid": oid, "version": version }));
            let answer = server.post("/snmp/get", &get).await.json(200);
            let error = json!("No such object");
            assert_eq!((&answer["error"], &answer["detail"]), (&error, &detail), "{oid} {version}");
        }
    }
}

#[tokio::test]
async fn a_misspelt_field_is_told_with_the_one_that_is_meant() {
    let (server, device) = (Server::without_plugins().await, device().await);
    let typos = json!({ "oid": "1.3.6.1.2.1.1.3.0", "time_out": 5, "Version": "1", "colour": "blue" });
    let answer = server.post("/snmp/get", &with(at(&device, "switch"), &typos)).await.json(200);
    assert_eq!(
        answer["warnings"],
        json!([
            "`time_out` is not a field of a GET, did you mean `timeout`?",
            "`Version` is not a field of a GET, did you mean `version`?",
        ])
    );
    let walk = json!({ "oid": "1.3.6.1.2.1.1.3", "comunity": "x" });
    let answer = server.post("/snmp/walk", &with(at(&device, "switch"), &walk)).await.json(200);
    assert_eq!(answer["warnings"], json!(["`comunity` is not a field of a walk, did you mean `community`?"]));
}
