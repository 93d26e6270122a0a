//! The program `snmp-proxy`: reads the command line, does what it says, and answers with an exit code.

#[cfg(not(target_env = "msvc"))]
mod allocator;
mod lossy;
mod memory;
mod telemetry;

use std::{io, process::ExitCode};

use anyhow::Context;
use cli::{Cli, Exit};
use tracing::{debug, warn};

use crate::telemetry::Backpressure;

fn main() -> ExitCode {
    // The one file of this process in /proc that is needed later on; then, before anything reads a secret, they are closed.
    cli::open_page_map();
    let memory = memory::keep_private();
    let cli = Cli::of_arguments();
    if let Some(code) = cli.as_compiler() {
        return code;
    }
    let backpressure = if cli.is_server() { Backpressure::IsDropped } else { Backpressure::Waits };
    let done = match cli.run_without_configuration() {
        Some(done) => done.map_err(anyhow::Error::from),
        None => run(cli, backpressure, memory),
    };
    let exit = done.unwrap_or_else(|error| {
        // A reader that has seen enough is no failure: `snmp-proxy walk … | head`.
        if cli::is_closed_pipe(&*error) {
            return Exit::Done;
        }
        let message = format!("{error:#}");
        match backpressure {
            Backpressure::Waits => cli::complain(&message),
            Backpressure::IsDropped => lossy::briefly(move || cli::complain(&message)),
        }
        let error = error.downcast_ref::<cli::CommandError>();
        if let Some(cure) = error.and_then(cli::CommandError::cure) {
            cli::note(cure);
        }
        error.map_or(Exit::Failed, cli::CommandError::exit)
    });
    exit.into()
}

fn run(cli: Cli, backpressure: Backpressure, memory: io::Result<memory::Private>) -> anyhow::Result<Exit> {
    let loaded = cli.load()?;
    let logs = telemetry::start(cli.log_level(&loaded), loaded.settings.log_format, backpressure)?;
    let is_allowed = loaded.settings.server.allow_core_dumps;
    if let Err(error) = memory.and_then(|memory| if is_allowed { memory.allow_core_dumps() } else { Ok(()) }) {
        warn!(%error, "cannot set who may read the memory of this process");
    }
    #[cfg(not(target_env = "msvc"))]
    if backpressure == Backpressure::IsDropped
        && let Err(error) = allocator::start_background_threads()
    {
        // Some systems have none, as those with musl.
        debug!(%error, "memory is given back to the system only while the program works");
    }
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if cli.is_small() {
        runtime.worker_threads(1);
    }
    let runtime = runtime.enable_all().build().context("cannot start the worker threads")?;
    let exit = runtime.block_on(cli.run(loaded));
    // What still runs after this was told to stop and did not; it must not keep the process alive.
    runtime.shutdown_background();
    logs.finish();
    Ok(exit?)
}
