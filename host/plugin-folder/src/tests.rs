use std::{fs, path::Path};

use snmp::Oid;
use tempfile::TempDir;

use super::*;

const BOUNDS: Bounds = Bounds { file_bytes: 1_000, files: 4 };
const KEY: &str = include_str!("../tests/signatures/minisign.pub");
const SIGNED: &[u8] = b"plugin\n";
const SIGNATURE: &str = include_str!("../tests/signatures/plugin.minisig");

fn folder() -> (TempDir, Folder) {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::new(place.path(), BOUNDS);
    (place, folder)
}

fn name(text: &str) -> PluginName {
    text.parse().unwrap()
}

fn oids(text: &str) -> Vec<Oid> {
    text.split_whitespace().map(|oid| oid.parse().unwrap()).collect()
}

fn candidate(text: &str, wasm: &[u8]) -> Candidate {
    Candidate { name: name(text), wasm: wasm.to_vec(), signature: None, source: "here".to_owned() }
}

fn description(version: &str, reads: &str) -> Description {
    Description { version: Some(version.to_owned()), reads: oids(reads) }
}

fn install(folder: &Folder, text: &str, wasm: &[u8], description: Description) -> Installed {
    let staged = folder.stage(candidate(text, wasm), &Rules::default()).unwrap();
    folder.install(staged, description).unwrap()
}

/// Decides about each file of the folder: its name, and what comes of it.
fn decisions(folder: &Folder, rules: &Rules) -> Vec<String> {
    let contents = folder.contents(rules).unwrap();
    let decide = |file: &PluginFile| match file.admit(&fs::read(&file.path).unwrap(), rules) {
        Ok(admitted) if admitted.is_changed => format!("{} changed", file.name),
        Ok(_) => format!("{} loaded", file.name),
        Err(refusal) => format!("{} {refusal}", file.name),
    };
    contents.files.iter().map(decide).collect()
}

/// The names in the folder, hidden ones but for the guard's among them.
fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = entries.filter(|name| name != ".plugins.guard").collect();
    names.sort();
    names
}

