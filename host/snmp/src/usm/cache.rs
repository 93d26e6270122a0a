//! Remembers keys, so that a password is hashed once and not for each of a thousand agents.
//!
//! No password is kept: what was made of it is found by an HMAC under a key that only this process has. What takes
//! long is a value of its own, a [`Derivation`], for a thread that may be busy that long. The number of keys is
//! bounded, a key that is forgotten is wiped once nobody uses it any more, and who is done with keys may have them
//! forgotten at once ([`KeyCache::forget_unused`]).

use std::{fmt, hash::RandomState, io, sync::Arc};

use hashlink::LruCache;
use hmac::{Hmac, Mac};
use parking_lot::{Mutex, MutexGuard};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{
    AuthProtocol, EngineId, Keys, Password, PrivProtocol, Protection, User,
    key::{Key, needs_reeder},
    privacy::Salts,
};

/// The keys of all users at all engines, as far as they were needed and are remembered.
#[derive(Debug)]
pub struct KeyCache {
    /// What passwords are hashed with, to find what was made of them.
    secret: Zeroizing<Vec<u8>>,
    salts: Arc<Salts>,
    keys: Mutex<Cached>,
}

/// Hashed with a secret key, as engine IDs come from the network. Beyond its bound, what was not used for the longest time
/// is dropped.
type Cached = LruCache<Name, Remembered, RandomState>;

/// The work of making keys that are not remembered. Takes milliseconds: run it where nobody waits for the thread.
#[must_use]
pub struct Derivation {
    name: Name,
    engine_id: EngineId,
    auth: Material,
    privacy: Option<(PrivProtocol, Material)>,
    salts: Arc<Salts>,
}

/// What a [`Derivation`] has made, for [`KeyCache::put`].
#[derive(Debug)]
#[must_use]
pub struct Derived {
    masters: [Option<(Fingerprint, Arc<Key>)>; 2],
    name: Name,
    keys: Arc<Keys>,
}

/// A key that does not belong to an engine yet, or a password and what its key will be found by.
struct Material {
    auth: AuthProtocol,
    fingerprint: Fingerprint,
    master: Option<Arc<Key>>,
    password: Password,
}

/// What the keys of a user at an engine are found by. It is no secret: nobody can tell a password from it.
#[derive(Clone, Debug)]
pub struct KeyName {
    auth: Fingerprint,
    privacy: Option<(PrivProtocol, Fingerprint)>,
    engine_id: EngineId,
}

/// What a password in the use for a protocol is known by.
type Fingerprint = [u8; 32];

/// What a remembered key is found by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Master(Fingerprint),
    Localised { auth: Fingerprint, privacy: Option<(PrivProtocol, Fingerprint)>, engine_id: EngineId },
}

#[derive(Clone, Debug)]
enum Remembered {
    Master(Arc<Key>),
    Localised(Arc<Keys>),
}

impl KeyCache {
    /// Remembers at most `max_keys` keys, those without an engine and those of an engine each counted as one.
    /// Fails where the operating system has no random numbers.
    pub fn new(max_keys: usize) -> io::Result<Self> {
        let mut secret = Zeroizing::new(vec![0; 32]);
        let mut salt = [0; 8];
        for octets in [&mut secret[..], &mut salt[..]] {
            getrandom::fill(octets).map_err(|error| io::Error::other(error.to_string()))?;
        }
        let salts = Arc::new(Salts::new(u64::from_be_bytes(salt)));
        Ok(Self { secret, salts, keys: Mutex::new(LruCache::with_hasher(max_keys, RandomState::new())) })
    }

    /// Finds the keys of a user at an engine, or makes them if that is quick. Otherwise returns the work to be done;
    /// what comes of it goes to [`Self::put`].
    pub fn find(&self, user: &User, engine_id: &EngineId) -> Result<Arc<Keys>, Box<Derivation>> {
        match self.look(user, engine_id, |cached, name| cached.get(name).cloned()) {
            Err(work) if work.is_quick() => Ok(self.put(work.run())),
            found => found,
        }
    }

    /// As [`Self::find`], for an engine id that anybody may have made up: nothing about the engine is remembered,
    /// neither the keys nor that they were used. What comes of the work goes to [`Self::put_unproved`], and keys that
    /// have proved a message to [`Self::remember`].
    pub fn find_unproved(&self, user: &User, engine_id: &EngineId) -> Result<Arc<Keys>, Box<Derivation>> {
        match self.look(user, engine_id, |cached, name| cached.peek(name).cloned()) {
            Err(work) if work.is_quick() => Ok(work.run().keys),
            found => found,
        }
    }

