//! `snmp-proxy plugin bench`: a plugin on a recording many times, and what one run takes.

use std::{path::PathBuf, time::Duration};

use clap::Args;
use config::Settings;
use plugin_tool::{PluginFolder, TestCase, recordings};
use runtime::Plugin;
use serde::Serialize;
use serde_json::Map;
use snmp::counted;

use super::{
    cure,
    params::{Params, params},
    run::{PluginRun, Ran},
    staged::StagedPlugin,
};
use crate::{CommandError, Exit, colours::Colours, complain, output, simulate::tell_problems};

/// What stands below the flags.
pub(super) const HELP: &str = "\
A run is all of the plugin in a poll: its instance, collecting, and the instance's end. The agent answers at once, so what \
is measured is the plugin and the proxy, and no network.

Exit codes:
  0    every run gave a result
  1    the plugin cannot be loaded, or a run gave none
  2    wrong usage: no component, no recording, wrong parameters
  130  ended by Ctrl-C, 143 by SIGTERM";

/// Arguments of `snmp-proxy plugin bench`.
#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    /// Component, or the folder of a plugin that was built
    #[arg(value_name = "FILE.wasm|FOLDER", default_value = ".")]
    path: PathBuf,
    /// Recording or folder of recordings; may be given several times [default: those of the plugin's folder]
    #[arg(long = "recording", value_name = "FILE|DIR")]
    recordings: Vec<PathBuf>,
    /// Runs on each recording, after one that is not counted
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    times: u32,
    /// Parameters, instead of those that lie beside the recordings
    #[arg(long, value_name = "JSON", value_parser = params)]
    params: Option<Params>,
    /// Further plugin whose sections it uses; may be given several times
    #[arg(long, value_name = "FILE.wasm")]
    with: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was measured, as programs read it.
#[derive(Debug, Serialize)]
struct BenchReport {
    file: String,
    times: u32,
    runs: Vec<Measured>,
}

/// A plugin on a recording.
#[derive(Debug, Serialize)]
struct Measured {
    plugin: String,
    version: String,
    digest: String,
    recording: String,
    /// Milliseconds of a run from its beginning to its end.
    wall_ms: Spread,
    /// Milliseconds that the plugin computed.
    cpu_ms: Spread,
    /// Rows that a run read.
    rows: u64,
    /// Rows of a run, over the median of its time.
    rows_per_second: f64,
    host_calls: u64,
    requests: u64,
    /// The most octets of memory in any run.
    peak_memory: usize,
}

/// How numbers are spread.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Spread {
    min: f64,
    median: f64,
    /// Nineteen of twenty are not above it.
    p95: f64,
    max: f64,
}

/// Measures a plugin.
pub(super) async fn bench(args: BenchArgs, settings: Settings) -> Result<Exit, CommandError> {
    let folder = PluginFolder::at(&args.path).map_err(|error| CommandError::Usage(error.to_string()))?;
    let paths = if args.recordings.is_empty() { &folder.recordings } else { &args.recordings };
    let found = recordings(paths).map_err(|error| CommandError::Usage(error.to_string()))?;
    tell_problems(&simulator::Library { passed_over: Vec::new(), ..found.library });
    if found.cases.is_empty() {
        return Err(CommandError::Usage("there is no recording to run it on: name one with --recording".to_owned()));
    }
    let staged = StagedPlugin::load(&folder.component, &args.with, &settings).await?;
    if let Some(problem) = staged.problem() {
        return Ok(cure::complain_of(&folder.component, problem));
    }
    let mut runs = Vec::new();
    for plugin in &staged.collectors() {
        for case in &found.cases {
            match measure(&staged, plugin, case, &args).await? {
                Ok(measured) => runs.push(measured),
                Err(reason) => {
                    complain(&format!("{} on {}: {reason}", plugin.manifest().name, case.name));
                    return Ok(Exit::Failed);
                }
            }
        }
    }
    let report = BenchReport { file: folder.component.display().to_string(), times: args.times, runs };
    if args.json {
        output::print_json(&report)?;
    } else {
        output::print(&text(&report))?;
    }
    Ok(Exit::Done)
}

