//! The commands as a person types them: what goes to which stream, and how they end.

use std::process::Command;

use harness::{Ended, snmp_proxy_binary};
use serde_json::Value;
use simulator::{Recording, Simulator, SyntheticDevice};
use snmp::Varbind;

/// Runs the program with these words, without a terminal.
async fn run(words: Vec<String>) -> Ended {
    let mut command = Command::new(snmp_proxy_binary());
    command.args(words).env_remove("CLICOLOR_FORCE");
    Ended::run(command).await
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

async fn agent() -> Simulator {
    let device = SyntheticDevice { interfaces: 3, arp_rows: 3, ..SyntheticDevice::default() };
    Simulator::builder().device("public", device.recording()).bind("127.0.0.1:0").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_says_of_a_device_that_has_nothing_for_it_is_told_and_no_gap() {
    let agent = agent().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("hostile-guest.wasm"), bundle::HOSTILE_GUEST).unwrap();
    let line = format!("poll {} --plugins-dir {} --recipe", agent.addr(), folder.path().display());
    let poll = |act: &str, flags: &str| {
        let recipe = format!("hostile-guest={{\"act\":\"{act}\"}}");
        run(words(&line).into_iter().chain([recipe]).chain(words(flags)).collect())
    };

    let ended = poll("nothing_here", "").await;
    let note = "note: hostile-guest: the device has nothing for this recipe: the device has no fans";
    assert!(ended.err.lines().any(|line| line == note), "{}", ended.err);
    assert_eq!(ended.code, 0, "nothing is missing: {}", ended.err);

    let ended = poll("nothing_here", "--json").await;
    let body: Value = serde_json::from_str(&ended.out).unwrap();
    let recipe = &body["stats"]["recipes"][1];
    assert_eq!(
        (recipe["status"].as_str(), recipe["reason"].as_str()),
        (Some("unsupported"), Some("the device has no fans"))
    );
    assert_eq!((&body["partial"], &body["stats"]["recipes"][0]["reason"]), (&Value::Bool(false), &Value::Null));

    let ended = poll("invalid_json", "").await;
    assert!(
        ended.code == 3 && ended.err.contains("error: recipe `hostile-guest` returned what is not"),
        "{}",
        ended.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_without_an_instance_is_told_which_instance_has_a_value() {
    let agent = agent().await;
    for version in ["1", "2c"] {
        let ended = run(words(&format!("get {} 1.3.6.1.2.1.1.5 -v {version}", agent.addr()))).await;
        assert_eq!((ended.code, ended.out.as_str()), (1, ""));
        assert!(
            ended.err.starts_with("error: 1.3.6.1.2.1.1.5: No such object; try 1.3.6.1.2.1.1.5.0"),
            "{}",
            ended.err
        );
        let ended = run(words(&format!("get {} 1.3.6.1.2.1.2.2.1.2 -v {version}", agent.addr()))).await;
        assert!(ended.code == 1 && ended.err.contains("`walk` reads what is below"), "{}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_walk_says_that_nothing_is_there() {
    let agent = agent().await;
    let ended = run(words(&format!("walk {} 1.3.6.1.2.1.99", agent.addr()))).await;
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    assert_eq!(ended.err, "note: the device has nothing below 1.3.6.1.2.1.99\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_without_an_oid_is_of_mib_2_and_one_of_a_tree_reads_all_of_it() {
    let object = |name: &str| Varbind { name: name.parse().unwrap(), value: snmp::Value::Integer(7) };
    let recording = Recording::new(["1.0.8802.1.0", "1.3.6.1.2.1.1.7.0", "1.3.6.1.4.1.1.0"].map(object).to_vec());
    let agent = Simulator::builder().device("public", recording).bind("127.0.0.1:0").await.unwrap();
    for version in ["1", "2"] {
        for (root, expected) in [
            ("", &["1.3.6.1.2.1.1.7.0"][..]),
            (".1", &["1.0.8802.1.0", "1.3.6.1.2.1.1.7.0", "1.3.6.1.4.1.1.0"]),
            ("1", &["1.0.8802.1.0", "1.3.6.1.2.1.1.7.0", "1.3.6.1.4.1.1.0"]),
            (".", &["1.0.8802.1.0", "1.3.6.1.2.1.1.7.0", "1.3.6.1.4.1.1.0"]),
        ] {
            let ended = run(words(&format!("walk {} {root} -v {version} --json", agent.addr()))).await;
            let body: Value = serde_json::from_str(&ended.out).unwrap();
            let names: Vec<_> =
                body["data"].as_array().unwrap().iter().map(|row| row["oid"].as_str().unwrap()).collect();
            assert_eq!((ended.code, names.as_slice()), (0, expected), "{root} {version}: {}", ended.err);
            assert_eq!(body["data"][0]["type"], "INTEGER");
        }
    }
    let ended = run(words(&format!("walk {} .2", agent.addr()))).await;
    assert_eq!((ended.code, ended.err.as_str()), (0, "note: the device has nothing below 2\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inform_goes_to_the_next_address_of_a_name() {
    let receiver = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let port = receiver.local_addr().unwrap().port();
    // localhost may be ::1 first, where nobody listens; an acknowledgement has the PDU of the inform as a Response.
    let acknowledging = tokio::spawn(async move {
        let mut buffer = vec![0; 2_000];
        let (length, from) = receiver.recv_from(&mut buffer).await.unwrap();
        let place = buffer.iter().position(|octet| *octet == 0xa6).unwrap();
        buffer[place] = 0xa2;
        receiver.send_to(&buffer[..length], from).await.unwrap();
    });
    let line = format!("trap localhost:{port} --inform --timeout 20s");
    let ended = run(words(&line).into_iter().chain([String::new(), "coldStart".to_owned()]).collect()).await;
    assert!(ended.code == 0 && ended.out.contains("acknowledged the inform coldStart"), "{} {}", ended.out, ended.err);
    acknowledging.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_the_plugin_s_choice_or_those_that_were_asked_for() {
    let agent = agent().await;
    let poll = |flags: &str| run(words(&format!("poll {} --recipe interfaces {flags}", agent.addr())));
    let usual = poll("").await.out;
    assert!(usual.contains("  ADMIN  OPER  SPEED") && usual.contains("not shown: type, "), "{usual}");
    assert!(usual.contains("bit/s"), "speeds are for people: {usual}");
    let wide = poll("--wide").await.out;
    assert!(wide.contains("ADMIN_STATUS") && !wide.contains("not shown"), "{wide}");
    let chosen = poll("--columns speed,Index,OPER").await;
    assert!(chosen.code == 0 && chosen.out.lines().any(|line| line == "SPEED     INDEX  OPER"), "{}", chosen.out);
    // Nothing is polled before a name is found to be wrong.
    let wrong = run(words("poll 192.0.2.1 --recipe interfaces --timeout 600 --columns speed,sped")).await;
    assert_eq!((wrong.code, wrong.out.as_str()), (2, ""));
    assert!(wrong.err.starts_with("error: --columns sped: no such column, did you mean speed?\n"), "{}", wrong.err);
    assert!(wrong.err.contains("note: columns of interfaces: index, "), "{}", wrong.err);
    assert_eq!(poll("--columns speed --json").await.code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_plugin_is_shown_in_full() {
    let ended = run(words("plugins arp")).await;
    assert!(ended.code == 0 && ended.out.contains("section arp_table: "), "{}", ended.out);
    let ended = run(words("plugins trap-decoder --json")).await;
    let body: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(body["kind"], "trap-decoder");
    let ended = run(words("plugins apr")).await;
    assert!(
        ended.code == 2 && ended.err.starts_with("error: there is no plugin \"apr\"; there are arp, "),
        "{}",
        ended.err
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parameter_that_a_plugin_does_not_have_is_told_with_those_that_it_has() {
    let ended = run(words("poll 192.0.2.1 --recipe arp={\"al\":true}")).await;
    let told = "error: --recipe arp: al: no such parameter; there is `all`\n";
    assert_eq!((ended.code, ended.err.as_str()), (2, told));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_faults_of_simulated_devices_are_listed() {
    let ended = run(words("simulate --faults")).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(
        ended.out.lines().any(|line| line.starts_with("loop:N ") && line.contains("its first row again")),
        "{}",
        ended.out
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_have_names_unless_numbers_are_wanted() {
    let agent = agent().await;
    let at = agent.addr();
    let get = |flags: &str| run(words(&format!("get {at} sysName.0 1.3.6.1.2.1.2.2.1.1.3 {flags}")));
    let named = get("").await;
    assert!(named.code == 0 && named.out.contains("SNMPv2-MIB::sysName.0  synthetic\n"), "{}", named.out);
    assert!(named.out.contains("IF-MIB::ifIndex.3      3\n"), "{}", named.out);
    for flags in ["--numeric", "-On"] {
        let ended = get(flags).await;
        assert!(ended.out.contains("1.3.6.1.2.1.1.5.0      synthetic\n") && !ended.out.contains("::"), "{}", ended.out);
    }
    let body: Value = serde_json::from_str(&get("--json").await.out).unwrap();
    let said = |body: &Value| (body["oid"].clone(), body.get("name").cloned());
    assert_eq!(said(&body[0]), ("1.3.6.1.2.1.1.5.0".into(), Some("SNMPv2-MIB::sysName.0".into())));
    let body: Value = serde_json::from_str(&get("--json --numeric").await.out).unwrap();
    assert_eq!(said(&body[0]), ("1.3.6.1.2.1.1.5.0".into(), None));

    let walk = run(words(&format!("walk {at} ifDescr"))).await;
    assert!(walk.code == 0 && walk.out.contains("\nIF-MIB::ifDescr.1"), "{}", walk.out);
    let walk = run(words(&format!("walk {at} ifDescr --json"))).await;
    let body: Value = serde_json::from_str(&walk.out).unwrap();
    assert_eq!(said(&body), ("1.3.6.1.2.1.2.2.1.2".into(), Some("IF-MIB::ifDescr".into())));
    assert_eq!(said(&body["data"][0]), ("1.3.6.1.2.1.2.2.1.2.1".into(), Some("IF-MIB::ifDescr.1".into())));
}