    /// Finds the keys, or returns the work of making them.
    fn look(
        &self,
        user: &User,
        engine_id: &EngineId,
        find: impl FnOnce(&mut Cached, &Name) -> Option<Remembered>,
    ) -> Result<Arc<Keys>, Box<Derivation>> {
        let Some(((auth, auth_password), privacy)) = protocols(user) else { return Ok(Arc::new(Keys::none())) };
        let auth_print = self.fingerprint(auth, auth_password);
        let privacy = privacy.map(|(privacy, password)| (privacy, self.fingerprint(auth, password), password));
        let name = Name::Localised {
            auth: auth_print,
            privacy: privacy.map(|(privacy, print, _)| (privacy, print)),
            engine_id: engine_id.clone(),
        };
        let mut cached = self.lock();
        if let Some(Remembered::Localised(keys)) = find(&mut cached, &name) {
            return Ok(keys);
        }
        let mut material = |fingerprint, password: &Password| {
            let master = match cached.get(&Name::Master(fingerprint)) {
                Some(Remembered::Master(master)) => Some(Arc::clone(master)),
                _ => None,
            };
            Material { auth, fingerprint, master, password: password.clone() }
        };
        Err(Box::new(Derivation {
            name,
            engine_id: engine_id.clone(),
            auth: material(auth_print, auth_password),
            privacy: privacy.map(|(privacy, print, password)| (privacy, material(print, password))),
            salts: Arc::clone(&self.salts),
        }))
    }

    /// Remembers keys, and returns them.
    pub fn put(&self, derived: Derived) -> Arc<Keys> {
        let name = derived.name.clone();
        let keys = self.put_unproved(derived);
        self.lock().insert(name, Remembered::Localised(Arc::clone(&keys)));
        keys
    }

    /// Remembers of keys only what holds for any engine, and returns them; see [`Self::find_unproved`].
    pub fn put_unproved(&self, derived: Derived) -> Arc<Keys> {
        let mut cached = self.lock();
        for (fingerprint, master) in derived.masters.into_iter().flatten() {
            cached.insert(Name::Master(fingerprint), Remembered::Master(master));
        }
        derived.keys
    }

    /// Remembers keys of a user at an engine that have proved a message.
    pub fn remember(&self, user: &User, engine_id: &EngineId, keys: &Arc<Keys>) {
        let Some((auth, privacy)) = self.fingerprints(user) else { return };
        let name = Name::Localised { auth, privacy, engine_id: engine_id.clone() };
        self.lock().insert(name, Remembered::Localised(Arc::clone(keys)));
    }

    /// What the keys of a user at an engine are found by; nothing where there are none.
    #[must_use]
    pub fn name(&self, user: &User, engine_id: &EngineId) -> Option<KeyName> {
        let (auth, privacy) = self.fingerprints(user)?;
        Some(KeyName { auth, privacy, engine_id: engine_id.clone() })
    }

    /// Forgets these keys, and what they were made of, as far as nobody uses them. They are wiped then.
    pub fn forget_unused(&self, name: KeyName) {
        let KeyName { auth, privacy, engine_id } = name;
        let masters = std::iter::once(auth).chain(privacy.map(|(_, print)| print));
        let mut remembered = self.lock();
        forget_if_unused(&mut remembered, &Name::Localised { auth, privacy, engine_id });
        for fingerprint in masters {
            forget_if_unused(&mut remembered, &Name::Master(fingerprint));
        }
    }

    /// How many keys are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What a user's passwords are known by; nothing where there are none.
    fn fingerprints(&self, user: &User) -> Option<(Fingerprint, Option<(PrivProtocol, Fingerprint)>)> {
        let ((auth, auth_password), privacy) = protocols(user)?;
        let privacy = privacy.map(|(privacy, password)| (privacy, self.fingerprint(auth, password)));
        Some((self.fingerprint(auth, auth_password), privacy))
    }

    fn fingerprint(&self, auth: AuthProtocol, password: &Password) -> Fingerprint {
        #[expect(clippy::expect_used, reason = "HMAC is defined for every length of key")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        mac.update(auth.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(password.expose());
        mac.finalize().into_bytes().into()
    }

    fn lock(&self) -> MutexGuard<'_, Cached> {
        self.keys.lock()
    }
}

