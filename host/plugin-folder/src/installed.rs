//! What installing a plugin changed.

use std::path::PathBuf;

use snmp::Oid;

use crate::{Description, Digest, Entry, KeyId, Narrowed, PluginName, Signed, narrow, narrowing::gained};

/// A plugin that was installed.
#[derive(Clone, Debug, PartialEq)]
pub struct Installed {
    /// Its name.
    pub name: PluginName,
    /// Its file.
    pub path: PathBuf,
    /// The digest of the file.
    pub digest: Digest,
    /// The version in its manifest.
    pub version: Option<String>,
    /// What its signature is worth.
    pub signed: Signed,
    /// Whether it is loaded: one that was disabled stays so.
    pub is_enabled: bool,
    /// What is left of what it declares, where the operator narrows it. That is kept by an upgrade.
    pub narrowed: Option<Narrowed>,
    /// What is different from the version that it replaces; none where there was none.
    pub changes: Option<Changes>,
}

/// What is different from the version that was there before.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// The version before, where it was known.
    pub version: Option<String>,
    /// Whether it is the very same file.
    pub is_same_file: bool,
    /// Subtrees that it declares and did not before; none where nobody knows what it declared.
    pub gained: Option<Vec<Oid>>,
    /// Subtrees that it declared before and does not any more.
    pub lost: Vec<Oid>,
    /// The key that it was signed with, where this one is not signed with it.
    pub signer_lost: Option<KeyId>,
}

impl Changes {
    /// Compares what comes with what the lock says, or with nothing where a file of that name lay there by itself.
    pub(crate) fn new(before: Option<&Entry>, digest: &Digest, signed: &Signed, description: &Description) -> Self {
        let declared = before.and_then(|entry| entry.declares.as_deref());
        let signer = before.and_then(|entry| entry.signer.as_ref());
        let is_signer = |key: &&KeyId| matches!(signed, Signed::By { key: by, .. } if by == *key);
        Self {
            version: before.and_then(|entry| entry.version.clone()),
            is_same_file: before.and_then(|entry| entry.digest.as_ref()) == Some(digest),
            gained: declared.map(|declared| gained(declared, &description.reads)),
            lost: declared.map(|declared| gained(&description.reads, declared)).unwrap_or_default(),
            signer_lost: signer.filter(|key| !is_signer(key)).copied(),
        }
    }
}

/// What is left of what a plugin declares under its entry.
pub(crate) fn narrowed(entry: &Entry, description: &Description) -> Option<Narrowed> {
    entry.reads.as_deref().map(|given| narrow(&description.reads, given))
}
