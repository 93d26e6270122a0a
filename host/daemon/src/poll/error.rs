//! Why a poll has no result.

use std::sync::Arc;

use snmp_engine::RequestError;

use super::ResolveError;

/// Why a poll has no result. The texts are what a client reads.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// The target has no address.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The device did not answer, or has no system group.
    #[error("No SNMP response from {target}")]
    NoAnswer {
        /// The target as asked.
        target: Arc<str>,
    },
    /// It did not answer, and it is known why.
    #[error("No SNMP response from {target}: {reason}")]
    NoAnswerBecause {
        /// The target as asked.
        target: Arc<str>,
        /// The cause in words.
        reason: String,
    },
    /// The recipe that decides whether there is a device did something wrong itself.
    #[error("Recipe `{recipe}` {reason}")]
    Recipe {
        /// Its name.
        recipe: String,
        /// What it did.
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
}

impl PollError {
    /// That the device gave no answer, with the cause where there is more to say than that nothing came.
    pub(super) fn no_answer(target: &Arc<str>, error: &RequestError) -> Self {
        let target = Arc::clone(target);
        let reason = match error {
            RequestError::Timeout { rejected: None, .. }
            | RequestError::Deadline { rejected: None, .. }
            | RequestError::NoEngineId { rejected: None, .. } => return Self::NoAnswer { target },
            RequestError::Report { report, .. } => report.to_string(),
            error => error.to_string(),
        };
        Self::NoAnswerBecause { target, reason }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use snmp_engine::usm::Report;

    use super::*;

    #[track_caller]
    fn check(error: &RequestError, expected: &str) {
        assert_eq!(PollError::no_answer(&"router1".into(), error).to_string(), expected);
    }

    #[test]
    fn silence_needs_no_more_words_and_every_other_cause_is_named() {
        let peer = "192.0.2.1:161".parse().unwrap();
        let waited = Duration::from_secs(4);
        let timeout = RequestError::Timeout { peer, attempts: 3, waited, rejected: None };
        check(&timeout, "No SNMP response from router1");
        check(&RequestError::Deadline { peer, attempts: 1, rejected: None }, "No SNMP response from router1");
        let report = |report| RequestError::Report { peer, report };
        let wrong = "No SNMP response from router1: wrong password or authentication protocol";
        check(&report(Report::WrongDigest), wrong);
        check(&report(Report::UnknownUserName), "No SNMP response from router1: unknown user");
        let wrong = "No SNMP response from router1: privacy password or protocol is wrong";
        check(&report(Report::DecryptionError), wrong);
        let level = "No SNMP response from router1: the user may not ask at this security level";
        check(&report(Report::UnsupportedSecurityLevel), level);
    }
}
