//! What the operator takes away from a plugin (`reads` in plugins.lock): the plugin goes on without it, and it is a gap.

use std::fs;

use simulator::Recording;
use snmp::Oid;

use super::*;

/// A proxy whose folder narrows a bundled plugin to these subtrees.
async fn narrowed(plugin: &str, reads: &[&str]) -> (Server, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let lock = format!("version = 1\n[[plugins]]\nname = \"{plugin}\"\nreads = {reads:?}\n");
    fs::write(dir.path().join("plugins.lock"), lock).unwrap();
    (Server::start(|settings| settings.plugins.dir = Some(dir.path().to_owned())).await, dir)
}

fn gaps_of(status: &Value, plugin: &str) -> Vec<Value> {
    status["gaps"].as_array().unwrap().iter().filter(|gap| gap["recipe"] == plugin).cloned().collect()
}

#[tokio::test]
async fn a_column_that_is_taken_away_costs_its_cells_and_nothing_else() {
    let without_mac = ["1.3.6.1.2.1.1", "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.31"];
    let ((server, _dir), simulator) = (narrowed("interfaces", &without_mac).await, switch().await);
    let status = server.poll(&at(&simulator, "switch")).await;
    let rows = status["data"]["interfaces"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row["description"].is_string() && row.get("mac").is_none()), "{rows:?}");
    let gaps = gaps_of(&status, "interfaces");
    let mac = gaps.iter().find(|gap| gap["table"] == "1.3.6.1.2.1.2.2.1.6").unwrap();
    let reason = "plugins.lock takes it away from this plugin (key `reads`)";
    assert_eq!((&mac["kind"], &mac["reason"], &mac["status"]), (&json!("withheld"), &json!(reason), &json!("failed")));
    assert!(gaps.iter().all(|gap| gap["kind"] == "withheld"), "{gaps:?}");
    let recipe = status["stats"]["recipes"].as_array().unwrap().iter().find(|stats| stats["recipe"] == "interfaces");
    assert_eq!(recipe.unwrap()["status"], "partial");
    // What is taken away is not asked for.
    let arp = status["stats"]["recipes"].as_array().unwrap().iter().find(|stats| stats["recipe"] == "arp").unwrap();
    assert_eq!((&arp["status"], status["data"]["arp_table"].as_array().unwrap().len()), (&json!("complete"), 20));
}

#[tokio::test]
async fn nothing_that_is_taken_away_is_asked_for() {
    let switch = SyntheticDevice::default().recording();
    let simulator =
        Simulator::builder().device("switch", switch).log_capacity(1_000).bind("127.0.0.1:0").await.unwrap();
    let (server, _dir) = narrowed("interfaces", &[]).await;
    let status = server.poll(&with(at(&simulator, "switch"), &json!({ "recipes": ["interfaces"] }))).await;
    assert_eq!((&status["status"], &status["data"]["interfaces"]), (&json!("complete"), &json!([])));
    assert!(!gaps_of(&status, "interfaces").is_empty());
    let tables = ["1.3.6.1.2.1.2.2", "1.3.6.1.2.1.31.1.1", "1.3.6.1.2.1.4"].map(|oid| oid.parse::<Oid>().unwrap());
    let requests = simulator.requests();
    let is_of_these = |name: &&Oid| tables.iter().any(|table| name.starts_with(table));
    assert_eq!(requests.iter().flat_map(|asked| &asked.request.names).find(is_of_these), None);
}

#[tokio::test]
async fn a_scalar_that_is_taken_away_is_a_gap() {
    let ((server, _dir), simulator) = (narrowed("system-info", &["1.3.6.1.2.1.1"]).await, switch().await);
    let body = with(at(&simulator, "switch"), &json!({ "recipes": ["system-info"] }));
    let status = server.poll(&body).await;
    assert_eq!(status["data"]["snmp_data"]["sysName"], "synthetic");
    let gaps = gaps_of(&status, "system-info");
    assert!(gaps.iter().any(|gap| gap["table"].as_str().unwrap().ends_with(".0")), "{gaps:?}");
    assert!(gaps.iter().all(|gap| gap["kind"] == "withheld"), "{gaps:?}");
    assert_eq!(status["partial"], true);
}

#[tokio::test]
async fn a_device_without_anything_is_not_blamed_on_the_manifest() {
    let empty = Simulator::builder().device("bare", Recording::new(Vec::new())).bind("127.0.0.1:0").await.unwrap();
    let (server, _dir) = narrowed("arp", &["1.3.6.1.2.1.4.22.1.2"]).await;
    let status = server.poll(&at(&empty, "bare")).await;
    let told = status.to_string();
    assert!(!told.contains("manifest"), "{told}");
}
