//! A plugin on its way in: its files lie aside in the folder, where nobody loads them, until it is known what they are.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use snmp::Oid;

use crate::{
    Bounds, Digest, FolderError, PluginName, Rules, Signed,
    file::{self, SIGNATURE},
    name::signature_of,
};

/// What is to be installed.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The name that it is expected to have.
    pub name: PluginName,
    /// The component.
    pub wasm: Vec<u8>,
    /// Its signature, as minisign writes it.
    pub signature: Option<String>,
    /// Where it comes from: a path, or a reference of a registry with a digest.
    pub source: String,
}

/// What whoever can run plugins found out about one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Description {
    /// The version in its manifest; none for a component that is a plugin only with a configuration.
    pub version: Option<String>,
    /// The subtrees that it declares.
    pub reads: Vec<Oid>,
}

/// A plugin whose files lie aside. Dropping it removes them.
#[derive(Debug)]
#[must_use = "dropping it removes what was copied"]
pub struct Staged {
    pub(crate) name: PluginName,
    pub(crate) source: String,
    pub(crate) digest: Digest,
    pub(crate) signed: Signed,
    pub(crate) is_with_signature: bool,
    plugins: PathBuf,
    place: Place,
}

/// The folder beside the plugins where one of them waits.
#[derive(Debug)]
struct Place {
    folder: PathBuf,
    /// Held locked, so that others see that somebody is still at it.
    held: File,
}

/// What such folders begin with. Hidden, so that nobody takes what is in them for plugins.
const PREFIX: &str = ".installing-";
/// The file in them that is held locked.
const HELD: &str = "held";

impl Candidate {
    /// Reads a file, and the signature beside it where there is one.
    pub fn of_file(path: &Path, bounds: Bounds) -> Result<Self, FolderError> {
        // The manifest has the name that counts: a file may be called as its maker likes.
        let name = PluginName::of_file(path).unwrap_or_else(|_| PluginName::unknown());
        let wasm = file::read(path, bounds.file_limit())?;
        let signature = file::read_text(&signature_of(path), SIGNATURE)?;
        let source = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
        Ok(Self { name, wasm, signature, source })
    }
}

impl Staged {
    /// Copies a plugin aside. The caller holds the guard of the folder.
    pub(crate) fn new(plugins: &Path, candidate: Candidate, rules: &Rules) -> Result<Self, FolderError> {
        let Candidate { name, wasm, signature, source } = candidate;
        let signed = rules.verify(&wasm, signature.as_deref())?;
        remove_abandoned(plugins)?;
        let place = Place::new(plugins)?;
        let staged = Self {
            digest: Digest::of(&wasm),
            is_with_signature: signature.is_some(),
            plugins: plugins.to_owned(),
            name,
            source,
            signed,
            place,
        };
        file::create(&staged.wasm(), &wasm)?;
        if let Some(signature) = signature {
            file::create(&staged.signature(), signature.as_bytes())?;
        }
        staged.link_configurations();
        Ok(staged)
    }

    /// Returns the file to check. It has the name of the plugin, and the configurations of an installed one beside it.
    #[must_use]
    pub fn wasm(&self) -> PathBuf {
        self.place.folder.join(self.name.file_name())
    }

    /// Returns the name that it has so far.
    #[must_use]
    pub fn name(&self) -> &PluginName {
        &self.name
    }

    /// Returns the digest of the file.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Gives it the name that its manifest says, which counts for more than that of the file it came in.
    pub fn rename(&mut self, name: PluginName) -> Result<(), FolderError> {
        let (wasm, signature) = (self.wasm(), self.signature());
        self.unlink_configurations();
        self.name = name;
        file::rename(&wasm, &self.wasm())?;
        if self.is_with_signature {
            file::rename(&signature, &self.signature())?;
        }
        self.link_configurations();
        Ok(())
    }

    pub(crate) fn signature(&self) -> PathBuf {
        signature_of(&self.wasm())
    }

    /// A file for something else that is to be put in place with it.
    pub(crate) fn aside(&self, name: &str) -> PathBuf {
        self.place.folder.join(name)
    }

    /// A component that is configured is checked with what configures it: the folder of its own name.
    fn link_configurations(&self) {
        let configurations = self.plugins.join(self.name.as_str());
        if configurations.is_dir() {
            // Where there are no links, the component is checked without them.
            #[cfg(unix)]
            let _ = fs::canonicalize(configurations).and_then(|configurations| {
                std::os::unix::fs::symlink(configurations, self.place.folder.join(self.name.as_str()))
            });
        }
    }

    fn unlink_configurations(&self) {
        let _ = fs::remove_file(self.place.folder.join(self.name.as_str()));
    }
}

impl Place {
    fn new(plugins: &Path) -> Result<Self, FolderError> {
        let folder = plugins.join(format!("{PREFIX}{:016x}", fastrand::u64(..)));
        // Not where something is already, whoever put it there.
        fs::create_dir(&folder).map_err(FolderError::io("create", &folder))?;
        let path = folder.join(HELD);
        let held = File::create_new(&path).and_then(|file| file.try_lock().map(|()| file).map_err(Into::into));
        match held {
            Ok(held) => Ok(Self { folder, held }),
            Err(error) => {
                let _ = fs::remove_dir_all(&folder);
                Err(FolderError::io("lock", &path)(error))
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.held.unlock();
        // What cannot be removed now is removed by the next one that installs.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes what a process left behind that was killed: what nobody holds any more.
fn remove_abandoned(plugins: &Path) -> Result<(), FolderError> {
    for entry in fs::read_dir(plugins).map_err(FolderError::io("read", plugins))? {
        let entry = entry.map_err(FolderError::io("read", plugins))?;
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_folder || !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let is_held = match File::open(entry.path().join(HELD)) {
            Ok(file) => file.try_lock().is_err(),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        };
        if !is_held {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}
