//! The folder of a plugin's author: where its component lies, and where its recordings.
//!
//! Builds leave components in different places. `plugin build` puts them into `dist`, which is looked at in every language;
//! Cargo leaves them below `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use simulator::Library;

use crate::detect::language;

/// A plugin as its author has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFolder {
    /// The component.
    pub component: PathBuf,
    /// Folders with recordings, where there are some.
    pub recordings: Vec<PathBuf>,
    /// A source that was changed after the component was built.
    pub newer_source: Option<PathBuf>,
}

/// Why there is no plugin to work with.
#[derive(Debug, thiserror::Error)]
pub enum PluginFolderError {
    /// There is nothing of this name.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// What was named.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is no component.
    #[error("{}: no component in it: build it with `snmp-proxy plugin build {}`, or name the .wasm file", path.display(), path.display())]
    NotBuilt {
        /// The folder.
        path: PathBuf,
    },
    /// It is no folder of a plugin.
    #[error("{}: no plugin in it: name its folder, where `snmp-proxy plugin build` builds it, or the .wasm file{}", path.display(), meant.as_ref().map(|meant| format!(", such as {}", meant.display())).unwrap_or_default())]
    NotAPlugin {
        /// The folder.
        path: PathBuf,
        /// The folder above it that is one.
        meant: Option<PathBuf>,
    },
    /// There are several.
    #[error("{}: several components in it ({}): name one of them", path.display(), names(found))]
    Several {
        /// The folder.
        path: PathBuf,
        /// The components.
        found: Vec<PathBuf>,
    },
}

/// The folder that builds put components into.
const DIST: &str = "dist";

/// Where Cargo puts them.
const CARGO: &str = "target/wasm32-wasip2/release";

/// The folders that recordings lie in: the first that has some is taken.
const RECORDINGS: [&str; 2] = ["devices", "tests"];

/// Folders above a component in which recordings are looked for: `target/wasm32-wasip2/release` is three of them.
const ABOVE: usize = 5;

/// The folders and files of sources, in every language.
const SOURCES: [&str; 6] = ["src", "Cargo.toml", "plugin.js", "component.js", "package.json", "sdk"];

impl PluginFolder {
    /// Finds out what a path means: a component, or the folder of a plugin that was built.
    pub fn at(path: &Path) -> Result<Self, PluginFolderError> {
        let unreadable =
            |error: std::io::Error| PluginFolderError::Unreadable { path: path.to_owned(), reason: error.to_string() };
        let metadata = fs::metadata(path).map_err(unreadable)?;
        if metadata.is_dir() {
            let component = component(path)?;
            let newer_source = newer_source(path, &component);
            return Ok(Self { component, recordings: recordings_of(path).into_iter().collect(), newer_source });
        }
        let absolute = fs::canonicalize(path).map_err(unreadable)?;
        let above = absolute.ancestors().skip(1).take(ABOVE);
        let recordings = above.filter_map(recordings_of).next();
        Ok(Self { component: path.to_owned(), recordings: recordings.into_iter().collect(), newer_source: None })
    }
}

/// The name that a plugin's file stands for: Cargo writes `_` for `-`.
#[must_use]
pub fn plugin_name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-")
}

/// A place below a folder, without the dot of this one.
pub(crate) fn below(folder: &Path, place: &str) -> PathBuf {
    if folder == Path::new(".") && !place.is_empty() { place.into() } else { folder.join(place) }
}

fn component(folder: &Path) -> Result<PathBuf, PluginFolderError> {
    let built: Vec<Vec<PathBuf>> = [DIST, CARGO, ""].map(|place| components(&below(folder, place))).into();
    let newest = |found: &Vec<PathBuf>| found.iter().filter_map(|path| changed(path)).max();
    // The same plugin may lie in two of these places: what was built last is meant.
    let found = built.into_iter().filter(|found| !found.is_empty()).max_by_key(newest).unwrap_or_default();
    match found.as_slice() {
        [] if language(folder).is_some() => Err(PluginFolderError::NotBuilt { path: folder.to_owned() }),
        [] => Err(PluginFolderError::NotAPlugin { path: folder.to_owned(), meant: plugin_above(folder) }),
        [component] => Ok(component.clone()),
        _ => Err(PluginFolderError::Several { path: folder.to_owned(), found }),
    }
}

/// The folder of a plugin that a folder lies in.
fn plugin_above(folder: &Path) -> Option<PathBuf> {
    let absolute = fs::canonicalize(folder).ok()?;
    let above = absolute.ancestors().skip(1).take(ABOVE).find(|above| language(above).is_some());
    above.map(Path::to_owned)
}

