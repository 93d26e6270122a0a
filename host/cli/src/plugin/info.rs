//! `snmp-proxy plugin info`: a plugin in full, with what the folder says of it.

use clap::Args;
use config::Settings;
use plugin_folder::PluginName;
use serde::Serialize;
use serde_json::Value;

use super::{
    facts::{self, FolderBody},
    list,
    trust::TrustFlags,
};
use crate::{CommandError, Exit, loading, output};

/// Arguments of `snmp-proxy plugin info`.
#[derive(Debug, Args)]
pub(super) struct InfoArgs {
    /// The plugin
    name: PluginName,
    #[command(flatten)]
    trust: TrustFlags,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct InfoBody {
    name: String,
    /// As `GET /plugins/NAME` answers it; null where it is not loaded.
    plugin: Option<Value>,
    /// Why it is not, where it should be.
    error: Option<String>,
    /// Null where there is no folder, or the folder says nothing of it.
    folder: Option<FolderBody>,
}

/// Shows a plugin.
pub(super) async fn info(args: InfoArgs, settings: Settings) -> Result<Exit, CommandError> {
    let rules = args.trust.rules(&settings.plugins.rules)?;
    let of_folder = list::of_folder(&settings, rules).await?.unwrap_or_default();
    let folder = of_folder.into_iter().find(|body| body.name == args.name.as_str());
    let sandbox = loading::load(&settings).await?;
    let shown = match list::find(args.name.as_str(), &sandbox.plugins()) {
        Ok(shown) => Some(shown),
        // It is there, though it is not loaded.
        Err(_) if folder.is_some() => None,
        Err(error) => return Err(error),
    };
    let (plugin, error) = shown.map(|shown| (shown.plugin, shown.error)).unwrap_or_default();
    let is_broken = error.is_some() || folder.as_ref().is_some_and(|body| matches!(body.state, "refused" | "missing"));
    if args.json {
        let plugin = plugin.as_ref().map(list::Found::json).transpose()?;
        output::print_json(&InfoBody { name: args.name.to_string(), plugin, error, folder })?;
    } else {
        let page = plugin.as_ref().map_or_else(|| format!("{}\n", args.name), list::Found::text);
        let rows = folder.as_ref().map(FolderBody::rows).unwrap_or_default();
        let rows =
            if rows.is_empty() { String::new() } else { format!("\nin the plugin folder\n{}", facts::lines(&rows)) };
        output::print(&format!("{page}{rows}"))?;
        if let Some(error) = error {
            crate::complain(&format!("plugin {}: {error}", args.name));
        }
    }
    Ok(if is_broken { Exit::Failed } else { Exit::Done })
}
