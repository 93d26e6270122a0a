//! Starting a proxy for somebody who waits: a plugin that takes long to compile is named.
//!
//! A plugin of several megabytes, such as one in Python, compiles for 6 to 19 s; a compiled one loads in milliseconds.

use std::{path::Path, pin::pin, sync::Arc, time::Duration};

use config::Settings;
use parking_lot::{Mutex, MutexGuard};
use proxy::{Proxy, Sandbox, StartError};
use runtime::LoadEvents;
use tokio::{
    select,
    time::{Instant, sleep},
};
use tracing::info;

use super::{compile::compiler, say::note};

/// How long a plugin may be compiled until it is named.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often to look.
const LOOK: Duration = Duration::from_millis(250);

/// Loads all plugins for a person at the command line.
pub(super) async fn load(settings: &Settings) -> Result<Sandbox, StartError> {
    let words = CacheUse::of(settings.plugins.cache_dir.as_deref());
    let loading = Arc::new(LoadingPlugins::default());
    told(&loading, Sandbox::load(settings, compiler(), loading.clone()), |name| note(&words.of_plugin(name))).await
}

/// Loads the plugins that decode, for a person at the command line.
pub(super) async fn load_for_decoding(settings: &Settings) -> Result<Sandbox, StartError> {
    let words = CacheUse::of(settings.plugins.cache_dir.as_deref());
    let loading = Arc::new(LoadingPlugins::default());
    told(&loading, Sandbox::load_for_decoding(settings, compiler(), loading.clone()), |name| {
        note(&words.of_plugin(name));
    })
    .await
}

/// Starts a proxy that serves: what it tells is for its log, which hears of files that compile by itself.
pub(super) async fn start_to_serve(settings: Settings) -> Result<Proxy, StartError> {
    let words = CacheUse::of(settings.plugins.cache_dir.as_deref());
    let loading = Arc::new(LoadingPlugins::default());
    told(&loading, Proxy::start(settings, compiler(), loading.clone()), |name| info!("{}", words.of_plugin(name))).await
}

/// Does the work of loading one plugin, and names it where it is compiled and that takes long.
pub(super) async fn named<T>(settings: &Settings, work: impl AsyncFnOnce(&dyn LoadEvents) -> T) -> T {
    let words = CacheUse::of(settings.plugins.cache_dir.as_deref());
    let loading = LoadingPlugins::default();
    told(&loading, work(&loading), |name| note(&words.of_plugin(name))).await
}

/// What is told of a plugin.
#[derive(Clone, Copy, Debug)]
enum CacheUse {
    /// The next start finds it compiled.
    Kept,
    /// It does not.
    NotKept,
}

impl CacheUse {
    fn of(cache_dir: Option<&Path>) -> Self {
        if cache_dir.is_some() { Self::Kept } else { Self::NotKept }
    }

    fn of_plugin(self, name: &str) -> String {
        let when = match self {
            Self::Kept => "only the first time",
            Self::NotKept => "at every start, since there is no cache folder (--cache-dir)",
        };
        format!("compiling the plugin `{name}`, which takes some seconds {when}")
    }
}

/// The plugins that are being compiled.
#[derive(Debug, Default)]
struct LoadingPlugins(Mutex<Vec<LoadingPlugin>>);

#[derive(Debug)]
struct LoadingPlugin {
    name: String,
    begun: Instant,
    is_named: bool,
}

impl LoadingPlugins {
    /// The plugins that have been compiling for too long at this time, each once.
    fn overdue(&self, now: Instant) -> Vec<String> {
        let mut under_way = self.lock();
        let overdue = under_way.iter_mut().filter(|plugin| !plugin.is_named && now >= plugin.begun + PATIENCE);
        overdue
            .map(|plugin| {
                plugin.is_named = true;
                plugin.name.clone()
            })
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<LoadingPlugin>> {
        self.0.lock()
    }
}

impl LoadEvents for LoadingPlugins {
    fn compiling(&self, name: &str) {
        self.lock().push(LoadingPlugin { name: name.to_owned(), begun: Instant::now(), is_named: false });
    }

    fn ended(&self, name: &str) {
        let mut under_way = self.lock();
        // A file and the bundled plugin that it replaces have one name.
        if let Some(place) = under_way.iter().position(|plugin| plugin.name == name) {
            under_way.remove(place);
        }
    }
}

/// Does the work, and tells of each plugin that takes long.
async fn told<T>(loading: &LoadingPlugins, work: impl Future<Output = T>, mut tell: impl FnMut(&str)) -> T {
    let mut work = pin!(work);
    loop {
        select! {
            done = &mut work => return done,
            () = sleep(LOOK) => loading.overdue(Instant::now()).iter().for_each(|name| tell(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_plugin_that_takes_long_is_named_once_and_a_quick_one_never() {
        let loading = LoadingPlugins::default();
        let work = async {
            loading.compiling("quick");
            loading.compiling("big");
            sleep(PATIENCE / 2).await;
            loading.ended("quick");
            sleep(PATIENCE * 5).await;
            loading.compiling("bigger");
            loading.ended("big");
            sleep(PATIENCE * 2).await;
            loading.ended("bigger");
            7
        };
        let mut named = Vec::new();
        assert_eq!(told(&loading, work, |name| named.push(name.to_owned())).await, 7);
        assert_eq!(named, ["big", "bigger"]);
    }

    #[test]
    fn it_is_told_whether_the_next_start_is_quicker() {
        let kept = CacheUse::of(Some(Path::new("/cache"))).of_plugin("big");
        assert_eq!(kept, "compiling the plugin `big`, which takes some seconds only the first time");
        let not_kept = CacheUse::of(None).of_plugin("big");
        assert!(not_kept.ends_with("at every start, since there is no cache folder (--cache-dir)"), "{not_kept}");
    }
}
