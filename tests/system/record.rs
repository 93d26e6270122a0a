//! A recording in the place of a device, and a device printed as one.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use harness::{net_snmp, net_snmp_is_here, snmp_proxy_binary};
use serde_json::Value;
use simulator::{ArpTables, Recording, Simulator, SyntheticDevice};
use snmp::Varbind;
use tempfile::TempDir;

/// What one command came to.
struct Ended {
    code: i32,
    out: String,
    err: String,
}

/// Runs the program with these words, without a terminal.
async fn run(line: &str) -> Ended {
    let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    let running = tokio::task::spawn_blocking(move || {
        Command::new(snmp_proxy_binary()).args(words).output().expect("the program runs")
    });
    let Output { status, stdout, stderr } = running.await.expect("it ends");
    let text = |octets| String::from_utf8(octets).expect("it writes text");
    Ended { code: status.code().expect("no signal ended it"), out: text(stdout), err: text(stderr) }
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
