//! What the operator says of a plugin that is loaded.

use plugin_folder::{Digest, Entry};
use serde_json::{Map, Value};
use snmp::Oid;

/// What `plugins.lock` says of a plugin that is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct LockTerms {
    /// Whether only the file with that digest is loaded.
    pub is_pinned: bool,
    /// The digest of the file that was installed; none for a plugin that comes with the program.
    pub digest: Option<Digest>,
    /// The subtrees that the operator narrows it to; none: all that it declares.
    pub reads: Option<Vec<Oid>>,
    /// Parameters for polls that give none.
    pub params: Option<Map<String, Value>>,
}

impl LockTerms {
    pub(crate) fn new(entry: &Entry, is_pinned: bool) -> Self {
        let Entry { digest, reads, params, .. } = entry.clone();
        Self { is_pinned, digest, reads, params }
    }
}
