//! Kinds of values that networks are described with: addresses, networks, OIDs, communities.

use std::net::SocketAddr;

use address::{Host, parse_network, parse_socket_addr};
use ipnet::IpNet;
use limits::{
    TRAP_COMMUNITY_OCTETS,
    kind::{Kind, Raw, Text, cut, quoted, text},
};
use secrecy::{ExposeSecret as _, SecretString};
use snmp::Oid;

/// An address range.
#[derive(Debug)]
pub(crate) struct Network;

/// The beginning of an OID.
#[derive(Debug)]
pub(crate) struct Prefix;

/// An address of this machine with a port.
#[derive(Debug)]
pub(crate) struct Listen;

/// An address or a name of a machine.
#[derive(Debug)]
pub(crate) struct Machine;

/// A URL, of which nobody may see more than where it leads: the rest may be as good as a password.
#[derive(Debug)]
pub(crate) struct Url;

/// A community, which nobody may see.
#[derive(Debug)]
pub(crate) struct Community;

impl Kind<IpNet> for Network {
    const EXPECTS: &'static str = "a network such as \"10.0.0.0/8\" or \"2001:db8::/32\", or an address";

    fn read(raw: Raw<'_>) -> Result<IpNet, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        parse_network(&text).map_err(|error| format!("expected {}, found {:?}: {error}", Self::EXPECTS, cut(&text)))
    }

    fn write(value: &IpNet) -> Option<String> {
        Some(format!("\"{value}\""))
    }
}

impl Kind<Oid> for Prefix {
    const EXPECTS: &'static str = "the beginning of an OID such as \"1.3.6.1.4.1.9\"";

    fn read(raw: Raw<'_>) -> Result<Oid, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        let oid = text.strip_prefix('.').unwrap_or(&text).parse::<Oid>().ok();
        oid.filter(|oid| !oid.arcs().is_empty())
            .ok_or_else(|| format!("expected {}, found {:?}", Self::EXPECTS, cut(&text)))
    }

    fn write(value: &Oid) -> Option<String> {
        Some(format!("\"{value}\""))
    }
}

impl Kind<SocketAddr> for Listen {
    const EXPECTS: &'static str = "an address with a port such as \"0.0.0.0:162\" or \"[::]:162\"";

    fn read(raw: Raw<'_>) -> Result<SocketAddr, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        parse_socket_addr(&text).map_err(|error| format!("expected {}, found {:?}: {error}", Self::EXPECTS, cut(&text)))
    }

    fn write(value: &SocketAddr) -> Option<String> {
        Some(format!("\"{value}\""))
    }
}

impl Kind<Host> for Machine {
    const EXPECTS: &'static str = "an IP address or a host name";

    fn read(raw: Raw<'_>) -> Result<Host, String> {
        let text = <Text as Kind<String>>::read(raw)?;
        text.parse().map_err(|error| format!("expected {}, found {:?}: {error}", Self::EXPECTS, cut(&text)))
    }

    fn write(value: &Host) -> Option<String> {
        Some(format!("\"{value}\""))
    }
}

impl Kind<SecretString> for Url {
    const EXPECTS: &'static str = "a URL such as \"https://example.net/traps\"";

    fn read(raw: Raw<'_>) -> Result<SecretString, String> {
        match text(raw) {
            Some("") => Err("must not be empty".to_owned()),
            Some(text) => Ok(text.into()),
            None => Err(format!("expected {}", Self::EXPECTS)),
        }
    }

    fn write(value: &SecretString) -> Option<String> {
        let shown = value.expose_secret().split_once("://").map(|(scheme, rest)| {
            let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
            let host = authority.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{}", if path.len() > 1 { "/***" } else { path })
        });
        Some(quoted(shown.as_deref().unwrap_or("***")))
    }
}

impl Kind<SecretString> for Community {
    const EXPECTS: &'static str = "a text";

    fn read(raw: Raw<'_>) -> Result<SecretString, String> {
        let text = text(raw).ok_or_else(|| "expected a text".to_owned())?;
        checked_community(text.into())
    }

    fn write(_: &SecretString) -> Option<String> {
        Some(quoted("***"))
    }
}

/// Refuses a community that no message could hold.
pub(crate) fn checked_community(community: SecretString) -> Result<SecretString, String> {
    match community.expose_secret().len() {
        0 => Err("must not be empty".to_owned()),
        1..=TRAP_COMMUNITY_OCTETS => Ok(community),
        _ => Err(format!("has more than {TRAP_COMMUNITY_OCTETS} octets")),
    }
}
