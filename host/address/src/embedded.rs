//! IPv4 addresses inside IPv6 addresses: what a packet reaches in the end may be the IPv4 address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The IPv4 address that an IPv6 address stands for: mapped (RFC 4291 section 2.5.5.2), compatible (section 2.5.5.1),
/// translated (RFC 2765 section 2.1), behind a NAT64 (RFC 6052 section 2.1, RFC 8215) or a 6to4 router (RFC 3056
/// section 2).
pub(crate) fn embedded(addr: Ipv6Addr) -> Option<Ipv4Addr> {
    let join = |high: u16, low: u16| Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    match addr.segments() {
        // The unspecified and the loopback address.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [0x2002, high, low, ..] => join(high, low),
        _ => None,
    }
}

/// The forms under which a rule may know an address: as it is sent to, and the IPv4 address that it stands for.
pub fn forms(addr: IpAddr) -> impl Iterator<Item = IpAddr> + Clone {
    let canonical = addr.to_canonical();
    let inside = match canonical {
        IpAddr::V6(addr) => embedded(addr).map(IpAddr::V4),
        IpAddr::V4(_) => None,
    };
    std::iter::once(canonical).chain(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_the_ipv4_address_that_it_stands_for() {
        let check = |text: &str, expected: &str| {
            let forms: Vec<_> = forms(text.parse().unwrap()).map(|form| form.to_string()).collect();
            assert_eq!(forms.join(" "), expected);
        };
        check("192.0.2.1", "192.0.2.1");
        check("::ffff:192.0.2.1", "192.0.2.1");
        check("::192.0.2.1", "::c000:201 192.0.2.1");
        check("::ffff:0:192.0.2.1", "::ffff:0:c000:201 192.0.2.1");
        check("64:ff9b::192.0.2.1", "64:ff9b::c000:201 192.0.2.1");
        check("64:ff9b:1:7::192.0.2.1", "64:ff9b:1:7::c000:201 192.0.2.1");
        check("2002:c000:201::1", "2002:c000:201::1 192.0.2.1");
        for text in ["::", "::1", "2001:db8::c000:201", "fe80::c000:201"] {
            check(text, text);
        }
    }
}
