//! How wasmtime is set up: what a plugin may be made of, and where its memory comes from.

use limits::SandboxLimits;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails};

/// The most calls that the backtrace of a trap shows; a trap deeper than that is taken for endless recursion.
pub(crate) const BACKTRACE_CALLS: usize = 64;

/// What of a guest's memory, table or stack stays with its place in the pool for the next guest: what a plugin in Rust
/// touches. More of it is given back to the system after each run.
const KEPT_RESIDENT: usize = 512 << 10;

/// The most elements of a table: functions that a guest calls through pointers, far fewer in any plugin seen.
pub(crate) const TABLE_ELEMENTS: usize = 1 << 17;

/// Opens what a process that is not dumpable can open only as root: the map of its own pages, in which the pool looks up what
/// a guest has touched. Without it all that stays resident is written anew after each run, which takes longer.
pub fn open_page_map() {
    // wasmtime keeps the file that this opens.
    let _ = PoolingAllocationConfig::is_pagemap_scan_available();
}

/// Sets up the engine.
pub(crate) fn build(limits: &SandboxLimits) -> wasmtime::Result<Engine> {
    let mut config = config();
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

/// What decides which machine code there is. Where memory comes from does not.
pub(crate) fn config() -> Config {
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
    config
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};

    use super::*;

    /// A child that compiles reserves no places for guests.
    #[test]
    fn what_is_compiled_without_a_pool_is_taken_with_one() {
        let hash = |engine: &Engine| {
            let mut hasher = DefaultHasher::new();
            engine.precompile_compatibility_hash().hash(&mut hasher);
            hasher.finish()
        };
        let with_pool = build(&SandboxLimits::default()).unwrap();
        assert_eq!(hash(&with_pool), hash(&Engine::new(&config()).unwrap()));
    }
}
