//! The checked-in bindings are what the generator makes of `wit/`.
//! After a change of the WIT, `UPDATE_EXPECT=1 cargo test -p snmp-proxy-sdk --test bindings` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test; clippy knows only functions marked as such")]

use std::path::Path;

use expect_test::{ExpectFile, expect_file};
use wit_bindgen_core::{Files, WorldGenerator, wit_parser::Resolve};
use wit_bindgen_rust::{Opts, WithOption};

#[test]
fn regenerating_the_bindings_changes_nothing() {
    check("collecting", "bindings", &[], &expect_file!["../src/bindings.rs"]);
}

/// SNMP's words are one Rust type each, whatever a plugin exports.
#[test]
fn the_worlds_of_traps_share_the_types_of_the_first_world() {
    let types = [("snmp-proxy:plugin/types@0.1.0", "crate::bindings::snmp_proxy::plugin::types")];
    check("trap-decoding", "decoding_bindings", &types, &expect_file!["../src/decoding_bindings.rs"]);
    check("trap-enriching", "enriching_bindings", &types, &expect_file!["../src/enriching_bindings.rs"]);
}

/// A plugin that is configured asks the same of the host.
#[test]
fn the_configured_world_shares_all_but_its_export_with_the_first_world() {
    let shared = ["types", "manifests", "snmp", "job", "output"].map(|interface| {
        let module = format!("crate::bindings::snmp_proxy::plugin::{interface}");
        (format!("snmp-proxy:plugin/{interface}@0.1.0"), module)
    });
    let shared = shared.each_ref().map(|(interface, module)| (interface.as_str(), module.as_str()));
    check("collecting-configured", "configured_bindings", &shared, &expect_file!["../src/configured_bindings.rs"]);
}

fn check(world: &str, module: &str, with: &[(&str, &str)], expected: &ExpectFile) {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&wit).unwrap();
    let world = resolve.select_world(&[package], Some(world)).unwrap();

    let mut generator = Opts {
        format: true,
        pub_export_macro: true,
        default_bindings_module: Some(format!("snmp_proxy_sdk::{module}")),
        additional_derive_attributes: vec!["PartialEq".to_owned()],
        with: with.iter().map(|&(name, path)| (name.to_owned(), WithOption::Path(path.to_owned()))).collect(),
        ..Opts::default()
    }
    .build();
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files).unwrap();

    let mut texts = files.iter().map(|(_, text)| String::from_utf8(text.to_vec()).unwrap());
    let text = texts.next().unwrap();
    assert_eq!(texts.next(), None, "one world makes one file");
    expected.assert_eq(&text);
}
