//! Where a notification goes, and the address that it comes from.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use address::Host;

/// Where a notification goes.
#[derive(Debug)]
pub(super) struct Receiver {
    /// Its address.
    pub(super) addr: SocketAddr,
    /// Ours towards it, where that is one of IPv4.
    pub(super) local: Option<Ipv4Addr>,
}

/// Finds the first address of a name that packets can be sent to, within this time.
pub(super) async fn find(target: &Host, port: u16, within: Duration) -> io::Result<Receiver> {
    let wrong = |words: String| io::Error::other(format!("cannot resolve target '{target}': {words}"));
    let looking = tokio::time::timeout(within, tokio::net::lookup_host((target.to_string(), port)));
    let found = looking.await.map_err(|_| wrong(format!("no answer from the resolver within {within:?}")))?;
    let addrs: Vec<_> = found.map_err(|error| wrong(error.to_string()))?.collect();
    let routed = addrs.iter().find_map(|addr| Some((*addr, local(*addr).ok()?)));
    // Where nothing can be sent to, sending says why not.
    let first = || addrs.first().map(|addr| (*addr, SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))));
    let (addr, local) = routed.or_else(first).ok_or_else(|| wrong("the name has no address".to_owned()))?;
    let local = if let SocketAddr::V4(v4) = local { Some(*v4.ip()) } else { None };
    Ok(Receiver { addr, local })
}

/// Our address towards another. Nothing is sent for that.
fn local(addr: SocketAddr) -> io::Result<SocketAddr> {
    let any =
        if addr.is_ipv4() { SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)) } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let socket = UdpSocket::bind(any)?;
    socket.connect(addr)?;
    socket.local_addr()
}
