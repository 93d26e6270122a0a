//! `snmp-proxy poll`: one poll with plugins, as `POST /snmp/poll` does it, without a server.

use std::sync::Arc;

use clap::Args;
use config::Settings;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use job::{
    Event, Events, Gap, JobError, LogLevel, LogLine, PollJob, PollStats, ReadStatus, RecipeError, RecipeProblem,
    RecipeRequest, RecipeStats, Report, Runner as _, SelectedRecipes,
};
use proxy::Sandbox;
use runtime::{Plugin, Section};
use serde::Serialize;
use serde_json::{Map, Value, json};
use snmp::counted;

use super::{
    CommandError, Exit,
    colours::Colours,
    columns::{self, NoSuchColumns, TableHints, WantedColumn},
    complain,
    device::DeviceFlags,
    loading, output,
    say::{note, warn},
    sections::{View, sections},
};

/// What a poll collects where nothing is said, beside the system group.
const USUAL_RECIPES: [&str; 2] = ["interfaces", "arp"];

/// Arguments of `snmp-proxy poll`.
#[derive(Debug, Args)]
pub(super) struct PollArgs {
    #[command(flatten)]
    device: DeviceFlags,
    /// Plugin to run, `auto` for all that fit; may be given several times [default: interfaces, arp]
    #[arg(short, long = "recipe", value_name = "NAME[={JSON}]", value_parser = recipe)]
    recipes: Vec<RecipeRequest>,
    /// Columns to show, in this order, by name or title: name,speed, or arp_table.mac in one section [default: the plugin's choice]
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', value_parser = WantedColumn::read, conflicts_with_all = ["json", "wide"])]
    columns: Vec<WantedColumn>,
    /// Show all columns, however wide the tables are
    #[arg(long, conflicts_with = "json")]
    wide: bool,
}

/// Polls the device and prints what was found, and on standard error what is missing.
pub(super) async fn poll(args: PollArgs, settings: Settings) -> Result<Exit, CommandError> {
    let device = args.device.device(&settings)?;
    let walk_timeout = args.device.timeout_or(settings.limits.snmp.walk_timeout);
    let get_timeout = settings.limits.snmp.get_timeout.min(walk_timeout);
    let sandbox = loading::load(&settings).await?;
    for problem in sandbox.plugins().problems() {
        warn(&format!("plugin {problem}"));
    }
    let mut requested = args.recipes;
    if requested.is_empty() {
        requested = USUAL_RECIPES.map(RecipeRequest::named).into();
    }
    let selected = sandbox.catalogue().select(&requested).map_err(|problems| {
        let in_words = |problem: &RecipeProblem| match &problem.reason {
            RecipeError::Params(mismatch) if !mismatch.path.is_empty() => format!("{}: {problem}", mismatch.place()),
            _ => problem.to_string(),
        };
        let lines: Vec<_> =
            problems.iter().map(|problem| named(&requested, problem.place, &in_words(problem))).collect();
        CommandError::Usage(lines.join("\n"))
    })?;
    let shapes = Shapes::of(&sandbox, &selected);
    if let Err(NoSuchColumns { problems, known }) = columns::check(&args.columns, &shapes.all()) {
        problems.iter().for_each(|problem| complain(problem));
        known.iter().for_each(|known| note(known));
        return Ok(Exit::Usage);
    }

    let target = Arc::clone(device.target.asked());
    let SelectedRecipes { recipes, auto } = selected;
    let job = PollJob { device, recipes, auto, usual_sections: false, get_timeout, walk_timeout };
    let progress = Arc::new(Progress::new());
    let runner = sandbox.poll_runner(args.device.sessions(&settings).await?);
    let mut result = runner.run(job, Arc::clone(&progress) as Arc<dyn Events>).await;
    progress.bar.finish_and_clear();
    if let (Ok(report), true) = (&mut result, args.device.is_recording()) {
        report.stats.address = target.to_string();
    }

    if args.device.json {
        output::print_json(&Body::of(&target, &result))?;
    }
    match result {
        Err(error) => {
            complain(&error.to_string());
            if let Some(hint) = args.device.port_hint() {
                note(&hint);
            }
            Ok(Exit::Failed)
        }
        Ok(report) => {
            if !args.device.json {
                let view = View {
                    colours: Colours::of_stdout(),
                    width: output::terminal_width(),
                    wide: args.wide,
                    wanted: &args.columns,
                };
                let page = sections(report.data.get(), |section| shapes.hints(&report.stats, section), &view);
                output::print(&page.text)?;
                for warning in page.warnings {
                    warn(&warning);
                }
                for column in page.unknown {
                    warn(&format!("--columns {column}: no section has such a column"));
                }
            }
            for recipe in &report.stats.recipes {
                if let Some(words) = nothing_in_words(recipe) {
                    note(&words);
                }
            }
            for gap in &report.gaps {
                complain(&gap_in_words(gap));
            }
            if report.gaps_dropped > 0 {
                let parts = counted(report.gaps_dropped, "more part");
                complain(&format!("{parts} could not be read (limit `polls.gaps`)"));
            }
            Ok(if report.partial() { Exit::Partial } else { Exit::Done })
        }
    }
}

