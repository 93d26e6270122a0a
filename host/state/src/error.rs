//! What can go wrong with the state.

use std::{io, path::PathBuf};

/// Why the state cannot be had or changed.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The state directory cannot be made, looked at or closed to others.
    #[error("cannot use the state directory {}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The state directory may be entered by others, and is more than a state directory.
    #[error(
        "the state directory {} may be entered by others and has other files in it: give it mode 0700, or name one \
         that is used for nothing else",
        path.display()
    )]
    Shared {
        /// The directory.
        path: PathBuf,
    },
    /// The state directory belongs to another user, who may enter it.
    #[error("the state directory {} belongs to another user", path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
    },
    /// Another process has the store open.
    #[error("another process uses {}", path.display())]
    InUse {
        /// The store's file.
        path: PathBuf,
    },
    /// The file is damaged, or was never a store of this program. It stays as it is.
    #[error("{} is damaged or no store of this program", path.display())]
    NotAStore {
        /// The store's file.
        path: PathBuf,
        /// What the store says, where it says anything.
        source: Option<Box<redb::Error>>,
    },
    /// The file was made by a newer version of this program.
    #[error("{} was made by a newer version (its format is {format})", path.display())]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// The format that it says it has.
        format: u64,
    },
    /// The store cannot be read or written, as when the disk is full.
    #[error("cannot read or write {}", path.display())]
    Store {
        /// The store's file.
        path: PathBuf,
        /// What the store says.
        source: Box<redb::Error>,
    },
    /// Reading or writing the store ended in a failed assertion, as some damage does.
    #[error("reading or writing {} ended in a failed assertion", path.display())]
    Panicked {
        /// The store's file.
        path: PathBuf,
    },
    /// The store failed a moment ago and is not tried again yet, or somebody is still busy with what was open then.
    #[error("{} could not be read or written a moment ago", path.display())]
    Recovering {
        /// The store's file.
        path: PathBuf,
    },
    /// The system gives no random octets for an engine ID or a secret.
    #[error("cannot read random bytes")]
    Random(#[source] getrandom::Error),
    /// The system gives no thread.
    #[error("the system gives no thread")]
    Thread(#[source] io::Error),
}
