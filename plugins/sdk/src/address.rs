//! IP addresses as SNMP writes them: in an index, as an InetAddress (RFC 4001), with or without a zone.
//! An index is taken literally here; [`index`](crate::index) knows how agents get it wrong.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

/// An IPv4 or IPv6 address, with the zone index of ipv4z and ipv6z. IPv4 sorts before IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InetAddress {
    /// The address itself.
    pub address: IpAddr,
    /// The zone: for a link-local address the ifIndex of the link, usually.
    pub zone: Option<u32>,
}

impl InetAddress {
    /// Reads `type.length.octets`, the form of an InetAddressType and InetAddress in an index, up to its end.
    #[must_use]
    pub fn from_index(arcs: &[u32]) -> Option<InetAddress> {
        let (address, rest) = InetAddress::split_index(arcs)?;
        rest.is_empty().then_some(address)
    }

    /// Reads `type.length.octets` from the beginning of an index, and gives what follows.
    #[must_use]
    pub fn split_index(arcs: &[u32]) -> Option<(InetAddress, &[u32])> {
        let (&[kind, length], rest) = arcs.split_first_chunk::<2>()?;
        let (octets, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        let octets = octets_of(octets)?;
        Some((InetAddress::from_octets(kind.into(), &octets)?, rest))
    }

    /// Reads an InetAddress beside its InetAddressType: ipv4(1), ipv6(2), ipv4z(3), ipv6z(4).
    #[must_use]
    pub fn from_octets(kind: i64, octets: &[u8]) -> Option<InetAddress> {
        let (octets, zone) = match kind {
            1 | 2 => (octets, None),
            3 | 4 => {
                let (octets, zone) = octets.split_last_chunk::<4>()?;
                (octets, Some(u32::from_be_bytes(*zone)))
            }
            _ => return None,
        };
        let address = match kind {
            1 | 3 => IpAddr::from(<[u8; 4]>::try_from(octets).ok()?),
            _ => IpAddr::from(<[u8; 16]>::try_from(octets).ok()?),
        };
        Some(InetAddress { address, zone }.with_zone_taken_out())
    }

    /// Reads the text of an address, with a zone or a prefix length behind it or not: `192.0.2.1`, `fe80::1%7`,
    /// `2001:db8::1/64`. A zone that is a name and the prefix length are not kept.
    #[must_use]
    pub fn from_text(text: &str) -> Option<InetAddress> {
        let text = match text.split_once('/') {
            Some((address, length)) if length.parse::<u8>().is_ok() => address,
            Some(_) => return None,
            None => text,
        };
        let (address, zone) = match text.split_once('%') {
            Some((address, zone)) if !zone.is_empty() => (address, zone.parse().ok()),
            Some(_) => return None,
            None => (text, None),
        };
        Some(InetAddress { address: address.parse().ok()?, zone }.with_zone_taken_out())
    }

    /// Reads the four arcs of an IpAddress in an index.
    #[must_use]
    pub fn from_ipv4_arcs(arcs: &[u32]) -> Option<InetAddress> {
        InetAddress::from_octets(1, &octets_of(arcs)?)
    }

    /// Reads the sixteen arcs of an Ipv6Address (RFC 2465) in an index.
    #[must_use]
    pub fn from_ipv6_arcs(arcs: &[u32]) -> Option<InetAddress> {
        InetAddress::from_octets(2, &octets_of(arcs)?)
    }

    /// True for IPv6.
    #[must_use]
    pub fn is_ipv6(&self) -> bool {
        self.address.is_ipv6()
    }

    /// True when both are of one family and their first `length` bits are the same. Zones do not matter.
    #[must_use]
    pub fn shares_prefix(&self, other: &InetAddress, length: u8) -> bool {
        let differing = match (self.address, other.address) {
            (IpAddr::V4(one), IpAddr::V4(two)) => (u32::from(one) ^ u32::from(two)).leading_zeros(),
            (IpAddr::V6(one), IpAddr::V6(two)) => (u128::from(one) ^ u128::from(two)).leading_zeros(),
            _ => return false,
        };
        differing >= length.into()
    }

    /// Takes the zone out of a link-local address. Kernels that come from KAME keep it in the octets 3 and 4, which
    /// are zero by RFC 4291 section 2.5.6, and some agents show them: `fe80:2::1` is `fe80::1%2`.
    fn with_zone_taken_out(self) -> InetAddress {
        let IpAddr::V6(address) = self.address else { return self };
        let [0xfe80, zone @ 1..=u16::MAX, 0, 0, a, b, c, d] = address.segments() else { return self };
        match self.zone {
            Some(known) if known != u32::from(zone) => self,
            _ => InetAddress { address: Ipv6Addr::new(0xfe80, 0, 0, 0, a, b, c, d).into(), zone: Some(zone.into()) },
        }
    }
}

impl From<Ipv4Addr> for InetAddress {
    fn from(address: Ipv4Addr) -> InetAddress {
        InetAddress { address: address.into(), zone: None }
    }
}

impl From<Ipv6Addr> for InetAddress {
    fn from(address: Ipv6Addr) -> InetAddress {
        InetAddress { address: address.into(), zone: None }
    }
}

/// `192.0.2.1`, `2001:db8::1`, `fe80::1%7`.
impl fmt::Display for InetAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.zone {
            None => self.address.fmt(f),
            Some(zone) => write!(f, "{}%{zone}", self.address),
        }
    }
}

