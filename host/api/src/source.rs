//! Where a client is, as far as limits on clients go.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// One client, or those that share its address: an IPv4 address, or the /64 of an IPv6 address, since whoever has one
/// address of such a network can have all of them (RFC 4291 section 2.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    V4(Ipv4Addr),
    V6(u64),
}

impl From<IpAddr> for Source {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Self::V6(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
            }
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => address.fmt(f),
            Self::V6(network) => write!(f, "{}/64", Ipv6Addr::from_bits(u128::from(*network) << 64)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_an_address_of_ipv4_or_a_network_of_ipv6() {
        let source = |text: &str| Source::from(text.parse::<IpAddr>().unwrap());
        assert_eq!(source("192.0.2.1").to_string(), "192.0.2.1");
        assert_eq!(source("::ffff:192.0.2.1"), source("192.0.2.1"), "a socket for both writes IPv4 as IPv6");
        assert_eq!(source("2001:db8:0:1::7").to_string(), "2001:db8:0:1::/64");
        assert_eq!(source("2001:db8:0:1::7"), source("2001:db8:0:1:ffff::1"));
        assert_ne!(source("2001:db8:0:1::7"), source("2001:db8:0:2::7"));
    }
}
