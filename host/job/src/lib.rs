//! What passes between who takes a job and who runs it.
//!
//! A job is owned, checked, and free of handles: no plugin, no socket, no clock. So it can be queued, stored, and sent to
//! another machine; [`wire`] is its form there. [`Runner`] is the seam: it runs a job, tells [`Events`] what happens,
//! and stops when its future is dropped. Taking (tickets, slots, the API, the command line) knows what is here and no
//! more; plugins are found by their names where the job runs.

mod access;
mod auto;
mod client;
mod device;
mod direct;
mod error;
mod event;
mod options;
mod poll;
mod recipes;
mod report;
mod runner;
mod running;
mod serde_forms;
mod targets;
pub mod user;
pub mod wire;

pub use access::{Access, CredentialsName};
pub use client::Client;
pub use device::*;
pub use direct::{DirectError, GetAnswer, ReadValue, ValueType, WalkAnswer, WalkedObject};
pub use error::JobError;
pub use event::{Event, Events, LogLevel, LogLine, RowsReady, RowsRefused};
pub use options::DeviceOptions;
pub use poll::{PluginBuild, PluginId, PollJob, Recipe};
pub use recipes::{
    AUTO, Catalogue, CatalogueEntry, RecipeError, RecipeProblem, RecipeRequest, SYSTEM_INFO, SelectedRecipes, Standing,
};
pub use report::{Gap, Learned, PollStats, ReadStatus, RecipeStats, Report, TableStats, seconds};
pub use runner::{Job, Runner};
pub use running::Running;
pub use targets::{TargetCheck, TargetRefused, Targets};
