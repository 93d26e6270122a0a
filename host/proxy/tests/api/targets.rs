//! Which device is meant, and one that shows nothing of itself.

use std::path::Path;

use config::{Sources, load};
use expect_test::{Expect, expect};
use simulator::Recording;
use snmp::{Oid, Varbind};

use super::*;

/// A client must not have files of this machine read.
#[tokio::test]
async fn a_recording_is_no_target_of_a_request() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("device.snmprec");
    std::fs::write(&file, "1.3.6.1.2.1.1.5.0|4|played\n").unwrap();
    let server = Server::without_plugins().await;
    for target in
        [format!("recording:{}", file.display()), "recording:device.snmprec".to_owned(), "recording:".to_owned()]
    {
        for (path, oid) in
            [("/snmp/poll", None), ("/snmp/get", Some("1.3.6.1.2.1.1.5.0")), ("/snmp/walk", Some("1.3.6"))]
        {
            let answer =
                server.post(path, &json!({ "target": target, "community": "recording", "oid": oid })).await.json(422);
            let of_target = |problem: &serde_json::Value| problem["loc"] == json!(["body", "target"]);
            assert!(answer["detail"].as_array().unwrap().iter().any(of_target), "{path} {target}: {answer}");
            assert!(!answer.to_string().contains("played"));
        }
    }
}

