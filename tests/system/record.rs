//! Recording a device, and playing the recording in its place.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use harness::{Ended, net_snmp, net_snmp_is_here, snmp_proxy_binary};
use serde_json::Value;
use simulator::{ArpTables, Fault, Recording, Simulator, SyntheticDevice};
use snmp::Varbind;
use tempfile::TempDir;

/// Runs the program with these words, without a terminal.
async fn run(line: &str) -> Ended {
    let mut command = Command::new(snmp_proxy_binary());
    command.args(line.split_whitespace());
    Ended::run(command).await
}

async fn serve(recording: &Recording) -> Simulator {
    Simulator::builder().device("public", recording.clone()).bind("127.0.0.1:0").await.expect("a free port")
}

fn read(path: &Path) -> Recording {
    let parsed = Recording::read(&std::fs::read(path).expect("a file")).expect("a recording");
    assert_eq!(parsed.bad_line_count, 0);
    parsed.recording
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("device.snmprec");
    (folder, file)
}

/// Devices of the repository, and values that are easily lost: blanks, line ends, octets, an OID of another tree.
fn devices() -> Vec<Recording> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let odd = b"1.0.8802.1.1.2.1.3.3.0|4| \n1.3.6.1.2.1.1.1.0|4x|410d0a42\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.32473.1\n\
                1.3.6.1.2.1.1.5.0|4|a|b \n1.3.6.1.4.1.32473.1|68x|9f780442c80000\n1.3.6.1.4.1.32473.2|70|18446744073709551615\n\
                1.3.6.1.4.1.32473.3|4x|00ff\n1.3.6.1.4.1.32473.4|4|\n1.3.6.1.4.1.32473.5|99x|01\n2.1.1|2|-1\n";
    let synthetic = SyntheticDevice { interfaces: 30, arp_rows: 60, arp_tables: ArpTables::Both, ..Default::default() };
    let mut devices = vec![Recording::parse(odd).recording, synthetic.recording()];
    for name in ["access-switch.snmprec", "branch-firewall.snmpwalk", "old-router.snmprec"] {
        devices.push(read(&root.join("examples/devices").join(name)));
    }
    devices
}

