//! What can go wrong with the state.

use std::{io, path::PathBuf};

/// Why the state cannot be read or changed: what happened, to which file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The state directory cannot be made, looked at or closed to others.
    #[error("cannot use the state directory {}: it must be a directory that this user may read and write", path.display())]
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
    #[error("the state directory {} belongs to another user: change its owner, or name another directory", path.display())]
    NotOurs {
        /// The directory.
        path: PathBuf,
    },
    /// Another process has the store open.
    #[error("another process uses {}: stop it, or give each a state directory of its own", path.display())]
    InUse {
        /// The store's file.
        path: PathBuf,
    },
    /// The file is damaged, or was never a store of this program. It stays as it is.
    #[error(
        "{} is damaged, or not a state file of snmp-proxy: restore a backup, or move it away to start with an empty one",
        path.display()
    )]
    NotAStore {
        /// The store's file.
        path: PathBuf,
        /// What the store says, where it says anything.
        source: Option<Box<redb::Error>>,
    },
    /// The file was made by a newer version of this program.
    #[error(
        "{} was made by a newer version of snmp-proxy (format {format}): update this one, or restore an older backup",
        path.display()
    )]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// The format that it says it has.
        format: u64,
    },
    /// The store cannot be read or written, as when the disk is full.
    #[error("cannot read or write {}: check that the disk works and is not full", path.display())]
    Store {
        /// The store's file.
        path: PathBuf,
        /// What the store says.
        source: Box<redb::Error>,
    },
    /// Reading or writing the store ended in a failed assertion, as some damage does.
    #[error("cannot read or write {}: it may be damaged; restore a backup if this repeats", path.display())]
    Panicked {
        /// The store's file.
        path: PathBuf,
    },
    /// The store failed a moment ago and is not tried again yet, or somebody is still busy with what was open then.
    #[error("cannot read or write {} since a moment ago: it is tried again soon", path.display())]
    Recovering {
        /// The store's file.
        path: PathBuf,
    },
    /// The system has no random bytes for an engine ID or a secret.
    #[error("cannot read random bytes")]
    Random(#[source] getrandom::Error),
    /// The system cannot start another thread.
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}