impl Remembered {
    /// Whether nobody has it but who remembers it.
    fn is_unused(&self) -> bool {
        match self {
            Self::Master(master) => Arc::strong_count(master) == 1,
            Self::Localised(keys) => Arc::strong_count(keys) == 1,
        }
    }
}

/// Forgets one that nobody has but the cache.
fn forget_if_unused(cached: &mut Cached, name: &Name) {
    if cached.peek(name).is_some_and(Remembered::is_unused) {
        cached.remove(name);
    }
}

/// How a user signs.
type Signing<'a> = (AuthProtocol, &'a Password);
/// How a user encrypts.
type Encrypting<'a> = (PrivProtocol, &'a Password);

/// A user's protocols and passwords: to sign and to encrypt with. Nothing where there are no keys.
fn protocols(user: &User) -> Option<(Signing<'_>, Option<Encrypting<'_>>)> {
    match user.protection() {
        Protection::None => None,
        Protection::Auth { auth, auth_password } => Some(((*auth, auth_password), None)),
        Protection::AuthPriv { auth, auth_password, privacy, priv_password } => {
            Some(((*auth, auth_password), Some((*privacy, priv_password))))
        }
    }
}

impl Derivation {
    /// Does the work: about a millisecond for each password, and as much for each piece of key by Reeder's extension.
    pub fn run(self) -> Derived {
        let auth_master = self.auth.master();
        let auth_print = self.auth.fingerprint;
        let mut privacy_master = None;
        let privacy = self.privacy.as_ref().map(|(privacy, material)| {
            // One password for both is common.
            let master = if material.fingerprint == auth_print { Arc::clone(&auth_master) } else { material.master() };
            let key = master.for_privacy(material.auth, *privacy, &self.engine_id);
            privacy_master = Some((material.fingerprint, master));
            (*privacy, key)
        });
        let auth_key = auth_master.localised(self.auth.auth, &self.engine_id);
        let masters = [Some(Arc::clone(&auth_master)), privacy_master.as_ref().map(|(_, master)| Arc::clone(master))];
        let keys = Keys::new(self.auth.auth, &auth_key, privacy, self.salts, masters);
        Derived { masters: [Some((auth_print, auth_master)), privacy_master], name: self.name, keys: Arc::new(keys) }
    }

    fn is_quick(&self) -> bool {
        let knows = |material: &Material| material.master.is_some();
        let is_privacy_quick = self
            .privacy
            .as_ref()
            .is_none_or(|(privacy, material)| knows(material) && !needs_reeder(material.auth, *privacy));
        knows(&self.auth) && is_privacy_quick
    }
}

impl Material {
    fn master(&self) -> Arc<Key> {
        let make = || Arc::new(Key::of_password(self.auth, self.password.expose()));
        self.master.clone().unwrap_or_else(make)
    }
}

