//! What the author of a plugin types: real plugins in the real sandbox, and how the commands end.

use std::{fs, path::Path, process::Command};

use harness::{Ended, snmp_proxy_binary};
use serde_json::Value;
use tempfile::TempDir;

/// The folder of a plugin's author.
struct Author(TempDir);

impl Author {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, octets) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, octets).unwrap();
        }
        Self(folder)
    }

    /// Runs `snmp-proxy plugin` with these words in the folder. What is compiled once serves all tests.
    fn plugin(&self, words: &[&str]) -> Ended {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plugin-cache");
        let mut command = Command::new(snmp_proxy_binary());
        command.arg("plugin").args(words).arg("--cache-dir").arg(cache).current_dir(self.path());
        Ended::from(command.env_remove("CLICOLOR_FORCE").output().expect("the program runs"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

const SWITCH: &[u8] = include_bytes!("../../examples/devices/access-switch.snmprec");

fn interfaces() -> &'static [u8] {
    bundle::PLUGINS.iter().find(|plugin| plugin.name == "interfaces").expect("it is bundled").wasm
}

#[test]
fn a_plugin_is_held_against_what_is_expected_of_its_recordings() {
    let author = Author::with(&[("dist/interfaces.wasm", interfaces()), ("devices/switch.snmprec", SWITCH)]);
    let ended = author.plugin(&["test"]);
    assert_eq!(ended.code, 1, "nothing is expected yet: {}", ended.err);
    assert!(ended.out.contains("expected/switch.json is not there: --update writes it"), "{}", ended.out);

    let ended = author.plugin(&["test", "--update"]);
    assert!(ended.code == 0 && ended.out.contains("written  switch"), "{}{}", ended.out, ended.err);
    let path = author.path().join("expected/switch.json");
    let mut expected: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert!(expected["interfaces"].as_array().is_some_and(|rows| rows.len() > 1), "{expected}");

    let ended = author.plugin(&["test", "--all-faults", "--json"]);
    let report = ended.json();
    assert_eq!((ended.code, &report["ok"]), (0, &Value::Bool(true)), "{}", ended.out);
    let run = &report["plugins"][0]["recordings"][0];
    assert_eq!(run["verdict"], "equal");
    for number in ["rows", "host_calls", "peak_memory"] {
        assert!(run[number].as_u64() > Some(0), "{number}: {run}");
    }
    assert!(run["agent"]["requests"].as_u64() > Some(0) && run["agent"]["varbinds"].as_u64() > Some(0), "{run}");
    let faults = report["plugins"][0]["faults"].as_array().unwrap();
    let verdict = |fault: &str| faults.iter().find(|run| run["fault"] == fault).map(|run| run["verdict"].clone());
    assert_eq!(faults.len(), 12);
    assert_eq!(verdict("too-big"), Some("same".into()), "the engine asks for less");
    assert_eq!(verdict("cancel-after=1"), Some("cancelled".into()));
    assert!(faults.iter().any(|run| run["gaps"].as_array().is_some_and(|gaps| !gaps.is_empty())), "{}", ended.out);

    expected["interfaces"][0]["name"] = "another".into();
    fs::write(&path, expected.to_string()).unwrap();
    let ended = author.plugin(&["test"]);
    assert_eq!(ended.code, 1);
    assert!(ended.out.contains("/interfaces/0/name: expected \"another\", found "), "{}", ended.out);
}

#[test]
fn a_plugin_that_breaks_is_told_with_all_that_it_printed() {
    let author = Author::with(&[
        ("hostile_guest.wasm", bundle::HOSTILE_GUEST),
        ("tests/switch.snmprec", SWITCH),
        ("tests/switch.params.json", br#"{"act": "panic"}"#),
    ]);
    let ended = author.plugin(&["test", "hostile_guest.wasm", "--update"]);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.out.contains("panicked: the hostile guest panics as it was told to at "), "{}", ended.out);
    assert!(ended.out.contains("what it logged and printed:\n") && ended.out.contains("panicked at "), "{}", ended.out);
    assert!(!author.path().join("tests/switch.json").exists(), "what is broken is not expected");

    let ended = author.plugin(&["test", "hostile_guest.wasm", "--params", r#"{"act": "nothing_here"}"#, "--update"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let expected = fs::read_to_string(author.path().join("tests/switch.json")).unwrap();
    assert!(expected.contains(r#""kind": "unsupported""#) && expected.contains("the device has no fans"), "{expected}");
}

#[test]
fn a_fault_that_breaks_a_plugin_is_named() {
    let author = Author::with(&[("hostile-guest.wasm", bundle::HOSTILE_GUEST), ("devices/a.snmprec", SWITCH)]);
    let trusting = ["test", "hostile-guest.wasm", "--params", r#"{"act": "trust_the_device"}"#];
    let ended = author.plugin(&[&trusting[..], &["--update", "--fault", "too-big"]].concat());
    assert!(ended.code == 0 && ended.out.contains("same  a  too-big"), "{}{}", ended.out, ended.err);
    let ended = author.plugin(&[&trusting[..], &["--fault", "timeout=0", "--fault", "wrong-type"]].concat());
    assert_eq!(ended.code, 1);
    for (line, why) in
        [("broken  a  timeout=0", "sysUpTime is Err("), ("broken  a  wrong-type", "sysUpTime is Ok(Some(")]
    {
        let line = ended.out.lines().find(|found| found.contains(line)).unwrap_or_default();
        assert!(line.contains("panicked: ") && line.contains(why), "{}", ended.out);
    }
    assert!(ended.out.ends_with("and the plugin broke in 2 of 2 runs with faults\n"), "{}", ended.out);
}

#[test]
fn a_plugin_that_fails_by_itself_is_tried_with_no_fault() {
    let author = Author::with(&[("hostile-guest.wasm", bundle::HOSTILE_GUEST), ("devices/a.snmprec", SWITCH)]);
    let ended = author.plugin(&[
        "test",
        "hostile-guest.wasm",
        "--params",
        r#"{"act": "panic"}"#,
        "--fault",
        "hole=2",
        "--json",
    ]);
    assert_eq!((ended.code, &ended.json()["plugins"][0]["faults"]), (1, &Value::Array(Vec::new())));
    assert!(ended.err.contains("no fault was tried, since the plugin fails without one"), "{}", ended.err);
    let ended = author.plugin(&["test", "hostile-guest.wasm", "--fault", "timeouts"]);
    assert!(ended.code == 2 && ended.err.contains("there is no fault `timeouts`"), "{}", ended.err);
}

#[test]
fn there_has_to_be_something_to_test() {
    let author = Author::with(&[("a.wasm", b"no plugin"), ("devices/a.snmprec", SWITCH), ("empty/x", b"")]);
    let ended = author.plugin(&["test", "empty"]);
    assert!(ended.code == 2 && ended.err.contains("snmp-proxy plugin build"), "{}", ended.err);
    let ended = author.plugin(&["test", "a.wasm"]);
    assert!(
        ended.code == 1 && ended.err.contains("note: it is a text, such as the source of a plugin"),
        "{}",
        ended.err
    );
    let ended = author.plugin(&["test", "a.wasm", "--recording", "empty"]);
    assert!(ended.code == 2 && ended.err.contains("there is no recording that can be read"), "{}", ended.err);
}

#[test]
fn a_file_is_checked_and_told_how_to_mend_it() {
    let module = b"\0asm\x01\0\0\0";
    let author = Author::with(&[("my_guest.wasm", bundle::HOSTILE_GUEST), ("module.wasm", module)]);
    let ended = author.plugin(&["check", "my_guest.wasm"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("collector, contract 0.1") && ended.out.contains("  reads "), "{}", ended.out);
    assert!(ended.err.contains("in the plugin folder the file has to be called hostile-guest.wasm"), "{}", ended.err);

    let ended = author.plugin(&["check", "my_guest.wasm", "--json"]);
    let report = ended.json();
    assert_eq!(
        (&report["ok"], &report["kind"], &report["contract"]),
        (&true.into(), &"collector".into(), &"0.1".into())
    );
    assert_eq!((&report["plugins"][0]["name"], &report["problem"]), (&"hostile-guest".into(), &Value::Null));
    assert!(report["initial_memory"].as_u64() > Some(0) && report["missing_functions"] == Value::Array(Vec::new()));

    let ended = author.plugin(&["check", "module.wasm", "--json"]);
    let report = ended.json();
    assert_eq!((ended.code, &report["ok"]), (1, &Value::Bool(false)));
    assert!(
        report["problem"]["message"].as_str().unwrap().starts_with("is a core module and not a component"),
        "{report}"
    );
    assert!(report["problem"]["cure"].as_str().unwrap().contains("wasm32-wasip2"), "{report}");
    assert_eq!(author.plugin(&["check", "absent.wasm"]).code, 2);
}

#[test]
fn a_new_plugin_is_a_package_that_cargo_takes() {
    let author = Author::with(&[]);
    let ended = author.plugin(&["new", "fan-speeds", "--language", "rust"]);
    assert!(ended.code == 0 && ended.out.contains("snmp-proxy plugin test"), "{}{}", ended.out, ended.err);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut metadata = Command::new(cargo);
    metadata.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    let output = metadata.current_dir(author.path().join("fan-speeds")).output().unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(metadata["packages"][0]["name"], "fan-speeds");
    let dependencies = metadata["packages"][0]["dependencies"].as_array().unwrap();
    assert!(dependencies.iter().any(|dependency| dependency["name"] == "snmp-proxy-sdk"), "{dependencies:?}");

    for (words, expected) in [
        (&["new", "fan-speeds", "--language", "rust"][..], "it is not an empty folder"),
        (&["new", "Fan_Speeds", "--language", "rust"], "lower-kebab-case"),
        (&["new", "fans", "--language", "go"], "Go is experimental"),
        (&["new", "fans", "--language", "rust", "--mib", "FAN-MIB.txt"], "--mib is not in this release"),
        (&["new", "fans", "--language", "cobol"], "invalid value 'cobol'"),
    ] {
        let ended = author.plugin(words);
        assert!(ended.code == 2 && ended.err.contains(expected), "{words:?}: {}", ended.err);
    }
    assert!(!author.path().join("fans").exists());
}

#[test]
fn a_folder_of_no_language_is_not_built() {
    let author = Author::with(&[("README.md", b"")]);
    let ended = author.plugin(&["build"]);
    assert!(ended.code == 2 && ended.err.contains("no plugin of a language that is known"), "{}", ended.err);
}

#[test]
fn a_benchmark_tells_what_one_run_takes() {
    let author = Author::with(&[("interfaces.wasm", interfaces()), ("devices/switch.snmprec", SWITCH)]);
    let ended = author.plugin(&["bench", "interfaces.wasm", "--times", "3", "--json"]);
    let report = ended.json();
    let run = &report["runs"][0];
    assert_eq!((ended.code, &report["times"], &run["recording"]), (0, &3.into(), &"switch".into()), "{}", ended.err);
    assert!(run["rows"].as_u64() > Some(0) && run["rows_per_second"].as_f64() > Some(0.0), "{run}");
    assert!(run["wall_ms"]["min"].as_f64() <= run["wall_ms"]["max"].as_f64(), "{run}");
    let ended = author.plugin(&["bench", "interfaces.wasm", "--times", "2"]);
    assert!(ended.code == 0 && ended.out.starts_with("PLUGIN") && ended.out.contains("2 runs each"), "{}", ended.out);
}
