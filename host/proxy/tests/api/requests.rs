//! Wrong requests: one entry for every wrong field, and never what was sent.

use expect_test::{Expect, expect};

use super::*;

/// Sends bodies of requests, and shows the entries of the answers.
pub(super) async fn check(path: &str, bodies: &[Value], expected: Expect) {
    let server = Server::start(|_| ()).await;
    let mut shown = String::new();
    for body in bodies {
        let answer = server.post(path, body).await;
        shown += &format!("{body}\n");
        if answer.status != 422 {
            shown += &format!("  -> {} {}\n", answer.status, answer.body);
            continue;
        }
        for problem in answer.json(422)["detail"].as_array().unwrap() {
            let steps = problem["loc"].as_array().unwrap().iter().map(|step| step.to_string().replace('"', ""));
            let loc = steps.collect::<Vec<_>>().join(".");
            assert_eq!(problem.as_object().unwrap().len(), 3, "nothing but type, loc and msg");
            shown += &format!("  {loc}: {}: {}\n", problem["type"].as_str().unwrap(), problem["msg"].as_str().unwrap());
        }
    }
    expected.assert_eq(&shown);
}

#[tokio::test]
async fn every_wrong_field_of_a_poll_is_one_entry() {
    check(
        "/snmp/poll",
        &[
            json!({}),
            json!([1]),
            json!(null),
            json!({
                "target": 5, "community": null, "version": 3, "port": 0, "v3_auth": "x", "collect_interfaces": "maybe",
                "collect_arp": [], "recipes": 7, "get_timeout": 61, "walk_timeout": 9.5,
            }),
            json!({ "target": "", "version": "v2c", "port": 65_536, "get_timeout": null, "walk_timeout": "601" }),
            json!({ "target": "a\nb", "community": "c".repeat(256), "version": "banana" }),
            json!({ "target": "x".repeat(256) }),
        ],
        expect![[r#"
            {}
              body.target: missing: Field required
            [1]
              body: model_attributes_type: Input should be a valid dictionary or object to extract fields from
            null
              body: missing: Field required
            {"target":5,"community":null,"version":3,"port":0,"v3_auth":"x","collect_interfaces":"maybe","collect_arp":[],"recipes":7,"get_timeout":61,"walk_timeout":9.5}
              body.target: string_type: Input should be a valid string
              body.community: string_type: Input should be a valid string
              body.version: string_type: Input should be a valid string
              body.port: greater_than_equal: Input should be greater than or equal to 1
              body.v3_auth: model_attributes_type: Input should be a valid dictionary or object to extract fields from
              body.collect_interfaces: bool_parsing: Input should be a valid boolean, unable to interpret input
              body.collect_arp: bool_type: Input should be a valid boolean
              body.recipes: list_type: Input should be a list of recipes, or 'auto'
              body.get_timeout: less_than_equal: Input should be less than or equal to 60
              body.walk_timeout: int_from_float: Input should be a valid integer, got a number with a fractional part
            {"target":"","version":"v2c","port":65536,"get_timeout":null,"walk_timeout":"601"}
              body.target: string_too_short: String should have at least 1 character
              body.version: literal_error: Input should be '1', '2c' or '3'
              body.port: less_than_equal: Input should be less than or equal to 65535
              body.get_timeout: int_type: Input should be a valid integer
              body.walk_timeout: less_than_equal: Input should be less than or equal to 600
            {"target":"a\nb","community":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc","version":"banana"}
              body.target: value_error: Value error, invalid host name: it has letters, digits, hyphens and underscores, with dots between its parts
              body.community: string_too_long: String should have at most 255 characters
              body.version: literal_error: Input should be '1', '2c' or '3'
            {"target":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}
              body.target: string_too_long: String should have at most 255 characters
        "#]],
    )
    .await;
}

#[tokio::test]
async fn recipes_are_checked_before_a_poll_is_queued() {
    let poll = |recipes: Value| json!({ "target": "192.0.2.1", "recipes": recipes });
    check(
        "/snmp/poll",
        &[
            poll(json!("all")),
            poll(json!(["nope", 7, { "params": {} }, { "name": 1 }, { "name": "arp", "params": [] }])),
            poll(json!(["nope", "arp", { "name": "arp", "params": { "all": true } }])),
        ],
        expect![[r#"
            {"target":"192.0.2.1","recipes":"all"}
              body.recipes: list_type: Input should be a list of recipes, or 'auto'
            {"target":"192.0.2.1","recipes":["nope",7,{"params":{}},{"name":1},{"name":"arp","params":[]}]}
              body.recipes.1: recipe_type: Input should be the name of a recipe, or an object with name and params
              body.recipes.2.name: missing: Field required
              body.recipes.3.name: string_type: Input should be a valid string
              body.recipes.4.params: dict_type: Input should be a valid dictionary
              body.recipes.0: recipe_error: Recipe error, no such recipe; there are arp, interfaces, system-info
            {"target":"192.0.2.1","recipes":["nope","arp",{"name":"arp","params":{"all":true}}]}
              body.recipes.0: recipe_error: Recipe error, no such recipe; there are arp, interfaces, system-info
              body.recipes.2: recipe_error: Recipe error, duplicate `arp`
        "#]],
    )
    .await;
}

/// Where the problems of a 422 are.
fn locs(refused: &Value) -> Vec<Value> {
    refused["detail"].as_array().unwrap().iter().map(|problem| problem["loc"].clone()).collect()
}

#[tokio::test]
async fn a_protocol_without_a_password_and_a_password_without_a_protocol_are_refused() {
    let good = "longenough";
    let users = [
        (json!({ "username": "u", "auth_protocol": "SHA" }), "auth_protocol"),
        (json!({ "username": "u", "auth_protocol": "sha256", "auth_password": null }), "auth_protocol"),
        (json!({ "username": "u", "auth_protocol": "NONE", "auth_password": good }), "auth_password"),
        (json!({ "username": "u", "auth_password": good, "priv_protocol": "AES" }), "priv_protocol"),
        (
            json!({ "username": "u", "auth_password": good, "priv_protocol": "DES", "priv_password": null }),
            "priv_protocol",
        ),
        (
            json!({ "username": "u", "auth_password": good, "priv_protocol": "none", "priv_password": good }),
            "priv_password",
        ),
        (json!({ "username": "u", "auth_protocol": "NONE", "priv_password": good }), "auth_password"),
        (json!({ "username": "u", "auth_protocol": "SHA", "auth_password": "" }), "auth_password"),
    ];
    let server = Server::start(|_| ()).await;
    let base = json!({ "target": "192.0.2.1", "version": "3", "oid": "1.3.6.1.2.1.1.5.0" });
    for (user, field) in users {
        for path in ["/snmp/poll", "/snmp/get", "/snmp/walk"] {
            let refused = server.post(path, &with(base.clone(), &json!({ "v3_auth": user }))).await.json(422);
            assert_eq!(locs(&refused), vec![json!(["body", "v3_auth", field])], "{path} {user} {refused}");
        }
        let refused = server.post("/snmp/decode", &json!({ "input": "30 00", "users": [user] })).await.json(422);
        assert_eq!(locs(&refused), vec![json!(["body", "users", 0, field])], "{user} {refused}");
    }
}

#[tokio::test]
async fn what_says_that_a_level_is_off_is_no_mistake() {
    let simulator = switch().await;
    let server = Server::start(|_| ()).await;
    let good = "longenough";
    for user in [
        json!({ "username": "u" }),
        // All fields of the reference with their defaults.
        json!({ "username": "u", "auth_protocol": "SHA", "auth_password": null, "priv_protocol": "AES", "priv_password": null }),
        json!({ "username": "u", "auth_protocol": "sha", "auth_password": good, "priv_protocol": "aes", "priv_password": null }),
        json!({ "username": "u", "auth_protocol": "NONE", "priv_protocol": "NONE" }),
        json!({ "username": "u", "auth_protocol": "none", "auth_password": "", "priv_protocol": "none", "priv_password": null }),
        json!({ "username": "u", "auth_password": good, "priv_protocol": "NONE" }),
        json!({ "username": "u", "auth_password": good, "priv_password": good }),
    ] {
        let decoded = server.post("/snmp/decode", &json!({ "input": "30 00", "users": [user] })).await;
        decoded.json(200);
        let poll = with(at(&simulator, "switch"), &json!({ "version": "3", "v3_auth": user }));
        server.post("/snmp/poll", &poll).await.json(200);
    }
}

#[tokio::test]
async fn wrong_users_of_version_3_are_told_what_is_wrong() {
    let poll = |v3_auth: Value| json!({ "target": "192.0.2.1", "version": "3", "v3_auth": v3_auth });
    check(
        "/snmp/poll",
        &[
            json!({ "target": "192.0.2.1", "version": "3" }),
            poll(json!(null)),
            poll(json!({})),
            poll(json!({ "username": "", "auth_protocol": "SHA3", "priv_protocol": "rot13" })),
            poll(json!({ "username": "u", "auth_password": "short", "priv_password": "tiny" })),
            poll(json!({ "username": "u", "auth_protocol": 1, "auth_password": 2, "priv_password": false })),
            poll(json!({ "username": "u", "priv_password": "longenough" })),
            poll(json!({ "username": "u", "auth_password": "", "context_name": "c".repeat(33), "context_engine_id": "xyz" })),
            poll(json!({ "username": "u", "auth_password": "p".repeat(1_025), "context_name": 7, "context_engine_id": [] })),
            poll(json!({ "username": "u", "auth_password": "p".repeat(1_025) })),
            poll(json!({ "username": "u", "auth_password": "long enough", "priv_pasword": "misspelt" })),
        ],
        expect![[r#"
            {"target":"192.0.2.1","version":"3"}
              body.v3_auth: missing: Field required
            {"target":"192.0.2.1","version":"3","v3_auth":null}
              body.v3_auth: missing: Field required
            {"target":"192.0.2.1","version":"3","v3_auth":{}}
              body.v3_auth.username: missing: Field required
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"","auth_protocol":"SHA3","priv_protocol":"rot13"}}
              body.v3_auth.username: string_too_short: String should have at least 1 character
              body.v3_auth.auth_protocol: literal_error: Input should be one of MD5, SHA, SHA224, SHA256, SHA384, SHA512, NONE
              body.v3_auth.priv_protocol: literal_error: Input should be one of DES, 3DES, 3DESB, AES, AES192, AES192B, AES256, AES256B, NONE
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"u","auth_password":"short","priv_password":"tiny"}}
              body.v3_auth.auth_password: string_too_short: String should have at least 8 characters
              body.v3_auth.priv_password: string_too_short: String should have at least 8 characters
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"u","auth_protocol":1,"auth_password":2,"priv_password":false}}
              body.v3_auth.auth_protocol: string_type: Input should be a valid string
              body.v3_auth.auth_password: string_type: Input should be a valid string
              body.v3_auth.priv_password: string_type: Input should be a valid string
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"u","priv_password":"longenough"}}
              body.v3_auth.auth_password: value_error: Value error, privacy needs authentication
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"u","auth_password":"","context_name":"ccccccccccccccccccccccccccccccccc","context_engine_id":"xyz"}}
              body.v3_auth.auth_password: string_too_short: String should have at least 8 characters
              body.v3_auth.context_name: string_too_long: String should have at most 32 characters
              body.v3_auth.context_engine_id: value_error: Value error, an engine ID is 5 to 32 octets in hexadecimal
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"u","auth_password":"ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp","context_name":7,"context_engine_id":[]}}
              body.v3_auth.context_name: string_type: Input should be a valid string
              body.v3_auth.context_engine_id: string_type: Input should be a valid string
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"u","auth_password":"ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp"}}
              body.v3_auth.auth_password: string_too_long: String should have at most 1024 characters
            {"target":"192.0.2.1","version":"3","v3_auth":{"username":"u","auth_password":"long enough","priv_pasword":"misspelt"}}
              body.v3_auth.2: extra_forbidden: There are only username, auth_protocol, auth_password, priv_protocol, priv_password, context_name, context_engine_id
        "#]],
    )
    .await;
}

