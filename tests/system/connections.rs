//! Clients that connect and ask for nothing, and what others notice of it.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    net::{Ipv4Addr, SocketAddr},
    process::Stdio,
};

use harness::{Proxy, SAFETY_NET};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// The loopback address with this number; 1 is the one that everybody has.
fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::LOCALHOST.to_bits() - 1 + number)
}

fn server(proxy: &Proxy) -> SocketAddr {
    proxy.client().server().trim_start_matches("http://").parse().expect("an address")
}

/// A connection from this address, with this text on it.
async fn connection(server: SocketAddr, from: u32, text: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((address(from), 0).into()).expect("an address of loopback");
    let mut stream = socket.connect(server).await.expect("the system takes it");
    stream.write_all(text.as_bytes()).await.expect("it is sent");
    stream
}

/// A connection with the beginning of a request on it.
async fn half_open(server: SocketAddr, from: u32) -> TcpStream {
    connection(server, from, "GET /health HTTP/1.1\r\nHost: proxy\r\n").await
}

async fn half_opens(server: SocketAddr, from: impl IntoIterator<Item = u32>) -> Vec<TcpStream> {
    let mut open = Vec::new();
    for from in from {
        open.push(half_open(server, from).await);
    }
    open
}

/// Waits until the server has closed a connection.
async fn closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    // The end may be a reset.
    let _ = timeout(SAFETY_NET, stream.read_to_end(&mut rest)).await.expect("it is closed");
}

/// Sends the rest of the request of a half-open connection and returns the status of the answer.
async fn completed(stream: &mut TcpStream) -> String {
    stream.write_all(b"\r\n").await.expect("it is sent");
    let mut answer = [0; 12];
    timeout(SAFETY_NET, stream.read_exact(&mut answer)).await.expect("it is answered").expect("it is answered");
    String::from_utf8(answer.to_vec()).expect("a status line")
}

async fn counters(proxy: &Proxy) -> Value {
    proxy.client().get("/health").await.body["connections"].clone()
}

/// Waits until the daemon counts so many connections that are open, its own client's included, and so many that wait.
async fn until(proxy: &Proxy, open: u64, waiting: u64) {
    let counted = async {
        loop {
            let counted = counters(proxy).await;
            if (counted["open"].as_u64(), counted["waiting"].as_u64()) == (Some(open), Some(waiting)) {
                return;
            }
        }
    };
    timeout(SAFETY_NET, counted).await.expect("it counts them");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open_connections_of_others_keep_nobody_from_being_served() {
    let (log, writer) = std::io::pipe().expect("a pipe");
    let limits = "[http]\nconnections = 60\nconnections_per_source = 20\nheader_time = '1h'\n";
    let proxy = Proxy::start_with_log(limits, &[], Stdio::from(writer)).await;
    // Four times what one source may have, and from many sources more than there is room for.
    let one = half_opens(server(&proxy), std::iter::repeat_n(2, 80)).await;
    let others = half_opens(server(&proxy), 3..83).await;

    let health = timeout(SAFETY_NET, proxy.client().get("/health")).await.expect("it is answered");
    assert_eq!(health.status, 200);
    let counted = counters(&proxy).await;
    let count = |name: &str| counted[name].as_u64().expect("a counter");
    assert_eq!((count("limit"), count("limit_per_source")), (60, 20));
    assert_eq!((count("open"), count("refused")), (60, 0), "{counted}");
    assert_eq!(count("gave_way"), count("accepted") - count("open"), "nobody went by himself: {counted}");
    drop((one, others));

    let mut log = BufReader::new(log);
    let mut line = String::new();
    while !line.contains("too many connections") {
        line.clear();
        assert_ne!(log.read_line(&mut line).expect("text"), 0, "it is told");
    }
    drop(proxy);
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("text");
    assert!(!rest.contains("too many connections"), "it is told once a minute: {rest}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_connection_without_a_complete_request_gives_way() {
    let proxy = Proxy::start_with("[http]\nconnections = 4\nheader_time = '1h'\n", &[]).await;
    let server = server(&proxy);
    let [oldest, mut second, third, fourth] =
        half_opens(server, [2, 3, 4, 5]).await.try_into().expect("four connections");
    let mut newest = half_open(server, 6).await;
    closed(oldest).await;
    assert_eq!(completed(&mut newest).await, "HTTP/1.1 200");
    assert_eq!(completed(&mut second).await, "HTTP/1.1 200");
    // What was served is idle from then on, and younger than what was not.
    let _another = half_open(server, 7).await;
    closed(third).await;
    let _another = half_open(server, 8).await;
    closed(fourth).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_all_of_its_body_gives_way_and_one_that_is_worked_on_does_not() {
    let proxy = Proxy::start_with("[http]\nconnections_per_source = 2\nbody_time = '1h'\n", &[]).await;
    let server = server(&proxy);
    let headers = format!("HTTP/1.1\r\nHost: proxy\r\nX-API-Key: {}\r\n", Proxy::API_KEY);
    let long_poll = format!("GET /traps?after=0&wait=60 {headers}\r\n");
    let _waits_for_traps = connection(server, 2, &long_poll).await;
    until(&proxy, 2, 0).await;
    let without_body = connection(server, 2, &format!("POST /snmp/poll {headers}Content-Length: 100\r\n\r\n{{")).await;
    until(&proxy, 3, 1).await;

    let _waits_too = connection(server, 2, &long_poll).await;
    closed(without_body).await;
    until(&proxy, 3, 0).await;

    // Where all of a source are busy, one more is told so.
    let mut refused = half_open(server, 2).await;
    // What it sent of its request is not read, so the end of the connection is a reset.
    let mut text = vec![0; 1_000];
    let length = timeout(SAFETY_NET, refused.read(&mut text)).await.expect("in time").expect("an answer");
    let text = String::from_utf8_lossy(&text[..length]);
    assert!(text.starts_with("HTTP/1.1 503 ") && text.contains("http.connections_per_source"), "{text}");
    let counted = counters(&proxy).await;
    assert_eq!((&counted["gave_way"], &counted["refused"]), (&json!(1), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_without_descriptors_makes_room_for_who_asks() {
    let proxy = Proxy::start_with("[http]\nheader_time = '1h'\n", &[]).await;
    let _open = half_opens(server(&proxy), 2..40).await;
    until(&proxy, 39, 38).await;
    // The lowest number that is free is the next to be given; with this limit it is not.
    let folder = format!("/proc/{}/fd", proxy.process_id());
    let next = (0..).find(|number| std::fs::symlink_metadata(format!("{folder}/{number}")).is_err());
    let pid = Pid::from_raw(proxy.process_id().try_into().expect("a process id"));
    let maximum = getrlimit(Resource::Nofile).maximum;
    prlimit(pid, Resource::Nofile, Rlimit { current: next, maximum }).expect("it takes the limit");

    let mut served = Vec::new();
    for from in 50..80 {
        let mut stream = half_open(server(&proxy), from).await;
        assert_eq!(completed(&mut stream).await, "HTTP/1.1 200");
        served.push(stream);
    }
    let counted = counters(&proxy).await;
    assert!(counted["accept_errors"].as_u64() > Some(0) && counted["gave_way"].as_u64() > Some(0), "{counted}");
}
