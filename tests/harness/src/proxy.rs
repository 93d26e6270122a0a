//! The daemon as its users run it: the binary in a process of its own, on a port of its own.

use std::{
    net::{SocketAddr, UdpSocket},
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::Stdio,
    sync::OnceLock,
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::{Client, Readings};

/// A running daemon. Dropping it kills the process.
#[derive(Debug)]
pub struct Proxy {
    process: Child,
    client: Client,
    _folder: tempfile::TempDir,
}

impl Proxy {
    /// The API key of every daemon that the tests start.
    pub const API_KEY: &'static str = "key-of-the-tests";

    /// Starts the daemon on a free port of 127.0.0.1 with `flags` and waits until it serves.
    pub async fn start(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_in(snmp_proxy_binary(), folder, flags, None, Stdio::inherit()).await
    }

    /// Starts it with a configuration file that says this, and with `flags`.
    pub async fn start_with(configuration: &str, flags: &[&str]) -> Self {
        Self::start_with_log(configuration, flags, Stdio::inherit()).await
    }

    /// The same, with its log going elsewhere.
    pub async fn start_with_log(configuration: &str, flags: &[&str], log: Stdio) -> Self {
        Self::start_program(snmp_proxy_binary(), configuration, flags, log).await
    }

    /// The same with another program, such as an older one.
    pub async fn start_program(program: &Path, configuration: &str, flags: &[&str], log: Stdio) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("snmp-proxy.toml");
        std::fs::write(&file, configuration).expect("the configuration is written");
        let file = file.to_str().expect("a path of UTF-8").to_owned();
        Self::start_in(program, folder, &[&["--config", &file], flags].concat(), None, log).await
    }

    /// Starts it with `flags` and a socket for notifications that is open already, as systemd passes it on
    /// (sd_listen_fds(3)).
    pub async fn start_with_socket(socket: UdpSocket, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self::start_in(snmp_proxy_binary(), folder, flags, Some(socket), Stdio::inherit()).await
    }

    async fn start_in(
        program: &Path,
        folder: tempfile::TempDir,
        flags: &[&str],
        socket: Option<UdpSocket>,
        log: Stdio,
    ) -> Self {
        // The plugin cache is shared by all tests of a run: compiling is not what they test.
        let cache = std::env::temp_dir().join("snmp-proxy-tests-cache");
        let cache = cache.to_str().expect("a path of UTF-8");
        let shared_cache: &[&str] = if flags.contains(&"--cache-dir") { &[] } else { &["--cache-dir", cache] };
        let mut command = match socket {
            None => Command::new(program),
            Some(_) => {
                // The first socket is the descriptor 3, and the variable names the process.
                let mut shell = Command::new("sh");
                shell.args(["-c", r#"LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@" 3<&0 </dev/null"#]);
                shell.arg(program);
                shell
            }
        };
        let mut process = command
            .args(["--host", "127.0.0.1", "--port", "0", "--api-key", Self::API_KEY, "--log-level", "WARNING"])
            .args(shared_cache)
            .args(flags)
            // Only so are its open files readable to who is not root (`readings`).
            .env("SNMP_PROXY__SERVER__ALLOW_CORE_DUMPS", "true")
            .current_dir(folder.path())
            .stdin(socket.map_or_else(Stdio::null, |socket| Stdio::from(OwnedFd::from(socket))))
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the daemon starts");
        let stdout = process.stdout.take().expect("stdout is piped");
        // Compiling the plugins takes its time where no other test has done it yet.
        let server = tokio::time::timeout(Duration::from_secs(300), server_address(stdout));
        let server = server.await.expect("the daemon says where it serves");
        Self { process, client: Client::new(&server, Self::API_KEY), _folder: folder }
    }

    /// A client of this daemon with the right key.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// What the daemon's process holds right now.
    #[must_use]
    pub fn readings(&self) -> Readings {
        Readings::of(self.process_id())
    }

    /// Kills the process as a crash would, and waits until it is gone.
    pub async fn crash(mut self) {
        self.process.kill().await.expect("the process is killed");
    }

    /// Where notifications are received first.
    pub async fn trap_address(&self) -> SocketAddr {
        let health = self.client.get("/health").await.body;
        health["traps"]["listen"][0].as_str().expect("it receives notifications").parse().expect("an address")
    }

    /// The id of the daemon's process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id().expect("the daemon is running")
    }
}

/// Reads the banner up to the line that names the server's address, and keeps reading in the background so that the
/// daemon never blocks on a full pipe.
async fn server_address(stdout: tokio::process::ChildStdout) -> String {
    let mut lines = BufReader::new(stdout).lines();
    let mut banner = String::new();
    while let Some(line) = lines.next_line().await.expect("the banner is text") {
        if let Some(place) = line.find("Server:").and_then(|_| line.find("http://")) {
            let address = line[place..].split_whitespace().next().expect("an address").to_owned();
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return address;
        }
        banner.push_str(&line);
        banner.push('\n');
    }
    panic!("the daemon ended before it served; it said:\n{banner}");
}

/// The path of the `snmp-proxy` binary of this build.
///
/// Cargo builds it for the tests and benchmarks of its own package and says where it is.
#[must_use]
pub fn snmp_proxy_binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let told = std::env::var_os("CARGO_BIN_EXE_snmp-proxy");
        told.expect("CARGO_BIN_EXE_snmp-proxy names the program: cargo sets it for `cargo test` and `cargo bench`")
            .into()
    })
}
