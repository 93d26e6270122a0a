//! Recordings on disk: files, and folders of them.
//!
//! A device is named after its file, without the ending. From a folder the files that end in `.snmprec`, `.snmpwalk`
//! or `.walk` are taken, also where `.gz` follows, not those of folders below it; a file that is named itself may end as
//! it likes. A file that cannot be read is reported and costs nothing but itself.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{BadLine, ParsedRecording, ReadError, Recording, RecordingFormat};

/// The devices found, and the files that could not be taken.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Library {
    /// The devices, sorted by name.
    pub devices: Vec<DeviceFile>,
    /// The files and folders that gave no device.
    pub problems: Vec<FileProblem>,
    /// The files of folders that were not looked at for how they end.
    pub passed_over: Vec<PathBuf>,
}

/// A device read from a file.
#[derive(Clone, Debug)]
pub struct DeviceFile {
    /// The file's name without its ending: the community of the device.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The form it is in.
    pub format: RecordingFormat,
    /// What it says.
    pub recording: Recording,
    /// Its lines that could not be read; beyond [`BadLine::MAX_KEPT`] they are only counted.
    pub bad_lines: Vec<BadLine>,
    /// How many lines could not be read.
    pub bad_line_count: usize,
    /// How many values were passed over because their name had one already.
    pub duplicates: usize,
}

/// Why a file or folder gave no device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", path.display())]
pub struct FileProblem {
    /// The file or folder.
    pub path: PathBuf,
    /// The reason, in words.
    pub reason: String,
    /// Its lines that could not be read; beyond [`BadLine::MAX_KEPT`] they are only counted.
    pub bad_lines: Vec<BadLine>,
    /// How many lines could not be read.
    pub bad_line_count: usize,
}

impl Library {
    /// The endings of the files that are taken from a folder.
    pub const ENDINGS: [&'static str; 3] = ["snmprec", "snmpwalk", "walk"];
    /// The most octets of a file; a larger one is reported and not read.
    pub const MAX_OCTETS: usize = recording::MAX_OCTETS;
    /// The ending of files that gzip packed, behind their own.
    const PACKED: &str = "gz";

    /// Reads files and folders.
    pub fn load<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Self {
        let mut library = Self::default();
        for path in paths {
            let path = path.as_ref();
            if path.is_dir() {
                library.add_folder(path);
            } else {
                library.add_file(path);
            }
        }
        library.devices.sort_by(|one, other| one.name.cmp(&other.name));
        library
    }

    /// The communities that stand for the devices, and the names of these: each device is known by its name, a single
    /// one by `public` as well.
    #[must_use]
    pub fn communities(&self) -> Vec<(&str, &str)> {
        let mut communities: Vec<(&str, &str)> =
            self.devices.iter().map(|device| (device.name.as_str(), device.name.as_str())).collect();
        if let [only] = self.devices.as_slice()
            && only.name != "public"
        {
            communities.push(("public", &only.name));
        }
        communities
    }

    fn add_folder(&mut self, folder: &Path) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problem(folder, error.to_string()),
        };
        let ends_right = |path: &PathBuf| {
            let unpacked = without_packed(path);
            let ending = unpacked.extension().and_then(|ending| ending.to_str());
            ending.is_some_and(|ending| Self::ENDINGS.contains(&ending))
        };
        let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        found.sort();
        let (files, others): (Vec<PathBuf>, Vec<PathBuf>) = found.into_iter().partition(ends_right);
        self.passed_over.extend(others.into_iter().filter(|path| path.is_file()));
        if files.is_empty() {
            self.problem(folder, "no .snmprec, .snmpwalk or .walk file in this folder".to_owned());
        }
        for file in files {
            self.add_file(&file);
        }
    }

    fn add_file(&mut self, path: &Path) {
        let octets = match read(path) {
            Ok(octets) => octets,
            Err(error) => return self.problem(path, error.to_string()),
        };
        let name = without_packed(path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(same) = self.devices.iter().find(|device| device.name == name) {
            let reason = format!("duplicate device `{name}`: {} has it, too", same.path.display());
            return self.problem(path, reason);
        }
        let parsed = match Recording::read(&octets) {
            Ok(parsed) => parsed,
            Err(error) => return self.problem(path, error.to_string()),
        };
        if parsed.recording.is_empty() {
            let ParsedRecording { bad_lines, bad_line_count, .. } = parsed;
            let reason = match bad_line_count {
                0 => "there is no value in it".to_owned(),
                1 => "nothing in it could be read, 1 line is bad".to_owned(),
                count => format!("nothing in it could be read, {count} lines are bad"),
            };
            return self.problems.push(FileProblem { path: path.to_path_buf(), reason, bad_lines, bad_line_count });
        }
        self.devices.push(DeviceFile {
            name,
            path: path.to_path_buf(),
            format: parsed.format,
            recording: parsed.recording,
            bad_lines: parsed.bad_lines,
            bad_line_count: parsed.bad_line_count,
            duplicates: parsed.duplicates,
        });
    }

    fn problem(&mut self, path: &Path, reason: String) {
        let path = path.to_path_buf();
        self.problems.push(FileProblem { path, reason, bad_lines: Vec::new(), bad_line_count: 0 });
    }
}

/// The path without the ending that says that gzip packed the file.
fn without_packed(path: &Path) -> PathBuf {
    let is_packed = path.extension().is_some_and(|ending| ending == Library::PACKED);
    if is_packed { path.with_extension("") } else { path.to_path_buf() }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > Library::MAX_OCTETS as u64 {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, ReadError::TooLarge.to_string()));
    }
    fs::read(path)
}

#[cfg(test)]
mod tests;
