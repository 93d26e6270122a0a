//! Polls and direct operations against a simulated device.

use expect_test::{Expect, expect};
use simulator::Recording;
use snmp::{Oid, Varbind};

use super::*;

#[tokio::test]
async fn a_poll_gives_what_the_device_has() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let status = server.poll(&at(&simulator, "switch")).await;
    assert_eq!((&status["status"], &status["error"]), (&json!("complete"), &json!(null)));
    assert_eq!((&status["partial"], &status["gaps"]), (&json!(false), &json!([])));
    assert_eq!(status["progress"], "Complete");
    let data = &status["data"];
    assert_eq!(data["target"], "127.0.0.1");
    assert_eq!(data["snmp_data"]["sysName"], "synthetic");
    assert_eq!(data["interfaces"].as_array().unwrap().len(), 5);
    assert_eq!(data["arp_table"].as_array().unwrap().len(), 20);
    let detail = json!({
        "system_oids": 6, "interfaces_walked": 5, "interfaces_total": 5, "arp_walked": 20, "arp_total": 20,
    });
    for (name, count) in detail.as_object().unwrap() {
        assert_eq!(status["progress_detail"][name], *count, "{name}");
    }
    let timing = status["timing"].as_object().unwrap();
    assert!(timing.values().all(Value::is_number));
    for name in ["system_info", "interfaces", "arp", "total"] {
        assert!(timing.contains_key(name), "{name}");
    }
}

#[tokio::test]
async fn only_what_is_asked_for_is_collected() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let neither = with(at(&simulator, "switch"), &json!({ "collect_interfaces": "no", "collect_arp": 0 }));
    let status = server.poll(&neither).await;
    assert_eq!((&status["data"]["interfaces"], &status["data"]["arp_table"]), (&json!([]), &json!([])));
    assert_eq!(status["timing"].as_object().unwrap().len(), 2);

    let arp = with(at(&simulator, "switch"), &json!({ "recipes": [{ "name": "arp", "params": { "all": true } }] }));
    let status = server.poll(&arp).await;
    assert_eq!(status["data"].get("interfaces"), None, "what did not run is not empty, it is not there");
    assert_eq!(status["data"]["arp_table"].as_array().unwrap().len(), 20);

    let switches = with(at(&simulator, "switch"), &json!({ "recipes": null, "collect_interfaces": false }));
    let status = server.poll(&switches).await;
    assert_eq!(status["data"]["interfaces"], json!([]));

    let auto = with(at(&simulator, "switch"), &json!({ "recipes": "auto", "version": "1" }));
    let status = server.poll(&auto).await;
    assert_eq!(status["data"]["interfaces"].as_array().unwrap().len(), 5);
}

/// Polls with a fault, and shows how it ended and what is missing.
async fn check_gaps(fault: &str, expected: Expect) {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let status = server.poll(&at(&simulator, &format!("switch!{fault}"))).await;
    let gaps = status["gaps"].as_array().cloned().unwrap_or_default();
    let gaps = gaps.iter().map(|gap| format!("{} {} {} {}\n", gap["recipe"], gap["table"], gap["status"], gap["kind"]));
    expected.assert_eq(&format!("{} {}\n{}", status["status"], status["partial"], gaps.collect::<String>()));
}

