//! Opens sockets to listen at.

use std::{
    io,
    net::{SocketAddr, UdpSocket},
};

use snmp_engine::udp::{self, Family};

/// Opens a socket for each address. One for all addresses of IPv6 takes IPv4, too, unless another of these does so at
/// its port. The error names the address.
pub fn open(addrs: &[SocketAddr]) -> io::Result<Vec<UdpSocket>> {
    let one = |addr: &SocketAddr| {
        let has_v4 = addrs.iter().any(|other| other.is_ipv4() && other.port() == addr.port());
        let family = if addr.ip().is_unspecified() && !has_v4 { Family::Both } else { Family::Own };
        udp::open(*addr, family)
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen at {addr}: {error}")))
    };
    addrs.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    #[test]
    fn all_addresses_of_ipv6_include_those_of_ipv4_unless_they_are_listed() {
        let port = open(&[(Ipv4Addr::UNSPECIFIED, 0).into()]).unwrap()[0].local_addr().unwrap().port();
        let Ok(both) = open(&[(Ipv6Addr::UNSPECIFIED, port).into()]) else { return };
        let error = open(&[(Ipv4Addr::UNSPECIFIED, port).into()]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert!(error.to_string().starts_with(&format!("cannot listen at 0.0.0.0:{port}: ")), "{error}");
        drop(both);
        let each = [(Ipv6Addr::UNSPECIFIED, port).into(), (Ipv4Addr::UNSPECIFIED, port).into()];
        assert_eq!(open(&each).unwrap().len(), 2);
    }
}