/// Runs a plugin so many times, or says why one of the runs gave nothing.
async fn measure(
    staged: &StagedPlugin,
    plugin: &Plugin,
    case: &TestCase,
    args: &BenchArgs,
) -> Result<Result<Measured, String>, CommandError> {
    let params: &Map<_, _> = args.params.as_ref().map_or(&case.params, |params| &params.0);
    let run = PluginRun::new(staged, plugin, case, params, None)?;
    let manifest = plugin.manifest();
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    let mut last = (0, 0, 0, 0);
    // The first one learns how the agent is asked best.
    for number in 0..=args.times {
        let (stats, elapsed) = match of_run(&manifest.name, &manifest.timing, run.run().await) {
            Ok(of_run) => of_run,
            Err(reason) => return Ok(Err(reason)),
        };
        if number > 0 {
            wall.push(elapsed.as_secs_f64() * 1e3);
            cpu.push(stats.cpu_ms);
            last = (stats.rows, stats.host_calls, stats.requests, stats.peak_memory.max(last.3));
        }
    }
    let (rows, host_calls, requests, peak_memory) = last;
    let (wall_ms, cpu_ms) = (Spread::of(wall), Spread::of(cpu));
    let rows_per_second = if wall_ms.median > 0.0 { rows as f64 / wall_ms.median * 1e3 } else { 0.0 };
    Ok(Ok(Measured {
        plugin: manifest.name.clone(),
        version: manifest.version.clone(),
        digest: plugin.digest().to_owned(),
        recording: case.name.clone(),
        wall_ms,
        cpu_ms,
        rows,
        rows_per_second,
        host_calls,
        requests,
        peak_memory,
    }))
}

/// What a run took, and how long.
fn of_run(name: &str, timing: &str, ran: Ran) -> Result<(job::RecipeStats, Duration), String> {
    let report = match ran.ended {
        None => return Err("the run was cancelled".to_owned()),
        Some(Err(error)) => return Err(error.to_string()),
        Some(Ok(report)) => report,
    };
    let elapsed = report.timing.iter().find(|(key, _)| key == timing).map_or(0.0, |(_, seconds)| *seconds);
    let stats = report.stats.recipes.into_iter().find(|stats| stats.recipe == name);
    let stats = stats.ok_or_else(|| "the poll did not run it".to_owned())?;
    match &stats.reason {
        Some(reason) => Err(reason.clone()),
        None => Ok((stats, Duration::from_secs_f64(elapsed))),
    }
}

impl Spread {
    /// Of at least one number.
    fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = ((numbers.len().saturating_sub(1)) as f64 * part).ceil() as usize;
            numbers.get(place).copied().unwrap_or_default()
        };
        Self { min: at(0.0), median: at(0.5), p95: at(0.95), max: at(1.0) }
    }
}

fn text(report: &BenchReport) -> String {
    let spread = |spread: &Spread| format!("{:.2} ({:.2}, {:.2})", spread.median, spread.min, spread.p95);
    let rows = report.runs.iter().map(|run| {
        vec![
            run.plugin.clone(),
            run.recording.clone(),
            spread(&run.wall_ms),
            spread(&run.cpu_ms),
            run.rows.to_string(),
            format!("{:.0}", run.rows_per_second),
            run.host_calls.to_string(),
            run.requests.to_string(),
            format!("{:.1}", run.peak_memory as f64 / f64::from(1 << 20)),
        ]
    });
    let header = ["PLUGIN", "RECORDING", "MS", "CPU MS", "ROWS", "ROWS/S", "HOST CALLS", "REQUESTS", "PEAK MIB"];
    let times = counted(u64::from(report.times), "run");
    output::table(&header, rows, Colours::None)
        + &format!("{times} each; times are the median (minimum, 95th percentile)\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn numbers_are_told_by_their_spread() {
        let numbers: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        assert_eq!(Spread::of(numbers), Spread { min: 1.0, median: 11.0, p95: 20.0, max: 20.0 });
        assert_eq!(Spread::of(vec![3.0]), Spread { min: 3.0, median: 3.0, p95: 3.0, max: 3.0 });
    }

    #[test]
    fn what_a_run_takes_is_a_line_for_each_recording() {
        let spread = |median: f64| Spread { min: median / 2.0, median, p95: median * 2.0, max: median * 9.0 };
        let run = Measured {
            plugin: "fan-speeds".to_owned(),
            version: "1.0.0".to_owned(),
            digest: String::new(),
            recording: "switch".to_owned(),
            wall_ms: spread(1.5),
            cpu_ms: spread(0.25),
            rows: 48,
            rows_per_second: 32_000.0,
            host_calls: 9,
            requests: 3,
            peak_memory: 1_200_000,
        };
        expect![[r"
            PLUGIN      RECORDING  MS                 CPU MS             ROWS  ROWS/S  HOST CALLS  REQUESTS  PEAK MIB
            fan-speeds  switch     1.50 (0.75, 3.00)  0.25 (0.12, 0.50)  48    32000   9           3         1.1
            100 runs each; times are the median (minimum, 95th percentile)
        "]]
        .assert_eq(&text(&BenchReport { file: String::new(), times: 100, runs: vec![run] }));
    }
}
