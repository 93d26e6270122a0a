//! The child's side: what the program does when it was started to compile one component.
//!
//! Standard input brings the number of octets (eight, the least significant first) and the octets, standard output takes
//! the machine code. When standard input ends, the parent has gone, and so does the child.

use std::{
    io::{self, Read as _, Write as _},
    time::Duration,
};

use wasmtime::Engine;

use crate::{engine, text};

/// What the child may use.
#[derive(Clone, Copy, Debug)]
pub struct CompileBounds {
    /// CPU time of all its threads together.
    pub cpu: Duration,
    /// Memory that it can write to.
    pub memory: u64,
}

/// The exit code of a child that refuses the component, with the reason on standard error.
pub(super) const REFUSED: i32 = 3;

/// The exit code of a child that could not do its work, with the reason on standard error.
const FAILED: i32 = 4;

/// Octets of a component that are taken. The parent has a lower bound, with a name.
const COMPONENT_OCTETS: u64 = 4 << 30;

/// Compiles the component that comes on standard input, and returns the exit code of the process.
#[expect(clippy::print_stderr, reason = "the parent reads it")]
#[must_use]
pub fn compile_for_parent(bounds: CompileBounds) -> u8 {
    let (code, reason) = match compiled(bounds) {
        Ok(()) => return 0,
        Err(Failure::Refused(reason)) => (REFUSED, reason),
        Err(Failure::System(error)) => (FAILED, error.to_string()),
    };
    eprintln!("{reason}");
    u8::try_from(code).unwrap_or(u8::MAX)
}

enum Failure {
    Refused(String),
    System(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

fn compiled(bounds: CompileBounds) -> Result<(), Failure> {
    confine(bounds)?;
    let wasm = component()?;
    std::thread::Builder::new().name("parent".to_owned()).spawn(end_with_parent)?;
    let refused = |error: wasmtime::Error| Failure::Refused(text::one_line(&error));
    let engine = Engine::new(&engine::config()).map_err(refused)?;
    let code = engine.precompile_component(&wasm).map_err(refused)?;
    let mut output = io::stdout().lock();
    output.write_all(&code)?;
    output.flush()?;
    Ok(())
}

fn component() -> io::Result<Vec<u8>> {
    let mut input = io::stdin().lock();
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let mut wasm = Vec::new();
    input.take(length.min(COMPONENT_OCTETS)).read_to_end(&mut wasm)?;
    if wasm.len() as u64 == length { Ok(wasm) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Waits for the end of standard input, which is the end of the parent.
fn end_with_parent() {
    let mut nothing = [0];
    while io::stdin().read(&mut nothing).is_ok_and(|octets| octets > 0) {}
    std::process::exit(FAILED);
}

/// Takes the bounds upon the process itself, before it has seen an octet of the component.
#[cfg(unix)]
fn confine(bounds: CompileBounds) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let set = |resource, limit: u64| {
        // Who started the service may have set less.
        let least = getrlimit(resource).maximum.map_or(limit, |max| max.min(limit));
        setrlimit(resource, Rlimit { current: Some(least), maximum: Some(least) })
    };
    // A child that is ended by this limit says so by SIGXCPU.
    let cpu = bounds.cpu.as_secs().max(1);
    let max = getrlimit(Resource::Cpu).maximum.map_or(cpu + 1, |max| max.min(cpu + 1));
    setrlimit(Resource::Cpu, Rlimit { current: Some(cpu.min(max)), maximum: Some(max) })?;
    set(MEMORY, bounds.memory)?;
    // A compiler that crashes leaves no file behind, and writes none.
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    Ok(())
}

/// What Linux counts here is what a process can write to: the heap and all private mappings, which is where a compiler's
/// memory is. The whole address space (RLIMIT_AS) also counts what threads and allocators reserve and never touch, 64 MiB
/// and more for each thread.
#[cfg(target_os = "linux")]
const MEMORY: rustix::process::Resource = rustix::process::Resource::Data;

/// Elsewhere only the whole address space counts mappings.
#[cfg(all(unix, not(target_os = "linux")))]
const MEMORY: rustix::process::Resource = rustix::process::Resource::As;

#[cfg(not(unix))]
fn confine(_bounds: CompileBounds) -> io::Result<()> {
    Ok(())
}
