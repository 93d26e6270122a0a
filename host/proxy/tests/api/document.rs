//! The OpenAPI document: what programs that read it rely on.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// All operations, by their ids.
fn operations(document: &Value) -> BTreeMap<String, (String, &Value)> {
    let mut operations = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let twice = operations.insert(id.clone(), (format!("{} {path}", method.to_uppercase()), operation));
            assert!(twice.is_none(), "{id} is there twice");
        }
    }
    operations
}

/// Adds all that a value refers to.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| references(entry, found)),
        _ => {}
    }
}

#[tokio::test]
async fn each_operation_has_an_id_that_says_what_it_does() {
    let server = Server::without_plugins().await;
    let document = server.send("GET /openapi.json").await.json(200);
    let ids: Vec<String> = operations(&document).into_iter().map(|(id, (route, _))| format!("{id}: {route}")).collect();
    let expected = [
        "decodePackets: POST /snmp/decode",
        "followTraps: GET /traps/events",
        "getHealth: GET /health",
        "getPlugin: GET /plugins/{name}",
        "getPluginSchema: GET /plugins/{name}/schema",
        "getReadiness: GET /readyz",
        "getStatus: GET /status/{ticket}",
        "getTrap: GET /traps/{number}",
        "getValue: POST /snmp/get",
        "listJobs: GET /jobs",
        "listPlugins: GET /plugins",
        "listTraps: GET /traps",
        "reloadPlugins: POST /-/reload",
        "removeJob: DELETE /jobs/{ticket}",
        "submitPoll: POST /snmp/poll",
        "walkSubtree: POST /snmp/walk",
    ];
    assert_eq!(ids, expected);
}

/// A route that is added without asking for the key would answer here.
#[tokio::test]
async fn every_route_of_the_document_asks_for_the_key_where_it_says_so() {
    let server = Server::without_plugins().await;
    let document = server.send("GET /openapi.json").await.json(200);
    let mut open = Vec::new();
    for (id, (route, operation)) in operations(&document) {
        let path = route.replace("{ticket}", "x").replace("{name}", "arp").replace("{number}", "1");
        if operation["responses"].get("401").is_none() {
            open.push(id);
            continue;
        }
        let body = if path.starts_with("POST") { "\n\n{}" } else { "" };
        server.send(&format!("{path}{body}")).await.json(401);
    }
    assert_eq!(open, ["getHealth", "getReadiness"]);
}

#[tokio::test]
async fn whatever_the_document_refers_to_is_there() {
    let server = Server::start(|_| ()).await;
    let document = server.send("GET /openapi.json").await.json(200);
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.contains("#/components/schemas/PollRequest"), "{found:?}");
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn every_status_that_a_route_may_answer_is_described() {
    let server = Server::without_plugins().await;
    let document = server.send("GET /openapi.json").await.json(200);
    for (id, (route, operation)) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        let mut expected = vec!["200", "400", "405", "414", "431"];
        if !["getHealth", "getReadiness"].contains(&id.as_str()) {
            expected.extend(["401", "403"]);
        }
        if operation.get("requestBody").is_some() {
            expected.extend(["408", "413", "415", "422"]);
        }
        if route.contains('{') {
            expected.push("404");
        }
        if ["submitPoll", "decodePackets", "listTraps", "followTraps", "getTrap", "getReadiness"].contains(&id.as_str())
        {
            expected.push("503");
        }
        for status in expected {
            assert!(responses.contains_key(status), "{id}: {status}");
        }
    }
}

#[tokio::test]
async fn the_example_of_each_request_is_a_request() {
    let server = Server::start(|_| ()).await;
    let document = server.send("GET /openapi.json").await.json(200);
    let mut seen = 0;
    for (route, operation) in operations(&document).values() {
        let Some(body) = operation.pointer("/requestBody/content/application~1json") else { continue };
        let several = body["examples"].as_object().into_iter().flat_map(serde_json::Map::values);
        let examples = several.map(|example| &example["value"]).chain(body.get("example"));
        for example in examples {
            seen += 1;
            // One field is made wrong, so that nobody asks the devices. If it is the only one, the others are right.
            let (field, wrong) = if route.contains("decode") { ("format", json!("no")) } else { ("port", json!(0)) };
            let request = with(example.clone(), &json!({ field: wrong }));
            let refused = server.post(route.trim_start_matches("POST "), &request).await.json(422);
            let locs: Vec<&Value> = refused["detail"].as_array().unwrap().iter().map(|wrong| &wrong["loc"]).collect();
            assert_eq!(locs, [&json!(["body", field])], "{route}: {example}");
        }
    }
    assert_eq!(seen, 6);
}

#[tokio::test]
async fn a_step_of_a_problem_is_a_text_or_a_number() {
    let server = Server::without_plugins().await;
    let document = server.send("GET /openapi.json").await.json(200);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Problem"]["properties"]["loc"]["items"]["$ref"], "#/components/schemas/Step");
    let types: Vec<&Value> = schemas["Step"]["oneOf"].as_array().unwrap().iter().map(|step| &step["type"]).collect();
    assert_eq!(types, ["string", "integer"]);
}

#[tokio::test]
async fn defaults_are_told_in_words_and_never_sent_by_a_generated_client() {
    let server = Server::start(|settings| settings.limits.snmp.get_timeout = Duration::from_secs(7)).await;
    let document = server.send("GET /openapi.json").await.json(200);
    let schemas = &document["components"]["schemas"];
    for schema in ["PollRequest", "GetRequest", "WalkRequest", "DecodeRequest", "V3Auth", "RequestOptions"] {
        for (name, field) in schemas[schema]["properties"].as_object().unwrap() {
            assert!(field.get("default").is_none(), "{schema}.{name}");
        }
    }
    let timeout = schemas["PollRequest"]["properties"]["get_timeout"]["description"].as_str().unwrap();
    assert!(timeout.ends_with("Default: `7`."), "{timeout}");
}

#[tokio::test]
async fn the_sections_of_the_bundled_plugins_have_types_in_the_result_of_a_poll() {
    let server = Server::start(|_| ()).await;
    let document = server.send("GET /openapi.json").await.json(200);
    let schemas = &document["components"]["schemas"];
    let data = schemas["PollData"]["properties"].as_object().unwrap();
    let sections: Vec<&str> = data.keys().map(String::as_str).collect();
    assert_eq!(sections, ["target", "arp_table", "interfaces", "snmp_data", "system"]);
    assert_eq!(data["arp_table"]["$ref"], "#/components/schemas/ArpTableSection");
    let row = schemas["ArpTableRow"].clone();
    assert_eq!(schemas["ArpTableSection"]["items"]["$ref"], "#/components/schemas/ArpTableRow");

    let own = server.send("GET /plugins/arp/schema\nX-API-Key: testkey").await;
    assert!(own.head.contains("content-type: application/schema+json"), "{}", own.head);
    let own = own.json(200);
    assert_eq!((&own["title"], &own["type"]), (&json!("arp"), &json!("object")));
    assert_eq!(own["properties"]["arp_table"]["items"], row);
    server.send("GET /plugins/nope/schema\nX-API-Key: testkey").await.json(404);
}
