//! MAC addresses, and what is made of them.
//!
//! The first three octets stay: they name the manufacturer, which plugins tell people and which identifies nobody. Where
//! an address is locally administered there is no manufacturer, and the five octets behind the first one may be anything,
//! an address of IPv4 too: they are all replaced. Group addresses and those of VRRP, HSRP and GLBP are the same
//! everywhere and stay.

use crate::seed::Seed;

impl Seed {
    /// What replaces a MAC address.
    pub(crate) fn mac(&self, mac: [u8; 6]) -> [u8; 6] {
        if !is_of_somebody(mac) {
            return mac;
        }
        let kept = if is_local(mac) { 1 } else { 3 };
        self.tail(mac, kept)
    }

    /// Replaces all octets of a physical address behind the first `kept`, at most eight of them, by what stands before.
    pub(crate) fn tail<const N: usize>(&self, octets: [u8; N], kept: usize) -> [u8; N] {
        let mut replaced = octets;
        let (head, tail) = replaced.split_at_mut(kept.max(N.saturating_sub(7)).min(N));
        let number = tail.iter().fold(0_u64, |number, octet| number << 8 | u64::from(*octet));
        let what = head.iter().fold("mac".to_owned(), |what, octet| format!("{what} {octet:02x}"));
        let number = self.replace(&what, number, 1 << (8 * tail.len()));
        let octets = number.to_be_bytes();
        let behind = octets.len() - tail.len();
        for (octet, new) in tail.iter_mut().zip(octets.iter().skip(behind)) {
            *octet = *new;
        }
        replaced
    }
}

/// Whether a MAC address may be that of somebody's device.
pub(crate) fn is_of_somebody(mac: [u8; 6]) -> bool {
    let is_group = mac[0] & 1 == 1;
    let is_virtual = matches!(
        mac,
        // VRRP (RFC 9568 section 7.3), HSRP 1 and 2, GLBP.
        [0, 0, 0x5e, 0, 1 | 2, _]
            | [0, 0, 0x0c, 7, 0xac, _]
            | [0, 0, 0x0c, 0x9f, 0xf0..=0xff, _]
            | [0, 7, 0xb4, 0, _, _]
    );
    !is_group && !is_virtual && mac != [0; 6]
}

fn is_local(mac: [u8; 6]) -> bool {
    mac[0] & 2 == 2
}

/// Whether six octets of an object that is not known look like a MAC address. A list of ports of as many octets ends in
/// zeros as a rule, or begins with a set bit, which no single device's address has.
pub(crate) fn looks_like_one(octets: [u8; 6]) -> bool {
    is_of_somebody(octets) && octets[3..] != [0; 3] && octets[..3] != [0; 3]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_that_are_the_same_everywhere_stay() {
        let seed = Seed::of_text("a");
        for mac in [
            [0; 6],
            [0xff; 6],
            [1, 0x80, 0xc2, 0, 0, 0x0e],
            [0x33, 0x33, 0, 0, 0, 1],
            [0, 0, 0x5e, 0, 1, 7],
            [0, 0, 0x5e, 0, 2, 7],
            [0, 0, 0x0c, 7, 0xac, 1],
            [0, 0, 0x0c, 0x9f, 0xf1, 2],
        ] {
            assert_eq!(seed.mac(mac), mac, "{mac:02x?}");
        }
    }

    #[test]
    fn a_list_of_ports_is_no_mac_address() {
        assert!(!looks_like_one([0xff, 0xff, 0xff, 0, 0, 0]));
        assert!(!looks_like_one([0x80, 0, 0, 0, 0, 0]));
        assert!(!looks_like_one([0, 0, 0, 0, 0, 0x10]));
        assert!(looks_like_one([0, 0x1b, 0x21, 0, 0, 5]));
    }

    proptest! {
        #[test]
        fn a_mac_address_keeps_its_manufacturer_and_becomes_another(mac: [u8; 6]) {
            let replaced = Seed::of_text("a").mac(mac);
            let kept = if is_local(mac) { 1 } else { 3 };
            prop_assert_eq!(&mac[..kept], &replaced[..kept]);
            prop_assert_eq!(is_of_somebody(mac), mac != replaced);
        }
    }
}
