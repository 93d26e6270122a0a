//! The way to a syslog receiver: datagrams, a stream, or a stream within TLS.

use std::{
    io,
    mem::MaybeUninit,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use rustls::pki_types::ServerName;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    time::{Instant, timeout},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::super::{
    SyslogTransport,
    resolve::{ADDRESS_TIME, Peer},
    tls::{Trust, client_config},
};
use crate::text::error_chain;

/// After which silence the kernel asks whether the receiver is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// How often is read what a receiver says, to see whether it has closed its end. Beyond, it is taken to be there.
const READS: usize = 8;

/// How long one of these reads waits for what the kernel has already.
const READ_TIME: Duration = Duration::from_millis(20);

/// A connection, or what stands for one.
#[derive(Debug)]
pub(super) enum Connection {
    /// Of the age that its address has at least.
    Udp {
        socket: UdpSocket,
        since: Instant,
    },
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Connection {
    /// Connects. `limit` is how long the kernel tries to deliver what was written.
    pub(super) async fn open(peer: &mut Peer, transport: &SyslogTransport, limit: Duration) -> Result<Self, String> {
        let addr = peer.addr().await?;
        let failed = |error: io::Error| format!("cannot connect to {}: {error}", peer.address());
        let ca_file = match transport {
            SyslogTransport::Udp => return udp(addr).await.map_err(failed),
            SyslogTransport::Tcp => return tcp(addr, limit).await.map(Self::Tcp).map_err(failed),
            SyslogTransport::Tls { ca_file } => ca_file.clone(),
        };
        let connector = connector(ca_file).await?;
        let host = peer.address().host().to_string();
        let name = ServerName::try_from(host.clone()).map_err(|error| format!("{host}: {error}"))?;
        let stream = tcp(addr, limit).await.map_err(failed)?;
        let stream = connector.connect(name, stream).await.map_err(|error| error_chain(&error));
        let stream = stream.map_err(|error| format!("no TLS with {}: {error}", peer.address()))?;
        Ok(Self::Tls(Box::new(stream)))
    }

    /// Sends messages. A receiver that is known to be gone is an error; what a stream's receiver has read, nobody knows.
    pub(super) async fn send(&mut self, messages: &[Vec<u8>]) -> io::Result<()> {
        match self {
            Self::Udp { socket, .. } => {
                for message in messages {
                    socket.send(message).await?;
                }
                // ICMP says of a datagram that was sent before that nobody listens.
                socket.take_error()?.map_or(Ok(()), Err)
            }
            Self::Tcp(stream) => write(stream, messages).await,
            Self::Tls(stream) => write(stream, messages).await,
        }
    }

    /// Whether the other end is still there, as far as is known without asking it. Over UDP that is believed for as long
    /// as its address is.
    pub(super) async fn is_alive(&mut self) -> bool {
        match self {
            // What ICMP says is an error of the next datagram; who has moved to another address, nobody says.
            Self::Udp { since, .. } => since.elapsed() < ADDRESS_TIME,
            Self::Tcp(stream) => is_open(stream, |stream| stream).await,
            Self::Tls(stream) => is_open(&mut **stream, |stream| stream.get_ref().0).await,
        }
    }

    /// Closes it (RFC 5425 section 4.4). What does not work any more needs no closing.
    pub(super) async fn close(self) {
        let _ = match self {
            Self::Udp { .. } => Ok(()),
            Self::Tcp(mut stream) => stream.shutdown().await,
            Self::Tls(mut stream) => stream.shutdown().await,
        };
    }
}

async fn udp(addr: SocketAddr) -> io::Result<Connection> {
    let any =
        if addr.is_ipv4() { (Ipv4Addr::UNSPECIFIED, 0).into() } else { SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)) };
    let socket = UdpSocket::bind(any).await?;
    socket.connect(addr).await?;
    Ok(Connection::Udp { socket, since: Instant::now() })
}

async fn tcp(addr: SocketAddr, limit: Duration) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(addr).await?;
    stream.set_nodelay(true)?;
    let socket = SockRef::from(&stream);
    socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(KEEPALIVE))?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(limit))?;
    #[cfg(not(target_os = "linux"))]
    let _ = limit;
    Ok(stream)
}

/// Reads the certificates anew for each connection, so that renewed ones need no restart.
async fn connector(ca_file: Option<PathBuf>) -> Result<TlsConnector, String> {
    let made =
        tokio::task::spawn_blocking(move || client_config(ca_file.as_deref().map_or(Trust::System, Trust::File)));
    let config = made.await.map_err(|error| error.to_string())??;
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Writes messages, each behind its length (RFC 6587 section 3.4.1, RFC 5425 section 4.3).
async fn write<S: AsyncWrite + Unpin>(stream: &mut S, messages: &[Vec<u8>]) -> io::Result<()> {
    let mut octets = Vec::with_capacity(messages.iter().map(|message| message.len() + 6).sum());
    for message in messages {
        octets.extend_from_slice(format!("{} ", message.len()).as_bytes());
        octets.extend_from_slice(message);
    }
    stream.write_all(&octets).await?;
    stream.flush().await
}

/// Whether a stream has no end yet. The kernel knows before the runtime does; what the other end has said is read to see
/// what is behind it, and means nothing.
async fn is_open<S: AsyncRead + Unpin>(stream: &mut S, socket: impl Fn(&S) -> &TcpStream) -> bool {
    for _ in 0..READS {
        let mut octet = [MaybeUninit::uninit()];
        match SockRef::from(socket(stream)).peek(&mut octet) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
        }
        let mut nothing = [0; 1_024];
        // Without an answer in time, it was something of TLS.
        if let Ok(Ok(0) | Err(_)) = timeout(READ_TIME, stream.read(&mut nothing)).await {
            return false;
        }
    }
    true
}
