//! Every fault of version 1 and 2c, as a short transcript of what a client sees.

use expect_test::{Expect, expect};
use snmp::{Oid, Value, Varbind};

use super::super::*;
use crate::message::{Operation, Response, Version};

/// Two columns of three rows, and a counter of each size behind them.
const DEVICE: &str = "1.3.6.1.2.1.2.2.1.1.1|2|1\n1.3.6.1.2.1.2.2.1.1.2|2|2\n1.3.6.1.2.1.2.2.1.1.3|2|3\n\
    1.3.6.1.2.1.2.2.1.2.1|4|one\n1.3.6.1.2.1.2.2.1.2.2|4|two\n1.3.6.1.2.1.2.2.1.2.3|4|three\n\
    1.3.6.1.2.1.2.2.1.10.1|65|65535\n1.3.6.1.2.1.31.1.1.1.6.1|70|1\n";

#[derive(Clone, Copy)]
struct Question<'a> {
    version: Version,
    operation: Operation,
    /// Below 1.3.6.1.2.1.
    names: &'a [&'a str],
    repetitions: i32,
    /// How often it is asked.
    times: i32,
}

const GET: Question<'_> = Question {
    version: Version::V2c,
    operation: Operation::Get,
    names: &["2.2.1.1.1", "2.2.1.2.1"],
    repetitions: 0,
    times: 1,
};
const NEXT: Question<'_> = Question { operation: Operation::GetNext, names: &["2.2.1.1.1"], ..GET };
const BULK: Question<'_> = Question { operation: Operation::GetBulk, names: &["2.2.1.1"], repetitions: 4, ..GET };
const END: Question<'_> = Question { names: &["31.1.1.1.6.1"], ..NEXT };

#[track_caller]
fn check(plan: &str, question: Question<'_>, expected: &Expect) {
    let mut agent = Agent::new(AgentLimits { max_message_size: 1_472, log_capacity: 0 }, Usm::new(&[]).unwrap());
    agent.add("d", &Recording::parse(DEVICE.as_bytes()).recording, FaultPlan::healthy(), false);
    let mut said = String::new();
    for request_id in 1..=question.times {
        let request = Request {
            version: question.version,
            community: format!("d!{plan}").into_bytes(),
            operation: question.operation,
            request_id,
            non_repeaters: 0,
            max_repetitions: question.repetitions,
            names: question.names.iter().map(|name| format!("1.3.6.1.2.1.{name}").parse().unwrap()).collect(),
            bindings: Vec::new(),
        };
        let peer = SocketAddr::from(([127, 0, 0, 1], 9));
        let (mut answer, arrival) = (Vec::new(), Arrival { peer, address: 0, now: Duration::ZERO });
        let Reaction::Answer { delivery, source, ahead } = agent.receive(&request.encode(), arrival, &mut answer)
        else {
            said += "ignored\n";
            continue;
        };
        for (datagram, _) in ahead {
            said += &format!("ahead: {}\n", tell(&datagram, &request));
        }
        match delivery {
            Delivery::Lost => said += "lost\n",
            Delivery::AfterNextRequest => said += "later\n",
            Delivery::Sent { delay, copies } => {
                if !delay.is_zero() {
                    said += &format!("after {delay:?}: ");
                }
                if source != Source::Asked {
                    said += &format!("from {source:?}: ");
                }
                said += &format!("{}\n", vec![tell(&answer, &request); copies.into()].join("\n"));
            }
        }
    }
    expected.assert_eq(&said);
}

