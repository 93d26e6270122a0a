//! Syslog (RFC 5424): a message for each record, over UDP (RFC 5426), TCP (RFC 6587 section 3.4.1) or TLS (RFC 5425).
//!
//! Syslog has no acknowledgements. A receiver that has closed its end is noticed before and after each attempt, and all
//! of an attempt that failed is sent again; what a receiver took from the network and never read is lost.
//!
//! By hand: the crates for syslog are for a program's own logs. None sends structured data with octet counting over TLS,
//! and none says which message was the last that went out.

mod connection;
mod message;

use std::time::Duration;

use self::connection::Connection;
use super::{SyslogTransport, address::PeerAddress, attempt::Attempt, record::Record, resolve::Peer};
use crate::Entry;

/// Octets of a message in a datagram. Longer ones are cut: RFC 5424 section 6.1 says what receivers should take.
const DATAGRAM_OCTETS: usize = 2_048;

/// Octets of a message in a stream. Longer ones are cut.
const STREAM_OCTETS: usize = 8_192;

/// Messages that are sent at once. The next attempt has the rest.
const MESSAGES: usize = 256;

/// A syslog receiver.
#[derive(Debug)]
pub(super) struct Syslog {
    peer: Peer,
    transport: SyslogTransport,
    facility: u8,
    limit: Duration,
    connection: Option<Connection>,
}

impl Syslog {
    pub(super) fn new(address: PeerAddress, transport: SyslogTransport, facility: u8, limit: Duration) -> Self {
        Self { peer: Peer::new(address), transport, facility, limit, connection: None }
    }

    pub(super) async fn send(&mut self, entries: &[Entry]) -> Attempt {
        let max = if self.transport == SyslogTransport::Udp { DATAGRAM_OCTETS } else { STREAM_OCTETS };
        let mut attempt = Attempt::default();
        let mut messages = Vec::new();
        for entry in entries.iter().take(MESSAGES) {
            match Record::read(&entry.json) {
                Ok(record) => {
                    let severity = entry.facts.severity;
                    messages.push(message::message(entry.number(), &record, severity, self.facility, max));
                }
                Err(reason) => {
                    attempt.refused += 1;
                    attempt.reason = Some(format!("record {}: {reason}", entry.position));
                }
            }
        }
        match self.deliver(&messages).await {
            Ok(()) => Attempt { done: entries.len().min(MESSAGES), ..attempt },
            Err(error) => {
                self.peer.forget();
                Attempt::default().failed(error)
            }
        }
    }

    /// Closes the connection so that the receiver can tell it from one that broke.
    pub(super) async fn close(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    /// The connection is out of its place while it is used: dropped half-way, it is not used again.
    async fn deliver(&mut self, messages: &[Vec<u8>]) -> Result<(), String> {
        if messages.is_empty() {
            return Ok(());
        }
        let mut connection = match self.connection.take() {
            Some(kept) => self.kept_or_new(kept).await?,
            None => Connection::open(&mut self.peer, &self.transport, self.limit).await?,
        };
        let failed = |why: &str| format!("cannot send to {}: {why}", self.peer.address());
        connection.send(messages).await.map_err(|error| failed(&error.to_string()))?;
        if !connection.is_alive().await {
            return Err(failed("it has closed the connection"));
        }
        self.connection = Some(connection);
        Ok(())
    }

    async fn kept_or_new(&mut self, mut kept: Connection) -> Result<Connection, String> {
        if kept.is_alive().await {
            return Ok(kept);
        }
        Connection::open(&mut self.peer, &self.transport, self.limit).await
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::UdpSocket;

    use super::*;
    use crate::forward::{
        resolve::{
            ADDRESS_TIME,
            tests::{addrs, named},
        },
        tests::entry,
    };

    #[tokio::test]
    async fn over_udp_a_receiver_that_moved_is_found_after_some_minutes() {
        let (old, new) = (UdpSocket::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let addrs = addrs(&[old.local_addr().unwrap()]);
        let address = "receiver.example:514".parse().unwrap();
        let mut syslog =
            Syslog { peer: named(&addrs), ..Syslog::new(address, SyslogTransport::Udp, 1, Duration::from_secs(1)) };
        tokio::time::pause();
        let check = async |syslog: &mut Syslog, receiver: &UdpSocket, number| {
            let attempt = syslog.send(&[entry(number)]).await;
            assert_eq!((attempt.done, attempt.refused), (1, 0), "{attempt:?}");
            // What was sent over the loopback is there.
            receiver.readable().await.unwrap();
            let mut datagram = [0; 2_048];
            let length = receiver.try_recv(&mut datagram).unwrap();
            let text = String::from_utf8_lossy(&datagram[..length]).into_owned();
            assert!(text.contains(&format!("number=\"{number}\"")), "{text}");
        };
        check(&mut syslog, &old, 1).await;
        *addrs.lock() = Some(vec![new.local_addr().unwrap()]);
        check(&mut syslog, &old, 2).await;
        tokio::time::advance(ADDRESS_TIME).await;
        check(&mut syslog, &new, 3).await;
    }
}
