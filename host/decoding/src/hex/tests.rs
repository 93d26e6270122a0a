use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::layers;

/// Reads text and shows the packets and what is wrong.
fn check(text: &str, expected: &Expect) {
    let Reading { packets, wrong } = read(text, layers::fits);
    let packets: Vec<String> = packets.iter().map(const_hex::encode).collect();
    let wrong =
        wrong.iter().map(|wrong| format!(" ! {}:{} {}", wrong.line.unwrap(), wrong.column.unwrap(), wrong.text));
    expected.assert_eq(&format!("{}{}", packets.join(" / "), wrong.collect::<String>()));
}

#[test]
fn blanks_mean_nothing_wherever_they_are() {
    check(
        "3 02a0 201\n\t00 0",
        &expect!["302a020100 ! 2:6 a hexadecimal digit is missing: there are 11, and two make an octet"],
    );
    check("0x30,0x2a; 02:01-00", &expect!["302a020100"]);
    check("\\x30\\x2a", &expect!["302a"]);
    check("302A", &expect!["302a"]);
}

#[test]
fn characters_behind_octets_are_no_octets_even_if_they_look_so() {
    check("0x0000:  4142 4344  ABCD", &expect!["41424344"]);
    check(
        "00000000  61 62 63 64 65 66 30 31  61 62 63 64 65 66 30 31  |abcdef01abcdef01|",
        &expect!["61626364656630316162636465663031"],
    );
    check("0000   30 31 0a 20 30 31   01. 01", &expect!["30310a203031"]);
    check("0000  30 31\n0002  61 62   ab\n", &expect!["30316162"]);
}

#[test]
fn an_offset_of_zero_begins_another_packet_and_a_star_repeats_a_line() {
    check("0000  30 31\n0002  32\n0000  33 34", &expect!["303132 / 3334"]);
    check(
        "00000000  30 30 30 30 30 30 30 30  30 30 30 30 30 30 30 30\n*\n00000020  31\n",
        &expect!["303030303030303030303030303030303030303030303030303030303030303031"],
    );
}

