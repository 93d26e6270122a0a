//! How much a notification matters, in the words and numbers of RFC 5424 section 6.2.1: one type for plugins, which set
//! it, and for the host, which keeps, filters and forwards by it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much a notification matters. The most severe comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// All of them, the most severe first: their places are their numbers.
    pub const ALL: [Self; 8] = [
        Self::Emergency,
        Self::Alert,
        Self::Critical,
        Self::Error,
        Self::Warning,
        Self::Notice,
        Self::Informational,
        Self::Debug,
    ];

    /// The word that records use, e.g. `notice`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Alert => "alert",
            Self::Critical => "critical",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
            Self::Informational => "informational",
            Self::Debug => "debug",
        }
    }

    /// The number that syslog uses: 0 for an emergency, 7 for debugging.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// The text is no severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a severity is one of emergency, alert, critical, error, warning, notice, informational and debug")]
pub struct UnknownSeverity;

impl FromStr for Severity {
    type Err = UnknownSeverity;

    fn from_str(word: &str) -> Result<Self, UnknownSeverity> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word).ok_or(UnknownSeverity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_severity_is_its_word_and_its_number() {
        for (number, severity) in Severity::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(severity.code()), number);
            assert_eq!(severity.as_str().parse(), Ok(severity));
            assert_eq!(serde_json::to_value(severity).unwrap(), severity.as_str());
        }
        assert_eq!("loud".parse::<Severity>(), Err(UnknownSeverity));
    }
}
