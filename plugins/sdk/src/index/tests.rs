use proptest::prelude::*;

use super::*;
use crate::{oids, testing::RecordedDevice};

/// The arcs of `6.15."2001:db8::120:2"`: text within quotes is its characters.
fn arcs(written: &str) -> Vec<u32> {
    let mut arcs = Vec::new();
    for (position, part) in written.split('"').enumerate() {
        if position % 2 == 1 {
            arcs.extend(part.bytes().map(u32::from));
        } else if !part.trim_matches('.').is_empty() {
            arcs.extend(oids::parse(part.trim_matches('.')).unwrap());
        }
    }
    arcs
}

fn words<T>(reading: Option<Reading<T>>, value: impl Fn(T) -> String) -> String {
    match reading {
        None => "malformed".to_owned(),
        Some(Reading { value: read, deviation: None }) => value(read),
        Some(Reading { value: read, deviation: Some(deviation) }) => format!("{} ({deviation:?})", value(read)),
    }
}

fn check(form: AddressForm, index: &str, expected: &str) {
    assert_eq!(words(form.read(&arcs(index)), |address| address.to_string()), expected, "{form:?} {index}");
}

fn check_behind(form: AddressForm, index: &str, expected: &str) {
    let reading = form.read_behind_if_index(&arcs(index));
    assert_eq!(words(reading, |(if_index, address)| format!("{if_index}: {address}")), expected, "{form:?} {index}");
}

const V6: &str = "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1";

#[test]
fn an_index_as_the_mib_says_has_no_deviation() {
    check(AddressForm::Ipv4, "192.0.2.1", "192.0.2.1");
    check(AddressForm::NetworkAddress, "1.192.0.2.1", "192.0.2.1");
    check(AddressForm::Ipv6, V6, "2001:db8::1");
    check(AddressForm::Ipv6, &format!("16.{V6}"), "2001:db8::1");
    check(AddressForm::Inet, "1.4.192.0.2.1", "192.0.2.1");
    check(AddressForm::Inet, &format!("2.16.{V6}"), "2001:db8::1");
    check_behind(AddressForm::Inet, "4294967295.3.8.192.0.2.1.0.0.1.4", "4294967295: 192.0.2.1%260");
    // Each of the two might be the type. It is the second.
    check_behind(AddressForm::Inet, "2.1.4.192.0.2.1", "2: 192.0.2.1");
    check_behind(AddressForm::Ipv4, "1.192.0.2.1", "1: 192.0.2.1");
}

#[test]
fn a_length_that_is_missing_is_known_from_the_type() {
    check(AddressForm::Inet, "1.192.0.2.1", "192.0.2.1 (LengthMissing)");
    check(AddressForm::Inet, &format!("2.{V6}"), "2001:db8::1 (LengthMissing)");
    check(AddressForm::Inet, "3.192.0.2.1.0.0.0.7", "192.0.2.1%7 (LengthMissing)");
    check(AddressForm::Inet, "4.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.7", "fe80::1%7 (LengthMissing)");
    check(AddressForm::Inet, "4.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1", "fe80::1 (LengthAndZoneMissing)");
    check(AddressForm::Inet, "3.192.0.2.1", "192.0.2.1 (LengthAndZoneMissing)");
    check_behind(AddressForm::Inet, "5.1.192.0.2.33", "5: 192.0.2.33 (LengthMissing)");
    check_behind(AddressForm::Inet, &format!("1.2.{V6}"), "1: 2001:db8::1 (LengthMissing)");
}

