//! The requests to one agent that are in flight: a semaphore that follows the size of the window.
//!
//! All sessions with the agent share it.

use parking_lot::{Mutex, MutexGuard};
use snmp::profile::WindowSize;
use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

/// The window of an agent.
#[derive(Debug)]
pub(crate) struct Window {
    semaphore: Semaphore,
    state: Mutex<State>,
}

/// The right to have one request in flight. Gives it back when dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    window: &'a Window,
    permit: Option<SemaphorePermit<'a>>,
}

#[derive(Debug)]
struct State {
    size: WindowSize,
    /// The permits that exist, in use or not.
    permits: usize,
}

impl Window {
    /// A window of one.
    pub(crate) fn new() -> Self {
        let state = State { size: WindowSize::default(), permits: 1 };
        Self { semaphore: Semaphore::new(1), state: Mutex::new(state) }
    }

    /// Waits for the right to have a request in flight. First come, first served.
    pub(crate) async fn permit(&self) -> Result<Permit<'_>, AcquireError> {
        let permit = self.semaphore.acquire().await?;
        Ok(Permit { window: self, permit: Some(permit) })
    }

    /// The right to have a request in flight, if there is one that nobody waits for.
    pub(crate) fn try_permit(&self) -> Option<Permit<'_>> {
        let permit = self.semaphore.try_acquire().ok()?;
        Some(Permit { window: self, permit: Some(permit) })
    }

    /// How many requests may be in flight now.
    pub(crate) fn size(&self) -> usize {
        self.lock().size.now()
    }

    /// How many requests could be sent at once now.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// Learns that a request was answered at its first attempt, in a session that allows the window to grow to `max`.
    pub(crate) fn answered(&self, max: usize) {
        let mut state = self.lock();
        state.size.answered(max);
        if state.permits < state.size.now() {
            self.semaphore.add_permits(state.size.now() - state.permits);
            state.permits = state.size.now();
        }
    }

    /// Learns that a packet had no answer in time.
    pub(crate) fn lost(&self) {
        let mut state = self.lock();
        state.size.lost();
        // Those in use go when they come back.
        state.permits -= self.semaphore.forget_permits(state.permits - state.size.now());
    }

    /// Begins anew, for an agent that is another one.
    pub(crate) fn restart(&self) {
        let mut state = self.lock();
        state.size = WindowSize::default();
        state.permits -= self.semaphore.forget_permits(state.permits - 1);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.window.lock();
        if state.permits > state.size.now() {
            state.permits -= 1;
            if let Some(permit) = self.permit.take() {
                permit.forget();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_permits_are_free_as_the_window_is_large_while_nothing_is_in_flight() {
        let window = Window::new();
        for event in "++++++-+++-".chars() {
            if event == '+' {
                window.answered(4);
            } else {
                window.lost();
            }
            assert_eq!(window.free(), window.size());
        }
        window.restart();
        assert_eq!((window.free(), window.size()), (1, 1));
    }

    #[tokio::test]
    async fn permits_in_use_are_taken_back_when_they_return() {
        let window = Window::new();
        window.answered(2);
        window.answered(2);
        let first = window.permit().await.unwrap();
        let second = window.permit().await.unwrap();
        window.lost();
        drop(first);
        assert_eq!(window.free(), 0);
        drop(second);
        assert_eq!(window.free(), 1);
    }
}
