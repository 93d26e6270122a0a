//! Makes keys from passwords, on threads that may be busy for milliseconds, and remembers them.

use std::sync::Arc;

use snmp::usm::{EngineId, KeyCache, Keys, User};
use tokio::sync::Semaphore;

/// Makes keys.
#[derive(Debug)]
pub(crate) struct KeyMaker {
    keys: Arc<KeyCache>,
    /// How many are made at a time: many sessions with the same user begin at once, and one can do it for all.
    at_a_time: Arc<Semaphore>,
}

impl KeyMaker {
    /// Remembers at most so many keys. Fails where the operating system has no random numbers.
    pub(crate) fn new(max_keys: usize) -> std::io::Result<Self> {
        let at_a_time = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { keys: Arc::new(KeyCache::new(max_keys)?), at_a_time: Arc::new(Semaphore::new(at_a_time)) })
    }

    /// Finds or makes the keys of a user at an engine.
    ///
    /// Whoever drops the future leaves the work to be finished, which takes milliseconds, and its result to the next.
    pub(crate) async fn keys(&self, user: &User, engine_id: &EngineId) -> Option<Arc<Keys>> {
        if let Ok(keys) = self.keys.find(user, engine_id) {
            return Some(keys);
        }
        let permit = Arc::clone(&self.at_a_time).acquire_owned().await.ok()?;
        // While it waited, another may have hashed the same password.
        match self.keys.find(user, engine_id) {
            Ok(keys) => Some(keys),
            Err(work) => {
                let cache = Arc::clone(&self.keys);
                let making = tokio::task::spawn_blocking(move || {
                    let keys = cache.put(work.run());
                    drop(permit);
                    keys
                });
                making.await.ok()
            }
        }
    }
}
