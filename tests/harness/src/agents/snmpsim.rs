//! snmpsim, the simulator in Python: it has 3DES and Reeder's keys, which net-snmp has not or not by default.

use std::{path::PathBuf, process::Stdio};

use snmp::{usm::AuthProtocol, usm::PrivProtocol};
use tokio::process::{Child, Command};

use super::{V3User, free_udp_port, wait_for_agent};

/// snmpsim's agent on a free port of 127.0.0.1, with a device of a few objects under the context and the community
/// `public`. Dropping it kills the process.
#[derive(Debug)]
pub struct Snmpsim {
    /// The port it answers on.
    pub port: u16,
    _process: Child,
    _folder: tempfile::TempDir,
}

impl Snmpsim {
    /// The context, and the community.
    pub const CONTEXT: &'static str = "public";

    /// Its sysName.
    pub const NAME: &'static str = "a device of snmpsim";

    /// The program, as the variable `SNMPSIM` names it; where there is none, the rule of [`prerequisites`] holds.
    /// `.ci/run` installs it.
    #[must_use]
    pub fn program() -> Option<PathBuf> {
        // The tool finds out when it answers.
        let is_tool_here = prerequisites::programs(&["snmpget"]);
        let program = prerequisites::program_of("SNMPSIM", "pip install --requirement tests/snmpsim.txt");
        program.filter(|_| is_tool_here)
    }

    /// Starts the program with these users and waits until it answers.
    pub async fn start(program: PathBuf, users: &[V3User]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let devices = folder.path().join("devices");
        std::fs::create_dir(&devices).expect("a folder for devices");
        let recording = format!("1.3.6.1.2.1.1.1.0|4|snmpsim\n1.3.6.1.2.1.1.5.0|4|{}\n", Self::NAME);
        std::fs::write(devices.join("public.snmprec"), recording).expect("the recording is written");
        let port = free_udp_port();
        let mut command = Command::new(program);
        // The engine comes first: what stands before it belongs to another engine.
        command.arg("--v3-engine-id=auto").arg(format!("--data-dir={}", devices.display()));
        for user in users {
            command.args(user_options(user));
        }
        command.arg(format!("--agent-udpv4-endpoint=127.0.0.1:{port}"));
        // As root it wants to know whom to turn into; as anybody else it has no choice.
        command.args(["--process-user=root", "--process-group=root", "--logging-method=null"]);
        let process = command
            .arg(format!("--cache-dir={}", folder.path().join("cache").display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("snmpsim starts");
        wait_for_agent(port, Self::CONTEXT).await;
        Self { port, _process: process, _folder: folder }
    }
}

fn user_options(user: &V3User) -> Vec<String> {
    let mut options = vec![format!("--v3-user={}", user.name)];
    if let Some(auth) = user.auth {
        let auth = match auth {
            AuthProtocol::Md5 => "MD5",
            AuthProtocol::Sha1 => "SHA",
            AuthProtocol::Sha224 => "SHA224",
            AuthProtocol::Sha256 => "SHA256",
            AuthProtocol::Sha384 => "SHA384",
            AuthProtocol::Sha512 => "SHA512",
        };
        options.extend([format!("--v3-auth-key={}", V3User::AUTH_PASSWORD), format!("--v3-auth-proto={auth}")]);
    }
    if let Some(privacy) = user.privacy {
        let privacy = match privacy {
            PrivProtocol::Des => "DES",
            PrivProtocol::TripleDesReeder => "3DES",
            PrivProtocol::TripleDesBlumenthal => panic!("snmpsim has no 3DES with Blumenthal's keys"),
            PrivProtocol::Aes128 => "AES",
            PrivProtocol::Aes192Reeder => "AES192",
            PrivProtocol::Aes192Blumenthal => "AES192BLMT",
            PrivProtocol::Aes256Reeder => "AES256",
            PrivProtocol::Aes256Blumenthal => "AES256BLMT",
        };
        options.extend([format!("--v3-priv-key={}", V3User::PRIV_PASSWORD), format!("--v3-priv-proto={privacy}")]);
    }
    options
}
