//! Rust: the author's own cargo, for wasm32-wasip2.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{
    BuildError,
    tool::{Tool, ToolError},
};

const TARGET: &str = "wasm32-wasip2";
const INSTALL: &str = "install Rust from https://rustup.rs";
const INSTALL_TARGET: &str = "rustup target add wasm32-wasip2; without rustup, your distribution's package of it";

/// Keeps rustup from installing what a file of the folder names: the toolchain is the author's.
const NO_INSTALL: (&str, &str) = ("RUSTUP_AUTO_INSTALL", "0");

/// Builds the component.
pub(super) fn build(folder: &Path) -> Result<PathBuf, BuildError> {
    check_target(folder)?;
    let cargo = Tool::new("cargo", INSTALL, folder)
        .args(["build", "--release", "--target", TARGET, "--message-format", "json-render-diagnostics"])
        .env(NO_INSTALL.0, NO_INSTALL.1);
    let messages = cargo.output()?;
    component(&String::from_utf8_lossy(&messages), &folder.join("Cargo.toml")).ok_or_else(|| BuildError::NothingBuilt {
        folder: folder.to_owned(),
        expected: "in Cargo.toml, `crate-type = [\"cdylib\", \"rlib\"]` stands below [lib]",
    })
}

/// What cargo says of each thing that it has built.
#[derive(Deserialize)]
struct Message {
    reason: String,
    #[serde(default)]
    manifest_path: PathBuf,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// The component among what was built of the package of this manifest.
fn component(messages: &str, manifest: &Path) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let ours = messages.filter(|message| message.reason == "compiler-artifact" && message.manifest_path == manifest);
    let is_wasm = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "wasm");
    ours.flat_map(|message| message.filenames).find(is_wasm)
}

/// Says what is missing, and changes nothing.
fn check_target(folder: &Path) -> Result<(), BuildError> {
    let rustc = Tool::new("rustc", INSTALL, folder)
        .args(["--print", "target-libdir", "--target", TARGET])
        .env(NO_INSTALL.0, NO_INSTALL.1);
    let printed = rustc.output()?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&printed).trim());
    // The folder alone may be left over from a target that was removed.
    let has_core = fs::read_dir(libraries)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore")));
    if has_core {
        return Ok(());
    }
    Err(ToolError::Missing { tool: format!("{TARGET} of rustc"), install: INSTALL_TARGET }.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_component_is_that_of_the_plugin_and_not_of_what_it_depends_on() {
        let messages = r#"
            {"reason": "compiler-artifact", "manifest_path": "/sdk/Cargo.toml", "filenames": ["/target/sdk.wasm"]}
            {"reason": "compiler-artifact", "manifest_path": "/fans/Cargo.toml", "filenames": ["/target/f.rlib", "/target/f.wasm"]}
            no message
            {"reason": "build-finished", "success": true}"#;
        assert_eq!(component(messages, Path::new("/fans/Cargo.toml")), Some("/target/f.wasm".into()));
        assert_eq!(component(messages, Path::new("/other/Cargo.toml")), None);
    }
}
