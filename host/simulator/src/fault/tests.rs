use expect_test::{Expect, expect};

use super::*;
use crate::{
    device::RowOrder,
    message::{ErrorStatus, Operation, Version},
};

fn request(operation: Operation, max_repetitions: i32, names: u32) -> Request {
    Request {
        version: Version::V2c,
        community: b"device".to_vec(),
        operation,
        request_id: 1,
        non_repeaters: 0,
        max_repetitions,
        names: (0..names).map(|name| [1, 3, 6, name].into()).collect(),
        bindings: Vec::new(),
    }
}

/// Tells what a plan does to the first six answers.
#[track_caller]
fn check(plan: &str, request: &Request, expected: &Expect) {
    let plan: FaultPlan = plan.parse().unwrap();
    let mut said = String::new();
    for number in 1..=6 {
        let Treatment { refusal, order, request_id_offset, delivery, .. } = plan.treat(number, request);
        said += &match delivery {
            Delivery::Lost => "lost".to_owned(),
            Delivery::AfterNextRequest => "after the next request".to_owned(),
            Delivery::Sent { delay, copies } => format!("{copies} after {delay:?}"),
        };
        if let Some((status, index)) = refusal {
            said += &format!(", error {} at {index}", status.0);
        }
        if order != RowOrder::Honest {
            said += &format!(", {order:?}");
        }
        if request_id_offset != 0 {
            said += &format!(", request-id {request_id_offset:+}");
        }
        said.push('\n');
    }
    expected.assert_eq(&said);
}

