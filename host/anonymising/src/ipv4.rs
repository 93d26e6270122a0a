//! Addresses of IPv4.
//!
//! An address stays of its kind, and keeps its first octet and its last: so networks and broadcast addresses from /24 on
//! stay what they are, and what belongs to a network belongs to it afterwards, too. What is between is changed bit by bit,
//! each bit by what stands before it, as Crypto-PAn does (Xu et al., 2002): two addresses have as many leading bits in
//! common as before. The first bit that may be changed always is, so no address stays the same.

use crate::seed::Seed;

/// How the bits of a part of an address are changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bits {
    /// The first one always.
    FirstAlways,
    /// None up to the first one that is set, so that zero stays zero: a network of /16 ends in zeros afterwards, too.
    ZeroStays,
}

impl Seed {
    /// What replaces an address of IPv4; the same where it stands for nobody: this network and masks, loopback, multicast,
    /// what is reserved.
    pub(crate) fn ipv4(&self, address: [u8; 4]) -> [u8; 4] {
        if !is_of_somebody(address) {
            return address;
        }
        let [first, second, third, last] = address;
        let from = match (first, second) {
            (192, 168) | (169, 254) => {
                let third = self.octet(&[first, second], third, 0, Bits::FirstAlways);
                return [first, second, third, last];
            }
            (172, 16..=31) => Some(4),
            (100, 64..=127) => Some(2),
            // A part of these is private, so what is not must stay outside that part.
            (100 | 169 | 172 | 192, _) => None,
            _ => Some(0),
        };
        let new_second = match from {
            Some(from) => self.octet(&[first], second, from, Bits::FirstAlways),
            None => self.outside_private(first, second),
        };
        [first, new_second, self.octet(&[first, second], third, 0, Bits::ZeroStays), last]
    }

    /// Another second octet of a public address whose first octet has private parts.
    fn outside_private(&self, first: u8, second: u8) -> u8 {
        let is_public = |second: u8| match first {
            100 => !(64..=127).contains(&second),
            169 => second != 254,
            172 => !(16..=31).contains(&second),
            _ => second != 168,
        };
        let public: Vec<u8> = (0..=u8::MAX).filter(|second| is_public(*second)).collect();
        let place = public.iter().position(|other| *other == second).unwrap_or(0) as u64;
        let place = self.replace(&format!("ipv4 {first}"), place, public.len() as u64);
        usize::try_from(place).ok().and_then(|place| public.get(place)).copied().unwrap_or(second)
    }

    fn octet(&self, before: &[u8], octet: u8, from: u32, bits: Bits) -> u8 {
        self.bits("ipv4", before, u16::from(octet), 8, from, bits) as u8
    }

    /// Changes the bits of a number of `width` bits from bit `from` on, by what stands before them: `before`, and the bits
    /// that are higher.
    pub(crate) fn bits(&self, what: &str, before: &[u8], number: u16, width: u32, from: u32, bits: Bits) -> u16 {
        (from..width).fold(number, |changed, bit| {
            let higher = if bit == 0 { 0 } else { number >> (width - bit) };
            let free = higher & ((1_u16 << (bit - from)) - 1);
            let flips = match bits {
                Bits::FirstAlways if bit == from => true,
                Bits::ZeroStays if free == 0 => false,
                _ => {
                    let input = [before, &[bit as u8], &higher.to_be_bytes()].concat();
                    self.number(what, &input) & 1 == 1
                }
            };
            changed ^ u16::from(flips) << (width - 1 - bit)
        })
    }
}

/// Whether an address may be somebody's.
pub(crate) fn is_of_somebody(address: [u8; 4]) -> bool {
    let [first, ..] = address;
    let is_mask = matches!(address, [128 | 192, 0, 0, 0]);
    !is_mask && !matches!(first, 0 | 127 | 224..)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, net::Ipv4Addr};

    use proptest::prelude::*;

    use super::*;

    fn kind(address: [u8; 4]) -> &'static str {
        match address {
            [10, ..] => "10/8",
            [172, 16..=31, ..] => "172.16/12",
            [192, 168, ..] => "192.168/16",
            [169, 254, ..] => "link-local",
            [100, 64..=127, ..] => "shared",
            address if !is_of_somebody(address) => "nobody's",
            _ => "public",
        }
    }

    fn common(one: [u8; 4], other: [u8; 4]) -> u32 {
        (u32::from(Ipv4Addr::from(one)) ^ u32::from(Ipv4Addr::from(other))).leading_zeros()
    }

    #[test]
    fn what_is_nobody_s_stays() {
        let seed = Seed::of_text("a");
        for text in [
            "0.0.0.0",
            "0.0.0.1",
            "127.0.0.1",
            "224.0.0.5",
            "239.1.2.3",
            "255.255.255.0",
            "255.255.255.255",
            "240.0.0.0",
            "128.0.0.0",
            "192.0.0.0",
        ] {
            let address = text.parse::<Ipv4Addr>().unwrap().octets();
            assert_eq!(seed.ipv4(address), address, "{text}");
        }
    }

    #[test]
    fn networks_and_broadcast_addresses_stay_such() {
        let seed = Seed::of_text("a");
        for second in 0..=255 {
            let [.., third, last] = seed.ipv4([10, second, 0, 0]);
            assert_eq!((third, last), (0, 0), "a /16");
            for (third, last) in [(7, 0), (7, 255), (200, 128)] {
                assert_eq!(seed.ipv4([10, second, third, last])[3], last);
            }
        }
    }

    #[test]
    fn no_two_of_the_networks_with_private_parts_become_one() {
        let seed = Seed::of_text("a");
        for first in [10, 172, 192] {
            let before: BTreeSet<[u8; 4]> =
                (0..=255).flat_map(|second| [0, 1, 2, 168, 255].map(|third| [first, second, third, 1])).collect();
            let after: BTreeSet<[u8; 4]> = before.iter().map(|address| seed.ipv4(*address)).collect();
            assert_eq!(before.len(), after.len(), "{first}");
        }
    }

    proptest! {
        #[test]
        fn an_address_becomes_another_one_of_its_kind(address: [u8; 4], text in "[a-z]{0,8}") {
            let replaced = Seed::of_text(&text).ipv4(address);
            prop_assert_eq!(kind(address), kind(replaced));
            prop_assert_eq!(is_of_somebody(address), address != replaced);
        }

        #[test]
        fn neighbours_stay_neighbours(address: [u8; 4], length in 16_u32..=32) {
            let seed = Seed::of_text("a");
            let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
            let network = (u32::from(Ipv4Addr::from(address)) & mask).to_be_bytes();
            prop_assume!(kind(network) == kind(address));
            let (one, other) = (seed.ipv4(address), seed.ipv4(network));
            prop_assert_eq!(common(one, other), common(address, network));
        }
    }
}
