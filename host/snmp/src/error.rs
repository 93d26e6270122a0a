//! Why a request has no answer, or none that helps.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use crate::{Oid, Unreachable, ber::DecodeError, counted, message::Rejection, pdu::ErrorStatus, usm::Report};

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// No answer, with all retries.
    #[error("{peer} did not answer {} in {}{}", counted(*.attempts, "request"), seconds(*.waited), known(.clue))]
    Timeout {
        /// Who did not answer.
        peer: SocketAddr,
        /// How often the request was sent.
        attempts: u32,
        /// How long was waited in all.
        waited: Duration,
        /// What is known all the same.
        clue: Option<Clue>,
    },
    /// An agent of version 3 did not say who it is, with all retries or in the time for that. Nothing else was asked.
    #[error("{peer} did not tell its engine ID to {} in {}{}", counted(*.attempts, "request"), seconds(*.waited), known(.clue))]
    NoEngineId {
        /// Who did not answer.
        peer: SocketAddr,
        /// How often it was asked; 0 where another session asked all the time.
        attempts: u32,
        /// How long was waited in all.
        waited: Duration,
        /// What is known all the same.
        clue: Option<Clue>,
    },
    /// Not sent: the agent has stopped to answer.
    #[error("{peer} did not answer the last {} and is not asked now; {}{}", last(*.requests), again(*.again_in), before(.cause))]
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
    #[error("deadline exceeded after {} to {peer} in {}{}", counted(*.attempts, "request"), seconds(*.waited), known(.clue))]
    Deadline {
        /// Who was asked.
        peer: SocketAddr,
        /// How often the request was sent; 0 where it still waited for its turn.
        attempts: u32,
        /// How long was waited in all.
        waited: Duration,
        /// What is known all the same.
        clue: Option<Clue>,
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
    #[error("{peer}: {UNREADABLE}: {reason}")]
    Malformed {
        /// Who answered.
        peer: SocketAddr,
        /// What is wrong with the first answer.
        reason: DecodeError,
    },
    /// The answer can be read, but is not one to this request.
    #[error("{peer} sent an answer that does not match the request: {problem}")]
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
    #[error("invalid OID {name}: BER cannot express it")]
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
    #[error("message too large: {}, and a datagram holds at most {max}", counted(*.octets, "octet"))]
    TooLarge {
        /// The message's size.
        octets: usize,
        /// What fits.
        max: usize,
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

/// What is known of an agent that gave no answer that helps.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Clue {
    /// It has never answered these credentials, and nothing else came either.
    #[error("{}", silence(*.version_3))]
    Silence {
        /// Whether it was asked for its engine ID, which depends on no user.
        version_3: bool,
    },
    /// It has told its engine ID, and never answered this user.
    #[error("it told its engine ID before{}", never_answered(.context.as_deref(), *.is_encrypted))]
    NeverAnswered {
        /// The name of the context that was asked for, where it is not the default one.
        context: Option<Arc<str>>,
        /// Whether what it was asked is encrypted.
        is_encrypted: bool,
    },
    /// Something came that is not the answer. The last one.
    #[error("{0}")]
    Rejected(Rejection),
    /// Nothing else came than what cannot be read. The first one.
    #[error("{UNREADABLE}: {0}")]
    Unreadable(DecodeError),
    /// The network says that it cannot be reached.
    #[error("{0}")]
    Unreachable(Unreachable),
    /// It refuses, says a Report that nobody signed.
    #[error("it refused the message: {0}")]
    Refused(Report),
}

/// How an answer does not fit its request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// A name has no varbind in the answer.
    #[error("{0} is missing")]
    Missing(Oid),
    /// The answer has no varbind at all, or not as many as names were asked for.
    #[error("{} for {}", counted(*.found, "varbind"), counted(*.expected, "name"))]
    Count {
        /// How many names were asked for.
        expected: usize,
        /// How many varbinds came.
        found: usize,
    },
    /// What follows a name is not behind it.
    #[error("OID not increasing: {got} after {after}")]
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
            Self::Timeout { .. } | Self::NoEngineId { .. } | Self::Silent { .. } => "timeout",
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

    /// What is known where there is no answer.
    #[must_use]
    pub fn clue(&self) -> Option<&Clue> {
        match self {
            Self::Timeout { clue, .. } | Self::NoEngineId { clue, .. } | Self::Deadline { clue, .. } => clue.as_ref(),
            _ => None,
        }
    }

    /// Whether the time was over, of all requests or of the whole, without an answer that could be used.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. } | Self::NoEngineId { .. } | Self::Silent { .. } | Self::Deadline { .. })
    }

    /// Whether all that is known is that nothing came.
    #[must_use]
    pub fn is_silence(&self) -> bool {
        let is_without_answer = matches!(self, Self::Timeout { .. } | Self::NoEngineId { .. } | Self::Deadline { .. });
        is_without_answer && matches!(self.clue(), None | Some(Clue::Silence { .. }))
    }

    /// The same error, when another request for the same had no answer right before: both count.
    pub(crate) fn after(self, earlier: Self) -> Self {
        match (self, earlier) {
            (
                Self::Timeout { peer, attempts, waited, clue },
                Self::Timeout { attempts: attempts_before, waited: waited_before, clue: clue_before, .. },
            ) => {
                let (attempts, waited) = (attempts + attempts_before, waited + waited_before);
                Self::Timeout { peer, attempts, waited, clue: better(clue, clue_before) }
            }
            (
                Self::Deadline { peer, attempts, waited, clue },
                Self::Timeout { attempts: attempts_before, waited: waited_before, clue: clue_before, .. },
            ) => {
                let (attempts, waited) = (attempts + attempts_before, waited + waited_before);
                Self::Deadline { peer, attempts, waited, clue: better(clue, clue_before) }
            }
            (Self::Timeout { peer, attempts, waited, clue }, Self::Malformed { reason, .. }) => {
                Self::Timeout { peer, attempts, waited, clue: better(clue, Some(Clue::Unreadable(reason))) }
            }
            (Self::Deadline { peer, attempts, waited, clue }, Self::Malformed { reason, .. }) => {
                Self::Deadline { peer, attempts, waited, clue: better(clue, Some(Clue::Unreadable(reason))) }
            }
            (Self::Malformed { peer, .. }, Self::Malformed { reason, .. }) => Self::Malformed { peer, reason },
            (later, _) => later,
        }
    }
}

