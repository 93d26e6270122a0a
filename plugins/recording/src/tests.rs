use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

/// Tells what was read as lines of `.snmprec`, and what could not be.
fn told(recording: &Recording) -> String {
    let objects = recording.objects.iter().map(|object| format!("{}\n", snmprec_line(object)));
    let bad = recording.bad_lines.iter().map(|bad| format!("{bad}\n"));
    objects.chain(bad).collect()
}

#[track_caller]
fn check(text: impl AsRef<[u8]>, expected: &Expect) {
    let recording = parse(text.as_ref());
    expected.assert_eq(&format!("{}\n{}", recording.format, told(&recording)));
}

#[test]
fn every_row_of_the_readme_is_true() {
    let cells = |row: &str| {
        let row = row.strip_prefix("| ")?.strip_suffix('|')?.replace("\\|", "\0");
        Some(row.split('|').map(|cell| cell.replace('\0', "|")).collect::<Vec<_>>())
    };
    let code = |cell: &str| Some(cell.trim().strip_prefix('`')?.strip_suffix('`')?.to_owned());
    let mut count = 0;
    for row in include_str!("../README.md").lines().filter_map(cells).filter(|row| row.len() == 3) {
        let Some(line) = code(&row[0]) else { continue };
        let recording = parse(line.as_bytes());
        let said = told(&recording);
        let said = said.trim_end_matches('\n');
        let expected = row[1].trim();
        match (code(expected), expected.strip_prefix("refused: ")) {
            (Some(expected), None) => assert_eq!(said, expected, "{line}"),
            (None, Some(reason)) => assert!(said.starts_with(&format!("line 1: {reason}")), "{line}: {said}"),
            _ => assert_eq!((expected, said), ("nothing", ""), "{line}"),
        }
        count += 1;
    }
    assert!(count > 70, "{count} rows");
}

/// The readers of the SDKs for other languages are held to the same vectors.
#[test]
fn every_shared_vector_is_true() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../vectors.json")).unwrap();
    let vectors = vectors.as_array().unwrap();
    for vector in vectors {
        let text = match (vector["text"].as_str(), vector["octets"].as_str()) {
            (Some(text), None) => text.as_bytes().to_vec(),
            (None, Some(octets)) => scan::hex(octets.as_bytes()).unwrap(),
            _ => panic!("{vector} has neither a text nor octets"),
        };
        let recording = parse(&text);
        let lines = |key: &str| vector[key].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned());
        let expected: String = lines("reads").chain(lines("bad")).map(|line| line + "\n").collect();
        assert_eq!(told(&recording), expected, "{vector}");
        assert_eq!(recording.format.to_string(), vector["form"].as_str().unwrap(), "{vector}");
    }
    assert!(vectors.len() > 100, "{} vectors", vectors.len());
}

