//! What was released of the contract stays: its text to the octet, and its meaning in every later text of its line.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use wit_parser::{PackageId, Resolve};

/// Every release of the contract: its version, and the digest (SHA-256) of its text in `wit/released`.
const RELEASED: [(&str, &str); 1] = [("0.1.0", "b17dc68ef0c81a27406bf10d872ab988dd67b748383c803bbe537a29e98c1203")];

/// The worlds of a plugin, which are the same in all releases of 0.1.
const WORLDS: [&str; 4] = ["collecting", "collecting-configured", "trap-decoding", "trap-enriching"];

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")
}

fn released(version: &str) -> String {
    fs::read_to_string(wit().join("released").join(version).join("plugin.wit")).unwrap()
}

/// Adds a text of the contract as if it were of this version: two of one version do not go together.
fn add(resolve: &mut Resolve, text: &str, version: &str) -> PackageId {
    let line = text.lines().find(|line| line.starts_with("package ")).unwrap();
    let package = format!("package snmp-proxy:plugin@{version};");
    resolve.push_str("plugin.wit", &text.replacen(line, &package, 1)).unwrap()
}

/// Whether plugins that were made for `old` go on working with a host that has `new`.
fn is_compatible(old: &str, new: &str) -> bool {
    WORLDS.iter().all(|world| {
        let mut resolve = Resolve::default();
        let (old, new) = (add(&mut resolve, old, "0.1.0"), add(&mut resolve, new, "0.1.1"));
        let [old, new] = [old, new].map(|package| resolve.select_world(&[package], Some(world)).unwrap());
        wit_component::semver_check(resolve, old, new).is_ok()
    })
}

#[test]
fn what_was_released_is_never_edited() {
    for (version, digest) in RELEASED {
        let text = released(version);
        assert_eq!(format!("{:x}", Sha256::digest(&text)), digest, "wit/released/{version} was edited");
        assert!(text.contains(&format!("package snmp-proxy:plugin@{version};")));
    }
    let folders = fs::read_dir(wit().join("released")).unwrap().count();
    assert_eq!(folders, RELEASED.len(), "each folder of wit/released stands in RELEASED");
}

#[test]
fn plugins_of_every_release_go_on_working() {
    let today = fs::read_to_string(wit().join("plugin.wit")).unwrap();
    for (version, _) in RELEASED {
        assert!(is_compatible(&released(version), &today), "wit/plugin.wit breaks plugins of {version}");
    }
}

#[test]
fn only_what_the_host_provides_may_grow() {
    let text = released("0.1.0");
    let with = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    };
    let grown = with("    params: func() -> string;", "    params: func() -> string;\n    stop: func();");
    assert!(is_compatible(&text, &grown), "the host has one function more");
    assert!(!is_compatible(&grown, &text), "the host has one function less");
    let changed = with("    wait: func(milliseconds: u32);", "    wait: func(milliseconds: u64);");
    assert!(!is_compatible(&text, &changed), "a parameter of another type");
    let member = with("        reason: string,", "        reason: string,\n        more: string,");
    assert!(!is_compatible(&text, &member), "a record with one member more");
    let asked = with("    describe: func() -> manifest;", "    describe: func() -> manifest;\n    more: func();");
    assert!(!is_compatible(&text, &asked), "a plugin has to have one function more");
}
