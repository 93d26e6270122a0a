//! Agents with a limit on the names in a request.

use expect_test::expect;

use super::*;

fn three_columns(script: &Script, answers: &[&str], expected: &Expect) {
    script.check("1.1 1.2 1.3", answers, expected);
}

#[test]
fn a_silent_walk_asks_for_fewer_columns_before_it_asks_without_getbulk() {
    let script = Script { is_alive: false, ..Script::default() };
    three_columns(
        &script,
        &["timeout", "1.1.1=1", "timeout", "1.1.2=1", "1.1.3=1 1.2.1=1", "1.2.1=1 1.3.1=1", "1.3.1=1 1.4.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1 1.2 1.3
            next Rest: 1.1
                0> 1.1.1
            next One: 1.1.1 1.2
            next Rest: 1.1.1
                0> 1.1.2
            bulk 10 Two: 1.1.2
                0> 1.1.3
            bulk 10: 1.2
                1> 1.2.1
            bulk 10: 1.3
                2> 1.3.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn an_agent_without_getbulk_is_found_out_column_by_column() {
    three_columns(
        &Script::default(),
        &["timeout", "1.1.1=1", "1.1.2=1 1.2.1=1", "1.1.3=1 1.2.2=1 1.3.1=1", "1.2.1=1 1.3.1=1 1.4.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1 1.2 1.3
            next Two: 1.1
                0> 1.1.1
            next One: 1.1.1 1.2
                0> 1.1.2
                1> 1.2.1
            next One: 1.1.2 1.2.1 1.3
                0> 1.1.3
                1> 1.2.2
                2> 1.3.1
            next: 1.1.3 1.2.2 1.3.1
            Complete, bulk Fails
        "#]],
    );
}

#[test]
fn a_walk_with_too_few_columns_to_find_out_tries_getbulk_with_those() {
    three_columns(
        &Script::default(),
        &["timeout", "1.4.1=1", "1.4.1=1 1.4.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1 1.2 1.3
            next Two: 1.1
            next One: 1.2 1.3
            Unsupported, bulk Untried
        "#]],
    );
    three_columns(
        &Script::default(),
        &["timeout", "1.2.1=1", "1.2.1=1 1.4.1=1", "timeout", "1.2.2=1", "1.3.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1 1.2 1.3
            next Two: 1.1
            next One: 1.2 1.3
                1> 1.2.1
            bulk 10 One: 1.2.1
            next Two: 1.2.1
                1> 1.2.2
            next: 1.2.2
            Complete, bulk Fails
        "#]],
    );
}

#[test]
fn version_1_asks_for_fewer_columns_too_and_counts_all_attempts_where_nobody_is_there() {
    three_columns(
        &Script { has_bulk: false, is_alive: false, ..Script::default() },
        &["timeout", "1.1.1=1", "1.2.1=1", "1.2.1=1", "1.3.1=1", "1.3.1=1", "1.4.1=1"],
        &expect![[r#"
            next Two: 1.1 1.2 1.3
            next Rest: 1.1
                0> 1.1.1
            next: 1.1.1
            next: 1.2
                1> 1.2.1
            next: 1.2.1
            next: 1.3
                2> 1.3.1
            next: 1.3.1
            Complete, bulk Never
        "#]],
    );
    three_columns(
        &Script { has_bulk: false, is_alive: false, ..Script::default() },
        &["timeout", "timeout"],
        &expect![[r#"
            next Two: 1.1 1.2 1.3
            next Rest: 1.1
            Failed: 192.0.2.1:161 did not answer 6 requests in 6.0 s (timeout) at 1.1, bulk Never
        "#]],
    );
}

#[test]
fn a_limit_that_is_known_costs_nothing() {
    let mut agent = Capabilities::new(true);
    know(&mut agent);
    agent.names.silent(RequestKind::Get, 7);
    agent.names.answered(RequestKind::Get, 1);
    Script::default().play(
        &mut agent,
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1", "1.2.1=1 1.3.1=1"],
        &expect![[r#"
            bulk 10 Two: 1.1
                0> 1.1.1
            bulk 10: 1.2
                1> 1.2.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn columns_that_are_refused_together_and_answered_alone_were_too_many() {
    let mut agent = Capabilities::new(false);
    know(&mut agent);
    let script = Script { has_bulk: false, ..Script::default() };
    script.play(
        &mut agent,
        "1.1 1.2",
        &["genErr@0", "1.1.1=1", "1.2.1=1", "1.1.2=1", "1.2.1=1", "1.3.1=1"],
        &expect![[r#"
            next Two: 1.1 1.2
            next: 1.1
                0> 1.1.1
            next: 1.2
                1> 1.2.1
            next: 1.1.1
                0> 1.1.2
            next: 1.1.2
            next: 1.2.1
            Complete, bulk Never
        "#]],
    );
    script.play(
        &mut agent,
        "1.5 1.6",
        &["1.7.1=1", "1.7.1=1"],
        &expect![[r#"
            next: 1.5
            next: 1.6
            Unsupported, bulk Never
        "#]],
    );
}

#[test]
fn no_varbinds_for_many_columns_is_no_end_and_fewer_are_asked_for() {
    let options = RequestOptions { max_response_octets: 65_000, ..options() };
    let columns: Vec<String> = (1..=120).map(|column| format!("1.{column}")).collect();
    let mut agent = Capabilities::new(true);
    know(&mut agent);
    let mut walk = Walk::new(peer(), columns.iter().map(|column| oid(column)).collect(), options);
    let mut asked = Vec::new();
    while let Some(ask) = walk.ask(1, &mut agent, |_| false) {
        let names = &ask.request.names;
        asked.push(names.len());
        let behind = Varbind { name: Oid::from([1, 200, 1]), value: Value::Null };
        let varbinds = if names.len() > 100 { Vec::new() } else { vec![behind; names.len()] };
        walk.answered(&ask, response(varbinds), 1_000, &mut agent, |_, _| {});
    }
    assert_eq!((asked, walk.stopped()), (vec![120, 120, 120, 120, 60, 60], None));
}
