//! C: zig from the registry of Python compiles a core module, and the program itself makes a component of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    BuildError, DIST, Wrap, files, sources,
    tool::{Tool, venv},
};

/// What the SDK has for tests on the author's machine only.
const FAKE: &str = "fake.c";

/// The flags. Zig reserves 16 MiB of stack, and 131,072 octets are enough; `-g` keeps the names of functions, for the
/// backtrace of a trap.
const FLAGS: [&str; 6] = ["-target", "wasm32-wasi", "-mexec-model=reactor", "-Os", "-g", "-Wl,--stack,131072"];

/// Builds the component.
pub(super) fn build(folder: &Path, wrap: Wrap<'_>) -> Result<PathBuf, BuildError> {
    let python = venv(folder)?;
    let dist = folder.join(DIST);
    fs::create_dir_all(&dist).map_err(|source| BuildError::File { path: dist.clone(), source })?;
    let module = dist.join("core.wasm");
    Tool::new(&python, "", folder)
        .args(["-m", "ziglang", "cc"])
        .args(FLAGS)
        .args(["-Isdk", "-o"])
        .args([&module])
        .args(all_sources(folder))
        .run()?;
    let octets = fs::read(&module).map_err(|source| BuildError::File { path: module.clone(), source })?;
    let component = wrap(&octets).map_err(|reason| BuildError::Wrap { module: module.clone(), reason })?;
    // Its name is that of its manifest, which nobody has asked yet.
    let place = dist.join("component.wasm");
    fs::write(&place, component).map_err(|source| BuildError::File { path: place.clone(), source })?;
    Ok(place)
}

/// The plugin's sources, and those of the SDK.
fn all_sources(folder: &Path) -> Vec<PathBuf> {
    let of_sdk = files(&folder.join("sdk"), "c").into_iter().chain(files(&folder.join("sdk/bindings"), "c"));
    let of_sdk = of_sdk.filter(|path| path.file_name().is_some_and(|name| name != FAKE));
    sources(folder, "c").into_iter().chain(of_sdk).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_device_for_tests_is_no_part_of_the_component() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["src/plugin.c", "sdk/host.c", "sdk/fake.c", "sdk/snmp_proxy.h", "sdk/bindings/collecting.c", "test/test.c"]
        {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let names = ["src/plugin.c", "sdk/host.c", "sdk/bindings/collecting.c"];
        assert_eq!(all_sources(folder.path()), names.map(|name| folder.path().join(name)));
    }
}
