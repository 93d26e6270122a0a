//! `snmp-proxy plugin check`: whether a file is a plugin that can be loaded, what it will read, and what of it will
//! disappoint. It is loaded as the server loads it, and nothing of it is run but `describe`.

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use clap::Args;
use config::Settings;
use plugin_tool::{PluginFolder, plugin_name};
use runtime::{LoadError, Survey, SurveyedKind};
use serde::Serialize;
use serde_json::Value;
use snmp::counted;

use super::{
    cure::{self, Advice},
    facts::{self, FolderBody},
    list,
    staged::{ShownPlugin, StagedPlugin},
    text,
};
use crate::{
    CommandError, Exit,
    colours::Colours,
    complain, output,
    say::{note, warn},
};

/// What stands below the flags.
pub(super) const HELP: &str = "\
Exit codes:
  0    the plugin can be loaded; warnings say what of it will disappoint
  1    it cannot be loaded
  2    wrong usage: no component, a file that cannot be read
  130  ended by Ctrl-C, 143 by SIGTERM";

/// Arguments of `snmp-proxy plugin check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Component, or the folder of a plugin that was built
    #[arg(value_name = "FILE.wasm|FOLDER", default_value = ".")]
    path: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was found, as programs read it.
#[derive(Debug, Serialize)]
struct CheckReport {
    file: String,
    /// Whether it can be loaded.
    ok: bool,
    /// Octets of the file.
    size: usize,
    /// E.g. `collector`; null: it is no plugin.
    kind: Option<&'static str>,
    /// The line of versions of the contract that it is for, e.g. `0.1`.
    contract: Option<&'static str>,
    imports: Vec<String>,
    exports: Vec<String>,
    /// Octets of memory before anything of it has run.
    initial_memory: u64,
    /// The tools that made it.
    tools: Vec<String>,
    /// Functions of the contract that it imports and this host does not have.
    missing_functions: Vec<String>,
    /// Subtrees of what it declares that hold secrets: it does not get them unless the operator allows it.
    withheld: Vec<String>,
    /// The plugins that it is, as `GET /plugins/NAME` shows them: one, or one for each configuration.
    plugins: Vec<Value>,
    /// What the plugin folder says of plugins of these names.
    folder: Vec<FolderBody>,
    /// Why it cannot be loaded.
    problem: Option<Told>,
    /// What will disappoint.
    warnings: Vec<Told>,
}

/// Something to mend.
#[derive(Debug, Serialize)]
struct Told {
    message: String,
    cure: Option<String>,
}

/// Checks a file.
pub(super) async fn check(args: CheckArgs, settings: Settings) -> Result<Exit, CommandError> {
    let folder = PluginFolder::at(&args.path).map_err(|error| CommandError::Usage(error.to_string()))?;
    let file = folder.component;
    let wasm = read(&file, settings.limits.sandbox.file_bytes)?;
    let staged = StagedPlugin::load(&file, &[], &settings).await?;
    let shown = staged.shown()?;
    // What is wrong with the folder, its own commands say.
    let of_folder = list::of_folder(&settings, settings.plugins.rules.clone()).await;
    let of_folder = of_folder.ok().flatten().unwrap_or_default();
    let is_shown = |body: &FolderBody| shown.iter().any(|plugin| plugin.name == body.name);
    let of_folder = of_folder.into_iter().filter(is_shown).collect();
    let report = CheckReport::new(&file, &wasm, &staged, &shown, of_folder);
    if args.json {
        output::print_json(&report)?;
    } else {
        output::print(&report.text(&shown))?;
        for told in &report.warnings {
            warn(&told.message);
            told.cure.iter().for_each(|cure| note(cure));
        }
        if let Some(told) = &report.problem {
            complain(&format!("{} {}", report.file, told.message));
            told.cure.iter().for_each(|cure| note(cure));
        }
    }
    Ok(if report.ok { Exit::Done } else { Exit::Failed })
}

