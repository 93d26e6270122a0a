//! `snmp-proxy plugin remove`.

use clap::Args;
use config::Settings;
use plugin_folder::{FolderError, PluginName};
use proxy::bundled;
use serde::Serialize;

use super::folder;
use crate::{CommandError, Exit, output, say};

/// Arguments of `snmp-proxy plugin remove`.
#[derive(Debug, Args)]
pub(super) struct RemoveArgs {
    /// Plugin to remove
    name: PluginName,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct RemovedBody {
    name: String,
    files: Vec<String>,
    /// The folder with its configurations, which stays.
    configurations: Option<String>,
}

/// Removes a plugin from the folder.
pub(super) async fn remove(args: RemoveArgs, settings: Settings) -> Result<Exit, CommandError> {
    let folder = folder::open(&settings)?;
    let name = args.name.clone();
    let is_bundled = bundled().any(|(bundled, _)| bundled == name.as_str());
    let removed = folder::blocking(move || folder.remove(&name)).await.map_err(|error| match error {
        CommandError::PluginFolder(FolderError::NotThere { name, .. }) if is_bundled => CommandError::Usage(format!(
            "{name} comes with the program and cannot be removed; `snmp-proxy plugin disable {name}` keeps it from being loaded"
        )),
        error => error,
    })?;
    let body = RemovedBody {
        name: args.name.to_string(),
        files: removed.files.iter().map(|file| file.display().to_string()).collect(),
        configurations: removed.configurations.map(|folder| folder.display().to_string()),
    };
    if args.json {
        output::print_json(&body)?;
    } else {
        let files = body.files.iter().map(|file| ("file", file.clone())).collect::<Vec<_>>();
        output::print(&format!("removed {}\n{}", body.name, super::facts::lines(&files)))?;
    }
    if let Some(folder) = &body.configurations {
        say::note(&format!("its configurations in {folder} stay"));
    }
    if is_bundled {
        say::note(&format!("the plugin {} that comes with the program is used again", body.name));
    }
    Ok(Exit::Done)
}
