//! What the program runs on: every value checked, every secret wrapped, nothing left to look up.

use std::{net::Ipv4Addr, path::PathBuf, time::Duration};

use address::Host;
use limits::Limits;
use plugin_folder::Rules;
use secrecy::SecretString;
use snmp::Oid;

use super::{LogFormat, MinLogLevel, TrapSettings};
use crate::{DeniedTargets, TargetRules};

/// What the program runs on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The HTTP server.
    pub server: ServerSettings,
    /// The least serious log lines that are written.
    pub log_level: MinLogLevel,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Plugins and where they live.
    pub plugins: PluginSettings,
    /// Devices that have options of their own.
    pub targets: TargetRules,
    /// Targets that clients may not ask.
    pub denied_targets: DeniedTargets,
    /// What becomes of notifications.
    pub traps: TrapSettings,
    /// Folder for what outlives the process; `None` keeps nothing. It need not be there yet.
    pub state_dir: Option<PathBuf>,
    /// Every bound.
    pub limits: Limits,
}

/// The HTTP server.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Address to listen on.
    pub host: Host,
    /// Port to listen on; 0 lets the system choose.
    pub port: u16,
    /// What clients must know.
    pub api_key: ApiKey,
    /// Origins that browsers may use this server from; empty means none.
    pub cors_origins: Vec<String>,
    /// Whether others of the same user may read the memory of the process.
    pub allow_core_dumps: bool,
}

/// The key that clients send in `X-API-Key`: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug)]
pub struct ApiKey {
    pub(super) secret: SecretString,
    pub(super) generated: bool,
}

impl ApiKey {
    /// Returns the key itself.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Returns whether the key was made up at this start, so that nobody knows it unless it is printed.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        self.generated
    }
}

/// Plugins and where they live.
#[derive(Clone, Debug)]
pub struct PluginSettings {
    /// Folder whose plugins replace and add to the bundled ones.
    pub dir: Option<PathBuf>,
    /// Folder for compiled plugins; `None` compiles them at each start.
    pub cache_dir: Option<PathBuf>,
    /// Threads that plugins run on; at least one.
    pub threads: usize,
    /// What is demanded of files of the folder.
    pub rules: Rules,
    /// How often the folder is looked at; zero: never.
    pub watch: Duration,
    /// Plugins of the folder that `auto` may take for sections of bundled ones.
    pub takes_over: Vec<String>,
    /// Subtrees that hold secrets, each with the plugin that may read it all the same.
    pub may_read_secrets: Vec<(String, Oid)>,
}

impl Settings {
    /// Returns the defaults with the given key, on a free port of loopback, with no cache, no plugins folder, no
    /// state and no receiver of notifications.
    ///
    /// For tests and for those who embed the proxy.
    #[must_use]
    pub fn with_api_key(key: &str) -> Self {
        Self {
            server: ServerSettings {
                host: Host::V4(Ipv4Addr::LOCALHOST),
                port: 0,
                api_key: ApiKey { secret: SecretString::from(key), generated: false },
                cors_origins: Vec::new(),
                allow_core_dumps: false,
            },
            log_level: MinLogLevel::Info,
            log_format: LogFormat::Auto,
            plugins: PluginSettings {
                dir: None,
                cache_dir: None,
                threads: 2,
                rules: Rules::default(),
                watch: Duration::ZERO,
                takes_over: Vec::new(),
                may_read_secrets: Vec::new(),
            },
            targets: TargetRules::default(),
            denied_targets: DeniedTargets::default(),
            traps: TrapSettings::off(),
            state_dir: None,
            limits: Limits::default(),
        }
    }
}
