mod net_snmp;
mod net_snmp_forms;

use std::time::Duration;

use snmp::{Oid, Value, Varbind};
use tokio::{net::UdpSocket, time::timeout};

use super::*;
use crate::{
    SyntheticDevice,
    fault::Fault,
    message::{Operation, Request, Response, Version},
};

/// A client that is nothing but a socket.
struct Client(UdpSocket);

impl Client {
    async fn of(simulator: &Simulator) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        socket.connect(simulator.addr()).await.unwrap();
        Self(socket)
    }

    async fn send(&self, community: &str, request_id: i32) {
        self.0.send(&get(community, request_id)).await.unwrap();
    }

    /// The request-id of the next answer.
    async fn receive(&self) -> i32 {
        let mut datagram = [0; 2_000];
        let length = timeout(Duration::from_secs(60), self.0.recv(&mut datagram)).await.unwrap().unwrap();
        Response::read(&datagram[..length]).unwrap().request_id
    }
}

fn get(community: &str, request_id: i32) -> Vec<u8> {
    let request = Request {
        version: Version::V2c,
        community: community.as_bytes().to_vec(),
        operation: Operation::Get,
        request_id,
        non_repeaters: 0,
        max_repetitions: 0,
        names: vec![SYS_NAME.into()],
        bindings: Vec::new(),
    };
    request.encode()
}

const SYS_NAME: [u32; 9] = [1, 3, 6, 1, 2, 1, 1, 5, 0];

fn one() -> SimulatorBuilder {
    Simulator::builder().device("one", SyntheticDevice::default().recording())
}

#[tokio::test]
async fn many_devices_answer_on_one_port() {
    let named = |name: &str| SyntheticDevice { name: name.to_owned(), ..SyntheticDevice::default() }.recording();
    let simulator = Simulator::builder()
        .device("one", named("one"))
        .device("two", named("two"))
        .community("public", "two")
        .bind("127.0.0.1:0")
        .await
        .unwrap();
    let client = Client::of(&simulator).await;
    let mut names = Vec::new();
    for community in ["one", "two", "public"] {
        client.send(community, 1).await;
        let mut datagram = [0; 2_000];
        let length = client.0.recv(&mut datagram).await.unwrap();
        let response = Response::read(&datagram[..length]).unwrap();
        names.extend(response.varbinds.into_iter().map(|Varbind { value, .. }| value));
    }
    let text = |text: &str| Value::OctetString(text.as_bytes().to_vec());
    assert_eq!(names, [text("one"), text("two"), text("two")]);
    assert_eq!(simulator.device_counters("two").unwrap().gets, 2);
    let asked = simulator.requests();
    assert_eq!(asked.last().unwrap().request.names, [Oid::from(SYS_NAME)]);
}

