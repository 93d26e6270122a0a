//! Cursors: where those who read something in order have come to.
//!
//! They are numbers that change often and may be a little old after a crash, which costs their owners some work twice.
//! So they live in memory, and a thread saves those that changed, once a second and at the end.

use std::{collections::BTreeMap, sync::Arc, thread, thread::JoinHandle, time::Duration};

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::{StateError, store::Store};

/// For how long a change may wait to be saved.
const SAVED_WITHIN: Duration = Duration::from_secs(1);

/// What the names of cursors begin with among the numbers of the store.
const PREFIX: &str = "cursor/";

/// The cursors, and the thread that saves them.
#[derive(Debug)]
pub(crate) struct Cursors {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<CursorState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct CursorState {
    numbers: BTreeMap<String, u64>,
    unsaved: BTreeMap<String, u64>,
    stopping: bool,
}

impl Cursors {
    pub(crate) fn start(store: Arc<Store>) -> Result<Self, StateError> {
        let numbers = Store::view(&store)?.numbers(PREFIX)?.into_iter().collect();
        let state = CursorState { numbers, ..CursorState::default() };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let saved = Arc::clone(&shared);
        let thread = thread::Builder::new().name("cursors".to_owned()).spawn(move || saved.save_changes(&store));
        Ok(Self { shared, thread: Some(thread.map_err(StateError::Thread)?) })
    }

    pub(crate) fn get(&self, name: &str) -> Option<u64> {
        self.shared.lock().numbers.get(name).copied()
    }

    pub(crate) fn set(&self, name: &str, number: u64) {
        let mut state = self.shared.lock();
        if state.numbers.insert(name.to_owned(), number) != Some(number) {
            state.unsaved.insert(name.to_owned(), number);
            self.shared.changed.notify_one();
        }
    }
}

impl Drop for Cursors {
    fn drop(&mut self) {
        self.shared.lock().stopping = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told when it happened.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, CursorState> {
        self.state.lock()
    }

    fn save_changes(&self, store: &Store) {
        loop {
            let mut state = self.lock();
            self.changed.wait_while(&mut state, |state| state.unsaved.is_empty() && !state.stopping);
            self.changed.wait_while_for(&mut state, |state| !state.stopping, SAVED_WITHIN);
            let (unsaved, stopping) = (std::mem::take(&mut state.unsaved), state.stopping);
            drop(state);
            if !unsaved.is_empty() {
                let saved = store.commit(|batch| {
                    let mut each = unsaved.iter();
                    each.try_for_each(|(name, number)| batch.set_number(&format!("{PREFIX}{name}"), *number))
                });
                if let Err(error) = saved {
                    // The store has said so, once.
                    tracing::debug!(%error, "cannot save cursors");
                    self.keep_unsaved(unsaved);
                }
            }
            if stopping {
                return;
            }
        }
    }

    /// Puts back what could not be saved, unless it has changed again.
    fn keep_unsaved(&self, unsaved: BTreeMap<String, u64>) {
        let mut state = self.lock();
        for (name, number) in unsaved {
            state.unsaved.entry(name).or_insert(number);
        }
    }
}