/// The components that lie in a folder. Core modules are a step of a build.
pub(crate) fn components(folder: &Path) -> Vec<PathBuf> {
    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
    let is_component = |path: &PathBuf| {
        let mut head = [0; COMPONENT.len()];
        let read = fs::File::open(path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut head));
        read.is_ok() && head == COMPONENT
    };
    let is_wasm = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "wasm");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries.filter(is_wasm).filter(is_component).collect();
    found.sort();
    found
}

/// The folder of recordings in a plugin's folder.
fn recordings_of(folder: &Path) -> Option<PathBuf> {
    let has_recordings = |folder: &PathBuf| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).any(|name| {
            let name = name.strip_suffix(".gz").unwrap_or(&name).to_owned();
            Library::ENDINGS.iter().any(|ending| name.ends_with(&format!(".{ending}")))
        })
    };
    RECORDINGS.map(|name| below(folder, name)).into_iter().find(has_recordings)
}

/// A source that was changed after the component was built.
fn newer_source(folder: &Path, component: &Path) -> Option<PathBuf> {
    let built = changed(component)?;
    let mut left: Vec<PathBuf> = SOURCES.map(|source| folder.join(source)).into();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path());
            left.extend(entries.filter(|path| path.file_name().is_some_and(|name| name != "__pycache__")));
        } else if changed(&path).is_some_and(|changed| changed > built) {
            return Some(path);
        }
    }
    None
}

/// When a file was changed last.
pub(crate) fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn names(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
    const MODULE: &[u8] = b"\0asm\x01\0\0\0";

    struct Folder(tempfile::TempDir);

    impl Folder {
        /// Files, each changed a second after the one before it.
        fn with(files: &[(&str, &[u8])]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (seconds, (name, octets)) in (1_000_000..).zip(files) {
                let path = folder.path().join(name);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, octets).unwrap();
                let changed = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
                fs::File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
            }
            Self(folder)
        }

        #[track_caller]
        fn check(&self, path: &str, expected: &str) {
            let root = fs::canonicalize(self.0.path()).unwrap();
            let short = |text: String| text.replace(&format!("{}/", root.display()), "");
            let shown = match PluginFolder::at(&root.join(path)) {
                Err(error) => error.to_string(),
                Ok(PluginFolder { component, recordings, newer_source }) => {
                    format!("{} {} {}", component.display(), names(&recordings), names(newer_source.as_slice()))
                }
            };
            assert_eq!(short(shown).trim_end(), expected);
        }
    }

    #[test]
    fn the_component_that_was_built_last_is_meant() {
        let rust = "target/wasm32-wasip2/release/fan_speeds.wasm";
        let folder = Folder::with(&[
            ("src/lib.rs", b""),
            ("devices/a.snmprec", b""),
            ("dist/core.wasm", MODULE),
            ("dist/fan-speeds.wasm", COMPONENT),
            (rust, COMPONENT),
        ]);
        folder.check("", &format!("{rust} devices"));
        folder.check(rust, &format!("{rust} devices"));
        assert_eq!(plugin_name(Path::new(rust)), "fan-speeds");
        assert_eq!(below(Path::new("."), DIST), Path::new("dist"));
    }

    #[test]
    fn a_component_that_is_older_than_its_source_is_noticed() {
        let files: &[(&str, &[u8])] = &[("dist/a.wasm", COMPONENT), ("tests/a.walk.gz", b""), ("src/a.py", b"")];
        Folder::with(files).check("", "dist/a.wasm tests src/a.py");
    }

    #[test]
    fn what_was_not_built_is_told_how() {
        let folder = Folder::with(&[("Cargo.toml", b""), ("src/lib.rs", b""), ("dist/core.wasm", MODULE)]);
        let error = PluginFolder::at(folder.0.path()).unwrap_err().to_string();
        assert!(error.contains("no component in it: build it with `snmp-proxy plugin build "), "{error}");
        let folder = Folder::with(&[("dist/a.wasm", COMPONENT), ("dist/b.wasm", COMPONENT)]);
        let error = PluginFolder::at(folder.0.path()).unwrap_err().to_string();
        assert!(error.contains("several components in it (") && error.contains("dist/b.wasm"), "{error}");
    }

    #[test]
    fn from_within_a_plugin_its_folder_is_named() {
        let folder = Folder::with(&[("Cargo.toml", b""), ("src/lib.rs", b""), ("devices/deep/a.snmprec", b"")]);
        let root = fs::canonicalize(folder.0.path()).unwrap();
        let told = |path: &str| PluginFolder::at(&root.join(path)).unwrap_err().to_string();
        for path in ["src", "devices", "devices/deep"] {
            let told = told(path);
            assert!(
                told.ends_with(&format!(
                    "no plugin in it: name its folder, where `snmp-proxy plugin build` builds it, or the .wasm file, such as {}",
                    root.display()
                )),
                "{told}"
            );
        }
    }
}
