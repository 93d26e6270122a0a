//! Who we are to a registry: from the environment, or as `docker login` and `podman login` left it.

use std::{env, time::Duration};

use docker_credential::{CredentialRetrievalError, DockerCredential, get_credential, get_podman_credential};
use oci_client::secrets::RegistryAuth;
use secrecy::{ExposeSecret as _, SecretString};

/// Who we are to a registry.
#[derive(Clone, Debug, Default)]
pub enum Credentials {
    /// Nobody in particular.
    #[default]
    Anonymous,
    /// A user with a password or an access token.
    User {
        /// The name.
        name: String,
        /// What proves it.
        password: SecretString,
    },
}

/// Why the credentials that are there cannot be used. None of these repeats a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    /// One of the two variables is set.
    #[error("{missing} is not set, and {present} is: both are needed")]
    Half {
        /// The one that is set.
        present: &'static str,
        /// The other one.
        missing: &'static str,
    },
    /// The file of docker or podman says something else.
    #[error("cannot read the credentials of docker for {registry}: {reason}")]
    File {
        /// The registry.
        registry: String,
        /// Why.
        reason: String,
    },
    /// There is a token of a kind that is not taken.
    #[error("docker has an identity token for {registry}, which is not supported: set {USER} and {PASSWORD}")]
    IdentityToken {
        /// The registry.
        registry: String,
    },
}

const USER: &str = "SNMP_PROXY_REGISTRY_USER";
const PASSWORD: &str = "SNMP_PROXY_REGISTRY_PASSWORD";
/// How long a program that keeps docker's credentials may take. Beyond, it is an error.
const HELPER_DEADLINE: Duration = Duration::from_secs(30);

impl Credentials {
    /// Finds those for a registry: of the environment, else of docker, else of podman, else none.
    pub async fn find(registry: &str) -> Result<Self, CredentialsError> {
        let [user, password] = [USER, PASSWORD].map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        match (user, password) {
            (Some(name), Some(password)) => Ok(Self::User { name, password: password.into() }),
            (Some(_), None) => Err(CredentialsError::Half { present: USER, missing: PASSWORD }),
            (None, Some(_)) => Err(CredentialsError::Half { present: PASSWORD, missing: USER }),
            (None, None) => Self::of_docker(registry).await,
        }
    }

    async fn of_docker(registry: &str) -> Result<Self, CredentialsError> {
        let server = registry.to_owned();
        // Docker may ask a program, which may ask a person.
        let asking = tokio::task::spawn_blocking(move || match get_credential(&server) {
            Err(error) if is_none(&error) => get_podman_credential(&server),
            found => found,
        });
        let file = |reason: &str| CredentialsError::File { registry: registry.to_owned(), reason: reason.to_owned() };
        let found = tokio::time::timeout(HELPER_DEADLINE, asking).await;
        match found.map_err(|_| file("the program that keeps them did not answer"))? {
            Ok(Ok(DockerCredential::UsernamePassword(name, password))) => {
                Ok(Self::User { name, password: password.into() })
            }
            Ok(Ok(DockerCredential::IdentityToken(_))) => {
                Err(CredentialsError::IdentityToken { registry: registry.to_owned() })
            }
            Ok(Err(error)) if is_none(&error) => Ok(Self::Anonymous),
            // What a helper prints may be a password.
            Ok(Err(CredentialRetrievalError::HelperFailure { helper, .. })) => {
                Err(file(&format!("docker-credential-{helper} failed")))
            }
            Ok(Err(error)) => Err(file(&error.to_string())),
            Err(_) => Err(file("reading them failed")),
        }
    }

    /// In the words of the client.
    pub(crate) fn auth(&self) -> RegistryAuth {
        match self {
            Self::Anonymous => RegistryAuth::Anonymous,
            Self::User { name, password } => RegistryAuth::Basic(name.clone(), password.expose_secret().to_owned()),
        }
    }
}

/// Whether there are no credentials, which is no error. The crate says of a file that is not there that it is unreadable.
fn is_none(error: &CredentialRetrievalError) -> bool {
    use CredentialRetrievalError::{ConfigNotFound, ConfigReadError, NoCredentialConfigured};
    matches!(error, ConfigNotFound | ConfigReadError | NoCredentialConfigured)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_in_what_debugging_prints() {
        let user = Credentials::User { name: "me".to_owned(), password: "canary".into() };
        assert!(!format!("{user:?} {:?}", user.auth()).contains("canary"));
    }
}
