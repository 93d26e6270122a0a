//! The plugins of an installation while they are loaded and loaded again: what is there can be used, what still compiles
//! can be waited for.
//!
//! What is bundled or was compiled before is there when loading has begun; the other files follow one by one, and each of
//! them makes a new [`PluginSet`]. So does each file that has changed when the plugins are loaded again. Whoever works with
//! plugins takes the set of that moment and keeps it for one piece of work.

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use parking_lot::Mutex;
use tokio::{sync::watch, time::sleep};
use tokio_util::task::AbortOnDropHandle;

use crate::{
    LoadEvents, LoadProblem, PluginSet, PluginSource, PluginSources, Runtime,
    compile::CacheMiss,
    load_problem::shown_name,
    set::{Entry, State},
    stamp::Stamp,
    terms::{Look, Terms},
};

/// The plugins as they are now. Cloning is cheap; the last clone that is dropped ends what still compiles.
#[derive(Clone, Debug)]
pub struct LivePlugins {
    sets: watch::Receiver<Arc<PluginSet>>,
    loading: Option<Arc<Loading>>,
    _compiling: Option<Arc<AbortOnDropHandle<()>>>,
}

/// What came of loading the plugins again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reloaded {
    /// The files that were read since they are new or have changed, by the name of their plugin.
    pub read: Vec<String>,
    /// Those that are not there any more.
    pub removed: Vec<String>,
    /// What is wrong with files that were read now: a line for each.
    pub problems: Vec<String>,
}

/// Plugins that are read at the same time.
const READING: usize = 4;

impl LivePlugins {
    /// Loads what need not be compiled in a child, and begins with the rest. Must be called within a tokio runtime.
    pub async fn start(runtime: &Runtime, sources: PluginSources, events: Arc<dyn LoadEvents>) -> Self {
        let PluginSources { bundled, dir, takes_over } = sources;
        let bundled = bundled.into_iter().map(|(name, wasm)| PluginSource::Bundled { name, wasm });
        let bundled: Arc<[PluginSource]> = bundled.collect();
        let Look { sources, problems: of_folder, .. } = look(runtime, &bundled, dir.clone()).await;
        let first = |(source, terms): (PluginSource, Terms)| {
            let events = Arc::clone(&events);
            async move {
                let (name, stamp) = (shown_name(&source), stamp(runtime, &source).await);
                let loaded = runtime.load_with(source.clone(), &terms, CacheMiss::Defer, &*events).await;
                let state = loaded.map_or(State::Compiling, State::loaded);
                if !matches!(state, State::Compiling) {
                    events.ended(&name);
                }
                Entry { source, terms, stamp, state }
            }
        };
        let entries: Vec<Entry> = stream::iter(sources).map(first).buffered(READING).collect().await;
        let pending: Vec<Wanted> = entries.iter().filter(|entry| entry.is_compiling()).map(Wanted::of).collect();
        let found = Found { entries, of_folder };
        let takes_over: Arc<[String]> = takes_over.into();
        let (sender, sets) = watch::channel(Arc::new(found.set(&takes_over)));
        let loading = Arc::new(Loading {
            runtime: runtime.clone(),
            bundled,
            dir,
            takes_over,
            events,
            found: Mutex::new(found),
            one_at_a_time: tokio::sync::Mutex::new(()),
            sender,
        });
        if pending.is_empty() {
            return Self { sets, loading: Some(loading), _compiling: None };
        }
        let compiling = tokio::spawn({
            let loading = Arc::clone(&loading);
            async move {
                loading.load(pending).await;
            }
        });
        Self { sets, loading: Some(loading), _compiling: Some(Arc::new(AbortOnDropHandle::new(compiling))) }
    }

    /// The plugins that are there now, and no others later.
    #[must_use]
    pub fn fixed(set: PluginSet) -> Self {
        Self { sets: watch::channel(Arc::new(set)).1, loading: None, _compiling: None }
    }

    /// The plugins as they are at this moment.
    #[must_use]
    pub fn now(&self) -> Arc<PluginSet> {
        Arc::clone(&self.sets.borrow())
    }

