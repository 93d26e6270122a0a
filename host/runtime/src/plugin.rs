//! A loaded plugin: what it is, where it came from, and what of WASI it asks for. Collectors are here, and what plugins
//! of every kind have in common; those for notifications are in `trap`.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{CollectError, Manifest, ManifestError, PluginLimits, TrapDecoder, TrapEnricher, imports, v0_1};

/// A loaded plugin that collects. Cloning is cheap, and all clones share the compiled code.
#[derive(Clone)]
pub struct Plugin(Arc<Loaded<Manifest, v0_1::Prepared>>);

/// What makes a plugin, of any kind.
pub(crate) struct Loaded<M, P> {
    pub(crate) manifest: M,
    pub(crate) origin: Origin,
    pub(crate) digest: String,
    pub(crate) imports: Vec<String>,
    pub(crate) prepared: P,
    pub(crate) limits: Arc<PluginLimits>,
}

/// A loaded plugin of one of the kinds that there are.
#[derive(Clone, Debug)]
pub enum AnyPlugin {
    /// Collects from devices.
    Collector(Plugin),
    /// Takes notifications and other messages apart.
    TrapDecoder(TrapDecoder),
    /// Adds what a vendor's notifications mean.
    TrapEnricher(TrapEnricher),
}

/// The kinds of plugins, each with an interface and a world of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PluginKind {
    /// Collects from devices.
    Collector,
    /// Takes notifications and other messages apart.
    TrapDecoder,
    /// Adds what a vendor's notifications mean.
    TrapEnricher,
}

/// Where a plugin is to be loaded from.
#[derive(Clone, Debug)]
pub enum PluginSource {
    /// Embedded in the program.
    Bundled {
        /// The name that its manifest must have.
        name: &'static str,
        /// The component.
        wasm: &'static [u8],
    },
    /// A file whose name is the plugin's name and `.wasm`.
    File(PathBuf),
}

/// Where a plugin came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Embedded in the program.
    Bundled,
    /// This file.
    File(PathBuf),
}

/// Why a plugin was not loaded. The caller adds its name in front.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file or the folder cannot be read.
    #[error("cannot be read: {reason}")]
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// The file is too large to be a plugin.
    #[error("has more than {limit} octets (limit `file_bytes`)")]
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
    /// The file is not WebAssembly, or uses what this host does not offer.
    #[error("is not a component that this host can compile: {reason}")]
    NotAComponent {
        /// What wasmtime says.
        reason: String,
    },
    /// It asks for what no plugin may have.
    #[error("imports `{import}`, which a plugin may not have")]
    ForbiddenImport {
        /// The import's name.
        import: String,
    },
    /// It was made for an incompatible version of the contract.
    #[error("imports `{import}`, which is of another contract than this host's {}", imports::CONTRACT.1)]
    OtherContract {
        /// The import's name.
        import: String,
    },
    /// It does not offer what makes a plugin.
    #[error("exports none of {} of version {}", imports::offers(), imports::CONTRACT.1)]
    NoInterface,
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
    #[error("is not used, since `{in_force}` is the trap decoder already")]
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
    /// What it says about itself cannot be.
    #[error("its manifest is wrong")]
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

impl Plugin {
    pub(crate) fn new(loaded: Loaded<Manifest, v0_1::Prepared>) -> Self {
        Self(Arc::new(loaded))
    }

    pub(crate) fn loaded(&self) -> &Loaded<Manifest, v0_1::Prepared> {
        &self.0
    }

    /// What it says about itself.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    /// Where it came from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// `sha256:` and the digest of the component's octets in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// The interfaces that it imports, e.g. `snmp-proxy:plugin/snmp@0.1.0`, in the order of the component.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.0.imports
    }
}

impl AnyPlugin {
    /// The name that its manifest gives.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Collector(plugin) => &plugin.manifest().name,
            Self::TrapDecoder(decoder) => &decoder.manifest().name,
            Self::TrapEnricher(enricher) => &enricher.manifest().name,
        }
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> PluginKind {
        match self {
            Self::Collector(_) => PluginKind::Collector,
            Self::TrapDecoder(_) => PluginKind::TrapDecoder,
            Self::TrapEnricher(_) => PluginKind::TrapEnricher,
        }
    }
}

impl PluginKind {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Collector, Self::TrapDecoder, Self::TrapEnricher];

    /// The interface of the contract that makes a component a plugin of this kind, e.g. `trap-decoder`.
    #[must_use]
    pub fn interface(self) -> &'static str {
        match self {
            Self::Collector => "collector",
            Self::TrapDecoder => "trap-decoder",
            Self::TrapEnricher => "trap-enricher",
        }
    }
}

impl PluginSource {
    /// The name that the plugin's manifest must have: a file's name without `.wasm`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Bundled { name, .. } => (*name).to_owned(),
            Self::File(path) => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// The file, unless the plugin is bundled.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Bundled { .. } => None,
            Self::File(path) => Some(path),
        }
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("name", &self.0.manifest.name)
            .field("origin", &self.0.origin)
            .field("digest", &self.0.digest)
            .finish_non_exhaustive()
    }
}
