//! Exit codes, and the errors that end a command.

use std::{io, net::SocketAddr, path::PathBuf, process::ExitCode};

use config::ConfigError;
use decoding::DecodeError;
use limits::API_KEY_MIN_OCTETS;
use plugin_folder::FolderError;
use plugin_tool::{BuildError, TemplateError};
use proxy::StartError;
use registry::RegistryError;
use runtime::LoadError;
use thiserror::Error;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything that was asked for is there.
    Done,
    /// Nothing is there: no answer, an error, a server that cannot start, a broken plugin.
    Failed,
    /// What was typed or configured cannot be.
    Usage,
    /// Something is there, and something is missing.
    Partial,
    /// A signal of this number ended it.
    Signal(u8),
}

/// The exit codes as `--help` shows them.
pub(super) const HELP: &str = "\
Exit codes:
  0    done, nothing is missing
  1    failed: no answer, an error, a broken plugin, a server that cannot start
  2    wrong usage or configuration
  3    partial: some values or tables are missing
  130  ended by Ctrl-C, 143 by SIGTERM (the server and `simulate` end with 0)";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Partial => 3,
            Exit::Signal(number) => number.saturating_add(128),
        })
    }
}

/// Why a command could not do its work.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The configuration file cannot be read.
    #[error("cannot read {}", path.display())]
    ConfigFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What was typed cannot be.
    #[error("{0}")]
    Usage(String),
    /// A community or a password cannot be read from its file.
    #[error("cannot read {}", path.display())]
    SecretFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file with packets cannot be read.
    #[error("cannot read {}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A recording cannot be written.
    #[error("cannot write {}", path.display())]
    Recording {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A plugin cannot be put aside to be looked at.
    #[error("cannot write to the folder for temporary files")]
    Staging(#[source] io::Error),
    /// A plugin cannot be built.
    #[error(transparent)]
    Build(BuildError),
    /// A new plugin cannot be written.
    #[error(transparent)]
    Template(TemplateError),
    /// Nothing can be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The engine or the plugins do not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// What should be a plugin cannot be loaded as one.
    #[error("{place} {}", error.with_causes())]
    Plugin {
        /// Where it is, as it was typed.
        place: String,
        /// Why.
        error: LoadError,
        /// What to do about it, where that is known.
        cure: Option<String>,
    },
    /// The file of a plugin cannot be read.
    #[error(transparent)]
    PluginFile(FolderError),
    /// The plugin folder cannot be read or changed.
    #[error(transparent)]
    PluginFolder(#[from] FolderError),
    /// A registry has nothing, or takes nothing.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The server cannot listen.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// Others than this machine's programs could guess the key.
    #[error(
        "the API key has fewer than {API_KEY_MIN_OCTETS} octets, and {address} is not a loopback address: choose a longer key, \
         or listen on 127.0.0.1 (--host)"
    )]
    ShortKey {
        /// Where the server would listen.
        address: SocketAddr,
    },
    /// No notifications can come in.
    #[error("cannot listen for notifications")]
    ListenForTraps(#[source] io::Error),
    /// The server broke off.
    #[error("the HTTP server stopped")]
    Serve(#[source] io::Error),
    /// The recordings cannot be served.
    #[error("cannot simulate")]
    Simulate(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The server does not serve, or cannot be reached.
    #[error("{server} is not healthy: {reason}")]
    Unhealthy {
        /// Its address.
        server: String,
        /// What it said, or what the system says of it.
        reason: String,
    },
    /// Manual pages cannot be written.
    #[error("cannot write to {}", path.display())]
    Manual {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard output is gone.
    #[error("cannot write to standard output")]
    Output(#[source] io::Error),
    /// The system does not let the program listen to signals.
    #[error("cannot listen to signals")]
    Signals(#[source] io::Error),
}

impl CommandError {
    /// Returns what to do about it, where that is known and not a part of the message.
    #[must_use]
    pub fn cure(&self) -> Option<&str> {
        match self {
            Self::Plugin { cure, .. } => cure.as_deref(),
            _ => None,
        }
    }

    /// Returns how a command ends with this error.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::ConfigFile { .. }
            | Self::Config(_)
            | Self::Usage(_)
            | Self::SecretFile { .. }
            | Self::Input { .. }
            | Self::Build(BuildError::UnknownLanguage(_) | BuildError::Go(_))
            | Self::Template(TemplateError::NotAvailable { .. } | TemplateError::NotEmpty { .. })
            | Self::ShortKey { .. }
            | Self::PluginFile(_)
            | Self::PluginFolder(FolderError::Lock(_) | FolderError::NotThere { .. } | FolderError::NoFolder { .. }) => {
                Exit::Usage
            }
            _ => Exit::Failed,
        }
    }
}
