//! The API key: which of its two sources holds, whether a client could send it, and whether it could be guessed.

use address::Host;
use limits::{API_KEY_ADVISED_OCTETS, API_KEY_MAX_OCTETS, API_KEY_MIN_OCTETS};
use secrecy::{ExposeSecret, SecretString};

use super::{ApiKey, Origin, Problem, layers::Layers, secret_file};

/// Where a key comes from: its origin, and the key of the configuration.
type KeySource = (Origin, &'static str);

impl Layers {
    /// Returns the key from the stronger of its two sources, or a new one; `None` after reporting a problem.
    pub(super) fn api_key(&mut self) -> Option<ApiKey> {
        let of_key = (self.origins.of("server", "api_key").clone(), "api_key");
        let of_file = (self.origins.of("server", "api_key_file").clone(), "api_key_file");
        let server = &self.keys.server;
        match (server.api_key.clone(), server.api_key_file.clone()) {
            (Some(_), Some(_)) if of_key.0.strength() == of_file.0.strength() => {
                self.refuse(of_file, "is given beside server.api_key; give only one of them".to_owned())
            }
            (Some(secret), file) if file.is_none() || of_key.0.strength() > of_file.0.strength() => {
                self.given(secret, of_key, "")
            }
            (_, Some(path)) => match secret_file::read(&path) {
                Err(error) => self.refuse(of_file, secret_file::cannot_read(&path, &error)),
                Ok(file) => {
                    if file.world_readable {
                        self.warn_of(&of_file, secret_file::everybody_may_read(&path));
                    }
                    self.given(file.secret, of_file, &format!("{}: ", path.display()))
                }
            },
            _ => ApiKey::generate().map_or_else(
                |error| self.refuse((Origin::Default, "api_key"), format!("cannot make one up: {error}")),
                Some,
            ),
        }
    }

    /// Takes a key that somebody chose, or reports why not. What is said of it begins with `prefix`.
    fn given(&mut self, secret: SecretString, source: KeySource, prefix: &str) -> Option<ApiKey> {
        let key = ApiKey { secret, generated: false };
        if let Err(message) = key.check(&self.keys.server.host) {
            return self.refuse(source, format!("{prefix}{message}"));
        }
        if key.secret.expose_secret().len() < API_KEY_ADVISED_OCTETS {
            let message = format!(
                "{prefix}the key has fewer than {API_KEY_ADVISED_OCTETS} octets and may be guessed; \
                 `openssl rand -hex 32` makes a good one"
            );
            self.warn_of(&source, message);
        }
        Some(key)
    }

    fn refuse(&mut self, (origin, key): KeySource, message: String) -> Option<ApiKey> {
        self.findings.report(origin, Some(format!("server.{key}")), message);
        None
    }

    fn warn_of(&mut self, (origin, key): &KeySource, message: String) {
        self.findings.warnings.push(Problem { origin: origin.clone(), key: Some(format!("server.{key}")), message });
    }
}

impl ApiKey {
    /// Refuses a key that no client could send in a header, and one that anybody who reaches `host` would guess.
    fn check(&self, host: &Host) -> Result<(), String> {
        let key = self.secret.expose_secret();
        if key.is_empty() {
            Err("the key is empty".to_owned())
        } else if key.len() > API_KEY_MAX_OCTETS || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(format!("a key is at most {API_KEY_MAX_OCTETS} visible ASCII characters"))
        } else if self.is_for_this_machine_only() && !is_this_machine(host) {
            Err(format!(
                "the key has fewer than {API_KEY_MIN_OCTETS} octets, which is allowed only where server.host is a loopback \
                 address such as 127.0.0.1"
            ))
        } else {
            Ok(())
        }
    }

    /// Returns whether the key is so short that only clients on this machine may be asked for it.
    #[must_use]
    pub fn is_for_this_machine_only(&self) -> bool {
        self.secret.expose_secret().len() < API_KEY_MIN_OCTETS
    }

    /// Makes up a key of 256 random bits.
    fn generate() -> Result<Self, getrandom::Error> {
        let mut bits = [0; 32];
        getrandom::fill(&mut bits)?;
        Ok(Self { secret: SecretString::from(const_hex::encode(bits)), generated: true })
    }
}

/// Whether nobody else can reach this address. Of names that is certain of one (RFC 6761 section 6.3).
fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Name(_) => host.canonical() == "localhost",
        host => host.ip().is_some_and(|address| address.is_loopback()),
    }
}