/// Reads a file, or as much of it as tells that it is too large.
fn read(path: &Path, limit: u64) -> Result<Vec<u8>, CommandError> {
    let unreadable = |source: io::Error| CommandError::Input { path: path.to_owned(), source };
    let mut octets = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit.saturating_add(1)).read_to_end(&mut octets).map_err(unreadable)?;
    Ok(octets)
}

impl CheckReport {
    fn new(file: &Path, wasm: &[u8], staged: &StagedPlugin, shown: &[ShownPlugin], folder: Vec<FolderBody>) -> Self {
        let survey = Survey::of(wasm, &staged.settings.limits.sandbox).ok();
        let collectors = staged.collectors();
        let mut missing: Vec<String> =
            collectors.iter().flat_map(|plugin| plugin.missing_functions().to_vec()).collect();
        missing.dedup();
        let mut withheld: Vec<String> =
            collectors.iter().flat_map(|plugin| plugin.manifest().withheld()).map(str::to_owned).collect();
        withheld.sort();
        withheld.dedup();
        let problem = staged.problem().map(|problem| &problem.error);
        let mut warnings: Vec<Told> =
            survey.as_ref().map(cure::advice).unwrap_or_default().into_iter().map(told).collect();
        warnings.extend(name_warning(file, shown));
        warnings.extend(missing_warning(&missing));
        warnings.extend(withheld_warning(&withheld));
        let kind = survey.as_ref().and_then(|survey| survey.kind.as_ref().ok()).copied();
        let (imports, exports, initial_memory, tools) = survey
            .map(|survey| (survey.imports, survey.exports, survey.initial_memory, survey.tools))
            .unwrap_or_default();
        Self {
            file: file.display().to_string(),
            ok: problem.is_none(),
            size: wasm.len(),
            kind: kind.map(|SurveyedKind { kind, .. }| kind.interface()),
            contract: kind.map(|SurveyedKind { contract, .. }| contract),
            imports,
            exports,
            initial_memory,
            tools,
            missing_functions: missing,
            withheld,
            plugins: shown.iter().map(|shown| shown.json.clone()).collect(),
            folder,
            problem: problem.map(|error| problem_of(error, wasm)),
            warnings,
        }
    }

    /// For people: the plugins in full, then what is known of the file.
    fn text(&self, shown: &[ShownPlugin]) -> String {
        let pages = shown.iter().map(|shown| shown.text.as_str()).collect::<Vec<_>>().join("\n");
        let mib = |octets: u64| format!("{:.1} MiB", octets as f64 / f64::from(1 << 20));
        let kind = match (self.kind, self.contract) {
            (Some(kind), Some(contract)) => format!("{kind}, contract {contract}"),
            _ => "no plugin".to_owned(),
        };
        let mut rows = vec![("size", format!("{} ({} octets)", mib(self.size as u64), self.size)), ("kind", kind)];
        if self.initial_memory > 0 {
            rows.push(("initial memory", mib(self.initial_memory)));
        }
        if !self.tools.is_empty() {
            rows.push(("made with", self.tools.join("\n")));
        }
        if shown.is_empty() && !self.imports.is_empty() {
            rows.push(("imports", text::folded(&self.imports).join("\n")));
        }
        if shown.is_empty() && !self.exports.is_empty() {
            rows.push(("exports", self.exports.join("\n")));
        }
        let rows = rows.into_iter().map(|(title, text)| vec![format!("  {title}"), text]);
        let gap = if pages.is_empty() { "" } else { "\n" };
        let of_folder = self
            .folder
            .iter()
            .map(|body| format!("\n{} in the plugin folder\n{}", body.name, facts::lines(&body.rows())));
        let of_folder: String = of_folder.collect();
        format!("{pages}{gap}{}\n{}{of_folder}", self.file, output::table(&[], rows, Colours::None))
    }
}

fn problem_of(error: &LoadError, wasm: &[u8]) -> Told {
    Told { message: error.with_causes(), cure: cure::cure(error, wasm) }
}

