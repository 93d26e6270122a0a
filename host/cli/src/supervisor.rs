//! What the program tells whoever supervises it, which is systemd (sd_notify(3)): that it serves, loads anew, stops, and that
//! it is alive. Without a supervisor nothing is told.

use std::convert::Infallible;
#[cfg(unix)]
use std::time::Duration;

/// Tells that the server serves, in words for `systemctl status`.
pub(super) fn serves(status: &str) {
    tell::serves(status);
}

/// Tells that the server takes over a changed configuration or changed plugins; [`serves`] tells that it is done.
pub(super) fn reloads() {
    tell::reloads();
}

/// Tells that the server stops.
pub(super) fn stops() {
    tell::stops();
}

/// Tells twice in the time that the supervisor allows (WatchdogSec=) that tasks are still run.
pub(super) async fn keep_alive() -> Infallible {
    #[cfg(unix)]
    if let Some(allowed) = sd_notify::watchdog_enabled() {
        let mut beats = tokio::time::interval((allowed / 2).max(Duration::from_millis(1)));
        loop {
            beats.tick().await;
            tell::lives();
        }
    }
    std::future::pending().await
}

#[cfg(unix)]
mod tell {
    use sd_notify::{NotifyState, notify};
    use tracing::warn;

    pub(super) fn serves(status: &str) {
        send(&[NotifyState::Ready, NotifyState::Status(status)]);
    }

    pub(super) fn reloads() {
        // With Type=notify-reload systemd compares the time with that of its signal.
        match NotifyState::monotonic_usec_now() {
            Ok(now) => send(&[NotifyState::Reloading, now]),
            Err(_) => send(&[NotifyState::Reloading]),
        }
    }

    pub(super) fn stops() {
        send(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
    }

    pub(super) fn lives() {
        send(&[NotifyState::Watchdog]);
    }

    fn send(states: &[NotifyState<'_>]) {
        // Where NOTIFY_SOCKET is not set, this does nothing.
        if let Err(error) = notify(states) {
            warn!(%error, "cannot tell systemd how the server is");
        }
    }
}

#[cfg(not(unix))]
mod tell {
    pub(super) fn serves(_status: &str) {}

    pub(super) fn reloads() {}

    pub(super) fn stops() {}
}
