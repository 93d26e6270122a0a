//! Receives for one socket, for ever, and finds out whom each datagram is for.
//!
//! How datagrams get out of the kernel is different on each platform, and a module of its own.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::{net::SocketAddr, sync::Arc, task::Poll, time::Duration};

use tokio::{net::UdpSocket, time::Instant};

#[cfg(not(target_os = "linux"))]
use self::elsewhere as platform;
#[cfg(target_os = "linux")]
use self::linux as platform;
use self::platform::Receiver;
pub(super) use self::platform::{is_of_an_agent, prepare};
use super::{
    Unreachable,
    counters::Counters,
    waiters::{Hint, Waiters},
};
use crate::{
    hub::canonical,
    message::{Envelope, Rejection},
};

/// The largest datagram there is.
const MAX_DATAGRAM: usize = 65_507;

/// Something that came out of a socket.
#[derive(Clone, Copy)]
enum Incoming<'a> {
    Datagram {
        octets: &'a [u8],
        source: SocketAddr,
        /// How many were lost just before it.
        dropped: u32,
    },
    /// The network says so.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "told on Linux only"))]
    Unreachable { peer: SocketAddr, why: Unreachable },
}

/// Receives for ever.
pub(super) async fn receive(socket: Arc<UdpSocket>, waiters: Arc<Waiters>, counters: Arc<Counters>) {
    let mut receiver = Receiver::new();
    loop {
        if let Err(error) = receiver.next(&socket, |incoming| take(incoming, &waiters, &counters)).await {
            // Not about one answer, and nothing to do about; but it must not spin.
            tracing::warn!(%error, "cannot receive from a UDP socket");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Those who were answered go first: they make room for more, and datagrams that flood in cannot starve them.
        let mut has_waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut has_waited, true) {
                return Poll::Ready(());
            }
            // Not `yield_now`, which would ask the kernel for events each time.
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

fn take(incoming: Incoming<'_>, waiters: &Waiters, counters: &Counters) {
    match incoming {
        Incoming::Datagram { octets, source, dropped } => {
            counters.received.add(1);
            if dropped > 0 {
                counters.dropped.add(dropped.into());
                tracing::debug!(dropped, "the receive buffer was full");
            }
            let counter = match dispatch(octets, canonical(source), waiters) {
                Dispatched::Answer => &counters.answers,
                Dispatched::Unexpected => &counters.unexpected,
                Dispatched::Rejected => &counters.rejected,
            };
            counter.add(1);
        }
        Incoming::Unreachable { peer, why } => {
            counters.unreachable.add(1);
            waiters.unreachable(canonical(peer), why);
        }
    }
}

enum Dispatched {
    Answer,
    Unexpected,
    Rejected,
}

/// Finds out whom a datagram is for.
fn dispatch(datagram: &[u8], source: SocketAddr, waiters: &Waiters) -> Dispatched {
    let envelope = match Envelope::read(datagram) {
        Ok(envelope) => envelope,
        Err(rejection) => {
            // It has no id that could be read: it may be for any who wait for this peer.
            let is_expected = waiters.reject_from(source, &rejection);
            return if is_expected { Dispatched::Rejected } else { Dispatched::Unexpected };
        }
    };
    let Some(slot) = waiters.find(envelope.id) else { return Dispatched::Unexpected };
    if slot.peer != source && !slot.any_source {
        slot.reject(Rejection::Source(source));
        return Dispatched::Rejected;
    }
    let now = Instant::now();
    match slot.security.open(&envelope, now) {
        Ok(opened) => match slot.answer(opened, datagram.len(), now) {
            true => Dispatched::Answer,
            false => Dispatched::Unexpected,
        },
        Err(rejection) => {
            match &rejection {
                Rejection::Malformed(_) => slot.hint(Hint::Malformed(rejection.clone())),
                Rejection::Report(report) => slot.hint(Hint::Report(report.clone())),
                _ => {}
            }
            slot.reject(rejection);
            Dispatched::Rejected
        }
    }
}
