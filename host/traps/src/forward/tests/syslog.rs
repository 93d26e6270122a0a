//! Syslog over real sockets.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, BufReader},
    net::{TcpListener, UdpSocket},
};

use super::*;

fn to(addr: SocketAddr, transport: SyslogTransport) -> ForwardOptions {
    let address = addr.to_string().parse().unwrap();
    options("syslog", Destination::Syslog { address, transport, facility: 16 })
}

/// The number of the record in a message.
fn number(message: &[u8]) -> u64 {
    let text = std::str::from_utf8(message).unwrap();
    assert!(text.starts_with("<133>1 - - snmp-proxy - linkDown [snmpTrap@0 number=\""), "{text}");
    assert!(text.ends_with("] linkDown"), "{text}");
    text.split('"').nth(1).unwrap().parse().unwrap()
}

/// Reads a message behind its length.
async fn frame(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut length = 0;
    loop {
        match stream.read_u8().await.ok()? {
            b' ' => break,
            digit => length = length * 10 + usize::from(digit - b'0'),
        }
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await.ok()?;
    Some(message)
}

async fn frames(stream: &mut (impl AsyncRead + Unpin), count: usize) -> Vec<u64> {
    let mut numbers = Vec::new();
    for _ in 0..count {
        numbers.push(number(&frame(stream).await.unwrap()));
    }
    numbers
}

#[tokio::test]
async fn over_udp_each_record_is_a_datagram() {
    let receiver = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(receiver.local_addr().unwrap(), SyslogTransport::Udp), &log, &cursors).await;
    append(&log, 15).await;
    for expected in 1..=15 {
        let mut datagram = vec![0; 4_096];
        let length = receiver.recv(&mut datagram).await.unwrap();
        assert_eq!(number(&datagram[..length]), expected);
    }
    assert_eq!(until(&forwarders, |stats| stats.sent == 15).await.failed_attempts, 0);
}

#[tokio::test]
async fn over_udp_a_receiver_whose_port_was_closed_gets_everything() {
    let closed = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let addr = closed.local_addr().unwrap();
    drop(closed);
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(addr, SyslogTransport::Udp), &log, &cursors).await;
    append(&log, 5).await;
    until(&forwarders, |stats| stats.failed_attempts > 0).await;
    let receiver = UdpSocket::bind(addr).await.unwrap();
    for expected in 1..=5 {
        let mut datagram = vec![0; 4_096];
        let length = receiver.recv(&mut datagram).await.unwrap();
        assert_eq!(number(&datagram[..length]), expected);
    }
    until(&forwarders, |stats| stats.sent == 5).await;
}

#[tokio::test]
async fn over_tcp_each_record_has_its_length_before_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (log, cursors) = (log(100), Arc::default());
    let _forwarders = start(to(listener.local_addr().unwrap(), SyslogTransport::Tcp), &log, &cursors).await;
    append(&log, 15).await;
    let mut stream = BufReader::new(listener.accept().await.unwrap().0);
    assert_eq!(frames(&mut stream, 15).await, (1..=15).collect::<Vec<_>>());
}

#[tokio::test]
async fn over_tcp_a_receiver_that_closes_between_records_loses_none() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(listener.local_addr().unwrap(), SyslogTransport::Tcp), &log, &cursors).await;
    for expected in 1..=5 {
        append(&log, 1).await;
        let mut stream = listener.accept().await.unwrap().0;
        assert_eq!(frames(&mut stream, 1).await, [expected]);
        until(&forwarders, |stats| stats.sent == expected).await;
    }
    assert_eq!(forwarders.stats()[0].failed_attempts, 0, "it is noticed before anything is sent");
}

#[tokio::test]
async fn over_tcp_a_receiver_that_was_down_gets_everything_once_and_in_order() {
    let (addr, socket) = port_that_nobody_listens_at();
    let (log, cursors) = (log(100), Arc::default());
    let forwarders = start(to(addr, SyslogTransport::Tcp), &log, &cursors).await;
    append(&log, 25).await;
    until(&forwarders, |stats| stats.failed_attempts > 1).await;
    let listener = listen_at(socket);
    let mut stream = BufReader::new(listener.accept().await.unwrap().0);
    assert_eq!(frames(&mut stream, 25).await, (1..=25).collect::<Vec<_>>());
    let stats = until(&forwarders, |stats| stats.sent == 25).await;
    assert_eq!(stats.state, ForwarderState::Working);
}

#[tokio::test]
async fn over_tls_records_go_to_a_server_that_a_file_vouches_for() {
    let folder = tempfile::tempdir().unwrap();
    let (acceptor, ca_file) = tls_server(folder.path());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (log, cursors) = (log(100), Arc::default());
    let transport = SyslogTransport::Tls { ca_file: Some(ca_file) };
    let forwarders = start(to(listener.local_addr().unwrap(), transport), &log, &cursors).await;
    for expected in 1..=3 {
        append(&log, 2).await;
        let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
        assert_eq!(frames(&mut stream, 2).await, [expected * 2 - 1, expected * 2]);
        until(&forwarders, |stats| stats.sent == expected * 2).await;
    }
    assert_eq!(forwarders.stats()[0].failed_attempts, 0, "each time, the end of the connection was noticed");
    append(&log, 1).await;
    let mut stream = acceptor.accept(listener.accept().await.unwrap().0).await.unwrap();
    assert_eq!(frames(&mut stream, 1).await, [7]);
    forwarders.stop(Duration::from_secs(10)).await;
    assert_eq!(stream.read(&mut [0]).await.unwrap(), 0, "the end is said, not only there");
}

#[tokio::test]
async fn over_tls_nothing_goes_to_a_server_that_nobody_vouches_for() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (acceptor, _) = tls_server(folder.path());
    let (_, ca_file) = tls_server(other.path());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (log, cursors) = (log(100), Arc::default());
    let transport = SyslogTransport::Tls { ca_file: Some(ca_file) };
    let forwarders = start(to(listener.local_addr().unwrap(), transport), &log, &cursors).await;
    append(&log, 1).await;
    assert!(acceptor.accept(listener.accept().await.unwrap().0).await.is_err());
    let error = until(&forwarders, |stats| stats.failed_attempts > 0).await.last_error.unwrap();
    assert!(error.starts_with("no TLS with 127.0.0.1:") && error.contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_record_that_is_no_record_is_refused_and_the_others_are_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (log, cursors) = (log(100), Arc::<MemoryCursors>::default());
    cursors.save("syslog", 0).await.unwrap();
    append(&log, 1).await;
    log.append(vec![NewEntry { json: r#"{"varbinds":7}"#.to_owned(), facts: facts(None) }]).await.unwrap();
    append(&log, 1).await;
    let forwarders = start(to(listener.local_addr().unwrap(), SyslogTransport::Tcp), &log, &cursors).await;
    let mut stream = listener.accept().await.unwrap().0;
    assert_eq!(frames(&mut stream, 2).await, [1, 3]);
    let stats = until(&forwarders, |stats| stats.sent == 2).await;
    assert_eq!((stats.refused, stats.behind), (1, 0));
    assert!(stats.last_error.unwrap().starts_with("record 2: it cannot be read: "));
}
