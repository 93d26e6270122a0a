//! Recorded packets beside what two other decoders made of them, where the folder with them is at hand.

use std::path::{Path, PathBuf};

use snmp_proxy_sdk::serde_json::{self, Value, json};
use snmp_proxy_sdk::text::hex;
use snmp_proxy_sdk::traps::{Part, Version};

use super::{octets_of, record, tree};
use crate::ber::Reader;

fn folder() -> Option<PathBuf> {
    Some(prerequisites::shared_folder()?.join("data/traps"))
}

/// Malformed messages: ours, and those of the folder, each behind four octets of its length.
#[test]
fn malformed_messages_are_taken_apart_to_the_last_octet() {
    let mut messages = hostile_packets::sample();
    if let Some(folder) = folder() {
        let sample = std::fs::read(folder.join("../hostile/sample.lp")).unwrap();
        let mut rest = &sample[..];
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let (message, after) = after.split_at(u32::from_be_bytes(*length) as usize);
            messages.push(message.to_vec());
            rest = after;
        }
    }
    for message in &messages {
        let tree = tree(Part::Message, message);
        assert_eq!(octets_of(&tree["nodes"]), hex(message));
        // Whatever lies behind version and community, read as a PDU.
        let mut fields = Reader::new(message, 0).next().map_or(Reader::new(&[], 0), |outer| outer.inside());
        let _ = (fields.next(), fields.next());
        for version in [Version::V1, Version::V2c] {
            assert!(record(version, fields.rest())["flags"].is_array());
        }
    }
}

fn json_of(folder: &Path, name: &str) -> Vec<Value> {
    serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// The version and the PDU of a message, if it is in clear.
fn pdu_of(message: &[u8]) -> (Version, Option<&[u8]>) {
    let mut message = Reader::new(message, 0).next().unwrap().inside();
    let version = match message.next().unwrap().content {
        [0] => Version::V1,
        [1] => Version::V2c,
        _ => Version::V3,
    };
    message.next();
    if version == Version::V3 {
        message.next();
        if message.peek() != Some(0x30) {
            return (version, None);
        }
        message = message.next().unwrap().inside();
        message.next();
        message.next();
    }
    let rest = message.rest();
    let pdu = message.next().unwrap();
    (version, rest.get(..pdu.header.len() + pdu.content.len()))
}

/// A varbind as the index writes it.
fn as_indexed(varbind: &Value) -> Value {
    let name = match varbind["type"].as_str().unwrap() {
        "integer" => "Integer32",
        "octet-string" => "OctetString",
        "null" => "Null",
        "object-identifier" => "ObjectIdentifier",
        "ip-address" => "IpAddress",
        "counter32" => "Counter32",
        "gauge32" => "Gauge32",
        "time-ticks" => "TimeTicks",
        "opaque" => "Opaque",
        "counter64" => "Counter64",
        other => other,
    };
    let value = if varbind["hex"].is_null() { &varbind["value"] } else { &varbind["hex"] };
    json!({"oid": varbind["oid"], "type": name, "value": value})
}

#[test]
fn recorded_packets_decode_as_others_decode_them() {
    let Some(folder) = folder() else { return };
    let mut compared = 0;
    for entry in json_of(&folder, "index.json") {
        let message = std::fs::read(folder.join("packets").join(entry["file"].as_str().unwrap())).unwrap();
        let expected = &entry["decoded"];
        let tree = tree(Part::Message, &message);
        assert_eq!(octets_of(&tree["nodes"]), hex(&message));
        assert_eq!(tree["complete"], expected["trailing"] == 0, "{entry}\n{}", tree["problems"]);

        let (version, pdu) = pdu_of(&message);
        let Some(pdu) = pdu else {
            assert_eq!(expected["pdu"], "encrypted");
            continue;
        };
        let record = record(version, pdu);
        compared += 1;
        assert_eq!(record["snmp"]["version"], expected["version"]);
        let pdu = match expected["pdu"].as_str().unwrap() {
            "trapv1" => "trap-v1",
            "trapv2" => "trap",
            other => other,
        };
        assert_eq!(record["snmp"]["pdu"], pdu);
        let varbinds: Vec<_> = record["varbinds"].as_array().unwrap().iter().map(as_indexed).collect();
        assert_eq!(Value::from(varbinds), expected["varbinds"], "{}", entry["file"]);
        if pdu == "trap-v1" {
            for field in ["enterprise", "agent_addr", "generic", "specific", "timestamp"] {
                assert_eq!(record["v1"][field], expected[field], "{field} of {}", entry["file"]);
            }
        } else {
            assert_eq!(record["snmp"]["request_id"], expected["request_id"]);
        }
        // Lengths in more octets than they need are allowed, and common.
        assert!(record["flags"] == json!([]) || record["flags"] == json!(["non_minimal_length"]), "{record}");
    }
    assert!(compared > 40, "{compared}");
}

#[test]
fn the_frames_of_the_article_are_the_same_event_in_two_versions() {
    let Some(folder) = folder() else { return };
    let records: Vec<_> = json_of(&folder, "article.json")
        .iter()
        .map(|frame| {
            let digits = frame["hex"].as_str().unwrap();
            let message: Vec<u8> =
                (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect();
            let (version, pdu) = pdu_of(&message);
            let record = record(version, pdu.unwrap());
            let expected = &frame["expect"];
            assert_eq!(record["trap"]["oid"], expected["trap_oid"]);
            assert_eq!(record["uptime_ticks"], expected["uptime_ticks"]);
            assert_eq!(record["trap"]["enterprise"], expected["enterprise"]);
            assert!(tree(Part::Message, &message)["complete"].as_bool().unwrap());
            record
        })
        .collect();
    for member in ["trap", "uptime_ticks", "severity", "flags"] {
        assert_eq!(records[0][member], records[1][member], "{member}");
    }
}
