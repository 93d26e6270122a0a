//! The memory of all guests that run at the same time: each takes its usual share of one budget before it starts.
//!
//! A guest in Rust has a megabyte and a guest in Python thirteen, so a number of guests bounds the one too much or the
//! other too little.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A page of WebAssembly's memory, in which guests grow.
const PAGE_OCTETS: usize = 64 << 10;

/// What guests that run at the same time may take together.
#[derive(Clone, Debug)]
pub(crate) struct GuestMemory {
    free: Arc<Semaphore>,
    pages: usize,
}

impl GuestMemory {
    pub(crate) fn new(octets: usize) -> Self {
        let pages = (octets / PAGE_OCTETS).clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(pages)), pages }
    }

    /// Waits until there is room for a run that takes what runs of this plugin usually take, in the order in which runs
    /// came. One that takes more than all there is runs alone.
    pub(crate) async fn room(&self, usual: &UsualMemory) -> Option<OwnedSemaphorePermit> {
        let pages = usual.octets().div_ceil(PAGE_OCTETS).clamp(1, self.pages);
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        // None is for a semaphore that is closed, which this one never is.
        Arc::clone(&self.free).acquire_many_owned(pages).await.ok()
    }
}

/// What runs of one plugin usually take: the peak of the last ones, where one that took little lets it sink slowly.
#[derive(Debug, Default)]
pub(crate) struct UsualMemory(AtomicUsize);

impl UsualMemory {
    /// By what describing the plugin took, before there were any runs.
    pub(crate) fn of(octets: usize) -> Self {
        Self(AtomicUsize::new(octets))
    }

    fn octets(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Learns of a run that took so much.
    pub(crate) fn learn(&self, octets: usize) {
        // What is lost where two runs end together is learned of the next one.
        let sunk = self.octets() - self.octets() / 8;
        self.0.store(sunk.max(octets), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    #[tokio::test]
    async fn runs_wait_for_room_and_one_that_is_too_large_runs_alone() {
        let memory = GuestMemory::new(10 * MIB);
        let (small, large) = (UsualMemory::of(4 * MIB), UsualMemory::of(100 * MIB));
        let first = memory.room(&small).await;
        let second = memory.room(&small).await;
        assert_eq!(memory.free.available_permits(), 2 * MIB / PAGE_OCTETS);
        drop((first, second));
        let alone = memory.room(&large).await;
        assert_eq!(memory.free.available_permits(), 0);
        drop(alone);
        assert_eq!(memory.free.available_permits(), memory.pages);
    }

    #[test]
    fn the_usual_memory_rises_at_once_and_sinks_slowly() {
        let usual = UsualMemory::of(MIB);
        usual.learn(8 * MIB);
        assert_eq!(usual.octets(), 8 * MIB);
        usual.learn(MIB);
        assert_eq!(usual.octets(), 7 * MIB);
        for _ in 0..100 {
            usual.learn(MIB);
        }
        assert_eq!(usual.octets(), MIB);
    }
}
