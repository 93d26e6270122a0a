//! Networks: an address and the length of its prefix (RFC 4632 section 3.1), or an address alone.

use ipnet::IpNet;

use crate::{Host, InvalidHost};

/// Why a text is no network. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNetwork {
    /// Its address is none.
    #[error(transparent)]
    Address(#[from] InvalidHost),
    /// It begins with a name.
    #[error("a network is written with an address, not with a name")]
    Name,
    /// An interface is named.
    #[error("a network has no zone")]
    Zone,
    /// What follows the slash is no length of a prefix.
    #[error("invalid prefix length: it is a number from 0 to 32, for IPv6 to 128")]
    Length,
}

/// Reads `10.0.0.0/8`, `2001:db8::/32`, or an address, which is a network of its own. Bits behind the prefix are 0 then.
///
/// An IPv4 network that is written as IPv6 (`::ffff:10.0.0.0/104`) is one of IPv4, since devices' addresses are.
pub fn parse_network(text: &str) -> Result<IpNet, InvalidNetwork> {
    let (addr, length) = match text.split_once('/') {
        Some((addr, length)) => (addr, Some(length)),
        None => (text, None),
    };
    let (addr, mut longest) = match addr.parse()? {
        Host::V4(addr) => (addr.into(), 32),
        Host::V6(addr, None) => (std::net::IpAddr::from(addr), 128),
        Host::V6(_, Some(_)) => return Err(InvalidNetwork::Zone),
        Host::Name(_) => return Err(InvalidNetwork::Name),
    };
    let mut length = length.map_or(Some(longest), parse_length).ok_or(InvalidNetwork::Length)?;
    let mut network = addr;
    if addr.to_canonical().is_ipv4() && addr.is_ipv6() && length >= MAPPED_BITS && length <= longest {
        (network, length, longest) = (addr.to_canonical(), length - MAPPED_BITS, 32);
    }
    if length > longest {
        return Err(InvalidNetwork::Length);
    }
    IpNet::new(network, length).map(|network| network.trunc()).map_err(|_| InvalidNetwork::Length)
}

/// Bits in front of an IPv4 address that is written as IPv6 (RFC 4291 section 2.5.5.2).
const MAPPED_BITS: u8 = 96;

fn parse_length(digits: &str) -> Option<u8> {
    let is_decimal = digits.bytes().all(|octet| octet.is_ascii_digit());
    let has_zeros = digits.len() > 1 && digits.starts_with('0');
    digits.parse().ok().filter(|_| is_decimal && !has_zeros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = parse_network(text).map_or_else(|error| format!("{error:?}"), |network| network.to_string());
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn a_network_is_an_address_with_a_length_or_an_address() {
        check("10.0.0.0/8", "10.0.0.0/8");
        check("10.1.2.3/8", "10.0.0.0/8");
        check("0.0.0.0/0", "0.0.0.0/0");
        check("192.0.2.10", "192.0.2.10/32");
        check("2001:db8::/32", "2001:db8::/32");
        check("[2001:db8::1]", "2001:db8::1/128");
        check("::ffff:10.0.0.0/104", "10.0.0.0/8");
        check("::ffff:10.0.0.1", "10.0.0.1/32");
        check("::ffff:0:0/95", "::fffe:0:0/95");
    }

    #[test]
    fn what_looks_like_a_network_must_be_one() {
        for text in ["010.0.0.0/8", "10/8", "10.0/16", "0xa.0.0.0/8", "167772160/8", "10.0.0.0.0/8", "１０.0.0.0/8"] {
            check(text, "Address(V4)");
        }
        for text in
            ["10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/", "10.0.0.0/255.0.0.0", "::/129", "10.0.0.0/8/8"]
        {
            check(text, "Length");
        }
        check("lab.example/8", "Name");
        check("fe80::1%eth0/64", "Zone");
        check("fe80::1%eth0", "Zone");
        check("", "Address(Empty)");
        check("/8", "Address(Empty)");
    }
}
