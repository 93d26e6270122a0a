//! Records go on to others, to each as it wants them.

use std::time::{Duration, Instant};

use harness::{SAFETY_NET, SnmpTrapd};
use serde_json::Value;
use simulator::{Sender, SimulatedNotification};
use snmp::Value as SnmpValue;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UdpSocket},
    time::timeout,
};

use super::{receiver, records_after};

#[tokio::test(flavor = "multi_thread")]
async fn a_record_goes_to_everybody_who_wants_it() {
    let Some(trapd) = SnmpTrapd::start().await else { return };
    let other = receiver("communities = [\"forwarded\"]\n", &[]).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = folder.path().join("traps.jsonl");
    let web = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let syslog = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let settings = format!(
        r#"communities = ["public"]

[[traps.forward]]
name = "lines"
to = "file"
path = "{lines}"

[[traps.forward]]
name = "web"
to = "webhook"
url = "http://{web}/traps"
secret = "what only both know"

[[traps.forward]]
name = "logs"
to = "syslog"
address = "{syslog}"
oids = ["1.3.6.1.6.3.1.1.5.3"]

[[traps.forward]]
name = "net-snmp"
to = "snmp"
address = "127.0.0.1:{trapd}"
community = "public"

[[traps.forward]]
name = "another-proxy"
to = "snmp"
address = "{other}"
community = "forwarded"
inform = true
"#,
        lines = lines.display(),
        web = web.local_addr().expect("its address"),
        syslog = syslog.local_addr().expect("its address"),
        trapd = trapd.port,
        other = other.trap_address().await,
    );
    let proxy = receiver(&settings, &[]).await;
    let sender = Sender::builder(proxy.trap_address().await).community("public").bind().await.expect("a socket");
    // The syslog server wants the second one only.
    for trap in [4, 3] {
        let notification = SimulatedNotification::trap(77, [1, 3, 6, 1, 6, 3, 1, 1, 5, trap])
            .with([1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 7], SnmpValue::Integer(7));
        sender.send(&notification).await.expect("it is sent");
    }
    let records = records_after(proxy.client(), 0, 2).await;
    assert_eq!(records.len(), 2);

    let (body, signature) = posted(&web, 2).await;
    assert_eq!(body, records, "the webhook gets the records as they are in the log");
    assert!(signature.contains("sha256="), "{signature}");

    let mut datagram = vec![0; 4_096];
    let length = timeout(SAFETY_NET, syslog.recv(&mut datagram)).await.expect("in time").expect("a datagram");
    let message = String::from_utf8_lossy(&datagram[..length]).into_owned();
    assert!(message.contains("linkDown") && message.starts_with('<'), "{message}");

    eventually("the file has both records", || {
        let text = std::fs::read_to_string(&lines).unwrap_or_default();
        let written: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        written == records
    })
    .await;
    eventually("snmptrapd has both notifications", || {
        let log = trapd.log();
        log.contains(".1.3.6.1.6.3.1.1.5.4") && log.contains(".1.3.6.1.6.3.1.1.5.3")
    })
    .await;
    let forwarded = records_after(other.client(), 0, 2).await;
    let told: Vec<_> = forwarded.iter().map(|record| (&record["snmp"]["pdu"], &record["trap"]["name"])).collect();
    assert_eq!(told, [(&Value::from("inform"), &Value::from("linkUp")), (&"inform".into(), &"linkDown".into())]);
    assert_eq!(forwarded[0]["device"]["candidates"]["snmp_trap_address"], "127.0.0.1", "whose it was is not lost");

    let give_up = Instant::now() + SAFETY_NET;
    while Instant::now() < give_up {
        let health = proxy.client().get("/health").await.body;
        let forwarders = health["traps"]["forward"].as_array().expect("a list").clone();
        let is_done = |forwarder: &Value| forwarder["sent"] == if forwarder["name"] == "logs" { 1 } else { 2 };
        if forwarders.iter().all(|forwarder| is_done(forwarder) && forwarder["state"] == "working") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("all have taken what they want");
}

/// What is posted until there are so many records, and the last signature, if there was one.
pub(super) async fn posted(web: &TcpListener, count: usize) -> (Vec<Value>, String) {
    let (mut records, mut signature) = (Vec::new(), String::new());
    while records.len() < count {
        let (mut stream, _) = timeout(SAFETY_NET, web.accept()).await.expect("in time").expect("a connection");
        // A connection may bring several requests.
        while records.len() < count {
            let Some((head, body)) = request(&mut stream).await else { break };
            let body: Value = serde_json::from_slice(&body).expect("JSON");
            records.extend(body["traps"].as_array().expect("a list").iter().cloned());
            let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("x-snmp-proxy-signature"));
            signature = line.unwrap_or_default().to_owned();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.expect("the answer is taken");
        }
    }
    (records, signature)
}

/// Reads a request: its head, and its body.
async fn request(stream: &mut tokio::net::TcpStream) -> Option<(String, Vec<u8>)> {
    let (mut head, mut octet) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        let read = timeout(SAFETY_NET, stream.read(&mut octet)).await.expect("in time").expect("it can be read");
        if read == 0 {
            return None;
        }
        head.push(octet[0]);
    }
    let head = String::from_utf8(head).expect("text");
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().expect("a length"))
    });
    let mut body = vec![0; length.expect("a length")];
    stream.read_exact(&mut body).await.expect("the body");
    Some((head, body))
}

async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let give_up = Instant::now() + SAFETY_NET;
    while Instant::now() < give_up {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}");
}
