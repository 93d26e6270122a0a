//! Clients that nobody wants: they ask and do not read, or begin to ask and never end.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use harness::{Client, Proxy};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::Instant,
};

/// Connections that never finish a request, from a source of their own.
const HALF_OPEN: usize = 400;
const HALF_OPEN_SOURCE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Readers of endless walks, and how much they read: below every reasonable rate.
const SLOW_WALKS: usize = 8;
const SLOW_WALKS_SOURCE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
/// Readers of the same large result.
const SLOW_RESULTS: usize = 40;
const SLOW_RESULTS_SOURCE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 4);
/// How long one of them holds a connection, at most.
const PATIENCE: Duration = Duration::from_secs(20);

/// Keeps connections open that have sent the beginning of a request, and opens another for each that is closed.
pub(crate) async fn half_open(server: String, end: Instant) {
    let mut held = JoinSet::new();
    for _ in 0..HALF_OPEN {
        let server = server.clone();
        held.spawn(async move {
            while Instant::now() < end {
                if let Ok(mut stream) = connect(&server, HALF_OPEN_SOURCE).await {
                    let _ = stream.write_all(b"POST /snmp/poll HTTP/1.1\r\nHost: proxy\r\n").await;
                    let _ = tokio::time::timeout_at(end, stream.read(&mut [0; 64])).await;
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
        });
    }
    while held.join_next().await.is_some() {}
}

/// Walks an agent that never ends, and reads next to nothing of it.
pub(crate) async fn slow_walks(server: String, agent: SocketAddr, end: Instant) {
    let body = json!({
        "target": agent.ip().to_string(), "port": agent.port(), "community": "public!endless", "oid": "1.3.6.1.2.1.2",
    });
    let body = body.to_string();
    let request = format!(
        "POST /snmp/walk HTTP/1.1\r\nHost: proxy\r\nX-API-Key: {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        Proxy::API_KEY,
        body.len()
    );
    slow_readers(&server, SLOW_WALKS, SLOW_WALKS_SOURCE, &request, end).await;
}

/// Polls once, and lets many read the result slowly.
pub(crate) async fn slow_results(api: Client, agent: SocketAddr, end: Instant) {
    while Instant::now() < end {
        let request = json!({ "target": agent.ip().to_string(), "port": agent.port(), "community": "public" });
        let Some(ticket) = api.post("/snmp/poll", &request).await.body["ticket"].as_str().map(str::to_owned) else {
            tokio::time::sleep(Duration::from_millis(500)).await;
            continue;
        };
        api.ended(&ticket).await;
        let key = Proxy::API_KEY;
        let request = format!("GET /status/{ticket} HTTP/1.1\r\nHost: proxy\r\nX-API-Key: {key}\r\n\r\n");
        let until = end.min(Instant::now() + PATIENCE);
        slow_readers(api.server(), SLOW_RESULTS, SLOW_RESULTS_SOURCE, &request, until).await;
    }
}

/// `count` connections from `source` that send `request` and read a few octets of its answer at a time.
async fn slow_readers(server: &str, count: usize, source: Ipv4Addr, request: &str, end: Instant) {
    let mut readers = JoinSet::new();
    for _ in 0..count {
        let (server, request) = (server.to_owned(), request.to_owned());
        readers.spawn(async move {
            while Instant::now() < end {
                let until = end.min(Instant::now() + PATIENCE);
                let _ = tokio::time::timeout_at(until, read_slowly(&server, source, &request)).await;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        });
    }
    while readers.join_next().await.is_some() {}
}

async fn read_slowly(server: &str, source: Ipv4Addr, request: &str) -> std::io::Result<()> {
    let mut stream = connect(server, source).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut octets = [0; 64];
    while stream.read(&mut octets).await? > 0 {
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    Ok(())
}

/// A connection from an address of its own, with next to no room for what comes: the daemon has to keep it.
async fn connect(server: &str, source: Ipv4Addr) -> std::io::Result<TcpStream> {
    let server: SocketAddr = server.trim_start_matches("http://").parse().expect("an address");
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    socket.bind(SocketAddr::from((source, 0)))?;
    socket.connect(server).await
}
