//! How many requests to one agent may be in flight.
//!
//! Starts with one, for an agent may be a switch with a slow processor; grows by one after every few clean answers,
//! and is halved by a lost packet. All sessions with the agent share it. The size is pure; the waiting is a semaphore
//! that follows it.

use std::sync::{Mutex, MutexGuard, PoisonError};

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
        let state = State { size: WindowSize { now: 1, clean: 0 }, permits: 1 };
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
        self.lock().size.now
    }

    /// How many requests could be sent at once now.
    #[cfg(test)]
    pub(crate) fn free(&self) -> usize {
        self.semaphore.available_permits()
    }

    /// Learns that a request was answered at its first attempt, in a session that allows the window to grow to `most`.
    pub(crate) fn answered(&self, most: usize) {
        let mut state = self.lock();
        state.size.answered(most);
        if state.permits < state.size.now {
            self.semaphore.add_permits(state.size.now - state.permits);
            state.permits = state.size.now;
        }
    }

    /// Learns that a packet had no answer in time.
    pub(crate) fn lost(&self) {
        let mut state = self.lock();
        state.size.lost();
        // Those in use go when they come back.
        state.permits -= self.semaphore.forget_permits(state.permits - state.size.now);
    }

    /// Begins anew, for an agent that is another one.
    pub(crate) fn restart(&self) {
        let mut state = self.lock();
        state.size = WindowSize { now: 1, clean: 0 };
        state.permits -= self.semaphore.forget_permits(state.permits - 1);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut state = self.window.lock();
        if state.permits > state.size.now {
            state.permits -= 1;
            if let Some(permit) = self.permit.take() {
                permit.forget();
            }
        }
    }
}

/// How large a window is. Pure.
#[derive(Clone, Copy, Debug)]
struct WindowSize {
    now: usize,
    clean: u32,
}

impl WindowSize {
    fn answered(&mut self, most: usize) {
        self.clean = self.clean.saturating_add(1);
        if self.clean >= CLEAN_ANSWERS && self.now < most {
            self.now += 1;
            self.clean = 0;
        }
    }

    fn lost(&mut self) {
        self.now = (self.now / 2).max(1);
        self.clean = 0;
    }
}

/// After how many clean answers the window grows by one.
const CLEAN_ANSWERS: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays clean answers (`+`) and losses (`-`), and shows the size after each.
    #[track_caller]
    fn check(events: &str, expected: &str) {
        let window = Window::new();
        let mut sizes = String::new();
        for event in events.chars() {
            if event == '+' {
                window.answered(4);
            } else {
                window.lost();
            }
            sizes += &window.size().to_string();
            assert_eq!(window.free(), window.size(), "nothing is in use");
        }
        assert_eq!(sizes, expected);
    }

    #[test]
    fn a_window_grows_with_clean_answers_and_is_halved_by_a_loss() {
        check("++++++++++", "1223344444");
        check("++++++-+++-", "12233422331");
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