impl serde::Serialize for InetAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The prefix length of a network mask. None for masks with holes, and for 0.0.0.0, which agents send for "none".
#[must_use]
pub fn prefix_length(mask: Ipv4Addr) -> Option<u8> {
    let bits = u32::from(mask);
    let ones = bits.leading_ones();
    let contiguous = bits.checked_shl(ones).unwrap_or(0) == 0;
    (contiguous && ones > 0).then(|| u8::try_from(ones).ok()).flatten()
}

/// Arcs as octets; none when one is above 255.
pub(crate) fn octets_of(arcs: &[u32]) -> Option<Vec<u8>> {
    arcs.iter().map(|&arc| u8::try_from(arc).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oids;

    fn check(index: &str, expected: &str) {
        let address = InetAddress::from_index(&oids::parse(index).unwrap());
        assert_eq!(address.map_or_else(|| "malformed".to_owned(), |address| address.to_string()), expected, "{index}");
    }

    #[test]
    fn an_index_is_read_as_rfc_4001_says() {
        check("1.4.192.0.2.1", "192.0.2.1");
        check("2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1", "2001:db8::1");
        check("3.8.192.0.2.1.0.0.1.4", "192.0.2.1%260");
        check("4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.7", "fe80::1%7");
    }

    #[test]
    fn what_is_not_such_an_index_is_malformed_and_not_guessed() {
        for index in [
            "1.192.0.2.1",
            "1.4.192.0.2",
            "1.4.192.0.2.1.9",
            "1.4.192.0.2.256",
            "1.5.192.0.2.1.0",
            "2.15.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0",
            "0.0",
            "16.3.1.2.3",
            "1",
            "1.4294967295",
        ] {
            check(index, "malformed");
        }
    }

    #[test]
    fn ipv4_sorts_before_ipv6_and_by_number() {
        let mut all: Vec<_> = ["2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1", "1.4.192.0.2.10", "1.4.192.0.2.9"]
            .iter()
            .filter_map(|index| InetAddress::from_index(&oids::parse(index)?))
            .collect();
        all.sort();
        let all: Vec<_> = all.iter().map(ToString::to_string).collect();
        assert_eq!(all, ["192.0.2.9", "192.0.2.10", "::1"]);
    }

    #[test]
    fn a_zone_within_a_link_local_address_is_taken_out() {
        check("2.16.254.128.0.2.0.0.0.0.2.192.242.255.254.0.83.1", "fe80::2c0:f2ff:fe00:5301%2");
        check("4.20.254.128.1.2.0.0.0.0.0.0.0.0.0.0.0.1.0.0.1.2", "fe80::1%258");
        // The octets contradict the zone beside them, or the address is no link-local one of 64 bits.
        check("4.20.254.128.0.2.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.7", "fe80:2::1%7");
        check("2.16.254.128.0.2.0.9.0.0.0.0.0.0.0.0.0.1", "fe80:2:9::1");
        check("2.16.253.0.0.2.0.0.0.0.0.0.0.0.0.0.0.1", "fd00:2::1");
    }

    #[test]
    fn the_text_of_an_address_is_read_without_its_prefix_length() {
        let read = |text| InetAddress::from_text(text).map(|address| address.to_string());
        for (text, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"),
            ("2001:db8::1/64", "2001:db8::1"),
            ("fe80::1%7", "fe80::1%7"),
            ("fe80::1%eth0/64", "fe80::1"),
            ("fe80:7::1", "fe80::1%7"),
        ] {
            assert_eq!(read(text).as_deref(), Some(address), "{text}");
        }
        for text in ["", "192.0.2", "192.0.2.01", "2001:db8::1/", "2001:db8::1/300", "fe80::1%", "::1::", "name"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_prefix_is_shared_bit_by_bit_and_within_one_family() {
        let shares = |one, two, length| {
            let [one, two] = [one, two].map(|text| InetAddress::from_text(text).unwrap());
            one.shares_prefix(&two, length)
        };
        assert!(shares("192.0.2.1", "192.0.2.127", 25) && !shares("192.0.2.1", "192.0.2.128", 25));
        assert!(shares("2001:db8::1", "2001:db8::", 127) && !shares("2001:db8::1", "2001:db8::", 128));
        assert!(shares("fe80::1%7", "fe80::1", 128));
        assert!(!shares("::", "0.0.0.0", 0));
    }

    #[test]
    fn a_mask_is_a_prefix_length_only_when_it_is_contiguous() {
        for (mask, length) in [
            ([255, 255, 255, 0], Some(24)),
            ([255, 255, 255, 255], Some(32)),
            ([128, 0, 0, 0], Some(1)),
            ([0, 0, 0, 0], None),
            ([255, 0, 255, 0], None),
            ([0, 255, 255, 255], None),
        ] {
            assert_eq!(prefix_length(Ipv4Addr::from(mask)), length, "{mask:?}");
        }
    }
}