fn told(advice: Advice) -> Told {
    Told { message: advice.what, cure: Some(advice.cure.to_owned()) }
}

/// The server finds a plugin by the name of its file.
fn name_warning(file: &Path, shown: &[ShownPlugin]) -> Option<Told> {
    let [plugin] = shown else { return None };
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    if stem == plugin.name {
        return None;
    }
    let what = if plugin_name(file) == plugin.name { "Cargo writes `_` for `-`" } else { "the file has another name" };
    let message = format!("{what}: in the plugin folder the file has to be called {}.wasm", plugin.name);
    Some(Told { message, cure: Some(format!("copy it as {}.wasm", plugin.name)) })
}

fn missing_warning(missing: &[String]) -> Option<Told> {
    if missing.is_empty() {
        return None;
    }
    let count = counted(missing.len() as u64, "function");
    let message = format!(
        "it imports {count} that this snmp-proxy does not have, and ends when it calls one: {}",
        missing.join(", ")
    );
    let cure = "update snmp-proxy, or ask `job.offers` before calling it".to_owned();
    Some(Told { message, cure: Some(cure) })
}

fn withheld_warning(withheld: &[String]) -> Option<Told> {
    if withheld.is_empty() {
        return None;
    }
    let message = format!("what it declares holds secrets, which it does not get: {}", withheld.join(", "));
    let cure = "declare less, or have the operator allow it with `plugins.may_read_secrets`".to_owned();
    Some(Told { message, cure: Some(cure) })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn shown(name: &str) -> ShownPlugin {
        ShownPlugin { name: name.to_owned(), text: format!("{name} 1.0.0\n"), json: Value::Null }
    }

    #[test]
    fn a_file_of_another_name_than_the_plugin_is_told_what_to_call_it() {
        let told = |file: &str| name_warning(Path::new(file), &[shown("fan-speeds")]).map(|told| told.message);
        assert_eq!(told("dist/fan-speeds.wasm"), None);
        let line = "Cargo writes `_` for `-`: in the plugin folder the file has to be called fan-speeds.wasm";
        assert_eq!(told("target/fan_speeds.wasm").as_deref(), Some(line));
        assert!(told("fans.wasm").is_some_and(|line| line.starts_with("the file has another name")));
    }

    #[test]
    fn what_is_known_of_a_file_stands_below_the_plugin() {
        let report = CheckReport {
            file: "dist/fan-speeds.wasm".to_owned(),
            ok: true,
            size: 1_572_864,
            kind: Some("collector"),
            contract: Some("0.1"),
            imports: vec!["snmp-proxy:plugin/snmp@0.1.0".to_owned()],
            exports: Vec::new(),
            initial_memory: 1 << 20,
            tools: vec!["rustc 1.95.0".to_owned()],
            missing_functions: Vec::new(),
            withheld: Vec::new(),
            plugins: Vec::new(),
            folder: Vec::new(),
            problem: None,
            warnings: Vec::new(),
        };
        expect![[r"
            fan-speeds 1.0.0

            dist/fan-speeds.wasm
              size            1.5 MiB (1572864 octets)
              kind            collector, contract 0.1
              initial memory  1.0 MiB
              made with       rustc 1.95.0
        "]]
        .assert_eq(&report.text(&[shown("fan-speeds")]));
    }

    #[test]
    fn what_a_plugin_will_not_get_is_told() {
        assert!(missing_warning(&[]).is_none() && withheld_warning(&[]).is_none());
        let told = missing_warning(&["job.stop".to_owned()]).map(|told| told.message).unwrap_or_default();
        assert!(told.contains("1 function") && told.ends_with("job.stop"), "{told}");
        let told = withheld_warning(&["usmUserTable".to_owned()]).map(|told| told.message).unwrap_or_default();
        assert!(told.ends_with("usmUserTable"), "{told}");
    }
}
