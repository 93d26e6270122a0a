//! The plugins are loaded again while the proxy serves.

use std::fs;

use super::*;

/// A plugin that the folder may hold, by its name.
const ADDED: &str = "hostile-guest";

#[tokio::test(flavor = "multi_thread")]
async fn plugins_of_the_folder_come_and_go_while_it_serves() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(format!("{ADDED}.wasm"));
    let server = Server::start(|settings| settings.plugins.dir = Some(dir.path().to_owned())).await;
    let reload_as = async |status| server.send(&format!("POST /-/reload\nX-API-Key: {KEY}")).await.json(status);
    let reload = async || reload_as(200).await;
    assert_eq!(server.send("POST /-/reload").await.status, 401, "not without a key");
    assert_eq!(reload().await, json!({ "success": true, "read": [], "removed": [], "problems": [] }));

    let before = server.get("/plugins/arp").await;
    fs::write(&file, bundle::HOSTILE_GUEST).unwrap();
    fs::write(dir.path().join("arp.wasm"), "torn").unwrap();
    let loaded = reload_as(500).await;
    assert_eq!((&loaded["success"], &loaded["read"]), (&json!(false), &json!(["arp", ADDED])));
    assert!(
        loaded["problems"][0].as_str().unwrap().starts_with("`arp` is not a WebAssembly component: it is a text"),
        "{loaded}"
    );
    assert_eq!(server.get(&format!("/plugins/{ADDED}")).await["state"], "ready");
    assert_eq!(server.get("/plugins/arp").await, before, "the bundled one goes on");

    fs::write(&file, "torn").unwrap();
    fs::remove_file(dir.path().join("arp.wasm")).unwrap();
    let broken = reload_as(500).await;
    assert_eq!((&broken["success"], &broken["removed"]), (&json!(false), &json!(["arp"])));
    let problems = server.get("/plugins").await["problems"].clone();
    let version = server.get(&format!("/plugins/{ADDED}")).await["version"].clone();
    assert_eq!((&problems[0]["name"], &problems[0]["in_force"]), (&json!(ADDED), &version), "{problems}");

    fs::remove_file(&file).unwrap();
    assert_eq!(reload().await["removed"], json!([ADDED]));
    assert_eq!(server.get("/plugins").await["problems"], json!([]));
    assert_eq!(server.send(&format!("GET /plugins/{ADDED}\nX-API-Key: {KEY}")).await.status, 404);
}
