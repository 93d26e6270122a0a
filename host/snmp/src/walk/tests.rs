//! A walk and agents of all kinds, without a packet.

use std::time::Duration;

use expect_test::{Expect, expect};

use super::*;
use crate::{
    Outcome, RequestOptions,
    message::{Rejection, Security},
};

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

pub(super) fn peer() -> SocketAddr {
    "192.0.2.1:161".parse().unwrap()
}

pub(super) fn response(varbinds: Vec<Varbind>) -> Response {
    Response { request_id: 1, error_status: ErrorStatus::NO_ERROR, error_index: 0, varbinds }
}

pub(super) fn error(status: i32, error_index: i32) -> Response {
    Response { error_status: ErrorStatus(status), error_index, ..response(Vec::new()) }
}

pub(super) fn timeout() -> RequestError {
    RequestError::Timeout { peer: peer(), attempts: 3, waited: Duration::from_secs(3), rejected: None }
}

pub(super) fn malformed() -> RequestError {
    let reason = Rejection::Malformed(crate::ber::DecodeError::Truncated);
    RequestError::Malformed { peer: peer(), reason }
}

/// `1.1.1=7 1.2.1=null 1.3=end`, `genErr@1`, `timeout`.
fn parse(answer: &str) -> Result<Response, RequestError> {
    if let Some((status, index)) = answer.split_once('@') {
        let status = ["noError", "tooBig", "noSuchName", "?", "?", "genErr"].iter().position(|name| *name == status);
        return Ok(error(i32::try_from(status.unwrap_or(99)).unwrap(), index.parse().unwrap()));
    }
    match answer {
        "timeout" => return Err(timeout()),
        "malformed" => return Err(malformed()),
        "deadline" => return Err(RequestError::Deadline { peer: peer(), attempts: 1, rejected: None }),
        _ => {}
    }
    let varbind = |text: &str| {
        let (name, value) = text.split_once('=').unwrap();
        let value = match value {
            "end" => Value::EndOfMibView,
            "none" => Value::NoSuchInstance,
            "null" => Value::Null,
            number => Value::Integer(number.parse().unwrap()),
        };
        Varbind { name: oid(name), value }
    };
    Ok(response(answer.split_whitespace().map(varbind).collect()))
}

/// A walk with one lane over `columns`, whose requests get these answers, one after the other.
struct Script {
    options: RequestOptions,
    limits: Limits,
    has_bulk: bool,
    lanes: usize,
    is_alive: bool,
}

impl Default for Script {
    fn default() -> Self {
        let limits = Limits { rows: 100, octets: 10_000 };
        Self { options: RequestOptions::default(), limits, has_bulk: true, lanes: 1, is_alive: true }
    }
}

impl Script {
    #[track_caller]
    fn check(&self, columns: &str, answers: &[&str], expected: &Expect) {
        let mut agent = Agent::new(self.has_bulk, &self.options);
        agent.is_alive = self.is_alive;
        let mut walk = Walk::new(peer(), columns.split(' ').map(oid).collect(), self.limits);
        let mut shown = Vec::new();
        let mut cells = 0;
        let mut answers = answers.iter();
        let mut asks = std::collections::VecDeque::new();
        loop {
            while let Some(ask) = walk.ask(self.lanes, &agent, |_| false) {
                let names: Vec<String> = ask.request.names.iter().map(Oid::to_string).collect();
                let how = match ask.request.kind {
                    RequestKind::GetBulk { max_repetitions } => format!("bulk {max_repetitions}"),
                    _ => "next".to_owned(),
                };
                let attempts =
                    if ask.attempts == Attempts::All { String::new() } else { format!(" {:?}", ask.attempts) };
                shown.push(format!("{how}{attempts}: {}", names.join(" ")));
                asks.push_back(ask);
            }
            let Some(ask) = asks.pop_front() else { break };
            let Some(answer) = answers.next() else {
                shown.push("...".to_owned());
                break;
            };
            match parse(answer) {
                Ok(response) => {
                    let octets = 60 + response.varbinds.len() * 20;
                    walk.answered(&ask, response, octets, &mut agent, |column, varbind| {
                        cells += 1;
                        shown.push(format!("    {column}> {}", varbind.name));
                    });
                }
                Err(error) => walk.failed(&ask, error, &mut agent),
            }
        }
        let outcome = Outcome::new(cells, walk.stopped());
        let reason = outcome.reason.map(|reason| format!(": {reason} ({})", reason.kind())).unwrap_or_default();
        let at = outcome.stopped_at.map(|at| format!(" at {at}")).unwrap_or_default();
        shown.push(format!("{:?}{reason}{at}, bulk {:?}\n", outcome.status, agent.bulk));
        assert_eq!(answers.next(), None, "all answers are used: {shown:#?}");
        expected.assert_eq(&shown.join("\n"));
    }
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "reads better in the tests")]
fn check(columns: &str, answers: &[&str], expected: Expect) {
    Script::default().check(columns, answers, &expected);
}

