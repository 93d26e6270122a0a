//! `snmp-proxy plugin enable` and `disable`.

use clap::Args;
use config::Settings;
use job::SYSTEM_INFO;
use plugin_folder::PluginName;
use proxy::bundled;
use serde::Serialize;

use super::folder;
use crate::{CommandError, Exit, output};

/// Arguments of `snmp-proxy plugin enable` and `disable`.
#[derive(Debug, Args)]
pub(super) struct EnableArgs {
    /// The plugin
    name: PluginName,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct EnabledBody {
    name: String,
    enabled: bool,
    /// Whether it was not so before.
    changed: bool,
}

/// Says whether a plugin is loaded.
pub(super) async fn set(args: EnableArgs, is_enabled: bool, settings: Settings) -> Result<Exit, CommandError> {
    let folder = folder::open(&settings)?;
    let name = args.name.clone();
    if !is_enabled && name.as_str() == SYSTEM_INFO {
        return Err(CommandError::Usage(format!("every poll needs {SYSTEM_INFO}: it cannot be disabled")));
    }
    let change = move || {
        let bundled: Vec<&str> = bundled().map(|(name, _)| name).collect();
        folder.set_enabled(&name, is_enabled, &bundled)
    };
    let changed = folder::blocking(change).await?;
    let body = EnabledBody { name: args.name.to_string(), enabled: is_enabled, changed };
    if args.json {
        output::print_json(&body)?;
    } else {
        let word = if is_enabled { "enabled" } else { "disabled" };
        let already = if changed { "" } else { " already" };
        output::print(&format!("{} is {word}{already}\n", body.name))?;
    }
    Ok(Exit::Done)
}
