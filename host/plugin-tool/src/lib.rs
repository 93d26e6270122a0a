//! What the author of a plugin works with, as far as it needs no sandbox.
//!
//! [`recordings`] finds the recordings that a plugin is tested with and the results that are expected of them, a
//! [`TestAgent`] plays one with a [`Fault`], and [`differences`] says in what two results differ.
//! [`write_template`] begins a new plugin, and [`build()`] makes its component.
//! This crate runs no plugin, opens no socket and prints nothing but what compilers say; the command line puts the sandbox
//! in between.

mod agent;
mod build;
mod detect;
mod difference;
mod expected;
mod fault;
mod folder;
mod recordings;
mod template;

pub use agent::{Reply, TestAgent};
pub use build::{BuildError, ToolError, Wrap, build, language_of, plan as build_plan, put_into_dist};
pub use difference::{Difference, differences};
pub use expected::{ERROR, Expected, ExpectedError, write_expected};
pub use fault::{Fault, FaultError};
pub use folder::{PluginFolder, PluginFolderError, plugin_name};
pub use recordings::{Found, Played, RecordingProblem, TestCase, recordings};
pub use template::{InvalidName, Language, PluginName, TemplateError, write_template};
