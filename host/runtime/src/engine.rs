//! How wasmtime is set up: what a plugin may be made of, where its memory comes from, and the compiled code on disk.

use std::{io, path::Path};

use limits::SandboxLimits;
use wasmtime::{
    Cache, CacheConfig, Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
    WasmBacktraceDetails,
};

/// The most calls that the backtrace of a trap shows; a trap deeper than that is taken for endless recursion.
pub(crate) const BACKTRACE_CALLS: usize = 64;

/// What of a guest's memory, table or stack stays with its place in the pool for the next guest: what a plugin in Rust
/// touches. More of it is given back to the system after each run.
const KEPT_RESIDENT: usize = 512 << 10;

/// The most elements of a table: functions that a guest calls through pointers, far fewer in any plugin seen.
const TABLE_ELEMENTS: usize = 1 << 17;

/// Sets up the engine, with compiled code kept in `cache_dir` if it can be used.
pub(crate) fn build(cache_dir: Option<&Path>, limits: &SandboxLimits) -> wasmtime::Result<Engine> {
    let mut config = config(cache_dir);
    config.allocation_strategy(pool(limits));
    Engine::new(&config).or_else(|error| {
        // A pool is address space for all guests at once, which small or strict machines do not give.
        tracing::info!(%error, "cannot reserve the memory pool for plugins: each run maps its own memory, which is slower");
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        Engine::new(&config)
    })
}

/// Places for as many guests as may run at a time, each as large as one may be.
///
/// Mapping and unmapping for every run interrupts all other threads of the process: of a small poll with three plugins
/// it took a third of the CPU time.
fn pool(limits: &SandboxLimits) -> PoolingAllocationConfig {
    let guests = limits.concurrent_guests.saturating_add(limits.trap_guests);
    let guests = u32::try_from(guests).unwrap_or(u32::MAX);
    let each = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let all = |count: usize| guests.saturating_mul(each(count));
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(guests)
        .total_stacks(guests)
        .total_core_instances(all(limits.instances))
        .total_memories(all(limits.memories))
        .total_tables(all(limits.instances))
        .max_core_instances_per_component(each(limits.instances))
        .max_memories_per_component(each(limits.memories))
        .max_tables_per_component(each(limits.instances))
        .max_memory_size(limits.memory_bytes)
        .table_elements(TABLE_ELEMENTS)
        .linear_memory_keep_resident(KEPT_RESIDENT)
        .table_keep_resident(KEPT_RESIDENT)
        .async_stack_keep_resident(KEPT_RESIDENT)
        .pagemap_scan(Enabled::Auto);
    pool
}

fn config(cache_dir: Option<&Path>) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        // Costs every call 0.8 µs, and no plugin of the 0.1 contract has a use for it.
        .concurrency_support(false)
        // Room for surprises that no plugin asked for. Shared memories, which no limit sees, are not even compiled in.
        .wasm_memory64(false)
        // Plugins in JavaScript that carry QuickJS have two or three memories. How many there may be is
        // `sandbox.memories`, which the pool and `MemoryCeiling` hold, and all of them together `sandbox.memory_bytes`.
        .wasm_multi_memory(true)
        .epoch_interruption(true)
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .wasm_backtrace_max_frames(std::num::NonZeroUsize::new(BACKTRACE_CALLS));
    if let Some(dir) = cache_dir {
        match open_cache(dir) {
            Ok(cache) => {
                config.cache(Some(cache));
            }
            Err(reason) => {
                tracing::warn!(dir = %dir.display(), %reason, "compiled plugins are not kept: the cache folder cannot be used");
            }
        }
    }
    config
}

fn open_cache(dir: &Path) -> Result<Cache, String> {
    create_private(dir).map_err(|error| error.to_string())?;
    let dir = dir.canonicalize().map_err(|error| error.to_string())?;
    check_private(&dir)?;
    // wasmtime finds out only when it writes, and then says nothing.
    check_writable(&dir).map_err(|error| format!("cannot be written to: {error}"))?;
    let mut config = CacheConfig::new();
    config.with_directory(dir);
    Cache::new(config).map_err(|error| format!("{error:#}"))
}

fn check_writable(dir: &Path) -> io::Result<()> {
    let probe = dir.join(format!(".probe-{}", std::process::id()));
    std::fs::write(&probe, [])?;
    std::fs::remove_file(&probe)
}

#[cfg(unix)]
fn create_private(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// What lies in the cache is run as it is, so nobody else may write there.
#[cfg(unix)]
fn check_private(dir: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = std::fs::metadata(dir).map_err(|error| error.to_string())?;
    if metadata.mode() & 0o022 != 0 {
        return Err(format!("others may write to it (mode {:03o})", metadata.mode() & 0o777));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(format!("it belongs to another user (uid {})", metadata.uid()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn create_private(dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)
}

#[cfg(not(unix))]
fn check_private(_dir: &Path) -> Result<(), String> {
    Ok(())
}
