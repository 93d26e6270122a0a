//! Quirks of agents: the plugins of the program against recordings of our own making, in the real sandbox.
//!
//! `tests/recordings/quirks/README.md` has the list. What a plugin makes of a device stands beside the recording;
//! `snmp-proxy plugin test FILE.wasm --recording RECORDING --update` writes it anew.

use std::{fs, path::Path, process::Command};

use harness::{Ended, snmp_proxy_binary};
use serde_json::Value;

/// Runs `snmp-proxy plugin test` with a bundled plugin and a recording, and returns what it says as JSON.
fn test(plugin: &str, recording: &str, more: &[&str]) -> (i32, Value) {
    let folder = tempfile::tempdir().unwrap();
    let bundled = bundle::PLUGINS.iter().find(|bundled| bundled.name == plugin).expect("it is bundled");
    let file = folder.path().join(format!("{plugin}.wasm"));
    fs::write(&file, bundled.wasm).unwrap();
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings/quirks");
    let mut command = Command::new(snmp_proxy_binary());
    command.args(["plugin", "test", "--json", "--cache-dir"]);
    command.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-cache"));
    command.arg("--recording").arg(recordings.join(format!("{recording}.snmprec"))).args(more).arg(&file);
    let ended = Ended::from(command.env_remove("CLICOLOR_FORCE").output().expect("the program runs"));
    (ended.code, ended.json()["plugins"][0].clone())
}

#[track_caller]
fn check(plugin: &str, recording: &str) {
    let (code, report) = test(plugin, recording, &[]);
    assert_eq!((code, report["recordings"][0]["verdict"].as_str()), (0, Some("equal")), "{report:#}");
}

#[test]
fn neighbours_are_found_where_only_the_newer_table_has_them() {
    check("arp", "arp-only-in-the-newer-table");
}

#[test]
fn neighbours_whose_index_lacks_the_length_of_the_address_are_read() {
    check("arp", "neighbours-without-length");
}

#[test]
fn neighbours_of_the_old_ipv6_mib_are_read_with_a_length_before_the_address() {
    check("arp", "ipv6-mib-with-length");
}

#[test]
fn link_local_addresses_have_their_zones() {
    check("interfaces", "addresses-with-zones");
}

/// The fault's run of a report.
fn run<'a>(report: &'a Value, fault: &str) -> &'a Value {
    let runs = report["faults"].as_array().expect("there are runs with faults");
    runs.iter().find(|run| run["fault"] == fault).unwrap_or_else(|| panic!("{fault} was not run: {report:#}"))
}

#[test]
fn a_walk_that_goes_back_ends_with_a_gap_that_says_so() {
    let fault = "agent=loop:2";
    let (code, report) = test("interfaces", "addresses-with-zones", &["--fault", fault]);
    let run = run(&report, fault);
    assert_eq!((code, run["verdict"].as_str()), (0, Some("other")), "{run:#}");
    assert!(run["gaps"].to_string().contains("not increasing"), "{run:#}");
}

#[test]
fn too_large_a_getbulk_costs_no_row_whatever_the_agent_makes_of_it() {
    // tooBig as MikroTik has it, rows left out as Zyxel does it, and silence.
    let faults = ["agent=toobig:5", "agent=skipabove:5", "agent=nobulk"];
    let flags: Vec<&str> = faults.iter().flat_map(|fault| ["--fault", fault]).collect();
    let (code, report) = test("interfaces", "oversized-bulk", &flags);
    assert_eq!(code, 0, "{report:#}");
    for fault in faults {
        assert_eq!(run(&report, fault)["verdict"], "same", "{:#}", run(&report, fault));
    }
}
