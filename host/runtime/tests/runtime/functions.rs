//! Functions of the contract: those that this host has, and those of a later release that it lacks.

use std::sync::Arc;

use crate::{
    guest::{CONTRACT, Guest},
    world::{TestDevice, collect, job, load, runtime, said},
};

/// A guest for a later release of the contract, which has a function more in `job`, a method more, and an interface more.
fn later(collect: &str) -> Guest {
    let text = std::fs::read_to_string(CONTRACT).unwrap();
    let text = text
        .replace("package snmp-proxy:plugin@0.1.0;", "package snmp-proxy:plugin@0.1.7;")
        .replace("interface job {", "interface job {\n    stop: func();")
        .replace("resource walk-reader {", "resource walk-reader {\n        rest: func() -> u32;")
        .replace(
            "world collecting {",
            "interface extras {\n    resource thing { constructor(); }\n    greet: func();\n}\n\
             world collecting {\n    import extras;",
        );
    let mut guest = Guest::good("later");
    guest.contract = Some((text, "0.1.7"));
    guest.imports = r#"
        (import "snmp-proxy:plugin/job@0.1.0" "stop" (func $stop))
        (import "snmp-proxy:plugin/snmp@0.1.0" "[method]walk-reader.rest" (func $rest (param i32) (result i32)))
        (import "snmp-proxy:plugin/extras@0.1.0" "greet" (func $greet))
        (import "snmp-proxy:plugin/extras@0.1.0" "[constructor]thing" (func $thing (result i32)))"#;
    guest.collect = format!("{collect} {}", guest.collect);
    guest
}

