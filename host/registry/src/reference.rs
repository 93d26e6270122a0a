//! References: `ghcr.io/acme/fan-speeds:1.0.0`, and with a digest what never changes.

use std::{fmt, net::IpAddr, str::FromStr};

/// Where a plugin is in which registry. The registry is always written out: there is no default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference(pub(crate) oci_client::Reference);

/// What is written is not a reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a reference of a registry: write its host, a repository and a tag or a digest, such as \
     ghcr.io/acme/fan-speeds:1.0.0"
)]
pub struct InvalidReference(String);

/// Characters of a wrong reference that a message repeats.
const SHOWN: usize = 300;

impl Reference {
    /// Returns the last part of the repository: `fan-speeds` of `ghcr.io/acme/fan-speeds:1.0.0`.
    #[must_use]
    pub fn last_part(&self) -> &str {
        self.0.repository().rsplit('/').next().unwrap_or_default()
    }

    /// Returns the host of the registry, with its port where that is written. Docker's is not called as people write it.
    #[must_use]
    pub fn registry(&self) -> &str {
        self.0.resolve_registry()
    }

    /// Returns the tag: `latest`, where neither tag nor digest is written.
    #[must_use]
    pub fn tag(&self) -> &str {
        self.0.tag().unwrap_or("latest")
    }

    /// Returns the digest, where it is written.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.0.digest()
    }

    /// Returns the same place with the digest that was found there.
    #[must_use]
    pub fn pinned(&self, digest: &str) -> Self {
        let (registry, repository) = (self.0.registry().to_owned(), self.0.repository().to_owned());
        Self(match self.0.tag() {
            Some(tag) => {
                oci_client::Reference::with_tag_and_digest(registry, repository, tag.to_owned(), digest.to_owned())
            }
            None => oci_client::Reference::with_digest(registry, repository, digest.to_owned()),
        })
    }

    /// Whether the registry is on this machine, where plain HTTP leaves no wire.
    pub(crate) fn is_of_this_machine(&self) -> bool {
        let host = self.registry();
        let host = match host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
            _ => host,
        };
        let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for Reference {
    type Err = InvalidReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidReference(text.chars().take(SHOWN).collect());
        let text = text.strip_prefix("oci://").unwrap_or(text);
        // Without a host, docker would take its own registry, where nobody meant to go.
        let (host, rest) = text.split_once('/').ok_or_else(invalid)?;
        if rest.is_empty() || !(host.contains(['.', ':']) || host == "localhost") {
            return Err(invalid());
        }
        let reference: oci_client::Reference = text.parse().map_err(|_| invalid())?;
        if reference.registry() == host { Ok(Self(reference)) } else { Err(invalid()) }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.whole())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = text.parse::<Reference>();
        assert_eq!(read.map_or_else(|_| "invalid".to_owned(), |reference| reference.to_string()), expected);
    }

    #[test]
    fn a_reference_names_its_registry() {
        let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        check("ghcr.io/acme/fan-speeds:1.0.0", "ghcr.io/acme/fan-speeds:1.0.0");
        check("oci://localhost:5000/fans", "localhost:5000/fans:latest");
        check(&format!("ghcr.io/acme/fans@{digest}"), &format!("ghcr.io/acme/fans@{digest}"));
        check(&format!("ghcr.io/acme/fans:1@{digest}"), &format!("ghcr.io/acme/fans:1@{digest}"));
        for wrong in
            ["fans", "acme/fans:1", "./fans.wasm", "ghcr.io/", "https://ghcr.io/a/b", "ghcr.io/Acme/fans", "../x", ""]
        {
            check(wrong, "invalid");
        }
        let reference: Reference = "ghcr.io/acme/fan-speeds:1.0.0".parse().unwrap();
        assert_eq!((reference.last_part(), reference.registry(), reference.digest()), ("fan-speeds", "ghcr.io", None));
        let of_docker: Reference = "docker.io/acme/fans:1".parse().unwrap();
        assert_eq!(
            (of_docker.registry(), of_docker.to_string().as_str()),
            ("index.docker.io", "docker.io/acme/fans:1")
        );
        assert_eq!(reference.pinned(digest).to_string(), format!("ghcr.io/acme/fan-speeds:1.0.0@{digest}"));
    }

    #[test]
    fn plain_http_is_for_this_machine() {
        for (host, expected) in [
            ("localhost", true),
            ("localhost:5000", true),
            ("127.0.0.1:5000", true),
            ("127.9.9.9:1", true),
            ("192.0.2.1:5000", false),
            ("localhost.example.org", false),
            ("ghcr.io", false),
        ] {
            let reference: Reference = format!("{host}/a/b:1").parse().unwrap();
            assert_eq!(reference.is_of_this_machine(), expected, "{host}");
        }
    }
}
