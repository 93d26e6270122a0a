use expect_test::expect;

use super::*;

/// Tells the devices and problems of a library, with `folder` cut off.
fn tell(library: &Library, folder: &Path) -> String {
    let mut said = String::new();
    for device in &library.devices {
        said += &format!("{}: {} varbinds, {}", device.name, device.recording.len(), device.format);
        for bad in &device.bad_lines {
            said += &format!("; {bad}");
        }
        said.push('\n');
    }
    for problem in &library.problems {
        said += &format!("{problem}");
        for bad in &problem.bad_lines {
            said += &format!("; {bad}");
        }
        said.push('\n');
    }
    for path in &library.passed_over {
        said += &format!("{}: not looked at\n", path.display());
    }
    said.replace(&folder.display().to_string(), "FOLDER")
}

#[test]
fn a_folder_is_read_file_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("b.snmprec", "1.3.6|2|1\nbad\n");
    put("a.walk", ".1.3.6.1 = INTEGER: 1\n.1.3.6.2 = INTEGER: 2\n");
    put("a.snmprec", "1.3.6|2|1\n");
    put("empty.snmprec", "");
    put("prose.snmpwalk", "This is no recording.\n");
    put("bad.snmprec", "1.3.6|what|\nbad\n");
    put("README.md", "1.3.6|2|1\n");
    let library = Library::load([folder.path()]);
    expect![[r#"
        a: 1 varbinds, snmprec
        b: 1 varbinds, snmprec; line 2: three fields separated by `|` are needed: `bad`
        FOLDER/a.walk: duplicate device `a`: FOLDER/a.snmprec has it, too
        FOLDER/bad.snmprec: nothing in it could be read, 2 lines are bad; line 1: unknown type: `1.3.6|what|`; line 2: three fields separated by `|` are needed: `bad`
        FOLDER/empty.snmprec: it is empty
        FOLDER/prose.snmpwalk: it is neither a .snmprec file nor the output of snmpwalk: make it with `snmpwalk -On`
        FOLDER/README.md: not looked at
    "#]].assert_eq(&tell(&library, folder.path()));
}

#[test]
fn a_file_may_end_as_it_likes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.device.txt");
    fs::write(&file, "1.3.6|2|1\n").unwrap();
    let library = Library::load([file, folder.path().join("absent.snmprec")]);
    assert_eq!(library.communities(), [("my.device", "my.device"), ("public", "my.device")]);
    expect![[r#"
        my.device: 1 varbinds, snmprec
        FOLDER/absent.snmprec: No such file or directory (os error 2)
    "#]]
    .assert_eq(&tell(&library, folder.path()));
}

#[test]
fn a_file_that_gzip_packed_is_a_device_as_well() {
    let folder = tempfile::tempdir().unwrap();
    // `printf '1.3.6.1|2|1\n' | gzip -9n`
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x33\xd4\x33\xd6\x33\xd3\x33\xac\x31\xaa\x31\xe4\x02\x00\x90\xf6\x21\xe7\x0c\x00\x00\x00";
    fs::write(folder.path().join("a.b.snmprec.gz"), packed).unwrap();
    fs::write(folder.path().join("notes.gz"), "1.3.6|2|1\n").unwrap();
    expect![[r#"
        a.b: 1 varbinds, snmprec
        FOLDER/notes.gz: not looked at
    "#]]
    .assert_eq(&tell(&Library::load([folder.path()]), folder.path()));
}

#[test]
fn the_devices_of_the_examples_are_read_whole() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/devices");
    expect![[r#"
        access-switch: 806 varbinds, snmprec
        branch-firewall: 107 varbinds, snmpwalk
        old-router: 116 varbinds, snmprec
    "#]]
    .assert_eq(&tell(&Library::load([&folder]), &folder));
}
