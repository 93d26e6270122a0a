//! `snmp-proxy compile-plugin`, which nobody types: the program starts itself so to compile a file of the plugins folder.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use clap::Args;
use runtime::{ChildProgram, CompileBounds, Compiler, compile_for_parent};

/// The command's name.
const COMMAND: &str = "compile-plugin";

/// Arguments of `snmp-proxy compile-plugin`.
#[derive(Debug, Args)]
pub(super) struct CompileArgs {
    /// CPU time of the process
    #[arg(long)]
    cpu_seconds: u64,
    /// Memory that the process can write to
    #[arg(long)]
    memory_bytes: u64,
}

/// Compiles what comes on standard input.
pub(super) fn compile(args: &CompileArgs) -> ExitCode {
    let CompileArgs { cpu_seconds, memory_bytes } = *args;
    compile_for_parent(CompileBounds { cpu: Duration::from_secs(cpu_seconds), memory: memory_bytes }).into()
}

/// Lets this program compile in children.
pub(super) fn compiler() -> Compiler {
    Compiler::Children(ChildProgram { program: this_program(), arguments: vec![COMMAND.into()] })
}

/// This very executable, also where its file was replaced since by another version.
fn this_program() -> PathBuf {
    let linux = PathBuf::from("/proc/self/exe");
    if cfg!(target_os = "linux") && linux.exists() {
        return linux;
    }
    // Without a path, the system looks for it where it looks for programs; the error of a failure names it.
    std::env::current_exe().unwrap_or_else(|_| "snmp-proxy".into())
}
