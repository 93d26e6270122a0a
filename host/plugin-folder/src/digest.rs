//! Digests of components: `sha256:` and 64 hexadecimal digits, as registries write them.

use std::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};

/// The SHA-256 digest of a plugin's file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Digest(String);

/// What is written is not a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: write sha256: and 64 hexadecimal digits")]
pub struct InvalidDigest;

const ALGORITHM: &str = "sha256:";

impl Digest {
    /// Returns the digest of these octets.
    #[must_use]
    pub fn of(octets: &[u8]) -> Self {
        Self(format!("{ALGORITHM}{:x}", Sha256::digest(octets)))
    }

    /// Returns it as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the twelve digits that are enough for people to tell plugins apart.
    #[must_use]
    pub fn short(&self) -> &str {
        let digits = self.0.strip_prefix(ALGORITHM).unwrap_or(&self.0);
        digits.get(..12).unwrap_or(digits)
    }
}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.to_ascii_lowercase();
        let digits = text.strip_prefix(ALGORITHM).ok_or(InvalidDigest)?;
        if digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            Ok(Self(text))
        } else {
            Err(InvalidDigest)
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_sha256sum_in_either_case() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!((Digest::of(b"").as_str(), Digest::of(b"").short()), (empty, "e3b0c44298fc"));
        assert_eq!(empty.to_uppercase().parse(), Ok(Digest::of(b"")));
        for wrong in ["", "sha256:", &empty[..70], &format!("{empty}0"), &empty.replace('e', "g"), &empty[7..]] {
            assert_eq!(wrong.parse::<Digest>(), Err(InvalidDigest), "{wrong}");
        }
    }
}
