//! Building a plugin of any language: its folder says which, and the tools are those that the folder pins.
//!
//! Tools of Python, JavaScript and C come from their registries into the plugin's own folder (`.venv`, `node_modules`); those
//! of Rust are the author's, and nothing is added to them. What is missing is named with the command that installs it.
//! What the tools print goes to standard error.

mod c;
mod javascript;
mod python;
mod rust;
mod tool;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use self::tool::ToolError;
use crate::{
    Language,
    detect::{self, files, sources},
    folder,
};

/// Makes a component of a core module, or says why it cannot.
pub type Wrap<'a> = &'a dyn Fn(&[u8]) -> Result<Vec<u8>, String>;

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Nobody knows what it is written in.
    #[error(
        "{}: no plugin of a language that is known: there is no Cargo.toml, no package.json, no src/*.py and no src/*.c",
        .0.display()
    )]
    UnknownLanguage(PathBuf),
    /// It is in Go.
    #[error("{}: plugins in Go are experimental, and this release does not build them", .0.display())]
    Go(PathBuf),
    /// A tool is missing, or has failed.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The tools have left nothing.
    #[error("{}: the build left no component: {expected}", folder.display())]
    NothingBuilt {
        /// The folder.
        folder: PathBuf,
        /// What was expected.
        expected: &'static str,
    },
    /// Which of several files is the plugin.
    #[error("{}: {reason}", folder.display())]
    Sources {
        /// The folder.
        folder: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The core module is no plugin.
    #[error("{}: {reason}", module.display())]
    Wrap {
        /// The module.
        module: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The folder that components are put into, and what is on the way to them.
const DIST: &str = "dist";

/// Builds the plugin of a folder, and returns its component, wherever the tools have left it.
pub fn build(folder: &Path, wrap: Wrap<'_>) -> Result<PathBuf, BuildError> {
    let unreadable = |source| BuildError::File { path: folder.to_owned(), source };
    // Tools start in the folder, so their own paths must not depend on where this program was started.
    let folder = fs::canonicalize(folder).map_err(unreadable)?;
    match language_of(&folder)? {
        Language::Rust => rust::build(&folder),
        Language::Python => python::build(&folder),
        Language::JavaScript => javascript::build(&folder),
        Language::C => c::build(&folder, wrap),
    }
}

/// Says what building the plugin of a folder does, and how long that takes; none where nobody knows what it is.
#[must_use]
pub fn plan(folder: &Path) -> Option<String> {
    let language = language_of(folder).ok()?;
    let has = |name: &str| folder.join(name).exists();
    let (tools, are_there) = match language {
        Language::Rust => ("cargo", has("target")),
        Language::Python => ("componentize-py in .venv", has(".venv")),
        Language::JavaScript => ("npm and the tools in node_modules", has("node_modules")),
        Language::C => ("zig in .venv", has(".venv")),
    };
    let first = match language {
        _ if are_there => "",
        Language::Rust => "; the first time it compiles all that it depends on, which takes a minute",
        _ => "; the first time it installs them, which takes a minute",
    };
    Some(format!("building {} with {tools}{first}", folder.display()))
}

/// The language of a plugin's folder.
pub fn language_of(folder: &Path) -> Result<Language, BuildError> {
    match detect::language(folder) {
        Some(language) => Ok(language),
        None if folder.join("go.mod").is_file() => Err(BuildError::Go(folder.to_owned())),
        None => Err(BuildError::UnknownLanguage(folder.to_owned())),
    }
}

/// The component that was put into `dist` last.
fn newest_of_dist(folder: &Path, expected: &'static str) -> Result<PathBuf, BuildError> {
    let components = folder::components(&folder.join(DIST));
    let newest = components.into_iter().max_by_key(|path| folder::changed(path));
    newest.ok_or_else(|| BuildError::NothingBuilt { folder: folder.to_owned(), expected })
}

/// Puts a component into `dist` under the name of its plugin.
pub fn put_into_dist(folder: &Path, component: &Path, name: &str) -> Result<PathBuf, BuildError> {
    let dist = folder::below(folder, DIST);
    let place = dist.join(format!("{name}.wasm"));
    let wrong = |source| BuildError::File { path: place.clone(), source };
    if let (Ok(one), Ok(other)) = (fs::canonicalize(component), fs::canonicalize(&place))
        && one == other
    {
        return Ok(place);
    }
    fs::create_dir_all(&dist).map_err(wrong)?;
    fs::copy(component, &place).map_err(wrong)?;
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    #[track_caller]
    fn check(files: &[&str], expected: &str) {
        let folder = folder(files);
        let found = language_of(folder.path()).map_or_else(|error| error.to_string(), |found| found.name().to_owned());
        assert!(found.contains(expected), "{found}");
    }

    #[test]
    fn a_folder_says_which_language_it_is_of() {
        check(&["Cargo.toml", "src/lib.rs"], "rust");
        check(&["package.json", "plugin.js"], "javascript");
        check(&["src/fans.py", "requirements.txt"], "python");
        check(&["src/plugin.c", "requirements.txt", "Makefile"], "c");
        check(&["go.mod", "main.go"], "plugins in Go are experimental");
        check(&["README.md"], "no plugin of a language that is known");
    }

    #[test]
    fn it_is_said_what_a_build_does_before_it_is_done() {
        let told = |files: &[&str]| {
            let folder = folder(files);
            plan(folder.path()).map(|plan| plan.replace(&folder.path().display().to_string(), "DIR"))
        };
        let new = "building DIR with componentize-py in .venv; the first time it installs them, which takes a minute";
        assert_eq!(told(&["src/fans.py"]).as_deref(), Some(new));
        assert_eq!(told(&["src/fans.py", ".venv/x"]).as_deref(), Some("building DIR with componentize-py in .venv"));
        assert_eq!(told(&["README.md"]), None);
    }

    #[test]
    fn a_component_gets_the_name_of_its_plugin() {
        let folder = folder(&["target/fan_speeds.wasm"]);
        let placed = put_into_dist(folder.path(), &folder.path().join("target/fan_speeds.wasm"), "fan-speeds").unwrap();
        assert_eq!(placed, folder.path().join("dist/fan-speeds.wasm"));
        assert_eq!(put_into_dist(folder.path(), &placed, "fan-speeds").unwrap(), placed, "it is there already");
        assert!(placed.is_file());
    }

    #[test]
    fn a_build_that_left_nothing_is_told() {
        let folder = folder(&["dist/core.wasm"]);
        let error = newest_of_dist(folder.path(), "`npm run build` writes dist/NAME.wasm").unwrap_err().to_string();
        assert!(error.ends_with("the build left no component: `npm run build` writes dist/NAME.wasm"), "{error}");
    }
}
