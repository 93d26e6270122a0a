//! Hosts that can be asked or told something: one machine, and a way to it.
//!
//! Where a socket listens, `0.0.0.0`, `::` or an address without a zone are fine, and in a network so is a multicast
//! address. To send to, they are not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{Host, embedded::forms};

/// Why nothing can be sent to a host. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    /// `0.0.0.0` or `::`.
    #[error(
        "the unspecified address stands for no device: write the device's own address, or 127.0.0.1 for this machine"
    )]
    Unspecified,
    /// `255.255.255.255`.
    #[error("the broadcast address stands for many devices: write the address of one")]
    Broadcast,
    /// RFC 5771 and RFC 4291 section 2.7.
    #[error("a multicast address stands for many devices: write the address of one")]
    Multicast,
    /// A link-local address without an interface (RFC 4007 section 6).
    #[error("a link-local address needs its zone, the interface that leads to it: write it like fe80::1%eth0")]
    NoZone,
    /// The broadcast address of a network that this machine is in (RFC 919 section 7).
    #[error(
        "it is the broadcast address of a network of this host, which stands for many devices: write the address of one"
    )]
    BroadcastOfNetwork,
    /// An interface behind an address that is the same on all of them.
    #[error("only a link-local address (fe80::/10) has a zone: write this one without % and what follows it")]
    Zone,
    /// `::/96` (RFC 4291 section 2.5.5.1), which is what `::1:161` is read as.
    #[error(
        "no device has an address below ::/96: a port needs brackets, such as [::1]:161, and an IPv4 address is \
         written alone"
    )]
    Ipv4Compatible,
}

/// Whether an address, whose zone is another question, stands for one device: an answer of DNS may be `0.0.0.0`. What is
/// IPv4 behind a translator is judged as such.
pub fn check_ip(ip: IpAddr) -> Result<(), NoTarget> {
    forms(ip).try_for_each(|ip| match ip {
        ip if ip.is_unspecified() => Err(NoTarget::Unspecified),
        ip if ip.is_multicast() => Err(NoTarget::Multicast),
        IpAddr::V4(Ipv4Addr::BROADCAST) => Err(NoTarget::Broadcast),
        _ => Ok(()),
    })
}

impl Host {
    /// Whether one device can be asked at this host. Of a name, only its resolver knows.
    pub fn check_target(&self) -> Result<(), NoTarget> {
        self.check_receiver()?;
        self.ip().map_or(Ok(()), check_ip)
    }

    /// Whether a notification can be sent to this host, which may be a multicast group. Of a name, only its resolver
    /// knows.
    pub fn check_receiver(&self) -> Result<(), NoTarget> {
        match (self.ip(), self) {
            (Some(ip), _) if ip.is_unspecified() => Err(NoTarget::Unspecified),
            (Some(IpAddr::V4(Ipv4Addr::BROADCAST)), _) => Err(NoTarget::Broadcast),
            (Some(IpAddr::V4(_)), Self::V6(_, Some(_))) => Err(NoTarget::Zone),
            (Some(IpAddr::V6(addr)), Self::V6(_, zone)) => {
                check_v6(addr, zone.as_ref().is_some_and(|zone| !zone.is_default()))
            }
            _ => Ok(()),
        }
    }

    /// The address and the port that somebody may have meant who wrote an IPv6 address without brackets and behind it
    /// the port of an agent or a receiver, such as `2001:db8::1:161`, which is an address by itself.
    #[must_use]
    pub fn glued_port(&self) -> Option<(Ipv6Addr, u16)> {
        let Self::V6(addr, None) = self else { return None };
        let text = addr.to_string();
        let (before, port) = text.rsplit_once(':').filter(|_| text.contains("::"))?;
        let port = port.parse().ok().filter(|port| GLUED_PORTS.contains(port))?;
        // Of `2001:db8::161` the second colon stays with the address.
        let addr = if before.ends_with(':') { format!("{before}:") } else { before.to_owned() };
        Some((addr.parse().ok()?, port))
    }
}

/// Ports of agents and receivers that people put behind an address, and those of programs that do not run as root. Ports
/// of five digits make no IPv6 address.
const GLUED_PORTS: [u16; 4] = [161, 162, 1_161, 1_162];

