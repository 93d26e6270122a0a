//! From a socket to the gate: one task for each.

use std::{net::SocketAddr, sync::Arc};

use snmp_engine::udp::Receiver;
use tokio::net::UdpSocket;

use super::{back::WayBack, inside::Inside, key_queue::KeyQueue};

/// How many datagrams are taken at a time.
const AT_A_TIME: usize = 32;

/// Receives for ever.
pub(super) async fn receive(socket: Arc<UdpSocket>, listens_at: SocketAddr, inside: Arc<Inside>, keys: Arc<KeyQueue>) {
    let way_back = |peer, local| WayBack { socket: Arc::clone(&socket), listens_at, peer, local };
    let mut receiver = Receiver::<AT_A_TIME>::new();
    // What a batch leads to; kept for their allocations.
    let mut arrivals = Vec::with_capacity(AT_A_TIME);
    let mut answers = Vec::new();
    loop {
        let batch = receiver.next(&socket).await;
        inside.take(batch, way_back, &keys, &mut arrivals, &mut answers);
        inside.let_in(&mut arrivals);
        for (answer, back) in answers.drain(..) {
            back.send(&answer, &inside.counters);
        }
    }
}
