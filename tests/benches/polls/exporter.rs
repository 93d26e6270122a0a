//! Prometheus' `snmp_exporter` as Debian has it, with a configuration for the columns that our plugins read.

use std::{
    fmt::Write as _,
    net::TcpListener,
    process::Stdio,
    time::{Duration, Instant},
};

use prerequisites::program_exists;
use tokio::process::{Child, Command};

use crate::columns::{COLUMNS, Column, Index};

const PROGRAM: &str = "prometheus-snmp-exporter";

/// A running exporter. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Exporter {
    http: reqwest::Client,
    server: String,
    _process: Child,
    _folder: tempfile::TempDir,
}

impl Exporter {
    /// Starts it and waits until it serves; says so where it is not installed.
    pub(crate) async fn start(repetitions: u32) -> Option<Self> {
        if !program_exists(PROGRAM) {
            println!("(without snmp_exporter, which is not installed: Debian: {PROGRAM})");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("snmp.yml");
        std::fs::write(&file, configuration(repetitions)).expect("the configuration is written");
        let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("its address").port();
        let process = Command::new(PROGRAM)
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--log.level=error")
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the exporter starts");
        let (http, server) = (reqwest::Client::new(), format!("http://127.0.0.1:{port}"));
        let give_up = Instant::now() + Duration::from_secs(20);
        while http.get(&server).send().await.is_err() {
            assert!(Instant::now() < give_up, "the exporter serves");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Some(Self { http, server, _process: process, _folder: folder })
    }

    /// Scrapes the agent on this port of 127.0.0.1. Returns how long that took, and how many samples came.
    pub(crate) async fn scrape(&self, port: u16) -> (Duration, usize) {
        let start = Instant::now();
        let address = format!("{}/snmp?module=benchmark&target=127.0.0.1:{port}", self.server);
        let answer = self.http.get(address).send().await.expect("the exporter answers");
        let status = answer.status();
        let text = answer.text().await.expect("a body of text");
        let took = start.elapsed();
        assert!(status.is_success(), "the exporter cannot scrape: {text}");
        let is_ours = |line: &&str| line.starts_with("if") || line.starts_with("ip");
        (took, text.lines().filter(is_ours).count())
    }
}

/// The module `benchmark`. JSON is YAML too, but a template is easier on the eye.
fn configuration(repetitions: u32) -> String {
    let mut text = "benchmark:\n  walk:\n".to_owned();
    for column in COLUMNS {
        let _ = writeln!(text, "  - {}", column.oid);
    }
    text += "  metrics:\n";
    let system = [
        ("1.3.6.1.2.1.1.1", "sysDescr", "DisplayString"),
        ("1.3.6.1.2.1.1.3", "sysUpTime", "gauge"),
        ("1.3.6.1.2.1.1.4", "sysContact", "DisplayString"),
        ("1.3.6.1.2.1.1.5", "sysName", "DisplayString"),
        ("1.3.6.1.2.1.1.6", "sysLocation", "DisplayString"),
    ];
    let system = system.map(|(oid, name, kind)| Column { oid, name, kind, index: Index::None });
    for column in system.iter().chain(COLUMNS.iter().filter(|column| column.index != Index::None)) {
        let Column { oid, name, kind, index } = column;
        let _ = write!(text, "  - name: {name}\n    oid: {oid}\n    type: {kind}\n    help: {name} - {oid}\n");
        let labels: &[(&str, &str)] = match index {
            Index::None => &[],
            Index::Interface => &[("ifIndex", "gauge")],
            Index::Media => &[("ifIndex", "gauge"), ("address", "InetAddressIPv4")],
            Index::Physical => &[("ifIndex", "gauge"), ("address", "InetAddress")],
        };
        if !labels.is_empty() {
            text += "    indexes:\n";
        }
        for (label, kind) in labels {
            let _ = writeln!(text, "    - labelname: {label}\n      type: {kind}");
        }
    }
    let _ = writeln!(text, "  version: 2\n  max_repetitions: {repetitions}\n  auth:\n    community: public");
    text
}
