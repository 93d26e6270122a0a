//! How a job may talk to its agent: with credentials that it carries, or with some that its runner keeps.
//!
//! Secrets leave this process only sealed, and nothing seals them yet. So credentials that a job carries cannot be
//! serialised: a job that is stored or sent names them.

use std::fmt;

use serde::{Deserialize, Serialize};
use snmp::Credentials;

/// How a job may talk to its agent. `Debug` shows no secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// With these credentials. Refuses to be serialised.
    #[serde(skip)]
    Given(Credentials),
    /// With credentials that the runner keeps under this name.
    Named(CredentialsName),
}

/// The name of credentials that a runner keeps. It is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CredentialsName(pub String);

impl Access {
    /// The credentials that the job carries; else the name of those that a runner has to find.
    pub fn given(&self) -> Result<&Credentials, &CredentialsName> {
        match self {
            Self::Given(credentials) => Ok(credentials),
            Self::Named(name) => Err(name),
        }
    }
}

impl From<Credentials> for Access {
    fn from(credentials: Credentials) -> Self {
        Self::Given(credentials)
    }
}

impl fmt::Display for CredentialsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
