//! The requests of one walk that are in flight: a few futures, polled by the walk itself. No task is spawned.

use std::{future::Future, pin::Pin, task::Poll};

/// Futures that are polled together.
pub(super) struct FutureSet<T> {
    futures: Vec<Pin<Box<dyn Future<Output = T> + Send>>>,
}

impl<T> FutureSet<T> {
    pub(super) fn new() -> Self {
        Self { futures: Vec::new() }
    }

    pub(super) fn push(&mut self, future: impl Future<Output = T> + Send + 'static) {
        self.futures.push(Box::pin(future));
    }

    pub(super) fn clear(&mut self) {
        self.futures.clear();
    }

    /// Waits for the first to finish; nothing where there is none. Cancel-safe: a future leaves only with its result.
    pub(super) async fn next(&mut self) -> Option<T> {
        std::future::poll_fn(|context| {
            if self.futures.is_empty() {
                return Poll::Ready(None);
            }
            for place in 0..self.futures.len() {
                let Some(future) = self.futures.get_mut(place) else { break };
                if let Poll::Ready(result) = future.as_mut().poll(context) {
                    // Removed in order: the oldest request is looked at first.
                    drop(self.futures.remove(place));
                    return Poll::Ready(Some(result));
                }
            }
            Poll::Pending
        })
        .await
    }
}