#[tokio::test]
async fn what_looks_like_an_address_and_is_none_is_refused_with_what_is_meant() {
    let server = Server::without_plugins().await;
    let mut shown = String::new();
    for target in [
        "127.000.000.010",
        "0x7f.1",
        "127.1",
        "2130706433",
        "192.0.2.256",
        "１２７.0.0.1",
        "192.0.2.1:161",
        "[2001:db8::1]:161",
        "2001:db8:::1",
        "[192.0.2.1]",
        "fe80::1%",
        "fe80::1",
        "2001:db8::1%eth0",
        "::1:161",
        "2001:db8:0:0:0:0:0:1:161",
        "udp:192.0.2.1",
        "udp6:[2001:db8::1]:161",
        "tcp:router1",
        "0.0.0.0",
        "::",
        "255.255.255.255",
        "224.0.0.1",
        "ff02::1%eth0",
        "10.0.0.0/8",
        "no such host",
        "a\nb",
        "router.1",
        "münchen.example",
        " \t ",
    ] {
        let answer = server.post("/snmp/get", &json!({ "target": target, "oid": "1.3.6.1.2.1.1.5.0" })).await.json(422);
        for problem in answer["detail"].as_array().unwrap() {
            assert_eq!(problem["loc"], json!(["body", "target"]), "{target}");
            shown += &format!("{target:?}: {}\n", problem["msg"].as_str().unwrap());
        }
    }
    expect![[r#"
        "127.000.000.010": Value error, invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
        "0x7f.1": Value error, invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
        "127.1": Value error, invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
        "2130706433": Value error, invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
        "192.0.2.256": Value error, invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
        "１２７.0.0.1": Value error, invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10
        "192.0.2.1:161": Value error, a target carries no port: give the port in `port`
        "[2001:db8::1]:161": Value error, a target carries no port: give the port in `port`
        "2001:db8:::1": Value error, invalid IPv6 address: write it like 2001:db8::1 or fe80::1%eth0, with or without brackets
        "[192.0.2.1]": Value error, brackets stand around an IPv6 address only, such as [2001:db8::1]
        "fe80::1%": Value error, invalid zone of an IPv6 address: write the interface's name or number, such as fe80::1%eth0
        "fe80::1": Value error, a link-local address needs its zone, the interface that leads to it: write it like fe80::1%eth0
        "2001:db8::1%eth0": Value error, only a link-local address (fe80::/10) has a zone: write this one without % and what follows it
        "::1:161": Value error, no device has an address below ::/96: a target carries no port, give it in `port`, and an IPv4 address is written alone
        "2001:db8:0:0:0:0:0:1:161": Value error, a target carries no port: give the port in `port`
        "udp:192.0.2.1": Value error, `udp:` does not belong here: write the host without it, since SNMP is sent over UDP anyway
        "udp6:[2001:db8::1]:161": Value error, `udp6:` does not belong here: write the host without it, since SNMP is sent over UDP anyway
        "tcp:router1": Value error, `tcp:` is not supported, SNMP is sent over UDP only: write the host without it
        "0.0.0.0": Value error, the unspecified address stands for no device: write the device's own address, or 127.0.0.1 for this machine
        "::": Value error, the unspecified address stands for no device: write the device's own address, or 127.0.0.1 for this machine
        "255.255.255.255": Value error, the broadcast address stands for many devices: write the address of one
        "224.0.0.1": Value error, a multicast address stands for many devices: write the address of one
        "ff02::1%eth0": Value error, a multicast address stands for many devices: write the address of one
        "10.0.0.0/8": Value error, a slash does not belong here: write one address or one host name, no network and no URL
        "no such host": Value error, invalid host name: it has letters, digits, hyphens and underscores, with dots between its parts
        "a\nb": Value error, invalid host name: it has letters, digits, hyphens and underscores, with dots between its parts
        "router.1": Value error, invalid host name: its last part cannot be a number, since it would be read as an address
        "münchen.example": Value error, invalid host name: write an internationalized name in ASCII, such as xn--mnchen-3ya.example
        " \t ": String should have at least 1 character
    "#]].assert_eq(&shown);
}

/// Asks for a target in every way, and shows what each answers: the status, and the words of a refusal.
async fn asked(server: &Server, target: &Value) -> Vec<String> {
    let mut shown = Vec::new();
    for path in ["/snmp/poll", "/snmp/get", "/snmp/walk"] {
        let answer = server.post(path, &with(target.clone(), &json!({ "oid": "1.3.6.1.2.1.1.5.0" }))).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let words = match &body["detail"] {
            Value::String(words) => words.clone(),
            Value::Array(problems) => problems[0]["msg"].as_str().unwrap().to_owned(),
            _ => "answered".to_owned(),
        };
        shown.push(format!("{} {words}", answer.status));
    }
    shown
}

#[tokio::test]
async fn a_denied_target_is_a_403_with_its_rule_in_every_spelling_and_no_packet_leaves() {
    let device = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    device.set_nonblocking(true).unwrap();
    let hardened = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/hardened.toml");
    let hardened = load(&Sources::gather(Some(&hardened), Vec::new()).unwrap()).unwrap().settings;
    let server = Server::start(|settings| settings.denied_targets = hardened.denied_targets).await;
    let port = device.local_addr().unwrap().port();
    for (target, addr, rule) in [
        ("127.0.0.1", "127.0.0.1", "127.0.0.0/8"),
        ("::ffff:127.0.0.1", "127.0.0.1", "127.0.0.0/8"),
        ("[::ffff:7f00:1]", "127.0.0.1", "127.0.0.0/8"),
        ("64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "127.0.0.0/8"),
        ("2002:7f00:1::", "2002:7f00:1::", "127.0.0.0/8"),
        ("::1", "::1", "::1/128"),
        ("169.254.169.254", "169.254.169.254", "169.254.0.0/16"),
    ] {
        let spelling = target.parse::<address::Host>().unwrap();
        let words = format!("403 Target '{spelling}' is denied: {addr} is in `{rule}` (setting `targets.deny`)");
        let shown = asked(&server, &json!({ "target": target, "port": port })).await;
        assert_eq!(shown, [words.as_str(); 3], "{target}");
    }
    // The name is looked up first; its addresses are those of this host.
    for answer in asked(&server, &json!({ "target": "localhost", "port": port })).await {
        assert!(answer.starts_with("403 Target 'localhost' is denied: "), "{answer}");
    }
    assert!(device.recv(&mut [0; 10]).is_err(), "nothing came");
    assert_eq!(server.get("/jobs").await["total"], 0);
}

#[tokio::test]
async fn what_stands_for_many_devices_is_refused_in_every_spelling() {
    let server = Server::start(|_| ()).await;
    for target in [
        "::ffff:224.0.0.1",
        "::ffff:255.255.255.255",
        "[::ffff:0.0.0.0]",
        "64:ff9b::224.0.0.1",
        "2002:e000:1::",
        "ff0e::1",
        "127.255.255.255",
        "::ffff:127.255.255.255",
    ] {
        for answer in asked(&server, &json!({ "target": target })).await {
            assert!(answer.starts_with("422 Value error, ") && answer.contains("address"), "{target}: {answer}");
        }
    }
}

#[tokio::test]
async fn blanks_around_a_target_and_brackets_are_not_part_of_it() {
    let (server, simulator) = (Server::start(|_| ()).await, switch().await);
    for (target, asked) in [
        ("  127.0.0.1\t\n", "127.0.0.1"),
        ("\u{a0}127.0.0.1 ", "127.0.0.1"),
        ("[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]"),
        ("::FFFF:7f00:1", "::FFFF:7f00:1"),
    ] {
        let body = with(at(&simulator, "switch"), &json!({ "target": target, "recipes": ["system-info"] }));
        let status = server.poll(&body).await;
        assert_eq!((&status["target"], &status["data"]["target"]), (&json!(asked), &json!(asked)));
        let address = format!("127.0.0.1:{}", simulator.addr().port());
        assert_eq!((&status["status"], &status["stats"]["address"]), (&json!("complete"), &json!(address)));
        let get = server.post("/snmp/get", &with(body, &json!({ "oid": "1.3.6.1.2.1.1.5.0" }))).await.json(200);
        assert_eq!((&get["data"], &get["address"]), (&json!("synthetic"), &json!(address)));
    }
}

/// A switch of which this is left, and whatever is added.
async fn partly(is_left: impl Fn(&Oid) -> bool, more: Vec<Varbind>) -> Simulator {
    let switch = SyntheticDevice { interfaces: 2, arp_rows: 3, ..SyntheticDevice::default() };
    let mut varbinds = switch.recording().varbinds().to_vec();
    varbinds.retain(|varbind| is_left(&varbind.name));
    varbinds.extend(more);
    varbinds.sort_by(|a, b| a.name.cmp(&b.name));
    Simulator::builder().device("switch", Recording::new(varbinds)).bind("127.0.0.1:0").await.unwrap()
}

fn is_of_system(name: &Oid) -> bool {
    name.starts_with(&Oid::from([1, 3, 6, 1, 2, 1, 1]))
}

/// Polls, and shows the system group and the gaps of `system-info`. The other recipes must have read what they can.
async fn check(simulator: &Simulator, fields: Value, expected: Expect) {
    let server = Server::start(|_| ()).await;
    let status = server.poll(&with(at(simulator, "switch"), &fields)).await;
    assert_eq!((&status["status"], &status["error"]), (&json!("complete"), &json!(null)));
    let mut shown = format!("{}\n", status["data"]["snmp_data"]);
    let gaps = status["gaps"].as_array().unwrap().iter().filter(|gap| gap["recipe"] == "system-info");
    for gap in gaps {
        let text = |key: &str| gap[key].as_str().unwrap().to_owned();
        shown += &format!("{} {} {}: {}\n", text("table"), text("status"), text("kind"), text("reason"));
    }
    let rows = |section: &str| status["data"][section].as_array().map_or(0, Vec::len);
    shown += &format!("{} interfaces, {} neighbours\n", rows("interfaces"), rows("arp_table"));
    let port = simulator.addr().port().to_string();
    expected.assert_eq(&shown.replace(&port, "PORT"));
}

#[tokio::test]
async fn a_device_that_hides_its_system_group_is_polled_and_the_gap_says_what_it_answered() {
    let hidden = partly(|name| !is_of_system(name), Vec::new()).await;
    check(&hidden, json!({}), expect![[r#"
        {}
        1.3.6.1.2.1.1 failed no-such-object: the agent answers, but shows no system group: noSuchObject for all 6 objects
        2 interfaces, 3 neighbours
    "#]]).await;
    check(
        &hidden,
        json!({ "version": "1" }),
        expect![[r#"
        {}
        1.3.6.1.2.1.1 failed no-such-object: the agent answers, but shows no system group: noSuchName for all 6 objects
        2 interfaces, 3 neighbours
    "#]],
    )
    .await;
    check(&hidden, json!({ "recipes": "auto" }), expect![[r#"
        {}
        1.3.6.1.2.1.1 failed no-such-object: the agent answers, but shows no system group: noSuchObject for all 6 objects
        2 interfaces, 3 neighbours
    "#]]).await;
}

#[tokio::test]
async fn an_agent_that_refuses_the_system_group_is_there() {
    let simulator = partly(|_| true, Vec::new()).await;
    for fault in ["negindex", "badstatus", "otheroid"] {
        let server = Server::start(|_| ()).await;
        let status = server.poll(&at(&simulator, &format!("switch!{fault}"))).await;
        assert_eq!((&status["status"], &status["data"]["snmp_data"]), (&json!("complete"), &json!({})), "{fault}");
        let gap = &status["gaps"][0];
        assert_eq!((&gap["recipe"], &gap["table"]), (&json!("system-info"), &json!("1.3.6.1.2.1.1")), "{fault}");
        let reason = gap["reason"].as_str().unwrap();
        assert!(reason.starts_with("the agent answers, but shows no system group: "), "{reason}");
    }
}

#[tokio::test]
async fn options_for_a_kind_of_device_hold_also_where_it_says_what_it_is_as_text() {
    use config::TargetRule;
    use job::DeviceOptions;

    let text = Varbind {
        name: "1.3.6.1.2.1.1.2.0".parse().unwrap(),
        value: snmp::Value::OctetString(b".1.3.6.1.4.1.32473.7".to_vec()),
    };
    let simulator = partly(|name| !is_of_system(name), vec![text]).await;
    let rule = TargetRule {
        cidr: None,
        name: None,
        sys_object_id: "1.3.6.1.4.1.32473".parse().ok(),
        options: DeviceOptions { bulk: Some(snmp::BulkUse::Never), ..DeviceOptions::default() },
    };
    let server = Server::start(|settings| settings.targets = [rule].into_iter().collect()).await;
    let status = server.poll(&at(&simulator, "switch")).await;
    assert_eq!((&status["status"], &status["data"]["interfaces"][1]["index"]), (&json!("complete"), &json!(2)));
    assert_eq!(status["stats"]["learned"]["bulk"], false);
}
