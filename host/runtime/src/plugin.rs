//! A loaded plugin: what it is, where it came from, and what of WASI it asks for.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{CollectError, Manifest, ManifestError, PluginLimits, imports, v0_1};

/// A loaded plugin. Cloning is cheap, and all clones share the compiled code.
#[derive(Clone)]
pub struct Plugin(Arc<Loaded>);

/// What makes a plugin.
pub(crate) struct Loaded {
    pub(crate) manifest: Manifest,
    pub(crate) origin: Origin,
    pub(crate) digest: String,
    pub(crate) imports: Vec<String>,
    pub(crate) prepared: v0_1::Prepared,
    pub(crate) limits: Arc<PluginLimits>,
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
    #[error("exports no `{}/collector` of version {}", imports::CONTRACT.0, imports::CONTRACT.1)]
    NoCollector,
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
    pub(crate) fn new(loaded: Loaded) -> Self {
        Self(Arc::new(loaded))
    }

    pub(crate) fn loaded(&self) -> &Loaded {
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
