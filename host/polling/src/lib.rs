//! Polling: from a checked spec to a report, and which poll runs when.
//!
//! A poll resolves its target and reads the system group from the addresses that it has, until one answers: that decides
//! whether there is a device. Then it runs its plugins against it, [`recipes::SYSTEM_INFO`] first and the others side by
//! side.
//! What a device or a plugin does wrong becomes a [`Gap`] of the report and never costs the other plugins theirs.
//! Dropping the future of a poll or of a direct operation ends everything it started.

pub mod direct;
pub mod recipes;
pub mod spec;
pub mod tickets;

mod deadline;
mod device;
mod error;
mod gap;
mod line;
mod notes;
mod packed;
mod profile;
mod race;
mod reach;
mod reader;
mod remembered;
pub mod report;
mod run;
mod sandbox;
mod scheduler;
mod system_group;
mod target;
mod text;
mod voice;
mod words;

pub use error::PollError;
pub use gap::Gap;
pub use report::{LogLine, PackedReport, PollStats, RecipeStats, Report};
pub use run::{Runner, seconds};
pub use sandbox::plugin_limits;
pub use scheduler::{Scheduler, Snapshot, TicketPage, TicketRow, Until};
pub use target::ResolveError;
pub use voice::PollEvents;
