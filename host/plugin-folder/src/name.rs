//! Names of plugins, and the files that have them.

use std::{
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

/// The name of a plugin: lower-kebab-case of at most 64 octets, as manifests have it. It is safe as a part of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PluginName(String);

/// What is written is not the name of a plugin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not the name of a plugin: write lower-kebab-case of at most 64 octets, such as fan-speeds")]
pub struct InvalidName(pub String);

/// Characters of a wrong name that a message repeats.
const SHOWN: usize = 80;

impl PluginName {
    /// Octets of a name.
    pub const MAX_OCTETS: usize = 64;

    /// Returns the name that a file stands for: `bad_one.wasm`, as cargo calls it, is the plugin `bad-one`.
    pub fn of_file(path: &Path) -> Result<Self, InvalidName> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.strip_suffix(".wasm").unwrap_or(&name).replace('_', "-").parse()
    }

    /// Returns the name of a plugin of which nobody knows it yet.
    #[must_use]
    pub fn unknown() -> Self {
        Self("unknown".to_owned())
    }

    /// Returns the name of the file that a plugin of this name is installed as.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{self}.wasm")
    }

    /// Returns it as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PluginName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if is_kebab_case(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidName(text.chars().take(SHOWN).collect()))
        }
    }
}

/// Whether a word is lower-kebab-case, of as many octets as a name may have.
#[must_use]
pub fn is_kebab_case(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|octet| octet.is_ascii_lowercase() || octet.is_ascii_digit());
    let begins_well = text.starts_with(|first: char| first.is_ascii_lowercase());
    text.len() <= PluginName::MAX_OCTETS && begins_well && text.split('-').all(is_word)
}

impl fmt::Display for PluginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a file of the folder is meant to be a plugin. Hidden files are what editors and copy programs leave behind.
pub(crate) fn is_plugin_file(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    !name.starts_with('.') && name.ends_with(".wasm") && name.len() > ".wasm".len()
}

/// The file with the signature of a plugin's file.
#[must_use]
pub fn signature_of(wasm: &Path) -> PathBuf {
    let mut path = wasm.as_os_str().to_owned();
    path.push(".minisig");
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_cargo_is_the_plugin_that_its_manifest_names() {
        let name = |path: &str| PluginName::of_file(Path::new(path)).map(|name| name.to_string());
        assert_eq!(name("target/release/bad_one.wasm"), Ok("bad-one".to_owned()));
        assert_eq!(name("fan-speeds.wasm"), Ok("fan-speeds".to_owned()));
        for wrong in ["Fans.wasm", "a..wasm", "-a.wasm", "a--b.wasm", "9.wasm", ".wasm", "a b.wasm", "ä.wasm"] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
        assert!("a".repeat(64).parse::<PluginName>().is_ok() && "a".repeat(65).parse::<PluginName>().is_err());
        for wrong in ["../a", "a/b", ""] {
            assert!(wrong.parse::<PluginName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn hidden_files_and_others_are_no_plugins() {
        let is_plugin = |name: &str| is_plugin_file(OsStr::new(name));
        assert!(is_plugin("a.wasm") && !is_plugin(".a.wasm") && !is_plugin("a.wasm.minisig") && !is_plugin("a.txt"));
    }
}
