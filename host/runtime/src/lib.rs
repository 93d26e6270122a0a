//! Runs the plugins of snmp-proxy: WebAssembly components, each run in a sandbox of its own with bounds on everything.
//!
//! A plugin that collects reaches the device of its job through [`Device`] and nothing else: no address, no secret, no
//! network, no file, no environment. Plugins for notifications get everything as arguments and reach nothing at all.
//! Whatever a plugin does, a run ends by its deadline, and the report says what the plugin did.
//! This is the only crate that names wasmtime. It knows SNMP's values, but no packets, tickets or HTTP.

mod live;
mod options;
mod runtime;
mod set;

mod compile;
mod load;
mod load_error;
mod load_events;
mod load_problem;
mod lock_terms;
mod plugin;

mod claim;
mod engine;
mod foreign;
mod guest_memory;
mod hints;
mod imports;
mod manifest;
mod oversized;
mod precheck;
mod secrets;
mod stamp;
mod survey;
mod terms;
mod ticker;

mod collect;
mod job;
mod run;

mod contract;
mod device;
mod error_kind;
mod kind;
mod message;

mod breaker;
mod trap;

mod json;
mod output;
mod report;
mod sections;
mod text;

pub use claim::ManifestError;
pub use compile::{ChildProgram, CompileBounds, Compiler, compile_for_parent};
pub use device::{
    Device, DeviceContext, DeviceError, ReadOutcome, ReadStatus, Row, TablePart, TableSource, WalkSource,
};
pub use engine::open_page_map;
pub use error_kind::ErrorKind;
pub use foreign::Foreign;
pub use futures_util::future::BoxFuture;
pub use job::{CollectJob, JobEvents, JobSections, LogLevel};
pub use json::Schema;
pub use kind::PluginKind;
pub use live::{LivePlugins, Reloaded};
pub use load_error::LoadError;
pub use load_events::LoadEvents;
pub use load_problem::LoadProblem;
pub use lock_terms::LockTerms;
pub use manifest::{DecoderManifest, EnricherManifest, Manifest, Section};
pub use message::{MessagePart, MessageVersion, NotificationPdu};
pub use options::RuntimeOptions;
pub use oversized::{Oversized, Part};
pub use plugin::{AnyPlugin, Origin, Plugin, PluginSource, TrapDecoder, TrapEnricher};
pub use report::{CollectError, CollectReport, WithheldName};
pub use runtime::{Runtime, RuntimeError};
pub use sections::Sections;
pub use set::{PluginSet, PluginSources};
pub use survey::{Survey, SurveyedKind, core_module_imports};
pub use text::shown_path;
pub use trap::{
    AddressCandidates, DecodedBy, EnricherFailure, Enrichment, InterfaceRef, Meanings, RecordedDevice, RecordedPdu,
    RecordedTrap, RecordedV1, RecordedVarbind, Scalar, Severity, TrapRecord,
};
