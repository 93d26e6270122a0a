//! Physical addresses. Only six octets are a MAC address; the same objects carry empty strings, InfiniBand's
//! twenty octets, EUI-64 and tunnels' IP addresses. Some agents write a MAC address as the 17 characters that people
//! write, and some write zeros for "none", as many as they like.

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
    /// No octets at all, or another number of octets than six and all of them zero.
    Empty,
    /// Six octets, which may be zero, or the 17 characters that stand for them.
    Mac(Mac),
    /// Anything else, as lower-case hex digits.
    Other(String),
}

impl PhysAddress {
    /// Tells what the octets of a PhysAddress or MacAddress are.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> PhysAddress {
        if let Ok(six) = <[u8; 6]>::try_from(octets) {
            return PhysAddress::Mac(Mac(six));
        }
        match mac_of_text(octets) {
            Some(mac) => PhysAddress::Mac(mac),
            None if octets.iter().all(|&octet| octet == 0) => PhysAddress::Empty,
            None => PhysAddress::Other(hex(octets)),
        }
    }

    /// True when there is an address: a MAC address that is not all zero, or one of another kind.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.usable_mac().is_some() || self.other().is_some()
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

/// Reads `00:00:5e:00:53:af`, in which colons or hyphens stand between the octets.
fn mac_of_text(octets: &[u8]) -> Option<Mac> {
    const CHARACTERS: usize = 17;
    let separator = *octets.get(2).filter(|_| octets.len() == CHARACTERS)?;
    if !matches!(separator, b':' | b'-') {
        return None;
    }
    let mut mac = [0; 6];
    for (octet, pair) in mac.iter_mut().zip(octets.split(|&octet| octet == separator)) {
        let &[high, low] = pair else { return None };
        *octet = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    }
    Some(Mac(mac))
}

fn digit(octet: u8) -> Option<u32> {
    char::from(octet).to_digit(16)
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

    #[test]
    fn seventeen_characters_are_a_mac_when_they_spell_one() {
        let read = |text: &str| PhysAddress::from_octets(text.as_bytes());
        for text in ["00:00:5e:00:53:af", "00-00-5E-00-53-AF"] {
            assert_eq!(read(text).usable_mac().unwrap().to_string(), "00:00:5E:00:53:AF", "{text}");
        }
        assert_eq!(read("00:00:00:00:00:00"), PhysAddress::Mac(Mac([0; 6])));
        for text in
            ["00:00-5e:00:53:af", "00:00:5e:00:53:ag", "00:00:5e:00:530:a", "00:00:5e:00:53", "0000:5e:00:53:af:"]
        {
            assert!(read(text).other().is_some(), "{text}");
        }
    }

    #[test]
    fn zeros_are_no_address_however_many() {
        for length in [0, 1, 4, 6, 8, 16, 17, 20] {
            let address = PhysAddress::from_octets(&vec![0; length]);
            assert!(!address.is_usable() && address.other().is_none(), "{length}");
        }
        assert!(PhysAddress::from_octets(&[0, 0, 0, 1]).is_usable());
    }
}
