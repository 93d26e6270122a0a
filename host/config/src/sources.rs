//! The sources of the configuration, gathered: the one place that reads the file and the environment.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use limits::CONFIG_FILE_BYTES;

use super::Origin;

/// Everything that the configuration is made of, not yet understood.
#[derive(Clone, Default)]
pub struct Sources {
    /// The configuration file, where one was named.
    pub file: Option<File>,
    /// The environment of the process.
    pub environment: Vec<(String, String)>,
    /// The flags that were given.
    pub flags: Vec<Flag>,
}

/// A configuration file.
#[derive(Clone)]
pub struct File {
    /// Its name as the operator gave it.
    pub name: String,
    /// What is in it.
    pub text: String,
}

impl File {
    /// Returns the place of the byte at this offset.
    pub(super) fn origin(&self, offset: usize) -> Origin {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Origin::File {
            name: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

impl std::fmt::Debug for File {
    // The text may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A flag that sets a key.
#[derive(Clone)]
pub struct Flag {
    /// Its name with the dashes.
    pub name: &'static str,
    /// The section of its key.
    pub section: &'static str,
    /// Its key.
    pub key: &'static str,
    /// What was given.
    pub value: String,
}

impl std::fmt::Debug for Flag {
    // The value may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flag").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Sources {
    // Values of variables and flags may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").field("file", &self.file).field("flags", &self.flags).finish_non_exhaustive()
    }
}

impl Sources {
    /// Reads the configuration file, if one is named, and the environment.
    pub fn gather(file: Option<&Path>, flags: Vec<Flag>) -> io::Result<Self> {
        let file = file.map(read).transpose()?;
        // What is not UTF-8 gets replacement characters here, and is reported when it turns out to set a key.
        let environment = std::env::vars_os()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
            .collect();
        Ok(Self { file, environment, flags })
    }
}

fn read(path: &Path) -> io::Result<File> {
    let mut text = String::new();
    let size = fs::File::open(path)?.take(CONFIG_FILE_BYTES + 1).read_to_string(&mut text)?;
    if u64::try_from(size).is_ok_and(|size| size > CONFIG_FILE_BYTES) {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {}", snmp::size(CONFIG_FILE_BYTES)),
        ));
    }
    Ok(File { name: path.display().to_string(), text })
}
