//! `snmp-proxy record`: what a device has, in a file that the simulator, the tests of plugins and `recording:FILE` play.
//!
//! Every answer goes into a partial file at once, so a run that was interrupted is gone on with; the file itself is written
//! in one piece at the end. What holds secrets never reaches the disk unless it was asked for by name.

mod args;
mod ending;
mod partial;
mod recorded;
mod subtrees;
mod withheld;

use std::time::Duration;

use config::Settings;
use indicatif::{ProgressBar, ProgressDrawTarget};
use job::DeviceSpec;
use polling::{DeviceReading, DirectRunner};
use simulator::Library;
use snmp::{Credentials, Oid};

pub(super) use self::args::RecordArgs;
use self::{
    args::Output,
    ending::{Ending, end},
    partial::{Contents, PartialFile, ResumeError},
    recorded::{Recorded, listed},
    withheld::Withheld,
};
use super::{
    CommandError, Exit,
    direct::{begin_reading, in_full},
    loading,
    poll::style,
    say::{note, warn},
    signals,
};

/// How long a device is read, unless it is said.
const USUAL_TIMEOUT: Duration = Duration::from_secs(3_600);

/// Records the device, until it is done or a signal ends it.
pub(super) async fn record(args: RecordArgs, settings: Settings) -> Result<Exit, CommandError> {
    let output = args.output();
    args.check(&output)?;
    let exit = signals::unless_ended(run(&args, &output, &settings)).await?;
    if let (Exit::Signal(_), Output::File(file)) = (exit, &output) {
        let part = PartialFile::path_of(file);
        if part.exists() {
            note(&format!("what was read is in {}: --resume goes on with it", part.display()));
        }
    }
    Ok(exit)
}

async fn run(args: &RecordArgs, output: &Output, settings: &Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(settings)?;
    let mut asked = args.oids.clone();
    let mut taken_away = Vec::new();
    if !args.plugins.is_empty() {
        let sandbox = loading::load(settings).await?;
        let of_plugins = subtrees::of_plugins(&sandbox, &args.plugins).map_err(CommandError::Usage)?;
        asked.extend(of_plugins.reads);
        taken_away = of_plugins.withheld;
    }
    let subtrees = subtrees::merged(asked);
    let taken_away = subtrees::withheld_lines(&taken_away, &subtrees);
    taken_away.iter().for_each(|line| note(line));
    let withheld = Withheld::but(&args.include, &args.oids).map_err(CommandError::Usage)?;
    let how = version_of(&device);
    let what = what(&device, how, &subtrees, args);
    let StartedRecording { mut partial, mut recorded, done, last } = begin(args, output, &what, withheld)?;

    let timeout = args.device.timeout_or(USUAL_TIMEOUT);
    let direct = DirectRunner::new(args.device.sessions(settings).await?);
    let Some(reading) = begin_reading(&direct, &args.device, &device, timeout).await else {
        // One that was gone on with is kept as it was.
        if let (Some(partial), false) = (partial, args.resume) {
            partial.remove().map_err(|source| args.cannot_write(output, source))?;
        }
        return Ok(Exit::Failed);
    };
    reading.warnings().iter().for_each(|warning| warn(warning));
    let progress = Progress::new();
    let mut empty = Vec::new();
    for subtree in subtrees.iter().filter(|subtree| !done.contains(subtree)) {
        let after = last.as_ref().filter(|last| last.starts_with(subtree));
        let read = read_subtree(&reading, subtree, after, &mut recorded, partial.as_mut(), &progress).await;
        if read.map_err(|source| args.cannot_write(output, source))? == Found::Nothing {
            empty.push(subtree.clone());
        }
        if recorded.is_full() {
            break;
        }
    }
    progress.bar.finish_and_clear();
    recorded.taken_away = taken_away;
    if let Some(line) = nothing_below(&empty, subtrees.len()) {
        note(&line);
    }
    end(args, output, recorded, partial, &Ending { how, subtrees: &subtrees })
}

/// What there is before a device is asked.
struct StartedRecording {
    /// The file for what comes; none for standard output.
    partial: Option<PartialFile>,
    recorded: Recorded,
    /// The subtrees that an earlier run has read to their end, and the last name that it has read.
    done: Vec<Oid>,
    last: Option<Oid>,
}

