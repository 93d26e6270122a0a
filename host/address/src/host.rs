//! One machine: an address, or a name.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6},
    str::FromStr,
};

use crate::{InvalidHost, name::HostName};

/// One machine. `Display` writes it without brackets; two spellings are one host where [`Host::canonical`] is the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Host {
    /// Four decimal numbers without leading zeros.
    V4(Ipv4Addr),
    /// RFC 4291 section 2.2, perhaps with a zone (RFC 4007 section 11).
    V6(Ipv6Addr, Option<Zone>),
    /// What a resolver knows.
    Name(HostName),
}

/// The interface that an address belongs to, by name or by number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Zone(Box<str>);

/// Characters of a zone. Linux and BSD have 15 for an interface's name, Windows numbers. Beyond, it is none.
const ZONE_CHARS: usize = 32;

impl Host {
    /// The address, without its zone; none of a name. An IPv4 address that is written as IPv6 is one of IPv4.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::V4(addr) => Some((*addr).into()),
            Self::V6(addr, _) => Some(addr.to_canonical()),
            Self::Name(_) => None,
        }
    }

    /// Where to send to, unless only the system knows: the address of a name, and the number of a zone's name.
    #[must_use]
    pub fn socket_addr(&self, port: u16) -> Option<SocketAddr> {
        match self {
            Self::V4(addr) => Some((*addr, port).into()),
            // What is written as IPv6 and is IPv4 is sent to, and remembered, as IPv4.
            Self::V6(addr, None) => Some((addr.to_canonical(), port).into()),
            Self::V6(addr, Some(zone)) => Some(SocketAddrV6::new(*addr, port, 0, zone.number()?).into()),
            Self::Name(_) => None,
        }
    }

    /// The one spelling of this host: IPv4 where it is IPv4, names in lower case.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::V6(addr, _) if addr.to_ipv4_mapped().is_some() => addr.to_canonical().to_string(),
            Self::Name(name) => name.as_str().to_ascii_lowercase(),
            host => host.to_string(),
        }
    }
}

impl Zone {
    /// Zone 0 is the default one, as if there was none (RFC 4007 section 11.2).
    pub(crate) fn is_default(&self) -> bool {
        self.number() == Some(0)
    }

    fn number(&self) -> Option<u32> {
        self.0.parse().ok()
    }
}

impl FromStr for Zone {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        let is_plain = |octet: u8| octet.is_ascii_graphic() && !b"%/[]:\\\"'".contains(&octet);
        let is_number = text.bytes().all(|octet| octet.is_ascii_digit());
        if text.is_empty() || text.len() > ZONE_CHARS || !text.bytes().all(is_plain) {
            return Err(InvalidHost::Zone);
        }
        let zone = Self(text.into());
        if is_number && zone.number().is_none() { Err(InvalidHost::Zone) } else { Ok(zone) }
    }
}

impl FromStr for Host {
    type Err = InvalidHost;

    fn from_str(text: &str) -> Result<Self, InvalidHost> {
        refuse_transport(text)?;
        if let Some(rest) = text.strip_prefix('[') {
            let Some((inside, behind)) = rest.split_once(']') else { return Err(InvalidHost::Brackets) };
            return match behind {
                "" if inside.contains(':') => v6(inside),
                behind if behind.starts_with(':') => Err(InvalidHost::Port),
                _ => Err(InvalidHost::Brackets),
            };
        }
        if text.is_empty() {
            Err(InvalidHost::Empty)
        } else if text.contains('/') {
            Err(InvalidHost::Slash)
        } else if text.contains(':') {
            v6(text).map_err(|error| match text.rsplit_once(':') {
                Some((host, _)) if !host.contains(':') => InvalidHost::Port,
                Some((host, port)) if is_port(port) && !host.ends_with(':') && v6(host).is_ok() => {
                    InvalidHost::PortWithoutBrackets
                }
                _ => error,
            })
        } else if let Ok(addr) = text.parse() {
            Ok(Self::V4(addr))
        } else {
            text.parse().map(Self::Name)
        }
    }
}

/// The transports of net-snmp's addresses (snmpcmd(1), "AGENT SPECIFICATION") that are UDP.
const UDP: [&str; 5] = ["udp", "udp6", "udpv6", "udpipv6", "ipv6"];

