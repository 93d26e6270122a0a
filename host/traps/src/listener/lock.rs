//! Locks what all parts of the listener share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks, for a short time. Whoever has panicked with the lock has left nothing half done that matters here.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
