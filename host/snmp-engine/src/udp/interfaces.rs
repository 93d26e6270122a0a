//! The addresses of this host's interfaces, as the system lists them.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
};

/// An address of an interface of this host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceAddress {
    /// The address.
    pub addr: IpAddr,
    /// Bits of its network's prefix.
    pub prefix_length: u32,
    /// The broadcast address that the operator has given the network, where there is one.
    pub broadcast: Option<Ipv4Addr>,
}

impl InterfaceAddress {
    /// Whether an address is the broadcast address of this network: that of the operator, or all ones behind the prefix
    /// (RFC 919 section 7). Networks of one and two addresses have none (RFC 3021).
    #[must_use]
    pub fn is_broadcast(&self, addr: IpAddr) -> bool {
        let (IpAddr::V4(own), IpAddr::V4(addr)) = (self.addr, addr.to_canonical()) else { return false };
        let hosts = u32::MAX.checked_shr(self.prefix_length).unwrap_or(0);
        self.broadcast == Some(addr) || (self.prefix_length < 31 && addr.to_bits() == own.to_bits() | hosts)
    }
}

/// Lists the addresses of this host (getifaddrs(3)).
#[cfg(unix)]
pub fn interface_addresses() -> io::Result<Vec<InterfaceAddress>> {
    use nix::{ifaddrs::getifaddrs, sys::socket::SockaddrStorage};

    let ip = |address: &SockaddrStorage| {
        let v4 = address.as_sockaddr_in().map(|address| IpAddr::from(address.ip()));
        v4.or_else(|| address.as_sockaddr_in6().map(|address| address.ip().into()))
    };
    let listed = getifaddrs().inspect_err(|error| tracing::warn!(%error, "cannot list the addresses of this host"))?;
    let found = listed.filter_map(|interface| {
        let mask = interface.netmask.as_ref().and_then(ip);
        let prefix_length = mask.map_or(32, |mask| match mask {
            IpAddr::V4(mask) => mask.to_bits().leading_ones(),
            IpAddr::V6(mask) => mask.to_bits().leading_ones(),
        });
        let broadcast = match interface.broadcast.as_ref().and_then(ip) {
            Some(IpAddr::V4(addr)) if !addr.is_unspecified() => Some(addr),
            _ => None,
        };
        Some(InterfaceAddress { addr: interface.address.as_ref().and_then(ip)?, prefix_length, broadcast })
    });
    Ok(found.collect())
}

/// Lists the addresses of this host, where the system tells them.
#[cfg(not(unix))]
pub fn interface_addresses() -> io::Result<Vec<InterfaceAddress>> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_address_of_a_network_is_its_broadcast_address() {
        let check = |addr: &str, prefix_length, broadcast: &str, is_broadcast: &str, others: &[&str]| {
            let interface =
                InterfaceAddress { addr: addr.parse().unwrap(), prefix_length, broadcast: broadcast.parse().ok() };
            assert!(is_broadcast.is_empty() || interface.is_broadcast(is_broadcast.parse().unwrap()), "{interface:?}");
            assert!(others.iter().all(|other| !interface.is_broadcast(other.parse().unwrap())), "{interface:?}");
        };
        check("192.0.2.10", 24, "", "192.0.2.255", &["192.0.2.10", "192.0.2.127", "192.0.3.255", "2001:db8::1"]);
        check("192.0.2.10", 24, "", "::ffff:192.0.2.255", &[]);
        check("192.0.2.10", 24, "192.0.2.127", "192.0.2.127", &[]);
        check("127.0.0.1", 8, "", "127.255.255.255", &["127.0.0.1", "127.0.0.255"]);
        check("192.0.2.10", 31, "", "", &["192.0.2.11", "192.0.2.10"]);
        check("192.0.2.10", 32, "", "", &["192.0.2.10", "192.0.2.255"]);
        check("2001:db8::1", 64, "", "", &["2001:db8::ffff:ffff:ffff:ffff", "192.0.2.255"]);
    }

    #[cfg(unix)]
    #[test]
    fn every_host_has_a_loopback_address() {
        let found = interface_addresses().unwrap();
        assert!(found.iter().any(|interface| interface.addr == IpAddr::V4(Ipv4Addr::LOCALHOST)), "{found:?}");
    }
}
