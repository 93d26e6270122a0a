//! Files: read within a bound, and written so that a reader sees the old one or the new one and never a half.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::Path,
};

use limits::SIGNATURE_BYTES;

use crate::FolderError;

/// A bound on a file, with its name for messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    pub(crate) bytes: u64,
    pub(crate) name: &'static str,
}

/// The limit of signatures, which has no key.
pub(crate) const SIGNATURE: Limit = Limit { bytes: SIGNATURE_BYTES, name: "SIGNATURE_BYTES" };

/// Reads a whole file.
pub(crate) fn read(path: &Path, limit: Limit) -> Result<Vec<u8>, FolderError> {
    let failed = || FolderError::io("read", path);
    // Opening a pipe would wait for somebody to write into it.
    if !fs::metadata(path).map_err(failed())?.is_file() {
        return Err(FolderError::NotAFile { path: path.to_owned() });
    }
    let mut octets = Vec::new();
    let file = File::open(path).map_err(failed())?;
    file.take(limit.bytes.saturating_add(1)).read_to_end(&mut octets).map_err(failed())?;
    if u64::try_from(octets.len()).is_ok_and(|octets| octets > limit.bytes) {
        return Err(FolderError::TooLarge { path: path.to_owned(), limit: limit.bytes, limit_name: limit.name });
    }
    Ok(octets)
}

/// Reads a whole file of text; `None` where there is none.
pub(crate) fn read_text(path: &Path, limit: Limit) -> Result<Option<String>, FolderError> {
    match read(path, limit) {
        Ok(octets) => String::from_utf8(octets).map(Some).map_err(|_| FolderError::NotText { path: path.to_owned() }),
        Err(FolderError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file that is not there yet, down to the disk.
pub(crate) fn create(path: &Path, octets: &[u8]) -> Result<(), FolderError> {
    // Whoever put a link there would say where the octets go: `create_new` refuses it.
    let created = OpenOptions::new().write(true).create_new(true).open(path);
    let written = created.and_then(|mut file| {
        file.write_all(octets)?;
        file.sync_all()
    });
    written.map_err(FolderError::io("write", path))
}

/// Puts a file in the place of another one, at once.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<(), FolderError> {
    refuse_link(to)?;
    fs::rename(from, to).map_err(FolderError::io("replace", to))
}

/// Refuses a symbolic link, behind which is something that is not this folder's.
pub(crate) fn refuse_link(path: &Path) -> Result<(), FolderError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(FolderError::SymbolicLink { path: path.to_owned() }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FolderError::io("read", path)(error)),
    }
}

/// Removes a file, or the link that stands there, and tells whether there was one.
pub(crate) fn remove(path: &Path) -> Result<bool, FolderError> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(FolderError::io("remove", path)(error)),
    }
}

/// Makes renames in a folder outlive a crash, where the system can do that.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), FolderError> {
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(FolderError::io("write", folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
