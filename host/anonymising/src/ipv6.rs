//! Addresses of IPv6.
//!
//! An address keeps what says of which kind it is, and of a prefix what is zero. An address of IPv4 within it (mapped,
//! NAT64, 6to4, ISATAP) is replaced as that address is, a MAC address within it (RFC 4291 appendix A) as that MAC address
//! is. Interface identifiers that somebody has counted up (`::1`, `::53`) stay: they say nothing, and the prefix before
//! them is another.

use crate::{ipv4, ipv4::Bits, mac, seed::Seed};

impl Seed {
    /// What replaces an address of IPv6; the same where it stands for nobody: `::`, loopback, multicast.
    pub(crate) fn ipv6(&self, address: [u8; 16]) -> [u8; 16] {
        let groups = groups_of(address);
        let with_v4 = |at: usize| {
            let mut replaced = address;
            if let Some(part) = replaced.get_mut(at..at + 4) {
                let v4 = part.try_into().unwrap_or_default();
                part.copy_from_slice(&self.ipv4(v4));
            }
            replaced
        };
        match groups {
            [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => with_v4(12),
            [0, 0, 0, 0, 0, 0, high, _] if high != 0 => with_v4(12),
            [0, 0, 0, 0, 0, 0, ..] => address,
            // Solicited-node (RFC 4291 section 2.7.1): the last octets are those of a device.
            [0xff02, 0, 0, 0, 0, 1, 0xff00..=0xffff, _] => self.solicited(address),
            [0xff00..=0xffff, ..] => address,
            [0x2002, _, _, net, ..] => {
                let net = self.group(&address, 3, net, 0, Bits::ZeroStays);
                let mut replaced = with_v4(2);
                put(&mut replaced, 3, net);
                self.with_interface(replaced, address)
            }
            [0xfe80..=0xfebf, ..] => self.with_interface(address, address),
            [first, second, third, fourth, ..] => {
                let mut replaced = address;
                if (0xfc00..=0xfdff).contains(&first) {
                    put(&mut replaced, 0, self.group(&address, 0, first, 8, Bits::FirstAlways));
                    put(&mut replaced, 1, self.group(&address, 1, second, 0, Bits::ZeroStays));
                } else {
                    put(&mut replaced, 1, self.group(&address, 1, second, 0, Bits::FirstAlways));
                }
                put(&mut replaced, 2, self.group(&address, 2, third, 0, Bits::ZeroStays));
                put(&mut replaced, 3, self.group(&address, 3, fourth, 0, Bits::ZeroStays));
                self.with_interface(replaced, address)
            }
        }
    }

    /// Replaces the interface identifier, the last 64 bits.
    fn with_interface(&self, mut replaced: [u8; 16], address: [u8; 16]) -> [u8; 16] {
        let [.., a, b, c, d, e, f, g, h] = address;
        match [a, b, c, d, e, f, g, h] {
            [a, b, c, 0xff, 0xfe, f, g, h] => {
                let [a, b, c, f, g, h] = self.mac([a ^ 2, b, c, f, g, h]);
                replaced[8..].copy_from_slice(&[a ^ 2, b, c, 0xff, 0xfe, f, g, h]);
            }
            [0 | 2, 0, 0x5e, 0xfe, v4 @ ..] => replaced[12..].copy_from_slice(&self.ipv4(v4)),
            [0, 0, 0, 0, 0, 0, _, _] => {}
            _ => {
                for place in 4..7 {
                    let group = groups_of(address).get(place).copied().unwrap_or_default();
                    put(&mut replaced, place, self.group(&address, place, group, 0, Bits::ZeroStays));
                }
            }
        }
        replaced
    }

    fn solicited(&self, mut address: [u8; 16]) -> [u8; 16] {
        let [.., a, b, c] = address;
        let number = u64::from(a) << 16 | u64::from(b) << 8 | u64::from(c);
        let [.., a, b, c] = self.replace("ipv6 solicited", number, 1 << 24).to_be_bytes();
        address[13..].copy_from_slice(&[a, b, c]);
        address
    }

    fn group(&self, address: &[u8; 16], place: usize, group: u16, from: u32, bits: Bits) -> u16 {
        // An interface identifier is the same behind each prefix: it joins addresses of one device.
        let start = if place < 4 { 0 } else { 8 };
        self.bits("ipv6", address.get(start..place * 2).unwrap_or_default(), group, 16, from, bits)
    }
}

/// Whether an address may be somebody's.
pub(crate) fn is_of_somebody(address: [u8; 16]) -> bool {
    match groups_of(address) {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            ipv4::is_of_somebody([a, b, c, d])
        }
        [0xff02, 0, 0, 0, 0, 1, 0xff00..=0xffff, _] => true,
        [0xff00..=0xffff, ..] => false,
        _ => true,
    }
}

