//! The API over real HTTP on loopback: what goes in and what comes out, as text.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod compiling;
mod contract;
mod decode;
mod direct;
mod document;
mod options;
mod polls;
mod reload;
mod requests;
mod results;
mod secrets;
mod targets;
mod traps;
mod waits;
mod withheld;

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, OnceLock},
    time::Duration,
};

use config::Settings;
use proxy::{Listeners, Proxy};
use runtime::Compiler;
use serde_json::{Value, json};
use simulator::{FaultPlan, Simulator, SyntheticDevice};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::{CancellationToken, DropGuard};

const KEY: &str = "testkey";

/// Longer than any test waits for a device that is silent.
const A_LONG_TIME: Duration = Duration::from_secs(60);

/// A proxy that serves. Dropping it stops it.
struct Server {
    addr: SocketAddr,
    stop: DropGuard,
    served: JoinHandle<std::io::Result<()>>,
}

/// An answer.
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Server {
    /// A proxy with the bundled plugins.
    async fn start(change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::with_api_key(KEY);
        settings.plugins.cache_dir = Some(plugin_cache());
        settings.limits.snmp.packet_timeout = Duration::from_millis(200);
        settings.limits.snmp.retries = 1;
        change(&mut settings);
        Self::serve(Proxy::start(settings, Compiler::Here, Arc::new(())).await.unwrap()).await
    }

    /// A proxy for tests that poll nothing.
    async fn without_plugins() -> Self {
        Self::serve(Proxy::start_without_plugins(Settings::with_api_key(KEY)).await.unwrap()).await
    }

    async fn serve(proxy: Proxy) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let served = tokio::spawn({
            let stop = stop.clone();
            async move { proxy.serve(Listeners { http: listener, traps: Vec::new() }, stop).await }
        });
        Self { addr, stop: stop.drop_guard(), served }
    }

    /// Stops it, and waits until it is gone.
    async fn stop(self) {
        drop(self.stop);
        self.served.await.unwrap().unwrap();
    }

    /// Sends a request as it is written here: the first line, headers, an empty line, a body.
    async fn send(&self, request: &str) -> Answer {
        let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
        let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
        let mut text =
            format!("{line} HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for header in headers.lines() {
            text.push_str(header);
            text.push_str("\r\n");
        }
        text.push_str("\r\n");
        text.push_str(body);
        self.octets(text.as_bytes()).await
    }

    /// Sends octets, after which the server closes the connection.
    async fn octets(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(Duration::from_secs(60), stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    /// The status of an answer whose body may be anything.
    async fn status(&self, request: &str) -> u16 {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        let text = format!("{request} HTTP/1.1\r\nHost: proxy\r\nConnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap().parse().unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.send(&format!("GET {path}\nX-API-Key: {KEY}")).await.json(200)
    }

    async fn delete(&self, path: &str) -> Value {
        self.send(&format!("DELETE {path}\nX-API-Key: {KEY}")).await.json(200)
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(&format!("POST {path}\nX-API-Key: {KEY}\nContent-Type: application/json\n\n{body}")).await
    }

    /// Submits a poll and returns its ticket.
    async fn submit(&self, body: &Value) -> String {
        let submitted = self.post("/snmp/poll", body).await.json(200);
        assert_eq!(submitted["status"], "queued");
        submitted["ticket"].as_str().unwrap().to_owned()
    }

    /// Polls and waits for the end.
    async fn poll(&self, body: &Value) -> Value {
        let ticket = self.submit(body).await;
        self.ended(&ticket).await
    }

    /// Waits until a poll has started. It must not end by itself.
    async fn until_running(&self, ticket: &str) {
        let mut version = json!(0);
        loop {
            let ticket = self.get(&format!("/status/{ticket}?wait=30&since={version}")).await;
            match ticket["status"].as_str() {
                Some("queued") => version = ticket["version"].clone(),
                status => return assert_eq!(status, Some("running")),
            }
        }
    }

    /// The ticket once it has ended.
    async fn ended(&self, ticket: &str) -> Value {
        self.get(&format!("/status/{ticket}?wait=60&until=end")).await
    }
}

impl Answer {
    #[track_caller]
    fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Compiled plugins, kept for all tests of this process.
fn plugin_cache() -> PathBuf {
    static CACHE: OnceLock<tempfile::TempDir> = OnceLock::new();
    CACHE.get_or_init(|| tempfile::tempdir().unwrap()).path().to_owned()
}

/// A switch under the community `switch`, with this fault. Any fault can be had by `switch!fault`, too.
async fn switch() -> Simulator {
    let switch = SyntheticDevice { interfaces: 5, arp_rows: 20, ..SyntheticDevice::default() };
    let silent: FaultPlan = "silent".parse().unwrap();
    Simulator::builder()
        .device("switch", switch.recording())
        .device("silent", switch.recording())
        .plan("silent", silent)
        .bind("127.0.0.1:0")
        .await
        .unwrap()
}

/// The body of a request to a simulated device.
fn at(simulator: &Simulator, community: &str) -> Value {
    json!({ "target": "127.0.0.1", "port": simulator.addr().port(), "community": community })
}

/// The same with more fields.
fn with(mut body: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// A poll of the silent device that goes on for as long as it may.
fn patient(simulator: &Simulator) -> Value {
    with(at(simulator, "silent"), &json!({ "get_timeout": 60 }))
}
