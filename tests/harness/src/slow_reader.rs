//! A client that asks and then reads only as much as it is told to: HTTP by hand, on a connection whose buffer is small.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use crate::Client;

/// A request whose answer is read slowly.
#[derive(Debug)]
pub struct SlowReader(TcpStream);

/// What the system takes of an answer that nobody reads.
const BUFFER_OCTETS: u32 = 16 << 10;

impl SlowReader {
    /// Asks as `client` would. With a body it is a POST.
    pub async fn ask(client: &Client, path: &str, body: Option<&Value>) -> Self {
        let server = client.server().trim_start_matches("http://");
        let addr: SocketAddr = server.parse().expect("an address");
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(BUFFER_OCTETS).expect("a size");
        let mut stream = socket.connect(addr).await.expect("the daemon listens");
        let body = body.map(Value::to_string);
        let method = if body.is_some() { "POST" } else { "GET" };
        let body = body.unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {server}\r\nX-API-Key: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            client.api_key(),
            body.len(),
        );
        stream.write_all(request.as_bytes()).await.expect("the daemon reads");
        Self(stream)
    }

    /// Reads so many octets, or fewer where the answer is over or was cut off; returns how many.
    pub async fn read(&mut self, octets: usize) -> usize {
        let mut left = octets;
        let mut chunk = vec![0; left.min(4 << 10)];
        while left > 0 {
            let max = chunk.len().min(left);
            match self.0.read(&mut chunk[..max]).await {
                Ok(0) | Err(_) => break,
                Ok(read) => left -= read,
            }
        }
        octets - left
    }
}
