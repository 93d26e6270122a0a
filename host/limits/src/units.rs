//! Units that bounds are written in.

use std::time::Duration;

pub(crate) const KIB: u64 = 1 << 10;
pub(crate) const MIB: u64 = 1 << 20;
pub(crate) const GIB: u64 = 1 << 30;

/// So many times 1,024.
#[must_use]
pub const fn kib(count: usize) -> usize {
    count << 10
}

/// So many times 1,048,576.
#[must_use]
pub const fn mib(count: usize) -> usize {
    count << 20
}

/// So many microseconds.
#[must_use]
pub const fn micros(count: u64) -> Duration {
    Duration::from_micros(count)
}

/// So many milliseconds.
#[must_use]
pub const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// So many seconds.
#[must_use]
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}