    /// Waits until the plugins are so, or until none is being compiled any more. Cancel-safe.
    pub async fn until(&self, mut is_so: impl FnMut(&PluginSet) -> bool) -> Arc<PluginSet> {
        let mut sets = self.sets.clone();
        let found =
            sets.wait_for(|set| is_so(set) || set.compiling().next().is_none()).await.map(|set| Arc::clone(&set));
        found.unwrap_or_else(|_| self.now())
    }

    /// Waits until all are loaded. Cancel-safe.
    pub async fn loaded(&self) -> Arc<PluginSet> {
        self.until(|_| false).await
    }

    /// Waits until the plugins are others than these. Cancel-safe.
    pub async fn changed(&self, known: &Arc<PluginSet>) -> Arc<PluginSet> {
        let mut sets = self.sets.clone();
        match sets.wait_for(|set| !Arc::ptr_eq(set, known)).await {
            Ok(set) => Arc::clone(&set),
            Err(_) => std::future::pending().await,
        }
    }

    /// Looks at the folder again. A file that is new or has changed is read, compiled aside and checked, and then takes
    /// the place of the one before; where it cannot be loaded, the one before stays. Work that has begun goes on with the
    /// plugins that it began with. Returns when all of that is done; several at a time wait for one another.
    ///
    /// Dropping the future leaves out what was not loaded yet.
    pub async fn reload(&self) -> Reloaded {
        match &self.loading {
            Some(loading) => loading.reload().await,
            None => Reloaded::default(),
        }
    }

    /// Looks at the folder from time to time, and loads it again where it has changed and was left alone since the time
    /// before: who copies a file there is not through yet. Tells of each time. Never ends.
    pub async fn watch(&self, every: Duration, mut tell: impl FnMut(Reloaded)) -> std::convert::Infallible {
        let Some(loading) = &self.loading else { return std::future::pending().await };
        let mut last = loading.look().await;
        loop {
            sleep(every).await;
            let now = loading.look().await;
            if now == last && now != loading.known() {
                tell(loading.reload().await);
            }
            last = now;
        }
    }
}

impl PluginSet {
    /// Loads the bundled plugins (name and component) and every `*.wasm` file of `dir`, of every kind, and waits for all.
    ///
    /// A file takes the place of the bundled plugin of the same name, unless the file cannot be loaded or is of another
    /// kind. Of trap decoders only one is in force: the first file, or else the first bundled one.
    pub async fn load(
        runtime: &Runtime,
        bundled: impl IntoIterator<Item = (&'static str, &'static [u8])>,
        dir: Option<&Path>,
    ) -> Self {
        let bundled = bundled.into_iter().collect();
        let sources = PluginSources { bundled, dir: dir.map(Path::to_owned), takes_over: Vec::new() };
        let live = LivePlugins::start(runtime, sources, Arc::new(())).await;
        PluginSet::clone(&*live.loaded().await)
    }
}

/// What it takes to load plugins again.
struct Loading {
    runtime: Runtime,
    bundled: Arc<[PluginSource]>,
    dir: Option<PathBuf>,
    takes_over: Arc<[String]>,
    events: Arc<dyn LoadEvents>,
    found: Mutex<Found>,
    one_at_a_time: tokio::sync::Mutex<()>,
    sender: watch::Sender<Arc<PluginSet>>,
}

/// A plugin that is to be loaded, and as what.
#[derive(Clone, Debug, PartialEq)]
struct Wanted {
    source: PluginSource,
    terms: Terms,
    /// Of its file, before it is read.
    stamp: Stamp,
}

impl Wanted {
    fn of(entry: &Entry) -> Self {
        Self { source: entry.source.clone(), terms: entry.terms.clone(), stamp: entry.stamp.clone() }
    }
}

/// What became of each file so far.
struct Found {
    /// Bundled plugins come first and in their order, so that files replace them and not the other way round.
    entries: Vec<Entry>,
    /// What is wrong with the folder.
    of_folder: Vec<Arc<LoadProblem>>,
}

impl Found {
    fn set(&self, takes_over: &Arc<[String]>) -> PluginSet {
        PluginSet::of(&self.entries, &self.of_folder, takes_over)
    }

    fn entry(&mut self, source: &PluginSource) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.source == *source)
    }
}

impl Loading {
    /// Makes a new set of what was found.
    fn publish(&self) {
        // In one step, so that no later set is followed by an earlier one.
        self.sender.send_modify(|set| *set = Arc::new(self.found.lock().set(&self.takes_over)));
    }

