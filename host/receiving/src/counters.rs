//! What became of notifications behind the listener.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, count: usize) {
        self.0.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What became of notifications since the start.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) stored: Counter,
    pub(super) unstored: Counter,
    pub(super) not_decoded: Counter,
    pub(super) lost: Counter,
    pub(super) enricher_failures: Counter,
    pub(super) repeated: Counter,
    pub(super) store_failures: Counter,
}

/// What became of notifications behind the listener, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct ReceiveStats {
    /// Records that were put into the log.
    pub stored: u64,
    /// Records that could not be put into the log when they came. They went to their receivers from memory, and count as
    /// `stored` too once they are.
    pub unstored: u64,
    /// Notifications that the decoder failed with. They are in the log all the same.
    pub not_decoded: u64,
    /// Notifications that were lost because decoding them failed in the program itself, which is a defect of it.
    pub lost: u64,
    /// Records that an enricher failed with.
    pub enricher_failures: u64,
    /// Notifications that said the same as one before, and are in the count of a record.
    pub repeated: u64,
    /// Times that records could not be stored and were tried again.
    pub store_failures: u64,
}

impl Counters {
    pub(super) fn read(&self) -> ReceiveStats {
        ReceiveStats {
            stored: self.stored.read(),
            unstored: self.unstored.read(),
            not_decoded: self.not_decoded.read(),
            lost: self.lost.read(),
            enricher_failures: self.enricher_failures.read(),
            repeated: self.repeated.read(),
            store_failures: self.store_failures.read(),
        }
    }
}
