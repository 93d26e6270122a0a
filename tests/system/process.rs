//! The daemon as a process: what it does with standard error, its memory and its limits, and what others may do with it.

use std::{
    io::{BufRead as _, BufReader, ErrorKind, PipeReader, PipeWriter, Read as _, Write as _},
    net::TcpStream,
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    time::Instant,
};

use harness::{Client, Proxy, SAFETY_NET, snmp_proxy_binary};
use rustix::{io::ioctl_fionbio, process::geteuid};
use serde_json::json;

/// A pipe that takes nothing more, as one is that nobody reads.
fn full_pipe() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    ioctl_fionbio(&writer, true).expect("it takes the flag");
    for size in [1 << 12, 1] {
        let full = loop {
            if let Err(error) = writer.write_all(&vec![b'\n'; size]) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::WouldBlock);
    }
    ioctl_fionbio(&writer, false).expect("it takes the flag");
    (reader, writer)
}

/// The daemon as it is installed, started by a shell that may set limits first. It does not run as root's group: where the
/// tests run as root, that tells what belongs to it from what belongs to root.
struct Daemon(Child);

/// A group that is nobody's.
const GROUP: u32 = 65_534;

impl Daemon {
    /// Starts it with the shell's commands before it, lines of this level, and standard error going there.
    fn start(before: &str, level: &str, log: Stdio) -> (Self, Client) {
        let mut shell = Command::new("sh");
        if geteuid().is_root() {
            shell.gid(GROUP);
        }
        let mut process = shell
            .args(["-c", &format!("{before} exec \"$0\" \"$@\"")])
            .arg(snmp_proxy_binary())
            .args(["--host", "127.0.0.1", "--port", "0", "--api-key", Proxy::API_KEY, "--log-level", level])
            .arg("--cache-dir")
            .arg(std::env::temp_dir().join("snmp-proxy-tests-cache"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("a shell runs");
        let banner = BufReader::new(process.stdout.take().expect("stdout is piped"));
        let line = banner.lines().map(|line| line.expect("text")).find(|line| line.starts_with("Server:"));
        let server = line.expect("it serves").trim_start_matches("Server:").trim().to_owned();
        (Self(process), Client::new(&server, Proxy::API_KEY))
    }

    /// Asks it to end, as a service manager does, and returns how it did.
    fn terminate(mut self) -> ExitStatus {
        let asked = Command::new("kill").arg(self.0.id().to_string()).status().expect("kill runs");
        assert!(asked.success(), "the process is there");
        let give_up = Instant::now() + SAFETY_NET;
        loop {
            if let Some(ended) = self.0.try_wait().expect("it is our child") {
                return ended;
            }
            assert!(Instant::now() < give_up, "it ends");
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_reads_holds_up_neither_the_daemon_nor_its_end() {
    let (unread, writer) = full_pipe();
    let (daemon, client) = Daemon::start("", "TRACE", Stdio::from(writer));
    assert_eq!(client.get("/health").await.status, 200);
    assert_eq!(client.with_key("a wrong one").get("/jobs").await.status, 403);
    assert!(daemon.terminate().success());
    drop(unread);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hangup_loads_the_plugins_again_and_ends_nothing() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let before = format!("export SNMP_PROXY__PLUGINS__DIR={};", dir.path().display());
    let (daemon, client) = Daemon::start(&before, "INFO", Stdio::null());
    let plugins = async || client.get("/plugins").await.body;
    std::fs::write(dir.path().join("torn.wasm"), "no component").expect("it can be written");
    assert_eq!(plugins().await["problems"], json!([]), "nobody looks at it yet");
    let asked = Command::new("kill").args(["-HUP", &daemon.0.id().to_string()]).status().expect("kill runs");
    assert!(asked.success(), "the process is there");
    let give_up = Instant::now() + SAFETY_NET;
    while plugins().await["problems"][0]["name"] != "torn" {
        assert!(Instant::now() < give_up, "it is looked at");
    }
    assert!(daemon.terminate().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_were_dropped_are_counted_once_lines_are_read_again() {
    let (unread, writer) = full_pipe();
    let (_daemon, client) = Daemon::start("", "DEBUG", Stdio::from(writer));
    let server = client.server().trim_start_matches("http://").to_owned();
    // Each of these is a line, and there are more than wait to be written.
    for _ in 0..5_000 {
        let mut stream = TcpStream::connect(&server).expect("it listens");
        stream.write_all(b"no request\r\n\r\n").expect("it is sent");
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(client.get("/health").await.status, 200);
    let mut lines = BufReader::new(unread).lines().map(|line| line.expect("text"));
    let told = lines.find(|line| line.contains("log lines were dropped")).expect("it goes on to write");
    assert!(told.contains("\"dropped\":"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_leaves_a_line_for_the_auditor_without_the_key() {
    let (log, writer) = std::io::pipe().expect("a pipe");
    let (_daemon, client) = Daemon::start("", "ERROR", Stdio::from(writer));
    assert_eq!(client.with_key("canary-guess").get("/jobs").await.status, 403);
    let line = BufReader::new(log).lines().next().expect("a line").expect("text");
    let line: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!((line["target"].as_str(), line["source"].as_str()), (Some("audit"), Some("127.0.0.1")));
    assert_eq!(line["failures"], 1);
    assert!(!line.to_string().contains("canary"), "{line}");
}

/// The user and the group that own the memory of a process in /proc.
#[cfg(target_os = "linux")]
fn owner_of_memory(daemon: &Daemon) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt as _;

    let memory = std::fs::metadata(format!("/proc/{}/mem", daemon.0.id())).expect("/proc");
    (memory.uid(), memory.gid())
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_root_may_read_the_memory_of_the_daemon() {
    let (daemon, client) = Daemon::start("ulimit -S -c unlimited 2>/dev/null;", "ERROR", Stdio::inherit());
    assert_eq!(client.get("/health").await.status, 200);
    // The files of a process that is not dumpable belong to root, whoever runs it (proc(5)).
    assert_eq!(owner_of_memory(&daemon), (0, 0));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", daemon.0.id())).expect("/proc");
    let core = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a limit");
    assert_eq!(core.split_whitespace().next(), Some("0"), "{core}");

    let (daemon, client) =
        Daemon::start("export SNMP_PROXY__SERVER__ALLOW_CORE_DUMPS=true;", "ERROR", Stdio::inherit());
    assert_eq!(client.get("/health").await.status, 200);
    assert_ne!(owner_of_memory(&daemon), (0, 0), "the operator looks for a defect");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_raises_its_limit_of_open_files() {
    let (daemon, client) = Daemon::start("ulimit -S -n 64;", "ERROR", Stdio::inherit());
    assert_eq!(client.get("/health").await.status, 200);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", daemon.0.id())).expect("/proc");
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("a limit");
    let mut words = files.split_whitespace();
    let (soft, hard) = (words.next(), words.next());
    assert!(soft == hard && soft != Some("64"), "{files}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_may_open_few_files_takes_few_connections() {
    let (_daemon, client) = Daemon::start("ulimit -n 256;", "ERROR", Stdio::inherit());
    assert_eq!(client.get("/health").await.body["connections"]["limit"], 128);
}
