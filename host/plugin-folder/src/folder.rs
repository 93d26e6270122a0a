//! The folder and its changes. Each is made under the guard, aside, and put in place by rename: whoever reads meanwhile
//! sees what was there before or what is there then.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use limits::PLUGINS_LOCK_BYTES;
use spelling::closest;

use crate::{
    Bounds, Candidate, Changes, Contents, Description, Entry, FolderError, Guard, Installed, Lock, PluginName, Rules,
    Signed, Staged,
    file::{self, Limit},
    installed::narrowed,
    name::{is_plugin_file, signature_of},
};

/// A plugin folder.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    bounds: Bounds,
}

/// What removing a plugin left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The files that are gone.
    pub files: Vec<PathBuf>,
    /// The folder with its configurations, which is the operator's and stays.
    pub configurations: Option<PathBuf>,
}

/// The lock's file.
const LOCK: &str = "plugins.lock";
const LOCK_LIMIT: Limit = Limit { bytes: PLUGINS_LOCK_BYTES, name: "PLUGINS_LOCK_BYTES" };

impl Folder {
    /// Returns the folder at this path. It has to be there when it is read.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, bounds: Bounds) -> Self {
        Self { path: path.into(), bounds }
    }

    /// Returns where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the bounds on what is in it.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Makes the folder where it is not there, and tells whether it did. The one above has to be there: a path with a typing
    /// error in it is not made.
    pub fn create(&self) -> Result<bool, FolderError> {
        match fs::create_dir(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(FolderError::io("create the plugin folder", &self.path)(error)),
        }
    }

    /// Keeps others from changing the folder, for a reader that has to see one state of several files.
    pub fn hold(&self) -> Result<Guard, FolderError> {
        Guard::take(&self.path)
    }

    /// Reads what is in it. Where the lock is wrong, nobody can say what may be loaded, and nothing of the folder should.
    pub fn contents(&self, rules: &Rules) -> Result<Contents, FolderError> {
        Ok(Contents::new(self.lock()?, self.paths()?, self.bounds.files, rules))
    }

    /// Copies a plugin aside, to be checked at [`Staged::wasm`] and then to be put in place by [`Folder::install`].
    pub fn stage(&self, candidate: Candidate, rules: &Rules) -> Result<Staged, FolderError> {
        if u64::try_from(candidate.wasm.len()).is_ok_and(|bytes| bytes > self.bounds.file_bytes) {
            let Limit { bytes: limit, name: limit_name } = self.bounds.file_limit();
            return Err(FolderError::TooLarge { path: candidate.source.into(), limit, limit_name });
        }
        // A lock with a mistake is told before anything is compiled.
        self.lock()?;
        let _guard = Guard::take(&self.path)?;
        Staged::new(&self.path, candidate, rules)
    }

    /// Puts a plugin that was checked in place, whether it is new or replaces an older version. What the operator wrote
    /// of the older one stays: whether it is enabled, what it may read, its parameters.
    pub fn install(&self, staged: Staged, description: Description) -> Result<Installed, FolderError> {
        let guard = Guard::take(&self.path)?;
        let contents = self.contents(&Rules::default())?;
        let before = contents.lock.entry(&staged.name).cloned();
        let present = contents.file(&staged.name).map(|file| file.path.clone());
        if present.is_none() && contents.files.len() >= self.bounds.files {
            return Err(FolderError::TooMany { limit: self.bounds.files });
        }
        // A file that was put here by hand keeps its name, so that there are not two of one plugin.
        let path = present.clone().unwrap_or_else(|| self.path.join(staged.name.file_name()));
        let changes = present.map(|_| Changes::new(before.as_ref(), &staged.digest, &staged.signed, &description));

        let mut lock = contents.lock;
        let entry = lock.entry_mut(&staged.name);
        entry.file = Some(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        entry.digest = Some(staged.digest.clone());
        entry.version.clone_from(&description.version);
        entry.source = Some(staged.source.clone());
        entry.declares = Some(description.reads.clone());
        entry.signer = match &staged.signed {
            Signed::By { key, .. } => Some(*key),
            Signed::No | Signed::Untrusted { .. } => None,
        };
        let installed = Installed {
            name: staged.name.clone(),
            path: path.clone(),
            digest: staged.digest.clone(),
            signed: staged.signed.clone(),
            is_enabled: entry.is_enabled,
            narrowed: narrowed(entry, &description),
            version: description.version,
            changes,
        };

        // All of it is on the disk before the first of it is in place.
        let new_lock = staged.aside(LOCK);
        write_lock(&lock, &new_lock)?;
        let signature = signature_of(&path);
        for target in [&path, &signature, &self.lock_path()] {
            file::refuse_link(target)?;
        }
        if staged.is_with_signature {
            file::rename(&staged.signature(), &signature)?;
        } else {
            file::remove(&signature)?;
        }
        file::rename(&staged.wasm(), &path)?;
        file::rename(&new_lock, &self.lock_path())?;
        file::sync_folder(&self.path)?;
        // What is left aside goes while nobody else looks for it.
        drop(staged);
        drop(guard);
        Ok(installed)
    }

    /// Removes a plugin: its file, its signature and what the lock says of it. Nothing else.
    pub fn remove(&self, name: &PluginName) -> Result<Removed, FolderError> {
        let _guard = Guard::take(&self.path)?;
        let contents = self.contents(&Rules::default())?;
        let mut lock = contents.lock.clone();
        let of_this_name = contents.files.iter().filter(|file| file.name == name.as_str());
        let paths: Vec<PathBuf> = of_this_name.flat_map(|file| [file.path.clone(), signature_of(&file.path)]).collect();
        let is_known = lock.forget(name);
        if paths.is_empty() && !is_known {
            return Err(self.not_there(name, &contents, &[]));
        }
        // The lock last: what is cut off in between is told as a file that is missing.
        let mut files = Vec::new();
        for path in paths {
            if file::remove(&path)? {
                files.push(path);
            }
        }
        if is_known {
            self.replace_lock(&lock)?;
        }
        let configurations = Some(self.path.join(name.as_str())).filter(|folder| folder.is_dir());
        Ok(Removed { files, configurations })
    }

    /// Says whether a plugin is loaded: one of the folder, or one of those that come with the program. Tells whether that
    /// is a change.
    pub fn set_enabled(&self, name: &PluginName, is_enabled: bool, bundled: &[&str]) -> Result<bool, FolderError> {
        let _guard = Guard::take(&self.path)?;
        let contents = self.contents(&Rules::default())?;
        let mut lock = contents.lock.clone();
        let file = contents.file(name);
        if file.is_none() && lock.entry(name).is_none() && !bundled.contains(&name.as_str()) {
            return Err(self.not_there(name, &contents, bundled));
        }
        if lock.entry(name).is_none_or(|entry| entry.is_enabled) == is_enabled {
            return Ok(false);
        }
        lock.entry_mut(name).is_enabled = is_enabled;
        // What says nothing any more is not kept.
        if lock.entry(name) == Some(&Entry::new(name.clone())) {
            lock.forget(name);
        }
        self.replace_lock(&lock)?;
        Ok(true)
    }

    fn lock(&self) -> Result<Lock, FolderError> {
        let path = self.lock_path();
        let text = file::read_text(&path, LOCK_LIMIT)?.unwrap_or_default();
        Ok(Lock::read(&path.display().to_string(), &text)?)
    }

    fn lock_path(&self) -> PathBuf {
        self.path.join(LOCK)
    }

    fn replace_lock(&self, lock: &Lock) -> Result<(), FolderError> {
        let aside = self.path.join(format!(".{LOCK}-{:016x}", fastrand::u64(..)));
        let replaced = write_lock(lock, &aside).and_then(|()| file::rename(&aside, &self.lock_path()));
        if replaced.is_err() {
            let _ = fs::remove_file(&aside);
        }
        replaced?;
        file::sync_folder(&self.path)
    }

    /// The files that are meant to be plugins, sorted.
    fn paths(&self) -> Result<Vec<PathBuf>, FolderError> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(FolderError::io("read", &self.path))? {
            let entry = entry.map_err(FolderError::io("read", &self.path))?;
            if is_plugin_file(&entry.file_name()) {
                paths.push(entry.path());
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn not_there(&self, name: &PluginName, contents: &Contents, others: &[&str]) -> FolderError {
        let known = contents.files.iter().map(|file| file.name.as_str()).chain(others.iter().copied());
        let hint = closest(name.as_str(), known).map(str::to_owned);
        FolderError::NotThere { name: name.to_string(), folder: self.path.clone(), hint }
    }
}

/// Writes a lock to a new file, after reading what it would say: a lock that nobody can read would stop all plugins.
fn write_lock(lock: &Lock, path: &Path) -> Result<(), FolderError> {
    let text = lock.text();
    if u64::try_from(text.len()).is_ok_and(|bytes| bytes > PLUGINS_LOCK_BYTES) {
        return Err(FolderError::LockTooLarge { limit: PLUGINS_LOCK_BYTES });
    }
    let read = Lock::read(LOCK, &text).map_err(FolderError::Unwritable)?;
    debug_assert_eq!(read.entries(), lock.entries(), "{text}");
    file::create(path, text.as_bytes())
}