/// Reads `name` or `name={"a": 1}`.
fn recipe(text: &str) -> Result<RecipeRequest, String> {
    let (name, params) = match text.split_once('=') {
        None => (text, Map::new()),
        Some((name, json)) => match serde_json::from_str(json) {
            Ok(Value::Object(params)) => (name, params),
            Ok(_) => return Err("the parameters are not a JSON object".to_owned()),
            Err(error) => return Err(format!("the parameters are not JSON: {error}")),
        },
    };
    if name.is_empty() {
        Err("the name is missing".to_owned())
    } else {
        Ok(RecipeRequest { name: name.to_owned(), params })
    }
}

fn named(requested: &[RecipeRequest], place: usize, problem: &impl ToString) -> String {
    let name = requested.get(place).map(|recipe| recipe.name.as_str()).unwrap_or_default();
    format!("--recipe {name}: {}", problem.to_string())
}

/// What the plugins that may run say about how people see their sections.
struct Shapes(Vec<Shape>);

struct Shape {
    plugin: String,
    section: String,
    schema: Value,
}

impl Shapes {
    fn of(sandbox: &Sandbox, selected: &SelectedRecipes) -> Self {
        let (plugins, chosen): (_, Vec<&str>) =
            (sandbox.plugins(), selected.recipes.iter().map(|recipe| recipe.plugin.name.as_str()).collect());
        let manifests = plugins.plugins().map(Plugin::manifest);
        let may_run = manifests.filter(|manifest| selected.auto || chosen.contains(&manifest.name.as_str()));
        let sections = may_run.flat_map(|manifest| manifest.sections.iter().map(|section| (&manifest.name, section)));
        let shape = |(plugin, section): (&String, &Section)| Shape {
            plugin: plugin.clone(),
            section: section.name.clone(),
            // A schema that cannot be read was refused when the plugin was loaded.
            schema: serde_json::from_str(section.schema.get()).unwrap_or_default(),
        };
        Self(sections.map(shape).collect())
    }

    /// All of them.
    fn all(&self) -> Vec<(&str, TableHints<'_>)> {
        self.0.iter().map(|shape| (shape.section.as_str(), TableHints::of(&shape.schema))).collect()
    }

    /// That of a section, by the recipe that filled it.
    fn hints(&self, stats: &PollStats, section: &str) -> TableHints<'_> {
        let ran = |plugin: &str| stats.recipes.iter().any(|recipe| recipe.recipe == plugin);
        let shape = self.0.iter().find(|shape| shape.section == section && ran(&shape.plugin));
        shape.map(|shape| TableHints::of(&shape.schema)).unwrap_or_default()
    }
}

/// That the device has nothing for a recipe is no gap, and all the more worth a line.
fn nothing_in_words(recipe: &RecipeStats) -> Option<String> {
    let reason = recipe.reason.as_ref().filter(|_| recipe.status == ReadStatus::Unsupported)?;
    Some(format!("{}: the device has nothing for this recipe: {reason}", recipe.recipe))
}

fn gap_in_words(gap: &Gap) -> String {
    match &gap.table {
        Some(table) if gap.rows > 0 => {
            format!("{}: {table} broke off after {}: {}", gap.recipe, counted(gap.rows, "row"), gap.reason)
        }
        // What the plugin itself says of an object names it.
        Some(table) if gap.reason.contains(table.as_str()) => format!("{}: {}", gap.recipe, gap.reason),
        Some(table) => format!("{}: {table} could not be read: {}", gap.recipe, gap.reason),
        None => gap.reason.clone(),
    }
}

