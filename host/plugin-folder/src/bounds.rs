//! The bounds on what is in a folder.

use crate::file::Limit;

/// Bounds on what is in a folder: keys of `[sandbox]`.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of a plugin.
    pub file_bytes: u64,
    /// Plugins.
    pub files: usize,
}

impl Bounds {
    pub(crate) fn file_limit(self) -> Limit {
        Limit { bytes: self.file_bytes, name: "sandbox.file_bytes" }
    }
}
