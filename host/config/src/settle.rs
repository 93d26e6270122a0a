//! Makes [`Settings`] of the values that all sources left: what takes several keys or a look around to judge.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use limits::SIGNATURE_BYTES;
use plugin_folder::{InvalidKey, Rules, TrustedKey};
use snmp::Oid;

use super::{Origin, PluginSettings, ServerSettings, Settings, layers::Layers, secret_file, traps};

/// Whether the plugin folder has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PluginsDir {
    /// It has: the plugins that the operator wants would be missing.
    IsThere,
    /// It need not be, since the command makes it.
    MayBeMissing,
}

/// Returns what the program runs on; `None` where anything is wrong, which is in the findings then.
pub(super) fn settle(
    layers: &mut Layers,
    environment: &[(String, String)],
    plugins_dir: PluginsDir,
) -> Option<Settings> {
    layers.check_pairs();
    layers.check_cors_origins();
    layers.check_listening();
    layers.check_readers();
    layers.check_plugins_dir(plugins_dir);
    let may_read_secrets = layers.may_read_secrets();
    let rules = layers.plugin_rules();
    let api_key = layers.api_key();
    let traps = traps::settle(layers.keys.trap_tables(), &layers.origins, environment, &mut layers.findings);
    layers.find_state_dir(environment);
    let plugins = &mut layers.keys.plugins;
    if plugins.cache {
        plugins.cache_dir.get_or_insert_with(|| default_cache_dir(environment));
    }
    let api_key = api_key.filter(|_| layers.findings.problems.is_empty())?;
    let keys = layers.keys.clone();
    Some(Settings {
        server: ServerSettings {
            host: keys.server.host,
            port: keys.server.port,
            api_key,
            cors_origins: keys.server.cors_origins,
            allow_core_dumps: keys.server.allow_core_dumps,
        },
        log_level: keys.log.level,
        log_format: keys.log.format,
        plugins: PluginSettings {
            dir: keys.plugins.dir,
            cache_dir: keys.plugins.cache_dir.filter(|_| keys.plugins.cache),
            threads: match keys.plugins.threads {
                0 => std::thread::available_parallelism().map_or(1, usize::from),
                threads => threads,
            },
            rules,
            watch: keys.plugins.watch,
            takes_over: keys.plugins.takes_over,
            may_read_secrets,
        },
        targets: keys.targets.iter().map(|entry| entry.keys.rule()).collect(),
        denied_targets: keys.targets.iter().flat_map(|entry| entry.keys.denied()).copied().collect(),
        traps,
        state_dir: keys.state.dir,
        limits: keys.limits,
    })
}

impl Layers {
    /// Refuses pairs of keys of one section where the first would be larger than the second.
    fn check_pairs(&mut self) {
        let snmp = &self.keys.limits.snmp;
        let sandbox = &self.keys.limits.sandbox;
        let pairs = [
            ("snmp", "max_repetitions", "max_repetitions_ceiling", snmp.max_repetitions > snmp.max_repetitions_ceiling),
            ("sandbox", "output_bytes", "memory_bytes", sandbox.output_bytes > sandbox.memory_bytes),
            ("sandbox", "open_readers", "handles", sandbox.open_readers > sandbox.handles),
        ];
        for (section, small, large, wrong) in pairs {
            if wrong {
                // Blame the one that was written last, that is, by the stronger source.
                let (one, other) = (self.origins.of(section, small), self.origins.of(section, large));
                let (origin, key, message) = if one.strength() >= other.strength() {
                    (one, small, format!("is larger than {section}.{large}"))
                } else {
                    (other, large, format!("is smaller than {section}.{small}"))
                };
                self.findings.report(origin.clone(), Some(format!("{section}.{key}")), message);
            }
        }
    }

    fn check_cors_origins(&mut self) {
        let is_origin = |text: &str| {
            let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
            host.is_some_and(|host| {
                !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
            })
        };
        let wrong: Vec<_> = self.keys.server.cors_origins.iter().filter(|origin| !is_origin(origin)).cloned().collect();
        for text in wrong {
            let message = format!("{text:?} is not an origin such as \"https://example.org\"");
            self.report_key("server", "cors_origins", message);
        }
    }

