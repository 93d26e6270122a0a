//! What others have recorded, where it is there: every packet comes out as they say.

use std::fs;

use job::user::AskedUser;
use secrecy::SecretString;
use serde_json::Value;
use snmp::usm::User;

use super::*;

/// A recorded message of version 3, and who sent it.
pub(super) struct Sealed {
    pub(super) octets: Vec<u8>,
    entry: Value,
}

impl Sealed {
    /// Its user, with something else in the place of what is not empty.
    pub(super) fn user(&self, name: &str, auth_password: &str, priv_password: &str) -> User {
        let part = |name: &str| self.entry[name].as_str().unwrap_or_default();
        let or = |other: &str, usual: &str| if other.is_empty() { usual.to_owned() } else { other.to_owned() };
        let password = |other: &str, name: &str| {
            let text = or(other, part(name));
            (!text.is_empty()).then(|| SecretString::from(text))
        };
        let name = or(name, part("user"));
        let asked = AskedUser {
            name: &name,
            auth_protocol: self.entry["auth"].as_str(),
            auth_password: password(auth_password, "authpass").filter(|_| self.entry["auth"].is_string()),
            priv_protocol: self.entry["priv"].as_str(),
            priv_password: password(priv_password, "privpass").filter(|_| self.entry["priv"].is_string()),
            context_name: "",
            context_engine_id: None,
        };
        match asked.credentials().unwrap() {
            snmp::Credentials::V3 { user, .. } => user,
            _ => panic!("no user"),
        }
    }
}

fn entries() -> Option<Vec<Sealed>> {
    let folder = prerequisites::shared_folder()?.join("data/traps");
    let index: Vec<Value> = serde_json::from_str(&fs::read_to_string(folder.join("index.json")).unwrap()).unwrap();
    let sealed = |entry: Value| {
        let octets = fs::read(folder.join("packets").join(entry["file"].as_str().unwrap())).unwrap();
        Sealed { octets, entry }
    };
    Some(index.into_iter().map(sealed).collect())
}

/// One that is encrypted.
pub(super) fn encrypted() -> Option<Sealed> {
    entries()?.into_iter().find(|sealed| sealed.entry["pdu"] == "encrypted")
}

/// Compares a value with what an index says of it, which writes octets as digits and types in its own words.
fn same_value(found: &Value, expected: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (value, expected) = (text(&found["value"]), text(&expected["value"]));
    value == expected
        || text(&found["hex"]).eq_ignore_ascii_case(&expected)
        || (found["value"].is_null() && expected == "null")
}

#[tokio::test]
async fn every_recorded_packet_is_decoded_as_its_index_says() {
    let Some(entries) = entries() else { return };
    assert_eq!(entries.len(), 67);
    for sealed in &entries {
        let entry = &sealed.entry;
        let users: Vec<User> = entry["user"].as_str().map(|_| sealed.user("", "", "")).into_iter().collect();
        let answer = decoded(const_hex::encode(&sealed.octets), Format::Auto, &users).await;
        let message = &answer["messages"][0];
        let file = &entry["file"];
        assert_eq!(answer["messages"].as_array().unwrap().len(), 1, "{file}");
        assert_eq!(message["version"], entry["version"], "{file}");
        let expected = &entry["decoded"];
        let pdu = match entry["pdu"].as_str().unwrap() {
            "trapv1" => "trap-v1",
            "trapv2" => "trap",
            other => other,
        };
        let is_encrypted = pdu == "encrypted";
        if is_encrypted {
            assert_eq!(message["security"]["decrypted"], true, "{file}: {}", answer["problems"]);
            let request_id = entry["tshark"]["snmp.request_id"].as_str().map(|id| id.parse::<i64>().unwrap());
            if let Some(request_id) = request_id {
                assert_eq!(message["request_id"], request_id, "{file}");
            }
            if let Some(names) = entry["tshark"]["snmp.name"].as_str() {
                let found: Vec<&str> = message["varbinds"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|varbind| varbind["oid"].as_str().unwrap())
                    .collect();
                assert_eq!(found.join(";"), names, "{file}");
            }
        } else {
            assert_eq!(message["pdu"], pdu, "{file}");
            assert_eq!(message["request_id"], expected["request_id"], "{file}");
            let varbinds = message["varbinds"].as_array().unwrap();
            let wanted = expected["varbinds"].as_array().unwrap();
            assert_eq!(varbinds.len(), wanted.len(), "{file}");
            for (found, wanted) in varbinds.iter().zip(wanted) {
                assert_eq!(found["oid"], wanted["oid"], "{file}");
                assert!(same_value(found, wanted), "{file}: {found} {wanted}");
            }
        }
        for (ours, theirs) in [
            ("enterprise", "enterprise"),
            ("agent_addr", "agent_addr"),
            ("generic", "generic"),
            ("specific", "specific"),
        ] {
            if let Some(theirs) = expected.get(theirs) {
                assert_eq!(&message["record"]["v1"][ours], theirs, "{file}");
            }
        }
        if let Some(user) = expected.get("user") {
            let security = &message["security"];
            assert_eq!(&security["user"], user, "{file}");
            assert_eq!(security["engine_id"], expected["engineID"], "{file}");
            assert_eq!(security["engine_boots"], expected["boots"], "{file}");
            let is_signed = u8::from_str_radix(expected["flags"].as_str().unwrap(), 16).unwrap() & 1 == 1;
            assert_eq!(security["authentic"], is_signed, "{file}: {}", answer["problems"]);
        }
        assert_eq!(
            message.get("record").is_some(),
            matches!(message["pdu"].as_str(), Some("trap" | "trap-v1" | "inform"))
        );
    }
}

