//! Agents that are not ours: net-snmp's `snmpd`, snmpsim, and the misbehaving agent of the folder beside the
//! repository. Each is a process of its own on a free port, and ends when it is dropped.

mod bad_agent;
mod snmpd;
mod snmpsim;
mod snmptrapd;
mod users;

use std::{
    net::UdpSocket,
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::process::Command;

pub use self::{bad_agent::BadAgent, snmpd::Snmpd, snmpsim::Snmpsim, snmptrapd::SnmpTrapd, users::V3User};

/// Whether net-snmp's agent and tools are here; where they are not, the rule of [`prerequisites`] holds.
#[must_use]
pub fn net_snmp_is_here() -> bool {
    prerequisites::daemon("snmpd").is_some() && prerequisites::programs(&["snmpget"])
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

/// How long a test waits for what should come soon, however busy the machine is.
pub const SAFETY_NET: Duration = Duration::from_secs(60);

/// Asks for sysDescr.0 until there is an answer.
async fn wait_for_agent(port: u16, community: &str) {
    let agent = format!("127.0.0.1:{port}");
    let give_up = Instant::now() + SAFETY_NET;
    while Instant::now() < give_up {
        let ask = ["-v2c", "-c", community, "-t", "0.3", "-r", "0", &agent, "1.3.6.1.2.1.1.1.0"];
        let answer = Command::new("snmpget").args(ask).stdin(Stdio::null()).output();
        if answer.await.expect("net-snmp's snmpget is installed").status.success() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no agent at {agent}");
}
