//! `snmp-proxy simulate`: pretends to be the devices of recordings, until a signal ends it.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use address::parse_socket_addr;
use clap::Args;
use simulator::{BadLine, Fault, Library, Simulator};

use super::{
    CommandError, Exit, output,
    say::{note, warn},
    signals::Signals,
};

mod notifications;
mod traps;
mod user;

use notifications::Notifications;
use traps::TrapFlags;
use user::SimulatedUserFlags;

/// Arguments of `snmp-proxy simulate`.
#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// Recordings (.snmprec, output of snmpwalk -On; also .gz) or folders of them; each is a device, its name the community
    #[arg(required_unless_present = "faults", value_name = "FILE|DIR")]
    recordings: Vec<PathBuf>,
    /// UDP address to answer on; port 0 for any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1161", value_parser = parse_socket_addr)]
    listen: SocketAddr,
    /// Milliseconds to wait before each answer
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=60_000))]
    latency_ms: u64,
    /// List the faults that devices may have, and end
    #[arg(long)]
    faults: bool,
    #[command(flatten)]
    user: SimulatedUserFlags,
    #[command(flatten)]
    traps: TrapFlags,
}

/// What stands below the flags.
pub(super) const HELP: &str = "\
A device misbehaves for who asks it with a plan of faults behind its community, or behind its contextName in version 3: \
`switch!loop:3!delay:20` is the device `switch` whose columns begin again after 3 rows, and whose answers come 20 ms late. \
`snmp-proxy simulate --faults` lists the faults.";

/// Answers until a signal ends it, or fails where there is nothing to answer with.
pub(super) async fn simulate(args: SimulateArgs) -> Result<Exit, CommandError> {
    if args.faults {
        let rows = Fault::FORMS.map(|(form, meaning)| vec![form.to_owned(), meaning.to_owned()]);
        output::print_table(&["FAULT", "WHAT"], rows)?;
        return Ok(Exit::Done);
    }
    let mut signals = Signals::listen()?;
    let user = args.user.read()?;
    let engine = args.user.engine()?;
    let plan = args.traps.plan(user.as_ref())?;
    let library = Library::load(&args.recordings);
    tell_problems(&library);
    if library.devices.is_empty() {
        return Err(CommandError::Usage("there is no recording to serve".to_owned()));
    }
    let rows: Vec<_> = library
        .devices
        .iter()
        .map(|device| vec![device.name.clone(), device.recording.len().to_string(), device.path.display().to_string()])
        .collect();
    let devices: Vec<_> =
        library.devices.iter().map(|device| (device.name.clone(), device.recording.clone())).collect();
    let mut starting = Simulator::builder().library(library).latency(Duration::from_millis(args.latency_ms));
    if let Some(engine) = engine {
        starting = starting.engine(engine);
    }
    let has_user = user.is_some();
    if let Some(user) = user {
        starting = starting.user(user);
    }
    let simulator = starting.bind(args.listen).await.map_err(|error| CommandError::Simulate(Box::new(error)))?;
    let notifications = match plan {
        Some(plan) => Some(Notifications::of(plan, &simulator, devices).await?),
        None => None,
    };
    output::print(&format!("Listening: {}\n", simulator.addr()))?;
    if has_user {
        output::print(&format!("Engine id: {}\n", const_hex::encode(simulator.engine_id(0).unwrap_or_default())))?;
    }
    output::print("\n")?;
    output::print_table(&["COMMUNITY", "OBJECTS", "FILE"], rows)?;
    match notifications {
        Some(notifications) => tokio::select! {
            _ = signals.next() => {}
            () = notifications.send() => {}
        },
        None => {
            signals.next().await;
        }
    }
    simulator.stop().await;
    Ok(Exit::Done)
}

/// Tells what of the recordings cannot be served: the files, and the first lines of each.
pub(super) fn tell_problems(library: &Library) {
    if let [first, others @ ..] = library.passed_over.as_slice() {
        let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
        let endings = Library::ENDINGS.map(|ending| format!(".{ending}")).join(", ");
        note(&format!(
            "{}{more} not looked at: of a folder only {endings} are taken; name a file to serve it",
            first.display()
        ));
    }
    for problem in &library.problems {
        warn(&format!("{}: {}", problem.path.display(), problem.reason));
        bad_lines(&problem.bad_lines, problem.bad_line_count).iter().for_each(|line| warn(line));
    }
    for device in library.devices.iter().filter(|device| device.duplicates > 0) {
        let values = if device.duplicates == 1 { "value has" } else { "values have" };
        let count = device.duplicates;
        warn(&format!("{}: {count} {values} a name that came before; the first counts", device.path.display()));
    }
    for device in library.devices.iter().filter(|device| device.bad_line_count > 0) {
        let lines = if device.bad_line_count == 1 { "line" } else { "lines" };
        warn(&format!("{}: {} {lines} cannot be read", device.path.display(), device.bad_line_count));
        bad_lines(&device.bad_lines, device.bad_line_count).iter().for_each(|line| warn(line));
    }
}

/// The most lines of a recording that are told one by one.
const MAX_BAD_LINES: usize = 10;

/// The first lines that cannot be read, and how many more there are.
fn bad_lines(lines: &[BadLine], count: usize) -> Vec<String> {
    let mut told: Vec<String> = lines.iter().take(MAX_BAD_LINES).map(|line| format!("  {line}")).collect();
    if count > told.len() {
        told.push(format!("  and {} more", count - told.len()));
    }
    told
}

#[cfg(test)]
mod tests;
