//! Decoded packets for programs: the object that POST /snmp/decode answers, written while the packets are read. Each
//! message is a line, and behind them each problem.

use decoding::{Decoded, PacketProblem};
use serde_json::json;
use snmp::counted;

/// Problems that wait until the messages are written. Beyond, the last one says how many more there are.
const MAX_PROBLEMS: usize = 10_000;

/// Writes the object.
#[derive(Debug, Default)]
pub(super) struct PacketJson {
    messages: usize,
    problems: Vec<PacketProblem>,
    more_problems: usize,
}

impl PacketJson {
    /// Writes what comes next.
    pub(super) fn write(&mut self, decoded: Decoded, to: &mut String) -> Result<(), serde_json::Error> {
        match decoded {
            Decoded::Message(message, problems) => {
                self.begin(to);
                self.messages += 1;
                to.push_str(message.get());
                problems.into_iter().for_each(|problem| self.problem(problem));
            }
            Decoded::Problem(problem) => self.problem(problem),
            Decoded::End(packets, others) => {
                if self.messages == 0 {
                    to.push_str("{\"messages\":[");
                }
                to.push_str("\n],\"problems\":[");
                if self.more_problems > 0 {
                    let are = if self.more_problems == 1 { "is" } else { "are" };
                    let text = format!("{} {are} left out", counted(self.more_problems, "more problem"));
                    self.problems.push(PacketProblem::new("input", None, text));
                }
                for (place, problem) in self.problems.iter().enumerate() {
                    to.push_str(if place == 0 { "\n" } else { ",\n" });
                    to.push_str(&serde_json::to_string(problem)?);
                }
                to.push_str(&format!("\n],\"packets\":{},\"others\":{}}}\n", json!(packets), json!(others)));
            }
        }
        Ok(())
    }

    /// What stands before a message.
    fn begin(&self, to: &mut String) {
        to.push_str(if self.messages == 0 { "{\"messages\":[\n" } else { ",\n" });
    }

    fn problem(&mut self, problem: PacketProblem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.more_problems += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use decoding::{OtherPackets, PacketCounts};
    use serde_json::{Value, value::to_raw_value};

    use super::*;

    fn written(decoded: impl IntoIterator<Item = Decoded>) -> String {
        let (mut json, mut text) = (PacketJson::default(), String::new());
        decoded.into_iter().for_each(|decoded| json.write(decoded, &mut text).unwrap());
        text
    }

    fn end() -> Decoded {
        let others = vec![OtherPackets { what: "ARP".to_owned(), packets: 1, first: 2 }];
        Decoded::End(PacketCounts { read: 3, other: 1 }, others)
    }

    #[test]
    fn each_message_and_each_problem_is_a_line_of_one_object() {
        let problem = || PacketProblem::new("message", Some(1), "it breaks off");
        let message = |number: u8| to_raw_value(&json!({ "request_id": number })).unwrap();
        let text = written([
            Decoded::Message(message(1), vec![problem()]),
            Decoded::Problem(problem()),
            Decoded::Message(message(2), vec![]),
            end(),
        ]);
        let object: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(object["messages"], json!([{ "request_id": 1 }, { "request_id": 2 }]));
        assert_eq!(object["problems"].as_array().unwrap().len(), 2);
        assert_eq!(
            (&object["packets"], &object["others"][0]["what"]),
            (&json!({ "read": 3, "other": 1 }), &json!("ARP"))
        );
        assert_eq!(text.lines().filter(|line| line.starts_with("{\"request_id\"")).count(), 2, "{text}");
        let nothing: Value = serde_json::from_str(&written([end()])).unwrap();
        assert_eq!(nothing["messages"], json!([]));
    }

    #[test]
    fn problems_beyond_the_limit_are_counted() {
        let problems =
            (0..MAX_PROBLEMS + 7).map(|_| Decoded::Problem(PacketProblem::new("frame", Some(1), "not read")));
        let object: Value = serde_json::from_str(&written(problems.chain([end()]))).unwrap();
        let problems = object["problems"].as_array().unwrap();
        assert_eq!(problems.len(), MAX_PROBLEMS + 1);
        assert_eq!(problems[MAX_PROBLEMS]["text"], "7 more problems are left out");
    }
}
