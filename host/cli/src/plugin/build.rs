//! `snmp-proxy plugin build`: a component of a plugin's folder, with the tools that its language pins, under the name that
//! its manifest says.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;
use config::Settings;
use plugin_tool::{build as build_folder, build_plan as plan, put_into_dist};
use serde::Serialize;

use super::{cure, staged::StagedPlugin};
use crate::{CommandError, Exit, output, say::note};

/// What stands below the flags.
pub(super) const HELP: &str = "\
Tools of Python, JavaScript and C are installed into the plugin's own folder (.venv, node_modules), as it pins them; \
those of Rust are yours, and nothing is added to them.

Exit codes:
  0    dist/NAME.wasm is built, and can be loaded
  1    a tool is missing or failed, or what was built is no plugin
  2    wrong usage: a folder of no language that is known
  130  ended by Ctrl-C, 143 by SIGTERM";

/// Arguments of `snmp-proxy plugin build`.
#[derive(Debug, Args)]
pub(super) struct BuildArgs {
    /// Folder of the plugin
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was built, as programs read it.
#[derive(Debug, Serialize)]
struct BuiltBody {
    file: String,
    /// Octets of the file.
    size: u64,
    /// The names of the plugins that it is: one, or one for each configuration.
    plugins: Vec<String>,
}

/// Builds a plugin.
pub(super) async fn build(args: BuildArgs, settings: Settings) -> Result<Exit, CommandError> {
    let folder = args.folder.clone();
    if let Some(plan) = plan(&folder) {
        note(&plan);
    }
    // It takes as long as compilers take.
    let built = tokio::task::spawn_blocking(move || build_folder(&folder, &wrap)).await;
    let component = built.map_err(|error| CommandError::Staging(error.into()))?.map_err(CommandError::Build)?;
    let staged = StagedPlugin::load(&component, &[], &settings).await?;
    if let Some(problem) = staged.problem() {
        return Ok(cure::complain_of(&component, problem));
    }
    let plugins: Vec<String> = staged.shown()?.into_iter().map(|plugin| plugin.name).collect();
    let file = put_into_dist(&args.folder, &component, staged.name()).map_err(CommandError::Build)?;
    if component.file_name().is_some_and(|name| name == UNNAMED) {
        // It has its name now; a second file would be a second plugin.
        let _ = fs::remove_file(&component);
    }
    let body = BuiltBody { size: size(&file), file: file.display().to_string(), plugins };
    if args.json {
        output::print_json(&body)?;
    } else {
        output::print(&format!("{}: {}, {} octets\n", body.file, body.plugins.join(", "), body.size))?;
    }
    Ok(Exit::Done)
}

/// What a component is called of which nobody knew the name.
const UNNAMED: &str = "component.wasm";

fn size(file: &Path) -> u64 {
    fs::metadata(file).map(|metadata| metadata.len()).unwrap_or_default()
}

/// Makes a component of a core module, which is what a compiler of C leaves.
fn wrap(module: &[u8]) -> Result<Vec<u8>, String> {
    plugin_build::component_of(module).map_err(|error| error.to_string())
}