/// What is remarkable about a datagram, and its varbinds.
fn tell(datagram: &[u8], request: &Request) -> String {
    let Ok(response) = Response::read(datagram) else {
        let start: String = datagram.iter().take(12).map(|octet| format!("{octet:02x}")).collect();
        return format!("{} octets: {start}…", datagram.len());
    };
    let mut said = Vec::new();
    if response.version != request.version {
        said.push(format!("version {:?}", response.version));
    }
    if response.community != request.community {
        said.push(format!("community {}", String::from_utf8_lossy(&response.community)));
    }
    if response.pdu_tag != 0xa2 {
        said.push(format!("PDU {:02x}", response.pdu_tag));
    }
    if response.request_id != request.request_id {
        said.push(format!("id {:+}", response.request_id - request.request_id));
    }
    if response.error_status != crate::ErrorStatus::NO_ERROR {
        said.push(format!("error {} at {}", response.error_status.0, response.error_index));
    }
    said.extend(response.varbinds.iter().map(tell_varbind));
    if said.is_empty() { "empty".to_owned() } else { said.join(", ") }
}

fn tell_varbind(Varbind { name, value }: &Varbind) -> String {
    let value = match value {
        Value::OctetString(octets) if octets.len() > 20 => format!("{} octets", octets.len()),
        Value::OctetString(octets) => String::from_utf8_lossy(octets).into_owned(),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let name = name.to_string();
    format!("{}={value}", name.strip_prefix("1.3.6.1.2.1.").unwrap_or(&name))
}

/// The octets of the answer to a GET.
fn octets(plan: &str, name: &str) -> String {
    let mut agent = Agent::new(AgentLimits { max_message_size: 1_472, log_capacity: 0 }, Usm::new(&[]).unwrap());
    agent.add("d", &Recording::parse(DEVICE.as_bytes()).recording, plan.parse().unwrap(), false);
    let name: Oid = format!("1.3.6.1.2.1.{name}").parse().unwrap();
    let request = Request {
        version: Version::V2c,
        community: b"d".to_vec(),
        operation: Operation::Get,
        request_id: 1,
        non_repeaters: 0,
        max_repetitions: 0,
        names: vec![name],
        bindings: Vec::new(),
    };
    let peer = SocketAddr::from(([127, 0, 0, 1], 9));
    let mut answer = Vec::new();
    agent.receive(&request.encode(), Arrival { peer, address: 0, now: Duration::ZERO }, &mut answer);
    answer.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn rows_come_in_an_order_that_has_no_end() {
    check(
        "loop:2",
        BULK,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.1.2=2, 2.2.1.1.1=1, 2.2.1.1.2=2
    "#]],
    );
    check(
        "same",
        Question { names: &["2.2.1.1.1"], ..BULK },
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.1.1=1, 2.2.1.1.1=1, 2.2.1.1.1=1
    "#]],
    );
    check(
        "swap",
        BULK,
        &expect![[r#"
        2.2.1.1.2=2, 2.2.1.2.1=one, 2.2.1.2.3=three, 31.1.1.1.6.1=Counter64(1)
    "#]],
    );
    check(
        "endless",
        Question { names: &["2.2.1.2.3"], ..BULK },
        &expect![[r#"
        2.2.1.2.4=three, 2.2.1.2.5=three, 2.2.1.2.6=three, 2.2.1.2.7=three
    "#]],
    );
}

#[test]
fn get_bulk_tells_rows_twice_or_too_few_or_leaves_some_out() {
    check(
        "dup",
        BULK,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.1.1=1, 2.2.1.1.2=2, 2.2.1.1.2=2, 2.2.1.1.3=3, 2.2.1.1.3=3, 2.2.1.2.1=one, 2.2.1.2.1=one
    "#]],
    );
    check(
        "short:3",
        BULK,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.1.2=2, 2.2.1.1.3=3
    "#]],
    );
    check(
        "skipabove:2",
        BULK,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.1.2=2, 2.2.1.2.1=one, 2.2.1.2.3=three
    "#]],
    );
    check(
        "skipabove:4",
        BULK,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.1.2=2, 2.2.1.1.3=3, 2.2.1.2.1=one
    "#]],
    );
}

#[test]
fn the_end_is_told_in_other_ways() {
    check(
        "noeom",
        END,
        &expect![[r#"
        error 2 at 1, 31.1.1.1.6.1=Null
    "#]],
    );
    check(
        "noeom",
        Question { names: &["2.2.1.10"], ..BULK },
        &expect![[r#"
        error 2 at 1, 2.2.1.10=Null
    "#]],
    );
    check(
        "eomnull",
        END,
        &expect![[r#"
        31.1.1.1.6.1=Null
    "#]],
    );
    check(
        "eomnull",
        Question { names: &["2.2.1.10"], ..BULK },
        &expect![[r#"
        2.2.1.10.1=Counter32(65535), 31.1.1.1.6.1=Counter64(1), 31.1.1.1.6.1=Null
    "#]],
    );
    check(
        "eommid:2",
        BULK,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.1.2=2, 2.2.1.1.2=EndOfMibView
    "#]],
    );
    check(
        "nosuchobj:2",
        BULK,
        &expect![[r#"
        2.2.1.1.1=NoSuchObject, 2.2.1.1.2=2, 2.2.1.1.3=NoSuchObject, 2.2.1.2.1=one
    "#]],
    );
    check(
        "v1",
        GET,
        &expect![[r#"
        lost
    "#]],
    );
    check(
        "v1",
        Question { version: Version::V1, ..GET },
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
}

#[test]
fn the_end_may_look_like_something_else() {
    check(
        "nosuchend",
        END,
        &expect![[r#"
        31.1.1.1.6.1=NoSuchObject
    "#]],
    );
    check(
        "nosuchend",
        Question { names: &["2.2.1.10"], ..BULK },
        &expect![[r#"
        2.2.1.10.1=Counter32(65535), 31.1.1.1.6.1=Counter64(1), 31.1.1.1.6.1=NoSuchObject
    "#]],
    );
    check(
        "wraps",
        END,
        &expect![[r#"
        2.2.1.1.1=1
    "#]],
    );
    check(
        "wraps",
        Question { names: &["2.2.1.10"], ..BULK },
        &expect![[r#"
        2.2.1.10.1=Counter32(65535), 31.1.1.1.6.1=Counter64(1), 2.2.1.1.1=1, 2.2.1.1.2=2
    "#]],
    );
    check(
        "wraps",
        Question { version: Version::V1, ..END },
        &expect![[r#"
        2.2.1.1.1=1
    "#]],
    );
}

#[test]
fn a_request_may_have_too_many_names() {
    for operation in [Operation::Get, Operation::GetNext, Operation::GetBulk] {
        let two = Question { operation, repetitions: 1, ..GET };
        check(
            "silentabove:1",
            two,
            &expect![[r#"
            lost
        "#]],
        );
        check(
            "generrabove:1",
            two,
            &expect![[r#"
            error 5 at 0, 2.2.1.1.1=Null, 2.2.1.2.1=Null
        "#]],
        );
    }
    check(
        "silentabove:2",
        GET,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    let two = Question { names: GET.names, ..BULK };
    check(
        "emptyabove:1",
        two,
        &expect![[r#"
        empty
    "#]],
    );
    check(
        "emptyabove:2",
        two,
        &expect![[r#"
        2.2.1.1.2=2, 2.2.1.2.2=two, 2.2.1.1.3=3, 2.2.1.2.3=three, 2.2.1.2.1=one, 2.2.1.10.1=Counter32(65535), 2.2.1.2.2=two, 31.1.1.1.6.1=Counter64(1)
    "#]],
    );
    check(
        "bulkasnext",
        two,
        &expect![[r#"
        2.2.1.1.2=2, 2.2.1.2.2=two
    "#]],
    );
}

#[test]
fn a_row_that_cannot_be_read_is_an_error() {
    check(
        "generr:3",
        NEXT,
        &expect![[r#"
        2.2.1.1.2=2
    "#]],
    );
    check(
        "generr:3",
        Question { names: &["2.2.1.1.1", "2.2.1.1.3"], ..NEXT },
        &expect![[r#"
        error 5 at 2, 2.2.1.1.1=Null, 2.2.1.1.3=Null
    "#]],
    );
    check(
        "generr:3",
        BULK,
        &expect![[r#"
        error 5 at 1, 2.2.1.1=Null
    "#]],
    );
    check(
        "generr:3",
        GET,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "bulkgenerr",
        BULK,
        &expect![[r#"
        error 5 at 1, 2.2.1.1=Null
    "#]],
    );
    check(
        "toobig:3",
        BULK,
        &expect![[r#"
        error 1 at 0
    "#]],
    );
    check(
        "toobigget:1",
        GET,
        &expect![[r#"
        error 1 at 0
    "#]],
    );
    check(
        "nobulk",
        BULK,
        &expect![[r#"
        lost
    "#]],
    );
}

#[test]
fn values_are_not_what_they_should_be() {
    check(
        "types",
        GET,
        &expect![[r#"
        2.2.1.1.1=not-a-number, 2.2.1.2.1=3
    "#]],
    );
    check(
        "types",
        NEXT,
        &expect![[r#"
        2.2.1.1.2=not-a-number
    "#]],
    );
    check(
        "zeroint",
        GET,
        &expect![[r#"
        2.2.1.1.1=Unknown { tag: 2, octets: [] }, 2.2.1.2.1=one
    "#]],
    );
    check(
        "c64v1",
        Question { version: Version::V1, names: &["31.1.1.1.6.1"], ..GET },
        &expect![[r#"
        31.1.1.1.6.1=Counter64(1)
    "#]],
    );
    check(
        "huge:1000",
        Question { names: &["2.2.1.1.1"], ..GET },
        &expect![[r#"
        2.2.1.1.1=1000 octets
    "#]],
    );
    check(
        "huge:70000",
        Question { names: &["2.2.1.1.1"], ..GET },
        &expect![[r#"
        error 1 at 0
    "#]],
    );
    check(
        "huge:2000",
        BULK,
        &expect![[r#"
        2.2.1.1.1=2000 octets, 2.2.1.1.2=2000 octets, 2.2.1.1.3=2000 octets, 2.2.1.2.1=2000 octets
    "#]],
    );
    check(
        "shortcounter",
        Question { names: &["2.2.1.10.1"], ..GET },
        &expect![[r#"
        2.2.1.10.1=Counter32(65535)
    "#]],
    );
}

#[test]
fn the_list_is_not_that_of_the_request() {
    check(
        "emptyvbl",
        GET,
        &expect![[r#"
        empty
    "#]],
    );
    check(
        "emptyvbl",
        BULK,
        &expect![[r#"
        empty
    "#]],
    );
    check(
        "fewer",
        GET,
        &expect![[r#"
        2.2.1.1.1=1
    "#]],
    );
    check(
        "reorder",
        GET,
        &expect![[r#"
        2.2.1.2.1=one, 2.2.1.1.1=1
    "#]],
    );
    check(
        "extra",
        GET,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one, 1.3.6.1.4.1.8072.9999.1=unasked
    "#]],
    );
    check(
        "otheroid",
        GET,
        &expect![[r#"
        1.3.6.1.4.1.8072.9999.0=unasked, 1.3.6.1.4.1.8072.9999.1=unasked
    "#]],
    );
}

#[test]
fn the_head_of_the_answer_is_wrong() {
    check(
        "badstatus",
        GET,
        &expect![[r#"
        error 99 at 1000, 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "negindex",
        GET,
        &expect![[r#"
        error 5 at -1, 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "wrongid",
        GET,
        &expect![[r#"
        id +1, 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "pdutype:a8",
        GET,
        &expect![[r#"
        PDU a8, 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "wrongver",
        GET,
        &expect![[r#"
        version V1, 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "wrongver",
        Question { version: Version::V1, ..GET },
        &expect![[r#"
        version V2c, 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "wrongcomm",
        GET,
        &expect![[r#"
        community nobody, 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
}

#[test]
fn the_octets_of_the_answer_are_wrong() {
    check(
        "trunc",
        GET,
        &expect![[r#"
        31 octets: 303d02010104076421747275…
    "#]],
    );
    check(
        "garbage",
        GET,
        &expect![[r#"
        120 octets: 014a93dc256eb7004992db24…
    "#]],
    );
    check(
        "indef",
        GET,
        &expect![[r#"
        65 octets: 308002010104076421696e64…
    "#]],
    );
    check(
        "nonmin",
        GET,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "trailing:15",
        GET,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "echo",
        GET,
        &expect![[r#"
        PDU a0, 2.2.1.1.1=Null, 2.2.1.2.1=Null
    "#]],
    );
}

#[test]
fn answers_come_when_and_from_where_they_should_not() {
    check(
        "silent",
        GET,
        &expect![[r#"
        lost
    "#]],
    );
    check(
        "loss:2",
        Question { times: 4, ..GET },
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
        lost
        2.2.1.1.1=1, 2.2.1.2.1=one
        lost
    "#]],
    );
    check(
        "loss:2:1",
        Question { times: 6, ..GET },
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
        2.2.1.1.1=1, 2.2.1.2.1=one
        lost
        lost
        2.2.1.1.1=1, 2.2.1.2.1=one
        lost
    "#]],
    );
    check(
        "drip:300",
        GET,
        &expect![[r#"
        after 300ms: 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "double",
        GET,
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "late",
        Question { times: 3, ..GET },
        &expect![[r#"
        later
        ahead: id -1, 2.2.1.1.1=1, 2.2.1.2.1=one
        2.2.1.1.1=1, 2.2.1.2.1=one
        later
    "#]],
    );
    check(
        "stale",
        Question { times: 3, ..GET },
        &expect![[r#"
        2.2.1.1.1=1, 2.2.1.2.1=one
        ahead: id -1, 2.2.1.1.1=1, 2.2.1.2.1=one
        2.2.1.1.1=1, 2.2.1.2.1=one
        ahead: id -1, 2.2.1.1.1=1, 2.2.1.2.1=one
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "flood:2",
        GET,
        &expect![[r#"
        ahead: 41 octets: 300000000000000000000000…
        ahead: 41 octets: 300101010101010101010101…
        2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "otherport",
        GET,
        &expect![[r#"
        from OtherPort: 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
    check(
        "otherip",
        GET,
        &expect![[r#"
        from OtherAddress: 2.2.1.1.1=1, 2.2.1.2.1=one
    "#]],
    );
}

#[test]
fn faults_of_one_answer_add_up() {
    check(
        "fewer!wrongid!wrongcomm!trailing:2!delay:5!otherport",
        GET,
        &expect![[r#"
        after 5ms: from OtherPort: community nobody, id +1, 2.2.1.1.1=1
    "#]],
    );
    check(
        "drop:1!flood:9!stale",
        Question { times: 2, ..GET },
        &expect![[r#"
        lost
        lost
    "#]],
    );
}

#[test]
fn the_octets_are_those_of_the_agents_it_was_seen_in() {
    expect!["3025020101040164a21d02010102010002010030123010060a2b060102010202010a014102ffff"]
        .assert_eq(&octets("shortcounter", "2.2.1.10.1"));
    expect!["3023020101040164a21b0201010201000201003010300e060a2b0601020102020101010200"]
        .assert_eq(&octets("zeroint", "2.2.1.1.1"));
    expect!["3080020101040164a21c0201010201000201003011300f060a2b0601020102020101010201010000"]
        .assert_eq(&octets("indef", "2.2.1.1.1"));
    expect!["308400000024020101040164a21c0201010201000201003011300f060a2b060102010202010101020101"]
        .assert_eq(&octets("nonmin", "2.2.1.1.1"));
    expect!["3024020101040164a21c0201010201000201003011300f060a2b060102010202010101020101000000"]
        .assert_eq(&octets("trailing:3", "2.2.1.1.1"));
}
