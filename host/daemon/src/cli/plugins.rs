//! `snmp-proxy plugins`: which plugins there are, what they may read, and which of them are broken.

use clap::Args;

use super::{CommandError, Exit, complain, output};
use crate::{
    Proxy,
    api::wire::{PluginBody, PluginList},
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
        output::print_table(&header, list.plugins.iter().map(cells))?;
        for problem in &list.problems {
            let path = problem.path.as_ref().map(|path| format!(" ({path})")).unwrap_or_default();
            complain(&format!("plugin {}{path}: {}", problem.name, problem.error));
        }
    }
    Ok(if list.problems.is_empty() { Exit::Done } else { Exit::Failed })
}

fn cells(plugin: &PluginBody) -> Vec<String> {
    // Twelve digits tell plugins apart; the whole digest is in the JSON.
    let digest = plugin.digest.strip_prefix("sha256:").unwrap_or(&plugin.digest);
    let sections: Vec<&str> = plugin.sections.iter().map(|section| section.name.as_str()).collect();
    vec![
        plugin.name.clone(),
        plugin.version.clone(),
        plugin.origin.clone(),
        sections.join(", "),
        digest.chars().take(12).collect(),
    ]
}
