//! Options of devices: what requests and the configuration say of them, and what packets then look like.

use config::TargetRule;
use expect_test::expect;
use job::DeviceOptions;
use simulator::Recording;

use super::{requests::check, *};

#[tokio::test]
async fn every_wrong_option_is_one_entry() {
    let poll = |options: Value| json!({ "target": "192.0.2.1", "options": options });
    check(
        "/snmp/poll",
        &[
            poll(json!("retries=1")),
            poll(json!({
                "max_repetitions": 0, "retries": 21, "packet_timeout": 0.001, "on_non_increasing": "go",
                "bulk": true, "any_source": "maybe", "window": 65, "retires": 1,
            })),
            poll(json!({ "packet_timeout": "soon", "max_repetitions": 1_001, "bulk": "sometimes" })),
        ],
        expect![[r#"
            {"target":"192.0.2.1","options":"retries=1"}
              body.options: model_attributes_type: Input should be a valid dictionary or object to extract fields from
            {"target":"192.0.2.1","options":{"max_repetitions":0,"retries":21,"packet_timeout":0.001,"on_non_increasing":"go","bulk":true,"any_source":"maybe","window":65,"retires":1}}
              body.options.7: extra_forbidden: There are only max_repetitions, retries, packet_timeout, on_non_increasing, bulk, any_source, window
              body.options.max_repetitions: greater_than_equal: Input should be greater than or equal to 1
              body.options.retries: less_than_equal: Input should be less than or equal to 20
              body.options.packet_timeout: greater_than_equal: Input should be greater than or equal to 0.01
              body.options.on_non_increasing: literal_error: Input should be 'stop' or 'continue'
              body.options.bulk: string_type: Input should be a valid string
              body.options.any_source: bool_parsing: Input should be a valid boolean, unable to interpret input
              body.options.window: less_than_equal: Input should be less than or equal to 64
            {"target":"192.0.2.1","options":{"packet_timeout":"soon","max_repetitions":1001,"bulk":"sometimes"}}
              body.options.max_repetitions: less_than_equal: Input should be less than or equal to 1000
              body.options.packet_timeout: float_type: Input should be a valid number
              body.options.bulk: literal_error: Input should be 'auto' or 'never'
        "#]],
    )
    .await;
}

/// Whether a poll for the interfaces used GETBULK.
async fn uses_bulk(server: &Server, simulator: &Simulator, options: Value) -> bool {
    let before = simulator.device_counters("switch").unwrap();
    let body = with(at(simulator, "switch"), &json!({ "recipes": ["interfaces"], "options": options }));
    let status = server.poll(&body).await;
    assert_eq!((&status["status"], &status["partial"]), (&json!("complete"), &json!(false)), "{status}");
    let after = simulator.device_counters("switch").unwrap();
    after.get_bulks > before.get_bulks
}

#[tokio::test]
async fn the_request_is_stronger_than_the_configuration_and_that_than_the_default() {
    let simulator = switch().await;
    let once = DeviceOptions { retries: Some(0), ..DeviceOptions::default() };
    let rule = TargetRule { cidr: "127.0.0.1/32".parse().ok(), name: None, sys_object_id: None, options: once };
    let elsewhere = TargetRule { cidr: "10.0.0.0/8".parse().ok(), ..rule.clone() };
    for (rule, options, sent) in [
        (&elsewhere, json!(null), 2),
        (&rule, json!({}), 1),
        (&rule, json!({ "retries": 3, "packet_timeout": 0.05 }), 4),
    ] {
        let server = Server::start(|settings| settings.targets = [rule.clone()].into_iter().collect()).await;
        let before = simulator.device_counters("silent").unwrap().requests;
        let get = with(at(&simulator, "silent"), &json!({ "oid": "1.3.6.1.2.1.1.5.0", "options": options }));
        assert_eq!(server.post("/snmp/get", &get).await.json(200)["success"], false);
        assert_eq!(simulator.device_counters("silent").unwrap().requests - before, sent, "{options}");
    }
}

#[tokio::test]
async fn a_request_may_want_no_getbulk() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    assert!(uses_bulk(&server, &simulator, json!({})).await);
    assert!(!uses_bulk(&server, &simulator, json!({ "bulk": "never" })).await);
}

#[tokio::test]
async fn the_configuration_may_want_no_getbulk_and_a_request_is_stronger() {
    let simulator = switch().await;
    let never = DeviceOptions { bulk: Some(snmp::BulkUse::Never), ..DeviceOptions::default() };
    let rule = |cidr: Option<&str>, sys_object_id: Option<&str>| TargetRule {
        cidr: cidr.map(|text| text.parse().unwrap()),
        name: None,
        sys_object_id: sys_object_id.map(|text| text.parse().unwrap()),
        options: never.clone(),
    };
    for (rule, bulk) in [
        (rule(Some("127.0.0.0/8"), None), false),
        (rule(Some("10.0.0.0/8"), None), true),
        (rule(None, Some("1.3.6.1.4.1")), false),
        (rule(None, Some("1.3.6.1.4.1.1.2.3.4.5.6")), true),
    ] {
        let server = Server::start(|settings| settings.targets = [rule.clone()].into_iter().collect()).await;
        assert_eq!(uses_bulk(&server, &simulator, json!({})).await, bulk, "{rule:?}");
        assert!(uses_bulk(&server, &simulator, json!({ "bulk": "auto" })).await, "{rule:?}");
    }
}

#[tokio::test]
async fn what_a_device_is_is_remembered_for_direct_operations() {
    let simulator = switch().await;
    let never = DeviceOptions { bulk: Some(snmp::BulkUse::Never), ..DeviceOptions::default() };
    let rule = TargetRule { cidr: None, name: None, sys_object_id: "1.3.6.1.4.1".parse().ok(), options: never };
    let server = Server::start(|settings| settings.targets = [rule].into_iter().collect()).await;
    let walk = with(at(&simulator, "switch"), &json!({ "oid": "1.3.6.1.2.1.2.2.1.2" }));
    let bulks = || simulator.device_counters("switch").unwrap().get_bulks;
    assert_eq!(server.post("/snmp/walk", &walk).await.json(200)["success"], true);
    assert!(bulks() > 0, "nobody knows yet what it is");
    server.poll(&at(&simulator, "switch")).await;
    let before = bulks();
    assert_eq!(server.post("/snmp/walk", &walk).await.json(200)["success"], true);
    assert_eq!(bulks(), before);
}

#[tokio::test]
async fn a_recording_without_a_sys_object_id_is_polled_as_usual() {
    let varbinds = SyntheticDevice::default().recording().varbinds().to_vec();
    let without: Vec<_> =
        varbinds.into_iter().filter(|varbind| varbind.name.to_string() != "1.3.6.1.2.1.1.2.0").collect();
    let device = Recording::new(without);
    let simulator = Simulator::builder().device("odd", device).bind("127.0.0.1:0").await.unwrap();
    let rule = TargetRule {
        cidr: None,
        name: None,
        sys_object_id: "1.3".parse().ok(),
        options: DeviceOptions { retries: Some(1), ..DeviceOptions::default() },
    };
    let server = Server::start(|settings| settings.targets = [rule].into_iter().collect()).await;
    assert_eq!(server.poll(&at(&simulator, "odd")).await["status"], "complete");
}
