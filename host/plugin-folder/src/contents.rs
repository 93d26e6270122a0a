//! What is in the folder, and the decision about each file.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
};

use crate::{
    Digest, Entry, Lock, PluginName, Refusal, Rules, Signed,
    file::{self, SIGNATURE},
    name::signature_of,
};

/// What is in the folder.
#[derive(Clone, Debug)]
pub struct Contents {
    /// What `plugins.lock` says, of the plugins that come with the program as well.
    pub lock: Lock,
    /// The files, sorted by name.
    pub files: Vec<PluginFile>,
    /// Files that are not read, since there are more than the limit.
    pub beyond_limit: Vec<PathBuf>,
    /// What the lock says of files that are not there.
    pub missing: Vec<Entry>,
}

/// A file of the folder that is meant to be a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginFile {
    /// The name of the plugin: the file's, where that is one.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// What the lock says of it.
    pub entry: Option<Entry>,
    /// Why it is not loaded, as far as one can say without reading it.
    pub refusal: Option<Refusal>,
    /// Whether the lock's digest has to be that of the file.
    is_pinned: bool,
}

/// What holds for a file that may be loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Admitted {
    /// The digest of the file.
    pub digest: Digest,
    /// What its signature is worth.
    pub signed: Signed,
    /// Whether the file is another one than was installed. It is loaded all the same, where plugins are not pinned.
    pub is_changed: bool,
}

impl Contents {
    /// Sorts what was found. The paths are those of the files, sorted.
    pub(crate) fn new(lock: Lock, mut paths: Vec<PathBuf>, limit: usize, rules: &Rules) -> Self {
        let is_pinned = lock.is_pinned || rules.require_lock;
        let beyond_limit = paths.split_off(paths.len().min(limit));
        let in_force = in_force(&lock, &paths);
        let files = paths.into_iter().map(|path| {
            let name = PluginName::of_file(&path);
            let entry = name.as_ref().ok().and_then(|name| lock.entry(name)).cloned();
            let used = name.as_ref().ok().and_then(|name| in_force.get(name)).filter(|used| **used != path);
            let refusal = match (&name, used, &entry) {
                (Err(error), ..) => Some(Refusal::Name(error.clone())),
                (_, Some(used), _) => Some(Refusal::Duplicate { file: file_name(used) }),
                (.., Some(entry)) if !entry.is_enabled => Some(Refusal::Disabled),
                (.., Some(Entry { digest: None, .. })) if is_pinned => Some(Refusal::NoDigest),
                (.., None) if is_pinned => Some(Refusal::NotInLock),
                _ => None,
            };
            let name = name.map_or_else(|_| stem(&path), |name| name.to_string());
            PluginFile { name, path, entry, refusal, is_pinned }
        });
        let files: Vec<PluginFile> = files.collect();
        let there: HashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let is_missing = |entry: &&Entry| entry.file.is_some() && !there.contains(entry.name.as_str());
        let missing = lock.entries().iter().filter(is_missing).cloned().collect();
        Self { lock, files, beyond_limit, missing }
    }

    /// Returns the file that is used for a plugin, or the one that would be.
    #[must_use]
    pub fn file(&self, name: &PluginName) -> Option<&PluginFile> {
        let is_used =
            |file: &&PluginFile| file.name == name.as_str() && !matches!(file.refusal, Some(Refusal::Duplicate { .. }));
        self.files.iter().find(is_used)
    }
}

impl PluginFile {
    /// Returns whether the lock's digest has to be that of the file.
    #[must_use]
    pub fn is_pinned(&self) -> bool {
        self.is_pinned
    }

    /// Decides about the octets of the file: the very ones that are loaded then, since a file may change in between.
    pub fn admit(&self, wasm: &[u8], rules: &Rules) -> Result<Admitted, Refusal> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let digest = Digest::of(wasm);
        let installed = self.entry.as_ref().and_then(|entry| entry.digest.as_ref());
        let other = installed.filter(|installed| **installed != digest);
        if let Some(pinned) = other.filter(|_| self.is_pinned) {
            return Err(Refusal::OtherDigest { found: digest, pinned: pinned.clone() });
        }
        let signature = file::read_text(&signature_of(&self.path), SIGNATURE)
            .map_err(|error| Refusal::UnreadableSignature(error.to_string()))?;
        let signed = rules.verify(wasm, signature.as_deref()).map_err(Refusal::Signature)?;
        Ok(Admitted { is_changed: other.is_some(), digest, signed })
    }
}

/// The file of each plugin: of several the one that the lock names, else the one that is called as the plugin is.
fn in_force(lock: &Lock, paths: &[PathBuf]) -> BTreeMap<PluginName, PathBuf> {
    let mut in_force: BTreeMap<PluginName, PathBuf> = BTreeMap::new();
    for path in paths {
        let Ok(name) = PluginName::of_file(path) else { continue };
        let named = lock.entry(&name).and_then(|entry| entry.file.as_deref());
        let rank = |path: &Path| (named == Some(&file_name(path)), file_name(path) == name.file_name());
        match in_force.get(&name) {
            Some(other) if rank(other) >= rank(path) => {}
            _ => drop(in_force.insert(name, path.clone())),
        }
    }
    in_force
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
