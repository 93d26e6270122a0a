//! Sockets: one for an address, or one for hundreds of addresses of the loopback network.
//!
//! The second kind exists for thousands of devices that each want an address of their own: a file descriptor for each
//! would be too many. It learns from the system to which address a datagram was sent, and answers from there
//! (IP_PKTINFO, on Linux only).

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    sync::{Arc, OnceLock},
};

use socket2::{Domain, Protocol, Socket, Type};

use crate::fault::Source;

/// A socket that receives, and the addresses it stands for.
#[derive(Debug)]
pub(super) struct Port {
    receiving: tokio::net::UdpSocket,
    sending: Arc<UdpSocket>,
    /// The addresses, the first of them and how many.
    first: SocketAddr,
    count: usize,
    /// Whether the system tells for each datagram which of the addresses it was sent to.
    is_told_addresses: bool,
    /// The number of the first address in the simulator.
    first_address: usize,
    /// What answers from somewhere else go out from; made when the first one is to.
    other_port: OnceLock<Option<Arc<UdpSocket>>>,
    other_address: OnceLock<Option<Arc<UdpSocket>>>,
}

/// What a datagram goes out from.
#[derive(Clone, Debug)]
pub(super) struct Route {
    socket: Arc<UdpSocket>,
    /// The address it comes from, where the socket stands for several.
    from: Option<Ipv4Addr>,
}

/// A datagram that came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received {
    pub(super) length: usize,
    pub(super) peer: SocketAddr,
    /// The number of the address it was sent to.
    pub(super) address: usize,
    to: Option<Ipv4Addr>,
}

impl Port {
    /// How many addresses one socket stands for: few enough that a burst to all of them fits its receive buffer.
    pub(super) const MAX_ADDRESSES: usize = 256;
    /// What is asked of the system as a socket's receive buffer, so that bursts are not lost; it may give less.
    const RECEIVE_BUFFER: usize = 4 << 20;

    /// Opens a socket on one address.
    pub(super) fn open(addr: SocketAddr, first_address: usize) -> io::Result<Self> {
        Self::of(bind(addr)?, None, 1, first_address)
    }

    /// Opens a socket on `count` addresses from `first` on and a port of its own.
    #[cfg(target_os = "linux")]
    pub(super) fn open_many(first: Ipv4Addr, count: usize, first_address: usize) -> io::Result<Self> {
        let socket = bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))?;
        super::packet_info::request(&socket)?;
        Self::of(socket, Some(first), count, first_address)
    }

    fn of(socket: UdpSocket, first: Option<Ipv4Addr>, count: usize, first_address: usize) -> io::Result<Self> {
        let mut bound = socket.local_addr()?;
        if let Some(first) = first {
            bound.set_ip(first.into());
        }
        let receiving = tokio::net::UdpSocket::from_std(socket.try_clone()?)?;
        Ok(Self {
            receiving,
            sending: Arc::new(socket),
            first: bound,
            count,
            is_told_addresses: first.is_some(),
            first_address,
            other_port: OnceLock::new(),
            other_address: OnceLock::new(),
        })
    }

    /// The addresses it stands for.
    pub(super) fn addrs(&self) -> impl Iterator<Item = SocketAddr> {
        let first = self.first;
        (0..self.count).map(move |more| match first.ip() {
            IpAddr::V4(ip) => SocketAddr::from((later(ip, more), first.port())),
            IpAddr::V6(_) => first,
        })
    }

    /// Waits for a datagram.
    pub(super) async fn receive(&self, datagram: &mut [u8]) -> io::Result<Received> {
        #[cfg(target_os = "linux")]
        if self.is_told_addresses {
            let readable = tokio::io::Interest::READABLE;
            let receive = || super::packet_info::receive(&self.sending, datagram);
            let (length, peer, to) = self.receiving.async_io(readable, receive).await?;
            let IpAddr::V4(first) = self.first.ip() else { return Err(io::ErrorKind::AddrNotAvailable.into()) };
            // The socket hears all addresses of the machine. Those it does not stand for are none of its business.
            let place = u32::from(to).checked_sub(u32::from(first)).and_then(|place| usize::try_from(place).ok());
            let place = place.filter(|place| *place < self.count).ok_or(io::ErrorKind::AddrNotAvailable)?;
            return Ok(Received { length, peer, address: self.first_address + place, to: Some(to) });
        }
        let (length, peer) = self.receiving.recv_from(datagram).await?;
        Ok(Received { length, peer, address: self.first_address, to: None })
    }

    /// What an answer to a datagram goes out from; `None` if there is no such place here.
    pub(super) fn route(&self, received: &Received, source: Source) -> Option<Route> {
        let asked = Route { socket: Arc::clone(&self.sending), from: received.to };
        match source {
            Source::Asked => Some(asked),
            Source::OtherPort => {
                let addr = if self.is_told_addresses { Ipv4Addr::UNSPECIFIED.into() } else { self.first.ip() };
                let open = || bind(SocketAddr::from((addr, 0))).ok().map(Arc::new);
                let socket = self.other_port.get_or_init(open).clone()?;
                Some(Route { socket, ..asked })
            }
            Source::OtherAddress => match (received.to, self.first.ip()) {
                (Some(to), _) => Some(Route { from: Some(later(to, 1)), ..asked }),
                (None, IpAddr::V4(ip)) if ip.is_loopback() => {
                    let other = |port| bind(SocketAddr::from((later(ip, 1), port))).ok().map(Arc::new);
                    let socket = self.other_address.get_or_init(|| other(self.first.port()).or_else(|| other(0)));
                    Some(Route { socket: socket.clone()?, from: None })
                }
                _ => None,
            },
        }
    }
}

impl Route {
    /// Sends without waiting. Says whether the system took the datagram.
    pub(super) fn send(&self, datagram: &[u8], peer: SocketAddr) -> bool {
        #[cfg(target_os = "linux")]
        if let Some(from) = self.from {
            return super::packet_info::send(&self.socket, datagram, peer, from).is_ok();
        }
        self.socket.send_to(datagram, peer).is_ok()
    }
}

fn bind(addr: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(addr), Type::DGRAM, Some(Protocol::UDP))?;
    // A smaller buffer than asked for is no reason not to start.
    let _ = socket.set_recv_buffer_size(Port::RECEIVE_BUFFER);
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    Ok(socket.into())
}

fn later(ip: Ipv4Addr, places: usize) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(ip).saturating_add(u32::try_from(places).unwrap_or(u32::MAX)))
}
