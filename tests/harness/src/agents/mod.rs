//! Agents that are not ours: net-snmp's `snmpd`, snmpsim, and the misbehaving agent of the folder beside the
//! repository. Each is a process of its own on a free port, and ends when it is dropped.

mod bad_agent;
mod snmpd;
mod snmpsim;
mod snmptrapd;
mod users;

use std::{
    net::UdpSocket,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;

pub use self::{bad_agent::BadAgent, snmpd::Snmpd, snmpsim::Snmpsim, snmptrapd::SnmpTrapd, users::V3User};

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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let is_here = folder.join("data/devices").is_dir();
    if !is_here {
        println!("skipped: there is no folder of shared knowledge beside the repository");
    }
    is_here.then_some(folder)
}

/// Runs a program of net-snmp and returns what it printed.
pub async fn net_snmp(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().await.expect("net-snmp is installed");
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
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
