//! How answers are held back until their time: by a thread that is exact, or by the runtime, whose clock a test may pause.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::task::JoinSet;

use super::{outbox::Outbox, port::Route};

/// Who holds answers back.
#[derive(Debug)]
pub(super) enum Delays {
    Thread(Outbox),
    Runtime(Mutex<JoinSet<()>>),
}

impl Delays {
    /// By a thread of its own, to the millisecond.
    pub(super) fn exact() -> io::Result<Self> {
        Outbox::open().map(Self::Thread)
    }

    /// By the timers of the runtime.
    pub(super) fn of_runtime() -> Self {
        Self::Runtime(Mutex::default())
    }

    /// Sends an answer after `delay`, and waits for nothing; says `false` if too many are waiting.
    pub(super) fn send_after(&self, delay: Duration, datagram: Vec<u8>, peer: SocketAddr, route: Route) -> bool {
        match self {
            Self::Thread(outbox) => outbox.put(Instant::now() + delay, datagram, peer, route),
            Self::Runtime(tasks) => {
                let mut tasks = tasks.lock();
                while tasks.try_join_next().is_some() {}
                if tasks.len() >= Outbox::MAX_WAITING {
                    return false;
                }
                tasks.spawn(async move {
                    tokio::time::sleep(delay).await;
                    // A client that is gone is no business of ours.
                    let _ = route.send(&datagram, peer);
                });
                true
            }
        }
    }
}
