//! The state directory, and who may enter it.

use std::{fs, io, path::Path};

use crate::{STORE_FILE, StateError};

/// Makes the directory, or sees to it that nobody else may enter it.
pub(crate) fn prepare(directory: &Path) -> Result<(), StateError> {
    let failed = |source| StateError::Directory { path: directory.to_owned(), source };
    match fs::metadata(directory) {
        Ok(found) if !found.is_dir() => Err(failed(io::ErrorKind::NotADirectory.into())),
        Ok(found) => private::close(directory, &found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(directory).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

/// Makes the directory and those above it, so that all of them are there after a loss of power.
fn make(directory: &Path) -> io::Result<()> {
    let is_missing = |above: &&Path| !above.as_os_str().is_empty() && !above.exists();
    let missing: Vec<&Path> = directory.ancestors().take_while(is_missing).collect();
    private::make(directory)?;
    for made in missing {
        sync(made);
    }
    Ok(())
}

/// Sees to it that the names of what is in the directory survive a loss of power, and its own name does.
///
/// Else the first records would be acknowledged that are in a file without a name. Where the file system cannot do it,
/// or the directory above cannot be opened, it is as good as it gets.
pub(crate) fn sync(directory: &Path) {
    // The way that leads to it, whatever the path goes through.
    let real = fs::canonicalize(directory);
    let synced = real.and_then(|real| {
        private::sync(&real)?;
        match real.parent().map_or(Ok(()), private::sync) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            synced => synced,
        }
    });
    if let Err(error) = synced {
        let directory = directory.display();
        tracing::warn!(%directory, %error, "cannot sync the state directory: a power failure now may lose it");
    }
}

/// Whether the directory is for nothing but the state: changing its mode then hurts nobody.
fn is_ours(directory: &Path) -> io::Result<bool> {
    Ok(directory.join(STORE_FILE).try_exists()? || fs::read_dir(directory)?.next().is_none())
}

#[cfg(unix)]
mod private {
    use std::{
        fs::{self, DirBuilder, File, Metadata, Permissions},
        io,
        os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
        path::Path,
    };

    use super::is_ours;
    use crate::StateError;

    /// The owner, and nobody else.
    const MODE: u32 = 0o700;
    /// What others may do.
    const OTHERS: u32 = 0o077;
    /// Directories for everybody have it, such as `/tmp`, however empty they are.
    const STICKY: u32 = 0o1000;

    pub(super) fn make(directory: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(MODE).create(directory)
    }

    pub(super) fn sync(directory: &Path) -> io::Result<()> {
        File::open(directory)?.sync_all()
    }

    pub(super) fn close(directory: &Path, found: &Metadata) -> Result<(), StateError> {
        let failed = |source| StateError::Directory { path: directory.to_owned(), source };
        // For root every directory can be entered, and its owner can open it to others at any time.
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(StateError::NotOurs { path: directory.to_owned() });
        }
        let mode = found.permissions().mode();
        if mode & OTHERS == 0 {
            return Ok(());
        }
        if mode & STICKY != 0 || !is_ours(directory).map_err(failed)? {
            return Err(StateError::Shared { path: directory.to_owned() });
        }
        fs::set_permissions(directory, Permissions::from_mode(MODE)).map_err(failed)?;
        tracing::warn!(directory = %directory.display(), "changed the mode of the state directory to 0700: other users had access to it");
        Ok(())
    }
}

#[cfg(not(unix))]
mod private {
    use std::{fs, fs::Metadata, io, path::Path};

    use crate::StateError;

    /// What others may do follows from the directory above.
    pub(super) fn make(directory: &Path) -> io::Result<()> {
        fs::create_dir_all(directory)
    }

    /// Directories cannot be opened.
    pub(super) fn sync(_: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn close(_: &Path, _: &Metadata) -> Result<(), StateError> {
        Ok(())
    }
}