/// The result as the API's status has it, without what only a ticket has.
#[derive(Serialize)]
struct Body<'a> {
    target: &'a str,
    status: &'static str,
    error: Option<String>,
    partial: bool,
    gaps: &'a [Gap],
    data: Option<Value>,
    timing: Option<Map<String, Value>>,
    warnings: &'a [String],
    stats: Option<&'a PollStats>,
    log: &'a [LogLine],
}

impl<'a> Body<'a> {
    fn of(target: &'a str, result: &'a Result<Report, JobError>) -> Self {
        let report = result.as_ref().ok();
        Self {
            target,
            status: if report.is_some() { "complete" } else { "failed" },
            error: result.as_ref().err().map(ToString::to_string),
            partial: report.is_some_and(Report::partial),
            gaps: report.map(|report| report.gaps.as_slice()).unwrap_or_default(),
            // Read again so that all of it is laid out in the same way.
            data: report.and_then(|report| serde_json::from_str(report.data.get()).ok()),
            timing: report.map(|report| report.timing.iter().map(|(name, time)| (name.clone(), json!(time))).collect()),
            warnings: report.map(|report| report.warnings.as_slice()).unwrap_or_default(),
            stats: report.map(|report| &report.stats),
            log: report.map(|report| report.log.as_slice()).unwrap_or_default(),
        }
    }
}

/// How far the poll is, drawn on standard error where that is a terminal.
struct Progress {
    bar: ProgressBar,
}

impl Progress {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {msg} {elapsed}"));
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Self { bar }
    }
}

impl Events for Progress {
    fn tell(&self, event: Event) {
        match event {
            Event::Progress { line, counters } => self.progress(line.as_ref(), &counters),
            Event::Log(line) => self.log(&line),
            // Of direct walks.
            Event::Rows(_) => {}
        }
    }
}

impl Progress {
    fn progress(&self, line: Option<&Arc<str>>, counters: &[(String, u64)]) {
        if let Some(line) = line {
            self.bar.set_message(line.to_string());
        }
        let walked = counters.iter().find_map(|(name, walked)| Some((name.strip_suffix("_walked")?, *walked)));
        let Some((name, walked)) = walked else { return };
        let total = counters.iter().find(|(other, _)| other.strip_suffix("_total") == Some(name));
        // Some agents count fewer rows than they have; a bar that is full too early says less than none.
        if let Some((_, total)) = total.filter(|(_, total)| *total > 0 && walked <= *total) {
            self.bar.set_length(*total);
            self.bar.set_style(style("{spinner} {msg} {bar:20} {pos}/{len} {elapsed}"));
        } else {
            self.bar.set_style(style("{spinner} {msg} {elapsed}"));
        }
        self.bar.set_position(walked);
    }

    fn log(&self, LogLine { recipe, level, line }: &LogLine) {
        if level.is_warning() {
            let line = format!("{recipe}: {line}");
            self.bar.suspend(|| if *level == LogLevel::Warn { warn(&line) } else { complain(&line) });
        }
    }
}

pub(super) fn style(template: &str) -> ProgressStyle {
    // A template of ours that cannot be read costs the look, not the poll.
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let said = match recipe(text) {
            Ok(recipe) => format!("{} {}", recipe.name, Value::Object(recipe.params)),
            Err(error) => format!("error: {error}"),
        };
        assert_eq!(said, expected);
    }

    #[test]
    fn an_object_is_named_once_in_what_is_said_of_a_gap() {
        let gap = |table: Option<&str>, reason: &str| Gap {
            recipe: "fans".to_owned(),
            table: table.map(str::to_owned),
            status: ReadStatus::Failed,
            reason: reason.to_owned(),
            kind: "other".to_owned(),
            rows: 0,
            stopped_at: None,
        };
        let told = |table, reason| gap_in_words(&gap(table, reason));
        assert_eq!(told(Some("1.3.6"), "no answer"), "fans: 1.3.6 could not be read: no answer");
        assert_eq!(told(Some("1.3.6"), "1.3.6 is outside"), "fans: 1.3.6 is outside");
        assert_eq!(told(None, "recipe `fans` trapped"), "recipe `fans` trapped");
    }

    #[test]
    fn a_recipe_may_carry_parameters() {
        check("arp", "arp {}");
        check("arp={\"all\":true}", "arp {\"all\":true}");
        check("arp=[]", "error: the parameters are not a JSON object");
        check("={}", "error: the name is missing");
    }
}
