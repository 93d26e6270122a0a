//! Fingerprints of credentials: the same for the same, and of no use to anybody else.
//!
//! A keyed hash; the keys are random and live as long as the process. Two hashes make 128 bits, so that two
//! credentials that are mistaken for one another are not to be expected in the life of a process. If they were, two
//! users would share a window, but never a key.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use crate::{Credentials, usm::Protection};

/// The keys.
#[derive(Debug)]
pub struct Fingerprints([RandomState; 2]);

/// A fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint([u64; 2]);

impl Default for Fingerprints {
    /// With keys that nobody can guess.
    fn default() -> Self {
        Self([RandomState::new(), RandomState::new()])
    }
}

impl Fingerprints {
    /// The fingerprint of credentials.
    #[must_use]
    pub fn of(&self, credentials: &Credentials) -> Fingerprint {
        Fingerprint(self.0.each_ref().map(|keys| {
            let mut hasher = keys.build_hasher();
            write(credentials, &mut hasher);
            hasher.finish()
        }))
    }
}

fn write(credentials: &Credentials, hasher: &mut impl Hasher) {
    std::mem::discriminant(credentials).hash(hasher);
    match credentials {
        Credentials::V1 { community } | Credentials::V2c { community } => community.expose().hash(hasher),
        Credentials::V3 { user, context } => {
            // An agent may answer in one context and not in another.
            context.hash(hasher);
            user.name().hash(hasher);
            std::mem::discriminant(user.protection()).hash(hasher);
            match user.protection() {
                Protection::None => {}
                Protection::Auth { auth, auth_password } => {
                    auth.hash(hasher);
                    auth_password.expose().hash(hasher);
                }
                Protection::AuthPriv { auth, auth_password, privacy, priv_password } => {
                    (auth, privacy).hash(hasher);
                    auth_password.expose().hash(hasher);
                    priv_password.expose().hash(hasher);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usm::{AuthProtocol, Context, Password, User};

    #[test]
    fn the_same_credentials_have_the_same_fingerprint_and_others_another() {
        let protected = |password: &str| Protection::Auth {
            auth: AuthProtocol::Sha1,
            auth_password: Password::new(&password.to_owned().into()).unwrap(),
        };
        let v3 = |name: &str, protection, context: &str| Credentials::V3 {
            user: User::new(name, protection).unwrap(),
            context: Context { engine_id: None, name: context.into() },
        };
        let all = || {
            [
                Credentials::V1 { community: "public".into() },
                Credentials::V2c { community: "public".into() },
                Credentials::V2c { community: "private".into() },
                v3("user", Protection::None, ""),
                v3("user", Protection::None, "vlan-1"),
                v3("user", protected("password-1"), ""),
                v3("user", protected("password-2"), ""),
                v3("other", protected("password-2"), ""),
            ]
        };
        let keys = Fingerprints::default();
        let first: Vec<Fingerprint> = all().iter().map(|credentials| keys.of(credentials)).collect();
        let second: Vec<Fingerprint> = all().iter().map(|credentials| keys.of(credentials)).collect();
        assert_eq!(first, second);
        let different: std::collections::HashSet<&Fingerprint> = first.iter().collect();
        assert_eq!(different.len(), first.len());
        assert_ne!(Fingerprints::default().of(&all()[0]), first[0], "each process has keys of its own");
    }
}
