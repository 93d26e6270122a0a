//! SIGINT and SIGTERM: the first one asks, the second one insists. SIGHUP asks a server to load its plugins again.

use std::future::Future;

use tokio::select;

use super::{CommandError, Exit};

/// The signals that end the program.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    /// Takes the signals over from the system, which would end the process at once.
    #[cfg(unix)]
    pub(super) fn listen() -> Result<Self, CommandError> {
        use tokio::signal::unix::{SignalKind, signal};

        let take = |kind| signal(kind).map_err(CommandError::Signals);
        Ok(Self { interrupt: take(SignalKind::interrupt())?, terminate: take(SignalKind::terminate())? })
    }

    /// Takes the signals over from the system, which would end the process at once.
    #[cfg(not(unix))]
    pub(super) fn listen() -> Result<Self, CommandError> {
        Ok(Self {})
    }

    /// Waits for the next signal and returns how the program ends by it. Cancel-safe.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) -> Exit {
        select! {
            _ = self.interrupt.recv() => Exit::Signal(2),
            _ = self.terminate.recv() => Exit::Signal(15),
        }
    }

    /// Waits for the next signal and returns how the program ends by it. Cancel-safe.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) -> Exit {
        // Without a way to hear of Ctrl-C the system ends the process, as it does by itself.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Exit::Signal(2)
    }
}

/// Takes over the signal that the system sends where a file reaches the largest size that it may have (RLIMIT_FSIZE,
/// systemd's LimitFSIZE=). Nobody waits for it: the write that went too far fails, as on a full disk, where the signal would
/// end the process.
#[cfg(unix)]
pub(super) fn outlive_file_size_limit() -> Result<(), CommandError> {
    use tokio::signal::unix::{SignalKind, signal};

    // What tokio has taken over once stays so.
    signal(SignalKind::from_raw(nix::libc::SIGXFSZ)).map(drop).map_err(CommandError::Signals)
}

/// There is no such signal here.
#[cfg(not(unix))]
pub(super) fn outlive_file_size_limit() -> Result<(), CommandError> {
    Ok(())
}

/// SIGHUP, by which servers are asked to load again what they read.
pub(super) struct ReloadSignals {
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

impl ReloadSignals {
    /// Takes the signal over from the system, which would end the process at once.
    #[cfg(unix)]
    pub(super) fn listen() -> Result<Self, CommandError> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { hangup: signal(SignalKind::hangup()).map_err(CommandError::Signals)? })
    }

    /// Takes nothing over: there is no such signal here.
    #[cfg(not(unix))]
    pub(super) fn listen() -> Result<Self, CommandError> {
        Ok(Self {})
    }

    /// Waits for the next signal. Cancel-safe.
    #[cfg(unix)]
    pub(super) async fn next(&mut self) {
        if self.hangup.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for ever.
    #[cfg(not(unix))]
    pub(super) async fn next(&mut self) {
        std::future::pending::<()>().await;
    }
}

/// Does the work, or drops it at the first signal.
pub(super) async fn unless_ended(work: impl Future<Output = Result<Exit, CommandError>>) -> Result<Exit, CommandError> {
    let mut signals = Signals::listen()?;
    select! {
        result = work => result,
        exit = signals.next() => Ok(exit),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hangup_is_heard_and_ends_nothing() {
        let mut hangups = ReloadSignals::listen().unwrap();
        let to_this_process = format!("kill -HUP {}", std::process::id());
        assert!(std::process::Command::new("sh").args(["-c", &to_this_process]).status().unwrap().success());
        hangups.next().await;
    }
}
