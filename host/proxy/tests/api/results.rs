//! What a result says of itself: how each recipe and table ended, which deadline fired, and who waited for whom.

use expect_test::{Expect, expect};
use simulator::Recording;
use snmp::{Oid, Varbind};

use super::*;

/// Polls, and shows how the recipes and their tables ended.
async fn check(server: &Server, body: Value, expected: Expect) {
    let status = server.poll(&body).await;
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut shown = format!("{} partial: {}\n", text(&status["status"]), status["partial"]);
    for gap in status["gaps"].as_array().into_iter().flatten() {
        shown += &format!("gap: {} {}: {}\n", text(&gap["recipe"]), text(&gap["kind"]), text(&gap["reason"]));
    }
    for recipe in status["stats"]["recipes"].as_array().into_iter().flatten() {
        assert!(recipe["requests"].is_u64() && recipe["retries"].is_u64() && recipe["timeouts"].is_u64());
        shown += &format!("{} {} rows: {}\n", text(&recipe["recipe"]), text(&recipe["status"]), recipe["rows"]);
        if recipe["status"] == "unsupported" {
            shown += &format!("  {}\n", text(&recipe["reason"]));
        }
        for table in recipe["tables"].as_array().unwrap() {
            assert!(table["requests"].is_u64() && table["retries"].is_u64() && table["timeouts"].is_u64());
            let parts = ["table", "status", "rows", "stopped_at", "kind"].map(|key| text(&table[key]));
            shown += &format!("  {}\n", parts.join(" "));
        }
        if let Some(dropped) = recipe.get("tables_dropped") {
            shown += &format!("  and {dropped} more\n");
        }
    }
    // Ports of loopback differ.
    let port = body["port"].to_string();
    expected.assert_eq(&any_column(&shown.replace(&format!("127.0.0.1:{port}"), "device")));
}

/// The text without the columns that names have: which of them ends first is chance.
fn any_column(shown: &str) -> String {
    const ENTRIES: [&str; 3] = ["1.3.6.1.2.1.2.2.1.", "1.3.6.1.2.1.31.1.1.1.", "1.3.6.1.2.1.4.22.1."];
    let words = shown.split_inclusive([' ', '\n']).map(|word| {
        let entry = ENTRIES.into_iter().find(|entry| word.starts_with(entry));
        let split = entry.and_then(|entry| Some((entry, word[entry.len()..].split_once('.')?)));
        split.map_or_else(|| word.to_owned(), |(entry, (_, index))| format!("{entry}*.{index}"))
    });
    words.collect()
}

