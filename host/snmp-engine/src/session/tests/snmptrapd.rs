//! Notifications to net-snmp's receiver, where it is installed.
//!
//! It takes what comes in its order and acknowledges an inform after it has logged it: once the last inform is
//! acknowledged, its log holds everything.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use snmp::{
    notification::Notification,
    usm::{AuthProtocol, Context, EngineId, LocalEngine, Password, PrivProtocol, Protection, SecurityLevel, User},
};
use tempfile::TempDir;

use super::*;
use crate::clock::now;

const OUR_ENGINE: &str = "8000000001020304";
const AUTH_PASSWORD: &str = "authpass-1234";
const PRIV_PASSWORD: &str = "privpass-1234";

#[tokio::test]
async fn snmptrapd_takes_every_kind() {
    let Some(program) = prerequisites::daemon("snmptrapd") else { return };
    let receiver = Snmptrapd::start(&program);
    let engine = Engine::bind(HubOptions::default()).await.unwrap();
    let from = LocalEngine::new(OUR_ENGINE.parse::<EngineId>().unwrap(), 5, now());
    let session = |credentials| {
        let options = RequestOptions { packet_timeout: Duration::from_secs(3), ..RequestOptions::default() };
        engine.session(Target { addr: receiver.addr, credentials }, options)
    };
    let of_v2c = session(Credentials::V2c { community: "public".into() });
    receiver.until_it_listens(&of_v2c).await;

    let of_v1 = session(Credentials::V1 { community: "public".into() });
    of_v1.trap_v1(&numbered(1).to_v1(None).unwrap()).await.unwrap();
    of_v2c.trap(&numbered(2), &from).await.unwrap();
    for (level, number) in
        [(SecurityLevel::NoAuthNoPriv, 3), (SecurityLevel::AuthNoPriv, 5), (SecurityLevel::AuthPriv, 7)]
    {
        let of_v3 = session(Credentials::V3 { user: user(level), context: Context::default() });
        of_v3.trap(&numbered(number), &from).await.unwrap();
        of_v3.inform(&numbered(number + 1)).await.unwrap();
    }
    let log = receiver.log();
    for number in 1..=8 {
        assert_eq!(log.matches(&format!("number-{number}.")).count(), 1, "{number} in {log}");
    }
}

/// A notification that can be told from others in a log.
fn numbered(number: u32) -> Notification {
    let value = Value::OctetString(format!("number-{number}.").into_bytes());
    let varbinds = vec![Varbind { name: oid("1.3.6.1.2.1.1.5.0"), value }];
    Notification { uptime: 14, trap_oid: oid("1.3.6.1.6.3.1.1.5.3"), varbinds }
}

/// The user of each level has a name of his own: snmptrapd asks for the level that a user has.
fn user(level: SecurityLevel) -> User {
    let password = |text: &str| Password::new(&text.into()).unwrap();
    let (auth, auth_password) = (AuthProtocol::Sha256, password(AUTH_PASSWORD));
    let (privacy, priv_password) = (PrivProtocol::Aes128, password(PRIV_PASSWORD));
    let protection = match level {
        SecurityLevel::NoAuthNoPriv => Protection::None,
        SecurityLevel::AuthNoPriv => Protection::Auth { auth, auth_password },
        SecurityLevel::AuthPriv => Protection::AuthPriv { auth, auth_password, privacy, priv_password },
    };
    User::new(level.as_str(), protection).unwrap()
}

/// net-snmp's receiver with the community `public` and a user for each level. Dropping it kills the process.
struct Snmptrapd {
    addr: SocketAddr,
    process: Child,
    folder: TempDir,
}

impl Snmptrapd {
    /// Starts it.
    fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut text = "authCommunity log public\n".to_owned();
        for (level, minimum) in [
            (SecurityLevel::NoAuthNoPriv, "noauth"),
            (SecurityLevel::AuthNoPriv, "auth"),
            (SecurityLevel::AuthPriv, "priv"),
        ] {
            let secrets = match level {
                SecurityLevel::NoAuthNoPriv => String::new(),
                SecurityLevel::AuthNoPriv => format!("SHA-256 {AUTH_PASSWORD}"),
                SecurityLevel::AuthPriv => format!("SHA-256 {AUTH_PASSWORD} AES {PRIV_PASSWORD}"),
            };
            // At our engine for traps, at its own for informs.
            text.push_str(&format!("createUser -e 0x{OUR_ENGINE} {level} {secrets}\n"));
            text.push_str(&format!("createUser {level} {secrets}\nauthUser log {level} {minimum}\n"));
        }
        let configuration = folder.path().join("snmptrapd.conf");
        std::fs::write(&configuration, text).unwrap();
        // Taken and given back: whoever else gets it meanwhile makes the test fail, not pass.
        let addr = std::net::UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let process = Command::new(program)
            .args(["-f", "-n", "-m", "", "-C", "-c"])
            .arg(&configuration)
            .arg("-Lf")
            .arg(folder.path().join("log"))
            .arg(format!("udp:{addr}"))
            .env("SNMP_PERSISTENT_DIR", folder.path())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Self { addr, process, folder }
    }

    /// Sends informs until one is acknowledged: while it starts, its port is closed.
    async fn until_it_listens(&self, session: &Session) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while let Err(error) = session.inform(&numbered(0)).await {
            assert!(Instant::now() < deadline, "{error}");
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }
}

impl Drop for Snmptrapd {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