fn begin(
    args: &RecordArgs,
    output: &Output,
    what: &str,
    mut withheld: Withheld,
) -> Result<StartedRecording, CommandError> {
    let anew = |partial, withheld| StartedRecording {
        partial,
        recorded: Recorded::of(Vec::new(), Vec::new(), withheld),
        done: Vec::new(),
        last: None,
    };
    let Output::File(file) = output else { return Ok(anew(None, withheld)) };
    let path = PartialFile::path_of(file);
    if !args.resume {
        let partial = PartialFile::begin(path, what).map_err(|source| args.cannot_write(output, source))?;
        return Ok(anew(Some(partial), withheld));
    }
    let resumed = PartialFile::resume(path.clone(), what, &mut withheld);
    let (partial, Contents { varbinds, done, last, without_form, .. }) = resumed.map_err(|error| match error {
        ResumeError::Io(source) => CommandError::Input { path: path.clone(), source },
        error @ ResumeError::Another { .. } => CommandError::Usage(format!(
            "--resume {}: {error}: give the same target, version and subtrees, or --force instead",
            path.display()
        )),
    })?;
    Ok(StartedRecording {
        partial: Some(partial),
        recorded: Recorded::of(varbinds, without_form, withheld),
        done,
        last,
    })
}

/// What a device has of a subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Something,
    Nothing,
}

/// That a device has nothing of some subtrees, in one line.
fn nothing_below(empty: &[Oid], asked: usize) -> Option<String> {
    const NAMED: usize = 5;
    let names = listed(empty.get(..NAMED).unwrap_or(empty));
    match empty.len() {
        0 => None,
        1 => Some(format!("the device has nothing below {names}")),
        count => {
            let more = count.saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            Some(format!("the device has nothing below {count} of {asked} subtrees: {names}{more}"))
        }
    }
}

/// Reads one subtree, to its end or to where it breaks off.
async fn read_subtree(
    reading: &DeviceReading,
    root: &Oid,
    after: Option<&Oid>,
    recorded: &mut Recorded,
    mut partial: Option<&mut PartialFile>,
    progress: &Progress,
) -> std::io::Result<Found> {
    let mut found = Found::Something;
    let mut subtree = reading.subtree(root, after);
    let mut is_empty = after.is_none();
    while let Some(varbinds) = subtree.next().await {
        is_empty = false;
        progress.show(recorded.varbinds.len() + varbinds.len(), varbinds.last().map(|varbind| &varbind.name));
        let batch = recorded.take(varbinds);
        if let Some(partial) = partial.as_mut() {
            partial.add(&batch)?;
        }
        if recorded.is_full() {
            let limit = snmp::size(Library::MAX_OCTETS);
            recorded.gap(root, format!("a recording has at most {limit}: record fewer subtrees in each"));
            return Ok(found);
        }
    }
    let end = subtree.end();
    end.warnings.iter().for_each(|warning| progress.bar.suspend(|| warn(warning)));
    if let Some(error) = &end.error {
        recorded.gap(root, in_full(error, None));
        return Ok(found);
    }
    // A name of an instance has nothing below it, but a value.
    if is_empty && root.arcs().len() > 1 {
        match reading.object(root).await {
            Ok(Some(varbind)) => {
                let batch = recorded.take(vec![varbind]);
                if let Some(partial) = partial.as_mut() {
                    partial.add(&batch)?;
                }
            }
            Ok(None) => found = Found::Nothing,
            Err(error) => {
                recorded.gap(root, in_full(&error, None));
                return Ok(found);
            }
        }
    }
    partial.map_or(Ok(()), |partial| partial.done(root))?;
    Ok(found)
}

/// What a partial recording is of: only the same is gone on with.
fn what(device: &DeviceSpec, how: &str, subtrees: &[Oid], args: &RecordArgs) -> String {
    let mut what = format!("{} port {} with {how} below {}", device.target.asked(), device.port, listed(subtrees));
    if !args.include.is_empty() {
        what += &format!(" with {}", args.include.join(", "));
    }
    what.replace(char::is_control, " ")
}

fn version_of(device: &DeviceSpec) -> &'static str {
    match device.access.given() {
        Ok(Credentials::V1 { .. }) => "SNMP version 1",
        Ok(Credentials::V3 { .. }) => "SNMP version 3",
        _ => "SNMP version 2c",
    }
}

/// How far it is, drawn on standard error where that is a terminal.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {pos} values, {msg} {elapsed}"));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar }
    }

    fn show(&self, values: usize, name: Option<&Oid>) {
        self.bar.set_position(values as u64);
        if let Some(name) = name {
            // The index of a row may be long, and says less.
            let arcs = name.arcs().iter().take(10).map(ToString::to_string).collect::<Vec<_>>();
            self.bar.set_message(arcs.join("."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtrees_without_anything_are_told_in_one_line() {
        let told = |count: u32| nothing_below(&(0..count).map(|arc| Oid::from([1, 3, arc])).collect::<Vec<_>>(), 20);
        assert_eq!(told(0), None);
        assert_eq!(told(1).as_deref(), Some("the device has nothing below 1.3.0"));
        assert_eq!(told(2).as_deref(), Some("the device has nothing below 2 of 20 subtrees: 1.3.0, 1.3.1"));
        let line = "the device has nothing below 16 of 20 subtrees: 1.3.0, 1.3.1, 1.3.2, 1.3.3, 1.3.4 and 11 more";
        assert_eq!(told(16).as_deref(), Some(line));
    }
}
