//! Compiled components on disk, one file for each component and kind of machine code.
//!
//! A folder for this user alone, since what lies there is run as it is. A file that is torn, of another version of wasmtime
//! or gone is as if it was never there: the component is compiled again. What was not used for the longest time makes room.

use std::{
    fs::{self, File},
    hash::{Hash as _, Hasher},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use sha2::{Digest as _, Sha256};
use wasmtime::Engine;

/// The folder.
#[derive(Debug)]
pub(super) struct CodeCache {
    dir: PathBuf,
    /// Which code this engine takes.
    engine: String,
    written: AtomicU64,
}

/// Files that are kept. Beyond, those that were not used for the longest time are removed.
const FILES: usize = 1_000;

/// Octets of all files. Beyond, as with [`FILES`].
const OCTETS: u64 = 2 << 30;

/// Octets of one file's code. Beyond, it is not read.
const CODE_OCTETS: u64 = 1 << 30;

/// The level that makes half of it in a tenth of a second.
const LEVEL: i32 = 3;

const EXTENSION: &str = "cwasm";

impl CodeCache {
    /// Makes the folder, and says why it cannot be used.
    pub(super) fn open(dir: &Path, engine: &Engine) -> Result<Self, String> {
        create_private(dir).map_err(|error| error.to_string())?;
        let dir = dir.canonicalize().map_err(|error| error.to_string())?;
        check_private(&dir)?;
        check_writable(&dir).map_err(|error| format!("cannot be written to: {error}"))?;
        let mut hasher = Sha256Hasher(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let engine = format!("{:x}", hasher.0.finalize()).chars().take(16).collect();
        Ok(Self { dir, engine, written: AtomicU64::new(0) })
    }

    /// The code of the component of this digest.
    pub(super) fn get(&self, digest: &str) -> Option<Vec<u8>> {
        let file = File::open(self.path(digest)).ok()?;
        let mut code = Vec::new();
        // The checksum is looked at when the end is reached.
        let read = zstd::Decoder::new(&file).and_then(|decoder| decoder.take(CODE_OCTETS).read_to_end(&mut code));
        read.ok()?;
        // The time of its last use. What cannot be noted costs it its place sooner.
        let _ = file.set_modified(SystemTime::now());
        Some(code)
    }

    /// Keeps the code of a component. What cannot be kept is compiled again.
    pub(super) fn put(&self, digest: &str, code: &[u8]) {
        if let Err(error) = self.write(digest, code) {
            tracing::warn!(dir = %self.dir.display(), %error, "a compiled plugin is not kept");
        }
        if let Err(error) = self.make_room() {
            tracing::debug!(dir = %self.dir.display(), %error, "old compiled plugins are not removed");
        }
    }

    fn write(&self, digest: &str, code: &[u8]) -> io::Result<()> {
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.dir.join(format!(".{}-{number}", std::process::id()));
        let written = write_packed(&unfinished, code).and_then(|()| fs::rename(&unfinished, self.path(digest)));
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }

    fn path(&self, digest: &str) -> PathBuf {
        let digest = digest.strip_prefix("sha256:").unwrap_or(digest);
        self.dir.join(format!("{digest}-{}.{EXTENSION}", self.engine))
    }

    fn make_room(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let metadata = fs::metadata(&path);
            if path.extension().is_some_and(|extension| extension == EXTENSION)
                && let Ok(metadata) = metadata
            {
                files.push((metadata.modified()?, metadata.len(), path));
            }
        }
        files.sort();
        let mut octets: u64 = files.iter().map(|(_, octets, _)| octets).sum();
        let mut count = files.len();
        for (_, size, path) in files {
            if count <= FILES && octets <= OCTETS {
                break;
            }
            // Another process may have been quicker.
            let _ = fs::remove_file(path);
            count -= 1;
            octets -= size;
        }
        Ok(())
    }
}

fn write_packed(path: &Path, code: &[u8]) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(File::create_new(path)?, LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.write_all(code)?;
    encoder.finish()?.sync_data()
}

/// A hash that is the same in every build of this program.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }
}

fn check_writable(dir: &Path) -> io::Result<()> {
    let probe = dir.join(format!(".probe-{}", std::process::id()));
    fs::write(&probe, [])?;
    fs::remove_file(&probe)
}

#[cfg(unix)]
fn create_private(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// What lies in the cache is run as it is, so nobody else may write there.
#[cfg(unix)]
fn check_private(dir: &Path) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(dir).map_err(|error| error.to_string())?;
    if metadata.mode() & 0o022 != 0 {
        return Err(format!("others may write to it (mode {:03o})", metadata.mode() & 0o777));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(format!("it belongs to another user (uid {})", metadata.uid()));
    }
    Ok(())
}

#[cfg(not(unix))]
fn create_private(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir)
}

#[cfg(not(unix))]
fn check_private(_dir: &Path) -> Result<(), String> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_and_what_is_torn_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let cache = CodeCache::open(dir.path(), &Engine::default()).unwrap();
        let code: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        cache.put("sha256:ab", &code);
        assert_eq!(cache.get("sha256:ab").as_deref(), Some(code.as_slice()));
        assert_eq!(cache.get("sha256:cd"), None);
        let path = cache.path("sha256:ab");
        let mut packed = fs::read(&path).unwrap();
        let middle = packed.len() / 2;
        packed[middle] ^= 1;
        fs::write(&path, &packed).unwrap();
        assert_eq!(cache.get("sha256:ab"), None, "an octet differs");
        fs::write(&path, &packed[..middle]).unwrap();
        assert_eq!(cache.get("sha256:ab"), None, "the end is missing");
    }

    #[test]
    fn nothing_is_left_of_what_could_not_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let cache = CodeCache::open(dir.path(), &Engine::default()).unwrap();
        fs::create_dir(cache.path("sha256:ab")).unwrap();
        cache.put("sha256:ab", b"code");
        let names: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [cache.path("sha256:ab").file_name().unwrap()]);
    }
}
