//! Agents that do not keep to the order of names.

use expect_test::expect;

use super::*;

fn go_on() -> Script {
    Script {
        options: RequestOptions { on_non_increasing: OnNonIncreasing::Continue, ..options() },
        ..Script::default()
    }
}

#[test]
fn an_answer_that_goes_backwards_is_not_believed_and_getnext_shows_who_is_at_fault() {
    check(
        "1.1 1.2",
        &[
            "1.1.1=1 1.2.1=1 1.1.2=1 1.2.2=1 1.1.2=1 1.2.3=1",
            "1.1.1=1",
            "1.2.1=1",
            "1.1.1=1 1.2.2=1",
            "1.1.1=1",
            "1.0.1=1",
            "1.2.2=1",
            "1.3.1=1",
        ],
        expect![[r#"
            bulk 10 Two: 1.1 1.2
            next: 1.1
                0> 1.1.1
            next: 1.2
                1> 1.2.1
            next: 1.1.1 1.2.1
            next: 1.1.1
            next One: 1.0
            next: 1.2.1
                1> 1.2.2
            bulk 10 Two: 1.2.2
            Partial: OID not increasing: the agent answered 1.1.1 after 1.1.1 (non-increasing) at 1.1.1, bulk Works
        "#]],
    );
}

#[test]
fn an_agent_that_says_everything_twice_is_read_by_getnext() {
    let options = RequestOptions { max_repetitions: 2, ..options() };
    Script { options, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1 1.1.1=1", "1.1.1=1", "1.1.2=1", "1.2.1=1 1.2.1=1"],
        &expect![[r#"
            bulk 2 Two: 1.1
            next: 1.1
                0> 1.1.1
            next: 1.1.1
                0> 1.1.2
            bulk 2 Two: 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_answer_in_reverse_loses_no_row() {
    check(
        "1.1",
        &["1.2.2=1 1.2.1=1 1.1.2=1 1.1.1=1", "1.1.1=1", "1.1.2=1", "1.2.1=1"],
        expect![[r#"
            bulk 10 Two: 1.1
            next: 1.1
                0> 1.1.1
            next: 1.1.1
                0> 1.1.2
            next: 1.1.2
            Complete, bulk Untried
        "#]],
    );
}

#[test]
fn an_agent_that_goes_round_in_circles_is_left_with_what_it_has() {
    let answers = ["1.1.1=1 1.1.2=1 1.1.1=1", "1.1.1=1", "1.1.2=1", "1.1.1=1", "1.0.1=1"];
    check(
        "1.1",
        &answers,
        expect![[r#"
            bulk 10 Two: 1.1
            next: 1.1
                0> 1.1.1
            next: 1.1.1
                0> 1.1.2
            next: 1.1.2
            next One: 1.0
            Partial: OID not increasing: the agent answered 1.1.1 after 1.1.2 (non-increasing) at 1.1.2, bulk Untried
        "#]],
    );
    go_on().check(
        "1.1",
        &answers,
        &expect![[r#"
            bulk 10 Two: 1.1
            next: 1.1
                0> 1.1.1
            next: 1.1.1
                0> 1.1.2
            next: 1.1.2
            next One: 1.0
            Partial: OID not increasing: the agent answered 1.1.1 after 1.1.2 (non-increasing) at 1.1.2, bulk Untried
        "#]],
    );
}

#[test]
fn names_in_another_order_are_all_read_by_whoever_goes_on() {
    go_on().check(
        "1.1",
        &["1.1.5=1 1.1.1=1 1.1.9=1", "1.1.5=1", "1.1.1=1", "1.1.9=1 1.1.3=1 1.2.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
            next: 1.1
                0> 1.1.5
            next: 1.1.5
                0> 1.1.1
            next: 1.1.1
                0> 1.1.9
            next: 1.1.9
            ...
            Complete: OIDs out of order: the agent answered 1.1.1 after 1.1.5 (unordered) at 1.1.1, bulk Untried
        "#]],
    );
}

#[test]
fn nothing_comes_twice_where_names_in_another_order_repeat() {
    let options = RequestOptions { max_repetitions: 1, ..go_on().options };
    Script { options, ..go_on() }.check(
        "1.1",
        &["1.1.5=1", "1.1.1=1", "1.1.1=1", "1.1.3=1", "1.1.5=1 1.1.9=1", "1.1.1=1 1.1.3=1", "1.1.5=1"],
        &expect![[r#"
            bulk 1 Two: 1.1
                0> 1.1.5
            bulk 2: 1.1.5
            next: 1.1.5
                0> 1.1.1
            next: 1.1.1
                0> 1.1.3
            bulk 2 Two: 1.1.3
                0> 1.1.9
            bulk 4: 1.1.9
            next: 1.1.9
            Partial: OID not increasing: the agent answered 1.1.5 after 1.1.9 (non-increasing) at 1.1.9, bulk Works
        "#]],
    );
}

#[test]
fn names_in_another_order_have_a_bound() {
    let options = RequestOptions { max_seen_names: 2, max_repetitions: 1, ..go_on().options };
    let script = Script { options, ..go_on() };
    script.check(
        "1.1",
        &["1.1.5=1", "1.1.7=1", "1.1.8=1 1.1.9=1", "1.2.1=1"],
        &expect![[r#"
            bulk 1 Two: 1.1
                0> 1.1.5
            bulk 2: 1.1.5
                0> 1.1.7
            bulk 2: 1.1.7
                0> 1.1.8
                0> 1.1.9
            bulk 4: 1.1.9
            Complete, bulk Works
        "#]],
    );
    script.check(
        "1.1",
        &["1.1.5=1", "1.1.7=1", "1.1.9=1 1.1.10=1", "1.1.6=1", "1.1.6=1"],
        &expect![[r#"
            bulk 1 Two: 1.1
                0> 1.1.5
            bulk 2: 1.1.5
                0> 1.1.7
            bulk 2: 1.1.7
                0> 1.1.9
                0> 1.1.10
            bulk 4: 1.1.10
            next: 1.1.10
            Partial: OIDs out of order, and more than 2 to check (limit `snmp.seen_names`) (seen-limit) at 1.1.10, bulk Works
        "#]],
    );
}

#[test]
fn backwards_out_of_the_subtree_is_no_end() {
    check(
        "1.5",
        &["1.4.1=1", "1.4.1=1", "1.0.1=1"],
        expect![[r#"
            bulk 10 Two: 1.5
            next: 1.5
            next One: 1.0
            Failed: OID not increasing: the agent answered 1.4.1 after 1.5 (non-increasing) at 1.5, bulk Untried
        "#]],
    );
    go_on().check(
        "1.5",
        &["1.4.1=1", "1.4.1=1", "1.0.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.5
            next: 1.5
            next One: 1.0
            Failed: OID not increasing: the agent answered 1.4.1 after 1.5 (non-increasing) at 1.5, bulk Untried
        "#]],
    );
}

#[test]
fn an_agent_that_leaves_rows_out_in_good_order_is_found_out() {
    let script = Script { is_checked: false, ..Script::default() };
    let mut agent = Capabilities::new(true);
    agent.trust = VerifiedRepetitions::blind();
    // What comes behind 1.1.1 is said to be 1.1.1, and behind 1.1 still 1.1.2.
    script.play(
        &mut agent,
        "1.1",
        &["1.1.2=1 1.1.4=1 1.2.2=1", "1.1.1=1", "1.1.2=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.2
                0> 1.1.4
            next One: 1.1.1
            next One: 1.1
            Partial: the agent says that 1.1.2 follows 1.1, but has 1.1.1 between them (skipped) at 1.1, bulk Works
        "#]],
    );
    assert!(matches!(agent.order, Order::Skips(_)));
    // It is not forgotten where another walk sees nothing of it, but by one that sees it do better.
    script.play(
        &mut agent,
        "1.3",
        &["1.4.2=1", "timeout"],
        &expect![[r#"
            bulk 10 Two: 1.3
            next One: 1.4.1
            Failed: the agent says that 1.1.2 follows 1.1, but has 1.1.1 between them (skipped) at 1.1, bulk Works
        "#]],
    );
    script.play(
        &mut agent,
        "1.3",
        &["1.3.2=1 1.4.2=1", "1.3.2=1"],
        &expect![[r#"
            bulk 10 Two: 1.3
                0> 1.3.2
            next One: 1.3.1
            Complete, bulk Works
        "#]],
    );
    assert_eq!(agent.order, Order::Keeps);
}

#[test]
fn a_row_that_has_just_come_was_not_left_out() {
    Script { is_checked: false, ..Script::default() }.check(
        "1.1",
        &["1.1.2=1 1.1.4=1 1.2.2=1", "1.1.1=1", "1.1.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.2
                0> 1.1.4
            next One: 1.1.1
            next One: 1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn the_order_is_checked_once_and_nothing_depends_on_the_answer() {
    let mut agent = Capabilities::new(true);
    agent.trust = VerifiedRepetitions::blind();
    let script = Script { is_checked: false, ..Script::default() };
    script.play(
        &mut agent,
        "1.1",
        &["1.1.2=1 1.2.2=1", "timeout"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.2
            next One: 1.1.1
            Complete, bulk Works
        "#]],
    );
    script.play(
        &mut agent,
        "1.1",
        &["1.1.2=1 1.2.2=1", "noSuchName@1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.2
            next One: 1.1.1
            Complete, bulk Works
        "#]],
    );
    script.play(
        &mut agent,
        "1.1",
        &["1.1.2=1 1.2.2=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.2
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_end_of_everything_is_checked_behind_the_subtree_and_remembered() {
    let mut agent = Capabilities::new(true);
    agent.trust = VerifiedRepetitions::blind();
    agent.order = Order::Keeps;
    let script = Script { is_checked: false, ..Script::default() };
    script.play(
        &mut agent,
        "1.1",
        &["1.1.1=1 1.1.1=end", "1.2.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            next One: 1.2
            Partial: the agent says that nothing follows 1.1.1, but has 1.2.1 (early-end) at 1.1.1, bulk Works
        "#]],
    );
    script.play(
        &mut agent,
        "1.1",
        &["1.1.1=1 1.1.1=end", "1.2=end"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            next One: 1.2
            Complete, bulk Works
        "#]],
    );
    script.play(
        &mut agent,
        "1.3",
        &["1.3=end"],
        &expect![[r#"
            bulk 10 Two: 1.3
            Unsupported, bulk Works
        "#]],
    );
}
