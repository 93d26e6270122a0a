//! How long a guest computed.
//!
//! The meter reads the CPU clock of the thread, and it runs only while the guest's future is being polled and the guest
//! is not inside one of the host's own functions. So waiting costs nothing, nor does a loaded machine, and a chatty
//! guest pays for its own work alone.

use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};

/// The time that one guest computed.
#[derive(Default)]
pub(crate) struct Meter(Mutex<Reading>);

#[derive(Default)]
struct Reading {
    used: Duration,
    /// The thread's CPU clock when the guest went on; none while it waits or is in the host.
    since: Option<Duration>,
    in_host: bool,
}

/// The guest is being polled as long as this lives.
#[must_use]
pub(crate) struct Polled<'a>(&'a Meter);

/// The guest is in a function of the host as long as this lives.
#[must_use]
pub(crate) struct HostCallGuard<'a>(&'a Meter);

impl Meter {
    /// Notes that the guest is about to be polled on this thread.
    pub(crate) fn polled(&self) -> Polled<'_> {
        self.lock().go_on();
        Polled(self)
    }

    /// Notes that the guest called a function of the host.
    pub(crate) fn in_host(&self) -> HostCallGuard<'_> {
        let mut reading = self.lock();
        reading.stop();
        reading.in_host = true;
        HostCallGuard(self)
    }

    /// The time used so far. To be asked on the thread that polls the guest, if it is being polled.
    pub(crate) fn used(&self) -> Duration {
        let mut reading = self.lock();
        if reading.since.is_some() {
            reading.stop();
            reading.go_on();
        }
        reading.used
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.lock()
    }
}

impl Reading {
    fn go_on(&mut self) {
        if !self.in_host {
            self.since = Some(thread_cpu_time());
        }
    }

    fn stop(&mut self) {
        if let Some(since) = self.since.take() {
            self.used += thread_cpu_time().saturating_sub(since);
        }
    }
}

impl Drop for Polled<'_> {
    fn drop(&mut self) {
        self.0.lock().stop();
    }
}

impl Drop for HostCallGuard<'_> {
    fn drop(&mut self) {
        let mut reading = self.0.lock();
        reading.in_host = false;
        reading.go_on();
    }
}

#[cfg(unix)]
fn thread_cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    // The clock never shows less than nothing, and nanoseconds are below 10⁹.
    Duration::new(u64::try_from(time.tv_sec).unwrap_or_default(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Where the thread's own clock cannot be read, a loaded machine makes guests look slower than they are.
#[cfg(not(unix))]
fn thread_cpu_time() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compute() {
        let start = thread_cpu_time();
        while thread_cpu_time() - start < Duration::from_millis(2) {}
    }

    #[test]
    fn only_what_the_guest_computes_is_counted() {
        let meter = Meter::default();
        compute();
        assert_eq!(meter.used(), Duration::ZERO, "nobody polls");
        let polled = meter.polled();
        let host = meter.in_host();
        compute();
        assert!(meter.used() < Duration::from_millis(1), "the host computes");
        drop(host);
        compute();
        drop(polled);
        let used = meter.used();
        assert!(used >= Duration::from_millis(2), "{used:?}");
        compute();
        assert_eq!(meter.used(), used, "nobody polls any more");
    }

    #[test]
    fn a_host_call_may_span_polls() {
        let meter = Meter::default();
        let polled = meter.polled();
        let host = meter.in_host();
        drop(polled);
        let polled = meter.polled();
        compute();
        assert!(meter.used() < Duration::from_millis(1));
        drop(host);
        compute();
        assert!(meter.used() >= Duration::from_millis(2));
        drop(polled);
    }
}
