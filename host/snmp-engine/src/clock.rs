//! The time, as tokio tells it: in tests it stands still until everybody waits.
//!
//! What decides is told the time in the standard library's type and knows no runtime; this is where one becomes the
//! other.

use std::time::Instant;

use tokio::time::error::Elapsed;

/// What time it is.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Waits for a future, but no longer than until the deadline.
pub(crate) async fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Result<F::Output, Elapsed> {
    tokio::time::timeout_at(deadline.into(), future).await
}