#[tokio::test]
async fn several_addresses_show_the_same_devices() {
    let addrs: [SocketAddr; 2] = ["127.0.0.1:0".parse().unwrap(), "127.0.0.2:0".parse().unwrap()];
    let simulator = one().bind(addrs.as_slice()).await.unwrap();
    for addr in simulator.addrs() {
        let client = Client(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        client.0.connect(addr).await.unwrap();
        client.send("one", 5).await;
        // A connected socket takes answers from the address it asked only.
        assert_eq!(client.receive().await, 5);
    }
    assert_eq!(simulator.addrs().len(), 2);
}

#[tokio::test]
async fn held_answers_come_in_the_order_in_which_a_test_gives_them() {
    let simulator = one().stepping().bind("127.0.0.1:0").await.unwrap();
    let client = Client::of(&simulator).await;
    for request_id in 1..=3 {
        client.send("one", request_id).await;
    }
    let first = simulator.next_request().await.unwrap();
    let second = simulator.next_request().await.unwrap();
    let third = simulator.next_request().await.unwrap();
    assert_eq!((first.request.request_id, third.number, &*second.device), (1, 3, "one"));
    third.answer();
    second.drop();
    first.answer_twice();
    assert_eq!((client.receive().await, client.receive().await, client.receive().await), (3, 1, 1));
}

#[tokio::test]
async fn a_held_answer_may_be_changed() {
    let simulator = one().stepping_device("one").bind("127.0.0.1:0").await.unwrap();
    let client = Client::of(&simulator).await;
    client.send("one", 1).await;
    let held = simulator.next_request().await.unwrap();
    let mut changed = held.response().unwrap();
    changed.request_id = 99;
    held.send(held.octets());
    held.answer_with(&changed);
    assert_eq!((client.receive().await, client.receive().await), (1, 99));
}

#[tokio::test(start_paused = true)]
async fn a_delay_does_not_hold_up_the_requests_behind_it() {
    let simulator = one().runtime_timers().bind("127.0.0.1:0").await.unwrap();
    let client = Client::of(&simulator).await;
    client.send("one!delay:300", 1).await;
    client.send("one!delay:100", 2).await;
    client.send("one", 3).await;
    assert_eq!((client.receive().await, client.receive().await, client.receive().await), (3, 2, 1));
}

#[tokio::test]
async fn an_answer_is_late_by_the_latency_and_those_behind_it_keep_their_order() {
    let latency = Duration::from_millis(30);
    let simulator = one().latency(latency).bind("127.0.0.1:0").await.unwrap();
    let client = Client::of(&simulator).await;
    let start = std::time::Instant::now();
    for request_id in 1..=100 {
        client.send("one", request_id).await;
    }
    for request_id in 1..=100 {
        assert_eq!(client.receive().await, request_id);
    }
    assert!(start.elapsed() >= latency);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_answers_do_not_wait_for_each_other() {
    let latency = Duration::from_secs(30);
    let simulator = one().latency(latency).runtime_timers().bind("127.0.0.1:0").await.unwrap();
    let client = Client::of(&simulator).await;
    let start = tokio::time::Instant::now();
    for request_id in 1..=100 {
        client.send("one", request_id).await;
    }
    let mut seen = std::collections::BTreeSet::new();
    for _ in 1..=100 {
        seen.insert(client.receive().await);
    }
    assert_eq!(seen.len(), 100);
    assert_eq!(start.elapsed().as_secs(), latency.as_secs());
}

#[tokio::test]
async fn an_answer_may_come_twice_or_late() {
    let simulator = one().plan("one", Fault::Double).bind("127.0.0.1:0").await.unwrap();
    let client = Client::of(&simulator).await;
    client.send("one", 1).await;
    assert_eq!((client.receive().await, client.receive().await), (1, 1));
    assert!(simulator.set_plan("one", Fault::LateByOne));
    client.send("one", 2).await;
    client.send("one", 3).await;
    assert_eq!((client.receive().await, client.receive().await), (2, 3));
}

#[tokio::test]
async fn a_stopped_simulator_leaves_its_port() {
    let simulator = one().bind("127.0.0.1:0").await.unwrap();
    let addr = simulator.addr();
    simulator.stop().await;
    let again = one().bind(addr).await.unwrap();
    assert_eq!(again.addr(), addr);
}

#[tokio::test]
async fn a_description_that_does_not_fit_is_refused() {
    let error = |builder: SimulatorBuilder| async move { builder.bind("127.0.0.1:0").await.unwrap_err().to_string() };
    assert_eq!(error(one().device("one", Recording::default())).await, "there are two devices named `one`");
    for builder in [one().community("public", "two"), one().plan("two", Fault::Silent), one().stepping_device("two")] {
        assert_eq!(error(builder).await, "there is no device named `two`");
    }
    let simulator = one().bind("127.0.0.1:0").await.unwrap();
    let taken = one().bind(simulator.addr()).await.unwrap_err();
    assert_eq!(taken.to_string(), format!("cannot listen on {}", simulator.addr()));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_request_has_an_end() {
    let simulator = one().stepping().bind("127.0.0.1:0").await.unwrap();
    assert_eq!(simulator.next_request().await.unwrap_err().to_string(), "no request came within 10s");
}

#[tokio::test]
async fn thousands_of_addresses_take_a_few_sockets() {
    let recording = SyntheticDevice::default().recording();
    let devices = (0..2_000).map(|number| format!("device-{number}"));
    let builder = devices.fold(Simulator::builder(), |builder, name| builder.device(name, recording.clone()));
    let simulator = builder.bind_many(2_000).await.unwrap();
    let addrs = simulator.addrs();
    let distinct: std::collections::HashSet<&SocketAddr> = addrs.iter().collect();
    assert_eq!((addrs.len(), distinct.len()), (2_000, 2_000));
    assert_eq!(simulator.tasks.len(), 8);
    for place in [0, 1, 255, 256, 257, 1_999] {
        let client = Client(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        client.0.connect(addrs[place]).await.unwrap();
        client.send(&format!("device-{place}"), 5).await;
        // A connected socket takes answers from the address it asked only.
        assert_eq!(client.receive().await, 5, "{place}");
    }
    let engines: std::collections::HashSet<Vec<u8>> =
        (0..2_000).map(|place| simulator.engine_id(place).unwrap()).collect();
    assert_eq!(engines.len(), 2_000);
}

#[tokio::test]
async fn requests_are_numbered_for_each_address() {
    let simulator = one().plan("one", Fault::DropFirst(1)).bind_many(2).await.unwrap();
    for addr in simulator.addrs() {
        let client = Client(UdpSocket::bind("127.0.0.1:0").await.unwrap());
        client.0.connect(addr).await.unwrap();
        client.send("one", 1).await;
        client.send("one", 2).await;
        assert_eq!(client.receive().await, 2);
    }
}

/// Whether the answer to a request comes from the address and the port that were asked.
async fn source(simulator: &Simulator, addr: SocketAddr, community: &str) -> (bool, bool) {
    let client = Client(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    client.0.send_to(&get(community, 9), addr).await.unwrap();
    let mut datagram = [0; 2_000];
    let receive = timeout(Duration::from_secs(60), client.0.recv_from(&mut datagram));
    let (length, from) = receive.await.unwrap().unwrap();
    assert_eq!(Response::read(&datagram[..length]).unwrap().request_id, 9);
    assert_eq!(simulator.counters().overflowed, 0);
    (from.ip() == addr.ip(), from.port() == addr.port())
}

#[tokio::test]
async fn answers_may_come_from_another_port_or_address() {
    for simulator in [one().bind("127.0.0.1:0").await.unwrap(), one().bind_many(3).await.unwrap()] {
        let addr = simulator.addr();
        assert_eq!(source(&simulator, addr, "one").await, (true, true));
        assert_eq!(source(&simulator, addr, "one!otherport").await, (true, false));
        assert_eq!(source(&simulator, addr, "one!otherip").await, (false, true));
        // The other socket is there already.
        assert_eq!(source(&simulator, addr, "one!otherport").await, (true, false));
    }
}

#[tokio::test]
async fn a_number_of_addresses_has_bounds() {
    let error = |count| async move { one().bind_many(count).await.unwrap_err().to_string() };
    assert_eq!(error(0).await, "invalid number of addresses: 0; use 1 to 10000");
    assert_eq!(error(10_001).await, "invalid number of addresses: 10001; use 1 to 10000");
}

#[tokio::test]
async fn a_user_that_cannot_be_is_refused_by_name() {
    let user = crate::SimulatedUser::new("u").auth(crate::AuthProtocol::Md5, "");
    let error = one().user(user).bind("127.0.0.1:0").await.unwrap_err();
    assert_eq!(error.to_string(), "invalid user `u`");
}
