//! Paths, methods, keys and bodies of errors, as the reference has them.

use std::io::Write as _;

use expect_test::{Expect, expect};

use super::*;

/// Sends requests that need no device, and shows what comes back.
async fn check(requests: &[&str], expected: Expect) {
    let server = Server::without_plugins().await;
    let mut shown = String::new();
    for request in requests {
        let answer = server.send(request).await;
        let header = |name: &str| {
            let line = answer.head.lines().find(|line| line.starts_with(&format!("{name}:")));
            line.map(|line| format!(" [{line}]")).unwrap_or_default()
        };
        shown += &format!(
            "{} -> {}{}{}{} {}\n",
            request.replace('\n', " | "),
            answer.status,
            header("allow"),
            header("location"),
            header("access-control-allow-origin"),
            answer.body
        );
    }
    expected.assert_eq(&shown);
}

#[tokio::test]
async fn the_key_is_asked_for_everywhere_but_at_health_and_the_documentation() {
    check(
        &[
            "GET /jobs",
            "GET /jobs\nX-API-Key:",
            "GET /jobs\nX-API-Key: wrong",
            "GET /jobs\nAuthorization: Bearer testkey",
            "GET /jobs?api_key=testkey",
            "GET /jobs\nx-api-key: testkey",
            "GET /status/x",
            "DELETE /jobs/x",
            "GET /plugins",
            "GET /plugins/arp",
            "POST /snmp/poll\nContent-Type: application/json\n\n{bad",
            "POST /snmp/get\n\n{}",
            "POST /snmp/walk\n\n{}",
            "POST /snmp/decode\n\n{}",
            "GET /traps",
            "GET /traps/1",
            "GET /traps/events",
        ],
        expect![[r#"
            GET /jobs -> 401 {"detail":"Missing X-API-Key header"}
            GET /jobs | X-API-Key: -> 401 {"detail":"Missing X-API-Key header"}
            GET /jobs | X-API-Key: wrong -> 403 {"detail":"Invalid API key"}
            GET /jobs | Authorization: Bearer testkey -> 401 {"detail":"Missing X-API-Key header"}
            GET /jobs?api_key=testkey -> 401 {"detail":"Missing X-API-Key header"}
            GET /jobs | x-api-key: testkey -> 200 {"jobs":[],"total":0}
            GET /status/x -> 401 {"detail":"Missing X-API-Key header"}
            DELETE /jobs/x -> 401 {"detail":"Missing X-API-Key header"}
            GET /plugins -> 401 {"detail":"Missing X-API-Key header"}
            GET /plugins/arp -> 401 {"detail":"Missing X-API-Key header"}
            POST /snmp/poll | Content-Type: application/json |  | {bad -> 401 {"detail":"Missing X-API-Key header"}
            POST /snmp/get |  | {} -> 401 {"detail":"Missing X-API-Key header"}
            POST /snmp/walk |  | {} -> 401 {"detail":"Missing X-API-Key header"}
            POST /snmp/decode |  | {} -> 401 {"detail":"Missing X-API-Key header"}
            GET /traps -> 401 {"detail":"Missing X-API-Key header"}
            GET /traps/1 -> 401 {"detail":"Missing X-API-Key header"}
            GET /traps/events -> 401 {"detail":"Missing X-API-Key header"}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn unknown_paths_methods_and_tickets_are_answered_as_by_the_reference() {
    check(
        &[
            "GET /",
            "GET /nope\nX-API-Key: testkey",
            "GET /snmp/poll",
            "DELETE /health",
            "HEAD /snmp/poll",
            "DELETE /jobs",
            "GET /jobs/825d8eb2-0a97-4442-b36b-5070cd62279d",
            "OPTIONS /snmp/poll\nOrigin: http://evil.example\nAccess-Control-Request-Method: POST",
            "GET /health/",
            "GET /jobs/?status=complete",
            "GET //evil.example/",
            "GET /jobs?status=COMPLETE\nX-API-Key: testkey",
            "GET /jobs?status=\nX-API-Key: testkey",
            "GET /status/notauuid\nX-API-Key: testkey",
            "GET /status/00000000-0000-0000-0000-000000000000\nX-API-Key: testkey",
            "GET /status/notauuid?wait=soon&since=then\nX-API-Key: testkey",
            "DELETE /jobs/notauuid\nX-API-Key: testkey",
            "GET /plugins/nope\nX-API-Key: testkey",
            "GET /docs/nope",
            "GET /status/%ff\nX-API-Key: testkey",
            "GET /plugins/%ff\nX-API-Key: testkey",
            "GET /jobs?status=failed&status=failed\nX-API-Key: testkey",
            "GET /jobs?limit=0&after=x\nX-API-Key: testkey",
        ],
        expect![[r#"
            GET / -> 404 {"detail":"Not Found"}
            GET /nope | X-API-Key: testkey -> 404 {"detail":"Not Found"}
            GET /snmp/poll -> 405 [allow: post] {"detail":"Method Not Allowed"}
            DELETE /health -> 405 [allow: get,head] {"detail":"Method Not Allowed"}
            HEAD /snmp/poll -> 405 [allow: post] 
            DELETE /jobs -> 405 [allow: get,head] {"detail":"Method Not Allowed"}
            GET /jobs/825d8eb2-0a97-4442-b36b-5070cd62279d -> 405 [allow: delete] {"detail":"Method Not Allowed"}
            OPTIONS /snmp/poll | Origin: http://evil.example | Access-Control-Request-Method: POST -> 405 [allow: post] {"detail":"Method Not Allowed"}
            GET /health/ -> 307 [location: /health] 
            GET /jobs/?status=complete -> 307 [location: /jobs?status=complete] 
            GET //evil.example/ -> 404 {"detail":"Not Found"}
            GET /jobs?status=COMPLETE | X-API-Key: testkey -> 400 {"detail":"Invalid status: COMPLETE"}
            GET /jobs?status= | X-API-Key: testkey -> 200 {"jobs":[],"total":0}
            GET /status/notauuid | X-API-Key: testkey -> 404 {"detail":"Unknown ticket"}
            GET /status/00000000-0000-0000-0000-000000000000 | X-API-Key: testkey -> 404 {"detail":"Unknown ticket"}
            GET /status/notauuid?wait=soon&since=then | X-API-Key: testkey -> 422 {"detail":[{"type":"float_parsing","loc":["query","wait"],"msg":"Input should be a number of seconds, 0 or more"},{"type":"int_parsing","loc":["query","since"],"msg":"Input should be a valid integer, unable to parse string as an integer"}]}
            DELETE /jobs/notauuid | X-API-Key: testkey -> 404 {"detail":"Unknown ticket"}
            GET /plugins/nope | X-API-Key: testkey -> 404 {"detail":"Unknown plugin"}
            GET /docs/nope -> 404 {"detail":"Not Found"}
            GET /status/%ff | X-API-Key: testkey -> 404 {"detail":"Unknown ticket"}
            GET /plugins/%ff | X-API-Key: testkey -> 404 {"detail":"Unknown plugin"}
            GET /jobs?status=failed&status=failed | X-API-Key: testkey -> 400 {"detail":"The query cannot be read"}
            GET /jobs?limit=0&after=x | X-API-Key: testkey -> 422 {"detail":[{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 1"},{"type":"int_parsing","loc":["query","after"],"msg":"Input should be a valid integer, unable to parse string as an integer"}]}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn health_says_ok_without_a_key() {
    let server = Server::without_plugins().await;
    let health = server.send("GET /health").await.json(200);
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        (&health["active_jobs"], &health["total_jobs"], &health["max_concurrent"]),
        (&json!(0), &json!(0), &json!(6))
    );
    assert!(health["uptime_seconds"].is_f64());
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = Server::without_plugins().await;
    let key = format!("X-API-Key: {KEY}");
    for path in ["/health", "/docs", "/docs/swagger-ui.css", "/openapi.json", "/docs/nope", "/nope", "/jobs/", "/jobs"]
    {
        let (head, get) = (server.send(&format!("HEAD {path}")).await, server.send(&format!("GET {path}")).await);
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
        if path != "/health" {
            assert_eq!(without_date(&head.head), without_date(&get.head), "{path}");
        }
    }
    for path in ["/jobs", "/plugins", "/traps?after=0", "/traps/events", "/status/x", "/plugins/x", "/jobs?status=x"] {
        let head = server.send(&format!("HEAD {path}\n{key}")).await;
        let expected = match path {
            "/status/x" | "/plugins/x" => 404,
            "/jobs?status=x" => 400,
            _ => 200,
        };
        assert_eq!((head.status, head.body.as_str()), (expected, ""), "{path}");
    }
}

/// The header of an answer without the one line that differs from second to second, in an order of its own.
fn without_date(head: &str) -> Vec<&str> {
    let mut lines: Vec<_> = head.lines().filter(|line| !line.starts_with("date:")).collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn no_answer_is_taken_for_something_else_or_kept() {
    let mut settings = Settings::with_api_key(KEY);
    settings.server.cors_origins = vec!["http://noc.example".to_owned()];
    let server = Server::serve(Proxy::start_without_plugins(settings).await.unwrap()).await;
    for request in [
        "GET /health".to_owned(),
        "HEAD /health".to_owned(),
        "GET /docs".to_owned(),
        "GET /docs/swagger-ui.css".to_owned(),
        "GET /openapi.json".to_owned(),
        "GET /jobs".to_owned(),
        "GET /nope".to_owned(),
        "GET /jobs/".to_owned(),
        "DELETE /health".to_owned(),
        "GET /jobs\nX-API-Key: wrong".to_owned(),
        format!("GET /jobs\nX-API-Key: {KEY}"),
        format!("HEAD /traps/events\nX-API-Key: {KEY}"),
        format!("POST /snmp/poll\nX-API-Key: {KEY}\n\n{{}}"),
        "OPTIONS /snmp/poll\nOrigin: http://noc.example\nAccess-Control-Request-Method: POST".to_owned(),
    ] {
        let head = server.send(&request).await.head;
        let count = |line: &str| head.lines().filter(|header| *header == line).count();
        let all = head.matches("cache-control:").count();
        assert_eq!(
            (count("x-content-type-options: nosniff"), count("cache-control: no-store"), all),
            (1, 1, 1),
            "{head}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_packed_is_unpacked_within_the_bound_or_refused() {
    let server = Server::without_plugins().await;
    let send = async |coding: &str, body: Vec<u8>| {
        let head = format!(
            "POST /snmp/get HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\nX-API-Key: {KEY}\r\n\
             Content-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        server.octets(&[head.into_bytes(), body].concat()).await
    };
    let refused = send("gzip", gzip(b"{}")).await.json(422);
    assert_eq!(refused["detail"][0]["loc"], json!(["body", "target"]), "it was read");
    let bomb = send("gzip", gzip(&vec![b' '; 2 << 20])).await;
    assert_eq!(bomb.json(413)["detail"], "The body has more than 1 MiB (limit `http.body_bytes`)");
    let broken = send("gzip", b"{}".to_vec()).await;
    assert_eq!(broken.json(400)["detail"], "The body is not valid gzip, as Content-Encoding says it is");
    for coding in ["br", "deflate", "gzip, gzip", "nonsense"] {
        let answer = send(coding, b"{}".to_vec()).await;
        let detail = "Unsupported Content-Encoding: send the body as it is, or with gzip";
        assert_eq!(answer.json(415), json!({ "detail": detail }), "{coding}");
        assert!(answer.head.contains("accept-encoding: gzip, identity"), "{}", answer.head);
    }
    let without_key = server.send("POST /snmp/get\nContent-Encoding: br\n\n{}").await;
    assert_eq!(without_key.status, 401, "nobody learns more without a key");
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packing = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packing.write_all(body).unwrap();
    packing.finish().unwrap()
}

#[tokio::test]
async fn wrong_keys_beyond_a_few_are_answered_late_and_right_ones_at_once() {
    let mut settings = Settings::with_api_key(KEY);
    settings.limits.keys.failures = 2;
    settings.limits.keys.delay = A_LONG_TIME;
    let server = Server::serve(Proxy::start_without_plugins(settings).await.unwrap()).await;
    server.get("/jobs").await;
    for _ in 0..2 {
        assert_eq!(server.send("GET /jobs\nX-API-Key: wrong").await.status, 403);
    }
    let late = server.send("GET /jobs\nX-API-Key: wrong");
    let late_at_health = server.send("GET /health\nX-API-Key: wrong");
    let right = async {
        loop {
            let health = server.get("/health").await;
            assert_eq!(health["status"], "ok");
            if health["keys"]["late"] == 2 {
                return health["keys"].clone();
            }
        }
    };
    tokio::select! {
        _ = late => panic!("a wrong key is answered at once"),
        _ = late_at_health => panic!("a wrong key is answered at once, where none is wanted"),
        keys = right => assert_eq!(keys, json!({ "wrong": 4, "late": 2, "sources": 1 })),
    }
}

#[tokio::test]
async fn a_body_beyond_the_bound_is_refused() {
    let server = Server::without_plugins().await;
    let answer = server.post("/snmp/poll", &json!({ "target": "x".repeat(1 << 20) })).await;
    let detail = "The body has more than 1 MiB (limit `http.body_bytes`)";
    assert_eq!(answer.json(413), json!({ "detail": detail }));
}

#[tokio::test]
async fn other_origins_get_nothing_unless_configured() {
    let server = Server::without_plugins().await;
    let request = "GET /health\nOrigin: http://noc.example";
    assert!(!server.send(request).await.head.contains("access-control"));

    let mut settings = Settings::with_api_key(KEY);
    settings.server.cors_origins = vec!["http://noc.example".to_owned()];
    let server = Server::serve(Proxy::start_without_plugins(settings).await.unwrap()).await;
    assert!(server.send(request).await.head.contains("access-control-allow-origin: http://noc.example"));
    let evil = server.send("GET /health\nOrigin: http://evil.example").await;
    assert!(!evil.head.contains("access-control-allow-origin"));
    let preflight = "OPTIONS /snmp/poll\nOrigin: http://noc.example\nAccess-Control-Request-Method: POST";
    let preflight = server.send(preflight).await;
    assert!(preflight.status == 200 && preflight.head.contains("access-control-allow-headers: content-type,x-api-key"));
}

#[tokio::test]
async fn the_documentation_needs_neither_key_nor_internet() {
    let server = Server::without_plugins().await;
    let page = server.send("GET /docs").await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("//"), "nothing is loaded from elsewhere");
    for (_, link) in page.body.match_indices("docs/").map(|(place, _)| page.body.split_at(place)) {
        let file = link.split('"').next().unwrap();
        assert_eq!(server.status(&format!("GET /{file}")).await, 200, "{file}");
    }
    let document = server.send("GET /openapi.json").await.json(200);
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    let expected = [
        "/-/reload",
        "/health",
        "/jobs",
        "/jobs/{ticket}",
        "/plugins",
        "/plugins/{name}",
        "/plugins/{name}/schema",
        "/readyz",
        "/snmp/decode",
        "/snmp/get",
        "/snmp/poll",
        "/snmp/walk",
        "/status/{ticket}",
        "/traps",
        "/traps/events",
        "/traps/{number}",
    ];
    assert_eq!(paths, expected);
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[tokio::test]
async fn every_path_is_found_with_a_slash_too_many() {
    let server = Server::without_plugins().await;
    let document = server.send("GET /openapi.json").await.json(200);
    for path in document["paths"].as_object().unwrap().keys() {
        let path = path.replace(['{', '}'], "");
        let answer = server.send(&format!("GET {path}/")).await;
        assert!(answer.status == 307 && answer.head.contains(&format!("location: {path}\r\n")), "{path}");
    }
}
