//! A plugin that does what no plugin should: the ticket says which plugin did what, and the next poll is served as if
//! nothing had happened.

use harness::Proxy;
use serde_json::{Value, json};
use simulator::{Simulator, SyntheticDevice};

/// What the hostile guest is told to do, and the words that the gap must hold.
const ACTS: &[(&str, &str)] = &[
    ("spin", "CPU"),
    ("grow", "memory"),
    ("recurse", ""),
    ("panic", "panic"),
    ("trap", "unreachable"),
    ("flood_log", ""),
    ("open_readers", ""),
    ("huge_result", ""),
    ("invalid_json", "JSON"),
    ("undeclared_section", "section"),
    ("missing_section", "section"),
];

/// With a cache of its own, so that it is really compiled.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_compiled_in_a_child_within_bounds() {
    let device = SyntheticDevice { interfaces: 3, arp_rows: 3, ..SyntheticDevice::default() };
    let agent = Simulator::builder().device("public", device.recording()).bind("127.0.0.1:0").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("plugins");
    std::fs::create_dir(&plugins).unwrap();
    std::fs::write(plugins.join("hostile-guest.wasm"), bundle::HOSTILE_GUEST).unwrap();
    let cache = folder.path().join("cache");
    let flags = ["--plugins-dir", plugins.to_str().unwrap(), "--cache-dir", cache.to_str().unwrap()];
    let recipes = json!([{ "name": "hostile-guest", "params": { "act": "good" } }]);
    let request = json!({ "target": "127.0.0.1", "port": agent.addr().port(), "recipes": recipes });

    let proxy = Proxy::start_with("[sandbox]\ncompile_time = \"10ms\"\n", &flags).await;
    let client = proxy.client();
    let give_up = std::time::Instant::now() + harness::SAFETY_NET;
    while client.get("/readyz").await.status != 200 {
        assert!(std::time::Instant::now() < give_up, "it is given up");
    }
    let problems = client.get("/plugins").await.body["problems"].to_string();
    assert!(problems.contains("is not compiled after 10ms (limit `compile_time`)"), "{problems}");
    drop(proxy);

    for _cold_then_warm in 0..2 {
        let proxy = Proxy::start(&flags).await;
        let ended = proxy.client().ended(&proxy.client().submit(&request).await).await;
        assert_eq!((&ended["status"], &ended["data"]["hostile"]), (&json!("complete"), &json!("good")), "{ended}");
        drop(proxy);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_plugin_costs_nobody_else_anything() {
    let device = SyntheticDevice { interfaces: 3, arp_rows: 3, ..SyntheticDevice::default() };
    let builder = Simulator::builder().device("public", device.recording());
    let agent = builder.bind("127.0.0.1:0").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hostile-guest.wasm"), bundle::HOSTILE_GUEST).unwrap();
    std::fs::write(folder.path().join("broken.wasm"), b"no component").unwrap();
    let proxy = Proxy::start(&["--plugins-dir", folder.path().to_str().unwrap()]).await;
    let client = proxy.client();

    let plugins = client.get("/plugins").await;
    assert!(plugins.text.contains("broken"), "a broken plugin is reported by name: {}", plugins.text);

    let poll = async |recipes: Value| {
        let request = json!({ "target": "127.0.0.1", "port": agent.addr().port(), "recipes": recipes });
        client.ended(&client.submit(&request).await).await
    };
    let before = proxy.readings();
    for (act, words) in ACTS {
        let recipes = json!(["system-info", { "name": "hostile-guest", "params": { "act": act } }, "arp"]);
        let ended = poll(recipes).await;
        assert_eq!(ended["status"], "complete", "{act}: the other recipes keep their result: {ended}");
        assert_eq!(ended["data"]["arp_table"].as_array().map(Vec::len), Some(3), "{act}: {ended}");
        if !words.is_empty() {
            assert_eq!(ended["partial"], true, "{act}: {ended}");
            let gaps = ended["gaps"].to_string();
            assert!(gaps.contains("hostile-guest") && gaps.contains(words), "{act}: {gaps}");
        }
        let next = poll(json!(["system-info", "interfaces", "arp"])).await;
        assert_eq!((&next["status"], &next["partial"]), (&json!("complete"), &json!(false)), "after {act}: {next}");
    }

    let wrong = json!({
        "target": "127.0.0.1",
        "port": agent.addr().port(),
        "recipes": ["system-info", { "name": "hostile-guest", "params": { "act": 4711 } }],
    });
    let answer = client.post("/snmp/poll", &wrong).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body["detail"][0]["loc"], json!(["body", "recipes", 1, "params", "act"]));
    assert_eq!(body["detail"][0]["msg"], "Recipe error, the parameters are wrong: the value is not a string");

    let refused =
        poll(json!(["system-info", { "name": "hostile-guest", "params": { "act": "undeclared_oid" } }])).await;
    let refusals = refused["data"]["hostile"]["refused"].as_array().expect("what it was refused");
    assert!(refusals.len() > 3, "{refused}");
    assert!(
        refusals.iter().all(|line| line.as_str().is_some_and(|line| line.contains("nothing was sent"))),
        "{refused}"
    );

    // It asks for ever, it ignores the cancel: the ticket ends all the same, and its slot is free again.
    for act in ["ask_for_ever", "ignore_cancel", "sleep_for_ever"] {
        let recipes = json!(["system-info", { "name": "hostile-guest", "params": { "act": act } }]);
        let request = json!({ "target": "127.0.0.1", "port": agent.addr().port(), "recipes": recipes });
        let ticket = client.submit(&request).await;
        client.started(&ticket).await;
        client.delete(&format!("/jobs/{ticket}")).await;
        assert_eq!(client.get(&format!("/status/{ticket}")).await.body["status"], "cancelled", "{act}");
        let next = poll(json!(["system-info"])).await;
        assert_eq!(next["status"], "complete", "after {act}: {next}");
    }
    let after = proxy.readings();
    assert!(after.file_descriptors <= before.file_descriptors + 4, "{before:?} {after:?}");
    assert!(after.threads <= before.threads + 4, "{before:?} {after:?}");
}