#[test]
fn every_type_of_snmprec_is_read() {
    check(
        "# a comment\n\n\
         1.3.6.1.1|2|-5\n1.3.6.1.2|4|some text\n1.3.6.1.3|4x|00 5E Ff\n1.3.6.1.4|4e|a\\x00\\tb\\\\\\101\n1.3.6.1.5|5|\n\
         1.3.6.1.6|6|.1.3.6\n1.3.6.1.7|64|192.0.2.1\n1.3.6.1.8|64x|c0000202\n1.3.6.1.9|65|4294967295\n\
         1.3.6.1.10|66|1\n1.3.6.1.11|67|2\n1.3.6.1.12|68x|9f7804\n1.3.6.1.13|70|18446744073709551615\n\
         1.3.6.1.14|2x|7f\n1.3.6.1.15|4|\n1.3.6.1.16|129|\n1.3.6.1.17|66x|ff\n1.3.6.1.18|99x|01\n",
        &expect![[r#"
            snmprec
            1.3.6.1.1|2|-5
            1.3.6.1.2|4|some text
            1.3.6.1.3|4x|005eff
            1.3.6.1.4|4x|610009625c41
            1.3.6.1.5|5|
            1.3.6.1.6|6|1.3.6
            1.3.6.1.7|64|192.0.2.1
            1.3.6.1.8|64|192.0.2.2
            1.3.6.1.9|65|4294967295
            1.3.6.1.10|66|1
            1.3.6.1.11|67|2
            1.3.6.1.12|68x|9f7804
            1.3.6.1.13|70|18446744073709551615
            1.3.6.1.14|2|127
            1.3.6.1.15|4|
            1.3.6.1.16|129|
            1.3.6.1.17|66|255
            1.3.6.1.18|99x|01
        "#]],
    );
}

#[test]
fn a_value_is_all_that_stands_behind_the_second_bar() {
    check(
        b" 1.3.1 | 4 | a|b \n1.3.2|4|Z\xfcrich\t\n1.3.3|4|a\rb\r\n1.3.4|4|\r\r\n1.3.5|4|\"\n\t# no value\n1.3.6|4|  "
            .as_slice(),
        &expect![[r#"
            snmprec
            1.3.1|4| a|b 
            1.3.2|4x|5afc7269636809
            1.3.3|4x|610d62
            1.3.4|4x|0d
            1.3.5|4|"
            1.3.6|4|  
        "#]],
    );
}

#[test]
fn bad_lines_are_reported_and_cost_nothing_else() {
    check(
        "1.3.1|2|1\nno fields\n1.3.2|2|x\n1.3.3|2|2147483648\n1.x|2|1\n9.9|2|1\n1|2|1\n1.3.4|4:numeric|1\n1.3.5|300|1\n\
         1.3.6|99|1\n1.3.7|4x|0\n1.3.8|4e|\\q\n1.3.9|64|1.2.3\n1.3.10|6x|00\n1.3.11|5|1\n1.3.12|2|2\n",
        &expect![[r#"
            snmprec
            1.3.1|2|1
            1.3.12|2|2
            line 2: three fields separated by `|` are needed: `no fields`
            line 3: not a number: `1.3.2|2|x`
            line 4: the number does not fit its type: `1.3.3|2|2147483648`
            line 5: not an object identifier: `x` is not an arc: arcs are numbers from 0 to 4294967295: `1.x|2|1`
            line 6: not an object identifier: it begins with 0 or 1 and an arc below 40, or with 2 and any arc: `9.9|2|1`
            line 7: not an object identifier: it begins with 0 or 1 and an arc below 40, or with 2 and any arc: `1|2|1`
            line 8: variation modules are not played: `1.3.4|4:numeric|1`
            line 9: unknown type: `1.3.5|300|1`
            line 10: unknown type: `1.3.6|99|1`
            line 11: not pairs of hexadecimal digits: `1.3.7|4x|0`
            line 12: not an escape sequence: `1.3.8|4e|\q`
            line 13: not an IPv4 address: `1.3.9|64|1.2.3`
            line 14: invalid suffix for this tag: `1.3.10|6x|00`
            line 15: this type has no value: `1.3.11|5|1`
        "#]],
    );
}

#[test]
fn a_text_of_several_lines_ends_at_its_closing_quote() {
    check(
        ".1.3.1 = STRING: \"one\r\ntwo\n\nfour = 4\"\n.1.3.2 = STRING: \"x\n.1.3.9 = INTEGER: 5\ny\"\n\
         .1.3.3 = STRING: \"a\\\"\n.1.3.9 = STRING: \\\"b\"\n.1.3.4 = STRING: \"\n\"\n.1.3.5 = INTEGER: 4\n\n",
        &expect![[r#"
            snmpwalk
            1.3.1|4x|6f6e650d0a74776f0a0a666f7572203d2034
            1.3.2|4x|780a2e312e332e39203d20494e54454745523a20350a79
            1.3.3|4x|61220a2e312e332e39203d20535452494e473a202262
            1.3.4|4x|0a
            1.3.5|2|4
        "#]],
    );
}

#[test]
fn a_text_without_a_closing_quote_costs_only_its_line() {
    check(
        ".1.3.1 = STRING: \"never closed\n.1.3.2 = STRING: \"a\"\n.1.3.3 = STRING: \"never closed\n.1.3.4 = \"\"\n\
         .1.3.5 = STRING: \"never closed\n.1.3.6 = STRING: \" b\"\n.1.3.7 = STRING: \"never",
        &expect![[r#"
            snmpwalk
            1.3.2|4|a
            1.3.4|4|
            1.3.6|4| b
            line 1: a quoted text does not end where the line does: `.1.3.1 = STRING: "never closed`
            line 3: a quoted text does not end where the line does: `.1.3.3 = STRING: "never closed`
            line 5: a quoted text does not end where the line does: `.1.3.5 = STRING: "never closed`
            line 7: a quoted text does not end where the line does: `.1.3.7 = STRING: "never`
        "#]],
    );
}

#[test]
fn octets_and_unquoted_texts_go_on_over_several_lines() {
    check(
        ".1.3.1 = Hex-STRING: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F \n10 11 \n\
         .1.3.2 = Hex-STRING: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F   [..........\n.\r..]\n10 5D   [.]]\n\
         .1.3.3 = STRING: plain\n\nmore = 5\n.1.3.4 = BITS: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \n01 135 \n\
         .1.3.5 = OPAQUE: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 \n01  bytes\n.1.3.6 = INTEGER: 1\n\n",
        &expect![[r#"
            snmpwalk
            1.3.1|4x|000102030405060708090a0b0c0d0e0f1011
            1.3.2|4x|000102030405060708090a0b0c0d0e0f105d
            1.3.3|4x|706c61696e0a0a6d6f7265203d2035
            1.3.4|4x|0000000000000000000000000000000001
            1.3.5|68x|0000000000000000000000000000000001
            1.3.6|2|1
        "#]],
    );
}

#[test]
fn lines_of_a_walk_that_end_in_cr_lf_are_read() {
    let walk = ".1.3.1 = STRING: \"one\r\ntwo\"\r\n.1.3.2 = Hex-STRING: 00 \r\n.1.3.3 = STRING: plain\r\n.1.3.4 = INTEGER: 1\r\n";
    let expected = "1.3.1|4x|6f6e650a74776f\n1.3.2|4x|00\n1.3.3|4|plain\n1.3.4|2|1\n";
    assert_eq!(told(&parse(walk.as_bytes())), expected);
    // A remark that somebody put in front of it with another editor.
    assert_eq!(told(&parse(format!("# mine\n{walk}").as_bytes())), expected);
}

#[test]
fn texts_of_a_walk_keep_their_carriage_returns() {
    check(
        ".1.3.1 = STRING: \"a\r\nb\r\nc\r\"\n.1.3.2 = STRING: d\r\n.1.3.3 = INTEGER: 1\n",
        &expect![[r#"
        snmpwalk
        1.3.1|4x|610d0a620d0a630d
        1.3.2|4x|640d
        1.3.3|2|1
    "#]],
    );
}

#[test]
fn bad_lines_of_a_walk_are_reported() {
    check(
        ".1.3.1 = INTEGER: 1\nTimeout: No Response from 192.0.2.1\n.1.3.3 = Float: 1\n\
         .1.3.4 = INTEGER: one\n.1.3.5 = STRING: \"a\"b\n.1.3.6 = Hex-STRING: 0\n.1.3.7 = what\n\
         .1.3.9 = Opaque: Decimal: 1\n.1.3.10 = BITS: 80 01 first(0) \n.1.3.11 = Variable has bad type\n\
         .1.3.12 = Gauge32: -1\n.1.3.15 = STRING: \n.1.3.16 = Opaque: Float: CUT\n.1.3.13 = INTEGER: 1.2.3\n.1.3.14 = INTEGER: \n.1.3.8 = INTEGER: 8\n"
            .replace("CUT", &"9".repeat(127)),
        &expect![[r#"
            snmpwalk
            1.3.1|2|1
            1.3.15|4|
            1.3.8|2|8
            line 2: this is neither `OID = TYPE: VALUE` nor the rest of such a line: `Timeout: No Response from 192.0.2.1`
            line 3: unknown type: `.1.3.3 = Float: 1`
            line 4: not a number: `.1.3.4 = INTEGER: one`
            line 5: a quoted text does not end where the line does: `.1.3.5 = STRING: "a"b`
            line 6: not pairs of hexadecimal digits: `.1.3.6 = Hex-STRING: 0`
            line 7: the type of the value is left out: make it with `snmpwalk -On`: `.1.3.7 = what`
            line 8: unknown type: `.1.3.9 = Opaque: Decimal: 1`
            line 9: the octets and the names of the bits differ: `.1.3.10 = BITS: 80 01 first(0) `
            line 10: unknown type: `.1.3.11 = Variable has bad type`
            line 11: the number does not fit its type: `.1.3.12 = Gauge32: -1`
            line 13: the number does not fit its type: `.1.3.16 = Opaque: Float: 9999999999999999999999999999999999999999999999999999999`
            line 14: not a number: `.1.3.13 = INTEGER: 1.2.3`
            line 15: not a number: `.1.3.14 = INTEGER: `
        "#]],
    );
}

#[test]
fn a_number_without_a_type_is_what_the_rest_of_the_file_says() {
    check(
        ".1.3.1 = INTEGER: 1\n.1.3.2 = 4711\n.1.3.6.1.2.1.2.2.1.10.1 = 5\n",
        &expect![[r#"
        snmpwalk
        1.3.1|2|1
        1.3.2|67|4711
        1.3.6.1.2.1.2.2.1.10.1|65|5
    "#]],
    );
    // net-snmp prints UInteger32 without a type.
    check(
        ".1.3.1 = Timeticks: (1) 0:00:00.01\n.1.3.2 = 4711\n",
        &expect![[r#"
        snmpwalk
        1.3.1|67|1
        1.3.2|71|4711
    "#]],
    );
    check(
        ".1.3.1 = INTEGER: 1\n.1.3.2 = 4711\n.1.3.3 = several words\n",
        &expect![[r#"
        snmpwalk
        1.3.1|2|1
        line 2: the type of the value is left out: make it with `snmpwalk -On`: `.1.3.2 = 4711`
        line 3: the type of the value is left out: make it with `snmpwalk -On`: `.1.3.3 = several words`
    "#]],
    );
}

#[test]
fn quick_output_is_read_where_nothing_is_lost() {
    check(
        ".1.3.6.1.2.1.1.1.0 A device = \"x\"\nof two lines\n.1.3.6.1.2.1.1.2.0 .0.0\n.1.3.6.1.2.1.1.3.0 1:10:17:36.78\n\
         .1.3.6.1.2.1.1.6.0 \n.1.3.6.1.2.1.1.7.0 72\n.1.3.6.1.2.1.2.2.1.3.1 ethernetCsmacd\n.1.3.6.1.2.1.2.2.1.3.2 newest\n\
         .1.3.6.1.2.1.2.2.1.6.1 \"02 00 00 00 00 01 \"\n.1.3.6.1.2.1.2.2.1.6.2 \"\"\n.1.3.6.1.2.1.2.2.1.6.3 \"ABCDEF\"\n\
         .1.3.6.1.2.1.4.20.1.1.192.0.2.1 192.0.2.1\n.1.3.6.1.4.1.1 1.500000\n.1.3.6.1.4.1.2 NULL\n.1.3.6.1.4.1.3 0:c:0:0:0:1\n\
         .1.3.6.1.4.1.4 Wrong Type (should be INTEGER): \"no\"\n.1.3.6.1.4.1.5 192.0.2.1\n.1.3.6.1.4.1.6 .05\n\
         .1.3.6.1.4.1.7 No Such Instance currently exists at this OID\n.1.3.6.1.4.1.8 \"41 42\"\n\
         .1.3.6.1.4.1.9 \"41 42   [AB]\"\n.1.3.6.1.4.1.10 \"41 22   [A\"]\"\n.1.3.6.1.4.1.11 \"\n",
        &expect![[r#"
            snmpwalk
            1.3.6.1.2.1.1.1.0|4x|4120646576696365203d202278220a6f662074776f206c696e6573
            1.3.6.1.2.1.1.2.0|6|0.0
            1.3.6.1.2.1.1.3.0|67|12345678
            1.3.6.1.2.1.1.6.0|4|
            1.3.6.1.2.1.1.7.0|2|72
            1.3.6.1.2.1.2.2.1.3.1|2|6
            1.3.6.1.2.1.2.2.1.6.1|4x|020000000001
            1.3.6.1.2.1.2.2.1.6.2|4|
            1.3.6.1.2.1.2.2.1.6.3|4|ABCDEF
            1.3.6.1.2.1.4.20.1.1.192.0.2.1|64|192.0.2.1
            1.3.6.1.4.1.2|5|
            1.3.6.1.4.1.3|4x|000c00000001
            1.3.6.1.4.1.4|4|no
            1.3.6.1.4.1.8|4|41 42
            1.3.6.1.4.1.9|4|AB
            1.3.6.1.4.1.10|4|A"
            line 8: the type of the value is left out: make it with `snmpwalk -On`: `.1.3.6.1.2.1.2.2.1.3.2 newest`
            line 13: the type of the value is left out: make it with `snmpwalk -On`: `.1.3.6.1.4.1.1 1.500000`
            line 17: the type of the value is left out: make it with `snmpwalk -On`: `.1.3.6.1.4.1.5 192.0.2.1`
            line 18: the type of the value is left out: make it with `snmpwalk -On`: `.1.3.6.1.4.1.6 .05`
            line 23: a quoted text does not end where the line does: `.1.3.6.1.4.1.11 "`
        "#]],
    );
}

#[test]
fn a_number_in_front_is_no_root_where_names_are_suffixes() {
    check(
        "iso.3.6.1.1 = INTEGER: 1\nifIndex.1 = INTEGER: 1\n1.5.0 = INTEGER: 2\nifDescr.1 = eth0\nvendorThing.0 = 3\n",
        &expect![[r#"
            snmpwalk
            1.3.6.1.1|2|1
            1.3.6.1.2.1.2.2.1.1.1|2|1
            1.3.6.1.2.1.2.2.1.2.1|4|eth0
            line 3: unknown name `1.5.0`: make it with `snmpwalk -On`: `1.5.0 = INTEGER: 2`
            line 5: unknown name `vendorThing.0`: make it with `snmpwalk -On`: `vendorThing.0 = 3`
        "#]],
    );
}

#[test]
fn dots_are_doubted_once_a_physical_address_has_some() {
    let walk = |mac: &str| {
        format!(".1.3.1 = STRING: \"6.1.0\"\n.1.3.6.1.2.1.2.2.1.6.1 = {mac}\n.1.3.6.1.4.1.2 = STRING: \"no dot\"\n")
    };
    check(
        walk("STRING: \"..^...\""),
        &expect![[r#"
            snmpwalk
            1.3.6.1.4.1.2|4|no dot
            line 1: dots may replace other octets (-Oa): make it with `snmpwalk -On`: `.1.3.1 = STRING: "6.1.0"`
            line 2: dots may replace other octets (-Oa): make it with `snmpwalk -On`: `.1.3.6.1.2.1.2.2.1.6.1 = STRING: "..^..."`
        "#]],
    );
    check(
        walk("STRING: \"ABCDEF\""),
        &expect![[r#"
        snmpwalk
        1.3.1|4|6.1.0
        1.3.6.1.2.1.2.2.1.6.1|4|ABCDEF
        1.3.6.1.4.1.2|4|no dot
    "#]],
    );
    check(
        walk("STRING: \"AB.DEF\"\n.1.3.6.1.4.1.1 = Hex-STRING: 00 "),
        &expect![[r#"
        snmpwalk
        1.3.1|4|6.1.0
        1.3.6.1.2.1.2.2.1.6.1|4|AB.DEF
        1.3.6.1.4.1.1|4x|00
        1.3.6.1.4.1.2|4|no dot
    "#]],
    );
}

#[test]
fn more_bad_lines_than_are_kept_are_counted() {
    let recording = parse("bad\n".repeat(BadLine::MAX_KEPT + 5).as_bytes());
    assert_eq!((recording.bad_lines.len(), recording.bad_line_count), (BadLine::MAX_KEPT, BadLine::MAX_KEPT + 5));
}

#[test]
fn the_start_of_a_bad_line_is_not_cut_inside_a_character() {
    let recording = parse(format!("{}я", "x".repeat(BadLine::MAX_TEXT - 1)).as_bytes());
    assert_eq!(recording.bad_lines[0].text, "x".repeat(BadLine::MAX_TEXT - 1));
}

/// What a file says, whatever it is packed in.
fn read_told(octets: &[u8]) -> String {
    match read(octets) {
        Ok(recording) => format!("{}\n{}", recording.format, told(&recording)),
        Err(error) => error.to_string(),
    }
}

const WALK: &str = ".1.3.6.1.2.1.1.1.0 = STRING: \"Zürich\"\r\n.1.3.6.1.2.1.1.7.0 = INTEGER: 72\r\n";

fn in_utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn files_in_any_encoding_say_the_same() {
    let expected = read_told(WALK.as_bytes());
    assert_eq!(expected, "snmpwalk\n1.3.6.1.2.1.1.1.0|4x|5ac3bc72696368\n1.3.6.1.2.1.1.7.0|2|72\n");
    assert_eq!(read_told(format!("\u{feff}{WALK}").as_bytes()), expected);
    for unit in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        assert_eq!(read_told(&in_utf16(&format!("\u{feff}{WALK}"), unit)), expected);
        assert_eq!(read_told(&in_utf16(WALK, unit)), expected);
    }
    let snmprec = "1.3.6.1|4|ж \r\n";
    assert_eq!(read_told(&in_utf16(&format!("\u{feff}{snmprec}"), u16::to_le_bytes)), "snmprec\n1.3.6.1|4x|d0b620\n");
    // Half a character, and half a unit: what was cut is not lost silently.
    assert_eq!(read_told(b"\xff\xfe1\0.\x003\0|\x004\0|\0\x3d\xd8\0"), "snmprec\n1.3|4x|efbfbdefbfbd\n");
}

#[test]
fn what_is_no_recording_is_told_by_its_kind() {
    let check = |octets: &[u8], expected: &str| assert_eq!(read_told(octets), expected);
    check(b"", "it is empty");
    check(b"\xef\xbb\xbf\r\n", "it is empty");
    check(b"PK\x03\x04...", "it is a zip archive: unpack it");
    check(b"\xd4\xc3\xb2\xa1...", "it is a capture of packets: `snmp-proxy decode` reads it");
    check(b"\xff\xfe\0\0.\0\0\0", "it is in UTF-32: save it as UTF-8");
    check(
        b"# mine\n\nSTRING: \"a\n.1.3 = 5\"\nINTEGER: 5\n",
        "it holds values without their names, as `snmpwalk -Ov` prints them: make it with `snmpwalk -On`",
    );
    check(
        b"This is no recording.\n",
        "it is neither a .snmprec file nor the output of snmpwalk: make it with `snmpwalk -On`",
    );
}

#[cfg(feature = "gzip")]
#[test]
fn a_file_that_gzip_packed_is_read_and_a_cut_one_is_not() {
    use std::io::Write as _;

    let mut packed = Vec::new();
    for part in [&WALK[..40], &WALK[40..]] {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(part.as_bytes()).unwrap();
        packed.extend(packer.finish().unwrap());
    }
    assert_eq!(read_told(&packed), read_told(WALK.as_bytes()));
    // As a tape or a disk fills up its last block.
    for zeros in [1, 512, 10_000] {
        assert_eq!(read_told(&[&packed[..], &vec![0; zeros]].concat()), read_told(WALK.as_bytes()), "{zeros}");
    }
    let more = read_told(&[&packed[..], b"\0\0more"].concat());
    assert!(more.contains(&format!("other data follows the packed data at octet {}", packed.len() + 2)), "{more}");
    let cut = read_told(&packed[..packed.len() - 9]);
    assert!(cut.starts_with("cannot decompress it with gzip: "), "{cut}");
}

#[cfg(feature = "gzip")]
#[test]
fn a_file_is_not_unpacked_beyond_its_limit() {
    use std::io::Write as _;

    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&[b'\n'; 100_000]).unwrap();
    let packed = packer.finish().unwrap();
    assert!(packed.len() < 1_000);
    assert_eq!(file::text_of_file(&packed, 99_999).unwrap_err(), ReadError::TooLarge);
    assert_eq!(file::text_of_file(&packed, 100_000).unwrap().len(), 100_000);
}

fn any_oid() -> impl Strategy<Value = Vec<u32>> {
    (0..3_u32, 0..40_u32, proptest::collection::vec(any::<u32>(), 0..30))
        .prop_map(|(first, second, rest)| [&[first, second], rest.as_slice()].concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let octets = || proptest::collection::vec(any::<u8>(), 0..100);
    prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        octets().prop_map(Value::OctetString),
        "[ -~]{0,40}".prop_map(|text| Value::OctetString(text.into_bytes())),
        Just(Value::Null),
        any_oid().prop_map(Value::ObjectIdentifier),
        any::<[u8; 4]>().prop_map(Value::IpAddress),
        any::<u32>().prop_map(Value::Counter32),
        any::<u32>().prop_map(Value::Gauge32),
        any::<u32>().prop_map(Value::TimeTicks),
        octets().prop_map(Value::Opaque),
        octets().prop_map(Value::NsapAddress),
        any::<u64>().prop_map(Value::Counter64),
        any::<u32>().prop_map(Value::UInteger32),
        Just(Value::NoSuchObject),
        Just(Value::NoSuchInstance),
        Just(Value::EndOfMibView),
        (0x90_u8..0x9f, octets()).prop_map(|(tag, octets)| Value::Unknown { tag, octets }),
    ]
}

proptest! {
    #[test]
    fn what_was_written_as_snmprec_reads_the_same(
        objects in proptest::collection::vec((any_oid(), any_value()), 1..20)
    ) {
        let objects: Vec<Object> = objects.into_iter().map(|(name, value)| Object { name, value }).collect();
        let text: String = objects.iter().map(|object| snmprec_line(object) + "\n").collect();
        let recording = parse(text.as_bytes());
        prop_assert_eq!(recording.bad_line_count, 0);
        prop_assert_eq!(recording.objects, objects);
    }

    #[test]
    fn what_was_written_as_snmpwalk_reads_the_same(
        objects in proptest::collection::vec((any_oid(), any_value()), 1..20)
    ) {
        let has_word = |object: &Object| {
            let no_value = matches!(object.value, Value::NoSuchObject | Value::NoSuchInstance | Value::EndOfMibView);
            !no_value && !matches!(object.value, Value::Unknown { .. })
        };
        let objects: Vec<Object> = objects.into_iter().map(|(name, value)| Object { name, value }).collect();
        let text: String = objects.iter().map(|object| snmpwalk_line(object) + "\n").collect();
        let recording = parse(text.as_bytes());
        let unknown = objects.iter().filter(|object| matches!(object.value, Value::Unknown { .. })).count();
        prop_assert_eq!(recording.bad_line_count, unknown, "{}", text);
        prop_assert_eq!(recording.objects, objects.into_iter().filter(has_word).collect::<Vec<_>>());
    }

    #[test]
    fn reading_octets_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&octets);
        let _ = read(&octets);
    }

    #[test]
    fn reading_lines_never_panics(
        lines in proptest::collection::vec(
            r#"([.]?1[.]3[.]6|iso[.]3|IF-MIB::ifName[.]1)( = | |\|)(STRING|Hex-STRING|BITS|OPAQUE|Opaque|INTEGER|Timeticks|OID|4x|4e|2|70|6)?(: |\|)?["\\ ()\[\]0-9A-Fa-fx:.,+\r-]{0,20}|.{0,30}"#,
            0..20,
        )
    ) {
        let _ = parse(lines.join("\n").as_bytes());
    }
}
