//! Configuration: from what the operator wrote to what the program runs on.
//!
//! `ConfigKeys` is the table of keys: what may be set, its default, its range, its sentence of documentation.
//! [`load()`] lays the sources over it, each stronger than the one before: the TOML file, environment variables named
//! `SNMP_PROXY__SECTION__KEY`, flags; it reports everything that is wrong at once, each with its place.
//! [`Settings`] is what comes out; nothing after it checks a value again.
//! Lists of tables such as `[[targets]]` stand in the file only.
//! Secrets are wrapped from the moment they are read, and no message repeats one.
//!
//! By hand, and neither figment nor serde: those stop at the first mistake, know no line of a file for a value that came
//! through layers, and repeat a wrong value, which may be a secret. The file itself is the crate `toml`'s.

mod network;
mod origin;
mod sources;

mod denied;
mod list;
mod target_rules;
mod targets;
mod traps;

mod keys;
mod log;

mod api_key;
mod host_checks;
mod layers;
mod load;
mod secret_file;
mod settings;
mod settle;

mod example;
mod show;

pub use denied::{DeniedTarget, DeniedTargets};
pub use example::example;
pub use host_checks::check_host;
pub(crate) use keys::ConfigKeys;
pub use load::{ConfigError, Loaded, load, load_with};
pub use log::{LogFormat, MinLogLevel};
pub use origin::{Origin, Problem};
pub use secret_file::read_secret_file;
pub use settings::{ApiKey, PluginSettings, ServerSettings, Settings};
pub use settle::PluginsDir;
pub use show::show;
pub use sources::{File, Flag, Sources};
pub use target_rules::{Facts, NamePattern, NamePatternError, TargetRule, TargetRules};

pub use self::traps::TrapSettings;

#[cfg(test)]
mod tests;
