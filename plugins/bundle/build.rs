//! Builds the standard plugins for `wasm32-wasip2` with a nested cargo, and leaves them in `OUT_DIR`.
//!
//! The nested build has a target directory of its own, `plugins-wasm` in the outer one: debug, release, clippy and
//! test builds share it, and it never waits for the outer build's lock.
//! It takes the root workspace with its lock file, and nothing of the outer build's flags and wrappers.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const TARGET: &str = "wasm32-wasip2";
const PLUGINS: &[&str] = &["system-info", "interfaces", "arp", "trap-decoder", "cisco-traps"];
const HOSTILE_GUEST: &str = "hostile-guest";

type Failure = Box<dyn Error>;

#[expect(clippy::print_stderr, reason = "cargo shows what a build script writes there")]
fn main() -> ExitCode {
    match embed_plugins() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // In lines, which returning it would not give.
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn embed_plugins() -> Result<(), Failure> {
    let workspace = workspace()?;
    let out_dir = PathBuf::from(variable("OUT_DIR")?);
    let mut packages = PLUGINS.to_vec();
    if env::var_os("CARGO_FEATURE_HOSTILE_GUEST").is_some() {
        packages.push(HOSTILE_GUEST);
    }

    watch(&workspace, &packages);
    check_target()?;
    let target_dir = target_dir(&out_dir, &workspace);
    build(&workspace, &target_dir, &packages)?;
    for package in packages {
        let file = format!("{}.wasm", package.replace('-', "_"));
        let built = target_dir.join(TARGET).join("plugin").join(file);
        fs::copy(&built, out_dir.join(format!("{package}.wasm")))
            .map_err(|wrong| format!("the build left no {}: {wrong}", built.display()))?;
    }
    Ok(())
}

fn workspace() -> Result<PathBuf, Failure> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = here.ancestors().nth(2).ok_or("this crate lies two folders below the workspace")?;
    Ok(root.to_path_buf())
}

/// Names what the components are made of. The daemon's own sources are not among it.
fn watch(workspace: &Path, packages: &[&str]) {
    let folder_of = |package: &&str| if *package == HOSTILE_GUEST { "tests" } else { "plugins" };
    let parts = packages.iter().chain(&["sdk"]).map(|package| workspace.join(folder_of(package)).join(package));
    for part in parts {
        println!("cargo:rerun-if-changed={}", part.display());
    }
    for file in ["wit", "Cargo.toml", "Cargo.lock", "plugins/bundle/build.rs"] {
        println!("cargo:rerun-if-changed={}", workspace.join(file).display());
    }
    // Components of another compiler would be reused otherwise.
    println!("cargo:rerun-if-env-changed=RUSTUP_TOOLCHAIN");
}

/// Says what is missing, and changes nothing: the toolchain is the user's, not this build's.
///
/// `rust-toolchain.toml` names the target, so rustup installs it with the toolchain, and adds it to one that was there
/// before, unless it is told not to (RUSTUP_AUTO_INSTALL=0). Toolchains without rustup have a package for it.
fn check_target() -> Result<(), Failure> {
    if has_target()? {
        return Ok(());
    }
    let toolchain = env::var("RUSTUP_TOOLCHAIN").map(|name| format!(" --toolchain {name}")).unwrap_or_default();
    Err(format!(
        "the plugins need Rust's standard library for {TARGET}, which this toolchain does not have.\n\
         Add it and build again:\n\n    rustup target add {TARGET}{toolchain}\n\n\
         Without rustup, install your distribution's package of it."
    )
    .into())
}

fn has_target() -> Result<bool, Failure> {
    let rustc = variable("RUSTC")?;
    let output = Command::new(&rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .map_err(|wrong| format!("{} does not run: {wrong}", rustc.display()))?;
    let libdir = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    // The folder alone may be left over from a target that was removed.
    let has_core = fs::read_dir(libdir)
        .is_ok_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore")));
    Ok(output.status.success() && has_core)
}

/// The outer target directory is the ancestor of OUT_DIR that cargo has tagged, wherever configuration put it.
fn target_dir(out_dir: &Path, workspace: &Path) -> PathBuf {
    let outer = out_dir.ancestors().filter(|folder| folder.join("CACHEDIR.TAG").is_file()).last();
    outer.map_or_else(|| workspace.join("target"), Path::to_path_buf).join("plugins-wasm")
}

fn build(workspace: &Path, target_dir: &Path, packages: &[&str]) -> Result<(), Failure> {
    let mut cargo = Command::new(variable("CARGO")?);
    // `--locked`: the outer cargo has just written the lock file of this very workspace.
    cargo.args(["build", "--locked", "--profile", "plugin", "--target", TARGET, "--manifest-path"]);
    cargo.arg(workspace.join("Cargo.toml")).arg("--target-dir").arg(target_dir);
    for package in packages {
        cargo.args(["--package", package]);
    }
    cargo.current_dir(workspace);
    for (name, _) in env::vars_os().filter(|(name, _)| belongs_to_outer_build(name)) {
        cargo.env_remove(name);
    }
    let output = cargo.output().map_err(|wrong| format!("cargo does not run: {wrong}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("building the plugins failed:\n{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Flags for the host's compiler, wrappers of clippy and of coverage tools, and what cargo tells build scripts.
fn belongs_to_outer_build(name: &OsString) -> bool {
    const NAMES: &[&str] = &[
        "RUSTFLAGS",
        "RUSTDOCFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_ENCODED_RUSTDOCFLAGS",
        "CARGO_TARGET_DIR",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_MANIFEST_LINKS",
        "CARGO_PRIMARY_PACKAGE",
        "CLIPPY_ARGS",
        "LLVM_PROFILE_FILE",
        "TARGET",
        "HOST",
        "OUT_DIR",
        "OPT_LEVEL",
        "DEBUG",
        "PROFILE",
        "NUM_JOBS",
    ];
    const PREFIXES: &[&str] =
        &["CARGO_BUILD_", "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "CARGO_PROFILE_", "CARGO_LLVM_COV", "DEP_"];
    let name = name.to_string_lossy();
    NAMES.contains(&name.as_ref()) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

fn variable(name: &str) -> Result<OsString, Failure> {
    env::var_os(name).ok_or_else(|| format!("cargo sets {name} for build scripts").into())
}
