//! A registry for OCI artefacts that is not ours: Debian's `docker-registry`.

use std::{path::PathBuf, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::SAFETY_NET;

/// A registry on a free port of 127.0.0.1, without TLS. Dropping it kills the process.
#[derive(Debug)]
pub struct DockerRegistry {
    /// Its host and port, as references begin.
    pub address: String,
    /// What it stores.
    pub storage: PathBuf,
    _process: Child,
    _folder: tempfile::TempDir,
}

impl DockerRegistry {
    /// The user of a registry with a password.
    pub const USER: &'static str = "publisher";
    /// The password.
    pub const PASSWORD: &'static str = "canary-password";
    /// Both, as htpasswd has them: bcrypt is the one form that the registry takes.
    const HTPASSWD: &'static str = "publisher:$2b$05$abcdefghijklmnopqrstuuTvmw3qcMpAvEgQGhbFMhqjD3R/evDDW\n";

    /// Starts one that lets everybody in; none where it is not installed (the rule of [`prerequisites`]).
    pub async fn start() -> Option<Self> {
        Self::start_with("").await
    }

    /// Starts one that wants the user and the password.
    pub async fn start_with_password() -> Option<Self> {
        Self::start_with("auth: {htpasswd: {realm: tests, path: htpasswd}}\n").await
    }

    async fn start_with(configuration: &str) -> Option<Self> {
        if !prerequisites::programs(&["docker-registry"]) {
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = format!(
            "version: 0.1\nstorage: {{filesystem: {{rootdirectory: storage}}}}\n\
             http: {{addr: '127.0.0.1:0', secret: tests}}\n{configuration}"
        );
        std::fs::write(folder.path().join("config.yml"), text).expect("the configuration is written");
        std::fs::write(folder.path().join("htpasswd"), Self::HTPASSWD).expect("the password is written");
        let mut process = Command::new("docker-registry")
            .args(["serve", "config.yml"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("docker-registry starts");
        let mut lines = BufReader::new(process.stderr.take().expect("its log")).lines();
        let listening = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some((_, address)) = line.split_once("listening on ") {
                    return address.split('"').next().unwrap_or_default().to_owned();
                }
            }
            panic!("docker-registry says where it listens");
        };
        let address = tokio::time::timeout(SAFETY_NET, listening).await.expect("docker-registry starts");
        // A log that nobody reads would hold it up in the end.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Some(Self { address, storage: folder.path().join("storage"), _process: process, _folder: folder })
    }
}
