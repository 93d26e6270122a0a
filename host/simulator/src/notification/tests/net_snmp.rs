//! net-snmp's snmptrapd as a second opinion: it reads every kind of notification as it was meant, and acknowledges
//! informs. Where it is not installed there is nothing to ask (the rule of `prerequisites`).

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use expect_test::expect;
use tempfile::TempDir;

use super::{super::Event, Sender, SenderBuilder, device, link_down};
use crate::{AuthProtocol, PrivProtocol, SimulatedEngine, SimulatedNotification, SimulatedUser};

const PASSWORD: &str = "authpass-1234";
const PRIVACY_PASSWORD: &str = "privpass-1234";
/// How long snmptrapd may take for anything.
const WAIT: Duration = Duration::from_secs(60);

/// An snmptrapd on a port of loopback that writes what it understands to a file; it ends with this value.
struct Snmptrapd {
    process: Child,
    addr: SocketAddr,
    folder: TempDir,
    /// Informs of this sender are acknowledged when everything before them is in the file.
    barrier: Sender,
}

impl Snmptrapd {
    /// Starts it with the users of traps (each at the engine it sends as) and informs; `None` if it is not installed.
    async fn start(config: &[String]) -> Option<Self> {
        let program = prerequisites::daemon("snmptrapd")?;
        let folder = tempfile::tempdir().unwrap();
        let mut lines = vec![
            "disableAuthorization yes".to_owned(),
            "format1 %N %w %q at %T from %A with %W | %v\\n".to_owned(),
            "format2 %P | %v\\n".to_owned(),
        ];
        lines.extend_from_slice(config);
        fs::write(folder.path().join("snmptrapd.conf"), lines.join("\n") + "\n").unwrap();
        // The port is given to it by number. That somebody else takes it first is seen, and tried again.
        for _ in 0..5 {
            let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
            let addr = free.local_addr().unwrap();
            drop(free);
            let mut process = start(&program, folder.path(), addr);
            let barrier = Sender::builder(addr).community("barrier").bind().await.unwrap();
            let barrier = Self::wait_for(&mut process, &barrier).await.then_some(barrier);
            match barrier {
                Some(barrier) => return Some(Self { process, addr, folder, barrier }),
                None => drop(end(&mut process)),
            }
        }
        panic!("snmptrapd does not start");
    }

    /// Waits until it answers; says no if it has ended.
    async fn wait_for(process: &mut Child, barrier: &Sender) -> bool {
        let inform = SimulatedNotification::inform(0, [1, 3, 6, 1, 4, 1, 8072, 9999, 1]);
        for _ in 0..60 {
            if barrier.inform(&inform, 1, Duration::from_secs(1)).await.is_ok() {
                return true;
            }
            if process.try_wait().unwrap().is_some() {
                return false;
            }
        }
        false
    }

    fn sender(&self) -> SenderBuilder {
        Sender::builder(self.addr)
    }

    /// What it understood so far, without the notifications of the barrier.
    async fn log(&self) -> String {
        let end = SimulatedNotification::inform(0, [1, 3, 6, 1, 4, 1, 8072, 9999, 2]);
        self.barrier.inform(&end, 3, WAIT).await.unwrap();
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
        let not_ours = ["8072.9999", "NET-SNMP version", "Created directory"];
        let is_ours = |line: &&str| !line.is_empty() && !not_ours.iter().any(|words| line.contains(words));
        log.lines().filter(is_ours).map(|line| line.replace('\t', " ").trim_end().to_owned() + "\n").collect()
    }
}

impl Drop for Snmptrapd {
    fn drop(&mut self) {
        drop(end(&mut self.process));
    }
}