/// Its others.
const OTHER_TRANSPORTS: [&str; 20] = [
    "tcp", "tcp6", "tcpv6", "tcpipv6", "tlstcp", "tls", "tlstcp6", "dtlsudp", "dtls", "dtlsudp6", "ssh", "unix",
    "local", "ipx", "aal5pvc", "pvc", "std", "stdout", "callback", "alias",
];

/// `udp:router1` is what net-snmp's tools take. Here it would be a host `udp` whose port is none.
pub(crate) fn refuse_transport(text: &str) -> Result<(), InvalidHost> {
    let Some((word, _)) = text.split_once(':') else { return Ok(()) };
    let among = |words: &[&'static str]| words.iter().copied().find(|known| known.eq_ignore_ascii_case(word));
    match (among(&UDP), among(&OTHER_TRANSPORTS)) {
        (Some(word), _) => Err(InvalidHost::Udp(word)),
        (None, Some(word)) => Err(InvalidHost::Transport(word)),
        (None, None) => Ok(()),
    }
}

fn is_port(digits: &str) -> bool {
    (1..=5).contains(&digits.len()) && digits.bytes().all(|octet| octet.is_ascii_digit())
}

fn v6(text: &str) -> Result<Host, InvalidHost> {
    let (addr, zone) = match text.split_once('%') {
        Some((addr, zone)) => (addr, Some(zone)),
        None => (text, None),
    };
    let addr = addr.parse().map_err(|_| InvalidHost::V6)?;
    Ok(Host::V6(addr, zone.map(Zone::from_str).transpose()?))
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(addr) => addr.fmt(f),
            Self::V6(addr, None) => addr.fmt(f),
            Self::V6(addr, Some(zone)) => write!(f, "{addr}%{zone}"),
            Self::Name(name) => name.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = text.parse::<Host>().map_or_else(|error| format!("{error:?}"), |host| host.to_string());
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn a_host_is_an_address_or_a_name() {
        for text in ["192.0.2.10", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "fe80::1%eth0", "fe80::1%7"] {
            check(text, text);
        }
        check("[2001:DB8:0:0::1]", "2001:db8::1");
        check("[fe80::1%br-lan.100]", "fe80::1%br-lan.100");
        check("::ffff:192.0.2.10", "::ffff:192.0.2.10");
        for text in ["router1", "router1.", "core_1.lab.example", "_snmp._udp.example", "1a.2b", "3com", "0xg", "x0x1"]
        {
            check(text, text);
        }
        check("Router1.Example.NET", "Router1.Example.NET");
        check("xn--mnchen-3ya.example", "xn--mnchen-3ya.example");
    }

    #[test]
    fn what_resolvers_take_for_an_ipv4_address_must_be_one() {
        for text in [
            "127.000.000.010",
            "010.020.030.040",
            "192.0.2.010",
            "0x7f.1",
            "0x7f000001",
            "0X7F.0X0.0X0.0XA",
            "1.0x",
            "0x",
            "127.1",
            "127.0.1",
            "2130706433",
            "017700000012",
            "0",
            "10.",
            "192.0.2.10.",
            "256.0.0.1",
            "1.2.3.4.5",
            "1..2",
            ".1",
            "192.0.2. 10",
            "192.0.2.10 ",
            " 192.0.2.10",
            "192,0,2,10",
            "+127.0.0.1",
            "-1.2.3.4",
            "１２７.０.０.１",
            "127。0。0。1",
            "192.0.2.10%1",
            "%31%32%37.1",
        ] {
            check(text, "V4");
        }
        check("router.10", "NumberAtEnd");
        check("sw1.0x1f", "NumberAtEnd");
    }

    #[test]
    fn what_has_colons_must_be_an_ipv6_address() {
        for text in [
            "::1::",
            "2001:db8:::1",
            "2001:db8",
            "1:2:3",
            "00:11:22:33:44:55",
            "::ffff:127.1",
            "::ffff:192.0.2.010",
            "g::1",
        ] {
            check(text, if text.matches(':').count() == 1 { "Port" } else { "V6" });
        }
        for text in ["fe80::1%", "fe80::1%a b", "fe80::1%4294967296", "fe80::1%a%b", "[fe80::1%]"] {
            check(text, "Zone");
        }
        for text in ["2001:db8:0:0:0:0:0:1:161", "::1:10161", "fe80::1%eth0:161", "::ffff:192.0.2.10:161"] {
            check(text, "PortWithoutBrackets");
        }
        for text in ["[192.0.2.10]", "[router1]", "[::1", "[::1]x", "[]"] {
            check(text, "Brackets");
        }
        check("[10]::1", "Port");
        check("::1]", "V6");
    }

    #[test]
    fn what_else_people_write_is_refused_with_what_is_meant() {
        check("", "Empty");
        for text in ["192.0.2.10:161", "router1:161", "[2001:db8::1]:161", "router1:snmp", ":161"] {
            check(text, "Port");
        }
        for text in ["udp:router1", "udp:192.0.2.10:161", "UDP:router1:161", "udp:161"] {
            check(text, "Udp(\"udp\")");
        }
        check("udp6:[2001:db8::1]:161", "Udp(\"udp6\")");
        check("tcp:router1", "Transport(\"tcp\")");
        check("dtlsudp:[::1]", "Transport(\"dtlsudp\")");
        check("unix:/var/agentx/master", "Transport(\"unix\")");
        check("udp", "udp");
        for text in ["10.0.0.0/8", "http://router1", "2001:db8::/32", "router1/"] {
            check(text, "Slash");
        }
        for text in ["no such host", "router1 ", "user@host", "a\nb", "a%20b", "*.example", "router1\\x", "router1\0"] {
            check(text, "Character");
        }
        for text in ["münchen.example", "ｒouter1", "пример.рф", "router1\u{200b}"] {
            check(text, "NotAscii");
        }
        for text in [".", "..", "a..b", ".a", "-a", "a-", "a.-b.c", "a.b-"] {
            check(text, "Part");
        }
        check(&"x".repeat(64), "Part");
        check(&"x".repeat(63), &"x".repeat(63));
    }

    #[test]
    fn names_have_the_bounds_of_dns() {
        let labels = ["a".repeat(63), "b".repeat(63), "c".repeat(63)].join(".");
        let longest = format!("{labels}.{}", "d".repeat(61));
        assert_eq!(longest.len(), 253);
        check(&longest, &longest);
        check(&format!("{longest}."), &format!("{longest}."));
        check(&format!("{longest}d"), "TooLong");
    }

    #[test]
    fn an_address_needs_no_resolver_unless_its_zone_is_a_name() {
        let check = |text: &str, expected: Option<&str>| {
            let addr = text.parse::<Host>().unwrap().socket_addr(161).map(|addr| addr.to_string());
            assert_eq!(addr.as_deref(), expected, "{text}");
        };
        check("192.0.2.10", Some("192.0.2.10:161"));
        check("[2001:db8::1]", Some("[2001:db8::1]:161"));
        check("fe80::1%7", Some("[fe80::1%7]:161"));
        check("::ffff:192.0.2.10", Some("192.0.2.10:161"));
        check("fe80::1%eth0", None);
        check("router1", None);
    }

    #[test]
    fn spellings_of_one_host_are_one() {
        let check = |texts: &[&str], expected: &str| {
            for text in texts {
                assert_eq!(text.parse::<Host>().unwrap().canonical(), expected, "{text}");
            }
        };
        check(&["192.0.2.10", "::ffff:192.0.2.10", "[::FFFF:c000:20a]"], "192.0.2.10");
        check(&["2001:db8::1", "[2001:DB8:0:0:0:0:0:1]"], "2001:db8::1");
        check(&["router1", "ROUTER1"], "router1");
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_read_again_as_the_same(text in "\\PC{0,40}|[0-9a-fx.:%\\[\\]]{0,20}") {
            if let Ok(host) = text.parse::<Host>() {
                prop_assert_eq!(host.to_string().parse::<Host>(), Ok(host));
            }
        }

        #[test]
        fn what_the_c_library_reads_as_an_address_is_that_address_or_refused(
            text in "(0x?)?[0-9a-f]{0,4}(\\.(0[xX]?)?[0-9a-fA-F]{0,4}){0,4}\\.?"
        ) {
            // By BSD's inet_aton: each part is a number in some base of C.
            let is_number = |part: &str| {
                let hex = part.strip_prefix("0x").or_else(|| part.strip_prefix("0X"));
                hex.map_or_else(
                    || !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit()),
                    |hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()),
                )
            };
            let parts = text.strip_suffix('.').unwrap_or(&text).split('.');
            if parts.clone().all(is_number) {
                match text.parse::<Host>() {
                    Ok(host) => prop_assert_eq!(host.to_string(), text),
                    Err(error) => prop_assert_eq!(error, InvalidHost::V4),
                }
            }
        }
    }
}
