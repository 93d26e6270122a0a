//! The runtime: the engine, the guests' own threads, and how many guests may be there at a time.
//!
//! Guests run on threads of their own, since a guest that computes would slow down whatever shares its threads:
//! eight of them left 5 of 149 good jobs a second.

use std::{
    fmt, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use limits::SandboxLimits;
use plugin_folder::Rules;
use tokio::{sync::Semaphore, time::Instant};
use tokio_util::task::AbortOnDropHandle;
use wasmtime::component::Linker;

use crate::{
    AnyPlugin, CollectError, CollectJob, CollectReport, LoadError, LoadEvents, Plugin, PluginSource, RuntimeOptions,
    Sections,
    breaker::Breakers,
    collect,
    compile::{CacheMiss, Compiling},
    contract, engine,
    guest_memory::GuestMemory,
    load::{self, Linked, LoadedSource, Loader},
    terms::Terms,
    ticker::Ticker,
};

/// Loads plugins and runs them. Cloning is cheap; the last clone that is dropped stops every guest and the threads.
#[derive(Clone)]
pub struct Runtime(Arc<Shared>);

struct Shared {
    ticker: Ticker,
    loader: Loader,
    slots: Arc<Semaphore>,
    guest_memory: GuestMemory,
    trap_slots: Arc<Semaphore>,
    breakers: Breakers,
    guests: Guests,
}

/// The guests' tokio runtime. It may be dropped anywhere, also on an asynchronous thread.
struct Guests(Option<tokio::runtime::Runtime>);

/// Why the runtime could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// wasmtime refused its configuration.
    #[error("cannot set up the WebAssembly engine: {reason}")]
    Engine {
        /// What it says.
        reason: String,
    },
    /// The threads for guests could not be started.
    #[error("cannot start the threads for plugins")]
    Threads(#[source] io::Error),
}

/// Threads on which plugins are read and linked; more would wait for the processor.
const COMPILING_THREADS: usize = 4;

impl Runtime {
    /// Sets up the engine and starts the guests' threads.
    pub fn new(options: RuntimeOptions) -> Result<Self, RuntimeError> {
        let refused = |error: wasmtime::Error| RuntimeError::Engine { reason: format!("{error:#}") };
        let engine = engine::build(&options.limits).map_err(refused)?;
        let compiling = Compiling::new(options.compiler, options.cache_dir.as_deref(), &engine);
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(refused)?;
        contract::link(&mut linker).map_err(refused)?;
        let guests = Guests::start(options.threads).map_err(RuntimeError::Threads)?;
        let ticker = Ticker::start(engine).map_err(RuntimeError::Threads)?;
        let slots = |max: usize| Arc::new(Semaphore::new(max.clamp(1, Semaphore::MAX_PERMITS)));
        let (slots, trap_slots) = (slots(options.limits.concurrent_guests), slots(options.limits.trap_guests));
        let guest_memory = GuestMemory::new(options.limits.guests_memory_bytes);
        let limits = Arc::new(options.limits);
        let loader = Loader {
            ticker: ticker.clone(),
            linker: Arc::new(linker),
            limits,
            compiling,
            allowed_secrets: options.allowed_secrets.into(),
            rules: Arc::new(options.rules),
        };
        Ok(Self(Arc::new(Shared {
            ticker,
            loader,
            slots,
            guest_memory,
            trap_slots,
            breakers: Breakers::default(),
            guests,
        })))
    }

    pub(crate) fn rules(&self) -> &Arc<Rules> {
        &self.0.loader.rules
    }

    /// The bounds on each plugin.
    #[must_use]
    pub fn limits(&self) -> &SandboxLimits {
        &self.0.loader.limits
    }

    /// Compiles a plugin, asks it what it is and checks the answer. Must be called within a tokio runtime with I/O where
    /// files are compiled in children.
    ///
    /// Dropping the future gives up and ends the child; a compilation in this process goes on to its end.
    pub async fn load(&self, source: PluginSource) -> Result<AnyPlugin, LoadError> {
        let linked = self
            .link(&source, &Terms::default(), CacheMiss::Compile, &())
            .await?
            .ok_or_else(|| LoadError::NotCompiled { reason: "there is no machine code of it".to_owned() })?;
        self.describe(source, linked).await
    }

    /// Like [`Runtime::load`], of a file that may be several plugins: a component that is configured is one with each of
    /// the files in the folder of its own name beside it. With each plugin comes the file that it is of. Tells of a
    /// compilation.
    pub async fn load_all(
        &self,
        source: PluginSource,
        events: &dyn LoadEvents,
    ) -> Vec<(PluginSource, Result<AnyPlugin, LoadError>)> {
        // What has to be compiled is, so something comes of it.
        self.load_with(source, &Terms::default(), CacheMiss::Compile, events).await.unwrap_or_default()
    }

    /// Like [`Runtime::load_all`], on these terms, but none for a file that would have to be compiled, where
    /// `on_miss` puts that off.
    pub(crate) async fn load_with(
        &self,
        source: PluginSource,
        terms: &Terms,
        on_miss: CacheMiss,
        events: &dyn LoadEvents,
    ) -> Option<Vec<LoadedSource>> {
        let linked = match self.link(&source, terms, on_miss, events).await {
            Ok(None) => return None,
            Ok(Some(linked)) => linked,
            Err(error) => return Some(vec![(source, Err(error))]),
        };
        let folder = source.path().filter(|_| linked.is_configured()).map(|path| path.with_extension(""));
        let max = self.limits().files;
        let found = match folder {
            Some(folder) => self.on_blocking(move || load::configurations(&folder, max)).await,
            None => Ok(Vec::new()),
        };
        let configurations = match found {
            Ok(configurations) => configurations,
            Err(error) => return Some(vec![(source, Err(error))]),
        };
        if configurations.is_empty() {
            let plugin = self.describe(source.clone(), linked).await;
            return Some(vec![(source, plugin)]);
        }
        let linked = Arc::new(linked);
        let mut loaded = Vec::with_capacity(configurations.len());
        for path in configurations {
            let source = PluginSource::File(path);
            loaded.push((source.clone(), self.describe_configured(source, &linked).await));
        }
        Some(loaded)
    }

    /// Reads, checks, compiles and links. None for what would have to be compiled, where `on_miss` puts that off.
    async fn link(
        &self,
        source: &PluginSource,
        terms: &Terms,
        on_miss: CacheMiss,
        events: &dyn LoadEvents,
    ) -> Result<Option<Linked>, LoadError> {
        let (loader, wanted, terms) = (self.0.loader.clone(), source.clone(), terms.clone());
        let checked = self.on_blocking(move || loader.read(&wanted, &terms)).await?;
        let Some(component) = self.0.loader.compile(source, &checked, on_miss, events).await? else { return Ok(None) };
        let loader = self.0.loader.clone();
        self.on_blocking(move || loader.link(&component, checked)).await.map(Some)
    }

    async fn describe(&self, source: PluginSource, linked: Linked) -> Result<AnyPlugin, LoadError> {
        let loader = self.0.loader.clone();
        self.on_guests(async move { loader.describe(source, linked).await }).await
    }

    async fn describe_configured(&self, source: PluginSource, linked: &Arc<Linked>) -> Result<AnyPlugin, LoadError> {
        let path = source.path().map(Path::to_owned).ok_or(LoadError::NoConfiguration)?;
        let configuration = self.on_blocking(move || load::read_configuration(&path)).await?;
        let (loader, linked) = (self.0.loader.clone(), Arc::clone(linked));
        self.on_guests(async move { loader.describe_configured(source, configuration, &linked).await }).await
    }

    /// Does a part of loading on a thread that may wait for the disk.
    async fn on_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, LoadError> + Send + 'static,
    ) -> Result<T, LoadError> {
        let guests = self.0.guests.handle().ok_or_else(shutting_down)?;
        let done = AbortOnDropHandle::new(guests.spawn_blocking(work)).await;
        done.unwrap_or_else(|error| Err(LoadError::Runtime { reason: error.to_string() }))
    }

    /// Does a part of loading where guests run.
    async fn on_guests<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, LoadError>> + Send + 'static,
    ) -> Result<T, LoadError> {
        let guests = self.0.guests.handle().ok_or_else(shutting_down)?;
        let done = AbortOnDropHandle::new(guests.spawn(work)).await;
        done.unwrap_or_else(|error| Err(LoadError::Runtime { reason: error.to_string() }))
    }

    /// Runs `collect` on the guests' own threads, within the job's deadline.
    ///
    /// Dropping the future stops the guest, at the latest after the current tick of 10 ms.
    pub async fn collect(&self, plugin: &Plugin, job: CollectJob) -> CollectReport {
        let not_run = |reason: &str| CollectReport::without_run(CollectError::NotRun { reason: reason.to_owned() });
        let Some(guests) = self.0.guests.handle() else { return not_run("the runtime is shutting down") };
        let (ticker, slots, memory) = (self.0.ticker.clone(), Arc::clone(&self.0.slots), self.0.guest_memory.clone());
        let plugin = plugin.clone();
        // The place belongs to the task and not to this future: a guest holds it until it is really gone.
        let task = guests.spawn(async move {
            let place = async { (slots.acquire_owned().await, memory.room(&plugin.loaded().usual_memory).await) };
            let Ok(place) = tokio::time::timeout_at(job.deadline, place).await else {
                return CollectReport::without_run(CollectError::Deadline);
            };
            let report = collect::collect(&ticker, &plugin, job).await;
            plugin.loaded().usual_memory.learn(report.peak_memory);
            drop(place);
            report
        });
        match AbortOnDropHandle::new(task).await {
            Ok(report) => report,
            Err(error) if error.is_panic() => not_run("the host panicked"),
            Err(_cancelled) => not_run("the runtime is shutting down"),
        }
    }

    pub(crate) fn breakers(&self) -> &Breakers {
        &self.0.breakers
    }

    pub(crate) fn ticker(&self) -> &Ticker {
        &self.0.ticker
    }

    /// Runs `work` on the guests' own threads, once there is a place among the guests for notifications.
    pub(crate) async fn run_for_traps<T: Send + 'static>(
        &self,
        deadline: Instant,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, CollectError> {
        let not_run = |reason: &str| CollectError::NotRun { reason: reason.to_owned() };
        let guests = self.0.guests.handle().ok_or_else(|| not_run("the runtime is shutting down"))?;
        let slots = Arc::clone(&self.0.trap_slots);
        // As with `collect`, the slot belongs to the task.
        let task = guests.spawn(async move {
            let Ok(slot) = tokio::time::timeout_at(deadline, slots.acquire_owned()).await else {
                return Err(CollectError::Deadline);
            };
            let answer = work.await;
            drop(slot);
            Ok(answer)
        });
        match AbortOnDropHandle::new(task).await {
            Ok(answer) => answer,
            Err(error) if error.is_panic() => Err(not_run("the host panicked")),
            Err(_cancelled) => Err(not_run("the runtime is shutting down")),
        }
    }
}

fn shutting_down() -> LoadError {
    LoadError::Runtime { reason: "the runtime is shutting down".to_owned() }
}

impl CollectReport {
    /// The report on a guest that never ran.
    fn without_run(error: CollectError) -> Self {
        Self {
            result: Err(error),
            kept: Sections::default(),
            withheld: Vec::new(),
            withheld_dropped: 0,
            misfits: Vec::new(),
            cpu: Duration::ZERO,
            peak_memory: 0,
            host_calls: 0,
            log_dropped: 0,
        }
    }
}

impl Guests {
    fn start(threads: usize) -> io::Result<Self> {
        let started = AtomicUsize::new(0);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads.max(1))
            .max_blocking_threads(COMPILING_THREADS)
            .thread_name_fn(move || format!("plugin-{}", started.fetch_add(1, Ordering::Relaxed)))
            .enable_time()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    fn handle(&self) -> Option<&tokio::runtime::Handle> {
        self.0.as_ref().map(tokio::runtime::Runtime::handle)
    }
}

impl Drop for Guests {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime").finish_non_exhaustive()
    }
}
