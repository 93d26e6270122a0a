//! What ends a column, and how several go on beside each other.

use expect_test::expect;

use super::*;

#[test]
fn columns_end_at_different_rows_and_go_on_from_their_own_last_names() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1 1.1.2=1 1.2.2=1 1.2.1=1 1.2.3=1", "1.2.4=1 1.3.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
                0> 1.1.2
                1> 1.2.2
                1> 1.2.3
            bulk 10: 1.2.3
                1> 1.2.4
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn a_table_that_the_agent_does_not_have_is_unsupported() {
    check(
        "1.1",
        &["1.3.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1
            Unsupported, bulk Works
        "#]],
    );
}

#[test]
fn the_end_of_all_names_ends_a_column() {
    check(
        "1.1",
        &["1.1.1=1 1.1.1=end 1.1.1=end"],
        expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn null_under_the_same_name_is_the_end() {
    check(
        "1.1",
        &["1.1.1=1 1.1.1=null"],
        expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn names_without_a_value_are_stepped_over_and_said() {
    check(
        "1.1",
        &["1.1.1=1 1.1.2=none 1.1.3=1 1.1.4=none 1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
                0> 1.1.3
            Partial: the agent gave no value for 2 names, the first of them 1.1.2 (no-value) at 1.1.2, bulk Works
        "#]],
    );
}

#[test]
fn an_end_that_another_column_contradicts_is_asked_about_again() {
    // Somebody left 1.2.2 out of the answer, so that 1.3.1 landed in the wrong place.
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1 1.4.1=1 1.2.2=1", "1.1.2=1", "1.2.1=1 1.3.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
                1> 1.2.2
            next: 1.1.1
                0> 1.1.2
            bulk 10: 1.1.2 1.2.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_end_in_the_middle_of_a_table_is_not_whole() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1 1.1.1=end 1.2.1=end", "1.1.1=end"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            next: 1.1.1
            Partial: the agent says that nothing follows 1.1.1, but has 1.2.1 (early-end) at 1.1.1, bulk Works
        "#]],
    );
}

#[test]
fn varbinds_that_nobody_asked_for_belong_to_no_column() {
    Script { options: RequestOptions { max_repetitions: 1, ..options() }, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1 9.9.9=1", "1.2.1=1"],
        &expect![[r#"
            bulk 1 Two: 1.1
                0> 1.1.1
            bulk 2: 1.1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn rows_and_octets_have_bounds() {
    Script { options: RequestOptions { max_rows: 2, ..options() }, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1 1.1.2=1 1.1.3=1 1.1.4=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
                0> 1.1.2
            Partial: there are more than 2 rows (limit `snmp.rows`) (row-limit) at 1.1.3, bulk Works
        "#]],
    );
    Script { options: RequestOptions { max_bytes: 20, ..options() }, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1 1.1.2=1 1.1.3=1 1.1.4=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
                0> 1.1.2
            Partial: there are more than 20 octets of names and values (limit `snmp.bytes`) (byte-limit) at 1.1.3, bulk Works
        "#]],
    );
}

#[test]
fn the_first_request_is_for_all_columns_and_then_they_are_split_over_the_lanes() {
    Script { lanes: 2, ..Script::default() }.check(
        "1.1 1.2 1.3",
        &["1.1.1=1 1.2.1=1 1.3.1=1", "1.2.1=1 1.3.1=1", "1.4.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1 1.2 1.3
                0> 1.1.1
                1> 1.2.1
                2> 1.3.1
            bulk 10: 1.1.1 1.2.1
            bulk 10: 1.3.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn no_such_object_under_the_name_that_was_asked_for_is_the_end_of_the_column() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1 1.1.1=none 1.2.1=no 1.1.1=none 1.2.1=no"],
        expect![[r#"
        bulk 10 Two: 1.1 1.2
            0> 1.1.1
            1> 1.2.1
        Complete, bulk Works
    "#]],
    );
    check(
        "1.1 1.2",
        &["1.1=no 1.2.1=1 1.1=no 1.2.2=1 1.1=no 1.2.2=none"],
        expect![[r#"
        bulk 10 Two: 1.1 1.2
            1> 1.2.1
            1> 1.2.2
        Complete, bulk Works
    "#]],
    );
    Script { has_bulk: false, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1", "1.1.1=no"],
        &expect![[r#"
        next: 1.1
            0> 1.1.1
        next: 1.1.1
        Complete, bulk Never
    "#]],
    );
    Script { has_bulk: false, ..Script::default() }.check(
        "1.5",
        &["0.0=no"],
        &expect![[r#"
        next: 1.5
        Unsupported, bulk Never
    "#]],
    );
}

#[test]
fn a_column_that_ends_so_before_the_rows_of_others_is_not_whole() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1 1.1.1=none 1.2.2=1 1.1.1=none 1.3.1=1"],
        expect![[r#"
        bulk 10 Two: 1.1 1.2
            0> 1.1.1
            1> 1.2.1
            1> 1.2.2
        Partial: the agent says that nothing follows 1.1.1, but has 1.2.2 (early-end) at 1.1.1, bulk Works
    "#]],
    );
}

#[test]
fn an_agent_that_starts_again_at_its_first_object_has_come_to_its_end() {
    let mut agent = Capabilities::new(true);
    know(&mut agent);
    let script = Script::default();
    script.play(
        &mut agent,
        "1.3",
        &["1.3.1=1 1.3.2=1 1.2.1=1 1.2.2=1", "1.3.1=1", "1.3.2=1", "1.2.1=1", "1.2.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.3
            next: 1.3
                0> 1.3.1
            next: 1.3.1
                0> 1.3.2
            next: 1.3.2
            next One: 1.0
            Complete: the agent starts again at its first object: it answered 1.2.1 after 1.3.2 (starts-again) at 1.3.2, bulk Untried
        "#]],
    );
    // From then on it is known.
    script.play(&mut agent, "1", &["1.2.1=1 1.3.1=1 1.2.1=1 1.3.1=1"], &expect![[r#"
        bulk 10 Two: 1
            0> 1.2.1
            0> 1.3.1
        Complete: the agent starts again at its first object: it answered 1.2.1 after 1.3.1 (starts-again) at 1.3.1, bulk Works
    "#]]);
    script.play(&mut agent, "1.3 1.4", &["1.3.1=1 1.2.1=1 1.2.1=1 1.3.1=1"], &expect![[r#"
        bulk 10 Two: 1.3 1.4
            0> 1.3.1
        Complete: the agent starts again at its first object: it answered 1.2.1 after 1.4 (starts-again) at 1.4, bulk Works
    "#]]);
    script.play(
        &mut agent,
        "1.3",
        &["1.3.1=1 1.3.1=1", "1.3.1=1", "1.3.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.3
            next: 1.3
                0> 1.3.1
            next: 1.3.1
            Partial: OID not increasing: the agent answered 1.3.1 after 1.3.1 (non-increasing) at 1.3.1, bulk Works
        "#]],
    );
}

#[test]
fn where_the_first_object_is_not_told_the_agent_went_back() {
    for answer in ["timeout", "genErr@0", "1.0=end", "1.1.1=1"] {
        check(
            "1.3",
            &["1.3.1=1 1.2.1=1", "1.3.1=1", "1.2.1=1", answer],
            expect![[r#"
                bulk 10 Two: 1.3
                next: 1.3
                    0> 1.3.1
                next: 1.3.1
                next One: 1.0
                Partial: OID not increasing: the agent answered 1.2.1 after 1.3.1 (non-increasing) at 1.3.1, bulk Untried
            "#]],
        );
    }
}
