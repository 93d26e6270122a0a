//! The checked-in bindings are what the generator makes of `wit/`.
//! After a change of the WIT, `UPDATE_EXPECT=1 cargo test -p snmp-proxy-sdk --test bindings` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test; clippy knows only functions marked as such")]

use std::path::Path;

use expect_test::expect_file;
use wit_bindgen_core::wit_parser::Resolve;
use wit_bindgen_core::{Files, WorldGenerator};
use wit_bindgen_rust::Opts;

#[test]
fn regenerating_the_bindings_changes_nothing() {
    expect_file!["../src/bindings.rs"].assert_eq(&generated());
}

fn generated() -> String {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&wit).unwrap();
    let world = resolve.select_world(&[package], Some("collecting")).unwrap();

    let mut generator = Opts {
        format: true,
        pub_export_macro: true,
        default_bindings_module: Some("snmp_proxy_sdk::bindings".to_owned()),
        additional_derive_attributes: vec!["PartialEq".to_owned()],
        ..Opts::default()
    }
    .build();
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files).unwrap();

    let mut texts = files.iter().map(|(_, text)| String::from_utf8(text.to_vec()).unwrap());
    let text = texts.next().unwrap();
    assert_eq!(texts.next(), None, "one world makes one file");
    text
}
