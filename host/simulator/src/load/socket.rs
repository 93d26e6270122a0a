//! The sockets of a load: each has one address and one receiver, and sends many datagrams with one call.

use std::{
    io,
    net::{SocketAddr, UdpSocket},
};
#[cfg(target_os = "linux")]
use std::{io::IoSlice, os::fd::AsRawFd};

#[cfg(target_os = "linux")]
use nix::{
    libc,
    sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg, sendmsg},
};
use socket2::{Domain, Protocol, Socket, Type};

/// An address to send from.
#[derive(Debug)]
pub(super) struct Source {
    socket: UdpSocket,
}

impl Source {
    /// The most datagrams of one call of the system.
    pub(super) const BATCH: usize = 64;
    /// The most octets of datagrams that go through the system as one.
    #[cfg(target_os = "linux")]
    const MAX_OCTETS: usize = 65_000;
    /// What is asked of the system as a socket's send buffer; it may give less.
    const SEND_BUFFER: usize = 1 << 20;

    /// Opens a socket on `from` to `to`.
    pub(super) fn open(from: SocketAddr, to: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(from), Type::DGRAM, Some(Protocol::UDP))?;
        // A smaller buffer than asked for is no reason not to start.
        let _ = socket.set_send_buffer_size(Self::SEND_BUFFER);
        // Answers are not read, and should take no memory.
        let _ = socket.set_recv_buffer_size(1);
        socket.bind(&from.into())?;
        socket.connect(&to.into())?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket: socket.into() })
    }

    /// Sends datagrams without waiting, at most [`Source::BATCH`] of them. Says how many the system took.
    ///
    /// Datagrams of one length go through the system as one and are cut apart at its end (udp(7), UDP_SEGMENT), which
    /// takes half the time. Where the system cannot do that, or they differ, they go one by one in one call.
    #[cfg(target_os = "linux")]
    pub(super) fn send(&self, datagrams: &[Vec<u8>], calls: &mut Calls) -> io::Result<usize> {
        let datagrams = datagrams.get(..Self::BATCH).unwrap_or(datagrams);
        if calls.can_segment && datagrams.len() > 1 && is_of_one_length(datagrams) {
            match self.send_segmented(datagrams) {
                Err(error) if matches!(error.raw_os_error(), Some(libc::EIO | libc::EINVAL | libc::ENOPROTOOPT)) => {
                    calls.can_segment = false;
                }
                sent => return sent,
            }
        }
        self.send_many(datagrams, calls)
    }

    #[cfg(target_os = "linux")]
    fn send_segmented(&self, datagrams: &[Vec<u8>]) -> io::Result<usize> {
        let length = datagrams.first().map_or(0, Vec::len);
        // All of them together are one datagram of UDP until they are cut apart.
        let fitting = (Self::MAX_OCTETS / length.max(1)).max(1);
        let datagrams = datagrams.get(..fitting).unwrap_or(datagrams);
        let slices: Vec<IoSlice<'_>> = datagrams.iter().map(|datagram| IoSlice::new(datagram)).collect();
        let length = u16::try_from(length).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
        let control = [ControlMessage::UdpGsoSegments(&length)];
        sendmsg::<()>(self.socket.as_raw_fd(), &slices, &control, MsgFlags::empty(), None)?;
        Ok(datagrams.len())
    }

    #[cfg(target_os = "linux")]
    fn send_many(&self, datagrams: &[Vec<u8>], calls: &mut Calls) -> io::Result<usize> {
        let slices: Vec<[IoSlice<'_>; 1]> = datagrams.iter().map(|datagram| [IoSlice::new(datagram)]).collect();
        let none: &[ControlMessage<'_>] = &[];
        let addrs = calls.addrs.get(..slices.len()).unwrap_or_default();
        let sent = sendmmsg(self.socket.as_raw_fd(), &mut calls.headers, &slices, addrs, none, MsgFlags::empty())?;
        Ok(sent.count())
    }

    /// Sends datagrams without waiting, at most [`Source::BATCH`] of them. Says how many the system took.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn send(&self, datagrams: &[Vec<u8>], _calls: &mut Calls) -> io::Result<usize> {
        let mut sent = 0;
        for datagram in datagrams.iter().take(Self::BATCH) {
            match self.socket.send(datagram) {
                Ok(_) => sent += 1,
                Err(error) if sent == 0 => return Err(error),
                Err(_) => break,
            }
        }
        Ok(sent)
    }
}

#[cfg(target_os = "linux")]
fn is_of_one_length(datagrams: &[Vec<u8>]) -> bool {
    let length = datagrams.first().map_or(0, Vec::len);
    datagrams.iter().all(|datagram| datagram.len() == length)
}

/// What calls for many datagrams are made of, kept between them.
#[cfg(target_os = "linux")]
pub(super) struct Calls {
    headers: MultiHeaders<SockaddrStorage>,
    /// Whether datagrams may be cut apart, and the system has not refused it yet.
    can_segment: bool,
    /// No addresses: the sockets are connected.
    addrs: [Option<SockaddrStorage>; Source::BATCH],
}

#[cfg(target_os = "linux")]
impl Calls {
    pub(super) fn new(can_segment: bool) -> Self {
        let headers = MultiHeaders::preallocate(Source::BATCH, None);
        Self { headers, can_segment, addrs: [None; Source::BATCH] }
    }
}

/// Nothing is kept between calls here.
#[cfg(not(target_os = "linux"))]
pub(super) struct Calls;

#[cfg(not(target_os = "linux"))]
impl Calls {
    pub(super) fn new(_can_segment: bool) -> Self {
        Self
    }
}
