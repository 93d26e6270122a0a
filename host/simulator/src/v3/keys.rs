//! From passwords to the keys of one user at one engine (RFC 3414 section 2.6 and appendix A.2).
//!
//! A password is hashed once, to a megabyte of itself; the result is localised for each engine id. Where a hash is
//! shorter than the key of a cipher, the key is extended in one of two ways, which differ between vendors.

use md5::Md5;
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::user::{AuthProtocol, PrivProtocol, SimulatedUser, UserError};

/// Octets that are a key, wiped when they are dropped.
pub(super) type Key = Zeroizing<Vec<u8>>;

/// What a user's passwords became, before any engine is known.
pub(super) struct MasterKeys {
    auth: Option<(AuthProtocol, Key)>,
    privacy: Option<(PrivProtocol, Key)>,
}

/// The keys of a user at one engine.
#[derive(Default)]
pub(crate) struct LocalKeys {
    pub(super) auth: Option<(AuthProtocol, Key)>,
    pub(super) privacy: Option<(PrivProtocol, Key)>,
}

/// Passwords that were hashed before: users that share one need it hashed once.
#[derive(Default)]
pub(super) struct Hashed(Vec<(AuthProtocol, SecretString, Key)>);

impl Hashed {
    fn key(&mut self, hash: AuthProtocol, password: &SecretString) -> Result<Key, UserError> {
        let octets = password.expose_secret().as_bytes();
        if octets.is_empty() {
            return Err(UserError::EmptyPassword);
        }
        let same = |(protocol, known, _): &&(_, SecretString, _)| {
            *protocol == hash && known.expose_secret() == password.expose_secret()
        };
        if let Some((_, _, key)) = self.0.iter().find(same) {
            return Ok(key.clone());
        }
        let key = password_to_key(hash, octets);
        self.0.push((hash, password.clone(), key.clone()));
        Ok(key)
    }
}

impl MasterKeys {
    /// Hashes the passwords of a user.
    pub(super) fn of(user: &SimulatedUser, hashed: &mut Hashed) -> Result<Self, UserError> {
        if user.name.is_empty() || user.name.len() > 32 {
            return Err(UserError::Name);
        }
        let auth = user.auth.as_ref().map(|(protocol, password)| (*protocol, password));
        let Some((hash, auth_password)) = auth else {
            let none = Self { auth: None, privacy: None };
            return if user.privacy.is_some() { Err(UserError::PrivacyAlone) } else { Ok(none) };
        };
        let auth = Some((hash, hashed.key(hash, auth_password)?));
        let privacy = match &user.privacy {
            Some((cipher, password)) => Some((*cipher, hashed.key(hash, password)?)),
            None => None,
        };
        Ok(Self { auth, privacy })
    }

    /// Localises the keys for an engine.
    pub(super) fn localize(&self, engine_id: &[u8]) -> LocalKeys {
        let Some((hash, auth)) = &self.auth else { return LocalKeys::default() };
        let privacy = self.privacy.as_ref().map(|(cipher, key)| {
            let local = extend(*hash, *cipher, localize(*hash, key, engine_id), engine_id);
            (*cipher, local)
        });
        LocalKeys { auth: Some((*hash, localize(*hash, auth, engine_id))), privacy }
    }
}

/// Ku: the hash of a megabyte of the password, repeated.
pub(super) fn password_to_key(hash: AuthProtocol, password: &[u8]) -> Key {
    const MEGABYTE: usize = 1 << 20;
    // The repetitions are hashed in pieces of whole passwords; they end in the middle of one.
    let piece = Zeroizing::new(password.repeat(4_096_usize.div_ceil(password.len().max(1))));
    let mut pieces = Vec::new();
    let mut rest = MEGABYTE;
    while rest > 0 && !piece.is_empty() {
        let taken = piece.get(..rest).unwrap_or(&piece);
        rest -= taken.len();
        pieces.push(taken);
    }
    hash_of(hash, &pieces)
}

/// Kul: Ku bound to one engine.
pub(super) fn localize(hash: AuthProtocol, key: &[u8], engine_id: &[u8]) -> Key {
    hash_of(hash, &[key, engine_id, key])
}

/// Makes a localised key as long as the cipher needs it.
pub(super) fn extend(hash: AuthProtocol, cipher: PrivProtocol, mut key: Key, engine_id: &[u8]) -> Key {
    let mut last = key.clone();
    while key.len() < cipher.key_len() {
        let more = match cipher {
            // draft-blumenthal-aes-usm-04 section 3.1.2.1: the hash of all there is so far.
            PrivProtocol::Aes192Blumenthal | PrivProtocol::Aes256Blumenthal => hash_of(hash, &[&key]),
            // draft-reeder-snmpv3-usm-3desede-00 section 2.1: the key is a password in its turn.
            _ => localize(hash, &password_to_key(hash, &last), engine_id),
        };
        key.extend_from_slice(&more);
        last = more;
    }
    key.truncate(cipher.key_len());
    key
}

fn hash_of(hash: AuthProtocol, pieces: &[&[u8]]) -> Key {
    fn digest<D: Digest>(pieces: &[&[u8]]) -> Key {
        let mut hasher = D::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Zeroizing::new(hasher.finalize().to_vec())
    }
    match hash {
        AuthProtocol::Md5 => digest::<Md5>(pieces),
        AuthProtocol::Sha => digest::<Sha1>(pieces),
        AuthProtocol::Sha224 => digest::<Sha224>(pieces),
        AuthProtocol::Sha256 => digest::<Sha256>(pieces),
        AuthProtocol::Sha384 => digest::<Sha384>(pieces),
        AuthProtocol::Sha512 => digest::<Sha512>(pieces),
    }
}
