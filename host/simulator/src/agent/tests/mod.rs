mod faults;

use super::{devices::Devices, *};
use crate::{
    Operation,
    message::{Response, Version},
};

fn recording(text: &str) -> Recording {
    Recording::parse(text.as_bytes()).recording
}

fn agent() -> Agent {
    let mut agent = Agent::new(AgentLimits { max_message_size: 1_472, log_capacity: 2 }, Usm::new(&[]).unwrap());
    assert!(agent.add("one", &recording("1.3.6.1|2|1"), FaultPlan::healthy(), false));
    assert!(agent.add("two", &recording("1.3.6.1|2|2"), "drop:2".parse().unwrap(), false));
    agent
}

fn datagram(community: &str, request_id: i32) -> Vec<u8> {
    let request = Request {
        version: Version::V2c,
        community: community.as_bytes().to_vec(),
        operation: Operation::Get,
        request_id,
        non_repeaters: 0,
        max_repetitions: 0,
        names: vec!["1.3.6.1".parse().unwrap()],
        bindings: Vec::new(),
    };
    request.encode()
}

const PEER: Arrival = Arrival {
    peer: SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9),
    address: 0,
    now: Duration::ZERO,
};

/// Asks once, and tells what comes of it.
fn ask(agent: &mut Agent, community: &str, request_id: i32) -> String {
    let mut answer = Vec::new();
    let said = |answer: &[u8]| match Response::read(answer) {
        Ok(response) => {
            format!("{} of request {}", response.varbinds.first().map_or(0, value), response.request_id)
        }
        Err(_) => "nothing".to_owned(),
    };
    match agent.receive(&datagram(community, request_id), PEER, &mut answer) {
        Reaction::Ignore | Reaction::WrongCommunity => "ignored".to_owned(),
        Reaction::Hold { asked, .. } => format!("{} held as number {}", said(&answer), asked.number),
        Reaction::Answer { delivery: Delivery::Lost, .. } => "lost".to_owned(),
        Reaction::Answer { ahead, .. } => {
            let told: Vec<String> = ahead.iter().map(|(early, _)| said(early)).chain([said(&answer)]).collect();
            told.join(", then ")
        }
    }
}

fn value(varbind: &snmp::Varbind) -> i32 {
    match varbind.value {
        snmp::Value::Integer(number) => number,
        _ => -1,
    }
}

#[test]
fn the_community_chooses_the_device() {
    let mut agent = agent();
    assert!(agent.add_community("public", "two"));
    assert_eq!(ask(&mut agent, "one", 7), "1 of request 7");
    assert_eq!(ask(&mut agent, "two", 8), "2 of request 8");
    assert_eq!(ask(&mut agent, "public", 9), "2 of request 9");
}

#[test]
fn an_unknown_community_or_fault_is_not_answered() {
    let mut agent = agent();
    for community in ["three", "", "one!burn", "three!drop:1", "!", "one!drop"] {
        assert_eq!(ask(&mut agent, community, 1), "ignored", "{community}");
    }
    assert_eq!(agent.counters(), Counters { unknown_community: 6, ..Counters::default() });
}

#[test]
fn what_is_no_request_is_counted_and_not_answered() {
    let mut agent = agent();
    let mut answer = Vec::new();
    let whole = datagram("one", 1);
    for length in 0..whole.len() {
        assert!(matches!(agent.receive(&whole[..length], PEER, &mut answer), Reaction::Ignore), "{length}");
    }
    assert_eq!(agent.counters().malformed, whole.len() as u64);
}

#[test]
fn instances_of_a_device_count_their_requests_apart() {
    let mut agent = agent();
    assert_eq!(ask(&mut agent, "one!drop:2", 1), "1 of request 1");
    assert_eq!(ask(&mut agent, "one", 2), "1 of request 2");
    assert_eq!(ask(&mut agent, "one", 3), "1 of request 3");
    assert_eq!(ask(&mut agent, "one!drop:2", 4), "lost");
    let counters = agent.device_counters("one").unwrap();
    assert_eq!((counters.requests, counters.gets, counters.lost, counters.varbinds), (4, 4, 1, 4));
}

#[test]
fn faults_of_the_community_come_on_top_of_those_of_the_device() {
    let mut agent = agent();
    assert_eq!(ask(&mut agent, "two!wrongid", 1), "2 of request 2");
    assert_eq!(ask(&mut agent, "two!wrongid", 1), "lost");
}

#[test]
fn a_late_answer_comes_before_that_to_the_next_request() {
    let mut agent = agent();
    assert_eq!(ask(&mut agent, "one!late", 1), "nothing");
    assert_eq!(ask(&mut agent, "one!late", 2), "1 of request 1, then 1 of request 2");
    assert_eq!(ask(&mut agent, "one!late", 3), "nothing");
}

#[test]
fn a_new_plan_counts_from_one_again() {
    let mut agent = agent();
    ask(&mut agent, "two", 1);
    assert!(agent.set_plan("two", "dropfirst:1".parse().unwrap()));
    assert_eq!(ask(&mut agent, "two", 2), "lost");
    assert_eq!(ask(&mut agent, "two", 3), "2 of request 3");
    assert!(!agent.set_plan("three", FaultPlan::healthy()));
}

#[test]
fn a_new_recording_is_told_at_once() {
    let mut agent = agent();
    assert!(agent.set_recording("one", &recording("1.3.6.1|2|111")));
    assert_eq!(ask(&mut agent, "one", 1), "111 of request 1");
}

#[test]
fn the_log_forgets_the_oldest_requests() {
    let mut agent = agent();
    for request_id in 1..=3 {
        ask(&mut agent, "one", request_id);
    }
    let ids: Vec<(i32, u64)> = agent.log().iter().map(|asked| (asked.request.request_id, asked.number)).collect();
    assert_eq!(ids, [(2, 2), (3, 3)]);
}

#[test]
fn a_stepped_device_answers_nothing_by_itself() {
    let mut agent = Agent::new(AgentLimits { max_message_size: 1_472, log_capacity: 0 }, Usm::new(&[]).unwrap());
    agent.add("one", &recording("1.3.6.1|2|1"), FaultPlan::healthy(), true);
    assert_eq!(ask(&mut agent, "one!silent", 1), "1 of request 1 held as number 1");
    assert!(agent.log().is_empty());
}

#[test]
fn instances_have_a_bound() {
    let mut agent = agent();
    for delay in 1..=Devices::MAX_INSTANCES {
        ask(&mut agent, &format!("one!delay:{delay}"), 1);
    }
    assert_eq!(ask(&mut agent, "one!delay:999999", 1), "ignored");
    assert_eq!(agent.devices.instance_count(), Devices::MAX_INSTANCES);
}

#[test]
fn a_community_is_in_no_debug_text() {
    let request = Request::read(&datagram("one!silent", 1)).unwrap();
    assert!(!format!("{request:?}").contains("silent") && !format!("{request:?}").contains("111, 110, 101"));
}

#[test]
fn devices_of_one_recording_share_it() {
    let (one, other) = (recording("1.3.6.1|2|1"), recording("1.3.6.1|2|1"));
    let mut devices = Devices::default();
    for (name, recording) in [("a", &one), ("b", &one), ("c", &other)] {
        devices.add(name, recording, FaultPlan::healthy(), false);
    }
    let mut octets = |name: &[u8]| Arc::as_ptr(&devices.instance(name, 0).unwrap().1.device);
    assert_eq!(octets(b"a"), octets(b"b"));
    assert_ne!(octets(b"a"), octets(b"c"));
}
