//! `snmp-proxy plugin list`, which is `snmp-proxy plugins` as well: which plugins there are, what they may read, and which
//! of them are broken.

use api::wire::{PluginBody, PluginList};
use clap::Args;
use config::Settings;
use plugin_folder::{Contents, Rules};
use proxy::{origin_word, plugin_list};
use runtime::PluginSet;
use serde::Serialize;
use serde_json::Value;

use super::{
    facts::{self, FolderBody},
    folder,
    text::{self, TrapPlugin},
};
use crate::{CommandError, Exit, colours::Colours, complain, loading, output, say};

/// Arguments of `snmp-proxy plugin list`.
#[derive(Debug, Args)]
pub(crate) struct PluginsArgs {
    /// Plugin to show in full: what it reads, takes and gives
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print JSON as GET /plugins and GET /plugins/NAME answer it, with all that a plugin may read and imports
    #[arg(long)]
    json: bool,
}

/// A plugin that is loaded.
#[derive(Debug)]
pub(super) enum Found {
    /// It collects.
    Collector(Box<PluginBody>),
    /// It reads notifications.
    Traps(TrapPlugin),
}

/// What there is under a name: a plugin, or what is wrong with one, or both, where a broken one would take another's place.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) plugin: Option<Found>,
    pub(super) error: Option<String>,
}

/// All plugins, and all that the folder has to say.
#[derive(Debug, Serialize)]
struct ListBody<'a> {
    #[serde(flatten)]
    list: &'a PluginList,
    #[serde(skip_serializing_if = "Option::is_none")]
    folder: Option<&'a [FolderBody]>,
}

/// Lists the plugins, or shows one; fails if one of those is broken.
pub(super) async fn plugins(args: PluginsArgs, settings: Settings) -> Result<Exit, CommandError> {
    let sandbox = loading::load(&settings).await?;
    match &args.name {
        Some(name) => one(name, &sandbox.plugins(), args.json),
        None => {
            let of_folder = of_folder(&settings, settings.plugins.rules.clone()).await;
            all(&sandbox.plugins(), of_folder, args.json)
        }
    }
}

fn all(
    plugins: &PluginSet,
    of_folder: Result<Option<Vec<FolderBody>>, CommandError>,
    json: bool,
) -> Result<Exit, CommandError> {
    let list = plugin_list(plugins);
    let (of_folder, wrong_lock) = match of_folder {
        Ok(of_folder) => (of_folder, None),
        Err(error) => (None, Some(error)),
    };
    if json {
        output::print_json(&ListBody { list: &list, folder: of_folder.as_deref() })?;
    } else {
        let header = ["NAME", "VERSION", "ORIGIN", "SECTIONS", "DIGEST"];
        let of_traps = of_traps(plugins);
        output::print_table(&header, list.plugins.iter().map(cells).chain(of_traps.iter().map(cells_of_traps)))?;
    }
    complain_of(&list, None);
    list.warnings.iter().for_each(|warning| say::warn(warning));
    let of_folder = of_folder.unwrap_or_default();
    let is_refused = tell_of(&of_folder, &list);
    if let Some(error) = wrong_lock.as_ref().filter(|error| !is_told(&error.to_string(), &list)) {
        complain(&error.to_string());
    }
    Ok(if list.problems.is_empty() && !is_refused && wrong_lock.is_none() { Exit::Done } else { Exit::Failed })
}

/// Whether what is wrong with the folder is told as the reason why nothing of it is loaded.
fn is_told(error: &str, list: &PluginList) -> bool {
    let in_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let error = in_one_line(error);
    list.problems.iter().any(|problem| in_one_line(&problem.error).contains(&error))
}

/// Tells what the folder has to say beyond what is in the list, and whether something of it is wrong.
fn tell_of(of_folder: &[FolderBody], list: &PluginList) -> bool {
    let mut is_refused = false;
    for body in of_folder {
        let is_told = list.problems.iter().any(|problem| problem.name == body.name);
        match (body.state, &body.reason) {
            ("disabled", Some(reason)) => say::note(&format!("plugin {} {reason}", body.name)),
            (_, Some(reason)) if !is_told => {
                complain(&format!("plugin {} {reason}", body.name));
                is_refused = true;
            }
            _ => {}
        }
        if body.changed {
            say::warn(&format!("plugin {}: the file is not the one that was installed", body.name));
        }
        if !body.beyond.is_empty() {
            let beyond = body.beyond.join(", ");
            say::warn(&format!("plugin {}: `reads` in plugins.lock has what it does not declare: {beyond}", body.name));
        }
    }
    is_refused
}

/// What the folder says of its plugins; none where no folder is configured, or where nothing was installed into it.
pub(super) async fn of_folder(settings: &Settings, rules: Rules) -> Result<Option<Vec<FolderBody>>, CommandError> {
    if settings.plugins.dir.is_none() {
        return Ok(None);
    }
    let folder = folder::open(settings)?;
    let limit = folder.bounds().file_bytes;
    let reading = move || {
        let contents: Contents = folder.contents(&rules)?;
        let bodies = facts::of_contents(&contents, &rules, |file| {
            let is_within = std::fs::metadata(&file.path).is_ok_and(|meta| meta.is_file() && meta.len() <= limit);
            is_within.then(|| std::fs::read(&file.path).ok()).flatten()
        });
        Ok(Some(bodies).filter(|bodies| !bodies.is_empty()))
    };
    folder::blocking(reading).await
}

