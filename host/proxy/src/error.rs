//! Why a part of the proxy cannot start.

use std::io;

use job::SYSTEM_INFO;
use runtime::RuntimeError;
use snmp::usm::UserError;
use state::StateError;
use traps::log::OpenError;

/// Why a part of the proxy cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The system gives no UDP sockets.
    #[error("cannot open the sockets for SNMP")]
    Sockets(#[source] io::Error),
    /// What outlives the process cannot be had.
    #[error("cannot use the state directory")]
    State(#[source] StateError),
    /// The trap log that is there cannot be read.
    #[error("cannot open the trap log")]
    TrapLog(#[source] OpenError),
    /// The system has no random numbers.
    #[error("cannot generate an engine ID")]
    Identity(#[source] StateError),
    /// The system has no random numbers.
    #[error("cannot generate the key for references to communities")]
    Secret(#[source] StateError),
    /// The engine id in the state directory is none.
    #[error("the state directory holds an invalid engine ID: restore a backup, or start with an empty one")]
    EngineId(#[source] UserError),
    /// There is no sandbox for plugins.
    #[error("cannot set up the sandbox for plugins")]
    Sandbox(#[source] RuntimeError),
    /// The one plugin that every poll needs is not there.
    #[error("the plugin `{SYSTEM_INFO}` is missing{}", because(.reason))]
    NoSystemInfo {
        /// Why it could not be loaded, if it was tried.
        reason: Option<String>,
    },
}

fn because(reason: &Option<String>) -> String {
    reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
}
