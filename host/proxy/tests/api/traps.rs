//! The trap log: listed, waited for, followed.

use ::traps::{Facts, NewEntry, Severity, TrapLog};
use expect_test::{Expect, expect};

use super::*;

/// A server and the log that it serves.
async fn server() -> (Server, TrapLog) {
    let proxy = Proxy::start_without_plugins(Settings::with_api_key(KEY)).await.unwrap();
    let log = proxy.traps().clone();
    (Server::serve(proxy).await, log)
}

fn record(source: &str, trap_oid: &str, severity: Option<Severity>) -> NewEntry {
    let facts = Facts { source: source.parse().unwrap(), trap_oid: Some(trap_oid.parse().unwrap()), severity };
    NewEntry { json: format!(r#"{{"source":"{source}"}}"#), facts }
}

/// Three records of different kinds.
fn three() -> Vec<NewEntry> {
    vec![
        record("10.0.0.1", "1.3.6.1.6.3.1.1.5.3", Some(Severity::Warning)),
        record("10.0.0.2", "1.3.6.1.6.3.1.1.5.4", Some(Severity::Notice)),
        record("fd00::1", "1.3.6.1.4.1.9.9.43.2.0.1", None),
    ]
}

/// Asks a server that has three records, and shows the answers.
async fn check(paths: &[&str], expected: Expect) {
    let (server, log) = server().await;
    log.append(three()).await.unwrap();
    let mut shown = String::new();
    for path in paths {
        let answer = server.send(&format!("GET {path}\nX-API-Key: {KEY}")).await;
        shown += &format!("{path} -> {} {}\n", answer.status, answer.body);
    }
    expected.assert_eq(&shown);
}

#[tokio::test]
async fn records_are_listed_from_the_oldest_on() {
    check(
        &[
            "/traps",
            "/traps?limit=2",
            "/traps?after=2&limit=2",
            "/traps?after=3",
            "/traps?after=99",
            "/traps?after=3&wait=0.01",
            "/traps?after=&unknown=1",
            "/traps/2",
        ],
        expect![[r#"
            /traps -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"},{"number":2,"stored":true,"source":"10.0.0.2"},{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps?limit=2 -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"},{"number":2,"stored":true,"source":"10.0.0.2"}],"next":2,"missed":0}
            /traps?after=2&limit=2 -> 200 {"traps":[{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps?after=3 -> 200 {"traps":[],"next":3,"missed":0}
            /traps?after=99 -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"},{"number":2,"stored":true,"source":"10.0.0.2"},{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps?after=3&wait=0.01 -> 200 {"traps":[],"next":3,"missed":0}
            /traps?after=&unknown=1 -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"},{"number":2,"stored":true,"source":"10.0.0.2"},{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps/2 -> 200 {"number":2,"stored":true,"source":"10.0.0.2"}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn only_what_is_wanted_is_listed() {
    check(
        &[
            "/traps?source=10.0.0.1",
            "/traps?source=10.0.0.2,fd00::/8",
            "/traps?source=10.0.0.1&source=fd00::1",
            "/traps?oid=.1.3.6.1.4.1.9",
            "/traps?oid=1.3.6.1.6.3.1.1.5.4,1.3.6.1.4.1",
            "/traps?severity=Warning",
            "/traps?severity=debug&source=0.0.0.0/0&oid=1.3.6",
            "/traps?source=192.0.2.0/24",
        ],
        expect![[r#"
            /traps?source=10.0.0.1 -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"}],"next":3,"missed":0}
            /traps?source=10.0.0.2,fd00::/8 -> 200 {"traps":[{"number":2,"stored":true,"source":"10.0.0.2"},{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps?source=10.0.0.1&source=fd00::1 -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"},{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps?oid=.1.3.6.1.4.1.9 -> 200 {"traps":[{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps?oid=1.3.6.1.6.3.1.1.5.4,1.3.6.1.4.1 -> 200 {"traps":[{"number":2,"stored":true,"source":"10.0.0.2"},{"number":3,"stored":true,"source":"fd00::1"}],"next":3,"missed":0}
            /traps?severity=Warning -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"}],"next":3,"missed":0}
            /traps?severity=debug&source=0.0.0.0/0&oid=1.3.6 -> 200 {"traps":[{"number":1,"stored":true,"source":"10.0.0.1"},{"number":2,"stored":true,"source":"10.0.0.2"}],"next":3,"missed":0}
            /traps?source=192.0.2.0/24 -> 200 {"traps":[],"next":3,"missed":0}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn what_is_wrong_or_unknown_is_refused() {
    check(
        &[
            "/traps?after=x&wait=soon&limit=0&source=10.0.0.1,host&oid=1.x&severity=loud",
            "/traps?limit=1001&after=-1",
            "/traps?limit=1&limit=2",
            "/traps/events?source=10.0.0.0/33",
            "/traps/4",
            "/traps/0",
            "/traps/x",
            "/traps/18446744073709551615",
        ],
        expect![[r#"
            /traps?after=x&wait=soon&limit=0&source=10.0.0.1,host&oid=1.x&severity=loud -> 422 {"detail":[{"type":"int_parsing","loc":["query","after"],"msg":"Input should be a valid integer, unable to parse string as an integer"},{"type":"float_parsing","loc":["query","wait"],"msg":"Input should be a number of seconds, 0 or more"},{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 1"},{"type":"value_error","loc":["query","source",1],"msg":"Input should be an address or a network: a network is written with an address, not with a name"},{"type":"value_error","loc":["query","oid",0],"msg":"Input should be an OID: an OID is 2 to 128 numbers below 2^32 with dots between them, the first from 0 to 2, e.g. 1.3.6.1.2.1.1.5.0"},{"type":"literal_error","loc":["query","severity"],"msg":"Input should be 'emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational' or 'debug'"}]}
            /traps?limit=1001&after=-1 -> 422 {"detail":[{"type":"int_parsing","loc":["query","after"],"msg":"Input should be a valid integer, unable to parse string as an integer"},{"type":"less_than_equal","loc":["query","limit"],"msg":"Input should be less than or equal to 1000"}]}
            /traps?limit=1&limit=2 -> 400 {"detail":"The query cannot be read"}
            /traps/events?source=10.0.0.0/33 -> 422 {"detail":[{"type":"value_error","loc":["query","source",0],"msg":"Input should be an address or a network: invalid prefix length: it is a number from 0 to 32, for IPv6 to 128"}]}
            /traps/4 -> 404 {"detail":"Unknown trap"}
            /traps/0 -> 404 {"detail":"Unknown trap"}
            /traps/x -> 404 {"detail":"Unknown trap"}
            /traps/18446744073709551615 -> 404 {"detail":"Unknown trap"}
        "#]],
    )
    .await;
}

#[tokio::test]
async fn a_wait_ends_with_a_record_that_is_wanted_or_with_the_server() {
    let (server, log) = server().await;
    let waiting = server.get("/traps?after=0&wait=50&source=fd00::/8");
    let append = async {
        let [one, two, three] = three().try_into().unwrap();
        for unwanted in [one, two] {
            log.append(vec![unwanted]).await.unwrap();
        }
        log.append(vec![three]).await.unwrap()
    };
    let (found, _) = tokio::join!(waiting, append);
    assert_eq!(
        found,
        json!({ "traps": [{ "number": 3, "stored": true, "source": "fd00::1" }], "next": 3, "missed": 0 })
    );

    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    let request = format!("GET /traps?after=3&wait=50 HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    server.stop().await;
    let mut answer = Vec::new();
    // The server may not have looked at the request yet when it was stopped; then it resets the connection.
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).unwrap();
    let is_whole = answer.ends_with(r#"{"traps":[],"next":3,"missed":0}"#);
    assert!(is_whole || answer.is_empty(), "the end cuts nobody off: {answer}");
}

/// A stream of events.
struct Events {
    stream: TcpStream,
    text: String,
}

impl Events {
    /// Opens one, with a query and headers, each with its line end.
    async fn open(server: &Server, query: &str, headers: &str) -> Self {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        let request = format!("GET /traps/events{query} HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut events = Self { stream, text: String::new() };
        events.until("\r\n\r\n").await;
        events
    }

    /// Reads until this text is there, and returns everything so far.
    async fn until(&mut self, text: &str) -> &str {
        while !self.text.contains(text) {
            let mut octets = [0; 4096];
            let count = tokio::time::timeout(A_LONG_TIME, self.stream.read(&mut octets)).await.unwrap().unwrap();
            assert!(count > 0, "the stream has ended: {}", self.text);
            self.text += std::str::from_utf8(&octets[..count]).unwrap();
        }
        &self.text
    }

    /// The events so far, without what HTTP puts around them.
    fn shown(&self) -> String {
        let lines = self.text.lines().skip_while(|line| !line.is_empty());
        lines.filter(|line| line.contains(": ")).map(|line| format!("{line}\n")).collect()
    }
}

#[tokio::test]
async fn a_stream_begins_with_the_next_record_or_where_its_client_was() {
    let (server, log) = server().await;
    log.append(three()).await.unwrap();
    let mut new = Events::open(&server, "", "").await;
    let mut resumed = Events::open(&server, "?after=1", "Last-Event-ID: 2\r\n").await;
    let mut after = Events::open(&server, "?after=1&severity=notice", "").await;
    let mut beyond = Events::open(&server, "?after=99", "").await;
    assert!(new.text.to_ascii_lowercase().contains("content-type: text/event-stream"));
    log.append(vec![record("10.0.0.9", "1.3", Some(Severity::Alert))]).await.unwrap();
    for events in [&mut new, &mut resumed, &mut after, &mut beyond] {
        events.until("10.0.0.9\"}\n\n").await;
    }
    let fourth = "id: 4\nevent: trap\ndata: {\"number\":4,\"stored\":true,\"source\":\"10.0.0.9\"}\n";
    let number = |number: u64, source: &str| {
        format!("id: {number}\nevent: trap\ndata: {{\"number\":{number},\"stored\":true,\"source\":\"{source}\"}}\n")
    };
    // Each begins with the id that it goes on behind, so that a client that saw no event comes back to there.
    assert_eq!(new.shown(), format!("id: 3\n{fourth}"));
    assert_eq!(resumed.shown(), format!("id: 2\n{}{fourth}", number(3, "fd00::1")));
    assert_eq!(after.shown(), format!("id: 1\n{}{fourth}", number(2, "10.0.0.2")));
    let all = number(1, "10.0.0.1") + &number(2, "10.0.0.2") + &number(3, "fd00::1");
    assert_eq!(beyond.shown(), format!("id: 0\n{all}{fourth}"), "it is another log");
    let wrong = server.send(&format!("GET /traps/events\nX-API-Key: {KEY}\nLast-Event-ID: x")).await.json(422);
    assert_eq!(wrong["detail"][0]["loc"], json!(["header", "last-event-id"]));
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let (server, log) = server().await;
    let mut events = Events::open(&server, "", "").await;
    log.append(three()).await.unwrap();
    events.until("fd00::1").await;
    server.stop().await;
    let mut rest = Vec::new();
    events.stream.read_to_end(&mut rest).await.unwrap();
    assert!(rest.ends_with(b"0\r\n\r\n"), "the stream has a proper end");
}

#[tokio::test]
async fn more_streams_than_there_is_place_for_are_refused() {
    let (server, _log) = server().await;
    let mut open = Vec::new();
    for _ in 0..64 {
        open.push(Events::open(&server, "", "").await);
    }
    let refused = server.send(&format!("GET /traps/events\nX-API-Key: {KEY}")).await;
    assert!(refused.head.contains("retry-after: 5"));
    assert_eq!(
        refused.json(503),
        json!({ "detail": "Too many streams of traps are open (limit `traps.event_streams`)" })
    );
    assert_eq!(server.get("/traps").await["next"], 0);
}
