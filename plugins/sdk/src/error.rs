//! How a plugin says that it can give no result at all, and what the host says went wrong.

use crate::{Error, Oid};

/// What went wrong, in one word. The host's list grows, so an [`Error`] holds the word itself, and these are names for
/// those that plugins ask for: `error.kind == ErrorKind::Timeout`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No answer, with all retries.
    Timeout,
    /// The network says that the agent cannot be reached.
    Unreachable,
    /// The job's time is over.
    Deadline,
    /// The agent answered with an error that is not about one object.
    AgentError,
    /// What was sent cannot be read.
    Malformed,
    /// The agent refuses the credentials.
    Authentication,
    /// The version of SNMP has no such thing.
    NotInVersion,
    /// The object is outside the subtrees that the manifest declares, so nothing was sent.
    NotDeclared,
    /// The object is in a subtree that holds secrets, so nothing was sent.
    Secret,
    /// An argument makes no sense.
    InvalidArgument,
    /// A limit of the host was reached; the message names it.
    LimitExceeded,
    /// The device has nothing that this plugin could collect. People read the message, and it counts as no failure.
    Unsupported,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            ErrorKind::Timeout => "timeout",
            ErrorKind::Unreachable => "unreachable",
            ErrorKind::Deadline => "deadline",
            ErrorKind::AgentError => "agent-error",
            ErrorKind::Malformed => "malformed",
            ErrorKind::Authentication => "authentication",
            ErrorKind::NotInVersion => "not-in-version",
            ErrorKind::NotDeclared => "not-declared",
            ErrorKind::Secret => "secret",
            ErrorKind::InvalidArgument => "invalid-argument",
            ErrorKind::LimitExceeded => "limit-exceeded",
            ErrorKind::Unsupported => "unsupported",
            ErrorKind::Other => "other",
        }
    }
}

impl From<ErrorKind> for String {
    fn from(kind: ErrorKind) -> String {
        kind.word().to_owned()
    }
}

impl PartialEq<ErrorKind> for String {
    fn eq(&self, kind: &ErrorKind) -> bool {
        self == kind.word()
    }
}

impl Error {
    /// An error that is about no object in particular: of a kind that there is, or of a word of the plugin's own in
    /// lower-kebab-case.
    #[must_use]
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Error {
        Error { kind: kind.into(), message: message.into(), at: None }
    }

    /// The same error, about this object.
    #[must_use]
    pub fn at(self, name: impl Into<Oid>) -> Error {
        Error { at: Some(name.into()), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_a_word_of_the_contract_or_of_the_plugin() {
        assert_eq!(Error::new(ErrorKind::AgentError, "x").kind, "agent-error");
        assert!(Error::new(ErrorKind::AgentError, "x").kind == ErrorKind::AgentError);
        assert!(Error::new("fans-on-fire", "x").kind != ErrorKind::Other);
    }
}
