//! `snmp-proxy plugin new`: a folder with a plugin that works, its tests, a recording and what CI runs.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use plugin_tool::{InvalidName, Language, PluginName, write_template};

use crate::{CommandError, Exit, output};

/// What stands below the flags.
pub(super) const HELP: &str = "\
Exit codes:
  0    the folder is written
  1    it cannot be written
  2    wrong usage: a name that no plugin may have, a folder that is not empty, a language without a template";

/// Arguments of `snmp-proxy plugin new`.
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// Name of the plugin, lower-kebab-case, such as fan-speeds
    name: String,
    /// Language of the plugin; Go is experimental, and has no template yet
    #[arg(long, value_enum)]
    language: NewLanguage,
    /// Folder to write, which is empty or not there yet [default: the name, in this folder]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// MIB module to make the plugin of; not in this release
    #[arg(long, value_name = "FILE")]
    mib: Option<PathBuf>,
}

/// The languages that one may ask for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum NewLanguage {
    Rust,
    Python,
    #[value(name = "javascript", alias = "js")]
    JavaScript,
    C,
    Go,
}

impl NewLanguage {
    fn language(self) -> Option<Language> {
        match self {
            Self::Rust => Some(Language::Rust),
            Self::Python => Some(Language::Python),
            Self::JavaScript => Some(Language::JavaScript),
            Self::C => Some(Language::C),
            Self::Go => None,
        }
    }
}

/// Writes the folder of a new plugin.
pub(super) fn new(args: &NewArgs) -> Result<Exit, CommandError> {
    if args.mib.is_some() {
        return Err(CommandError::Usage(
            "--mib is not in this release: make the plugin without it, and name the objects by their OIDs".to_owned(),
        ));
    }
    let name: PluginName =
        args.name.parse().map_err(|error: InvalidName| CommandError::Usage(format!("{}: {error}", args.name)))?;
    let Some(language) = args.language.language() else {
        return Err(CommandError::Usage(
            "Go is experimental, and there is no template for it in this release: take rust, python, javascript or c"
                .to_owned(),
        ));
    };
    let folder = args.folder.clone().unwrap_or_else(|| name.as_str().into());
    let files = write_template(language, &name, &folder).map_err(CommandError::Template)?;
    let shown = folder.display();
    output::print(&format!(
        "{shown}: {files} files\n\nnext:\n  cd {shown}\n  snmp-proxy plugin build\n  snmp-proxy plugin test\n"
    ))?;
    Ok(Exit::Done)
}