/// A result without what a run of its own has: times, and what the target was called.
fn without_times(text: &str) -> Value {
    let mut body: Value = serde_json::from_str(text).expect("JSON");
    let object = body.as_object_mut().expect("an object");
    for key in ["timing", "stats", "target", "log"] {
        object.remove(key);
    }
    if let Some(data) = object.get_mut("data").and_then(Value::as_object_mut) {
        data.remove("target");
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_holds_every_octet_of_a_device_and_polls_as_the_device_does() {
    for recording in devices() {
        let agent = serve(&recording).await;
        let (_folder, file) = folder();
        let ended = run(&format!("record {} -o {} --oid .1 --oid .2", agent.addr(), file.display())).await;
        assert_eq!(ended.code, 0, "{}", ended.err);
        assert_eq!(read(&file), recording);
        assert!(!file.with_extension("snmprec.part").exists());
        for flags in ["-v 2c", "-v 1"] {
            let poll = |target: String| async move { run(&format!("poll {target} {flags} --json")).await };
            let device = poll(agent.addr().to_string()).await;
            let played = poll(format!("recording:{}", file.display())).await;
            assert_eq!((device.code, without_times(&device.out)), (played.code, without_times(&played.out)), "{flags}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn get_and_walk_read_a_recording_as_they_read_a_device() {
    let recording = SyntheticDevice { interfaces: 3, arp_rows: 3, ..SyntheticDevice::default() }.recording();
    let agent = serve(&recording).await;
    let (_folder, file) = folder();
    std::fs::write(&file, recording.to_snmprec()).expect("a file");
    let played = format!("recording:{}", file.display());
    for line in [
        "get TARGET 1.3.6.1.2.1.1.5.0",
        "get TARGET 1.3.6.1.2.1.1.5",
        "walk TARGET",
        "walk TARGET . -v 1",
        "walk TARGET 1.3.6.1.2.1.99",
        "walk TARGET . --format snmprec",
    ] {
        let device = run(&line.replace("TARGET", &agent.addr().to_string())).await;
        let recorded = run(&line.replace("TARGET", &played)).await;
        assert_eq!((device.code, device.out, device.err), (recorded.code, recorded.out, recorded.err), "{line}");
    }
    let ended = run(&format!("get {played} 1.3.6.1.2.1.1.5.0 --json")).await;
    let body: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(body[0]["address"], Value::Null, "no address has answered");

    let wrong = [
        (format!("get {played}x 1.3"), "No such file"),
        (format!("get recording:{} 1.3", file.parent().expect("a folder").display()), "is a folder"),
        (format!("trap {played} coldStart"), "a recording receives no notifications"),
    ];
    for (line, words) in wrong {
        let ended = run(&line).await;
        assert!(ended.code == 2 && ended.err.contains(words), "{line}: {}", ended.err);
    }
    let ended = run(&format!("get {played} 1.3.6.1.2.1.1.5.0 -c private -p 1161")).await;
    assert!(ended.code == 0 && ended.err.starts_with("note: a recording needs no credentials"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_is_printed_as_snmpwalk_prints_it_and_in_both_forms_reads_the_same() {
    for recording in devices() {
        let agent = serve(&recording).await;
        for format in ["snmprec", "snmpwalk"] {
            let ended = run(&format!("walk {} . --format {format}", agent.addr())).await;
            let known =
                |varbind: &&Varbind| !matches!(varbind.value, snmp::Value::Unknown { .. }) || format == "snmprec";
            let expected: Vec<_> = recording.varbinds().iter().filter(known).collect();
            let parsed = Recording::parse(ended.out.as_bytes());
            assert_eq!(parsed.recording.varbinds().iter().collect::<Vec<_>>(), expected, "{format}");
            let is_whole = expected.len() == recording.len();
            assert_eq!(ended.code, if is_whole { 0 } else { 3 }, "{format}: {}", ended.err);
        }
        // snmpbulkwalk ends at a value of a type that it does not know.
        let is_of_smi = recording.varbinds().iter().all(|one| !matches!(one.value, snmp::Value::Unknown { .. }));
        if is_of_smi && net_snmp_is_here() {
            let addr = agent.addr().to_string();
            let theirs = net_snmp("snmpbulkwalk", &["-v2c", "-cpublic", "-On", "-m", "", &addr, ".1.3.6.1.2.1"]).await;
            let ours = run(&format!("walk {addr} --format snmpwalk")).await.out;
            let entries = |text: &str| -> BTreeMap<String, String> {
                let entry = |line: &str| line.split_once(" = ").map(|(name, said)| (name.to_owned(), said.to_owned()));
                let is_value = |line: &&str| line.starts_with(".1.") && !line.contains(" = No more variables");
                text.lines().filter(is_value).filter_map(entry).collect()
            };
            let (theirs, ours) = (entries(&theirs), entries(&ours));
            assert!(theirs.keys().eq(ours.keys()));
            // It prints octets as text also where they end lines.
            let differing: Vec<_> =
                ours.iter().filter(|(name, said)| theirs[*name] != **said && !said.starts_with("Hex-STRING")).collect();
            assert_eq!(differing.first(), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_that_was_killed_is_gone_on_with() {
    let recording = SyntheticDevice { interfaces: 20, arp_rows: 40, ..SyntheticDevice::default() }.recording();
    let agent =
        Simulator::builder().device("public", recording.clone()).stepping().bind("127.0.0.1:0").await.expect("a port");
    let (_folder, file) = folder();
    let part = PathBuf::from(format!("{}.part", file.display()));
    let line = format!("record {} -o {} --timeout 60s", agent.addr(), file.display());
    let mut killed = Command::new(snmp_proxy_binary())
        .args(line.split_whitespace())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    for _ in 0..8 {
        agent.next_request().await.expect("a request").answer();
    }
    // What came before is written before more is asked for.
    let held = agent.next_request().await.expect("a request");
    killed.kill().expect("it is killed");
    killed.wait().expect("it ends");
    held.drop();
    let before = Recording::parse(&std::fs::read(&part).expect("a partial file")).recording.len();
    assert!(before > 0 && before < recording.len(), "{before} of {}", recording.len());
    assert!(!file.exists(), "what is not finished has not its name");

    let refused = run(&line).await;
    assert!(refused.code == 2 && refused.err.contains("--resume goes on with it"), "{}", refused.err);
    let other = run(&format!("{line} --resume --oid 1.3.6.1.2.1.1")).await;
    assert!(other.code == 2 && other.err.contains("give the same target, version and subtrees"), "{}", other.err);

    let resume = format!("{line} --resume");
    let mut resumed = tokio::spawn(async move { run(&resume).await });
    let mut requests = 0;
    let ended = loop {
        tokio::select! {
            ended = &mut resumed => break ended.expect("it ends"),
            request = agent.next_request() => {
                request.expect("a request").answer();
                requests += 1;
            }
        }
    };
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(read(&file), recording);
    assert!(!part.exists() && requests > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_told_and_is_named_in_a_file_that_is_finished_all_the_same() {
    let recording = SyntheticDevice { interfaces: 5, arp_rows: 5, ..SyntheticDevice::default() }.recording();
    let agent = Simulator::builder().device("public", recording.clone()).plan("public", Fault::GenErr(30));
    let agent = agent.bind("127.0.0.1:0").await.expect("a free port");
    let (_folder, file) = folder();
    let line = format!("record {} -o {} --oid 1.3.6.1.2.1.2 --oid 1.3.6.1.2.1.4", agent.addr(), file.display());
    let ended = run(&line).await;
    assert_eq!((ended.code, file.exists()), (3, false), "{}", ended.err);
    assert!(
        ended.err.contains("error: 1.3.6.1.2.1.2: ") && ended.err.contains("--with-gaps finishes it"),
        "{}",
        ended.err
    );

    let ended = run(&format!("{line} --resume --with-gaps --json")).await;
    assert_eq!(ended.code, 3, "{}", ended.err);
    let body: Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(body["gaps"][0]["oid"], "1.3.6.1.2.1.2", "{body}");
    let text = std::fs::read_to_string(&file).expect("a file");
    assert!(text.contains("\n# Missing below 1.3.6.1.2.1.2: "), "{text}");
    let values = read(&file).len();
    assert!(values > 0 && values < recording.len() && body["values"] == values, "{body}");

    let silent = Simulator::builder().device("public", recording).plan("public", Fault::Silent);
    let silent = silent.bind("127.0.0.1:0").await.expect("a free port");
    let ended = run(&format!("record {} -o {} --force --timeout 2s", silent.addr(), file.display())).await;
    assert!(ended.code == 1 && ended.err.contains("No SNMP response"), "{}", ended.err);
    assert_eq!(read(&file).len(), values, "what was there is there");
    assert!(!PathBuf::from(format!("{}.part", file.display())).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_secrets_are_left_out_unless_they_are_asked_for_by_name() {
    let text =
        b"1.3.6.1.2.1.1.5.0|4|core-sw1\n1.3.6.1.2.1.47.1.2.1.1.4.1|4|s3cret@10\n1.3.6.1.6.3.18.1.1.1.2.7|4|s3cret\n";
    let recording = Recording::parse(text).recording;
    let agent = serve(&recording).await;
    let (_folder, file) = folder();
    let line = format!("record {} -o {} --force", agent.addr(), file.display());
    let ended = run(&line).await;
    assert_eq!((ended.code, read(&file).len()), (0, 1), "{}", ended.err);
    let left_out =
        "note: left out, since it holds secrets: entLogicalCommunity (1 value), snmpCommunityTable (1 value)";
    assert!(ended.err.contains(left_out), "{}", ended.err);
    let ended = run(&format!("{line} --include snmpCommunityTable --include entLogicalCommunity")).await;
    assert_eq!((ended.code, read(&file)), (0, recording), "{}", ended.err);
    let ended = run(&format!("{line} --oid 1.3.6.1.6.3.18.1.1")).await;
    assert_eq!((ended.code, read(&file).len()), (0, 1), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn plugins_are_recorded_with_what_they_read_and_what_every_poll_reads() {
    let recording = SyntheticDevice { interfaces: 4, arp_rows: 4, ..SyntheticDevice::default() }.recording();
    let more = Recording::parse(b"1.3.6.1.4.1.32473.1.0|2|1\n").recording;
    let all: Recording = recording.varbinds().iter().chain(more.varbinds()).cloned().collect();
    let agent = serve(&all).await;
    let (_folder, file) = folder();
    let ended = run(&format!("record {} -o {} --plugins interfaces,arp", agent.addr(), file.display())).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    let recorded = read(&file);
    assert!(more.varbinds().iter().all(|varbind| recorded.get(&varbind.name).is_none()), "what no plugin reads");
    let device = run(&format!("poll {} --json", agent.addr())).await;
    let played = run(&format!("poll recording:{} --json", file.display())).await;
    assert_eq!(without_times(&device.out), without_times(&played.out));
    let ended = run(&format!("record {} -o - --plugins interface", agent.addr())).await;
    assert!(ended.code == 2 && ended.err.contains("--plugins interface: no such plugin; there are "), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymised_recording_polls_with_as_many_rows_and_names_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let original = root.join("examples/devices/access-switch.snmprec");
    let (_folder, file) = folder();
    let line = format!("record recording:{} -o {} --force --anonymise", original.display(), file.display());
    let ended = run(&format!("{line} --seed a")).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.err.contains("note: replaced: ") && ended.err.contains("MAC address"), "{}", ended.err);
    let first = std::fs::read_to_string(&file).expect("a file");
    run(&format!("{line} --seed a")).await;
    assert_eq!(first, std::fs::read_to_string(&file).expect("a file"), "one seed gives one file");
    run(&line).await;
    assert_ne!(first, std::fs::read_to_string(&file).expect("a file"), "and without one it is another each time");

    let poll = |path: &Path| {
        let line = format!("poll recording:{} --json", path.display());
        async move { without_times(&run(&line).await.out) }
    };
    let (before, after) = (poll(&original).await, poll(&file).await);
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    for section in ["interfaces", "arp_table"] {
        let rows = |body: &Value| body["data"][section].as_array().expect("rows").clone();
        let (before, after) = (rows(&before), rows(&after));
        assert_eq!(before.len(), after.len(), "{section}");
        for field in ["ip", "mac", "alias"] {
            let values =
                |rows: &[Value]| -> Vec<Value> { rows.iter().map(|row| row[field].clone()).filter(is_text).collect() };
            let (before, after) = (values(&before), values(&after));
            assert_eq!(before.len(), after.len(), "{section} {field}");
            assert!(before.iter().all(|value| !after.contains(value)), "{section} {field}: {before:?} {after:?}");
        }
        for field in ["index", "name", "type", "speed"] {
            let mut values =
                [&before, &after].map(|rows| rows.iter().map(|row| row[field].clone()).collect::<Vec<_>>());
            values.iter_mut().for_each(|values| values.sort_by_key(ToString::to_string));
            assert_eq!(values[0], values[1], "{section} {field}");
        }
    }
    assert_eq!(before["warnings"], after["warnings"]);
    for field in ["sysName", "sysContact", "sysLocation"] {
        let value = |body: &Value| body["data"]["snmp_data"][field].as_str().unwrap_or_default().to_owned();
        let (before, after) = (value(&before), value(&after));
        assert!(before != after && before.len() == after.len(), "{field}: {before} {after}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_on_standard_output_is_in_order_and_alone_there() {
    let recording = SyntheticDevice { interfaces: 2, arp_rows: 2, ..SyntheticDevice::default() }.recording();
    let agent = serve(&recording).await;
    let ended = run(&format!("record {} --output -", agent.addr())).await;
    assert_eq!((ended.code, Recording::parse(ended.out.as_bytes()).recording), (0, recording), "{}", ended.err);
    let names: Vec<snmp::Oid> = ended.out.lines().filter_map(|line| line.split_once('|')?.0.parse().ok()).collect();
    assert!(names.is_sorted());
}
