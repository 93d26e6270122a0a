//! From passwords to keys (RFC 3414 section 2.6 and appendix A.2), and from short keys to long ones.
//!
//! Pure and slow: each password costs a hash over one mebibyte, about a millisecond, and Reeder's extension costs one
//! more for each piece. What comes out of here is wiped when it is dropped.

use std::{fmt, iter};

use md5::Md5;
use sha1::Sha1;
use sha2::{
    Sha224, Sha256, Sha384, Sha512,
    digest::{Digest, Output},
};
use zeroize::Zeroizing;

use super::{AuthProtocol, EngineId, PrivProtocol};

/// Octets that are a key. Wiped when dropped.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// The key of a password, before it belongs to an engine (Ku, RFC 3414 appendix A.2). Slow.
    pub(crate) fn of_password(auth: AuthProtocol, password: &[u8]) -> Self {
        // The password again and again; in pieces of some, since one at a time would cost more than its hash.
        let piece = Zeroizing::new(password.repeat(64));
        let pieces = PASSWORD_STREAM_OCTETS.checked_div(piece.len()).unwrap_or(0);
        let rest = PASSWORD_STREAM_OCTETS.checked_rem(piece.len()).unwrap_or(0);
        let rest = piece.get(..rest).unwrap_or_default();
        hash(auth, iter::repeat_n(&piece[..], pieces).chain([rest]))
    }

    /// The key at one engine (Kul, RFC 3414 section 2.6).
    pub(crate) fn localised(&self, auth: AuthProtocol, engine_id: &EngineId) -> Self {
        hash(auth, [self.octets(), engine_id.octets(), self.octets()])
    }

    /// The key for a privacy protocol at one engine, as long as the protocol wants it.
    /// Slow where [`needs_reeder`] says so.
    pub(crate) fn for_privacy(&self, auth: AuthProtocol, privacy: PrivProtocol, engine_id: &EngineId) -> Self {
        let mut key = self.localised(auth, engine_id);
        let mut link = key.clone();
        while key.octets().len() < key_octets(privacy) {
            link = match extension(privacy) {
                // The key so far, hashed (draft-blumenthal-aes-usm-04 section 3.1.2.1).
                Extension::Blumenthal => hash(auth, [key.octets()]),
                // The last piece as if it were a password (draft-reeder-snmpv3-usm-3desede-00 section 2.1).
                Extension::Reeder => Self::of_password(auth, link.octets()).localised(auth, engine_id),
            };
            key.0.extend_from_slice(link.octets());
        }
        key.0.truncate(key_octets(privacy));
        key
    }

    /// A key of these octets.
    #[cfg(test)]
    pub(crate) fn of_octets(octets: &[u8]) -> Self {
        Self(Zeroizing::new(octets.to_vec()))
    }

    /// The octets.
    pub(crate) fn octets(&self) -> &[u8] {
        &self.0
    }
}

/// Whether these protocols need Reeder's extension, which makes even localisation slow.
pub(crate) fn needs_reeder(auth: AuthProtocol, privacy: PrivProtocol) -> bool {
    extension(privacy) == Extension::Reeder && digest_octets(auth) < key_octets(privacy)
}

/// How a key is made longer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extension {
    Blumenthal,
    Reeder,
}

/// How many octets of password are hashed (RFC 3414 appendix A.2).
const PASSWORD_STREAM_OCTETS: usize = 1 << 20;

/// The longest digest before the longest key is complete, and one digest more: keys never move while they grow, since
/// what they leave behind would not be wiped.
const KEY_CAPACITY: usize = 128;

fn extension(privacy: PrivProtocol) -> Extension {
    use PrivProtocol::{
        Aes128, Aes192Blumenthal, Aes192Reeder, Aes256Blumenthal, Aes256Reeder, Des, TripleDesBlumenthal,
        TripleDesReeder,
    };
    match privacy {
        TripleDesReeder | Aes192Reeder | Aes256Reeder => Extension::Reeder,
        // The shortest digest is long enough for DES and AES-128.
        Des | Aes128 | TripleDesBlumenthal | Aes192Blumenthal | Aes256Blumenthal => Extension::Blumenthal,
    }
}

/// How long a key is; for DES and 3DES with the eight octets of the pre-IV.
fn key_octets(privacy: PrivProtocol) -> usize {
    match privacy {
        PrivProtocol::Des | PrivProtocol::Aes128 => 16,
        PrivProtocol::Aes192Reeder | PrivProtocol::Aes192Blumenthal => 24,
        PrivProtocol::TripleDesReeder
        | PrivProtocol::TripleDesBlumenthal
        | PrivProtocol::Aes256Reeder
        | PrivProtocol::Aes256Blumenthal => 32,
    }
}

fn digest_octets(auth: AuthProtocol) -> usize {
    match auth {
        AuthProtocol::Md5 => 16,
        AuthProtocol::Sha1 => 20,
        AuthProtocol::Sha224 => 28,
        AuthProtocol::Sha256 => 32,
        AuthProtocol::Sha384 => 48,
        AuthProtocol::Sha512 => 64,
    }
}