#[test]
fn four_zeros_behind_are_no_part_of_the_address() {
    check(AddressForm::Inet, &format!("2.{V6}.0.0.0.0"), "2001:db8::1 (LengthMissingAndZerosBehind)");
    check(AddressForm::Inet, "1.192.0.2.1.0.0.0.0", "192.0.2.1 (LengthMissingAndZerosBehind)");
    check(AddressForm::Inet, "1.4.192.0.2.1.0.0.0.0", "192.0.2.1 (ZerosBehind)");
    check(AddressForm::Inet, &format!("2.16.{V6}.0.0.0.0"), "2001:db8::1 (ZerosBehind)");
    check(AddressForm::Ipv6, &format!("{V6}.0.0.0.0"), "2001:db8::1 (ZerosBehind)");
    check_behind(AddressForm::Ipv4, "3.192.0.2.1.0.0.0.0", "3: 192.0.2.1 (ZerosBehind)");
    // Of these the zeros are the address.
    check(AddressForm::Inet, "1.4.0.0.0.0", "0.0.0.0");
    check(AddressForm::Inet, "1.0.0.0.0", "0.0.0.0 (LengthMissing)");
    check(AddressForm::Inet, "1.192.0.2.1.0.0.0", "malformed");
    // The length counts them.
    check(AddressForm::Inet, "1.8.192.0.2.1.0.0.0.0", "192.0.2.1 (ZerosInLength)");
    check(AddressForm::Inet, &format!("2.20.{V6}.0.0.0.0"), "2001:db8::1 (ZerosInLength)");
    check_behind(AddressForm::Inet, "7.1.8.192.0.2.1.0.0.0.0", "7: 192.0.2.1 (ZerosInLength)");
    check(AddressForm::Inet, "1.7.192.0.2.1.0.0.0", "malformed");
    check(AddressForm::Inet, "1.9.192.0.2.1.0.0.0.0.0", "malformed");
}

#[test]
fn a_zone_is_read_behind_a_type_that_has_none() {
    const LINK_LOCAL: &str = "254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1";
    check(AddressForm::Inet, &format!("2.20.{LINK_LOCAL}.0.0.0.7"), "fe80::1%7 (ZoneOfOtherType)");
    check(AddressForm::Inet, &format!("2.{LINK_LOCAL}.0.0.0.7"), "fe80::1%7 (LengthMissingAndZoneOfOtherType)");
    check(AddressForm::Inet, "1.8.169.254.0.1.0.0.0.7", "169.254.0.1%7 (ZoneOfOtherType)");
    check_behind(AddressForm::Inet, &format!("7.2.20.{LINK_LOCAL}.0.0.0.7"), "7: fe80::1%7 (ZoneOfOtherType)");
    check(AddressForm::Inet, &format!("2.20.{LINK_LOCAL}.0.0.7"), "malformed");
    check(AddressForm::Inet, &format!("2.19.{LINK_LOCAL}.0.0.7"), "malformed");
}

#[test]
fn an_unknown_type_is_no_type_and_no_interface() {
    for index in ["1.0.4.192.0.2.1", "5.0.4.192.0.2.1", "0.1.192.0.2", "1.0.192.0.2.1", "2.0.16.1.2.3"] {
        check_behind(AddressForm::Inet, index, "malformed");
    }
    check(AddressForm::Inet, "0.4.192.0.2.1", "malformed");
    // With an interface of this number, as some agents have one.
    check_behind(AddressForm::Inet, "0.1.4.192.0.2.1", "0: 192.0.2.1");
    check_behind(AddressForm::Inet, "0.1.192.0.2.1", "0: 192.0.2.1 (LengthMissing)");
}

/// The indexes of one table.
fn check_table(indexes: &[&str], expected: &[&str]) {
    const TABLE: Table = Table { name: "ipNetToPhysicalTable", entry: &[1], columns: &[] };
    let mut table = AddressIndexes::new(&TABLE, AddressForm::Inet);
    let mut lines = Vec::new();
    let mut undecided = Vec::new();
    for index in indexes {
        match table.behind_if_index(&arcs(index)) {
            Behind::Is(if_index, address) => lines.push(format!("{if_index}: {address}")),
            Behind::Undecided => undecided.push(index),
            Behind::Malformed => {}
        }
    }
    let decided = undecided.into_iter().filter_map(|index| table.decide(&arcs(index)));
    lines.extend(decided.map(|(if_index, address)| format!("{if_index}: {address}")));
    let mut device = RecordedDevice::default();
    table.report(&mut device);
    lines.extend(device.take_events().0.into_iter().map(|(_, line)| line));
    assert_eq!(lines, expected, "{indexes:?}");
}

