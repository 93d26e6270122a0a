//! Where receivers are: `host:port`, and the URL of a webhook. Reading a text here is the only check that it gets.

use std::{fmt, str::FromStr};

use address::{Host, HostPort, InvalidHost, InvalidHostPort, NoTarget};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

/// Octets of an address or a URL. Longer ones are refused.
const MAX_OCTETS: usize = 2_000;

/// A receiver as `host:port`: a name, an IPv4 address, or an IPv6 address in brackets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeerAddress {
    host: Host,
    port: u16,
}

/// The text is no `host:port`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPeer {
    /// The port is missing.
    #[error("the port is missing: an address is `host:port`")]
    NoPort,
    /// An IPv6 address without brackets, where nobody can tell its end from the port.
    #[error("an IPv6 address stands in brackets: `[2001:db8::1]:514`")]
    Brackets,
    /// The host or the port is none.
    #[error(transparent)]
    Invalid(#[from] InvalidHostPort),
    /// Nothing can be sent to the host.
    #[error(transparent)]
    NoTarget(#[from] NoTarget),
}

impl PeerAddress {
    /// The host.
    #[must_use]
    pub fn host(&self) -> &Host {
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
        let HostPort { host, port } = text.parse()?;
        host.check_receiver()?;
        match (port, &host) {
            (Some(port), _) => Ok(Self { host, port }),
            (None, Host::V6(..)) if !text.starts_with('[') => Err(InvalidPeer::Brackets),
            (None, _) => Err(InvalidPeer::NoPort),
        }
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        HostPort { host: self.host.clone(), port: Some(self.port) }.fmt(f)
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
    #[error("not a valid URL")]
    Url,
    /// It is a URL of something else.
    #[error("a webhook's URL begins with `http://` or `https://`")]
    Scheme,
    /// It names no host.
    #[error("the URL names no host")]
    Host,
    /// Its host is none, or would be read as another one.
    #[error(transparent)]
    InvalidHost(#[from] InvalidHost),
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
        check_host(text, host)?;
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let shown = format!("{}://{host}{port}", url.scheme());
        Ok(Self { whole: text.to_owned().into(), shown, is_https })
    }
}

/// Refuses a URL whose host is another one than the text says: by the URL standard `http://010.1/` leads to 8.0.0.1.
///
/// A name may be written in any script, since the standard says what it is in ASCII.
fn check_host(text: &str, found: &str) -> Result<(), InvalidUrl> {
    if !matches!(found.parse()?, Host::V4(_)) {
        return Ok(());
    }
    let (_, rest) = text.split_once("://").ok_or(InvalidUrl::Url)?;
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    if host == found { Ok(()) } else { Err(InvalidHost::V4.into()) }
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
        check::<PeerAddress>("224.0.0.1:514", "224.0.0.1:514");
        for text in ["0.0.0.0:514", "[::]:514", "255.255.255.255:162", "[fe80::1]:162", "[2001:db8::1%eth0]:162"] {
            assert!(matches!(text.parse::<PeerAddress>(), Err(InvalidPeer::NoTarget(_))), "{text}");
        }
        assert_eq!("[2001:db8::1]:6514".parse::<PeerAddress>().unwrap().host().to_string(), "2001:db8::1");
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        check::<PeerAddress>("log.example.net", "error: the port is missing: an address is `host:port`");
        check::<PeerAddress>("[2001:db8::1]", "error: the port is missing: an address is `host:port`");
        check::<PeerAddress>("2001:db8::1", "error: an IPv6 address stands in brackets: `[2001:db8::1]:514`");
        for port in ["", "0", "65536", "+1", "syslog"] {
            check::<PeerAddress>(&format!("log:{port}"), "error: invalid port: it is a number from 1 to 65535");
        }
        let v4 = "error: invalid IPv4 address: write four decimal numbers from 0 to 255 without leading zeros, such as \
                  192.0.2.10";
        for host in ["127.000.000.010", "127.1", "0x7f.1", "2130706433"] {
            check::<PeerAddress>(&format!("{host}:514"), v4);
        }
        check::<PeerAddress>(":514", "error: the host is missing");
        let name =
            "error: invalid host name: it has letters, digits, hyphens and underscores, with dots between its parts";
        check::<PeerAddress>("a b:514", name);
        check::<PeerAddress>("user@log:514", name);
        let brackets = "error: brackets stand around an IPv6 address only, such as [2001:db8::1]";
        check::<PeerAddress>("[192.0.2.1]:514", brackets);
    }

    #[test]
    fn a_url_leads_to_the_host_that_is_written_there() {
        for host in [
            "192.0.2.1",
            "[2001:db8::1]",
            "[::ffff:192.0.2.1]",
            "hooks.example.net",
            "user:pass@192.0.2.1",
            "192.0.2.1:8080",
        ] {
            assert!(format!("http://{host}/T0?a=@b").parse::<WebhookUrl>().is_ok(), "{host}");
        }
        check::<WebhookUrl>("https://münchen.example/", "https://xn--mnchen-3ya.example");
        for host in [
            "127.000.000.010",
            "0x7f.1",
            "127.1",
            "2130706433",
            "%31%32%37.1",
            "１２７.0.0.1",
            "127.0.0.1.",
            "192.0.2.1@127.1",
            "127.1:8080",
            "127.0.\t0.1",
        ] {
            let read = format!("http://{host}/192.0.2.1").parse::<WebhookUrl>().map_err(|error| error.to_string());
            assert_eq!(read.unwrap_err(), InvalidHost::V4.to_string(), "{host}");
        }
        assert!("http:127.1/".parse::<WebhookUrl>().is_err() && "http:\\\\127.1/".parse::<WebhookUrl>().is_err());
        assert!("http://a..b/".parse::<WebhookUrl>().is_err());
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
        check::<WebhookUrl>("hooks.example.net/secret", "error: not a valid URL");
        check::<WebhookUrl>("ftp://example.net/secret", "error: a webhook's URL begins with `http://` or `https://`");
        check::<WebhookUrl>("https://", "error: not a valid URL");
        check::<WebhookUrl>(&format!("https://a/{}", "a".repeat(2_000)), "error: not a valid URL");
    }
}
