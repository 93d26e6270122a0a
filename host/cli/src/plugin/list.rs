//! `snmp-proxy plugins`: which plugins there are, what they may read, and which of them are broken.

use api::wire::{PluginBody, PluginList};
use clap::Args;
use config::Settings;
use proxy::{origin_word, plugin_list};
use runtime::PluginSet;
use serde_json::Value;

use super::text::{self, TrapPlugin};
use crate::{CommandError, Exit, complain, ink::Ink, loading, output};

/// Arguments of `snmp-proxy plugins`.
#[derive(Debug, Args)]
pub(crate) struct PluginsArgs {
    /// Plugin to show in full: what it reads, takes and gives
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Print JSON as GET /plugins and GET /plugins/NAME answer it, with all that a plugin may read and imports
    #[arg(long)]
    json: bool,
}

/// Lists the plugins, or shows one; fails if one of those is broken.
pub(crate) async fn plugins(args: PluginsArgs, settings: Settings) -> Result<Exit, CommandError> {
    let sandbox = loading::load(&settings).await?;
    match &args.name {
        Some(name) => one(name, sandbox.plugins(), args.json),
        None => all(sandbox.plugins(), args.json),
    }
}

fn all(plugins: &PluginSet, json: bool) -> Result<Exit, CommandError> {
    let list = plugin_list(plugins);
    if json {
        output::print_json(&list)?;
    } else {
        let header = ["NAME", "VERSION", "ORIGIN", "SECTIONS", "DIGEST"];
        let of_traps = of_traps(plugins);
        output::print_table(&header, list.plugins.iter().map(cells).chain(of_traps.iter().map(cells_of_traps)))?;
    }
    complain_of(&list, None);
    Ok(if list.problems.is_empty() { Exit::Done } else { Exit::Failed })
}

fn one(name: &str, plugins: &PluginSet, json: bool) -> Result<Exit, CommandError> {
    let list = plugin_list(plugins);
    let (ink, width) = (Ink::of_stdout(), output::terminal_width());
    let of_traps = of_traps(plugins);
    let is_broken = list.problems.iter().any(|problem| problem.name == name);
    if let Some(plugin) = list.plugins.iter().find(|plugin| plugin.name == name) {
        if json { output::print_json(plugin)? } else { output::print(&text::of_collector(plugin, ink, width))? }
    } else if let Some(plugin) = of_traps.iter().find(|plugin| plugin.name == name) {
        if json { output::print_json(plugin)? } else { output::print(&text::of_traps(plugin, ink, width))? }
    } else if !is_broken {
        let names = list.plugins.iter().map(|plugin| &plugin.name).chain(of_traps.iter().map(|plugin| &plugin.name));
        let names: Vec<&str> = names.map(String::as_str).collect();
        return Err(CommandError::Usage(format!("there is no plugin {name:?}; there are {}", names.join(", "))));
    }
    complain_of(&list, Some(name));
    Ok(if is_broken { Exit::Failed } else { Exit::Done })
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
            schema: Value::Null,
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
            schema: manifest.schema.clone(),
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
