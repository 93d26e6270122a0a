//! The shape of the code, as ARCHITECTURE.md draws it: between crates, and within each.

mod arrows;
mod circles;
mod files;
mod modules;
mod tokens;

use cargo_metadata::{Metadata, MetadataCommand, TargetKind};
use std::path::PathBuf;

fn workspace() -> Metadata {
    MetadataCommand::new().no_deps().exec().expect("cargo metadata of this workspace")
}

/// The libraries and programs of the workspace: the name of the package, and the file that each begins with.
fn roots() -> Vec<(String, PathBuf)> {
    let mut roots = Vec::new();
    for package in workspace().packages {
        for target in &package.targets {
            if target.is_kind(TargetKind::Lib) || target.is_kind(TargetKind::CDyLib) || target.is_kind(TargetKind::Bin)
            {
                roots.push((package.name.to_string(), target.src_path.clone().into_std_path_buf()));
            }
        }
    }
    roots
}

/// Compares what was found with what is known to be wrong still, so that the list only ever shrinks.
#[track_caller]
fn check_list(found: &[String], standing: &[&str], rule: &str) {
    let new: Vec<&String> = found.iter().filter(|found| !standing.contains(&found.as_str())).collect();
    assert!(new.is_empty(), "{rule}:\n  {}", new.iter().map(|new| new.as_str()).collect::<Vec<_>>().join("\n  "));
    let mended: Vec<&&str> = standing.iter().filter(|standing| !found.iter().any(|found| found == *standing)).collect();
    assert!(mended.is_empty(), "these are mended: take them off the list\n  {mended:?}");
}