#[test]
fn digits_that_only_look_like_an_offset_are_octets() {
    check("0000 3026\n0001 0203", &expect!["3026 ! 2:1 the offset is 0001, but 2 octets came before it"]);
    check("0000 3003 0201 00", &expect!["00003003020100"]);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    check("302\n", &expect!["30 ! 1:4 a hexadecimal digit is missing: there are 3, and two make an octet"]);
    check("30 2a\n02 0x zz", &expect!["302a02 ! 2:7 `z` is not a hexadecimal digit"]);
    check("30 2a \u{feff}01", &expect!["302a ! 1:7 U+FEFF is not a hexadecimal digit"]);
    check("0000: 30 31\n0004: 32", &expect!["3031 ! 2:1 the offset is 0004, but 2 octets came before it"]);
    check("0000: 30 31\n0002: 3g 32", &expect!["3031 ! 2:8 `g` is not a hexadecimal digit"]);
    check("0000: 30 3", &expect!["30 ! 1:11 a hexadecimal digit is missing: two make an octet"]);
    check("", &expect![[r#""#]]);
}

/// Lines of a dump of a whole message of 40 octets.
fn lines(line: impl Fn(usize, &[u8]) -> String) -> String {
    message().chunks(16).enumerate().map(|(place, octets)| line(place * 16, octets) + "\n").collect()
}

fn message() -> Vec<u8> {
    crate::tests::packets::get_request()
}

fn spaced(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X} ")).collect()
}

#[track_caller]
fn reads_as(text: &str, packets: usize) {
    let reading = read(text, layers::fits);
    assert_eq!(reading.packets, vec![message(); packets], "{text}");
    assert!(reading.wrong.is_empty(), "{:?} {text}", reading.wrong);
}

#[test]
fn offsets_count_in_whichever_numbers_agree_with_the_octets() {
    for text in [
        lines(|at, octets| format!("{at:04}: {}", spaced(octets))),
        lines(|at, octets| format!("{at:07} {}", spaced(octets))),
        lines(|at, octets| format!("{at:06o} {}", spaced(octets))),
        lines(|at, octets| format!("{at:08x}  {}", spaced(octets))),
        // snoop
        lines(|at, octets| {
            format!("\t  {at:>3}: {}", octets.chunks(2).map(|pair| const_hex::encode(pair) + " ").collect::<String>())
        }),
        // od -A d -t x1z
        lines(|at, octets| {
            format!(
                "{at:07} {:48} >{}<",
                spaced(octets),
                String::from_utf8_lossy(octets).replace(|c: char| !c.is_ascii_graphic(), ".")
            )
        }),
    ] {
        reads_as(&text, 1);
    }
}

#[test]
fn several_packets_stand_between_any_text() {
    let dump = lines(|at, octets| format!("{at:04}: {}    {}", spaced(octets), "."));
    let said = [
        "",
        "Sending 48 bytes to UDP: [192.0.2.5]:161->[0.0.0.0]:50850",
        "Received 55 byte packet from UDP: [192.0.2.5]:161->[0.0.0.0]:50850",
        "12:00:00.000000 IP 192.0.2.1.49152 > 192.0.2.2.161:  GetRequest(26)",
        "1000 packets captured",
        "0004 of them lost",
        "trace: snmp_send(): snmp_api.c, 5000:",
        "SNMPv2-MIB::sysUpTime.0 = Timeticks: (1610) 0:00:16.10",
        "2024-11-29 12:00:00",
    ];
    let text: String = said.iter().map(|said| format!("{said}\n\n{dump}\n{said}\n")).collect();
    reads_as(&text, said.len());
    // As a log has it.
    let logged: String = text.lines().map(|line| format!("Nov 29 12:00:00 host snmpd[1234]: {line}\n")).collect();
    reads_as(&logged, said.len());
}

#[test]
fn a_packet_that_is_damaged_does_not_cost_those_behind_it() {
    check(
        "0000: 30 31\n0002: 3g 32\n0004: 33\n\n0000: 30 32\n0009: 33\n\n0000: 30 33\n",
        &expect![
            "3031 / 3032 / 3033 ! 2:8 `g` is not a hexadecimal digit ! 6:1 the offset is 0009, but 2 octets came before it"
        ],
    );
}

#[test]
fn words_as_the_machine_reads_them_are_turned_round() {
    let words = |octets: &[u8]| {
        octets.chunks(2).map(|pair| format!(" {:02x}{:02x}", pair.get(1).unwrap_or(&0), pair[0])).collect::<String>()
    };
    let end = message().len();
    reads_as(&(lines(|at, octets| format!("{at:07x}{}", words(octets))) + &format!("{end:07x}\n")), 1);
    reads_as(&(lines(|at, octets| format!("{at:07o}{}", words(octets))) + &format!("{end:07o}\n")), 1);
}

#[test]
fn dumps_in_other_numbers_are_read_or_named() {
    let octal = |octets: &[u8]| octets.iter().map(|octet| format!(" {octet:03o}")).collect::<String>();
    reads_as(&(lines(|at, octets| format!("{at:07o}{}", octal(octets))) + &format!("{:07o}\n", message().len())), 1);
    let binary = |octets: &[u8]| octets.iter().map(|octet| format!(" {octet:08b}")).collect::<String>();
    reads_as(&lines(|at, octets| format!("{at:08x}:{}", binary(octets))), 1);
    let said = |text: &str| {
        let reading = read(text, layers::fits);
        assert!(reading.packets.is_empty(), "{text}");
        reading.wrong.into_iter().map(|wrong| wrong.text).collect::<Vec<_>>().join("; ")
    };
    let damaged = lines(|at, octets| format!("{:08x}:{}", at * 5, binary(octets)));
    assert!(said(&damaged).starts_with("this looks like a dump in binary numbers"), "{}", said(&damaged));
    let damaged = lines(|at, octets| format!("{:07o}{}", at * 5, octal(octets)));
    assert!(said(&damaged).starts_with("this looks like a dump in octal numbers"), "{}", said(&damaged));
}

#[test]
fn what_holds_no_packets_is_named_and_nothing_of_it_is_taken_for_digits() {
    for (text, words) in [
        ("1.3.6.1.2.1.1.3.0|67|123\n1.3.6.1.2.1.1.7.0|2|72\n", "`snmp-proxy simulate FILE` reads it"),
        (".1.3.6.1.2.1.1.3.0 = Timeticks: (5) 0:00:00.05\n", "`snmp-proxy simulate FILE` reads it"),
        ("12:00:00.000000 IP 192.0.2.1.4000 > 192.0.2.2.161:  GetRequest(28)\nE..H..@.@....public\n", "`tcpdump -x`"),
    ] {
        let reading = read(text, layers::fits);
        assert!(reading.packets.is_empty() && reading.wrong.len() == 1, "{text}");
        assert!(reading.wrong[0].text.contains(words), "{}", reading.wrong[0].text);
    }
    // The same beside a dump is only what a tool says of it.
    let dump = lines(|at, octets| format!("\t0x{at:04x}:  {}", spaced(octets)));
    reads_as(&format!("12:00:00.000000 IP 192.0.2.1.4000 > 192.0.2.2.161:  GetRequest(28)\n{dump}"), 1);
    reads_as(&format!(".1.3.6.1.2.1.1.3.0 = Timeticks: (5) 0:00:00.05\n{dump}"), 1);
}

#[test]
fn code_is_read_for_the_octets_in_it() {
    let list = |octet: &dyn Fn(&u8) -> String| message().iter().map(octet).collect::<Vec<_>>().join(", ");
    let hex = list(&|octet| format!("0x{octet:02x}"));
    let escaped: String = message().iter().map(|octet| format!("\\x{octet:02x}")).collect();
    let mixed: String = message()
        .iter()
        .map(
            |octet| {
                if octet.is_ascii_alphanumeric() { char::from(*octet).to_string() } else { format!("\\x{octet:02x}") }
            },
        )
        .collect();
    for (text, packets) in [
        (format!("/* Frame (40 bytes) */\nstatic const unsigned char packet_bytes[] = {{\n  {hex}\n}};\n"), 1),
        (format!("char peer0_0[] = {{ /* Packet 1 */\n{hex} }};\nchar peer1_0[] = {{ /* Packet 2 */\n{hex} }};\n"), 2),
        (format!("data = bytes([{}])  # a request", list(&u8::to_string)), 1),
        (format!("{{\"type\":\"Buffer\",\"data\":[{}]}}", list(&u8::to_string)), 1),
        (format!("const char *packet = \"{escaped}\";"), 1),
        (format!("b'{mixed}'"), 1),
        (format!("bytes.fromhex('{}')", const_hex::encode(message())), 1),
    ] {
        reads_as(&text, packets);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "[0-9a-fx:*|. \\n\\t]{0,80}", other in ".{0,40}") {
        for text in [
            &text,
            &other,
            &format!("0000: 30 31\n{text}"),
            &format!("0000  {other}\n0010  {text}"),
            &format!("0000000 060 051\n0000002 {text}"),
            &format!("0000000 024460\n*\n{text}"),
        ] {
            read(text, layers::fits);
        }
    }
}
