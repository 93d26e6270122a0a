//! The parent's side of a child that compiles: it gets octets, gives machine code back, and is ended at its deadline.
//!
//! The child hears that its parent has gone by the end of its standard input, which stays open until then: it outlives
//! nobody, also after `kill -9`. It has none of the parent's environment, which may hold keys.

use std::{
    ffi::OsString,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use limits::{SandboxLimits, kind::duration_in_words};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
    time::{Instant, MissedTickBehavior, interval_at, timeout_at},
};

use crate::{LoadError, text};

/// A program that compiles, and the arguments that make it do so. The bounds follow, each as `--KEY=NUMBER`.
#[derive(Clone, Debug)]
pub struct ChildProgram {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// Octets of machine code that are taken. Of 18 MB of Python they are 50.
const CODE_OCTETS: u64 = 1 << 30;

/// Octets of what the child says that are kept.
const WORDS_OCTETS: u64 = 4 << 10;

/// How often to tell the log that a child still compiles.
const PROGRESS: Duration = Duration::from_secs(10);

/// How long a plugin may compile before the log hears of it.
const QUIET: Duration = Duration::from_secs(1);

/// Compiles in a child.
pub(super) async fn compile(
    program: &ChildProgram,
    name: &str,
    wasm: &[u8],
    limits: &SandboxLimits,
) -> Result<Vec<u8>, LoadError> {
    let begun = Instant::now();
    let mut child = spawn(program, limits)?;
    let deadline = begun + limits.compile_time;
    let told = told(name, begun, limits.compile_time);
    let answer = tokio::select! {
        answer = timeout_at(deadline, exchange(&mut child, wasm)) => answer,
        never = told => match never {},
    };
    // Also a child that has ended is waited for, so that nothing of it is left.
    let Ok(answer) = answer else {
        let _ = child.kill().await;
        return Err(LoadError::CompileTime { limit: limits.compile_time });
    };
    let Answer { code, words, status } = answer.map_err(|error| failed(error.to_string()))?;
    if !status.success() {
        return Err(why(status, &words, limits));
    }
    if code.len() as u64 > CODE_OCTETS {
        return Err(failed(format!("it is more than {} of machine code", snmp::size(CODE_OCTETS))));
    }
    let elapsed = begun.elapsed();
    if elapsed >= QUIET {
        tracing::info!(plugin = name, seconds = elapsed.as_secs_f32(), "compiled a plugin");
    }
    Ok(code)
}

fn spawn(program: &ChildProgram, limits: &SandboxLimits) -> Result<Child, LoadError> {
    Command::new(&program.program)
        .args(&program.arguments)
        .arg(format!("--cpu-seconds={}", limits.compile_cpu.as_secs().max(1)))
        .arg(format!("--memory-bytes={}", limits.compile_memory))
        .env_clear()
        // Windows starts no program without it.
        .envs(std::env::var_os("SystemRoot").map(|folder| ("SystemRoot", folder)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(format!("the compiler cannot be started: {error}")))
}

/// What a child answered.
struct Answer {
    code: Vec<u8>,
    words: String,
    status: ExitStatus,
}

async fn exchange(child: &mut Child, wasm: &[u8]) -> std::io::Result<Answer> {
    let (mut input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let give = async {
        if let Some(input) = &mut input {
            // A child that has ended says why in other places.
            let _ = input.write_all(&(wasm.len() as u64).to_le_bytes()).await;
            let _ = input.write_all(wasm).await;
            let _ = input.flush().await;
        }
    };
    let ((), code, words) = tokio::join!(give, read(output, CODE_OCTETS + 1), read(errors, WORDS_OCTETS));
    let (code, words) = (code?, words?);
    let status = child.wait().await?;
    Ok(Answer { code, words: String::from_utf8_lossy(&words).into_owned(), status })
}

/// Reads a stream to its end and keeps the beginning: what nobody reads would hold up the child.
async fn read(stream: Option<impl AsyncRead + Unpin>, max: u64) -> std::io::Result<Vec<u8>> {
    let mut octets = Vec::new();
    if let Some(mut stream) = stream {
        (&mut stream).take(max).read_to_end(&mut octets).await?;
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    }
    Ok(octets)
}

/// Tells the log that a plugin compiles, after a second and then every ten.
async fn told(name: &str, begun: Instant, deadline: Duration) -> std::convert::Infallible {
    let limit = duration_in_words(deadline);
    tokio::time::sleep_until(begun + QUIET).await;
    tracing::info!(plugin = name, deadline = limit, "compiling a plugin");
    let mut ticks = interval_at(begun + PROGRESS, PROGRESS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        tracing::info!(
            plugin = name,
            seconds = begun.elapsed().as_secs(),
            deadline = limit,
            "still compiling a plugin"
        );
    }
}

/// Why a child ended without machine code.
fn why(status: ExitStatus, words: &str, limits: &SandboxLimits) -> LoadError {
    // What Rust says when it gets no memory, and what the system says.
    const NO_MEMORY: [&str; 2] = ["memory allocation of ", "Cannot allocate memory"];
    if signal(status) == Some(Signal::CpuTime) {
        return LoadError::CompileCpu { limit: limits.compile_cpu };
    }
    if NO_MEMORY.iter().any(|text| words.contains(text)) {
        return LoadError::CompileMemory { limit: limits.compile_memory };
    }
    let reason = text::clean(&words.split_whitespace().collect::<Vec<_>>().join(" "), limits.message_bytes);
    if status.code() == Some(super::inside::REFUSED) {
        return LoadError::NotAComponent { reason };
    }
    failed(if reason.is_empty() {
        format!("the compiler ended: {status}")
    } else {
        format!("the compiler ended: {status}: {reason}")
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    CpuTime,
    Other,
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<Signal> {
    use std::os::unix::process::ExitStatusExt as _;
    let number = status.signal()?;
    Some(if number == rustix::process::Signal::XCPU.as_raw() { Signal::CpuTime } else { Signal::Other })
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<Signal> {
    None
}

fn failed(reason: String) -> LoadError {
    LoadError::NotCompiled { reason }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// What becomes of a child that does this.
    async fn check(script: &str, limits: &SandboxLimits, expected: &str) {
        let arguments = ["-c", script].map(OsString::from).into();
        let program = ChildProgram { program: "/bin/sh".into(), arguments };
        let answer = compile(&program, "test", b"octets of a plugin", limits).await;
        let said = answer.map_or_else(|error| error.with_causes(), |code| String::from_utf8_lossy(&code).into_owned());
        assert!(said.starts_with(expected), "{script}: {said}");
    }

    #[tokio::test]
    async fn a_child_gets_octets_and_bounds_and_gives_code() {
        let limits = SandboxLimits::default();
        check("head -c 26 | tail -c 18", &limits, "octets of a plugin").await;
        check(r#"echo "$0 $@ $HOME""#, &limits, "--cpu-seconds=120 --memory-bytes=2147483648 \n").await;
    }

    #[tokio::test]
    async fn a_child_that_fails_says_why() {
        let limits = SandboxLimits::default();
        check(
            "echo 'no such  section' >&2; exit 3",
            &limits,
            "is not a component that this host can compile: no such section",
        )
        .await;
        check("exit 1", &limits, "was not compiled: the compiler ended: exit status: 1").await;
        check("kill -XCPU $$", &limits, "takes more than 2m of CPU time to compile (limit `compile_cpu`)").await;
        check("kill -ABRT $$", &limits, "was not compiled: the compiler ended: signal: 6 (SIGABRT)").await;
        check(
            "echo 'memory allocation of 5 bytes failed' >&2; kill -ABRT $$",
            &limits,
            "takes more than 2 GiB of memory to compile (limit `compile_memory`)",
        )
        .await;
        check("head -c 9000 /dev/zero | tr '\\0' x >&2; exit 1", &limits, "was not compiled: the compiler ended: ")
            .await;
    }

    /// It would have compiled for as long as it liked.
    #[tokio::test]
    async fn a_child_is_ended_at_its_deadline() {
        let limits = SandboxLimits { compile_time: Duration::from_millis(100), ..SandboxLimits::default() };
        check("exec sleep 1000", &limits, "is not compiled after 100ms (limit `compile_time`)").await;
    }
}