#[tokio::test]
async fn every_wrong_field_of_a_direct_operation_is_one_entry() {
    let get = json!({ "target": "192.0.2.1", "oid": "1.3.6.1.2.1.1.5.0" });
    check(
        "/snmp/get",
        &[
            json!({ "target": "127.0.0.1" }),
            with(get.clone(), &json!({ "timeout": 61 })),
            with(get.clone(), &json!({ "timeout": 2.5, "port": "abc" })),
            with(get.clone(), &json!({ "oid": "sysName.0" })),
            with(get.clone(), &json!({ "oid": "", "version": "2" })),
            with(get, &json!({ "oid": 1 })),
        ],
        expect![[r#"
            {"target":"127.0.0.1"}
              body.oid: missing: Field required
            {"target":"192.0.2.1","oid":"1.3.6.1.2.1.1.5.0","timeout":61}
              body.timeout: less_than_equal: Input should be less than or equal to 60
            {"target":"192.0.2.1","oid":"1.3.6.1.2.1.1.5.0","timeout":2.5,"port":"abc"}
              body.port: int_parsing: Input should be a valid integer, unable to parse string as an integer
              body.timeout: int_from_float: Input should be a valid integer, got a number with a fractional part
            {"target":"192.0.2.1","oid":"sysName.0"}
              body.oid: oid_parsing: Value error, an OID is 2 to 128 numbers below 2^32 with dots between them, the first from 0 to 2, e.g. 1.3.6.1.2.1.1.5.0
            {"target":"192.0.2.1","oid":"","version":"2"}
              body.version: literal_error: Input should be '1', '2c' or '3'
              body.oid: oid_parsing: Value error, an OID is 2 to 128 numbers below 2^32 with dots between them, the first from 0 to 2, e.g. 1.3.6.1.2.1.1.5.0
            {"target":"192.0.2.1","oid":1}
              body.oid: string_type: Input should be a valid string
        "#]],
    )
    .await;
    check(
        "/snmp/walk",
        &[json!({ "target": "127.0.0.1", "oid": "9.9.9", "timeout": 5 }), json!({ "oid": "1.3", "timeout": 601 })],
        expect![[r#"
            {"target":"127.0.0.1","oid":"9.9.9","timeout":5}
              body.oid: oid_parsing: Value error, an OID is 2 to 128 numbers below 2^32 with dots between them, the first from 0 to 2, e.g. 1.3.6.1.2.1.1.5.0
              body.timeout: greater_than_equal: Input should be greater than or equal to 10
            {"oid":"1.3","timeout":601}
              body.target: missing: Field required
              body.timeout: less_than_equal: Input should be less than or equal to 600
        "#]],
    )
    .await;
}

#[tokio::test]
async fn an_answer_never_repeats_a_secret() {
    let server = Server::start(|_| ()).await;
    let secrets = json!({
        "community": ["canary"], "version": "canary", "port": "canary", "oid": "canary", "target": ["canary"],
        "recipes": ["canary", { "name": "canary", "params": "canary" }], "collect_arp": "canary", "timeout": "canary",
        "v3_auth": { "username": ["canary"], "auth_password": ["canary"], "priv_password": { "canary": "canary" } },
        "input": ["canary"], "format": "canary", "users": [["canary"], { "username": ["canary"], "auth_protocol": "canary" }],
    });
    for path in ["/snmp/poll", "/snmp/get", "/snmp/walk", "/snmp/decode"] {
        let answer = server.post(path, &secrets).await;
        assert_eq!(answer.status, 422);
        assert!(!answer.body.contains("canary"), "{}", answer.body);
    }
}

#[tokio::test]
async fn every_field_that_the_document_describes_is_read() {
    let server = Server::start(|_| ()).await;
    let document = server.send("GET /openapi.json").await.json(200);
    let paths = [
        ("/snmp/poll", "PollRequest"),
        ("/snmp/get", "GetRequest"),
        ("/snmp/walk", "WalkRequest"),
        ("/snmp/decode", "DecodeRequest"),
    ];
    for (path, schema) in paths {
        let described = document["components"]["schemas"][schema]["properties"].as_object().unwrap();
        // No field may be a list of lists.
        let wrong: Value = described.keys().map(|field| (field.clone(), json!([[]]))).collect();
        let problems = server.post(path, &wrong).await.json(422);
        let named = |field: &String| {
            problems["detail"].as_array().unwrap().iter().filter(|problem| problem["loc"][1] == **field).count()
        };
        for field in described.keys() {
            assert_eq!(named(field), 1, "{path}: {field}: {problems}");
        }
        assert_eq!(problems["detail"].as_array().unwrap().len(), described.len(), "{path}");
    }
}
