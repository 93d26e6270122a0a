//! `snmp-proxy simulate`: pretends to be the devices of recordings, until a signal ends it.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;
use simulator::{Library, Simulator};

use super::{CommandError, Exit, complain, output, signals::Signals};

/// Arguments of `snmp-proxy simulate`.
#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// Recordings (.snmprec, output of snmpwalk -On) or folders of them; each is a device, its name the community
    #[arg(required = true, value_name = "FILE|DIR")]
    recordings: Vec<PathBuf>,
    /// UDP address to answer on; port 0 for any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1161")]
    listen: SocketAddr,
    /// Milliseconds that every answer takes
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=60_000))]
    latency_ms: u64,
}

/// Answers until a signal ends it, or fails where there is nothing to answer with.
pub(super) async fn simulate(args: SimulateArgs) -> Result<Exit, CommandError> {
    let mut signals = Signals::listen()?;
    let library = Library::load(&args.recordings);
    for problem in &library.problems {
        complain(&format!("{}: {}", problem.path.display(), problem.reason));
    }
    for device in &library.devices {
        if device.bad_line_count > 0 {
            complain(&format!("{}: {} lines cannot be read", device.path.display(), device.bad_line_count));
        }
    }
    if library.devices.is_empty() {
        return Err(CommandError::Usage("there is no recording to serve".to_owned()));
    }
    let rows: Vec<_> = library
        .devices
        .iter()
        .map(|device| vec![device.name.clone(), device.recording.len().to_string(), device.path.display().to_string()])
        .collect();
    let starting = Simulator::builder().library(library).latency(Duration::from_millis(args.latency_ms));
    let simulator = starting.bind(args.listen).await.map_err(|error| CommandError::Simulate(Box::new(error)))?;
    output::print(&format!("Listening: {}\n\n", simulator.addr()))?;
    output::print_table(&["COMMUNITY", "OBJECTS", "FILE"], rows)?;
    signals.next().await;
    simulator.stop().await;
    Ok(Exit::Done)
}
