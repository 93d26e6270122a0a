//! Compiling components: from their octets to machine code, which is kept on disk between starts.
//!
//! A compiler that is given a stranger's file is given the power over its own time and memory. So files are compiled in a
//! child process of bounded time and memory (`child`, and `inside` what happens there), and never in this one; what comes
//! with the program may be compiled here. `code_cache` keeps what was made.

mod child;
mod code_cache;
mod inside;

use std::{num::NonZeroUsize, path::Path, sync::Arc};

use limits::SandboxLimits;
use tokio::sync::Semaphore;
use wasmtime::{Engine, component::Component};

use self::code_cache::CodeCache;
pub use self::{
    child::ChildProgram,
    inside::{CompileBounds, compile_for_parent},
};
use crate::{LoadError, LoadEvents, text};

/// How the files of the plugins folder are compiled.
#[derive(Clone, Debug, Default)]
pub enum Compiler {
    /// In this process, without bounds: for those who trust the files, such as tests.
    #[default]
    Here,
    /// In child processes of this program, which calls [`compile_for_parent`].
    Children(ChildProgram),
}

/// Whether a component came with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It may be compiled in this process.
    Bundled,
    /// It may be anything.
    File,
}

/// Whether a file is compiled whose machine code is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheMiss {
    /// It is not: that takes long.
    Defer,
    /// It is.
    Compile,
}

/// A component of which machine code is wanted.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// What messages call it.
    pub(crate) name: &'a str,
    pub(crate) wasm: &'a Arc<[u8]>,
    /// Of its octets.
    pub(crate) digest: &'a str,
    pub(crate) trust: Trust,
    pub(crate) on_miss: CacheMiss,
}

/// Makes machine code of components. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Compiling {
    compiler: Compiler,
    cache: Option<Arc<CodeCache>>,
    /// Children at the same time: more would wait for the processor.
    places: Arc<Semaphore>,
}

impl Compiling {
    pub(crate) fn new(compiler: Compiler, cache_dir: Option<&Path>, engine: &Engine) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let cache = cache_dir.and_then(|dir| match CodeCache::open(dir, engine) {
            Ok(cache) => Some(Arc::new(cache)),
            Err(reason) => {
                tracing::warn!(dir = %dir.display(), %reason, "compiled plugins are not kept: the cache folder cannot be used");
                None
            }
        });
        Self { compiler, cache, places: Arc::new(Semaphore::new(cores)) }
    }

    /// Finds the machine code of a component, or makes it if that is wanted, and tells of that. Must be called within a tokio runtime with I/O,
    /// unless it is trusted. Cancel-safe: dropping the future ends the child.
    pub(crate) async fn compile(
        &self,
        engine: &Engine,
        wanted: Wanted<'_>,
        limits: &SandboxLimits,
        events: &dyn LoadEvents,
    ) -> Result<Option<Component>, LoadError> {
        let Wanted { name, wasm, digest, trust, on_miss } = wanted;
        if let Some(cache) = &self.cache {
            let (cache, engine, digest) = (Arc::clone(cache), engine.clone(), digest.to_owned());
            if let Some(component) =
                blocking(move || cache.get(&digest).and_then(|code| load(&engine, &code).ok())).await?
            {
                return Ok(Some(component));
            }
        }
        if (trust, on_miss) == (Trust::File, CacheMiss::Defer) {
            return Ok(None);
        }
        let code = match (&self.compiler, trust) {
            (Compiler::Children(program), Trust::File) => {
                let _place = self.places.acquire().await.map_err(|_| stopped())?;
                events.compiling(name);
                child::compile(program, name, wasm, limits).await?
            }
            _ => {
                events.compiling(name);
                let (engine, wasm) = (engine.clone(), Arc::clone(wasm));
                blocking(move || engine.precompile_component(&wasm)).await?.map_err(|error| refused(&error))?
            }
        };
        let (cache, engine, digest) = (self.cache.clone(), engine.clone(), digest.to_owned());
        blocking(move || {
            let component = load(&engine, &code).map_err(|error| refused(&error))?;
            if let Some(cache) = cache {
                cache.put(&digest, &code);
            }
            Ok(Some(component))
        })
        .await?
    }
}

/// Takes over machine code as it is.
#[expect(unsafe_code, reason = "there is no other way to take over compiled code, and it is our own")]
fn load(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the octets must be what wasmtime's compiler wrote, since they are run as they are. They come from three
    // places, and nobody else can write to any of them: from this process; through a pipe from a child that runs this very
    // executable, has the guest's octets as its only input, and never runs them; or from the cache folder, which belongs
    // to this user alone (mode 0700 or at least not writable by others: `CodeCache::open` looks), whose files have a checksum
    // against torn writes. wasmtime itself refuses the code of another version, target or configuration.
    unsafe { Component::deserialize(engine, code) }
}

/// Runs what takes milliseconds to seconds where nobody waits for the thread.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| LoadError::Runtime { reason: error.to_string() })
}

fn stopped() -> LoadError {
    LoadError::Runtime { reason: "the runtime is shutting down".to_owned() }
}

fn refused(error: &wasmtime::Error) -> LoadError {
    LoadError::NotAComponent { reason: text::one_line(error) }
}
