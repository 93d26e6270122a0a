//! A plugin of any file, loaded as the server loads those of its folder.
//!
//! The file is put into a folder of its own under the name that its manifest says, whatever it is called where its author
//! built it. Sandbox, limits and the plugins that come with the program are those of a poll.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use config::Settings;
use plugin_folder::is_kebab_case;
use plugin_tool::plugin_name;
use proxy::Sandbox;
use runtime::{LoadError, LoadProblem, Origin, Plugin, PluginSet, shown_path};
use serde_json::Value;
use tempfile::TempDir;

use super::list;
use crate::{CommandError, loading};

/// A plugin, or why there is none, and the sandbox that it is in.
pub(super) struct StagedPlugin {
    pub(super) sandbox: Sandbox,
    /// What all of it was loaded with.
    pub(super) settings: Settings,
    pub(super) set: Arc<PluginSet>,
    file: PathBuf,
    folder: TempDir,
    name: String,
}

/// A plugin in full.
#[derive(Debug)]
pub(super) struct ShownPlugin {
    pub(super) name: String,
    /// For people.
    pub(super) text: String,
    /// As `GET /plugins/NAME` answers it.
    pub(super) json: Value,
}

/// What a plugin is called at first whose file has a name that no plugin may have.
const NAMELESS: &str = "plugin";

impl StagedPlugin {
    /// Loads the plugin of a file, and beside it further ones.
    pub(super) async fn load(file: &Path, with: &[PathBuf], settings: &Settings) -> Result<Self, CommandError> {
        let name = plugin_name(file);
        let name = if is_kebab_case(&name) { name } else { NAMELESS.to_owned() };
        let staged = Self::load_as(name, file, with, settings).await?;
        match staged.problem().map(|problem| &problem.error) {
            Some(LoadError::OtherName { name }) => Self::load_as(name.clone(), file, with, settings).await,
            _ => Ok(staged),
        }
    }

    async fn load_as(name: String, file: &Path, with: &[PathBuf], settings: &Settings) -> Result<Self, CommandError> {
        let mut settings = settings.clone();
        let folder = tempfile::tempdir().map_err(CommandError::Staging)?;
        let plugins = folder.path().join("plugins");
        let limit = settings.limits.sandbox.file_bytes;
        let stage = |file: &Path, name: &str| stage(file, &plugins.join(format!("{name}.wasm")), limit);
        stage(file, &name)?;
        for other in with {
            stage(other, &plugin_name(other))?;
        }
        settings.plugins.dir = Some(plugins);
        // What is compiled once need not be compiled again where the name turns out to be another one.
        settings.plugins.cache_dir.get_or_insert_with(|| folder.path().join("compiled"));
        show_all_that_is_printed(&mut settings);
        let sandbox = loading::load(&settings).await?;
        let set = sandbox.plugins();
        Ok(Self { sandbox, settings, set, file: file.to_owned(), folder, name })
    }

    /// The plugins of the file that collect: one, or one with each configuration beside it.
    pub(super) fn collectors(&self) -> Vec<Plugin> {
        let is_ours = |plugin: &&Plugin| matches!(plugin.origin(), Origin::File(path) if self.is_of_file(path));
        self.set.plugins().filter(is_ours).cloned().collect()
    }

    /// The plugins of the file, of every kind, in full, as they were before they were put aside.
    pub(super) fn shown(&self) -> Result<Vec<ShownPlugin>, CommandError> {
        let set = &self.set;
        let origins = set.plugins().map(|plugin| (plugin.manifest().name.as_str(), plugin.origin()));
        let decoder = set.trap_decoder().map(|decoder| (decoder.manifest().name.as_str(), decoder.origin()));
        let enrichers =
            set.trap_enrichers().iter().map(|enricher| (enricher.manifest().name.as_str(), enricher.origin()));
        let is_ours = |origin: &Origin| matches!(origin, Origin::File(path) if self.is_of_file(path));
        let ours = origins.chain(decoder).chain(enrichers).filter(|(_, origin)| is_ours(origin));
        let mut shown = Vec::new();
        for (name, _) in ours {
            let Some(found) = list::find(name, set)?.plugin else { continue };
            let found = found.with_origin(shown_path(&self.file));
            shown.push(ShownPlugin { name: name.to_owned(), text: found.text(), json: found.json()? });
        }
        Ok(shown)
    }

    /// What the plugin is called; where it cannot be loaded, what its file is.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong with the file.
    pub(super) fn problem(&self) -> Option<&LoadProblem> {
        let is_ours = |problem: &&Arc<LoadProblem>| problem.path.as_deref().is_some_and(|path| self.is_of_file(path));
        self.set.problems().iter().find(is_ours).map(|problem| &**problem)
    }

    /// Whether a path of the folder is that of the file, or of a configuration of it.
    fn is_of_file(&self, path: &Path) -> bool {
        let here = self.folder.path().join("plugins");
        path == here.join(format!("{}.wasm", self.name)) || path.starts_with(here.join(&self.name))
    }
}

/// Copies a component and, where it is configured, the files of the folder of its name beside it.
fn stage(file: &Path, place: &Path, limit: u64) -> Result<(), CommandError> {
    let unreadable = |source: io::Error| CommandError::Input { path: file.to_owned(), source };
    fs::create_dir_all(place.parent().unwrap_or(place)).map_err(CommandError::Staging)?;
    if !fs::metadata(file).map_err(unreadable)?.is_file() {
        return Err(CommandError::Usage(format!("{}: it is not a file", file.display())));
    }
    let mut copy = File::create(place).map_err(CommandError::Staging)?;
    // One octet more than may be: then the runtime itself says that it is too large.
    let mut octets = File::open(file).map_err(unreadable)?.take(limit.saturating_add(1));
    io::copy(&mut octets, &mut copy).map_err(unreadable)?;
    let configurations = file.with_extension("");
    let Ok(entries) = fs::read_dir(&configurations) else { return Ok(()) };
    let folder = place.with_extension("");
    fs::create_dir_all(&folder).map_err(CommandError::Staging)?;
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
        let name = path.file_name().unwrap_or_default();
        fs::copy(&path, folder.join(name)).map_err(|source| CommandError::Input { path: path.clone(), source })?;
    }
    Ok(())
}

/// Bounds on what is shown of a run are for the server's log; a plugin notices nothing of them.
fn show_all_that_is_printed(settings: &mut Settings) {
    let sandbox = &mut settings.limits.sandbox;
    sandbox.log_lines = 100_000;
    sandbox.log_line_bytes = limits::kib(64);
    sandbox.print_bytes = limits::mib(64);
    sandbox.message_bytes = limits::kib(64);
    settings.limits.polls.ticket_log_lines = 10_000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_staged_is_bounded_and_brings_its_configurations() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fans.wasm");
        fs::write(&file, [0; 100]).unwrap();
        fs::create_dir(folder.path().join("fans")).unwrap();
        fs::write(folder.path().join("fans/a.yaml"), "a").unwrap();
        let place = folder.path().join("staged/other.wasm");
        stage(&file, &place, 50).unwrap();
        assert_eq!(fs::read(&place).unwrap().len(), 51);
        assert_eq!(fs::read_to_string(folder.path().join("staged/other/a.yaml")).unwrap(), "a");
        assert!(stage(folder.path(), &place, 50).unwrap_err().to_string().ends_with("it is not a file"));
    }
}
