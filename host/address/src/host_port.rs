//! A host with or without a port: `router1`, `192.0.2.10:161`, `[2001:db8::1]:161`.

use std::{fmt, net::SocketAddr, str::FromStr};

use crate::{Host, InvalidHost, host::refuse_transport};

/// A host, and a port where one is written. An IPv6 address with a port stands in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPort {
    /// The host.
    pub host: Host,
    /// The port, never 0.
    pub port: Option<u16>,
}

/// Why a text is no host with or without a port. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHostPort {
    /// The host is none.
    #[error(transparent)]
    Host(#[from] InvalidHost),
    /// The port is none.
    #[error("invalid port: it is a number from 1 to 65535")]
    Port,
}

/// Why a text is no address with a port. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSocketAddr {
    /// Its host or its port is none.
    #[error(transparent)]
    Invalid(#[from] InvalidHostPort),
    /// A name, or a zone that is one, which only the system could look up.
    #[error("write an address and no name, such as 192.0.2.10:161 or [2001:db8::1]:161")]
    Name,
    /// The port is missing, or the brackets in front of it.
    #[error("the port is missing")]
    NoPort,
}

/// Reads an address with a port, which may be 0: `192.0.2.10:161`, `[2001:db8::1]:161`, `[fe80::1%7]:161`.
pub fn parse_socket_addr(text: &str) -> Result<SocketAddr, InvalidSocketAddr> {
    if let Ok(addr) = text.parse() {
        return Ok(addr);
    }
    let HostPort { host, port } = text.parse()?;
    match (port, host) {
        (_, Host::Name(_)) => Err(InvalidSocketAddr::Name),
        (None, _) => Err(InvalidSocketAddr::NoPort),
        (Some(port), host) => host.socket_addr(port).ok_or(InvalidSocketAddr::Name),
    }
}

impl FromStr for HostPort {
    type Err = InvalidHostPort;

    fn from_str(text: &str) -> Result<Self, InvalidHostPort> {
        refuse_transport(text)?;
        let (host, port) = split(text);
        let port = port.map(|digits| parse_port(digits).ok_or(InvalidHostPort::Port)).transpose();
        // Of two mistakes the first one is told.
        Ok(Self { host: host.parse()?, port: port? })
    }
}

/// With a second colon outside of brackets it is an IPv6 address, which has no port without them.
fn split(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn parse_port(digits: &str) -> Option<u16> {
    let is_decimal = digits.bytes().all(|octet| octet.is_ascii_digit());
    digits.parse().ok().filter(|port| is_decimal && *port != 0)
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.host, self.port) {
            (Host::V6(..), Some(port)) => write!(f, "[{}]:{port}", self.host),
            (host, Some(port)) => write!(f, "{host}:{port}"),
            (host, None) => host.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = text.parse::<HostPort>().map_or_else(|error| format!("{error:?}"), |read| read.to_string());
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn a_host_may_carry_its_port() {
        for text in ["router1", "router1:1161", "192.0.2.10:1161", "2001:db8::1", "[fe80::1%eth0]:1161"] {
            check(text, text);
        }
        check("[2001:db8::1]", "2001:db8::1");
    }

    #[test]
    fn an_address_to_listen_on_is_no_name_and_has_a_port() {
        let check = |text: &str, expected: &str| {
            let read = parse_socket_addr(text).map_or_else(|error| format!("{error:?}"), |addr| addr.to_string());
            assert_eq!(read, expected, "{text:?}");
        };
        for text in ["0.0.0.0:162", "127.0.0.1:0", "[::]:162", "[fe80::1%7]:162"] {
            check(text, text);
        }
        for text in ["127.000.000.001:162", "127.1:162", "0x7f.1:162", "2130706433:162"] {
            check(text, "Invalid(Host(V4))");
        }
        check("udp:162", "Invalid(Host(Udp(\"udp\")))");
        check("localhost:162", "Name");
        check("[fe80::1%eth0]:162", "Name");
        check("192.0.2.10", "NoPort");
        check("::1", "NoPort");
        check("192.0.2.10:70000", "Invalid(Port)");
    }

    #[test]
    fn what_is_wrong_is_the_host_or_the_port() {
        for text in ["router1:snmp", "router1:70000", "router1:0", "router1:", "router1:+1", "[::1]:x"] {
            check(text, "Port");
        }
        check("127.1:161", "Host(V4)");
        check("010.0.0.1:0", "Host(V4)");
        check("[::1", "Host(Brackets)");
        check("[::1]161", "Host(Brackets)");
        check("[127.0.0.1]:161", "Host(Brackets)");
        check(":161", "Host(Empty)");
        check("http://router1:161", "Host(Slash)");
        check("1:2:3", "Host(V6)");
        check("::1:70000", "Host(PortWithoutBrackets)");
        check("fe80::1%eth0:161", "Host(PortWithoutBrackets)");
        check("udp:router1", "Host(Udp(\"udp\"))");
        check("udp:161", "Host(Udp(\"udp\"))");
        check("tcp6:[2001:db8::1]:161", "Host(Transport(\"tcp6\"))");
    }
}
