//! The misbehaving agent of the folder beside the repository.

use std::{path::Path, process::Stdio};

use tokio::process::{Child, Command};

use super::{free_udp_port, wait_for_agent};

/// The misbehaving agent, serving the shared recordings. Dropping it kills the process.
#[derive(Debug)]
pub struct BadAgent {
    /// The port it answers on.
    pub port: u16,
    _process: Child,
}

impl BadAgent {
    /// The password of its users of version 3.
    pub const PASSWORD: &'static str = "authpass-1234";

    /// Starts it on the recordings below `shared` and waits until it answers for the device `probe`; none where its
    /// interpreter is not installed (the rule of [`prerequisites`]).
    pub async fn start(shared: &Path, probe: &str) -> Option<Self> {
        if !prerequisites::programs(&["python3", "snmpget"]) {
            return None;
        }
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
        Some(Self { port, _process: process })
    }
}
