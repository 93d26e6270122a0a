//! Which core a thread runs on: clients on the first, the agent on the last, so that neither takes the other's time.

use std::sync::OnceLock;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// One of the cores that this process may use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Core {
    /// That of the clients.
    First,
    /// That of the agent.
    Last,
}

/// Keeps the calling thread, and what it starts from now on, to one core. Says whether there are two to tell apart.
pub(crate) fn keep_to(core: Core) -> bool {
    /// Those of the process before any thread was kept to one.
    static ALLOWED: OnceLock<Vec<usize>> = OnceLock::new();
    let allowed = ALLOWED.get_or_init(|| {
        let set = sched_getaffinity(None).unwrap_or_default();
        (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect()
    });
    let [first, .., last] = allowed[..] else { return false };
    let mut set = CpuSet::new();
    set.set(match core {
        Core::First => first,
        Core::Last => last,
    });
    sched_setaffinity(None, &set).is_ok()
}