#[tokio::test]
async fn every_recipe_and_table_says_how_it_ended() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    check(
        &server,
        at(&simulator, "switch"),
        expect![[r#"
        complete partial: false
        system-info complete rows: 0
        interfaces complete rows: 10
          1.3.6.1.2.1.2.2.1 complete 5 null null
          1.3.6.1.2.1.31.1.1.1 complete 5 null null
          1.3.6.1.2.1.4.34.1 unsupported 0 null null
          1.3.6.1.2.1.4.20.1 unsupported 0 null null
          1.3.6.1.2.1.31.1.2.1 unsupported 0 null null
          1.2.840.10006.300.43.1.2.1.1 unsupported 0 null null
          1.3.6.1.2.1.10.7.2.1 unsupported 0 null null
          1.3.6.1.4.1.9.10.86.1.1.2.1 unsupported 0 null null
          1.3.6.1.2.1.55.1.8.1 unsupported 0 null null
        arp complete rows: 25
          1.3.6.1.2.1.4.22.1 complete 20 null null
          1.3.6.1.2.1.4.35.1 unsupported 0 null null
          1.3.6.1.2.1.31.1.1.1 complete 5 null null
    "#]],
    )
    .await;
    check(&server, at(&simulator, "switch!loop:3"), expect![[r#"
        complete partial: true
        gap: interfaces non-increasing: OID not increasing: the agent answered 1.3.6.1.2.1.2.2.1.*.1 after 1.3.6.1.2.1.2.2.1.*.3
        gap: interfaces non-increasing: OID not increasing: the agent answered 1.3.6.1.2.1.31.1.1.1.*.1 after 1.3.6.1.2.1.31.1.1.1.*.3
        gap: arp non-increasing: OID not increasing: the agent answered 1.3.6.1.2.1.4.22.1.*.1.10.0.0.0 after 1.3.6.1.2.1.4.22.1.*.1.10.0.0.10
        gap: arp non-increasing: OID not increasing: the agent answered 1.3.6.1.2.1.31.1.1.1.*.1 after 1.3.6.1.2.1.31.1.1.1.*.3
        system-info complete rows: 0
        interfaces partial rows: 6
          1.3.6.1.2.1.2.2.1 partial 3 1.3.6.1.2.1.2.2.1.*.3 non-increasing
          1.3.6.1.2.1.31.1.1.1 partial 3 1.3.6.1.2.1.31.1.1.1.*.3 non-increasing
          1.3.6.1.2.1.4.34.1 unsupported 0 null null
          1.3.6.1.2.1.4.20.1 unsupported 0 null null
          1.3.6.1.2.1.31.1.2.1 unsupported 0 null null
          1.2.840.10006.300.43.1.2.1.1 unsupported 0 null null
          1.3.6.1.2.1.10.7.2.1 unsupported 0 null null
          1.3.6.1.4.1.9.10.86.1.1.2.1 unsupported 0 null null
          1.3.6.1.2.1.55.1.8.1 unsupported 0 null null
        arp partial rows: 6
          1.3.6.1.2.1.4.22.1 partial 3 1.3.6.1.2.1.4.22.1.*.1.10.0.0.10 non-increasing
          1.3.6.1.2.1.4.35.1 unsupported 0 null null
          1.3.6.1.2.1.31.1.1.1 partial 3 1.3.6.1.2.1.31.1.1.1.*.3 non-increasing
    "#]]).await;
}

#[tokio::test]
async fn a_recipe_whose_tables_the_device_does_not_have_is_unsupported() {
    let varbinds = SyntheticDevice::default().recording().varbinds().to_vec();
    let is_system = |varbind: &Varbind| varbind.name.to_string().starts_with("1.3.6.1.2.1.1.");
    let device = Recording::new(varbinds.into_iter().filter(is_system).collect());
    let simulator = Simulator::builder().device("bare", device).bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(|settings| settings.limits.polls.listed_tables = 1).await;
    check(
        &server,
        at(&simulator, "bare"),
        expect![[r#"
        complete partial: false
        system-info complete rows: 0
        interfaces unsupported rows: 0
          the device has none of the tables that it reads: 1.3.6.1.2.1.2.2.1 and 8 more
          1.3.6.1.2.1.2.2.1 unsupported 0 null null
          and 8 more
        arp unsupported rows: 0
          the device has none of the tables that it reads: 1.3.6.1.2.1.4.22.1 and 5 more
          1.3.6.1.2.1.4.22.1 unsupported 0 null null
          and 5 more
    "#]],
    )
    .await;
}

#[tokio::test]
async fn what_was_learned_of_the_device_is_in_the_result() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    let learned = server.poll(&at(&simulator, "switch")).await["stats"]["learned"].clone();
    assert_eq!(learned["bulk"], true);
    assert!(learned["max_repetitions"].as_u64().unwrap() >= 1 && learned["window"].as_u64().unwrap() >= 1, "{learned}");
    let body = with(at(&simulator, "switch"), &json!({ "options": { "bulk": "never" } }));
    assert_eq!(server.poll(&body).await["stats"]["learned"]["bulk"], false);
}

#[tokio::test]
async fn the_deadline_that_fired_is_named_with_what_was_read_by_then() {
    // The agent answers no GETBULK, and that takes too long to find out.
    let simulator = switch().await;
    for name in ["recipe_deadline", "job_deadline"] {
        let server = Server::start(|settings| {
            settings.limits.snmp.packet_timeout = A_LONG_TIME;
            // Enough for the system group and its plugin on a busy machine.
            let seconds = Duration::from_secs(5);
            match name {
                "recipe_deadline" => settings.limits.polls.recipe_deadline = seconds,
                _ => settings.limits.polls.job_deadline = seconds,
            }
        })
        .await;
        let body = with(at(&simulator, "switch!nobulk"), &json!({ "recipes": ["interfaces"] }));
        let status = server.poll(&body).await;
        // Whoever is stopped first says so: the plugin as a whole, or each of its tables.
        let gaps = status["gaps"].as_array().unwrap();
        assert!(!gaps.is_empty(), "{status}");
        let what = name.trim_end_matches("_deadline").replace("job", "poll");
        let expected = format!("the {what} took longer than 5 s (limit `polls.{name}`) after ");
        for gap in gaps {
            assert_eq!((&gap["recipe"], &gap["kind"]), (&json!("interfaces"), &json!(name.replace('_', "-"))), "{gap}");
            assert!(gap["reason"].as_str().unwrap().contains(&expected), "{gap}");
        }
    }
}

#[tokio::test]
async fn devices_that_are_silent_hold_no_place_in_the_sandbox() {
    let simulator = switch().await;
    let server = Server::start(|settings| {
        settings.limits.polls.max_concurrent = 10;
        settings.limits.polls.per_device = 10;
        settings.limits.sandbox.concurrent_guests = 1;
        settings.limits.snmp.packet_timeout = A_LONG_TIME;
    })
    .await;
    let mut silent = Vec::new();
    for _ in 0..5 {
        let ticket = server.submit(&patient(&simulator)).await;
        server.until_running(&ticket).await;
        silent.push(ticket);
    }
    assert_eq!(server.poll(&at(&simulator, "switch")).await["status"], "complete");
    for ticket in silent {
        assert_eq!(server.get(&format!("/status/{ticket}")).await["status"], "running");
    }
}

#[tokio::test]
async fn the_system_group_is_asked_for_once() {
    let switch = SyntheticDevice::default().recording();
    let simulator = Simulator::builder().device("switch", switch).log_capacity(100).bind("127.0.0.1:0").await.unwrap();
    let server = Server::start(|_| ()).await;
    let body = with(at(&simulator, "switch"), &json!({ "recipes": ["system-info"] }));
    assert_eq!(server.poll(&body).await["status"], "complete");
    let requests = simulator.requests();
    let is_description = |name: &Oid| name.to_string() == "1.3.6.1.2.1.1.1.0";
    let asked = requests.iter().filter(|asked| asked.request.names.iter().any(is_description)).count();
    assert_eq!(asked, 1);
}