fn check_v6(addr: Ipv6Addr, has_zone: bool) -> Result<(), NoTarget> {
    // The scopes of which each link has its own (RFC 4291 sections 2.5.6 and 2.7).
    let is_of_link = addr.is_unicast_link_local() || matches!(addr.segments(), [0xff01 | 0xff02 | 0xff11 | 0xff12, ..]);
    let is_of_site = matches!(addr.segments(), [0xfec0..=0xfeff, ..]);
    match has_zone {
        false if addr.is_unicast_link_local() => Err(NoTarget::NoZone),
        true if !is_of_link && !is_of_site => Err(NoTarget::Zone),
        _ if addr != Ipv6Addr::LOCALHOST && matches!(addr.segments(), [0, 0, 0, 0, 0, 0, ..]) => {
            Err(NoTarget::Ipv4Compatible)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<(), NoTarget>) {
        assert_eq!(text.parse::<Host>().unwrap().check_target(), expected, "{text}");
    }

    #[test]
    fn a_target_is_one_device() {
        for text in [
            "router1",
            "192.0.2.10",
            "127.0.0.1",
            "169.254.0.1",
            "240.0.0.1",
            "::1",
            "2001:db8::1",
            "2001:db8::1:161",
            "::ffff:192.0.2.10",
            "fd00::1",
            "fe80::1%eth0",
            "fe80::1%7",
            "fec0::1%1",
        ] {
            check(text, Ok(()));
        }
        for text in ["0.0.0.0", "::", "::ffff:0.0.0.0"] {
            check(text, Err(NoTarget::Unspecified));
        }
        for text in ["255.255.255.255", "::ffff:255.255.255.255", "64:ff9b::255.255.255.255", "2002:ffff:ffff::1"] {
            check(text, Err(NoTarget::Broadcast));
        }
        for text in ["64:ff9b::0.0.0.0", "2002:0:0::1", "64:ff9b:1::0.0.0.0"] {
            check(text, Err(NoTarget::Unspecified));
        }
        for text in ["64:ff9b::224.0.0.1", "64:ff9b:1::239.0.0.1", "2002:e000:1::1", "::ffff:0:224.0.0.1"] {
            check(text, Err(NoTarget::Multicast));
        }
        // What DNS answers is judged in the same way.
        assert_eq!(check_ip("::224.0.0.1".parse().unwrap()), Err(NoTarget::Multicast));
        assert_eq!(check_ip("::1".parse().unwrap()), Ok(()));
        for text in ["224.0.0.1", "239.255.255.255", "ff02::1%eth0", "ff0e::1", "::ffff:224.0.0.1"] {
            check(text, Err(NoTarget::Multicast));
            assert_eq!(text.parse::<Host>().unwrap().check_receiver(), Ok(()), "{text}");
        }
        for text in ["::1:161", "::192.0.2.10", "::2"] {
            check(text, Err(NoTarget::Ipv4Compatible));
        }
    }

    #[test]
    fn a_zone_belongs_to_an_address_of_a_link() {
        for text in ["fe80::1", "febf::1", "[fe80::1]", "fe80::1%0"] {
            check(text, Err(NoTarget::NoZone));
        }
        for text in ["2001:db8::1%eth0", "::1%lo", "fd00::1%2", "::ffff:192.0.2.10%eth0"] {
            check(text, Err(NoTarget::Zone));
        }
    }

    #[test]
    fn a_port_that_is_glued_to_an_address_is_suspected() {
        let glued =
            |text: &str| text.parse::<Host>().unwrap().glued_port().map(|(addr, port)| format!("[{addr}]:{port}"));
        assert_eq!(glued("2001:db8::1:161").as_deref(), Some("[2001:db8::1]:161"));
        assert_eq!(glued("2001:db8::5:1:1161").as_deref(), Some("[2001:db8::5:1]:1161"));
        assert_eq!(glued("2001:db8:0:7::1162").as_deref(), Some("[2001:db8:0:7::]:1162"));
        for text in ["2001:db8::1", "2001:db8::1:16a", "2001:db8:1:2:3:4:5:161", "192.0.2.10", "router1"] {
            assert_eq!(glued(text), None, "{text}");
        }
    }
}
