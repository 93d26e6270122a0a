use proptest::prelude::*;
use snmp::Value;

use super::*;
use crate::{
    FaultPlan, SyntheticDevice,
    agent::{Agent, AgentLimits, Arrival, Reaction},
    ber::tests::{any_oid, any_value},
};

fn any_request() -> impl Strategy<Value = Request> {
    let operation = prop_oneof![Just(Operation::Get), Just(Operation::GetNext), Just(Operation::Set)];
    let kind = prop_oneof![
        (Just(Version::V1), operation.clone()),
        (Just(Version::V2c), operation),
        Just((Version::V2c, Operation::GetBulk)),
    ];
    // Half of the names are those of a device, more or less.
    let known = prop_oneof![Just("1.3.6.1.2.1.1.5.0"), Just("1.3.6.1.2.1.2.2.1"), Just("1.3.6.1.2.1.31.1.1.1.6.3")];
    let name = prop_oneof![any_oid(), known.prop_map(|text| text.parse().unwrap())];
    let names = proptest::collection::vec(name, 0..8);
    (kind, any::<i32>(), -2..3, prop_oneof![-1..40, any::<i32>()], names).prop_map(
        |((version, operation), request_id, non_repeaters, max_repetitions, names)| Request {
            version,
            community: b"device".to_vec(),
            operation,
            request_id,
            non_repeaters,
            max_repetitions,
            names,
            bindings: Vec::new(),
        },
    )
}

fn agent() -> Agent {
    let mut agent =
        Agent::new(AgentLimits { max_message_size: 1_472, log_capacity: 0 }, crate::v3::Usm::new(&[]).unwrap());
    agent.add("device", &SyntheticDevice::default().recording(), FaultPlan::healthy(), false);
    agent
}

const PEER: Arrival = Arrival {
    peer: std::net::SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9),
    address: 0,
    now: std::time::Duration::ZERO,
};

proptest! {
    #[test]
    fn a_request_reads_as_it_was_written(request in any_request()) {
        let read = Request::read(&request.encode()).unwrap();
        prop_assert_eq!(Request { bindings: Vec::new(), ..read }, request);
    }

    #[test]
    fn a_response_reads_as_it_was_written(
        request in any_request(),
        varbinds in proptest::collection::vec((any_oid(), any_value()), 0..6),
        status in any::<i32>(),
    ) {
        let varbinds = varbinds.into_iter().map(|(name, value)| Varbind { name, value }).collect();
        let response = Response { error_status: ErrorStatus(status), ..request.respond(varbinds) };
        prop_assert_eq!(Response::read(&response.encode()).unwrap(), response);
    }

    #[test]
    fn every_request_gets_an_answer_that_fits_and_can_be_read(request in any_request()) {
        let mut answer = Vec::new();
        let reaction = agent().receive(&request.encode(), PEER, &mut answer);
        let answered = matches!(reaction, Reaction::Answer { .. });
        prop_assert!(answered);
        prop_assert!(answer.len() <= 1_472);
        let response = Response::read(&answer).unwrap();
        prop_assert_eq!(response.request_id, request.request_id);
        let whole = request.operation != Operation::GetBulk && response.error_status == ErrorStatus::NO_ERROR;
        prop_assert!(!whole || response.varbinds.len() == request.names.len());
    }

    #[test]
    fn a_damaged_request_does_no_harm(request in any_request(), at in any::<prop::sample::Index>(), octet: u8) {
        let mut datagram = request.encode();
        let at = at.index(datagram.len());
        datagram[at] = octet;
        let mut answer = Vec::new();
        agent().receive(&datagram, PEER, &mut answer);
        agent().receive(&datagram[..at], PEER, &mut answer);
    }

    #[test]
    fn what_fits_a_message_is_known_before_it_is_written(limit in 60..2_000_usize, request_id: i32) {
        let envelope =
            Envelope { version: Version::V2c, community: b"device", pdu_tag: tag::RESPONSE, numbers: [request_id, 0, 0] };
        let length = |bindings: usize| {
            let mut out = Vec::new();
            envelope.put(&mut out, &vec![0; bindings]);
            out.len()
        };
        let capacity = envelope.capacity(limit);
        prop_assert!(length(capacity) <= limit);
        prop_assert!(length(capacity + 1) > limit);
    }
}

#[test]
fn versions_and_pdus_of_others_are_named() {
    let v2 = Request {
        version: Version::V2c,
        community: b"device".to_vec(),
        operation: Operation::GetBulk,
        request_id: 1,
        non_repeaters: 0,
        max_repetitions: 1,
        names: vec![[1, 3].into()],
        bindings: Vec::new(),
    };
    let error = |datagram: &[u8]| Request::read(datagram).unwrap_err().to_string();
    let mut datagram = v2.encode();
    datagram[4] = 3;
    assert_eq!(error(&datagram), "unsupported SNMP version (field 3)");
    assert_eq!(
        error(&Request { version: Version::V1, ..v2.clone() }.encode()),
        "a PDU of tag 0xa5 is not expected here"
    );
    assert_eq!(error(&v2.respond(Vec::new()).encode()), "a PDU of tag 0xa2 is not expected here");
    assert_eq!(error(b"GET / HTTP/1.1"), "malformed message");
}

#[test]
fn a_refusal_gives_the_names_back() {
    let datagram = Request {
        version: Version::V2c,
        community: b"device".to_vec(),
        operation: Operation::Get,
        request_id: 1,
        non_repeaters: 0,
        max_repetitions: 0,
        names: vec![[1, 3, 6].into()],
        bindings: Vec::new(),
    };
    let refusal = datagram.refuse(ErrorStatus::GEN_ERR, 1);
    assert_eq!(refusal.varbinds, [Varbind { name: [1, 3, 6].into(), value: Value::Null }]);
    assert_eq!(Response::read(&refusal.encode()).unwrap(), refusal);
}
