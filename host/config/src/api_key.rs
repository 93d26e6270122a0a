//! The API key: which of its two sources holds, and whether a client could send it.

use secrecy::{ExposeSecret, SecretString};

use super::{ApiKey, Origin, Problem, layers::Layers, secret_file};

impl Layers {
    /// Returns the key from the stronger of its two sources, or a new one; `None` after reporting a problem.
    pub(super) fn api_key(&mut self) -> Option<ApiKey> {
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
                        self.findings.warnings.push(Problem {
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
        result.map_err(|(origin, key, message)| self.findings.report(origin, Some(format!("server.{key}")), message)).ok()
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
