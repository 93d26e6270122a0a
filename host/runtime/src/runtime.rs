//! The runtime: the engine, the guests' own threads, and how many guests may be there at a time.
//!
//! Guests run on threads of their own, since a guest that computes would slow down whatever shares its threads:
//! eight of them left 5 of 149 good jobs a second.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use limits::SandboxLimits;
use tokio::{sync::Semaphore, time::Instant};
use tokio_util::task::AbortOnDropHandle;
use wasmtime::component::Linker;

use crate::{
    AnyPlugin, CollectError, CollectJob, CollectReport, LoadError, Plugin, PluginSource, RuntimeOptions, collect,
    contract, engine, load::Loader, ticker::Ticker,
};

/// Loads plugins and runs them. Cloning is cheap; the last clone that is dropped stops every guest and the threads.
#[derive(Clone)]
pub struct Runtime(Arc<Shared>);

struct Shared {
    ticker: Ticker,
    loader: Loader,
    slots: Arc<Semaphore>,
    trap_slots: Arc<Semaphore>,
    guests: Guests,
}

/// The guests' tokio runtime. It may be dropped anywhere, also on an asynchronous thread.
struct Guests(Option<tokio::runtime::Runtime>);

/// Why the runtime could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// wasmtime refused its configuration.
    #[error("the WebAssembly engine cannot be set up: {reason}")]
    Engine {
        /// What it says.
        reason: String,
    },
    /// The threads for guests could not be started.
    #[error("the threads for plugins cannot be started")]
    Threads(#[source] io::Error),
}

/// Threads on which plugins are read and compiled; more would wait for the processor.
const COMPILING_THREADS: usize = 4;

impl Runtime {
    /// Sets up the engine and starts the guests' threads.
    pub fn new(options: RuntimeOptions) -> Result<Self, RuntimeError> {
        let refused = |error: wasmtime::Error| RuntimeError::Engine { reason: format!("{error:#}") };
        let engine = engine::build(options.cache_dir.as_deref(), &options.limits).map_err(refused)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(refused)?;
        contract::link(&mut linker).map_err(refused)?;
        let guests = Guests::start(options.threads).map_err(RuntimeError::Threads)?;
        let ticker = Ticker::start(engine).map_err(RuntimeError::Threads)?;
        let slots = |most: usize| Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)));
        let (slots, trap_slots) = (slots(options.limits.concurrent_guests), slots(options.limits.trap_guests));
        let limits = Arc::new(options.limits);
        let allowed_secrets = options.allowed_secrets.into();
        let loader = Loader { ticker: ticker.clone(), linker: Arc::new(linker), limits, allowed_secrets };
        Ok(Self(Arc::new(Shared { ticker, loader, slots, trap_slots, guests })))
    }

    /// The bounds on each plugin.
    #[must_use]
    pub fn limits(&self) -> &SandboxLimits {
        &self.0.loader.limits
    }

    /// Compiles a plugin, asks it what it is and checks the answer.
    ///
    /// Dropping the future gives up, though a compilation that has begun goes on to its end.
    pub async fn load(&self, source: PluginSource) -> Result<AnyPlugin, LoadError> {
        let shutting_down = || LoadError::Runtime { reason: "the runtime is shutting down".to_owned() };
        let guests = self.0.guests.handle().ok_or_else(shutting_down)?;
        let failed = |error: tokio::task::JoinError| LoadError::Runtime { reason: error.to_string() };
        let (loader, wanted) = (self.0.loader.clone(), source.clone());
        let compiling = AbortOnDropHandle::new(guests.spawn_blocking(move || loader.compile(&wanted)));
        let compiled = compiling.await.map_err(failed)??;
        let loader = self.0.loader.clone();
        let describing = AbortOnDropHandle::new(guests.spawn(async move { loader.describe(source, compiled).await }));
        describing.await.map_err(failed)?
    }

    /// Like [`Runtime::load`], of a file that may be several plugins: a component that is configured is one with each of
    /// the files in the folder of its own name beside it. With each plugin comes the file that it is of.
    pub async fn load_all(&self, source: PluginSource) -> Vec<(PluginSource, Result<AnyPlugin, LoadError>)> {
        let folder = source.path().map(|path| path.with_extension(""));
        let Some((guests, folder)) = self.0.guests.handle().zip(folder) else {
            let loaded = self.load(source.clone()).await;
            return vec![(source, loaded)];
        };
        let (loader, wanted, files) = (self.0.loader.clone(), source.clone(), self.0.loader.limits.files);
        let work = guests.spawn(async move {
            let compiler = loader.clone();
            let compiling = tokio::task::spawn_blocking(move || {
                let compiled = compiler.compile(&wanted)?;
                let configurations =
                    if compiled.is_configured() { configurations(&folder, files)? } else { Vec::new() };
                Ok((compiled, configurations))
            });
            let (compiled, configurations) = match compiling.await {
                Ok(Ok(compiled)) => compiled,
                Ok(Err(error)) => return vec![(source, Err(error))],
                Err(error) => return vec![(source, Err(LoadError::Runtime { reason: error.to_string() }))],
            };
            if configurations.is_empty() {
                let loaded = loader.describe(source.clone(), compiled).await;
                return vec![(source, loaded)];
            }
            let mut loaded = Vec::with_capacity(configurations.len());
            for path in configurations {
                let plugin = loader.describe_configured(&path, &compiled).await;
                loaded.push((PluginSource::File(path), plugin));
            }
            loaded
        });
        AbortOnDropHandle::new(work).await.unwrap_or_default()
    }

    /// Runs `collect` on the guests' own threads, within the job's deadline.
    ///
    /// Dropping the future stops the guest, at the latest after the current tick of 10 ms.
    pub async fn collect(&self, plugin: &Plugin, job: CollectJob) -> CollectReport {
        let not_run = |reason: &str| CollectReport::without_run(CollectError::NotRun { reason: reason.to_owned() });
        let Some(guests) = self.0.guests.handle() else { return not_run("the runtime is shutting down") };
        let (ticker, slots, plugin) = (self.0.ticker.clone(), Arc::clone(&self.0.slots), plugin.clone());
        // The slot belongs to the task and not to this future: a guest holds it until it is really gone.
        let task = guests.spawn(async move {
            let Ok(slot) = tokio::time::timeout_at(job.deadline, slots.acquire_owned()).await else {
                return CollectReport::without_run(CollectError::Deadline);
            };
            let report = collect::collect(&ticker, plugin, job).await;
            drop(slot);
            report
        });
        match AbortOnDropHandle::new(task).await {
            Ok(report) => report,
            Err(error) if error.is_panic() => not_run("the host panicked"),
            Err(_cancelled) => not_run("the runtime is shutting down"),
        }
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

/// The files of a folder, sorted by name, but for hidden ones; at most so many.
fn configurations(folder: &Path, most: usize) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |error: io::Error| LoadError::Unreadable { reason: error.to_string() };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.is_file() {
            files.push(path);
        }
        if files.len() > most {
            return Err(LoadError::TooManyFiles { limit: most });
        }
    }
    files.sort();
    Ok(files)
}

impl CollectReport {
    /// The report on a guest that never ran.
    fn without_run(error: CollectError) -> Self {
        let kept = serde_json::Map::new();
        Self {
            result: Err(error),
            kept,
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
