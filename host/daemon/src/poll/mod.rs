//! Polling: from a checked spec to a report, and which poll runs when.
//!
//! A poll resolves its target, opens one session of the engine, and runs its plugins against it: [`recipes::SYSTEM_INFO`]
//! first, since it decides whether the device answers at all, then the others side by side.
//! What a device or a plugin does wrong becomes a [`Gap`] of the report and never costs the other plugins theirs.
//! Dropping the future of a poll or of a direct operation ends everything it started.

pub mod direct;
pub mod recipes;
pub mod spec;

mod device;
mod gap;
mod line;
mod packed;
pub mod report;
mod run;
mod scheduler;
mod target;
mod text;
mod voice;

pub use gap::Gap;
pub use report::{LogLine, PollStats, Report};
pub(crate) use run::seconds;
pub use run::{PollError, Runner};
pub(crate) use scheduler::{Scheduler, Snapshot, Until};
pub use target::ResolveError;
pub use voice::PollEvents;
