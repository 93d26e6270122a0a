//! Real devices: what a poll of each recording gives is what the MIB definitions say is in it.
//!
//! The recordings lie beside the repository, not in it; where they are absent this says so and checks nothing.
//! They are served by two agents that share no code, so that an error both made would have to be made twice.

use std::{path::Path, process::Stdio};

use harness::{BadAgent, Client, Proxy, net_snmp, net_snmp_is_here, snmp_proxy_binary};
use prerequisites::shared_folder;
use serde_json::{Map, Value, json};
use simulator::{ArpTables, Recording, Simulator, SyntheticDevice};
use snmp::Oid;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

#[tokio::test(flavor = "multi_thread")]
async fn recordings_served_by_our_simulator_are_read_whole() {
    let Some(shared) = shared_folder() else { return };
    let mut builder = Simulator::builder();
    for name in names(&shared) {
        builder = builder.device(&name, recording(&shared, &name));
    }
    let agent = builder.bind("127.0.0.1:0").await.expect("a free port");
    check_all(&shared, agent.addr().port()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recordings_served_by_another_agent_are_read_whole() {
    let Some(shared) = shared_folder() else { return };
    let Some(agent) = BadAgent::start(&shared, &names(&shared)[0]).await else { return };
    check_all(&shared, agent.port).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_of_nine_thousand_lines_goes_round_without_a_difference() {
    if !net_snmp_is_here() {
        return;
    }
    let big = SyntheticDevice { interfaces: 200, arp_rows: 300, arp_tables: ArpTables::Both, ..Default::default() };
    let agent = Simulator::builder().device("big", big.recording()).bind("127.0.0.1:0").await.expect("a free port");
    let recorded = walk(&agent.addr().to_string(), "big").await;
    assert!(recorded.lines().count() > 9_000, "{} lines", recorded.lines().count());

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("device.snmpwalk");
    std::fs::write(&file, &recorded).expect("a file");
    let mut serving = Command::new(snmp_proxy_binary())
        .args(["simulate", "--listen", "127.0.0.1:0"])
        .arg(&file)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the binary starts");
    let mut lines = BufReader::new(serving.stdout.take().expect("a pipe")).lines();
    let first = lines.next_line().await.expect("a pipe").expect("a line");
    let addr = first.strip_prefix("Listening: ").expect("an address");
    let served = walk(addr, "device").await;
    // Lines that differ, rather than all of them.
    let differing: Vec<_> = recorded.lines().zip(served.lines()).filter(|(one, other)| one != other).take(5).collect();
    assert_eq!((differing, served.len()), (Vec::new(), recorded.len()));
}

/// What net-snmp's tools print of all that an agent has.
async fn walk(addr: &str, community: &str) -> String {
    net_snmp("snmpbulkwalk", &["-v2c", "-c", community, "-On", "-m", "", "-Cr50", addr, ".1"]).await
}

/// Agents whose views hide `system`: they answer, so none of them is silent, and all else is read.
#[tokio::test(flavor = "multi_thread")]
async fn recordings_without_their_system_group_are_read_whole() {
    let Some(shared) = shared_folder() else { return };
    let mut builder = Simulator::builder();
    for name in names(&shared) {
        builder = builder.device(&name, without_system(&recording(&shared, &name)));
    }
    let agent = builder.bind("127.0.0.1:0").await.expect("a free port");
    let proxy = Proxy::start(&[]).await;
    let mut wrong = Vec::new();
    for name in names(&shared) {
        let request = json!({ "target": "127.0.0.1", "port": agent.addr().port(), "community": name });
        let ended = proxy.client().ended(&proxy.client().submit(&request).await).await;
        let expected = expected(&shared, &name);
        let count = |found: &Value| found.as_array().map_or(0, Vec::len);
        let neighbours = expected["arp"].as_array().expect("arp").iter().filter(|row| is_shown(row)).count();
        let is_right = ended["status"] == "complete"
            && ended["data"]["snmp_data"] == json!({})
            && count(&ended["data"]["interfaces"]) == count(&expected["interfaces"])
            && count(&ended["data"]["arp_table"]) == neighbours
            && says_what_was_answered(&ended, "noSuchObject for all 6 objects");
        if !is_right {
            wrong.push(format!("{name}: {} {} {}", ended["status"], ended["error"], ended["gaps"]));
        }
    }
    assert!(wrong.is_empty(), "\n  {}", wrong.join("\n  "));
}

/// Whether the only gap is that of the system group, with these words.
fn says_what_was_answered(ended: &Value, words: &str) -> bool {
    let gaps = ended["gaps"].as_array().expect("gaps");
    let is_of_system = |gap: &Value| gap["recipe"] == "system-info" && gap["table"] == "1.3.6.1.2.1.1";
    gaps.len() == 1
        && gaps
            .iter()
            .all(|gap| is_of_system(gap) && gap["reason"].as_str().is_some_and(|reason| reason.contains(words)))
}

fn without_system(recording: &Recording) -> Recording {
    let system = Oid::from([1, 3, 6, 1, 2, 1, 1]);
    let varbinds = recording.varbinds().iter().filter(|varbind| !varbind.name.starts_with(&system));
    Recording::new(varbinds.cloned().collect())
}

/// squid serves its own subtree and nothing else, also in version 1.
#[tokio::test(flavor = "multi_thread")]
async fn squid_has_no_system_group_and_is_not_silent() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings/squid-5.7.snmpwalk");
    let recording = Recording::parse(&std::fs::read(path).expect("a recording")).recording;
    let agent = Simulator::builder().device("squid", recording).bind("127.0.0.1:0").await.expect("a free port");
    let proxy = Proxy::start(&[]).await;
    for (version, words) in [("2c", "noSuchObject for all 6 objects"), ("1", "noSuchName for all 6 objects")] {
        let target = json!({
            "target": "127.0.0.1", "port": agent.addr().port(), "community": "squid", "version": version,
        });
        let ended = proxy.client().ended(&proxy.client().submit(&target).await).await;
        assert_eq!((&ended["status"], &ended["data"]["snmp_data"]), (&json!("complete"), &json!({})), "{ended}");
        assert!(says_what_was_answered(&ended, words), "{version}: {}", ended["gaps"]);
    }
}

fn recording(shared: &Path, name: &str) -> Recording {
    let path = shared.join(format!("data/devices/snmprec/{name}.snmprec"));
    Recording::parse(&std::fs::read(path).expect("a recording")).recording
}

fn expected(shared: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(shared.join(format!("data/devices/expected/{name}.json")));
    serde_json::from_str(&text.expect("an expectation")).expect("JSON")
}

fn names(shared: &Path) -> Vec<String> {
    let folder = std::fs::read_dir(shared.join("data/devices/expected")).expect("a folder");
    let paths = folder.map(|entry| entry.expect("an entry").path());
    let mut names: Vec<String> = paths.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    assert!(!names.is_empty(), "there are expectations");
    names
}

async fn check_all(shared: &Path, port: u16) {
    let proxy = Proxy::start(&[]).await;
    let mut wrong = Vec::new();
    for name in names(shared) {
        let expected = expected(shared, &name);
        let found = poll(proxy.client(), port, &name, false).await;
        let everything = poll(proxy.client(), port, &name, true).await;
        let differences = differences(&expected, &found, &everything);
        if !differences.is_empty() {
            let shown: Vec<String> = differences.iter().take(5).map(|line| format!("\n    {line}")).collect();
            wrong.push(format!("{name}: {} differences{}", differences.len(), shown.concat()));
        }
    }
    assert!(wrong.is_empty(), "\n  {}", wrong.join("\n  "));
}

/// The result of a poll of the recording `name`; with all ARP rows if `all`.
async fn poll(client: &Client, port: u16, name: &str, all: bool) -> Value {
    let recipes = json!(["system-info", "interfaces", { "name": "arp", "params": { "all": all } }]);
    let request = json!({ "target": "127.0.0.1", "port": port, "community": name, "recipes": recipes });
    let ended = client.ended(&client.submit(&request).await).await;
    assert_eq!(ended["status"], "complete", "{name}: {}", ended["error"]);
    assert_eq!(ended["gaps"], json!([]), "{name}");
    ended["data"].clone()
}

fn differences(expected: &Value, found: &Value, everything: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let mut note = |place: String, expected: &Value, found: &Value| {
        if expected != found {
            differences.push(format!("{place}: expected {expected}, found {found}"));
        }
    };

    let mut system = expected["seed_view"]["snmp_data"].as_object().expect("snmp_data").clone();
    system.retain(|_, value| !value.is_null());
    note("snmp_data".to_owned(), &Value::Object(system), &found["snmp_data"]);

    let rows = expected["interfaces"].as_array().expect("interfaces");
    let found_rows = found["interfaces"].as_array().expect("interfaces");
    note("number of interfaces".to_owned(), &json!(rows.len()), &json!(found_rows.len()));
    for (row, found_row) in rows.iter().zip(found_rows) {
        let place = |field: &str| format!("interface {} {field}", row["ifIndex"]);
        note(place("index"), &row["ifIndex"], &found_row["index"]);
        note(place("mac"), &present_mac(row), &found_row["mac"]);
        for (field, key) in [("descr", "description"), ("name", "name"), ("alias", "alias")] {
            note(place(key), &text(row, field, &found_row[key]), &found_row[key]);
        }
        for (field, key) in [
            ("type", "type"),
            ("mtu", "mtu"),
            ("if_speed", "if_speed"),
            ("if_high_speed", "if_high_speed"),
            ("speed_bps", "speed"),
            ("admin", "admin_status"),
            ("admin_name", "admin_status_name"),
            ("oper", "oper_status"),
            ("oper_name", "oper_status_name"),
            ("last_change", "last_change"),
        ] {
            note(place(key), &lenient(row, field, &found_row[key]), &found_row[key]);
        }
    }

    let neighbours = expected["arp"].as_array().expect("arp").iter();
    let kept = neighbours.clone().filter(|row| is_shown(row)).collect::<Vec<_>>();
    for (expected, found, which) in
        [(kept, &found["arp_table"], "arp"), (neighbours.collect(), &everything["arp_table"], "arp with `all`")]
    {
        let found = found.as_array().expect("arp_table");
        note(format!("number of rows of {which}"), &json!(expected.len()), &json!(found.len()));
        for (row, found_row) in expected.iter().zip(found) {
            let place = |field: &str| format!("{which} {} {} {field}", row["ifIndex"], row["ip"]);
            note(place("index"), &row["ifIndex"], &found_row["index"]);
            note(place("ip"), &row["ip"], &found_row["ip"]);
            note(place("mac"), &row["mac"], &found_row["mac"]);
            note(place("type_name"), &lenient(row, "type", &found_row["type_name"]), &found_row["type_name"]);
            note(place("state"), &lenient(row, "state", &found_row["state"]), &found_row["state"]);
        }
    }
    differences
}

/// Whether an ARP row is shown without the parameter `all`.
fn is_shown(row: &Value) -> bool {
    row["type"] != "invalid" && ![json!(5), json!(7)].contains(&row["state"]) && !present_mac(row).is_null()
}

/// The MAC of a row as a result carries it: none where it is all zero.
fn present_mac(row: &Value) -> Value {
    if row["mac"] == "00:00:00:00:00:00" { Value::Null } else { row["mac"].clone() }
}

/// What a field should be, where the recording breaks its SYNTAX: either the lenient value or null, as was `found`.
fn lenient(row: &Value, field: &str, found: &Value) -> Value {
    let anomalies: Option<&Map<String, Value>> = row["anomalies"].as_object();
    let is_anomaly = anomalies.is_some_and(|anomalies| anomalies.contains_key(field));
    if is_anomaly && found.is_null() { Value::Null } else { row[field].clone() }
}

/// What a text field should be: the expectation's text, or its octets read as `rest-contract` says where those are
/// not clean UTF-8.
fn text(row: &Value, field: &str, found: &Value) -> Value {
    let Some(hex) = row[format!("{field}_hex")].as_str() else { return lenient(row, field, found) };
    let octets: Vec<u8> =
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect();
    let printable = |octet: &u8| matches!(octet, 0x20..=0x7e | 0xa0..=0xff | b'\t' | b'\n' | b'\r');
    match String::from_utf8(octets.clone()) {
        Ok(text) => json!(text.trim_end_matches('\0')),
        Err(_) if octets.iter().all(printable) => {
            json!(octets.iter().map(|octet| char::from(*octet)).collect::<String>())
        }
        Err(_) => json!(format!("0x{hex}")),
    }
}
