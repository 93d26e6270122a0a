//! Daemons that people run: what a poll of each recording in `tests/recordings` gives, in words that can be compared
//! with how the machines were set up (its README tells).

use std::{fmt::Write as _, path::PathBuf};

use expect_test::expect_file;
use harness::{Client, Proxy};
use serde_json::{Value, json};
use simulator::{Recording, Simulator};

const DAEMONS: [&str; 9] = [
    "frr-8.4-bgpd",
    "frr-8.4-ospfd",
    "frr-8.4-zebra-routes",
    "keepalived-2.2.7",
    "lldpd-1.0.16",
    "mini-snmpd-1.4",
    "mini-snmpd-1.6",
    "net-snmp-5.9.3-linux",
    "squid-5.7",
];

fn recording(name: &str) -> Recording {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/recordings/{name}.snmpwalk"));
    let read = Recording::parse(&std::fs::read(path).expect("a recording"));
    assert!(read.bad_lines.is_empty(), "{name}: {:?}", read.bad_lines);
    read.recording
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_of_each_daemon_finds_what_was_set_up() {
    let mut builder = Simulator::builder();
    for name in DAEMONS {
        builder = builder.device(name, recording(name));
    }
    let agent = builder.bind("127.0.0.1:0").await.expect("a free port");
    let proxy = Proxy::start(&[]).await;

    let mut text = String::new();
    for name in DAEMONS {
        writeln!(text, "== {name}").expect("a string takes it");
        text.push_str(&found(proxy.client(), agent.addr().port(), name).await);
    }
    expect_file!["daemons.txt"].assert_eq(&text);
}

/// What people look for in a result, a line for each thing.
async fn found(client: &Client, port: u16, name: &str) -> String {
    let recipes = json!(["system-info", "interfaces", { "name": "arp", "params": { "all": true } }]);
    let request = json!({ "target": "127.0.0.1", "port": port, "community": name, "recipes": recipes });
    let ended = client.ended(&client.submit(&request).await).await;
    assert_eq!(ended["status"], "complete", "{name}: {}", ended["error"]);
    let data = &ended["data"];

    let mut lines = vec![format!("system: {}", data["snmp_data"])];
    for row in rows(&data["interfaces"]) {
        let columns = ["index", "name", "description", "alias", "type_name", "speed", "mac", "phys_address"];
        let addresses: Vec<String> = rows(&row["addresses"])
            .iter()
            .map(|row| format!("{}/{}", word(&row["address"]), word(&row["prefix_length"])))
            .collect();
        lines.push(format!(
            "interface: {} {}",
            columns.map(|column| word(&row[column])).join(" "),
            addresses.join(" ")
        ));
        lines.extend(rows(&row["warnings"]).iter().map(|warning| format!("  warning: {}", word(warning))));
    }
    for row in rows(&data["arp_table"]) {
        let columns = ["index", "interface", "ip", "mac", "phys_address", "type_name", "state_name"];
        lines.push(format!("neighbour: {}", columns.map(|column| word(&row[column])).join(" ")));
    }
    lines.extend(
        rows(&ended["gaps"]).iter().map(|gap| format!("gap: {} {}", word(&gap["recipe"]), word(&gap["reason"]))),
    );
    lines.extend(rows(&ended["warnings"]).iter().map(|warning| format!("warning: {}", word(warning))));
    // Ports differ from run to run.
    lines.join("\n").replace(&format!(":{port}"), ":PORT") + "\n"
}

fn rows(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