impl fmt::Debug for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Derivation").field("engine_id", &self.engine_id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(privacy: PrivProtocol, auth_password: &str, priv_password: &str) -> User {
        let password = |text: &str| Password::new(&text.into()).unwrap();
        let (auth_password, priv_password) = (password(auth_password), password(priv_password));
        let protection = Protection::AuthPriv { auth: AuthProtocol::Sha1, auth_password, privacy, priv_password };
        User::new("monitor", protection).unwrap()
    }

    fn engine(last: u8) -> EngineId {
        EngineId::new(&[0x80, 0, 0, 0, last]).unwrap()
    }

    /// Whether the keys were there or quick to make, and how many keys are remembered then.
    #[track_caller]
    fn check(cache: &KeyCache, user: &User, engine_id: u8, expected: (&str, usize)) {
        let found = match cache.find(user, &engine(engine_id)) {
            Ok(_) => "quick",
            Err(work) => {
                let _ = cache.put(work.run());
                "work"
            }
        };
        assert_eq!((found, cache.len()), expected);
    }

    #[test]
    fn a_password_is_hashed_once_for_all_engines() {
        let cache = KeyCache::new(100).unwrap();
        let user = user(PrivProtocol::Aes256Blumenthal, "password-a", "password-b");
        check(&cache, &user, 1, ("work", 3));
        check(&cache, &user, 1, ("quick", 3));
        check(&cache, &user, 2, ("quick", 4));
    }

    #[test]
    fn reeders_extension_is_work_at_each_engine_once() {
        let cache = KeyCache::new(100).unwrap();
        let user = user(PrivProtocol::Aes256Reeder, "password-a", "password-a");
        check(&cache, &user, 1, ("work", 2));
        check(&cache, &user, 1, ("quick", 2));
        check(&cache, &user, 2, ("work", 3));
    }

    #[test]
    fn keys_are_told_apart_by_password_and_protocol() {
        let cache = KeyCache::new(100).unwrap();
        check(&cache, &user(PrivProtocol::Des, "password-a", "password-b"), 1, ("work", 3));
        check(&cache, &user(PrivProtocol::Aes128, "password-a", "password-b"), 1, ("quick", 4));
        check(&cache, &user(PrivProtocol::Des, "password-b", "password-a"), 1, ("quick", 5));
        check(&cache, &user(PrivProtocol::Des, "password-a", "password-c"), 1, ("work", 7));
    }

    #[test]
    fn the_number_of_keys_is_bounded_and_none_is_legal() {
        let user = user(PrivProtocol::Des, "password-a", "password-a");
        let cache = KeyCache::new(3).unwrap();
        check(&cache, &user, 1, ("work", 2));
        for last in 2..9 {
            check(&cache, &user, last, ("quick", 3));
        }
        check(&cache, &user, 1, ("quick", 3));
        check(&KeyCache::new(0).unwrap(), &user, 1, ("work", 0));
    }

    #[test]
    fn keys_that_nobody_uses_are_forgotten_with_what_they_were_made_of() {
        let cache = KeyCache::new(100).unwrap();
        let monitor = user(PrivProtocol::Aes256Reeder, "password-a", "password-b");
        let keys = |engine_id| cache.find(&monitor, &engine(engine_id)).unwrap_or_else(|work| cache.put(work.run()));
        let (first, second) = (keys(1), keys(2));
        assert_eq!(cache.len(), 4);
        let forget = |engine_id| cache.forget_unused(cache.name(&monitor, &engine(engine_id)).unwrap());
        forget(1);
        assert_eq!(cache.len(), 4, "they are used");
        drop(first);
        forget(1);
        assert_eq!(cache.len(), 3, "the passwords' keys are used at the other engine");
        let again = keys(2);
        drop(second);
        forget(2);
        assert_eq!(cache.len(), 3, "somebody has them still");
        drop(again);
        forget(2);
        assert!(cache.is_empty());
        // What is not there cannot be forgotten, and users without passwords have nothing.
        forget(2);
        assert!(cache.name(&User::new("public", Protection::None).unwrap(), &engine(2)).is_none());
    }

    #[test]
    fn keys_for_engines_that_were_made_up_are_not_remembered() {
        let user = user(PrivProtocol::Des, "password-a", "password-a");
        let cache = KeyCache::new(3).unwrap();
        check(&cache, &user, 1, ("work", 2));
        for last in 2..9 {
            cache.find_unproved(&user, &engine(last)).unwrap();
        }
        check(&cache, &user, 1, ("quick", 2));
        let keys = cache.find_unproved(&user, &engine(9)).unwrap();
        cache.remember(&user, &engine(9), &keys);
        assert!(Arc::ptr_eq(&keys, &cache.find(&user, &engine(9)).unwrap()));
        assert_eq!(cache.len(), 3);
        let cache = KeyCache::new(3).unwrap();
        let work = cache.find_unproved(&user, &engine(1)).unwrap_err();
        let _ = cache.put_unproved(work.run());
        assert_eq!(cache.len(), 1, "the master");
    }

    #[test]
    fn debug_shows_no_secret() {
        let cache = KeyCache::new(100).unwrap();
        let user = user(PrivProtocol::Des, "password-a", "password-b");
        let work = cache.find(&user, &engine(1)).unwrap_err();
        let mut shown = format!("{work:?}");
        let derived = work.run();
        shown += &format!("{derived:?}");
        let keys = cache.put(derived);
        shown += &format!("{keys:?} {cache:?} {user:?}");
        let master = Key::of_password(AuthProtocol::Sha1, b"password-a");
        for secret in [
            b"password-a".as_slice(),
            b"password-b",
            master.octets(),
            master.localised(AuthProtocol::Sha1, &engine(1)).octets(),
        ] {
            let decimal = format!("{secret:?}");
            let decimal = decimal.trim_matches(['[', ']']);
            let hex: String = secret.iter().map(|octet| format!("{octet:02x}")).collect();
            let text = String::from_utf8_lossy(secret);
            assert!(!shown.contains(decimal) && !shown.contains(&hex) && !shown.contains(&*text), "{shown}");
        }
    }
}
