//! While a file of the plugins folder is compiled, everything else is served.

use std::{fs, path::Path};

use runtime::ChildProgram;

use super::*;

/// The name of the plugin that compiles.
const SLOW: &str = "hostile-guest";

/// A proxy with a file in its plugins folder that compiles until [`go`] is called, and then as `script` says.
async fn server(dir: &Path, script: &str) -> Server {
    let plugins = dir.join("plugins");
    fs::create_dir(&plugins).unwrap();
    fs::write(plugins.join(format!("{SLOW}.wasm")), bundle::HOSTILE_GUEST).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(dir.join("go")).status().unwrap().success());
    // Who reads a FIFO waits until somebody writes into it.
    let script = format!("cat {}; {script}", dir.join("go").display());
    let program = ChildProgram { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into()] };
    let mut settings = Settings::with_api_key(KEY);
    settings.plugins.dir = Some(plugins);
    settings.limits.snmp.packet_timeout = Duration::from_millis(200);
    Server::serve(Proxy::start(settings, Compiler::Children(program), Arc::new(())).await.unwrap()).await
}

/// Lets it be compiled.
async fn go(dir: &Path) {
    let go = dir.join("go");
    tokio::task::spawn_blocking(move || fs::write(go, "").unwrap()).await.unwrap();
}

async fn ready(server: &Server, status: u16) -> String {
    let answer = server.send("GET /readyz").await;
    assert_eq!(answer.status, status, "{}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_that_names_a_plugin_that_is_compiled_waits_and_others_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let (simulator, server) = (switch().await, server(dir.path(), "echo 'it is odd' >&2; exit 3").await);
    // One device has one poll at a time.
    let another = switch().await;
    assert_eq!(ready(&server, 503).await, r#"{"status":"compiling","compiling":["hostile-guest"]}"#);
    let plugins = server.get("/plugins").await;
    assert_eq!(plugins["compiling"][0]["state"], "compiling");
    assert_eq!(plugins["compiling"][0]["name"], SLOW);
    assert_eq!(plugins["plugins"][0]["state"], "ready");
    let one = server.send(&format!("GET /plugins/{SLOW}\nX-API-Key: {KEY}")).await;
    assert_eq!(one.json(404)["detail"], "The plugin is still being compiled");

    let waiting = server.submit(&with(at(&simulator, "switch"), &json!({ "recipes": [SLOW, "arp"] }))).await;
    server.until_running(&waiting).await;
    let other = server.poll(&with(at(&another, "switch"), &json!({ "recipes": ["arp"] }))).await;
    assert_eq!((&other["status"], &other["warnings"]), (&json!("complete"), &json!([])), "{other}");
    let auto = server.poll(&with(at(&another, "switch"), &json!({ "recipes": "auto" }))).await;
    assert_eq!(auto["status"], "complete");
    assert_eq!(
        auto["warnings"],
        json!(["auto: the plugin `hostile-guest` is still being compiled, and was not looked at"])
    );
    let still = server.get(&format!("/status/{waiting}")).await;
    assert_eq!(still["status"], "running", "{still}");
    assert!(
        still["progress"].to_string().contains("Waiting for the plugin hostile-guest to be compiled..."),
        "{still}"
    );

    go(dir.path()).await;
    let ended = server.ended(&waiting).await;
    let reason = "it could not be loaded: it is not a component that this host can compile: it is odd";
    assert_eq!(ended["error"], format!("The plugin `hostile-guest` cannot run: {reason}"));
    assert_eq!(ready(&server, 200).await, r#"{"status":"ready","compiling":[]}"#);
    let plugins = server.get("/plugins").await;
    assert_eq!((&plugins["compiling"], &plugins["problems"][0]["state"]), (&json!([]), &json!("failed")));
    let refused = server.post("/snmp/poll", &with(at(&simulator, "switch"), &json!({ "recipes": [SLOW] }))).await;
    assert!(refused.json(422).to_string().contains("`hostile-guest` could not be loaded: it is not a component"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_stops_does_not_wait_for_what_is_compiled() {
    let dir = tempfile::tempdir().unwrap();
    let (simulator, server) = (switch().await, server(dir.path(), "").await);
    let waiting = server.submit(&with(at(&simulator, "switch"), &json!({ "recipes": [SLOW] }))).await;
    server.until_running(&waiting).await;
    tokio::time::timeout(Duration::from_secs(20), server.stop()).await.unwrap();
}
