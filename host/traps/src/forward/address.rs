//! Where receivers are: `host:port`, and the URL of a webhook. Reading a text here is the only check that it gets.

use std::{fmt, str::FromStr};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

/// Octets of an address or a URL. Longer ones are refused.
const MAX_OCTETS: usize = 2_000;

/// A receiver as `host:port`: a name, an IPv4 address, or an IPv6 address in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeerAddress {
    host: String,
    port: u16,
}

/// The text is no `host:port`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPeer {
    /// The port is missing.
    #[error("the port is missing: an address is `host:port`")]
    NoPort,
    /// The port is not a number from 1 to 65535.
    #[error("a port is a number from 1 to 65535")]
    Port,
    /// The host is missing, too long, or has signs that no host has.
    #[error("this is no host: it is a name, an IPv4 address, or an IPv6 address in brackets")]
    Host,
    /// An IPv6 address without brackets, where nobody can tell its end from the port.
    #[error("an IPv6 address stands in brackets: `[2001:db8::1]:514`")]
    Brackets,
}

impl PeerAddress {
    /// The host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl FromStr for PeerAddress {
    type Err = InvalidPeer;

    fn from_str(text: &str) -> Result<Self, InvalidPeer> {
        let (host, port) = text.rsplit_once(':').ok_or(InvalidPeer::NoPort)?;
        let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if bracketed.is_none() && host.contains(':') {
            return Err(if host.starts_with('[') { InvalidPeer::NoPort } else { InvalidPeer::Brackets });
        }
        let is_host = |host: &str| match bracketed {
            // A zone may follow, and only the system knows which there are.
            Some(v6) => v6.split('%').next().is_some_and(|addr| addr.parse::<std::net::Ipv6Addr>().is_ok()),
            None => host.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"-._".contains(&octet)),
        };
        if host.is_empty() || host.len() > 255 || !is_host(host) {
            return Err(InvalidPeer::Host);
        }
        let digits = port.bytes().all(|octet| octet.is_ascii_digit());
        let port = port.parse().ok().filter(|port| digits && *port != 0).ok_or(InvalidPeer::Port)?;
        Ok(Self { host: bracketed.unwrap_or(host).to_owned(), port })
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// The URL of a webhook. Its path, query and user may be as good as a password, so `Debug` and `Display` show the scheme
/// and the host alone.
#[derive(Clone)]
pub struct WebhookUrl {
    whole: SecretString,
    shown: String,
    is_https: bool,
}

/// The text is no URL of a webhook. It is not repeated, since it may hold a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUrl {
    /// It is no URL at all, or too long.
    #[error("this is no URL")]
    Url,
    /// It is a URL of something else.
    #[error("a webhook's URL begins with `http://` or `https://`")]
    Scheme,
    /// It names no host.
    #[error("the URL names no host")]
    Host,
}

impl WebhookUrl {
    /// Whether it is reached over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// The URL itself.
    pub(super) fn expose(&self) -> &str {
        self.whole.expose_secret()
    }

    /// A text that others wrote, without what may be secret in the URL.
    pub(super) fn scrub(&self, text: &str) -> String {
        let Ok(url) = Url::parse(self.expose()) else { return String::new() };
        let query = url.query().unwrap_or_default();
        let both = format!("{}?{query}", url.path());
        let parts = [self.expose(), &both, url.path(), query, url.password().unwrap_or_default(), url.username()];
        let secrets = parts.into_iter().filter(|part| part.len() > 1);
        secrets.fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
    }
}

impl FromStr for WebhookUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        if text.len() > MAX_OCTETS {
            return Err(InvalidUrl::Url);
        }
        let url = Url::parse(text).map_err(|_| InvalidUrl::Url)?;
        let is_https = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(InvalidUrl::Scheme),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(InvalidUrl::Host)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let shown = format!("{}://{host}{port}", url.scheme());
        Ok(Self { whole: text.to_owned().into(), shown, is_https })
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl({}/…)", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: FromStr + fmt::Display>(text: &str, expected: &str)
    where
        T::Err: fmt::Display,
    {
        let read = match text.parse::<T>() {
            Ok(read) => read.to_string(),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn an_address_is_a_host_and_a_port() {
        for text in ["192.0.2.1:514", "[2001:db8::1]:6514", "[fe80::1%eth0]:162", "log.example.net:514", "log_1:1"] {
            check::<PeerAddress>(text, text);
        }
        assert_eq!("[2001:db8::1]:6514".parse::<PeerAddress>().unwrap().host(), "2001:db8::1");
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        check::<PeerAddress>("log.example.net", "error: the port is missing: an address is `host:port`");
        check::<PeerAddress>("[2001:db8::1]", "error: the port is missing: an address is `host:port`");
        check::<PeerAddress>("2001:db8::1", "error: an IPv6 address stands in brackets: `[2001:db8::1]:514`");
        for port in ["", "0", "65536", "+1", "syslog"] {
            check::<PeerAddress>(&format!("log:{port}"), "error: a port is a number from 1 to 65535");
        }
        for host in ["", "a b", "[192.0.2.1]", "user@log", "udp//log"] {
            let expected = "error: this is no host: it is a name, an IPv4 address, or an IPv6 address in brackets";
            check::<PeerAddress>(&format!("{host}:514"), expected);
        }
    }

    #[test]
    fn a_url_shows_its_host_alone() {
        check::<WebhookUrl>(
            "https://user:pass@hooks.example.net:8443/T0/secret?key=x",
            "https://hooks.example.net:8443",
        );
        let url: WebhookUrl = "https://user:pass@hooks.example.net/T0/secret?key=xyz".parse().unwrap();
        assert_eq!(format!("{url:?}"), "WebhookUrl(https://hooks.example.net/…)");
        assert_eq!(url.scrub("no route /T0/secret?key=xyz for user, key=xyz"), "no route … for …, …");
    }

    #[test]
    fn what_is_no_url_of_a_webhook_is_refused_and_not_repeated() {
        check::<WebhookUrl>("hooks.example.net/secret", "error: this is no URL");
        check::<WebhookUrl>("ftp://example.net/secret", "error: a webhook's URL begins with `http://` or `https://`");
        check::<WebhookUrl>("https://", "error: this is no URL");
        check::<WebhookUrl>(&format!("https://a/{}", "a".repeat(2_000)), "error: this is no URL");
    }
}
