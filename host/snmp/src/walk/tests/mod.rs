//! A walk and agents of all kinds, without a packet.

use std::time::Duration;

use expect_test::Expect;

use super::*;
use crate::{
    BulkUse, OnNonIncreasing, Outcome, Value, Varbind,
    pdu::{ErrorStatus, Response},
    profile::{Bulk, Order, VerifiedRepetitions},
};

mod beside;
mod bulk;
mod columns;
mod next;
mod order;
mod properties;
mod step_down;
mod verification;
mod width;

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

pub(crate) fn peer() -> SocketAddr {
    "192.0.2.1:161".parse().unwrap()
}

pub(crate) fn response(varbinds: Vec<Varbind>) -> Response {
    Response { request_id: 1, error_status: ErrorStatus::NO_ERROR, error_index: 0, varbinds }
}

pub(crate) fn error(status: i32, error_index: i32) -> Response {
    Response { error_status: ErrorStatus(status), error_index, ..response(Vec::new()) }
}

pub(crate) fn timeout() -> RequestError {
    RequestError::Timeout { peer: peer(), attempts: 3, waited: Duration::from_secs(3), clue: None }
}

pub(crate) fn deadline() -> RequestError {
    RequestError::Deadline { peer: peer(), attempts: 1, waited: Duration::from_secs(1), clue: None }
}

pub(crate) fn malformed() -> RequestError {
    RequestError::Malformed { peer: peer(), reason: crate::ber::DecodeError::Truncated }
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
        "deadline" => return Err(deadline()),
        _ => {}
    }
    let varbind = |text: &str| {
        let (name, value) = text.split_once('=').unwrap();
        let value = match value {
            "end" => Value::EndOfMibView,
            "none" => Value::NoSuchInstance,
            "no" => Value::NoSuchObject,
            "null" => Value::Null,
            number => Value::Integer(number.parse().unwrap()),
        };
        Varbind { name: oid(name), value }
    };
    Ok(response(answer.split_whitespace().map(varbind).collect()))
}

/// Lets everything be known of an agent that a walk would check, and everything be believed.
pub(crate) fn know(agent: &mut Capabilities) {
    agent.order = Order::Keeps;
    agent.trust = VerifiedRepetitions::blind();
    agent.nothing_behind = Some(Oid::from([0]));
}

/// A walk with one lane over `columns`, whose requests get these answers, one after the other.
struct Script {
    options: RequestOptions,
    has_bulk: bool,
    lanes: usize,
    /// Whether the agent was seen to answer, and a GETBULK too.
    is_alive: bool,
    has_bulked: bool,
    /// Whether the agent was seen to keep to the order.
    is_checked: bool,
}

fn options() -> RequestOptions {
    RequestOptions { max_rows: 100, max_bytes: 10_000, ..RequestOptions::default() }
}

impl Default for Script {
    fn default() -> Self {
        Self { options: options(), has_bulk: true, lanes: 1, is_alive: true, has_bulked: false, is_checked: true }
    }
}

impl Script {
    #[track_caller]
    fn check(&self, columns: &str, answers: &[&str], expected: &Expect) {
        let mut agent = Capabilities::new(self.has_bulk);
        agent.is_alive = self.is_alive;
        agent.trust = VerifiedRepetitions::blind();
        if self.has_bulked {
            agent.bulk = Bulk::Works;
        }
        if self.is_checked {
            know(&mut agent);
        }
        self.play(&mut agent, columns, answers, expected);
    }

    #[track_caller]
    fn play(&self, agent: &mut Capabilities, columns: &str, answers: &[&str], expected: &Expect) {
        let mut walk = Walk::new(peer(), columns.split(' ').map(oid).collect(), self.options.clone());
        let mut shown = Vec::new();
        let mut cells = 0;
        let mut answers = answers.iter();
        let mut asks = std::collections::VecDeque::new();
        loop {
            while let Some(ask) = walk.ask(self.lanes, agent, |_| false) {
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
                    walk.answered(&ask, response, octets, agent, |column, varbind| {
                        cells += 1;
                        shown.push(format!("    {column}> {}", varbind.name));
                    });
                }
                Err(error) => walk.failed(&ask, error, agent),
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
