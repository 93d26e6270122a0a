//! What can go wrong between here and a registry.

use std::error::Error;

use oci_client::errors::OciDistributionError;

use crate::CredentialsError;

/// Why nothing was published or pulled. None of these repeats a secret.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The client cannot be set up.
    #[error("cannot set up the client of registries: {0}")]
    Client(String),
    /// The credentials cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The registry does not let us.
    #[error("{registry} refuses: {reason}; log in with `docker login`, or set SNMP_PROXY_REGISTRY_USER and _PASSWORD")]
    Refused {
        /// The registry.
        registry: String,
        /// What it says.
        reason: String,
    },
    /// It does not have that.
    #[error("{reference} is not there")]
    NotThere {
        /// What was asked for.
        reference: String,
    },
    /// It could not be reached, or answered something else.
    #[error("{registry}: {reason}")]
    Exchange {
        /// The registry.
        registry: String,
        /// What happened.
        reason: String,
    },
    /// It took too long.
    #[error("{registry} did not finish within {seconds} s (deadline REGISTRY_DEADLINE)")]
    Deadline {
        /// The registry.
        registry: String,
        /// The deadline.
        seconds: u64,
    },
    /// It sends too much.
    #[error("{what} has more than {limit} bytes (limit `{limit_name}`)")]
    TooLarge {
        /// What it sends.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// Its name.
        limit_name: &'static str,
    },
    /// What it sends is not what its name says.
    #[error("{what} has the digest {found} and not {expected}")]
    OtherDigest {
        /// What it sends.
        what: &'static str,
        /// What was expected.
        expected: String,
        /// What it is.
        found: String,
    },
    /// What lies there is not a plugin.
    #[error("the manifest is not of a plugin: {reason}")]
    Manifest {
        /// What is wrong.
        reason: String,
    },
    /// What is to be published is not a component.
    #[error("not a component: {reason}")]
    NotAComponent {
        /// What is wrong.
        reason: String,
    },
    /// A plugin is published under a tag: its digest comes of it.
    #[error("a plugin is published under a tag, and {reference} names a digest")]
    PublishedByDigest {
        /// The reference.
        reference: String,
    },
    /// The artefact cannot be laid out.
    #[error("cannot lay out the artefact: {0}")]
    Form(String),
}

/// Characters of what a registry says that a message repeats.
const SHOWN: usize = 300;

impl RegistryError {
    /// In our words what the client says about an exchange with a registry.
    pub(crate) fn of(registry: &str, reference: &str, error: &OciDistributionError) -> Self {
        use OciDistributionError as Oci;
        let refused = |reason: &str| Self::Refused { registry: registry.to_owned(), reason: line(reason) };
        match error {
            Oci::UnauthorizedError { .. } => refused("not authorized"),
            Oci::AuthenticationFailure(reason) => refused(&format!("authentication failure: {reason}")),
            Oci::ServerError { code: code @ (401 | 403), .. } => refused(&format!("status {code}")),
            Oci::ImageManifestNotFoundError(_) | Oci::ServerError { code: 404, .. } => {
                Self::NotThere { reference: reference.to_owned() }
            }
            error => Self::exchange(registry, error),
        }
    }

    /// Any other trouble with an exchange, with its causes: those of a client say little at first.
    pub(crate) fn exchange(registry: &str, error: &(dyn Error + 'static)) -> Self {
        let mut reason = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !reason.contains(&text) {
                reason = format!("{reason}: {text}");
            }
            cause = error.source();
        }
        Self::Exchange { registry: registry.to_owned(), reason: line(&reason) }
    }
}

/// What others say, as one line that moves no cursor.
pub(crate) fn line(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|sign| !sign.is_control()).take(SHOWN).collect()
}
