//! Why a file of the folder is not loaded.

use crate::{Digest, InvalidName, SignatureError};

/// Why a file of the folder is not loaded. The caller adds the plugin's name in front.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The operator wants it so: nothing is wrong.
    #[error("is disabled in plugins.lock; `snmp-proxy plugin enable` loads it again")]
    Disabled,
    /// Its file has a name that no plugin has.
    #[error("cannot be loaded: the file name {0}")]
    Name(InvalidName),
    /// Another file is the same plugin.
    #[error("is not used: {file} is the same plugin; remove one of the two files")]
    Duplicate {
        /// The file that is used.
        file: String,
    },
    /// Plugins are pinned, and this one is not in the lock.
    #[error("is not in plugins.lock, and only pinned plugins are loaded; install it with `snmp-proxy plugin install`")]
    NotInLock,
    /// Plugins are pinned, and the lock does not say which file this one is.
    #[error("has no digest in plugins.lock, and only pinned plugins are loaded; install it again")]
    NoDigest,
    /// Plugins are pinned, and the file is another one.
    #[error(
        "is not the file that was installed: its digest is {found}, and plugins.lock says {pinned}; install it again"
    )]
    OtherDigest {
        /// The digest of the file.
        found: Digest,
        /// The digest in the lock.
        pinned: Digest,
    },
    /// Its signature does not do.
    #[error("is not loaded: {0}")]
    Signature(SignatureError),
    /// Its signature cannot be read.
    #[error("is not loaded: its signature cannot be read: {0}")]
    UnreadableSignature(String),
}