/// The clue that tells more, the later one where both do; of what cannot be read the first.
fn better(later: Option<Clue>, earlier: Option<Clue>) -> Option<Clue> {
    match (later, earlier) {
        (later @ (None | Some(Clue::Silence { .. } | Clue::NeverAnswered { .. })), earlier) => earlier.or(later),
        (Some(Clue::Unreadable(_)), Some(earlier @ Clue::Unreadable(_))) => Some(earlier),
        (later, _) => later,
    }
}

fn last(requests: u32) -> String {
    if requests == 1 { "request".to_owned() } else { counted(requests, "request") }
}

fn again(again_in: Option<Duration>) -> String {
    match again_in {
        Some(wait) => format!("the next request is in {} s", wait.as_secs_f32().ceil()),
        None => "another request is checking whether it answers again".to_owned(),
    }
}

fn before(cause: &Option<Box<RequestError>>) -> String {
    cause.as_ref().map(|cause| format!(" (before that: {cause})")).unwrap_or_default()
}

/// `4.5 s`
fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn known(clue: &Option<Clue>) -> String {
    clue.as_ref().map(|clue| format!("; {clue}")).unwrap_or_default()
}

const UNREADABLE: &str = "answers came, but none could be read";

fn silence(version_3: bool) -> &'static str {
    if version_3 {
        "agents are silent to a filtered port and a wrong version alike"
    } else {
        "agents are silent to a wrong community, a filtered port and a wrong version alike"
    }
}

fn never_answered(context: Option<&str>, is_encrypted: bool) -> String {
    match (context, is_encrypted) {
        (Some(context), true) => format!(
            ": perhaps it has no context `{}`, or the privacy password or protocol is wrong",
            context.escape_debug()
        ),
        (Some(context), false) => format!(": perhaps it has no context `{}`", context.escape_debug()),
        (None, true) => ": perhaps the privacy password or protocol is wrong".to_owned(),
        (None, false) => ", but did not answer this user".to_owned(),
    }
}

fn at(name: &Option<Oid>) -> String {
    name.as_ref().map(|name| format!(" for {name}")).unwrap_or_default()
}

/// What an error means for whoever asks, where its name does not say it.
fn meaning(status: ErrorStatus) -> &'static str {
    match status {
        ErrorStatus::AUTHORIZATION_ERROR => ": the user has no access to it, or not at this security level",
        _ => "",
    }
}
