//! What a folder tells of the plugin in it: its language, and its sources.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::Language;

/// The language of a plugin's folder; none where it is no folder of one.
pub(crate) fn language(folder: &Path) -> Option<Language> {
    let has = |name: &str| folder.join(name).is_file();
    if has("Cargo.toml") {
        Some(Language::Rust)
    } else if has("package.json") {
        Some(Language::JavaScript)
    } else if !sources(folder, "c").is_empty() {
        Some(Language::C)
    } else if !sources(folder, "py").is_empty() {
        Some(Language::Python)
    } else {
        None
    }
}

/// The sources of a plugin with this ending.
pub(crate) fn sources(folder: &Path, extension: &str) -> Vec<PathBuf> {
    files(&folder.join("src"), extension)
}

/// The files of a folder with this ending, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}
