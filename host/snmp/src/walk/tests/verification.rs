//! Agents whose large answers are not to be believed, and how little it costs to believe the others.

use expect_test::expect;

use super::*;

/// Believes as much as of an agent that nobody has asked anything.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "reads better in the tests")]
fn check_unproven(lanes: usize, columns: &str, answers: &[&str], expected: Expect) {
    let mut agent = unproven();
    Script { lanes, ..small() }.play(&mut agent, columns, answers, &expected);
}

fn unproven() -> Capabilities {
    let mut agent = Capabilities::new(true);
    agent.is_alive = true;
    know(&mut agent);
    agent.trust = VerifiedRepetitions::new();
    agent
}

fn small() -> Script {
    Script { options: RequestOptions { max_repetitions: 3, ..options() }, ..Script::default() }
}

#[test]
fn a_larger_answer_than_any_before_is_believed_after_one_getnext_and_one_like_it_at_once() {
    check_unproven(
        1,
        "1.1 1.2",
        &[
            "1.1.1=1 1.2.1=1 1.1.2=1 1.3.1=1 1.1.3=1 1.3.2=1",
            "1.1.1=7 1.1.2=7 1.1.3=7",
            "1.1.4=1 1.1.5=1 1.1.6=1 1.1.7=1 1.1.8=1 1.1.9=1",
            "1.1.4=1 1.1.5=1 1.1.6=1 1.1.7=1 1.1.8=1 1.1.9=1",
            "1.1.10=1 1.2.1=1 1.2.2=1",
        ],
        expect![[r#"
            bulk 3 Two: 1.1 1.2
            next Two: 1.1 1.1.1 1.1.2
                0> 1.1.1
                1> 1.2.1
                0> 1.1.2
                0> 1.1.3
            bulk 6: 1.1.3
            next Two: 1.1.3 1.1.4 1.1.5 1.1.6 1.1.7 1.1.8
                0> 1.1.4
                0> 1.1.5
                0> 1.1.6
                0> 1.1.7
                0> 1.1.8
                0> 1.1.9
            bulk 12: 1.1.9
            next Two: 1.1.9 1.1.10 1.2.1
            ...
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn what_is_left_out_is_found_out_by_itself_and_read_in_smaller_parts() {
    check_unproven(
        1,
        "1.1",
        &[
            "1.1.1=1 1.1.2=1 1.1.4=1",
            "1.1.1=1 1.1.2=1 1.1.3=1",
            "1.1.3=1",
            "1.1.3=1 1.1.4=1 1.1.6=1",
            "1.1.3=1 1.1.4=1 1.1.5=1",
            "1.1.5=1",
            "1.1.5=1 1.1.6=1",
            "1.1.5=1 1.1.6=1",
            "1.1.7=1 1.2.1=1",
        ],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.1.2
            next: 1.1.2
                0> 1.1.1
                0> 1.1.2
            bulk 3: 1.1.2
            next Two: 1.1.2 1.1.3 1.1.4
            next: 1.1.4
                0> 1.1.3
                0> 1.1.4
            bulk 2: 1.1.4
            next Two: 1.1.4 1.1.5
                0> 1.1.5
                0> 1.1.6
            bulk 2: 1.1.6
                0> 1.1.7
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn a_row_that_has_just_come_is_no_fault_of_the_agent() {
    check_unproven(
        1,
        "1.1",
        &[
            "1.1.1=1 1.1.2=1 1.1.4=1",
            "1.1.1=1 1.1.2=1 1.1.3=1",
            "1.1.3=1",
            "1.1.3=1 1.1.4=1 1.1.5=1",
            "1.1.3=1 1.1.4=1 1.1.5=1",
            "1.1.6=1 1.2.1=1",
            "1.1.6=1 1.2.1=1",
        ],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.1.2
            next: 1.1.2
                0> 1.1.1
                0> 1.1.2
            bulk 3: 1.1.2
            next Two: 1.1.2 1.1.3 1.1.4
                0> 1.1.3
                0> 1.1.4
                0> 1.1.5
            bulk 6: 1.1.5
            next Two: 1.1.5 1.1.6
                0> 1.1.6
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_end_that_leaves_rows_out_is_none() {
    check_unproven(
        1,
        "1.1",
        &["1.1.1=1 1.2.1=1 1.2.2=1", "1.1.1=1 1.1.2=1 1.2.2=1", "1.1.2=1", "1.1.2=1 1.2.1=1", "1.1.2=1 1.2.1=1"],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.2.1
            next: 1.1.1
                0> 1.1.1
            bulk 3: 1.1.1
            next Two: 1.1.1 1.1.2
                0> 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn what_is_wrong_behind_the_columns_costs_no_row_and_no_trust() {
    check_unproven(
        1,
        "1.1",
        &["1.1.1=1 1.2.1=1 1.2.3=1", "1.1.1=1 1.2.1=1 1.2.2=1"],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.2.1
                0> 1.1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_agent_whose_smallest_getbulk_is_wrong_is_asked_with_getnext() {
    check_unproven(
        1,
        "1.1",
        &[
            "1.1.2=1 1.1.3=1",
            "1.1.1=1 1.1.3=1",
            "1.1.1=1",
            "1.1.2=1 1.1.3=1",
            "1.1.1=1 1.1.3=1",
            "1.1.1=1",
            "1.1.1=1",
            "1.1.2=1",
            "1.2.1=1",
        ],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.2
            next: 1.1
            bulk 3: 1.1
            next Two: 1.1 1.1.2
            next: 1.1
            next: 1.1
                0> 1.1.1
            next: 1.1.1
                0> 1.1.2
            next: 1.1.2
            Complete, bulk Never
        "#]],
    );
}

#[test]
fn where_many_names_are_too_many_fewer_are_asked() {
    let shown = expect![[r#"
        bulk 3 Two: 1.1
        next Two: 1.1 1.1.1 1.1.2
        next: 1.1
        next: 1.1.1
        next: 1.1.2
            0> 1.1.1
            0> 1.1.2
        Complete, bulk Works
    "#]];
    for weak in ["tooBig@0", "1.1.1=1 1.1.2=1", "timeout", "malformed", ""] {
        let answers = ["1.1.1=1 1.1.2=1 1.2.1=1", weak, "1.1.1=1", "1.1.2=1", "1.2.1=1"];
        small().play(&mut unproven(), "1.1", &answers, &shown);
    }
}

#[test]
fn an_agent_that_mixes_up_many_names_is_believed_by_single_ones() {
    check_unproven(
        1,
        "1.1",
        &[
            "1.1.1=1 1.1.2=1 1.1.3=1",
            "1.1.3=1 1.1.2=1 1.1.1=1",
            "1.1.1=1",
            "1.1.2=1",
            "1.1.3=1",
            "1.1.4=1 1.2.1=1",
            "1.1.4=1",
            "1.2.1=1",
        ],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.1.2
            next: 1.1
            next: 1.1.1
            next: 1.1.2
                0> 1.1.1
                0> 1.1.2
                0> 1.1.3
            bulk 6: 1.1.3
            next: 1.1.3
            next: 1.1.4
                0> 1.1.4
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_agent_that_cannot_be_asked_for_single_names_is_taken_at_its_word() {
    check_unproven(
        1,
        "1.1",
        &["1.1.1=1 1.1.2=1 1.2.1=1", "genErr@1", "genErr@1"],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.1.2
            next: 1.1
                0> 1.1.1
                0> 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn the_end_of_all_names_fits_however_it_is_said() {
    check_unproven(
        1,
        "1.1",
        &["1.1.1=1 1.1.1=end 1.1.1=end", "1.1.1=1 1.1.1=null"],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1
                0> 1.1.1
            Complete, bulk Works
        "#]],
    );
    check_unproven(
        1,
        "1.1",
        &["1.1.1=1 1.1.1=end 1.1.1=end", "noSuchName@2", "1.1.1=1", "noSuchName@1"],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1
            next: 1.1
            next: 1.1.1
                0> 1.1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn one_question_is_enough_for_all_that_is_held_back() {
    check_unproven(
        3,
        "1.1 1.2 1.3",
        &[
            "1.1.1=1 1.2.1=1 1.3.1=1",
            "1.1.1=1",
            "1.1.2=1 1.1.3=1 1.2.1=1",
            "1.2.2=1 1.2.3=1 1.3.1=1",
            "1.3.2=1 1.4.1=1 1.4.2=1",
            "1.1.2=1 1.1.3=1 1.2.1=1",
        ],
        expect![[r#"
            bulk 3 Two: 1.1 1.2 1.3
            next: 1.1
                0> 1.1.1
                1> 1.2.1
                2> 1.3.1
            bulk 3: 1.1.1
            bulk 3: 1.2.1
            bulk 3: 1.3.1
            next Two: 1.1.1 1.1.2 1.1.3
                0> 1.1.2
                0> 1.1.3
                1> 1.2.2
                1> 1.2.3
                2> 1.3.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn what_cannot_be_asked_about_is_not_taken_for_the_whole() {
    check_unproven(
        1,
        "1.1",
        &["1.1.1=1 1.1.2=1 1.2.1=1", "timeout", "timeout"],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.1.2
            next: 1.1
            Failed: 192.0.2.1:161 did not answer 3 requests in 3.0 s (timeout) at 1.1, bulk Works
        "#]],
    );
    check_unproven(
        1,
        "1.1",
        &["1.1.1=1 1.1.2=1 1.2.1=1", "deadline"],
        expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.1.2
            Failed: deadline exceeded after 1 request to 192.0.2.1:161 in 1.0 s (deadline) at 1.1, bulk Works
        "#]],
    );
}

#[test]
fn what_one_walk_found_out_another_keeps_to() {
    let mut agent = unproven();
    small().play(
        &mut agent,
        "1.1",
        &[
            "1.1.1=1 1.1.2=1 1.1.4=1",
            "1.1.1=1 1.1.2=1 1.1.3=1",
            "1.1.3=1",
            "1.1.3=1 1.2.1=1 1.2.3=1",
            "1.1.3=1 1.2.1=1 1.2.2=1",
        ],
        &expect![[r#"
            bulk 3 Two: 1.1
            next Two: 1.1 1.1.1 1.1.2
            next: 1.1.2
                0> 1.1.1
                0> 1.1.2
            bulk 3: 1.1.2
            next Two: 1.1.2 1.1.3 1.2.1
                0> 1.1.3
            Complete, bulk Works
        "#]],
    );
    small().play(
        &mut agent,
        "1.3",
        &["1.3.1=1 1.3.2=1 1.3.4=1", "1.3.1=1 1.3.2=1 1.3.3=1", "1.3.3=1", "1.3.3=1 1.4.1=1", "1.3.3=1 1.4.1=1"],
        &expect![[r#"
            bulk 3 Two: 1.3
            next Two: 1.3 1.3.1 1.3.2
            next: 1.3.2
                0> 1.3.1
                0> 1.3.2
            bulk 2: 1.3.2
            next Two: 1.3.2 1.3.3
                0> 1.3.3
            Complete, bulk Works
        "#]],
    );
    small().play(
        &mut agent,
        "1.5",
        &["1.5.1=1 1.5.2=1", "1.5.3=1 1.6.1=1"],
        &expect![[r#"
            bulk 2 Two: 1.5
                0> 1.5.1
                0> 1.5.2
            bulk 2: 1.5.2
                0> 1.5.3
            Complete, bulk Works
        "#]],
    );
}
