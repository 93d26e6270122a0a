use proptest::prelude::*;
use snmp::{Oid, Value, Varbind};

use super::*;

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[track_caller]
fn check(value: &Value, expected: &str) {
    let mut written = Vec::new();
    put_value(&mut written, value);
    assert_eq!(hex(&written), expected);
    assert_eq!(&Reader::new(&written).value().unwrap(), value);
}

#[test]
fn numbers_are_written_in_as_few_octets_as_keep_their_sign() {
    check(&Value::Integer(0), "020100");
    check(&Value::Integer(127), "02017f");
    check(&Value::Integer(128), "02020080");
    check(&Value::Integer(-128), "020180");
    check(&Value::Integer(-129), "0202ff7f");
    check(&Value::Integer(i32::MIN), "020480000000");
    check(&Value::Counter32(u32::MAX), "410500ffffffff");
    check(&Value::Gauge32(0x7fff_ffff), "42047fffffff");
    check(&Value::Counter64(u64::MAX), "460900ffffffffffffffff");
    check(&Value::Counter64(1 << 63), "4609008000000000000000");
}

#[test]
fn object_identifiers_fold_their_first_two_arcs() {
    let oid = |text: &str| Value::ObjectIdentifier(text.parse().unwrap());
    check(&oid("0.0"), "060100");
    check(&oid("1.3.6.1.4.1.32473"), "06082b0601040181fd59");
    check(&oid("2.999.4294967295"), "060788378fffffff7f");
    check(&oid("2.4294967295"), "0605908080804f");
}

#[test]
fn lengths_above_127_take_the_long_form() {
    let mut written = Vec::new();
    put_value(&mut written, &Value::OctetString(vec![7; 128]));
    assert_eq!(hex(&written[..4]), "04818007");
    put_header(&mut written, 4, 65_536);
    assert_eq!(hex(&written[131..]), "0483010000");
}

#[test]
fn a_value_with_content_that_does_not_fit_its_tag_is_kept_as_it_came() {
    let read = Reader::new(&[0x02, 0x00]).value().unwrap();
    assert_eq!(read, Value::Unknown { tag: 2, octets: Vec::new() });
    let read = Reader::new(&[0x40, 0x01, 0x7f]).value().unwrap();
    assert_eq!(read, Value::Unknown { tag: 0x40, octets: vec![0x7f] });
}

#[test]
fn what_is_not_ber_is_an_error() {
    assert_eq!(Reader::new(&[]).element(), Err(BerError::Truncated));
    assert_eq!(Reader::new(&[0x30, 0x05, 0x00]).element(), Err(BerError::Truncated));
    assert_eq!(Reader::new(&[0x30, 0x80, 0x00, 0x00]).element(), Err(BerError::Indefinite));
    assert_eq!(Reader::new(&[0x30, 0x85, 0, 0, 0, 0, 1, 0]).element(), Err(BerError::Length));
}

pub(crate) fn any_oid() -> impl Strategy<Value = Oid> {
    (0..3_u32, 0..40_u32, proptest::collection::vec(any::<u32>(), 0..30))
        .prop_map(|(first, second, rest)| Oid::from([first, second]).join(&rest).unwrap())
}

pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let octets = || proptest::collection::vec(any::<u8>(), 0..200);
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
    fn what_was_written_reads_the_same(name in any_oid(), value in any_value()) {
        let varbind = Varbind { name, value };
        let mut written = Vec::new();
        put_varbind(&mut written, &varbind);
        let mut reader = Reader::new(&written);
        prop_assert_eq!(reader.varbind().unwrap(), varbind);
        prop_assert!(reader.is_empty());
    }

    #[test]
    fn reading_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut reader = Reader::new(&octets);
        while reader.value().is_ok() {}
        let mut reader = Reader::new(&octets);
        while reader.varbind().is_ok() {}
    }
}
