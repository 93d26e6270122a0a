//! What records call a community: the same for the same community, and of no use to those who guess.
//!
//! Communities are short and common, so a digest that anybody can compute gives them away to a list of words. These are
//! keyed with a secret that stays here.

use std::sync::Arc;

use const_hex::encode as hex;
use hmac::{Hmac, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice};
use sha2::Sha256;

/// Octets of the digest that a reference has: two communities of one installation that are called alike are not to be
/// expected.
const REF_OCTETS: usize = 8;

/// Makes references. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct CommunityRefs(Arc<SecretSlice<u8>>);

impl CommunityRefs {
    /// References that stay the same for as long as the secret does, and differ from those under any other.
    #[must_use]
    pub fn new(secret: SecretSlice<u8>) -> Self {
        Self(Arc::new(secret))
    }

    /// The reference to a community: `hmac:` and the first 16 hexadecimal digits of its HMAC-SHA-256 (RFC 2104).
    #[must_use]
    pub fn of(&self, community: &[u8]) -> String {
        // A key of any length is good.
        let Ok(mut digest) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()) else { return "hmac:".to_owned() };
        digest.update(community);
        let digest = digest.finalize().into_bytes();
        format!("hmac:{}", hex(digest.get(..REF_OCTETS).unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs(secret: &str) -> CommunityRefs {
        CommunityRefs::new(secret.as_bytes().to_vec().into())
    }

    #[test]
    fn a_reference_is_a_keyed_digest_of_its_community() {
        // `printf public | openssl dgst -sha256 -hmac 'a secret'`
        assert_eq!(refs("a secret").of(b"public"), "hmac:5ee68e0a87d0c46e");
        assert_ne!(refs("another").of(b"public"), refs("a secret").of(b"public"));
        assert_ne!(refs("a secret").of(b"private"), refs("a secret").of(b"public"));
    }

    #[test]
    fn the_secret_is_not_shown() {
        let shown = format!("{:?}", refs("canary"));
        assert!(!shown.contains("canary") && !shown.contains("[99, 97"), "{shown}");
    }
}