fn edit(folder: &Folder, from: &str, to: &str) {
    let path = folder.path().join("plugins.lock");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

const PINNED: Rules = Rules { require_lock: true, require_signatures: false, trusted_keys: Vec::new() };

#[test]
fn what_is_installed_is_in_the_folder_and_in_the_lock_and_nothing_else_is_left() {
    let (_place, folder) = folder();
    let installed = install(&folder, "fans", b"one", description("1.0.0", "1.3.6.1.4.1.9"));
    assert_eq!((installed.changes, installed.is_enabled), (None, true));
    assert_eq!(names(&folder), ["fans.wasm", "plugins.lock"]);
    let contents = folder.contents(&PINNED).unwrap();
    let entry = contents.lock.entry(&name("fans")).unwrap();
    assert_eq!(entry.digest, Some(Digest::of(b"one")));
    assert_eq!((entry.version.as_deref(), entry.source.as_deref()), (Some("1.0.0"), Some("here")));
    assert_eq!(decisions(&folder, &PINNED), ["fans loaded"]);
}

#[test]
fn a_plugin_that_is_not_put_in_place_leaves_nothing() {
    let (_place, folder) = folder();
    let staged = folder.stage(candidate("fans", b"one"), &Rules::default()).unwrap();
    assert_eq!(fs::read(staged.wasm()).unwrap(), b"one");
    assert!(staged.wasm().ends_with("fans.wasm"));
    drop(staged);
    assert_eq!(names(&folder), Vec::<String>::new());
}

#[test]
fn what_a_killed_process_left_is_removed_and_what_another_one_holds_stays() {
    let (_place, folder) = folder();
    let abandoned = folder.path().join(".installing-0000000000000000");
    fs::create_dir(&abandoned).unwrap();
    fs::write(abandoned.join("held"), "").unwrap();
    fs::write(abandoned.join("fans.wasm"), "half").unwrap();
    let first = folder.stage(candidate("fans", b"one"), &Rules::default()).unwrap();
    let second = folder.stage(candidate("fans", b"two"), &Rules::default()).unwrap();
    assert!(!abandoned.exists());
    folder.install(second, description("2.0.0", "")).unwrap();
    folder.install(first, description("1.0.0", "")).unwrap();
    assert_eq!(fs::read(folder.path().join("fans.wasm")).unwrap(), b"one");
    assert_eq!(decisions(&folder, &PINNED), ["fans loaded"]);
    assert_eq!(names(&folder), ["fans.wasm", "plugins.lock"]);
}

#[test]
fn installing_at_once_loses_no_entry() {
    let (place, _) = folder();
    let folder = Folder::new(place.path(), Bounds { files: 100, ..BOUNDS });
    std::thread::scope(|scope| {
        for number in 0..8 {
            let folder = &folder;
            scope.spawn(move || install(folder, &format!("p{number}"), b"one", description("1.0.0", "")));
        }
    });
    assert_eq!(decisions(&folder, &PINNED).len(), 8);
    assert!(decisions(&folder, &PINNED).iter().all(|decision| decision.ends_with(" loaded")));
}

#[test]
fn an_upgrade_keeps_what_the_operator_wrote_and_says_what_changes() {
    let (_place, folder) = folder();
    install(&folder, "fans", b"one", description("1.0.0", "1.3.6.1.4.1.9.1 1.3.6.1.4.1.9.2"));
    edit(
        &folder,
        "enabled = true",
        "enabled = false # until the audit\nreads = [\"1.3.6.1.4.1.9.2.1\", \"1.3.6.1.5\"]",
    );
    let installed = install(&folder, "fans", b"two", description("2.0.0", "1.3.6.1.4.1.9.2 1.3.6.1.2.1.4"));
    let changes = installed.changes.unwrap();
    assert_eq!((changes.version.as_deref(), changes.is_same_file), (Some("1.0.0"), false));
    assert_eq!((changes.gained, changes.lost), (Some(oids("1.3.6.1.2.1.4")), oids("1.3.6.1.4.1.9.1")));
    let narrowed = installed.narrowed.unwrap();
    assert_eq!((narrowed.reads, narrowed.beyond), (oids("1.3.6.1.4.1.9.2.1"), oids("1.3.6.1.5")));
    assert!(!installed.is_enabled);
    let text = fs::read_to_string(folder.path().join("plugins.lock")).unwrap();
    assert!(text.contains("enabled = false # until the audit\n") && text.contains("version = \"2.0.0\""), "{text}");

    let again = install(&folder, "fans", b"two", description("2.0.0", ""));
    assert!(again.changes.unwrap().is_same_file);
}

#[test]
fn only_what_is_pinned_is_loaded_with_the_very_digest() {
    let (_place, folder) = folder();
    install(&folder, "fans", b"one", description("1.0.0", ""));
    fs::write(folder.path().join("stray.wasm"), "x").unwrap();
    assert_eq!(decisions(&folder, &Rules::default()), ["fans loaded", "stray loaded"]);
    fs::write(folder.path().join("fans.wasm"), "two").unwrap();
    assert_eq!(decisions(&folder, &Rules::default()), ["fans changed", "stray loaded"]);
    edit(&folder, "pinned = false", "pinned = true");
    for rules in [Rules::default(), PINNED] {
        let decisions = decisions(&folder, &rules);
        assert!(
            decisions[0].contains("fans is not the file that was installed: its digest is sha256:3fc4"),
            "{decisions:?}"
        );
        assert!(decisions[1].starts_with("stray is not in plugins.lock"), "{decisions:?}");
    }
    folder.set_enabled(&name("stray"), false, &[]).unwrap();
    edit(&folder, "enabled = false", "enabled = true");
    assert!(decisions(&folder, &PINNED)[1].starts_with("stray has no digest in plugins.lock"));
}

#[test]
fn a_disabled_plugin_is_not_loaded_wherever_it_comes_from() {
    let (_place, folder) = folder();
    fs::write(folder.path().join("fans.wasm"), "one").unwrap();
    assert!(folder.set_enabled(&name("fans"), false, &[]).unwrap());
    assert!(!folder.set_enabled(&name("fans"), false, &[]).unwrap(), "it is already");
    assert!(decisions(&folder, &Rules::default())[0].starts_with("fans is disabled"));
    assert!(folder.set_enabled(&name("arp"), false, &["arp"]).unwrap());
    assert!(!folder.contents(&PINNED).unwrap().lock.entry(&name("arp")).unwrap().is_enabled);
    assert!(folder.set_enabled(&name("arp"), true, &["arp"]).unwrap());
    assert_eq!(folder.contents(&PINNED).unwrap().lock.entry(&name("arp")), None, "there is nothing to say of it");
    let error = folder.set_enabled(&name("fan"), false, &["arp"]).unwrap_err().to_string();
    assert!(error.starts_with("there is no plugin \"fan\" in ") && error.ends_with(", did you mean fans?"), "{error}");
}

#[test]
fn removing_takes_what_belongs_to_the_plugin_and_leaves_the_rest() {
    let (_place, folder) = folder();
    let staged = Candidate { signature: Some(SIGNATURE.to_owned()), ..candidate("fans", SIGNED) };
    let staged = folder.stage(staged, &Rules::default()).unwrap();
    folder.install(staged, description("1.0.0", "")).unwrap();
    fs::create_dir(folder.path().join("fans")).unwrap();
    fs::write(folder.path().join("README"), "").unwrap();
    fs::write(folder.path().join("other.wasm"), "").unwrap();
    let removed = folder.remove(&name("fans")).unwrap();
    assert_eq!((removed.files.len(), removed.configurations), (2, Some(folder.path().join("fans"))));
    assert_eq!(names(&folder), ["README", "fans", "other.wasm", "plugins.lock"]);
    assert_eq!(folder.contents(&PINNED).unwrap().lock.entries(), []);
    assert!(matches!(folder.remove(&name("fans")), Err(FolderError::NotThere { .. })));
}

#[test]
fn a_file_as_cargo_names_it_is_the_plugin_that_it_is() {
    let (_place, folder) = folder();
    fs::write(folder.path().join("bad_one.wasm"), "one").unwrap();
    let installed = install(&folder, "bad-one", b"two", description("1.0.0", ""));
    assert!(installed.path.ends_with("bad_one.wasm"), "there are not two files of one plugin");
    assert_eq!(decisions(&folder, &PINNED), ["bad-one loaded"]);
    fs::write(folder.path().join("bad-one.wasm"), "three").unwrap();
    let decisions = decisions(&folder, &Rules::default());
    assert!(decisions[0].contains("is not used: bad_one.wasm is the same plugin"), "the lock names one: {decisions:?}");
    assert_eq!(decisions[1], "bad-one loaded");
}

#[test]
fn a_manifest_s_name_counts_for_more_than_a_file_s() {
    let (_place, folder) = folder();
    let mut staged = folder
        .stage(Candidate { signature: Some(SIGNATURE.to_owned()), ..candidate("out", SIGNED) }, &Rules::default())
        .unwrap();
    staged.rename(name("fans")).unwrap();
    assert!(staged.wasm().ends_with("fans.wasm") && staged.wasm().exists());
    folder.install(staged, description("1.0.0", "")).unwrap();
    assert_eq!(names(&folder), ["fans.wasm", "fans.wasm.minisig", "plugins.lock"]);
}

#[test]
fn signatures_are_required_where_the_operator_says_so() {
    let (place, folder) = folder();
    let rules = Rules::new(false, true, [KEY]).unwrap();
    let source = place.path().join("from");
    fs::create_dir(&source).unwrap();
    let wasm = source.join("fans.wasm");
    fs::write(&wasm, SIGNED).unwrap();
    let stage = |rules: &Rules| folder.stage(Candidate::of_file(&wasm, BOUNDS).unwrap(), rules);
    assert!(matches!(stage(&rules), Err(FolderError::Signature(SignatureError::Missing))));

    fs::write(source.join("fans.wasm.minisig"), SIGNATURE).unwrap();
    let strangers = Rules::new(false, true, []).unwrap();
    assert!(matches!(stage(&strangers), Err(FolderError::Signature(SignatureError::UntrustedKey(_)))));
    let installed = folder.install(stage(&rules).unwrap(), description("1.0.0", "")).unwrap();
    assert!(matches!(&installed.signed, Signed::By { comment, .. } if comment == "release 1.0.0"), "{installed:?}");
    assert_eq!(decisions(&folder, &rules), ["fans loaded"]);

    // A signature that should fit and does not is refused also where none is required.
    fs::write(folder.path().join("fans.wasm"), "plugin\n\n").unwrap();
    let lenient = Rules { require_signatures: false, ..rules.clone() };
    assert!(decisions(&folder, &lenient)[0].contains("was changed after signing"));
    fs::remove_file(folder.path().join("fans.wasm.minisig")).unwrap();
    assert_eq!(decisions(&folder, &lenient), ["fans changed"]);
    assert!(decisions(&folder, &rules)[0].contains("it is not signed"));

    let unsigned = install(&folder, "fans", b"two", description("2.0.0", ""));
    assert_eq!(unsigned.changes.unwrap().signer_lost.map(|key| key.to_string()).as_deref(), Some("93F066BACBB0715A"));
}

#[test]
fn bounds_hold_for_files_and_their_number() {
    let (_place, folder) = folder();
    let large = candidate("large", &[0; 1_001]);
    let error = folder.stage(large, &Rules::default()).unwrap_err().to_string();
    assert_eq!(error, "here has more than 1000 bytes (limit `sandbox.file_bytes`)");
    for number in 0..5 {
        fs::write(folder.path().join(format!("p{number}.wasm")), "x").unwrap();
    }
    let contents = folder.contents(&Rules::default()).unwrap();
    assert_eq!((contents.files.len(), contents.beyond_limit), (4, vec![folder.path().join("p4.wasm")]));
    let staged = folder.stage(candidate("new", b"x"), &Rules::default()).unwrap();
    assert!(matches!(folder.install(staged, description("1.0.0", "")), Err(FolderError::TooMany { limit: 4 })));
    fs::write(folder.path().join("p0.wasm.minisig"), [b'x'; 5_000]).unwrap();
    assert!(decisions(&folder, &Rules::default())[0].contains("has more than 4096 bytes"));
}

#[test]
fn a_lock_with_a_mistake_stops_every_change_and_stays_as_it_is() {
    let (_place, folder) = folder();
    let lock = folder.path().join("plugins.lock");
    fs::write(&lock, "version = 1\npined = true\n").unwrap();
    let error = folder.contents(&Rules::default()).unwrap_err().to_string();
    assert_eq!(error, format!("{}:2:1: pined: unknown key, did you mean pinned?", lock.display()));
    assert!(folder.stage(candidate("fans", b"one"), &Rules::default()).is_err());
    assert!(folder.set_enabled(&name("arp"), false, &["arp"]).is_err() && folder.remove(&name("arp")).is_err());
    assert_eq!(fs::read_to_string(&lock).unwrap(), "version = 1\npined = true\n");
}

#[test]
fn a_file_that_the_lock_names_and_that_is_gone_is_told() {
    let (_place, folder) = folder();
    install(&folder, "fans", b"one", description("1.0.0", ""));
    fs::remove_file(folder.path().join("fans.wasm")).unwrap();
    let contents = folder.contents(&Rules::default()).unwrap();
    assert_eq!(contents.missing.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["fans"]);
    assert_eq!(folder.remove(&name("fans")).unwrap().files, Vec::<std::path::PathBuf>::new());
}

#[cfg(unix)]
#[test]
fn links_are_read_through_and_never_written_through() {
    use std::os::unix::fs::symlink;

    let (place, _) = folder();
    let (inside, outside) = (place.path().join("plugins"), place.path().join("elsewhere"));
    fs::create_dir(&inside).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("fans"), "one").unwrap();
    symlink(outside.join("fans"), inside.join("fans.wasm")).unwrap();
    let folder = Folder::new(&inside, BOUNDS);
    // As a mounted ConfigMap has its files.
    assert_eq!(decisions(&folder, &Rules::default()), ["fans loaded"]);
    let staged = folder.stage(candidate("fans", b"two"), &Rules::default()).unwrap();
    assert!(matches!(folder.install(staged, description("1.0.0", "")), Err(FolderError::SymbolicLink { .. })));
    folder.remove(&name("fans")).unwrap();
    assert_eq!(fs::read(outside.join("fans")).unwrap(), b"one", "the link goes, and not what it points to");

    fs::write(outside.join("lock"), "").unwrap();
    symlink(outside.join("lock"), inside.join("plugins.lock")).unwrap();
    assert!(matches!(folder.set_enabled(&name("arp"), false, &["arp"]), Err(FolderError::SymbolicLink { .. })));
    let staged = folder.stage(candidate("fans", b"two"), &Rules::default()).unwrap();
    assert!(matches!(folder.install(staged, description("1.0.0", "")), Err(FolderError::SymbolicLink { .. })));
    assert_eq!((names(&folder), fs::read(outside.join("lock")).unwrap().len()), (vec!["plugins.lock".to_owned()], 0));
}

#[cfg(unix)]
#[test]
fn a_configured_component_is_checked_with_its_configurations() {
    let (_place, folder) = folder();
    let configurations = folder.path().join("tables");
    fs::create_dir(&configurations).unwrap();
    fs::write(configurations.join("fans.toml"), "x").unwrap();
    let staged = folder.stage(candidate("tables", b"one"), &Rules::default()).unwrap();
    assert!(staged.wasm().with_extension("").join("fans.toml").exists());
    drop(staged);
    assert_eq!(fs::read(Path::new(&configurations).join("fans.toml")).unwrap(), b"x");
}
