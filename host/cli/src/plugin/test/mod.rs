//! `snmp-proxy plugin test`: a plugin in the real sandbox against recordings, compared with what is expected of each, and
//! against agents with faults, under which it must not break.

mod outcome;
mod page;
mod verdict;

use std::path::{Path, PathBuf};

use clap::Args;
use config::Settings;
use plugin_tool::{Expected, Fault, Found, PluginFolder, TestCase, recordings, write_expected};
use runtime::Plugin;

use self::{
    outcome::{FaultOutcome, Outcome, TestReport, Tested},
    verdict::{FaultVerdict, Result as RunResult, Verdict},
};
use super::{
    cure,
    params::{Params, params},
    run::PluginRun,
    staged::StagedPlugin,
};
use crate::{
    CommandError, Exit, output,
    say::{note, warn},
    simulate::tell_problems,
};

/// What stands below the flags.
pub(super) const HELP: &str = "\
Recordings are devices/NAME.snmprec (or .snmpwalk, .walk) with the result expected/NAME.json; in a folder of another \
name, such as tests, the result lies beside the recording. NAME.params.json beside a recording are the parameters, \
NAME@CONTEXT.snmprec is what the device has in a context.

Faults: timeout[=ANSWERS] silent after so many answers; hole[=EVERY] every n-th object is missing; wrong-type; \
non-increasing; too-big; cancel-after=REQUESTS; version-1; context[=NAME] the agent does not know it; agent=PLAN, as \
behind the ! of a community of `simulate`.

Exit codes:
  0    every result is as expected, and no fault breaks the plugin
  1    a result differs or nothing is expected yet, the plugin fails or cannot be loaded, or a fault breaks it
  2    wrong usage: no component, no recording, wrong parameters
  130  ended by Ctrl-C, 143 by SIGTERM";

/// Arguments of `snmp-proxy plugin test`.
#[derive(Debug, Args)]
pub(in crate::plugin) struct TestArgs {
    /// Component, or the folder of a plugin that was built
    #[arg(value_name = "FILE.wasm|FOLDER", default_value = ".")]
    path: PathBuf,
    /// Recording or folder of recordings; may be given several times [default: those of the plugin's folder]
    #[arg(long = "recording", value_name = "FILE|DIR")]
    recordings: Vec<PathBuf>,
    /// Parameters, instead of those that lie beside the recordings
    #[arg(long, value_name = "JSON", value_parser = params)]
    params: Option<Params>,
    /// Write what the plugin gives as what is expected from now on
    #[arg(long)]
    update: bool,
    /// Also run it against an agent with this fault; may be given several times
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Fault>,
    /// Also run it against agents with every fault
    #[arg(long, conflicts_with = "faults")]
    all_faults: bool,
    /// Further plugin whose sections it uses; may be given several times
    #[arg(long, value_name = "FILE.wasm")]
    with: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Tests a plugin.
pub(in crate::plugin) async fn test(args: TestArgs, settings: Settings) -> Result<Exit, CommandError> {
    let folder = PluginFolder::at(&args.path).map_err(|error| CommandError::Usage(error.to_string()))?;
    if let Some(source) = &folder.newer_source {
        warn(&format!("{} is newer than {}: build again", source.display(), folder.component.display()));
    }
    let paths = if args.recordings.is_empty() { &folder.recordings } else { &args.recordings };
    if paths.is_empty() {
        return Err(CommandError::Usage(format!(
            "there is no recording to test {} with: put one into devices/, or name it with --recording",
            folder.component.display()
        )));
    }
    let Found { cases, library } = recordings(paths).map_err(|error| CommandError::Usage(error.to_string()))?;
    // Results and parameters lie beside them.
    tell_problems(&simulator::Library { passed_over: Vec::new(), ..library });
    if cases.is_empty() {
        return Err(CommandError::Usage("there is no recording that can be read".to_owned()));
    }
    let staged = StagedPlugin::load(&folder.component, &args.with, &settings).await?;
    if let Some(problem) = staged.problem() {
        return Ok(cure::complain_of(&folder.component, problem));
    }
    let plugins = staged.collectors();
    if plugins.is_empty() {
        return Err(CommandError::Usage(format!(
            "{} is for notifications, and recordings are for plugins that collect: `snmp-proxy decode --plugins-dir` shows \
             what it makes of a packet",
            folder.component.display()
        )));
    }
    let faults = if args.all_faults { Fault::all() } else { args.faults.clone() };
    let several = plugins.len() > 1;
    let mut tested = Vec::with_capacity(plugins.len());
    for plugin in &plugins {
        tested.push(test_plugin(&staged, plugin, several, &cases, &faults, &args).await?);
    }
    let report = TestReport::new(&folder.component, tested);
    if args.json {
        output::print_json(&report)?;
    } else {
        output::print(&page::text(&report))?;
    }
    Ok(if report.ok { Exit::Done } else { Exit::Failed })
}

async fn test_plugin(
    staged: &StagedPlugin,
    plugin: &Plugin,
    several: bool,
    cases: &[TestCase],
    faults: &[Fault],
    args: &TestArgs,
) -> Result<Tested, CommandError> {
    let (mut outcomes, mut of_faults) = (Vec::new(), Vec::new());
    for case in cases {
        let params = args.params.as_ref().map_or(&case.params, |params| &params.0);
        let ran = PluginRun::new(staged, plugin, case, params, None)?.run().await;
        let honest = RunResult::of(plugin, ran);
        let path = expected_path(case, plugin, several);
        let expected = Expected::read(&path).map_err(|error| CommandError::Usage(error.to_string()))?;
        let mut verdict = Verdict::of(&honest, &expected);
        if args.update && verdict.may_be_written() {
            write_expected(&path, &honest.value).map_err(|error| CommandError::Usage(error.to_string()))?;
            verdict = Verdict::Written;
        }
        let is_sound = honest.broken.is_none();
        if is_sound {
            for fault in faults {
                let ran = PluginRun::new(staged, plugin, case, params, Some(fault))?.run().await;
                let faulty = RunResult::of(plugin, ran);
                // A run that was cancelled must leave nothing behind that the next one meets.
                let again = if faulty.is_cancelled {
                    Some(RunResult::of(plugin, PluginRun::new(staged, plugin, case, params, None)?.run().await))
                } else {
                    None
                };
                let verdict = FaultVerdict::of(&honest, &faulty, fault, again.as_ref());
                of_faults.push(FaultOutcome::new(case, fault, verdict, faulty));
            }
        } else if !faults.is_empty() {
            note(&format!("{}: no fault was tried, since the plugin fails without one", case.name));
        }
        outcomes.push(Outcome::new(case, &path, verdict, honest));
    }
    Ok(Tested::new(plugin, outcomes, of_faults))
}

/// Where the result of a case is expected. Of a component that is several plugins each has a folder.
fn expected_path(case: &TestCase, plugin: &Plugin, several: bool) -> PathBuf {
    if !several {
        return case.expected.clone();
    }
    let folder = case.expected.parent().unwrap_or(Path::new("")).join(&plugin.manifest().name);
    folder.join(case.expected.file_name().unwrap_or_default())
}
