//! `POST /snmp/decode`: the same as the command does, with the errors of every other path.

use expect_test::expect;

use super::*;

/// A proxy that can decode.
async fn server(change: impl FnOnce(&mut Settings)) -> Server {
    let mut settings = Settings::with_api_key(KEY);
    settings.plugins.cache_dir = Some(plugin_cache());
    change(&mut settings);
    Server::serve(Proxy::start(settings, Compiler::Here, Arc::new(())).await.unwrap()).await
}

/// A GET of sysName.0.
const GET: &str = "30 26 02 01 01 04 06 70 75 62 6c 69 63 a0 19 02 01 07 02 01 00 02 01 00 30 0e 30 0c 06 08 2b 06 01 02 01 01 05 00 05 00";

#[tokio::test]
async fn a_message_is_answered_with_its_varbinds_and_its_tree() {
    let server = server(|_| ()).await;
    let answer = server.post("/snmp/decode", &json!({ "input": GET })).await.json(200);
    let message = &answer["messages"][0];
    assert_eq!(message["frame"], Value::Null);
    assert_eq!(
        (&message["version"], &message["pdu"], &message["request_id"]),
        (&json!("2c"), &json!("get"), &json!(7))
    );
    assert_eq!(message["varbinds"][0]["oid"], "1.3.6.1.2.1.1.5.0");
    assert_eq!(message["tree"]["nodes"][0]["name"], "message");
    assert_eq!((&answer["problems"], &answer["packets"]["read"]), (&json!([]), &json!(1)));
    assert!(message.get("record").is_none(), "a GET is no notification");
}

#[tokio::test]
async fn wrong_fields_are_refused_all_at_once() {
    let server = server(|settings| settings.limits.decode.users = 2).await;
    let mut shown = String::new();
    for body in [
        json!({}),
        json!({ "input": 7, "format": "morse", "users": {} }),
        json!({ "input": GET, "users": [{ "username": "u" }, 7] }),
        json!({ "input": GET, "users": [{ "username": "", "auth_password": "short" }] }),
        json!({ "input": GET, "users": [{}, {}, {}] }),
    ] {
        let answer = server.post("/snmp/decode", &body).await;
        shown += &format!("{} {}\n", answer.status, answer.body);
    }
    expect![[r#"
        422 {"detail":[{"type":"missing","loc":["body","input"],"msg":"Field required"}]}
        422 {"detail":[{"type":"string_type","loc":["body","input"],"msg":"Input should be a valid string"},{"type":"literal_error","loc":["body","format"],"msg":"Input should be 'auto', 'hex', 'base64' or 'pcap'"},{"type":"list_type","loc":["body","users"],"msg":"Input should be a valid list"}]}
        422 {"detail":[{"type":"model_attributes_type","loc":["body","users",1],"msg":"Input should be a valid dictionary or object to extract fields from"}]}
        422 {"detail":[{"type":"string_too_short","loc":["body","users",0,"username"],"msg":"String should have at least 1 character"},{"type":"string_too_short","loc":["body","users",0,"auth_password"],"msg":"String should have at least 8 characters"}]}
        422 {"detail":[{"type":"too_long","loc":["body","users"],"msg":"List should have at most 2 items"}]}
    "#]].assert_eq(&shown);
}

#[tokio::test]
async fn what_is_too_large_or_cannot_be_done_says_so() {
    let server = server(|settings| settings.limits.http.body_bytes = 2_000).await;
    assert_eq!(server.post("/snmp/decode", &json!({ "input": "30".repeat(2_000) })).await.status, 413);
    let server = Server::without_plugins().await;
    let answer = server.post("/snmp/decode", &json!({ "input": GET })).await;
    assert_eq!(answer.json(503), json!({ "detail": "the plugin `trap-decoder` is missing" }));
}

#[tokio::test]
async fn the_bounds_of_an_input_leave_the_rest_out_and_say_so() {
    let lines = [GET; 30].join("\n");
    let shown = |answer: &Value| {
        let problem = answer["problems"][0]["text"].as_str().unwrap_or_default().to_owned();
        (answer["messages"].as_array().unwrap().len(), problem)
    };
    let packets = server(|settings| settings.limits.decode.packets = 3).await;
    let answer = packets.post("/snmp/decode", &json!({ "input": lines })).await.json(200);
    let text = "there are more than 3 packets (limit `decode.packets`); the rest was left out";
    assert_eq!(shown(&answer), (3, text.to_owned()));
    let bytes = server(|settings| settings.limits.decode.answer_bytes = 20_000).await;
    let answer = bytes.post("/snmp/decode", &json!({ "input": lines })).await.json(200);
    let text = "the answer is as large as it may be (limit `decode.answer_bytes`); the rest was left out";
    let (count, problem) = shown(&answer);
    assert!((1..30).contains(&count) && problem == text, "{count} {problem}");
}
