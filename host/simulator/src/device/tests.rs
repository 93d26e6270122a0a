use expect_test::{Expect, expect};
use snmp::Varbind;

use super::*;
use crate::message::{Envelope, ErrorStatus, Operation, Request, Response};

const SMALL: &str = "1.3.6.1.2.1.1.1.0|4|a device\n1.3.6.1.2.1.1.3.0|67|5\n\
    1.3.6.1.2.1.2.2.1.1.1|2|1\n1.3.6.1.2.1.2.2.1.1.2|2|2\n1.3.6.1.2.1.2.2.1.1.3|2|3\n\
    1.3.6.1.2.1.2.2.1.2.1|4|one\n1.3.6.1.2.1.2.2.1.2.2|4|two\n1.3.6.1.2.1.2.2.1.2.3|4|three\n\
    1.3.6.1.2.1.31.1.1.1.6.1|70|1\n1.3.6.1.2.1.31.1.1.1.6.2|70|2\n1.3.6.1.2.1.31.1.1.1.15.1|66|10\n";

struct Question {
    version: Version,
    operation: Operation,
    order: RowOrder,
    limit: usize,
    numbers: (i32, i32),
}

const V2: Question = Question {
    version: Version::V2c,
    operation: Operation::Get,
    order: RowOrder::Honest,
    limit: 1_472,
    numbers: (0, 0),
};
const V1: Question = Question { version: Version::V1, ..V2 };

/// Asks the small device for names below 1.3.6.1.2.1, and tells the answer as text.
#[track_caller]
fn check(question: &Question, names: &[&str], expected: &Expect) {
    expected.assert_eq(&ask(&Recording::parse(SMALL.as_bytes()).recording, question, names));
}

fn ask(recording: &Recording, question: &Question, names: &[&str]) -> String {
    let request = Request {
        version: question.version,
        community: b"public".to_vec(),
        operation: question.operation,
        request_id: 77,
        non_repeaters: question.numbers.0,
        max_repetitions: question.numbers.1,
        names: names.iter().map(|name| format!("1.3.6.1.2.1.{name}").parse().unwrap()).collect(),
        bindings: Vec::new(),
    };
    let request = Request::read(&request.encode()).unwrap();
    let mut envelope = Envelope {
        version: request.version,
        community: &request.community,
        pdu_tag: tag::RESPONSE,
        numbers: [77, 0, 0],
    };
    let capacity = Capacity { all: envelope.capacity(question.limit), first: envelope.capacity(Device::MAX_OCTETS) };
    let rules = RowRules { order: question.order, ..RowRules::default() };
    let written = Device::new(recording).answer(&request, &rules, capacity);
    let mut datagram = Vec::new();
    envelope.numbers = written.numbers();
    envelope.put(&mut datagram, &written.bindings);
    let response = Response::read(&datagram).unwrap();
    assert!(datagram.len() <= question.limit || response.varbinds.len() == 1, "{} octets", datagram.len());
    assert_eq!((response.version, response.request_id), (question.version, 77));
    assert_eq!(response.error_status, written.error_status);
    let mut said = String::new();
    if response.error_status != ErrorStatus::NO_ERROR {
        said += &format!("error {} at {}\n", response.error_status.0, response.error_index);
    }
    for Varbind { name, value } in response.varbinds {
        let name = name.to_string();
        let value = match value {
            Value::OctetString(octets) => format!("{:?}", String::from_utf8_lossy(&octets)),
            other => format!("{other:?}"),
        };
        said += &format!("{} {value}\n", name.strip_prefix("1.3.6.1.2.1.").unwrap_or(&name));
    }
    said
}

