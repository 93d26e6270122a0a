//! MIB files of our own, compiled and read back; and what net-snmp makes of the same files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use expect_test::expect;
use mib_compiler::{MibFile, compile, sources};
use mibs::{Kind, Mibs, Object, Table, Value};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn file(name: &str) -> MibFile {
    MibFile { path: folder().join(name), is_imported: false }
}

fn acme() -> Mibs {
    let imported = MibFile { is_imported: true, ..file("mibs/RFC1213-MIB.txt") };
    let compiled = compile(&[file("mibs/ACME-GEAR-MIB.txt"), file("mibs/ACME-OLD-MIB.txt"), imported]).unwrap();
    assert_eq!(compiled.problems, [""; 0]);
    Mibs::of([Table::open(compiled.table).unwrap()])
}

/// What a module says of an object, in the words of `snmptranslate -Td`.
fn details(object: Object<'_>) -> String {
    let mut lines = vec![object.full_name()];
    if let Some(syntax) = object.syntax() {
        lines.extend(syntax.convention().map(|name| format!("TEXTUAL CONVENTION {name}")));
        let names: Vec<String> = syntax.names().map(|(number, name)| format!("{name}({number})")).collect();
        let range = |(from, to): (i64, i64)| if from == to { format!("{from}") } else { format!("{from}..{to}") };
        let ranges: Vec<String> = syntax.ranges().map(range).collect();
        let base =
            if names.is_empty() { syntax.base().as_str() } else { syntax.base().as_str().trim_end_matches("32") };
        let base = if base == "Integer" { "INTEGER" } else { base };
        let constraint = match (&names[..], &ranges[..]) {
            ([], []) => String::new(),
            ([], ranges) => format!(" ({})", ranges.join(" | ")),
            (names, _) => format!(" {{{}}}", names.join(", ")),
        };
        lines.push(format!("SYNTAX {base}{constraint}"));
        lines.extend(syntax.hint().map(|hint| format!("DISPLAY-HINT {hint:?}")));
    }
    lines.extend(object.units().map(|units| format!("UNITS {units:?}")));
    if object.kind().has_instances() || matches!(object.kind(), Kind::Table | Kind::Row) {
        lines.push(format!("MAX-ACCESS {}", object.access().as_str()));
    }
    if object.kind() == Kind::Row {
        let part = |part: mibs::Part<'_>| format!("{}{}", if part.is_implied() { "IMPLIED " } else { "" }, part.name());
        match (object.augments(), object.index()) {
            (Some(row), _) => lines.push(format!("AUGMENTS {{ {} }}", row.name())),
            (None, Some(index)) => {
                lines.push(format!("INDEX {{ {} }}", index.parts().map(part).collect::<Vec<_>>().join(", ")));
            }
            (None, None) => {}
        }
    }
    let carried: Vec<&str> = object.notified().map(Object::name).collect();
    if !carried.is_empty() {
        lines.push(format!("OBJECTS {{ {} }}", carried.join(", ")));
    }
    lines.join("\n")
}

