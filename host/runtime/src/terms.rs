//! On which terms a plugin is loaded: what the operator says of it in `plugins.lock`, and what is demanded of all.

use std::{path::PathBuf, sync::Arc};

use limits::SandboxLimits;
use plugin_folder::{Bounds, Digest, Entry, Folder, FolderError, PluginFile, PluginName, Refusal, Rules, narrow};
use serde_json::Value;

use crate::{
    LoadError, LoadProblem, LockTerms, Manifest, PluginSource,
    load_problem::{problem, shown_name},
    shown_path,
};

/// What the folder says of a plugin.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Terms {
    /// Its file; none of one that comes with the program.
    file: Option<PluginFile>,
    /// What the lock says of one that comes with the program.
    entry: Option<Entry>,
}

/// What holds for a plugin that may be loaded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Admitted {
    /// The digest of its file.
    pub(crate) digest: Digest,
    /// What `plugins.lock` says of it.
    pub(crate) lock: Option<LockTerms>,
}

/// The plugins that there are to be loaded at one moment.
pub(crate) struct Look {
    /// Bundled ones first, so that files replace them and not the other way round.
    pub(crate) sources: Vec<(PluginSource, Terms)>,
    /// What is wrong with the folder, and with files that are not looked at.
    pub(crate) problems: Vec<Arc<LoadProblem>>,
    /// Whether the folder could not be read. What is in it is not known then.
    pub(crate) is_unreadable: bool,
}

impl Look {
    /// Looks at the bundled plugins and the folder. Must not be called on an asynchronous thread.
    pub(crate) fn at(bundled: &[PluginSource], dir: Option<PathBuf>, rules: &Rules, limits: &SandboxLimits) -> Self {
        let Some(dir) = dir else { return Self::of_bundled(bundled) };
        let bounds = Bounds { file_bytes: limits.file_bytes, files: limits.files };
        let contents = match Folder::new(&dir, bounds).contents(rules) {
            Ok(contents) => contents,
            Err(error) => {
                let error = match error {
                    FolderError::Io { source, .. } => LoadError::Unreadable { reason: source.to_string() },
                    error => LoadError::Folder { reason: error.to_string() },
                };
                let told = LoadProblem { name: shown_path(&dir), path: Some(dir), error, in_force: None };
                return Self { problems: vec![Arc::new(told)], is_unreadable: true, ..Self::of_bundled(bundled) };
            }
        };
        let entry_of = |source: &PluginSource| {
            let name: Option<PluginName> = source.name().parse().ok();
            name.and_then(|name| contents.lock.entry(&name)).filter(|entry| entry.file.is_none()).cloned()
        };
        let of_program = bundled.iter().map(|source| (source.clone(), entry_of(source)));
        let of_program = of_program.filter(|(_, entry)| entry.as_ref().is_none_or(|entry| entry.is_enabled));
        let of_program = of_program.map(|(source, entry)| (source, Terms { file: None, entry }));
        let is_wanted = |file: &&PluginFile| !matches!(file.refusal, Some(Refusal::Disabled));
        let of_folder = contents.files.iter().filter(is_wanted);
        let of_folder = of_folder
            .map(|file| (PluginSource::File(file.path.clone()), Terms { file: Some(file.clone()), entry: None }));
        let too_many = |path: &PathBuf| {
            Arc::new(problem(&PluginSource::File(path.clone()), LoadError::TooManyFiles { limit: limits.files }))
        };
        Self {
            sources: of_program.chain(of_folder).collect(),
            problems: contents.beyond_limit.iter().map(too_many).collect(),
            is_unreadable: false,
        }
    }

    fn of_bundled(bundled: &[PluginSource]) -> Self {
        let sources = bundled.iter().map(|source| (source.clone(), Terms::default())).collect();
        Self { sources, problems: Vec::new(), is_unreadable: false }
    }
}

impl Terms {
    /// Decides about the very octets that are loaded then.
    pub(crate) fn admit(&self, source: &PluginSource, wasm: &[u8], rules: &Rules) -> Result<Admitted, LoadError> {
        let Some(file) = &self.file else {
            let lock = self.entry.as_ref().map(|entry| LockTerms::new(entry, false));
            return Ok(Admitted { digest: Digest::of(wasm), lock });
        };
        let admitted = file.admit(wasm, rules).map_err(|refusal| match refusal {
            Refusal::Name(_) => LoadError::FileName,
            refusal => LoadError::Refused(refusal),
        })?;
        if admitted.is_changed {
            let plugin = shown_name(source);
            tracing::warn!(plugin, "the file is not the one that was installed; plugins.lock pins none");
        }
        let lock = file.entry.as_ref().map(|entry| LockTerms::new(entry, file.is_pinned()));
        Ok(Admitted { digest: admitted.digest, lock })
    }
}

impl Admitted {
    /// Puts into a manifest what the operator says.
    pub(crate) fn apply(&self, manifest: &mut Manifest) -> Result<(), LoadError> {
        let Some(lock) = &self.lock else { return Ok(()) };
        if let Some(given) = &lock.reads {
            manifest.reads = narrow(&manifest.declared, given).reads;
        }
        if let Some(params) = lock.params.clone() {
            let check = manifest.params.check(&Value::Object(params.clone()));
            check.map_err(|mismatch| LoadError::Params { reason: mismatch.to_string() })?;
            manifest.default_params = params;
        }
        Ok(())
    }
}
