//! Webhooks, against an HTTP server that answers as a test says.

use std::collections::VecDeque;

use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::*;

/// What was posted.
#[derive(Debug)]
struct Posted {
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Posted {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn numbers(&self) -> Vec<u64> {
        self.json()["traps"].as_array().unwrap().iter().map(|trap| trap["number"].as_u64().unwrap()).collect()
    }
}

const TAKEN: &str = "204 No Content\r\n\r\n";

type Answering = Arc<Mutex<dyn FnMut(&Posted) -> String + Send>>;

struct Server {
    url: String,
    posted: mpsc::UnboundedReceiver<Posted>,
    task: JoinHandle<()>,
}

impl Server {
    /// Gives these answers one after the other, then 204.
    async fn start(answers: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, answers)
    }

    fn on(listener: TcpListener, answers: &[&str]) -> Self {
        let mut answers: VecDeque<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
        Self::answering(listener, move |_| answers.pop_front().unwrap_or_else(|| TAKEN.to_owned()))
    }

    /// Gives the answer that a test finds for what was posted.
    fn answering(listener: TcpListener, answer: impl FnMut(&Posted) -> String + Send + 'static) -> Self {
        let answer: Answering = Arc::new(Mutex::new(answer));
        let url = format!("http://{}/hook?token=secret-token", listener.local_addr().unwrap());
        let (tell, posted) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&answer), tell.clone()));
            }
        });
        Self { url, posted, task }
    }

    async fn next(&mut self) -> Posted {
        self.posted.recv().await.unwrap()
    }

    fn destination(&self, secret: Option<&str>) -> Destination {
        Destination::Webhook { url: self.url.parse().unwrap(), secret: secret.map(Into::into) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, answer: Answering, tell: mpsc::UnboundedSender<Posted>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let path = lines[0].split(' ').nth(1).unwrap().to_owned();
        let header =
            |line: &String| line.split_once(':').map(|(key, value)| (key.to_lowercase(), value.trim().to_owned()));
        let headers: Vec<_> = lines[1..].iter().filter_map(header).collect();
        let mut posted = Posted { path, headers, body: Vec::new() };
        posted.body = vec![0; posted.header("content-length").parse().unwrap()];
        stream.read_exact(&mut posted.body).await.unwrap();
        let answer = (answer.lock())(&posted);
        let _ = tell.send(posted);
        stream.write_all(format!("HTTP/1.1 {answer}").as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn records_are_posted_in_batches_and_signed() {
    let mut server = Server::start(&[]).await;
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    cursors.save("hook", 0).await.unwrap();
    append(&log, 12).await;
    let rules = vec![options("hook", server.destination(Some("a key")))];
    let forwarders = Forwarders::start(rules, log.clone(), cursors, &parts().await);
    let first = server.next().await;
    assert_eq!(first.path, "/hook?token=secret-token");
    assert_eq!(first.header("content-type"), "application/json");
    assert_eq!(first.numbers(), (1..=10).collect::<Vec<_>>());
    let signature = first.header("x-snmp-proxy-signature");
    let (time, digest) = signature.strip_prefix("t=").unwrap().split_once(", sha256=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"a key").unwrap();
    mac.update(format!("{time}.").as_bytes());
    mac.update(&first.body);
    let expected: String = mac.finalize().into_bytes().iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(digest, expected);
    let second = server.next().await;
    let json = second.json();
    assert_eq!(json["traps"][1]["trap"]["name"], "linkDown");
    assert_eq!(
        [&json["receiver"], &json["forwarder"], &json["first"], &json["last"]],
        [&json!("jump-1"), &json!("hook"), &json!(11), &json!(12)]
    );
    assert!(second.header("idempotency-key").starts_with("11-12-"));
    let stats = until(&forwarders, |stats| stats.sent == 12).await;
    assert_eq!(stats.behind, 0);
}

#[tokio::test]
async fn what_was_not_taken_is_posted_again_under_the_same_key() {
    let mut server = Server::start(&[
        "503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
        "404 Not Found\r\nContent-Length: 39\r\n\r\nnothing at /hook?token=secret-token ...",
        "307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    ])
    .await;
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(options("hook", server.destination(Some("a key"))), &log, &cursors).await;
    append(&log, 3).await;
    let first = server.next().await;
    for _ in 0..3 {
        let again = server.next().await;
        assert_eq!((&again.body, &again.path), (&first.body, &first.path), "a redirect is not followed");
        assert_eq!(again.header("idempotency-key"), first.header("idempotency-key"));
    }
    let stats = until(&forwarders, |stats| stats.sent == 3).await;
    assert_eq!((stats.failed_attempts, stats.refused), (3, 0));
    assert!(stats.last_error.unwrap().ends_with(" answered 307 Temporary Redirect"));
}

#[tokio::test]
async fn what_is_too_much_at_once_is_halved_and_what_is_refused_is_passed_over() {
    let too_large = "413 Payload Too Large\r\nContent-Length: 0\r\n\r\n";
    let mut server = Server::start(&[
        too_large,
        too_large,
        too_large,
        TAKEN,
        "422 Unprocessable Content\r\nContent-Length: 0\r\n\r\n",
        "422 Unprocessable Content\r\nContent-Length: 9\r\n\r\nno \x1b[1m!\n",
    ])
    .await;
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    cursors.save("hook", 0).await.unwrap();
    append(&log, 8).await;
    let forwarders = start(options("hook", server.destination(None)), &log, &cursors).await;
    for numbers in [(1..=8), (1..=4), (1..=2), (1..=1), (2..=3), (2..=2), (3..=3), (4..=5), (6..=8)] {
        assert_eq!(server.next().await.numbers(), numbers.collect::<Vec<u64>>());
    }
    let stats = until(&forwarders, |stats| stats.behind == 0).await;
    assert_eq!((stats.sent, stats.refused, stats.failed_attempts), (7, 1, 0));
    let error = stats.last_error.unwrap();
    assert!(error.starts_with("record 2: "), "{error:?}");
    assert!(error.ends_with(" answered 422 Unprocessable Entity: no [1m!"), "{error:?}");
}

#[tokio::test]
async fn a_record_that_is_refused_takes_none_of_its_neighbours_along() {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&taken);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::answering(listener, move |posted| {
        let numbers = posted.numbers();
        if numbers.contains(&17) || numbers.contains(&90) {
            return "400 Bad Request\r\nContent-Length: 0\r\n\r\n".to_owned();
        }
        seen.lock().extend(numbers);
        TAKEN.to_owned()
    });
    let (log, cursors) = (log(200), Arc::<MemoryCursors>::default());
    cursors.save("hook", 0).await.unwrap();
    append(&log, 100).await;
    let options = ForwardOptions { batch: 100, ..options("hook", server.destination(None)) };
    let forwarders = start(options, &log, &cursors).await;
    let stats = until(&forwarders, |stats| stats.sent + stats.refused == 100).await;
    assert_eq!((stats.sent, stats.refused, stats.failed_attempts), (98, 2, 0));
    let others: Vec<u64> = (1..=100).filter(|number| ![17, 90].contains(number)).collect();
    assert_eq!(*taken.lock(), others, "each once and in order");
}

#[tokio::test]
async fn an_answer_that_never_ends_is_not_waited_for() {
    let mut server = Server::start(&[
        "200 OK\r\n\r\n",
        "503 Service Unavailable\r\n\r\nbusy",
        "422 Unprocessable Content\r\n\r\nno such trap",
    ])
    .await;
    let (log, cursors) = (log(100), Arc::default());
    let options = ForwardOptions { timeout: Duration::from_secs(5), ..options("hook", server.destination(None)) };
    let forwarders = start(options, &log, &cursors).await;
    append(&log, 3).await;
    assert_eq!(server.next().await.numbers(), [1, 2, 3]);
    let stats = until(&forwarders, |stats| stats.sent == 3).await;
    assert_eq!((stats.failed_attempts, stats.behind), (0, 0), "the status says that they were taken");
    append(&log, 1).await;
    let stats = until(&forwarders, |stats| stats.failed_attempts > 0).await;
    let error = stats.last_error.unwrap();
    assert!(error.ends_with(" answered 503 Service Unavailable: busy"), "{error}");
    let stats = until(&forwarders, |stats| stats.behind == 0).await;
    assert_eq!((stats.sent, stats.refused, stats.failed_attempts), (3, 1, 1));
    let error = stats.last_error.unwrap();
    assert!(error.ends_with(" answered 422 Unprocessable Entity: no such trap"), "{error}");
}

#[tokio::test]
async fn a_server_that_was_down_gets_everything_once_and_in_order() {
    let (addr, socket) = port_that_nobody_listens_at();
    let (log, cursors) = (log(100), Arc::default());
    let url = format!("http://{addr}/").parse().unwrap();
    let forwarders = start(options("hook", Destination::Webhook { url, secret: None }), &log, &cursors).await;
    append(&log, 25).await;
    until(&forwarders, |stats| stats.failed_attempts > 1).await;
    let mut server = Server::on(listen_at(socket), &[]);
    for numbers in [1..=10, 11..=20, 21..=25] {
        assert_eq!(server.next().await.numbers(), numbers.collect::<Vec<_>>());
    }
    let stats = until(&forwarders, |stats| stats.sent == 25).await;
    assert_eq!((stats.behind, stats.state), (0, ForwarderState::Working));
    assert!(server.posted.try_recv().is_err(), "once");
}

#[tokio::test]
async fn no_secret_is_in_any_text() {
    let mut server = Server::start(&["500 Oops\r\nContent-Length: 24\r\n\r\n/hook?token=secret-token"]).await;
    let (log, cursors) = (log(100), Arc::default());
    let options = options("hook", server.destination(Some("a-signing-key")));
    let mut texts = vec![format!("{options:?}")];
    let forwarders = start(options, &log, &cursors).await;
    append(&log, 1).await;
    server.next().await;
    let stats = until(&forwarders, |stats| stats.last_error.is_some()).await;
    texts.push(format!("{forwarders:?} {stats:?}"));
    drop(server);
    append(&log, 1).await;
    texts.push(format!("{:?}", forwarders.stats()));
    for text in texts {
        assert!(!text.contains("secret-token") && !text.contains("signing-key"), "{text}");
    }
}

#[tokio::test]
async fn nothing_is_posted_to_a_server_that_the_system_does_not_trust() {
    let folder = tempfile::tempdir().unwrap();
    let (acceptor, _) = tls_server(folder.path());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let server = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            assert!(acceptor.accept(stream).await.is_err(), "it was trusted");
        }
    });
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(options("hook", Destination::Webhook { url, secret: None }), &log, &cursors).await;
    append(&log, 1).await;
    let error = until(&forwarders, |stats| stats.failed_attempts > 1).await.last_error.unwrap();
    // On a machine without any certificates, that is what is wrong.
    assert!(error.to_lowercase().contains("certificate"), "{error}");
    assert!(!server.is_finished());
    server.abort();
}
