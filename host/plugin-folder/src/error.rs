//! What can go wrong with the folder.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{InvalidName, LockError, SignatureError};

/// Why the folder could not be read or changed. What was there before is still there.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The system refused something.
    #[error("cannot {act} {}", path.display())]
    Io {
        /// What was to be done, as a verb.
        act: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not there.
    #[error("there is no plugin folder {}: create it with mkdir", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// `plugins.lock` is wrong.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The changed `plugins.lock` could not be read again, so it was not written.
    #[error("cannot change plugins.lock")]
    Unwritable(#[source] LockError),
    /// `plugins.lock` would be too large.
    #[error("plugins.lock would have more than {limit} bytes")]
    LockTooLarge {
        /// The limit.
        limit: u64,
    },
    /// Another process is at it.
    #[error("another process has been changing {} for {seconds} s; try again", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
        /// How long this one waited.
        seconds: u64,
    },
    /// No plugin has this name.
    #[error("there is no plugin {name:?} in {}{}", folder.display(), hint.as_ref().map(|name| format!(", did you mean {name}?")).unwrap_or_default())]
    NotThere {
        /// The name.
        name: String,
        /// The folder.
        folder: PathBuf,
        /// A name that is there and is much like it.
        hint: Option<String>,
    },
    /// A symbolic link stands where a file would be put.
    #[error("{} is a symbolic link, which is not replaced: remove it first", path.display())]
    SymbolicLink {
        /// The link.
        path: PathBuf,
    },
    /// What should be a plugin is no file.
    #[error("{} is not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is too large.
    #[error("{} has more than {limit} bytes (limit `{limit_name}`)", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: u64,
        /// The limit's key.
        limit_name: &'static str,
    },
    /// The file is not text.
    #[error("{} is not text in UTF-8", path.display())]
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// The folder is full.
    #[error("the folder holds {limit} plugins already (limit `sandbox.files`): remove one, or raise the limit")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// The file's name, or the one that was given, is none of a plugin.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// The signature does not do.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl FolderError {
    /// Makes an error of the system's, for `map_err`.
    pub(crate) fn io(act: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { act, path, source }
    }
}