#[test]
fn both_versions_of_smi_are_compiled_with_all_their_facts() {
    let mibs = acme();
    let [table] = mibs.tables() else { panic!("one table") };
    let own = table.objects().filter(|object| object.module().is_some_and(|module| module.name().starts_with("ACME")));
    let all: Vec<String> = own
        .map(|object| format!("{} {}\n", mibs::dotted(&object.oid()), details(object).replace('\n', "; ")))
        .collect();
    expect![[r#"
        1.3.6.1.4.1.99998 ACME-OLD-MIB::acmeOld
        1.3.6.1.4.1.99999 ACME-GEAR-MIB::acme
        1.3.6.1.4.1.99998.1 ACME-OLD-MIB::oldKey; SYNTAX OCTET STRING (2); MAX-ACCESS write-only
        1.3.6.1.4.1.99998.2 ACME-OLD-MIB::oldTable; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.0 ACME-GEAR-MIB::acmeEvents
        1.3.6.1.4.1.99999.1 ACME-GEAR-MIB::acmeProducts
        1.3.6.1.4.1.99999.2 ACME-GEAR-MIB::acmeObjects
        1.3.6.1.4.1.99999.3 ACME-GEAR-MIB::acmeGroup
        1.3.6.1.4.1.99998.0.7 ACME-OLD-MIB::oldFailed; OBJECTS { oldState }
        1.3.6.1.4.1.99998.2.1 ACME-OLD-MIB::oldEntry; MAX-ACCESS not-accessible; INDEX { oldIndex, INTEGER }
        1.3.6.1.4.1.99999.0.1 ACME-GEAR-MIB::acmeFanFailed; OBJECTS { acmeFanMode, acmeFanFaults, acmeName }
        1.3.6.1.4.1.99999.1.1 ACME-GEAR-MIB::acmeRouter
        1.3.6.1.4.1.99999.2.1 ACME-GEAR-MIB::acmeName; TEXTUAL CONVENTION DisplayString; SYNTAX OCTET STRING (0..32); DISPLAY-HINT "255a"; MAX-ACCESS read-write
        1.3.6.1.4.1.99999.2.2 ACME-GEAR-MIB::acmeTemperature; TEXTUAL CONVENTION AcmeTenths; SYNTAX Integer32 (-500..1000 | 2000); DISPLAY-HINT "d-1"; UNITS "degrees Celsius"; MAX-ACCESS read-only
        1.3.6.1.4.1.99999.2.3 ACME-GEAR-MIB::acmeFanTable; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.4 ACME-GEAR-MIB::acmeFanMoreTable; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.5 ACME-GEAR-MIB::acmeSlotTable; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99998.2.1.1 ACME-OLD-MIB::oldIndex; SYNTAX Integer32 (1..100); MAX-ACCESS read-only
        1.3.6.1.4.1.99998.2.1.2 ACME-OLD-MIB::oldState; SYNTAX INTEGER {up(1), down(2)}; MAX-ACCESS read-write
        1.3.6.1.4.1.99998.2.1.3 ACME-OLD-MIB::oldErrors; SYNTAX Counter32; MAX-ACCESS read-only
        1.3.6.1.4.1.99999.2.3.1 ACME-GEAR-MIB::acmeFanEntry; MAX-ACCESS not-accessible; INDEX { acmeFanAddress, acmeFanMac, IMPLIED acmeFanName }
        1.3.6.1.4.1.99999.2.4.1 ACME-GEAR-MIB::acmeFanMoreEntry; MAX-ACCESS not-accessible; AUGMENTS { acmeFanEntry }
        1.3.6.1.4.1.99999.2.5.1 ACME-GEAR-MIB::acmeSlotEntry; MAX-ACCESS not-accessible; INDEX { acmeSlotMode, acmeSlotName, acmeSlotType }
        1.3.6.1.4.1.99999.2.3.1.1 ACME-GEAR-MIB::acmeFanAddress; SYNTAX IpAddress; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.3.1.2 ACME-GEAR-MIB::acmeFanMac; TEXTUAL CONVENTION MacAddress; SYNTAX OCTET STRING (6); DISPLAY-HINT "1x:"; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.3.1.3 ACME-GEAR-MIB::acmeFanName; TEXTUAL CONVENTION DisplayString; SYNTAX OCTET STRING (1..16); DISPLAY-HINT "255a"; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.3.1.4 ACME-GEAR-MIB::acmeFanMode; TEXTUAL CONVENTION AcmeMode; SYNTAX INTEGER {broken(-1), off(0), slow(5), fast(9)}; MAX-ACCESS read-create
        1.3.6.1.4.1.99999.2.3.1.5 ACME-GEAR-MIB::acmeFanFaults; SYNTAX BITS {dust(0), bearing(1), power(9)}; MAX-ACCESS read-only
        1.3.6.1.4.1.99999.2.3.1.6 ACME-GEAR-MIB::acmeFanTurns; SYNTAX Counter64; UNITS "turns"; MAX-ACCESS read-only
        1.3.6.1.4.1.99999.2.3.1.7 ACME-GEAR-MIB::acmeFanKey; TEXTUAL CONVENTION AcmeKey; SYNTAX OCTET STRING (4); DISPLAY-HINT "2x-"; MAX-ACCESS accessible-for-notify
        1.3.6.1.4.1.99999.2.4.1.1 ACME-GEAR-MIB::acmeFanNoise; SYNTAX Unsigned32 (0..200); UNITS "dB"; MAX-ACCESS read-only
        1.3.6.1.4.1.99999.2.5.1.1 ACME-GEAR-MIB::acmeSlotMode; SYNTAX INTEGER {slow(5), fast(9)}; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.5.1.2 ACME-GEAR-MIB::acmeSlotName; TEXTUAL CONVENTION DisplayString; SYNTAX OCTET STRING (0..255); DISPLAY-HINT "255a"; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.5.1.3 ACME-GEAR-MIB::acmeSlotType; SYNTAX OBJECT IDENTIFIER; MAX-ACCESS not-accessible
        1.3.6.1.4.1.99999.2.5.1.4 ACME-GEAR-MIB::acmeSlotUses; SYNTAX Unsigned32; MAX-ACCESS read-only
    "#]].assert_eq(&all.concat());
}

#[test]
fn a_trap_of_version_1_gets_the_number_that_version_2_gives_it() {
    let mibs = acme();
    let trap = mibs.read("oldFailed").unwrap();
    assert_eq!(mibs::dotted(&trap.oid), "1.3.6.1.4.1.99998.0.7");
    assert_eq!(trap.object.unwrap().kind(), Kind::Notification);
}

#[test]
fn values_read_as_the_files_say() {
    let mibs = acme();
    let text = |name: &str, value| {
        let object = mibs.read(name).unwrap().object.unwrap();
        object.syntax().unwrap().display(value, None).map(|displayed| displayed.text).unwrap_or_default()
    };
    assert_eq!(text("acmeTemperature", Value::Integer(-215)), "-21.5");
    assert_eq!(text("acmeFanMode", Value::Integer(-1)), "broken(-1)");
    assert_eq!(text("acmeFanKey", Value::Octets(&[1, 2, 0xab, 0xcd])), "0102-abcd");
    assert_eq!(text("acmeFanFaults", Value::Octets(&[0x80, 0x40])), "dust(0) power(9)");
}

#[test]
fn what_is_wrong_in_a_file_is_told_with_its_line_and_costs_only_itself() {
    let compiled = compile(&[file("mibs/ACME-GEAR-MIB.txt"), file("ACME-BROKEN-MIB.txt")]).unwrap();
    let problems: Vec<&str> = compiled.problems.iter().filter_map(|problem| problem.split("/tests/").nth(1)).collect();
    expect![[r#"
        ACME-BROKEN-MIB.txt:10:5-10:16 ACME-BROKEN-MIB: unresolved import: "MissingType" from "ACME-MISSING-MIB" (module_not_found)
        ACME-BROKEN-MIB.txt:10:18-10:31 ACME-BROKEN-MIB: unresolved import: "missingParent" from "ACME-MISSING-MIB" (module_not_found)
        ACME-BROKEN-MIB.txt:32:11-32:24 ACME-BROKEN-MIB: unresolved OID: "brokenParent" references unknown parent "missingParent"
        ACME-BROKEN-MIB.txt:21:17-21:28 ACME-BROKEN-MIB: unresolved type: "brokenType" references unknown type "MissingType""#]].assert_eq(&problems.join("\n"));
    let mibs = Mibs::of([Table::open(compiled.table).unwrap()]);
    assert_eq!(mibs::dotted(&mibs.read("brokenButThere").unwrap().oid), "1.3.6.1.4.1.99999.90");
    assert!(mibs.read("brokenType").is_ok() && mibs.read("brokenParent").is_err());
}

#[test]
fn the_same_files_give_the_same_octets_whatever_their_folder() {
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("gear");
    std::fs::copy(folder().join("mibs/ACME-GEAR-MIB.txt"), &copy).unwrap();
    let copy = compile(&[MibFile { path: copy, is_imported: false }]).unwrap();
    assert_eq!(copy.table, compile(&[file("mibs/ACME-GEAR-MIB.txt")]).unwrap().table);
}

#[test]
fn a_file_of_the_list_is_the_one_that_it_names() {
    let list = include_str!("../sources.txt");
    let sources = sources::parse(list).unwrap();
    assert!(sources.iter().filter(|source| !source.is_imported).count() > 90);
    for source in sources.iter().filter(|source| source.source == "here") {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        source.check(&source.place(here, here)).unwrap();
    }
    let other = sources::parse(&format!("{} here Cargo.toml", "0".repeat(64))).unwrap();
    let place = other[0].place(Path::new("/nowhere"), Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(other[0].check(&place).unwrap_err().to_string().contains("fetch it again"));
    assert_eq!(
        sources[0].place(Path::new("/fetched"), Path::new("/here")),
        Path::new("/fetched/net-snmp/net-snmp").join(&sources[0].path)
    );
    for line in ["1234 here x", "x", &format!("{} here x imported y", "0".repeat(64))] {
        let told = sources::parse(&format!("# list\n{line}")).unwrap_err().to_string();
        assert!(told.starts_with("line 2 "), "{told}");
    }
}

fn snmptranslate(arguments: &[&str]) -> String {
    let folders = format!("{0}/mibs:{0}/net-snmp", folder().display());
    let mut command = Command::new("snmptranslate");
    command.env("MIBS", "").env("SNMPCONFPATH", "/nonexistent").args([
        "-M",
        &folders,
        "-m",
        "ACME-GEAR-MIB:ACME-OLD-MIB",
    ]);
    let output = command.args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn net_snmp_reads_the_same_names_as_the_same_numbers() {
    if !prerequisites::programs(&["snmptranslate"]) {
        return;
    }
    let mibs = acme();
    for name in [
        "acmeName.0",
        "ACME-GEAR-MIB::acmeName.0",
        "acme.acmeObjects.1.0",
        "enterprises.99999.2.1.0",
        "acmeFanTable",
        "acmeGroup",
        "oldFailed",
        "oldState.3.4",
        "acmeFanMode.1",
        "acmeFanMode.192.0.2.1.1.2.3.4.5.6.'ab'",
        "acmeFanNoise.192.0.2.1.1.2.3.4.5.6.97.98",
        "acmeSlotUses.slow.\"ab\".1.3.6",
        "acmeSlotUses.5.2.97.98.3.1.3.6",
    ] {
        let theirs = snmptranslate(&["-IR", "-On", name]);
        assert_eq!(format!(".{}", mibs::dotted(&mibs.read(name).unwrap().oid)), theirs, "{name}");
    }
}

#[test]
fn net_snmp_calls_the_same_numbers_by_the_same_names() {
    if !prerequisites::programs(&["snmptranslate"]) {
        return;
    }
    let mibs = acme();
    for (name, brackets) in [
        ("acmeName.0", "ACME-GEAR-MIB::acmeName.0"),
        // We know the type of the second part, and net-snmp leaves it outside.
        ("oldState.3.4", "ACME-OLD-MIB::oldState[3][4]"),
        (
            "acmeFanNoise.192.0.2.1.1.2.3.4.5.6.97.98",
            "ACME-GEAR-MIB::acmeFanNoise[192.0.2.1][01:02:03:04:05:06][\"ab\"]",
        ),
        ("acmeSlotUses.5.2.97.98.3.1.3.6", "ACME-GEAR-MIB::acmeSlotUses[slow][\"ab\"][1.3.6]"),
    ] {
        let number = format!(".{}", mibs::dotted(&mibs.read(name).unwrap().oid));
        let theirs = snmptranslate(&["-OX", &number]);
        // Its texts have a type before them and no quotes, its octets no leading zero, and OIDs have names.
        let same = theirs.replace("STRING: ab", "\"ab\"").replace("STRING: 1:2:3:4:5:6", "01:02:03:04:05:06");
        let same = same.replace("[SNMPv2-SMI::dod]", "[1.3.6]").replace("[3].4", "[3][4]");
        let ours = mibs.bracketed_name(&mibs.read(name).unwrap().oid).unwrap();
        assert_eq!((ours.as_str(), same.as_str()), (brackets, brackets), "{theirs}");
        // Unlike net-snmp, we read what we write.
        assert_eq!(mibs.read(&ours).unwrap().oid, mibs.read(name).unwrap().oid);
    }
}

#[test]
fn net_snmp_reads_the_same_facts() {
    if !prerequisites::programs(&["snmptranslate"]) {
        return;
    }
    let mibs = acme();
    let [table] = mibs.tables() else { panic!("one table") };
    let own = table.objects().filter(|object| object.module().is_some_and(|module| module.name().starts_with("ACME")));
    for object in own.filter(|object| object.kind().has_instances() || object.kind() == Kind::Row) {
        let theirs = snmptranslate(&["-Td", &object.full_name()]);
        let told = ["SYNTAX", "DISPLAY-HINT", "UNITS", "MAX-ACCESS", "INDEX", "AUGMENTS", "-- TEXTUAL CONVENTION"];
        let theirs = theirs.lines().map(str::trim).filter(|line| told.iter().any(|word| line.starts_with(word)));
        let mut theirs: Vec<String> = theirs
            .map(|line| line.trim_start_matches("-- ").split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        let mut ours: Vec<String> = details(object).lines().skip(1).map(str::to_owned).collect();
        // It calls the plain types of SMIv1 so only where they are refined.
        for lines in [&mut ours, &mut theirs] {
            lines.iter_mut().for_each(|line| *line = line.replace("SYNTAX INTEGER (", "SYNTAX Integer32 ("));
            lines.sort();
        }
        assert_eq!(ours, theirs, "{object:?}");
    }
}
