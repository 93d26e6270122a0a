//! What is in progress.

use std::pin::Pin;

/// A job that runs for as long as this is polled.
pub type Running<T> = Pin<Box<dyn Future<Output = T> + Send>>;