#[test]
fn columns_end_at_different_rows_and_go_on_from_their_own_last_names() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1 1.1.2=1 1.2.2=1 1.2.1=1 1.2.3=1", "1.2.4=1 1.3.1=1"],
        expect![[r#"
            bulk 10: 1.1 1.2
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
            bulk 10: 1.1
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
            bulk 10: 1.1
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
            bulk 10: 1.1
                0> 1.1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn too_big_halves_the_repetitions_and_is_remembered() {
    check(
        "1.1",
        &["tooBig@0", "tooBig@0", "1.1.1=1 1.1.2=1", "1.2.1=1"],
        expect![[r#"
            bulk 10: 1.1
            bulk 5: 1.1
            bulk 2: 1.1
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
            bulk 10: 1.1 1.2
            bulk 5: 1.1 1.2
            bulk 2: 1.1 1.2
            bulk 1: 1.1 1.2
            bulk 1: 1.1
            next: 1.1 1.2
            next: 1.1
                0> 1.1.1
            next: 1.1.1
            next: 1.2
                1> 1.2.1
            next: 1.2.1
            ...
            Complete, bulk Never
        "#]],
    );
}

#[test]
fn an_empty_answer_to_getbulk_is_never_asked_for_again_as_it_was() {
    check(
        "1.1",
        &["", "", "", "", "1.1.1=1", ""],
        expect![[r#"
            bulk 10: 1.1
            bulk 5: 1.1
            bulk 2: 1.1
            bulk 1: 1.1
            next: 1.1
                0> 1.1.1
            next: 1.1.1
            Partial: 192.0.2.1:161 did not answer what it was asked: 0 varbinds for 1 names (malformed) at 1.1.1, bulk Never
        "#]],
    );
}

#[test]
fn getbulk_without_an_answer_is_tried_with_half_and_then_given_up() {
    check(
        "1.1",
        &["timeout", "timeout", "1.1.1=1", "1.2.1=1"],
        expect![[r#"
            bulk 10: 1.1
            bulk 5 Two: 1.1
            next Two: 1.1
                0> 1.1.1
            next: 1.1.1
            Complete, bulk Never
        "#]],
    );
}

#[test]
fn a_large_answer_that_gets_lost_is_asked_for_in_smaller_parts() {
    check(
        "1.1",
        &["1.1.1=1", "timeout", "1.1.2=1", "1.2.1=1"],
        expect![[r#"
            bulk 10: 1.1
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
            bulk 10: 1.1
            next One: 1.1
            Failed: no answer from 192.0.2.1:161 to 3 requests in 3.0s (timeout) at 1.1, bulk Untried
        "#]],
    );
}

#[test]
fn the_deadline_is_a_reason_of_its_own() {
    check(
        "1.1",
        &["1.1.1=1", "deadline"],
        expect![[r#"
            bulk 10: 1.1
                0> 1.1.1
            bulk 10: 1.1.1
            Partial: the time given was over (deadline) at 1.1.1, bulk Works
        "#]],
    );
}

#[test]
fn names_that_do_not_increase_end_their_column_also_within_an_answer() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1 1.1.2=1 1.2.2=1 1.1.2=1 1.2.3=1", "1.2.3=1 1.3.1=1"],
        expect![[r#"
            bulk 10: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
                0> 1.1.2
                1> 1.2.2
            bulk 10: 1.2.2
                1> 1.2.3
            Partial: the agent answered 1.1.2, which does not come after 1.1.2 (non-increasing) at 1.1.2, bulk Works
        "#]],
    );
}

#[test]
fn getbulk_refused_once_is_tried_again_after_the_column_at_fault() {
    check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1", "genErr@1", "genErr@1", "1.1.2=1", "genErr@1", "1.1.3=1 1.2.1=1"],
        expect![[r#"
            bulk 10: 1.1 1.2
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
            bulk 10: 1.1 1.2
            next: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            next: 1.1.1 1.2.1
                1> 1.2.2
            bulk 10: 1.2.2
            next: 1.2.2
            Complete, bulk Never
        "#]],
    );
}

#[test]
fn no_such_name_for_a_getbulk_loses_no_row() {
    check(
        "1.1",
        &["1.1.1=1", "noSuchName@1", "1.1.2=1", "noSuchName@1"],
        expect![[r#"
            bulk 10: 1.1
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
fn version_1_ends_the_column_that_the_index_names_and_goes_on_with_the_others() {
    Script { has_bulk: false, ..Script::default() }.check(
        "1.1 1.2",
        &["1.1.1=1 1.2.1=1", "1.1.2=1 1.3.1=1", "noSuchName@1"],
        &expect![[r#"
            next: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            next: 1.1.1 1.2.1
                0> 1.1.2
            next: 1.1.2
            Complete, bulk Never
        "#]],
    );
}

#[test]
fn an_index_that_names_the_wrong_column_costs_no_row() {
    Script { has_bulk: false, ..Script::default() }.check(
        "1.1 1.2",
        &["noSuchName@1", "1.1.1=1", "noSuchName@7", "1.1.2=1", "noSuchName@1", "noSuchName@1"],
        &expect![[r#"
            next: 1.1 1.2
            next: 1.1
                0> 1.1.1
            next: 1.1.1 1.2
            next: 1.1.1
                0> 1.1.2
            next: 1.2
            next: 1.1.2
            Complete, bulk Never
        "#]],
    );
}

#[test]
fn names_without_a_value_are_stepped_over_and_said() {
    check(
        "1.1",
        &["1.1.1=1 1.1.2=none 1.1.3=1 1.1.4=none 1.2.1=1"],
        expect![[r#"
            bulk 10: 1.1
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
            bulk 10: 1.1 1.2
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
            bulk 10: 1.1 1.2
                0> 1.1.1
                1> 1.2.1
            next: 1.1.1
            Partial: the agent says that nothing follows 1.1.1, but has 1.2.1 (early-end) at 1.1.1, bulk Works
        "#]],
    );
}

#[test]
fn a_value_that_cannot_be_read_costs_its_column_only() {
    check(
        "1.1 1.2",
        &["malformed", "malformed", "malformed", "1.2.1=1", "1.3.1=1"],
        expect![[r#"
            bulk 10: 1.1 1.2
            next: 1.1 1.2
            next: 1.1
            next: 1.2
                1> 1.2.1
            bulk 10: 1.2.1
            Partial: 192.0.2.1:161: an answer could not be read: it ends too early (malformed) at 1.1, bulk Works
        "#]],
    );
}

#[test]
fn varbinds_that_nobody_asked_for_belong_to_no_column() {
    Script { options: RequestOptions { max_repetitions: 1, ..RequestOptions::default() }, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1 9.9.9=1", "1.2.1=1"],
        &expect![[r#"
            bulk 1: 1.1
                0> 1.1.1
            bulk 2: 1.1.1
            Complete, bulk Works
        "#]],
    );
}

#[test]
fn rows_and_octets_have_bounds() {
    Script { limits: Limits { rows: 2, octets: 1000 }, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1 1.1.2=1 1.1.3=1 1.1.4=1"],
        &expect![[r#"
            bulk 10: 1.1
                0> 1.1.1
                0> 1.1.2
            Partial: there are more than 2 rows (row-limit) at 1.1.3, bulk Works
        "#]],
    );
    Script { limits: Limits { rows: 100, octets: 20 }, ..Script::default() }.check(
        "1.1",
        &["1.1.1=1 1.1.2=1 1.1.3=1 1.1.4=1"],
        &expect![[r#"
            bulk 10: 1.1
                0> 1.1.1
                0> 1.1.2
            Partial: there are more than 20 octets of names and values (byte-limit) at 1.1.3, bulk Works
        "#]],
    );
}

#[test]
fn the_first_request_is_for_all_columns_and_then_they_are_split_over_the_lanes() {
    Script { lanes: 2, ..Script::default() }.check(
        "1.1 1.2 1.3",
        &["1.1.1=1 1.2.1=1 1.3.1=1", "1.2.1=1 1.3.1=1", "1.4.1=1"],
        &expect![[r#"
            bulk 10: 1.1 1.2 1.3
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
fn only_version_1_is_without_getbulk() {
    let community = || "public".into();
    assert!(!Security::new(crate::Credentials::V1 { community: community() }).has_bulk());
    assert!(Security::new(crate::Credentials::V2c { community: community() }).has_bulk());
}
