//! Core modules become components that the contract describes, or it is said why not.

#![expect(clippy::unwrap_used, reason = "a test; clippy knows only functions marked as such")]

use plugin_build::component_of;

/// A module of this text.
fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

/// An enricher, the smallest plugin there is, with what else it has.
fn enricher(more: &str) -> Vec<u8> {
    module(&format!(
        r#"(module
            {more}
            (memory (export "memory") 1)
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
            (func (export "snmp-proxy:plugin/trap-enricher@0.1.0#describe") (result i32) unreachable)
            (func (export "snmp-proxy:plugin/trap-enricher@0.1.0#enrich") (param i32 i32) (result i32) unreachable))"#
    ))
}

/// What a component imports and exports, in the order of the component.
fn interfaces(component: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    let mut depth = 0;
    for payload in wasmparser::Parser::new(0).parse_all(component) {
        match payload.unwrap() {
            wasmparser::Payload::ModuleSection { .. } | wasmparser::Payload::ComponentSection { .. } => depth += 1,
            wasmparser::Payload::End(_) => depth -= 1,
            wasmparser::Payload::ComponentImportSection(imports) if depth == 0 => {
                found.extend(imports.into_iter().map(|import| format!("imports {}", import.unwrap().name.name)));
            }
            wasmparser::Payload::ComponentExportSection(exports) if depth == 0 => {
                found.extend(exports.into_iter().map(|export| format!("exports {}", export.unwrap().name.name)));
            }
            _ => {}
        }
    }
    found
}

#[track_caller]
fn check_refused(module: &[u8], expected: &str) {
    let refused = component_of(module).unwrap_err().to_string();
    assert!(refused.starts_with(expected), "{refused}");
}

#[test]
fn a_module_becomes_a_component_of_the_world_that_it_exports() {
    let component = component_of(&enricher("")).unwrap();
    assert_eq!(
        interfaces(&component),
        ["imports snmp-proxy:plugin/types@0.1.0", "exports snmp-proxy:plugin/trap-enricher@0.1.0"]
    );
}

#[test]
fn a_plugin_in_c_becomes_a_component_without_wasi() {
    let component = component_of(include_bytes!("fixtures/c-core.wasm")).unwrap();
    let interfaces = interfaces(&component);
    assert!(interfaces.contains(&"exports snmp-proxy:plugin/collector@0.1.0".to_owned()), "{interfaces:?}");
    assert!(!interfaces.iter().any(|interface| interface.contains("wasi:")), "{interfaces:?}");
    assert!(component.len() < 60_000, "{} octets", component.len());
}

/// The host's own tests run this component.
#[test]
fn the_fixture_of_the_host_is_what_becomes_of_the_module() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/tests/fixtures/c-fixture.wasm");
    let component = component_of(include_bytes!("fixtures/c-core.wasm")).unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(fixture, &component).unwrap();
    }
    assert!(std::fs::read(fixture).unwrap() == component, "the fixture is another: run with UPDATE_EXPECT=1");
}

#[test]
fn what_asks_for_the_first_wasi_gets_the_second() {
    let exit = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (func (export "_initialize") (call $exit (i32.const 1)))"#;
    let interfaces = interfaces(&component_of(&enricher(exit)).unwrap());
    assert!(interfaces.iter().any(|interface| interface.starts_with("imports wasi:cli/exit@0.2.")), "{interfaces:?}");
}

#[test]
fn debug_information_is_left_out_and_names_stay() {
    let custom = |name: &str, size: usize| format!("(@custom \"{name}\" \"{}\")", "x".repeat(size));
    let lean = component_of(&enricher("(func $broken_by_design)")).unwrap();
    let debug = format!("{} {} (func $broken_by_design)", custom(".debug_info", 5_000), custom(".debug_str", 5_000));
    let component = component_of(&enricher(&debug)).unwrap();
    assert_eq!(component.len(), lean.len());
    let name = b"broken_by_design";
    assert!(component.windows(name.len()).any(|window| window == name));
}

#[test]
fn what_cannot_be_a_plugin_is_told_why() {
    check_refused(b"plain text", "it is not a WebAssembly module: ");
    check_refused(b"", "it is not a WebAssembly module: ");
    check_refused(&component_of(&enricher("")).unwrap(), "it is a component already");
    check_refused(
        &module("(module)"),
        "it exports no function of the plugin contract, such as `snmp-proxy:plugin/coll",
    );
    let both = r#"(func (export "snmp-proxy:plugin/collector@0.1.0#describe") (result i32) unreachable)"#;
    check_refused(&enricher(both), "it exports functions of the worlds `collecting` and `trap-enriching`, ");
    let half = r#"(module (memory (export "memory") 1)
        (func (export "snmp-proxy:plugin/trap-enricher@0.1.0#describe") (result i32) unreachable))"#;
    check_refused(&module(half), "it does not fit the plugin contract: ");
    check_refused(&enricher(r#"(import "env" "puts" (func))"#), "it does not fit the plugin contract: ");
}

#[test]
fn a_module_that_is_cut_is_refused_wherever_it_is_cut() {
    let whole = enricher("");
    for length in 0..whole.len() {
        assert!(component_of(&whole[..length]).is_err(), "{length} octets");
    }
}
