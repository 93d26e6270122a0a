//! Physical addresses. Only six octets are a MAC address; the same objects carry empty strings, InfiniBand's
//! twenty octets and tunnels' IP addresses.

use crate::text::hex;

/// A MAC address, shown as `AA:BB:CC:DD:EE:FF`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// True for 00:00:00:00:00:00, which agents send for "none".
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == [0; 6]
    }
}

impl std::fmt::Display for Mac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

impl serde::Serialize for Mac {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a PhysAddress holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhysAddress {
    /// No octets at all.
    Empty,
    /// Six octets.
    Mac(Mac),
    /// Any other length, as lower-case hex digits.
    Other(String),
}

impl PhysAddress {
    /// Sorts octets by their number.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> PhysAddress {
        match <[u8; 6]>::try_from(octets) {
            Ok(six) => PhysAddress::Mac(Mac(six)),
            Err(_) if octets.is_empty() => PhysAddress::Empty,
            Err(_) => PhysAddress::Other(hex(octets)),
        }
    }

    /// The MAC address, when it is one and not all zero.
    #[must_use]
    pub fn usable_mac(&self) -> Option<Mac> {
        match self {
            PhysAddress::Mac(mac) if !mac.is_zero() => Some(*mac),
            _ => None,
        }
    }

    /// The hex digits of what is there but no MAC address.
    #[must_use]
    pub fn other(&self) -> Option<&str> {
        match self {
            PhysAddress::Other(digits) => Some(digits),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_octets_that_are_not_all_zero_are_a_usable_mac() {
        let address = PhysAddress::from_octets(&[0x00, 0x00, 0x5e, 0x00, 0x53, 0xaf]);
        assert_eq!(address.usable_mac().unwrap().to_string(), "00:00:5E:00:53:AF");
        assert_eq!(PhysAddress::from_octets(&[0; 6]).usable_mac(), None);
        assert_eq!(PhysAddress::from_octets(&[]), PhysAddress::Empty);
        assert_eq!(PhysAddress::from_octets(&[192, 0, 2, 1]).other(), Some("c0000201"));
    }
}
