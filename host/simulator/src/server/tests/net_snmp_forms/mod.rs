//! net-snmp's walks in all forms that its options give them, read back: a value is that of the device, or its line is
//! refused. Where net-snmp is not installed there is nothing to ask, and the tests say so.

use std::{fs, path::Path, process::Command};

use crate::{Recording, Simulator};

/// Values of every type that net-snmp prints, and texts that are hard to print.
const DEVICE: &str = include_str!("device.snmprec");

/// MIBs that name and describe some of them, with what net-snmp prints in addition then.
const MIBS: [(&str, &str); 3] = [
    ("RECORDING-TEST-MIB.txt", include_str!("RECORDING-TEST-MIB.txt")),
    ("SNMPv2-MIB.txt", include_str!("SNMPv2-MIB.txt")),
    ("IF-MIB.txt", include_str!("IF-MIB.txt")),
];

/// What became of the device's objects.
#[derive(Debug, Default, PartialEq, Eq)]
struct Outcome {
    read: usize,
    refused: usize,
    /// Objects whose value is another, or which nobody misses.
    wrong: Vec<String>,
}

/// Walks the device with `-O` and these letters, with the MIBs or without, and compares what the walk reads as.
async fn walked(simulator: &Simulator, mibs: Option<&Path>, letters: &str) -> Option<Outcome> {
    if !prerequisites::programs(&["snmpwalk"]) {
        return None;
    }
    let mut command = Command::new("snmpwalk");
    command.args(["-v2c", "-c", "device", "-t5", "-r1", "-Cc"]).arg(format!("-O{letters}"));
    match mibs {
        Some(folder) => command.args(["-m", "RECORDING-TEST-MIB:SNMPv2-MIB:IF-MIB", "-M"]).arg(folder),
        None => command.args(["-m", ""]),
    };
    command.args([&simulator.addr().to_string(), ".1"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("rror"), "{said}");
    let device = Recording::parse(DEVICE.as_bytes()).recording;
    let parsed = Recording::read(&output.stdout).unwrap();
    let mut outcome = Outcome { read: parsed.recording.len(), refused: parsed.bad_line_count, wrong: Vec::new() };
    for varbind in parsed.recording.varbinds() {
        let sent = device.get(&varbind.name).map(|sent| &sent.value);
        if sent != Some(&varbind.value) {
            let wrong = format!("{} is {:?} and was {sent:?}", varbind.name, varbind.value);
            outcome.wrong.push(wrong.chars().take(300).collect());
        }
    }
    if outcome.read + outcome.refused != device.len() {
        outcome.wrong.push(format!("{} objects are neither read nor refused", device.len()));
    }
    Some(outcome)
}

async fn simulator() -> Simulator {
    let parsed = Recording::parse(DEVICE.as_bytes());
    assert_eq!(parsed.bad_lines, []);
    Simulator::builder().device("device", parsed.recording).bind("127.0.0.1:0").await.unwrap()
}

fn folder_of_mibs() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in MIBS {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[tokio::test]
async fn walks_with_numeric_names_and_types_are_read_whole() {
    let (simulator, mibs) = (simulator().await, folder_of_mibs());
    for letters in ["n", "nb", "nE", "nX", "ne", "nU", "nx", "nT", "nt", "neUt"] {
        for mibs in [None, Some(mibs.path())] {
            let Some(outcome) = walked(&simulator, mibs, letters).await else { return };
            let (wrong, refused): (Vec<String>, usize) = (Vec::new(), if mibs.is_some() { HINTED } else { 0 });
            assert_eq!((outcome.wrong, outcome.refused), (wrong, refused), "-O{letters} with MIBs: {}", mibs.is_some());
        }
    }
}

/// The objects of the device of which a DISPLAY-HINT hides the content.
const HINTED: usize = 2;

#[tokio::test]
async fn walks_that_leave_something_out_are_read_rightly_or_refused() {
    let (simulator, mibs) = (simulator().await, folder_of_mibs());
    for letters in ["nQ", "nq", "na", "f", "s", "S", "u", "fQ", "SX", "nQx"] {
        for mibs in [None, Some(mibs.path())] {
            let Some(outcome) = walked(&simulator, mibs, letters).await else { return };
            assert_eq!(outcome.wrong, [""; 0], "-O{letters} with MIBs: {}", mibs.is_some());
            assert!(outcome.read > 20, "-O{letters} with MIBs: {}: {} are read", mibs.is_some(), outcome.read);
        }
    }
}

#[tokio::test]
async fn a_walk_without_names_is_refused() {
    if !prerequisites::programs(&["snmpwalk"]) {
        return;
    }
    let simulator = simulator().await;
    let addr = simulator.addr().to_string();
    let arguments = ["-v2c", "-c", "device", "-m", "", "-Onv", &addr, ".1.3.6.1.2.1.1"].map(str::to_owned);
    let output =
        tokio::task::spawn_blocking(move || Command::new("snmpwalk").args(arguments).output().unwrap()).await.unwrap();
    assert_eq!(Recording::read(&output.stdout).unwrap_err(), crate::ReadError::NoNames);
}
