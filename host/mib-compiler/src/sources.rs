//! The list of the files that a table is made of: where each comes from, and the digest of what was there.
//!
//! The files themselves are not in this repository. A line is `sha256 source path`, where the source is a public
//! repository at a commit, `github.com/owner/name@commit`, or `here` for a file of this crate; `imported` may follow. In a
//! folder of files that were fetched by hand, each lies at `owner/name/path`.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// A file of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The SHA-256 digest of its octets.
    pub digest: [u8; 32],
    /// Where it comes from.
    pub source: String,
    /// Its path there.
    pub path: String,
    /// Whether other files only need its types, so that what it defines is left out.
    pub is_imported: bool,
}

/// Why the files of a list are not there as it says.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// A line of the list is not as it should be.
    #[error("line {line} of the list of sources: write `sha256 source path`, and `imported` behind it or nothing")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A file cannot be read.
    #[error("cannot read {}: fetch it from {from}", path.display())]
    Missing {
        /// Where it should lie.
        path: PathBuf,
        /// Where it comes from.
        from: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A file is another one.
    #[error("{} has the digest {found}, and the list says {expected}: fetch it again from {from}", path.display())]
    Digest {
        /// Where it lies.
        path: PathBuf,
        /// Where it comes from.
        from: String,
        /// What it has.
        found: String,
        /// What the list says.
        expected: String,
    },
}

/// Reads a list. What stands behind `#` is for people.
pub fn parse(list: &str) -> Result<Vec<SourceFile>, SourcesError> {
    let lines = list.lines().zip(1..).map(|(line, number)| (line.split('#').next().unwrap_or_default(), number));
    lines
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(line, number)| {
            let invalid = || SourcesError::Line { line: number };
            let mut words = line.split_whitespace();
            let (Some(digest), Some(source), Some(path)) = (words.next(), words.next(), words.next()) else {
                return Err(invalid());
            };
            let is_imported = match (words.next(), words.next()) {
                (None, _) => false,
                (Some("imported"), None) => true,
                _ => return Err(invalid()),
            };
            let digest = const_hex::decode_to_array(digest).map_err(|_| invalid())?;
            Ok(SourceFile { digest, source: source.to_owned(), path: path.to_owned(), is_imported })
        })
        .collect()
}

impl SourceFile {
    /// Where the file lies: below `fetched`, or of this repository below `here`.
    #[must_use]
    pub fn place(&self, fetched: &Path, here: &Path) -> PathBuf {
        match self.source.strip_prefix("github.com/") {
            Some(repository) => {
                let repository = repository.split_once('@').map_or(repository, |(repository, _)| repository);
                fetched.join(repository).join(&self.path)
            }
            None => here.join(&self.path),
        }
    }

    /// Checks that the file at `place` is the one that the list means.
    pub fn check(&self, place: &Path) -> Result<(), SourcesError> {
        let from = format!("{}, {}", self.source, self.path);
        let octets = match std::fs::read(place) {
            Ok(octets) => octets,
            Err(source) => return Err(SourcesError::Missing { path: place.to_owned(), from, source }),
        };
        let found = Sha256::digest(&octets);
        if found[..] == self.digest {
            return Ok(());
        }
        let (found, expected) = (const_hex::encode(found), const_hex::encode(self.digest));
        Err(SourcesError::Digest { path: place.to_owned(), from, found, expected })
    }
}
