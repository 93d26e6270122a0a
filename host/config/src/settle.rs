//! Makes [`Settings`] of the values that all sources left: what takes several keys or a look around to judge.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use snmp::Oid;

use super::{
    ApiKey, ConfigError, Loaded, Origin, PluginSettings, Problem, ServerSettings, Settings, load::Layers, secret_file,
};

impl Layers {
    pub(super) fn settle(mut self, environment: &[(String, String)]) -> Result<Loaded, ConfigError> {
        self.check_pairs();
        self.check_cors_origins();
        self.check_plugins_dir();
        let may_read_secrets = self.may_read_secrets();
        let api_key = self.api_key();
        let traps = self.traps(environment);
        self.find_state_dir(environment);
        let plugins = &mut self.written.plugins;
        if plugins.cache {
            plugins.cache_dir.get_or_insert_with(|| default_cache_dir(environment));
        }
        let Some(api_key) = api_key.filter(|_| self.problems.is_empty()) else {
            return Err(ConfigError { problems: self.problems });
        };
        let written = self.written.clone();
        let settings = Settings {
            server: ServerSettings {
                host: written.server.host,
                port: written.server.port,
                api_key,
                cors_origins: written.server.cors_origins,
            },
            log_level: written.log.level,
            log_format: written.log.format,
            plugins: PluginSettings {
                dir: written.plugins.dir,
                cache_dir: written.plugins.cache_dir.filter(|_| written.plugins.cache),
                threads: match written.plugins.threads {
                    0 => std::thread::available_parallelism().map_or(1, usize::from),
                    threads => threads,
                },
                may_read_secrets,
            },
            targets: written.targets.iter().map(|entry| entry.keys.rule()).collect(),
            traps,
            state_dir: written.state.dir,
            limits: written.limits,
        };
        Ok(Loaded { settings, warnings: self.warnings, written: self.written, origins: self.origins })
    }

    /// Refuses pairs of keys of one section where the first would be larger than the second.
    fn check_pairs(&mut self) {
        let snmp = &self.written.limits.snmp;
        let sandbox = &self.written.limits.sandbox;
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
                self.report(origin.clone(), Some(format!("{section}.{key}")), message);
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
        let wrong: Vec<_> =
            self.written.server.cors_origins.iter().filter(|origin| !is_origin(origin)).cloned().collect();
        for text in wrong {
            let message = format!("{text:?} is not an origin such as \"https://example.org\"");
            self.report_key("server", "cors_origins", message);
        }
    }

    /// Refuses a plugins folder that cannot be read: the plugins that the operator wants would be missing.
    fn check_plugins_dir(&mut self) {
        let Some(dir) = &self.written.plugins.dir else { return };
        if let Err(error) = std::fs::read_dir(dir) {
            let message = secret_file::cannot_read(dir, &error);
            self.report_key("plugins", "dir", message);
        }
    }

    /// Reads which plugin may read which subtree.
    fn may_read_secrets(&mut self) -> Vec<(String, Oid)> {
        let entries = self.written.plugins.may_read_secrets.clone();
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
        if self.written.state.dir.is_none() {
            self.written.state.dir = folder_of(environment, VARIABLE);
            if self.written.state.dir.is_some() {
                let key = ("state".to_owned(), "dir".to_owned());
                self.origins.0.insert(key, Origin::Environment(VARIABLE.to_owned()));
            }
        }
    }

    /// Reports what is wrong at a key, wherever its value comes from.
    pub(super) fn report_key(&mut self, section: &str, key: &str, message: String) {
        self.report(self.origins.of(section, key).clone(), Some(format!("{section}.{key}")), message);
    }

    /// Warns of what looks wrong at a key.
    pub(super) fn warn_key(&mut self, section: &str, key: &str, message: String) {
        let origin = self.origins.of(section, key).clone();
        self.warnings.push(Problem { origin, key: Some(format!("{section}.{key}")), message });
    }

    /// Returns the key from the stronger of its two sources, or a new one; `None` after reporting a problem.
    fn api_key(&mut self) -> Option<ApiKey> {
        let of_key = self.origins.of("server", "api_key").clone();
        let of_file = self.origins.of("server", "api_key_file").clone();
        let server = &self.written.server;
        let result = match (&server.api_key, &server.api_key_file) {
            (Some(_), Some(_)) if of_key.strength() == of_file.strength() => {
                Err((of_file, "api_key_file", "is given beside server.api_key, and only one can hold".to_owned()))
            }
            (Some(secret), file) if file.is_none() || of_key.strength() > of_file.strength() => {
                check_api_key(secret).map_err(|message| (of_key, "api_key", message))
            }
            (_, Some(path)) => match secret_file::read(path) {
                Err(error) => Err((of_file, "api_key_file", secret_file::cannot_read(path, &error))),
                Ok(file) => {
                    if file.world_readable {
                        self.warnings.push(Problem {
                            origin: of_file.clone(),
                            key: Some("server.api_key_file".to_owned()),
                            message: secret_file::everybody_may_read(path),
                        });
                    }
                    check_api_key(&file.secret)
                        .map_err(|message| (of_file, "api_key_file", format!("{}: {message}", path.display())))
                }
            },
            _ => {
                ApiKey::generate().map_err(|error| (Origin::Default, "api_key", format!("cannot make one up: {error}")))
            }
        };
        result.map_err(|(origin, key, message)| self.report(origin, Some(format!("server.{key}")), message)).ok()
    }
}

/// Refuses a key that no client could send in a header.
fn check_api_key(secret: &SecretString) -> Result<ApiKey, String> {
    let key = secret.expose_secret();
    if key.is_empty() {
        Err("the key is empty".to_owned())
    } else if key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        Err("a key is at most 255 visible ASCII characters".to_owned())
    } else {
        Ok(ApiKey { secret: secret.clone(), generated: false })
    }
}

impl ApiKey {
    /// Makes up a key of 256 random bits.
    fn generate() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self { secret: SecretString::from(const_hex::encode(bits)), generated: true })
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
