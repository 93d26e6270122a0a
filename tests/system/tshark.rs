//! Wireshark's `tshark` as a second opinion: each message of a capture has the PDU, the request-id and as many varbinds as
//! tshark says. Captures are made of net-snmp's tools in every version and level, and there are those of tests/recordings
//! and of the folder beside the repository.

use std::{
    collections::BTreeMap,
    net::UdpSocket,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use harness::{SAFETY_NET, SnmpTrapd, Snmpd, V3User, net_snmp_is_here, snmp_proxy_binary};
use serde_json::Value;
use snmp::{usm::AuthProtocol, usm::PrivProtocol};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// A message: its PDU, its request-id, and how many varbinds it has. One that is encrypted has neither.
type Seen = (String, Option<i64>, usize);

/// The messages of a capture by their packets.
type Messages = BTreeMap<u64, Seen>;

/// What tshark reads. `ports` are those where it has to be told that there is SNMP.
async fn tshark(capture: &Path, ports: &[u16]) -> Messages {
    const PDUS: [&str; 9] = ["get", "get-next", "response", "set", "trap-v1", "get-bulk", "inform", "trap", "report"];
    let mut command = Command::new("tshark");
    command.arg("-r").arg(capture).args(["-Y", "snmp", "-T", "fields"]);
    for port in ports {
        command.args(["-d", &format!("udp.port=={port},snmp")]);
    }
    for field in ["frame.number", "snmp.data", "snmp.request_id", "snmp.name"] {
        command.args(["-e", field]);
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().await.expect("tshark is installed");
    let line = |line: &str| {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let (number, pdu, request_id, names) = (field(), field(), field(), field());
        let pdu = pdu.parse::<usize>().map_or("encrypted", |pdu| PDUS[pdu]);
        let varbinds = names.split(',').filter(|name| !name.is_empty()).count();
        (number.parse().expect("a number"), (pdu.to_owned(), request_id.parse().ok(), varbinds))
    };
    String::from_utf8_lossy(&output.stdout).lines().map(line).collect()
}

/// What we read.
async fn decoded(capture: &Path) -> Messages {
    let mut command = Command::new(snmp_proxy_binary());
    command.args(["decode", "--json"]).arg(capture);
    command.arg("--cache-dir").arg(std::env::temp_dir().join("snmp-proxy-tests-cache"));
    let output = command.output().await.expect("it runs");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let message = |message: &Value| {
        let pdu = message["pdu"].as_str().unwrap_or("none").to_owned();
        let varbinds = message["varbinds"].as_array().map_or(0, Vec::len);
        let packet = message["frame"]["packet"].as_u64().expect("a packet");
        (packet, (pdu, message["request_id"].as_i64(), varbinds))
    };
    answer["messages"].as_array().expect("messages").iter().map(message).collect()
}

async fn both_read_the_same(capture: &Path, ports: &[u16]) -> Messages {
    let (theirs, ours) = (tshark(capture, ports).await, decoded(capture).await);
    for (packet, seen) in &theirs {
        assert_eq!(ours.get(packet), Some(seen), "packet {packet} of {}", capture.display());
    }
    assert_eq!(ours.len(), theirs.len(), "{}", capture.display());
    ours
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_captures_are_read_as_tshark_reads_them() {
    if !prerequisites::programs(&["tshark"]) {
        return;
    }
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings");
    let messages = both_read_the_same(&recordings.join("traps-snmpd-frr-keepalived-lldpd.pcap"), &[1162]).await;
    assert_eq!(messages.len(), 62);
    if let Some(folder) = prerequisites::shared_folder() {
        let messages = both_read_the_same(&folder.join("data/traps/wireshark_snmp_usm.pcap"), &[]).await;
        assert!(messages.len() > 100);
    }
}

/// tcpdump on loopback. Dropping it kills the process.
struct Capture {
    process: Child,
    folder: tempfile::TempDir,
    /// Whoever gets the last datagram.
    end: UdpSocket,
}

/// What the last datagram of a capture holds.
const END: &[u8] = b"the end of this capture";

impl Capture {
    /// Starts it and waits until it listens; none where it is not installed or may not.
    async fn start(ports: &[u16]) -> Option<Self> {
        if !prerequisites::programs(&["tcpdump"]) {
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let end = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        let last = end.local_addr().expect("its address").port();
        let wanted: Vec<String> = ports.iter().chain([&last]).map(|port| format!("udp port {port}")).collect();
        let mut process = Command::new("tcpdump")
            .args(["-i", "lo", "-U", "--immediate-mode", "-w"])
            .arg(folder.path().join("capture"))
            .arg(wanted.join(" or "))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("tcpdump starts");
        let mut said = BufReader::new(process.stderr.take().expect("stderr is piped")).lines();
        while let Ok(Some(line)) = said.next_line().await {
            if line.contains("listening on") {
                return Some(Self { process, folder, end });
            }
            println!("tcpdump: {line}");
        }
        let _: bool =
            prerequisites::permission(false, "tcpdump may not listen here", "run as root, or give it CAP_NET_RAW");
        None
    }

    /// Ends it once everything that was sent is written.
    async fn finish(mut self) -> tempfile::TempDir {
        let sender = UdpSocket::bind("127.0.0.1:0").expect("a free port");
        sender.send_to(END, self.end.local_addr().expect("its address")).expect("it is sent");
        let is_written = || {
            let octets = std::fs::read(self.folder.path().join("capture")).unwrap_or_default();
            octets.ends_with(END)
        };
        let give_up = Instant::now() + SAFETY_NET;
        while Instant::now() < give_up {
            if is_written() {
                self.process.kill().await.expect("it is running");
                return self.folder;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("tcpdump does not write");
    }
}

/// Runs a program of net-snmp, whatever comes of it.
async fn run(program: &str, arguments: &[&str]) {
    let mut command = Command::new(program);
    command.args(arguments).env("MIBS", "").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.expect("net-snmp is installed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tools_of_net_snmp_are_read_as_tshark_reads_them_in_every_version_and_level() {
    if !prerequisites::programs(&["tshark"]) || !net_snmp_is_here() {
        return;
    }
    let users = [
        V3User::new(None, None),
        V3User::new(Some(AuthProtocol::Sha1), None),
        V3User::new(Some(AuthProtocol::Sha256), Some(PrivProtocol::Aes128)),
        V3User::new(Some(AuthProtocol::Md5), Some(PrivProtocol::Des)),
    ];
    let agent = Snmpd::start_with_users(&users).await;
    let Some(receiver) = SnmpTrapd::start().await else { return };
    let Some(capture) = Capture::start(&[agent.port, receiver.port]).await else { return };
    let (agent_at, receiver_at) = (format!("127.0.0.1:{}", agent.port), format!("127.0.0.1:{}", receiver.port));
    let mut who: Vec<Vec<String>> =
        ["-v1 -c public", "-v2c -c public"].map(|who| who.split(' ').map(str::to_owned).collect()).into();
    who.extend(users.iter().map(flags));
    for who in &who {
        let who: Vec<&str> = who.iter().map(String::as_str).collect();
        let to_agent = [&who[..], &["-r", "0", "-t", "5", &agent_at]].concat();
        let ask = |more: &[&'static str]| [&to_agent[..], more].concat();
        run("snmpget", &ask(&["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.3.0", "1.3.6.1.2.1.1.99.0"])).await;
        run("snmpgetnext", &ask(&["1.3.6.1.2.1.1"])).await;
        run("snmpbulkget", &ask(&["1.3.6.1.2.1.1.3", "1.3.6.1.2.1.2"])).await;
        run("snmpwalk", &ask(&["1.3.6.1.2.1.1"])).await;
        run("snmpset", &ask(&["1.3.6.1.2.1.1.4.0", "s", "me"])).await;
        // A receiver that knows nobody answers informs of version 3 with a Report.
        let to_receiver = [&who[..], &["-r", "0", "-t", "0.3", &receiver_at]].concat();
        let event: &[&str] = if who[0] == "-v1" {
            &["1.3.6.1.4.1.8072", "192.0.2.1", "6", "17", "", "1.3.6.1.2.1.1.5.0", "s", "x"]
        } else {
            &["", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.3", "i", "3"]
        };
        run("snmptrap", &[&to_receiver[..], event].concat()).await;
        run("snmpinform", &[&to_receiver[..], event].concat()).await;
    }
    let folder = capture.finish().await;
    let messages = both_read_the_same(&folder.path().join("capture"), &[agent.port, receiver.port]).await;
    for pdu in ["get", "get-next", "response", "set", "trap-v1", "get-bulk", "inform", "trap", "report", "encrypted"] {
        assert!(messages.values().any(|(seen, ..)| seen == pdu), "no {pdu} among {} messages", messages.len());
    }
}

/// How net-snmp's tools are told to be a user.
fn flags(user: &V3User) -> Vec<String> {
    let level = match (user.auth, user.privacy) {
        (None, _) => "noAuthNoPriv",
        (_, None) => "authNoPriv",
        _ => "authPriv",
    };
    let mut flags = vec!["-v3", "-l", level, "-u", &user.name];
    match user.auth {
        Some(AuthProtocol::Md5) => flags.extend(["-a", "MD5"]),
        Some(AuthProtocol::Sha256) => flags.extend(["-a", "SHA-256"]),
        Some(_) => flags.extend(["-a", "SHA"]),
        None => {}
    }
    flags.extend(if user.privacy == Some(PrivProtocol::Des) { ["-x", "DES"] } else { ["-x", "AES"] });
    flags.extend(["-A", V3User::AUTH_PASSWORD, "-X", V3User::PRIV_PASSWORD]);
    flags.into_iter().map(str::to_owned).collect()
}