#[test]
fn where_type_and_if_index_may_be_exchanged_the_other_rows_tell() {
    // ipv4z without its zone behind interface 1, or ipv4 behind interface 3.
    check_table(
        &["1.3.192.0.2.1", "10009.1.192.0.2.2"],
        &[
            "10009: 192.0.2.2",
            "1: 192.0.2.1",
            "ipNetToPhysicalTable: 1 row with an index that lacks the length of the address, e.g. 10009.1.192.0.2.2, \
             read as 192.0.2.2 of ifIndex 10009",
            "ipNetToPhysicalTable: 1 row with an index that lacks the length and the zone of the address, e.g. \
             1.3.192.0.2.1, read as 192.0.2.1 of ifIndex 1",
        ],
    );
    check_table(
        &["1.3.192.0.2.1", "1.10009.192.0.2.2"],
        &[
            "10009: 192.0.2.2",
            "3: 192.0.2.1",
            "ipNetToPhysicalTable: 2 rows with an index that has the address type before the ifIndex and lacks the \
             length of the address, e.g. 1.10009.192.0.2.2, read as 192.0.2.2 of ifIndex 10009",
        ],
    );
    // Nothing tells, or both.
    let line = "ipNetToPhysicalTable: 1 row left out for an index that can be read in two ways, e.g. 1.3.192.0.2.1";
    check_table(&["1.3.192.0.2.1"], &[line]);
    let same = "ipNetToPhysicalTable: 1 row with an index that lacks the length of the address, e.g. 1.1.192.0.2.2, read \
                as 192.0.2.2 of ifIndex 1";
    check_table(&["1.3.192.0.2.1", "1.1.192.0.2.2"], &["1: 192.0.2.2", same, line]);
    // Of ipv6 and its zone.
    check_table(
        &[&format!("2.4.{V6}"), "10009.1.4.192.0.2.2"],
        &[
            "10009: 192.0.2.2",
            "2: 2001:db8::1",
            "ipNetToPhysicalTable: 1 row with an index that lacks the length and the zone of the address, e.g. \
         2.4.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1, read as 2001:db8::1 of ifIndex 2",
        ],
    );
}

#[test]
fn type_and_if_index_may_have_changed_places() {
    check_behind(AddressForm::Inet, "1.10009.4.198.51.100.202", "10009: 198.51.100.202 (TypeBeforeIfIndex)");
    check_behind(AddressForm::Inet, &format!("2.100127.16.{V6}"), "100127: 2001:db8::1 (TypeBeforeIfIndex)");
    check_behind(
        AddressForm::Inet,
        "4.9.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.9",
        "9: fe80::1%9 (TypeBeforeIfIndex)",
    );
    // As interfaces of small numbers have it.
    check_behind(AddressForm::Inet, "1.2.4.192.0.2.1", "2: 192.0.2.1 (TypeBeforeIfIndex)");
    check_behind(AddressForm::Inet, &format!("2.1.16.{V6}"), "1: 2001:db8::1 (TypeBeforeIfIndex)");
    check_behind(AddressForm::Inet, "9.10009.4.192.0.2.1", "malformed");
    // Without the length, too.
    check_behind(
        AddressForm::Inet,
        "1.10009.198.51.100.202",
        "10009: 198.51.100.202 (TypeBeforeIfIndexAndLengthMissing)",
    );
    check_behind(
        AddressForm::Inet,
        &format!("2.100127.{V6}"),
        "100127: 2001:db8::1 (TypeBeforeIfIndexAndLengthMissing)",
    );
}