#[test]
fn get_tells_a_missing_instance_from_a_missing_object() {
    check(
        &V2,
        &["1.1.0", "2.2.1.2.9", "1.1.1", "2.2.1.3.1", "99.1.0", "31.1.1.1.6.7", "31.1.1.1.7.1"],
        &expect![[r#"
            1.1.0 "a device"
            2.2.1.2.9 NoSuchInstance
            1.1.1 NoSuchInstance
            2.2.1.3.1 NoSuchObject
            99.1.0 NoSuchObject
            31.1.1.1.6.7 NoSuchInstance
            31.1.1.1.7.1 NoSuchObject
        "#]],
    );
}

#[test]
fn get_of_version_1_names_the_first_variable_that_is_missing() {
    check(
        &V1,
        &["1.1.0", "2.2.1.2.9", "99.1.0"],
        &expect![[r#"
        error 2 at 2
        1.1.0 Null
        2.2.1.2.9 Null
        99.1.0 Null
    "#]],
    );
}

#[test]
fn a_counter64_does_not_exist_in_version_1() {
    check(
        &V1,
        &["31.1.1.1.6.1"],
        &expect![[r#"
        error 2 at 1
        31.1.1.1.6.1 Null
    "#]],
    );
    check(
        &Question { operation: Operation::GetNext, ..V1 },
        &["2.2.1.2.3"],
        &expect![[r#"
        31.1.1.1.15.1 Gauge32(10)
    "#]],
    );
}

#[test]
fn get_next_tells_what_follows_each_name() {
    check(
        &Question { operation: Operation::GetNext, ..V2 },
        &["1", "1.1.0", "2.2.1.2.2", "31.1.1.1.15.1"],
        &expect![[r#"
            1.1.0 "a device"
            1.3.0 TimeTicks(5)
            2.2.1.2.3 "three"
            31.1.1.1.15.1 EndOfMibView
        "#]],
    );
}

#[test]
fn get_next_of_version_1_ends_with_no_such_name() {
    check(
        &Question { operation: Operation::GetNext, ..V1 },
        &["1.1.0", "31.1.1.1.15.1"],
        &expect![[r#"
        error 2 at 2
        1.1.0 Null
        31.1.1.1.15.1 Null
    "#]],
    );
}

#[test]
fn get_bulk_tells_non_repeaters_once_and_repeaters_in_turn() {
    let bulk = Question { operation: Operation::GetBulk, numbers: (1, 3), ..V2 };
    check(
        &bulk,
        &["1.1", "2.2.1.1", "2.2.1.2"],
        &expect![[r#"
            1.1.0 "a device"
            2.2.1.1.1 Integer(1)
            2.2.1.2.1 "one"
            2.2.1.1.2 Integer(2)
            2.2.1.2.2 "two"
            2.2.1.1.3 Integer(3)
            2.2.1.2.3 "three"
        "#]],
    );
}

#[test]
fn the_end_of_a_get_bulk_carries_the_last_name_given() {
    let bulk = Question { operation: Operation::GetBulk, numbers: (0, 5), ..V2 };
    check(
        &bulk,
        &["31.1.1.1.6.2", "99.1"],
        &expect![[r#"
        31.1.1.1.15.1 Gauge32(10)
        99.1 EndOfMibView
        31.1.1.1.15.1 EndOfMibView
        99.1 EndOfMibView
    "#]],
    );
}

#[test]
fn get_bulk_takes_numbers_that_make_no_sense() {
    let bulk = |numbers| Question { operation: Operation::GetBulk, numbers, ..V2 };
    check(
        &bulk((-1, 1)),
        &["1.1"],
        &expect![[r#"
            1.1.0 "a device"
        "#]],
    );
    check(&bulk((0, -1)), &["1.1"], &expect![]);
    check(
        &bulk((7, 7)),
        &["1.1"],
        &expect![[r#"
            1.1.0 "a device"
        "#]],
    );
    check(&bulk((0, i32::MAX)), &[], &expect![]);
}

#[test]
fn a_get_bulk_is_cut_to_the_size_of_a_message() {
    let long: Recording = (1..=200)
        .map(|row| Varbind { name: Oid::from([1, 3, 6, 1, 2, 1, 5, row]), value: Value::OctetString(vec![b'x'; 50]) })
        .collect();
    let rows = |limit| {
        let bulk = Question { operation: Operation::GetBulk, numbers: (0, i32::MAX), limit, ..V2 };
        ask(&long, &bulk, &["5"]).lines().count()
    };
    assert_eq!((rows(484), rows(1_472), rows(65_507)), (7, 22, 201));
}

fn two_long_values() -> Recording {
    let long =
        |row| Varbind { name: Oid::from([1, 3, 6, 1, 2, 1, 5, row]), value: Value::OctetString(vec![b'x'; 500]) };
    [long(1), long(2)].into_iter().collect()
}

#[test]
fn what_cannot_be_cut_is_too_big() {
    let get = |version| Question { version, limit: 484, ..V2 };
    expect![[r#"
        error 1 at 0
    "#]]
    .assert_eq(&ask(&two_long_values(), &get(Version::V2c), &["5.1", "5.2"]));
    expect![[r#"
        error 1 at 0
        5.1 Null
        5.2 Null
    "#]]
    .assert_eq(&ask(&two_long_values(), &get(Version::V1), &["5.1", "5.2"]));
}

#[test]
fn a_single_varbind_is_told_whatever_its_size() {
    let rows = |operation, numbers, name| {
        let question = Question { operation, numbers, limit: 484, ..V2 };
        ask(&two_long_values(), &question, &[name]).lines().count()
    };
    assert_eq!(rows(Operation::Get, (0, 0), "5.1"), 1);
    assert_eq!(rows(Operation::GetNext, (0, 0), "5"), 1);
    assert_eq!(rows(Operation::GetBulk, (0, 10), "5"), 1);
}

#[test]
fn nothing_can_be_set() {
    check(
        &Question { operation: Operation::Set, ..V2 },
        &["1.1.0"],
        &expect![[r#"
        error 17 at 1
        1.1.0 Null
    "#]],
    );
    check(
        &Question { operation: Operation::Set, ..V1 },
        &["1.1.0"],
        &expect![[r#"
        error 2 at 1
        1.1.0 Null
    "#]],
    );
}

#[test]
fn a_looping_column_begins_anew() {
    let bulk = Question { operation: Operation::GetBulk, numbers: (0, 4), order: RowOrder::Loop(2), ..V2 };
    check(
        &bulk,
        &["2.2.1.2"],
        &expect![[r#"
            2.2.1.2.1 "one"
            2.2.1.2.2 "two"
            2.2.1.2.1 "one"
            2.2.1.2.2 "two"
        "#]],
    );
    // A column that is not longer than that is read whole.
    let next = Question { operation: Operation::GetNext, order: RowOrder::Loop(2), ..V2 };
    check(
        &next,
        &["31.1.1.1.15", "31.1.1.1.15.1"],
        &expect![[r#"
        31.1.1.1.15.1 Gauge32(10)
        31.1.1.1.15.1 EndOfMibView
    "#]],
    );
}

#[test]
fn the_same_row_comes_again_and_again() {
    let bulk = Question { operation: Operation::GetBulk, numbers: (0, 3), order: RowOrder::Same, ..V2 };
    check(
        &bulk,
        &["2.2.1.2"],
        &expect![[r#"
            2.2.1.2.1 "one"
            2.2.1.2.1 "one"
            2.2.1.2.1 "one"
        "#]],
    );
}

#[test]
fn an_endless_column_goes_on_after_its_last_row() {
    let bulk = Question { operation: Operation::GetBulk, numbers: (0, 3), order: RowOrder::Endless, ..V2 };
    check(
        &bulk,
        &["2.2.1.2.2", "2.2.1.7"],
        &expect![[r#"
            2.2.1.2.3 "three"
            2.2.1.7.1 "invented"
            2.2.1.2.4 "three"
            2.2.1.7.2 "invented"
            2.2.1.2.5 "three"
            2.2.1.7.3 "invented"
        "#]],
    );
}

#[test]
fn a_device_without_varbinds_answers() {
    let nothing = Recording::default();
    let bulk = Question { operation: Operation::GetBulk, numbers: (0, 3), ..V2 };
    expect![[r#"
        1.1.0 NoSuchObject
    "#]]
    .assert_eq(&ask(&nothing, &V2, &["1.1.0"]));
    expect![[r#"
        1 EndOfMibView
    "#]]
    .assert_eq(&ask(&nothing, &bulk, &["1"]));
}
