use expect_test::{Expect, expect};
use proptest::prelude::*;
use snmp_engine::Varbind;

use super::*;
use crate::ber::tests::{any_oid, any_value};

#[track_caller]
fn check(octets: impl AsRef<[u8]>, expected: &Expect) {
    let parsed = Recording::parse(octets.as_ref());
    let mut said = format!("{}\n{}", parsed.format, parsed.recording.to_snmprec());
    for bad in &parsed.bad_lines {
        said += &format!("{bad}\n");
    }
    if parsed.duplicates > 0 {
        said += &format!("{} duplicates\n", parsed.duplicates);
    }
    expected.assert_eq(&said);
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
fn a_value_may_hold_bars_and_octets_of_any_character_set() {
    check(
        b"1.3.6.1|4|a|b|c\n1.3.6.2|4|Z\xfcrich\n".as_slice(),
        &expect![[r#"
        snmprec
        1.3.6.1|4|a|b|c
        1.3.6.2|4x|5afc72696368
    "#]],
    );
}

#[test]
fn unsorted_lines_are_sorted_and_the_first_of_a_name_wins() {
    check(
        "1.3.10|2|1\r\n1.3.9|2|2\r\n1.3.10|2|3\r\n",
        &expect![[r#"
        snmprec
        1.3.9|2|2
        1.3.10|2|1
        1 duplicates
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
            line 6: an object identifier begins with 0 or 1 and an arc below 40, or with 2 and any arc: `9.9|2|1`
            line 7: an object identifier begins with 0 or 1 and an arc below 40, or with 2 and any arc: `1|2|1`
            line 8: variation modules are not played: `1.3.4|4:numeric|1`
            line 9: unknown type: `1.3.5|300|1`
            line 10: unknown type: `1.3.6|99|1`
            line 11: not pairs of hexadecimal digits: `1.3.7|4x|0`
            line 12: not an escape sequence: `1.3.8|4e|\q`
            line 13: not an IPv4 address: `1.3.9|64|1.2.3`
            line 14: this suffix does not go with this tag: `1.3.10|6x|00`
            line 15: this type has no value: `1.3.11|5|1`
        "#]],
    );
}

#[test]
fn a_walk_is_told_from_its_content_and_read() {
    check(
        ".1.3.6.1.1 = STRING: \"text with \\\"quotes\\\" and \\\\\"\n.1.3.6.1.2 = INTEGER: up(1)\n.1.3.6.1.3 = INTEGER: -7\n\
         .1.3.6.1.4 = Gauge32: 5 seconds\n.1.3.6.1.5 = Timeticks: (123) 0:00:01.23\n.1.3.6.1.6 = OID: .1.3.6.1.4.1.32473\n\
         .1.3.6.1.7 = IpAddress: 192.0.2.1\n.1.3.6.1.8 = Counter64: 18446744073709551615\n.1.3.6.1.9 = Counter32: 9\n\
         .1.3.6.1.10 = \"\"\n.1.3.6.1.11 = NULL\n.1.3.6.1.12 = BITS: 80 01 first(0) last(15)\n\
         .1.3.6.1.13 = STRING: 0:0:5e:0:53:1\n.1.3.6.1.14 = STRING: eth0\n.1.3.6.1.15 = Network Address: C0:00:02:05\n\
         .1.3.6.1.16 = Wrong Type (should be Gauge32 or Unsigned32): INTEGER: 5\n.1.3.6.1.17 = OID: iso.3.6\n\
         .1.3.6.1.18 = Opaque: Float: 1.5\n.1.3.6.1.19 = No Such Instance currently exists at this OID\n\
         iso.3.6.1.20 = Hex-STRING: 00 5E \n.1.3.6.1.21 = STRING: \n\
         .1.3.6.2 = No more variables left in this MIB View (It is past the end of the MIB tree)\n",
        &expect![[r#"
            snmpwalk
            1.3.6.1.1|4|text with "quotes" and \
            1.3.6.1.2|2|1
            1.3.6.1.3|2|-7
            1.3.6.1.4|66|5
            1.3.6.1.5|67|123
            1.3.6.1.6|6|1.3.6.1.4.1.32473
            1.3.6.1.7|64|192.0.2.1
            1.3.6.1.8|70|18446744073709551615
            1.3.6.1.9|65|9
            1.3.6.1.10|4|
            1.3.6.1.11|5|
            1.3.6.1.12|4x|8001
            1.3.6.1.13|4x|00005e005301
            1.3.6.1.14|4|eth0
            1.3.6.1.15|64|192.0.2.5
            1.3.6.1.16|2|5
            1.3.6.1.17|6|1.3.6
            1.3.6.1.18|68x|9f78043fc00000
            1.3.6.1.20|4x|005e
            1.3.6.1.21|4|
        "#]],
    );
}

#[test]
fn values_of_several_lines_are_joined() {
    check(
        ".1.3.1 = STRING: \"one\r\ntwo\n\nfour = 4\"\n.1.3.2 = Hex-STRING: 00 01 \n02 03 \n.1.3.3 = STRING: plain\nmore\n.1.3.4 = INTEGER: 4\n\n",
        &expect![[r#"
            snmpwalk
            1.3.1|4x|6f6e650d0a74776f0a0a666f7572203d2034
            1.3.2|4x|00010203
            1.3.3|4x|706c61696e0a6d6f7265
            1.3.4|2|4
        "#]],
    );
}

#[test]
fn lines_of_a_walk_that_end_in_cr_lf_are_read() {
    check(
        ".1.3.1 = STRING: \"one\r\ntwo\"\r\n.1.3.2 = Hex-STRING: 00 \r\n01 \r\n",
        &expect![[r#"
        snmpwalk
        1.3.1|4x|6f6e650a74776f
        1.3.2|4x|0001
    "#]],
    );
}

#[test]
fn bad_lines_of_a_walk_are_reported() {
    check(
        ".1.3.1 = INTEGER: 1\nTimeout: No Response from 192.0.2.1\n.1.3.2 = STRING: \"never closed\n.1.3.3 = Float: 1\n\
         .1.3.4 = INTEGER: one\n.1.3.5 = STRING: \"a\" b\n.1.3.6 = Hex-STRING: 0\n.1.3.7 = what\n.1.3.8 = INTEGER: 8\n",
        &expect![[r#"
            snmpwalk
            1.3.1|2|1
            1.3.8|2|8
            line 2: this is neither `OID = TYPE: VALUE` nor the rest of such a line: `Timeout: No Response from 192.0.2.1`
            line 3: a quoted text does not end where the line does: `.1.3.2 = STRING: "never closed`
            line 4: unknown type: `.1.3.3 = Float: 1`
            line 5: not a number: `.1.3.4 = INTEGER: one`
            line 6: a quoted text does not end where the line does: `.1.3.5 = STRING: "a" b`
            line 7: not pairs of hexadecimal digits: `.1.3.6 = Hex-STRING: 0`
            line 8: unknown type: `.1.3.7 = what`
        "#]],
    );
}

#[test]
fn more_bad_lines_than_are_kept_are_counted() {
    let parsed = Recording::parse("bad\n".repeat(BadLine::MOST_KEPT + 5).as_bytes());
    assert_eq!((parsed.bad_lines.len(), parsed.bad_line_count), (BadLine::MOST_KEPT, BadLine::MOST_KEPT + 5));
}

#[test]
fn what_is_below_a_name_is_found() {
    let recording = Recording::parse(b"1.3.1|2|1\n1.3.2.1|2|2\n1.3.2.5|2|3\n1.3.20|2|4\n").recording;
    let root = "1.3.2".parse().unwrap();
    let names: Vec<String> = recording.below(&root).map(|varbind| varbind.name.to_string()).collect();
    assert_eq!(names, ["1.3.2.1", "1.3.2.5"]);
    assert!(recording.get(&root).is_none());
    assert!(recording.get(&"1.3.20".parse().unwrap()).is_some());
}

proptest! {
    #[test]
    fn what_was_written_as_snmprec_reads_the_same(
        varbinds in proptest::collection::vec((any_oid(), any_value()), 0..20)
    ) {
        let varbinds = varbinds.into_iter().map(|(name, value)| Varbind { name, value });
        let recording: Recording = varbinds.collect();
        let parsed = Recording::parse(recording.to_snmprec().as_bytes());
        prop_assert_eq!(parsed.bad_line_count, 0);
        prop_assert_eq!(parsed.recording, recording);
    }

    #[test]
    fn reading_octets_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Recording::parse(&octets);
    }

    #[test]
    fn reading_lines_never_panics(
        lines in proptest::collection::vec(r#"[.]?1[.]3[.]6( = |\|)(STRING|Hex-STRING|BITS|INTEGER|Timeticks|OID|4x|4e|2|70|6)?(: |\|)["\\ ()0-9a-fx:.\r]{0,20}|.{0,30}"#, 0..20)
    ) {
        let _ = Recording::parse(lines.join("\n").as_bytes());
    }
}