    /// What there is to be loaded now.
    async fn look(&self) -> Vec<Wanted> {
        let look = look(&self.runtime, &self.bundled, self.dir.clone()).await;
        if look.is_unreadable { self.known() } else { self.stamped(look.sources).await }
    }

    async fn stamped(&self, sources: Vec<(PluginSource, Terms)>) -> Vec<Wanted> {
        let stamped = |(source, terms): (PluginSource, Terms)| async move {
            let stamp = stamp(&self.runtime, &source).await;
            Wanted { source, terms, stamp }
        };
        stream::iter(sources).map(stamped).buffered(READING).collect().await
    }

    /// What was loaded last.
    fn known(&self) -> Vec<Wanted> {
        self.found.lock().entries.iter().map(Wanted::of).collect()
    }

    async fn reload(&self) -> Reloaded {
        let _turn = self.one_at_a_time.lock().await;
        let Look { sources, problems, is_unreadable } = look(&self.runtime, &self.bundled, self.dir.clone()).await;
        let mut reloaded = Reloaded { problems: told(&problems), ..Reloaded::default() };
        let sources = self.stamped(sources).await;
        let mut wanted = Vec::new();
        {
            let mut found = self.found.lock();
            found.of_folder = problems;
            // A folder that cannot be read for a moment has lost nothing.
            if !is_unreadable {
                let mut known = std::mem::take(&mut found.entries);
                for now in sources {
                    let at = known.iter().position(|entry| entry.source == now.source);
                    let before = at.map(|at| known.remove(at));
                    let is_same = before.as_ref().is_some_and(|entry| Wanted::of(entry) == now);
                    let state = before.map_or(State::Compiling, |entry| entry.state);
                    if !is_same {
                        reloaded.read.push(shown_name(&now.source));
                        wanted.push(now.clone());
                    }
                    let Wanted { source, terms, stamp } = now;
                    found.entries.push(Entry { source, terms, stamp, state });
                }
                reloaded.removed = known.iter().map(|entry| shown_name(&entry.source)).collect();
            }
        }
        self.publish();
        reloaded.problems.extend(self.load(wanted).await);
        reloaded
    }

    /// Loads these. Says what is wrong with them.
    async fn load(&self, files: Vec<Wanted>) -> Vec<String> {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let load = |wanted: Wanted| async move {
            let name = shown_name(&wanted.source);
            let (source, terms) = (wanted.source.clone(), &wanted.terms);
            let loaded = self.runtime.load_with(source, terms, CacheMiss::Compile, &*self.events).await;
            self.events.ended(&name);
            // What had to be compiled was, so something has come of it.
            let state = State::loaded(loaded.unwrap_or_default());
            let mut problems = Vec::new();
            // Where the file has changed meanwhile, somebody else reads it again.
            if let Some(entry) = self.found.lock().entry(&wanted.source).filter(|entry| Wanted::of(entry) == wanted) {
                entry.state.replace_with(&wanted.source, state);
                problems = entry.state.problems();
            }
            self.publish();
            problems
        };
        stream::iter(files).map(load).buffer_unordered(cores).concat().await
    }
}

impl std::fmt::Debug for Loading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loading").field("dir", &self.dir).finish_non_exhaustive()
    }
}

fn told(problems: &[Arc<LoadProblem>]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

async fn look(runtime: &Runtime, bundled: &Arc<[PluginSource]>, dir: Option<PathBuf>) -> Look {
    let (bundled, rules, limits) = (Arc::clone(bundled), Arc::clone(runtime.rules()), runtime.limits().clone());
    let looking = tokio::task::spawn_blocking(move || Look::at(&bundled, dir, &rules, &limits));
    // It is the runtime's own end where it is not done.
    looking.await.unwrap_or_else(|_| Look { sources: Vec::new(), problems: Vec::new(), is_unreadable: true })
}

async fn stamp(runtime: &Runtime, source: &PluginSource) -> Stamp {
    let Some(path) = source.path().map(Path::to_owned) else { return Stamp::default() };
    let max = runtime.limits().files;
    tokio::task::spawn_blocking(move || Stamp::of(&path, max)).await.unwrap_or_default()
}
