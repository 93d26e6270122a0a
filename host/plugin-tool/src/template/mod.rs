//! New plugins: a folder that is a repository, with a plugin that works, its tests, and what CI runs.
//!
//! The templates are files of this repository, `plugins/templates/LANGUAGE`, and in the program. `{{name}}` stands for the
//! plugin's name and `{{module}}` for the same with underscores, in contents and in names of files. The SDK is written
//! into `sdk`, as it came with the program: nothing has to be fetched from this repository.

mod name;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use self::name::{InvalidName, PluginName};

/// A language that plugins are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// JavaScript.
    JavaScript,
    /// C.
    C,
}

/// What a new folder of a language is made of.
struct Template {
    language: &'static str,
    /// Files with placeholders: place and contents.
    files: &'static [(&'static str, &'static [u8])],
    /// Files without.
    sdk: &'static [(&'static str, &'static [u8])],
}

static TEMPLATES: &[Template] = &include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// Where the SDK is, as a package manager takes it.
const SDK: &str = "./sdk";

/// Why there is no new plugin.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// This program has no template of the language.
    #[error("there is no template for {} in this release; there are {}", language.name(), available())]
    NotAvailable {
        /// The language.
        language: Language,
    },
    /// Something is there already.
    #[error("{}: it is not an empty folder: name another one, or remove what is in it", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rust, Self::Python, Self::JavaScript, Self::C];

    /// What it is called, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::C => "c",
        }
    }

    /// Whether this program has a template of it.
    #[must_use]
    pub fn is_available(self) -> bool {
        self.template().is_some()
    }

    fn template(self) -> Option<&'static Template> {
        TEMPLATES.iter().find(|template| template.language == self.name())
    }
}

/// Writes a new plugin into a folder that is empty or not there yet. Returns how many files that are.
pub fn write_template(language: Language, name: &PluginName, folder: &Path) -> Result<usize, TemplateError> {
    let template = language.template().ok_or(TemplateError::NotAvailable { language })?;
    check_empty(folder)?;
    for (place, contents) in template.files {
        write(&folder.join(filled(place, name)), &filled_octets(contents, name))?;
    }
    for (place, contents) in template.sdk {
        write(&folder.join(place), contents)?;
    }
    Ok(template.files.len() + template.sdk.len())
}

fn check_empty(folder: &Path) -> Result<(), TemplateError> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Ok(true) => Ok(()),
        Ok(false) => Err(TemplateError::NotEmpty { path: folder.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(TemplateError::NotEmpty { path: folder.to_owned() })
        }
        Err(source) => Err(TemplateError::Write { path: folder.to_owned(), source }),
    }
}

fn write(path: &Path, contents: &[u8]) -> Result<(), TemplateError> {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, contents));
    written.map_err(|source| TemplateError::Write { path: path.to_owned(), source })
}

/// Text with the placeholders filled in.
fn filled(text: &str, name: &PluginName) -> String {
    text.replace("{{name}}", name.as_str()).replace("{{module}}", &name.module()).replace("{{sdk}}", SDK)
}

fn filled_octets(contents: &[u8], name: &PluginName) -> Vec<u8> {
    // What is no text has no placeholders.
    std::str::from_utf8(contents).map_or_else(|_| contents.to_vec(), |text| filled(text, name).into_bytes())
}

fn available() -> String {
    let names: Vec<&str> =
        Language::ALL.iter().filter(|language| language.is_available()).map(|one| one.name()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files_of(folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut left = vec![folder.to_owned()];
        while let Some(path) = left.pop() {
            if path.is_dir() {
                left.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                files.push(path);
            }
        }
        files
    }

    #[test]
    fn a_new_plugin_has_its_name_everywhere_and_no_placeholder_is_left() {
        let name: PluginName = "fan-speeds".parse().unwrap();
        for language in Language::ALL.into_iter().filter(|language| language.is_available()) {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path().join("new");
            let count = write_template(language, &name, &folder).unwrap();
            let files = files_of(&folder);
            assert_eq!(files.len(), count, "{language:?}");
            for path in files.iter().filter(|path| !path.starts_with(folder.join("sdk"))) {
                let text = format!("{}\n{}", path.display(), String::from_utf8_lossy(&fs::read(path).unwrap()));
                for placeholder in ["{{name}}", "{{module}}", "{{sdk}}"] {
                    assert!(!text.contains(placeholder), "{language:?}: {placeholder} in {}", path.display());
                }
            }
            for needed in [".github/workflows/ci.yml", ".gitlab-ci.yml", ".gitignore", "README.md"] {
                assert!(folder.join(needed).is_file(), "{language:?}: {needed}");
            }
            let found = crate::recordings(&[folder.join("devices")]).unwrap();
            let expected: Vec<bool> = found.cases.iter().map(|case| case.expected.is_file()).collect();
            assert_eq!(expected, [true], "{language:?}: a recording, and what is expected of it");
        }
    }

    #[test]
    fn nothing_that_is_there_is_written_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "").unwrap();
        let name: PluginName = "fan-speeds".parse().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("mine")] {
            let error = write_template(Language::Rust, &name, &path).unwrap_err();
            assert!(matches!(error, TemplateError::NotEmpty { .. }), "{error}");
        }
        assert_eq!(files_of(folder.path()).len(), 1);
    }

    #[test]
    fn a_language_without_a_template_is_told_which_there_are() {
        let error = TemplateError::NotAvailable { language: Language::C }.to_string();
        assert!(error.starts_with("there is no template for c in this release; there are rust"), "{error}");
    }
}
