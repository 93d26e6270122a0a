//! Whether a file has changed since it was read, without reading it again.

use std::{fs::Metadata, io, path::Path, time::SystemTime};

/// What the system says of a plugin's file, its signature and what configures it. Another stamp means that something has changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<FileStamp>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct FileStamp {
    octets: u64,
    modified: Option<SystemTime>,
    /// A file that takes the place of another has another number, and the system changes the time of any change itself.
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
    name: std::ffi::OsString,
}

impl Stamp {
    /// The stamp of a plugin's file, with those of the files in the folder of its name. Must not be called on an
    /// asynchronous thread. What cannot be looked at has no part in it: whoever reads it says why.
    pub(crate) fn of(path: &Path, max: usize) -> Self {
        let mut stamps = Vec::new();
        stamps.extend(stamp(path).ok());
        // Its signature.
        stamps.extend(stamp(&plugin_folder::signature_of(path)).ok());
        let entries = std::fs::read_dir(path.with_extension("")).into_iter().flatten().flatten();
        let mut configurations: Vec<FileStamp> =
            entries.take(max).filter_map(|entry| stamp(&entry.path()).ok()).collect();
        configurations.sort_by(|one, other| one.name.cmp(&other.name));
        stamps.extend(configurations);
        Self(stamps)
    }
}

fn stamp(path: &Path) -> io::Result<FileStamp> {
    let metadata = std::fs::metadata(path)?;
    Ok(FileStamp {
        octets: metadata.len(),
        modified: metadata.modified().ok(),
        #[cfg(unix)]
        inode: inode(&metadata),
        name: path.file_name().unwrap_or_default().to_owned(),
    })
}

#[cfg(unix)]
fn inode(metadata: &Metadata) -> (u64, u64, i64, i64) {
    use std::os::unix::fs::MetadataExt as _;

    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_place_of_another_has_another_stamp_and_so_has_a_new_configuration() {
        let folder = tempfile::tempdir().unwrap();
        let (path, aside) = (folder.path().join("a.wasm"), folder.path().join("aside"));
        std::fs::write(&path, "one").unwrap();
        let first = Stamp::of(&path, 10);
        assert_eq!(Stamp::of(&path, 10), first);
        // The same length, and the time of the old file.
        std::fs::write(&aside, "two").unwrap();
        let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
        std::fs::File::options().write(true).open(&aside).unwrap().set_modified(modified).unwrap();
        std::fs::rename(&aside, &path).unwrap();
        let second = Stamp::of(&path, 10);
        assert_ne!(second, first);
        std::fs::create_dir(folder.path().join("a")).unwrap();
        assert_eq!(Stamp::of(&path, 10), second);
        std::fs::write(folder.path().join("a").join("x.yaml"), "").unwrap();
        assert_ne!(Stamp::of(&path, 10), second);
        assert_eq!(Stamp::of(&folder.path().join("absent.wasm"), 10), Stamp::default());
    }
}
