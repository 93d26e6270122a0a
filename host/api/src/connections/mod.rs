//! The connections of clients: how many there may be, who gives way, what is counted and what is told of it.
//!
//! [`Table`](table::Table) decides; here is the lock around it, the counters, and what a connection holds of it: a
//! [`ConnectionHandle`]. `watched.rs` tells it what happens on the connection. Nothing here accepts or serves.

mod table;
mod watched;

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::http::Extensions;
use job::Client;
use limits::HttpLimits;
use log_throttle::LogThrottle;
use parking_lot::{Mutex, MutexGuard};
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

use self::table::{AdmitError, Admitted, Id, Table};
pub(crate) use self::watched::{WatchedRequest, WatchedResponse, WatchedStream};

/// All connections of clients.
#[derive(Debug)]
pub struct Connections {
    limit: usize,
    limit_per_source: usize,
    state: Mutex<State>,
    /// A connection was closed or waits: there may be room.
    freed: Notify,
}

#[derive(Debug)]
struct State {
    table: Table<CancellationToken>,
    accepted: u64,
    gave_way: u64,
    refused: u64,
    accept_errors: u64,
    crowd_lines: LogThrottle,
    error_lines: LogThrottle,
}

/// What has become of connections since the start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ConnectionStats {
    pub(crate) open: usize,
    pub(crate) waiting: usize,
    pub(crate) limit: usize,
    pub(crate) limit_per_source: usize,
    pub(crate) accepted: u64,
    pub(crate) gave_way: u64,
    pub(crate) refused: u64,
    pub(crate) accept_errors: u64,
}

/// One connection of the table.
#[derive(Debug)]
pub(crate) struct ConnectionHandle {
    connections: Arc<Connections>,
    id: Id,
    client: Client,
    /// An answer is over, but perhaps not yet sent.
    answered: AtomicBool,
}

/// Removes a connection from the table when it has ended.
#[derive(Debug)]
pub(crate) struct ConnectionGuard {
    pub(crate) handle: Arc<ConnectionHandle>,
    /// Cancelled when the connection gives way to another one.
    pub(crate) gives_way: CancellationToken,
}

/// How long to leave the system alone after it could not give a connection, unless a descriptor becomes free before.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Connections {
    /// A table with these limits.
    #[must_use]
    pub fn new(limits: &HttpLimits) -> Self {
        let (limit, limit_per_source) = (limits.connections, limits.connections_per_source);
        let state = State {
            table: Table::new(limit, limit_per_source),
            accepted: 0,
            gave_way: 0,
            refused: 0,
            accept_errors: 0,
            crowd_lines: LogThrottle::default(),
            error_lines: LogThrottle::default(),
        };
        Self { limit, limit_per_source, state: Mutex::new(state), freed: Notify::new() }
    }

    /// Takes a connection in, and waits where all others are busy. `None`: all of its own client's are busy.
    pub(crate) async fn admit(self: &Arc<Self>, address: IpAddr) -> Option<ConnectionGuard> {
        let client = Client::at(address);
        let gives_way = CancellationToken::new();
        loop {
            match self.lock().admit(client, &gives_way) {
                Ok(id) => {
                    let (connections, answered) = (Arc::clone(self), AtomicBool::new(false));
                    return Some(ConnectionGuard {
                        handle: Arc::new(ConnectionHandle { connections, id, client, answered }),
                        gives_way,
                    });
                }
                Err(AdmitError::SourceFull) => return None,
                Err(AdmitError::TableFull) => {}
            }
            // What became free before this was heard is not missed: one notification is kept.
            self.freed.notified().await;
        }
    }

    /// Counts a connection that the system could not give, makes room and returns when it is worth to try again.
    pub(crate) async fn not_accepted(&self, error: &io::Error) {
        if is_of_the_client(error) {
            return;
        }
        let end = {
            let mut state = self.lock();
            state.accept_errors += 1;
            let end = state.table.close_oldest();
            state.gave_way += u64::from(end.is_some());
            if state.error_lines.take(Instant::now()).is_some() {
                let (accept_errors, open) = (state.accept_errors, state.table.open());
                tracing::warn!(
                    %error, accept_errors, open,
                    "cannot accept a connection; the oldest without a complete request gives way. \
                     Raise the limit of open files (LimitNOFILE=), or lower http.connections"
                );
            }
            end
        };
        match end {
            Some(end) => {
                end.cancel();
                // It may be the wake-up of another one; then the next try fails, too, and one more gives way.
                let _ = timeout(ACCEPT_PAUSE, self.freed.notified()).await;
            }
            None => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }

    pub(crate) fn stats(&self) -> ConnectionStats {
        let state = self.lock();
        let State { accepted, gave_way, refused, accept_errors, .. } = *state;
        ConnectionStats {
            open: state.table.open(),
            waiting: state.table.waiting(),
            limit: self.limit,
            limit_per_source: self.limit_per_source,
            accepted,
            gave_way,
            refused,
            accept_errors,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    fn admit(&mut self, client: Client, end: &CancellationToken) -> Result<Id, AdmitError> {
        let admitted = self.table.admit(client, end.clone());
        let is_crowded = match &admitted {
            Ok(admitted) => admitted.gave_way.is_some(),
            Err(_) => true,
        };
        self.refused += u64::from(matches!(admitted, Err(AdmitError::SourceFull)));
        self.gave_way += u64::from(matches!(admitted, Ok(Admitted { gave_way: Some(_), .. })));
        if is_crowded && self.crowd_lines.take(Instant::now()).is_some() {
            let (open, waiting) = (self.table.open(), self.table.waiting());
            let State { gave_way, refused, .. } = *self;
            tracing::warn!(
                source = %client, open, waiting, gave_way, refused,
                "too many connections (http.connections, http.connections_per_source): the oldest without a complete \
                 request gives way to a new one, and where all of one source are busy the new one is refused"
            );
        }
        let Admitted { id, gave_way } = admitted?;
        if let Some(gave_way) = gave_way {
            gave_way.cancel();
        }
        self.accepted += 1;
        Ok(id)
    }
}

/// Whether the client went away before it was accepted, so that the next one can be taken at once (accept(2)).
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted, TimedOut};

    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted | TimedOut)
}

impl ConnectionHandle {
    /// Where the client is.
    pub(crate) fn client(&self) -> Client {
        self.client
    }

    /// There is a complete request.
    pub(crate) fn busy(&self) {
        self.answered.store(false, Ordering::Relaxed);
        self.connections.lock().table.busy(self.id);
    }

    /// An answer is over; the connection waits once it is sent.
    fn answered(&self) {
        self.answered.store(true, Ordering::Relaxed);
    }

    /// All that was written is on its way.
    fn sent(&self) {
        if self.answered.swap(false, Ordering::Relaxed) {
            self.wait();
        }
    }

    /// There is no complete request, or the connection may give way although there is one. Returns whether it was busy.
    pub(crate) fn wait(&self) -> bool {
        let was_busy = self.connections.lock().table.wait(self.id);
        self.connections.freed.notify_one();
        was_busy
    }
}

/// Who a request is from. Only a test asks without a connection.
pub(crate) fn client_of(request: &Extensions) -> Client {
    request.get::<Arc<ConnectionHandle>>().map(|handle| handle.client()).unwrap_or_default()
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.handle.connections.lock().table.close(self.handle.id);
        self.handle.connections.freed.notify_one();
    }
}
