//! Why a text is no host.

/// Why a text is no host, and which form is meant. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidHost {
    /// Nothing is there.
    #[error("the host is missing")]
    Empty,
    /// It looks like an IPv4 address: it is a number, has numbers only, or ends in one.
    #[error("invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as 192.0.2.10")]
    V4,
    /// It has colons, and is no IPv6 address.
    #[error("invalid IPv6 address: write it like 2001:db8::1 or fe80::1%eth0, with or without brackets")]
    V6,
    /// What follows `%` is no zone.
    #[error("invalid zone of an IPv6 address: write the interface's name or number, such as fe80::1%eth0")]
    Zone,
    /// Brackets around something else, or only one of them.
    #[error("brackets stand around an IPv6 address only, such as [2001:db8::1]")]
    Brackets,
    /// A port follows.
    #[error("a port does not belong here: write the host alone")]
    Port,
    /// A port follows an IPv6 address that has no brackets.
    #[error("an IPv6 address with a port needs brackets: write it like [2001:db8::1]:161")]
    PortWithoutBrackets,
    /// net-snmp's word for UDP stands before it.
    #[error("`{0}:` does not belong here: write the host without it, since SNMP is sent over UDP anyway")]
    Udp(&'static str),
    /// net-snmp's word for another transport stands before it.
    #[error("`{0}:` is not supported, SNMP is sent over UDP only: write the host without it")]
    Transport(&'static str),
    /// A network, a path or a URL.
    #[error("a slash does not belong here: write one address or one host name, no network and no URL")]
    Slash,
    /// A character that no name has.
    #[error("invalid host name: it has letters, digits, hyphens and underscores, with dots between its parts")]
    Character,
    /// A name in another script.
    #[error("invalid host name: write an internationalized name in ASCII, such as xn--mnchen-3ya.example")]
    NotAscii,
    /// A part is empty, too long, or begins or ends with a hyphen.
    #[error("invalid host name: each part has 1 to 63 characters, and a hyphen only inside")]
    Part,
    /// The last part is a number, as in an address (<https://url.spec.whatwg.org/#ends-in-a-number-checker>).
    #[error("invalid host name: its last part cannot be a number, since it would be read as an address")]
    NumberAtEnd,
    /// The name has more octets than DNS can ask for (RFC 1035 section 2.3.4).
    #[error("invalid host name: it has at most 253 characters")]
    TooLong,
}
