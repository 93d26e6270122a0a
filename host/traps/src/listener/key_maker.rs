//! Makes keys: those of our own users first, and then those that messages wait for.
//!
//! A password is hashed for milliseconds, on a thread that may be busy that long. Before any message is worked on, the
//! keys of all users at our own engine are made, which makes most of those at other engines quick, too. Then one
//! message is worked on at a time, in their order.

use std::sync::Arc;

use snmp::usm::{EngineId, KeyCache, User};

use super::users::MadeKeys;

/// What makes keys and remembers them.
#[derive(Clone, Debug)]
pub(super) struct KeyMaker {
    cache: Arc<KeyCache>,
    users: Vec<User>,
    /// Our own engine.
    engine_id: EngineId,
}

impl KeyMaker {
    /// For users who may send to this engine of ours.
    pub(super) fn new(cache: Arc<KeyCache>, users: Vec<User>, engine_id: EngineId) -> Self {
        Self { cache, users, engine_id }
    }

    /// Makes the keys of all users at our own engine.
    pub(super) async fn warm(&self) {
        for user in &self.users {
            self.make(self.engine_id.clone(), vec![(0, user.clone())]).await;
        }
    }

    /// Makes the keys of some users at an engine, or finds them; none where that failed. Those at another engine than
    /// ours are not remembered: it may be made up. Whoever drops the future leaves the work to be finished, which takes
    /// milliseconds.
    pub(super) async fn make(&self, engine_id: EngineId, users: Vec<(usize, User)>) -> MadeKeys {
        let cache = Arc::clone(&self.cache);
        let is_ours = engine_id == self.engine_id;
        let find = move |(number, user): (usize, User)| {
            let keys = match is_ours {
                true => cache.find(&user, &engine_id).unwrap_or_else(|work| cache.put(work.run())),
                false => cache.find_unproved(&user, &engine_id).unwrap_or_else(|work| cache.put_unproved(work.run())),
            };
            (number, keys)
        };
        let making = tokio::task::spawn_blocking(move || users.into_iter().map(find).collect());
        making.await.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use snmp::usm::{AuthProtocol, Password, PrivProtocol, Protection};

    use super::*;

    #[tokio::test]
    async fn warm_are_the_keys_at_our_engine_and_what_they_are_made_of() {
        let password = |text: &str| Password::new(&text.into()).unwrap();
        let user = |name: &str, auth, privacy| {
            let (auth_password, priv_password) = (password(&format!("{name}-auth")), password(&format!("{name}-priv")));
            User::new(name, Protection::AuthPriv { auth, auth_password, privacy, priv_password }).unwrap()
        };
        let users = vec![
            user("quick", AuthProtocol::Sha256, PrivProtocol::Aes128),
            user("long", AuthProtocol::Sha1, PrivProtocol::Aes256Reeder),
        ];
        let [ours, other] = [b"12345", b"67890"].map(|octets| EngineId::new(octets).unwrap());
        let cache = Arc::new(KeyCache::new(100).unwrap());
        KeyMaker::new(Arc::clone(&cache), users.clone(), ours.clone()).warm().await;
        assert!(users.iter().all(|user| cache.find(user, &ours).is_ok()));
        assert!(cache.find_unproved(&users[0], &other).is_ok());
        assert!(cache.find_unproved(&users[1], &other).is_err(), "Reeder's extension hashes anew");
    }
}
