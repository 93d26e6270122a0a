//! net-snmp's agent.

use std::process::Stdio;

use snmp::{usm::AuthProtocol, usm::PrivProtocol};
use tokio::process::{Child, Command};

use super::{V3User, free_udp_port, wait_for_agent};

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
        Self::start_with_users(&[]).await
    }

    /// Starts it with users of version 3, who may ask at any security level up to their own.
    pub async fn start_with_users(users: &[V3User]) -> Self {
        let mut text = "rocommunity public 127.0.0.1\n".to_owned();
        for user in users {
            text.push_str(&create_user(user));
        }
        Self::start_with(&text).await
    }

    /// Starts it with these lines in its configuration (snmpd.conf(5)), which must let the community `public` in.
    pub async fn start_with(lines: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let configuration = folder.path().join("snmpd.conf");
        let text = format!("sysContact {}\nsysLocation rack 7\n{lines}", Self::CONTACT);
        std::fs::write(&configuration, text).expect("the configuration is written");
        let port = free_udp_port();
        let process = Command::new(prerequisites::daemon("snmpd").expect("net-snmp is here"))
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

/// What snmpd's configuration says of a user.
fn create_user(user: &V3User) -> String {
    let (name, mut line) = (&user.name, format!("createUser {}", user.name));
    if let Some(auth) = user.auth {
        let auth = match auth {
            AuthProtocol::Md5 => "MD5",
            AuthProtocol::Sha1 => "SHA",
            AuthProtocol::Sha224 => "SHA-224",
            AuthProtocol::Sha256 => "SHA-256",
            AuthProtocol::Sha384 => "SHA-384",
            AuthProtocol::Sha512 => "SHA-512",
        };
        line.push_str(&format!(" {auth} {}", V3User::AUTH_PASSWORD));
    }
    if let Some(privacy) = user.privacy {
        let privacy = match privacy {
            PrivProtocol::Des => "DES",
            PrivProtocol::Aes128 => "AES",
            PrivProtocol::Aes192Blumenthal => "AES-192",
            PrivProtocol::Aes256Blumenthal => "AES-256",
            PrivProtocol::Aes192Reeder => "AES-192-C",
            PrivProtocol::Aes256Reeder => "AES-256-C",
            PrivProtocol::TripleDesReeder | PrivProtocol::TripleDesBlumenthal => panic!("snmpd has no 3DES"),
        };
        line.push_str(&format!(" {privacy} {}", V3User::PRIV_PASSWORD));
    }
    format!("{line}\nrouser {name} {}\n", if user.auth.is_some() { "auth" } else { "noauth" })
}
