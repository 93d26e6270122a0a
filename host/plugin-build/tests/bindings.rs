//! The checked-in bindings for C are what the generator makes of `wit/`.
//! After a change of the WIT, `UPDATE_EXPECT=1 cargo test -p plugin-build` writes them anew.

use std::path::Path;

use expect_test::{ExpectFile, expect_file};
use wit_bindgen_core::{Files, wit_parser::Resolve};

#[test]
fn regenerating_the_bindings_changes_nothing() {
    let expected: [(&str, ExpectFile); 2] = [
        ("collecting.h", expect_file!["../../../plugins/sdk-c/bindings/collecting.h"]),
        ("collecting.c", expect_file!["../../../plugins/sdk-c/bindings/collecting.c"]),
    ];
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(&wit).unwrap();
    let world = resolve.select_world(&[package], Some("collecting")).unwrap();
    let mut files = Files::default();
    // The types of the world come from the contract when a plugin is built, and not from an object file.
    let mut generator = wit_bindgen_c::Opts { no_object_file: true, ..Default::default() }.build();
    generator.generate(&mut resolve, world, &mut files).unwrap();
    let mut made: Vec<(&str, &[u8])> = files.iter().collect();
    made.sort_by_key(|(name, _)| std::cmp::Reverse(*name));
    for ((name, text), (known, expected)) in made.iter().zip(&expected) {
        assert_eq!(name, known);
        expected.assert_eq(std::str::from_utf8(text).unwrap());
    }
    assert_eq!(made.len(), expected.len());
}

#[test]
fn the_contract_beside_the_sources_is_the_one_that_the_proxy_has() {
    // Copied, since a template holds files and no links: `cp wit/plugin.wit plugins/sdk-c/wit/`.
    let read = |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    assert_eq!(read("../../plugins/sdk-c/wit/plugin.wit"), read("../../wit/plugin.wit"));
}