fn hash<'a>(auth: AuthProtocol, parts: impl IntoIterator<Item = &'a [u8]>) -> Key {
    match auth {
        AuthProtocol::Md5 => hash_with::<Md5>(parts),
        AuthProtocol::Sha1 => hash_with::<Sha1>(parts),
        AuthProtocol::Sha224 => hash_with::<Sha224>(parts),
        AuthProtocol::Sha256 => hash_with::<Sha256>(parts),
        AuthProtocol::Sha384 => hash_with::<Sha384>(parts),
        AuthProtocol::Sha512 => hash_with::<Sha512>(parts),
    }
}

fn hash_with<'a, D: Digest>(parts: impl IntoIterator<Item = &'a [u8]>) -> Key {
    let mut digest = D::new();
    for part in parts {
        digest.update(part);
    }
    let mut octets = Zeroizing::new(Vec::with_capacity(KEY_CAPACITY));
    octets.resize(<D as Digest>::output_size(), 0);
    // Straight to where it is wiped.
    digest.finalize_into(Output::<D>::from_mut_slice(&mut octets));
    Key(octets)
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    fn engine() -> EngineId {
        "000000000000000000000002".parse().unwrap()
    }

    /// A password's key, and the same at the RFC's engine.
    #[track_caller]
    fn check(auth: AuthProtocol, password: &str, key: &str, localised: &str) {
        let made = Key::of_password(auth, password.as_bytes());
        assert_eq!((hex(made.octets()), hex(made.localised(auth, &engine()).octets())), (key.into(), localised.into()));
    }

    #[test]
    fn passwords_become_the_keys_of_rfc_3414_a3() {
        let (key, localised) = ("9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b");
        check(AuthProtocol::Md5, "maplesyrup", key, localised);
        let localised = "6695febc9288e36282235fc7151f128497b38f3f";
        check(AuthProtocol::Sha1, "maplesyrup", "9fb5cc0381497b3793528939ff788d5d79145211", localised);
    }

    #[test]
    fn passwords_become_the_keys_of_rfc_3414_a5() {
        let (key, localised) = ("01add273107c4e596b4b00f82b1d42a7", "87021d7bd9d101ba05ea6e3bf9d9bd4a");
        check(AuthProtocol::Md5, "newsyrup", key, localised);
        let localised = "78e2dcce79d59403b58c1bbaa5bff46391f1cd25";
        check(AuthProtocol::Sha1, "newsyrup", "3a51a6d736aa347b83dc4a87e3e55ee4d698ac71", localised);
        let key = Key::of_password(AuthProtocol::Sha1, b"newsyrup");
        let des = key.for_privacy(AuthProtocol::Sha1, PrivProtocol::Des, &engine());
        assert_eq!(hex(des.octets()), "78e2dcce79d59403b58c1bbaa5bff463");
    }

    /// draft-reeder-snmpv3-usm-3desede-00 appendix B gives these two.
    #[test]
    fn keys_for_3des_are_those_of_reeders_draft() {
        #[track_caller]
        fn check(auth: AuthProtocol, expected: &str) {
            let key = Key::of_password(auth, b"maplesyrup");
            let key = key.for_privacy(auth, PrivProtocol::TripleDesReeder, &engine());
            assert_eq!(hex(key.octets()), expected);
        }
        check(AuthProtocol::Md5, "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12");
        check(AuthProtocol::Sha1, "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c");
    }

    #[test]
    fn a_privacy_key_is_as_long_as_its_protocol_wants_whatever_the_digest_is() {
        for auth in AuthProtocol::ALL {
            let master = Key::of_password(auth, b"privpass-1234");
            for privacy in PrivProtocol::ALL {
                let key = master.for_privacy(auth, privacy, &engine());
                assert_eq!(key.octets().len(), key_octets(privacy), "{auth} {privacy}");
            }
        }
    }

    #[test]
    fn blumenthals_key_for_3des_is_the_one_for_aes_256() {
        for auth in AuthProtocol::ALL {
            let master = Key::of_password(auth, b"privpass-1234");
            let key = |privacy| hex(master.for_privacy(auth, privacy, &engine()).octets());
            assert_eq!(key(PrivProtocol::TripleDesBlumenthal), key(PrivProtocol::Aes256Blumenthal), "{auth}");
        }
    }

    #[test]
    fn a_digest_that_is_long_enough_needs_no_extension() {
        assert!(needs_reeder(AuthProtocol::Md5, PrivProtocol::Aes256Reeder));
        assert!(needs_reeder(AuthProtocol::Sha224, PrivProtocol::TripleDesReeder));
        assert!(!needs_reeder(AuthProtocol::Sha256, PrivProtocol::Aes256Reeder));
        assert!(!needs_reeder(AuthProtocol::Md5, PrivProtocol::Aes256Blumenthal));
        assert!(!needs_reeder(AuthProtocol::Md5, PrivProtocol::Des));
        for auth in AuthProtocol::ALL {
            assert_eq!(hash(auth, []).octets().len(), digest_octets(auth));
        }
    }
}
