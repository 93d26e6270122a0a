//! Flags that set keys of the configuration, stronger than the file and the environment.
//!
//! They are taken as text and checked by the table of keys, so that a wrong flag is reported beside everything else
//! that is wrong. The defaults in their help are held equal to the table by a test.

use std::path::{Path, PathBuf};

use clap::Args;
use config::{Flag, Loaded, PluginsDir, Sources, load_with};
use secrecy::{ExposeSecret, SecretString};

use super::CommandError;

/// Flags of every command, before it or after it.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Program")]
pub(super) struct ProgramFlags {
    /// Configuration file (TOML); see examples/snmp-proxy.toml
    #[arg(long, global = true, value_name = "FILE", env = "SNMP_PROXY_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// Folder with plugins that add to the bundled ones and replace those of the same name
    #[arg(long, global = true, value_name = "DIR")]
    plugins_dir: Option<String>,
    /// Folder for compiled plugins [default: $XDG_CACHE_HOME/snmp-proxy or the like]
    #[arg(long, global = true, value_name = "DIR")]
    cache_dir: Option<String>,
    /// Lowest level of log lines: DEBUG, INFO, WARNING, ERROR, CRITICAL [default: info]
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<String>,
}

/// Flags of the server.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Server")]
pub(super) struct ServeFlags {
    /// Address to listen on [default: 0.0.0.0]
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// Port to listen on, 0 for any free port [default: 8899]
    #[arg(long, value_name = "PORT")]
    port: Option<String>,
    /// Polls that run at the same time [default: 6]
    #[arg(long, value_name = "COUNT")]
    max_concurrent: Option<String>,
    /// Hours for which finished tickets are kept [default: 1]
    #[arg(long, value_name = "HOURS")]
    retention_hours: Option<String>,
    /// Seconds that one GET may take, if a request does not say [default: 10]
    #[arg(long, value_name = "SECONDS")]
    get_timeout: Option<String>,
    /// Seconds that one walk may take, if a request does not say [default: 120]
    #[arg(long, value_name = "SECONDS")]
    walk_timeout: Option<String>,
    /// Address to listen on for traps and informs, such as 0.0.0.0:162 or [::]:162; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    trap_listen: Vec<String>,
    /// Folder for what is kept over a restart, such as received traps [default: $STATE_DIRECTORY, else none]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<String>,
    /// API key that clients must send; visible to everyone on this machine, prefer a file or the environment
    #[arg(long, value_name = "TEXT")]
    api_key: Option<SecretString>,
}

impl ProgramFlags {
    /// Reads the configuration under these flags and those of the server.
    pub(super) fn load(&self, server: &ServeFlags, plugins_dir: PluginsDir) -> Result<Loaded, CommandError> {
        let file = self.config.as_deref();
        let flags = server.flags().chain(self.flags()).collect();
        let sources = Sources::gather(file, flags).map_err(|source| {
            let path = file.map(Path::to_owned).unwrap_or_default();
            CommandError::ConfigFile { path, source }
        })?;
        Ok(load_with(&sources, plugins_dir)?)
    }

    /// Returns the keys that these flags set.
    pub(super) fn flags(&self) -> impl Iterator<Item = Flag> {
        given([
            ("--plugins-dir", "plugins", "dir", self.plugins_dir.clone()),
            ("--cache-dir", "plugins", "cache_dir", self.cache_dir.clone()),
            ("--log-level", "log", "level", self.log_level.clone()),
        ])
    }
}

impl ServeFlags {
    /// Returns the keys that these flags set.
    pub(super) fn flags(&self) -> impl Iterator<Item = Flag> {
        // As a list stands in an environment variable.
        let trap_listen = (!self.trap_listen.is_empty()).then(|| self.trap_listen.join(","));
        given([
            ("--host", "server", "host", self.host.clone()),
            ("--port", "server", "port", self.port.clone()),
            ("--max-concurrent", "polls", "max_concurrent", self.max_concurrent.clone()),
            ("--retention-hours", "tickets", "retention", self.retention_hours.as_deref().map(hours_as_seconds)),
            ("--get-timeout", "snmp", "get_timeout", self.get_timeout.clone()),
            ("--walk-timeout", "snmp", "walk_timeout", self.walk_timeout.clone()),
            ("--trap-listen", "traps", "listen", trap_listen),
            ("--state-dir", "state", "dir", self.state_dir.clone()),
            ("--api-key", "server", "api_key", self.api_key.as_ref().map(|key| key.expose_secret().to_owned())),
        ])
    }
}

fn given<const N: usize>(
    flags: [(&'static str, &'static str, &'static str, Option<String>); N],
) -> impl Iterator<Item = Flag> {
    flags.into_iter().filter_map(|(name, section, key, value)| Some(Flag { name, section, key, value: value? }))
}

/// The key is a length of time, for which a plain number means seconds. What is no number is left for it to refuse.
fn hours_as_seconds(hours: &str) -> String {
    hours.trim().parse::<f64>().map_or_else(|_| hours.to_owned(), |hours| (hours * 3600.0).to_string())
}
