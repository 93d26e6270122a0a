//! The ceiling on the memory of a run.
//!
//! wasmtime's own limits count each memory by itself, and a component may have several; this one sums them.

use limits::SandboxLimits;
use wasmtime::ResourceLimiter;

/// Sums the memories and tables of a run and refuses what is too much.
pub(crate) struct MemoryCeiling {
    limit: usize,
    instances: usize,
    memories: usize,
    used: usize,
    peak: usize,
    last_growth: usize,
    refused: bool,
}

impl MemoryCeiling {
    pub(crate) fn new(limits: &SandboxLimits) -> Self {
        let (limit, instances, memories) = (limits.memory_bytes, limits.instances, limits.memories);
        Self { limit, instances, memories, used: 0, peak: 0, last_growth: 0, refused: false }
    }

    /// The most octets that were in use.
    pub(crate) fn peak(&self) -> usize {
        self.peak
    }

    /// Whether the guest ever wanted more than it may have.
    pub(crate) fn refused(&self) -> bool {
        self.refused
    }

    fn grow(&mut self, octets: usize) -> bool {
        let wanted = self.used.saturating_add(octets);
        if wanted > self.limit {
            self.refused = true;
            return false;
        }
        self.used = wanted;
        self.peak = self.peak.max(wanted);
        self.last_growth = octets;
        true
    }

    /// Growing was allowed, but the machine had no memory for it.
    fn growth_failed(&mut self) {
        self.used = self.used.saturating_sub(self.last_growth);
        self.last_growth = 0;
    }
}

/// What an element of a table takes in the host.
const ELEMENT_OCTETS: usize = size_of::<usize>();

impl ResourceLimiter for MemoryCeiling {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current)))
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.growth_failed();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(self.grow(desired.saturating_sub(current).saturating_mul(ELEMENT_OCTETS)))
    }

    fn table_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.growth_failed();
        Ok(())
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.instances
    }

    fn memories(&self) -> usize {
        self.memories
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ceiling() -> MemoryCeiling {
        MemoryCeiling::new(&SandboxLimits { memory_bytes: 1_000, ..SandboxLimits::default() })
    }

    #[test]
    fn memories_and_tables_are_summed() {
        let mut ceiling = ceiling();
        assert!(ceiling.memory_growing(0, 600, None).unwrap());
        assert!(!ceiling.memory_growing(0, 600, None).unwrap());
        assert!(ceiling.table_growing(0, 50, None).unwrap());
        assert!(!ceiling.table_growing(50, 51, None).unwrap());
        assert_eq!((ceiling.peak(), ceiling.refused()), (1_000, true));
    }

    #[test]
    fn what_the_machine_refused_is_not_counted() {
        let mut ceiling = ceiling();
        assert!(ceiling.memory_growing(0, 600, None).unwrap());
        ceiling.memory_grow_failed(wasmtime::Error::msg("no memory")).unwrap();
        assert!(ceiling.memory_growing(0, 1_000, None).unwrap());
    }
}
