//! Jobs and what they come to, as JSON that says its version.
//!
//! `{"version": 1, "body": {…}}`: what another process stored or sent is read by the rules of its version, and a version
//! that nobody here knows is refused by its number. Each released version has frozen copies in `wire/`, which the tests
//! read; a change that they do not survive is a new version.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The version that is written.
pub const VERSION: u16 = 1;

/// Why a message cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// It is of a version that this program does not know.
    #[error("unsupported version {found} of the job format: this program reads version {VERSION}, update it")]
    UnknownVersion {
        /// The version that it says.
        found: u16,
    },
    /// It is no message of its version, or carries what may not be serialised.
    #[error("not a valid job message: {0}")]
    Invalid(#[from] serde_json::Error),
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    version: u16,
    body: T,
}

#[derive(Deserialize)]
struct VersionOnly {
    version: u16,
}

/// Writes a message of the current version.
///
/// Fails for a job that carries credentials: [`Access::Given`](crate::Access::Given).
pub fn write<T: Serialize>(body: &T) -> Result<String, WireError> {
    Ok(serde_json::to_string(&Envelope { version: VERSION, body })?)
}

/// Reads a message of any version that is known.
pub fn read<T: DeserializeOwned>(json: &str) -> Result<T, WireError> {
    match serde_json::from_str::<VersionOnly>(json)?.version {
        VERSION => Ok(serde_json::from_str::<Envelope<T>>(json)?.body),
        found => Err(WireError::UnknownVersion { found }),
    }
}