/// The MAC address that an interface identifier was made of.
pub(crate) fn mac_within(address: [u8; 16]) -> Option<[u8; 6]> {
    match address {
        [.., a, b, c, 0xff, 0xfe, f, g, h] => Some([a ^ 2, b, c, f, g, h]).filter(|mac| mac::is_of_somebody(*mac)),
        _ => None,
    }
}

fn groups_of(address: [u8; 16]) -> [u16; 8] {
    std::net::Ipv6Addr::from(address).segments()
}

fn put(address: &mut [u8; 16], place: usize, group: u16) {
    if let Some(octets) = address.get_mut(place * 2..place * 2 + 2) {
        octets.copy_from_slice(&group.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::*;

    fn replaced(text: &str) -> Ipv6Addr {
        Seed::of_text("a").ipv6(text.parse::<Ipv6Addr>().unwrap().octets()).into()
    }

    #[test]
    fn what_is_nobody_s_stays() {
        for text in ["::", "::1", "ff02::1", "ff02::5", "ff0e::1:2", "::ffff:127.0.0.1", "::ffff:0.0.0.0"] {
            assert_eq!(replaced(text).to_string(), text);
        }
    }

    #[test]
    fn an_address_stays_of_its_kind() {
        for text in ["2001:db8::1", "2001:db8:1:2::53", "2a02:1234:5678::a", "fd12:3456:789a:1::1", "fc00::1"] {
            let (before, after) = (text.parse::<Ipv6Addr>().unwrap(), replaced(text));
            assert_ne!(before, after);
            assert_eq!(before.is_unique_local(), after.is_unique_local(), "{text}");
            assert_eq!(before.segments()[4..], after.segments()[4..], "what was counted up stays");
            let zeros = |address: Ipv6Addr| address.segments().map(|group| group == 0);
            assert_eq!(zeros(before)[2..], zeros(after)[2..], "{text}: what is zero stays");
        }
        for text in ["fe80::211:22ff:fe33:4455", "fe80::1234:5678:9abc:def0"] {
            let after = replaced(text);
            assert!(after.is_unicast_link_local() && after.segments()[1..4] == [0; 3], "{after}");
            assert_ne!(after.to_string(), text);
        }
        assert_eq!(replaced("fe80::1").to_string(), "fe80::1");
    }

    #[test]
    fn addresses_of_ipv4_and_mac_addresses_within_are_replaced_as_they_are() {
        let seed = Seed::of_text("a");
        let v4 = Ipv4Addr::from(seed.ipv4([192, 0, 2, 7]));
        assert_eq!(replaced("::ffff:192.0.2.7"), v4.to_ipv6_mapped());
        assert_eq!(replaced("64:ff9b::192.0.2.7").octets()[12..], v4.octets());
        assert_eq!(replaced("2002:c000:207::1").octets()[2..6], v4.octets());
        assert_eq!(replaced("fe80::5efe:192.0.2.7").octets()[12..], v4.octets());
        let mac = [0x00, 0x11, 0x22, 0x33, 0x44, 0x55];
        for text in ["fe80::211:22ff:fe33:4455", "2001:db8::211:22ff:fe33:4455"] {
            assert_eq!(mac_within(text.parse::<Ipv6Addr>().unwrap().octets()), Some(mac));
            assert_eq!(mac_within(replaced(text).octets()), Some(seed.mac(mac)));
        }
    }

    #[test]
    fn neighbours_stay_neighbours() {
        let common = |one: Ipv6Addr, other: Ipv6Addr| (u128::from(one) ^ u128::from(other)).leading_zeros();
        let pairs = [
            ("2001:db8:1:2::1", "2001:db8:1:2::2"),
            ("2001:db8:1:2::1", "2001:db8:1:3::1"),
            ("2001:db8:1:2::1", "2001:db8:8000::1"),
            ("2001:db8:1::1", "2001:db9:1::1"),
            ("fd00:1:2:3::1", "fd00:1:2:4::1"),
        ];
        for (one, other) in pairs {
            let expected = common(one.parse().unwrap(), other.parse().unwrap());
            assert_eq!(common(replaced(one), replaced(other)), expected, "{one} {other}");
        }
    }
}