/// Digits in groups that mean nothing, as an article prints them.
fn uneven(octets: &[u8]) -> String {
    let hex = const_hex::encode(octets);
    let mut text = String::new();
    for (at, c) in hex.chars().enumerate() {
        if at > 0 && (at % 32 == 0) {
            text.push('\n');
        } else if at % 4 == 0 || at % 14 == 2 {
            text.push_str(if at % 3 == 0 { "  " } else { " " });
        }
        text.push(c);
    }
    text
}

#[tokio::test]
async fn the_articles_two_frames_are_the_same_event() {
    let Some(folder) = prerequisites::shared_folder() else { return };
    let folder = folder.join("data/traps");
    let article: Vec<Value> = serde_json::from_str(&fs::read_to_string(folder.join("article.json")).unwrap()).unwrap();
    let mut events = Vec::new();
    for (file, article) in ["article_frame1.bin", "article_frame2.bin"].into_iter().zip(&article) {
        let frame = fs::read(folder.join(file)).unwrap();
        let answer = decoded(uneven(&frame), Format::Auto, &[]).await;
        let (message, expected) = (&answer["messages"][0], &article["expect"]);
        let record = &message["record"];
        assert_eq!(answer["problems"], serde_json::json!([]));
        assert_eq!(message["frame"]["link"]["type"], "ethernet");
        assert_eq!(message["frame"]["ip"]["checksum"], "ok");
        assert_eq!(message["version"], expected["version"]);
        assert_eq!(record["trap"]["oid"], expected["trap_oid"]);
        let name = format!("{}::{}", record["trap"]["mib"].as_str().unwrap(), record["trap"]["name"].as_str().unwrap());
        assert_eq!(name, expected["trap_name"].as_str().unwrap());
        assert_eq!(record["uptime_ticks"], expected["uptime_ticks"]);
        assert_eq!(record["trap"]["enterprise"], expected["enterprise"]);
        if let Some(id) = expected.get("request_id") {
            assert_eq!(&message["request_id"], id);
        }
        assert_eq!(record["raw_hex"], article["hex"]);
        let (tree, headers) = (raw(&message["tree"]["nodes"]), raw(&message["frame"]["nodes"]));
        assert_eq!(tree, article["hex"].as_str().unwrap());
        assert_eq!(headers + &tree, const_hex::encode(&frame), "each octet of the frame has its place");
        events.push([&record["trap"]["oid"], &record["trap"]["enterprise"], &record["uptime_ticks"]].map(Clone::clone));
    }
    assert_eq!(events[0], events[1]);
}

/// The octets of all nodes in their order.
fn raw(nodes: &Value) -> String {
    let nodes = nodes.as_array().unwrap().iter();
    nodes.map(|node| node["raw"].as_str().unwrap().to_owned() + &raw(&node["children"])).collect()
}

#[tokio::test]
async fn a_recorded_capture_is_read_to_its_end() {
    let Some(folder) = prerequisites::shared_folder() else { return };
    let capture = fs::read(folder.join("data/traps/wireshark_snmp_usm.pcap")).unwrap();
    let answer = decoded(&capture, Format::Auto, &[]).await;
    let messages = answer["messages"].as_array().unwrap();
    assert!(messages.len() > 50, "{} messages, {:?}", messages.len(), answer["packets"]);
    for message in messages {
        assert_eq!(message["version"], "3");
        assert!(message["frame"]["captured_at"].is_string() && message["tree"].is_object());
    }
}
