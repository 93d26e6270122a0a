//! Who asks: what fair shares are counted by.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// A client, as far as its share is concerned: the source address of its requests, since all clients have the same key.
///
/// Of IPv6 it is the network of 64 bits (RFC 4291 section 2.5.4): one machine has as many addresses there as it wants, and
/// each of them would have a share. Without an address it is this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Client(Option<IpAddr>);

impl Client {
    /// The client at this address.
    #[must_use]
    pub fn at(addr: IpAddr) -> Self {
        Self(Some(match addr.to_canonical() {
            IpAddr::V6(addr) if !addr.is_loopback() => {
                let [a, b, c, d, ..] = addr.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            addr => addr,
        }))
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("this process"),
            Some(IpAddr::V6(addr)) if !addr.is_loopback() => write!(f, "{addr}/64"),
            Some(addr) => addr.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_an_address_or_a_network_of_ipv6() {
        let check = |text: &str, expected: &str| {
            let client = Client::at(text.parse().unwrap());
            assert_eq!(client.to_string(), expected);
        };
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("::1", "::1");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
        check("fe80::1", "fe80::/64");
        assert_eq!(Client::default().to_string(), "this process");
    }
}
