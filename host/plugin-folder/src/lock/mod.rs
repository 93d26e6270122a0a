//! `plugins.lock`: what was installed, and what the operator wants of it.
//!
//! The commands write it and an operator edits it: what a command does not change stays as it was written, comments among
//! it. Everything that is wrong is reported at once, each with its line; a lock with a mistake is not half obeyed.

mod keys;
mod read;
mod write;

use serde_json::{Map, Value};
use snmp::Oid;

pub use self::read::{LockError, LockProblem};
use crate::{Digest, KeyId, PluginName};

/// What `plugins.lock` says. One that is not there says nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lock {
    /// Only plugins that are in it are loaded, with the very digest.
    pub is_pinned: bool,
    pub(crate) entries: Vec<Entry>,
    /// As it was written.
    text: String,
}

/// What it says of one plugin: `[[plugins]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The plugin. One that comes with the program has no `file`.
    pub name: PluginName,
    /// The name of its file in the folder.
    pub file: Option<String>,
    /// The digest of that file.
    pub digest: Option<Digest>,
    /// The version in its manifest.
    pub version: Option<String>,
    /// Where it was installed from: a path, or a reference of a registry with a digest.
    pub source: Option<String>,
    /// The key that it is signed with, where that was verified.
    pub signer: Option<KeyId>,
    /// The subtrees that its manifest declares, so that an upgrade can tell what changes.
    pub declares: Option<Vec<Oid>>,
    /// Whether it is loaded.
    pub is_enabled: bool,
    /// The subtrees that the operator narrows it to; none: all that it declares.
    pub reads: Option<Vec<Oid>>,
    /// Parameters that the operator gives it, for polls that give none.
    pub params: Option<Map<String, Value>>,
}

impl Entry {
    /// Returns what says no more than that the plugin is loaded as it is.
    #[must_use]
    pub fn new(name: PluginName) -> Self {
        Self {
            name,
            file: None,
            digest: None,
            version: None,
            source: None,
            signer: None,
            declares: None,
            is_enabled: true,
            reads: None,
            params: None,
        }
    }
}

impl Lock {
    /// Reads the text of a lock. Messages call it by this name.
    pub fn read(name: &str, text: &str) -> Result<Self, LockError> {
        read::read(name, text)
    }

    /// Returns its text, with all that was changed.
    #[must_use]
    pub fn text(&self) -> String {
        write::write(&self.text, &self.entries)
    }

    /// Returns what it says of plugins, in the order in which it was written.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns what it says of a plugin.
    #[must_use]
    pub fn entry(&self, name: &PluginName) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == *name)
    }

    /// The entry of a plugin to change, a new one where there is none.
    pub(crate) fn entry_mut(&mut self, name: &PluginName) -> &mut Entry {
        let place = self.entries.iter().position(|entry| entry.name == *name).unwrap_or_else(|| {
            self.entries.push(Entry::new(name.clone()));
            self.entries.len().saturating_sub(1)
        });
        #[expect(clippy::indexing_slicing, reason = "the place was found or made a line above")]
        &mut self.entries[place]
    }

    /// Forgets a plugin, and tells whether there was one.
    pub(crate) fn forget(&mut self, name: &PluginName) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.name != *name);
        self.entries.len() < before
    }
}

#[cfg(test)]
mod tests;