fn start(program: &Path, folder: &Path, addr: SocketAddr) -> Child {
    Command::new(program)
        .env("MIBS", "")
        .env("SNMPCONFPATH", folder)
        .env("SNMP_PERSISTENT_DIR", folder.join("persistent"))
        .args(["-f", "-n", "-On", "-C", "-c"])
        .arg(folder.join("snmptrapd.conf"))
        .arg("-Lf")
        .arg(folder.join("log"))
        .arg(format!("udp:{addr}"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn end(process: &mut Child) -> std::io::Result<()> {
    process.kill()?;
    process.wait().map(drop)
}

/// Every level of version 3 with some of the protocols that net-snmp has, as users and as lines of its configuration.
fn users() -> Vec<(SimulatedUser, String)> {
    let auth = |name: &str, protocol| SimulatedUser::new(name).auth(protocol, PASSWORD);
    let both = |name: &str, auth_protocol, protocol| auth(name, auth_protocol).privacy(protocol, PRIVACY_PASSWORD);
    vec![
        (SimulatedUser::new("nobody"), "nobody".to_owned()),
        (auth("md5", AuthProtocol::Md5), format!("md5 MD5 {PASSWORD}")),
        (auth("sha512", AuthProtocol::Sha512), format!("sha512 SHA-512 {PASSWORD}")),
        (both("des", AuthProtocol::Sha, PrivProtocol::Des), format!("des SHA {PASSWORD} DES {PRIVACY_PASSWORD}")),
        (
            both("aes", AuthProtocol::Sha256, PrivProtocol::Aes128),
            format!("aes SHA-256 {PASSWORD} AES {PRIVACY_PASSWORD}"),
        ),
        (
            both("aes256", AuthProtocol::Sha512, PrivProtocol::Aes256Blumenthal),
            format!("aes256 SHA-512 {PASSWORD} AES-256 {PRIVACY_PASSWORD}"),
        ),
    ]
}

/// A line of the log without its varbinds.
fn header(line: &str) -> String {
    line.split("context  |").next().unwrap_or_default().trim_end().to_owned()
}

#[tokio::test]
async fn traps_of_version_1_and_2c_are_read_as_they_were_meant() {
    let Some(snmptrapd) = Snmptrapd::start(&[]).await else { return };
    let sender = snmptrapd.sender().from("127.1.0.9:0".parse().unwrap()).community("device").bind().await.unwrap();
    sender.send(&Event::ColdStart.v1(&device(), [192, 0, 2, 7].into(), 4_711)).await.unwrap();
    sender.send(&link_down()).await.unwrap();
    expect![[r#"
        .1.3.6.1.4.1.32473.1.1.1 0 0 at 4711 from 192.0.2.7 with Cold Start |
        TRAP2, SNMP v2c, community device | .1.3.6.1.2.1.1.3.0 = Timeticks: (4711) 0:00:47.11 .1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.6.3.1.1.5.3 .1.3.6.1.2.1.2.2.1.1.3 = INTEGER: 3 .1.3.6.1.2.1.2.2.1.7.3 = INTEGER: 1 .1.3.6.1.2.1.2.2.1.8.3 = INTEGER: 2 .1.3.6.1.6.3.1.1.4.3.0 = OID: .1.3.6.1.4.1.32473.1.1.1
    "#]]
    .assert_eq(&snmptrapd.log().await);
}

#[tokio::test]
async fn informs_of_version_2c_are_acknowledged_each_time_they_come() {
    let Some(snmptrapd) = Snmptrapd::start(&[]).await else { return };
    let sender = snmptrapd.sender().bind().await.unwrap();
    let inform = sender.send(&Event::WarmStart.inform(&device(), 1)).await.unwrap();
    assert!(sender.answer_to(&inform, WAIT).await.unwrap().acknowledges(&inform));
    sender.transmit(&inform).await.unwrap();
    assert!(sender.answer_to(&inform, WAIT).await.unwrap().acknowledges(&inform));
}

#[tokio::test]
async fn traps_of_version_3_are_read_at_every_level() {
    let mut engines = Vec::new();
    let mut config = Vec::new();
    for (number, (user, line)) in users().into_iter().enumerate() {
        let engine = SimulatedEngine::new([0x80, 0, 0x7e, 0xd9, 5, u8::try_from(number).unwrap()]).unwrap();
        let id: String = engine.id().iter().map(|octet| format!("{octet:02x}")).collect();
        config.push(format!("createUser -e 0x{id} {line}"));
        engines.push((engine, user));
    }
    let Some(snmptrapd) = Snmptrapd::start(&config).await else { return };
    for (engine, user) in engines {
        let sender = snmptrapd.sender().engine(engine).user(user).bind().await.unwrap();
        sender.send(&link_down()).await.unwrap();
    }
    let log = snmptrapd.log().await;
    let whole = "1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.6.3.1.1.5.3 .1.3.6.1.2.1.2.2.1.1.3 = INTEGER: 3 ";
    let said: String = log.lines().filter(|line| line.contains(whole)).map(|line| header(line) + "\n").collect();
    expect![[r#"
        TRAP2, SNMP v3, user nobody,
        TRAP2, SNMP v3, user md5,
        TRAP2, SNMP v3, user sha512,
        TRAP2, SNMP v3, user des,
        TRAP2, SNMP v3, user aes,
        TRAP2, SNMP v3, user aes256,
    "#]]
    .assert_eq(&said);
}

#[tokio::test]
async fn informs_of_version_3_are_acknowledged_at_every_level() {
    let config: Vec<String> = users().into_iter().map(|(_, line)| format!("createUser {line}")).collect();
    let Some(snmptrapd) = Snmptrapd::start(&config).await else { return };
    for (user, line) in users() {
        let sender = snmptrapd.sender().user(user).bind().await.unwrap();
        let inform = Event::AuthenticationFailure.inform(&device(), 5);
        let answer = sender.inform(&inform, 3, WAIT).await.unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(answer.response.unwrap().varbinds, inform.varbinds, "{line}");
        // The first one found out the engine; this one needs a single datagram.
        let before = sender.counters().sent;
        sender.inform(&inform, 3, WAIT).await.unwrap();
        assert_eq!(sender.counters().sent, before + 1, "{line}");
        assert!(sender.receiver_engine().is_some_and(|engine| engine.engine_id().len() >= 5), "{line}");
    }
    assert_eq!(snmptrapd.log().await.lines().count(), 2 * users().len());
}

#[tokio::test]
async fn what_is_not_authentic_is_refused() {
    let user = || SimulatedUser::new("aes").auth(AuthProtocol::Sha256, PASSWORD);
    let engine = SimulatedEngine::new(*b"\x80\x00\x7e\xd9\x05faulty").unwrap();
    let id: String = engine.id().iter().map(|octet| format!("{octet:02x}")).collect();
    let config = ["createUser -e 0x".to_owned() + &id + " aes SHA-256 " + PASSWORD];
    let Some(snmptrapd) = Snmptrapd::start(&config).await else { return };
    let send = async |plan: &str| {
        let plan: crate::FaultPlan = plan.parse().unwrap();
        let sender = snmptrapd.sender().engine(engine.clone()).user(user()).faults(plan).bind().await.unwrap();
        sender.send(&link_down()).await.unwrap();
    };
    let mut said = String::new();
    let mut before = 0;
    for plan in ["ago:1", "badmac", "emptymac", "shortmac", "engother", "wronguser", "oldtime", "trunc"] {
        send(plan).await;
        let log = snmptrapd.log().await;
        let lines: Vec<String> = log.lines().map(header).collect();
        said += &format!("{plan}: {}\n", lines.get(before..).unwrap_or_default().join(" / "));
        before = lines.len();
    }
    expect![[r#"
        ago:1: TRAP2, SNMP v3, user aes,
        badmac: Authentication failed for aes
        emptymac: Authentication failed for aes
        shortmac: Authentication failed for aes
        engother: 
        wronguser: 
        oldtime: 
        trunc: 
    "#]]
    .assert_eq(&said);
}
