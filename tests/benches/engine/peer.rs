//! The other client: C programs on net-snmp's library, compiled where that can be done.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The compiled programs.
#[derive(Debug)]
pub(crate) struct Peer {
    walk: PathBuf,
    gets: PathBuf,
}

impl Peer {
    /// Compiles them into the target folder; says why where it cannot.
    pub(crate) fn compile() -> Option<Self> {
        Some(Self { walk: compile("walk")?, gets: compile("gets")? })
    }

    /// The program for a task of this kind.
    pub(crate) fn program(&self, kind: &str) -> &Path {
        if kind == "walk" { &self.walk } else { &self.gets }
    }
}

fn compile(name: &str) -> Option<PathBuf> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/peer").join(name).with_extension("c");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("net-snmp-{name}"));
    let output = Command::new("cc").args(["-O2", "-Wall", "-o"]).args([&program, &source]).arg("-lnetsnmp").output();
    let problem = match output {
        Ok(output) if output.status.success() => return Some(program),
        Ok(output) => String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("cc failed").to_owned(),
        Err(error) => format!("cc: {error}"),
    };
    println!("(without libnetsnmp beside it, which needs a C compiler and net-snmp's headers: {problem})");
    None
}
