//! How much a notification matters, in the words of RFC 5424 section 6.2.1.

use serde::Serialize;

/// The most severe comes first, so that a comparison reads as it does there: lower is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing works any more.
    Emergency,
    /// Somebody has to act at once.
    Alert,
    /// A part has failed or will soon.
    Critical,
    /// Something is wrong.
    Error,
    /// Something may go wrong.
    Warning,
    /// Normal, but worth knowing.
    Notice,
    /// For the record.
    Informational,
    /// For those who look for an error.
    Debug,
}

impl Severity {
    /// The word that records use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Emergency => "emergency",
            Severity::Alert => "alert",
            Severity::Critical => "critical",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
            Severity::Informational => "informational",
            Severity::Debug => "debug",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_same_wherever_it_is_written() {
        for severity in [Severity::Emergency, Severity::Informational, Severity::Debug] {
            assert_eq!(serde_json::to_value(severity).unwrap(), severity.word());
        }
    }
}