#[test]
fn every_third_answer_is_lost() {
    check(
        "drop:3",
        &request(Operation::Get, 0, 1),
        &expect![[r#"
        1 after 0ns
        1 after 0ns
        lost
        1 after 0ns
        1 after 0ns
        lost
    "#]],
    );
}

#[test]
fn the_first_answers_are_lost() {
    check(
        "dropfirst:2",
        &request(Operation::Get, 0, 1),
        &expect![[r#"
        lost
        lost
        1 after 0ns
        1 after 0ns
        1 after 0ns
        1 after 0ns
    "#]],
    );
}

#[test]
fn odd_answers_come_late() {
    check(
        "late",
        &request(Operation::Get, 0, 1),
        &expect![[r#"
        after the next request
        1 after 0ns
        after the next request
        1 after 0ns
        after the next request
        1 after 0ns
    "#]],
    );
    check(
        "late:1500",
        &request(Operation::Get, 0, 1),
        &expect![[r#"
        1 after 1.5s
        1 after 0ns
        1 after 1.5s
        1 after 0ns
        1 after 1.5s
        1 after 0ns
    "#]],
    );
}

#[test]
fn faults_add_up() {
    check(
        "delay:20!double!wrongid!loop:3!drop:5",
        &request(Operation::GetBulk, 10, 1),
        &expect![[r#"
        2 after 20ms, Loop(3), request-id +1
        2 after 20ms, Loop(3), request-id +1
        2 after 20ms, Loop(3), request-id +1
        2 after 20ms, Loop(3), request-id +1
        lost, Loop(3), request-id +1
        2 after 20ms, Loop(3), request-id +1
    "#]],
    );
}

#[test]
fn faults_of_get_bulk_leave_other_requests_alone() {
    let treat = |plan: &str, request: &Request| plan.parse::<FaultPlan>().unwrap().treat(1, request);
    let (bulk, get) = (request(Operation::GetBulk, 11, 1), request(Operation::Get, 11, 4));
    for plan in ["toobig:10", "nobulk", "bulkgenerr", "toobigget:4"] {
        assert_eq!(treat(plan, &get), Treatment::honest(), "{plan}");
    }
    assert_eq!(treat("toobig:11", &bulk), Treatment::honest());
    assert_eq!(treat("toobig:10", &bulk).refusal, Some((ErrorStatus::TOO_BIG, 0)));
    assert_eq!(treat("bulkgenerr", &bulk).refusal, Some((ErrorStatus::GEN_ERR, 1)));
    assert_eq!(treat("nobulk", &bulk).delivery, Delivery::Lost);
    assert_eq!(treat("toobigget:3", &get).refusal, Some((ErrorStatus::TOO_BIG, 0)));
}

#[test]
fn a_plan_is_written_as_it_is_read() {
    for (form, _) in Fault::FORMS {
        let text = form.replace(":N:SEED", ":20:7").replace(":N", ":3").replace(":MS", ":1500").replace(":XX", ":a8");
        assert_eq!(text.parse::<FaultPlan>().map(|plan| plan.to_string()), Ok(text), "{form}");
    }
    let several = "drop:3!late!loss:5";
    assert_eq!(several.parse::<FaultPlan>().unwrap().to_string(), several);
    assert_eq!("".parse(), Ok(FaultPlan::healthy()));
}

#[test]
fn a_missing_number_is_the_usual_one() {
    let text = "loss!drip!flood!toobig!toobigget!generr!loop!neverend!short!skipabove!nosuchobj!eommid!huge!pdutype!\
                reboot!bootsdown!engchange!trailing";
    expect!["loss:3!drip:300!flood:50!toobig:10!toobigget:4!generr:50!loop:3!endless!short:4294967295!skipabove:55!nosuchobj:7!eommid:3!huge:60000!pdutype:a0!reboot:5!bootsdown:5!engchange:5!trailing:15"].assert_eq(&text.parse::<FaultPlan>().unwrap().to_string());
}

#[test]
fn what_is_no_fault_is_refused() {
    let error = |text: &str| text.parse::<FaultPlan>().unwrap_err().to_string();
    let all = Fault::FORMS.map(|(form, _)| form).join(", ");
    assert_eq!(error("burn"), format!("`burn` is not a fault; the faults are {all}"));
    assert_eq!(error("same!!same"), format!("`` is not a fault; the faults are {all}"));
    expect!["`drop` needs a whole number behind a colon, e.g. `drop:3`"].assert_eq(&error("drop"));
    expect!["`loop` needs a whole number behind a colon, e.g. `loop:3`"].assert_eq(&error("loop:"));
    expect!["the number of `drop` begins at 1"].assert_eq(&error("same!drop:0"));
    expect!["`silent` takes no number"].assert_eq(&error("silent:3"));
    expect!["`badmac` takes `only` behind a colon"].assert_eq(&error("badmac:3"));
    expect!["`pdutype` takes two hexadecimal digits behind a colon"].assert_eq(&error("pdutype:xx"));
}

#[test]
fn a_seed_decides_which_answers_are_lost() {
    let get = request(Operation::Get, 0, 1);
    let lost = |plan: &str| -> Vec<u64> {
        let plan: FaultPlan = plan.parse().unwrap();
        (1..=60).filter(|number| plan.treat(*number, &get).delivery == Delivery::Lost).collect()
    };
    assert_eq!(lost("loss:20"), [20, 40, 60]);
    assert_eq!(lost("loss:20:7"), lost("loss:20:7"));
    assert_ne!(lost("loss:20:7"), lost("loss:20:8"));
    let plan: FaultPlan = "loss:20:7".parse().unwrap();
    let all = (1..=20_000).filter(|number| plan.treat(*number, &get).delivery == Delivery::Lost).count();
    assert!((900..1_100).contains(&all), "{all} of 20,000 lost");
}

#[test]
fn the_page_for_authors_names_plans_that_there_are() {
    let page = include_str!("../../../../docs/plugins/testing.md");
    let (_, table) = page.split_once("Plans for `agent=PLAN`").unwrap();
    let (table, _) = table.split_once("\n`--all-faults`").unwrap();
    let plans: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(plan, _)| plan).collect();
    assert!(plans.len() > 10, "{plans:?}");
    for plan in plans {
        assert!(plan.parse::<FaultPlan>().is_ok(), "{plan}");
    }
}
