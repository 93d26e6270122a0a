//! Why a plugin was not loaded.

use std::time::Duration;

use limits::kind::duration_in_words;

use crate::{CollectError, Foreign, ManifestError, PluginKind, oversized::Oversized};

/// Why a plugin was not loaded. The caller adds its name in front.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder cannot be used: it cannot be read, or its `plugins.lock` is wrong. Nothing of it is loaded.
    #[error("cannot be used: {reason}")]
    Folder {
        /// What is wrong with it.
        reason: String,
    },
    /// The operator's rules do not allow it.
    #[error("{0}")]
    Refused(plugin_folder::Refusal),
    /// The parameters that the operator gives it do not fit.
    #[error("is given parameters in plugins.lock that do not fit: {reason}")]
    Params {
        /// Where and why.
        reason: String,
    },
    /// The file or the folder cannot be read.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// No plugin can have the name of this file.
    #[error(
        "has an invalid file name: a plugin is a file NAME.wasm, and NAME is lower-kebab-case of at most 64 octets"
    )]
    FileName,
    /// The file is too large to be a plugin.
    #[error("has more than {} (limit `file_bytes`)", snmp::size(*.limit))]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The folder holds more plugins than are read.
    #[error("is not read: the folder holds more than {limit} plugins (limit `files`)")]
    TooManyFiles {
        /// The limit.
        limit: usize,
    },
    /// The file is a WebAssembly module of the older kind.
    #[error("is a core module and not a component (Rust: build it for wasm32-wasip2)")]
    CoreModule,
    /// The file is not WebAssembly.
    #[error("is not a WebAssembly component: {0}")]
    NotWebAssembly(Foreign),
    /// The file is damaged, or uses what this host does not offer.
    #[error("is not a component that this host can compile: {reason}")]
    NotAComponent {
        /// What wasmtime says.
        reason: String,
    },
    /// It is larger than a plugin needs to be.
    #[error(transparent)]
    Oversized(#[from] Oversized),
    /// It was still being compiled at its deadline.
    #[error("is not compiled after {} (limit `compile_time`)", duration_in_words(*.limit))]
    CompileTime {
        /// The limit.
        limit: Duration,
    },
    /// Compiling it took too much CPU time.
    #[error("takes more than {} of CPU time to compile (limit `compile_cpu`)", duration_in_words(*.limit))]
    CompileCpu {
        /// The limit.
        limit: Duration,
    },
    /// Compiling it took too much memory.
    #[error("takes more than {} of memory to compile (limit `compile_memory`)", snmp::size(*.limit))]
    CompileMemory {
        /// The limit.
        limit: u64,
    },
    /// The process that compiles cannot be used, or has failed.
    #[error("was not compiled: {reason}")]
    NotCompiled {
        /// What happened.
        reason: String,
    },
    /// It asks for what no plugin may have.
    #[error("imports `{import}`, which plugins must not import")]
    ForbiddenImport {
        /// The import's name.
        import: String,
    },
    /// It was made for an incompatible version of the contract.
    #[error("imports `{import}`, which is of another contract than this host's {offered}")]
    OtherContract {
        /// The import's name.
        import: String,
        /// The versions that this host has.
        offered: String,
    },
    /// It does not offer what makes a plugin.
    #[error("exports none of {interfaces} of version {offered}")]
    NoInterface {
        /// The interfaces that make a plugin, in words.
        interfaces: String,
        /// The versions that this host has.
        offered: String,
    },
    /// What makes it a plugin is of a version that this host does not have.
    #[error(
        "exports `{export}`, and this host has version {offered} of the contract only: update snmp-proxy, or build the \
         plugin for one of these"
    )]
    OtherVersion {
        /// The export's name.
        export: String,
        /// The versions that this host has.
        offered: String,
    },
    /// Its imports and exports are of several versions of the contract.
    #[error("imports `{import}`, and is a plugin of version {version} of the contract")]
    MixedVersions {
        /// The import's name.
        import: String,
        /// The version of what it exports.
        version: &'static str,
    },
    /// It offers what makes a plugin more than once.
    #[error("exports both `{}` and `{}`, and a plugin is of one kind", .first.interface(), .second.interface())]
    SeveralKinds {
        /// One of them.
        first: PluginKind,
        /// Another one.
        second: PluginKind,
    },
    /// A bundled plugin of another kind has its name.
    #[error("exports `{}`, and the bundled plugin of this name is a `{}`", .found.interface(), .bundled.interface())]
    OtherKind {
        /// What it is.
        found: PluginKind,
        /// What the bundled plugin is.
        bundled: PluginKind,
    },
    /// There is a decoder of notifications already, and only one is used.
    #[error("is not used: `{in_force}` is already the trap decoder; remove one of them")]
    SecondDecoder {
        /// The name of the decoder that is used.
        in_force: String,
    },
    /// Its imports or exports have names that are known and shapes that are not.
    #[error("does not fit the contract: {reason}")]
    Misfit {
        /// What wasmtime says.
        reason: String,
    },
    /// It failed when it was asked what it is.
    #[error("`describe` failed")]
    Describe(#[source] CollectError),
    /// It is a plugin only together with a configuration.
    #[error("is configured by files in a folder of its own name beside it, and there is none")]
    NoConfiguration,
    /// It takes no such configuration.
    #[error("refuses its configuration")]
    Configuration(#[source] CollectError),
    /// What it says about itself cannot be.
    #[error("has a wrong manifest")]
    Manifest(#[source] ManifestError),
    /// It says that it has another name.
    #[error("calls itself `{name}` in its manifest")]
    OtherName {
        /// The name in the manifest.
        name: String,
    },
    /// The runtime is shutting down, or has failed.
    #[error("was not loaded: {reason}")]
    Runtime {
        /// What happened.
        reason: String,
    },
}

impl LoadError {
    /// The error with its causes, as one line.
    #[must_use]
    pub fn with_causes(&self) -> String {
        let mut line = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            line.push_str(": ");
            line.push_str(&error.to_string());
            cause = error.source();
        }
        line
    }
}
