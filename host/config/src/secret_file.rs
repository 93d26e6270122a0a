//! Reads a secret from a file of its own, so that it stands in no configuration, environment or process list.

use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use limits::SECRET_FILE_BYTES;
use secrecy::{SecretString, zeroize::Zeroizing};

/// A secret, and whether anybody on this machine may read it.
pub(super) struct SecretFile {
    pub(super) secret: SecretString,
    pub(super) world_readable: bool,
}

/// Reads the file and leaves out what editors add: white space around the secret, such as the line end, and the byte
/// order mark in front, with which a secret would be another one that looks the same.
pub(super) fn read(path: &Path) -> io::Result<SecretFile> {
    let file = fs::File::open(path)?;
    let world_readable = is_world_readable(&file.metadata()?);
    // As large as it can get: a text that grows leaves pieces of itself behind.
    let max = usize::try_from(SECRET_FILE_BYTES).unwrap_or(usize::MAX).saturating_add(1);
    let mut text = Zeroizing::new(String::with_capacity(max));
    let size = file.take(SECRET_FILE_BYTES + 1).read_to_string(&mut text)?;
    let secret = SecretString::from(text.strip_prefix('\u{feff}').unwrap_or(&text).trim());
    if u64::try_from(size).is_ok_and(|size| size > SECRET_FILE_BYTES) {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {}", snmp::size(SECRET_FILE_BYTES)),
        ));
    }
    Ok(SecretFile { secret, world_readable })
}

/// Reads the file where nobody is to be warned.
pub fn read_secret_file(path: &Path) -> io::Result<SecretString> {
    read(path).map(|file| file.secret)
}

/// Whether anybody on this machine may read a file, if it is there.
pub(super) fn may_everybody_read(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_world_readable(&metadata))
}

/// What to say of a file that cannot be read.
pub(super) fn cannot_read(path: &Path, error: &io::Error) -> String {
    format!("cannot read {}: {error}", path.display())
}

/// What to say of a file that anybody on this machine may read.
pub(super) fn everybody_may_read(path: &Path) -> String {
    format!("every user of this machine may read {}", path.display())
}

#[cfg(unix)]
fn is_world_readable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o004 != 0
}

#[cfg(not(unix))]
fn is_world_readable(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn what_editors_add_is_no_part_of_a_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        for text in ["canary", "canary\n", "\u{feff}canary\r\n", " \tcanary "] {
            fs::write(&path, text).unwrap();
            assert_eq!(read_secret_file(&path).unwrap().expose_secret(), "canary", "{text:?}");
        }
        fs::write(&path, "a\u{feff}b").unwrap();
        assert_eq!(read_secret_file(&path).unwrap().expose_secret(), "a\u{feff}b");
    }
}
