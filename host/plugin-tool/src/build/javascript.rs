//! JavaScript: what package.json and its lock file pin, and the folder's own `build` script.

use std::path::{Path, PathBuf};

use super::{BuildError, newest_of_dist, tool::Tool};
use crate::folder::changed;

const INSTALL: &str = "install Node.js 20 or later with npm; Debian: apt install nodejs npm";

/// Builds the component.
pub(super) fn build(folder: &Path) -> Result<PathBuf, BuildError> {
    if !is_installed(folder) {
        Tool::new(npm(), INSTALL, folder).args(["ci", "--no-audit", "--no-fund"]).run()?;
    }
    Tool::new(npm(), INSTALL, folder).args(["run", "build"]).run()?;
    newest_of_dist(folder, "`npm run build` writes dist/NAME.wasm")
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// Whether the packages that the lock file pins are there: npm writes a list of its own when it has installed them.
fn is_installed(folder: &Path) -> bool {
    let (locked, installed) = (folder.join("package-lock.json"), folder.join("node_modules/.package-lock.json"));
    match (changed(&locked), changed(&installed)) {
        (Some(locked), Some(installed)) => locked <= installed,
        (None, Some(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, File},
        time::{Duration, SystemTime},
    };

    use super::*;

    #[test]
    fn packages_are_installed_when_the_lock_file_is_newer() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, seconds: u64| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(&path).unwrap().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        };
        write("package-lock.json", 10);
        assert!(!is_installed(folder.path()));
        write("node_modules/.package-lock.json", 9);
        assert!(!is_installed(folder.path()));
        write("node_modules/.package-lock.json", 11);
        assert!(is_installed(folder.path()));
    }
}
