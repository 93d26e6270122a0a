//! What is wrong with something that was to be a plugin.

use std::path::{Path, PathBuf};

use crate::{LoadError, PluginSource, text};

/// Something that was to be a plugin and could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` {}", self.reason())]
pub struct LoadProblem {
    /// The name under which it would have been found; the folder's name if the folder is the problem.
    pub name: String,
    /// The file or folder; none for a bundled plugin.
    pub path: Option<PathBuf>,
    /// What is wrong with it. It is part of the problem's text.
    pub error: LoadError,
    /// The version of the plugin that was loaded from there before, which stays in use.
    pub in_force: Option<String>,
}

impl LoadProblem {
    /// What is wrong with it, and what is used in its place.
    #[must_use]
    pub fn reason(&self) -> String {
        let error = self.error.with_causes();
        match &self.in_force {
            Some(version) => format!("{error}; version {version} stays in use"),
            None => error,
        }
    }
}

/// The name of a plugin that was not loaded, fit for logs and messages.
pub(crate) fn shown_name(source: &PluginSource) -> String {
    const OCTETS: usize = 200;
    text::clean(&source.name(), OCTETS)
}

pub(crate) fn problem(source: &PluginSource, error: LoadError) -> LoadProblem {
    LoadProblem { name: shown_name(source), path: source.path().map(Path::to_owned), error, in_force: None }
}
