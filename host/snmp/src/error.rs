//! Why a request has no answer, or none that helps.

use std::{net::SocketAddr, time::Duration};

use crate::{Oid, message::Rejection, pdu::ErrorStatus};

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No answer, with all retries.
    #[error("no answer from {peer} to {} in {waited:.1?}{}", requests(*.attempts), hint(.rejected))]
    Timeout {
        /// Who did not answer.
        peer: SocketAddr,
        /// How often the request was sent.
        attempts: u32,
        /// How long was waited in all.
        waited: Duration,
        /// What came instead of an answer.
        rejected: Option<Rejection>,
    },
    /// Not sent: the agent has stopped to answer in this session.
    #[error("{peer} has answered none of the last {requests} requests, so it was not asked again")]
    Silent {
        /// Who does not answer.
        peer: SocketAddr,
        /// How many requests in a row had no answer, each with all its retries.
        requests: u32,
    },
    /// The time given was over before an answer came, or before the request could be sent.
    #[error("the time given was over after {} to {peer}{}", requests(*.attempts), hint(.rejected))]
    Deadline {
        /// Who was asked.
        peer: SocketAddr,
        /// How often the request was sent; 0 where it still waited for its turn.
        attempts: u32,
        /// What came instead of an answer.
        rejected: Option<Rejection>,
    },
    /// The agent answered with an error.
    #[error("{peer} answered {status}{}", at(.name))]
    AgentError {
        /// Who answered.
        peer: SocketAddr,
        /// The error.
        status: ErrorStatus,
        /// The error-index as it came; may be any number.
        index: i32,
        /// The name at fault, where the agent gave a place that exists, or only one name was asked for.
        name: Option<Oid>,
    },
    /// What came could not be read, in all retries.
    #[error("{peer}: {reason}")]
    Malformed {
        /// Who answered.
        peer: SocketAddr,
        /// What is wrong with it.
        reason: Rejection,
    },
    /// The answer can be read, but is not one to this request.
    #[error("{peer} did not answer what it was asked: {problem}")]
    Mismatch {
        /// Who answered.
        peer: SocketAddr,
        /// What is wrong.
        problem: Mismatch,
    },
    /// The request cannot be written.
    #[error("{name} cannot be asked for: no such OID can be written in BER")]
    Unwritable {
        /// The name.
        name: Oid,
    },
    /// The operating system could not send it.
    #[error("cannot send to {peer}: {error}")]
    Io {
        /// Where to.
        peer: SocketAddr,
        /// What the operating system says.
        error: String,
    },
}

/// How an answer does not fit its request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// A name has no varbind in the answer.
    #[error("{0} is missing")]
    Missing(Oid),
    /// The answer has no varbind at all, or not as many as names were asked for.
    #[error("{found} varbinds for {expected} names")]
    Count {
        /// How many names were asked for.
        expected: usize,
        /// How many varbinds came.
        found: usize,
    },
    /// What follows a name is not behind it.
    #[error("{got} does not come after {after}")]
    Order {
        /// The name asked for.
        after: Box<Oid>,
        /// What is said to follow.
        got: Box<Oid>,
    },
}

impl RequestError {
    /// The kind, in one word for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Timeout { .. } | Self::Silent { .. } => "timeout",
            Self::Deadline { .. } => "deadline",
            Self::AgentError { .. } => "agent-error",
            Self::Malformed { .. } | Self::Mismatch { .. } => "malformed",
            Self::Unwritable { .. } => "invalid-name",
            Self::Io { .. } => "io",
        }
    }
}

fn requests(attempts: u32) -> String {
    if attempts == 1 { "1 request".to_owned() } else { format!("{attempts} requests") }
}

fn hint(rejected: &Option<Rejection>) -> String {
    rejected.as_ref().map(|rejection| format!(" ({rejection})")).unwrap_or_default()
}

fn at(name: &Option<Oid>) -> String {
    name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default()
}
