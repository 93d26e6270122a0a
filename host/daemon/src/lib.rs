//! The proxy: polls SNMP devices for clients that cannot reach them, by ticket over REST.
//!
//! What decides is pure: [`tickets`] knows which poll is next, [`poll::recipes`] which plugins run. Thin layers around
//! them do the I/O: [`poll`] talks to devices through the engine and runs plugins through the runtime, [`decode`] takes
//! packets apart, [`api`] speaks HTTP. The command line and the configuration use the same parts without a server.

pub mod api;
pub mod cli;
pub mod config;
pub mod decode;
pub mod limits;
pub mod options;
pub mod poll;
pub mod receive;
pub mod targets;
pub mod telemetry;
pub mod tickets;

mod memory;
mod proxy;
mod record;
mod rfc_3339;
mod server;
mod stalled;

pub use proxy::{Doors, Proxy, StartError};

/// The version of this program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
