//! One process at a time changes the folder: a lock on a file in it, which the system releases with the process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::FolderError;

/// While it lives, no other process changes the folder.
#[derive(Debug)]
#[must_use = "dropping it lets others change the folder"]
pub struct Guard {
    _file: File,
}

/// The file that is locked. It stays: removing it would let two processes lock two files of one name.
const FILE: &str = ".plugins.guard";
/// How long to wait for another process. A change takes milliseconds: plugins are compiled outside of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often to look.
const LOOK: Duration = Duration::from_millis(20);

impl Guard {
    /// Waits until nobody else changes the folder.
    pub(crate) fn take(folder: &Path) -> Result<Self, FolderError> {
        Self::take_within(folder, PATIENCE)
    }

    pub(crate) fn take_within(folder: &Path, patience: Duration) -> Result<Self, FolderError> {
        let path = folder.join(FILE);
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => FolderError::NoFolder { path: folder.to_owned() },
            _ => FolderError::io("take the lock that lets one command at a time change the folder:", &path)(error),
        })?;
        let deadline = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => thread::sleep(LOOK),
                Err(TryLockError::WouldBlock) => {
                    return Err(FolderError::Busy { path: folder.to_owned(), seconds: patience.as_secs() });
                }
                Err(TryLockError::Error(error)) => return Err(FolderError::io("lock", &path)(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_do_not_change_the_folder_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let first = Guard::take(folder.path()).unwrap();
        let second = Guard::take_within(folder.path(), Duration::ZERO);
        assert!(matches!(second, Err(FolderError::Busy { .. })), "{second:?}");
        drop(first);
        let _third = Guard::take_within(folder.path(), Duration::ZERO).unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_is_told_as_such() {
        let folder = tempfile::tempdir().unwrap().path().join("plugins");
        let error = Guard::take(&folder).unwrap_err().to_string();
        assert_eq!(error, format!("there is no plugin folder {}: create it with mkdir", folder.display()));
    }
}
