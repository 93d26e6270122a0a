//! Agents that are not ours: net-snmp's `snmpd`, and the misbehaving agent of the folder beside the repository.

use std::{
    net::UdpSocket,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::{Child, Command};

/// Whether `program` can be started here.
#[must_use]
pub fn program_exists(program: &str) -> bool {
    let found = std::process::Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    found.is_ok_and(|output| output.status.success())
}

/// Whether net-snmp's agent and tools are here; says so where they are not. `.ci/run` installs them.
#[must_use]
pub fn net_snmp_is_here() -> bool {
    let is_here = program_exists("snmpd") && program_exists("snmpget");
    if !is_here {
        println!("skipped: net-snmp is not installed (Debian: snmpd snmp)");
    }
    is_here
}

/// The folder of shared knowledge beside the repository, where it is present.
#[must_use]
pub fn shared_folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    folder.join("data/devices").is_dir().then_some(folder)
}

/// Runs a program of net-snmp and returns what it printed.
pub async fn net_snmp(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().await.expect("net-snmp is installed");
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// net-snmp's agent on a free port of 127.0.0.1, with the community `public`. Dropping it kills the process.
#[derive(Debug)]
pub struct Snmpd {
    /// The port it answers on.
    pub port: u16,
    _process: Child,
    _folder: tempfile::TempDir,
}

impl Snmpd {
    /// Its sysContact: text that is not ASCII.
    pub const CONTACT: &'static str = "Jörg <noc@example.net>";

    /// Starts it and waits until it answers.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let configuration = folder.path().join("snmpd.conf");
        let text = format!("rocommunity public 127.0.0.1\nsysContact {}\nsysLocation rack 7\n", Self::CONTACT);
        std::fs::write(&configuration, text).expect("the configuration is written");
        let port = free_udp_port();
        let process = Command::new("snmpd")
            .args(["-f", "-Lf", "/dev/null", "-C", "-c"])
            .arg(&configuration)
            .arg(format!("udp:127.0.0.1:{port}"))
            .env("SNMP_PERSISTENT_DIR", folder.path())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("snmpd starts");
        wait_for_agent(port, "public").await;
        Self { port, _process: process, _folder: folder }
    }
}

/// The misbehaving agent, serving the shared recordings. Dropping it kills the process.
#[derive(Debug)]
pub struct BadAgent {
    /// The port it answers on.
    pub port: u16,
    _process: Child,
}

impl BadAgent {
    /// Starts it on the recordings below `shared` and waits until it answers for the device `probe`.
    pub async fn start(shared: &Path, probe: &str) -> Self {
        let (port, other_port) = (free_udp_port(), free_udp_port());
        let process = Command::new("python3")
            .arg(shared.join("tools/badagent.py"))
            .arg(shared.join("data/devices/snmprec"))
            .args([port.to_string(), "--alt".to_owned(), other_port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("python3 starts");
        wait_for_agent(port, probe).await;
        Self { port, _process: process }
    }
}

/// A UDP port of 127.0.0.1 that was free a moment ago.
fn free_udp_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("its address").port()
}

/// Asks for sysDescr.0 until there is an answer.
async fn wait_for_agent(port: u16, community: &str) {
    let agent = format!("127.0.0.1:{port}");
    for _ in 0..100 {
        let ask = ["-v2c", "-c", community, "-t", "0.3", "-r", "0", &agent, "1.3.6.1.2.1.1.1.0"];
        let answer = Command::new("snmpget").args(ask).stdin(Stdio::null()).output();
        if answer.await.expect("net-snmp's snmpget is installed").status.success() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no agent at {agent}");
}
