//! Forwarders as a whole: against a receiver that is told what to answer, and against real sockets and files.

mod lines;
mod snmp;
mod syslog;
mod webhook;
mod worker;

use std::{fmt, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use ::snmp::{
    HubOptions, Oid,
    usm::{EngineId, LocalEngine},
};
use parking_lot::Mutex;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use snmp_engine::Engine;
use socket2::{Domain, Socket, Type};
use tokio::{net::TcpListener, sync::mpsc, time::Instant};
use tokio_rustls::TlsAcceptor;

use super::{attempt::Attempt, *};
use crate::{Entry, Facts, NewEntry, RecordPosition, TrapLog, log::LogOptions};

/// A record with nothing but its number.
pub(super) fn entry(number: u64) -> Entry {
    let position = RecordPosition::Stored(number);
    Entry { position, json: format!("{{\"number\":{number}}}").into(), facts: facts(None) }
}

/// A record that is not stored yet.
pub(super) fn unstored(serial: u64) -> Entry {
    let position = RecordPosition::Unstored(serial);
    Entry { position, json: "{\"number\":null,\"stored\":false}".into(), facts: facts(None) }
}

fn facts(trap_oid: Option<&str>) -> Facts {
    let trap_oid = trap_oid.map(|oid| oid.parse::<Oid>().unwrap());
    Facts { source: "192.0.2.1".parse().unwrap(), trap_oid, severity: None }
}

/// A log for up to so many records.
fn log(records: usize) -> TrapLog {
    TrapLog::in_memory(LogOptions { records, bytes: 1 << 20, unstored_bytes: 1 << 20 })
}

/// Puts so many records into it.
async fn append(log: &TrapLog, count: usize) {
    log.append(some(count)).await.unwrap();
}

fn some(count: usize) -> Vec<NewEntry> {
    let json = r#"{"trap":{"oid":"1.3.6.1.6.3.1.1.5.3","name":"linkDown"}}"#.to_owned();
    vec![NewEntry { json, facts: facts(None) }; count]
}

fn options(name: &str, to: Destination) -> ForwardOptions {
    ForwardOptions {
        name: name.to_owned(),
        to,
        filter: Filter::default(),
        batch: 10,
        timeout: Duration::from_secs(30),
        backoff: Duration::from_millis(100),
        spool: 1_000,
    }
}

/// Starts one forwarder.
async fn start(options: ForwardOptions, log: &TrapLog, cursors: &Arc<MemoryCursors>) -> Forwarders {
    Forwarders::start(vec![options], log.clone(), cursors.clone(), &parts().await)
}

async fn parts() -> ForwardParts {
    let engine = Engine::bind(HubOptions::default()).await.unwrap();
    let local = LocalEngine::new(EngineId::new(b"\x80\0\x7e\xd9\x05ours").unwrap(), 3, Instant::now().into_std());
    ForwardParts { proxy_name: Some("jump-1".to_owned()), engine, local }
}

/// Waits until this is so. Nothing else tells when statistics change.
async fn until(forwarders: &Forwarders, is_so: impl Fn(&ForwarderStats) -> bool) -> ForwarderStats {
    let looking = async {
        loop {
            if let Some(stats) = forwarders.stats().into_iter().find(|stats| is_so(stats)) {
                return stats;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    match tokio::time::timeout(Duration::from_secs(60), looking).await {
        Ok(stats) => stats,
        Err(_) => panic!("never: {:?}", forwarders.stats()),
    }
}

/// A receiver that does as a test says, and tells it of each attempt.
pub(super) struct Scripted {
    answer: Box<Script>,
    attempts: mpsc::UnboundedSender<Seen>,
}

type Script = dyn FnMut(&[Entry]) -> Answer + Send + Sync;

/// An attempt: when it was, and the numbers that came; 0 is what is not stored.
type Seen = (Instant, Vec<u64>);

enum Answer {
    Now(Attempt),
    Never,
}

impl Scripted {
    fn new(answer: impl FnMut(&[Entry]) -> Answer + Send + Sync + 'static) -> (Self, mpsc::UnboundedReceiver<Seen>) {
        let (attempts, seen) = mpsc::unbounded_channel();
        (Self { answer: Box::new(answer), attempts }, seen)
    }

    pub(super) async fn send(&mut self, entries: &[Entry]) -> Attempt {
        let _ = self.attempts.send((Instant::now(), entries.iter().map(|entry| entry.number().unwrap_or(0)).collect()));
        match (self.answer)(entries) {
            Answer::Now(attempt) => attempt,
            Answer::Never => std::future::pending().await,
        }
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

/// A value that a test changes while a receiver reads it.
#[derive(Clone, Default)]
struct Switch(Arc<Mutex<bool>>);

impl Switch {
    fn is_on(&self) -> bool {
        *self.0.lock()
    }

    fn turn_on(&self) {
        *self.0.lock() = true;
    }
}

/// A TCP port that is taken, but refuses connections until [`listen_at`].
fn port_that_nobody_listens_at() -> (SocketAddr, Socket) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    (socket.local_addr().unwrap().as_socket().unwrap(), socket)
}

fn listen_at(socket: Socket) -> TcpListener {
    socket.listen(8).unwrap();
    socket.set_nonblocking(true).unwrap();
    TcpListener::from_std(socket.into()).unwrap()
}

/// A TLS server with a certificate that only its own file vouches for.
fn tls_server(folder: &Path) -> (TlsAcceptor, PathBuf) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let ca_file = folder.join("ca.pem");
    std::fs::write(&ca_file, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), ca_file)
}
