//! Why a job has no result.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::CredentialsName;

/// Why a poll has no result. The texts are what a client reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum JobError {
    /// The target has no address.
    #[error("{reason}")]
    Unresolved {
        /// Which target, and why.
        reason: String,
    },
    /// The device did not answer, and there is no more to say of it.
    #[error("No SNMP response from {target}")]
    NoAnswer {
        /// The target as asked.
        target: Arc<str>,
    },
    /// It did not answer: how often it was asked, and what is known.
    #[error("No SNMP response from {target}: {reason}")]
    NoAnswerBecause {
        /// The target as asked.
        target: Arc<str>,
        /// The cause in words.
        reason: String,
    },
    /// The first recipe took all the time that a poll has.
    #[error("No result: {reason}")]
    Deadline {
        /// Which limit it was.
        reason: String,
    },
    /// The result cannot be written as JSON.
    #[error("The result cannot be written: {reason}")]
    Unwritable {
        /// Why.
        reason: String,
    },
    /// The runner has no such plugin, or another one of that name.
    #[error("The plugin `{plugin}` cannot run: {reason}")]
    Plugin {
        /// Its name.
        plugin: String,
        /// Why.
        reason: String,
    },
    /// The runner keeps no credentials of this name.
    #[error("No credentials named `{name}` are kept where the poll runs")]
    UnknownCredentials {
        /// The name.
        name: CredentialsName,
    },
}
