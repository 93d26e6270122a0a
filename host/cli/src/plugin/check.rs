//! Whether what lies aside is a plugin: it is loaded as the server loads it.

use config::Settings;
use plugin_folder::{Description, PluginName, Staged};
use proxy::{CheckedPlugin, Sandbox};
use runtime::LoadError;

use super::cure::cure;
use crate::{CommandError, loading};

/// Loads a plugin that lies aside, and gives it the name that its manifest says; where a name was given, it has to be
/// that one. Messages call it as it was typed.
pub(super) async fn check(
    mut staged: Staged,
    source: &str,
    is_name_given: bool,
    settings: &Settings,
) -> Result<(Staged, CheckedPlugin), CommandError> {
    let sandbox = Sandbox::empty(settings)?;
    let wasm = std::fs::read(staged.wasm()).unwrap_or_default();
    let refused = |error: LoadError| {
        let cure = cure(&error, &wasm);
        CommandError::Plugin { place: source.to_owned(), error, cure }
    };
    let load = async |staged: &Staged| {
        loading::named(settings, async |events| sandbox.check(staged.wasm(), events).await).await
    };
    match load(&staged).await {
        Ok(checked) => Ok((staged, checked)),
        Err(LoadError::OtherName { name }) if !is_name_given => {
            let name: PluginName = name.parse().map_err(|_| refused(LoadError::OtherName { name }))?;
            staged.rename(name)?;
            let checked = load(&staged).await.map_err(refused)?;
            Ok((staged, checked))
        }
        Err(error) => Err(refused(error)),
    }
}

/// What the folder keeps of it.
pub(super) fn description(checked: &CheckedPlugin) -> Description {
    Description { version: checked.version.clone(), reads: checked.reads.clone() }
}
