use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::{decode::layers, record::hex_of};

/// Reads text and shows the packets and what is wrong.
fn check(text: &str, expected: &Expect) {
    let Reading { packets, wrong } = read(text, layers::fits);
    let packets: Vec<String> = packets.iter().map(|octets| hex_of(octets)).collect();
    let wrong = wrong.map(|wrong| format!(" ! {}:{} {}", wrong.line.unwrap(), wrong.column.unwrap(), wrong.text));
    expected.assert_eq(&format!("{}{}", packets.join(" / "), wrong.unwrap_or_default()));
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
        &expect!["3030303030303030303030303030303031"],
    );
}

#[test]
fn digits_that_only_look_like_an_offset_are_octets() {
    check("0000 3026\n0001 0203", &expect!["3026 ! 2:1 the offset is 0x1, but 2 octets came before it"]);
    check("0000 3003 0201 00", &expect!["00003003020100"]);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    check("302\n", &expect!["30 ! 1:4 a hexadecimal digit is missing: there are 3, and two make an octet"]);
    check("30 2a\n02 0x zz", &expect!["302a02 ! 2:7 `z` is no hexadecimal digit"]);
    check("30 2a \u{feff}01", &expect!["302a ! 1:7 U+FEFF is no hexadecimal digit"]);
    check("0000: 30 31\n0004: 32", &expect!["3031 ! 2:1 the offset is 0x4, but 2 octets came before it"]);
    check("0000: 30 31\n0002: 3g 32", &expect!["3031 ! 2:8 `g` is no hexadecimal digit"]);
    check("0000: 30 3", &expect!["30 ! 1:11 a hexadecimal digit is missing: two make an octet"]);
    check("", &expect![[r#""#]]);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "[0-9a-fx:*|. \\n\\t]{0,80}", other in ".{0,40}") {
        for text in [&text, &other, &format!("0000: 30 31\n{text}"), &format!("0000  {other}\n0010  {text}")] {
            read(text, layers::fits);
        }
    }
}
