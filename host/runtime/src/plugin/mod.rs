//! A loaded plugin: what it is, where it came from, and what of WASI it asks for. Collectors are here, and what plugins
//! of every kind have in common; those for notifications are in `notifications`.

mod notifications;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use limits::SandboxLimits;
use plugin_folder::PluginName;

pub use self::notifications::{TrapDecoder, TrapEnricher};
use crate::{LockTerms, Manifest, PluginKind, contract::Collecting, guest_memory::UsualMemory};

/// A loaded plugin that collects. Cloning is cheap, and all clones share the compiled code.
#[derive(Clone)]
pub struct Plugin(Arc<Loaded<Arc<Manifest>, Arc<dyn Collecting>>>);

/// What makes a plugin, of any kind.
pub(crate) struct Loaded<M, P> {
    pub(crate) manifest: M,
    pub(crate) origin: Origin,
    pub(crate) digest: String,
    pub(crate) lock: Option<LockTerms>,
    pub(crate) imports: Vec<String>,
    pub(crate) missing: Vec<String>,
    pub(crate) prepared: P,
    pub(crate) usual_memory: UsualMemory,
    pub(crate) limits: Arc<SandboxLimits>,
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

/// Where a plugin is to be loaded from.
#[derive(Clone, Debug, PartialEq, Eq)]
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

impl Plugin {
    pub(crate) fn new(loaded: Loaded<Arc<Manifest>, Arc<dyn Collecting>>) -> Self {
        Self(Arc::new(loaded))
    }

    pub(crate) fn loaded(&self) -> &Loaded<Arc<Manifest>, Arc<dyn Collecting>> {
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

    /// What `plugins.lock` says of it; none where it says nothing.
    #[must_use]
    pub fn lock(&self) -> Option<&LockTerms> {
        self.0.lock.as_ref()
    }

    /// The interfaces that it imports, e.g. `snmp-proxy:plugin/snmp@0.1.0`, in the order of the component.
    #[must_use]
    pub fn imports(&self) -> &[String] {
        &self.0.imports
    }

    /// The functions of the contract that it imports and this host does not have, as `job.offers` names them. A call of
    /// one ends the run.
    #[must_use]
    pub fn missing_functions(&self) -> &[String] {
        &self.0.missing
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

    /// The version that its manifest gives.
    #[must_use]
    pub fn version(&self) -> &str {
        match self {
            Self::Collector(plugin) => &plugin.manifest().version,
            Self::TrapDecoder(decoder) => &decoder.manifest().version,
            Self::TrapEnricher(enricher) => &enricher.manifest().version,
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

impl PluginSource {
    /// The name that the plugin's manifest must have: a file's name without `.wasm`, where `bad_one.wasm` is the plugin
    /// `bad-one`, since Cargo writes it so.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Bundled { name, .. } => (*name).to_owned(),
            Self::File(path) => PluginName::of_file(path).map_or_else(
                |_| path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                |name| name.to_string(),
            ),
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
