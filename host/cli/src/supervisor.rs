//! What the program tells whoever supervises it, which is systemd (sd_notify(3)): that it serves, loads anew, stops, and that
//! it is alive. Without a supervisor nothing is told.

#[cfg(not(unix))]
pub(super) use self::nobody::{keep_alive, reloads, serves, stops};
#[cfg(unix)]
pub(super) use self::systemd::{keep_alive, reloads, serves, stops};

#[cfg(unix)]
mod systemd {
    use std::{convert::Infallible, time::Duration};

    use sd_notify::{NotifyState, notify, watchdog_enabled};
    use tracing::warn;

    /// Tells that the server serves, in words for `systemctl status`.
    pub(crate) fn serves(status: &str) {
        tell(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    /// Tells that the server takes over changed plugins; [`serves`] tells that it is done.
    pub(crate) fn reloads() {
        // With Type=notify-reload systemd compares the time with that of its signal.
        match NotifyState::monotonic_usec_now() {
            Ok(now) => tell(&[NotifyState::Reloading, now]),
            Err(_) => tell(&[NotifyState::Reloading]),
        }
    }

    /// Tells that the server stops.
    pub(crate) fn stops() {
        tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
    }

    /// Tells twice in the time that the supervisor allows (WatchdogSec=) that tasks are still run.
    pub(crate) async fn keep_alive() -> Infallible {
        let Some(allowed) = watchdog_enabled() else { return std::future::pending().await };
        let mut beats = tokio::time::interval((allowed / 2).max(Duration::from_millis(1)));
        loop {
            beats.tick().await;
            tell(&[NotifyState::Watchdog]);
        }
    }

    fn tell(states: &[NotifyState<'_>]) {
        // Where NOTIFY_SOCKET is not set, this does nothing.
        if let Err(error) = notify(states) {
            warn!(%error, "cannot tell systemd how the server is");
        }
    }
}

#[cfg(not(unix))]
mod nobody {
    use std::convert::Infallible;

    pub(crate) fn serves(_status: &str) {}

    pub(crate) fn reloads() {}

    pub(crate) fn stops() {}

    pub(crate) async fn keep_alive() -> Infallible {
        std::future::pending().await
    }
}
