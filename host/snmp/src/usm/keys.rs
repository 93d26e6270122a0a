//! The keys of one user at one engine, ready for use.

use std::{fmt, sync::Arc};

use super::{
    AuthProtocol, PrivProtocol, SecurityLevel,
    auth::Authenticator,
    key::Key,
    privacy::{Cipher, Salts},
};

/// What signs and encrypts the messages between one user and one engine. Made by a [`super::KeyCache`]; wiped when
/// dropped; its `Debug` shows no secret.
pub struct Keys {
    protected: Protected,
    /// What they were made of: remembered as long as any keys that were.
    _masters: [Option<Arc<Key>>; 2],
}

#[expect(clippy::large_enum_variant, reason = "one for each agent, behind an `Arc`, and most have both")]
enum Protected {
    Not,
    Signed(Authenticator),
    Encrypted(Authenticator, Cipher),
}

impl Keys {
    /// No keys, for users without any.
    pub(crate) fn none() -> Self {
        Self { protected: Protected::Not, _masters: [None, None] }
    }

    /// Keys made of localised ones.
    pub(crate) fn new(
        auth: AuthProtocol,
        auth_key: &Key,
        privacy: Option<(PrivProtocol, Key)>,
        salts: Arc<Salts>,
        masters: [Option<Arc<Key>>; 2],
    ) -> Self {
        let authenticator = Authenticator::new(auth, auth_key);
        let protected = match privacy {
            None => Protected::Signed(authenticator),
            Some((protocol, key)) => Protected::Encrypted(authenticator, Cipher::new(protocol, &key, salts)),
        };
        Self { protected, _masters: masters }
    }

    /// The level of security that they give.
    #[must_use]
    pub fn level(&self) -> SecurityLevel {
        match self.protected {
            Protected::Not => SecurityLevel::NoAuthNoPriv,
            Protected::Signed(_) => SecurityLevel::AuthNoPriv,
            Protected::Encrypted(..) => SecurityLevel::AuthPriv,
        }
    }

    /// What signs.
    #[must_use]
    pub fn authenticator(&self) -> Option<&Authenticator> {
        match &self.protected {
            Protected::Not => None,
            Protected::Signed(authenticator) | Protected::Encrypted(authenticator, _) => Some(authenticator),
        }
    }

    /// What encrypts.
    #[must_use]
    pub fn cipher(&self) -> Option<&Cipher> {
        match &self.protected {
            Protected::Not | Protected::Signed(_) => None,
            Protected::Encrypted(_, cipher) => Some(cipher),
        }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.level()).finish()
    }
}
