//! net-snmp's programs as a second opinion: what they read from the simulator is what the recording says.
//! Where they are not installed there is nothing to ask (the rule of `prerequisites`).

use std::{path::Path, process::Command};

use crate::{ArpTables, Library, Recording, Simulator, SyntheticDevice};

/// Runs a program of net-snmp without its MIBs; `None` if it is not installed.
async fn run(program: &'static str, arguments: Vec<String>) -> Option<String> {
    if !prerequisites::programs(&[program]) {
        return None;
    }
    let run = move || Command::new(program).env("MIBS", "").args(arguments).output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    // Latin-1 keeps every octet apart, which is all that is needed here.
    Some(output.stdout.iter().map(|octet| *octet as char).collect())
}

fn arguments(simulator: &Simulator, version: &str, community: &str, more: &[&str]) -> Vec<String> {
    let addr = simulator.addr().to_string();
    let fixed = ["-v", version, "-c", community, "-On", "-t", "5", &addr];
    fixed.iter().chain(more).map(|argument| (*argument).to_owned()).collect()
}

/// What a walk printed, read as a recording.
fn read(printed: &str) -> Recording {
    let octets: Vec<u8> = printed.chars().map(|sign| u8::try_from(sign).unwrap()).collect();
    let parsed = Recording::parse(&octets);
    assert_eq!(parsed.bad_lines, []);
    parsed.recording
}

fn devices() -> Library {
    Library::load([Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/devices")])
}

#[tokio::test]
async fn a_bulk_walk_reads_exactly_the_recording() {
    let big = SyntheticDevice { interfaces: 60, arp_rows: 100, arp_tables: ArpTables::Both, ..Default::default() };
    let library = devices();
    let mut expected: Vec<(String, Recording)> =
        library.devices.iter().map(|device| (device.name.clone(), device.recording.clone())).collect();
    expected.push(("big".to_owned(), big.recording()));
    let simulator =
        Simulator::builder().library(library).device("big", big.recording()).bind("127.0.0.1:0").await.unwrap();
    for (name, recording) in expected {
        for repetitions in ["-Cr1", "-Cr25", "-Cr1000"] {
            let arguments = arguments(&simulator, "2c", &name, &[".1"]);
            let arguments = [vec![repetitions.to_owned()], arguments].concat();
            let Some(printed) = run("snmpbulkwalk", arguments).await else { return };
            assert_eq!(read(&printed).to_snmprec(), recording.to_snmprec(), "{name} {repetitions}");
        }
    }
}

#[tokio::test]
async fn a_walk_of_version_1_reads_all_but_the_counters_of_64_bits() {
    let library = devices();
    let device = library.devices.iter().find(|device| device.name == "access-switch").unwrap();
    let recording = device.recording.clone();
    let simulator = Simulator::builder().library(library).bind("127.0.0.1:0").await.unwrap();
    let Some(printed) = run("snmpwalk", arguments(&simulator, "1", "access-switch", &[".1"])).await else { return };
    let narrow: String =
        recording.to_snmprec().lines().filter(|line| !line.contains("|70|")).map(|line| format!("{line}\n")).collect();
    assert_eq!(read(&printed).to_snmprec(), narrow);
}

#[tokio::test]
async fn a_get_says_what_is_missing() {
    let simulator = Simulator::builder().library(devices()).bind("127.0.0.1:0").await.unwrap();
    let names = [".1.3.6.1.2.1.1.5.0", ".1.3.6.1.2.1.1.99.0", ".1.3.6.1.2.1.2.2.1.2.999"];
    let Some(printed) = run("snmpget", arguments(&simulator, "2c", "old-router!delay:5", &names)).await else { return };
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines,
        [
            ".1.3.6.1.2.1.1.5.0 = STRING: \"old-router\"",
            ".1.3.6.1.2.1.1.99.0 = No Such Object available on this agent at this OID",
            ".1.3.6.1.2.1.2.2.1.2.999 = No Such Instance currently exists at this OID",
        ]
    );
}
