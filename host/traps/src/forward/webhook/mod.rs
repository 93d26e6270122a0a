//! POST of records as JSON: `{"receiver"?, "forwarder", "first", "last", "traps": […]}`.
//!
//! `first` and `last` are the numbers of the first and the last record; null where they are not stored yet, and then none
//! of the body is. Two headers go with it:
//!
//! * `Idempotency-Key: first-last-digest` (`unstored-digest` without numbers), the same whenever the same records are sent again. A receiver that remembers
//!   keys takes nothing twice; one that remembers the `number` of records does as well while the log lives.
//! * `X-SNMP-Proxy-Signature: t=1767225600, sha256=…` where there is a secret: the HMAC-SHA256 with that secret, in
//!   hexadecimal, over the seconds since 1970 behind `t=`, a full stop, and the octets of the body. A receiver computes
//!   it again, compares in constant time, and refuses what is older than a few minutes, so that nobody can replay it.
//!
//! Any 2xx means that the records were taken. 400, 413 and 422 mean that these never will be: of several, half as many
//! are posted next, until the one that is wrong stands alone and is refused; so it takes none of its neighbours along.
//! After anything else they are sent again. Redirects are not followed: the records would go to somebody who was not
//! configured. Nor does the environment's proxy get them.
//!
//! HTTP is reqwest's. By hand is what belongs to this form alone: which records go together, halving, and signing.

mod signature;
mod verdict;

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use reqwest::{Client, Response, StatusCode, header, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::timeout;

use self::verdict::{Verdict, verdict};
use super::{
    address::WebhookUrl,
    attempt::{Attempt, Failure},
    tls::{Trust, client_config},
};
use crate::{
    Entry, RecordPosition,
    text::{error_chain, one_line},
};

/// Octets of the records in a body. Beyond, the next attempt has the rest; a longer record goes alone.
const BODY_OCTETS: usize = 1 << 20;

/// Octets that are read of an answer. The rest is not looked at.
const ANSWER_OCTETS: usize = 4_096;

/// The time in which the body of an answer is read, and never more than a tenth of the attempt's. The status has said
/// what becomes of the records; of a body that takes longer, only what came is in the error.
const ANSWER_TIME: Duration = Duration::from_secs(1);

/// Signs of an answer that an error repeats.
const ERROR_CHARS: usize = 200;

/// A receiver that is posted to.
pub(super) struct Webhook {
    forwarder: String,
    proxy_name: Option<String>,
    url: WebhookUrl,
    secret: Option<SecretString>,
    /// The time of an attempt.
    limit: Duration,
    client: Option<Client>,
    /// Records that are sent at once, at most: half of them after a refusal, and one more after each body that was taken.
    at_once: usize,
}

/// The numbers of the first and the last record of a body.
type Numbers = (Option<u64>, Option<u64>);

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    receiver: Option<&'a str>,
    forwarder: &'a str,
    first: Option<u64>,
    last: Option<u64>,
    traps: Vec<&'a RawValue>,
}

impl Webhook {
    pub(super) fn new(
        forwarder: String,
        proxy_name: Option<String>,
        url: WebhookUrl,
        secret: Option<SecretString>,
        limit: Duration,
    ) -> Self {
        Self { forwarder, proxy_name, url, secret, limit, client: None, at_once: usize::MAX }
    }

    pub(super) async fn send(&mut self, entries: &[Entry]) -> Attempt {
        let entries = self.portion(entries);
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Attempt::default() };
        let (at, numbers) = (first.position, (first.number(), last.number()));
        let body = match self.body(entries, numbers) {
            Ok(body) => body,
            Err(error) => return self.unwritable(entries.len(), at, &error),
        };
        let response = match self.post(body, numbers).await {
            Ok(response) => response,
            Err(error) => return Attempt::default().failed(self.url.scrub(&error)),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let verdict = verdict(status.as_u16(), headers.get(header::RETRY_AFTER), entries.len(), SystemTime::now());
        match verdict {
            Verdict::Taken => {
                self.at_once = self.at_once.saturating_add(1);
                Attempt::taken(entries.len())
            }
            Verdict::Halve => {
                self.at_once = (entries.len() / 2).max(1);
                Attempt::default()
            }
            Verdict::Refused => {
                let reason = format!("record {at}: {}", self.reason(status, response).await);
                Attempt { done: entries.len(), refused: entries.len(), reason: Some(reason), failure: None }
            }
            Verdict::Later(pause) => {
                let error = self.reason(status, response).await;
                Attempt { failure: Some(Failure::Later { error, pause }), ..Attempt::default() }
            }
        }
    }

