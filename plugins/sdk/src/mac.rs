//! Physical addresses. Only six octets are a MAC address; the same objects carry empty strings, InfiniBand's
//! twenty octets, EUI-64 and tunnels' IP addresses. Some agents write a MAC address as the characters that people
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
    /// Six octets, which may be zero, or the characters that stand for them.
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

/// Reads the text of a MAC address, which may end with NULs and blanks: `00:00:5e:00:53:af`, `00-00-5e-00-53-af` or
/// `0:0:5e:0:53:af`, `0000.5e00.53af` as Cisco writes it, `0000-5e00-53af` as Huawei and H3C do, `00005e-0053af` as HPE
/// does, and the twelve digits alone.
fn mac_of_text(octets: &[u8]) -> Option<Mac> {
    /// The digits of a MAC address.
    const DIGITS: usize = 12;
    let text = std::str::from_utf8(octets).ok()?.trim_end_matches('\0').trim();
    let separator = text.chars().find(|sign| !sign.is_ascii_hexdigit());
    let groups: Vec<&str> = match separator {
        Some(separator @ (':' | '-' | '.' | ' ')) => text.split(separator).collect(),
        Some(_) => return None,
        None => vec![text],
    };
    let digits = match groups.len() {
        // Zeros that stand first in an octet may be left out.
        6 if groups.iter().all(|group| (1..=2).contains(&group.len())) => {
            groups.iter().map(|group| format!("{group:0>2}")).collect()
        }
        count @ 1..=3 if groups.iter().all(|group| group.len() == DIGITS / count) => groups.concat(),
        _ => return None,
    };
    let mut mac = [0; 6];
    for (octet, pair) in mac.iter_mut().zip(digits.as_bytes().chunks(2)) {
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
    fn characters_are_a_mac_when_they_spell_one() {
        let read = |text: &str| PhysAddress::from_octets(text.as_bytes());
        for text in [
            "00:00:5e:00:53:af",
            "00-00-5E-00-53-AF",
            "00.00.5e.00.53.af",
            "0000.5e00.53af",
            "0000-5E00-53AF",
            "0000:5e00:53af",
            "00005e-0053af",
            "00005e0053af",
            "00005E0053AF",
            "00:00:5e:00:53:af\0",
            "0000.5e00.53af\0\0",
            "00005e0053af\0",
            "00:00:5e:00:53:af ",
            "0:0:5e:0:53:af",
            "00 00 5e 00 53 af ",
        ] {
            assert_eq!(read(text).usable_mac().unwrap().to_string(), "00:00:5E:00:53:AF", "{text}");
        }
        assert_eq!(read("00:00:00:00:00:00"), PhysAddress::Mac(Mac([0; 6])));
        assert_eq!(read("000000000000"), PhysAddress::Mac(Mac([0; 6])));
        for text in [
            "00:00-5e:00:53:af",
            "00:00:5e:00:53:ag",
            "00:00:5e:00:530:a",
            "00:00:5e:00:53",
            "0000:5e:00:53:af:",
            "0000.5e00.53a",
            "0000.5e00-53af",
            "00005e0053a",
            "00005e0053afa",
            "0:0:5e:0:053:af",
            "::5e::53:af",
            "\u{0}00:00:5e:00:53:af",
            // Four times three digits, and one of twelve groups.
            "000.05e.005.3af",
            "0:0:0:0:5:e:0:0:5:3:a:f",
        ] {
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
