//! `snmp-proxy plugins`: which plugins there are, what they may read, and which of them are broken.

use clap::Args;
use plugin_runtime::PluginSet;

use super::{CommandError, Exit, complain, output};
use crate::{
    Proxy,
    api::wire::{PluginBody, PluginList, origin_word},
    config::Settings,
};

/// Arguments of `snmp-proxy plugins`.
#[derive(Debug, Args)]
pub(super) struct PluginsArgs {
    /// Print JSON as GET /plugins answers it, with all that a plugin may read and imports
    #[arg(long)]
    json: bool,
}

/// Lists the plugins; fails if one of them is broken.
pub(super) async fn plugins(args: PluginsArgs, settings: Settings) -> Result<Exit, CommandError> {
    let proxy = Proxy::start(settings).await?;
    let list = PluginList::of(proxy.plugins());
    if args.json {
        output::print_json(&list)?;
    } else {
        let header = ["NAME", "VERSION", "ORIGIN", "SECTIONS", "DIGEST"];
        output::print_table(&header, list.plugins.iter().map(cells).chain(of_traps(proxy.plugins())))?;
        for problem in &list.problems {
            let path = problem.path.as_ref().map(|path| format!(" ({path})")).unwrap_or_default();
            complain(&format!("plugin {}{path}: {}", problem.name, problem.error));
        }
    }
    Ok(if list.problems.is_empty() { Exit::Done } else { Exit::Failed })
}

/// The plugins that read traps, which fill no section of a poll.
fn of_traps(plugins: &PluginSet) -> Vec<Vec<String>> {
    let decoder = plugins.trap_decoder().map(|decoder| {
        let manifest = decoder.manifest();
        let (name, version) = (manifest.name.clone(), manifest.version.clone());
        vec![name, version, origin_word(decoder.origin()), "(all traps)".to_owned(), digits(decoder.digest())]
    });
    let enrichers = plugins.trap_enrichers().iter().map(|enricher| {
        let manifest = enricher.manifest();
        let prefixes: Vec<String> = manifest.prefixes.iter().map(ToString::to_string).collect();
        let (name, version) = (manifest.name.clone(), manifest.version.clone());
        let what = format!("(traps of {})", prefixes.join(", "));
        vec![name, version, origin_word(enricher.origin()), what, digits(enricher.digest())]
    });
    decoder.into_iter().chain(enrichers).collect()
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
