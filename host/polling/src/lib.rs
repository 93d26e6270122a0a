//! Running jobs: a poll from its job to its report, a GET and a walk.
//!
//! A poll resolves its target and reads the system group from the addresses that it has, until one answers: that decides
//! whether there is a device. Then it runs its plugins against it, [`job::SYSTEM_INFO`] first and the others side by
//! side.
//! What a device or a plugin does wrong becomes a [`job::Gap`] of the report and never costs the other plugins theirs.
//! Dropping the future of a poll or of a direct operation ends everything it started.

mod direct;

mod catalogue;
mod data;
mod deadline;
mod device;
mod ending;
mod gap;
mod guard;
mod line;
mod no_answer;
mod notes;
mod policy;
mod probing;
mod progress;
mod race;
mod reach;
mod reader;
mod reading;
mod remembered;
mod run;
mod sessions;
mod shared_sections;
mod silent;
mod system_group;
mod target;
mod text;
mod words;

pub use catalogue::catalogue;
pub use direct::DirectRunner;
pub use reading::{DeviceReading, SubtreeEnd, SubtreeReading};
pub use run::PollRunner;
pub use sessions::DeviceSessions;
pub use target::ResolveError;
