//! Where a notification goes, and the address that it comes from.

use std::{
    collections::HashSet,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use address::Host;
use resolver::Resolver;
use snmp_engine::udp;

/// Where a notification goes.
#[derive(Debug)]
pub(super) struct Receiver {
    /// Its address.
    pub(super) addr: SocketAddr,
    /// Ours towards it, where that is one of IPv4.
    pub(super) local: Option<Ipv4Addr>,
}

/// Finds the addresses of a name, at most so many and within this time: those that packets can be sent to come first.
pub(super) async fn find(target: &Host, port: u16, within: Duration, max: usize) -> io::Result<Vec<Receiver>> {
    let wrong = |words: String| io::Error::other(format!("cannot resolve target '{target}': {words}"));
    let resolver = Resolver::system(1);
    let looking = tokio::time::timeout(within, resolver.look_up(target, port));
    let found = looking.await.map_err(|_| wrong(format!("no answer from the resolver within {within:?}")))?;
    let mut seen = HashSet::new();
    let addrs = found.map_err(|error| wrong(error.to_string()))?.into_iter().map(udp::canonical);
    let (routed, others): (Vec<_>, Vec<_>) =
        addrs.filter(|addr| seen.insert(*addr)).map(|addr| (addr, local(addr))).partition(|(_, local)| local.is_ok());
    let receiver = |(addr, local)| {
        let local = if let Ok(SocketAddr::V4(v4)) = local { Some(*v4.ip()) } else { None };
        Receiver { addr, local }
    };
    // Where nothing can be sent to, sending says why not.
    let receivers: Vec<_> = routed.into_iter().chain(others).map(receiver).take(max).collect();
    if receivers.is_empty() { Err(wrong("the name has no address".to_owned())) } else { Ok(receivers) }
}

/// Our address towards another. Nothing is sent for that.
fn local(addr: SocketAddr) -> io::Result<SocketAddr> {
    let any =
        if addr.is_ipv4() { SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)) } else { (Ipv6Addr::UNSPECIFIED, 0).into() };
    let socket = UdpSocket::bind(any)?;
    socket.connect(addr)?;
    socket.local_addr()
}
