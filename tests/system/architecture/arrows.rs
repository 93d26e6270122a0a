//! The arrows between our crates.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};

use cargo_metadata::DependencyKind;

use super::workspace;

/// Which of our crates each of our crates may name. A new arrow is a change of this table, seen in review.
const ARROWS: &[(&str, &[&str])] = &[
    ("recording", &[]),
    ("severity", &[]),
    ("schema", &[]),
    ("address", &[]),
    ("resolver", &["address"]),
    ("anonymising", &["snmp"]),
    ("snmp", &[]),
    ("snmp-engine", &["snmp"]),
    ("plugin-build", &[]),
    ("runtime", &["limits", "plugin-folder", "schema", "severity", "snmp"]),
    ("simulator", &["recording", "snmp"]),
    ("plugin-tool", &["plugin-folder", "simulator", "snmp"]),
    ("state", &[]),
    ("traps", &["address", "log-throttle", "resolver", "severity", "snmp", "snmp-engine", "state"]),
    ("bundle", &[]),
    ("limits", &["snmp"]),
    ("job", &["address", "limits", "schema", "snmp"]),
    ("mibs", &[]),
    ("mib-compiler", &["mibs"]),
    ("budget", &["job", "limits"]),
    ("config", &["address", "job", "limits", "plugin-folder", "snmp", "spelling", "traps"]),
    ("tickets", &["address", "budget", "job", "limits"]),
    ("polling", &["address", "config", "job", "limits", "resolver", "runtime", "snmp", "snmp-engine"]),
    ("decoding", &["limits", "mibs", "runtime", "snmp", "traps"]),
    ("receiving", &["config", "decoding", "mibs", "runtime", "snmp", "snmp-engine", "state", "traps"]),
    (
        "api",
        &[
            "address",
            "budget",
            "config",
            "decoding",
            "job",
            "limits",
            "log-throttle",
            "receiving",
            "schema",
            "snmp",
            "snmp-engine",
            "spelling",
            "tickets",
            "traps",
        ],
    ),
    (
        "proxy",
        &[
            "api",
            "budget",
            "bundle",
            "config",
            "decoding",
            "job",
            "polling",
            "receiving",
            "runtime",
            "snmp",
            "snmp-engine",
            "state",
            "tickets",
            "traps",
        ],
    ),
    (
        "cli",
        &[
            "address",
            "anonymising",
            "api",
            "config",
            "decoding",
            "job",
            "limits",
            "mibs",
            "plugin-build",
            "plugin-folder",
            "plugin-tool",
            "polling",
            "proxy",
            "registry",
            "resolver",
            "runtime",
            "simulator",
            "snmp",
            "snmp-engine",
            "spelling",
            "traps",
        ],
    ),
    ("snmp-proxy", &["cli", "config"]),
    ("snmp-proxy-sdk", &["recording", "schema", "severity"]),
    ("system-info", &["snmp-proxy-sdk"]),
    ("interfaces", &["snmp-proxy-sdk"]),
    ("arp", &["snmp-proxy-sdk"]),
    ("trap-decoder", &["snmp-proxy-sdk"]),
    ("cisco-traps", &["snmp-proxy-sdk"]),
    ("hostile-guest", &["snmp-proxy-sdk"]),
    ("harness", &["prerequisites", "simulator", "snmp", "snmp-engine"]),
    ("hostile-packets", &[]),
    ("prerequisites", &[]),
    ("log-throttle", &[]),
    ("plugin-folder", &["limits", "snmp", "spelling"]),
    ("registry", &["limits"]),
    ("spelling", &[]),
];

/// Our crates that only decide, and what nothing in their whole tree may be: a runtime or sockets. That they wait for
/// nothing is so a fact and no promise.
const PURE: &[&str] = &[
    "job",
    "limits",
    "log-throttle",
    "snmp",
    "address",
    "anonymising",
    "mibs",
    "recording",
    "schema",
    "severity",
    "spelling",
];
const IMPURE: &[&str] = &["tokio", "mio", "socket2", "async-io", "smol", "wasmtime"];

/// Crates that only one of ours may name, so that replacing them is a change of one crate.
const OWNERS: &[(&str, &str)] = &[
    ("wasmtime", "runtime"),
    ("wasmtime-wasi", "runtime"),
    ("snmp2", "snmp"),
    ("axum", "api"),
    ("redb", "state"),
    ("mib-rs", "mib-compiler"),
    ("wit-bindgen", "snmp-proxy-sdk"),
];

#[test]
fn crates_depend_on_each_other_only_along_the_drawn_arrows() {
    let metadata = workspace();
    let ours: BTreeSet<String> = metadata.packages.iter().map(|package| package.name.to_string()).collect();
    let allowed: BTreeMap<&str, BTreeSet<&str>> =
        ARROWS.iter().map(|(from, to)| (*from, to.iter().copied().collect())).collect();
    let drawn: BTreeSet<String> = allowed.keys().map(ToString::to_string).collect();
    assert_eq!(ours, drawn, "every crate of the workspace has its row in ARROWS, and no other");

    for package in &metadata.packages {
        let found: BTreeSet<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind != DependencyKind::Development)
            .map(|dependency| dependency.name.as_str())
            .collect();
        let to_ours: BTreeSet<&str> = found.iter().copied().filter(|name| ours.contains(*name)).collect();
        assert_eq!(to_ours, allowed[package.name.as_str()], "the arrows of {}", package.name);
        for (crate_name, owner) in OWNERS {
            assert!(
                !found.contains(crate_name) || package.name.as_str() == *owner,
                "{} names {crate_name}, which is {owner}'s alone",
                package.name,
            );
        }
    }
}

#[test]
fn crates_that_only_decide_bring_no_runtime_and_no_socket_not_even_in_their_tests() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for pure in PURE {
        // Not the metadata: those have the features that the whole workspace asks for.
        let tree = Command::new(&cargo).args(["tree", "--locked", "--prefix", "none", "--package", pure]).output();
        let tree = tree.expect("cargo tree runs");
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let tree = String::from_utf8(tree.stdout).expect("names of packages");
        let packages: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert!(packages.contains(pure), "{tree}");
        let found: Vec<_> = IMPURE.iter().filter(|name| packages.contains(**name)).collect();
        assert!(found.is_empty(), "{pure} only decides, but has {found:?} in its tree: see `cargo tree -p {pure}`");
    }
}