#[tokio::test]
async fn a_table_that_goes_round_in_circles_is_a_gap_and_not_silent() {
    check_gaps(
        "loop:3",
        expect![[r#"
            "complete" true
            "interfaces" "1.3.6.1.2.1.2.2.1" "partial" "non-increasing"
            "interfaces" "1.3.6.1.2.1.31.1.1.1" "partial" "non-increasing"
            "arp" "1.3.6.1.2.1.4.22.1" "partial" "non-increasing"
            "arp" "1.3.6.1.2.1.31.1.1.1" "partial" "non-increasing"
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_looks_wrong_to_a_recipe_is_in_the_status_without_asking() {
    let mut varbinds =
        SyntheticDevice { interfaces: 1, arp_rows: 2, ..SyntheticDevice::default() }.recording().varbinds().to_vec();
    let short: Oid = "1.3.6.1.2.1.4.22.1.2.1.192.0.2".parse().unwrap();
    varbinds.push(Varbind { name: short, value: snmp::Value::OctetString(vec![2, 0, 0, 0, 0, 1]) });
    let simulator = Simulator::builder().device("odd", Recording::new(varbinds)).bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(|_| ()).await;
    let ticket = server.submit(&at(&simulator, "odd")).await;
    let status = server.get(&format!("/status/{ticket}?wait=30&until=end")).await;
    let warnings = json!(["arp: ipNetToMediaTable: 1 row left out for a malformed index, e.g. 1.192.0.2"]);
    assert_eq!((&status["warnings"], &status["partial"], status.get("log")), (&warnings, &json!(false), None));

    let log = server.get(&format!("/status/{ticket}?log=1")).await["log"].clone();
    assert!(log.as_array().unwrap().iter().any(|line| line["level"] == "warn"), "{log}");
    let failed = server.poll(&at(&simulator, "nobody")).await;
    assert_eq!((&failed["status"], &failed["warnings"]), (&json!("failed"), &json!(null)));
}

/// Polls something that does not answer, and shows what the ticket says.
async fn check_failure(body: impl FnOnce(&Simulator) -> Value, expected: &str) {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let status = server.poll(&body(&simulator)).await;
    assert_eq!(status["status"], "failed");
    assert_eq!(status["data"], json!(null));
    assert!(status["elapsed_seconds"].is_number());
    let error = status["error"].as_str().unwrap();
    assert!(error.starts_with(expected), "{error}");
}

#[tokio::test]
async fn a_poll_without_an_answer_fails_with_the_cause() {
    check_failure(|simulator| at(simulator, "silent"), "No SNMP response from 127.0.0.1").await;
    check_failure(|simulator| at(simulator, "wrong"), "No SNMP response from 127.0.0.1").await;
    check_failure(|_| json!({ "target": "127.0.0.1", "port": 9 }), "No SNMP response from 127.0.0.1").await;
    check_failure(|_| json!({ "target": "nobody.invalid" }), "Cannot resolve target 'nobody.invalid': ").await;
}

#[tokio::test]
async fn fields_that_nobody_knows_are_named_in_the_answer() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let good = at(&simulator, "switch");
    let submitted = server.post("/snmp/poll", &good).await.json(200);
    assert_eq!((submitted.get("ignored"), submitted.get("warnings")), (None, None));

    let typos = with(good.clone(), &json!({ "snmp_version": "1", "recipe": "arp", "oid": 1, "version": "2c" }));
    let submitted = server.post("/snmp/poll", &typos).await.json(200);
    assert_eq!(submitted["ignored"], json!(["snmp_version", "recipe", "oid"]));
    assert_eq!(submitted["warnings"], json!(["`recipe` is not a field of a poll, did you mean `recipes`?"]));

    let many: Value = (0..100).map(|n| (format!("{n:02}{}", "ü".repeat(100)), json!(n))).collect();
    let submitted = server.post("/snmp/poll", &with(good, &many)).await.json(200);
    let ignored = submitted["ignored"].as_array().unwrap();
    assert_eq!((ignored.len(), &ignored[19]), (20, &json!(format!("19{}", "ü".repeat(62)))));
}

#[tokio::test]
async fn a_cancelled_poll_says_so_at_once_whatever_the_device_does() {
    let simulator = switch().await;
    let server = Server::start(|settings| {
        settings.limits.polls.max_concurrent = 1;
        settings.limits.snmp.packet_timeout = A_LONG_TIME;
    })
    .await;
    let running = server.submit(&patient(&simulator)).await;
    let queued = server.submit(&at(&simulator, "switch")).await;
    server.until_running(&running).await;
    for ticket in [&queued, &running] {
        assert_eq!(
            server.delete(&format!("/jobs/{ticket}")).await,
            json!({ "status": "cancelling", "ticket": ticket })
        );
        let status = server.get(&format!("/status/{ticket}")).await;
        assert_eq!((&status["status"], &status["error"]), (&json!("cancelled"), &json!(null)));
    }
    assert_eq!(server.delete(&format!("/jobs/{running}")).await["status"], "deleted");
    assert_eq!(server.send(&format!("GET /status/{running}\nX-API-Key: {KEY}")).await.status, 404);
    // The slot came back.
    assert_eq!(server.poll(&at(&simulator, "switch")).await["status"], "complete");
}

#[tokio::test]
async fn a_full_queue_refuses_a_poll_and_nothing_else() {
    let simulator = switch().await;
    let server = Server::start(|settings| {
        settings.limits.polls.max_concurrent = 1;
        settings.limits.tickets.queued = 1;
        settings.limits.snmp.packet_timeout = A_LONG_TIME;
    })
    .await;
    let running = server.submit(&patient(&simulator)).await;
    server.until_running(&running).await;
    let _queued = server.submit(&patient(&simulator)).await;
    let refused = server.post("/snmp/poll", &patient(&simulator)).await;
    assert_eq!(refused.status, 503);
    assert!(refused.head.contains("retry-after: "));
    assert_eq!(server.get("/health").await["active_jobs"], 2);
    assert_eq!(server.get("/jobs").await["total"], 2);
}

#[tokio::test]
async fn jobs_are_listed_newest_first_with_the_time_of_their_zone() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let first = with(at(&simulator, "switch"), &json!({ "target": "localhost" }));
    let (first, second) = (server.poll(&first).await, server.poll(&at(&simulator, "switch")).await);
    let jobs = server.get("/jobs?status=complete").await;
    assert_eq!(jobs["total"], 2);
    assert_eq!((&jobs["jobs"][0]["ticket"], &jobs["jobs"][1]["ticket"]), (&second["ticket"], &first["ticket"]));
    assert!(jobs["jobs"][0]["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(jobs["jobs"][1]["elapsed_seconds"], first["elapsed_seconds"]);
}

#[tokio::test]
async fn jobs_are_listed_a_page_at_a_time() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let mut tickets = Vec::new();
    for _ in 0..3 {
        tickets.push(server.poll(&at(&simulator, "switch")).await["ticket"].clone());
    }
    let first = server.get("/jobs?limit=2").await;
    assert_eq!((&first["total"], first["jobs"].as_array().unwrap().len()), (&json!(3), 2));
    let second = server.get(&format!("/jobs?status=complete&limit=2&after={}", first["next"])).await;
    assert_eq!((&second["total"], second.get("next")), (&json!(3), None));
    assert_eq!(second["jobs"][0]["ticket"], tickets[0]);
}

#[tokio::test]
async fn direct_operations_answer_200_also_when_snmp_failed() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let get = |community: &str, oid: &str| with(at(&simulator, community), &json!({ "oid": oid, "timeout": 1 }));
    let answer = server.post("/snmp/get", &get("switch", ".1.3.6.1.2.1.1.5.0")).await.json(200);
    assert_eq!(
        (&answer["success"], &answer["data"], &answer["error"]),
        (&json!(true), &json!("synthetic"), &json!(null))
    );
    assert!(answer["timing"]["get"].is_number());
    for (community, oid, error) in [
        ("switch", "1.3.6.1.2.1.1.99.0", "No such object"),
        ("silent", "1.3.6.1.2.1.1.5.0", "No SNMP response received before timeout"),
        ("wrong", "1.3.6.1.2.1.1.5.0", "No SNMP response received before timeout"),
    ] {
        let answer = server.post("/snmp/get", &get(community, oid)).await.json(200);
        assert_eq!(
            (&answer["success"], &answer["data"], &answer["error"]),
            (&json!(false), &json!(null), &json!(error))
        );
        let detail = answer.get("detail").map(|detail| detail.as_str().unwrap());
        let who = format!("{} did not answer 2 requests in ", simulator.addr());
        let why = "; agents are silent to a wrong community, a filtered port and a wrong version alike";
        let is_told = detail.is_some_and(|detail| detail.starts_with(&who) && detail.ends_with(why));
        assert!(if error == "No such object" { detail.is_none() } else { is_told }, "{detail:?}");
    }
    let version_1 = with(get("switch", "1.3.6.1.2.1.1.99.0"), &json!({ "version": "1" }));
    assert_eq!(server.post("/snmp/get", &version_1).await.json(200)["error"], "No such object");
}

#[tokio::test]
async fn a_value_that_is_not_of_its_type_costs_one_value_and_is_a_warning() {
    let unknown = |tag: u8, octets: &[u8]| snmp::Value::Unknown { tag, octets: octets.to_vec() };
    let (number, nothing, speed) = ([0, 0xff, 0xff, 0xff, 0xff], [], [2, 0x54, 0x0b, 0xe4, 0]);
    let object = |name: &str, value| Varbind { name: name.parse().unwrap(), value };
    let device = SyntheticDevice { interfaces: 2, ..SyntheticDevice::default() }.recording();
    let mut varbinds = device.varbinds().to_vec();
    let if_speed = "1.3.6.1.2.1.2.2.1.5.1";
    varbinds.retain(|varbind| varbind.name != if_speed.parse::<Oid>().unwrap());
    varbinds.extend([
        object(if_speed, unknown(0x42, &speed)),
        object("1.3.6.1.4.1.32473.1.0", snmp::Value::Integer(1)),
        object("1.3.6.1.4.1.32473.2.0", unknown(0x02, &number)),
        object("1.3.6.1.4.1.32473.3.0", unknown(0x41, &nothing)),
        object("1.3.6.1.4.1.32473.4.0", unknown(0x40, &[0; 16])),
        object("1.3.6.1.4.1.32473.5.0", snmp::Value::Integer(5)),
    ]);
    let simulator = Simulator::builder().device("odd", Recording::new(varbinds)).bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(|_| ()).await;
    let warnings = json!([
        "1.3.6.1.4.1.32473.2.0: invalid INTEGER of 5 octets (4294967295)",
        "1.3.6.1.4.1.32473.3.0: invalid Counter32 without octets",
        "1.3.6.1.4.1.32473.4.0: invalid IpAddress of 16 octets",
    ]);

    let walk = with(at(&simulator, "odd"), &json!({ "oid": "1.3.6.1.4.1.32473", "timeout": 10 }));
    let walked = server.post("/snmp/walk", &walk).await.json(200);
    assert_eq!((&walked["success"], &walked["error"], &walked["warnings"]), (&json!(true), &json!(null), &warnings));
    let values: Vec<&Value> = walked["data"].as_array().unwrap().iter().map(|row| &row["value"]).collect();
    assert_eq!(values, ["1", "4294967295", "0x", "0x00000000000000000000000000000000", "5"]);

    let get = with(at(&simulator, "odd"), &json!({ "oid": "1.3.6.1.4.1.32473.2.0", "timeout": 10 }));
    let got = server.post("/snmp/get", &get).await.json(200);
    assert_eq!((&got["data"], &got["warnings"]), (&json!("4294967295"), &json!([warnings[0]])));
    let get = with(at(&simulator, "odd"), &json!({ "oid": "1.3.6.1.4.1.32473.1.0", "timeout": 10 }));
    assert_eq!(server.post("/snmp/get", &get).await.json(200).get("warnings"), None);

    let polled = server.poll(&at(&simulator, "odd")).await;
    assert_eq!((&polled["status"], &polled["partial"]), (&json!("complete"), &json!(false)));
    let warned = polled["warnings"].as_array().unwrap();
    let expected = json!(format!("interfaces: {if_speed}: invalid Gauge32 of 5 octets (10000000000)"));
    assert!(warned.contains(&expected), "{warned:?}");
}

#[tokio::test]
async fn a_walk_that_broke_off_gives_its_rows_and_the_error() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let walk =
        |community: &str| with(at(&simulator, community), &json!({ "oid": "1.3.6.1.2.1.2.2.1.2", "timeout": 10 }));
    let whole = server.post("/snmp/walk", &walk("switch")).await.json(200);
    assert_eq!((&whole["success"], &whole["error"]), (&json!(true), &json!(null)));
    assert_eq!(whole["data"].as_array().unwrap().len(), 5);
    assert_eq!(whole["data"][0]["oid"], "1.3.6.1.2.1.2.2.1.2.1");
    let broken = server.post("/snmp/walk", &walk("switch!loop:3")).await.json(200);
    assert_eq!(broken["success"], false);
    assert_eq!(broken["data"].as_array().unwrap().len(), 3);
    assert!(broken["error"].as_str().unwrap().starts_with("SNMP failed: "));
    let silent = server.post("/snmp/walk", &walk("silent")).await.json(200);
    assert_eq!((&silent["success"], &silent["data"]), (&json!(false), &json!([])));
    assert_eq!(silent["error"], "No SNMP response received before timeout");
}

#[tokio::test]
async fn a_direct_operation_waits_for_a_slot_and_frees_it_when_the_client_hangs_up() {
    let simulator = switch().await;
    let server = Server::start(|settings| {
        settings.limits.polls.direct_concurrent = 1;
        // Else the silent device would give its slot away.
        settings.limits.polls.direct_silent = 0;
        settings.limits.snmp.packet_timeout = A_LONG_TIME;
    })
    .await;
    let body = with(at(&simulator, "silent"), &json!({ "oid": "1.3.6.1.2.1.1", "timeout": 600 })).to_string();
    let request = format!(
        "POST /snmp/walk HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    while simulator.device_counters("silent").unwrap().requests == 0 {
        tokio::task::yield_now().await;
    }
    let get = with(at(&simulator, "switch"), &json!({ "oid": "1.3.6.1.2.1.1.5.0", "timeout": 1 }));
    let answer = server.post("/snmp/get", &get).await.json(200);
    assert_eq!(answer["error"], "No slot was free within 1s (limit `polls.direct_concurrent`: 1); try again");
    assert_eq!(server.poll(&at(&simulator, "switch")).await["status"], "complete", "a poll has slots of its own");
    drop(stream);
    let get = with(get, &json!({ "timeout": 60 }));
    assert_eq!(server.post("/snmp/get", &get).await.json(200)["success"], true);
}

#[tokio::test]
async fn plugins_are_listed_with_what_they_may_read() {
    let server = Server::start(|_| ()).await;
    let list = server.get("/plugins").await;
    let names: Vec<_> = list["plugins"].as_array().unwrap().iter().map(|plugin| &plugin["name"]).collect();
    assert_eq!(names, ["arp", "interfaces", "system-info"]);
    assert_eq!(list["problems"], json!([]));
    let arp = server.get("/plugins/arp").await;
    assert_eq!((&arp["origin"], &arp["sections"][0]["name"]), (&json!("bundled"), &json!("arp_table")));
    assert!(arp["digest"].as_str().unwrap().starts_with("sha256:"));
    let reads = arp["reads"].as_array().unwrap();
    assert!(reads.iter().any(|oid| oid.as_str().unwrap().starts_with("1.3.6.1.2.1.4.22")));
}
