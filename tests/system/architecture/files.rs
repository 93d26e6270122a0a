//! Where a module's files lie: `foo/mod.rs` and never `foo.rs` beside `foo/`, and what is there for tests only lies under
//! `tests`.

use std::path::{Path, PathBuf};

use super::{check_list, roots, workspace};

/// Files beside their folders that stand still: a mended one is taken off, and none is added.
const BESIDE: &[&str] = &[];

/// Modules for tests that have other names still.
const TEST_MODULES: &[&str] = &[];

#[test]
fn a_module_with_others_below_it_is_the_mod_rs_of_their_folder() {
    let mut found = Vec::new();
    for file in sources() {
        if file.with_extension("").is_dir() && file.file_stem().is_some_and(|stem| stem != "main") {
            found.push(shown(&file));
        }
    }
    check_list(&found, BESIDE, "write foo/mod.rs instead of foo.rs beside foo/");
}

#[test]
fn a_module_for_tests_is_called_tests_or_lies_below_one() {
    let mut found = Vec::new();
    for file in sources() {
        let source = std::fs::read_to_string(&file).expect("a source");
        found.extend(test_modules(&source).into_iter().map(|module| format!("{}: {module}", shown(&file))));
    }
    check_list(&found, TEST_MODULES, "put what is for tests only into a module `tests`");
}

/// The modules behind `#[cfg(test)]` that are not called `tests`.
fn test_modules(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut lines = source.lines().map(str::trim);
    while let Some(line) = lines.next() {
        if line != "#[cfg(test)]" {
            continue;
        }
        let item = lines.find(|line| !line.starts_with("#[")).unwrap_or_default();
        let module = item.split_once("mod ").filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
        found.extend(module.map(|(_, rest)| rest.trim_end_matches([';', '{', ' ']).to_owned()));
    }
    found.retain(|module| module != "tests");
    found
}

/// Every source of the libraries and programs of the workspace, sorted.
fn sources() -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for (_, root) in roots() {
        collect(root.parent().expect("a folder"), &mut sources);
    }
    sources.sort();
    sources.dedup();
    sources
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(path);
        }
    }
}

fn shown(file: &Path) -> String {
    let root = workspace().workspace_root.into_std_path_buf();
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

#[test]
fn modules_for_tests_are_seen_as_they_are_written() {
    let source = "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod odd;\n#[cfg(test)]\npub(crate) mod other {\n\
                  #[cfg(test)]\n#[path = \"x\"]\nmod third;\n#[cfg(test)]\nfn helper() {}\n";
    assert_eq!(test_modules(source), ["odd", "other", "third"]);
}
