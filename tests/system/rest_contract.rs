//! The REST contract's refusals and small answers, one row a rule.

use std::net::UdpSocket;

use harness::{Answer, Proxy};
use serde_json::{Value, json};

/// What an answer says, short enough for a table: the status, and the body or what matters of it.
fn says(answer: &Answer) -> String {
    let Some(problems) = answer.body["detail"].as_array() else { return format!("{} {}", answer.status, answer.body) };
    let mut lines: Vec<String> = problems
        .iter()
        .map(|problem| {
            assert!(problem["msg"].is_string(), "a problem has a message: {problem}");
            assert!(problem.get("input").is_none(), "the input may be a secret: {problem}");
            let loc: Vec<String> = problem["loc"].as_array().expect("loc").iter().map(plain).collect();
            format!("{}:{}", loc.join("."), plain(&problem["type"]))
        })
        .collect();
    lines.sort();
    format!("{} {}", answer.status, lines.join(" "))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_field_of_a_request_is_one_entry_of_a_422() {
    let proxy = Proxy::start(&[]).await;
    let v3 = |auth: Value| json!({ "target": "192.0.2.1", "version": "3", "v3_auth": auth });
    let wrong: &[(&str, Value, &str)] = &[
        ("/snmp/poll", json!({}), "422 body.target:missing"),
        ("/snmp/poll", json!([1]), "422 body:model_attributes_type"),
        (
            "/snmp/poll",
            json!({ "target": 5, "community": null }),
            "422 body.community:string_type body.target:string_type",
        ),
        (
            "/snmp/poll",
            json!({ "target": "192.0.2.1", "get_timeout": 0, "walk_timeout": 601, "port": "abc", "collect_arp": "maybe" }),
            "422 body.collect_arp:bool_parsing body.get_timeout:greater_than_equal body.port:int_parsing \
             body.walk_timeout:less_than_equal",
        ),
        (
            "/snmp/get",
            json!({ "target": "192.0.2.1", "timeout": 2.5 }),
            "422 body.oid:missing body.timeout:int_from_float",
        ),
        (
            "/snmp/walk",
            json!({ "target": "192.0.2.1", "oid": "1.3", "timeout": 5 }),
            "422 body.timeout:greater_than_equal",
        ),
        ("/snmp/poll", json!({ "target": "192.0.2.1", "version": 3 }), "422 body.version:string_type"),
        ("/snmp/poll", v3(json!({})), "422 body.v3_auth.username:missing"),
    ];
    for (path, body, expected) in wrong {
        assert_eq!(says(&proxy.client().post(path, body).await), *expected, "{path} {body}");
    }
    // What exactly these are called is our own; that each is refused, at its field, is the contract.
    for (field, body) in [
        ("body.port", json!({ "target": "192.0.2.1", "port": 0 })),
        ("body.port", json!({ "target": "192.0.2.1", "port": 65536 })),
        ("body.version", json!({ "target": "192.0.2.1", "version": "2" })),
        ("body.v3_auth", json!({ "target": "192.0.2.1", "version": "3" })),
        (
            "body.v3_auth.auth_protocol",
            v3(json!({ "username": "u", "auth_protocol": "CRC", "auth_password": "longenough" })),
        ),
        (
            "body.v3_auth.priv_protocol",
            v3(json!({ "username": "u", "priv_protocol": "ROT13", "priv_password": "longenough" })),
        ),
        ("body.target", json!({ "target": "" })),
        ("body.recipes", json!({ "target": "192.0.2.1", "recipes": ["no-such-recipe"] })),
    ] {
        let answer = proxy.client().post("/snmp/poll", &body).await;
        let said = says(&answer);
        assert!(said.starts_with("422 ") && said.contains(field), "{body}: {said}");
        assert!(!answer.text.contains("longenough"), "a password is a secret: {}", answer.text);
    }
    let oid = proxy.client().post("/snmp/get", &json!({ "target": "192.0.2.1", "oid": "sysDescr" })).await;
    assert!(says(&oid).starts_with("422 body.oid:"), "{}", oid.text);
    let no_json = proxy.client().send("POST", "/snmp/poll", Some("{target".to_owned())).await;
    assert_eq!((no_json.status, &no_json.body["detail"][0]["type"]), (422, &json!("json_invalid")), "{}", no_json.text);
    let too_long = proxy.client().send("POST", "/snmp/poll", Some(" ".repeat(2 << 20))).await;
    assert_eq!(too_long.status, 413, "{}", too_long.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_paths_and_methods_are_refused_as_the_reference_does() {
    let proxy = Proxy::start(&[]).await;
    let client = proxy.client();
    let (none, wrong) = (client.with_key(""), client.with_key("guess"));
    let unknown = "/status/00000000-0000-4000-8000-000000000000";
    for (answer, expected) in [
        (none.get("/jobs").await, r#"401 {"detail":"Missing X-API-Key header"}"#),
        (wrong.get("/jobs").await, r#"403 {"detail":"Invalid API key"}"#),
        (wrong.post("/snmp/poll", &json!({})).await, r#"403 {"detail":"Invalid API key"}"#),
        (client.get("/nope").await, r#"404 {"detail":"Not Found"}"#),
        (client.get(unknown).await, r#"404 {"detail":"Unknown ticket"}"#),
        (client.get("/status/not-a-ticket").await, r#"404 {"detail":"Unknown ticket"}"#),
        (client.delete("/jobs/not-a-ticket").await, r#"404 {"detail":"Unknown ticket"}"#),
        (client.get("/jobs?status=done").await, r#"400 {"detail":"Invalid status: done"}"#),
        (client.get("/jobs").await, r#"200 {"jobs":[],"total":0}"#),
        (client.get("/snmp/poll").await, r#"405 {"detail":"Method Not Allowed"}"#),
        (client.delete("/health").await, r#"405 {"detail":"Method Not Allowed"}"#),
    ] {
        assert_eq!(says(&answer), expected);
    }
    let refused = client.get("/snmp/poll").await;
    assert_eq!(refused.headers["allow"], "POST");
    let health = none.get("/health").await;
    for key in ["status", "version", "active_jobs", "total_jobs", "max_concurrent", "uptime_seconds"] {
        assert!(health.body.get(key).is_some(), "{key}: {}", health.text);
    }
    assert!(
        health.headers.keys().all(|name| !name.as_str().starts_with("access-control")),
        "no CORS unless configured"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_and_its_page_need_no_key_and_no_internet() {
    let proxy = Proxy::start(&[]).await;
    let anybody = proxy.client().with_key("");
    let description = anybody.get("/openapi.json").await;
    assert_eq!(description.status, 200);
    for path in
        ["/health", "/snmp/poll", "/status/{ticket}", "/jobs", "/jobs/{ticket}", "/snmp/get", "/snmp/walk", "/plugins"]
    {
        assert!(description.body["paths"].get(path).is_some(), "{path} is described");
    }
    let page = anybody.get("/docs/").await;
    assert_eq!(page.status, 200);
    assert!(!page.text.contains("//cdn") && !page.text.contains("https://"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_refuses_submits_and_nothing_else() {
    // A device that takes every request and answers none.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("proxy.toml");
    std::fs::write(&config, "[tickets]\nqueued = 2\n").unwrap();
    let proxy = Proxy::start(&["--config", config.to_str().unwrap(), "--max-concurrent", "1"]).await;
    let client = proxy.client();
    let request = json!({ "target": "127.0.0.1", "port": silent.local_addr().unwrap().port() });
    let running = client.submit(&request).await;
    client.started(&running).await;
    let queued = [client.submit(&request).await, client.submit(&request).await];

    let refused = client.post("/snmp/poll", &request).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(client.get(&format!("/status/{}", queued[0])).await.status, 200);
    assert_eq!(client.get("/health").await.body["active_jobs"], 3);
    client.delete(&format!("/jobs/{}", queued[0])).await;
    client.submit(&request).await;
}
