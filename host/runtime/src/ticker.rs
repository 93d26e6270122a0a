//! The clock that interrupts guests: a thread that advances the engine's epoch while there is a guest to interrupt.
//!
//! An idle host has nothing to do a hundred times a second, so without guests the thread sleeps.

use std::{io, sync::Arc, time::Duration};

use parking_lot::{Condvar, Mutex, MutexGuard};
use wasmtime::{Engine, EngineWeak};

/// How often a guest that computes is interrupted, to give way and to be looked at.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// How often the thread of an idle engine looks whether the engine is still there.
const IDLE: Duration = Duration::from_secs(1);

/// An engine whose guests are interrupted. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Ticker {
    engine: Engine,
    guests: Arc<Guests>,
}

/// A guest that wants to be interrupted, until this is dropped.
#[must_use]
pub(crate) struct Ticking<'a>(&'a Guests);

#[derive(Default)]
struct Guests {
    running: Mutex<usize>,
    started: Condvar,
}

impl Ticker {
    /// Starts the thread. It ends by itself soon after the last user of the engine.
    pub(crate) fn start(engine: Engine) -> io::Result<Self> {
        let guests = Arc::new(Guests::default());
        let (weak, watched) = (engine.weak(), Arc::clone(&guests));
        std::thread::Builder::new().name("plugin-ticker".to_owned()).spawn(move || tick(&weak, &watched))?;
        Ok(Self { engine, guests })
    }

    /// The engine.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Lets the clock run for a guest.
    pub(crate) fn ticking(&self) -> Ticking<'_> {
        let mut running = self.guests.running();
        *running += 1;
        if *running == 1 {
            self.guests.started.notify_one();
        }
        Ticking(&self.guests)
    }
}

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        let mut running = self.0.running();
        *running = running.saturating_sub(1);
    }
}

impl Guests {
    fn running(&self) -> MutexGuard<'_, usize> {
        self.running.lock()
    }
}

fn tick(engine: &EngineWeak, guests: &Guests) {
    loop {
        let mut running = guests.running();
        guests.started.wait_while_for(&mut running, |running| *running == 0, IDLE);
        let is_idle = *running == 0;
        drop(running);
        if !is_idle {
            std::thread::sleep(TICK);
        }
        match engine.upgrade() {
            Some(engine) => engine.increment_epoch(),
            None => return,
        }
    }
}
