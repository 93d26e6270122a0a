//! Rows of what was measured.

use std::time::Duration;

/// The middle one of the times.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Prints two times and their ratio.
pub(crate) fn row(title: &str, ours: Duration, theirs: Duration) {
    let (ours, theirs) = (ours.as_secs_f64() * 1e3, theirs.as_secs_f64() * 1e3);
    println!("{title:<58}{ours:>9.1} ms{theirs:>9.1} ms{:>8.2}", ours / theirs);
}