    /// As many from the front as go at once.
    fn portion<'a>(&self, entries: &'a [Entry]) -> &'a [Entry] {
        let mut octets = 0_usize;
        let fits = |entry: &&Entry| {
            let is_first = octets == 0;
            octets = octets.saturating_add(entry.json.len());
            is_first || octets <= BODY_OCTETS
        };
        let count = entries.iter().take(self.at_once).take_while(fits).count();
        entries.get(..count).unwrap_or(entries)
    }

    fn body(&self, entries: &[Entry], (first, last): Numbers) -> serde_json::Result<Vec<u8>> {
        let traps = entries.iter().map(|entry| serde_json::from_str(&entry.json)).collect::<Result<_, _>>()?;
        let receiver = self.proxy_name.as_deref();
        serde_json::to_vec(&Body { receiver, forwarder: &self.forwarder, first, last, traps })
    }

    /// A record that is no JSON: it is found by sending less at once.
    fn unwritable(&mut self, count: usize, at: RecordPosition, error: &serde_json::Error) -> Attempt {
        if count > 1 {
            self.at_once = count / 2;
            return Attempt::default();
        }
        let reason = format!("record {at}: it cannot be read: {error}");
        Attempt { done: 1, refused: 1, reason: Some(reason), failure: None }
    }

    async fn post(&mut self, body: Vec<u8>, numbers: Numbers) -> Result<Response, String> {
        let client = match &self.client {
            Some(client) => client,
            None => self.client.insert(client(self.url.is_https()).await?),
        };
        let digest = signature::digest(&body);
        let key = match numbers {
            (Some(first), Some(last)) => format!("{first}-{last}-{digest}"),
            _ => format!("unstored-{digest}"),
        };
        let mut request = client
            .post(self.url.expose())
            .header(header::CONTENT_TYPE, "application/json")
            .header("Idempotency-Key", key);
        if let Some(secret) = &self.secret {
            let signature = signature::header(secret.expose_secret().as_bytes(), &body, SystemTime::now());
            request = request.header("X-SNMP-Proxy-Signature", signature);
        }
        request.body(body).send().await.map_err(|error| {
            let error = error.without_url();
            format!("cannot post to {}: {}", self.url, error_chain(&error))
        })
    }

    /// Why records were not taken. Only here the body is read: where they were, nobody wants it.
    async fn reason(&self, status: StatusCode, response: Response) -> String {
        let answer = said(response, ANSWER_TIME.min(self.limit / 10)).await;
        format!("{} answered {}", self.url, self.words(status, &answer))
    }

    /// What was answered, for an error.
    fn words(&self, status: StatusCode, answer: &str) -> String {
        let answer = one_line(&self.url.scrub(answer));
        let words = answer.split_whitespace().collect::<Vec<_>>().join(" ");
        let answer: String = words.chars().take(ERROR_CHARS).collect();
        if answer.is_empty() { status.to_string() } else { format!("{status}: {answer}") }
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Makes a client. Certificates are read from files, which may block.
async fn client(is_https: bool) -> Result<Client, String> {
    let trust = if is_https { Trust::System } else { Trust::Nobody };
    let config =
        tokio::task::spawn_blocking(move || client_config(trust)).await.map_err(|error| error.to_string())??;
    Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("snmp-proxy/", env!("CARGO_PKG_VERSION")))
        // Longer than any pause between attempts is no use: the other end has gone away by then.
        .pool_idle_timeout(Duration::from_secs(60))
        .pool_max_idle_per_host(1)
        .build()
        .map_err(|error| error_chain(&error.without_url()))
}

/// The beginning of an answer's body. Where it breaks off or takes longer than `limit`, what there was.
async fn said(mut response: Response, limit: Duration) -> String {
    let mut octets = Vec::new();
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let remaining = ANSWER_OCTETS.saturating_sub(octets.len());
            octets.extend(chunk.iter().take(remaining));
            if octets.len() >= ANSWER_OCTETS {
                break;
            }
        }
    };
    // Too late is as good as broken off.
    let _ = timeout(limit, reading).await;
    String::from_utf8_lossy(&octets).into_owned()
}