    /// Refuses a plugins folder that cannot be read: the plugins that the operator wants would be missing.
    fn check_plugins_dir(&mut self, plugins_dir: PluginsDir) {
        let Some(dir) = &self.keys.plugins.dir else { return };
        if let Err(error) = std::fs::read_dir(dir) {
            if plugins_dir == PluginsDir::MayBeMissing && error.kind() == std::io::ErrorKind::NotFound {
                return;
            }
            let message = secret_file::cannot_read(dir, &error);
            self.report_key("plugins", "dir", message);
        }
    }

    /// Reads what is demanded of plugins of the folder.
    fn plugin_rules(&mut self) -> Rules {
        let keys = self.keys.plugins.clone();
        let mut trusted_keys = Vec::new();
        for (place, text) in keys.trusted_keys.iter().enumerate() {
            match trusted_key(text) {
                Ok(key) => trusted_keys.push(key),
                Err(error) => self.report_key("plugins", "trusted_keys", format!("entry {}: {error}", place + 1)),
            }
        }
        if keys.require_signatures && keys.trusted_keys.is_empty() {
            let message = "needs a key in plugins.trusted_keys: without one no plugin of the folder could be loaded";
            self.report_key("plugins", "require_signatures", message.to_owned());
        }
        Rules { require_lock: keys.require_lock, require_signatures: keys.require_signatures, trusted_keys }
    }

    /// Reads which plugin may read which subtree.
    fn may_read_secrets(&mut self) -> Vec<(String, Oid)> {
        let entries = self.keys.plugins.may_read_secrets.clone();
        let mut read = Vec::new();
        for entry in entries {
            let parts = entry.split_once(' ').map(|(plugin, subtree)| (plugin, subtree.trim().parse()));
            match parts {
                Some((plugin, Ok(subtree))) if !plugin.is_empty() => read.push((plugin.to_owned(), subtree)),
                _ => {
                    let message =
                        format!("{entry:?} is not a plugin and a subtree such as \"snmp-audit 1.3.6.1.6.3.18.1.1\"");
                    self.report_key("plugins", "may_read_secrets", message);
                }
            }
        }
        read
    }

    /// Takes the folder of the service under systemd, where no other is given.
    fn find_state_dir(&mut self, environment: &[(String, String)]) {
        const VARIABLE: &str = "STATE_DIRECTORY";
        if self.keys.state.dir.is_none() {
            self.keys.state.dir = folder_of(environment, VARIABLE);
            if self.keys.state.dir.is_some() {
                self.origins.set("state", "dir", Origin::Environment(VARIABLE.to_owned()));
            }
        }
    }

    fn report_key(&mut self, section: &str, key: &str, message: String) {
        self.findings.report_key(&self.origins, section, key, message);
    }
}

/// Finds the folder for caches: of the service under systemd, else of the user, else of the system.
fn default_cache_dir(environment: &[(String, String)]) -> PathBuf {
    folder_of(environment, "CACHE_DIRECTORY")
        .or_else(|| folder_of(environment, "XDG_CACHE_HOME").map(|dir| dir.join("snmp-proxy")))
        .or_else(|| folder_of(environment, "HOME").map(|dir| dir.join(".cache/snmp-proxy")))
        .unwrap_or_else(|| PathBuf::from("/var/cache/snmp-proxy"))
}

/// The folder that a variable of the environment names; the first of several.
fn folder_of(environment: &[(String, String)], variable: &str) -> Option<PathBuf> {
    let (_, value) = environment.iter().rev().find(|(name, _)| name == variable)?;
    // The XDG specification ignores relative paths; systemd separates several folders by colons.
    value.split(':').next().map(PathBuf::from).filter(|path| path.is_absolute())
}

/// A public key of minisign as it is, or in a file such as `minisign.pub`.
fn trusted_key(text: &str) -> Result<TrustedKey, String> {
    let error = match text.parse() {
        Ok(key) => return Ok(key),
        Err(error @ InvalidKey) => error.to_string(),
    };
    // A key that lacks a sign is no name of a file.
    let path = Path::new(text);
    if text.contains('\n') || text.starts_with("RW") && !path.exists() {
        return Err(error);
    }
    let mut key = String::new();
    let read = File::open(path).and_then(|file| file.take(SIGNATURE_BYTES).read_to_string(&mut key));
    read.map_err(|read| format!("{error}; as a file: {}", secret_file::cannot_read(path, &read)))?;
    key.parse().map_err(|error: InvalidKey| format!("{}: {error}", path.display()))
}
