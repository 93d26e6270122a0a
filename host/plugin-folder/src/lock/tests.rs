use expect_test::{Expect, expect};

use super::*;

#[track_caller]
fn check_problems(text: &str, expected: &Expect) {
    expected.assert_eq(&Lock::read("plugins.lock", text).unwrap_err().to_string());
}

const LOCK: &str = r#"# Ours.
version = 1
pinned = true   # audited

[[plugins]]
# Of the vendor.
name = "fan-speeds"
file = "fan_speeds.wasm"
digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
version = "1.0.0"
source = "ghcr.io/acme/fan-speeds:1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
signer = "93F066BACBB0715A"
declares = ["1.3.6.1.4.1.9"]
enabled = false # too slow
reads = [
  ".1.3.6.1.4.1.9.9.13", # temperature
]
params = { all = true, names = ["a", 1, 2.5] }

[[plugins]]
name = "arp"
enabled = false
"#;

#[test]
fn everything_that_it_says_is_read() {
    let lock = Lock::read("plugins.lock", LOCK).unwrap();
    assert!(lock.is_pinned);
    let [fans, arp] = lock.entries() else { panic!("two entries: {lock:?}") };
    assert_eq!(fans.file.as_deref(), Some("fan_speeds.wasm"));
    assert_eq!(fans.digest, Some(Digest::of(b"")));
    assert_eq!(fans.reads.as_deref(), Some(&["1.3.6.1.4.1.9.9.13".parse().unwrap()][..]));
    assert_eq!(Value::from(fans.params.clone().unwrap()), serde_json::json!({ "all": true, "names": ["a", 1, 2.5] }));
    assert!(!fans.is_enabled && fans.signer.is_some());
    assert_eq!(*arp, Entry { is_enabled: false, ..Entry::new("arp".parse().unwrap()) });
    assert_eq!(Lock::read("plugins.lock", "").unwrap(), Lock::default());
}

#[test]
fn the_example_of_the_documents_is_a_lock() {
    let page = include_str!("../../../../docs/plugins/installing.md");
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let lock = Lock::read("installing.md", example).unwrap();
    assert_eq!((lock.is_pinned, lock.entries().len(), lock.text().as_str()), (true, 2, example));
}

#[test]
fn what_nobody_changes_stays_as_it_was_written() {
    let mut lock = Lock::read("plugins.lock", LOCK).unwrap();
    assert_eq!(lock.text(), LOCK);
    let fans = lock.entry_mut(&"fan-speeds".parse().unwrap());
    (fans.is_enabled, fans.version) = (true, Some("1.1.0".to_owned()));
    let changed =
        LOCK.replacen("enabled = false # too slow", "enabled = true # too slow", 1).replace("\"1.0.0\"", "\"1.1.0\"");
    assert_eq!(lock.text(), changed);
    assert!(lock.forget(&"arp".parse().unwrap()) && !lock.forget(&"arp".parse().unwrap()));
    assert_eq!(lock.text(), changed.split("\n[[plugins]]\nname = \"arp\"").next().unwrap());
}

