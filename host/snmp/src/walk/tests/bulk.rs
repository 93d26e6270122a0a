//! How GETBULK is used, and what is done when it does not work.

use expect_test::expect;

use super::*;
use crate::message::Security;

#[test]
fn too_big_halves_the_repetitions_and_is_remembered() {
    check(
        "1.1",
        &["tooBig@0", "tooBig@0", "1.1.1=1 1.1.2=1", "1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1
            bulk 5 Two: 1.1
            bulk 2 Two: 1.1
                0> 1.1.1
                0> 1.1.2
            bulk 2: 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn too_big_down_to_one_varbind_goes_on_with_getnext() {
    check(
        "1.1 1.2",
        &["tooBig@0", "tooBig@0", "tooBig@0", "tooBig@0", "tooBig@0", "tooBig@0", "1.1.1=1", "1.2.1=1", "1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
            bulk 5 Two: 1.1 1.2
            bulk 2 Two: 1.1 1.2
            bulk 1 Two: 1.1 1.2
            bulk 1 Two: 1.1
            next Two: 1.1 1.2
            next: 1.1
                0> 1.1.1
            next: 1.1.1
            next: 1.2
                1> 1.2.1
            next: 1.2.1
            ...
            Complete, bulk Fails
        "#]],
    );
}

#[test]
fn an_empty_answer_to_getbulk_is_never_asked_for_again_as_it_was() {
    check(
        "1.1",
        &["", "", "", "", "1.1.1=1", ""],
        expect![[r#"
            bulk 10 Two: 1.1
            bulk 5 Two: 1.1
            bulk 2 Two: 1.1
            bulk 1 Two: 1.1
            next: 1.1
                0> 1.1.1
            next: 1.1.1
            Partial: 192.0.2.1:161 sent an answer that does not match the request: 0 varbinds for 1 name (malformed) at 1.1.1, bulk Fails
        "#]],
    );
}

#[test]
fn an_agent_without_getbulk_costs_one_doubt() {
    check(
        "1.1",
        &["timeout", "1.1.1=1", "1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1
            next Two: 1.1
                0> 1.1.1
            next: 1.1.1
            Complete, bulk Fails
        "#]],
    );
}

#[test]
fn getbulk_that_was_given_up_is_tried_once_more_after_many_answers() {
    let mut agent = Capabilities::new(true);
    agent.is_alive = true;
    agent.bulk_failed();
    know(&mut agent);
    for _ in 0..48 {
        assert!(!agent.next_answered());
    }
    let script = Script::default();
    script.play(
        &mut agent,
        "1.1",
        &["1.1.1=1", "1.1.2=1", "timeout", "1.1.3=1", "1.2.1=1"],
        &expect![[r#"
            next: 1.1
                0> 1.1.1
            next: 1.1.1
                0> 1.1.2
            bulk 10 One: 1.1.2
            next: 1.1.2
                0> 1.1.3
            next: 1.1.3
            Complete, bulk Fails
        "#]],
    );
    while !agent.next_answered() {}
    let answers = ["1.1.1=1", "1.1.2=1", "1.2.1=1"];
    for _ in 0..3199 {
        agent.next_answered();
    }
    script.play(
        &mut agent,
        "1.1",
        &answers,
        &expect![[r#"
            next: 1.1
                0> 1.1.1
            bulk 5 One: 1.1.1
                0> 1.1.2
            bulk 5: 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn getbulk_is_not_used_where_it_is_not_wanted() {
    let options = RequestOptions { bulk: BulkUse::Never, ..options() };
    Script { options, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1", "1.2.1=1"],
        &expect![[r#"
            next: 1.1
                0> 1.1.1
            next: 1.1.1
            Complete, bulk Untried
        "#]],
    );
}

#[test]
fn where_getbulk_is_lost_getnext_goes_on_and_then_getbulk_again() {
    let options = RequestOptions { max_repetitions: 4, ..options() };
    Script { options, has_bulked: true, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1", "timeout", "timeout", "1.1.2=1", "1.1.3=1", "1.1.4=1", "1.2.1=1"],
        &expect![[r#"
            bulk 4 Two: 1.1
                0> 1.1.1
            bulk 4: 1.1.1
            bulk 2 Two: 1.1.1
            next Two: 1.1.1
                0> 1.1.2
            next: 1.1.2
                0> 1.1.3
            bulk 1 Two: 1.1.3
                0> 1.1.4
            bulk 1: 1.1.4
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn a_large_answer_that_gets_lost_is_asked_for_in_smaller_parts() {
    check(
        "1.1",
        &["1.1.1=1", "timeout", "1.1.2=1", "1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            bulk 10: 1.1.1
            bulk 5 Two: 1.1.1
                0> 1.1.2
            bulk 5: 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_agent_that_never_answered_is_given_up_soon() {
    Script { is_alive: false, ..Script::default() }.check(
        "1.1",
        &["timeout", "timeout"],
        &expect![[r#"
            bulk 10 Two: 1.1
            next Rest: 1.1
            Failed: 192.0.2.1:161 did not answer 6 requests in 6.0 s (timeout) at 1.1, bulk Untried
        "#]],
    );
}

#[test]
fn getbulk_refused_once_is_tried_again_after_the_column_at_fault() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1", "genErr@1", "genErr@1", "1.1.2=1", "genErr@1", "1.1.3=1 1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            bulk 10: 1.1.1 1.2.1
            next: 1.1.1 1.2.1
            next: 1.1.1
                0> 1.1.2
            next: 1.2.1
            bulk 10: 1.1.2
                0> 1.1.3
            Partial: 192.0.2.1:161 answered genErr for 1.2.1 (agent-error) at 1.2.1, bulk Works
        "#]],
    );
}

#[test]
fn an_agent_that_refuses_every_getbulk_is_asked_with_getnext() {
    check(
        "1.1 1.2",
        &["genErr@1", "1.1.1=1 1.2.1=1", "1.2.1=1 1.2.2=1", "genErr@1", "1.3.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
            next Two: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            next: 1.1.1 1.2.1
                1> 1.2.2
            bulk 10 Two: 1.2.2
            next: 1.2.2
            Complete, bulk Fails
        "#]],
    );
}

#[test]
fn no_such_name_for_a_getbulk_loses_no_row() {
    check(
        "1.1",
        &["1.1.1=1", "noSuchName@1", "1.1.2=1", "noSuchName@1"],
        expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            bulk 10: 1.1.1
            next: 1.1.1
                0> 1.1.2
            next: 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn only_version_1_is_without_getbulk() {
    let community = || "public".into();
    assert!(!Security::new(&crate::Credentials::V1 { community: community() }).has_bulk());
    assert!(Security::new(&crate::Credentials::V2c { community: community() }).has_bulk());
}
