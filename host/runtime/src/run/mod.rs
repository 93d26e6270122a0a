//! One run of a guest: a store of its own, a deadline, a CPU budget and a memory ceiling, and what became of it.
//!
//! A run is a future on the guests' threads. Dropping it at any moment frees everything that the guest holds.

mod budget;
mod exception;
mod failure;
mod log;
mod memory;
mod meter;
mod print;
mod readers;
mod state;
mod stop;
mod withheld;

use std::{future::Future, pin::pin, sync::Arc};

use wasmtime::{Store, UpdateDeadline};

#[expect(unreachable_pub, reason = "the generated bindings hand them on as `pub`")]
pub use self::readers::{AgentHandle, PartHandle, TableHandle, WalkHandle};
pub(crate) use self::{
    budget::CpuBudget,
    meter::Meter,
    readers::TooMany,
    state::{CollectContext, RunState},
    stop::Stop,
    withheld::{Nothing, Subtrees, Withheld},
};
use crate::{CollectError, ticker::Ticker};

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
        let allowed = cpu.after(store.data().rows());
        if store.data().meter.used() > allowed.limit {
            return Err(Stop::CpuBudget(allowed).into());
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
