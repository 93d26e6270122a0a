//! A REST client that knows the API's paths and keeps what came back: status, headers, JSON.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::SAFETY_NET;

/// A client of one daemon.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    server: String,
    api_key: String,
}

/// What the daemon answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body; null where it is no JSON.
    pub body: Value,
    /// The body as it came.
    pub text: String,
}

impl Client {
    /// A client of the daemon at `server` (`http://127.0.0.1:8899`) with `api_key`.
    #[must_use]
    pub fn new(server: &str, api_key: &str) -> Self {
        // Built with the daemon's forwarders, the library wants to be told whose cryptography it has, also without TLS. It
        // may be told once; later on it has been.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self { http: reqwest::Client::new(), server: server.to_owned(), api_key: api_key.to_owned() }
    }

    /// The same client with another key.
    #[must_use]
    pub fn with_key(&self, api_key: &str) -> Self {
        Self { api_key: api_key.to_owned(), ..self.clone() }
    }

    /// The same client, whose requests come from this address.
    #[must_use]
    pub fn at(&self, source: IpAddr) -> Self {
        let http = reqwest::Client::builder().local_address(source).build().expect("a client");
        Self { http, ..self.clone() }
    }

    /// The daemon's address, `http://127.0.0.1:8899`.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The key that it sends.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.api_key
    }

    /// Sends `method path` with `body` as it is, with the key.
    pub async fn send(&self, method: &str, path: &str, body: Option<String>) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.server));
        request = request.header("X-API-Key", &self.api_key).timeout(Duration::from_secs(60));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let response = request.send().await.expect("the daemon answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body of text");
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or_default(), text }
    }

    /// GET `path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    /// POST `body` to `path`.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body.to_string())).await
    }

    /// DELETE `path`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Submits a poll and returns its ticket.
    pub async fn submit(&self, request: &Value) -> String {
        let answer = self.post("/snmp/poll", request).await;
        assert_eq!(answer.status, 200, "the poll is accepted: {}", answer.text);
        answer.body["ticket"].as_str().expect("a ticket").to_owned()
    }

    /// Waits until `ticket` is no longer queued.
    pub async fn started(&self, ticket: &str) {
        let give_up = Instant::now() + SAFETY_NET;
        while self.get(&format!("/status/{ticket}")).await.body["status"] == "queued" {
            assert!(Instant::now() < give_up, "the poll starts");
        }
    }

    /// Waits until `ticket` has ended and returns its status body.
    pub async fn ended(&self, ticket: &str) -> Value {
        let give_up = Instant::now() + Duration::from_secs(120);
        loop {
            let answer = self.get(&format!("/status/{ticket}?wait=20&until=end")).await;
            assert_eq!(answer.status, 200, "a status is never refused: {}", answer.text);
            if ["complete", "failed", "cancelled"].contains(&answer.body["status"].as_str().unwrap_or("")) {
                return answer.body;
            }
            assert!(Instant::now() < give_up, "the poll ends within two minutes: {}", answer.text);
        }
    }

    /// Polls `port` of 127.0.0.1 with `community` and returns the status body at its end.
    pub async fn poll(&self, port: u16, community: &str) -> Value {
        self.poll_with(&json!({ "target": "127.0.0.1", "port": port, "community": community })).await
    }

    /// Polls as `request` says and returns the status body at its end.
    pub async fn poll_with(&self, request: &Value) -> Value {
        self.ended(&self.submit(request).await).await
    }
}
