//! Makes keys from passwords, on threads that may be busy for milliseconds, and remembers them.

use std::{sync::Arc, time::Duration};

use snmp::usm::{EngineId, KeyCache, KeyName, Keys, User};
use tokio::{runtime::Handle, sync::Semaphore};

/// Keys of a user at an engine, for as long as a session has them. Soon after the last of them they are forgotten and wiped.
#[derive(Debug)]
pub(crate) struct HeldKeys {
    // In this order they are dropped.
    pub(crate) keys: Arc<Keys>,
    engine_id: EngineId,
    _forgetting: Forgetting,
}

/// Forgets keys some time after it is dropped, if nobody uses them then. It holds no secret.
#[derive(Debug)]
struct Forgetting {
    cache: Arc<KeyCache>,
    name: Option<KeyName>,
}

/// How long keys are kept that no session uses: whoever asks one object after the other must not hash passwords, which
/// takes milliseconds, for each of them.
const KEPT: Duration = Duration::from_secs(5);

impl HeldKeys {
    /// The engine that they are for.
    pub(crate) fn engine_id(&self) -> &EngineId {
        &self.engine_id
    }
}

impl Drop for Forgetting {
    fn drop(&mut self) {
        let Some(name) = self.name.take() else { return };
        let cache = Arc::clone(&self.cache);
        match Handle::try_current() {
            // It ends by itself, and nobody has to wait for it: with the process all memory is gone.
            Ok(runtime) => drop(runtime.spawn(async move {
                tokio::time::sleep(KEPT).await;
                cache.forget_unused(name);
            })),
            Err(_) => cache.forget_unused(name),
        }
    }
}

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

    /// How many keys are remembered.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Finds or makes the keys of a user at an engine.
    ///
    /// Whoever drops the future leaves the work to be finished, which takes milliseconds.
    pub(crate) async fn keys(&self, user: &User, engine_id: &EngineId) -> Option<HeldKeys> {
        let held = |keys| {
            let forgetting = Forgetting { cache: Arc::clone(&self.keys), name: self.keys.name(user, engine_id) };
            HeldKeys { keys, engine_id: engine_id.clone(), _forgetting: forgetting }
        };
        if let Ok(keys) = self.keys.find(user, engine_id) {
            return Some(held(keys));
        }
        let permit = Arc::clone(&self.at_a_time).acquire_owned().await.ok()?;
        // While it waited, another may have hashed the same password.
        match self.keys.find(user, engine_id) {
            Ok(keys) => Some(held(keys)),
            Err(work) => {
                let forgetting = Forgetting { cache: Arc::clone(&self.keys), name: self.keys.name(user, engine_id) };
                let engine_id = engine_id.clone();
                let making = tokio::task::spawn_blocking(move || {
                    let keys = forgetting.cache.put(work.run());
                    drop(permit);
                    HeldKeys { keys, engine_id, _forgetting: forgetting }
                });
                making.await.ok()
            }
        }
    }
}
