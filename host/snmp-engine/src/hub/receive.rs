//! Receives for one socket, for ever, and finds out whom each datagram is for.

use std::sync::Arc;

use snmp::message::{Envelope, Rejection};
use tokio::net::UdpSocket;

use super::{
    counters::Counters,
    waiters::{Hint, Waiters},
};
use crate::{
    clock::now,
    udp::{DatagramReader, Incoming, canonical},
};

/// How many datagrams are taken at a time.
const AT_A_TIME: usize = 8;

/// Receives for ever.
pub(super) async fn receive(socket: Arc<UdpSocket>, waiters: Arc<Waiters>, counters: Arc<Counters>) {
    let mut reader = DatagramReader::<AT_A_TIME>::new();
    loop {
        reader.next(&socket).await.for_each(|incoming| take(incoming, &waiters, &counters));
    }
}

/// Takes what came in, from a socket or in its place.
pub(super) fn take(incoming: Incoming<'_>, waiters: &Waiters, counters: &Counters) {
    match incoming {
        Incoming::Datagram { octets, source, dropped, .. } => {
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
fn dispatch(datagram: &[u8], source: std::net::SocketAddr, waiters: &Waiters) -> Dispatched {
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
    let now = now();
    match slot.security.open(&envelope, now) {
        Ok(opened) => match slot.answer(opened, datagram.len(), now) {
            true => Dispatched::Answer,
            false => Dispatched::Unexpected,
        },
        Err(rejection) => {
            match &rejection {
                Rejection::Malformed(error) => slot.hint(Hint::Malformed(error.clone())),
                Rejection::Report(report) => slot.hint(Hint::Report(report.clone())),
                _ => {}
            }
            slot.reject(rejection);
            Dispatched::Rejected
        }
    }
}