#[test]
fn an_address_may_be_its_text() {
    check(AddressForm::Inet, r#"2.39."2001:0db8:0000:0000:0000:0000:0000:0001""#, "2001:db8::1 (Text)");
    check(AddressForm::Inet, r#"2.12."198.51.100.2""#, "198.51.100.2 (Text)");
    check(AddressForm::Inet, r#"1."198.51.100.2""#, "198.51.100.2 (Text)");
    check_behind(AddressForm::Ipv6, r#"3000."2001:db8::2c85:1/64""#, "3000: 2001:db8::2c85:1 (Text)");
    check_behind(AddressForm::Ipv6, r#"6.14."2001:db8::12:2""#, "6: 2001:db8::12:2 (Text)");
    check_behind(AddressForm::Ipv4, r#"6.9."192.0.2.1""#, "6: 192.0.2.1 (Text)");
    check_behind(AddressForm::NetworkAddress, r#"6.1.9."192.0.2.1""#, "6: 192.0.2.1 (Text)");
    check(AddressForm::Inet, r#"2."2001:db8::1".0.0"#, "2001:db8::1 (Text)");
    // As many characters as an address has octets, with their number and without it.
    check_behind(AddressForm::Ipv6, r#"6."2001:db8::120:22""#, "6: 2001:db8::120:22 (Text)");
    check_behind(AddressForm::Ipv6, r#"6.15."2001:db8::120:2""#, "6: 2001:db8::120:2 (Text)");
    check(AddressForm::Inet, r#"2.16."2001:db8::120:22""#, "2001:db8::120:22 (Text)");
    check(AddressForm::Inet, r#"2.15."2001:db8::120:2""#, "2001:db8::120:2 (Text)");
    // A length that is none, a text that is no address, and one of the other family.
    check(AddressForm::Inet, r#"2.13."198.51.100.2""#, "malformed");
    check(AddressForm::Inet, r#"2.10."not an one""#, "malformed");
    check(AddressForm::Ipv4, r#"11."2001:db8::1""#, "malformed");
}

#[test]
fn four_arcs_may_have_something_before_them_or_be_one() {
    check_behind(AddressForm::Ipv4, "2.1.192.0.2.202", "2: 192.0.2.202 (NetworkAddress)");
    check_behind(AddressForm::Ipv4, "2.2.192.0.2.202", "malformed");
    check(AddressForm::Ipv4, "3325256714", "198.51.100.10 (OneNumber)");
    check(AddressForm::Ipv4, "1", "malformed");
    check(AddressForm::Ipv4, "4294967295", "malformed");
    check(AddressForm::Ipv4, "192.0.2.1.1", "malformed");
    check(AddressForm::Ipv4, "1.192.0.2.1", "malformed");
    // A neighbour without an interface.
    check_behind(AddressForm::Ipv4, "192.0.2.1", "malformed");
}

#[test]
fn where_the_index_fails_a_column_with_the_address_counts() {
    const TABLE: Table = Table { name: "ipAddrTable", entry: &[1], columns: &[] };
    let mut indexes = AddressIndexes::new(&TABLE, AddressForm::Ipv4);
    let column = |text: &str| InetAddress::from_text(text);
    let mut read = |index: &str, column| {
        let read = indexes.address_or_column(&oids::parse(index).unwrap(), column);
        read.map_or_else(|| "malformed".to_owned(), |address| address.to_string())
    };
    assert_eq!(read("192.0.2.1", column("192.0.2.9")), "192.0.2.1");
    assert_eq!(read("1.192.0.2.10", column("192.0.2.10")), "192.0.2.10");
    assert_eq!(read("192.0.2.11.1", column("192.0.2.11")), "192.0.2.11");
    assert_eq!(read("0", column("192.0.2.12")), "192.0.2.12");
    assert_eq!(read("3325256714", column("198.51.100.11")), "198.51.100.11");
    assert_eq!(read("3325256714", None), "198.51.100.10");
    assert_eq!(read("1", None), "malformed");

    let mut device = RecordedDevice::default();
    indexes.report(&mut device);
    let lines: Vec<String> = device.take_events().0.into_iter().map(|(_, line)| line).collect();
    assert_eq!(
        lines,
        [
            "ipAddrTable: 1 row with an index that has the address as one number, e.g. 3325256714, read as 198.51.100.10",
            "ipAddrTable: 4 rows with an index that is not the address, which a column has, e.g. 1.192.0.2.10, read as \
             192.0.2.10",
            "ipAddrTable: 1 row left out for a malformed index, e.g. 1",
        ]
    );
}

const FORMS: [AddressForm; 4] = [AddressForm::Ipv4, AddressForm::NetworkAddress, AddressForm::Ipv6, AddressForm::Inet];

/// What a reader that asks no other first would find in an index behind an ifIndex, without text.
fn all_readings(form: AddressForm, index: &[u32]) -> Vec<(u32, InetAddress)> {
    let Some((&if_index, rest)) = index.split_first() else { return Vec::new() };
    let literal = form.literal(rest).map(|address| (if_index, address));
    let deviating = form.deviating(rest).into_iter().map(|reading| (if_index, reading.value));
    let others = [form.family_before(index), form.type_before_if_index(index)];
    let others = others.into_iter().flatten().map(|reading| reading.value);
    let mut all: Vec<_> = literal.into_iter().chain(deviating).chain(others).collect();
    all.sort();
    all.dedup();
    all
}

/// Arcs that look like indexes: types, lengths, zeros, octets and large numbers where they often stand.
fn index() -> impl Strategy<Value = Vec<u32>> {
    let arc = prop_oneof![2 => 0_u32..=4, 1 => Just(0), 2 => 0_u32..=255, 1 => any::<u32>()];
    let length = prop_oneof![Just(4_u32), Just(8), Just(16), Just(20), 0_u32..=60];
    let body = prop_oneof![Just(4_usize), Just(8), Just(9), Just(16), Just(20), Just(21), 0_usize..=30];
    let octets = body.prop_flat_map(|count| prop::collection::vec(0_u32..=255, count));
    let zeros = prop_oneof![Just(0_usize), Just(4), Just(8)];
    (prop::collection::vec(arc, 0..=3), prop::option::of(length), octets, zeros).prop_map(
        |(mut arcs, length, octets, zeros)| {
            arcs.extend(length);
            arcs.extend(octets);
            arcs.extend(std::iter::repeat_n(0, zeros));
            arcs
        },
    )
}

/// An index as the MIB says.
fn literal_index(form: AddressForm) -> impl Strategy<Value = Vec<u32>> {
    let octets = |count: usize| prop::collection::vec(0_u32..=255, count);
    let v4 = move |prefix: Vec<u32>, count| octets(count).prop_map(move |octets| [prefix.clone(), octets].concat());
    let address = match form {
        AddressForm::Ipv4 => v4(vec![], 4).boxed(),
        AddressForm::NetworkAddress => v4(vec![1], 4).boxed(),
        AddressForm::Ipv6 => prop_oneof![v4(vec![], 16), v4(vec![16], 16)].boxed(),
        AddressForm::Inet => {
            prop_oneof![v4(vec![1, 4], 4), v4(vec![2, 16], 16), v4(vec![3, 8], 8), v4(vec![4, 20], 20)].boxed()
        }
    };
    let if_index = prop_oneof![0_u32..=20, any::<u32>()];
    (if_index, address).prop_map(|(if_index, address)| [vec![if_index], address].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn an_index_fits_two_readings_only_if_type_and_if_index_may_be_exchanged(index in index()) {
        for form in FORMS {
            let all = all_readings(form, &index);
            let may_be_exchanged = form == AddressForm::Inet && matches!(index[..], [1..=4, 1..=4, ..]);
            prop_assert!(all.len() <= 1 + usize::from(may_be_exchanged), "{form:?}: {all:?}");
            // So nothing that fits is given up as ambiguous but these, and nothing is found that does not fit.
            if form.text(index.get(1..).unwrap_or_default()).is_none() {
                let only = all.first().filter(|_| all.len() == 1).copied();
                let is_literal = index.get(1..).is_some_and(|rest| form.literal(rest).is_some());
                let found = form.read_behind_if_index(&index).map(|reading| reading.value);
                prop_assert!(found == only || (is_literal && found.is_some()), "{:?} {:?}", found, all);
            }
        }
    }

    #[test]
    fn a_literal_index_is_read_literally(
        (form, index) in prop::sample::select(&FORMS[..]).prop_flat_map(|form| (Just(form), literal_index(form))),
    ) {
        let reading = form.read_behind_if_index(&index);
        prop_assert!(matches!(reading, Some(Reading { deviation: None, .. })), "{:?}", reading);
    }

    #[test]
    fn any_arcs_are_read_or_malformed_without_a_panic(index in prop::collection::vec(any::<u32>(), 0..200)) {
        for form in FORMS {
            let _ = (form.read(&index), form.read_behind_if_index(&index));
        }
    }
}
