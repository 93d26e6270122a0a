//! Why a request has no answer, or none that helps.

use std::{net::SocketAddr, time::Duration};

use crate::{Oid, Unreachable, message::Rejection, pdu::ErrorStatus, usm::Report};

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
    /// An agent of version 3 did not say who it is, with all retries or in the time for that. Nothing else was asked.
    #[error("{peer} did not say its engine id to {} in {waited:.1?}{}", requests(*.attempts), hint(.rejected))]
    NoEngineId {
        /// Who did not answer.
        peer: SocketAddr,
        /// How often it was asked; 0 where another session asked all the time.
        attempts: u32,
        /// How long was waited in all.
        waited: Duration,
        /// What came instead of an answer.
        rejected: Option<Rejection>,
    },
    /// An agent of version 3 said who it is, but has never answered what was encrypted. Most agents say nothing where
    /// they cannot decrypt.
    #[error(
        "{peer} said its engine id, but did not answer {} in {waited:.1?}: \
         perhaps the privacy password or protocol is wrong",
        requests(*.attempts)
    )]
    NoneDecrypted {
        /// Who did not answer.
        peer: SocketAddr,
        /// How often the request was sent.
        attempts: u32,
        /// How long was waited in all.
        waited: Duration,
    },
    /// Not sent: the agent has stopped to answer.
    #[error("{peer} has answered none of the last {requests} requests, so it was not asked again; {}{}", again(*.again_in), before(.cause))]
    Silent {
        /// Who does not answer.
        peer: SocketAddr,
        /// How many requests in a row had no answer, each with all its retries.
        requests: u32,
        /// When a request will be sent again; nothing where one is just finding out whether the agent is back.
        again_in: Option<Duration>,
        /// The error of an earlier request, where it tells more than that there was no answer.
        cause: Option<Box<RequestError>>,
    },
    /// The network says that the agent cannot be reached, and no answer came all the same.
    ///
    /// Anybody could have said so. So it is waited out, and asked once more.
    #[error("{peer} cannot be reached: {why}")]
    Unreachable {
        /// Who was asked.
        peer: SocketAddr,
        /// What the network says.
        why: Unreachable,
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
    #[error("{peer} answered {status}{}{}", at(.name), meaning(*.status))]
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
    /// The agent of version 3 refused the message, and nothing better came until the time to wait for it was over.
    ///
    /// Most Reports are not authenticated: whoever sees the request can forge them. So they are waited out.
    #[error("{peer} refused the message: {report}")]
    Report {
        /// Who answered.
        peer: SocketAddr,
        /// What it says.
        report: Report,
    },
    /// The request cannot be written.
    #[error("{name} cannot be sent: no such OID can be written in BER")]
    Unwritable {
        /// The name, or the value of a notification that is an OID.
        name: Oid,
    },
    /// The version has nothing of the kind.
    #[error("version {version} of SNMP has no {pdus}")]
    NotInVersion {
        /// The session's version.
        version: &'static str,
        /// What it does not have.
        pdus: &'static str,
    },
    /// The message is larger than any datagram. Nothing was sent.
    #[error("a message of {octets} octets does not fit in a datagram, which has at most {most}")]
    TooLarge {
        /// The message's size.
        octets: usize,
        /// What fits.
        most: usize,
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
            Self::Timeout { .. } | Self::NoEngineId { .. } | Self::NoneDecrypted { .. } | Self::Silent { .. } => {
                "timeout"
            }
            Self::Unreachable { .. } => "unreachable",
            Self::Deadline { .. } => "deadline",
            Self::AgentError { .. } => "agent-error",
            Self::Malformed { .. } | Self::Mismatch { .. } => "malformed",
            Self::Report { report, .. } => report.kind(),
            Self::Unwritable { .. } => "invalid-name",
            Self::NotInVersion { .. } => "not-in-version",
            Self::TooLarge { .. } => "too-large",
            Self::Io { .. } => "io",
        }
    }
}

fn again(again_in: Option<Duration>) -> String {
    match again_in {
        Some(wait) => format!("in {} s it will be", wait.as_secs_f32().ceil()),
        None => "just now it is being asked whether it is back".to_owned(),
    }
}

fn before(cause: &Option<Box<RequestError>>) -> String {
    cause.as_ref().map(|cause| format!(" (before that: {cause})")).unwrap_or_default()
}

fn requests(attempts: u32) -> String {
    if attempts == 1 { "1 request".to_owned() } else { format!("{attempts} requests") }
}

pub(crate) fn hint(rejected: &Option<Rejection>) -> String {
    rejected.as_ref().map(|rejection| format!(" ({rejection})")).unwrap_or_default()
}

fn at(name: &Option<Oid>) -> String {
    name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default()
}

/// What an error means for whoever asks, where its name does not say it.
fn meaning(status: ErrorStatus) -> &'static str {
    match status {
        ErrorStatus::AUTHORIZATION_ERROR => ": the user may not read this, or not at this security level",
        _ => "",
    }
}
