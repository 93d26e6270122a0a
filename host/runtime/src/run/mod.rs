//! One run of a guest: a store of its own, a deadline, a CPU budget and a memory ceiling, and what became of it.
//!
//! A run is a future on the guests' threads. Dropping it at any moment frees everything that the guest holds.

mod exception;
mod failure;
mod log;
mod memory;
mod meter;
mod print;
mod readers;
mod state;
mod stop;

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use limits::SandboxLimits;
use wasmtime::{Store, UpdateDeadline};

#[expect(unreachable_pub, reason = "the generated bindings hand them on as `pub`")]
pub use self::readers::{AgentHandle, PartHandle, TableHandle, WalkHandle};
pub(crate) use self::{
    meter::Meter,
    readers::TooMany,
    state::{Collecting, RunState},
    stop::Stop,
};
use crate::{CollectError, ticker::Ticker};

/// How long a guest may compute, and what that bound is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CpuBudget {
    pub(crate) limit: Duration,
    pub(crate) setting: &'static str,
}

impl CpuBudget {
    /// The budget of a run that collects or describes.
    pub(crate) fn of(limits: &SandboxLimits) -> Self {
        Self { limit: limits.cpu, setting: "cpu" }
    }

    /// The budget of a call that is about notifications.
    pub(crate) fn for_traps(limits: &SandboxLimits) -> Self {
        Self { limit: limits.trap_cpu, setting: "trap_cpu" }
    }
}

/// How a guest's call ended.
pub(crate) struct Ended<T> {
    pub(crate) answer: Result<T, CollectError>,
    pub(crate) state: RunState,
}

/// Makes a store for `state`, and lets `call` use it within its limits.
pub(crate) async fn run<T>(
    ticker: &Ticker,
    state: RunState,
    cpu: CpuBudget,
    deadline: tokio::time::Instant,
    call: impl AsyncFnOnce(&mut Store<RunState>) -> wasmtime::Result<T>,
) -> Ended<T> {
    let meter = Arc::clone(&state.meter);
    let _ticking = ticker.ticking();
    let mut store = Store::new(ticker.engine(), state);
    confine(&mut store, cpu);
    let called = tokio::time::timeout_at(deadline, metered(&meter, call(&mut store))).await;
    let state = store.into_data();
    let answer = match called {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(failure::classify(&error, &state)),
        Err(_elapsed) => Err(CollectError::Deadline),
    };
    Ended { answer, state }
}

/// Sets every limit that wasmtime itself holds to.
fn confine(store: &mut Store<RunState>, cpu: CpuBudget) {
    let limits = Arc::clone(&store.data().limits);
    store.limiter(|state| &mut state.memory);
    store.set_hostcall_fuel(limits.hostcall_octets());
    store.set_max_component_handles(limits.handles);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |store| {
        if store.data().meter.used() > cpu.limit {
            return Err(Stop::CpuBudget(cpu).into());
        }
        // Giving way at every tick lets other guests run, and lets a deadline or a cancel take effect.
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
}

/// Lets the meter run while `guest` is polled.
async fn metered<T>(meter: &Meter, guest: impl Future<Output = T>) -> T {
    let mut guest = pin!(guest);
    std::future::poll_fn(|context| {
        let _polled = meter.polled();
        guest.as_mut().poll(context)
    })
    .await
}
