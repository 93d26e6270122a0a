//! The program `snmp-proxy`: reads the command line, does what it says, and answers with an exit code.

mod lossy;
mod telemetry;

use std::process::ExitCode;

use anyhow::Context;
use cli::{Cli, Exit};

use crate::telemetry::Unread;

fn main() -> ExitCode {
    let cli = Cli::of_arguments();
    let unread = if cli.is_server() { Unread::IsDropped } else { Unread::Waits };
    let exit = run(cli, unread).unwrap_or_else(|error| {
        // A reader that has seen enough is no failure: `snmp-proxy walk … | head`.
        if cli::is_closed_pipe(&*error) {
            return Exit::Done;
        }
        let message = format!("{error:#}");
        match unread {
            Unread::Waits => cli::complain(&message),
            Unread::IsDropped => lossy::briefly(move || cli::complain(&message)),
        }
        error.downcast_ref::<cli::CommandError>().map_or(Exit::Failed, cli::CommandError::exit)
    });
    exit.into()
}

fn run(cli: Cli, unread: Unread) -> anyhow::Result<Exit> {
    let loaded = cli.load()?;
    let logs = telemetry::start(cli.log_level(&loaded), loaded.settings.log_format, unread)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the worker threads")?;
    let exit = runtime.block_on(cli.run(loaded));
    // What still runs after this was told to stop and did not; it must not keep the process alive.
    runtime.shutdown_background();
    logs.finish();
    Ok(exit?)
}
