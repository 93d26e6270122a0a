//! From a socket to the gate: one task for each.

use std::{net::SocketAddr, sync::Arc};

use snmp_engine::udp::DatagramReader;
use tokio::net::UdpSocket;

use super::{intake::Intake, key_queue::KeyQueue, reply_path::ReplyPath};

/// How many datagrams are taken at a time.
const AT_A_TIME: usize = 32;

/// Receives for ever.
pub(super) async fn receive(socket: Arc<UdpSocket>, listens_at: SocketAddr, intake: Arc<Intake>, keys: Arc<KeyQueue>) {
    let reply_path = |peer, local| ReplyPath { socket: Arc::clone(&socket), listens_at, peer, local };
    let mut reader = DatagramReader::<AT_A_TIME>::new();
    // What a batch leads to; kept for their allocations.
    let mut arrivals = Vec::with_capacity(AT_A_TIME);
    let mut answers = Vec::new();
    loop {
        let batch = reader.next(&socket).await;
        intake.take(batch, reply_path, &keys, &mut arrivals, &mut answers);
        intake.let_in(&mut arrivals);
        for (answer, back) in answers.drain(..) {
            back.send(&answer, &intake.counters);
        }
    }
}
