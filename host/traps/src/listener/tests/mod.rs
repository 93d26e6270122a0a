//! The listener as a whole, over loopback.

mod community;
mod unsigned;
mod user;

use std::net::{Ipv4Addr, SocketAddr, UdpSocket as StdSocket};

use snmp::usm::EngineId;
use tokio::{net::UdpSocket, time::Instant};

use super::*;

/// Bounds that nothing in a test comes near.
fn options() -> ListenerOptions {
    ListenerOptions {
        communities: vec!["public".into(), "other".into()],
        accept_any_community: false,
        include_community: false,
        users: Vec::new(),
        receive_buffer: 1_000_000,
        source_rate: 100_000,
        source_burst: 100_000,
        total_rate: 100_000,
        total_burst: 100_000,
        sources: 100,
        queue: 10_000,
        queue_bytes: 10_000_000,
        engines: 100,
        keys: 100,
        key_queue: 100,
        informs: 100,
        inform_memory: Duration::from_secs(60),
    }
}

/// A listener on loopback and one who sends to it.
struct Bench {
    listener: Listener,
    arrivals: Arrivals,
    client: UdpSocket,
    at: SocketAddr,
}

fn engine() -> LocalEngine {
    LocalEngine::new(EngineId::new(b"\x80\0\0\0\x05listener").unwrap(), 7, Instant::now().into_std())
}

fn refs() -> CommunityRefs {
    CommunityRefs::new(b"a secret".to_vec().into())
}

impl Bench {
    fn new(options: &ListenerOptions) -> Self {
        Self::at(options, Ipv4Addr::LOCALHOST, Ipv4Addr::LOCALHOST)
    }

    /// A listener at one address that is asked at another.
    fn at(options: &ListenerOptions, listens: Ipv4Addr, asked: Ipv4Addr) -> Self {
        let sockets = open(&[(listens, 0).into()]).unwrap();
        let (listener, arrivals) = Listener::bind(sockets, options, engine(), refs()).unwrap();
        let at = (asked, listener.local_addrs()[0].port()).into();
        let client = StdSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        client.set_nonblocking(true).unwrap();
        Self { listener, arrivals, client: UdpSocket::from_std(client).unwrap(), at }
    }

    async fn send(&self, datagram: &[u8]) {
        self.client.send_to(datagram, self.at).await.unwrap();
    }

    /// What arrives next, one at a time.
    async fn arrival(&mut self) -> Arrival {
        self.arrivals.next_batch(1).await.unwrap().remove(0)
    }

    async fn answer(&self) -> Vec<u8> {
        let mut buffer = vec![0; udp::MAX_DATAGRAM];
        let (length, from) = self.client.recv_from(&mut buffer).await.unwrap();
        assert_eq!(from, self.at);
        buffer.truncate(length);
        buffer
    }

    /// Waits until all that was sent has come through: a good trap that follows it is let in.
    async fn settle(&mut self) {
        self.send(&hex(COLD_START)).await;
        let arrival = self.arrival().await;
        assert_eq!(arrival.message.len(), hex(COLD_START).len());
    }

    /// The counters that are not zero, but for those of the traps of `settle`.
    fn counted(&self) -> String {
        let counters = self.listener.stats();
        let counters = counters.counters().filter(|(_, count)| *count > 0);
        counters.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    }
}

fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect()
}

/// A trap of version 2c with nothing in it, from `public`.
const COLD_START: &str = "30 18 02 01 01 04 06 70 75 62 6c 69 63 a7 0b 02 01 01 02 01 00 02 01 00 30 00";
