//! What a Report says (RFC 3414 section 3.2, RFC 3412 section 7.1): which counter of errors went up at the agent.

use crate::Oid;

/// Why an agent of version 3 did not take a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Report {
    /// usmStatsUnsupportedSecLevels.
    #[error("unsupported security level for this user")]
    UnsupportedSecurityLevel,
    /// usmStatsNotInTimeWindows.
    #[error("not in time window: the clocks of agent and proxy differ")]
    NotInTimeWindow,
    /// usmStatsUnknownUserNames.
    #[error("unknown user name")]
    UnknownUserName,
    /// usmStatsUnknownEngineIDs.
    #[error("unknown engine ID: the agent's engine ID is not the one that it told before")]
    UnknownEngineId,
    /// usmStatsWrongDigests.
    #[error("authentication failure: wrong password or authentication protocol")]
    WrongDigest,
    /// usmStatsDecryptionErrors.
    #[error("decryption error: the privacy password or protocol is wrong")]
    DecryptionError,
    /// snmpUnknownContexts or snmpUnavailableContexts.
    #[error("unknown context: the agent has none of this name")]
    UnknownContext,
    /// Any other counter.
    #[error("the agent refused the message and reported {0}")]
    Other(Box<Oid>),
}

impl Report {
    /// What it means that this counter was reported, with or without the zero of its instance.
    #[must_use]
    pub fn of(counter: &Oid) -> Self {
        match counter.arcs() {
            // usmStats
            [1, 3, 6, 1, 6, 3, 15, 1, 1, counter @ 1..=6] | [1, 3, 6, 1, 6, 3, 15, 1, 1, counter @ 1..=6, 0] => {
                match counter {
                    1 => Self::UnsupportedSecurityLevel,
                    2 => Self::NotInTimeWindow,
                    3 => Self::UnknownUserName,
                    4 => Self::UnknownEngineId,
                    5 => Self::WrongDigest,
                    _ => Self::DecryptionError,
                }
            }
            // SNMP-TARGET-MIB
            [1, 3, 6, 1, 6, 3, 12, 1, 4 | 5] | [1, 3, 6, 1, 6, 3, 12, 1, 4 | 5, 0] => Self::UnknownContext,
            _ => Self::Other(Box::new(counter.clone())),
        }
    }

    /// The kind, in one word for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UnsupportedSecurityLevel | Self::UnknownUserName | Self::WrongDigest | Self::DecryptionError => {
                "authentication"
            }
            Self::NotInTimeWindow => "clock",
            Self::UnknownEngineId => "engine-id",
            Self::UnknownContext => "context",
            Self::Other(_) => "report",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_counter_of_an_error_has_its_words() {
        #[track_caller]
        fn check(counter: &str, kind: &str, words: &str) {
            let report = Report::of(&counter.parse().unwrap());
            assert_eq!((report.kind(), report.to_string().as_str()), (kind, words));
        }
        let usm = |counter| format!("1.3.6.1.6.3.15.1.1.{counter}.0");
        check(&usm(1), "authentication", "unsupported security level for this user");
        check(&usm(2), "clock", "not in time window: the clocks of agent and proxy differ");
        check(&usm(3), "authentication", "unknown user name");
        check(&usm(4), "engine-id", "unknown engine ID: the agent's engine ID is not the one that it told before");
        check(&usm(5), "authentication", "authentication failure: wrong password or authentication protocol");
        check(&usm(6), "authentication", "decryption error: the privacy password or protocol is wrong");
        check(
            "1.3.6.1.6.3.15.1.1.5",
            "authentication",
            "authentication failure: wrong password or authentication protocol",
        );
        check("1.3.6.1.6.3.12.1.5.0", "context", "unknown context: the agent has none of this name");
        check(&usm(7), "report", "the agent refused the message and reported 1.3.6.1.6.3.15.1.1.7.0");
    }
}
