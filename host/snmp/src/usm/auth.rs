//! Signs messages and checks signatures (RFC 3414 sections 6 and 7, RFC 7860).
//!
//! The key is put into the HMAC once; a message then costs a copy of that state and one pass over its octets, the
//! digest's own place read as zeros. Digests have exactly their protocol's length and are compared in constant time.

use std::{fmt, hint, ops::Range};

use hmac::{
    Hmac, Mac,
    digest::{KeyInit, OutputSizeUser, generic_array::GenericArray},
};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;

use super::{AuthProtocol, key::Key};

/// Signs with one key, and checks what was signed with it.
pub struct Authenticator(Keyed);

#[derive(Clone)]
enum Keyed {
    Md5(Hmac<Md5>),
    Sha1(Hmac<Sha1>),
    Sha224(Hmac<Sha224>),
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

/// The longest digest of any protocol.
const MAX_DIGEST_OCTETS: usize = 48;

impl Authenticator {
    /// Signs with a localised key.
    pub(crate) fn new(protocol: AuthProtocol, key: &Key) -> Self {
        let key = key.octets();
        Self(match protocol {
            AuthProtocol::Md5 => Keyed::Md5(keyed(key)),
            AuthProtocol::Sha1 => Keyed::Sha1(keyed(key)),
            AuthProtocol::Sha224 => Keyed::Sha224(keyed(key)),
            AuthProtocol::Sha256 => Keyed::Sha256(keyed(key)),
            AuthProtocol::Sha384 => Keyed::Sha384(keyed(key)),
            AuthProtocol::Sha512 => Keyed::Sha512(keyed(key)),
        })
    }

    /// How long its digests are.
    #[must_use]
    pub fn digest_octets(&self) -> usize {
        match self.0 {
            Keyed::Md5(_) | Keyed::Sha1(_) => 12,
            Keyed::Sha224(_) => 16,
            Keyed::Sha256(_) => 24,
            Keyed::Sha384(_) => 32,
            Keyed::Sha512(_) => 48,
        }
    }

    /// Writes the digest of the whole message to its place in it.
    pub fn sign(&self, message: &mut [u8], place: Range<usize>) {
        let digest = self.digest(message, &place);
        if let Some(place) = message.get_mut(place) {
            place.iter_mut().zip(digest).for_each(|(octet, digest)| *octet = digest);
        }
    }

    /// Whether what stands at `place` is the digest of the whole message.
    #[must_use]
    pub fn verify(&self, message: &[u8], place: Range<usize>) -> bool {
        let expected = self.digest(message, &place);
        let expected = expected.get(..self.digest_octets()).unwrap_or_default();
        // Unequal lengths are unequal.
        message.get(place).is_some_and(|found| expected.ct_eq(found).into())
    }

    /// The digest of a message that has zeros at `place`, and zeros behind the digest.
    fn digest(&self, message: &[u8], place: &Range<usize>) -> [u8; MAX_DIGEST_OCTETS] {
        let zeros = [0; MAX_DIGEST_OCTETS];
        let parts = [
            message.get(..place.start).unwrap_or_default(),
            zeros.get(..place.len()).unwrap_or_default(),
            message.get(place.end..).unwrap_or_default(),
        ];
        match &self.0 {
            Keyed::Md5(keyed) => digest_with(keyed, parts),
            Keyed::Sha1(keyed) => digest_with(keyed, parts),
            Keyed::Sha224(keyed) => digest_with(keyed, parts),
            Keyed::Sha256(keyed) => digest_with(keyed, parts),
            Keyed::Sha384(keyed) => digest_with(keyed, parts),
            Keyed::Sha512(keyed) => digest_with(keyed, parts),
        }
    }
}

fn keyed<M: Mac + KeyInit>(key: &[u8]) -> M {
    #[expect(clippy::expect_used, reason = "HMAC is defined for every length of key")]
    <M as Mac>::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn digest_with<M: Mac + Clone + OutputSizeUser>(keyed: &M, parts: [&[u8]; 3]) -> [u8; MAX_DIGEST_OCTETS] {
    let mut mac = keyed.clone();
    for part in parts {
        mac.update(part);
    }
    let whole: GenericArray<u8, M::OutputSize> = mac.finalize().into_bytes();
    let mut digest = [0; MAX_DIGEST_OCTETS];
    digest.iter_mut().zip(whole).for_each(|(octet, whole)| *octet = whole);
    digest
}

impl Drop for Authenticator {
    fn drop(&mut self) {
        // A keyed state is as good as its key. The library cannot wipe it: it is written over with another, and the
        // compiler may not assume that nobody looks.
        match &mut self.0 {
            Keyed::Md5(state) => *state = keyed(&[]),
            Keyed::Sha1(state) => *state = keyed(&[]),
            Keyed::Sha224(state) => *state = keyed(&[]),
            Keyed::Sha256(state) => *state = keyed(&[]),
            Keyed::Sha384(state) => *state = keyed(&[]),
            Keyed::Sha512(state) => *state = keyed(&[]),
        }
        hint::black_box(&mut self.0);
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest of "Hi There" with a key of as many 0x0b as the RFC has.
    #[track_caller]
    fn check(protocol: AuthProtocol, key_octets: usize, expected: &str) {
        let authenticator = Authenticator::new(protocol, &Key::of_octets(&vec![0x0b; key_octets]));
        let digest = authenticator.digest(b"Hi There", &(0..0));
        let digest: String =
            digest[..authenticator.digest_octets()].iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(digest, expected);
    }

    #[test]
    fn digests_are_those_of_rfc_2202_and_rfc_4231_cut_to_their_lengths() {
        check(AuthProtocol::Md5, 16, "9294727a3638bb1c13f48ef8");
        check(AuthProtocol::Sha1, 20, "b617318655057264e28bc0b6");
        check(AuthProtocol::Sha224, 20, "896fb1128abbdf196832107cd49df33f");
        check(AuthProtocol::Sha256, 20, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da7");
        check(AuthProtocol::Sha384, 20, "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c");
        let sha512 = "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4";
        check(AuthProtocol::Sha512, 20, sha512);
    }

    #[test]
    fn what_stood_at_the_digests_place_does_not_matter_to_it() {
        let authenticator = Authenticator::new(AuthProtocol::Sha256, &Key::of_octets(&[7; 32]));
        let mut message = [1; 60];
        authenticator.sign(&mut message, 10..34);
        assert!(authenticator.verify(&message, 10..34));
        assert!(message[..10].iter().chain(&message[34..]).all(|octet| *octet == 1));
    }

    #[test]
    fn a_digest_of_another_length_or_outside_the_message_is_wrong() {
        let authenticator = Authenticator::new(AuthProtocol::Md5, &Key::of_octets(&[7; 16]));
        let mut message = [1; 40];
        authenticator.sign(&mut message, 28..40);
        assert!(authenticator.verify(&message, 28..40));
        for place in [28..28, 28..39, 28..44, 40..52, 60..72, 0..40] {
            assert!(!authenticator.verify(&message, place.clone()), "{place:?}");
        }
    }
}