fn one(name: &str, plugins: &PluginSet, json: bool) -> Result<Exit, CommandError> {
    let Shown { plugin, error } = find(name, plugins)?;
    if let Some(found) = &plugin {
        if json { output::print_json(&found.json()?)? } else { output::print(&found.text())? }
    }
    complain_of(&plugin_list(plugins), Some(name));
    Ok(if error.is_some() { Exit::Failed } else { Exit::Done })
}

/// Finds a plugin, or what is wrong with it.
pub(super) fn find(name: &str, plugins: &PluginSet) -> Result<Shown, CommandError> {
    let PluginList { plugins: collectors, problems, .. } = plugin_list(plugins);
    let of_traps = of_traps(plugins);
    let names = collectors.iter().map(|plugin| &plugin.name).chain(of_traps.iter().map(|plugin| &plugin.name));
    let names: Vec<String> = names.cloned().collect();
    let error = problems.into_iter().find(|problem| problem.name == name).map(|problem| problem.error);
    let collector = collectors.into_iter().find(|plugin| plugin.name == name).map(Box::new).map(Found::Collector);
    let of_traps = || of_traps.into_iter().find(|plugin| plugin.name == name).map(Found::Traps);
    let plugin = collector.or_else(of_traps);
    if plugin.is_none() && error.is_none() {
        return Err(CommandError::Usage(format!("there is no plugin {name:?}; there are {}", names.join(", "))));
    }
    Ok(Shown { plugin, error })
}

impl Found {
    /// The same as coming from elsewhere, such as the place from which it was put aside.
    pub(super) fn with_origin(mut self, origin: String) -> Self {
        match &mut self {
            Self::Collector(plugin) => plugin.origin = origin,
            Self::Traps(plugin) => plugin.origin = origin,
        }
        self
    }

    /// In full, for people.
    pub(super) fn text(&self) -> String {
        let (colours, width) = (Colours::of_stdout(), output::terminal_width());
        match self {
            Self::Collector(plugin) => text::of_collector(plugin, colours, width),
            Self::Traps(plugin) => text::of_traps(plugin, colours, width),
        }
    }

    /// In full, for programs.
    pub(super) fn json(&self) -> Result<Value, CommandError> {
        let json = match self {
            Self::Collector(plugin) => serde_json::to_value(plugin),
            Self::Traps(plugin) => serde_json::to_value(plugin),
        };
        json.map_err(|error| CommandError::Output(error.into()))
    }
}

/// Says what is wrong with plugins, or with that of a name.
fn complain_of(list: &PluginList, name: Option<&str>) {
    for problem in list.problems.iter().filter(|problem| name.is_none_or(|name| name == problem.name)) {
        let path = problem.path.as_ref().map(|path| format!(" ({path})")).unwrap_or_default();
        complain(&format!("plugin {}{path}: {}", problem.name, problem.error));
    }
}

/// The plugins that read notifications, which fill no section of a poll: the decoder, then those that add to it.
fn of_traps(plugins: &PluginSet) -> Vec<TrapPlugin> {
    let decoder = plugins.trap_decoder().map(|decoder| {
        let manifest = decoder.manifest();
        TrapPlugin {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            summary: manifest.summary.clone(),
            kind: "trap-decoder",
            origin: origin_word(decoder.origin()),
            digest: decoder.digest().to_owned(),
            prefixes: Vec::new(),
            schema: None,
        }
    });
    let enrichers = plugins.trap_enrichers().iter().map(|enricher| {
        let manifest = enricher.manifest();
        TrapPlugin {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            summary: manifest.summary.clone(),
            kind: "trap-enricher",
            origin: origin_word(enricher.origin()),
            digest: enricher.digest().to_owned(),
            prefixes: manifest.prefixes.iter().map(ToString::to_string).collect(),
            schema: Some(manifest.schema.shared()),
        }
    });
    decoder.into_iter().chain(enrichers).collect()
}

fn cells_of_traps(plugin: &TrapPlugin) -> Vec<String> {
    let what = match plugin.prefixes.as_slice() {
        [] => "(all traps)".to_owned(),
        [prefix] => format!("(traps of {prefix})"),
        prefixes => format!("(traps of {} subtrees)", prefixes.len()),
    };
    vec![plugin.name.clone(), plugin.version.clone(), plugin.origin.clone(), what, digits(&plugin.digest)]
}

/// Twelve digits tell plugins apart; the whole digest is in the JSON.
fn digits(digest: &str) -> String {
    digest.strip_prefix("sha256:").unwrap_or(digest).chars().take(12).collect()
}

fn cells(plugin: &PluginBody) -> Vec<String> {
    let sections: Vec<&str> = plugin.sections.iter().map(|section| section.name.as_str()).collect();
    vec![
        plugin.name.clone(),
        plugin.version.clone(),
        plugin.origin.clone(),
        sections.join(", "),
        digits(&plugin.digest),
    ]
}
