//! The plugins of an installation while they are loaded: what is there can be used, what still compiles can be waited for.
//!
//! What is bundled or was compiled before is there when loading has begun; the other files follow one by one, and each of
//! them makes a new [`PluginSet`]. Whoever works with plugins takes the set of that moment and keeps it for one piece of
//! work.

use std::{num::NonZeroUsize, path::Path, sync::Arc};

use futures_util::{StreamExt as _, stream};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::{
    LoadEvents, LoadProblem, PluginSet, PluginSource, PluginSources, Runtime,
    compile::Effort,
    set::{Entry, State, find_files, shown_name},
};

/// The plugins as they are now. Cloning is cheap; the last clone that is dropped ends what still compiles.
#[derive(Clone, Debug)]
pub struct LivePlugins {
    sets: watch::Receiver<Arc<PluginSet>>,
    _compiling: Option<Arc<AbortOnDropHandle<()>>>,
}

/// Plugins that are read at the same time.
const READING: usize = 4;

impl LivePlugins {
    /// Loads what need not be compiled in a child, and begins with the rest. Must be called within a tokio runtime.
    pub async fn start(runtime: &Runtime, sources: PluginSources, events: Arc<dyn LoadEvents>) -> Self {
        let PluginSources { bundled, dir, takes_over } = sources;
        let bundled = bundled.into_iter().map(|(name, wasm)| PluginSource::Bundled { name, wasm });
        let (files, of_folder) = find_files(runtime.limits().files, dir).await;
        let first = |source: PluginSource| {
            let events = Arc::clone(&events);
            async move {
                let name = shown_name(&source);
                events.begun(&name);
                let loaded = runtime.load_all(source.clone(), Effort::Quick).await;
                let state = loaded.map_or(State::Compiling, State::loaded);
                if !matches!(state, State::Compiling) {
                    events.ended(&name);
                }
                Entry { source, state }
            }
        };
        let entries: Vec<Entry> = stream::iter(bundled.chain(files)).map(first).buffered(READING).collect().await;
        let pending: Vec<usize> =
            (0..).zip(&entries).filter(|(_, entry)| entry.is_compiling()).map(|(at, _)| at).collect();
        let board = Board { entries: Mutex::new(entries), of_folder, takes_over: takes_over.into() };
        let (sender, sets) = watch::channel(Arc::new(board.set()));
        if pending.is_empty() {
            return Self { sets, _compiling: None };
        }
        let runtime = runtime.clone();
        let compiling = tokio::spawn(async move { board.compile(&runtime, pending, &sender, &*events).await });
        Self { sets, _compiling: Some(Arc::new(AbortOnDropHandle::new(compiling))) }
    }

    /// The plugins that are there now, and no others later.
    #[must_use]
    pub fn fixed(set: PluginSet) -> Self {
        Self { sets: watch::channel(Arc::new(set)).1, _compiling: None }
    }

    /// The plugins as they are at this moment.
    #[must_use]
    pub fn now(&self) -> Arc<PluginSet> {
        Arc::clone(&self.sets.borrow())
    }

    /// Waits until the plugins are so, or until no more follow. Cancel-safe.
    pub async fn until(&self, mut is_so: impl FnMut(&PluginSet) -> bool) -> Arc<PluginSet> {
        let mut sets = self.sets.clone();
        // Nobody sends any more when all are loaded.
        let found = sets.wait_for(|set| is_so(set)).await.map(|set| Arc::clone(&set));
        found.unwrap_or_else(|_| self.now())
    }

    /// Waits until all are loaded. Cancel-safe.
    pub async fn loaded(&self) -> Arc<PluginSet> {
        self.until(|set| set.compiling().next().is_none()).await
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

/// What became of each file so far.
struct Board {
    /// Bundled plugins come first and in their order, so that files replace them and not the other way round.
    entries: Mutex<Vec<Entry>>,
    /// What is wrong with the folder.
    of_folder: Vec<Arc<LoadProblem>>,
    takes_over: Arc<[String]>,
}

impl Board {
    fn set(&self) -> PluginSet {
        PluginSet::of(&self.entries.lock(), &self.of_folder, &self.takes_over)
    }

    async fn compile(
        &self,
        runtime: &Runtime,
        pending: Vec<usize>,
        sender: &watch::Sender<Arc<PluginSet>>,
        events: &dyn LoadEvents,
    ) {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let compile = |at: usize| async move {
            let Some(source) = self.entries.lock().get(at).map(|entry| entry.source.clone()) else { return };
            let loaded = runtime.load_all(source.clone(), Effort::Full).await;
            events.ended(&shown_name(&source));
            // With all effort something has come of it.
            let state = State::loaded(loaded.unwrap_or_default());
            if let Some(entry) = self.entries.lock().get_mut(at) {
                entry.state = state;
            }
            // In one step, so that no later set is followed by an earlier one.
            sender.send_modify(|set| *set = Arc::new(self.set()));
        };
        stream::iter(pending).for_each_concurrent(cores, compile).await;
    }
}