#[tokio::test]
async fn a_plugin_that_imports_one_function_too_many_runs_until_it_calls_it() {
    let runtime = runtime();
    let run = async |call: &str| {
        let plugin = load(&runtime, "later", later(call).build()).await;
        said(&collect(&runtime, &plugin).await)
    };
    assert_eq!(run("").await, r#"{"good":{}}"#);
    let missing = |function: &str| {
        format!(
            "newer-contract: needs a newer proxy: it called `{function}` of the plugin contract, which this one does \
             not have"
        )
    };
    assert_eq!(run("(call $stop)").await, missing("job.stop"));
    assert_eq!(run("(call $greet)").await, missing("extras.greet"));
    assert_eq!(run("(drop (call $thing))").await, missing("extras.thing"));
    // What it has in common with this host's release works as ever.
    let params = "(call $params (i32.const 512))";
    assert_eq!(run(params).await, r#"{"good":{}}"#);
}

#[tokio::test]
async fn a_plugin_that_calls_what_is_missing_when_it_is_described_is_not_loaded() {
    let mut guest = later("");
    guest.describe = Some("(call $stop) (unreachable)");
    let source = runtime::PluginSource::Bundled { name: "later", wasm: guest.build().leak() };
    let error = runtime().load(source).await.expect_err("it cannot be described").with_causes();
    assert_eq!(
        error,
        "`describe` failed: needs a newer proxy: it called `job.stop` of the plugin contract, which this one does not \
         have"
    );
}

/// Runs a guest that calls further functions of the host, and tells what the device was asked.
async fn run(imports: &'static str, body: impl FnOnce(&mut Guest) -> String) -> (String, Vec<String>) {
    let mut guest = Guest::good("calling");
    guest.imports = imports;
    guest.collect = body(&mut guest);
    let (runtime, asked) = (runtime(), Arc::default());
    let device = TestDevice { asked: Arc::clone(&asked), ..TestDevice::default() };
    let plugin = load(&runtime, "calling", guest.build()).await;
    let report = runtime.collect(&plugin, job(device, &Arc::default())).await;
    let asked = asked.lock().clone();
    (said(&report), asked)
}

#[tokio::test]
async fn a_plugin_may_ask_which_functions_there_are() {
    let imports = r#"(import "snmp-proxy:plugin/job@0.1.0" "offers" (func $offers (param i32 i32) (result i32)))"#;
    for (function, offered) in [("job.wait", true), ("agent.open-part", true), ("job.stop", false)] {
        let (said, _) = run(imports, |guest| {
            let (place, length) = guest.text(function);
            let (yes, no) = (guest.returning(r#"{"good": true}"#), guest.returning(r#"{"good": false}"#));
            format!(
                "(if (result i32) (call $offers (i32.const {place}) (i32.const {length})) (then {yes}) (else {no}))"
            )
        })
        .await;
        assert_eq!(said, format!(r#"{{"good":{offered}}}"#), "{function}");
    }
}

#[tokio::test]
async fn waiting_moves_the_clock_of_the_run() {
    let imports = r#"
        (import "snmp-proxy:plugin/job@0.1.0" "wait" (func $wait (param i32)))
        (import "snmp-proxy:plugin/job@0.1.0" "elapsed" (func $elapsed (result f64)))"#;
    let (said, _) = run(imports, |guest| {
        let (yes, no) = (guest.returning(r#"{"good": true}"#), guest.returning(r#"{"good": false}"#));
        format!(
            "(call $wait (i32.const 3))
             (if (result i32) (f64.ge (call $elapsed) (f64.const 3000)) (then {yes}) (else {no}))"
        )
    })
    .await;
    assert_eq!(said, r#"{"good":true}"#);
}

const PART: &str = r#"
    (import "snmp-proxy:plugin/snmp@0.1.0" "[constructor]table-part" (func $part (result i32)))
    (import "snmp-proxy:plugin/snmp@0.1.0" "[method]table-part.below" (func $below (param i32 i32 i32)))
    (import "snmp-proxy:plugin/snmp@0.1.0" "[method]table-part.after" (func $after (param i32 i32 i32)))
    (import "snmp-proxy:plugin/snmp@0.1.0" "[method]table-part.at-most" (func $at_most (param i32 i32)))
    (import "snmp-proxy:plugin/snmp@0.1.0" "[method]agent.open-part"
        (func $open_part (param i32 i32 i32 i32 i32)))
    (global $wanted (mut i32) (i32.const 0))"#;

/// Opens a part of two tables below these arcs and after these.
async fn open_part(below: &'static [u32], after: &'static [u32]) -> (String, Vec<String>) {
    run(PART, |guest| {
        let columns = guest.oids(&[&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2], &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1]]);
        let (below_at, after_at) = (guest.words(below), guest.words(after));
        let (below, after) = (below.len(), after.len());
        let done = guest.returning(r#"{"good": 1}"#);
        format!(
            "(global.set $wanted (call $part))
             (call $below (global.get $wanted) (i32.const {below_at}) (i32.const {below}))
             (call $after (global.get $wanted) (i32.const {after_at}) (i32.const {after}))
             (call $at_most (global.get $wanted) (i32.const 10))
             (call $open_part (call $agent) (i32.const {columns}) (i32.const 2) (global.get $wanted) (i32.const 512))
             (if (result i32) (i32.load8_u (i32.const 512)) (then (i32.const 512)) (else {done}))"
        )
    })
    .await
}

#[tokio::test]
async fn a_part_of_several_tables_is_asked_for_in_one() {
    let (said, asked) = open_part(&[7], &[7, 3]).await;
    assert_eq!(said, r#"{"good":1}"#);
    let [asked] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(
        asked,
        "table [1.3.6.1.2.1.2.2.1.2, 1.3.6.1.2.1.31.1.1.1.1] \
         TablePart { below: 7, after: Some(7.3), at_most: Some(10) }"
    );
    let (said, asked) = open_part(&[7], &[8]).await;
    assert_eq!((said.as_str(), asked.len()), ("invalid-argument: the index 8 does not begin with 7", 0));
}

#[tokio::test]
async fn a_context_is_asked_for_by_name_or_number() {
    let imports = r#"
        (import "snmp-proxy:plugin/snmp@0.1.0" "in-context" (func $in_context (param i32 i32 i32)))
        (import "snmp-proxy:plugin/snmp@0.1.0" "in-vlan" (func $in_vlan (param i32 i32)))"#;
    let (said, asked) = run(imports, |guest| {
        let (name, length) = guest.text("vrf-red");
        let names = guest.oids(&[&[1, 3, 6, 1, 2, 1, 1, 1]]);
        format!(
            "(call $in_context (i32.const {name}) (i32.const {length}) (i32.const 600))
             (call $get (i32.load (i32.const 604)) (i32.const {names}) (i32.const 1) (i32.const 640))
             (call $in_vlan (i32.const 10) (i32.const 600))
             (call $in_vlan (i32.const 4095) (i32.const 512))
             (i32.const 512)"
        )
    })
    .await;
    assert_eq!(said, "invalid-argument: 4095 is not the number of a VLAN, from 1 to 4094");
    assert_eq!(asked, [r#"context Named("vrf-red")"#, "get [1.3.6.1.2.1.1.1]", "context Vlan(10)"]);
}

/// The operator allows a plugin of this name to read this subtree.
fn runtime_allowing(plugin: &str, subtree: &str) -> runtime::Runtime {
    let allowed_secrets = vec![(plugin.to_owned(), subtree.parse().unwrap())];
    runtime::Runtime::new(runtime::RuntimeOptions { allowed_secrets, ..runtime::RuntimeOptions::default() }).unwrap()
}

/// snmpCommunityName of a row.
const COMMUNITY_NAME: &[u32] = &[1, 3, 6, 1, 6, 3, 18, 1, 1, 1, 2, 5];

fn asking_for_a_community() -> Guest {
    let mut guest = Guest::good("audit");
    guest.reads = &[&[1, 3, 6, 1, 6, 3]];
    let (names, done) = (guest.oids(&[COMMUNITY_NAME]), guest.returning(r#"{"good": "read"}"#));
    guest.collect = format!(
        "(call $get (call $agent) (i32.const {names}) (i32.const 1) (i32.const 512))
         (if (result i32) (i32.load8_u (i32.const 512)) (then (i32.const 512)) (else {done}))"
    );
    guest
}

#[tokio::test]
async fn secrets_are_not_read_whatever_is_declared_unless_the_operator_allows_it_by_name() {
    let run = async |runtime: runtime::Runtime| {
        let asked = Arc::default();
        let device = TestDevice { asked: Arc::clone(&asked), ..TestDevice::default() };
        let plugin = load(&runtime, "audit", asking_for_a_community().build()).await;
        let said = said(&runtime.collect(&plugin, job(device, &Arc::default())).await);
        (said, asked.lock().len())
    };
    let refused = "secret: 1.3.6.1.6.3.18.1.1.1.2.5 is not read: snmpCommunityTable holds secrets, and the operator does \
                   not allow it to this plugin (key `plugins.may_read_secrets`)";
    assert_eq!(run(runtime()).await, (refused.to_owned(), 0));
    assert_eq!(run(runtime_allowing("another", "1.3.6.1.6.3.18.1.1")).await, (refused.to_owned(), 0));
    assert_eq!(run(runtime_allowing("audit", "1.3.6.1.6.3.18.1.1")).await, (r#"{"good":"read"}"#.to_owned(), 1));
}

#[tokio::test]
async fn a_walk_from_above_leaves_secrets_out_and_says_so() {
    let mut guest = Guest::good("audit");
    guest.reads = &[&[1, 3, 6, 1, 6, 3]];
    guest.imports = r#"
        (import "snmp-proxy:plugin/snmp@0.1.0" "[method]agent.open-walk" (func $open_walk (param i32 i32 i32 i32)))
        (import "snmp-proxy:plugin/snmp@0.1.0" "[method]walk-reader.next" (func $next_names (param i32 i32)))"#;
    let root = guest.words(&[1, 3, 6, 1, 6, 3]);
    let (one, more) = (guest.returning(r#"{"good": "one"}"#), guest.returning(r#"{"good": "more"}"#));
    let next = "(call $next_names (i32.load (i32.const 516)) (i32.const 528))";
    guest.collect = format!(
        "(call $open_walk (call $agent) (i32.const {root}) (i32.const 6) (i32.const 512)) {next} {next}
         (if (result i32) (i32.load8_u (i32.const 528)) (then {more}) (else {one}))"
    );
    let names = [COMMUNITY_NAME, &[1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0], &[1, 3, 6, 1, 6, 3, 18, 1, 1, 1, 2, 6]];
    let walked = names.iter().map(|name| snmp::Oid::new(name).unwrap()).collect();
    let (runtime, heard) = (runtime(), Arc::<crate::world::Heard>::default());
    let plugin = load(&runtime, "audit", guest.build()).await;
    let report = runtime.collect(&plugin, job(TestDevice { walked, ..TestDevice::default() }, &heard)).await;
    assert_eq!(said(&report), r#"{"good":"one"}"#);
    assert_eq!(*heard.lines.lock(), ["warn: snmpCommunityTable is left out of a walk: it holds secrets"]);
}
