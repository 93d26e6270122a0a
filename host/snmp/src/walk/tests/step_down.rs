//! What a request that failed costs a walk.

use expect_test::expect;

use super::*;

#[test]
fn the_deadline_is_a_reason_of_its_own() {
    check(
        "1.1",
        &["1.1.1=1", "deadline"],
        expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            bulk 10: 1.1.1
            Partial: deadline exceeded after 1 request to 192.0.2.1:161 in 1.0 s (deadline) at 1.1.1, bulk Works
        "#]],
    );
}

#[test]
fn a_value_that_cannot_be_read_costs_its_column_only() {
    check(
        "1.1 1.2",
        &["malformed", "malformed", "1.2.1=1", "1.3.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
            next One: 1.1
            next One: 1.2
                1> 1.2.1
            bulk 10 Two: 1.2.1
            Partial: 192.0.2.1:161: answers came, but none could be read: truncated message (malformed) at 1.1, bulk Works
        "#]],
    );
}

#[test]
fn an_unreadable_answer_is_not_asked_for_twice_and_a_lost_one_is() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1", "malformed", "timeout", "1.1.2=1", "1.3.1=1", "1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            bulk 10: 1.1.1 1.2.1
            next One: 1.1.1
            next: 1.1.1
                0> 1.1.2
            next: 1.2.1
            bulk 10: 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_agent_of_which_nothing_can_be_read_is_given_up() {
    check(
        "1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9",
        &["malformed"; 8],
        expect![[r#"
            bulk 6 Two: 1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 1.9
            next One: 1.1
            next One: 1.2
            next One: 1.3
            next One: 1.4
            next One: 1.5
            next One: 1.6
            next One: 1.7
            Failed: 192.0.2.1:161: answers came, but none could be read: truncated message (malformed) at 1.1, bulk Untried
        "#]],
    );
}

#[test]
fn a_row_with_an_error_is_isolated_and_ends_its_column_only() {
    // The second row of 1.1 cannot be read, so every GETBULK with it is refused.
    check(
        "1.1 1.2",
        &["genErr@1", "1.1.1=1 1.2.1=1", "genErr@1", "genErr@1", "1.2.2=1", "1.2.3=1 1.3.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
            next Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            next: 1.1.1 1.2.1
            next: 1.1.1
            next: 1.2.1
                1> 1.2.2
            bulk 10 Two: 1.2.2
                1> 1.2.3
            Partial: 192.0.2.1:161 answered genErr for 1.1.1 (agent-error) at 1.1.1, bulk Works
        "#]],
    );
}

#[test]
fn errors_with_any_number_end_the_columns_and_are_named() {
    check(
        "1.1 1.2",
        &["?@1000", "?@1000", "?@-1", "?@1000"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
            next Two: 1.1 1.2
            next: 1.1
            next: 1.2
            Failed: 192.0.2.1:161 answered badValue for 1.1 (agent-error) at 1.1, bulk Untried
        "#]],
    );
}

#[test]
fn one_getnext_too_few_or_too_many_is_sorted_out_name_by_name() {
    Script { has_bulk: false, ..Script::default() }.check(
        "1.1 1.2",
        &["1.1.1=1", "1.1.1=1", "1.2.1=1 9.9=1", "1.2.1=1 1.3.1=1"],
        &expect![[r#"
            next Two: 1.1 1.2
            next: 1.1
                0> 1.1.1
            next: 1.2
                1> 1.2.1
            next: 1.1.1 1.2.1
            Complete, bulk Never
        "#]],
    );
}
