//! net-snmp's receiver of notifications.

use std::{
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::process::{Child, Command};

use super::{SAFETY_NET, free_udp_port};

/// net-snmp's `snmptrapd` on a free port of 127.0.0.1: it takes the community `public` and writes a line for each
/// notification to a file. Dropping it kills the process.
#[derive(Debug)]
pub struct SnmpTrapd {
    /// The port it listens on.
    pub port: u16,
    log: PathBuf,
    process: Child,
    _folder: tempfile::TempDir,
}

impl SnmpTrapd {
    /// Starts it and waits until it has its port; none where it is not installed (the rule of
    /// [`prerequisites`]).
    pub async fn start() -> Option<Self> {
        let program = prerequisites::daemon("snmptrapd")?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (configuration, log) = (folder.path().join("snmptrapd.conf"), folder.path().join("log"));
        std::fs::write(&configuration, "authCommunity log public\n").expect("the configuration is written");
        let port = free_udp_port();
        let process = Command::new(program)
            // No MIBs, numbers only, one line for each.
            .args(["-f", "-n", "-m", "", "-On", "-C", "-c"])
            .arg(&configuration)
            .args(["-F", "%v %N\\n", "-Lf"])
            .arg(&log)
            .arg(format!("udp:127.0.0.1:{port}"))
            .env("SNMP_PERSISTENT_DIR", folder.path())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("snmptrapd starts");
        let trapd = Self { port, log, process, _folder: folder };
        let give_up = Instant::now() + SAFETY_NET;
        while Instant::now() < give_up {
            // It says its version once it is ready.
            if trapd.log().contains("NET-SNMP version") {
                return Some(trapd);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("snmptrapd does not start");
    }

    /// What it has written so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The id of its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id().expect("snmptrapd is running")
    }
}