#[test]
fn a_new_lock_says_who_writes_it_and_what_may_be_changed() {
    let mut lock = Lock::default();
    let entry = lock.entry_mut(&"fan-speeds".parse().unwrap());
    entry.file = Some("fan-speeds.wasm".to_owned());
    let subtrees = ["1.3.6.1.2.1.2", "1.3.6.1.2.1.4", "1.3.6.1.2.1.31", "1.3.6.1.4.1.9"];
    entry.declares = Some(subtrees.map(|subtree| subtree.parse().unwrap()).to_vec());
    entry.reads = Some(vec!["1.3.6.1.2.1.2".parse().unwrap()]);
    let text = lock.text();
    expect![[r##"
        # The plugins of this folder. `snmp-proxy plugin` writes this file, and you may edit it: what you
        # change and your comments stay. `snmp-proxy plugin list` says what is wrong with it.
        #
        # Yours to set: pinned, and of each plugin enabled, reads (the subtrees that it may read, out of
        # those that it declares) and params (parameters for polls that give none).

        version = 1

        # Whether only plugins that are in this file are loaded, and only with the very digest.
        pinned = false

        [[plugins]]
        name = "fan-speeds"
        file = "fan-speeds.wasm"
        declares = [
            "1.3.6.1.2.1.2",
            "1.3.6.1.2.1.4",
            "1.3.6.1.2.1.31",
            "1.3.6.1.4.1.9",
        ]
        enabled = true
        reads = ["1.3.6.1.2.1.2"]
    "##]]
    .assert_eq(&text);
    let read = Lock::read("plugins.lock", &text).unwrap();
    assert_eq!((read.entries(), read.text()), (lock.entries(), text));
}

#[test]
fn a_list_in_one_line_is_changed_as_well() {
    let mut lock =
        Lock::read("plugins.lock", "version = 1\nplugins = [{ name = \"arp\", enabled = false }]\n").unwrap();
    lock.entry_mut(&"arp".parse().unwrap()).is_enabled = true;
    let read = Lock::read("plugins.lock", &lock.text()).unwrap();
    assert_eq!(read.entries(), [Entry::new("arp".parse().unwrap())]);
}

#[test]
fn every_mistake_is_told_with_its_line() {
    check_problems(
        r#"version = 1
pined = true

[[plugins]]
nmae = "arp"

[[plugins]]
name = "Arp"
file = "../arp.wasm"
digest = "sha256:00"
signer = "me"
enabled = "yes"
reads = ["1.3.6", "ifTable", 7]
params = true

[[plugins]]
name = "fans"
file = "a.wasm"
params = { limit = 99999999999999999999, ratio = nan }

[[plugins]]
name = "fans"
file = "a.wasm"
"#,
        &expect![[r#"
            plugins.lock:2:1: pined: unknown key, did you mean pinned?
            plugins.lock:4:1: plugins.name: is missing
            plugins.lock:5:1: plugins.nmae: unknown key, did you mean name?
            plugins.lock:8:1: plugins.name: "Arp" is not the name of a plugin: write lower-kebab-case of at most 64 octets, such as fan-speeds
            plugins.lock:9:1: plugins.file: expected the name of a file in this folder such as "fan-speeds.wasm", found "../arp.wasm"
            plugins.lock:10:1: plugins.digest: not a digest: write sha256: and 64 hexadecimal digits
            plugins.lock:11:1: plugins.signer: expected the ID of a key: up to 16 hexadecimal digits
            plugins.lock:12:1: plugins.enabled: expected true or false, found the text "yes"
            plugins.lock:13:1: plugins.reads: entry 2: "ifTable" is not an OID: `ifTable` is not an arc: arcs are numbers from 0 to 4294967295
            plugins.lock:14:1: plugins.params: expected a table of parameters such as { all = true }, found true or false
            plugins.lock:19:1: plugins.params: 99999999999999999999 is too large
            plugins.lock:22:1: plugins.name: duplicate fans, which is in line 17 already
            plugins.lock:23:1: plugins.file: duplicate a.wasm"#]],
    );
    check_problems(
        "pinned = true\n",
        &expect!["plugins.lock:1:1: version: is missing: write version = 1 above everything"],
    );
    check_problems(
        "version = 2\n",
        &expect!["plugins.lock:1:1: version: this program reads version 1 and not 2: update snmp-proxy"],
    );
    check_problems(
        "version = 1\nplugins = 7\n[plugin]\n",
        &expect![[r#"
        plugins.lock:2:1: plugins: expected entries [[plugins]], with two brackets
        plugins.lock:3:2: plugin: unknown key, did you mean plugins?"#]],
    );
    check_problems(
        "version = 1\n[[plugins]\nname = \"arp\"\n",
        &expect!["plugins.lock:2:11: unclosed array table, expected `]`"],
    );
}

#[test]
fn a_list_of_subtrees_has_a_bound() {
    let subtrees = vec!["\"1.3.6\""; limits::PLUGIN_SUBTREES + 1].join(", ");
    let text = format!("version = 1\n[[plugins]]\nname = \"a\"\nreads = [{subtrees}]\n");
    check_problems(&text, &expect![[r#"plugins.lock:4:1: plugins.reads: has more than 256 subtrees"#]]);
}
